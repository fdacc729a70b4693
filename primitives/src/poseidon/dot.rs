// SPDX-License-Identifier: Apache-2.0

//! Sums of products that are reduced once.
//!
//! A Montgomery multiplication of four-limb numbers is 16 limb products and 20 more to reduce. A sum
//! of n products needs only one reduction: 16·n + 20 instead of 36·n. (`Fp::sum_of_products` of
//! `ark-ff` falls back to n reductions here, because a 255-bit modulus leaves it a single spare bit.)

use super::Word;
use ark_ff::{BigInt, PrimeField};

type Limbs = [u64; 4];

const MODULUS: Limbs = Word::MODULUS.0;

/// `-r^-1 mod 2^64`: the limb that Montgomery reduction multiplies with.
const INV: u64 = {
	// Newton: an inverse modulo 2^k becomes one modulo 2^2k; r·r = 1 mod 8 starts it with k = 3.
	let mut inverse = MODULUS[0];
	let mut bits = 3;
	while bits < 64 {
		inverse = inverse.wrapping_mul(2u64.wrapping_sub(MODULUS[0].wrapping_mul(inverse)));
		bits *= 2;
	}
	inverse.wrapping_neg()
};

/// The modulus times a small factor, as five limbs.
const fn multiple_of_modulus(factor: u64) -> [u64; 5] {
	let mut product = [0; 5];
	let mut carry = 0;
	let mut i = 0;
	while i < 4 {
		carry += MODULUS[i] as u128 * factor as u128;
		product[i] = carry as u64;
		carry >>= 64;
		i += 1;
	}
	product[4] = carry as u64;
	product
}

const MODULUS_1: [u64; 5] = multiple_of_modulus(1);
const MODULUS_2: [u64; 5] = multiple_of_modulus(2);
const MODULUS_4: [u64; 5] = multiple_of_modulus(4);

#[cfg(target_family = "wasm")]
use accumulate_by_halves as accumulate;
#[cfg(not(target_family = "wasm"))]
use accumulate_by_limbs as accumulate;

/// `sum += number · limb`, where the sum is known to stay below 2^384.
#[cfg(any(test, not(target_family = "wasm")))]
#[inline(always)]
fn accumulate_by_limbs(sum: &mut [u64; 6], number: &Limbs, limb: u64) {
	// The product first and then one addition: two chains of additions with carry are what a 64-bit
	// processor is best at.
	let (low_0, high_0) = number[0].carrying_mul(limb, 0);
	let (low_1, high_1) = number[1].carrying_mul(limb, 0);
	let (low_2, high_2) = number[2].carrying_mul(limb, 0);
	let (low_3, high_3) = number[3].carrying_mul(limb, 0);
	let (limb_1, carry) = high_0.carrying_add(low_1, false);
	let (limb_2, carry) = high_1.carrying_add(low_2, carry);
	let (limb_3, carry) = high_2.carrying_add(low_3, carry);
	// The product is below 2^320, so its highest limb does not wrap.
	let limb_4 = high_3.wrapping_add(carry.into());
	add(sum, &[low_0, limb_1, limb_2, limb_3, limb_4]);
}

/// `sum += number · limb`, where the sum is known to stay below 2^384.
#[cfg(any(test, target_family = "wasm"))]
#[inline(always)]
fn accumulate_by_halves(sum: &mut [u64; 6], number: &Limbs, limb: u64) {
	// WebAssembly has no product of 128 bits and no carry: a call of the compiler's 128-bit routine
	// takes twice as long as four products of 32-bit halves, which leave room for two summands.
	const LOW: u64 = 0xffff_ffff;
	let (limb_low, limb_high) = (limb & LOW, limb >> 32);
	let mut carry = 0;
	for i in 0..4 {
		let (low, high) = (number[i] & LOW, number[i] >> 32);
		let lowest =
			low.wrapping_mul(limb_low).wrapping_add(sum[i] & LOW).wrapping_add(carry & LOW);
		let middle =
			high.wrapping_mul(limb_low).wrapping_add(lowest >> 32).wrapping_add(sum[i] >> 32);
		let other_middle =
			low.wrapping_mul(limb_high).wrapping_add(middle & LOW).wrapping_add(carry >> 32);
		sum[i] = lowest & LOW | other_middle << 32;
		carry = high
			.wrapping_mul(limb_high)
			.wrapping_add(middle >> 32)
			.wrapping_add(other_middle >> 32);
	}
	sum[4] = sum[4].wrapping_add(carry);
	sum[5] = sum[5].wrapping_add((sum[4] < carry).into());
}

/// `sum += term`, where the sum is known to stay below 2^384.
#[inline(always)]
fn add(sum: &mut [u64; 6], term: &[u64; 5]) {
	let mut carry = false;
	for i in 0..5 {
		(sum[i], carry) = sum[i].carrying_add(term[i], carry);
	}
	sum[5] = sum[5].wrapping_add(carry.into());
}

#[inline(always)]
fn subtract_if_not_below(value: &mut [u64; 5], subtrahend: &[u64; 5]) {
	let mut difference = [0; 5];
	let mut borrow = false;
	for i in 0..5 {
		(difference[i], borrow) = value[i].borrowing_sub(subtrahend[i], borrow);
	}
	if !borrow {
		*value = difference;
	}
}

/// `constant + Σ a[i]·b[i]`, for up to 13 products.
///
/// The limbs of `b` are taken one after the other, each for all products at once, and every step
/// ends with one step of Montgomery reduction, so that six limbs hold the running sum.
#[inline(always)]
pub(super) fn dot<const N: usize>(a: &[Word; N], b: &[Word; N], constant: &Word) -> Word {
	// Reduction divides a sum below N·r² by 2^256 and adds less than r: with r < 0.4529·2^256 and
	// the constant the value is below (0.4529·N + 2)·r, hence below 8r for N ≤ 13.
	const { assert!(N <= 13) };
	let mut sum = [0u64; 6];
	for limb in 0..4 {
		for (a, b) in a.iter().zip(b) {
			accumulate(&mut sum, &a.0.0, b.0.0[limb]);
		}
		let factor = sum[0].wrapping_mul(INV);
		accumulate(&mut sum, &MODULUS, factor);
		// The lowest limb is zero now.
		sum = [sum[1], sum[2], sum[3], sum[4], sum[5], 0];
	}
	let [limb_0, limb_1, limb_2, limb_3] = constant.0.0;
	add(&mut sum, &[limb_0, limb_1, limb_2, limb_3, 0]);

	let mut value = [sum[0], sum[1], sum[2], sum[3], sum[4]];
	// Below 4r for N ≤ 4.
	if N > 4 {
		subtract_if_not_below(&mut value, &MODULUS_4);
	}
	subtract_if_not_below(&mut value, &MODULUS_2);
	subtract_if_not_below(&mut value, &MODULUS_1);
	Word::new_unchecked(BigInt([value[0], value[1], value[2], value[3]]))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::{AdditiveGroup, Field};
	use proptest::prelude::*;

	fn word() -> impl Strategy<Value = Word> {
		prop_oneof![
			4 => any::<[u8; 64]>().prop_map(|bytes| Word::from_le_bytes_mod_order(&bytes)),
			1 => Just(-Word::ONE),
			1 => Just(Word::ZERO),
			// The largest Montgomery representation.
			1 => Just(Word::new_unchecked({
				let mut limbs = MODULUS;
				limbs[0] -= 1;
				BigInt(limbs)
			})),
		]
	}

	fn check<const N: usize>(a: [Word; 13], b: [Word; 13], constant: Word) {
		let (a, b) = (a.first_chunk::<N>().unwrap(), b.first_chunk::<N>().unwrap());
		let expected = a.iter().zip(b).fold(constant, |sum, (a, b)| sum + *a * b);
		assert_eq!(dot(a, b, &constant), expected);
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(512))]

		#[test]
		fn both_ways_to_accumulate_should_agree(
			start in any::<[u64; 5]>(),
			number in prop_oneof![any::<Limbs>(), Just([u64::MAX; 4])],
			limb in prop_oneof![any::<u64>(), Just(u64::MAX)],
		) {
			let mut by_limbs = [start[0], start[1], start[2], start[3], start[4], 0];
			let mut by_halves = by_limbs;
			accumulate_by_limbs(&mut by_limbs, &number, limb);
			accumulate_by_halves(&mut by_halves, &number, limb);
			prop_assert_eq!(by_limbs, by_halves);
		}

		#[test]
		fn dot_should_equal_the_sum_of_products(
			a in proptest::array::uniform13(word()),
			b in proptest::array::uniform13(word()),
			constant in word(),
		) {
			check::<1>(a, b, constant);
			check::<3>(a, b, constant);
			check::<4>(a, b, constant);
			check::<5>(a, b, constant);
			check::<9>(a, b, constant);
			check::<13>(a, b, constant);
		}
	}

	#[test]
	fn dot_should_be_reduced_when_every_operand_is_the_largest() {
		let mut limbs = MODULUS;
		limbs[0] -= 1;
		let largest = Word::new_unchecked(BigInt(limbs));
		check::<1>([largest; 13], [largest; 13], largest);
		check::<4>([largest; 13], [largest; 13], largest);
		check::<5>([largest; 13], [largest; 13], largest);
		check::<13>([largest; 13], [largest; 13], largest);
	}
}
