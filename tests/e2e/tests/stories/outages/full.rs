// SPDX-License-Identifier: Apache-2.0

//! Somebody fills alpha's blocks and pays more for each place than the operator offers. The operator offers more, and gets
//! its place while the flood lasts.

use codec::Encode;
use ligature_chain::Signer;
use ligature_cli::{devnet::OPERATOR, session::Goal};
use ligature_e2e::{ALPHA, BETA, World, post};
use ligature_primitives::ids::{BlockNumber, ChainId};
use ligature_runtime::{
	AccountId, Address, Hash, Runtime, RuntimeCall, Signature, UncheckedExtrinsic,
	configs::immortal_payload,
};
use polkadot_sdk::{
	frame_support::dispatch::{DispatchClass, GetDispatchInfo},
	frame_system, pallet_utility,
	sp_core::{Pair, sr25519},
};
use serde_json::{Value, json};

/// So many blocks are filled: twice as many as the operator waits before it offers more, and some.
const BLOCKS: usize = 24;

/// What each extrinsic of the flood offers, in the native token's least unit: more than nothing, however many calls fit into its
/// place, and less than the operator's first tip.
const TIP: u128 = 100_000;

/// The operator's first tip, by default.
const FIRST_TIP: u128 = 1_000_000_000;

/// What weighs much and costs little: as if a block of the rollup were to be executed that is not there.
fn heavy(payments: u32) -> RuntimeCall {
	let number = BlockNumber(u64::MAX);
	RuntimeCall::Rollup(pallet_rollup::Call::execute_block { number, payments, requests: 0 })
}

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
		let account = AccountId::from(flooder.key.public()).to_string();
		let next = flooder.ask("system_accountNextIndex", json!([account])).await;
		flooder.next = next.as_u64().unwrap() as u32;
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

	/// Heavy calls, all of which are tried, as an extrinsic.
	fn extrinsic(&self, calls: Vec<RuntimeCall>) -> UncheckedExtrinsic {
		let call = RuntimeCall::Utility(pallet_utility::Call::force_batch { calls });
		let payload = immortal_payload(call, self.next, TIP, self.genesis);
		let signature = payload.using_encoded(|bytes| Signature::Sr25519(self.key.sign(bytes)));
		let (call, extension, _) = payload.deconstruct();
		let sender = Address::Id(AccountId::from(self.key.public()));
		UncheckedExtrinsic::new_signed(call, sender, signature, extension)
	}

	/// As many heavy calls as weigh so much, and what they weigh with all that an extrinsic weighs.
	fn calls(&self, budget: u64) -> (Vec<RuntimeCall>, u64) {
		let base = <Runtime as frame_system::Config>::BlockWeights::get();
		let base = base.get(DispatchClass::Normal).base_extrinsic.ref_time();
		let weight = |calls: &Vec<RuntimeCall>| {
			let info = self.extrinsic(calls.clone()).get_dispatch_info();
			base + info.total_weight().ref_time()
		};
		let mut calls = Vec::new();
		for payments in [128, 16, 2, 0] {
			while weight(&calls) <= budget {
				calls.push(heavy(payments));
			}
			calls.pop();
		}
		let weight = weight(&calls);
		(calls, weight)
	}

	/// Fills blocks: two extrinsics leave no room for a third one in any.
	async fn flood(&mut self) {
		let limits = <Runtime as frame_system::Config>::BlockWeights::get();
		let limits = limits.get(DispatchClass::Normal);
		let most = limits.max_extrinsic.expect("it has a limit").ref_time();
		let (first, weight) = self.calls(most);
		let (second, _) = self.calls(limits.max_total.expect("it has a limit").ref_time() - weight);
		for calls in [first, second].iter().cycle().take(2 * BLOCKS) {
			let bytes = format!("0x{}", hex::encode(self.extrinsic(calls.clone()).encode()));
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
	flooder.flood().await;
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	let hash = world.send(&transfer).await;
	world
		.until("the operator outbids the flood", async || {
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
