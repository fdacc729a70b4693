// SPDX-License-Identifier: Apache-2.0

//! One joint operation: J1, J3, the limits, and the numbers that the rules of its kind share.

use super::{
	entry::{Entry, amount},
	first::First,
	kind::{Kind, Kinds},
	liquidity::Liquidity,
	logs::Half,
	swap::Swap,
	witness::JoinOperation,
};
use crate::{
	gadgets::bits::number,
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{constants::AMOUNT_BITS, ids::Side};

/// J1: the entries are of one pool.
pub const PARAMETERS: Label = Label("join/parameters");
/// J1: the entries are of one transaction.
pub const TRANSACTION: Label = Label("join/transaction");
/// J1: the accounts have one owner.
pub const OWNER: Label = Label("join/owner");
/// The own reserve after an entry is the one before and the amount, or less it.
pub const AFTER: Label = Label("join/own reserve after");
/// J3: each entry's foreign reserve is the other one's own reserve after it.
pub const FOREIGN: Label = Label("join/foreign reserve");
/// Which side a swap's input is on.
pub const DIRECTION: Label = Label("join/direction");
/// Limits stand in the entry of the half that verifies the signature, and are 0 in the other.
pub const SIGNED_LIMIT: Label = Label("join/signed limit");
/// J4: a1 ≥ min_out; J5: x ≤ max0; J6: x ≥ min0.
pub const FIRST_LIMIT: Label = Label("join/first limit");
/// J4: the input is not negative; J5: y ≤ max1; J6: y ≥ min1.
pub const SECOND_LIMIT: Label = Label("join/second limit");

/// Two numbers of 112 bits: a division's remainder and what it is short of the largest one, or two
/// numbers that only their sum matters of.
pub(super) struct Pair {
	/// The first of the two.
	pub lower: Num,
	/// The second.
	pub upper: Num,
}

impl Pair {
	/// Both together: below 2^113.
	pub fn total(&self) -> Num {
		&self.lower + &self.upper
	}
}

/// What a kind wants a [`Pair`] to be; zeros from the other kinds.
#[derive(Clone, Copy, Default)]
pub(super) struct PairValue {
	/// The first number.
	pub lower: Fr,
	/// The sum of both.
	pub total: Fr,
}

/// The pairs of an operation, which stand for something else in each kind.
pub(super) type Remainders = [Pair; 2];

/// What the rules of all kinds look at.
pub(super) struct Terms<'a> {
	/// The kind.
	pub kinds: &'a Kinds,
	/// The amount that a swap pays in; of other kinds, the far one.
	pub input: Num,
	/// The amount that a swap pays out; of other kinds, the home one.
	pub output: Num,
	/// Own reserves before the operation, home and far: 112 bits.
	pub before: [&'a Num; 2],
	/// Amounts, home and far.
	pub amounts: [&'a Num; 2],
	/// First limit: 112 bits.
	pub limit_a: &'a Num,
	/// Second limit: 112 bits.
	pub limit_b: &'a Num,
	/// Supply of shares before: 112 bits.
	pub supply: &'a Num,
	/// Shares minted or burned: 112 bits.
	pub shares: &'a Num,
	/// The pool's fee: 10 bits.
	pub fee: &'a Num,
}

/// What an operation leaves: entries for the logs.
pub(super) struct Operation {
	/// 1, or 0 for padding.
	pub used: Num,
	/// Home and far.
	pub halves: [Half; 2],
}

impl Operation {
	/// Allocates and constrains an operation, or padding.
	pub fn constrain(b: &mut Builder, operation: Option<&JoinOperation>) -> Self {
		let kinds = Kinds::allocate(b, operation);
		let (home, fields) = Entry::home(b, operation.map(|operation| &operation.home));
		let far = Entry::far(b, operation.map(|operation| &operation.far));

		kinds.constrain_codes(b, [&home.code, &far.code]);
		b.equal(PARAMETERS, &far.params, &home.params);
		b.equal(TRANSACTION, &far.tx, &home.tx);
		b.equal(OWNER, &far.owner, &home.owner);

		let home_after = reserve_after(b, &kinds, Side::Zero, &home);
		let far_after = reserve_after(b, &kinds, Side::One, &far);
		b.equal(FOREIGN, &home.foreign, &far_after);
		b.equal(FOREIGN, &far.foreign, &home_after);

		let limit_a = signed_limits(b, &kinds, &home, &far);
		let input = selected(b, &kinds, &home.amount, &far.amount);
		let output = &home.amount + &far.amount - &input;
		let terms = Terms {
			kinds: &kinds,
			input,
			output,
			before: [&home.before, &far.before],
			amounts: [&home.amount, &far.amount],
			limit_a: &limit_a,
			limit_b: &home.limit_b,
			supply: &fields.supply,
			shares: &fields.shares,
			fee: &fields.fee,
		};
		terms.keep_limits(b);
		terms.keep_rules(b);

		Self {
			used: kinds.used(),
			halves: [
				Half { chain: fields.chain0, words: home.words(Side::Zero) },
				Half { chain: fields.chain1, words: far.words(Side::One) },
			],
		}
	}
}

/// The own reserve after an entry, of 112 bits. The factor is ±1, so the amount is the difference of
/// two such numbers.
fn reserve_after(b: &mut Builder, kinds: &Kinds, side: Side, entry: &Entry) -> Num {
	let sign = kinds.pays_in(side) * Fr::from(2u64) - &Num::one();
	let after = amount(b, entry.before.value() + sign.value() * entry.amount.value());
	b.enforce(AFTER, &sign, &entry.amount, &(&after - &entry.before));
	after
}

/// What belongs to the input's side of a swap; in other kinds, to the far side.
pub(super) fn selected(b: &mut Builder, kinds: &Kinds, home: &Num, far: &Num) -> Num {
	let from_home = kinds.any(&[Kind::SwapIn0]);
	let difference = home - far;
	let selected = b.witness(far.value() + from_home.value() * difference.value());
	b.enforce(DIRECTION, &from_home, &difference, &(&selected - far));
	selected
}

/// The first limit, of 112 bits, from the entry that has it. A swap from side 1 has it there only,
/// AddLiquidity in both entries, everything else in the home entry. The second limit is the home entry's;
/// AddLiquidity has it in both, a swap has none.
fn signed_limits(b: &mut Builder, kinds: &Kinds, home: &Entry, far: &Entry) -> Num {
	let from_far = kinds.any(&[Kind::SwapIn1]);
	let add = kinds.any(&[Kind::Add, Kind::First]);
	let swap = kinds.any(&[Kind::SwapIn0, Kind::SwapIn1]);
	let (at_home, at_far) = (home.limit_a.value(), far.limit_a.value());
	let limit_a = amount(b, at_home + from_far.value() * (at_far - at_home));
	b.enforce(SIGNED_LIMIT, &from_far, &limit_a, &(&limit_a - &home.limit_a));
	b.enforce(SIGNED_LIMIT, &(&from_far + &add), &limit_a, &far.limit_a);
	b.enforce(SIGNED_LIMIT, &add, &home.limit_b, &far.limit_b);
	b.enforce(SIGNED_LIMIT, &swap, &home.limit_b, &Num::zero());
	limit_a
}

impl Terms<'_> {
	/// The amounts are not above their limits if they are paid in by AddLiquidity, else not below.
	fn keep_limits(&self, b: &mut Builder) {
		let add = self.kinds.any(&[Kind::Add, Kind::First]);
		let sign = &Num::one() - &(add * Fr::from(2u64));
		let limits =
			[(FIRST_LIMIT, &self.output, self.limit_a), (SECOND_LIMIT, &self.input, self.limit_b)];
		for (label, amount, limit) in limits {
			let beyond = amount - limit;
			let (slack, _) = number(b, sign.value() * beyond.value(), AMOUNT_BITS as usize);
			b.enforce(label, &sign, &beyond, &slack);
		}
	}

	/// J4, J5 or J6. Everything is computed for every kind, and enforced for the one that it is.
	fn keep_rules(&self, b: &mut Builder) {
		let swap = Swap::compute(b, self);
		let liquidity = Liquidity::compute(b, self);
		let first = First::compute(b, self);

		let values = [swap.pairs(self), liquidity.pairs(self), first.pairs(self)];
		let remainders: Remainders = [0, 1].map(|place| {
			let sum = |get: fn(&PairValue) -> Fr| values.iter().map(|it| get(&it[place])).sum();
			let total: Fr = sum(|pair| pair.total);
			let lower = amount(b, sum(|pair| pair.lower));
			let upper = amount(b, total - lower.value());
			Pair { lower, upper }
		});
		swap.constrain(b, self, &remainders);
		liquidity.constrain(b, self, &remainders);
		first.constrain(b, self, &remainders);
	}
}
