// SPDX-License-Identifier: Apache-2.0

//! The state out of public data: forward with each commit, back when blocks are taken back.
//!
//! Two states are kept: that of the last block that can never go, and that of the last one. Blocks that are taken back
//! leave the second, which is then made of the first again.

use super::{Block, Books, Deed, Outcome, Sums, block::due};
use ligature_chain::Stage;
use ligature_ledger::{ChainState, Ledger, replay_with, tree::Threads};
use ligature_primitives::{
	header::{ChainHeader, Digest, Header, Network},
	ids::{BlockNumber, ChainId},
	pubdata::PublicData,
	refusal::Refusal,
};
use std::{num::NonZeroUsize, thread};

/// After so many blocks what would take them back is dropped.
const COMPACT: u64 = 64;

fn hasher() -> Threads {
	Threads::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}

impl Books {
	/// Enters a committed block.
	pub(super) fn commit(
		&mut self,
		number: BlockNumber,
		hash: Digest,
		posted: Option<(&Header, &[u8])>,
		time: u64,
	) -> Outcome {
		let posted = posted.filter(|(header, _)| header.hash() == hash);
		let Some((header, data)) = posted else {
			self.lost.get_or_insert(number);
			return Outcome::NotPosted;
		};
		let followed = self.follows(number, header);
		let mut block = block_of(self.chain(), header, hash, data);
		block.came(Stage::Committed, time);
		let outcome = match followed {
			Err(refusal) => {
				self.lost.get_or_insert(number);
				Outcome::BadHeader(refusal)
			},
			Ok(()) => self.replay(number, &mut block),
		};
		self.top = (number, Some((header.clone(), hash)));
		self.blocks.insert(number, block);
		outcome
	}

	/// Enters a block that was committed before the books begin.
	pub(super) fn restore(&mut self, header: Header, data: Vec<u8>, stage: Stage, time: u64) {
		let (number, hash) = (header.number, header.hash());
		let outcome = self.commit(number, hash, Some((&header, &data)), time);
		self.begun.push(Deed::Committed { number, hash, outcome });
		let all = [Stage::Proven, Stage::Certified, Stage::Executed];
		for reached in all.into_iter().filter(|reached| *reached <= stage) {
			if let Some(block) = self.blocks.get_mut(&number) {
				block.came(reached, time);
			}
		}
		if stage >= Stage::Certified {
			self.settle(number);
		}
	}

	/// Whether a header follows the last one.
	fn follows(&self, number: BlockNumber, header: &Header) -> Result<(), Refusal> {
		let (last, before) = &self.top;
		if header.number != number || last.0.checked_add(1) != Some(number.0) {
			return Err(Refusal::WrongNumber);
		}
		let chains = header.chains.iter().map(|part| part.chain);
		if header.network != self.identity.network
			|| !chains.eq(self.identity.chains.iter().copied())
			|| self.chain_list_hash.is_some_and(|list| list != header.chain_list_hash)
		{
			return Err(Refusal::WrongNetwork);
		}
		if header.revert_epoch != self.revert_epoch {
			return Err(Refusal::WrongRevertEpoch);
		}
		if let Some((before, hash)) = before {
			if header.parent != *hash {
				return Err(Refusal::WrongParent);
			}
			if header.timestamp < before.timestamp {
				return Err(Refusal::TimestampOrder);
			}
			let continues = header.chains.iter().zip(&before.chains).all(|(part, before)| {
				(part.old_root, part.old_next) == (before.new_root, before.new_next)
			});
			if !continues {
				return Err(Refusal::OldStateMismatch);
			}
		}
		header.check_empty()
	}

	/// Brings the last state forward.
	fn replay(&mut self, number: BlockNumber, block: &mut Block) -> Outcome {
		if self.lost.is_some() {
			return Outcome::Skipped;
		}
		match advance(&mut self.tip, &block.header, &block.data) {
			Ok(()) => {
				block.sums = Some(Sums::of(&self.tip));
				Outcome::Replayed
			},
			Err(refusal) => {
				self.lost = Some(number);
				Outcome::BadData(refusal)
			},
		}
	}

	/// Blocks up to this one can never go.
	pub(super) fn settle(&mut self, number: BlockNumber) {
		while self.settled_at < number
			&& self.lost.is_none_or(|lost| lost > BlockNumber(self.settled_at.0 + 1))
		{
			let next = BlockNumber(self.settled_at.0 + 1);
			let Some(block) = self.blocks.get_mut(&next) else { return };
			if advance(&mut self.settled, &block.header, &block.data).is_err() {
				// It led to its root before, and the state is the same.
				tracing::error!(chain = %self.identity.chain, block = %next, "a block cannot be replayed twice");
				self.lost = Some(next);
				return;
			}
			block.data = Vec::new();
			self.settled_at = next;
			if next.0.is_multiple_of(COMPACT) {
				self.settled = without_history(&self.settled);
				self.rebuild();
			}
		}
	}

	/// Takes back the blocks after `to`.
	pub(super) fn drop_after(&mut self, to: BlockNumber) {
		let gone = self.blocks.split_off(&BlockNumber(to.0.saturating_add(1)));
		let found = self.lost.is_some_and(|lost| lost > to);
		if gone.is_empty() && !found {
			return;
		}
		let before = self.blocks.get(&to);
		self.top = match before {
			Some(block) => (to, Some((block.header.clone(), block.hash))),
			None if to == self.base_at => (to, self.base_block.clone()),
			None => (to, None),
		};
		if found {
			self.lost = None;
		}
		self.rebuild();
	}

	/// Makes the last state of the settled one.
	fn rebuild(&mut self) {
		self.tip = self.settled.clone();
		let after = BlockNumber(self.settled_at.0.saturating_add(1));
		for (number, block) in self.blocks.range(after..) {
			if self.lost.is_some_and(|lost| lost <= *number) {
				return;
			}
			if advance(&mut self.tip, &block.header, &block.data).is_err() {
				tracing::error!(chain = %self.identity.chain, block = %number, "a block cannot be replayed twice");
				self.lost = Some(*number);
				return;
			}
		}
	}
}

fn advance(state: &mut ChainState, header: &Header, data: &[u8]) -> Result<(), Refusal> {
	replay_with(state, header.chain(state.chain())?, data, &hasher())
}

fn block_of(chain: ChainId, header: &Header, hash: Digest, data: &[u8]) -> Block {
	let decoded = header.chain(chain).and_then(|part| PublicData::decode(data, part.size_class));
	Block::new(header.clone(), hash, data.into(), decoded.ok().as_ref().map(due))
}

/// The same state, without what would take its blocks back: that grows with every block, and is used by nobody here.
///
/// A ledger that goes on from given states forgets it. It needs two chains, so that an empty one stands beside.
fn without_history(state: &ChainState) -> ChainState {
	let chain = state.chain();
	let beside = ChainState::new(ChainId(if chain.0 == u8::MAX { 1 } else { u8::MAX }));
	let mut states = vec![state.clone(), beside];
	states.sort_by_key(ChainState::chain);
	let chains = states.iter().map(ChainState::chain).collect();
	let ledger = Network::new(Default::default(), chains).ok().and_then(|network| {
		let parts = states.iter();
		let parts = parts.map(|it| ChainHeader::unchanged(it.chain(), it.root(), it.next()));
		let mut header = Header::genesis(&network, [0; 32], [0; 32], state.root());
		header.chains = parts.collect();
		Ledger::resume(&header, states).ok()
	});
	let found = ledger.as_ref().and_then(|ledger| ledger.state(chain).ok());
	found.unwrap_or(state).clone()
}
