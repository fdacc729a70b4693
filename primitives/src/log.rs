// SPDX-License-Identifier: Apache-2.0

//! The joint log: what a chain says about its halves of joint operations (section 10.1 of
//! `docs/protocol.md`). The join rebuilds every chain's log from one list of operations.

use ark_ff::AdditiveGroup;

use crate::{
	amount::Amount,
	constants::AMOUNT_BITS,
	ids::Side,
	op::CellCode,
	pack::Pack,
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
};

/// One half of a joint operation, as its chain's circuit vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
	/// Code of the half's first cell.
	pub code: CellCode,
	/// The pool's side on this chain.
	pub side: Side,
	/// This side's reserve before the half.
	pub before: Amount,
	/// By how much the half moves it.
	pub amount: Amount,
	/// The other side's reserve after the operation, as this chain's register says.
	pub foreign: Amount,
	/// First signed limit, where the half verifies a signature; else 0.
	pub limit_a: Amount,
	/// Second signed limit, where the half verifies a signature; else 0.
	pub limit_b: Amount,
	/// Supply of shares before the half; 0 on side 1.
	pub supply: Amount,
	/// Shares minted or burned; 0 on side 1 and for swaps.
	pub shares: Amount,
	/// The pool.
	pub params: PoolParams,
	/// The transaction hash; 0 for FullExit.
	pub tx: Word,
	/// Owner word of the account leaf.
	pub owner: Word,
}

impl LogEntry {
	/// The words e0 to e3, tx, owner, which are hashed after the commitment so far.
	pub fn words(&self) -> [Word; 6] {
		let amounts = |a: Amount, b: Amount| {
			Pack::new().field(a.get(), AMOUNT_BITS).field(b.get(), AMOUNT_BITS)
		};
		[
			amounts(self.before, self.amount)
				.field(self.code.number().into(), 8)
				.field(self.side.number().into(), 8)
				.word(),
			amounts(self.foreign, self.limit_a).word(),
			amounts(self.supply, self.shares).word(),
			Pack::new()
				.field(self.limit_b.get(), AMOUNT_BITS)
				.field(self.params.pack().into(), 64)
				.word(),
			self.tx,
			self.owner,
		]
	}
}

/// The running commitment to a chain's log in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointLog {
	/// 0 for an empty log, else the hash over the commitment before and the last entry.
	pub commitment: Word,
	/// Entries appended.
	pub count: u32,
}

impl Default for JointLog {
	fn default() -> Self {
		Self { commitment: Word::ZERO, count: 0 }
	}
}

impl JointLog {
	/// Appends an entry: one hash of 7 words.
	pub fn append(&mut self, entry: &LogEntry) {
		let [e0, e1, e2, e3, tx, owner] = entry.words();
		self.commitment = hash(Domain::JOINT_LOG, &[self.commitment, e0, e1, e2, e3, tx, owner]);
		self.count += 1;
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::ids::{ChainId, TokenId};

	fn entry(seed: u128) -> LogEntry {
		let amount = |i| Amount::new(seed + i).expect("small");
		LogEntry {
			code: CellCode::SwapIn,
			side: Side::One,
			before: amount(1),
			amount: amount(2),
			foreign: amount(3),
			limit_a: amount(4),
			limit_b: amount(5),
			supply: amount(6),
			shares: amount(7),
			params: PoolParams {
				chain0: ChainId(1),
				token0: TokenId(2),
				chain1: ChainId(3),
				token1: TokenId(4),
				fee_bps: 30,
			},
			tx: Word::from(8),
			owner: Word::from(9),
		}
	}

	#[test]
	fn words_hold_the_fields_at_their_places() {
		let words = entry(0).words();
		let at = |value: u64, shift: u32| Word::from(value) * Word::from(2).pow([u64::from(shift)]);
		use ark_ff::Field;
		assert_eq!(words[0], Word::from(1) + at(2, 112) + at(0x20, 224) + at(1, 232));
		assert_eq!(words[1], Word::from(3) + at(4, 112));
		assert_eq!(words[2], Word::from(6) + at(7, 112));
		let params = 1u64 | 2 << 8 | 3 << 24 | 4 << 32 | 30 << 48;
		assert_eq!(words[3], Word::from(5) + at(params, 112));
		assert_eq!(words[4..], [Word::from(8), Word::from(9)]);
	}

	#[test]
	fn commitment_chains_the_entries() {
		let mut log = JointLog::default();
		assert_eq!(log.commitment, Word::ZERO);
		log.append(&entry(0));
		log.append(&entry(100));
		let mut expected = Word::ZERO;
		for entry in [entry(0), entry(100)] {
			let words = entry.words();
			expected = hash(Domain::JOINT_LOG, &[&[expected][..], &words].concat());
		}
		assert_eq!(log, JointLog { commitment: expected, count: 2 });
	}
}
