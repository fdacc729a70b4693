// SPDX-License-Identifier: Apache-2.0

//! What is known of the chains at the moment: written by the tasks that watch them, read by everybody.

use crate::settlement::{ChainView, Hold};
use ligature_chain::{Epoch, Queue};
use ligature_operator_api::TokenInfo;
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, Timestamp},
};
use std::{
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::watch;

/// What is known of one chain.
#[derive(Clone, Debug)]
pub struct ChainState {
	/// The chain.
	pub id: ChainId,
	/// Its name.
	pub name: String,
	/// Where it is reached.
	pub url: String,
	/// Hash of its first block.
	pub genesis: Digest,
	/// Whether it is reached now.
	pub connected: bool,
	/// When it was reached last.
	pub seen: Instant,
	/// What it said at its best block.
	pub view: Option<ChainView>,
	/// Number of its finalized block.
	pub finalized: u32,
	/// The time of that block.
	pub clock: Timestamp,
	/// The ends of its queue, at the best block.
	pub queue: Queue,
	/// Its epochs of oracles, at the finalized block.
	pub epochs: Vec<Epoch>,
	/// Its tokens.
	pub tokens: Vec<TokenInfo>,
	/// Why nothing can be committed there.
	pub hold: Option<Hold>,
}

impl ChainState {
	/// A chain of which nothing is known yet.
	pub fn new(id: ChainId, name: &str, url: &str, genesis: Digest) -> Self {
		Self {
			id,
			name: name.to_owned(),
			url: url.to_owned(),
			genesis,
			connected: true,
			seen: Instant::now(),
			view: None,
			finalized: 0,
			clock: Timestamp::default(),
			queue: Queue::default(),
			epochs: Vec::new(),
			tokens: Vec::new(),
			hold: None,
		}
	}

	/// What it said, if it is reached.
	pub fn present(&self) -> Option<&ChainView> {
		self.view.as_ref().filter(|_| self.connected)
	}

	/// The epoch of the oracles that certify a block, as the chain has it: number and hash of its members. None if
	/// there is none, or its notice is not over.
	pub fn epoch_of(&self, number: BlockNumber) -> Option<(u32, Digest)> {
		let epoch = self.epochs.iter().rev().find(|epoch| epoch.first_block <= number)?;
		(epoch.usable_from <= self.finalized).then_some((epoch.number, epoch.hash))
	}
}

/// What is known of all chains. Clones are the same board.
#[derive(Clone, Debug)]
pub struct Board {
	chains: Arc<Mutex<Vec<ChainState>>>,
	changes: Arc<watch::Sender<u64>>,
}

impl Board {
	/// A board for these chains, in the network's order.
	pub fn new(chains: Vec<ChainState>) -> Self {
		Self { chains: Arc::new(Mutex::new(chains)), changes: Arc::new(watch::Sender::new(0)) }
	}

	fn lock(&self) -> MutexGuard<'_, Vec<ChainState>> {
		// Nobody leaves a state half written.
		self.chains.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Changes what is known of a chain.
	pub fn update<R>(&self, place: usize, change: impl FnOnce(&mut ChainState) -> R) -> Option<R> {
		let changed = self.lock().get_mut(place).map(change);
		self.changes.send_modify(|count| *count = count.wrapping_add(1));
		changed
	}

	/// Reads what is known of all chains.
	pub fn read<R>(&self, read: impl FnOnce(&[ChainState]) -> R) -> R {
		read(&self.lock())
	}

	/// All that is known.
	pub fn chains(&self) -> Vec<ChainState> {
		self.lock().clone()
	}

	/// Tells of every change.
	pub fn changes(&self) -> watch::Receiver<u64> {
		self.changes.subscribe()
	}

	/// The last block that is certified on all chains, as far as they were seen.
	pub fn certified(&self) -> BlockNumber {
		self.least(|view| view.counters.certified)
	}

	/// The last block that is proven on all chains, as far as they were seen.
	pub fn proven(&self) -> BlockNumber {
		self.least(|view| view.counters.proven)
	}

	fn least(&self, counter: impl Fn(&ChainView) -> BlockNumber) -> BlockNumber {
		let chains = self.lock();
		let least =
			chains.iter().map(|chain| chain.view.as_ref().map(&counter).unwrap_or_default());
		least.min().unwrap_or_default()
	}

	/// The least of the clocks of the chains' finalized blocks.
	pub fn clock(&self) -> Timestamp {
		self.lock().iter().map(|chain| chain.clock).min().unwrap_or_default()
	}

	/// The chains that were not reached for so long, with how long.
	pub fn unreachable(&self, after: Duration) -> Vec<(ChainId, Duration)> {
		let chains = self.lock();
		let silent = chains.iter().map(|chain| (chain.id, chain.seen.elapsed()));
		silent.filter(|(_, silence)| *silence >= after).collect()
	}

	/// The epoch of the oracles that certify a block.
	///
	/// # Errors
	///
	/// A chain that has none that can be used, or another one than the first chain: it would refuse the block.
	pub fn epoch_of(&self, number: BlockNumber) -> Result<(u32, Digest), String> {
		let chains = self.lock();
		let mut epochs = chains.iter().map(|chain| (chain.id, chain.epoch_of(number)));
		let (first, epoch) = epochs.next().ok_or("there are no chains")?;
		let epoch = epoch.ok_or_else(|| {
			format!("chain {first} has no oracles yet that may certify block {number}")
		})?;
		match epochs.find(|(_, other)| *other != Some(epoch)) {
			Some((id, _)) => Err(format!(
				"chain {id} has not the same oracles for block {number} as chain {first}"
			)),
			None => Ok(epoch),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_chain::Counters;

	fn epoch(number: u32, first_block: u64, usable_from: u32) -> Epoch {
		Epoch {
			number,
			first_block: BlockNumber(first_block),
			usable_from,
			hash: [number as u8; 32],
			ended: None,
			members: vec![[1; 32]],
		}
	}

	fn board() -> Board {
		let chains = [1, 2].map(|id| ChainState::new(ChainId(id), "a", "ws://a", [id; 32]));
		let board = Board::new(chains.to_vec());
		for place in 0..2 {
			board.update(place, |chain| chain.epochs = vec![epoch(0, 0, 0)]);
		}
		board
	}

	fn view(certified: u64) -> ChainView {
		ChainView {
			chain: ChainId(1),
			best: 1,
			counters: Counters { certified: BlockNumber(certified), ..Counters::default() },
			revert_epoch: 0,
			guardian: false,
			refused: None,
			exodus: false,
			tip: [0; 32],
		}
	}

	#[test]
	fn a_chain_that_was_not_seen_should_count_as_having_certified_nothing() {
		let board = board();
		board.update(0, |chain| chain.view = Some(view(7)));
		assert_eq!(board.certified(), BlockNumber(0));
		board.update(1, |chain| chain.view = Some(view(5)));
		assert_eq!(board.certified(), BlockNumber(5));
	}

	#[test]
	fn the_clock_should_be_the_slowest_ones() {
		let board = board();
		for (place, time) in [(0, 30), (1, 20)] {
			board.update(place, |chain| chain.clock = Timestamp::new(time).expect("small"));
		}
		assert_eq!(board.clock().get(), 20);
	}

	#[test]
	fn the_epoch_should_be_one_that_all_chains_can_use() {
		let board = board();
		assert_eq!(board.epoch_of(BlockNumber(9)), Ok((0, [0; 32])));
		board.update(0, |chain| chain.epochs.push(epoch(1, 5, 100)));
		assert_eq!(board.epoch_of(BlockNumber(4)), Ok((0, [0; 32])));
		let early = board.epoch_of(BlockNumber(5)).expect_err("its notice is not over");
		assert!(early.starts_with("chain 1 has no oracles yet"), "{early}");
		board.update(0, |chain| chain.finalized = 100);
		let other = board.epoch_of(BlockNumber(5)).expect_err("the second chain knows it not");
		assert!(other.starts_with("chain 2 has not the same"), "{other}");
		board.update(1, |chain| {
			chain.epochs.push(epoch(1, 5, 90));
			chain.finalized = 95;
		});
		assert_eq!(board.epoch_of(BlockNumber(5)), Ok((1, [1; 32])));
	}

	#[test]
	fn a_change_should_be_told() {
		let board = board();
		let mut changes = board.changes();
		assert!(!changes.has_changed().expect("the board is there"));
		board.update(0, |chain| chain.connected = false);
		assert!(changes.has_changed().expect("the board is there"));
		changes.mark_unchanged();
		assert!(board.read(|chains| chains[0].present().is_none()));
		assert_eq!(board.unreachable(Duration::ZERO).len(), 2);
		assert_eq!(board.unreachable(Duration::from_secs(60)), []);
	}
}
