// SPDX-License-Identifier: Apache-2.0

//! `ligature recover ledger`, `balances`, `snapshot`.

use std::{path::PathBuf, time::Instant};

use clap::{Args, ValueEnum};
use ligature_ledger::snapshot;
use ligature_primitives::ids::{BlockNumber, ChainId, Owner};
use ligature_recovery::{Anchor, Rebuilt, Recovery};
use serde_json::{Value, json};

use super::{Bars, Place, trouble};
use crate::{
	failure::Failure,
	input::show_word,
	ui::{Table, Ui},
	wallet::address,
};

/// Up to which block.
#[derive(Args, Clone, Debug)]
pub struct Until {
	/// The last block that has come so far on each chain
	#[arg(long, value_name = "STAGE", default_value = "executed", conflicts_with = "block")]
	stage: Reached,
	/// This block of the rollup, in the place of a stage
	#[arg(long, value_name = "NUMBER")]
	block: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reached {
	/// Its payments are made
	Executed,
	/// The oracles have certified it
	Certified,
	/// It is proven
	Proven,
	/// Its public data is posted; it may still be taken back
	Committed,
}

impl Until {
	async fn anchor(&self, chain: &Recovery) -> Result<Option<Anchor>, Failure> {
		if let Some(number) = self.block {
			return chain.anchor(BlockNumber(number)).await.map_err(trouble);
		}
		let heights = chain.heights().await.map_err(trouble)?;
		Ok(match self.stage {
			Reached::Executed => heights.executed,
			Reached::Certified => heights.certified,
			Reached::Proven => heights.proven,
			Reached::Committed => heights.committed,
		})
	}
}

/// Reads all chains and rebuilds them.
async fn rebuild(place: &Place, until: &Until) -> Result<Vec<Rebuilt>, Failure> {
	let bars = Bars::new(place.ui());
	let chains = place.open().await?;
	let mut rebuilt = Vec::new();
	for chain in &chains {
		chain.read(&bars).await.map_err(trouble)?;
		let anchor = until.anchor(chain).await?;
		rebuilt.push(chain.rebuild(anchor, &bars).await.map_err(trouble)?);
	}
	Ok(rebuilt)
}

fn number(rebuilt: &Rebuilt) -> u64 {
	rebuilt.anchor.map_or(0, |anchor| anchor.number.0)
}

#[derive(Args)]
pub struct Ledger {
	#[command(flatten)]
	until: Until,
	#[command(flatten)]
	place: Place,
}

impl Ledger {
	pub async fn run(self) -> Result<(), Failure> {
		let begun = Instant::now();
		let rebuilt = rebuild(&self.place, &self.until).await?;
		let headings = ["chain", "name", "block", "root", "accounts", "pools"];
		let mut table = Table::new(&headings).right(&[2, 4, 5]);
		let mut chains = Vec::new();
		for one in &rebuilt {
			let (id, name) = (one.about.identity.chain, &one.about.name);
			let root = show_word(&one.state.root());
			let pools = one.state.pools().count();
			let (block, accounts) = (number(one), one.state.next());
			table.row([
				id.to_string(),
				name.clone(),
				block.to_string(),
				format!("{}…", &root[..root.len().min(16)]),
				accounts.to_string(),
				pools.to_string(),
			]);
			let totals: Vec<Value> = one
				.state
				.totals()
				.map(|(token, total)| json!({ "token": token.0, "units": total.get().to_string() }))
				.collect();
			chains.push(json!({
				"chain": id.0,
				"name": name,
				"block": block,
				"hash": one.anchor.map(|anchor| hex::encode(anchor.hash)),
				"root": root,
				"accounts": accounts,
				"pools": pools,
				"requests": one.served.last().copied().unwrap_or_default(),
				"totals": totals,
			}));
		}
		let human = format!("{table}\nevery root is the one in its header");
		let seconds = begun.elapsed().as_secs_f64();
		self.place.ui().print(human, &json!({ "chains": chains, "seconds": seconds }))
	}
}

#[derive(Args)]
pub struct Balances {
	/// Whose: an address
	#[arg(value_name = "ADDRESS", required_unless_present = "all")]
	owner: Option<String>,
	/// Everybody's
	#[arg(long, conflicts_with = "owner")]
	all: bool,
	#[command(flatten)]
	until: Until,
	#[command(flatten)]
	place: Place,
}

impl Balances {
	pub async fn run(self) -> Result<(), Failure> {
		let owner = self.owner.as_deref().map(address::parse).transpose()?;
		let rebuilt = rebuild(&self.place, &self.until).await?;
		print(self.place.ui(), &rebuilt, owner)
	}
}

fn print(ui: Ui, rebuilt: &[Rebuilt], owner: Option<Owner>) -> Result<(), Failure> {
	let headings = ["chain", "account", "owner", "nonce", "token", "units"];
	let mut table = Table::new(&headings).right(&[1, 3, 4, 5]);
	let mut accounts = Vec::new();
	for one in rebuilt {
		let id = one.about.identity.chain;
		for (index, account) in one.state.accounts() {
			if owner.is_some_and(|owner| owner != account.owner) {
				continue;
			}
			let who = address::show(account.owner);
			let mut balances = Vec::new();
			for (token, amount) in account.balances() {
				let name = match token.lp_slot() {
					Some(slot) => format!("lp:{slot}"),
					None => format!("#{token}"),
				};
				table.row([
					id.to_string(),
					index.to_string(),
					who.clone(),
					account.nonce().0.to_string(),
					name,
					amount.get().to_string(),
				]);
				balances.push(json!({ "token": token.0, "units": amount.get().to_string() }));
			}
			accounts.push(json!({
				"chain": id.0,
				"block": number(one),
				"index": index.get(),
				"owner": who,
				"nonce": account.nonce().0,
				"balances": balances,
			}));
		}
	}
	let human = match table.is_empty() {
		true => "nothing".to_owned(),
		false => table.to_string(),
	};
	ui.print(human, &json!({ "accounts": accounts }))
}

#[derive(Args)]
pub struct Snapshot {
	/// The chain's number
	#[arg(long, value_name = "CHAIN")]
	chain: u8,
	/// The file
	#[arg(value_name = "FILE")]
	to: PathBuf,
	#[command(flatten)]
	until: Until,
	#[command(flatten)]
	place: Place,
}

impl Snapshot {
	pub async fn run(self) -> Result<(), Failure> {
		let rebuilt = rebuild(&self.place, &self.until).await?;
		let wanted = ChainId(self.chain);
		let one = rebuilt.iter().find(|one| one.about.identity.chain == wanted);
		let one = one.ok_or_else(|| {
			Failure::input(
				format!("chain {wanted} is not one of those that were read"),
				"name a node of it with --chain-url, or its exported blocks with --blocks",
			)
		})?;
		snapshot::save_file(&one.state, &self.to).map_err(|error| {
			Failure::failed(error.to_string(), "name a file in a folder that can be written to")
		})?;
		let (block, root) = (number(one), show_word(&one.state.root()));
		let human = format!("chain {wanted} after block {block}: {}", self.to.display());
		let json = json!({ "chain": wanted.0, "block": block, "root": root, "file": self.to });
		self.place.ui().print(human, &json)
	}
}
