// SPDX-License-Identifier: Apache-2.0

//! A block of the rollup in the books, and what a chain did with blocks.

use super::Sums;
use crate::{finding::Due, page::Occurrence};
use ligature_chain::Stage;
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
	op::Half,
	pubdata::PublicData,
	refusal::Refusal,
};

/// A block of the rollup, as a chain has taken it.
#[derive(Clone, Debug)]
pub struct Block {
	/// Its header.
	pub header: Header,
	/// Its header's hash.
	pub hash: Digest,
	/// What it pays here. None if its public data cannot be read.
	pub due: Option<Vec<Due>>,
	/// What it left. None if it could not be replayed.
	pub sums: Option<Sums>,
	/// When it came to each stage, in seconds since 1970.
	times: [Option<u64>; 4],
	/// Its public data, while it may have to be replayed again.
	pub(super) data: Vec<u8>,
}

impl Block {
	pub(super) fn new(header: Header, hash: Digest, data: Vec<u8>, due: Option<Vec<Due>>) -> Self {
		Self { header, hash, due, sums: None, times: [None; 4], data }
	}

	/// When it came to a stage.
	pub fn time(&self, stage: Stage) -> Option<u64> {
		self.times[place(stage)]
	}

	/// Notes when it came to a stage.
	pub(super) fn came(&mut self, stage: Stage, time: u64) {
		self.times[place(stage)].get_or_insert(time);
	}

	/// The stage that it waits for, and since when.
	pub fn awaited(&self) -> Option<(Stage, u64)> {
		let order = [Stage::Committed, Stage::Proven, Stage::Certified, Stage::Executed];
		order.windows(2).find_map(|pair| match (self.time(pair[0]), self.time(pair[1])) {
			(Some(since), None) => Some((pair[1], since)),
			_ => None,
		})
	}
}

const fn place(stage: Stage) -> usize {
	match stage {
		Stage::Committed => 0,
		Stage::Proven => 1,
		Stage::Certified => 2,
		Stage::Executed => 3,
	}
}

/// What a block pays on the chain of its public data, in order: withdrawals and full exits that are not of nothing.
pub(super) fn due(data: &PublicData) -> Vec<Due> {
	let payments = data.halves.iter().filter_map(Half::payment);
	payments
		.filter(|payment| !payment.amount.is_zero())
		.map(|payment| Due {
			who: payment.receiver.0,
			token: payment.token,
			amount: payment.amount.get(),
		})
		.collect()
}

/// What came of replaying a committed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// Its public data leads to its root.
	Replayed,
	/// A block before it could not be replayed.
	Skipped,
	/// Its header does not follow the block before.
	BadHeader(Refusal),
	/// Its public data does not lead to its root.
	BadData(Refusal),
	/// It stands in no extrinsic.
	NotPosted,
}

/// What a chain did.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
	/// It committed a block.
	Committed {
		/// The number.
		number: BlockNumber,
		/// The header's hash.
		hash: Digest,
		/// What came of replaying it.
		outcome: Outcome,
	},
	/// It took a block as proven.
	Proven {
		/// The number.
		number: BlockNumber,
		/// The header's hash.
		hash: Digest,
		/// The header, if the books have it.
		header: Option<Box<Header>>,
		/// The proofs, if they stand in an extrinsic of their own.
		proofs: Option<Vec<[u8; 192]>>,
	},
	/// It took a block as certified.
	Certified {
		/// The number.
		number: BlockNumber,
		/// The header's hash.
		hash: Digest,
		/// The header, if the books have it.
		header: Option<Box<Header>>,
		/// The certificate, if it stands in an extrinsic of its own.
		certificate: Option<Vec<u8>>,
	},
	/// It executed a block.
	Executed {
		/// The number.
		number: BlockNumber,
		/// The header's hash.
		hash: Digest,
		/// Whether the books have the block.
		known: bool,
		/// What it should pay, if the books know.
		due: Option<Vec<Due>>,
		/// What was paid, or is pending.
		paid: Vec<Due>,
	},
	/// Anything else.
	Other(Occurrence),
}
