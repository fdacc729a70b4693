// SPDX-License-Identifier: Apache-2.0

//! The ledger and the naive model agree on random stories, and every invariant holds on the way.

use ligature_differential::{
	generate,
	run::{Telling, tell, tell_in_other_order, tell_with_restarts},
	story::Story,
};
use ligature_primitives::{op::OperationKind, refusal::Refusal};
use std::{
	panic::{AssertUnwindSafe, catch_unwind},
	sync::atomic::{AtomicUsize, Ordering},
	thread,
};

/// Stories that failed once: a number and what was wrong, one per line.
const REGRESSIONS: &str = include_str!("../regressions.txt");

/// How many stories to tell: `quick`, or fifty times as many with `LIGATURE_LONG=1`.
fn count(quick: u64) -> u64 {
	if std::env::var_os("LIGATURE_LONG").is_some_and(|it| it != "0") { 50 * quick } else { quick }
}

/// The stories to tell: those that failed once, then the first ones; or the one that was asked for.
fn numbers(quick: u64) -> Vec<u64> {
	if let Ok(number) = std::env::var("LIGATURE_STORY") {
		return vec![number.parse().expect("LIGATURE_STORY is a number")];
	}
	let failed = REGRESSIONS
		.lines()
		.filter(|line| !line.starts_with('#'))
		.filter_map(|line| line.split_whitespace().next())
		.map(|number| number.parse().expect("a line begins with a number"));
	failed.chain(0..count(quick)).collect()
}

/// What is wrong with a story, a panic included.
fn verdict<T>(tell: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
	catch_unwind(AssertUnwindSafe(tell)).unwrap_or_else(|panic| {
		let text = panic.downcast_ref::<String>().cloned();
		let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
		Err(format!("panic: {}", text.unwrap_or_default()))
	})
}

/// Tells all the stories, on all cores; panics with the first failing one, made small.
fn tell_all<T: Send>(
	numbers: &[u64],
	one: impl Fn(&Story, u64) -> Result<T, String> + Sync,
) -> Vec<T> {
	let next = AtomicUsize::new(0);
	let workers = thread::available_parallelism().map_or(1, |count| count.get());
	let tell_some = || {
		let mut told = Vec::new();
		while let Some(number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
			let story = verdict(|| Ok(generate::story(*number)))
				.unwrap_or_else(|error| panic!("story {number} cannot be written: {error}"));
			match verdict(|| one(&story, *number)) {
				Ok(result) => told.push(result),
				Err(error) => {
					let small = story.minimise(|story| verdict(|| one(story, *number)).is_err());
					let last = verdict(|| one(&small, *number)).err().unwrap_or_default();
					panic!("story {number}: {error}\n\nmade small: {last}\n{small}");
				},
			}
		}
		told
	};
	thread::scope(|scope| {
		let workers: Vec<_> = (0..workers).map(|_| scope.spawn(tell_some)).collect();
		let told = workers.into_iter().map(|worker| worker.join());
		told.flat_map(|told| told.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
			.collect()
	})
}

#[test]
fn ledger_and_model_agree_on_random_stories() {
	let numbers = numbers(400);
	let mut sum = Telling::default();
	for telling in tell_all(&numbers, |story, number| tell(story, number % 4 == 0)) {
		sum.add(&telling);
	}
	println!("{} stories: {sum:#?}", numbers.len());
	if numbers.len() == 1 {
		return;
	}
	// The stories would prove little if they did not get everywhere.
	for kind in OperationKind::ALL.into_iter().filter(|kind| *kind != OperationKind::Noop) {
		assert!(sum.accepted.contains_key(&kind), "no {kind:?} was ever accepted");
	}
	let missing: Vec<_> = REACHABLE.iter().filter(|it| !sum.refused.contains_key(it)).collect();
	assert!(missing.is_empty(), "never refused with {missing:?}");
	let unexpected: Vec<_> = sum.refused.keys().filter(|it| !REACHABLE.contains(it)).collect();
	assert!(unexpected.is_empty(), "refused with {unexpected:?}, which no story should reach");
}

/// What execution can refuse. Missing are: the widths and the version, which the types rule out;
/// `NonceExhausted`, `TreeFull` and `PoolsFull`, for which no story is long enough; `BalanceOverflow`,
/// which the limit of what a chain owes rules out; `DataFull`, which the slots rule out.
const REACHABLE: &[Refusal] = &[
	Refusal::TokenOutOfRange,
	Refusal::OwnerZero,
	Refusal::KeyNotCanonical,
	Refusal::KeyNotInSubgroup,
	Refusal::KeyIsIdentity,
	Refusal::BadPoolParams,
	Refusal::WrongSide,
	Refusal::UnknownChain,
	Refusal::WrongNetwork,
	Refusal::Expired,
	Refusal::FeeTokensFull,
	Refusal::FeeAccountMissing,
	Refusal::AccountMissing,
	Refusal::KeyUnset,
	Refusal::WrongKey,
	Refusal::NonceMismatch,
	Refusal::BadSignature,
	Refusal::InsufficientBalance,
	Refusal::ReceiverMissing,
	Refusal::OwnerMismatch,
	Refusal::OwedOverflow,
	Refusal::WrongTarget,
	Refusal::PoolMissing,
	Refusal::PoolEmpty,
	Refusal::MinOutZero,
	Refusal::SharesZero,
	Refusal::SlippageExceeded,
	Refusal::LimitExceeded,
	Refusal::InsufficientLiquidity,
	Refusal::ReserveOverflow,
	Refusal::SupplyOverflow,
	Refusal::FeeAboveAmount,
	Refusal::WrongPoolSlot,
	Refusal::PoolExists,
	Refusal::TooManyPools,
	Refusal::BlockFull,
	Refusal::JoinFull,
];

#[test]
fn order_of_operations_on_different_chains_does_not_matter() {
	let numbers = numbers(150);
	let moved: usize = tell_all(&numbers, tell_in_other_order).iter().sum();
	println!("{} stories, {moved} operations moved", numbers.len());
	assert!(moved > numbers.len(), "the orders hardly differ");
}

#[test]
fn a_ledger_that_is_saved_and_loaded_after_every_block_should_continue_the_same() {
	let numbers = numbers(40);
	let bytes: usize = tell_all(&numbers, |story, _| tell_with_restarts(story)).iter().sum();
	println!("{} stories, {bytes} bytes of snapshots", numbers.len());
	assert!(bytes > 1_000 * numbers.len(), "the states are hardly more than empty");
}
