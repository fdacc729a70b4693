// SPDX-License-Identifier: Apache-2.0

//! What a chain's best block says about certificates.

use super::{Errand, errand};
use crate::ballots::Ready;
use ligature_chain::{Counters, Status};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};
use std::collections::{BTreeMap, BTreeSet};

/// A chain takes refusals of blocks up to so many above the last that it has committed.
const OPEN_BLOCKS: u64 = 64;

/// What a chain's best block says about certificates.
#[derive(Clone, Debug)]
pub struct View {
	/// Number of the best block.
	pub number: u32,
	/// Where the rollup stands.
	pub status: Status,
	/// Hashes of the blocks that were asked for and that it has.
	pub hashes: BTreeMap<BlockNumber, Digest>,
	/// Those of the blocks that were asked for which the chain shall never prove.
	pub refused: BTreeSet<(BlockNumber, Digest)>,
}

impl View {
	/// The certificates that this chain takes now, in the order in which it takes them.
	pub(crate) fn errands(&self, chain: ChainId, first: bool, ready: &[Ready]) -> Vec<Errand> {
		let mut errands = Vec::new();
		// Certificates of blocks follow each other: each is taken once the one before is.
		let mut certified = self.status.counters.certified;
		for ready in ready.iter().filter(|ready| ready.message.kind == VoteKind::Block) {
			let number = ready.message.number;
			if certified.0.checked_add(1) == Some(number.0) && self.takes_block(&ready.message) {
				certified = number;
				errands.push(errand(ready));
			}
		}
		let others = ready.iter().filter(|ready| match ready.message.kind {
			VoteKind::Block => false,
			VoteKind::Refuse => self.takes_refuse(chain, &ready.message),
			VoteKind::Refused => self.takes_refused(chain, &ready.message),
			VoteKind::Freeze => first && self.takes_freeze(&ready.message),
			VoteKind::Frozen => !first && self.takes_freeze(&ready.message),
		});
		errands.extend(others.map(errand));
		errands
	}

	fn counters(&self) -> Counters {
		self.status.counters
	}

	fn has(&self, message: &VoteMessage) -> bool {
		self.hashes.get(&message.number) == Some(&message.hash)
	}

	fn freeze(&self) -> Option<BlockNumber> {
		self.status.exodus.and_then(|exodus| exodus.freeze)
	}

	/// The lowest block for whose refusal elsewhere the chain is halted.
	fn halted_at(&self) -> Option<BlockNumber> {
		self.status.halted.refused.map(|refused| refused.number)
	}

	fn takes_block(&self, message: &VoteMessage) -> bool {
		message.number <= self.counters().proven
			&& self.has(message)
			&& self.freeze().is_none()
			&& self.halted_at().is_none_or(|refused| refused > message.number)
	}

	fn takes_refuse(&self, chain: ChainId, message: &VoteMessage) -> bool {
		let (number, counters) = (message.number, self.counters());
		let last = counters.committed.0.saturating_add(OPEN_BLOCKS);
		let proven = self.has(message) && number <= counters.proven;
		message.chain == chain
			&& self.status.exodus.is_none()
			&& number > counters.certified
			&& number.0 <= last
			&& !proven
			&& !self.refused.contains(&(number, message.hash))
	}

	fn takes_refused(&self, chain: ChainId, message: &VoteMessage) -> bool {
		message.chain != chain
			&& self.status.exodus.is_none()
			&& message.number > self.counters().certified
			&& self.has(message)
			&& self.halted_at().is_none_or(|refused| refused > message.number)
	}

	fn takes_freeze(&self, message: &VoteMessage) -> bool {
		let counters = self.counters();
		self.freeze().is_none()
			&& (counters.certified..=counters.proven).contains(&message.number)
			&& self.has(message)
	}
}
