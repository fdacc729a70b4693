// SPDX-License-Identifier: Apache-2.0

//! What the demo shows in the end, and leaves in files.

use std::{
	fs, io,
	path::{Path, PathBuf},
	thread,
};

use ligature_primitives::ids::{ChainId, TokenId};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
	cast::{Cast, Coins},
	chart,
	checks::{Audit, Check, is_withdrawal},
	desk::Deed,
	evidence::Evidence,
	figures::{BlockFigures, STAGES, Spread, TradeFigures, executed_after},
	grid::Grid,
	story::{Facts, Refusal},
	tape::{USDT, WETH},
	trades::overtaken,
};
use crate::failure::Failure;

/// Everything that is shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
	/// Size class of the blocks.
	pub class: u8,
	/// Cores of the machine.
	pub cores: usize,
	/// How long all of it took, in seconds.
	pub seconds: f64,
	/// Who acted: role, address.
	pub people: Vec<(String, String)>,
	/// Orders executed, and of how many a later one came first.
	pub orders: usize,
	/// See `orders`.
	pub overtaken: usize,
	/// An order that had to be refused.
	pub refused: Refusal,
	/// From the last deposit on a chain to its block being executed on both, in seconds.
	pub deposit: Option<f64>,
	/// From sending a withdrawal to its payment on the chain, in seconds.
	pub withdrawals: Option<Spread>,
	/// How long blocks spent in each stage, and altogether, in seconds.
	pub latency: Vec<(String, Spread)>,
	/// Blocks.
	pub blocks: Vec<BlockFigures>,
	/// Trades.
	pub trades: Vec<TradeFigures>,
	/// Balances in the end: who, of what, how much.
	pub balances: Vec<(String, String, String)>,
	/// What was compared.
	pub checks: Vec<Check>,
	/// The final root.
	pub final_root: String,
	/// Up to which block of which chain everything was read, and how often blocks were taken back there.
	pub chains: Vec<(String, u32, usize)>,
}

/// What a report is made of.
pub struct Sources<'a> {
	/// Who.
	pub cast: &'a Cast,
	/// The tokens.
	pub coins: &'a Coins,
	/// What happened.
	pub facts: &'a Facts,
	/// What the chains say.
	pub evidence: &'a [Evidence; 2],
	/// What was compared.
	pub audit: &'a Audit,
	/// The numbers of the blocks.
	pub blocks: Vec<BlockFigures>,
	/// The numbers of the trades.
	pub trades: Vec<TradeFigures>,
	/// Size class of the blocks.
	pub class: u8,
	/// How long all of it took, in seconds.
	pub seconds: f64,
}

impl Report {
	/// Puts it together.
	pub fn new(sources: Sources) -> Self {
		let Sources { cast, coins, facts, evidence, audit, blocks, trades, class, seconds } =
			sources;
		let spans: Vec<_> = blocks.iter().filter_map(BlockFigures::spans).collect();
		let names = STAGES.iter().enumerate().map(|(stage, name)| {
			let spread = Spread::of(spans.iter().map(|spans| spans[stage]))?;
			Some((format!("until {name}"), spread))
		});
		let whole = Spread::of(spans.iter().map(|spans| spans.iter().sum()));
		let latency = names.chain([whole.map(|whole| ("built to executed".into(), whole))]);
		let last_request =
			facts.blocks.iter().rfind(|block| block.chains.iter().any(|chain| chain.requests > 0));
		let paid = facts.others.iter().filter(|sent| is_withdrawal(sent)).filter_map(|sent| {
			let Deed::Withdraw { chain, amount } = &sent.deed else { return None };
			let who = cast.wallet(sent.role).owner().0;
			let part = evidence.iter().find(|part| part.chain == *chain)?;
			let paid = part.paid.iter().find(|paid| paid.who == who && paid.amount == *amount)?;
			Some((paid.when.time as f64 - sent.at as f64) / 1_000.0)
		});
		let chains = evidence.iter().map(|part| (part.name.clone(), part.at.block, part.reverts));
		Self {
			class,
			cores: thread::available_parallelism().map_or(1, Into::into),
			seconds,
			people: cast.people().map(|(role, it)| (role.to_string(), it.address())).collect(),
			orders: audit.done.len(),
			overtaken: overtaken(&audit.done),
			refused: facts.refused.clone(),
			deposit: last_request.and_then(|block| executed_after(block, facts.deposited)),
			withdrawals: Spread::of(paid),
			latency: latency.flatten().collect(),
			blocks,
			trades,
			balances: balances(audit, coins),
			checks: audit.checks.0.clone(),
			chains: chains.collect(),
			final_root: facts
				.blocks
				.last()
				.map(|block| block.final_root.to_string())
				.unwrap_or_default(),
		}
	}

	fn people(&self) -> Grid {
		let mut grid = Grid::new(&["who", "address on both chains"], &[]);
		for (role, address) in &self.people {
			grid.row([role, address]);
		}
		grid
	}

	/// Per block: what is in it, and when which chain had come how far.
	fn blocks(&self) -> Grid {
		let mut headings =
			vec!["block", "ops", "slots α+β+join", "constraints", "proving s", "built"];
		headings.extend(STAGES);
		let mut grid = Grid::new(&headings, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		for block in &self.blocks {
			let [alpha, beta] = block.slots;
			let mut row = vec![
				block.number.to_string(),
				block.operations.to_string(),
				format!("{alpha}+{beta}+{}", block.join_slots),
				thousands(block.constraints),
				seconds(block.proving),
				format!("{:.0}", block.built),
			];
			for stage in &block.stages {
				row.push(format!("{} / {}", seconds(stage[0]), seconds(stage[1])));
			}
			grid.row(row);
		}
		let sum = |of: fn(&BlockFigures) -> usize| self.blocks.iter().map(of).sum::<usize>();
		let proving: f64 = self.blocks.iter().filter_map(|block| block.proving).sum();
		grid.row([
			"all".into(),
			sum(|block| block.operations as usize).to_string(),
			String::new(),
			thousands(sum(|block| block.constraints)),
			format!("{proving:.1}"),
			String::new(),
			String::new(),
			String::new(),
			String::new(),
			String::new(),
		]);
		grid
	}

	fn latency(&self) -> Grid {
		let mut grid = Grid::new(&["seconds", "min", "median", "max"], &[1, 2, 3]);
		let mut row = |name: &str, spread: &Spread| {
			let Spread { min, median, max } = spread;
			grid.row([
				name.into(),
				format!("{min:.1}"),
				format!("{median:.1}"),
				format!("{max:.1}"),
			]);
		};
		for (name, spread) in &self.latency {
			row(name, spread);
		}
		if let Some(spread) = &self.withdrawals {
			row("withdrawal sent to paid", spread);
		}
		grid
	}

	fn balances(&self) -> Grid {
		let mut grid = Grid::new(&["who", "token", "on the ledger"], &[2]);
		for (role, token, amount) in &self.balances {
			grid.row([role, token, amount]);
		}
		grid
	}

	fn totals(&self) -> String {
		let Self { orders, overtaken, class, cores, .. } = self;
		let operations: u32 = self.blocks.iter().map(|block| block.operations).sum();
		let blocks = self.blocks.len();
		let minutes =
			super::progress::clock(std::time::Duration::from_secs_f64(self.seconds.max(0.0)));
		let overtaken = match overtaken {
			0 => "all in the order of the tape".into(),
			1 => "one after a later one, for want of a place in its block".into(),
			some => format!("{some} after a later one, for want of places in their blocks"),
		};
		format!(
			"{operations} operations in {blocks} blocks of class {class} in {minutes} (minutes and seconds, start and checks \
			 included) on {cores} cores; {orders} orders, {overtaken}; one order refused on purpose: {}.",
			self.refused.name
		)
	}

	/// The checks that do not hold.
	pub fn broken(&self) -> impl Iterator<Item = &Check> {
		self.checks.iter().filter(|check| !check.holds)
	}

	/// How many checks there were, and those that do not hold.
	fn verdict(&self) -> String {
		let broken: Vec<_> = self.broken().collect();
		let count = self.checks.len();
		let read: Vec<_> = self
			.chains
			.iter()
			.map(|(name, block, reverts)| match reverts {
				0 => format!("{name} up to its block {block}"),
				_ => format!(
					"{name} up to its block {block} ({reverts} times blocks were taken back)"
				),
			})
			.collect();
		let read = read.join(", ");
		if broken.is_empty() {
			return format!("{count} checks on the chains themselves, all hold (read: {read}).");
		}
		let mut text = format!("{} of {count} checks do not hold (read: {read}):\n", broken.len());
		for Check { what, expected, found, .. } in broken {
			text.push_str(&format!("- {what}: expected {expected}, found {found}\n"));
		}
		text
	}

	/// For the terminal.
	pub fn human(&self) -> String {
		let (people, blocks) = (self.people().to_table(), self.blocks().to_table());
		let (latency, balances) = (self.latency().to_table(), self.balances().to_table());
		format!(
			"{people}\n\nblocks: stages in seconds after the block was built, alpha / beta\n{blocks}\n\n{latency}\n\n\
			 {balances}\n\n{}\nfinal root {}\n{}",
			self.totals(),
			self.final_root,
			self.verdict()
		)
	}

	/// For machines.
	pub fn json(&self) -> Value {
		json!(self)
	}

	/// As a page.
	pub fn markdown(&self) -> String {
		let mut checks = Grid::new(&["what was compared", "expected", "found", ""], &[]);
		for Check { what, expected, found, holds } in &self.checks {
			let mark = if *holds { "✓" } else { "✗" };
			checks.row([what.as_str(), expected, found, mark]);
		}
		let deposit = match self.deposit {
			Some(seconds) => format!(
				"The last deposit was executed on both chains {seconds:.1} s after it was in a block of its chain.\n\n"
			),
			None => String::new(),
		};
		format!(
			"# Ligature's main job, as it ran\n\n{totals}\n\n{verdict}\n\n## Who\n\n{people}\n## Blocks\n\n\
			 Slots are those of the circuits of alpha's half, beta's half and the join. *Proving* is from the first commit, or from \
			 the proofs of the block before, until all proofs were there. *Built* is in seconds after the beginning; the stages are in seconds after the block was built, on \
			 alpha / beta.\n\n{blocks}\n![latency](latency.svg)\n\n## Latency\n\n{deposit}{latency}\n## Prices\n\n\
			 ![price](price.svg)\n\n## Balances in the end\n\n{balances}\n## Checks\n\n\
			 Everything in *found* was read from the finalized blocks of the chains.\n\n{table}\nFinal root: `{root}`\n",
			totals = self.totals(),
			verdict = self.verdict(),
			people = self.people().to_markdown(),
			blocks = self.blocks().to_markdown(),
			latency = self.latency().to_markdown(),
			balances = self.balances().to_markdown(),
			table = checks.to_markdown(),
			root = self.final_root,
		)
	}

	/// Writes `report.md`, `report.json`, `latency.svg`, `price.svg` and the tape. Gives the path of the first.
	///
	/// # Errors
	///
	/// If the folder cannot be written to.
	pub fn write(&self, folder: &Path, tape: &str) -> Result<PathBuf, Failure> {
		let json = serde_json::to_string_pretty(self).map_err(io::Error::from)?;
		let files = [
			("report.md", self.markdown()),
			("report.json", json),
			("latency.svg", chart::latency(&self.blocks)),
			("price.svg", chart::price(&self.trades)),
			("tape.csv", tape.into()),
		];
		let written = fs::create_dir_all(folder).and_then(|()| {
			files.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text))
		});
		written.map_err(|error| {
			Failure::failed(
				format!("the report cannot be written to {}: {error}", folder.display()),
				"name another folder with --report",
			)
		})?;
		Ok(folder.join("report.md"))
	}
}

fn balances(audit: &Audit, coins: &Coins) -> Vec<(String, String, String)> {
	let name = |chain: ChainId, token: TokenId, amount: u128| {
		let traded = coins.on(chain);
		if token == traded.id {
			(traded.name(), traded.number(amount))
		} else if token.is_lp() {
			(format!("shares of the pool@{}", traded.chain_name), amount.to_string())
		} else {
			(format!("LIG@{}", traded.chain_name), crate::amounts::show_grouped(amount, 12))
		}
	};
	let rows = audit.books.balances().map(|(role, chain, token, amount)| {
		let (token, amount) = name(chain, token, amount);
		(role.to_string(), token, amount)
	});
	let market = audit.books.market;
	let reserves = [(&coins.usdt, market.reserve0), (&coins.weth, market.reserve1)];
	let reserves =
		reserves.map(|(token, amount)| ("pool".to_owned(), token.name(), token.number(amount)));
	let price = market.price() * (WETH / USDT) as f64;
	let price = [("pool".into(), "price of a WETH in USDT".into(), format!("{price:.2}"))];
	rows.chain(reserves).chain(price).collect()
}

fn seconds(value: Option<f64>) -> String {
	value.map_or_else(|| "–".into(), |value| format!("{value:.1}"))
}

fn thousands(number: usize) -> String {
	crate::amounts::show_grouped(number as u128, 0)
}
