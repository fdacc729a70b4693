// SPDX-License-Identifier: Apache-2.0

//! Hashing many groups of four words.

use alloc::vec::Vec;
use ligature_primitives::poseidon::{Domain, Word, node};

/// Hashes batches of nodes, on as many threads as it likes. The results are those of [`node`],
/// whatever the implementation.
pub trait NodeHasher: Sync {
	/// The hash of each group of children, in order.
	fn nodes(&self, domain: Domain, groups: &[[Word; 4]]) -> Vec<Word>;

	/// The results of two pieces of work that do not depend on each other.
	fn both<A, B: Send>(&self, a: impl FnOnce() -> A, b: impl FnOnce() -> B + Send) -> (A, B) {
		(a(), b())
	}
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequential;

impl NodeHasher for Sequential {
	fn nodes(&self, domain: Domain, groups: &[[Word; 4]]) -> Vec<Word> {
		groups.iter().map(|group| node(domain, group)).collect()
	}
}

/// In equal parts on several threads of the operating system.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads(core::num::NonZeroUsize);

#[cfg(feature = "std")]
impl Threads {
	/// Below this many hashes each, about 0.3 ms of work, a further thread costs more than it gives.
	const LEAST_EACH: usize = 16;

	/// At most this many threads; one is the same as [`Sequential`].
	pub fn new(threads: core::num::NonZeroUsize) -> Self {
		Self(threads)
	}
}

#[cfg(feature = "std")]
impl NodeHasher for Threads {
	fn nodes(&self, domain: Domain, groups: &[[Word; 4]]) -> Vec<Word> {
		let threads = self.0.get().min(groups.len() / Self::LEAST_EACH);
		if threads < 2 {
			return Sequential.nodes(domain, groups);
		}
		let mut parts = groups.chunks(groups.len().div_ceil(threads));
		let own = parts.next().unwrap_or_default();
		std::thread::scope(|scope| {
			let others: Vec<_> =
				parts.map(|part| scope.spawn(move || Sequential.nodes(domain, part))).collect();
			let mut results = Sequential.nodes(domain, own);
			for other in others {
				results.extend(other.join().expect("hashing does not panic; qed"));
			}
			results
		})
	}

	fn both<A, B: Send>(&self, a: impl FnOnce() -> A, b: impl FnOnce() -> B + Send) -> (A, B) {
		if self.0.get() < 2 {
			return (a(), b());
		}
		std::thread::scope(|scope| {
			let b = scope.spawn(b);
			(a(), b.join().expect("hashing does not panic; qed"))
		})
	}
}
