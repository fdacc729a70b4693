// SPDX-License-Identifier: Apache-2.0

//! `ligature swap`: one token for another, on the same chain or across chains.

use clap::Args;
use serde_json::json;

use super::{
	common::{Ask, Link, Signing, Slippage, Who, chain_of, percent},
	follow,
};
use crate::{
	amounts::show_percent,
	failure::Failure,
	report::Fields,
	session::{Limit, Offer, Session, Terms, Token},
	show::price,
};

/// Swap one token for another; shows the quote first
#[derive(Args)]
pub struct Swap {
	/// How much is paid, as 12.5
	amount: String,
	/// Which token is paid: USDT, USDT@alpha
	token: String,
	/// Which token comes out: WETH, WETH@beta
	#[arg(long = "for", value_name = "TOKEN")]
	target: String,
	/// The chain of the token that is paid, if the token does not say it
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	#[command(flatten)]
	slippage: Slippage,
	/// The least that comes out, as 0.03, in the place of --slippage
	#[arg(long, value_name = "AMOUNT", conflicts_with = "slippage")]
	min_out: Option<String>,
	/// The pool with this fee, if several join the two tokens [default: the one that gives most]
	#[arg(long, value_name = "PERCENT", value_parser = percent)]
	pool_fee: Option<u16>,
	/// Show the quote, and send nothing
	#[arg(long)]
	quote: bool,
	#[command(flatten)]
	ask: Ask,
	#[command(flatten)]
	signing: Signing,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl Swap {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		// A quote needs no wallet.
		let wallet = if self.quote { None } else { Some(self.who.wallet()?) };
		let session = self.link.session().await?;
		let from = session.token(&self.token, chain_of(&session, self.chain.as_deref())?)?;
		let to = session.token(&self.target, None)?;
		let amount = from.parse(&self.amount)?;
		if amount.is_zero() {
			return Err(Failure::input("a swap of 0 moves nothing", "write how much"));
		}
		let limit = match &self.min_out {
			Some(text) => Limit::MinOut(to.parse(text)?),
			None => Limit::Slippage(self.slippage.slippage),
		};
		let terms = Terms { pool_fee: self.pool_fee, ..self.signing.terms(&from)? };
		let offer = session.offer(&from, &to, amount, limit, &terms).await?;
		let details = details(&session, &offer, &from, &to);
		let text = quote(&session, &offer, &from, &to, limit);
		let Some(wallet) = wallet else { return ui.print(text, &details) };
		ui.line(text.trim_end());
		let swap = session.accept(&wallet, &from, offer, &terms).await?;
		swap.prepared.check_funds()?;
		self.ask.go_on(ui, "Swap?")?;
		let what = format!("swap of {} for {}", from.show(amount.get()), to.name());
		follow::transaction(ui, &session, &swap.prepared, self.signing.follow, &what, details).await
	}
}

/// The quote in words.
fn quote(session: &Session, offer: &Offer, from: &Token, to: &Token, limit: Limit) -> String {
	let quote = &offer.quote;
	let fee = offer.fee.get();
	let pays = from.show(quote.amount_in.0) + " on " + &from.chain_name;
	let limit = match limit {
		Limit::Slippage(bps) => format!(
			"{} at least, with a slippage of {}",
			to.show(offer.min_out),
			show_percent(bps.into())
		),
		Limit::MinOut(_) => format!("{} at least", to.show(offer.min_out)),
	};
	let (token0, token1) = session.pool_tokens(&offer.pool);
	Fields::default()
		.with(
			"you pay",
			if fee == 0 { pays } else { format!("{pays}, and a fee of {}", from.show(fee)) },
		)
		.with("you get", format!("{} on {}", to.show(quote.amount_out.0), to.chain_name))
		.with("", limit)
		.with("price", price(from, quote.amount_in.0, to, quote.amount_out.0))
		.with(
			"impact",
			format!(
				"{}, of which {} stay in the pool as its fee",
				show_percent(quote.price_impact_bps),
				from.show(quote.pool_fee.0)
			),
		)
		.with(
			"pool",
			format!(
				"{} / {}, {}",
				token0.name(),
				token1.name(),
				show_percent(offer.pool.fee_bps.into())
			),
		)
		.into_lines()
}

fn details(session: &Session, offer: &Offer, from: &Token, to: &Token) -> serde_json::Value {
	let (token0, token1) = session.pool_tokens(&offer.pool);
	json!({
		"kind": "swap",
		"pays": from.to_json(offer.quote.amount_in.0),
		"gets": to.to_json(offer.quote.amount_out.0),
		"least": to.to_json(offer.min_out.get()),
		"priceImpactBps": offer.quote.price_impact_bps,
		"poolFee": from.to_json(offer.quote.pool_fee.0),
		"pool": {
			"params": offer.pool.params,
			"token0": token0.name(),
			"token1": token1.name(),
			"feeBps": offer.pool.fee_bps,
		},
		"fee": from.to_json(offer.fee.get()),
	})
}
