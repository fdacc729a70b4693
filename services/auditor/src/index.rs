// SPDX-License-Identifier: Apache-2.0

//! The blocks of all chains beside each other: which header each has taken under a number, and which it has proven.

use crate::books::REMEMBERED;
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};
use std::collections::BTreeMap;

/// So many blocks behind the last one are kept: chains are read at different speeds.
const KEPT: u64 = 16 * REMEMBERED;

/// A block, as one chain has it.
#[derive(Clone, Copy, Debug)]
struct Seen {
	hash: Digest,
	proven: bool,
	/// When it was committed, in seconds since 1970.
	since: u64,
}

/// That another chain must have proven a block, as it is certified somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
	/// The block's number.
	pub number: BlockNumber,
	/// Its header's hash.
	pub hash: Digest,
	/// The chain on which it is certified.
	pub certified: ChainId,
	/// The block of that chain in which it was.
	pub at: u32,
	/// The chain that must have proven it.
	pub other: ChainId,
	/// Since when, in seconds since 1970.
	pub since: u64,
}

/// The blocks of all chains.
#[derive(Clone, Debug, Default)]
pub struct Index {
	/// By number and revert epoch.
	blocks: BTreeMap<(BlockNumber, u32), BTreeMap<ChainId, Seen>>,
	/// Up to here a chain counts as proven: where its books begin.
	begun: BTreeMap<ChainId, BlockNumber>,
	awaited: Vec<Awaited>,
}

impl Index {
	/// Up to this block, of which the chain has told nothing, it has proven what it has.
	pub fn begin(&mut self, chain: ChainId, proven: BlockNumber) {
		self.begun.insert(chain, proven);
	}

	/// A chain has committed a block. Gives the chains that have another header in its place.
	pub fn committed(
		&mut self,
		chain: ChainId,
		place: (BlockNumber, u32),
		hash: Digest,
		since: u64,
	) -> Vec<(ChainId, Digest)> {
		let chains = self.blocks.entry(place).or_default();
		chains.insert(chain, Seen { hash, proven: false, since });
		let others = chains.iter().filter(|(_, seen)| seen.hash != hash);
		let others = others.map(|(other, seen)| (*other, seen.hash)).collect();
		let first = BlockNumber(place.0.0.saturating_sub(KEPT));
		if self.blocks.first_key_value().is_some_and(|((number, _), _)| *number < first) {
			self.blocks = self.blocks.split_off(&(first, 0));
		}
		others
	}

	/// A chain has proven a block.
	pub fn proven(&mut self, chain: ChainId, number: BlockNumber, hash: Digest) {
		for (_, chains) in self.blocks.range_mut((number, 0)..=(number, u32::MAX)) {
			if let Some(seen) = chains.get_mut(&chain).filter(|seen| seen.hash == hash) {
				seen.proven = true;
			}
		}
	}

	/// A chain has taken a block as certified: all others must have proven it.
	pub fn certified(
		&mut self,
		(certified, at): (ChainId, u32),
		number: BlockNumber,
		hash: Digest,
		since: u64,
		chains: &[ChainId],
	) {
		let others = chains.iter().filter(|other| **other != certified);
		let awaited =
			|other: &ChainId| Awaited { number, hash, certified, at, other: *other, since };
		self.awaited.extend(others.map(awaited));
	}

	/// What one chain must have proven by now and has not, with what it has proven in its place: it was read up to
	/// `time`, and clocks differ by `patience` at most. Each is given once.
	pub fn overdue(
		&mut self,
		chain: ChainId,
		time: u64,
		patience: u64,
	) -> Vec<(Awaited, Option<Digest>)> {
		let mut overdue = Vec::new();
		let Self { blocks, begun, awaited } = self;
		awaited.retain(|it| {
			if it.other != chain {
				return true;
			}
			let seen = blocks.range((it.number, 0)..=(it.number, u32::MAX));
			let seen = seen.filter_map(|(_, chains)| chains.get(&chain));
			let proven: Vec<_> = seen.filter(|seen| seen.proven).map(|seen| seen.hash).collect();
			let unknown = begun.get(&chain).is_some_and(|begun| it.number <= *begun);
			if proven.contains(&it.hash) || (proven.is_empty() && unknown) {
				return false;
			}
			let late = time > it.since.saturating_add(patience);
			if late {
				overdue.push((*it, proven.last().copied()));
			}
			!late
		});
		overdue
	}

	/// When another chain has committed this block first, if one has.
	pub fn committed_elsewhere(
		&self,
		chain: ChainId,
		place: (BlockNumber, u32),
	) -> Option<(Digest, u64)> {
		let chains = self.blocks.get(&place)?;
		let others = chains.iter().filter(|(other, _)| **other != chain);
		others.map(|(_, seen)| (seen.hash, seen.since)).min_by_key(|(_, since)| *since)
	}
}
