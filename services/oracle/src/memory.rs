// SPDX-License-Identifier: Apache-2.0

//! What a member has signed, and what it may therefore sign no more (section 12.5 of `docs/protocol.md`).
//!
//! These rules stand by themselves: whatever the rest of the program believes to see, a vote that breaks one of
//! them is never signed. They are a little stricter than what costs the bond: epochs of the oracles
//! do not matter here, and a freeze that was fixed counts like one that was signed.

use ligature_primitives::{
	header::Digest,
	ids::BlockNumber,
	vote::{VoteKind, VoteMessage},
};
use std::collections::BTreeMap;

/// Why a vote would break the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
	/// Another block of this number and revert epoch was signed.
	#[error("another block of this number and revert epoch was signed")]
	OtherBlock,
	/// A freeze below this block was signed.
	#[error("a freeze at block {0}, which is below, was signed")]
	AboveFreeze(BlockNumber),
	/// It was signed that another chain shall never prove this block.
	#[error("it was signed that a chain has refused this block")]
	IsRefused,
	/// The block that is said to be refused was signed.
	#[error("the block was signed as proven on all chains")]
	IsSigned,
	/// A block above this freeze was signed.
	#[error("block {0}, which is above this freeze, was signed")]
	BelowBlock(BlockNumber),
	/// A higher freeze was signed.
	#[error("a higher freeze, at block {0}, was signed")]
	BelowFreeze(BlockNumber),
	/// A freeze at another block of this number was signed.
	#[error("a freeze at another block of this number was signed")]
	OtherFreeze,
	/// Another freeze block was signed as fixed.
	#[error("another freeze block was signed as fixed")]
	OtherFrozen,
	/// It is about a block so old that what was signed about it is not kept in memory.
	#[error("blocks below {0} are settled")]
	Forgotten(BlockNumber),
}

/// What was signed, as far as it still matters.
#[derive(Clone, Debug, Default)]
pub struct Memory {
	/// All votes about blocks from `floor` on.
	votes: BTreeMap<BlockNumber, Vec<VoteMessage>>,
	floor: BlockNumber,
	highest_block: Option<BlockNumber>,
	lowest_freeze: Option<BlockNumber>,
	highest_freeze: Option<BlockNumber>,
	/// The freeze block that was signed as fixed.
	frozen: Option<(BlockNumber, Digest)>,
}

impl Memory {
	/// Takes note of a vote that is signed. Whether it may be, says [`Memory::allows`].
	pub fn record(&mut self, message: VoteMessage) {
		let number = message.number;
		match message.kind {
			VoteKind::Block => self.highest_block = self.highest_block.max(Some(number)),
			VoteKind::Freeze => {
				let lowest = self.lowest_freeze.map_or(number, |lowest| lowest.min(number));
				self.lowest_freeze = Some(lowest);
				self.highest_freeze = self.highest_freeze.max(Some(number));
			},
			VoteKind::Frozen => self.frozen = Some((number, message.hash)),
			VoteKind::Refuse | VoteKind::Refused => {},
		}
		if number >= self.floor && !self.holds(&message) {
			self.votes.entry(number).or_default().push(message);
		}
	}

	/// Whether the vote breaks no rule. One that was signed already breaks none.
	///
	/// # Errors
	///
	/// [`Conflict`].
	pub fn allows(&self, message: &VoteMessage) -> Result<(), Conflict> {
		let number = message.number;
		if number < self.floor {
			return Err(Conflict::Forgotten(self.floor));
		}
		let (same, hash) = (self.about(number), message.hash);
		let has = |kind| same.iter().any(|vote| vote.kind == kind && vote.hash == hash);
		match message.kind {
			VoteKind::Block => {
				let fork = |vote: &&VoteMessage| {
					vote.kind == VoteKind::Block
						&& vote.revert_epoch == message.revert_epoch
						&& vote.hash != hash
				};
				let frozen = self.frozen.map(|(number, _)| number);
				let end = [self.lowest_freeze, frozen].into_iter().flatten().min();
				match end.filter(|end| *end < number) {
					Some(end) => Err(Conflict::AboveFreeze(end)),
					None if same.iter().find(fork).is_some() => Err(Conflict::OtherBlock),
					None if has(VoteKind::Refused) => Err(Conflict::IsRefused),
					None => Ok(()),
				}
			},
			VoteKind::Refused if has(VoteKind::Block) => Err(Conflict::IsSigned),
			VoteKind::Freeze => {
				let block = self.highest_block.filter(|block| *block > number);
				let freeze = self.highest_freeze.filter(|freeze| *freeze > number);
				let other = |vote: &VoteMessage| vote.kind == VoteKind::Freeze && vote.hash != hash;
				match (block, freeze) {
					(Some(block), _) => Err(Conflict::BelowBlock(block)),
					(None, Some(freeze)) => Err(Conflict::BelowFreeze(freeze)),
					(None, None) if same.iter().any(other) => Err(Conflict::OtherFreeze),
					(None, None) => Ok(()),
				}
			},
			VoteKind::Frozen if self.frozen.is_some_and(|fixed| fixed != (number, hash)) => {
				Err(Conflict::OtherFrozen)
			},
			VoteKind::Refuse | VoteKind::Refused | VoteKind::Frozen => Ok(()),
		}
	}

	/// Whether exactly this vote was signed.
	pub fn holds(&self, message: &VoteMessage) -> bool {
		self.about(message.number).contains(message)
	}

	/// Whether this block was signed as proven on all chains.
	pub fn holds_block(&self, number: BlockNumber, hash: &Digest) -> bool {
		let is = |vote: &VoteMessage| vote.kind == VoteKind::Block && vote.hash == *hash;
		self.about(number).iter().any(is)
	}

	/// The votes about a block.
	pub fn about(&self, number: BlockNumber) -> &[VoteMessage] {
		self.votes.get(&number).map_or(&[], Vec::as_slice)
	}

	/// The votes about blocks from `number` on, in the order of the blocks.
	pub fn since(&self, number: BlockNumber) -> impl Iterator<Item = &VoteMessage> {
		self.votes.range(number..).flat_map(|(_, votes)| votes)
	}

	/// How many votes are kept in memory.
	pub fn len(&self) -> usize {
		self.votes.values().map(Vec::len).sum()
	}

	/// Whether none is.
	pub fn is_empty(&self) -> bool {
		self.votes.is_empty()
	}

	/// What is signed about blocks below this one is not kept: nothing is signed about them any more.
	pub fn floor(&self) -> BlockNumber {
		self.floor
	}

	/// Drops the votes about blocks below `number`. From now on nothing is allowed about them. What the highest
	/// block and the freezes are, stays.
	pub fn forget_below(&mut self, number: BlockNumber) {
		self.floor = self.floor.max(number);
		self.votes = self.votes.split_off(&self.floor);
	}
}

/// What was signed, and what is about to be.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'a> {
	memory: &'a Memory,
	new: Memory,
	votes: Vec<VoteMessage>,
}

impl<'a> Draft<'a> {
	pub(crate) fn new(memory: &'a Memory) -> Self {
		Self { memory, new: Memory::default(), votes: Vec::new() }
	}

	/// Adds a vote, unless it was signed already or would break a rule.
	pub(crate) fn add(&mut self, message: VoteMessage) {
		if self.memory.holds(&message) || self.new.holds(&message) {
			return;
		}
		match self.memory.allows(&message).and_then(|()| self.new.allows(&message)) {
			Ok(()) => {
				self.new.record(message.clone());
				self.votes.push(message);
			},
			Err(conflict) => {
				let VoteMessage { kind, number, .. } = message;
				tracing::debug!("no vote {kind:?} about block {}: {conflict}", number.0);
			},
		}
	}

	/// Whether this block is signed, or about to be.
	pub(crate) fn holds_block(&self, number: BlockNumber, hash: &Digest) -> bool {
		self.memory.holds_block(number, hash) || self.new.holds_block(number, hash)
	}

	/// The votes to sign, in the order in which they must be.
	pub(crate) fn into_votes(self) -> Vec<VoteMessage> {
		self.votes
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::header;
	use ligature_primitives::ids::ChainId;

	fn vote(kind: VoteKind, number: u64, tree: u8) -> VoteMessage {
		let header = header(number, tree, 0);
		match kind {
			VoteKind::Block => VoteMessage::block(&header),
			VoteKind::Freeze => VoteMessage::about(kind, ChainId(0), &header),
			_ => VoteMessage::about(kind, ChainId(1), &header),
		}
	}

	fn memory(votes: &[VoteMessage]) -> Memory {
		let mut memory = Memory::default();
		votes.iter().cloned().for_each(|vote| memory.record(vote));
		memory
	}

	#[test]
	fn every_rule_should_have_its_conflict() {
		use Conflict::*;
		use VoteKind::*;
		let n = BlockNumber;
		let cases = [
			(vote(Block, 6, 0), vote(Block, 6, 1), Err(OtherBlock)),
			(vote(Block, 6, 0), vote(Block, 7, 1), Ok(())),
			(vote(Freeze, 5, 0), vote(Block, 6, 0), Err(AboveFreeze(n(5)))),
			(vote(Freeze, 6, 0), vote(Block, 6, 0), Ok(())),
			(vote(Frozen, 5, 0), vote(Block, 6, 0), Err(AboveFreeze(n(5)))),
			(vote(Refused, 6, 0), vote(Block, 6, 0), Err(IsRefused)),
			(vote(Refused, 6, 1), vote(Block, 6, 0), Ok(())),
			(vote(Refuse, 6, 0), vote(Block, 6, 0), Ok(())),
			(vote(Block, 6, 0), vote(Refuse, 6, 0), Ok(())),
			(vote(Block, 6, 0), vote(Refused, 6, 0), Err(IsSigned)),
			(vote(Block, 6, 0), vote(Freeze, 5, 0), Err(BelowBlock(n(6)))),
			(vote(Block, 6, 0), vote(Freeze, 6, 0), Ok(())),
			(vote(Freeze, 6, 0), vote(Freeze, 5, 0), Err(BelowFreeze(n(6)))),
			(vote(Freeze, 6, 0), vote(Freeze, 7, 0), Ok(())),
			(vote(Freeze, 6, 0), vote(Freeze, 6, 1), Err(OtherFreeze)),
			(vote(Frozen, 6, 0), vote(Frozen, 7, 0), Err(OtherFrozen)),
			(vote(Frozen, 6, 0), vote(Frozen, 6, 1), Err(OtherFrozen)),
			// What the first chain has fixed is a fact, whatever was signed before.
			(vote(Block, 7, 0), vote(Frozen, 6, 0), Ok(())),
		];
		for (first, second, expected) in cases {
			let memory = memory(&[first.clone()]);
			assert_eq!(memory.allows(&second), expected, "{first:?} {second:?}");
			assert_eq!(memory.allows(&first), Ok(()), "what was signed can be signed again");
			// The protocol's contradictions are among the conflicts.
			assert!(!first.contradicts(&second) || expected.is_err());
		}
	}

	#[test]
	fn another_revert_epoch_should_be_another_block_and_another_oracle_epoch_should_not() {
		let first = vote(VoteKind::Block, 6, 0);
		let memory = memory(&[first.clone()]);
		let later = VoteMessage { revert_epoch: 1, hash: [9; 32], ..first.clone() };
		assert_eq!(memory.allows(&later), Ok(()));
		let members = VoteMessage { oracle_epoch: 8, hash: [9; 32], ..first };
		assert_eq!(memory.allows(&members), Err(Conflict::OtherBlock));
	}

	#[test]
	fn what_is_forgotten_should_not_be_signed_again() {
		let mut memory = memory(&[
			vote(VoteKind::Block, 6, 0),
			vote(VoteKind::Block, 9, 0),
			vote(VoteKind::Freeze, 12, 0),
		]);
		memory.forget_below(BlockNumber(13));
		assert!(memory.is_empty());
		let forgotten = Err(Conflict::Forgotten(BlockNumber(13)));
		assert_eq!(memory.allows(&vote(VoteKind::Block, 6, 1)), forgotten);
		// The ends are not forgotten.
		let above = memory.allows(&vote(VoteKind::Block, 14, 0));
		assert_eq!(above, Err(Conflict::AboveFreeze(BlockNumber(12))));
		memory.forget_below(BlockNumber(2));
		assert_eq!(memory.floor(), BlockNumber(13), "it only rises");
	}

	#[test]
	fn a_draft_should_hold_its_own_votes_against_itself() {
		let memory = memory(&[vote(VoteKind::Block, 6, 0)]);
		let mut draft = Draft::new(&memory);
		for vote in [
			vote(VoteKind::Block, 6, 0),
			vote(VoteKind::Block, 7, 0),
			vote(VoteKind::Block, 7, 1),
			vote(VoteKind::Freeze, 6, 0),
			vote(VoteKind::Freeze, 7, 0),
			vote(VoteKind::Block, 8, 0),
		] {
			draft.add(vote);
		}
		let votes = draft.into_votes();
		assert_eq!(votes, [vote(VoteKind::Block, 7, 0), vote(VoteKind::Freeze, 7, 0)]);
	}
}
