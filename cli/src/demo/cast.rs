// SPDX-License-Identifier: Apache-2.0

//! Who acts in the demo, and with what.

use std::fmt;

use ligature_primitives::{
	ids::{ChainId, Owner},
	pool::PoolParams,
};

use super::tape::{OPENING, PURSE, Trader};
use crate::{
	failure::Failure,
	session::{Session, Token},
	wallet::Wallet,
};

/// Who gives everybody their funds: a development account that no service uses.
pub const FAUCET: &str = "//Eve";

/// Native tokens that each gets on each chain, for fees, requests and the deposit of a pool: 100.
pub const NATIVE: u128 = 100_000_000_000_000;

/// Who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
	/// Opens the pool and gives it its liquidity.
	Provider,
	/// Trades.
	Trader(Trader),
	/// The operator, who gets the fees.
	Operator,
}

impl Role {
	/// Those with generated keys.
	pub const ALL: [Self; 3] =
		[Self::Provider, Self::Trader(Trader::Arbitrageur), Self::Trader(Trader::Noise)];
}

impl fmt::Display for Role {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(match self {
			Self::Provider => "provider",
			Self::Trader(Trader::Arbitrageur) => "arbitrageur",
			Self::Trader(Trader::Noise) => "noise trader",
			Self::Operator => "operator",
		})
	}
}

/// Everybody, with their keys.
pub struct Cast {
	people: Vec<(Role, Wallet)>,
	operator: Owner,
}

impl Cast {
	/// Three people with new keys, and the operator.
	///
	/// # Errors
	///
	/// If the system has no randomness.
	pub fn generate(operator: Owner) -> Result<Self, Failure> {
		let people = Role::ALL.into_iter().map(|role| Ok((role, Wallet::generate()?.0)));
		Ok(Self { people: people.collect::<Result<_, Failure>>()?, operator })
	}

	/// Those with generated keys.
	pub fn people(&self) -> impl Iterator<Item = (Role, &Wallet)> {
		self.people.iter().map(|(role, wallet)| (*role, wallet))
	}

	/// The keys of somebody with generated keys.
	///
	/// # Panics
	///
	/// For the operator, whose keys nobody here has.
	pub fn wallet(&self, role: Role) -> &Wallet {
		let found = self.people.iter().find(|(other, _)| *other == role);
		&found.expect("all but the operator have keys; qed").1
	}

	/// Who an owner is.
	pub fn role(&self, owner: Owner) -> Option<Role> {
		let found = self.people.iter().find(|(_, wallet)| wallet.owner() == owner);
		let operator = (owner == self.operator).then_some(Role::Operator);
		found.map(|(role, _)| *role).or(operator)
	}
}

/// The tokens, and the pool that joins them.
#[derive(Clone, Debug)]
pub struct Coins {
	/// USDT of alpha: side 0.
	pub usdt: Token,
	/// WETH of beta: side 1.
	pub weth: Token,
}

impl Coins {
	/// The tokens as the network has them.
	///
	/// # Errors
	///
	/// If it does not have them.
	pub fn of(session: &Session) -> Result<Self, Failure> {
		let on = |symbol, chain| session.token(symbol, Some(session.chain_named(chain)?));
		Ok(Self { usdt: on("USDT", "alpha")?, weth: on("WETH", "beta")? })
	}

	/// Both, in the order of the sides.
	pub fn both(&self) -> [&Token; 2] {
		[&self.usdt, &self.weth]
	}

	/// The pool.
	pub fn params(&self) -> PoolParams {
		PoolParams {
			chain0: self.usdt.chain,
			token0: self.usdt.id,
			chain1: self.weth.chain,
			token1: self.weth.id,
			fee_bps: OPENING.fee_bps,
		}
	}

	/// The token of a chain that is traded.
	pub fn on(&self, chain: ChainId) -> &Token {
		if chain == self.usdt.chain { &self.usdt } else { &self.weth }
	}
}

/// What somebody deposits of a token: what the tape or the pool needs, and a thousandth more, for fees.
pub fn deposit(role: Role, side: usize) -> u128 {
	let (usdt, weth) = match role {
		Role::Provider => (OPENING.reserve0, OPENING.reserve1),
		Role::Trader(_) => PURSE,
		Role::Operator => (0, 0),
	};
	let amount = if side == 0 { usdt } else { weth };
	amount + amount / 1_000
}

/// What somebody gets of a token on L1: a tenth more than is deposited, which stays there.
pub fn funds(role: Role, side: usize) -> u128 {
	let amount = deposit(role, side);
	amount + amount / 10
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::demo::tape::{USDT, WETH};

	#[test]
	fn the_faucet_should_have_enough() {
		// A development account holds a million whole tokens of each asset.
		for (side, unit) in [USDT, WETH].into_iter().enumerate() {
			let all: u128 = Role::ALL.iter().map(|role| funds(*role, side)).sum();
			assert!(all < 1_000_000 * unit);
		}
		assert_eq!(deposit(Role::Trader(Trader::Noise), 0), 100_100 * USDT);
	}

	#[test]
	fn everybody_should_be_known_by_the_owner() {
		let operator = Owner([9; 32]);
		let cast = Cast::generate(operator).expect("randomness");
		for (role, wallet) in cast.people() {
			assert_eq!(cast.role(wallet.owner()), Some(role));
			assert_eq!(cast.wallet(role).owner(), wallet.owner());
		}
		assert_eq!(cast.people().count(), 3);
		assert_eq!(cast.role(operator), Some(Role::Operator));
		assert_eq!(cast.role(Owner([8; 32])), None);
	}
}
