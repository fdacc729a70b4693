// SPDX-License-Identifier: Apache-2.0

//! Entries of a log: their fields, and the words that are hashed (section 10.1 of `docs/protocol.md`).

use crate::{
	gadgets::bits::{number, pack},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	amount::Amount, constants::AMOUNT_BITS, ids::Side, log::LogEntry, pool::PoolParams,
};

/// A number has 112 bits.
pub const AMOUNT: Label = Label("join/amount");
/// Side 1 has neither supply nor shares.
pub const FAR_SHARES: Label = Label("join/no shares on side 1");

/// Bits of a pool's token: it is below 512.
const TOKEN_BITS: usize = 9;
/// Bits of a pool's fee: it is at most 1,000.
pub(super) const FEE_BITS: usize = 10;
/// Bits of a pool's parameters, packed.
const PARAMS_BITS: u32 = 64;

/// A new number of 112 bits, with the lowest 112 bits of the value: a value that does not fit breaks the
/// rule that the number stands in, not the range.
pub(super) fn amount(b: &mut Builder, value: Fr) -> Num {
	let (sum, _) = number(b, value, AMOUNT_BITS as usize);
	let amount = b.witness(sum.value());
	b.equal(AMOUNT, &amount, &sum);
	amount
}

/// What the entries of both sides have. Fields that are not said to have their width are plain witnesses;
/// the rules of an operation give it to them.
pub(super) struct Entry {
	/// Own reserve before: 112 bits.
	pub before: Num,
	/// By how much it changes.
	pub amount: Num,
	/// Code of the half's first cell.
	pub code: Num,
	/// The other reserve after the operation.
	pub foreign: Num,
	/// First limit.
	pub limit_a: Num,
	/// Second limit.
	pub limit_b: Num,
	/// Supply and shares, packed.
	pub shares: Num,
	/// The pool, packed.
	pub params: Num,
	/// Transaction hash.
	pub tx: Num,
	/// Owner word.
	pub owner: Num,
}

/// The fields that only the entry of side 0 opens.
pub(super) struct HomeFields {
	/// Supply before: 112 bits.
	pub supply: Num,
	/// Shares minted or burned: 112 bits.
	pub shares: Num,
	/// The chain of side 0, which has 8 bits if it is in the list.
	pub chain0: Num,
	/// The chain of side 1, likewise.
	pub chain1: Num,
	/// The pool's fee: 10 bits.
	pub fee: Num,
}

/// The value of a field that padding has as zero.
fn field(b: &mut Builder, entry: Option<&LogEntry>, get: impl Fn(&LogEntry) -> Fr) -> Num {
	b.witness(entry.map(get).unwrap_or_default())
}

/// The same, of 112 bits.
fn wide(b: &mut Builder, entry: Option<&LogEntry>, get: impl Fn(&LogEntry) -> Amount) -> Num {
	amount(b, entry.map(|entry| word(get(entry))).unwrap_or_default())
}

fn word(amount: Amount) -> Fr {
	Fr::from(amount.get())
}

impl Entry {
	/// The entry of side 0: the widths of all its fields are shown, but for those that the rules of the
	/// operation show.
	pub fn home(b: &mut Builder, entry: Option<&LogEntry>) -> (Self, HomeFields) {
		let supply = wide(b, entry, |entry| entry.supply);
		let shares = wide(b, entry, |entry| entry.shares);
		let params = entry.map_or(PoolParams::unpack(0), |entry| entry.params);
		let chain0 = b.witness(Fr::from(params.chain0.0));
		let chain1 = b.witness(Fr::from(params.chain1.0));
		let (token0, _) = number(b, Fr::from(params.token0.0), TOKEN_BITS);
		let (token1, _) = number(b, Fr::from(params.token1.0), TOKEN_BITS);
		let (fee, _) = number(b, Fr::from(params.fee_bps), FEE_BITS);
		let packed = pack(&[(&chain0, 8), (&token0, 16), (&chain1, 8), (&token1, 16), (&fee, 16)]);
		let entry = Self {
			before: wide(b, entry, |entry| entry.before),
			amount: field(b, entry, |entry| word(entry.amount)),
			code: field(b, entry, |entry| Fr::from(entry.code.number())),
			foreign: field(b, entry, |entry| word(entry.foreign)),
			limit_a: field(b, entry, |entry| word(entry.limit_a)),
			limit_b: wide(b, entry, |entry| entry.limit_b),
			shares: pack(&[(&supply, AMOUNT_BITS), (&shares, AMOUNT_BITS)]),
			params: packed,
			tx: field(b, entry, |entry| entry.tx),
			owner: field(b, entry, |entry| entry.owner),
		};
		(entry, HomeFields { supply, shares, chain0, chain1, fee })
	}

	/// The entry of side 1: what it shares with that of side 0 is opened there.
	pub fn far(b: &mut Builder, entry: Option<&LogEntry>) -> Self {
		let shares = field(b, entry, |entry| entry.words()[2]);
		b.is_zero(FAR_SHARES, &shares);
		Self {
			before: wide(b, entry, |entry| entry.before),
			amount: field(b, entry, |entry| word(entry.amount)),
			code: field(b, entry, |entry| Fr::from(entry.code.number())),
			foreign: field(b, entry, |entry| word(entry.foreign)),
			limit_a: field(b, entry, |entry| word(entry.limit_a)),
			limit_b: field(b, entry, |entry| word(entry.limit_b)),
			shares,
			params: field(b, entry, |entry| entry.params.word()),
			tx: field(b, entry, |entry| entry.tx),
			owner: field(b, entry, |entry| entry.owner),
		}
	}

	/// e0, e1, e2, e3, tx, owner, as an entry of this side. J1's sides are these constants.
	pub fn words(&self, side: Side) -> [Num; 6] {
		let side = Num::from(u64::from(side.number()));
		let amounts = (&self.before, AMOUNT_BITS);
		[
			pack(&[amounts, (&self.amount, AMOUNT_BITS), (&self.code, 8), (&side, 8)]),
			pack(&[(&self.foreign, AMOUNT_BITS), (&self.limit_a, AMOUNT_BITS)]),
			self.shares.clone(),
			pack(&[(&self.limit_b, AMOUNT_BITS), (&self.params, PARAMS_BITS)]),
			self.tx.clone(),
			self.owner.clone(),
		]
	}
}
