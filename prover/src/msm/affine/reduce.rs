// SPDX-License-Identifier: Apache-2.0

//! `Σ (b + 1)·B_b` over buckets.

use super::{Adder, GroupOf, bucket::total};
use ark_ec::AffineRepr;
use ark_ff::AdditiveGroup;
use std::ops::AddAssign;

/// With so many buckets or fewer they are added up one by one.
const FEW: usize = 64;

/// The weighted sum of buckets.
///
/// The usual way adds up from the last bucket to the first, and the intermediate sums too: two dependent additions a
/// bucket. Here the buckets are cut into S segments of length L, bucket `s·L + l` being the l-th of segment s, and
/// all segments go that way in step, so that a step is a batch of 2·S additions. That yields per segment
///
/// ```text
/// R_s = Σ_l B_(sL + l)        T_s = Σ_l (l + 1)·B_(sL + l)
/// ```
///
/// and the whole is `Σ_s T_s + L·Σ_s s·R_s`, of which the second sum is the same task again, L times smaller.
pub(super) fn weighted<A: Adder>(adder: &A, buckets: &[A::Point]) -> GroupOf<A> {
	if buckets.len() <= FEW {
		let (mut running, mut sum) = (GroupOf::<A>::ZERO, GroupOf::<A>::ZERO);
		for bucket in buckets.iter().rev() {
			running.add_assign(adder.unload(bucket));
			sum += running;
		}
		return sum;
	}

	let bits = usize::BITS - (buckets.len() - 1).leading_zeros();
	let segments = 1usize << (bits.div_ceil(2) + 2).min(bits - 1);
	let length = buckets.len().div_ceil(segments);
	let bucket = |segment: usize, place: usize| {
		buckets.get(segment * length + place).copied().unwrap_or_else(|| adder.infinity())
	};

	// The first half of each is R, the second T, which follows R by one step.
	let mut scratch = A::Scratch::default();
	let mut state = vec![adder.infinity(); 2 * segments];
	let mut addends = vec![adder.infinity(); 2 * segments];
	let mut sums = vec![adder.infinity(); 2 * segments];
	for place in (0..length).rev() {
		addends[segments..].copy_from_slice(&state[..segments]);
		for (segment, addend) in addends[..segments].iter_mut().enumerate() {
			*addend = bucket(segment, place);
		}
		adder.add(&mut state, &mut addends, &mut sums, &mut scratch);
		std::mem::swap(&mut state, &mut sums);
	}
	// T lacks the last R.
	let mut totals = state.split_off(segments);
	let mut running = state.clone();
	adder.add(&mut totals, &mut running, &mut sums[..segments], &mut scratch);
	sums.truncate(segments);
	let total = adder.unload(&total(adder, &sums));

	let rest = weighted(adder, &state[1..]);
	let length = <A::Base as AffineRepr>::ScalarField::from(length as u64);
	rest * length + total
}

#[cfg(test)]
mod tests {
	use super::{super::scalar::Scalar, *};
	use ark_bls12_381::{Fr, G1Affine, G1Projective};
	use ark_std::UniformRand;

	#[test]
	fn weighted_should_equal_the_sum_of_multiples_for_any_number_of_buckets() {
		let mut rng = ark_std::test_rng();
		for length in [0, 1, 2, 63, 64, 65, 66, 100, 127, 128, 200, 257, 1000] {
			let buckets: Vec<G1Affine> = (0..length)
				.map(|i| if i % 7 == 3 { G1Affine::identity() } else { G1Affine::rand(&mut rng) })
				.collect();
			let expected: G1Projective =
				buckets.iter().zip(1u64..).map(|(b, weight)| *b * Fr::from(weight)).sum();
			assert_eq!(weighted(&Scalar::default(), &buckets), expected, "{length} buckets");
		}
	}
}
