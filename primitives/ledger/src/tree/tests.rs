// SPDX-License-Identifier: Apache-2.0

use super::*;
use ark_ff::Zero;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DOMAIN: Domain = Domain::ACCOUNT_NODE;

/// Counts the hashes.
#[derive(Default)]
struct Counting(AtomicUsize);

impl NodeHasher for Counting {
	fn nodes(&self, domain: Domain, groups: &[[Word; 4]]) -> Vec<Word> {
		self.0.fetch_add(groups.len(), Relaxed);
		Sequential.nodes(domain, groups)
	}
}

/// The root by definition: every leaf written out, every level hashed.
fn plain_root(depth: u8, leaves: &BTreeMap<u32, Word>) -> Word {
	let mut level: Vec<Word> =
		(0..1 << (2 * depth)).map(|i| leaves.get(&i).copied().unwrap_or(Word::zero())).collect();
	while level.len() > 1 {
		level = level.as_chunks().0.iter().map(|group| node(DOMAIN, group)).collect();
	}
	level[0]
}

fn tree(depth: u8) -> Tree<MemoryNodes> {
	Tree::new(Shape::new(DOMAIN, depth), MemoryNodes::new())
}

fn leaves(values: &BTreeMap<u32, u64>) -> Vec<(u32, Word)> {
	values.iter().map(|(index, value)| (*index, Word::from(*value))).collect()
}

#[test]
fn an_empty_tree_has_the_empty_root() {
	for depth in 0..4 {
		assert_eq!(tree(depth).root(), Ok(plain_root(depth, &BTreeMap::new())));
		assert_eq!(tree(depth).root(), Ok(empty_root(DOMAIN, depth)));
	}
}

#[test]
fn every_touched_node_is_hashed_once() {
	let mut tree = tree(12);
	let indices: BTreeSet<u32> = (0..512u32).map(|i| i * 2_654_435 % (1 << 24)).collect();
	let leaves: Vec<_> = indices.iter().map(|i| (*i, Word::from(u64::from(*i) + 1))).collect();
	let expected: usize = (1..=12)
		.map(|level| indices.iter().map(|i| i >> (2 * level)).collect::<BTreeSet<_>>().len())
		.sum();
	let counting = Counting::default();
	let before = tree.set_many(&leaves, &counting).unwrap();
	assert_eq!(counting.0.load(Relaxed), expected);
	// The written nodes are the leaves and the hashed ones, each once.
	let written: BTreeSet<_> = before.iter().map(|change| (change.level, change.index)).collect();
	assert_eq!(written.len(), before.len());
	assert_eq!(written.len(), indices.len() + expected);
}

#[test]
fn threads_give_the_same_nodes() {
	let leaves: Vec<_> = (0..1000u32).map(|i| (i * 3, Word::from(i + 1))).collect();
	let mut one = tree(8);
	one.set_many(&leaves, &Sequential).unwrap();
	for threads in [1, 2, 3, 8] {
		let mut other = tree(8);
		other.set_many(&leaves, &Threads::new(threads.try_into().unwrap())).unwrap();
		assert_eq!(one, other);
	}
}

#[test]
fn several_trees_are_updated_together_as_alone() {
	let shape = Shape::new(DOMAIN, 3);
	let together = recompute(
		&shape,
		&Sequential,
		&[(1u8, 5, Word::from(7)), (1, 6, Word::from(8)), (2, 5, Word::from(9))],
		|_, _, _| Ok::<_, core::convert::Infallible>(None),
	)
	.unwrap();
	for (number, values) in
		[(1, vec![(5, Word::from(7)), (6, Word::from(8))]), (2, vec![(5, Word::from(9))])]
	{
		let mut alone = tree(3);
		alone.set_many(&values, &Sequential).unwrap();
		let root = together.iter().rfind(|change| change.tree == number).unwrap();
		assert_eq!((root.level, root.value), (3, Some(alone.root().unwrap())));
	}
}

#[test]
fn the_last_leaf_costs_little_memory() {
	let mut tree = tree(12);
	let before = tree.set_many(&[((1 << 24) - 1, Word::from(1))], &Sequential).unwrap();
	assert_eq!(tree.get((1 << 24) - 1), Ok(Word::from(1)));
	assert_eq!(tree.get((1 << 24) - 2), Ok(Word::zero()));
	tree.restore(&before).unwrap();
	assert_eq!(tree, self::tree(12));
}

#[test]
fn paths_prove_their_leaf_and_nothing_else() {
	let mut tree = tree(3);
	tree.set_many(&[(0, Word::from(1)), (7, Word::from(2)), (63, Word::from(3))], &Sequential)
		.unwrap();
	let root = tree.root().unwrap();
	for index in [0, 1, 7, 8, 63] {
		let leaf = tree.get(index).unwrap();
		let path = tree.path(index).unwrap();
		assert!(verify_path(DOMAIN, 3, root, index, leaf, &path));
		assert!(!verify_path(DOMAIN, 3, root, index, leaf + Word::from(1), &path));
		assert!(!verify_path(DOMAIN, 3, root, index ^ 1, leaf + Word::from(1), &path));
		assert!(!verify_path(Domain::POOL_NODE, 3, root, index, leaf, &path));
		assert!(!verify_path(DOMAIN, 3, root, index + 64, leaf, &path), "an index beyond the tree");
		let mut longer = path.clone();
		longer.siblings.push([Word::zero(); 3]);
		assert!(!verify_path(DOMAIN, 3, root, index, leaf, &longer));
		let mut other = path.clone();
		other.siblings[1][2] += Word::from(1);
		assert!(!verify_path(DOMAIN, 3, root, index, leaf, &other));
	}
}

#[test]
fn a_key_value_store_holds_the_same_tree() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("tree.redb");
	let shape = Shape::new(DOMAIN, 6);
	let values: Vec<_> = (0..50u32).map(|i| (i * 31, Word::from(i + 1))).collect();
	let mut in_memory = tree(6);
	in_memory.set_many(&values, &Sequential).unwrap();
	{
		let store = KeyValueNodes::new(RedbStore::open(&file).unwrap(), b"a");
		let mut on_disk = Tree::new(shape.clone(), store);
		on_disk.set_many(&values, &Sequential).unwrap();
		let before =
			on_disk.set_many(&[(31, Word::zero()), (33, Word::from(1))], &Sequential).unwrap();
		assert_ne!(on_disk.root().unwrap(), in_memory.root().unwrap());
		on_disk.restore(&before).unwrap();
	}
	let store = KeyValueNodes::new(RedbStore::open(&file).unwrap(), b"a");
	let reopened = Tree::new(shape.clone(), store);
	assert_eq!(reopened.root().unwrap(), in_memory.root().unwrap());
	assert_eq!(reopened.path(62).unwrap(), in_memory.path(62).unwrap());
	drop(reopened);
	let other = KeyValueNodes::new(RedbStore::open(&file).unwrap(), b"b");
	assert_eq!(Tree::new(shape.clone(), other).root().unwrap(), shape.empty_root());
}

#[test]
fn a_damaged_store_is_told_from_an_empty_one() {
	let folder = tempfile::tempdir().unwrap();
	let mut store = RedbStore::open(&folder.path().join("tree.redb")).unwrap();
	store.write(&[(vec![b'a', 0, 0, 0, 0, 9], Some(vec![0xFF; 32]))]).unwrap();
	let tree = Tree::new(Shape::new(DOMAIN, 6), KeyValueNodes::new(store, b"a"));
	assert!(matches!(tree.get(9), Err(KeyValueError::Damaged { level: 0, index: 9 })));
	assert_eq!(tree.get(8).unwrap(), Word::zero());
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..<_>::default() })]

	#[test]
	fn set_many_gives_the_root_by_definition(
		first in proptest::collection::btree_map(0..256u32, 0..5u64, 0..40),
		second in proptest::collection::btree_map(0..256u32, 0..5u64, 0..40),
	) {
		let mut tree = tree(4);
		let mut all = BTreeMap::new();
		let mut undo = Vec::new();
		for values in [&first, &second] {
			let before = tree.clone();
			let changes = tree.set_many(&leaves(values), &Sequential).unwrap();
			undo.push((before, changes));
			all.extend(leaves(values));
			prop_assert_eq!(tree.root().unwrap(), plain_root(4, &all));
		}
		for (before, changes) in undo.into_iter().rev() {
			tree.restore(&changes).unwrap();
			prop_assert_eq!(&tree, &before);
		}
	}
}
