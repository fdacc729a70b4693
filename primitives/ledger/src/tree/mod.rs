// SPDX-License-Identifier: Apache-2.0

//! Sparse 4-ary Merkle trees.
//!
//! Level 0 holds the leaves and level `depth` the root. The base-4 digits of a leaf's index, least
//! significant first, say which child each node on the way up is. What was never written has a
//! default per level: the zero word for a leaf, and the hash of four defaults above.
//!
//! Three trees of the protocol (accounts, pools, and the balances of each account) differ in
//! [`Shape`] and in where their nodes lie, so that the algorithm stands here once, as
//! [`recompute`]: it goes level by level over any number of trees of one shape, hashes every touched
//! node exactly once and hands a whole level to the [`NodeHasher`] at a time.

mod hasher;
#[cfg(feature = "std")]
mod key_value;
mod memory;
mod path;

#[cfg(feature = "std")]
pub use hasher::Threads;
pub use hasher::{NodeHasher, Sequential};
#[cfg(feature = "std")]
pub use key_value::{KeyValue, KeyValueError, KeyValueNodes, RedbStore};
pub use memory::MemoryNodes;
pub use path::{Path, verify_path};

use alloc::vec::Vec;
use ark_ff::AdditiveGroup;
use ligature_primitives::poseidon::{Domain, Word, node};

/// Children of a node.
pub const ARITY: usize = 4;

/// What all trees of one kind have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
	domain: Domain,
	/// The default of each level, the leaf's first; its length is the depth plus one.
	empty: Vec<Word>,
}

impl Shape {
	/// A tree with `4^depth` leaves whose inner nodes are hashed in `domain`. A depth of at most 15
	/// keeps every index within 32 bits.
	pub fn new(domain: Domain, depth: u8) -> Self {
		let mut empty = Vec::with_capacity(usize::from(depth) + 1);
		let mut value = Word::ZERO;
		empty.push(value);
		for _ in 0..depth {
			value = node(domain, &[value; ARITY]);
			empty.push(value);
		}
		Self { domain, empty }
	}

	/// The domain of the inner nodes.
	pub fn domain(&self) -> Domain {
		self.domain
	}

	/// Levels above the leaves.
	pub fn depth(&self) -> u8 {
		(self.empty.len() - 1) as u8
	}

	/// The value of a node of `level` below which nothing was written.
	pub fn empty(&self, level: u8) -> Word {
		self.empty[usize::from(level)]
	}

	/// The root of a tree to which nothing was written.
	pub fn empty_root(&self) -> Word {
		self.empty(self.depth())
	}

	/// The number of leaves.
	pub fn capacity(&self) -> u64 {
		1 << (2 * u64::from(self.depth()))
	}

	/// What a store keeps for a value: nothing if it is the level's default.
	fn stored(&self, level: u8, value: Word) -> Option<Word> {
		(value != self.empty(level)).then_some(value)
	}
}

/// The root of an empty tree of the given depth.
pub fn empty_root(domain: Domain, depth: u8) -> Word {
	Shape::new(domain, depth).empty_root()
}

/// The new, or the previous, value of a node; `None` stands for the level's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeChange<K = ()> {
	/// Which tree, where several are updated together.
	pub tree: K,
	/// 0 for a leaf.
	pub level: u8,
	/// The position within the level.
	pub index: u32,
	/// The value.
	pub value: Option<Word>,
}

/// Where the nodes of a tree lie.
///
/// A store never holds a level's default: it is the same as nothing, so that two trees with equal
/// leaves are equal in memory whatever was written in between.
pub trait NodeStore {
	/// Why a read or a write failed.
	type Error;

	/// The node, or `None` for the level's default.
	fn get(&self, level: u8, index: u32) -> Result<Option<Word>, Self::Error>;

	/// Writes all the values, or none if it fails.
	fn write(&mut self, changes: &[NodeChange]) -> Result<(), Self::Error>;
}

/// A tree over a store of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree<S> {
	shape: Shape,
	store: S,
}

impl<S: NodeStore> Tree<S> {
	/// The tree whose nodes lie in `store`; the shape must be the one that they were written with.
	pub fn new(shape: Shape, store: S) -> Self {
		Self { shape, store }
	}

	/// The tree's shape.
	pub fn shape(&self) -> &Shape {
		&self.shape
	}

	/// The nodes' store.
	pub fn store(&self) -> &S {
		&self.store
	}

	/// Any node.
	pub fn node(&self, level: u8, index: u32) -> Result<Word, S::Error> {
		Ok(self.store.get(level, index)?.unwrap_or_else(|| self.shape.empty(level)))
	}

	/// A leaf.
	pub fn get(&self, index: u32) -> Result<Word, S::Error> {
		self.node(0, index)
	}

	/// The root.
	pub fn root(&self) -> Result<Word, S::Error> {
		self.node(self.shape.depth(), 0)
	}

	/// Writes leaves, given in strictly ascending order of their index, and every node above them,
	/// each hashed once. Gives back what the written nodes held before, for [`Self::restore`].
	pub fn set_many(
		&mut self,
		leaves: &[(u32, Word)],
		hasher: &impl NodeHasher,
	) -> Result<Vec<NodeChange>, S::Error> {
		let leaves: Vec<_> = leaves.iter().map(|(index, value)| ((), *index, *value)).collect();
		let changes = recompute(&self.shape, hasher, &leaves, |(), level, index| {
			self.store.get(level, index)
		})?;
		let mut before = Vec::with_capacity(changes.len());
		for change in &changes {
			before
				.push(NodeChange { value: self.store.get(change.level, change.index)?, ..*change });
		}
		self.store.write(&changes)?;
		Ok(before)
	}

	/// Takes [`Self::set_many`] back.
	pub fn restore(&mut self, before: &[NodeChange]) -> Result<(), S::Error> {
		self.store.write(before)
	}

	/// What proves a leaf against the root.
	pub fn path(&self, index: u32) -> Result<Path, S::Error> {
		Path::collect(self.shape.depth(), index, |level, index| self.node(level, index))
	}
}

/// The new values of leaves and of all nodes above them, in any number of trees of one shape.
///
/// The leaves must come in strictly ascending order of (tree, index). Nodes come back by level, the
/// leaves first, in the same order within a level. `read` gives a node as it was before.
pub fn recompute<K: Copy + PartialEq, E>(
	shape: &Shape,
	hasher: &impl NodeHasher,
	leaves: &[(K, u32, Word)],
	read: impl Fn(K, u8, u32) -> Result<Option<Word>, E>,
) -> Result<Vec<NodeChange<K>>, E> {
	let mut changes = Vec::with_capacity(leaves.len() * (usize::from(shape.depth()) + 1));
	let mut current = leaves.to_vec();
	let mut groups: Vec<[Word; ARITY]> = Vec::with_capacity(current.len());
	for level in 0..shape.depth() {
		let mut parents: Vec<(K, u32, Word)> = Vec::with_capacity(current.len());
		groups.clear();
		for (tree, index, value) in &current {
			changes.push(NodeChange {
				tree: *tree,
				level,
				index: *index,
				value: shape.stored(level, *value),
			});
			let parent = index / ARITY as u32;
			if parents.last().is_none_or(|(t, i, _)| t != tree || *i != parent) {
				let mut children = [Word::ZERO; ARITY];
				for (child, k) in children.iter_mut().zip(0..) {
					*child = read(*tree, level, parent * ARITY as u32 + k)?
						.unwrap_or_else(|| shape.empty(level));
				}
				groups.push(children);
				parents.push((*tree, parent, Word::ZERO));
			}
			if let Some(children) = groups.last_mut() {
				children[*index as usize % ARITY] = *value;
			}
		}
		for (parent, value) in parents.iter_mut().zip(hasher.nodes(shape.domain, &groups)) {
			parent.2 = value;
		}
		current = parents;
	}
	let level = shape.depth();
	changes.extend(current.into_iter().map(|(tree, index, value)| NodeChange {
		tree,
		level,
		index,
		value: shape.stored(level, value),
	}));
	Ok(changes)
}

#[cfg(test)]
mod tests;
