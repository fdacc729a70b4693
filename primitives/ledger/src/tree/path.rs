// SPDX-License-Identifier: Apache-2.0

//! What proves a leaf against a root.

use super::ARITY;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;
use ligature_primitives::poseidon::{Domain, Word, node};

/// The siblings on the way from a leaf to the root: per level, the leaf's first, the three other
/// children of the same parent in the order of the children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
	/// The siblings of each level.
	pub siblings: Vec<[Word; ARITY - 1]>,
}

impl Path {
	/// Reads the siblings of a leaf with `read(level, index)`.
	pub fn collect<E>(
		depth: u8,
		index: u32,
		read: impl Fn(u8, u32) -> Result<Word, E>,
	) -> Result<Self, E> {
		let mut siblings = Vec::with_capacity(usize::from(depth));
		let mut own = index;
		for level in 0..depth {
			let first = own - own % ARITY as u32;
			let mut others = [Word::ZERO; ARITY - 1];
			let indices = (first..first + ARITY as u32).filter(|sibling| *sibling != own);
			for (other, sibling) in others.iter_mut().zip(indices) {
				*other = read(level, sibling)?;
			}
			siblings.push(others);
			own /= ARITY as u32;
		}
		Ok(Self { siblings })
	}

	/// The root of the tree in which `leaf` stands at `index` beside these siblings.
	pub fn root(&self, domain: Domain, index: u32, leaf: Word) -> Word {
		let mut value = leaf;
		let mut own = index;
		for others in &self.siblings {
			let position = own as usize % ARITY;
			let mut children = [Word::ZERO; ARITY];
			children[..position].copy_from_slice(&others[..position]);
			children[position] = value;
			children[position + 1..].copy_from_slice(&others[position..]);
			value = node(domain, &children);
			own /= ARITY as u32;
		}
		value
	}
}

/// Whether `leaf` stands at `index` in the tree of that depth with that root. An index beyond the
/// tree and a path of another length prove nothing.
pub fn verify_path(
	domain: Domain,
	depth: u8,
	root: Word,
	index: u32,
	leaf: Word,
	path: &Path,
) -> bool {
	path.siblings.len() == usize::from(depth)
		&& u64::from(index) < 1 << (2 * u64::from(depth))
		&& path.root(domain, index, leaf) == root
}
