// SPDX-License-Identifier: Apache-2.0

//! Somebody fills alpha's blocks and pays more for each place than the operator offers. The operator offers more, step
//! by step, and settlement goes on while the flood lasts.

use codec::{Decode, Encode};
use ligature_chain::Signer;
use ligature_cli::{devnet::OPERATOR, session::Goal};
use ligature_e2e::{ALPHA, BETA, World, post};
use ligature_primitives::ids::ChainId;
use ligature_runtime::{
	AccountId, Address, Hash, RuntimeCall, Signature, SignedPayload, UncheckedExtrinsic, VERSION,
	configs::tx_extension,
};
use polkadot_sdk::{
	frame_system, pallet_transaction_payment,
	sp_core::{Pair, sr25519},
	sp_runtime::generic::Era,
};
use serde_json::{Value, json};

/// Bytes of each of the flood's extrinsics: 32 of them leave 250 bytes of the 3.75 MiB that a block has, which what a block
/// has anyway fits into, and no other call.
const LENGTH: usize = (3_932_160 - 250) / 32;

/// So many wait in the pool: more than two blocks of them.
const WAITING: u32 = 80;

/// What each offers, in the native token's least unit: far more than nothing, and less than the operator's first tip.
const TIP: u128 = 1_000;

/// The operator's first tip, by default.
const FIRST_TIP: u128 = 1_000_000_000;

/// Who floods a chain.
struct Flooder {
	/// The host and port of the chain's node.
	node: String,
	genesis: Hash,
	key: sr25519::Pair,
	/// The nonce of the next extrinsic.
	next: u32,
}

impl Flooder {
	async fn of(world: &World) -> Self {
		let url = world.chain_urls().swap_remove(0);
		let node = url.trim_start_matches("ws://").trim_end_matches('/').to_owned();
		let genesis = Hash::from(world.chain(ALPHA).await.genesis());
		let key = sr25519::Pair::from_string("//Dave", None).unwrap();
		let mut flooder = Self { node, genesis, key, next: 0 };
		flooder.next = flooder.included().await;
		flooder
	}

	async fn ask(&self, method: &str, params: Value) -> Value {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let (status, answer) = post(&self.node, request.to_string().as_bytes()).await;
		assert_eq!(status, 200, "{answer}");
		let mut answer: Value = serde_json::from_str(&answer).unwrap();
		assert!(answer.get("error").is_none(), "{answer}");
		answer["result"].take()
	}

	/// How many of its extrinsics blocks hold.
	async fn included(&self) -> u32 {
		let account = format!("0x{}", hex::encode(self.key.public()));
		let nonce = self.ask("state_call", json!(["AccountNonceApi_account_nonce", account])).await;
		let bytes = hex::decode(nonce.as_str().unwrap().trim_start_matches("0x")).unwrap();
		u32::decode(&mut &bytes[..]).unwrap()
	}

	/// A remark of so many bytes, signed.
	fn remark(&self, bytes: usize) -> Vec<u8> {
		let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![0; bytes] });
		let (version, genesis) = (VERSION, self.genesis);
		let implicit = (
			(),
			(),
			version.spec_version,
			version.transaction_version,
			genesis,
			genesis,
			(),
			(),
			(),
			(),
			None,
			(),
		);
		let mut extension = tx_extension(Era::immortal(), self.next);
		extension.9 = pallet_transaction_payment::ChargeTransactionPayment::from(TIP);
		let payload = SignedPayload::from_raw(call, extension, implicit);
		let signature = payload.using_encoded(|bytes| Signature::Sr25519(self.key.sign(bytes)));
		let (call, extension, _) = payload.deconstruct();
		let sender = Address::Id(AccountId::from(self.key.public()));
		UncheckedExtrinsic::new_signed(call, sender, signature, extension).encode()
	}

	/// The next extrinsic, of [`LENGTH`] bytes.
	fn extrinsic(&self) -> Vec<u8> {
		let most = LENGTH - 500;
		let extrinsic = self.remark(most + LENGTH - self.remark(most).len());
		assert_eq!(extrinsic.len(), LENGTH);
		extrinsic
	}

	/// Sends so many that the next two blocks are full.
	async fn fill(&mut self) {
		let included = self.included().await;
		while self.next < included + WAITING {
			let bytes = format!("0x{}", hex::encode(self.extrinsic()));
			self.ask("author_submitExtrinsic", json!([bytes])).await;
			self.next += 1;
		}
	}
}

/// The tips that the operator has paid on a chain above a block, in their order.
async fn tips(world: &World, chain: ChainId, above: u32) -> Vec<u128> {
	let operator = Signer::from_suri(OPERATOR).unwrap().account();
	let client = world.chain(chain).await;
	let mut tips = Vec::new();
	for number in above + 1..=world.height(chain).await {
		let events = client.at_number(number).await.unwrap().events().await.unwrap();
		let fees = events.iter().filter(|it| it.is("TransactionPayment", "TransactionFeePaid"));
		let own = fees.filter(|fee| fee.bytes32("who") == Some(operator));
		tips.extend(own.map(|fee| fee.number("tip").unwrap()));
	}
	tips
}

/// Dave fills alpha until the operator has outbid him.
pub async fn full(world: &mut World) {
	let mut flooder = Flooder::of(world).await;
	let [alpha, beta] = [world.height(ALPHA).await, world.height(BETA).await];
	let begin = flooder.next;
	flooder.fill().await;
	world
		.until("the flood is in blocks", async || {
			flooder.fill().await;
			flooder.included().await > begin + WAITING
		})
		.await;
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	let hash = world.send(&transfer).await;
	world
		.until("the operator outbids the flood", async || {
			flooder.fill().await;
			!tips(world, ALPHA, alpha).await.is_empty()
		})
		.await;
	let paid = tips(world, ALPHA, alpha).await;
	assert!(paid[0] >= FIRST_TIP && paid[0].is_multiple_of(FIRST_TIP), "{paid:?}");
	let committed = world.block(ALPHA, world.status(ALPHA).await.counters.committed).await.unwrap();
	world.say(&format!("block {} is committed for a tip of {}", committed.header.number, paid[0]));

	// The flood is over. Everything is settled, and where nobody bids, nothing is offered.
	world.reaches(hash, Goal::Executed).await;
	world.each_done_once(&[hash]).await;
	let there = tips(world, BETA, beta).await;
	assert!(!there.is_empty() && there.iter().all(|tip| *tip == 0), "{there:?}");
}
