// SPDX-License-Identifier: Apache-2.0

//! `ligature status` and `ligature blocks`.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use ligature_operator_api::{
	BlockInfo, OperatorApiClient, OperatorStatus, TransactionHash, TransactionInfo,
	TransactionState,
};
use ligature_primitives::{ids::ChainId, op::Transaction};
use serde_json::json;

use super::{
	common::{Follow, Link},
	follow,
};
use crate::{
	failure::Failure,
	report,
	session::{Goal, Session},
	show::span,
	ui::{Table, Ui},
};

/// Show where a transaction stands
#[derive(Args)]
pub struct Status {
	/// Its hash: 0x and 64 digits
	hash: TransactionHash,
	#[command(flatten)]
	follow: Follow,
	#[command(flatten)]
	link: Link,
}

/// Show the operator and the last blocks of the rollup
#[derive(Args)]
pub struct Blocks {
	/// How many blocks
	#[arg(default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
	count: u32,
	#[command(flatten)]
	link: Link,
}

impl Status {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let info = if self.follow.watch {
			// An unknown hash is a failure at once, not after the patience.
			session.transaction(self.hash).await?;
			follow::watch(ui, &session, self.hash, Goal::Executed, self.follow).await?
		} else {
			session.transaction(self.hash).await?
		};
		let built = match info.state {
			TransactionState::InBlock { block, .. } => {
				let block = session.operator()?.block(block).await;
				Some(block.map_err(|error| session.trouble(error))?.built)
			},
			_ => None,
		};
		let text = describe(&session, &info, built);
		let json =
			json!({ "state": follow::state_name(&info), "built": built, "transaction": info });
		ui.print(text, &json)
	}
}

/// Where a transaction stands, what it is, and when each chain did what.
fn describe(session: &Session, info: &TransactionInfo, built: Option<u64>) -> String {
	let mut text = format!("{}: {}\n", info.hash, follow::state(info));
	if let Ok(transaction) = Transaction::decode(&info.bytes.0) {
		text += &format!("{}\n", report::transaction(&transaction));
	}
	text += &follow::receipt(session, info);
	if let (Some(built), false) = (built, info.stages.is_empty()) {
		let names: Vec<_> =
			info.stages.iter().map(|(chain, _)| session.chain_name(ChainId(*chain))).collect();
		let headings: Vec<_> = ["after the block was built"]
			.into_iter()
			.chain(names.iter().map(String::as_str))
			.collect();
		let mut table = Table::new(&headings);
		for stage in Goal::ALL.into_iter().filter(|stage| *stage > Goal::Block) {
			let times = info.stages.iter().map(|(_, times)| {
				stage.time(times).map_or_else(|| "–".into(), |at| span(at.saturating_sub(built)))
			});
			table.row([stage.name().to_owned()].into_iter().chain(times));
		}
		text += &table.to_string();
	}
	text
}

impl Blocks {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let status = session.status().await?;
		let blocks = session.operator()?.blocks(None, self.count).await;
		let blocks = blocks.map_err(|error| session.trouble(error))?;
		let now =
			SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis() as u64);
		let text = format!(
			"{}\n\n{}",
			operator_table(ui, &session, &status),
			blocks_table(&session, &blocks, now)
		);
		ui.print(text, &json!({ "status": status, "blocks": blocks }))
	}
}

fn operator_table(ui: Ui, session: &Session, status: &OperatorStatus) -> String {
	let accepting = match &status.not_accepting {
		None => ui.paint(crate::ui::Tone::Good, "takes transactions"),
		Some(reason) => {
			ui.paint(crate::ui::Tone::Bad, format_args!("takes no transactions: {reason}"))
		},
	};
	let mut text = format!(
		"operator {}: {accepting}; {} wait; last block {}; revert epoch {}\n",
		session.operator_url(),
		status.mempool,
		status.built,
		status.revert_epoch
	);
	let headings = [
		"chain",
		"committed",
		"proven",
		"certified",
		"executed",
		"requests",
		"best",
		"finalized",
		"",
	];
	let mut table = Table::new(&headings).right(&[1, 2, 3, 4, 5, 6, 7]);
	for chain in &status.chains {
		table.row([
			session.chain_name(ChainId(chain.chain)),
			chain.committed.to_string(),
			chain.proven.to_string(),
			chain.certified.to_string(),
			chain.executed.to_string(),
			chain.waiting_requests.to_string(),
			chain.best.to_string(),
			chain.finalized.to_string(),
			if chain.connected { String::new() } else { "not reached".into() },
		]);
	}
	text += &table.to_string();
	text
}

fn blocks_table(session: &Session, blocks: &[BlockInfo], now: u64) -> String {
	if blocks.is_empty() {
		return "there are no blocks yet".into();
	}
	let Some(first) = blocks.first() else { return String::new() };
	let names: Vec<_> =
		first.chains.iter().map(|chain| session.chain_name(ChainId(chain.chain))).collect();
	let headings: Vec<_> = ["block", "age", "operations", "signed", "joint", "proofs"]
		.into_iter()
		.chain(names.iter().map(String::as_str))
		.collect();
	let mut table = Table::new(&headings).right(&[0, 1, 2, 3, 4, 5]);
	for block in blocks {
		let chains = block.chains.iter().map(|chain| {
			let slots =
				if chain.slots == 0 { "empty".into() } else { format!("{} slots", chain.slots) };
			let mut reached =
				Goal::ALL.into_iter().filter(|goal| goal.time(&chain.times).is_some());
			format!("{slots}, {}", reached.next_back().map_or("not committed", Goal::name))
		});
		let cells = [
			block.number.to_string(),
			span(now.saturating_sub(block.built)),
			block.operations.to_string(),
			block.transactions.len().to_string(),
			block.joint.to_string(),
			block.proofs.map_or_else(|| "–".into(), |at| span(at.saturating_sub(block.built))),
		];
		table.row(cells.into_iter().chain(chains));
	}
	table.to_string()
}
