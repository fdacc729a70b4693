// SPDX-License-Identifier: Apache-2.0

//! Signed extrinsics of `ligature-chain`, which the runtime has to take; and what it reads out of the runtime's.

use polkadot_sdk::*;

use crate::metadata;
use codec::{Decode, Encode};
use ligature_chain::{Call, Head, Signer, decode};
use ligature_chain_tests::{ALICE, ALPHA, BETA, CHARLIE, DAVE, Network, settlement::commit_call};
use ligature_runtime::{Runtime, UncheckedExtrinsic, VERSION, token::UNIT};
use sp_runtime::transaction_validity::InvalidTransaction;

#[test]
fn a_signed_extrinsic_should_do_what_it_says() {
	let mut network = Network::open();
	let chain = network.chain(ALPHA);
	let genesis = chain.genesis().0;
	let opaque = Runtime::metadata_at_version(16).expect("the runtime has it");
	let own = decode::metadata(&opaque[..]).expect("it is metadata");
	let (spec, transactions) = (VERSION.spec_version, VERSION.transaction_version);
	let runtime =
		ligature_chain::Runtime::new(genesis, spec, transactions, own).expect("a runtime");
	let signer = Signer::from_suri("//Charlie").unwrap();
	assert_eq!(signer.account(), <[u8; 32]>::from(CHARLIE.account()));

	let call = Call::Transfer { to: DAVE.account().into(), amount: 3 * UNIT };
	let birth = Head { number: 0, hash: genesis };
	let sign = |nonce, birth| {
		let bytes = runtime.sign(&call, &signer, nonce, birth).expect("the runtime takes it");
		let extrinsic = UncheckedExtrinsic::decode(&mut &bytes[..]).expect("it is an extrinsic");
		assert_eq!(extrinsic.encode(), bytes);
		extrinsic
	};
	let before = chain.balance(&DAVE.account());
	let _ = chain.apply_extrinsic(sign(0, birth)).ok().paid();
	assert_eq!(chain.balance(&DAVE.account()), before + 3 * UNIT);

	let _ = chain.apply_extrinsic(sign(0, birth)).invalid(InvalidTransaction::Stale);
	let _ = chain.apply_extrinsic(sign(7, birth)).invalid(InvalidTransaction::Future);
	// Born on another chain, or another branch of this one: what was signed is not what the runtime checks.
	let elsewhere = Head { number: 0, hash: [9; 32] };
	let _ = chain.apply_extrinsic(sign(1, elsewhere)).invalid(InvalidTransaction::BadProof);
	// Not born yet.
	let _ = chain
		.apply_extrinsic(sign(1, Head { number: 60, hash: genesis }))
		.invalid(InvalidTransaction::AncientBirthBlock);
	// And dead: the 64 blocks of another one have begun.
	let left = 64 - chain.number();
	chain.skip(left);
	chain.block();
	assert_eq!(chain.number(), 65);
	let _ = chain.apply_extrinsic(sign(1, birth)).invalid(InvalidTransaction::BadProof);
}

#[test]
fn a_committed_block_should_be_read_from_its_extrinsic() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	network.deposit(BETA, CHARLIE, 1, 5_000_000);
	let block = network.serving_block();
	assert!(block.data.iter().all(|data| !data.is_empty()));
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let chain = network.chain(chain);
		let commit = chain.extrinsic(ALICE, commit_call(&block.header, &block.data[place]));
		let found = decode::commit_of(&commit.encode(), metadata());
		assert_eq!(found, Ok(Some((block.header.clone(), block.data[place].clone()))));
		let other = chain.extrinsic(ALICE, block.execute_call(place));
		assert_eq!(decode::commit_of(&other.encode(), metadata()), Ok(None));
		// A commit within another call counts for nothing, as on the chain.
		let calls = vec![commit_call(&block.header, &block.data[place])];
		let batch = chain.extrinsic(ALICE, pallet_utility::Call::<Runtime>::batch_all { calls });
		assert_eq!(decode::commit_of(&batch.encode(), metadata()), Ok(None));
	}
}
