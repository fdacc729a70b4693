// SPDX-License-Identifier: Apache-2.0

//! One chain's books: its blocks of the rollup, its state out of their public data alone, and what was paid.
//!
//! ```text
//! Page ──▶ Books ──Deeds──▶ checks
//! ```
//!
//! A page is entered once. What comes out are *deeds*: what the chain did, beside what it should have done. Nothing here
//! judges; the checks do.

mod block;
mod enter;
mod state;
mod sums;

pub use block::{Block, Deed, Outcome};
pub use sums::Sums;

use crate::{checks::proofs::Keys, page::Look};
use ligature_chain::{AccountId, Epoch, Head, Identity, Status};
use ligature_ledger::ChainState;
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, TokenId},
};
use std::collections::BTreeMap;

/// So many executed blocks are remembered, as chains do.
pub const REMEMBERED: u64 = 256;

/// So many epochs of oracles are.
const EPOCHS: usize = 16;

/// Up to where a chain was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
	/// The chain's block.
	pub head: Head,
	/// Its time, in seconds since 1970.
	pub time: u64,
}

/// Where books begin that do not begin with the chain.
#[derive(Clone, Debug)]
pub struct Origin {
	/// The state after the last executed block.
	pub state: ChainState,
	/// That block; none is block 0.
	pub block: Option<(Header, Digest)>,
	/// The revert epoch.
	pub revert_epoch: u32,
	/// The blocks after it: header, public data, how many stages each has come.
	pub open: Vec<(Header, Vec<u8>, ligature_chain::Stage)>,
	/// Up to where the chain counts as read.
	pub last: Last,
}

/// What came about before books begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
	/// Payments that are pending.
	pub pending: BTreeMap<TokenId, u128>,
	/// What has left in exodus.
	pub exited: BTreeMap<TokenId, u128>,
}

/// One chain's books.
pub struct Books {
	identity: Identity,
	chain_list_hash: Option<Digest>,
	/// The state after the last block that can never go.
	settled: ChainState,
	settled_at: BlockNumber,
	/// The state after the last block that could be replayed.
	tip: ChainState,
	/// The first block that could not. Nothing after it can be.
	lost: Option<BlockNumber>,
	/// What block 0, or the block with which the books begin, left.
	base: Sums,
	base_at: BlockNumber,
	/// That block, unless it is block 0.
	base_block: Option<(Header, Digest)>,
	/// The last committed block: its number, and its header, unless it is block 0.
	top: (BlockNumber, Option<(Header, Digest)>),
	executed: BlockNumber,
	blocks: BTreeMap<BlockNumber, Block>,
	revert_epoch: u32,
	/// Payments that failed and were not claimed. None: what they are is not known yet.
	pending: Option<BTreeMap<TokenId, u128>>,
	/// What has left in exodus.
	exited: BTreeMap<TokenId, u128>,
	keys: Keys,
	epochs: BTreeMap<u32, Vec<AccountId>>,
	status: Option<Status>,
	last: Option<Last>,
	/// The last block of the chain at which governance has resumed.
	resumed: Option<u32>,
	/// What was done before the books begin, and is judged with the first page.
	begun: Vec<Deed>,
}

impl Books {
	/// The books of a chain from its first block on.
	pub fn new(identity: Identity) -> Self {
		let state = ChainState::new(identity.chain);
		Self {
			chain_list_hash: None,
			settled: state.clone(),
			settled_at: BlockNumber(0),
			tip: state,
			lost: None,
			base: Sums::default(),
			base_at: BlockNumber(0),
			base_block: None,
			top: (BlockNumber(0), None),
			executed: BlockNumber(0),
			blocks: BTreeMap::new(),
			revert_epoch: 0,
			pending: Some(BTreeMap::new()),
			exited: BTreeMap::new(),
			keys: Keys::default(),
			epochs: BTreeMap::new(),
			status: None,
			last: None,
			resumed: None,
			begun: Vec::new(),
			identity,
		}
	}

	/// The books of a chain from a later block on.
	pub fn resume(identity: Identity, origin: Origin) -> Self {
		let Origin { state, block, revert_epoch, open, last } = origin;
		let at = block.as_ref().map_or(BlockNumber(0), |(header, _)| header.number);
		let mut books = Self {
			base: Sums::of(&state),
			base_at: at,
			base_block: block.clone(),
			settled: state.clone(),
			settled_at: at,
			tip: state,
			top: (at, block),
			executed: at,
			revert_epoch,
			pending: None,
			last: Some(last),
			..Self::new(identity)
		};
		for (header, data, stage) in open {
			books.restore(header, data, stage, last.time);
		}
		books
	}

	/// Which chain.
	pub fn chain(&self) -> ChainId {
		self.identity.chain
	}

	/// The network.
	pub fn identity(&self) -> &Identity {
		&self.identity
	}

	/// Up to where it was read.
	pub fn last(&self) -> Option<Last> {
		self.last
	}

	/// Where the rollup stands, as the chain says.
	pub fn status(&self) -> Option<&Status> {
		self.status.as_ref()
	}

	/// A block of the rollup, if it is remembered.
	pub fn block(&self, number: BlockNumber) -> Option<&Block> {
		self.blocks.get(&number)
	}

	/// The blocks that are committed and not executed.
	pub fn open(&self) -> impl Iterator<Item = (BlockNumber, &Block)> {
		let after = BlockNumber(self.executed.0.saturating_add(1));
		self.blocks.range(after..).map(|(number, block)| (*number, block))
	}

	/// The last committed block.
	pub fn committed(&self) -> BlockNumber {
		self.top.0
	}

	/// The last executed one.
	pub fn executed(&self) -> BlockNumber {
		self.executed
	}

	/// The block with which the books begin.
	pub fn begin(&self) -> BlockNumber {
		self.base_at
	}

	/// The revert epoch.
	pub fn revert_epoch(&self) -> u32 {
		self.revert_epoch
	}

	/// The verifying keys.
	pub fn keys(&self) -> &Keys {
		&self.keys
	}

	/// The members of an epoch of oracles.
	pub fn members(&self, epoch: u32) -> Option<&[[u8; 32]]> {
		self.epochs.get(&epoch).map(Vec::as_slice)
	}

	/// The last block of the chain at which governance has resumed.
	pub fn resumed(&self) -> Option<u32> {
		self.resumed
	}

	/// What the last executed block left. None if a block could not be replayed.
	pub fn sums(&self) -> Option<&Sums> {
		if self.executed == self.base_at {
			return Some(&self.base);
		}
		self.blocks.get(&self.executed)?.sums.as_ref()
	}

	/// What has left in exodus.
	pub fn exited(&self, token: TokenId) -> u128 {
		self.exited.get(&token).copied().unwrap_or_default()
	}

	/// Payments that failed and were not claimed; none if it is not known.
	pub fn pending(&self, token: TokenId) -> Option<u128> {
		let pending = self.pending.as_ref()?;
		Some(pending.get(&token).copied().unwrap_or_default())
	}

	/// Takes what came about before the books begin.
	pub(crate) fn assume(&mut self, before: Before) {
		self.pending = Some(before.pending);
		self.exited = before.exited;
	}

	/// Takes in what the chain knows.
	fn look(&mut self, look: &Look) {
		self.chain_list_hash = look.status.chain_list_hash.or(self.chain_list_hash);
		self.status = Some(look.status.clone());
		if let Some(keys) = &look.keys {
			self.keys = Keys::new(keys);
		}
		for Epoch { number, members, .. } in look.epochs.iter().flatten() {
			self.epochs.insert(*number, members.clone());
		}
		while self.epochs.len() > EPOCHS {
			self.epochs.pop_first();
		}
	}
}
