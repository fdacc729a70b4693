// SPDX-License-Identifier: Apache-2.0

//! Pippenger's algorithm with affine buckets.
//!
//! Adding two affine points costs an inversion and three multiplications. Of many independent additions the
//! inversions are shared (Montgomery's trick: three multiplications each), which makes six in all, where mixed
//! coordinates take ten. To have many independent additions at all times:
//!
//! * bases are taken in blocks. Per block and window, the points are sorted by bucket, and each bucket is summed up as
//!   a tree: a *round* adds neighbours in pairs, in all buckets at once, and halves what is left;
//! * `Σ weight·bucket` is computed in many segments side by side (see [`reduce`]).
//!
//! Blocks also bound the memory: besides one block there are the buckets, and a desk for each thread.
//!
//! What adds the pairs is an [`Adder`]: [`scalar`] with the arithmetic of arkworks, `ifma` with eight pairs per
//! instruction. All else is here, once.

mod bucket;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod reduce;
mod scalar;

use super::{BLOCK, MsmBackend, MsmError, Terms};
use crate::{
	key::{Points, StoredPoint},
	watch::Ticker,
};
use ark_bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::AffineRepr;
use ark_ff::AdditiveGroup;
use bucket::{Buckets, Desks};
use rayon::prelude::*;
use scalar::Scalar;

/// Adds affine points in batches.
trait Adder: Sync {
	/// The curve's points for everybody else.
	type Base: AffineRepr;
	/// A point, or infinity, in the form that is fast here.
	type Point: Copy + Send + Sync;
	/// Memory that additions need; one per thread.
	type Scratch: Default + Send;

	/// The neutral element.
	fn infinity(&self) -> Self::Point;

	/// Converts the named bases; the slices are equally long.
	fn load(&self, bases: &[Self::Base], picks: &[u32], points: &mut [Self::Point]);

	/// Converts back.
	fn unload(&self, point: &Self::Point) -> Self::Base;

	/// The inverse.
	fn negate(&self, point: &Self::Point) -> Self::Point;

	/// `sums[i] = left[i] + right[i]`; the slices are equally long. Any points may come, in any relation; the
	/// operands are used up.
	fn add(
		&self,
		left: &mut [Self::Point],
		right: &mut [Self::Point],
		sums: &mut [Self::Point],
		scratch: &mut Self::Scratch,
	);
}

/// The group of an adder.
type GroupOf<A> = <<A as Adder>::Base as AffineRepr>::Group;

/// Multi-scalar multiplication with affine buckets.
#[derive(Clone, Copy, Debug)]
pub struct AffineMsm {
	vectorised: bool,
}

impl Default for AffineMsm {
	fn default() -> Self {
		Self::new()
	}
}

impl AffineMsm {
	/// With the fastest arithmetic that this processor has.
	pub fn new() -> Self {
		#[cfg(target_arch = "x86_64")]
		let vectorised = ifma::Ifma::<1>::detect().is_some();
		#[cfg(not(target_arch = "x86_64"))]
		let vectorised = false;
		Self { vectorised }
	}

	/// With arithmetic that every processor has.
	pub const fn portable() -> Self {
		Self { vectorised: false }
	}

	/// Whether it computes with vectors.
	pub const fn is_vectorised(&self) -> bool {
		self.vectorised
	}
}

impl MsmBackend for AffineMsm {
	fn name(&self) -> &'static str {
		if self.vectorised { "affine, IFMA" } else { "affine" }
	}

	fn g1(
		&self,
		bases: &Points<G1Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G1Projective, MsmError> {
		#[cfg(target_arch = "x86_64")]
		if self.vectorised
			&& let Some(adder) = ifma::Ifma::<1>::detect()
		{
			return sum(&adder, bases, terms, ticker);
		}
		sum(&Scalar::default(), bases, terms, ticker)
	}

	fn g2(
		&self,
		bases: &Points<G2Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G2Projective, MsmError> {
		#[cfg(target_arch = "x86_64")]
		if self.vectorised
			&& let Some(adder) = ifma::Ifma::<2>::detect()
		{
			return sum(&adder, bases, terms, ticker);
		}
		sum(&Scalar::default(), bases, terms, ticker)
	}
}

/// The scalars above one, in windows of some bits with signed digits.
#[derive(Clone, Copy, Debug)]
struct Windows {
	/// Bits of a window.
	width: usize,
	/// Windows that cover a scalar.
	count: usize,
	/// Bits of the longest scalar.
	bits: usize,
	/// `Σ 2^(width·i + width − 1)` over all windows but the last. Added to a scalar, it makes its unsigned digits the
	/// signed ones plus `2^(width − 1)`, without carries from window to window.
	offset: [u64; 4],
}

/// The cost of a bucket's share in the weighted sum, relative to an addition into a bucket.
const COST_OF_BUCKET: usize = 2;

impl Windows {
	fn new(width: usize, bits: usize) -> Self {
		let count = bits.div_ceil(width);
		let mut offset = [0u64; 4];
		for window in 0..count - 1 {
			let bit = width * window + width - 1;
			offset[bit / 64] |= 1 << (bit % 64);
		}
		Self { width, count, bits, offset }
	}

	/// The width with the least work for so many scalars.
	fn best(scalars: usize, bits: usize) -> Self {
		let threads = rayon::current_num_threads();
		let cost = |width: &usize| {
			// Windows are dealt out whole: with two threads, seventeen take as long as eighteen.
			let turns = bits.div_ceil(*width).div_ceil(threads);
			turns * (scalars + (COST_OF_BUCKET << (width - 1)))
		};
		let widths = 3..=18;
		let least = widths.clone().map(|width| cost(&width)).min().unwrap_or(0);
		// A smaller width takes half the memory for buckets, so it may cost a little.
		let width = widths.clone().find(|width| cost(width) <= least + least / 32);
		Self::new(width.unwrap_or(*widths.end()), bits)
	}

	/// Adds the offset. The sum has at most 256 bits: a scalar has 255, and so has the offset.
	fn recode(&self, scalar: [u64; 4]) -> [u64; 4] {
		let mut sum = [0; 4];
		let mut carry = false;
		for (i, word) in sum.iter_mut().enumerate() {
			let (partial, first) = scalar[i].overflowing_add(self.offset[i]);
			let (all, second) = partial.overflowing_add(u64::from(carry));
			*word = all;
			carry = first || second;
		}
		sum
	}

	/// The signed digit of a recoded scalar.
	fn digit(&self, recoded: &[u64; 4], window: usize) -> i32 {
		let (word, shift) = (self.width * window / 64, self.width * window % 64);
		let mut digit = recoded[word] >> shift;
		// The last window may have one bit more than its width.
		if shift + self.width >= 64 && word + 1 < 4 {
			digit |= recoded[word + 1] << (64 - shift);
		}
		if window + 1 == self.count {
			// Nothing lies above the last window, and it has no offset.
			digit as i32
		} else {
			(digit & ((1 << self.width) - 1)) as i32 - (1 << (self.width - 1))
		}
	}

	/// Buckets of a window: its greatest digit, in absolute value.
	fn buckets(&self, window: usize) -> usize {
		if window + 1 == self.count {
			// One more than the last bits can hold, for the carry out of the window below.
			1 << (self.bits - self.width * window)
		} else {
			1 << (self.width - 1)
		}
	}
}

/// Points that one task converts.
const LOADED_PER_TASK: usize = 1 << 12;

fn sum<A: Adder<Base: StoredPoint>>(
	adder: &A,
	bases: &Points<A::Base>,
	terms: &Terms,
	ticker: Ticker<'_>,
) -> Result<GroupOf<A>, MsmError> {
	ticker.tick(0.0)?;
	let [ones, small, full] = terms.sizes();
	let bits = if full > 0 { 255 } else { 64 };
	let windows = Windows::best(ones + small + full, bits);
	let mut buckets: Vec<_> =
		(0..windows.count).map(|i| Buckets::new(adder, windows.buckets(i))).collect();
	let desks = Desks::new(adder);

	for start in (0..bases.len()).step_by(BLOCK) {
		ticker.tick(fraction(start, bases.len()))?;
		let range = start..bases.len().min(start + BLOCK);
		let part = terms.part(range.clone());
		let picks: Vec<u32> = [part.ones, part.small_bases, part.full_bases]
			.into_iter()
			.flatten()
			.map(|base| base - start as u32)
			.collect();
		if picks.is_empty() {
			continue;
		}
		let block = bases.block(range)?;
		let mut points = vec![adder.infinity(); picks.len()];
		let chunks = points.par_chunks_mut(LOADED_PER_TASK).zip(picks.par_chunks(LOADED_PER_TASK));
		chunks.for_each(|(points, picks)| adder.load(&block, picks, points));
		drop(block);

		let words = |scalar: u64| [scalar, 0, 0, 0];
		let scalars: Vec<_> = part
			.ones
			.iter()
			.map(|_| words(1))
			.chain(part.small.iter().copied().map(words))
			.chain(part.full.iter().map(|scalar| scalar.0))
			.map(|scalar| windows.recode(scalar))
			.collect();
		buckets.par_iter_mut().with_max_len(1).enumerate().for_each(|(window, buckets)| {
			let digits = scalars.iter().map(|scalar| windows.digit(scalar, window));
			desks.sit(|desk| buckets.add(adder, &points, digits, desk));
		});
	}

	ticker.tick(fraction(1, 1))?;
	let sums: Vec<_> = buckets
		.into_par_iter()
		.with_max_len(1)
		.map(|buckets| reduce::weighted(adder, buckets.sums()))
		.collect();
	ticker.tick(1.0)?;
	Ok(sums.into_iter().rev().fold(GroupOf::<A>::ZERO, |mut total, sum| {
		for _ in 0..windows.width {
			total.double_in_place();
		}
		total + sum
	}))
}

/// What is done when so many of the bases are in their buckets; the weighted sums are left for the end.
fn fraction(done: usize, all: usize) -> f64 {
	0.9 * done as f64 / all as f64
}

#[cfg(test)]
mod tests;
