// SPDX-License-Identifier: Apache-2.0

//! What the finalized heads of all chains say, at one moment.

use ligature_chain::{BlockStatus, Epoch, Key, Stage, Status};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, NetworkId},
	priority::PriorityRequest,
	pubdata::PublicData,
};
use std::collections::{BTreeMap, BTreeSet};

/// The finalized heads of all chains of a network.
#[derive(Clone, Debug)]
pub struct Seen {
	/// The network.
	pub network: NetworkId,
	/// Its chains, ascending; none is missing.
	pub chains: Vec<ChainSeen>,
	/// Our own clock, in milliseconds since 1970.
	pub now: u64,
}

/// The finalized head of one chain.
#[derive(Clone, Debug)]
pub struct ChainSeen {
	/// Which chain.
	pub chain: ChainId,
	/// Number of the finalized head.
	pub finalized: u32,
	/// Number of the best head: the clock of exodus, which runs on while finality waits.
	pub best: u32,
	/// The chain's clock, in milliseconds since 1970.
	pub time: u64,
	/// Where the rollup stands.
	pub status: Status,
	/// The blocks of the rollup that the chain knows, from the lowest that is certified somewhere on.
	pub blocks: BTreeMap<BlockNumber, BlockStatus>,
	/// The oracles' epochs, ascending.
	pub epochs: Vec<Epoch>,
	/// The blocks that this chain shall never prove, of those that it or another chain knows.
	pub refused: BTreeSet<(BlockNumber, Digest)>,
	/// Looked at only if another chain has proven a block that this one does not have.
	pub foreign: Option<Foreign>,
	/// Blocks whose certificates, on this chain, hold this member's signature: those that were certified since
	/// the last look, or all that the chain remembers. The hash is missing where the chain has forgotten the block.
	pub signed: Vec<(BlockNumber, Option<Digest>)>,
}

/// What decides whether a chain can ever take a block that it does not have.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
	/// The verifying keys.
	pub keys: Vec<Key>,
	/// The requests that no committed block has consumed: the first ones, without gaps.
	pub requests: Vec<(u64, PriorityRequest)>,
	/// The chain's half of blocks that somebody has tried to commit in vain. It is checked against the header.
	pub offered: BTreeMap<Digest, PublicData>,
}

impl Seen {
	/// The chain of this number.
	pub fn chain(&self, chain: ChainId) -> Option<&ChainSeen> {
		self.chains.iter().find(|seen| seen.chain == chain)
	}

	/// The last block that is proven on all chains. They may have proven different ones.
	pub fn least_proven(&self) -> BlockNumber {
		let proven = self.chains.iter().map(|chain| chain.status.counters.proven);
		proven.min().unwrap_or_default()
	}

	/// The last block that is certified on all chains.
	pub fn least_certified(&self) -> BlockNumber {
		let certified = self.chains.iter().map(|chain| chain.status.counters.certified);
		certified.min().unwrap_or_default()
	}

	/// The last block that is committed on some chain.
	pub fn most_committed(&self) -> BlockNumber {
		let committed = self.chains.iter().map(|chain| chain.status.counters.committed);
		committed.max().unwrap_or_default()
	}

	/// The header of a block, if it is proven on all chains with equal bytes and none has refused it.
	pub fn proven_on_all(&self, number: BlockNumber) -> Option<&Header> {
		let header = &self.chains.first()?.blocks.get(&number)?.header;
		let proven = |chain: &ChainSeen| {
			chain.blocks.get(&number).is_some_and(|block| {
				block.stage >= Stage::Proven && !block.refused && block.header == *header
			})
		};
		(header.number == number && self.chains.iter().all(proven)).then_some(header)
	}

	/// Whether a member is asked under an epoch with this number and hash.
	pub fn asks(&self, member: &[u8; 32], epoch: u32, hash: &Digest) -> bool {
		self.members(epoch, hash).is_some_and(|members| members.binary_search(member).is_ok())
	}

	/// The members of an epoch, ascending.
	pub fn members(&self, epoch: u32, hash: &Digest) -> Option<&[[u8; 32]]> {
		let mut epochs = self.chains.iter().flat_map(|chain| &chain.epochs);
		let found = epochs.find(|known| known.number == epoch && known.hash == *hash);
		found.map(|known| known.members.as_slice())
	}
}

impl ChainSeen {
	/// The epoch that this chain has for a block, its notice over or not.
	pub fn epoch_of(&self, number: BlockNumber) -> Option<&Epoch> {
		self.epochs.iter().rev().find(|epoch| epoch.first_block <= number)
	}

	/// Whether the chain has this block, committed or further.
	pub fn has(&self, number: BlockNumber, hash: &Digest) -> bool {
		self.blocks.get(&number).is_some_and(|block| block.hash == *hash)
	}

	/// The blocks that the chain has proven and not certified, ascending.
	pub fn open(&self) -> impl Iterator<Item = &BlockStatus> {
		let counters = self.status.counters;
		let after = BlockNumber(counters.certified.0.saturating_add(1));
		// An empty range whose ends are the wrong way round would panic.
		let last = counters.proven.max(counters.certified);
		self.blocks
			.range(after..)
			.map(|(_, block)| block)
			.take_while(move |block| block.header.number <= last && block.stage == Stage::Proven)
	}

	/// The freeze block, once it is fixed.
	pub fn freeze(&self) -> Option<BlockNumber> {
		self.status.exodus.and_then(|exodus| exodus.freeze)
	}

	/// How much of the timeout of exodus has passed: blocks of the chain, and the timeout. None outside of exodus; if the
	/// chain does not say its timeout, it is over.
	pub fn exodus_clock(&self) -> Option<(u64, u64)> {
		let exodus = self.status.exodus?;
		let Some(periods) = self.status.parameters else { return Some((u32::MAX.into(), 0)) };
		let passed = self.best.max(self.finalized).saturating_sub(exodus.since);
		Some((passed.into(), periods.exodus_timeout.into()))
	}
}
