// SPDX-License-Identifier: Apache-2.0

//! The joint log, appended entry by entry.

use crate::{
	gadgets::{
		bits::{pack, select},
		poseidon::hash,
	},
	r1cs::{Builder, Num},
};
use ligature_primitives::{constants::AMOUNT_BITS, poseidon::Domain};

/// What a half tells the join; section 10.1 of `docs/protocol.md`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
	pub before: Num,
	pub amount: Num,
	pub code: Num,
	pub side: Num,
	pub foreign: Num,
	pub limit_a: Num,
	pub limit_b: Num,
	pub supply: Num,
	pub shares: Num,
	pub params: Num,
	pub transaction: Num,
	pub owner: Num,
}

/// The running commitment.
#[derive(Clone, Debug)]
pub(super) struct Log {
	pub commitment: Num,
	pub count: Num,
}

impl Log {
	/// No entry.
	pub fn new() -> Self {
		Self { commitment: Num::zero(), count: Num::zero() }
	}

	/// Appends an entry if `append` is 1.
	pub fn append(&mut self, b: &mut Builder, append: &Num, entry: Entry) {
		let Entry { before, amount, code, side, foreign, .. } = &entry;
		let Entry { limit_a, limit_b, supply, shares, params, .. } = &entry;
		let words = [
			self.commitment.clone(),
			pack(&[(before, AMOUNT_BITS), (amount, AMOUNT_BITS), (code, 8), (side, 8)]),
			pack(&[(foreign, AMOUNT_BITS), (limit_a, AMOUNT_BITS)]),
			pack(&[(supply, AMOUNT_BITS), (shares, AMOUNT_BITS)]),
			pack(&[(limit_b, AMOUNT_BITS), (params, 64)]),
			entry.transaction.clone(),
			entry.owner.clone(),
		];
		let appended = hash(b, Domain::JOINT_LOG, &words);
		self.commitment = select(b, append, &appended, &self.commitment);
		self.count += append;
	}
}
