// SPDX-License-Identifier: Apache-2.0

//! `e·A` for the challenge e = 2^128 + the low 128 bits of a hash h.
//!
//! # The multiple
//!
//! Let `b_0 … b_127` be the low bits. Starting from P = 3·A, the 127 steps `P ← 2·P ± A` for the bits 127
//! to 1, with `+` for a bit that is set, lead to
//!
//! ```text
//! (3·2^127 + Σ_{i=1}^{127} ±2^{i−1})·A = (2^128 + 1 + Σ_{i=1}^{127} b_i·2^i)·A = (e + 1 − b_0)·A
//! ```
//!
//! and if bit 0 is not set, A is subtracted once more. No addition meets an exceptional case: P is
//! `k·A` with 3 ≤ k ≤ 2^129 throughout, A has the prime order l > 2^251, and the cases are k = ±1,
//! 2·k = ±1 (for the second half of a step) and k = 0 modulo l.
//!
//! # The bits
//!
//! A step takes 5 constraints for `2·P + Q` and one for `Q = ±A`: the u of Q is that of A, and
//! `(v_Q − v_A)·(v_Q + v_A) = 0`. The bits themselves are no variables. They stand in the signs, and
//! because v_A is not zero, one constraint compares all of them with the hash:
//!
//! ```text
//! Σ_{i=1}^{127} 2^{i−1}·v_{Q,i} = v_A·Σ ±2^{i−1} = v_A·(low − b_0 − 2^127 + 1),   low = h − 2^128·high
//! ```
//!
//! # The canonical representative
//!
//! h is a field element, and e is made of the bits of its representative below the order r. With
//! `r − 1 = 2^128·H + …` the circuit shows that 0 ≤ high < H, so that
//! `0 ≤ 2^128·high + low < 2^128·H < r` is an integer, and only one integer below r is congruent to h.
//! The range takes 127 bits without a comparison: 126 bits of the weights 1, 2, 4, … and one of the weight
//! H − 2^126 sum to every number from 0 to H − 1 and to no other. That some numbers are such a sum in
//! two ways does not matter; nothing depends on these bits.
//!
//! A hash whose high part is H itself has no witness. That is one of 2^127, and to find a signature
//! with such a challenge takes as many trials.

use super::super::{
	bits::{boolean, select, weighted_sum},
	curve::Montgomery,
};
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::{BigInt, Field, PrimeField};

/// A step adds A or its opposite.
pub const SIGN: Label = Label("signature/plus or minus the key");
/// The signs of the steps and the high part make the hash.
pub const CHALLENGE: Label = Label("signature/challenge");

/// H, the bits of r − 1 above the lowest 128.
const HIGH: u128 = {
	let BigInt(limbs) = Fr::MODULUS;
	// r is odd, so r − 1 differs from it in the lowest limb only.
	(limbs[3] as u128) << 64 | limbs[2] as u128
};

/// The number of low bits.
const LOW_BITS: usize = 128;

/// The bits of the high part whose weights are powers of two; one more has what is left.
const HIGH_BITS: usize = 126;

/// The weight of the last bit of the high part.
pub(super) const LAST_WEIGHT: u128 = HIGH - (1 << HIGH_BITS);

/// The low 128 bits of the representative of a word, and those above them.
pub(super) fn split(word: &Fr) -> (u128, u128) {
	let [l0, l1, l2, l3] = word.into_bigint().0;
	(u128::from(l1) << 64 | u128::from(l0), u128::from(l3) << 64 | u128::from(l2))
}

/// A number from 0 to H − 1, by 127 bits. `value` is taken as it is if it is such a number.
fn high_part(b: &mut Builder, value: u128) -> Num {
	let last = value >> HIGH_BITS != 0;
	let rest = if last { value.wrapping_sub(LAST_WEIGHT) } else { value };
	let bits: Vec<Num> = (0..HIGH_BITS).map(|i| boolean(b, rest >> i & 1 == 1)).collect();
	let last = boolean(b, last);
	let mut high = weighted_sum(&bits);
	high.add_scaled(Fr::from(LAST_WEIGHT), &last);
	high
}

/// `(2^128 + the low 128 bits of the hash)·A`, for a point A of order l. 902 constraints.
pub fn multiply(b: &mut Builder, point: &Montgomery, hash: &Num) -> Montgomery {
	let (low, high) = split(&hash.value());
	let high = high_part(b, high);
	let lowest = boolean(b, low & 1 == 1);

	let mut multiple = point.tripled(b);
	let mut signs = Num::zero();
	for i in (1..LOW_BITS).rev() {
		let sign = if low >> i & 1 == 1 { Fr::ONE } else { -Fr::ONE };
		let v = b.witness(sign * point.v.value());
		b.enforce(SIGN, &(&v - &point.v), &(&v + &point.v), &Num::zero());
		signs.add_scaled(Fr::from(1u128 << (i - 1)), &v);
		multiple = multiple.twice_plus(b, &Montgomery { u: point.u.clone(), v });
	}
	let constant = Fr::ONE - Fr::from(1u128 << (LOW_BITS - 1));
	let high_weight = Fr::from(2u64).pow([LOW_BITS as u64]);
	let sum =
		b.combination(constant, [(Fr::ONE, hash), (-high_weight, &high), (-Fr::ONE, &lowest)]);
	b.enforce(CHALLENGE, &sum, &point.v, &signs);

	let less = multiple.plus(b, &point.negated());
	Montgomery {
		u: select(b, &lowest, &multiple.u, &less.u),
		v: select(b, &lowest, &multiple.v, &less.v),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_weights_should_reach_all_of_the_range_and_nothing_above() {
		assert_eq!(HIGH >> 127, 0);
		// Without and with the last bit: two intervals that overlap or touch, up to H − 1.
		assert_eq!(LAST_WEIGHT + ((1 << HIGH_BITS) - 1), HIGH - 1);
		const { assert!(LAST_WEIGHT <= 1 << HIGH_BITS) };
		for value in [0, 1, LAST_WEIGHT, (1 << HIGH_BITS) - 1, 1 << HIGH_BITS, HIGH - 1] {
			let shape = crate::r1cs::Shape::of(&crate::testing::Gadget(|b: &mut Builder| {
				assert_eq!(high_part(b, value).value(), Fr::from(value));
			}));
			assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
		}
	}
}
