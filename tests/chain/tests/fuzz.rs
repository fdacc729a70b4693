// SPDX-License-Identifier: Apache-2.0

//! Random sequences of calls to both chains, from fixed seeds: after each call the state of the chain is right.
//!
//! `LIGATURE_LONG=1` takes twenty times as many seeds. A failure prints what was sent and the seed;
//! `LIGATURE_FUZZ_SEED=N` runs that one alone.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use polkadot_sdk::*;

use frame_support::traits::GetCallMetadata;
use ligature_chain_tests::fuzz::{Fuzz, Plan, Report};
use ligature_runtime::RuntimeCall;
use std::{
	collections::BTreeSet,
	num::NonZero,
	sync::atomic::{AtomicU64, Ordering},
	thread,
};

/// How often each plan is begun.
const ROUNDS: u64 = 3;
/// How many times the dice are thrown in a run.
const STEPS: usize = 400;

/// The pallets of which every call has to succeed in some run.
const PALLETS: [&str; 4] = ["Rollup", "ProofVerifier", "RootOracle", "Amm"];

fn seeds() -> Vec<u64> {
	if let Some(seed) = std::env::var_os("LIGATURE_FUZZ_SEED") {
		return vec![seed.to_str().and_then(|seed| seed.parse().ok()).expect("a number")];
	}
	let longer = if std::env::var_os("LIGATURE_LONG").is_some() { 20 } else { 1 };
	(0..longer * ROUNDS * Plan::ALL.len() as u64).collect()
}

/// Runs all seeds, on as many threads as there are cores.
fn run(seeds: &[u64]) -> Report {
	let next = AtomicU64::new(0);
	let work = || {
		let mut report = Report::default();
		let take = || seeds.get(next.fetch_add(1, Ordering::Relaxed) as usize);
		while let Some(seed) = take() {
			report.add(Fuzz::new(*seed).run(STEPS));
		}
		report
	};
	let threads = thread::available_parallelism().map_or(1, NonZero::get);
	thread::scope(|scope| {
		let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
		let mut all = Report::default();
		for thread in threads {
			all.add(thread.join().expect("the run has found something: it stands above"));
		}
		all
	})
}

#[test]
fn call_sequences_should_keep_both_chains_right() {
	let seeds = seeds();
	let report = run(&seeds);
	let Report { taken, refused, invalid, blocks, ended, .. } = report;
	println!(
		"{} runs: {taken} calls taken, {refused} refused, {invalid} invalid; {blocks} blocks executed, \
		{ended} runs to the end",
		seeds.len(),
	);
	if seeds.len() == 1 {
		return;
	}
	let ours = PALLETS.iter().flat_map(|pallet| {
		RuntimeCall::get_call_names(pallet).iter().map(move |call| (*pallet, *call))
	});
	let missing: BTreeSet<_> = ours.filter(|call| !report.reached.contains(call)).collect();
	assert!(missing.is_empty(), "these calls never succeeded: {missing:?}");
	assert!(refused > taken / 4, "only {refused} refused");
	assert!(blocks > 10 * ROUNDS && ended as u64 >= ROUNDS, "the runs get nowhere");
}
