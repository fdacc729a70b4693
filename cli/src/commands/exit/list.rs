// SPDX-License-Identifier: Apache-2.0

//! `ligature exit list`.

use std::collections::BTreeMap;

use clap::Args;
use ligature_primitives::ids::{ChainId, TokenId};
use serde_json::{Value, json};

use super::{
	dues::{Dues, Payment, Select, ended, gather},
	ledger::Ledger,
	link::{Link, Sources},
};
use crate::{
	commands::{common::Who, recover::Bars},
	failure::Failure,
	session::{Session, Token},
	ui::Table,
	wallet::address,
};

#[derive(Args)]
pub struct List {
	#[command(flatten)]
	select: Select,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	sources: Sources,
	#[command(flatten)]
	link: Link,
}

impl List {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let wanted = self.select.wanted(&session, &self.who)?;
		let bars = Bars::new(ui);
		let mut ledger = Ledger::open(&session, &self.sources).await?;
		let all = gather(&session, &mut ledger, &wanted, &bars).await?;
		let ended = ended(&all);
		let chains: Vec<Value> = all.iter().map(|dues| dues.json(ended)).collect();
		let owner = wanted.owner.map(address::show);
		let json = json!({ "kind": "exitList", "owner": owner, "chains": chains });
		ui.print(text(&session, &all, owner.is_none()), &json)
	}
}

/// A row per payment, the sums of what is left, and what stands in the way.
fn text(session: &Session, all: &[Dues], owners: bool) -> String {
	let mut headings = vec!["chain", "what", "amount", "token", ""];
	if owners {
		headings.insert(1, "owner");
	}
	let mut table = Table::new(&headings).right(&[headings.len() - 3]);
	for dues in all {
		for payment in &dues.payments {
			let state = match (payment.paid, dues.open()) {
				(true, _) => "paid",
				(false, true) => "can be claimed",
				(false, false) => "waits",
			};
			let mut cells = cells(payment, owners);
			cells.push(state.into());
			table.row(cells);
		}
	}
	let mut text = match table.is_empty() {
		true => "nothing is owed".into(),
		false => table.to_string(),
	};
	let left = left(all);
	if !left.is_empty() {
		text += &format!("\nnot paid yet: {}", left.join(", "));
	}
	text + &notes(session, all)
}

/// Chain, owner if that is asked for, what, amount, token.
pub fn cells(payment: &Payment, owners: bool) -> Vec<String> {
	let Payment { token, owner, amount, .. } = payment;
	let mut cells = vec![token.chain_name.clone()];
	if owners {
		cells.push(address::show(*owner));
	}
	cells.extend([payment.describe(), token.number(*amount), token.symbol.clone()]);
	cells
}

/// What is not paid yet, per token.
fn left(all: &[Dues]) -> Vec<String> {
	let mut sums: BTreeMap<(ChainId, TokenId), (&Token, u128)> = BTreeMap::new();
	for payment in all.iter().flat_map(|dues| &dues.payments).filter(|payment| !payment.paid) {
		let key = (payment.token.chain, payment.token.id);
		sums.entry(key).or_insert((&payment.token, 0)).1 += payment.amount;
	}
	let each = |(token, sum): (&Token, u128)| format!("{} {}", token.number(sum), token.name());
	sums.into_values().map(each).collect()
}

/// What is not as it could be, chain by chain.
pub fn notes(session: &Session, all: &[Dues]) -> String {
	let (ended, mut notes) = (ended(all), String::new());
	for dues in all {
		let name = &dues.stand.name;
		if !dues.open() {
			notes += &format!(
				"\n{name}: {} (amounts as of block {})\n  next: {}",
				dues.stand.mode.describe(dues.stand.pace),
				dues.block,
				dues.stand.next(ended)
			);
		}
		for home in &dues.hidden {
			notes += &format!(
				"\n{name}: shares of pools at home on {} are missing here: name its node with --chain-url, or its \
				 exported blocks with --blocks",
				session.chain_name(*home)
			);
		}
	}
	notes
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::exit::{dues::deposits_of, mode::Mode, stand::stand};
	use ligature_primitives::ids::BlockNumber;

	#[test]
	fn what_is_left_should_be_added_up_per_token() {
		let leaving = Mode::Leaving { block: BlockNumber(5) };
		let deposits = [(1, 1_500_000, false), (2, 2_000_000, false), (1, 9, true)];
		let alpha = deposits_of(stand("alpha", leaving), &deposits);
		assert_eq!(left(&[alpha]), ["3.5 USDT@alpha"]);
		let paid = deposits_of(stand("alpha", leaving), &[(1, 9, true)]);
		assert!(left(&[paid]).is_empty());
	}
}
