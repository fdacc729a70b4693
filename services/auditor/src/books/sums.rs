// SPDX-License-Identifier: Apache-2.0

//! What all accounts and pools of a chain have together, counted one by one.

use ligature_ledger::ChainState;
use ligature_primitives::{
	constants::MINIMUM_LIQUIDITY,
	ids::{PoolSlot, Side, TokenId},
};
use std::collections::BTreeMap;

/// What there is in a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	/// Per L1 token: balances and own reserves.
	pub tokens: BTreeMap<TokenId, u128>,
	/// Per pool at home here: its shares, the locked ones included, and its supply.
	pub shares: BTreeMap<PoolSlot, (u128, u128)>,
}

impl Sums {
	/// Counts.
	pub fn of(state: &ChainState) -> Self {
		let mut sums = Self::default();
		for (slot, pool) in state.pools() {
			sums.add(pool.token(), pool.own.get());
			if pool.side == Side::Zero {
				let locked = if pool.supply.is_zero() { 0 } else { MINIMUM_LIQUIDITY };
				sums.shares.insert(slot, (locked, pool.supply.get()));
			}
		}
		for (_, account) in state.accounts() {
			account.balances().for_each(|(token, amount)| sums.add(token, amount.get()));
		}
		sums
	}

	/// Of one token.
	pub fn token(&self, token: TokenId) -> u128 {
		self.tokens.get(&token).copied().unwrap_or_default()
	}

	fn add(&mut self, token: TokenId, amount: u128) {
		let sum = match token.lp_slot() {
			// Shares of a pool that is not at home here have a supply of 0.
			Some(slot) => &mut self.shares.entry(slot).or_default().0,
			None => self.tokens.entry(token).or_default(),
		};
		// What reaches the end is wrong all the same.
		*sum = sum.saturating_add(amount);
	}
}
