// SPDX-License-Identifier: Apache-2.0

//! `ligature full-exit`, `ligature key set`, `ligature claim`: what the owner asks of the chains. None of them needs the
//! operator's consent, and none the operator if the chains are named with `--chain-url`.

use clap::{Args, Subcommand};
use ligature_chain::Call;
use ligature_primitives::ids::{AccountIndex, ChainId, Owner};
use serde_json::{Value, json};

use super::{
	common::{Follow, Link, Who, chain_of},
	follow::{self, call_json},
};
use crate::{
	failure::Failure,
	session::{Session, Token, balance_of, chain_trouble},
	wallet::address,
};

/// Take the whole balance of a token out, by the chain's queue: the operator cannot refuse it
#[derive(Args)]
pub struct FullExit {
	/// Which token: USDT, USDT@alpha, #1@alpha; lp:0@alpha for the liquidity behind shares, which stays on the ledger
	token: String,
	/// Its chain, if the token does not say it
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// The account on the ledger [default: yours with most of the token, which the operator says]
	#[arg(long, value_name = "INDEX")]
	account: Option<u32>,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

/// The key that signs on the ledger
#[derive(Subcommand)]
pub enum Key {
	/// Put the wallet's key on your accounts, by the chain's queue
	Set(Set),
}

#[derive(Args)]
pub struct Set {
	/// The chain [default: all chains]
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// The account on the ledger [default: any of yours, or a new one]
	#[arg(long, value_name = "INDEX", requires = "chain")]
	account: Option<u32>,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

/// Get payments that failed and wait on the chains for their owner
#[derive(Args)]
pub struct Claim {
	/// Which token: USDT, USDT@alpha [default: all]
	token: Option<String>,
	/// The chain [default: all chains]
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	/// Who gets it on the chain [default: the wallet's account]
	#[arg(long, value_name = "ADDRESS")]
	to: Option<String>,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl FullExit {
	pub async fn run(self) -> Result<(), Failure> {
		let wallet = self.who.wallet()?;
		let session = self.link.session().await?;
		let token = session.token(&self.token, chain_of(&session, self.chain.as_deref())?)?;
		let account = match self.account {
			Some(index) => account(index)?,
			None => richest(&session, wallet.owner(), &token).await?,
		};
		let call = Call::RequestFullExit { account, token: token.id };
		let sent = follow::call(self.link.ui(), &session, &wallet, token.chain, &call, self.follow)
			.await?;
		let mut json = call_json(&session, token.chain, &sent, self.follow);
		json["kind"] = json!("fullExit");
		json["token"] = json!(token.name());
		json["account"] = json!(account.get());
		let what = format!("full exit of {} of account {account}", token.name());
		self.link.ui().print(outcome(&what, &json, &sent.0, self.follow), &json)
	}
}

impl Key {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Set(set) => set.run().await,
		}
	}
}

impl Set {
	async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let wallet = self.who.wallet()?;
		let session = self.link.session().await?;
		let account = self.account.map(account).transpose()?;
		let mut calls: Vec<Value> = Vec::new();
		let mut lines = Vec::new();
		for chain in chains(&session, self.chain.as_deref())? {
			let call = Call::ChangePubKey { account, key: wallet.key() };
			let sent = follow::call(ui, &session, &wallet, chain, &call, self.follow).await?;
			let json = call_json(&session, chain, &sent, self.follow);
			let what = format!("key of the account on {}", session.chain_name(chain));
			lines.push(outcome(&what, &json, &sent.0, self.follow));
			calls.push(json);
		}
		let json = json!({ "kind": "keySet", "key": wallet.key().to_string(), "calls": calls });
		ui.print(lines.join("\n"), &json)
	}
}

impl Claim {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let to = self.to.as_deref().map(address::parse).transpose()?;
		let wallet = self.who.wallet()?;
		let session = self.link.session().await?;
		let chain = chain_of(&session, self.chain.as_deref())?;
		let wanted = self.token.as_deref().map(|token| session.token(token, chain)).transpose()?;
		let mut claims = Vec::new();
		let mut lines = Vec::new();
		for (token, amount) in pending(&session, wallet.owner(), chain).await? {
			if wanted.as_ref().is_some_and(|wanted| *wanted != token) {
				continue;
			}
			let call = Call::Claim { token: token.id, to: to.map(|owner| owner.0) };
			let sent = follow::call(ui, &session, &wallet, token.chain, &call, self.follow).await?;
			let mut json = call_json(&session, token.chain, &sent, self.follow);
			json["amount"] = token.to_json(amount);
			let what = format!("claim of {} on {}", token.show(amount), token.chain_name);
			lines.push(outcome(&what, &json, &sent.0, self.follow));
			claims.push(json);
		}
		if claims.is_empty() {
			lines.push("nothing waits to be claimed".into());
		}
		ui.print(lines.join("\n"), &json!({ "kind": "claim", "claims": claims }))
	}
}

/// What came of a call, in a line; the hash alone if nobody waited.
fn outcome(what: &str, json: &Value, hash: &[u8], follow: Follow) -> String {
	match follow.no_wait {
		true => follow::hex_of(hash),
		false => format!("{what}: {}", json["state"].as_str().unwrap_or_default()),
	}
}

fn account(index: u32) -> Result<AccountIndex, Failure> {
	AccountIndex::new(index).map_err(|refusal| {
		Failure::input(
			format!("{index} is no account: {refusal}"),
			"`ligature wallet balance --json` has yours",
		)
	})
}

/// The account of an owner that has most of a token.
async fn richest(session: &Session, owner: Owner, token: &Token) -> Result<AccountIndex, Failure> {
	if session.operator().is_err() {
		return Err(Failure::input(
			"without the operator nobody knows which account is yours",
			"name it with --account: an earlier `ligature wallet balance --json` has its index",
		));
	}
	let accounts = session.accounts(owner).await?;
	let here = accounts.iter().filter(|account| account.chain == token.chain.0);
	let best = here.max_by_key(|account| balance_of(account, token.id));
	match best {
		Some(best) if balance_of(best, token.id) > 0 => account(best.index),
		_ => Err(Failure::failed(
			format!("no account of yours has any {}; nothing was sent", token.name()),
			"`ligature wallet balance` shows what there is; name an account with --account to ask all the same",
		)),
	}
}

/// The chain that was named, or all.
fn chains(session: &Session, chain: Option<&str>) -> Result<Vec<ChainId>, Failure> {
	match chain {
		Some(chain) => Ok(vec![session.chain_named(chain)?]),
		None => Ok(session.network().chains.iter().map(|chain| ChainId(chain.id)).collect()),
	}
}

/// Payments that failed.
async fn pending(
	session: &Session,
	owner: Owner,
	chain: Option<ChainId>,
) -> Result<Vec<(Token, u128)>, Failure> {
	let mut all = Vec::new();
	for id in session.network().chains.iter().map(|info| ChainId(info.id)) {
		if chain.is_some_and(|chain| chain != id) {
			continue;
		}
		let trouble = |error| chain_trouble(&session.chain_name(id), error);
		let at = session.chain(id).await?.best().await.map_err(trouble)?;
		let funds = at.pending_funds(owner.0).await.map_err(trouble)?;
		all.extend(funds.into_iter().map(|(token, amount)| (session.token_of(id, token), amount)));
	}
	Ok(all)
}
