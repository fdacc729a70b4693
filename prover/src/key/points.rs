// SPDX-License-Identifier: Apache-2.0

//! The points of a key, in memory or left in the file.

use ark_bls12_381::{Fq, Fq2, g1, g2};
use ark_ec::{AffineRepr, short_weierstrass::Affine};
use ark_ff::BigInt;
use std::{borrow::Cow, fs::File, io, ops::Range, os::unix::fs::FileExt, sync::Arc};

/// A point that has a fixed form on disk: its coordinates' words, as in memory.
pub trait StoredPoint: AffineRepr {
	/// Words of 64 bits.
	const WORDS: usize;

	/// The words, infinity as zeros.
	fn words(&self) -> impl Iterator<Item = u64>;

	/// From so many words. The point is not checked.
	fn from_words(words: &[u64]) -> Self;
}

fn element(words: &[u64]) -> Fq {
	let mut limbs = [0; 6];
	limbs.copy_from_slice(&words[..6]);
	Fq::new_unchecked(BigInt(limbs))
}

impl StoredPoint for Affine<g1::Config> {
	const WORDS: usize = 12;

	fn words(&self) -> impl Iterator<Item = u64> {
		[self.x, self.y].into_iter().flat_map(|c| c.0.0)
	}

	fn from_words(words: &[u64]) -> Self {
		Self::new_unchecked(element(words), element(&words[6..]))
	}
}

impl StoredPoint for Affine<g2::Config> {
	const WORDS: usize = 24;

	fn words(&self) -> impl Iterator<Item = u64> {
		[self.x.c0, self.x.c1, self.y.c0, self.y.c1].into_iter().flat_map(|c| c.0.0)
	}

	fn from_words(words: &[u64]) -> Self {
		let x = Fq2::new(element(words), element(&words[6..]));
		let y = Fq2::new(element(&words[12..]), element(&words[18..]));
		Self::new_unchecked(x, y)
	}
}

/// Points, of which as many are in memory at a time as somebody asks for.
#[derive(Clone, Debug)]
pub enum Points<P> {
	/// All of them are in memory.
	Memory(Vec<P>),
	/// They lie in a file, from some byte on.
	File {
		/// The file; it is never written again.
		file: Arc<File>,
		/// The first byte of the first point.
		offset: u64,
		/// How many there are.
		count: usize,
	},
}

impl<P: StoredPoint> Points<P> {
	/// Bytes of a point on disk.
	pub(crate) const BYTES: usize = P::WORDS * 8;

	/// How many there are.
	pub fn len(&self) -> usize {
		match self {
			Self::Memory(points) => points.len(),
			Self::File { count, .. } => *count,
		}
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}

	/// Some of them.
	///
	/// # Errors
	///
	/// If the file cannot be read any more.
	///
	/// # Panics
	///
	/// If there are not so many.
	pub fn block(&self, range: Range<usize>) -> io::Result<Cow<'_, [P]>> {
		assert!(range.end <= self.len(), "there are not so many points");
		match self {
			Self::Memory(points) => Ok(Cow::Borrowed(&points[range])),
			Self::File { file, offset, .. } => {
				let mut bytes = vec![0; range.len() * Self::BYTES];
				file.read_exact_at(&mut bytes, offset + (range.start * Self::BYTES) as u64)?;
				let mut words = Vec::with_capacity(P::WORDS);
				let points = bytes.chunks_exact(Self::BYTES).map(|point| {
					words.clear();
					words.extend(point.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)));
					P::from_words(&words)
				});
				Ok(Cow::Owned(points.collect()))
			},
		}
	}

	/// All of them.
	///
	/// # Errors
	///
	/// If the file cannot be read any more.
	pub fn all(&self) -> io::Result<Cow<'_, [P]>> {
		self.block(0..self.len())
	}
}

impl<P> From<Vec<P>> for Points<P> {
	fn from(points: Vec<P>) -> Self {
		Self::Memory(points)
	}
}
