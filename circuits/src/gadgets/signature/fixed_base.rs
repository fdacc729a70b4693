// SPDX-License-Identifier: Apache-2.0

//! `s·B` for the base point B.
//!
//! The sum of 63 points, one from each window's table: window k has the sixteen points `±d·16^k·B`,
//! d = 1, 3, … 15. The number s itself is no variable, nor are its digits: the signature's
//! equation asks for a multiple of B whose factor the prover knows, and who names a point of each table
//! knows it.
//!
//! # A point of a table
//!
//! Five constraints: three powers of u, then u is one of eight roots, as the product of two polynomials of
//! degree four, then v is one of the two with `v² = u³ + A·u² + u`. (Eight entries selected by
//! three bits, and a sign, would take eight.)
//!
//! # Every number, and no exceptional case
//!
//! Call W = 16^62. The sum of the first k windows, each digit odd, is `n·B` with n odd and |n| < 16^k: it is
//! neither zero nor, as |d|·16^k ≥ 16^k, plus or minus the point of window k. That
//! holds for integers, and modulo l as long as sums stay below l: up to k = 61, where |n ± d·16^k| < 16^{k+1}
//! ≤ W < l. The last window must not have 15·W > l. Its factors are q = ±1·W, ±3·W, … ±13·W and
//! ±(l − W − 1), and |n| < W, n odd:
//!
//! - n = ±q modulo l? q is even, so n ∓ q is odd and would be an odd multiple of l, at least l in
//!   size; but |n ∓ q| < W + (l − W − 1) < l. So no exceptional case, and no sum is zero.
//! - All numbers? n + q takes all odd numbers between 0 and 14·W, and between l − 2·W and l − 1 as l < 15·W
//!   (both ends excluded), and their opposites: all odd numbers of size below l. Of a residue
//!   s ≠ 0 either s or s − l is one of them.
//!
//! s = 0 has no witness; natively it would be a signature with `R = −e·A`, while e is a hash of R.

use super::super::curve::{A, Montgomery, montgomery};
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ed_on_bls12_381::{EdwardsAffine, EdwardsProjective, Fr as Scalar};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use std::{array, sync::LazyLock};

/// `u²`, `u³` and `u⁴` of a point that is to be one of a table.
pub const POWERS: Label = Label("fixed base/powers of u");
/// u is that of a point of the table.
pub const TABLE: Label = Label("fixed base/u in the table");
/// v belongs to u.
pub const CURVE: Label = Label("fixed base/on the curve");

const WINDOWS: usize = 63;

/// The bits that a window stands for.
const WINDOW_BITS: usize = 4;

/// The size of a table without the opposite points.
const ENTRIES: usize = 1 << (WINDOW_BITS - 1);

/// The bits of W.
const LAST_SHIFT: usize = WINDOW_BITS * (WINDOWS - 1);

/// The points that can be added in one window.
#[derive(Debug)]
struct Window {
	/// Coordinates of the points whose factor is positive.
	points: [(Fr, Fr); ENTRIES],
	/// `c_0 … c_3` of two polynomials `c_0 + … + c_3·u³ + u⁴`, each with half of the points' u as its
	/// roots.
	factors: [[Fr; 4]; 2],
}

static TABLES: LazyLock<Vec<Window>> = LazyLock::new(|| {
	let mut unit = EdwardsProjective::from(EdwardsAffine::generator());
	(0..WINDOWS)
		.map(|window| {
			let twice = unit.double();
			let mut points: [EdwardsProjective; ENTRIES] = [unit; ENTRIES];
			for i in 1..ENTRIES {
				points[i] = points[i - 1] + twice;
			}
			if window == WINDOWS - 1 {
				// l − W − 1 instead of 15·W.
				points[ENTRIES - 1] = -(unit + EdwardsAffine::generator());
			}
			// The one after 15 is 16.
			unit = twice.double().double().double();
			Window::new(&points)
		})
		.collect()
});

impl Window {
	fn new(points: &[EdwardsProjective; ENTRIES]) -> Self {
		let points = points.map(|point| montgomery(&point.into_affine()));
		let factors = array::from_fn(|half| {
			let [r0, r1, r2, r3] = array::from_fn(|i| points[4 * half + i].0);
			// (u² − s·u + p)·(u² − t·u + q)
			let (s, p, t, q) = (r0 + r1, r0 * r1, r2 + r3, r2 * r3);
			[p * q, -(p * t + q * s), p + q + s * t, -(s + t)]
		});
		Self { points, factors }
	}

	/// A point of the table, by the witness the one that is named. Five constraints.
	fn choose(&self, b: &mut Builder, digit: Digit) -> Montgomery {
		let (u, v) = self.points[digit.entry];
		let u = b.witness(u);
		let v = b.witness(if digit.negative { -v } else { v });
		let square = b.product(POWERS, &u, &u);
		let cube = b.product(POWERS, &square, &u);
		let fourth = b.product(POWERS, &cube, &u);
		let [half, other] = self.factors.map(|[c0, c1, c2, c3]| {
			b.combination(c0, [(c1, &u), (c2, &square), (c3, &cube), (Fr::ONE, &fourth)])
		});
		b.enforce(TABLE, &half, &other, &Num::zero());
		let curve = b.combination(Fr::ZERO, [(Fr::ONE, &u), (A, &square), (Fr::ONE, &cube)]);
		b.enforce(CURVE, &v, &v, &curve);
		Montgomery { u, v }
	}
}

/// A point of a window's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digit {
	/// Number of the entry: the digit is `2·entry + 1`.
	entry: usize,
	/// The opposite point is meant.
	negative: bool,
}

/// The points whose sum is `s·B`, the lowest window first; any points if s is zero.
fn digits(s: &Scalar) -> [Digit; WINDOWS] {
	// An odd number n with |n| < l, and its sign. Minus an even number is l minus that, which is odd.
	let odd = s.into_bigint().is_odd();
	let mut n = if odd { *s } else { -*s }.into_bigint();
	let negative = !odd;

	// Above 14·W the last window has l − W − 1. The others then sum to n − (l − W − 1), which is between 0
	// and W; with W on top of that they are what they would be for a last digit of one.
	let mut top = BigInt::<4>::from(14u64);
	top <<= LAST_SHIFT as u32;
	let with_last_entry = n > top;
	if with_last_entry {
		let mut less = Scalar::MODULUS;
		let mut twice_w = BigInt::from(2u64);
		twice_w <<= LAST_SHIFT as u32;
		less.sub_with_borrow(&twice_w);
		less.sub_with_borrow(&BigInt::from(1u64));
		n.sub_with_borrow(&less);
	}

	// For an odd n the lowest digit is (n mod 32) − 16, and (n − digit)/16 = ⌊n/16⌋ or one more, whichever is
	// odd. So the digit of window k comes from bits 4k … 4k + 4, the lowest of them replaced by one.
	array::from_fn(|window| {
		let bits = |from: usize, count: usize| {
			(1..count).fold(1, |sum, i| sum | usize::from(n.get_bit(from + i)) << i)
		};
		let from = WINDOW_BITS * window;
		let (magnitude, below_zero) = if window == WINDOWS - 1 {
			(bits(from, WINDOW_BITS), false)
		} else {
			let shifted = bits(from, WINDOW_BITS + 1);
			(shifted.abs_diff(16), shifted < 16)
		};
		let entry = match with_last_entry && window == WINDOWS - 1 {
			true => ENTRIES - 1,
			false => magnitude / 2,
		};
		Digit { entry, negative: negative != below_zero }
	})
}

/// `s·B`, where s is known to the prover and is not zero. 501 constraints.
pub fn multiply(b: &mut Builder, s: &Scalar) -> Montgomery {
	let mut windows = TABLES.iter().zip(digits(s));
	let (first, digit) = windows.next().expect("there are 63; qed");
	let mut sum = first.choose(b, digit);
	for (window, digit) in windows {
		let point = window.choose(b, digit);
		sum = sum.plus(b, &point);
	}
	sum
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use proptest::prelude::*;

	/// The first polynomial of the lowest window, without its leading one.
	pub(in super::super) fn lowest_factor() -> [Fr; 4] {
		TABLES[0].factors[0]
	}

	/// The factors of the last window in units of B.
	fn last_factor(entry: usize) -> Scalar {
		let w = Scalar::from(2u64).pow([LAST_SHIFT as u64]);
		if entry == ENTRIES - 1 { -w - Scalar::ONE } else { w * Scalar::from(2 * entry as u64 + 1) }
	}

	fn value(digits: &[Digit; WINDOWS]) -> Scalar {
		let mut sum = Scalar::ZERO;
		let mut unit = Scalar::ONE;
		for (window, digit) in digits.iter().enumerate() {
			let factor = match window {
				62 => last_factor(digit.entry),
				_ => unit * Scalar::from(2 * digit.entry as u64 + 1),
			};
			sum += if digit.negative { -factor } else { factor };
			unit *= Scalar::from(16u64);
		}
		sum
	}

	fn scalar() -> impl Strategy<Value = Scalar> {
		let w = Scalar::from(2u64).pow([LAST_SHIFT as u64]);
		let near = (0u64..15, 0u64..64)
			.prop_map(move |(k, d)| w * Scalar::from(k) + Scalar::from(d) - Scalar::from(32u64));
		prop_oneof![
			4 => any::<[u8; 64]>().prop_map(|bytes| Scalar::from_le_bytes_mod_order(&bytes)),
			2 => near.clone(),
			2 => near.prop_map(|s| -s),
			1 => (1u64..64).prop_map(Scalar::from),
		]
		.prop_filter("s = 0 has no digits", |s| *s != Scalar::ZERO)
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(4096))]

		#[test]
		fn digits_should_sum_to_the_number(s in scalar()) {
			prop_assert_eq!(value(&digits(&s)), s);
		}
	}

	#[test]
	fn tables_should_hold_the_multiples() {
		let mut unit = Scalar::ONE;
		for (k, window) in TABLES.iter().enumerate() {
			for (entry, point) in window.points.iter().enumerate() {
				let factor = match k {
					62 => last_factor(entry),
					_ => unit * Scalar::from(2 * entry as u64 + 1),
				};
				let expected = (EdwardsAffine::generator() * factor).into_affine();
				assert_eq!(*point, montgomery(&expected));
				let roots = window.factors.map(|[c0, c1, c2, c3]| {
					let u = point.0;
					c0 + u * (c1 + u * (c2 + u * (c3 + u)))
				});
				assert_eq!(roots[entry / 4], Fr::ZERO);
				assert_ne!(roots[1 - entry / 4], Fr::ZERO);
			}
			unit *= Scalar::from(16u64);
		}
	}

	#[test]
	fn the_last_window_should_meet_no_exceptional_case() {
		// What the module's text says of W and l.
		let w = BigInt::<4>([0, 0, 0, 1 << (LAST_SHIFT - 192)]);
		let times = |factor: u64| BigInt::<4>([0, 0, 0, factor << (LAST_SHIFT - 192)]);
		assert_eq!(w, times(1));
		assert!(times(14) < Scalar::MODULUS && Scalar::MODULUS < times(15));
		assert!(Scalar::MODULUS.is_odd());
	}
}
