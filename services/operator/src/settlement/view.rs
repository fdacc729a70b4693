// SPDX-License-Identifier: Apache-2.0

//! What settlement decides from: what a chain says at its best block, and what the store holds.

use ligature_chain::Counters;
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};

/// What a chain says at one of its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainView {
	/// The chain.
	pub chain: ChainId,
	/// The block of the chain that says so.
	pub best: u32,
	/// How far the rollup's blocks have come there.
	pub counters: Counters,
	/// The revert epoch that its next commit must name.
	pub revert_epoch: u32,
	/// Whether the guardian has halted it.
	pub guardian: bool,
	/// The lowest block known there that another chain shall never prove.
	pub refused: Option<BlockNumber>,
	/// Whether exodus has begun.
	pub exodus: bool,
	/// Header hash of the last block committed there.
	pub tip: Digest,
}

impl ChainView {
	/// Whether commit, prove and execute are stopped.
	pub fn halted(&self) -> bool {
		self.guardian || self.refused.is_some()
	}

	/// Whether the chain lets the blocks above `to` be taken back, as far as it has some: unproven ones
	/// always, proven ones only when one of them can never be certified, certified ones never.
	pub fn lets_go_above(&self, to: BlockNumber) -> bool {
		let refused = self.refused.is_some_and(|number| number > to);
		let least = if refused { self.counters.certified } else { self.counters.proven };
		to >= least
	}
}

/// What the store holds, as far as it matters for one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreView {
	/// The last block built.
	pub built: BlockNumber,
	/// The revert epoch of the next block.
	pub revert_epoch: u32,
	/// Header hash of the block that the chain names as its last committed one; none if no block of that
	/// number is stored.
	pub tip: Option<Digest>,
	/// The last stored block that the chain can take in its present revert epoch: the last one whose header
	/// names this epoch or an earlier one.
	pub fork: BlockNumber,
	/// The epoch that comes after that: of the block after it, or of the next block to be built. It is the
	/// chain's own when nothing was taken back.
	pub fork_epoch: u32,
}
