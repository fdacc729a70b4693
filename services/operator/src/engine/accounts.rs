// SPDX-License-Identifier: Apache-2.0

//! Which accounts an owner has.

use ligature_ledger::ChainState;
use ligature_primitives::{
	ids::{AccountIndex, Owner},
	op::Target,
};
use std::collections::HashMap;

/// The accounts of each owner, per chain in the network's order. The ledger has them by index only.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
	chains: Vec<HashMap<Owner, Vec<AccountIndex>>>,
}

impl Accounts {
	/// Reads them off the states.
	pub fn new(states: &[ChainState]) -> Self {
		let mut this = Self { chains: vec![HashMap::new(); states.len()] };
		for (position, state) in states.iter().enumerate() {
			for (index, account) in state.accounts() {
				this.add(position, account.owner, index);
			}
		}
		this
	}

	/// Notes an account that was created.
	pub fn add(&mut self, position: usize, owner: Owner, index: AccountIndex) {
		self.chains[position].entry(owner).or_default().push(index);
	}

	/// Forgets the account of an owner that was created last.
	pub fn take_back(&mut self, position: usize, owner: Owner) {
		if let Some(indices) = self.chains[position].get_mut(&owner) {
			indices.pop();
		}
	}

	/// All accounts of an owner on a chain, ascending.
	pub fn all(&self, position: usize, owner: Owner) -> &[AccountIndex] {
		self.chains[position].get(&owner).map_or(&[], Vec::as_slice)
	}

	/// The first account of an owner on a chain.
	pub fn first(&self, position: usize, owner: Owner) -> Option<AccountIndex> {
		self.all(position, owner).first().copied()
	}

	/// Where a credit to an owner goes: to the first account, or to a new one.
	pub fn target(&self, position: usize, owner: Owner) -> Target {
		self.first(position, owner).map_or(Target::New, Target::Existing)
	}
}
