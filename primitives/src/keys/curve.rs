// SPDX-License-Identifier: Apache-2.0

//! JubJub: encoding of points and multiplication.

use crate::poseidon::{Word, from_canonical_bytes, to_canonical_bytes};
use ark_ec::twisted_edwards::TECurveConfig;
use ark_ed_on_bls12_381::{EdwardsAffine, EdwardsProjective, JubjubConfig};
use ark_ff::{AdditiveGroup, Field, PrimeField, Zero};

/// An integer modulo the order of the prime-order subgroup.
pub(super) type Scalar = ark_ed_on_bls12_381::Fr;

/// The bit of the last byte that tells which of `x` and `−x` is meant.
const SIGN: u8 = 0x80;

/// 32 bytes that encode no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecodeError {
	/// `y` is not below the field's order, or `−0` is written for `x`.
	NotCanonical,
	/// No point has this `y`.
	NotOnCurve,
}

/// Of `x` and `−x` the greater integer is the negative one.
fn is_negative(x: &Word) -> bool {
	x.into_bigint() > Word::MODULUS_MINUS_ONE_DIV_TWO
}

/// `y` little-endian, with the sign of `x` in the highest bit.
pub(super) fn encode(point: &EdwardsAffine) -> [u8; 32] {
	let mut bytes = to_canonical_bytes(&point.y);
	if is_negative(&point.x) {
		bytes[31] |= SIGN;
	}
	bytes
}

/// Reads what [`encode`] wrote and nothing else. The point is on the curve, in any subgroup.
pub(super) fn decode(bytes: &[u8; 32]) -> Result<EdwardsAffine, DecodeError> {
	let mut y_bytes = *bytes;
	y_bytes[31] &= !SIGN;
	let negative = y_bytes[31] != bytes[31];
	let y: Word = from_canonical_bytes(&y_bytes).ok_or(DecodeError::NotCanonical)?;

	// −x² + y² = 1 + d·x²·y², hence x² = (y² − 1) / (1 + d·y²). The denominator is never zero, because
	// d is not a square and −1 is one.
	let y_squared = y.square();
	let denominator = Word::ONE + JubjubConfig::COEFF_D * y_squared;
	let mut x = denominator
		.inverse()
		.and_then(|inverse| ((y_squared - Word::ONE) * inverse).sqrt())
		.ok_or(DecodeError::NotOnCurve)?;
	if x.is_zero() && negative {
		return Err(DecodeError::NotCanonical);
	}
	if is_negative(&x) != negative {
		x.neg_in_place();
	}
	Ok(EdwardsAffine::new_unchecked(x, y))
}

/// `scalar·B`.
pub(super) fn multiply_generator(scalar: &Scalar) -> EdwardsProjective {
	#[cfg(feature = "std")]
	return table::multiply_generator(scalar);
	#[cfg(not(feature = "std"))]
	return JubjubConfig::GENERATOR * scalar;
}

/// Multiples of the generator, computed once per process.
#[cfg(feature = "std")]
mod table {
	use super::*;
	use ark_ec::CurveGroup;
	use std::sync::LazyLock;

	/// Entry `w[i][j]` is `(j + 1)·256^i·B`.
	static MULTIPLES: LazyLock<Vec<Vec<EdwardsAffine>>> = LazyLock::new(|| {
		let mut step = EdwardsProjective::from(JubjubConfig::GENERATOR);
		(0..32)
			.map(|_| {
				let row: Vec<_> =
					core::iter::successors(Some(step), |sum| Some(*sum + step)).take(256).collect();
				step = row[255];
				EdwardsProjective::normalize_batch(&row[..255])
			})
			.collect()
	});

	pub(super) fn multiply_generator(scalar: &Scalar) -> EdwardsProjective {
		let mut sum = EdwardsProjective::ZERO;
		for (row, digit) in MULTIPLES.iter().zip(to_canonical_bytes(scalar)) {
			if digit != 0 {
				sum += &row[usize::from(digit) - 1];
			}
		}
		sum
	}
}

/// `2^128 + low`: the scalar of a challenge.
pub(super) fn challenge_scalar(low: u128) -> Scalar {
	Scalar::from(u128::MAX) + Scalar::ONE + Scalar::from(low)
}

/// `(2^128 + low)·point`, by a signed window of five bits.
pub(super) fn multiply_challenge(point: &EdwardsAffine, low: u128) -> EdwardsProjective {
	// ±1, ±3, … ±15 times the point.
	let double = EdwardsProjective::from(*point).double();
	let mut odd_multiples = [EdwardsProjective::from(*point); 8];
	for i in 1..8 {
		odd_multiples[i] = odd_multiples[i - 1] + double;
	}
	let mut sum = EdwardsProjective::ZERO;
	for digit in signed_digits(low).into_iter().rev().skip_while(|digit| *digit == 0) {
		sum.double_in_place();
		let multiple = odd_multiples[usize::from(digit.unsigned_abs() / 2)];
		match digit.signum() {
			1 => sum += multiple,
			-1 => sum -= multiple,
			_ => (),
		}
	}
	sum
}

/// Odd digits in `[−15, 15]` of `2^128 + low`, at least four zeros between two of them, lowest first.
fn signed_digits(low: u128) -> [i8; 130] {
	let mut digits = [0; 130];
	let mut position = 0;
	let mut rest = low;
	// Bit 128, until the first shift brings it into `rest`.
	let mut top = true;
	// The carry of a negative digit may leave 129 bits.
	let mut carry = false;
	while rest != 0 || top || carry {
		let window = (rest & 31) as i8 + i8::from(carry);
		// An even sum of bit and carry leaves the carry where it is.
		let shift = if window & 1 == 1 { 5 } else { 1 };
		if shift == 5 {
			carry = window > 16;
			digits[position] = if carry { window - 32 } else { window };
		}
		rest = rest >> shift | u128::from(top) << (128 - shift);
		top = false;
		position += shift;
	}
	digits
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::{AffineRepr, CurveGroup};
	use ark_serialize::CanonicalSerialize;
	use proptest::prelude::*;

	fn scalar() -> impl Strategy<Value = Scalar> {
		any::<[u8; 64]>().prop_map(|bytes| Scalar::from_le_bytes_mod_order(&bytes))
	}

	fn low_bits() -> impl Strategy<Value = u128> {
		prop_oneof![
			4 => any::<u128>(),
			1 => (0u32..128).prop_map(|shift| u128::MAX >> shift),
			1 => (0u32..128).prop_map(|shift| u128::MAX << shift),
			1 => 0u128..64,
		]
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(256))]

		#[test]
		fn multiply_generator_should_equal_plain_multiplication(scalar in scalar()) {
			prop_assert_eq!(multiply_generator(&scalar), EdwardsAffine::generator() * scalar);
		}

		#[test]
		fn multiply_challenge_should_equal_plain_multiplication(
			low in low_bits(),
			base in scalar(),
		) {
			let point = (EdwardsAffine::generator() * base).into_affine();
			let expected = point.mul_bigint([low as u64, (low >> 64) as u64, 1]);
			prop_assert_eq!(multiply_challenge(&point, low), expected);
			prop_assert_eq!(point * challenge_scalar(low), expected);
		}

		#[test]
		fn encoding_should_be_that_of_arkworks(scalar in scalar()) {
			let point = (EdwardsAffine::generator() * scalar).into_affine();
			let mut expected = [0; 32];
			point.serialize_compressed(&mut expected[..]).unwrap();
			prop_assert_eq!(encode(&point), expected);
			prop_assert_eq!(decode(&expected), Ok(point));
		}

		#[test]
		fn decode_should_accept_only_what_encode_writes(bytes in any::<[u8; 32]>()) {
			if let Ok(point) = decode(&bytes) {
				prop_assert!(point.is_on_curve());
				prop_assert_eq!(encode(&point), bytes);
			}
		}
	}
}
