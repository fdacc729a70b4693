// SPDX-License-Identifier: Apache-2.0

//! What everybody should have, kept beside the ledger from what was deposited and signed.

use std::collections::BTreeMap;

use ligature_primitives::ids::{ChainId, PoolSlot, TokenId};
use primitive_types::U256;

use super::{
	cast::{Coins, Role},
	desk::{Deed, Sent},
	market::{Market, Sell},
};

/// Shares that nobody gets of the first liquidity.
const LOCKED: u128 = 1_000;

/// What the first liquidity mints for its provider: the square root of the product, less the locked shares.
pub fn first_shares(amount0: u128, amount1: u128) -> u128 {
	let root = (U256::from(amount0) * U256::from(amount1)).integer_sqrt();
	// The root of a product of two numbers of 128 bits has 128 bits.
	root.low_u128().saturating_sub(LOCKED)
}

/// Why the books cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BooksError {
	/// Somebody would pay what they do not have.
	#[error("the {role} would pay {amount} of token {token} on chain {chain}, and has {there}")]
	Overdrawn {
		/// Who.
		role: Role,
		/// Where.
		chain: ChainId,
		/// Of what.
		token: TokenId,
		/// How much.
		amount: u128,
		/// What is there.
		there: u128,
	},
	/// The pool cannot do it.
	#[error("the pool cannot take {0} units")]
	Pool(u128),
	/// A trader gets less than they have asked for.
	#[error("{out} units come out of a trade, {least} were asked for")]
	Limit {
		/// What comes out.
		out: u128,
		/// What was asked for.
		least: u128,
	},
}

/// The books.
#[derive(Clone, Debug)]
pub struct Books {
	coins: Coins,
	/// The slot of the pool on its home chain.
	slot: PoolSlot,
	balances: BTreeMap<(Role, ChainId, TokenId), u128>,
	/// The pool.
	pub market: Market,
	/// All shares.
	pub supply: u128,
	/// What has left by withdrawals, per chain of the token that is traded there.
	pub withdrawn: BTreeMap<(Role, ChainId), u128>,
}

impl Books {
	/// Empty ones.
	pub fn new(coins: Coins, slot: PoolSlot) -> Self {
		let market = Market { reserve0: 0, reserve1: 0, fee_bps: coins.params().fee_bps };
		let (balances, withdrawn) = Default::default();
		Self { coins, slot, balances, market, supply: 0, withdrawn }
	}

	/// A deposit.
	pub fn deposit(&mut self, role: Role, chain: ChainId, token: TokenId, amount: u128) {
		*self.balances.entry((role, chain, token)).or_default() += amount;
	}

	/// Something that was signed and executed. Gives what came out of a trade, the shares of the first liquidity, and
	/// otherwise what was moved.
	///
	/// # Errors
	///
	/// [`BooksError`]: no ledger may have executed it.
	pub fn enter(&mut self, sent: &Sent) -> Result<u128, BooksError> {
		let Sent { role, deed, fee_chain, fee, .. } = sent;
		let fee_token = self.coins.on(*fee_chain).id;
		self.take(*role, *fee_chain, fee_token, *fee)?;
		self.deposit(Role::Operator, *fee_chain, fee_token, *fee);
		let params = self.coins.params();
		match deed {
			Deed::Open { amount0, amount1 } => {
				self.take(*role, params.chain0, params.token0, *amount0)?;
				self.take(*role, params.chain1, params.token1, *amount1)?;
				let shares = first_shares(*amount0, *amount1);
				let token = TokenId::lp(self.slot).ok_or(BooksError::Pool(*amount0))?;
				self.deposit(*role, params.chain0, token, shares);
				self.market.reserve0 += amount0;
				self.market.reserve1 += amount1;
				self.supply += shares + LOCKED;
				Ok(shares)
			},
			Deed::Trade(order) => {
				let sides = [(params.chain0, params.token0), (params.chain1, params.token1)];
				let (sold, bought) = match order.sells {
					Sell::Zero => (sides[0], sides[1]),
					Sell::One => (sides[1], sides[0]),
				};
				self.take(*role, sold.0, sold.1, order.amount)?;
				let out = self.market.sell(order.sells, order.amount);
				let out = out.ok_or(BooksError::Pool(order.amount))?;
				if out < order.min_out {
					return Err(BooksError::Limit { out, least: order.min_out });
				}
				self.deposit(*role, bought.0, bought.1, out);
				Ok(out)
			},
			Deed::Transfer { chain, to, amount } => {
				let token = self.coins.on(*chain).id;
				self.take(*role, *chain, token, *amount)?;
				self.deposit(*to, *chain, token, *amount);
				Ok(*amount)
			},
			Deed::Withdraw { chain, amount } => {
				self.take(*role, *chain, self.coins.on(*chain).id, *amount)?;
				*self.withdrawn.entry((*role, *chain)).or_default() += amount;
				Ok(*amount)
			},
		}
	}

	fn take(
		&mut self,
		role: Role,
		chain: ChainId,
		token: TokenId,
		amount: u128,
	) -> Result<(), BooksError> {
		let there = self.balances.entry((role, chain, token)).or_default();
		let overdrawn = BooksError::Overdrawn { role, chain, token, amount, there: *there };
		*there = there.checked_sub(amount).ok_or(overdrawn)?;
		Ok(())
	}

	/// All that anybody has, above 0.
	pub fn balances(&self) -> impl Iterator<Item = (Role, ChainId, TokenId, u128)> + '_ {
		let all = self.balances.iter().filter(|(_, amount)| **amount > 0);
		all.map(|((role, chain, token), amount)| (*role, *chain, *token, *amount))
	}
}

#[cfg(test)]
#[path = "books_tests.rs"]
mod tests;
