// SPDX-License-Identifier: Apache-2.0

//! Swaps: which pool, for how much, and the least that is accepted.

use ligature_operator_api::{Decimal, OperatorApiClient, PoolInfo, Quote};
use ligature_primitives::{
	amount::{Amount, Fee, mul_div_floor},
	constants::BPS,
	ids::Side,
	op::{OperationKind, SwapBody},
	pool::PoolParams,
};

use super::{Prepared, Session, Terms, Token, trouble::refusal};
use crate::{amounts::show_percent, failure::Failure, wallet::Wallet};

/// The least that a swap accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
	/// So much less than the quote, in hundredths of a percent.
	Slippage(u16),
	/// This amount.
	MinOut(Amount),
}

impl Limit {
	/// The least for a quote; 1 at least, which the protocol asks for.
	pub fn least(self, quoted: u128) -> Amount {
		let least = match self {
			Self::MinOut(amount) => amount.get(),
			Self::Slippage(bps) => less(quoted, bps),
		};
		Amount::new(least.max(1)).unwrap_or(Amount::MAX)
	}
}

/// An amount less so many hundredths of a percent, rounded down.
pub(super) fn less(amount: u128, bps: u16) -> u128 {
	let kept = BPS.saturating_sub(bps);
	mul_div_floor(amount, kept.into(), BPS.into()).expect("the factor is at most 1; qed")
}

/// What a swap would give now, in the pool that gives most.
#[derive(Clone, Debug)]
pub struct Offer {
	/// The pool.
	pub pool: PoolInfo,
	/// The side into which is paid.
	pub direction: Side,
	/// What it would give now.
	pub quote: Quote,
	/// The least that is accepted.
	pub min_out: Amount,
	/// What the operator gets, in the token that is paid.
	pub fee: Fee,
}

/// A signed swap that is not sent, and what it would give now.
#[derive(Clone, Debug)]
pub struct PreparedSwap {
	/// The transaction.
	pub prepared: Prepared,
	/// What it would give.
	pub offer: Offer,
}

/// The parameters of a pool.
pub fn params_of(pool: &PoolInfo) -> Result<PoolParams, Failure> {
	let packed = u64::try_from(pool.params.0);
	packed.map(PoolParams::unpack).map_err(|_| {
		Failure::failed(
			"the operator names a pool that cannot exist",
			"its version may differ; use another operator",
		)
	})
}

/// The side of a pool that is this token.
pub(super) fn side_of(params: &PoolParams, token: &Token) -> Option<Side> {
	[Side::Zero, Side::One]
		.into_iter()
		.find(|side| (params.chain(*side), params.token(*side)) == (token.chain, token.id))
}

impl Session {
	/// Signs a swap of `amount` of one token for another, in the pool that gives most.
	///
	/// # Errors
	///
	/// As [`Session::offer`]; if no account can sign.
	pub async fn swap(
		&self,
		wallet: &Wallet,
		from: &Token,
		to: &Token,
		amount: Amount,
		limit: Limit,
		terms: &Terms,
	) -> Result<PreparedSwap, Failure> {
		let offer = self.offer(from, to, amount, limit, terms).await?;
		self.accept(wallet, from, offer, terms).await
	}

	/// Signs a swap for what was offered. `from` is the token that is paid.
	///
	/// # Errors
	///
	/// If no account can sign, or the operator does not answer.
	pub async fn accept(
		&self,
		wallet: &Wallet,
		from: &Token,
		offer: Offer,
		terms: &Terms,
	) -> Result<PreparedSwap, Failure> {
		let signing = self.signing(wallet, from, terms).await?;
		let amount = Amount::new(offer.quote.amount_in.0).map_err(refusal)?;
		let body = SwapBody {
			params: params_of(&offer.pool)?,
			direction: offer.direction,
			account: signing.account,
			nonce: signing.nonce,
			amount,
			min_out: offer.min_out,
			fee: offer.fee,
		};
		let debits = vec![signing.debit(from, amount.get() + offer.fee.get())];
		let prepared = self.sign(wallet, body, terms, offer.fee, debits)?;
		Ok(PreparedSwap { prepared, offer })
	}

	/// What a swap of `amount` would give now, in the pool that gives most.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] if no pool joins the two or the quote is below the limit; if the operator does not answer.
	pub async fn offer(
		&self,
		from: &Token,
		to: &Token,
		amount: Amount,
		limit: Limit,
		terms: &Terms,
	) -> Result<Offer, Failure> {
		let (pool, direction, quote) = self.best_pool(from, to, amount, terms).await?;
		if quote.amount_out.0 == 0 {
			return Err(Failure::failed(
				format!("the pool gives nothing for {}; nothing was sent", from.show(amount.get())),
				"swap more",
			));
		}
		let min_out = limit.least(quote.amount_out.0);
		if min_out.get() > quote.amount_out.0 {
			return Err(Failure::failed(
				format!(
					"{} would give {}, less than the least that you accept, {}; nothing was sent",
					from.show(amount.get()),
					to.show(quote.amount_out.0),
					to.show(min_out.get()),
				),
				"wait for a better price, swap less, or accept less",
			));
		}
		let fee = self.fee(OperationKind::Swap, from, terms).await?;
		Ok(Offer { pool, direction, quote, min_out, fee })
	}

	/// Of the pools that join two tokens and have liquidity the one that gives most.
	async fn best_pool(
		&self,
		from: &Token,
		to: &Token,
		amount: Amount,
		terms: &Terms,
	) -> Result<(PoolInfo, Side, Quote), Failure> {
		let mut best: Option<(PoolInfo, Side, Quote)> = None;
		let mut empty = false;
		for pool in self.pools().await? {
			let params = params_of(&pool)?;
			let Some(side) = side_of(&params, from) else { continue };
			let joins = side_of(&params, to) == Some(side.other());
			if !joins || terms.pool_fee.is_some_and(|fee| fee != params.fee_bps) {
				continue;
			}
			if !pool.complete || pool.supply.0 == 0 {
				empty = true;
				continue;
			}
			let quote = self.quote(&pool, side, amount).await?;
			if best.as_ref().is_none_or(|(.., other)| other.amount_out < quote.amount_out) {
				best = Some((pool, side, quote));
			}
		}
		best.ok_or_else(|| {
			let with_fee = match terms.pool_fee {
				Some(fee) => format!(" with a fee of {}", show_percent(fee.into())),
				None => String::new(),
			};
			let what = if empty { "has liquidity yet" } else { "exists" };
			Failure::failed(
				format!("no pool of {} and {}{with_fee} {what}; nothing was sent", from.name(), to.name()),
				"`ligature pools` shows all pools; `ligature pool create` and `ligature liquidity add` make one",
			)
		})
	}

	/// What a swap into a side of a pool would give now.
	///
	/// # Errors
	///
	/// If the operator refuses it or does not answer.
	pub async fn quote(
		&self,
		pool: &PoolInfo,
		direction: Side,
		amount: Amount,
	) -> Result<Quote, Failure> {
		let operator = self.operator()?;
		let quote = operator.quote(pool.params, direction.number(), Decimal(amount.get())).await;
		quote.map_err(|error| self.trouble(error))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_least_should_be_rounded_down_and_never_zero() {
		assert_eq!(Limit::Slippage(50).least(1_000).get(), 995);
		assert_eq!(Limit::Slippage(50).least(1_001).get(), 995);
		assert_eq!(Limit::Slippage(0).least(7).get(), 7);
		assert_eq!(Limit::Slippage(10_000).least(7).get(), 1);
		assert_eq!(Limit::Slippage(50).least(0).get(), 1);
		let exact = Limit::MinOut(Amount::new(9).expect("an amount"));
		assert_eq!(exact.least(1_000).get(), 9);
	}
}
