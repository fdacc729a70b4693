// SPDX-License-Identifier: Apache-2.0

//! What is remembered of a chain, beside what the chain remembers itself: rules about more than one state.

use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
	priority::PriorityRequest,
};
use ligature_runtime::{Runtime, RuntimeCall};
use pallet_rollup::{
	BalanceKey, Blocks, Counters, Exodus, ExodusState, LiquidityKey, PaidBalances, PaidLiquidity,
	PriorityQueue, Progress, Queue, Requests,
};
use polkadot_sdk::*;
use sp_runtime::traits::Get;
use std::collections::{BTreeMap, BTreeSet};

use super::Fuzz;
use crate::exits::{balance_key, liquidity_key};

/// One chain, as it was after the last call.
#[derive(Default)]
pub(super) struct Shadow {
	counters: Counters,
	queue: Queue<ligature_runtime::BlockNumber>,
	exodus: Option<Exodus<ligature_runtime::BlockNumber>>,
	/// All blocks that were ever certified.
	certified: BTreeMap<BlockNumber, Digest>,
	/// Claims and refunds that were ever paid.
	balances: BTreeSet<BalanceKey>,
	liquidity: BTreeSet<LiquidityKey>,
	refunds: BTreeSet<u64>,
}

impl Shadow {
	/// That what has succeeded had not succeeded before, where it may only once.
	pub(super) fn note_success(&mut self, call: &RuntimeCall) {
		let RuntimeCall::Rollup(call) = call else { return };
		let first = match call {
			pallet_rollup::Call::exit { claim } => self.balances.insert(balance_key(claim)),
			pallet_rollup::Call::exit_liquidity { claim } => {
				self.liquidity.insert(liquidity_key(claim))
			},
			pallet_rollup::Call::refund_deposit { index } => self.refunds.insert(*index),
			_ => true,
		};
		assert!(first, "twice: {call:?}");
	}
}

/// What a chain says now.
struct Now {
	counters: Counters,
	queue: Queue<ligature_runtime::BlockNumber>,
	exodus: Option<Exodus<ligature_runtime::BlockNumber>>,
	/// Hashes of the blocks that it remembers.
	blocks: BTreeMap<BlockNumber, Digest>,
	last_request: Option<PriorityRequest>,
	balances: BTreeSet<BalanceKey>,
	liquidity: BTreeSet<LiquidityKey>,
}

impl Now {
	fn look() -> Self {
		let queue = PriorityQueue::<Runtime>::get();
		let last = queue.next.checked_sub(1).and_then(Requests::<Runtime>::get);
		Self {
			counters: Progress::<Runtime>::get(),
			queue,
			exodus: ExodusState::<Runtime>::get(),
			blocks: Blocks::<Runtime>::iter().map(|(number, it)| (number, it.hash)).collect(),
			last_request: last.map(|stored| stored.request),
			balances: PaidBalances::<Runtime>::iter_keys().collect(),
			liquidity: PaidLiquidity::<Runtime>::iter_keys().collect(),
		}
	}
}

impl Fuzz {
	/// Checks a chain: the invariants of its pallets, what it owes, and the rules about what came before.
	///
	/// # Panics
	///
	/// If something is wrong.
	pub(super) fn check(&mut self, chain: ChainId) {
		self.network.chain(chain).check_state();
		self.network.check_owed(chain);
		let now = self.network.chain(chain).with(Now::look);
		self.shadows[Self::place(chain)].follow(now);
	}
}

impl Shadow {
	/// Compares what is with what was.
	fn follow(&mut self, now: Now) {
		let Counters { committed, proven, certified, executed } = now.counters;
		let ordered = committed >= proven && proven >= certified && certified >= executed;
		assert!(ordered, "{:?}", now.counters);
		let before = self.counters;
		assert!(certified >= before.certified, "a certified block is gone: {:?}", now.counters);
		assert!(executed >= before.executed, "an executed block is gone: {:?}", now.counters);
		for number in (before.certified.0 + 1..=certified.0).map(BlockNumber) {
			self.certified.insert(number, now.blocks[&number]);
		}
		let keep: u32 = <Runtime as pallet_rollup::Config>::KeepBlocks::get();
		for (number, hash) in &self.certified {
			let forgotten = number.0 + u64::from(keep) <= executed.0;
			let same = now.blocks.get(number).map_or(forgotten, |now| now == hash);
			assert!(same, "block {number} was certified, and is another or gone");
		}

		let Queue { executed, committed, next, .. } = now.queue;
		assert!(executed <= committed && committed <= next, "{:?}", now.queue);
		assert!(next >= self.queue.next, "a request is gone: {:?}", now.queue);
		assert!(executed >= self.queue.executed, "a request is back: {:?}", now.queue);
		let most: u32 = <Runtime as pallet_rollup::Config>::MaxQueue::get();
		if next > self.queue.next && next - committed > u64::from(most) {
			let exit = matches!(now.last_request, Some(PriorityRequest::FullExit { .. }));
			assert!(exit, "{:?} has come into a full queue", now.last_request);
		}

		if let Some(before) = self.exodus {
			let now = now.exodus.expect("exodus never ends");
			assert_eq!(now.since, before.since);
			assert!(before.freeze.is_none() || now.freeze == before.freeze, "another freeze block");
		}
		assert!(now.balances.is_superset(&self.balances), "a balance that left is forgotten");
		assert!(now.liquidity.is_superset(&self.liquidity), "liquidity that left is forgotten");
		self.balances = now.balances;
		self.liquidity = now.liquidity;
		self.counters = now.counters;
		self.queue = now.queue;
		self.exodus = now.exodus;
	}
}
