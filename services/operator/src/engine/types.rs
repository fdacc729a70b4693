// SPDX-License-Identifier: Apache-2.0

//! What the engine tells.

use ligature_operator_api::TransactionHash;
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, Timestamp},
	refusal::Refusal,
};
use std::{sync::Arc, time::Instant};

/// What the chains say about the next block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
	/// The block's time, not before the last block's.
	pub timestamp: Timestamp,
	/// The oracles' epoch of the block.
	pub oracle_epoch: u32,
	/// Hash of that epoch's members.
	pub member_set_hash: Digest,
}

/// A block that was built and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// Operations in all.
	pub operations: u32,
	/// Joint operations.
	pub joint: u32,
	/// Signed transactions among the operations.
	pub transactions: usize,
	/// Transactions that were dropped.
	pub refused: usize,
}

impl Built {
	/// Its number.
	pub fn number(&self) -> BlockNumber {
		self.header.number
	}
}

/// Whether a block is worth building.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
	/// Requests and transactions that could go into a block now. Counted until the slots of a chain are full.
	pub operations: usize,
	/// Whether they fill the slots of a chain, or the join.
	pub slots_full: bool,
	/// Since when the oldest of them waits; since the start at the latest.
	pub oldest: Option<Instant>,
}

/// Where the engine stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineStatus {
	/// The last block built.
	pub built: BlockNumber,
	/// Its header; that of block 0 if none was built.
	pub header: Arc<Header>,
	/// The header's hash.
	pub hash: Digest,
	/// The revert epoch of the next block.
	pub revert_epoch: u32,
	/// Transactions that wait.
	pub mempool: usize,
	/// Per chain the first request that is neither in a block nor known.
	pub next_request: Vec<(ChainId, u64)>,
	/// Per chain how many known requests no block serves yet.
	pub waiting_requests: Vec<(ChainId, u64)>,
	/// Why it is paused, if it is.
	pub paused: Option<String>,
	/// A request that the ledger refuses though L1 has taken it. Nothing after it in the chain's queue can be served:
	/// people have to look.
	pub stuck: Vec<(ChainId, u64, Refusal)>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineEvent {
	/// A block was built and stored.
	Built(BlockNumber),
	/// A transaction was dropped.
	Refused(TransactionHash),
	/// Blocks were taken back.
	Reverted {
		/// The last block that remains.
		to: BlockNumber,
		/// The revert epoch from now on.
		epoch: u32,
	},
}
