// SPDX-License-Identifier: Apache-2.0

//! The trees of a state, to which a block's cells are applied one after the other.
//!
//! The ledger's trees hold the last sealed block and change when the next is sealed; a witness needs
//! each path as it is when it is a slot's turn. So the nodes that the block changes lie in an overlay,
//! and all others are read from the state.

use ligature_ledger::{
	ChainState,
	tree::{NodeChange, NodeStore, Sequential, Shape, Tree},
};
use ligature_primitives::{
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, POOL_DEPTH},
	ids::AccountIndex,
	poseidon::{Domain, Word},
};
use std::{collections::HashMap, convert::Infallible};

/// Which of a state's trees.
#[derive(Clone, Copy, Debug)]
enum Base {
	Accounts,
	Pools,
	Balances(AccountIndex),
}

/// The nodes of one tree of a state, and those written since.
#[derive(Clone, Debug)]
pub(super) struct Overlay<'a> {
	state: &'a ChainState,
	base: Base,
	written: HashMap<(u8, u32), Option<Word>>,
}

impl NodeStore for Overlay<'_> {
	type Error = Infallible;

	fn get(&self, level: u8, index: u32) -> Result<Option<Word>, Infallible> {
		if let Some(written) = self.written.get(&(level, index)) {
			return Ok(*written);
		}
		Ok(Some(match self.base {
			Base::Accounts => self.state.account_node(level, index),
			Base::Pools => self.state.pool_node(level, index),
			Base::Balances(account) => self.state.balance_node(account, level, index),
		}))
	}

	fn write(&mut self, changes: &[NodeChange]) -> Result<(), Infallible> {
		self.written.extend(changes.iter().map(|it| ((it.level, it.index), it.value)));
		Ok(())
	}
}

/// A tree that begins as a state's.
#[derive(Clone, Debug)]
pub(super) struct Working<'a>(Tree<Overlay<'a>>);

impl<'a> Working<'a> {
	fn new(state: &'a ChainState, base: Base, shape: Shape) -> Self {
		Self(Tree::new(shape, Overlay { state, base, written: HashMap::new() }))
	}

	/// The account tree.
	pub fn accounts(state: &'a ChainState) -> Self {
		let shape = Shape::new(Domain::ACCOUNT_NODE, ACCOUNT_DEPTH as u8);
		Self::new(state, Base::Accounts, shape)
	}

	/// The pool tree.
	pub fn pools(state: &'a ChainState) -> Self {
		Self::new(state, Base::Pools, Shape::new(Domain::POOL_NODE, POOL_DEPTH as u8))
	}

	/// The balance tree of an account; of one that does not exist, the empty tree.
	pub fn balances(state: &'a ChainState, account: AccountIndex) -> Self {
		let shape = Shape::new(Domain::BALANCE_NODE, BALANCE_DEPTH as u8);
		Self::new(state, Base::Balances(account), shape)
	}

	/// A leaf.
	pub fn leaf(&self, index: u32) -> Word {
		let Ok(leaf) = self.0.get(index);
		leaf
	}

	/// Writes a leaf and hashes what is above it.
	pub fn set(&mut self, index: u32, leaf: Word) {
		if self.leaf(index) != leaf {
			let Ok(_) = self.0.set_many(&[(index, leaf)], &Sequential);
		}
	}

	/// The root.
	pub fn root(&self) -> Word {
		let Ok(root) = self.0.root();
		root
	}

	/// All nodes `levels` below the root, left to right.
	pub fn upper_nodes(&self, levels: usize) -> Vec<Word> {
		let level = self.0.shape().depth() - levels as u8;
		(0..1 << (2 * levels))
			.map(|index| {
				let Ok(node) = self.0.node(level, index);
				node
			})
			.collect()
	}

	/// The siblings on the first levels of a leaf's path.
	pub fn siblings<const LEVELS: usize>(&self, index: u32) -> [[Word; 3]; LEVELS] {
		let Ok(path) = self.0.path(index);
		let mut levels = path.siblings.into_iter();
		std::array::from_fn(|_| levels.next().expect("no tree is that low; qed"))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_ledger::tree::verify_path;
	use ligature_primitives::ids::ChainId;

	#[test]
	fn paths_should_follow_what_was_written() {
		let state = ChainState::new(ChainId(1));
		let mut tree = Working::accounts(&state);
		let empty = tree.root();
		let (depth, domain) = (ACCOUNT_DEPTH as u8, Domain::ACCOUNT_NODE);
		for (index, leaf) in [(0, 5u64), (1, 6), ((1 << 24) - 1, 7), (0, 8)] {
			tree.set(index, Word::from(leaf));
			let siblings = tree.siblings::<ACCOUNT_DEPTH>(index).to_vec();
			let path = ligature_ledger::tree::Path { siblings };
			assert!(verify_path(domain, depth, tree.root(), index, Word::from(leaf), &path));
		}
		for index in [0, 1, (1 << 24) - 1] {
			tree.set(index, Word::from(0u64));
		}
		assert_eq!(tree.root(), empty);
		assert_eq!(tree.upper_nodes(1), tree.siblings::<ACCOUNT_DEPTH>(0)[11].repeat(2)[..4]);
	}
}
