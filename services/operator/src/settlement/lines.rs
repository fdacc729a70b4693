// SPDX-License-Identifier: Apache-2.0

//! The stored blocks as settlement needs them again and again: hash and revert epoch by number.

use super::view::{ChainView, StoreView};
use crate::{
	engine::EngineStatus,
	store::{Store, StoreError},
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};

/// Blocks that are remembered.
const MEMORY: usize = 1_024;

/// A block in the line of those that were not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
	hash: Digest,
	epoch: u32,
}

/// What is remembered: lines by number, read in one revert epoch.
#[derive(Debug, Default)]
struct Memory {
	/// The revert epoch of the next block at the time. In another one a number may have another block.
	epoch: u32,
	lines: BTreeMap<u64, Line>,
}

/// The stored blocks. Clones are the same.
#[derive(Clone)]
pub struct Lines {
	store: Arc<dyn Store>,
	genesis: Line,
	memory: Arc<Mutex<Memory>>,
}

impl Lines {
	/// The blocks of a store that begins with this header of block 0.
	pub fn new(store: Arc<dyn Store>, genesis: &Header) -> Self {
		let genesis = Line { hash: genesis.hash(), epoch: genesis.revert_epoch };
		Self { store, genesis, memory: Arc::default() }
	}

	/// The header hash of a block in this revert epoch; none if it is not there.
	///
	/// # Errors
	///
	/// [`StoreError`].
	pub async fn hash(
		&self,
		number: BlockNumber,
		epoch: u32,
	) -> Result<Option<Digest>, StoreError> {
		Ok(self.line(number, epoch).await?.map(|line| line.hash))
	}

	/// What the store holds, seen from a chain. None: blocks are being taken back at this moment.
	///
	/// # Errors
	///
	/// [`StoreError`].
	pub async fn view(
		&self,
		status: &EngineStatus,
		chain: &ChainView,
	) -> Result<Option<StoreView>, StoreError> {
		let (built, revert_epoch) = (status.built, status.revert_epoch);
		let committed = chain.counters.committed;
		let tip = match committed <= built {
			true => self.hash(committed, revert_epoch).await?,
			false => None,
		};
		let (mut fork, mut fork_epoch) = (built, revert_epoch);
		loop {
			let Some(line) = self.line(fork, revert_epoch).await? else { return Ok(None) };
			if line.epoch <= chain.revert_epoch {
				return Ok(Some(StoreView { built, revert_epoch, tip, fork, fork_epoch }));
			}
			fork_epoch = line.epoch;
			// Block 0 names epoch 0, so this ends there at the latest.
			fork = BlockNumber(fork.0.saturating_sub(1));
		}
	}

	async fn line(&self, number: BlockNumber, epoch: u32) -> Result<Option<Line>, StoreError> {
		if number.0 == 0 {
			return Ok(Some(self.genesis));
		}
		if let Some(line) = self.remembered(number, epoch) {
			return Ok(Some(line));
		}
		let Some(block) = self.store.block(number).await? else { return Ok(None) };
		let line = Line { hash: block.hash, epoch: block.header.revert_epoch };
		// What is read while blocks are taken back may be of either time: it is asked for again.
		if self.store.revert_epoch().await? == epoch {
			self.remember(number, epoch, line);
		}
		Ok(Some(line))
	}

	fn remembered(&self, number: BlockNumber, epoch: u32) -> Option<Line> {
		let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
		memory.lines.get(&number.0).copied().filter(|_| memory.epoch == epoch)
	}

	fn remember(&self, number: BlockNumber, epoch: u32, line: Line) {
		let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
		if memory.epoch != epoch {
			*memory = Memory { epoch, lines: BTreeMap::new() };
		}
		memory.lines.insert(number.0, line);
		while memory.lines.len() > MEMORY {
			memory.lines.pop_first();
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{ALPHA, Person, World, deposit};
	use ligature_chain::Counters;
	use ligature_primitives::ids::ChainId;

	/// A chain that has committed so many blocks in this revert epoch.
	fn chain(committed: u64, revert_epoch: u32) -> ChainView {
		ChainView {
			chain: ChainId(1),
			best: 1,
			counters: Counters { committed: BlockNumber(committed), ..Counters::default() },
			revert_epoch,
			guardian: false,
			refused: None,
			exodus: false,
			tip: [0; 32],
		}
	}

	/// What the store holds, seen from that chain: tip, fork, and the epoch after it.
	async fn seen(world: &World, committed: u64, epoch: u32) -> (Option<Digest>, u64, u32) {
		let status = world.api.engine.status().await;
		let view = world.shared.lines.view(&status, &chain(committed, epoch)).await;
		let view = view.expect("a database").expect("nothing is taken back now");
		assert_eq!((view.built, view.revert_epoch), (status.built, status.revert_epoch));
		(view.tip, view.fork.0, view.fork_epoch)
	}

	/// Builds a block.
	async fn build(world: &World) -> Digest {
		let first = world.api.engine.next_request(ALPHA).await;
		world.requests(ALPHA, first, &[deposit(Person(3), 0, 1)]).await;
		world.build().await.hash
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn the_fork_should_be_the_last_block_that_the_chains_epoch_allows() {
		let world = World::new().await;
		let genesis = world.genesis.hash();
		assert_eq!(seen(&world, 0, 0).await, (Some(genesis), 0, 0));
		let mut old = Vec::new();
		for _ in 0..4 {
			old.push(build(&world).await);
		}
		assert_eq!(seen(&world, 0, 0).await, (Some(genesis), 4, 0));
		assert_eq!(seen(&world, 3, 0).await, (Some(old[2]), 4, 0));
		assert_eq!(seen(&world, 5, 0).await, (None, 4, 0), "there is none of that number");
		// A chain in a later epoch could take them all, if it knew that epoch.
		assert_eq!(seen(&world, 3, 9).await, (Some(old[2]), 4, 0));

		world.api.engine.revert(BlockNumber(2), 3).await.expect("it goes back");
		assert_eq!(seen(&world, 4, 0).await, (None, 2, 3));
		assert_eq!(seen(&world, 2, 3).await, (Some(old[1]), 2, 3));
		let third = build(&world).await;
		assert_ne!(third, old[2], "it names another epoch");
		assert_eq!(seen(&world, 4, 0).await, (None, 2, 3));
		assert_eq!(seen(&world, 3, 0).await, (Some(third), 2, 3));
		assert_eq!(seen(&world, 3, 3).await, (Some(third), 3, 3));

		// Once more, a block later: a chain that has heard of neither goes one step after the other.
		world.api.engine.revert(BlockNumber(3), 4).await.expect("it goes back");
		let fourth = build(&world).await;
		assert_eq!(seen(&world, 4, 0).await, (Some(fourth), 2, 3));
		assert_eq!(seen(&world, 3, 3).await, (Some(third), 3, 4));
		assert_eq!(seen(&world, 4, 4).await, (Some(fourth), 4, 4));
	}
}
