// SPDX-License-Identifier: Apache-2.0

//! `ligature liquidity`: into a pool and out of it.

use clap::{Args, Subcommand};
use ligature_primitives::amount::{Amount, mul_div_floor};
use serde_json::{Value, json};

use super::{
	common::{Ask, Link, Signing, Slippage, Who, percent},
	follow,
};
use crate::{
	amounts::{parse_percent, show_percent},
	failure::Failure,
	report::Fields,
	session::{PreparedLiquidity, Session, Terms},
};

/// Add liquidity to a pool, or take it out
#[derive(Subcommand)]
pub enum Liquidity {
	/// Pay both tokens into a pool, at most the amounts given, in the ratio of its reserves
	Add(Add),
	/// Take both tokens out of a pool
	Remove(Remove),
}

#[derive(Args)]
pub struct Add {
	/// The most of the first token, as 100; a pool without liquidity takes both amounts whole
	amount: String,
	/// The first token: USDT@alpha
	token: String,
	/// The most of the other token
	other_amount: String,
	/// The other token: WETH@beta
	other_token: String,
	#[command(flatten)]
	common: Common,
}

#[derive(Args)]
pub struct Remove {
	/// How many shares: a number, a part of yours as 50%, or all
	shares: String,
	/// One token of the pool: USDT@alpha
	token: String,
	/// The other: WETH@beta
	other_token: String,
	#[command(flatten)]
	common: Common,
}

#[derive(Args)]
struct Common {
	/// The pool with this fee, if several join the two tokens
	#[arg(long, value_name = "PERCENT", value_parser = percent)]
	pool_fee: Option<u16>,
	#[command(flatten)]
	slippage: Slippage,
	#[command(flatten)]
	ask: Ask,
	#[command(flatten)]
	signing: Signing,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl Liquidity {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Add(add) => add.run().await,
			Self::Remove(remove) => remove.run().await,
		}
	}
}

impl Add {
	async fn run(self) -> Result<(), Failure> {
		let common = self.common;
		let wallet = common.who.wallet()?;
		let session = common.link.session().await?;
		let a = session.token(&self.token, None)?;
		let b = session.token(&self.other_token, None)?;
		let (most_a, most_b) = (a.parse(&self.amount)?, b.parse(&self.other_amount)?);
		let terms = Terms { pool_fee: common.pool_fee, ..Terms::default() };
		let pool = session.pool_of(&a, &b, &terms).await?;
		let (home, _) = session.pool_tokens(&pool);
		let terms = Terms { pool_fee: common.pool_fee, ..common.signing.terms(&home)? };
		let slippage = common.slippage.slippage;
		let prepared =
			session.add_liquidity(&wallet, (&a, most_a), (&b, most_b), slippage, &terms).await?;
		let first = prepared.pool.supply.0 == 0;
		let words = if first {
			["you pay", "at most", "at least"]
		} else {
			["you pay", "at most", "exactly"]
		};
		common.send(&session, prepared, "addition of liquidity", "addLiquidity", words).await
	}
}

impl Remove {
	async fn run(self) -> Result<(), Failure> {
		let common = self.common;
		let wallet = common.who.wallet()?;
		let session = common.link.session().await?;
		let a = session.token(&self.token, None)?;
		let b = session.token(&self.other_token, None)?;
		let terms = Terms { pool_fee: common.pool_fee, ..Terms::default() };
		let pool = session.pool_of(&a, &b, &terms).await?;
		let shares = match &self.shares[..] {
			"all" => session.shares(&wallet, &pool).await?,
			text if text.ends_with('%') => {
				let all = session.shares(&wallet, &pool).await?;
				let part = mul_div_floor(all.get(), parse_percent(text)?.into(), 10_000);
				let part = part.expect("a part of an amount; qed");
				Amount::new(part).expect("a part of an amount; qed")
			},
			text => {
				let units = crate::amounts::parse_decimal(text, 0)?;
				Amount::new(units).expect("what is read is below 2^112; qed")
			},
		};
		if shares.is_zero() {
			return Err(Failure::failed(
				"these are no shares; nothing was sent",
				"`ligature wallet balance` shows your shares as lp:SLOT",
			));
		}
		let (home, _) = session.pool_tokens(&pool);
		let terms = Terms { pool_fee: common.pool_fee, ..common.signing.terms(&home)? };
		let slippage = common.slippage.slippage;
		let prepared = session.remove_liquidity(&wallet, &pool, shares, slippage, &terms).await?;
		let words = ["you get", "at least", "exactly"];
		common.send(&session, prepared, "removal of liquidity", "removeLiquidity", words).await
	}
}

impl Common {
	/// Shows it, asks, sends and follows.
	async fn send(
		self,
		session: &Session,
		liquidity: PreparedLiquidity,
		what: &str,
		kind: &str,
		[verb, limit, share]: [&'static str; 3],
	) -> Result<(), Failure> {
		let ui = self.link.ui();
		let (token0, token1) = session.pool_tokens(&liquidity.pool);
		let both = |(amount0, amount1): (Amount, Amount)| {
			format!("{} and {}", token0.show(amount0), token1.show(amount1))
		};
		let fee = liquidity.prepared.fee;
		let text = Fields::default()
			.with(
				"pool",
				format!(
					"{} / {}, {}",
					token0.name(),
					token1.name(),
					show_percent(liquidity.pool.fee_bps.into())
				),
			)
			.with(verb, both(liquidity.expected))
			.with(limit, both(liquidity.limits))
			.with("shares", format!("{} {share}", liquidity.shares))
			.with("fee", token0.show(fee))
			.into_lines();
		let details: Value = json!({
			"kind": kind,
			"pool": { "params": liquidity.pool.params, "feeBps": liquidity.pool.fee_bps },
			"shares": liquidity.shares.to_string(),
			"expected": [token0.to_json(liquidity.expected.0), token1.to_json(liquidity.expected.1)],
			"limits": [token0.to_json(liquidity.limits.0), token1.to_json(liquidity.limits.1)],
			"fee": token0.to_json(fee),
		});
		ui.line(text.trim_end());
		liquidity.prepared.check_funds()?;
		self.ask.go_on(ui, "Go on?")?;
		follow::transaction(ui, session, &liquidity.prepared, self.signing.follow, what, details)
			.await
	}
}
