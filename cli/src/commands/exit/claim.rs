// SPDX-License-Identifier: Apache-2.0

//! `ligature exit claim`.

use std::time::{Duration, Instant};

use clap::Args;
use ligature_chain::Call;
use ligature_ledger::ChainState;
use ligature_primitives::ids::Owner;
use serde_json::{Value, json};

use super::{
	dues::{Dues, For, Payment, Select, ended, gather},
	ledger::Ledger,
	link::{Link, Sources},
	list::{cells, notes},
	pay::{Fate, Outcome, pay},
};
use crate::{
	commands::{common::Who, recover::Bars},
	failure::Failure,
	session::Session,
	show::span,
	ui::{Table, Tone, Ui},
	wallet::{Wallet, address},
};

#[derive(Args)]
pub struct Claim {
	#[command(flatten)]
	select: Select,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	sources: Sources,
	#[command(flatten)]
	link: Link,
}

/// What came of the claims to one chain.
struct Report<'a> {
	dues: &'a Dues,
	/// What was to be claimed.
	claimed: Vec<&'a Payment>,
	outcome: Outcome,
}

impl Claim {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let wanted = self.select.wanted(&session, &self.who)?;
		// The password now, not after an hour of reading.
		let wallet = self.who.wallet()?;
		let bars = Bars::new(ui);
		let mut ledger = Ledger::open(&session, &self.sources).await?;
		let all = gather(&session, &mut ledger, &wanted, &bars).await?;
		if let Some(failure) = too_early(&all) {
			return Err(failure);
		}
		let mut reports = Vec::new();
		for dues in all.iter().filter(|dues| dues.open()) {
			let states = ledger.states(dues.hash);
			let report = claim(ui, &session, &wallet, dues, &states).await?;
			let stopped = report.outcome.stopped.is_some();
			reports.push(report);
			if stopped {
				break;
			}
		}
		finish(ui, &session, &wallet, wanted.owner, &all, reports)
	}
}

/// Something is owed, and no chain pays yet.
fn too_early(all: &[Dues]) -> Option<Failure> {
	let waits = |dues: &&Dues| !dues.open() && !dues.payments.is_empty();
	let first = all.iter().find(waits)?;
	if all.iter().any(Dues::open) {
		return None;
	}
	let what = all.iter().filter(waits).map(|dues| {
		let stand = &dues.stand;
		format!("{}: {}", stand.name, stand.mode.describe(stand.pace))
	});
	Some(Failure::failed(
		format!(
			"nothing can be claimed yet ({}); nothing was sent",
			what.collect::<Vec<_>>().join("; ")
		),
		first.stand.next(ended(all)),
	))
}

/// Claims what a chain has not paid.
async fn claim<'a>(
	ui: Ui,
	session: &Session,
	wallet: &Wallet,
	dues: &'a Dues,
	states: &[&ChainState],
) -> Result<Report<'a>, Failure> {
	let claimed: Vec<&Payment> = dues.payments.iter().filter(|payment| !payment.paid).collect();
	let name = &dues.stand.name;
	if claimed.is_empty() {
		return Ok(Report { dues, claimed, outcome: Outcome::default() });
	}
	let node = session.chain(dues.stand.chain).await?;
	let (began, all) = (Instant::now(), claimed.len());
	let so_far = |done: usize| format!("{name}: {done} of {all} claims are final");
	let mut spinner = ui.spinner(so_far(0));
	let call = |place: usize| call(claimed[place], states);
	let told = |done: usize| spinner.set(so_far(done) + &left(began.elapsed(), done, all));
	let outcome = pay(&node, name, wallet.signer(), all, call, told).await;
	let done = so_far(outcome.fates.len());
	match &outcome.stopped {
		None => spinner.done(&done),
		Some(_) => spinner.fail(&done),
	}
	Ok(Report { dues, claimed, outcome })
}

/// The call that claims a payment.
fn call(payment: &Payment, states: &[&ChainState]) -> Call {
	match &payment.what {
		For::Ledger(due) => due.claim(states).expect("it was found in these states; qed").into(),
		For::Deposit(index) => Call::RefundDeposit { index: *index },
	}
}

/// How long the rest takes at the pace so far.
fn left(spent: Duration, done: usize, all: usize) -> String {
	let rest = all.saturating_sub(done) as u128;
	match (spent.as_millis() * rest).checked_div(done as u128) {
		Some(millis) if rest > 0 => {
			format!(", {} left", span(u64::try_from(millis).unwrap_or(u64::MAX)))
		},
		_ => String::new(),
	}
}

/// Says what was paid and what was not.
fn finish(
	ui: Ui,
	session: &Session,
	wallet: &Wallet,
	owner: Option<Owner>,
	all: &[Dues],
	reports: Vec<Report<'_>>,
) -> Result<(), Failure> {
	let mut table = Table::new(&["chain", "owner", "what", "amount", "token", ""]).right(&[3]);
	let mut failure: Option<Failure> = None;
	let mut before = all.iter().flat_map(|dues| &dues.payments).filter(|it| it.paid).count();
	let mut chains = Vec::new();
	for Report { dues, claimed, outcome } in reports {
		let mut lists: [Vec<Value>; 2] = Default::default();
		for (place, fate) in outcome.fates {
			let payment = claimed[place];
			let (state, good) = match &fate {
				Fate::Paid => ("paid", true),
				Fate::Pending => ("waits: its owner gets it by `ligature claim`", true),
				Fate::Refused(_) => ("refused", false),
				Fate::Before => {
					before += 1;
					continue;
				},
			};
			let mut row = cells(payment, true);
			row.push(state.into());
			table.row(row);
			let mut json = payment.json();
			json["paid"] = json!(matches!(fate, Fate::Paid));
			json["pending"] = json!(matches!(fate, Fate::Pending));
			if let Fate::Refused(refused) = fate {
				json["error"] = refused.to_json()["error"].clone();
				failure.get_or_insert(refused);
			}
			lists[usize::from(!good)].push(json);
		}
		let [paid, refused] = lists;
		chains.push(json!({
			"chain": dues.stand.chain.0,
			"name": dues.stand.name,
			"asOf": dues.block.0,
			"paid": paid,
			"refused": refused,
		}));
		failure = outcome.stopped.or(failure);
	}
	let mut text = match table.is_empty() {
		true => "nothing was paid".into(),
		false => table.to_string(),
	};
	if before > 0 {
		text += &format!("\npaid before: {before}");
	}
	text += &notes(session, all);
	let json = json!({
		"kind": "exitClaim",
		"payer": wallet.address(),
		"owner": owner.map(address::show),
		"paidBefore": before,
		"chains": chains,
		"waiting": waiting(all),
	});
	match failure {
		None => ui.print(text, &json),
		Some(failure) => {
			ui.note(Tone::Bad, "✗", "not all was paid; run it again: what is paid is left out");
			Err(failure.with_output(ui.text(text, &json)))
		},
	}
}

/// Chains that pay nothing yet, and why.
fn waiting(all: &[Dues]) -> Vec<Value> {
	let ended = ended(all);
	all.iter().filter(|dues| !dues.open()).map(|dues| dues.json(ended)).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::exit::{dues::deposits_of, mode::Mode, stand::stand};
	use ligature_primitives::ids::BlockNumber;

	#[test]
	fn the_time_left_should_follow_from_the_pace() {
		assert_eq!(left(Duration::from_secs(10), 0, 5), "");
		assert_eq!(left(Duration::from_secs(10), 5, 5), "");
		assert_eq!(left(Duration::from_secs(10), 5, 35), ", 1 min 0 s left");
	}

	#[test]
	fn who_comes_too_early_should_be_told_what_to_do() {
		let block = BlockNumber(5);
		let owed = |mode| deposits_of(stand("beta", mode), &[(1, 7, false)]);
		let frozen = || owed(Mode::Frozen { block, left: 2 });
		let failure = too_early(&[frozen()]).expect("it is too early").to_string();
		assert!(failure.contains("beta: ended; block 5 is the last one"), "{failure}");
		assert!(failure.contains("help: `ligature exit execute --chain beta`"), "{failure}");
		// Where one chain pays, what it owes is claimed; and who has nothing is not too early.
		assert!(too_early(&[frozen(), owed(Mode::Leaving { block })]).is_none());
		let nothing = deposits_of(stand("beta", Mode::Frozen { block, left: 2 }), &[]);
		assert!(too_early(&[nothing]).is_none());
	}
}
