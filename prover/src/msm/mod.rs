// SPDX-License-Identifier: Apache-2.0

//! Multi-scalar multiplication, `Σ scalar·base`: four fifths of a proof.
//!
//! | | buckets | arithmetic | use |
//! |---|---|---|---|
//! | [`AffineMsm`] | affine, added in batches | eight at a time with AVX-512 IFMA, else that of arkworks | the prover |
//! | [`BlstMsm`] | XYZZ | blst's assembly | where the processor has no IFMA |
//! | [`ArkMsm`] | XYZZ | that of arkworks | the yardstick |
//!
//! A witness is made of three sorts of numbers, which cost differently: bits, amounts and indices, and hashes.
//! [`Terms`] sorts them, so that a back end can take each sort by the cheapest way it has: zeros are
//! left out, ones need one addition instead of a multiplication, and small scalars a quarter of the windows.

mod affine;
mod ark;
mod blst;

pub use affine::AffineMsm;
pub use ark::ArkMsm;
pub use blst::BlstMsm;

use crate::{
	key::{Points, StoredPoint},
	watch::{Cancelled, Ticker},
};
use ark_bls12_381::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ff::{BigInt, PrimeField};
use std::{fmt, io, ops::Range, sync::Arc};

/// Multi-scalar multiplication in both groups.
pub trait MsmBackend: fmt::Debug + Send + Sync {
	/// Names the implementation in tables.
	fn name(&self) -> &'static str;

	/// The sum in G1.
	///
	/// # Errors
	///
	/// That the work was cancelled, or that the bases cannot be read.
	fn g1(
		&self,
		bases: &Points<G1Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G1Projective, MsmError>;

	/// The sum in G2.
	///
	/// # Errors
	///
	/// That the work was cancelled, or that the bases cannot be read.
	fn g2(
		&self,
		bases: &Points<G2Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G2Projective, MsmError>;
}

/// Why there is no sum.
#[derive(Debug, thiserror::Error)]
pub enum MsmError {
	/// Nobody wants it any more.
	#[error(transparent)]
	Cancelled(#[from] Cancelled),
	/// The file with the bases cannot be read.
	#[error("the points of the proving key cannot be read: {0}")]
	Read(#[from] io::Error),
}

/// The bases of the three sorts of terms, in memory.
struct Gathered<P> {
	ones: Vec<P>,
	small: Vec<P>,
	full: Vec<P>,
}

/// Bases that are read at a time.
const BLOCK: usize = 1 << 14;

/// The fastest implementation that this processor can run.
pub fn fastest() -> Arc<dyn MsmBackend> {
	let affine = AffineMsm::new();
	if affine.is_vectorised() { Arc::new(affine) } else { Arc::new(BlstMsm) }
}

/// The scalars of a sum, sorted by size, each with the number of its base. Zeros are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
	/// Bases that are added as they are.
	ones: Vec<u32>,
	/// Bases of the scalars below 2^64.
	small_bases: Vec<u32>,
	small: Vec<u64>,
	/// Bases of all others.
	full_bases: Vec<u32>,
	full: Vec<BigInt<4>>,
}

impl Terms {
	/// Sorts scalars; the i-th belongs to base i.
	///
	/// # Panics
	///
	/// With 2^31 scalars or more.
	pub fn new<'a>(scalars: impl IntoIterator<Item = &'a Fr>) -> Self {
		let mut terms = Self::default();
		for (base, scalar) in scalars.into_iter().enumerate() {
			let base = u32::try_from(base).expect("fewer than 2^31 scalars");
			assert!(base >> 31 == 0, "fewer than 2^31 scalars");
			match scalar.into_bigint() {
				BigInt([0, 0, 0, 0]) => {},
				BigInt([1, 0, 0, 0]) => terms.ones.push(base),
				BigInt([low, 0, 0, 0]) => {
					terms.small_bases.push(base);
					terms.small.push(low);
				},
				full => {
					terms.full_bases.push(base);
					terms.full.push(full);
				},
			}
		}
		terms
	}

	/// Reads the bases and converts them.
	fn gather<P: StoredPoint, Q>(
		&self,
		bases: &Points<P>,
		convert: impl Fn(&P) -> Q,
	) -> io::Result<Gathered<Q>> {
		let mut gathered = Gathered {
			ones: Vec::with_capacity(self.ones.len()),
			small: Vec::with_capacity(self.small.len()),
			full: Vec::with_capacity(self.full.len()),
		};
		for start in (0..bases.len()).step_by(BLOCK) {
			let range = start..bases.len().min(start + BLOCK);
			let block = bases.block(range.clone())?;
			let part = self.part(range);
			for (picks, points) in [
				(part.ones, &mut gathered.ones),
				(part.small_bases, &mut gathered.small),
				(part.full_bases, &mut gathered.full),
			] {
				points.extend(picks.iter().map(|base| convert(&block[*base as usize - start])));
			}
		}
		Ok(gathered)
	}

	/// The terms whose bases are in a range.
	fn part(&self, range: Range<usize>) -> Part<'_> {
		let find = |bases: &[u32]| {
			let place = |bound: usize| bases.partition_point(|base| (*base as usize) < bound);
			place(range.start)..place(range.end)
		};
		let (small, full) = (find(&self.small_bases), find(&self.full_bases));
		Part {
			ones: &self.ones[find(&self.ones)],
			small_bases: &self.small_bases[small.clone()],
			small: &self.small[small],
			full_bases: &self.full_bases[full.clone()],
			full: &self.full[full],
		}
	}

	/// How many scalars are one, larger but below 2^64, and larger still.
	pub fn sizes(&self) -> [usize; 3] {
		[self.ones.len(), self.small.len(), self.full.len()]
	}
}

/// Some of the [`Terms`].
struct Part<'a> {
	ones: &'a [u32],
	small_bases: &'a [u32],
	small: &'a [u64],
	full_bases: &'a [u32],
	full: &'a [BigInt<4>],
}

#[cfg(test)]
mod tests;
