// SPDX-License-Identifier: Apache-2.0

//! Measures recovery: how fast blocks are read and executed again with every root checked, what it takes in memory and on
//! the disk, and what an exit costs. Prints lines `name value unit`.
//!
//! `scripts/bench recover` runs it. A history is made first, which is not measured: accounts with balances on two chains,
//! a pool, then blocks of 256 transfers or 256 swaps, each posted in a real extrinsic of a block of the chain.
//! Arguments: blocks of each kind (40), accounts (20,000).

#[path = "../tests/story/mod.rs"]
mod story;

use ligature_ledger::ChainState;
use ligature_primitives::ids::ChainId;
use ligature_recovery::{Anchor, Claim, NoProgress, Rebuilt, Recovery, due};
use ligature_runtime::Runtime;
use pallet_rollup::WeightInfo;
use std::{env, time::Instant};
use story::{ALPHA, Outcome, Story};

/// Operations of a block: what fits into the class of 512 slots.
const BLOCK: usize = 256;
/// The class of 512 slots.
const CLASS: u8 = 4;
/// Claims that are timed.
const CLAIMS: usize = 500;

fn print(name: &str, value: f64, unit: &str) {
	println!("{name} {value:.2} {unit}");
}

/// A figure of the process by the kernel's word, in MiB.
fn status_mib(name: &str) -> Outcome<f64> {
	let status = std::fs::read_to_string("/proc/self/status")?;
	let line = status.lines().find(|line| line.starts_with(name)).ok_or("no such line")?;
	let kib: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
	Ok(kib / 1024.0)
}

struct Bench {
	story: Story,
	folder: tempfile::TempDir,
}

impl Bench {
	async fn open(&self, chain: usize) -> Outcome<Recovery> {
		let source = Box::new(self.story.chains[chain].clone());
		Ok(Recovery::open(source, self.folder.path()).await?)
	}

	fn anchor(&self) -> Option<Anchor> {
		self.story.posted.last().map(|posted| posted.anchor())
	}

	/// Brings both chains to where they are, so that what follows is measured alone.
	async fn catch_up(&self) -> Outcome<Vec<Rebuilt>> {
		let mut all = Vec::new();
		for chain in 0..2 {
			let chain = self.open(chain).await?;
			chain.read(&NoProgress).await?;
			all.push(chain.rebuild(self.anchor(), &NoProgress).await?);
		}
		Ok(all)
	}

	/// As many blocks of such operations; then what it takes to recover them.
	async fn measure(
		&mut self,
		name: &str,
		blocks: usize,
		make: fn(&mut Story) -> Outcome<ligature_primitives::op::Operation>,
		chains: &[ChainId],
	) -> Outcome {
		for _ in 0..blocks {
			let operations: Vec<_> =
				(0..BLOCK).map(|_| make(&mut self.story)).collect::<Outcome<_>>()?;
			self.story.block(&operations)?;
			self.story.settle()?;
		}
		let count = (blocks * BLOCK) as f64;
		let (mut read, mut replay) = (0.0, 0.0);
		for id in chains {
			let chain = self.open(usize::from(id.0 - ALPHA.0)).await?;
			let start = Instant::now();
			chain.read(&NoProgress).await?;
			read += start.elapsed().as_secs_f64();
			let start = Instant::now();
			let rebuilt = chain.rebuild(self.anchor(), &NoProgress).await?;
			replay += start.elapsed().as_secs_f64();
			let ledger = &self.story.ledger.states()[usize::from(id.0 - ALPHA.0)];
			if rebuilt.state.root() != ledger.root() {
				return Err("another root".into());
			}
		}
		print(&format!("recover_{name}"), count / (read + replay), "per_second");
		print(&format!("recover_{name}_read"), count / read, "per_second");
		print(&format!("recover_{name}_replay"), count / replay, "per_second");
		print(&format!("recover_{name}_blocks"), blocks as f64 / (read + replay), "per_second");
		Ok(())
	}
}

/// What a claim costs to make, and to check as the chain does.
fn measure_claims(
	states: &[&ChainState],
	roots: [ligature_primitives::poseidon::Word; 2],
) -> Outcome {
	let all = due(ALPHA, states, None);
	for (name, liquidity) in [("exit", false), ("exit_liquidity", true)] {
		let some: Vec<_> =
			all.iter().filter(|due| due.is_liquidity() == liquidity).take(CLAIMS).collect();
		if some.is_empty() {
			return Err("nothing is due".into());
		}
		let start = Instant::now();
		let claims: Vec<Claim> = some.iter().filter_map(|due| due.claim(states)).collect();
		let made = start.elapsed().as_secs_f64() / some.len() as f64;
		let start = Instant::now();
		for claim in &claims {
			match claim {
				Claim::Balance(claim) => claim.verify(roots[0])?,
				Claim::Liquidity(claim) => claim.verify(roots[0], roots[0])?,
			};
		}
		let checked = start.elapsed().as_secs_f64() / claims.len() as f64;
		print(&format!("{name}_paths"), made * 1e6, "us");
		print(&format!("{name}_check_native"), checked * 1e6, "us");
	}
	type Weights = <Runtime as pallet_rollup::Config>::WeightInfo;
	for (name, weight) in
		[("exit_weight", Weights::exit()), ("exit_liquidity_weight", Weights::exit_liquidity())]
	{
		print(name, weight.ref_time() as f64 / 1e9, "ms");
	}
	Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
	let mut arguments = env::args().skip(1);
	let blocks: usize = arguments.next().as_deref().unwrap_or("40").parse()?;
	let accounts: u32 = arguments.next().as_deref().unwrap_or("20000").parse()?;
	let mut bench = Bench { story: Story::new(CLASS)?, folder: tempfile::tempdir()? };
	eprintln!("a history is made: {accounts} accounts on two chains");
	bench.story.people(accounts, BLOCK)?;
	bench.story.pool()?;
	bench.catch_up().await?;
	print("recover_accounts", accounts.into(), "accounts");

	bench.measure("transfers", blocks, Story::transfer, &[ALPHA]).await?;
	// Its other half, of which nothing changes but heads.
	bench.catch_up().await?;
	bench.measure("swaps", blocks, Story::swap, &[ALPHA, story::BETA]).await?;

	let start = Instant::now();
	let rebuilt = bench.catch_up().await?;
	print("recover_resumed", start.elapsed().as_secs_f64(), "seconds");
	let states: Vec<&ChainState> = rebuilt.iter().map(|one| &one.state).collect();
	measure_claims(&states, [states[0].root(), states[1].root()])?;

	let mut disk = 0;
	for entry in std::fs::read_dir(bench.folder.path())? {
		disk += entry?.metadata()?.len();
	}
	print("recover_disk", disk as f64 / 1_048_576.0, "MiB");
	let per_account = states[0].account_bytes() as f64 / f64::from(accounts);
	print("recover_state_per_account", per_account, "bytes");
	print("recover_memory_peak", status_mib("VmHWM:")?, "MiB");
	Ok(())
}
