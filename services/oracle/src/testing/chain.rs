// SPDX-License-Identifier: Apache-2.0

//! The rollup on one chain, by the rules of `pallet-rollup` as far as oracles see them: commits, proofs, certificates,
//! refusals, reverts, exodus. What needs public data or proofs is not in it: every block that is next can be proven.

use ligature_chain::{
	BlockStatus, Counters, Epoch, Exodus, Halt, Key, Parameters, Queue, RefusedBlock, Stage, Status,
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks of exodus' timeout.
pub(crate) const TIMEOUT: u32 = 40;

/// Blocks that may be open.
const OPEN_BLOCKS: u64 = 64;

/// The state of a chain at one of its blocks.
#[derive(Clone, Debug)]
pub(crate) struct State {
	pub(crate) id: ChainId,
	pub(crate) first: bool,
	pub(crate) number: u32,
	/// In seconds.
	pub(crate) time: u64,
	pub(crate) counters: Counters,
	pub(crate) revert_epoch: u32,
	pub(crate) blocks: BTreeMap<BlockNumber, Header>,
	pub(crate) refusals: BTreeSet<(BlockNumber, Digest)>,
	pub(crate) halt: Option<RefusedBlock>,
	pub(crate) exodus: Option<Exodus>,
	/// Whether the freeze block was fixed by the timeout.
	pub(crate) timed_out: bool,
	pub(crate) epochs: Vec<Epoch>,
	pub(crate) keys: Vec<Key>,
	/// Whose signatures the certificates of blocks hold.
	pub(crate) certifiers: BTreeMap<BlockNumber, Vec<[u8; 32]>>,
}

/// Why a call was refused; the name of the pallet's error.
pub(crate) type Refused = &'static str;

fn ensure(holds: bool, refused: Refused) -> Result<(), Refused> {
	if holds { Ok(()) } else { Err(refused) }
}

fn next(number: BlockNumber) -> BlockNumber {
	BlockNumber(number.0 + 1)
}

impl State {
	pub(crate) fn new(id: ChainId, first: bool, genesis: &Header, members: &[[u8; 32]]) -> Self {
		let epoch = Epoch {
			number: 0,
			first_block: BlockNumber(0),
			usable_from: 0,
			hash: genesis.member_set_hash,
			ended: None,
			members: members.to_vec(),
		};
		Self {
			id,
			first,
			number: 0,
			time: super::START,
			counters: Counters::default(),
			revert_epoch: 0,
			blocks: [(BlockNumber(0), genesis.clone())].into(),
			refusals: BTreeSet::new(),
			halt: None,
			exodus: None,
			timed_out: false,
			epochs: vec![epoch],
			keys: Vec::new(),
			certifiers: BTreeMap::new(),
		}
	}

	fn running(&self) -> Result<(), Refused> {
		ensure(self.halt.is_none(), "RollupHalted")?;
		self.not_in_exodus()
	}

	fn not_in_exodus(&self) -> Result<(), Refused> {
		ensure(self.exodus.is_none(), "InExodus")
	}

	fn has(&self, number: BlockNumber, hash: &Digest) -> bool {
		self.blocks.get(&number).is_some_and(|header| header.hash() == *hash)
	}

	pub(crate) fn freeze(&self) -> Option<BlockNumber> {
		self.exodus.and_then(|exodus| exodus.freeze)
	}

	pub(crate) fn commit(&mut self, header: &Header) -> Result<(), Refused> {
		self.running()?;
		let Counters { committed, executed, .. } = self.counters;
		ensure(committed.0 - executed.0 < OPEN_BLOCKS, "TooManyOpenBlocks")?;
		ensure(header.number == next(committed), "WrongNumber")?;
		ensure(self.has(committed, &header.parent), "WrongParent")?;
		ensure(header.revert_epoch == self.revert_epoch, "WrongRevertEpoch")?;
		let epoch = self.epochs.iter().rev().find(|epoch| epoch.first_block <= header.number);
		let epoch = epoch.ok_or("UnknownEpoch")?;
		ensure(epoch.usable_from <= self.number, "NoticeNotOver")?;
		let oracles = (epoch.number, epoch.hash);
		ensure((header.oracle_epoch, header.member_set_hash) == oracles, "WrongOracleEpoch")?;
		let time = header.timestamp.get();
		ensure(time <= self.time + 60, "TimestampTooLate")?;
		ensure(time >= self.time.saturating_sub(3_600), "TimestampTooEarly")?;
		let refused = self.refusals.contains(&(header.number, header.hash()));
		ensure(!refused, "BlockIsRefused")?;
		self.blocks.insert(header.number, header.clone());
		self.counters.committed = header.number;
		Ok(())
	}

	/// Proves the next block.
	pub(crate) fn prove(&mut self) -> Result<(), Refused> {
		self.running()?;
		let number = next(self.counters.proven);
		let header = self.blocks.get(&number).ok_or("UnknownBlock")?;
		ensure(!self.refusals.contains(&(number, header.hash())), "BlockIsRefused")?;
		self.counters.proven = number;
		Ok(())
	}

	pub(crate) fn execute(&mut self) -> Result<(), Refused> {
		ensure(self.halt.is_none(), "RollupHalted")?;
		let number = next(self.counters.executed);
		ensure(number <= self.counters.certified, "NotNextToExecute")?;
		self.counters.executed = number;
		self.refusals.retain(|(refused, _)| *refused != number);
		Ok(())
	}

	pub(crate) fn revert(&mut self, to: BlockNumber, epoch: u32) -> Result<(), Refused> {
		self.not_in_exodus()?;
		let refused = self.halt.is_some_and(|refused| refused.number > to);
		let Counters { committed, proven, certified, .. } = self.counters;
		let least = if refused { certified } else { proven };
		ensure((least..=committed).contains(&to), "CannotRevert")?;
		ensure(epoch > self.revert_epoch && epoch - self.revert_epoch <= 1_024, "EpochMustRise")?;
		self.drop_after(to);
		self.revert_epoch = epoch;
		self.halt = self.halt.filter(|refused| refused.number <= to);
		Ok(())
	}

	fn drop_after(&mut self, to: BlockNumber) {
		self.blocks.retain(|number, _| *number <= to);
		self.counters.committed = self.counters.committed.min(to);
		self.counters.proven = self.counters.proven.min(to);
	}

	pub(crate) fn enter_exodus(&mut self) -> Result<(), Refused> {
		ensure(self.exodus.is_none(), "AlreadyInExodus")?;
		self.exodus = Some(Exodus { since: self.number, freeze: None });
		self.halt = None;
		Ok(())
	}

	pub(crate) fn freeze_by_timeout(&mut self) -> Result<(), Refused> {
		let exodus = self.exodus.ok_or("NotInExodus")?;
		ensure(exodus.freeze.is_none(), "AlreadyFrozen")?;
		ensure(exodus.since + TIMEOUT <= self.number, "TimeoutNotOver")?;
		self.timed_out = true;
		self.fix_freeze(self.counters.certified);
		Ok(())
	}

	fn fix_freeze(&mut self, number: BlockNumber) {
		if self.exodus.is_none() {
			self.enter_exodus().expect("it is in none");
		}
		self.drop_after(number);
		self.counters.certified = number;
		if let Some(exodus) = &mut self.exodus {
			exodus.freeze = Some(number);
		}
	}

	/// Acts on a message that more than two thirds of the members have signed: `signers`.
	pub(crate) fn take(
		&mut self,
		message: &VoteMessage,
		signers: &[[u8; 32]],
	) -> Result<(), Refused> {
		let epoch = self.epochs.iter().rev().find(|epoch| epoch.first_block <= message.number);
		let epoch = epoch.ok_or("WrongEpoch")?;
		let named = (message.oracle_epoch, message.member_set_hash);
		ensure(named == (epoch.number, epoch.hash), "WrongEpoch")?;
		ensure(signers.iter().all(|key| epoch.members.contains(key)), "BadCertificate")?;
		ensure(3 * signers.len() > 2 * epoch.members.len(), "NotEnoughSigners")?;
		match message.kind {
			VoteKind::Block => self.certify(message, signers),
			VoteKind::Refuse => self.refuse(message),
			VoteKind::Refused => self.refused(message),
			VoteKind::Freeze => {
				ensure(self.first, "NotFirstChain")?;
				self.freeze_at(message, ChainId(0))
			},
			VoteKind::Frozen => {
				ensure(!self.first, "WrongMessage")?;
				self.freeze_at(message, super::ALPHA)
			},
		}
	}

	fn certify(&mut self, message: &VoteMessage, signers: &[[u8; 32]]) -> Result<(), Refused> {
		ensure(self.freeze().is_none(), "AlreadyFrozen")?;
		let number = message.number;
		ensure(number == next(self.counters.certified), "NotNextToCertify")?;
		ensure(number <= self.counters.proven, "NotProven")?;
		ensure(self.has(number, &message.hash), "WrongBlock")?;
		ensure(*message == VoteMessage::block(&self.blocks[&number]), "WrongMessage")?;
		ensure(self.halt.is_none_or(|refused| refused.number > number), "BlockIsRefused")?;
		self.counters.certified = number;
		self.certifiers.insert(number, signers.to_vec());
		Ok(())
	}

	fn refuse(&mut self, message: &VoteMessage) -> Result<(), Refused> {
		self.not_in_exodus()?;
		let (number, hash) = (message.number, message.hash);
		ensure(number > self.counters.certified, "AlreadyCertified")?;
		ensure(number.0 <= self.counters.committed.0 + OPEN_BLOCKS, "UnknownBlock")?;
		ensure(!self.refusals.contains(&(number, hash)), "BlockIsRefused")?;
		ensure(message.chain == self.id, "WrongMessage")?;
		if self.has(number, &hash) {
			ensure(number > self.counters.proven, "AlreadyProven")?;
			let expected = VoteMessage::about(VoteKind::Refuse, self.id, &self.blocks[&number]);
			ensure(*message == expected, "WrongMessage")?;
		}
		self.refusals.insert((number, hash));
		Ok(())
	}

	fn refused(&mut self, message: &VoteMessage) -> Result<(), Refused> {
		self.not_in_exodus()?;
		let VoteMessage { chain, number, hash, .. } = *message;
		ensure(chain != self.id, "WrongMessage")?;
		ensure(number > self.counters.certified, "AlreadyCertified")?;
		ensure(self.has(number, &hash), "WrongBlock")?;
		let expected = VoteMessage::about(VoteKind::Refused, chain, &self.blocks[&number]);
		ensure(*message == expected, "WrongMessage")?;
		ensure(self.halt.is_none_or(|known| number < known.number), "RollupHalted")?;
		self.halt = Some(RefusedBlock { chain, number, hash });
		Ok(())
	}

	fn freeze_at(&mut self, message: &VoteMessage, chain: ChainId) -> Result<(), Refused> {
		ensure(self.freeze().is_none(), "AlreadyFrozen")?;
		let number = message.number;
		ensure(number >= self.counters.certified, "FreezeTooLow")?;
		ensure(number <= self.counters.proven, "NotProven")?;
		ensure(self.has(number, &message.hash), "WrongBlock")?;
		let expected = VoteMessage::about(message.kind, chain, &self.blocks[&number]);
		ensure(*message == expected, "WrongMessage")?;
		self.fix_freeze(number);
		Ok(())
	}

	/// What the runtime's API says.
	pub(crate) fn status(&self) -> Status {
		Status {
			counters: self.counters,
			revert_epoch: self.revert_epoch,
			chain_list_hash: Some([1; 32]),
			parameters: Some(Parameters {
				expiry: 100,
				service_interval: 1,
				execute_grace: 10,
				turn_grace: 10,
				exodus_timeout: TIMEOUT,
				exit_time: 100,
				notice: 201,
			}),
			queue: Queue::default(),
			request_price: 1,
			deposits_paused: false,
			halted: Halt { guardian: false, refused: self.halt },
			exodus: self.exodus,
		}
	}

	/// What the runtime's API says about a block.
	pub(crate) fn block(&self, number: BlockNumber) -> Option<BlockStatus> {
		let header = self.blocks.get(&number)?.clone();
		let hash = header.hash();
		let Counters { proven, certified, executed, .. } = self.counters;
		let stage = if number <= executed {
			Stage::Executed
		} else if number <= certified {
			Stage::Certified
		} else if number <= proven {
			Stage::Proven
		} else {
			Stage::Committed
		};
		Some(BlockStatus { header, hash, stage, refused: self.refusals.contains(&(number, hash)) })
	}
}
