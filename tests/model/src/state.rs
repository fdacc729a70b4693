// SPDX-License-Identifier: Apache-2.0

//! The state of section 5 as plain maps.

use crate::formulas::big;
use ligature_primitives::{ids::Owner, keys::PublicKey, pool::PoolParams};
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// One chain's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
	/// The accounts that exist.
	pub accounts: BTreeMap<u32, Account>,
	/// The next free account index.
	pub next: u32,
	/// The pool leaves, by slot.
	pub pools: BTreeMap<u16, Pool>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
	/// Whom it belongs to, for ever.
	pub owner: Owner,
	/// The L2 key, if one is set. Keys have one encoding, so that equal keys are equal bytes.
	pub key: Option<PublicKey>,
	/// The number of signed debits so far.
	pub nonce: u32,
	/// The balances that are not zero.
	pub balances: BTreeMap<u16, u128>,
}

/// One side of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
	/// What the pool is.
	pub params: PoolParams,
	/// Which side of it this is.
	pub side: u8,
	/// The reserve held here.
	pub own: u128,
	/// The other side's reserve.
	pub foreign: u128,
	/// All LP shares, on side 0.
	pub supply: u128,
}

impl Account {
	/// An account that nobody has used.
	pub fn fresh(owner: Owner) -> Self {
		Self { owner, key: None, nonce: 0, balances: BTreeMap::new() }
	}

	/// What it holds of `token`.
	pub fn balance(&self, token: u16) -> u128 {
		self.balances.get(&token).copied().unwrap_or(0)
	}

	/// Sets what it holds of `token`.
	pub fn set_balance(&mut self, token: u16, value: u128) {
		if value == 0 {
			self.balances.remove(&token);
		} else {
			self.balances.insert(token, value);
		}
	}
}

impl Chain {
	/// What `account` holds of `token`; nothing if there is no such account.
	pub fn balance(&self, account: u32, token: u16) -> u128 {
		self.accounts.get(&account).map_or(0, |account| account.balance(token))
	}

	/// The slot of (params, side), found by looking at every leaf.
	pub fn pool_slot(&self, params: &PoolParams, side: u8) -> Option<u16> {
		self.pools
			.iter()
			.find(|(_, pool)| pool.params == *params && pool.side == side)
			.map(|(slot, _)| *slot)
	}

	/// All balances and own reserves of an L1 token of chain `id`.
	pub fn total(&self, id: u8, token: u16) -> BigUint {
		let balances = self.accounts.values().map(|account| big(account.balance(token)));
		let reserves = self
			.pools
			.values()
			.filter(|pool| {
				let (chain, held) = if pool.side == 0 {
					(pool.params.chain0, pool.params.token0)
				} else {
					(pool.params.chain1, pool.params.token1)
				};
				(chain.0, held.0) == (id, token)
			})
			.map(|pool| big(pool.own));
		balances.chain(reserves).sum()
	}
}
