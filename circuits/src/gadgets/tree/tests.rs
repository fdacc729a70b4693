// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	gadgets::bits::number,
	r1cs::{Shape, assignment},
	testing::{Forgery, Gadget, hex, random_word, surviving_mutations},
};
use ligature_ledger::tree::{MemoryNodes, Sequential, Shape as TreeShape, Tree};
use proptest::prelude::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const DOMAIN: Domain = Domain::BALANCE_NODE;
const OLD_ROOT: Label = Label("test/old root");
const NEW_ROOT: Label = Label("test/new root");

/// A change of one leaf, as a prover claims it.
#[derive(Clone, Debug)]
struct LeafChange {
	index: u32,
	old: Word,
	new: Word,
	/// Up to the upper nodes.
	siblings: Vec<[Word; 3]>,
}

/// Changes of a tree's leaves, one after the other.
#[derive(Clone, Debug)]
struct Story {
	/// Levels above the upper nodes, `4^top` of them.
	top: usize,
	nodes: Vec<Word>,
	old_root: Word,
	changes: Vec<LeafChange>,
	new_root: Word,
}

/// The leaf at an index and its path, as the ledger has it, and the change made.
fn change(
	tree: &mut Tree<MemoryNodes>,
	random: &mut ChaCha20Rng,
	index: u32,
	top: usize,
) -> LeafChange {
	let mut siblings = tree.path(index).unwrap().siblings;
	siblings.truncate(siblings.len() - top);
	let (old, new) = (tree.get(index).unwrap(), random_word(random));
	tree.set_many(&[(index, new)], &Sequential).unwrap();
	LeafChange { index, old, new, siblings }
}

impl Story {
	/// Changes leaves of a tree of whose first 64 leaves three of four are set.
	fn of(seed: u64, depth: u8, top: usize, indices: &[u32]) -> Self {
		let mut random = ChaCha20Rng::seed_from_u64(seed);
		let mut tree = Tree::new(TreeShape::new(DOMAIN, depth), MemoryNodes::new());
		let capacity = 1 << (2 * depth);
		let leaves: Vec<(u32, Word)> = (0..capacity.min(64))
			.filter(|index| index % 4 != 1)
			.map(|index| (index, random_word(&mut random)))
			.collect();
		tree.set_many(&leaves, &Sequential).unwrap();

		let level = depth - top as u8;
		let nodes = (0..1 << (2 * top)).map(|i| tree.node(level, i).unwrap()).collect();
		let old_root = tree.root().unwrap();
		let changes =
			indices.iter().map(|index| change(&mut tree, &mut random, *index, top)).collect();
		Self { top, nodes, old_root, changes, new_root: tree.root().unwrap() }
	}

	/// The label of the first constraint that refuses it.
	fn refused(self) -> Option<Label> {
		let shape = Shape::of(&circuit(self));
		shape.matrices.check(&shape.assignment).err().map(|unsatisfied| unsatisfied.label)
	}
}

/// The change of a story as [`UpperNodes`] make it: the old root is compared, the new one is the output.
fn circuit(story: Story) -> Gadget<impl Fn(&mut Builder)> {
	Gadget(move |b: &mut Builder| {
		let mut tree = UpperNodes::new(b, DOMAIN, &story.nodes);
		let claimed = b.witness(story.old_root);
		let old_root = tree.root(b);
		b.equal(OLD_ROOT, &old_root, &claimed);
		for change in &story.changes {
			let levels = story.top + change.siblings.len();
			let (_, index) = number(b, Fr::from(change.index), 2 * levels);
			let leaf = Change { old: b.witness(change.old), new: b.witness(change.new) };
			tree.change_leaf(b, &index, &change.siblings, leaf);
		}
		let new_root = tree.root(b);
		b.public_input(NEW_ROOT, &new_root);
	})
}

/// The same for a single change without upper nodes.
fn path_circuit(story: Story) -> Gadget<impl Fn(&mut Builder)> {
	let [change] = <[LeafChange; 1]>::try_from(story.changes).unwrap();
	Gadget(move |b: &mut Builder| {
		let claimed = b.witness(story.old_root);
		let (_, index) = number(b, Fr::from(change.index), 2 * change.siblings.len());
		let leaf = Change { old: b.witness(change.old), new: b.witness(change.new) };
		let root = change_leaf(b, DOMAIN, &index, &change.siblings, leaf);
		b.equal(OLD_ROOT, &root.old, &claimed);
		b.public_input(NEW_ROOT, &root.new);
	})
}

/// Depth, levels above the upper nodes, and indices of leaves.
fn places() -> impl Strategy<Value = (u8, usize, Vec<u32>)> {
	(1u8..=4).prop_flat_map(|depth| {
		let indices = proptest::collection::vec(0..1u32 << (2 * depth), 1..4);
		(Just(depth), 0..=usize::from(depth.min(2)), indices)
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn changes_should_be_those_of_the_ledger(seed: u64, (depth, top, indices) in places()) {
		let story = Story::of(seed, depth, top, &indices);
		let shape = Shape::of(&circuit(story.clone()));
		prop_assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
		prop_assert_eq!(shape.assignment[1], story.new_root);
		prop_assert_eq!(assignment(&circuit(story)), shape.assignment);
	}

	#[test]
	fn a_path_should_lead_to_both_roots(seed: u64, depth in 1u8..=5, index: u32) {
		let story = Story::of(seed, depth, 0, &[index % (1 << (2 * depth))]);
		let shape = Shape::of(&path_circuit(story.clone()));
		prop_assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
		prop_assert_eq!(shape.assignment[1], story.new_root);
	}
}

#[test]
fn a_leaf_may_be_changed_again_and_back() {
	let mut story = Story::of(1, 2, 1, &[6, 6, 7]);
	assert_eq!(story.changes[1].old, story.changes[0].new);
	assert_eq!(story.clone().refused(), None);
	// A change to what it is already.
	story.changes.truncate(1);
	story.changes[0].new = story.changes[0].old;
	let shape = Shape::of(&circuit(story.clone()));
	assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
	assert_eq!(shape.assignment[1], story.old_root);
}

#[test]
fn wrong_paths_should_be_refused() {
	let honest = Story::of(7, 3, 1, &[24, 27, 27]);
	let refused = |change: fn(&mut Story)| {
		let mut story = honest.clone();
		change(&mut story);
		story.refused()
	};
	assert_eq!(honest.clone().refused(), None);
	for sibling in 0..3 {
		for level in 0..2 {
			let mut story = honest.clone();
			story.changes[2].siblings[level][sibling] += Fr::ONE;
			assert_eq!(story.refused(), Some(OLD_UPPER), "sibling {sibling} on level {level}");
		}
	}
	for bit in 0..6 {
		let mut story = honest.clone();
		story.changes[2].index ^= 1 << bit;
		assert_eq!(story.refused(), Some(OLD_UPPER), "bit {bit}");
	}
	assert_eq!(refused(|s| s.changes[2].old += Fr::ONE), Some(OLD_UPPER), "another leaf");
	assert_eq!(refused(|s| s.changes.swap(0, 1)), Some(OLD_UPPER), "changes in another order");
	assert_eq!(refused(|s| s.changes[0] = s.changes[1].clone()), Some(OLD_UPPER), "changed twice");
	assert_eq!(refused(|s| s.nodes[3] += Fr::ONE), Some(OLD_ROOT), "another upper node");
	assert_eq!(refused(|s| s.nodes.swap(0, 2)), Some(OLD_ROOT), "upper nodes exchanged");

	let honest = Story::of(7, 3, 0, &[27]);
	let refused = |change: &dyn Fn(&mut LeafChange)| {
		let mut story = honest.clone();
		change(&mut story.changes[0]);
		let shape = Shape::of(&path_circuit(story));
		shape.matrices.check(&shape.assignment).map_err(|unsatisfied| unsatisfied.label)
	};
	assert_eq!(refused(&|_| ()), Ok(()));
	assert_eq!(refused(&|it| it.old += Fr::ONE), Err(OLD_ROOT));
	assert_eq!(refused(&|it| it.siblings.swap(0, 1)), Err(OLD_ROOT), "levels exchanged");
	assert_eq!(refused(&|it| it.siblings[2].swap(0, 1)), Err(OLD_ROOT), "siblings exchanged");
	for bit in 0..6 {
		assert_eq!(refused(&|it| it.index ^= 1 << bit), Err(OLD_ROOT), "bit {bit}");
	}
}

#[test]
fn every_mutated_witness_should_be_rejected() {
	let none = Vec::<usize>::new();
	for index in [0, 5, 14] {
		let story = Story::of(3, 2, 0, &[index]);
		assert_eq!(surviving_mutations(&Shape::of(&path_circuit(story))), none);
	}
	for indices in [[0, 0], [5, 6], [14, 3]] {
		let story = Story::of(3, 2, 1, &indices);
		assert_eq!(surviving_mutations(&Shape::of(&circuit(story))), none);
	}
}

/// A node.
const HASH: usize = 297;

#[test]
fn sizes_should_be_as_stated() {
	let constraints = |story| Shape::of(&circuit(story)).matrices.constraints();
	for depth in 1..=4 {
		// Eight for a level beside two hashes, two of them for the index; two for the roots.
		let story = Story::of(1, depth, 0, &[0]);
		let path = Shape::of(&path_circuit(story)).matrices.constraints();
		assert_eq!(path, usize::from(depth) * (2 * HASH + 8) + 2);
		for top in 0..=usize::from(depth.min(3)) {
			let of = |indices: &[u32]| constraints(Story::of(1, depth, top, indices));
			let nodes = 1 << (2 * top);
			assert_eq!(of(&[]), 2 * (nodes - 1) / 3 * HASH + 2);
			let change = (usize::from(depth) - top) * (2 * HASH + 8) + 2 * nodes;
			assert_eq!(of(&[0, 1]) - of(&[0]), change, "{top} of {depth}");
			assert_eq!(of(&[0]) - of(&[]), change, "{top} of {depth}");
		}
	}
}

#[test]
fn matrices_should_not_depend_on_values() {
	let digest =
		|seed, indices| hex(&Shape::of(&circuit(Story::of(seed, 3, 2, indices))).matrices.digest());
	assert_eq!(digest(1, &[0, 17]), digest(2, &[63, 63]));
	assert_eq!(
		digest(1, &[0, 17]),
		"09a116774eab220b1e0e4203c7aceddb9e80e5720eca13d5e3c530d384016101"
	);
}

/// What is exchanged in the constraints of a label: the columns before and after, in order.
fn exchanged(shape: &Shape, label: Label) -> Vec<[usize; 2]> {
	let matrices = &shape.matrices;
	let rows = (0..matrices.constraints()).filter(|row| matrices.label(*row) == label);
	let columns = rows.map(|row| matrices.c.row(row).iter().map(|entry| entry.0 as usize));
	columns.map(|columns| columns.collect::<Vec<_>>().try_into().expect("a difference")).collect()
}

/// One for each label.
pub(crate) fn forgeries() -> Vec<Forgery> {
	// Leaf 2 is changed, and what it moves too little is given to leaf 1.
	let two = |label, circuit: &dyn Fn() -> Shape| {
		let honest = circuit();
		let columns = exchanged(&honest, label);
		[(2, -Fr::ONE), (1, Fr::ONE)].map(|(place, by)| {
			let [_, after] = columns[place];
			(after, honest.assignment[after] + by)
		})
	};
	let path = path_circuit(Story::of(5, 1, 0, &[2]));
	let another_child = two(CHILD, &|| Shape::of(&path));
	let upper = circuit(Story::of(5, 1, 1, &[2]));
	let another_node = two(UPPER, &|| Shape::of(&upper));

	// The leaf is said to have been another one, and the path is that of the real one.
	let mut liar = Story::of(5, 1, 0, &[2]);
	let real = liar.changes[0].old;
	liar.changes[0].old += Fr::ONE;
	let liar = path_circuit(liar);
	let [child, _] = exchanged(&Shape::of(&liar), CHILD)[2];

	let mut stranger = Story::of(5, 2, 1, &[9]);
	stranger.changes[0].old += Fr::ONE;
	vec![
		Forgery::new(CHILD, "a leaf that nobody named is changed", &path, another_child),
		Forgery::new(OLD_CHILD, "a leaf passes as another one", &liar, [(child, real)]),
		Forgery::new(UPPER, "a node that nobody named is changed", &upper, another_node),
		Forgery::new(OLD_UPPER, "a leaf passes that is not in the tree", &circuit(stranger), []),
	]
}

#[test]
fn each_rule_should_be_needed() {
	let forgeries = forgeries();
	forgeries.iter().for_each(Forgery::check);
	let labels = Shape::of(&circuit(Story::of(5, 2, 1, &[9]))).matrices.labels();
	for (label, _) in labels.iter().filter(|(label, _)| label.0.starts_with("tree/")) {
		assert!(forgeries.iter().any(|forgery| forgery.label == *label), "{label}");
	}
	// Where one thing is exchanged for another the root is another.
	let honest = Story::of(5, 1, 0, &[2]).new_root;
	for label in [CHILD, UPPER] {
		let forgery = forgeries.iter().find(|forgery| forgery.label == label).unwrap();
		assert_ne!(forgery.shape.assignment[1], honest, "{}", forgery.gain);
	}
}
