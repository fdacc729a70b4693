// SPDX-License-Identifier: Apache-2.0

//! Changing leaves of the protocol's 4-ary trees.
//!
//! One change of a leaf is a path hashed twice over the same siblings, with the old and with the new
//! leaf. A block changes many leaves of one tree, one after the other, and all paths go through the same
//! upper nodes. So the tree's nodes at one upper level are kept as numbers of the circuit: a change
//! climbs to that level, where one of `4^T` numbers is exchanged (`2·4^T` constraints, instead of two
//! hashes for each of T levels); the levels above are hashed once before and once after the block.

#[cfg(test)]
pub(crate) mod tests;

use super::{bits::one_hot, poseidon::hash};
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::Field;
use ligature_primitives::poseidon::{Domain, Word};

/// The child at the leaf's place is exchanged, and no other.
pub const CHILD: Label = Label("tree/child");
/// What stood at the leaf's place was the old node.
pub const OLD_CHILD: Label = Label("tree/old child");
/// The upper node above the leaf is exchanged, and no other.
pub const UPPER: Label = Label("tree/upper node");
/// What stood above the leaf was the old node.
pub const OLD_UPPER: Label = Label("tree/old upper node");

/// A node before and after a change.
#[derive(Clone, Debug)]
pub struct Change {
	/// Before.
	pub old: Num,
	/// After.
	pub new: Num,
}

/// Exchanges one of several numbers, the marked one, for `change.new` and shows that it was `change.old`.
/// Nothing happens to numbers of which none is marked; then old and new are equal.
fn exchange(
	b: &mut Builder,
	[each, total]: [Label; 2],
	numbers: &[Num],
	marks: &[Num],
	change: &Change,
) -> Vec<Num> {
	let mut moved = Num::zero();
	let exchanged: Vec<Num> = numbers
		.iter()
		.zip(marks)
		.map(|(number, mark)| {
			let by = &change.new - number;
			let after = b.witness(number.value() + mark.value() * by.value());
			let difference = &after - number;
			b.enforce(each, mark, &by, &difference);
			moved += &difference;
			after
		})
		.collect();
	// Only the marked number can have moved, to `new`: so it moved from `new − moved`.
	b.equal(total, &moved, &(&change.new - &change.old));
	exchanged
}

/// One level up: the node above the leaf whose place among its siblings the two bits write.
fn climb(
	b: &mut Builder,
	domain: Domain,
	place: &[Num],
	siblings: &[Word; 3],
	change: &Change,
) -> Change {
	let marks = one_hot(b, place);
	let mut siblings = siblings.iter();
	let children: Vec<Num> = marks
		.iter()
		.map(|mark| {
			let value = if mark.value() == Fr::ONE { None } else { siblings.next().copied() };
			b.witness(value.unwrap_or(change.old.value()))
		})
		.collect();
	let exchanged = exchange(b, [CHILD, OLD_CHILD], &children, &marks, change);
	Change { old: hash(b, domain, &children), new: hash(b, domain, &exchanged) }
}

/// The root before and after a change of the leaf whose index the bits write, lowest first.
pub fn change_leaf(
	b: &mut Builder,
	domain: Domain,
	index: &[Num],
	siblings: &[[Word; 3]],
	leaf: Change,
) -> Change {
	debug_assert_eq!(index.len(), 2 * siblings.len());
	index
		.chunks(2)
		.zip(siblings)
		.fold(leaf, |node, (place, siblings)| climb(b, domain, place, siblings, &node))
}

/// A tree of which the circuit holds all nodes of one upper level.
#[derive(Clone, Debug)]
pub struct UpperNodes {
	domain: Domain,
	nodes: Vec<Num>,
}

impl UpperNodes {
	/// The nodes with these values, left to right: `4^T` of them.
	pub fn new(b: &mut Builder, domain: Domain, nodes: &[Word]) -> Self {
		Self { domain, nodes: nodes.iter().map(|node| b.witness(*node)).collect() }
	}

	/// The tree's root, T levels above.
	pub fn root(&self, b: &mut Builder) -> Num {
		let mut level = self.nodes.clone();
		while level.len() > 1 {
			level = level.chunks(4).map(|children| hash(b, self.domain, children)).collect();
		}
		level.pop().expect("there is at least one node; qed")
	}

	/// Changes the leaf whose index the bits write, lowest first; there are siblings for each level
	/// below the upper nodes.
	pub fn change_leaf(
		&mut self,
		b: &mut Builder,
		index: &[Num],
		siblings: &[[Word; 3]],
		leaf: Change,
	) {
		let (below, above) = index.split_at(2 * siblings.len());
		let node = change_leaf(b, self.domain, below, siblings, leaf);
		let marks = one_hot(b, above);
		debug_assert_eq!(marks.len(), self.nodes.len());
		self.nodes = exchange(b, [UPPER, OLD_UPPER], &self.nodes, &marks, &node);
	}
}
