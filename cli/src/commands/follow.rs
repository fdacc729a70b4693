// SPDX-License-Identifier: Apache-2.0

//! Following what was sent: transactions of the ledger until they are in a block or executed, calls on chains until
//! they are final and served.

use ligature_chain::Call;
use ligature_operator_api::{TransactionInfo, TransactionState};
use ligature_primitives::{
	header::Digest,
	ids::{ChainId, TokenId},
};
use serde_json::{Value, json};

use super::common::Follow;
use crate::{
	failure::Failure,
	session::{Goal, Prepared, RequestGoal, Requested, Seen, Session},
	ui::{Spinner, Tone, Ui},
	wallet::Wallet,
};

/// Sends a transaction and follows it as far as is asked for; prints what came of it. `what` says what it is.
pub async fn transaction(
	ui: Ui,
	session: &Session,
	prepared: &Prepared,
	follow: Follow,
	what: &str,
	mut details: Value,
) -> Result<(), Failure> {
	prepared.check_funds()?;
	let hash = session.send(prepared).await?;
	details["hash"] = json!(hash);
	if let Some(debit) = prepared.debits.first() {
		details["fee"] = debit.token.to_json(prepared.fee.get());
	}
	if follow.no_wait {
		details["state"] = json!("sent");
		return ui.print(hash, &details);
	}
	let goal = if follow.watch { Goal::Executed } else { Goal::Block };
	ui.note(Tone::Good, "✓", format_args!("sent {hash}"));
	let info = watch(ui, session, hash, goal, follow).await?;
	details["transaction"] = json!(info);
	details["state"] = json!(state_name(&info));
	ui.print(format!("{what}: {}\n{}", state(&info), receipt(session, &info)), &details)
}

/// Follows a transaction with a line for every stage.
pub async fn watch(
	ui: Ui,
	session: &Session,
	hash: ligature_operator_api::TransactionHash,
	goal: Goal,
	follow: Follow,
) -> Result<TransactionInfo, Failure> {
	let mut spinner = ui.spinner("waiting for a block");
	let mut stages = Stages::default();
	let result = session
		.wait(hash, goal, follow.patience(), |seen| match seen {
			Seen::Info(info) => stages.show(session, info, goal, &mut spinner),
			Seen::Trouble(_) => spinner.set("the operator does not answer: asking again"),
		})
		.await;
	match result {
		Ok(info) => Ok(info),
		Err(failure) => {
			spinner.fail("it has not come so far");
			Err(failure)
		},
	}
}

/// What was shown already.
#[derive(Default)]
struct Stages {
	block: Option<u64>,
	shown: Vec<(u8, Goal)>,
}

impl Stages {
	fn show(
		&mut self,
		session: &Session,
		info: &TransactionInfo,
		goal: Goal,
		spinner: &mut Spinner,
	) {
		let TransactionState::InBlock { block, .. } = &info.state else {
			spinner.set("waiting for a block");
			return;
		};
		if self.block != Some(*block) {
			if self.block.is_some() {
				spinner.note(Tone::Bad, "↺", "its block was taken back; it is in another one");
			}
			self.block = Some(*block);
			self.shown.clear();
			spinner.note(Tone::Good, "✓", &format!("in block {block}"));
		}
		let mut waiting = Vec::new();
		for stage in Goal::ALL.into_iter().filter(|stage| *stage > Goal::Block && *stage <= goal) {
			for (chain, times) in &info.stages {
				let name = session.chain_name(ChainId(*chain));
				match stage.time(times) {
					Some(_) if !self.shown.contains(&(*chain, stage)) => {
						self.shown.push((*chain, stage));
						spinner.note(Tone::Good, "✓", &format!("{} on {name}", stage.name()));
					},
					Some(_) => {},
					None => waiting.push((stage, name)),
				}
			}
		}
		if let Some((next, _)) = waiting.first().cloned() {
			let names: Vec<_> = waiting
				.into_iter()
				.filter(|(stage, _)| *stage == next)
				.map(|(_, name)| name)
				.collect();
			spinner.set(format!("waiting until it is {} on {}", next.name(), names.join(" and ")));
		}
	}
}

/// Sends a call to a chain and follows it as far as is asked for. None of its request if it was not waited for.
pub async fn call(
	ui: Ui,
	session: &Session,
	wallet: &Wallet,
	chain: ChainId,
	call: &Call,
	follow: Follow,
) -> Result<(Digest, Option<Requested>), Failure> {
	let name = session.chain_name(chain);
	let mut spinner = ui.spinner(format!("sending to {name}"));
	let submitted = session.submit(wallet, chain, call).await?;
	if follow.no_wait {
		let hash = submitted.hash();
		return Ok((hash, None));
	}
	spinner.set(format!("waiting until {name} has finalized it"));
	let requested = session.finalized(submitted).await?;
	spinner.note(Tone::Good, "✓", &format!("final in block {} of {name}", requested.block.number));
	if let Some(request) = requested.request {
		spinner.set(format!("waiting until the operator serves request {request} of {name}"));
		session.wait_request(&requested, RequestGoal::Committed, follow.patience()).await?;
		spinner.note(Tone::Good, "✓", "served: it is in a committed block");
		if follow.watch {
			spinner.set(format!("waiting until it is executed on {name}"));
			session.wait_request(&requested, RequestGoal::Executed, follow.patience()).await?;
			spinner.note(Tone::Good, "✓", &format!("executed on {name}"));
		}
	}
	Ok((requested.hash, Some(requested)))
}

/// A call for machines.
pub fn call_json(
	session: &Session,
	chain: ChainId,
	sent: &(Digest, Option<Requested>),
	follow: Follow,
) -> Value {
	let requested = sent.1.as_ref();
	json!({
		"chain": chain.0,
		"chainName": session.chain_name(chain),
		"extrinsic": hex_of(&sent.0),
		"block": requested.map(|requested| requested.block.number),
		"blockHash": requested.map(|requested| hex_of(&requested.block.hash)),
		"request": requested.and_then(|requested| requested.request),
		"state": match requested {
			None => "sent",
			Some(requested) if requested.request.is_none() => "finalized",
			Some(_) if follow.watch => "executed",
			Some(_) => "committed",
		},
	})
}

/// `0x` and digits.
pub fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Where a transaction stands, in words.
pub fn state(info: &TransactionInfo) -> String {
	match &info.state {
		TransactionState::Pending => "waits for a block".into(),
		TransactionState::Refused { code, name, message } => {
			format!("refused: {name} ({code}): {message}")
		},
		TransactionState::InBlock { block, .. } => match furthest(info) {
			Goal::Block => format!("in block {block}"),
			goal => format!("in block {block}, {} on all chains", goal.name()),
		},
	}
}

/// The last stage that it has reached on all chains.
fn furthest(info: &TransactionInfo) -> Goal {
	let mut reached = Goal::ALL.into_iter().filter(|goal| crate::session::reached(info, *goal));
	reached.next_back().unwrap_or(Goal::Block)
}

/// Where a transaction stands, for machines.
pub fn state_name(info: &TransactionInfo) -> &'static str {
	match &info.state {
		TransactionState::Pending => "pending",
		TransactionState::Refused { .. } => "refused",
		TransactionState::InBlock { .. } => match furthest(info) {
			Goal::Block => "block",
			goal => goal.name(),
		},
	}
}

/// What it wrote: a line per balance.
pub fn receipt(session: &Session, info: &TransactionInfo) -> String {
	let TransactionState::InBlock { receipt, .. } = &info.state else { return String::new() };
	let mut lines = String::new();
	for change in receipt {
		let token = session.token_of(ChainId(change.chain), TokenId(change.token));
		lines += &format!(
			"  account {} on {}: {} → {}\n",
			change.account,
			token.chain_name,
			token.number(change.before.0),
			token.show(change.after.0),
		);
	}
	lines
}
