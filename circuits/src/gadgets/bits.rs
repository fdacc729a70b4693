// SPDX-License-Identifier: Apache-2.0

//! Bits, ranges, selection.
//!
//! A number is shown to be below `2^w` by its w bits, each a witness `b` with `b·(b − 1) = 0`, and one
//! equality. There is no comparison of whole field elements: `a ≤ b` of numbers of w bits is
//! `b − a` in w bits.

#[cfg(test)]
pub(crate) mod tests;

use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

/// A bit is 0 or 1.
pub const BOOLEAN: Label = Label("bits/boolean");
/// A number is the sum of its bits.
pub const SUM: Label = Label("bits/sum");
/// Both factors of a product of bits.
pub const AND: Label = Label("bits/and");
/// A number that is not zero has an inverse.
pub const NOT_ZERO: Label = Label("bits/zero test, inverse");
/// A number that tests as zero is zero.
pub const ZERO: Label = Label("bits/zero test, zero");
/// A selected number is one of the two.
pub const SELECT: Label = Label("bits/select");

/// A witness that is 0 or 1.
pub fn boolean(b: &mut Builder, value: bool) -> Num {
	let bit = b.witness(Fr::from(u64::from(value)));
	constrain_boolean(b, &bit);
	bit
}

/// Enforces that a number is 0 or 1.
pub fn constrain_boolean(b: &mut Builder, bit: &Num) {
	b.enforce(BOOLEAN, bit, &(bit - &Num::one()), &Num::zero());
}

/// The lowest `width` bits of the number's value as witnesses, lowest first, and nothing about their
/// sum.
pub fn witness_bits(b: &mut Builder, num: &Num, width: usize) -> Vec<Num> {
	let value = num.value().into_bigint();
	(0..width).map(|i| boolean(b, value.get_bit(i))).collect()
}

/// `Σ 2^i·bit_i`.
pub fn weighted_sum(bits: &[Num]) -> Num {
	let mut weight = Fr::ONE;
	let mut sum = Num::zero();
	for bit in bits {
		sum.add_scaled(weight, bit);
		weight.double_in_place();
	}
	sum
}

/// The bits of a number, lowest first, which shows that it is below `2^width`, for width ≤ 253.
/// `width + 1` constraints.
pub fn range(b: &mut Builder, num: &Num, width: usize) -> Vec<Num> {
	let bits = witness_bits(b, num, width);
	b.equal(SUM, num, &weighted_sum(&bits));
	bits
}

/// A new number of `width` bits with the given value, and its bits. `width` constraints: it *is* the sum
/// of its bits.
pub fn number(b: &mut Builder, value: Fr, width: usize) -> (Num, Vec<Num>) {
	let bits = witness_bits(b, &Num::constant(value), width);
	(weighted_sum(&bits), bits)
}

/// `a ∧ b` of two bits, and any other product that stands for one.
pub fn and(b: &mut Builder, x: &Num, y: &Num) -> Num {
	b.product(AND, x, y)
}

/// `condition ? yes : no`.
pub fn select(b: &mut Builder, condition: &Num, yes: &Num, no: &Num) -> Num {
	let value = no.value() + condition.value() * (yes.value() - no.value());
	let selected = b.witness(value);
	b.enforce(SELECT, condition, &(yes - no), &(&selected - no));
	selected
}

/// The bit that says whether a number is zero. Two constraints.
pub fn is_zero(b: &mut Builder, num: &Num) -> Num {
	let inverse = num.value().inverse();
	let zero = b.witness(Fr::from(u64::from(inverse.is_none())));
	let inverse = b.witness(inverse.unwrap_or(Fr::ZERO));
	b.enforce(NOT_ZERO, num, &inverse, &(&Num::one() - &zero));
	b.enforce(ZERO, num, &zero, &Num::zero());
	zero
}

/// From bits, lowest first, the `2^n` products of which exactly one is 1: the one whose number the bits
/// write. `2^n − n − 1` constraints.
pub fn one_hot(b: &mut Builder, bits: &[Num]) -> Vec<Num> {
	let mut hot = vec![Num::one()];
	for bit in bits {
		let with: Vec<Num> = if hot.len() == 1 {
			vec![bit.clone()]
		} else {
			// The last one is what is left of the bit: the products sum to it.
			let mut rest = bit.clone();
			let count = hot.len() - 1;
			let mut with: Vec<Num> = Vec::with_capacity(hot.len());
			for one in &hot[..count] {
				let product = and(b, one, bit);
				rest -= &product;
				with.push(product);
			}
			with.push(rest);
			with
		};
		for (one, with) in hot.iter_mut().zip(&with) {
			*one -= with;
		}
		hot.extend(with);
	}
	hot
}

/// One field of a [`pack`]: a number and the bits that it takes.
pub type Field248<'a> = (&'a Num, u32);

/// `Σ num_i · 2^(w_0 + … + w_{i−1})`: the protocol's pack. The caller has shown the widths.
pub fn pack(fields: &[Field248<'_>]) -> Num {
	let mut sum = Num::zero();
	let mut weight = Fr::ONE;
	for (num, width) in fields {
		sum.add_scaled(weight, num);
		weight *= Fr::from(2u64).pow([u64::from(*width)]);
	}
	sum
}
