// SPDX-License-Identifier: Apache-2.0

//! What [`Bid`](ligature_chain::Bid) promises: a tip that is twice as high wins the place in the pool, and it is gone.

use crate::own_metadata;
use codec::Decode;
use ligature_chain::{Call, Head, Runtime, Signer};
use ligature_chain_tests::{ALICE, ALPHA, BETA, CHARLIE, Chain, DAVE, Network};
use ligature_primitives::ids::BlockNumber;
use ligature_runtime::{System, UncheckedExtrinsic, VERSION, token::MILLI};
use pallet_rollup::MAX_DATA_LENGTH;

/// What the operator's key signs, as the client does it.
struct Operator {
	runtime: Runtime,
	signer: Signer,
	genesis: [u8; 32],
}

impl Operator {
	fn new(chain: &Chain) -> Self {
		let genesis = chain.genesis().0;
		let (spec, transactions) = (VERSION.spec_version, VERSION.transaction_version);
		let runtime = Runtime::new(genesis, spec, transactions, own_metadata());
		let signer = Signer::from_suri("//Alice").expect("a secret");
		Self { runtime: runtime.expect("a runtime"), signer, genesis }
	}

	fn sign(&self, call: &Call, nonce: u64, tip: u128) -> UncheckedExtrinsic {
		let birth = Head { number: 0, hash: self.genesis };
		let bytes = self.runtime.sign_with(call, &self.signer, nonce, tip, birth);
		let bytes = bytes.expect("the runtime takes it");
		UncheckedExtrinsic::decode(&mut &bytes[..]).expect("it is an extrinsic")
	}
}

#[test]
fn a_tip_should_outbid_half_of_it_and_no_tip() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.deposit(BETA, CHARLIE, 1, 5_000_000);
	let block = network.serving_block();
	let chain = network.chain(ALPHA);
	let operator = Operator::new(chain);
	let nonce = chain.with(|| System::account_nonce(ALICE.account()));
	let commit = |data: Vec<u8>| Call::CommitBlock { header: block.header.clone(), data };
	let calls = [
		commit(block.data[0].clone()),
		commit(vec![0; MAX_DATA_LENGTH as usize]),
		Call::ExecuteBlock { number: BlockNumber(1), payments: 0, requests: 0 },
		Call::ExecuteBlock { number: BlockNumber(1), payments: 128, requests: 64 },
		Call::RevertBlocks { to: BlockNumber(0), epoch: 1 },
		Call::Transfer { to: DAVE.account().into(), amount: 1 },
	];
	for call in calls {
		let mut priority = |tip| {
			let extrinsic = operator.sign(&call, nonce.into(), tip);
			chain.pool_extrinsic(extrinsic).expect("the pool takes it").priority
		};
		let mut before = (0, priority(0));
		for tip in (0..48).map(|power| 1u128 << power) {
			let now = priority(tip);
			assert!(now > before.1, "{call:?}: {now} for {tip}, {before:?} before");
			before = (tip, now);
		}
		assert_eq!(priority(before.0), before.1, "the same tip does not");
	}
}

#[test]
fn a_tip_should_not_come_back_with_the_fee() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.deposit(BETA, CHARLIE, 1, 5_000_000);
	let block = network.serving_block();
	let chain = network.chain(ALPHA);
	let operator = Operator::new(chain);
	let nonce = chain.with(|| System::account_nonce(ALICE.account()));
	let before = chain.balance(&ALICE.account());
	let commit = Call::CommitBlock { header: block.header.clone(), data: block.data[0].clone() };
	let applied = chain.apply_extrinsic(operator.sign(&commit, nonce.into(), 3 * MILLI)).ok();
	assert_eq!(applied.fee, 3 * MILLI);
	assert_eq!(chain.balance(&ALICE.account()), before - 3 * MILLI);
}
