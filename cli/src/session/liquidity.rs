// SPDX-License-Identifier: Apache-2.0

//! Liquidity: how many shares for how much, and the limits that are signed.

use ligature_operator_api::PoolInfo;
use ligature_primitives::{
	amount::{Amount, isqrt_product, mul_div_floor},
	constants::MINIMUM_LIQUIDITY,
	ids::{ChainId, Nonce, PoolSlot, Side, TokenId},
	op::{AddLiquidityBody, OperationKind, RemoveLiquidityBody},
	pool::{Liquidity, PoolParams, add_liquidity, remove_liquidity},
	refusal::Refusal,
};

use super::{
	Prepared, Session, Terms, Token,
	swap::{less, params_of, side_of},
	trouble::refusal,
};
use crate::{failure::Failure, wallet::Wallet};

/// Signed liquidity that is not sent, and what it would cost or give now.
#[derive(Clone, Debug)]
pub struct PreparedLiquidity {
	/// The transaction.
	pub prepared: Prepared,
	/// The pool.
	pub pool: PoolInfo,
	/// The shares that come or go; of a first liquidity the least.
	pub shares: Amount,
	/// What it would cost or pay on sides 0 and 1 now.
	pub expected: (Amount, Amount),
	/// The most that may be paid, or the least that must come, on sides 0 and 1.
	pub limits: (Amount, Amount),
}

/// A pool's reserves and supply.
fn liquidity_of(pool: &PoolInfo) -> Result<Liquidity, Failure> {
	let amount = |value: ligature_operator_api::Decimal| Amount::new(value.0).map_err(refusal);
	Ok(Liquidity {
		reserve0: amount(pool.reserve0)?,
		reserve1: amount(pool.reserve1)?,
		supply: amount(pool.supply)?,
	})
}

/// The shares that at most these amounts pay for, though the reserves move by `slippage` hundredths of a percent; the
/// first liquidity takes both amounts whole, and these are the least shares.
fn shares_for(pool: Liquidity, max: (Amount, Amount), slippage: u16) -> Result<Amount, Refusal> {
	let (max0, max1) = (max.0.get(), max.1.get());
	let shares = if pool.supply.is_zero() {
		let root = isqrt_product(max0, max1);
		root.checked_sub(MINIMUM_LIQUIDITY).ok_or(Refusal::InsufficientLiquidity)?
	} else {
		let for_side = |max: u128, reserve: Amount| {
			// More than any amount: then the other side or the supply's limit decides.
			mul_div_floor(max, pool.supply.get(), reserve.get()).unwrap_or(u128::MAX)
		};
		let shares = for_side(max0, pool.reserve0).min(for_side(max1, pool.reserve1));
		less(shares.min(Amount::MAX.get()), slippage)
	};
	Amount::new(shares).and_then(|shares| match shares.is_zero() {
		true => Err(Refusal::SharesZero),
		false => Ok(shares),
	})
}

impl Session {
	/// The pool of two tokens, in either order; of several the one with the fee wished for.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] if there is none, or several.
	pub async fn pool_of(&self, a: &Token, b: &Token, terms: &Terms) -> Result<PoolInfo, Failure> {
		let mut found = Vec::new();
		for pool in self.pools().await? {
			let params = params_of(&pool)?;
			let side = side_of(&params, a);
			let joins = side.is_some() && side_of(&params, b) == side.map(Side::other);
			if joins && terms.pool_fee.is_none_or(|fee| fee == params.fee_bps) {
				found.push(pool);
			}
		}
		let names = format!("{} and {}", a.name(), b.name());
		match (found.pop(), found.len()) {
			(None, _) => Err(Failure::failed(
				format!("there is no pool of {names}; nothing was sent"),
				"`ligature pools` shows what there is; `ligature pool create` makes one",
			)),
			(Some(pool), 0) => Ok(pool),
			(Some(_), _) => Err(Failure::input(
				format!("there are several pools of {names}"),
				"say which by its fee: --pool-fee 0.3%",
			)),
		}
	}

	/// Signs an addition of liquidity for at most these amounts.
	///
	/// # Errors
	///
	/// If there is no such pool or the amounts are too small, no account can sign, or the operator does not answer.
	pub async fn add_liquidity(
		&self,
		wallet: &Wallet,
		a: (&Token, Amount),
		b: (&Token, Amount),
		slippage: u16,
		terms: &Terms,
	) -> Result<PreparedLiquidity, Failure> {
		let pool = self.pool_of(a.0, b.0, terms).await?;
		let params = params_of(&pool)?;
		if !pool.complete {
			return Err(refusal(Refusal::PoolMissing));
		}
		let (home, far) = if side_of(&params, a.0) == Some(Side::Zero) { (a, b) } else { (b, a) };
		let max = (home.1, far.1);
		let state = liquidity_of(&pool)?;
		let shares = shares_for(state, max, slippage).map_err(refusal)?;
		let cost = add_liquidity(state, shares, max.0, max.1).map_err(refusal)?;
		let fee = self.fee(OperationKind::AddLiquidity, home.0, terms).await?;
		let side0 = self.signing(wallet, home.0, terms).await?;
		let side1 = self.signing(wallet, far.0, &Terms::default()).await?;
		let same = params.chain0 == params.chain1 && side0.account == side1.account;
		let nonce1 = match same {
			true => Nonce(side0.nonce.0.saturating_add(1)),
			false => side1.nonce,
		};
		let body = AddLiquidityBody {
			params,
			account0: side0.account,
			nonce0: side0.nonce,
			account1: side1.account,
			nonce1,
			shares,
			max0: max.0,
			max1: max.1,
			fee,
		};
		let debits = vec![
			side0.debit(home.0, cost.amount0.get() + fee.get()),
			side1.debit(far.0, cost.amount1.get()),
		];
		let prepared = self.sign(wallet, body, terms, fee, debits)?;
		let expected = (cost.amount0, cost.amount1);
		Ok(PreparedLiquidity { prepared, pool, shares, expected, limits: max })
	}

	/// Signs a removal of liquidity for at least what comes now less `slippage` hundredths of a percent.
	///
	/// # Errors
	///
	/// If the pool has not so many shares, no account can sign, or the operator does not answer.
	pub async fn remove_liquidity(
		&self,
		wallet: &Wallet,
		pool: &PoolInfo,
		shares: Amount,
		slippage: u16,
		terms: &Terms,
	) -> Result<PreparedLiquidity, Failure> {
		let params = params_of(pool)?;
		let state = liquidity_of(pool)?;
		let paid = remove_liquidity(state, shares, Amount::ZERO, Amount::ZERO).map_err(refusal)?;
		let least = |amount: Amount| {
			Amount::new(less(amount.get(), slippage)).expect("less than an amount; qed")
		};
		let limits = (least(paid.amount0), least(paid.amount1));
		let home = self.token_of(params.chain0, params.token0);
		let fee = self.fee(OperationKind::RemoveLiquidity, &home, terms).await?;
		let lp = self.shares_token(pool, &params)?;
		let signing = self.signing(wallet, &lp, terms).await?;
		let body = RemoveLiquidityBody {
			params,
			account: signing.account,
			nonce: signing.nonce,
			shares,
			min0: limits.0,
			min1: limits.1,
			fee,
		};
		let debits = vec![signing.debit(&lp, shares.get())];
		let prepared = self.sign(wallet, body, terms, fee, debits)?;
		let expected = (paid.amount0, paid.amount1);
		Ok(PreparedLiquidity { prepared, pool: pool.clone(), shares, expected, limits })
	}

	/// The token that a pool's shares are, on its home chain.
	fn shares_token(&self, pool: &PoolInfo, params: &PoolParams) -> Result<Token, Failure> {
		let id = TokenId::lp(PoolSlot(pool.slot)).ok_or_else(|| refusal(Refusal::PoolMissing))?;
		Ok(self.token_of(params.chain0, id))
	}

	/// The shares of a pool that an owner's account with most of them has.
	///
	/// # Errors
	///
	/// If the operator does not answer.
	pub async fn shares(&self, wallet: &Wallet, pool: &PoolInfo) -> Result<Amount, Failure> {
		let lp = self.shares_token(pool, &params_of(pool)?)?;
		let signing = self.signing(wallet, &lp, &Terms::default()).await?;
		Amount::new(signing.balance).map_err(refusal)
	}

	/// Both tokens of a pool.
	pub fn pool_tokens(&self, pool: &PoolInfo) -> (Token, Token) {
		(
			self.token_of(ChainId(pool.chain0), TokenId(pool.token0)),
			self.token_of(ChainId(pool.chain1), TokenId(pool.token1)),
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn amount(value: u128) -> Amount {
		Amount::new(value).expect("an amount")
	}

	#[test]
	fn the_first_liquidity_should_take_both_amounts() {
		let pool = Liquidity::default();
		let max = (amount(4_000_000), amount(1_000_000));
		assert_eq!(shares_for(pool, max, 50), Ok(amount(2_000_000 - 1_000)));
		let little = (amount(1_000), amount(999));
		assert_eq!(shares_for(pool, little, 0), Err(Refusal::InsufficientLiquidity));
		// A wallet must not sign for no shares (section 8 of the protocol).
		assert_eq!(shares_for(pool, (amount(1_000), amount(1_000)), 0), Err(Refusal::SharesZero));
	}

	#[test]
	fn slippage_should_leave_room_for_the_price_to_move() {
		let pool = Liquidity {
			reserve0: amount(1_000_000),
			reserve1: amount(500_000),
			supply: amount(700_000),
		};
		let max = (amount(10_000), amount(10_000));
		assert_eq!(shares_for(pool, max, 0), Ok(amount(7_000)));
		assert_eq!(shares_for(pool, max, 100), Ok(amount(6_930)));
		let moved = Liquidity { reserve0: amount(1_009_000), ..pool };
		assert!(add_liquidity(moved, amount(6_930), max.0, max.1).is_ok());
		assert!(add_liquidity(moved, amount(7_000), max.0, max.1).is_err());
	}

	proptest! {
		#[test]
		fn the_ledger_should_take_what_is_computed(
			r0 in 1u128..1 << 100, r1 in 1u128..1 << 100, supply in 1_001u128..1 << 100,
			max0 in 1u128..1 << 100, max1 in 1u128..1 << 100, slippage in 0u16..=1_000,
		) {
			let pool = Liquidity { reserve0: amount(r0), reserve1: amount(r1), supply: amount(supply) };
			let max = (amount(max0), amount(max1));
			match shares_for(pool, max, slippage) {
				Ok(shares) => match add_liquidity(pool, shares, max.0, max.1) {
					Ok(added) => prop_assert!(added.amount0 <= max.0 && added.amount1 <= max.1),
					Err(refusal) => prop_assert!(
						matches!(refusal, Refusal::SupplyOverflow | Refusal::ReserveOverflow),
						"{refusal}"
					),
				},
				Err(refusal) => prop_assert_eq!(refusal, Refusal::SharesZero),
			}
		}
	}
}
