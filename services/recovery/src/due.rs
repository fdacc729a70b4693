// SPDX-License-Identifier: Apache-2.0

//! What everybody can claim from a chain in exodus, against a freeze block's roots (section 12.6 of
//! `docs/protocol.md`).

use ligature_chain::{At, Call, ChainError};
use ligature_ledger::{
	ChainState,
	exit::{BalanceClaim, LiquidityClaim},
};
use ligature_primitives::{
	amount::{Amount, mul_div_floor},
	ids::{AccountIndex, ChainId, Owner, PoolSlot, Side, TokenId},
};

/// What a claim is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
	/// A balance on the paying chain.
	Balance,
	/// One side of shares in a pool.
	Liquidity { home: ChainId, slot: PoolSlot, side: Side },
}

/// A payment that a chain owes when the rollup has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
	/// The chain that pays.
	pub chain: ChainId,
	/// Who is paid.
	pub owner: Owner,
	/// The token of that chain.
	pub token: TokenId,
	/// How much.
	pub amount: Amount,
	/// The owner's account on the paying chain; for shares, on the pool's home chain.
	pub account: AccountIndex,
	of: Of,
}

/// A claim with its Merkle paths, as the chain takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
	/// To a balance.
	Balance(Box<BalanceClaim>),
	/// To one side of a share.
	Liquidity(Box<LiquidityClaim>),
}

impl From<Claim> for Call {
	fn from(claim: Claim) -> Self {
		match claim {
			Claim::Balance(claim) => Self::Exit(claim),
			Claim::Liquidity(claim) => Self::ExitLiquidity(claim),
		}
	}
}

/// All that `chain` owes, balances first; of one owner if one is named. `states` are those of the network's chains after
/// the freeze block; a chain that is missing there hides the shares of pools that have their home on it.
pub fn due(chain: ChainId, states: &[&ChainState], owner: Option<Owner>) -> Vec<Due> {
	let wanted = |who: &Owner| owner.is_none_or(|owner| owner == *who);
	let mut all = Vec::new();
	for state in states.iter().filter(|state| state.chain() == chain) {
		for (account, leaf) in state.accounts().filter(|(_, leaf)| wanted(&leaf.owner)) {
			for (token, amount) in leaf.balances().filter(|(token, _)| token.is_l1()) {
				all.push(Due { chain, owner: leaf.owner, token, amount, account, of: Of::Balance });
			}
		}
	}
	for home in states {
		for (slot, pool) in home.pools().filter(|(_, pool)| pool.side == Side::Zero) {
			for side in [Side::Zero, Side::One] {
				if pool.params.chain(side) != chain {
					continue;
				}
				let of = Of::Liquidity { home: home.chain(), slot, side };
				all.extend(shares(home, slot, states, chain, side, of, wanted));
			}
		}
	}
	all.retain(|due| !due.amount.is_zero());
	all
}

/// What the owners of shares get of one side of a pool.
fn shares(
	home: &ChainState,
	slot: PoolSlot,
	states: &[&ChainState],
	chain: ChainId,
	side: Side,
	of: Of,
	wanted: impl Fn(&Owner) -> bool,
) -> Vec<Due> {
	let reserve = || {
		let pool = home.pool(slot)?;
		let paying = states.iter().find(|state| state.chain() == chain)?;
		let reserve = *paying.pool(paying.pool_slot(&pool.params, side)?)?;
		Some((pool.supply, reserve, TokenId::lp(slot)?))
	};
	let Some((supply, reserve, lp)) = reserve() else { return Vec::new() };
	let mut all = Vec::new();
	for (account, leaf) in home.accounts().filter(|(_, leaf)| wanted(&leaf.owner)) {
		let part = mul_div_floor(reserve.own.get(), leaf.balance(lp).get(), supply.get());
		let Some(Ok(amount)) = part.map(Amount::new) else { continue };
		all.push(Due { chain, owner: leaf.owner, token: reserve.token(), amount, account, of });
	}
	all
}

impl Due {
	/// Whether it is a part of a pool's reserve, and not a balance.
	pub fn is_liquidity(&self) -> bool {
		self.of != Of::Balance
	}

	/// The claim, with paths out of the states that it was found in; none if they are others.
	pub fn claim(&self, states: &[&ChainState]) -> Option<Claim> {
		let state = |chain| states.iter().find(|state| state.chain() == chain).copied();
		let paying = state(self.chain)?;
		Some(match self.of {
			Of::Balance => {
				let claim = BalanceClaim::new(paying, self.account, self.token)?;
				Claim::Balance(Box::new(claim))
			},
			Of::Liquidity { home, slot, side } => {
				let claim = LiquidityClaim::new(state(home)?, self.account, slot, paying, side)?;
				Claim::Liquidity(Box::new(claim))
			},
		})
	}

	/// Whether the chain has paid it already, as of a block of that chain.
	///
	/// # Errors
	///
	/// If the chain does not answer.
	pub async fn is_paid(&self, at: &At) -> Result<bool, ChainError> {
		match self.of {
			Of::Balance => at.paid_balance(self.account, self.token).await,
			Of::Liquidity { home, slot, side } => {
				at.paid_liquidity(home, slot, side, self.account).await
			},
		}
	}
}
