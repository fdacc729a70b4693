// SPDX-License-Identifier: Apache-2.0

//! `ligature transfer` and `ligature withdraw`: a token to somebody, on the ledger or out of it.

use clap::Args;
use ligature_primitives::{amount::Amount, ids::Owner, op::OperationKind};
use serde_json::json;

use super::{
	common::{Link, Signing, Who, chain_of},
	follow,
};
use crate::{
	failure::Failure,
	session::{Session, Terms, Token},
	wallet::{Wallet, address},
};

/// Stands for the whole balance less the fee.
const ALL: &str = "all";

/// Send a token to somebody on the same chain of the ledger
#[derive(Args)]
pub struct Transfer {
	/// How much, as 12.5; `all` is the whole balance
	amount: String,
	/// Which token: USDT, USDT@alpha, or lp:0@alpha for shares of a pool
	token: String,
	/// Its chain, if the token does not say it
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// Who gets it: an SS58 address, 0x and 64 digits, or a development account as //Bob
	#[arg(long, value_name = "ADDRESS")]
	to: String,
	#[command(flatten)]
	signing: Signing,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

/// Take a token out of the ledger, to an account of its chain
#[derive(Args)]
pub struct Withdraw {
	/// How much, as 12.5; `all` is the whole balance
	amount: String,
	/// Which token: USDT, USDT@alpha
	token: String,
	/// Its chain, if the token does not say it
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// Who gets it on the chain [default: the wallet's account]
	#[arg(long, value_name = "ADDRESS")]
	to: Option<String>,
	#[command(flatten)]
	signing: Signing,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl Transfer {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let to = address::parse(&self.to)?;
		let wallet = self.who.wallet()?;
		let session = self.link.session().await?;
		let token = session.token(&self.token, chain_of(&session, self.chain.as_deref())?)?;
		let terms = self.signing.terms(&token)?;
		let kind = OperationKind::Transfer;
		let (amount, terms) = amount(&session, &wallet, &token, &self.amount, kind, terms).await?;
		let prepared = session.transfer(&wallet, &token, to, amount, &terms).await?;
		let what = format!("transfer of {} to {}", token.show(amount.get()), short(to));
		let details = json!({
			"kind": "transfer",
			"amount": token.to_json(amount.get()),
			"to": address::show(to),
		});
		follow::transaction(ui, &session, &prepared, self.signing.follow, &what, details).await
	}
}

impl Withdraw {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let to = self.to.as_deref().map(address::parse).transpose()?;
		let wallet = self.who.wallet()?;
		let to = to.unwrap_or(wallet.owner());
		let session = self.link.session().await?;
		let token = session.token(&self.token, chain_of(&session, self.chain.as_deref())?)?;
		let terms = self.signing.terms(&token)?;
		let kind = OperationKind::Withdraw;
		let (amount, terms) = amount(&session, &wallet, &token, &self.amount, kind, terms).await?;
		let prepared = session.withdraw(&wallet, &token, to, amount, &terms).await?;
		let what = format!(
			"withdrawal of {} to {} on {}, paid when its block is executed there",
			token.show(amount.get()),
			short(to),
			token.chain_name
		);
		let details = json!({
			"kind": "withdraw",
			"amount": token.to_json(amount.get()),
			"to": address::show(to),
		});
		follow::transaction(ui, &session, &prepared, self.signing.follow, &what, details).await
	}
}

fn short(owner: Owner) -> String {
	address::short(&address::show(owner))
}

/// The amount: as written, or the whole balance less the fee, which is then fixed.
async fn amount(
	session: &Session,
	wallet: &Wallet,
	token: &Token,
	text: &str,
	kind: OperationKind,
	terms: Terms,
) -> Result<(Amount, Terms), Failure> {
	if text != ALL {
		let amount = token.parse(text)?;
		if amount.is_zero() {
			return Err(Failure::input("an amount of 0 moves nothing", "write how much, or `all`"));
		}
		return Ok((amount, terms));
	}
	let fee = session.fee(kind, token, &terms).await?;
	let there = session.balance(wallet, token).await?;
	let amount = there.checked_sub(fee.get()).filter(|amount| *amount > 0);
	let Some(amount) = amount.and_then(|amount| Amount::new(amount).ok()) else {
		return Err(Failure::failed(
			format!(
				"your account on {} has {}, and the fee is {}; nothing was sent",
				token.chain_name,
				token.show(there),
				token.show(fee.get())
			),
			"deposit more (`ligature deposit`)",
		));
	};
	Ok((amount, Terms { fee: Some(fee), ..terms }))
}
