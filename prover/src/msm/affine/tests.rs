// SPDX-License-Identifier: Apache-2.0

use super::*;
use ark_bls12_381::Fr;
use ark_ff::{BigInt, PrimeField};
use ark_std::{UniformRand, rand::Rng, test_rng};

/// Pairs in all relations: different, equal, opposite, one or both infinity.
fn pairs<B: AffineRepr>(rng: &mut impl Rng, count: usize) -> Vec<(B, B)> {
	let mut pairs = Vec::with_capacity(count);
	for _ in 0..count {
		let (p, q) = (B::rand(rng), B::rand(rng));
		pairs.push(match rng.gen_range(0..20) {
			0 => (p, p),
			1 => (p, (-p.into_group()).into()),
			2 => (B::zero(), q),
			3 => (p, B::zero()),
			4 => (B::zero(), B::zero()),
			_ => (p, q),
		});
	}
	pairs
}

fn load<A: Adder>(adder: &A, bases: &[A::Base]) -> Vec<A::Point> {
	let picks: Vec<u32> = (0..bases.len() as u32).collect();
	let mut points = vec![adder.infinity(); bases.len()];
	adder.load(bases, &picks, &mut points);
	points
}

fn check_adder<A: Adder>(adder: &A) {
	let rng = &mut test_rng();
	let mut scratch = A::Scratch::default();
	for count in [0, 1, 7, 8, 9, 40, 333] {
		let pairs = pairs::<A::Base>(rng, count);
		let (left, right): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
		let (mut p, mut q) = (load(adder, &left), load(adder, &right));
		for (point, base) in p.iter().zip(&left) {
			assert_eq!(adder.unload(point), *base);
			assert_eq!(adder.unload(&adder.negate(point)), (-base.into_group()).into());
		}
		let mut sums = vec![adder.infinity(); count];
		adder.add(&mut p, &mut q, &mut sums, &mut scratch);
		for (sum, (left, right)) in sums.iter().zip(&pairs) {
			assert_eq!(adder.unload(sum), (*left + right).into());
		}

		// Sums and inverses are operands again, many times over.
		let mut total = adder.infinity();
		let mut expected = GroupOf::<A>::ZERO;
		for (sum, (left, right)) in sums.iter().zip(&pairs) {
			let mut next = [adder.infinity()];
			adder.add(&mut [total], &mut [adder.negate(sum)], &mut next, &mut scratch);
			[total] = next;
			expected -= *left + right;
		}
		assert_eq!(adder.unload(&total), expected.into());
	}
}

#[test]
fn scalar_adder_should_add_pairs_in_all_relations() {
	check_adder(&Scalar::<ark_bls12_381::g1::Config>::default());
	check_adder(&Scalar::<ark_bls12_381::g2::Config>::default());
}

#[cfg(target_arch = "x86_64")]
#[test]
fn ifma_adder_should_add_pairs_in_all_relations() {
	match (ifma::Ifma::<1>::detect(), ifma::Ifma::<2>::detect()) {
		(Some(g1), Some(g2)) => {
			check_adder(&g1);
			check_adder(&g2);
		},
		_ => eprintln!("not run: this processor has no AVX-512 IFMA"),
	}
}

#[test]
fn digits_should_give_the_scalar_back_and_stay_within_their_buckets() {
	let rng = &mut test_rng();
	for width in 3..=18 {
		for bits in [64, 255] {
			let windows = Windows::new(width, bits);
			let mut scalars = vec![Fr::from(0u64), Fr::from(1u64), Fr::from(u64::MAX)];
			if bits == 255 {
				scalars.push(-Fr::from(1u64));
				scalars.extend((0..50).map(|_| Fr::rand(rng)));
			}
			for scalar in scalars {
				let BigInt(words) = scalar.into_bigint();
				let recoded = windows.recode(words);
				let mut value = Fr::from(0u64);
				for window in (0..windows.count).rev() {
					let digit = windows.digit(&recoded, window);
					assert!(digit.unsigned_abs() as usize <= windows.buckets(window));
					value *= Fr::from(1u64 << width);
					value += Fr::from(digit);
				}
				assert_eq!(value, scalar, "width {width}, {bits} bits");
			}
		}
	}
}
