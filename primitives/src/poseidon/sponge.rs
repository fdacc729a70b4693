// SPDX-License-Identifier: Apache-2.0

//! Hashing a number of words that is known beforehand.

use super::{Domain, Word, permute3, permute5};
use ark_ff::AdditiveGroup;

/// The permutation of width 5 takes this many words at a time.
const RATE: usize = 4;

/// Up to this many words fit the permutation of width 3.
const SHORT: u64 = 2;

/// The capacity: the domain's tag, and the number of words above its 64 bits.
fn capacity(domain: Domain, length: u64) -> Word {
	Word::from(u128::from(domain.value()) | u128::from(length) << 64)
}

/// The hash of a fixed number of words.
///
/// Up to two words are one permutation of width 3 over `[c, x0, x1]`; more are absorbed four at a
/// time into positions 1 to 4 of a state of width 5 that starts as `[c, 0, 0, 0, 0]`. The result is
/// position 1. The protocol always has at least one word; the hash of none is defined all the same.
pub fn hash(domain: Domain, words: &[Word]) -> Word {
	let c = capacity(domain, words.len() as u64);
	if words.len() as u64 <= SHORT {
		let mut state = [c, Word::ZERO, Word::ZERO];
		state[1..=words.len()].copy_from_slice(words);
		permute3(&mut state);
		return state[1];
	}
	let mut state = [c, Word::ZERO, Word::ZERO, Word::ZERO, Word::ZERO];
	for chunk in words.chunks(RATE) {
		for (position, word) in state[1..].iter_mut().zip(chunk) {
			*position += word;
		}
		permute5(&mut state);
	}
	state[1]
}

/// [`hash`] of four words: an inner node of a tree.
pub fn node(domain: Domain, children: &[Word; 4]) -> Word {
	let [c0, c1, c2, c3] = *children;
	let mut state = [capacity(domain, 4), c0, c1, c2, c3];
	permute5(&mut state);
	state[1]
}

/// [`hash`] for words that come one by one, when their number is known at the start.
///
/// ```
/// use ligature_primitives::poseidon::{Domain, Sponge, Word, hash};
///
/// let mut sponge = Sponge::new(Domain::PUBLIC_DATA, 3);
/// for value in [1u64, 2, 3] {
///     sponge.absorb(&Word::from(value));
/// }
/// let words = [Word::from(1), Word::from(2), Word::from(3)];
/// assert_eq!(sponge.finish(), Ok(hash(Domain::PUBLIC_DATA, &words)));
/// ```
#[derive(Clone, Debug)]
pub struct Sponge {
	state: [Word; 1 + RATE],
	/// Words added since the last permutation.
	pending: usize,
	absorbed: u64,
	length: u64,
}

/// A [`Sponge`] got another number of words than it was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sponge was made for {expected} words and got {absorbed}")]
pub struct LengthMismatch {
	/// The number of words announced.
	pub expected: u64,
	/// The number of words absorbed.
	pub absorbed: u64,
}

impl Sponge {
	/// A sponge for exactly `length` words.
	pub fn new(domain: Domain, length: u64) -> Self {
		let mut state = [Word::ZERO; 1 + RATE];
		state[0] = capacity(domain, length);
		Self { state, pending: 0, absorbed: 0, length }
	}

	/// Adds the next word. One word in four costs a permutation.
	pub fn absorb(&mut self, word: &Word) {
		if self.pending == RATE {
			permute5(&mut self.state);
			self.pending = 0;
		}
		self.pending += 1;
		self.state[self.pending] += word;
		self.absorbed = self.absorbed.saturating_add(1);
	}

	/// The hash, if as many words came as were announced.
	pub fn finish(mut self) -> Result<Word, LengthMismatch> {
		if self.absorbed != self.length {
			return Err(LengthMismatch { expected: self.length, absorbed: self.absorbed });
		}
		if self.length <= SHORT {
			let [c, x0, x1, ..] = self.state;
			let mut state = [c, x0, x1];
			permute3(&mut state);
			return Ok(state[1]);
		}
		permute5(&mut self.state);
		Ok(self.state[1])
	}
}
