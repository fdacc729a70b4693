// SPDX-License-Identifier: Apache-2.0

//! `ligature pool create` and `ligature pools`.

use clap::{Args, Subcommand};
use futures::future::try_join_all;
use ligature_operator_api::PoolInfo;
use ligature_primitives::pool::PoolParams;
use serde_json::{Value, json};

use super::{
	common::{Follow, Link, Who, percent},
	follow::{self, call_json},
};
use crate::{amounts::show_percent, failure::Failure, session::Session, show::ratio, ui::Table};

/// Make pools
#[derive(Subcommand)]
pub enum Pool {
	/// Ask both chains for a pool of two tokens; the first token's chain is its home
	Create(Create),
}

#[derive(Args)]
pub struct Create {
	/// The token of the home side: USDT@alpha
	token0: String,
	/// The other token: WETH@beta
	token1: String,
	/// What the pool keeps of every swap: 0 to 10 %
	#[arg(long, value_name = "PERCENT", default_value = "0.3%", value_parser = percent)]
	fee: u16,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

/// Show all pools: reserves, price, shares
#[derive(Args)]
pub struct Pools {
	#[command(flatten)]
	link: Link,
}

impl Pool {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Create(create) => create.run().await,
		}
	}
}

impl Create {
	async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let wallet = self.who.wallet()?;
		let session = self.link.session().await?;
		let (token0, token1) =
			(session.token(&self.token0, None)?, session.token(&self.token1, None)?);
		let params = PoolParams {
			chain0: token0.chain,
			token0: token0.id,
			chain1: token1.chain,
			token1: token1.id,
			fee_bps: self.fee,
		};
		params.validate_form().map_err(|refusal| {
			Failure::input(
				format!("there can be no such pool: {refusal}"),
				"a pool joins two different tokens of chains, and its fee is at most 10%",
			)
		})?;
		let missing = session.missing_sides(params).await?;
		// A chain keeps the order of one account's calls; the chains need not wait for each other.
		let sent = try_join_all(missing.iter().map(|(chain, call)| {
			let (session, wallet) = (&session, &wallet);
			async move {
				let sent = follow::call(ui, session, wallet, *chain, call, self.follow).await?;
				Ok::<_, Failure>((*chain, sent))
			}
		}))
		.await?;
		let calls: Vec<Value> = sent
			.iter()
			.map(|(chain, sent)| call_json(&session, *chain, sent, self.follow))
			.collect();
		let name = format!(
			"pool of {} and {} with a fee of {}",
			token0.name(),
			token1.name(),
			show_percent(self.fee.into())
		);
		let text = match (calls.is_empty(), self.follow.no_wait) {
			(true, _) => format!("the {name} is there already, or asked for: nothing was sent"),
			(false, true) => {
				let hashes: Vec<_> = sent.iter().map(|(_, sent)| follow::hex_of(&sent.0)).collect();
				hashes.join("\n")
			},
			(false, false) => {
				format!("{name}: it exists. Give it liquidity: `ligature liquidity add`")
			},
		};
		let json = json!({
			"kind": "createPool",
			"params": params.pack().to_string(),
			"token0": token0.name(),
			"token1": token1.name(),
			"feeBps": self.fee,
			"calls": calls,
		});
		ui.print(text, &json)
	}
}

impl Pools {
	pub async fn run(self) -> Result<(), Failure> {
		let session = self.link.session().await?;
		let pools = session.pools().await?;
		let json: Vec<Value> = pools.iter().map(|pool| pool_json(&session, pool)).collect();
		self.link.ui().print(pools_table(&session, &pools), &json!({ "pools": json }))
	}
}

/// All pools for people.
pub fn pools_table(session: &Session, pools: &[PoolInfo]) -> String {
	if pools.is_empty() {
		return "there are no pools; `ligature pool create` makes one".into();
	}
	let headings = ["pool", "fee", "reserve 0", "reserve 1", "price", "shares", ""];
	let mut table = Table::new(&headings).right(&[1, 2, 3, 5]);
	for pool in pools {
		let (token0, token1) = session.pool_tokens(pool);
		let price = ratio(&token0, pool.reserve0.0, &token1, pool.reserve1.0);
		let price = price.map_or_else(String::new, |price| {
			format!("1 {} = {price} {}", token0.symbol, token1.symbol)
		});
		table.row([
			format!("{} / {}", token0.name(), token1.name()),
			show_percent(pool.fee_bps.into()),
			token0.show(pool.reserve0.0),
			token1.show(pool.reserve1.0),
			price,
			crate::amounts::show_grouped(pool.supply.0, 0),
			note(pool).into(),
		]);
	}
	table.to_string()
}

fn note(pool: &PoolInfo) -> &'static str {
	match (pool.complete, pool.supply.0) {
		(false, _) => "one side is missing",
		(true, 0) => "no liquidity",
		(true, _) => "",
	}
}

fn pool_json(session: &Session, pool: &PoolInfo) -> Value {
	let (token0, token1) = session.pool_tokens(pool);
	json!({
		"params": pool.params,
		"slot": pool.slot,
		"feeBps": pool.fee_bps,
		"complete": pool.complete,
		"reserve0": token0.to_json(pool.reserve0.0),
		"reserve1": token1.to_json(pool.reserve1.0),
		"price": ratio(&token0, pool.reserve0.0, &token1, pool.reserve1.0),
		"supply": pool.supply,
	})
}
