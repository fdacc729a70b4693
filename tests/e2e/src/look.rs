// SPDX-License-Identifier: Apache-2.0

//! What chains and operator say, and waiting until they say it.

use crate::{ALPHA, BETA, PATIENCE, World, done};
use ligature_chain::{BlockStatus, Chain, Event, Status};
use ligature_operator_api::{TransactionHash, TransactionState};
use ligature_primitives::ids::{BlockNumber, ChainId};
use std::{
	collections::HashSet,
	time::{Duration, Instant},
};

impl World {
	/// Waits until something is so.
	///
	/// # Panics
	///
	/// If it is not in time.
	pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
		let start = Instant::now();
		while !so().await {
			let in_time = start.elapsed() < PATIENCE;
			assert!(in_time, "not in time: {what}\n── operator\n{}", self.log("operator"));
			tokio::time::sleep(Duration::from_millis(300)).await;
		}
	}

	/// A chain.
	///
	/// # Panics
	///
	/// If it does not answer.
	pub async fn chain(&self, id: ChainId) -> Chain {
		done("a chain", self.session.chain(id).await)
	}

	/// Where the rollup stands on a chain, as of its best block.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn status(&self, id: ChainId) -> Status {
		let best = self.chain(id).await.best().await.expect("the chain answers");
		best.status().await.expect("the chain says where it stands")
	}

	/// A block of the rollup as a chain knows it.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn block(&self, id: ChainId, number: BlockNumber) -> Option<BlockStatus> {
		let best = self.chain(id).await.best().await.expect("the chain answers");
		best.block(number).await.expect("the chain says what it knows")
	}

	/// The number of a chain's best block.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn height(&self, id: ChainId) -> u32 {
		self.chain(id).await.best().await.expect("the chain answers").head().number
	}

	/// Waits until both chains have finalized what is their best block now.
	///
	/// # Panics
	///
	/// If it takes too long, or a chain does not answer.
	pub async fn finalize(&self) {
		for id in [ALPHA, BETA] {
			let (chain, best) = (self.chain(id).await, self.height(id).await);
			self.until(&format!("chain {id} finalizes block {best}"), async || {
				chain.finalized().await.expect("the chain answers").head().number >= best
			})
			.await;
		}
	}

	/// Waits for an event in a block of a chain above this one. Each chain has one validator: its best blocks stay.
	///
	/// # Panics
	///
	/// If it does not come, or the chain does not answer.
	pub async fn event(&self, id: ChainId, above: u32, pallet: &str, name: &str) -> Event {
		let chain = self.chain(id).await;
		let (mut last, mut found) = (above, None);
		self.until(&format!("{pallet}.{name} on chain {id}"), async || {
			let best = self.height(id).await;
			while found.is_none() && last < best {
				last += 1;
				let at = chain.at_number(last).await.expect("the chain has its blocks");
				let events = at.events().await.expect("the chain says what has happened");
				found = events.into_iter().find(|event| event.is(pallet, name));
			}
			found.is_some()
		})
		.await;
		found.expect("it was waited for")
	}

	/// Waits until every block that was built is executed on both chains.
	///
	/// # Panics
	///
	/// If it takes too long.
	pub async fn settled(&self) -> BlockNumber {
		let mut last = 0;
		self.until("everything built is executed", async || {
			let Ok(status) = self.session.status().await else { return false };
			last = status.built;
			let executed = |chain: &ligature_operator_api::ChainProgress| chain.executed == last;
			status.mempool == 0 && status.chains.iter().all(executed)
		})
		.await;
		BlockNumber(last)
	}

	/// Checks that each of these transactions is in a block, at a place of its own.
	///
	/// # Panics
	///
	/// If one is not, or the operator does not answer.
	pub async fn each_done_once(&self, hashes: &[TransactionHash]) {
		let mut places = HashSet::new();
		for hash in hashes {
			let info = done("a transaction", self.session.transaction(*hash).await);
			let TransactionState::InBlock { block, operation, .. } = info.state else {
				panic!("{hash} is in no block")
			};
			assert!(places.insert((block, operation)), "two transactions at one place");
		}
	}
}
