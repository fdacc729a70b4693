// SPDX-License-Identifier: Apache-2.0

//! `ligature exit enter`, `freeze` and `execute`: the steps to the end, which anybody can take.

use clap::Args;
use ligature_chain::{BlockStatus, Call};
use ligature_primitives::ids::{BlockNumber, ChainId};
use serde_json::{Value, json};

use super::{link::Link, mode::Mode, stand::Stand};
use crate::{
	commands::common::{Ask, Who, chain_of},
	failure::Failure,
	session::{Session, Submitted, chain_trouble},
	ui::Ui,
	wallet::Wallet,
};

#[derive(Args)]
pub struct Enter {
	/// The chain whose request has expired
	#[arg(long, value_name = "CHAIN")]
	chain: String,
	#[command(flatten)]
	ask: Ask,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

#[derive(Args)]
pub struct Freeze {
	/// The chain
	#[arg(long, value_name = "CHAIN")]
	chain: String,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

#[derive(Args)]
pub struct Execute {
	/// The chain [default: all chains]
	#[arg(long, value_name = "CHAIN")]
	chain: Option<String>,
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	link: Link,
}

impl Enter {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let chain = session.chain_named(&self.chain)?;
		let stand = Stand::best(&session, chain).await?;
		match stand.mode {
			Mode::Expired { .. } => {},
			mode if mode.has_ended() => return outcome(ui, &session, chain, false).await,
			_ => return Err(not_yet(&stand)),
		}
		let question = "This ends the rollup for everybody, on all chains, for ever. Go on?";
		self.ask.go_on(ui, question)?;
		let wallet = self.who.wallet()?;
		step(ui, &session, &wallet, chain, &Call::EnterExodus, "AlreadyInExodus").await
	}
}

impl Freeze {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let chain = session.chain_named(&self.chain)?;
		let stand = Stand::best(&session, chain).await?;
		match stand.mode {
			Mode::Ended { timeout: 0, .. } => {},
			Mode::Frozen { .. } | Mode::Leaving { .. } => {
				return outcome(ui, &session, chain, false).await;
			},
			_ => return Err(not_yet(&stand)),
		}
		let wallet = self.who.wallet()?;
		step(ui, &session, &wallet, chain, &Call::FreezeByTimeout, "AlreadyFrozen").await
	}
}

/// The chain does not let anybody do it now.
fn not_yet(stand: &Stand) -> Failure {
	Failure::failed(
		format!("{}: {}; nothing was sent", stand.name, stand.mode.describe(stand.pace)),
		stand.next(false),
	)
}

/// Sends a call, unless somebody is faster: then the chain answers `done`.
async fn step(
	ui: Ui,
	session: &Session,
	wallet: &Wallet,
	chain: ChainId,
	call: &Call,
	done: &str,
) -> Result<(), Failure> {
	let name = session.chain_name(chain);
	let spinner = ui.spinner(format!("waiting until {name} has finalized it"));
	let own = match session.call(wallet, chain, call).await {
		Ok(requested) => {
			spinner.done(&format!("final in block {} of {name}", requested.block.number));
			true
		},
		Err(failure) if failure.refusal() == Some(&format!("Rollup.{done}")) => {
			spinner.done("somebody else was faster");
			false
		},
		Err(failure) => {
			spinner.fail("it is not done");
			return Err(failure);
		},
	};
	outcome(ui, session, chain, own).await
}

/// Where the chain stands afterwards; `sent` says whether anything was sent.
async fn outcome(ui: Ui, session: &Session, chain: ChainId, sent: bool) -> Result<(), Failure> {
	let stand = Stand::best(session, chain).await?;
	let mut json = stand.json(true);
	json["sent"] = json!(sent);
	ui.print(lines(&stand), &json)
}

fn lines(stand: &Stand) -> String {
	let state = stand.mode.describe(stand.pace);
	format!("{}: {state}\nnext: {}", stand.name, stand.next(true))
}

impl Execute {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.link.ui();
		let session = self.link.session().await?;
		let only = chain_of(&session, self.chain.as_deref())?;
		let wallet = self.who.wallet()?;
		let (mut text, mut chains) = (Vec::new(), Vec::<Value>::new());
		for info in &session.network().chains {
			let chain = ChainId(info.id);
			if only.is_some_and(|only| only != chain) {
				continue;
			}
			let executed = execute(ui, &session, &wallet, chain).await?;
			let stand = Stand::best(&session, chain).await?;
			text.push(lines(&stand));
			let mut json = stand.json(true);
			json["blocks"] = json!(executed);
			chains.push(json);
		}
		ui.print(text.join("\n"), &json!({ "kind": "exitExecute", "chains": chains }))
	}
}

/// Executes the blocks of a chain that are certified; the freeze block counts as that. Says how many there were.
async fn execute(
	ui: Ui,
	session: &Session,
	wallet: &Wallet,
	chain: ChainId,
) -> Result<u64, Failure> {
	let name = session.chain_name(chain);
	let trouble = |error| chain_trouble(&name, error);
	let at = session.chain(chain).await?.best().await.map_err(trouble)?;
	let counters = at.status().await.map_err(trouble)?.counters;
	let mut calls = Vec::new();
	for number in (counters.executed.0 + 1..=counters.certified.0).map(BlockNumber) {
		let block = at.block(number).await.map_err(trouble)?.ok_or_else(|| {
			Failure::failed(
				format!("{name} does not say what block {number} is"),
				"its node may still synchronise: try again",
			)
		})?;
		calls.push(execution(chain, &block)?);
	}
	if calls.is_empty() {
		return Ok(0);
	}
	let mut spinner = ui.spinner(format!("{} blocks are sent to {name}", calls.len()));
	let mut submitted: Vec<Submitted> = Vec::new();
	let mut failure = None;
	for call in &calls {
		match session.submit(wallet, chain, call).await {
			Ok(sent) => submitted.push(sent),
			Err(error) => {
				failure = Some(error);
				break;
			},
		}
	}
	spinner.set(format!("waiting until {name} has finalized them"));
	for sent in submitted {
		if let Err(error) = session.finalized(sent).await {
			failure.get_or_insert(error);
		}
	}
	// Whoever else does the same takes nothing from anybody: what counts is that it is done.
	let done = Stand::best(session, chain).await?.status.counters.executed;
	match failure.filter(|_| done < counters.certified) {
		Some(failure) => {
			spinner.fail(&format!("executed up to block {done} on {name}"));
			Err(failure)
		},
		None => {
			spinner.done(&format!("executed up to block {done} on {name}"));
			Ok(done.0.saturating_sub(counters.executed.0))
		},
	}
}

/// The call that executes a block. A half makes at most one payment, and what is named too many comes back with the fee:
/// so the header says enough, and nobody has to look for the public data.
fn execution(chain: ChainId, block: &BlockStatus) -> Result<Call, Failure> {
	let part = block.header.chain(chain).map_err(|refusal| {
		Failure::failed(
			format!("block {}: {refusal}", block.header.number),
			"the node is not one of this network; name another one with --chain-url",
		)
	})?;
	Ok(Call::ExecuteBlock {
		number: block.header.number,
		payments: part.size_class.capacity(),
		requests: part.priority_count.into(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_chain::Stage;
	use ligature_primitives::{
		constants::SizeClass,
		header::{Header, Network},
		ids::NetworkId,
		poseidon::Word,
	};

	#[test]
	fn a_block_should_be_executed_with_weight_for_all_that_it_can_do() {
		let chains = [ChainId(1), ChainId(2)];
		let network = Network::new(NetworkId(1), chains.to_vec()).expect("two chains");
		let mut header = Header::genesis(&network, [1; 32], [2; 32], Word::from(3));
		header.number = BlockNumber(9);
		header.chains[1].size_class = SizeClass::new(2).expect("there is a class 2");
		header.chains[1].priority_count = 5;
		let hash = header.hash();
		let block = BlockStatus { header, hash, stage: Stage::Certified, refused: false };
		let call =
			|payments, requests| Call::ExecuteBlock { number: BlockNumber(9), payments, requests };
		assert_eq!(execution(ChainId(2), &block).expect("a chain of it"), call(32, 5));
		// Where nothing happens nothing is paid.
		assert_eq!(execution(ChainId(1), &block).expect("a chain of it"), call(0, 0));
		assert!(execution(ChainId(3), &block).is_err());
	}
}
