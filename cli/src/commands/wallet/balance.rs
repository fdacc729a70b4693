// SPDX-License-Identifier: Apache-2.0

//! `ligature wallet balance`: what an account has, on the chains and on the ledger.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use ligature_operator_api::{AccountInfo, ChainInfo};
use ligature_primitives::ids::{ChainId, Owner, TokenId};
use serde_json::{Value, json};

use crate::{
	commands::common::{Link, Who},
	failure::Failure,
	session::{Session, Token, balance_of, chain_trouble},
	ui::Table,
	wallet::address,
};

#[derive(Args)]
pub struct Balance {
	/// Whose: an SS58 address, 0x and 64 digits, or a development account as //Bob [default: the wallet's account]
	address: Option<String>,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

/// What an account has of a token.
#[derive(Default)]
struct Line {
	/// On the chain; none if that does not answer, or has no such token.
	chain: Option<u128>,
	/// On the ledger, in all accounts; none if the operator does not answer.
	ledger: Option<u128>,
	/// Waits on the chain to be claimed.
	pending: u128,
}

impl Balance {
	pub async fn run(self) -> Result<(), Failure> {
		let owner = match &self.address {
			Some(text) => address::parse(text)?,
			None => self.who.owner()?,
		};
		let session = self.link.session().await?;
		let mut silent = None;
		let mut all = BTreeMap::new();
		for info in &session.network().chains {
			// Those that answer are shown, whatever the others do.
			if let Err(failure) = on_chain(&session, info, owner, &mut all).await {
				silent = Some(failure);
			}
		}
		let accounts = match session.operator() {
			Ok(_) => session.accounts(owner).await?,
			Err(failure) => {
				silent = Some(failure);
				Vec::new()
			},
		};
		if session.operator().is_ok() {
			on_ledger(&accounts, &mut all);
		}
		let lines: Vec<(Token, Line)> = all
			.into_iter()
			.map(|((chain, token), line)| (session.token_of(chain, token), line))
			.collect();
		let text =
			format!("{}\n{}", address::show(owner), table(&lines, &notes(&session, &accounts)));
		let json = to_json(owner, &lines, &accounts, silent.as_ref());
		match silent {
			None => self.link.ui().print(text, &json),
			Some(failure) => Err(failure.with_output(self.link.ui().text(text, &json))),
		}
	}
}

type Lines = BTreeMap<(ChainId, TokenId), Line>;

async fn on_chain(
	session: &Session,
	info: &ChainInfo,
	owner: Owner,
	all: &mut Lines,
) -> Result<(), Failure> {
	let id = ChainId(info.id);
	for token in &info.tokens {
		all.insert((id, TokenId(token.id)), Line::default());
	}
	let trouble = |error| chain_trouble(&session.chain_name(id), error);
	let at = session.chain(id).await?.best().await.map_err(trouble)?;
	for token in &info.tokens {
		let balance = match token.asset {
			None => at.native_balance(owner.0).await,
			Some(asset) => at.asset_balance(asset, owner.0).await,
		};
		all.entry((id, TokenId(token.id))).or_default().chain = Some(balance.map_err(trouble)?);
	}
	for (token, amount) in at.pending_funds(owner.0).await.map_err(trouble)? {
		all.entry((id, token)).or_default().pending += amount;
	}
	Ok(())
}

fn on_ledger(accounts: &[AccountInfo], all: &mut Lines) {
	let tokens: BTreeSet<_> = accounts
		.iter()
		.flat_map(|account| {
			let token = |balance: &ligature_operator_api::Balance| {
				(ChainId(account.chain), TokenId(balance.token))
			};
			account.balances.iter().map(token)
		})
		.collect();
	for token in tokens {
		all.entry(token).or_default();
	}
	for ((chain, token), line) in all {
		let here = accounts.iter().filter(|account| account.chain == chain.0);
		line.ledger = Some(here.map(|account| balance_of(account, *token)).sum());
	}
}

fn table(lines: &[(Token, Line)], notes: &str) -> String {
	let waits = lines.iter().any(|(_, line)| line.pending > 0);
	let mut headings = vec!["chain", "token", "on the chain", "on the ledger"];
	if waits {
		headings.push("to claim");
	}
	let mut table = Table::new(&headings).right(&[2, 3, 4]);
	for (token, line) in lines {
		let show =
			|units: Option<u128>| units.map_or_else(|| "?".into(), |units| token.number(units));
		let chain = if token.id.is_l1() { show(line.chain) } else { String::new() };
		let mut cells =
			vec![token.chain_name.clone(), token.symbol.clone(), chain, show(line.ledger)];
		if waits {
			cells.push(if line.pending > 0 { token.number(line.pending) } else { String::new() });
		}
		table.row(cells);
	}
	format!("{table}{notes}")
}

/// What is particular about accounts.
fn notes(session: &Session, accounts: &[AccountInfo]) -> String {
	let mut notes = String::new();
	for account in accounts {
		let chain = session.chain_name(ChainId(account.chain));
		if !account.has_key {
			notes += &format!(
				"\nnote: account {} on {chain} has no key: it cannot sign until `ligature key set`",
				account.index
			);
		}
		if account.next_nonce > account.nonce {
			notes += &format!(
				"\nnote: {} transactions of account {} on {chain} wait for a block",
				account.next_nonce - account.nonce,
				account.index
			);
		}
	}
	notes
}

fn to_json(
	owner: Owner,
	lines: &[(Token, Line)],
	accounts: &[AccountInfo],
	silent: Option<&Failure>,
) -> Value {
	let balances: Vec<_> = lines
		.iter()
		.map(|(token, line)| {
			json!({
				"chain": token.chain.0,
				"chainName": token.chain_name,
				"token": token.id.0,
				"symbol": token.symbol,
				"decimals": token.decimals,
				"onChain": line.chain.map(|units| units.to_string()),
				"onLedger": line.ledger.map(|units| units.to_string()),
				"toClaim": line.pending.to_string(),
			})
		})
		.collect();
	json!({
		"address": address::show(owner),
		"owner": owner.to_string(),
		"balances": balances,
		"accounts": accounts,
		"error": silent.map(|failure| failure.to_json()["error"].clone()),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_operator_api::{Balance as Held, Decimal, Hash32};

	#[test]
	fn accounts_of_one_owner_should_be_added_up() {
		let account = |index, amount| AccountInfo {
			chain: 1,
			index,
			owner: Hash32::default(),
			has_key: true,
			key: Hash32::default(),
			next_nonce: 0,
			nonce: 0,
			balances: vec![Held { token: 1, amount: Decimal(amount) }],
		};
		let mut all = Lines::new();
		all.insert((ChainId(2), TokenId(1)), Line::default());
		on_ledger(&[account(4, 7), account(9, 5)], &mut all);
		assert_eq!(all[&(ChainId(1), TokenId(1))].ledger, Some(12));
		assert_eq!(all[&(ChainId(2), TokenId(1))].ledger, Some(0));
	}
}
