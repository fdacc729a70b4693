// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::settlement::Tips;
use ligature_chain::{Counters, Place};
use ligature_primitives::{header::Digest, ids::ChainId};

const LIMITS: Limits =
	Limits { resend_after: 8, retry_after: 4, pipeline: 3, tips: Tips { start: 1, limit: 1_024 } };

/// The header hash of a block in these tests: its number and the revert epoch in which it was built.
fn hash(number: u64, epoch: u32) -> Digest {
	let mut hash = [0; 32];
	hash[0] = number as u8;
	hash[1] = epoch as u8;
	hash
}

const fn n(number: u64) -> BlockNumber {
	BlockNumber(number)
}

fn chain([committed, proven, certified, executed]: [u64; 4]) -> ChainView {
	ChainView {
		chain: ChainId(1),
		best: 100,
		counters: Counters {
			committed: n(committed),
			proven: n(proven),
			certified: n(certified),
			executed: n(executed),
		},
		revert_epoch: 0,
		guardian: false,
		refused: None,
		exodus: false,
		tip: hash(committed, 0),
	}
}

/// A store whose blocks up to `built` were never taken back, seen from a chain that has committed `committed`.
fn store(built: u64, committed: u64) -> StoreView {
	StoreView {
		built: n(built),
		revert_epoch: 0,
		tip: (committed <= built).then(|| hash(committed, 0)),
		fork: n(built),
		fork_epoch: 0,
	}
}

/// A store that has taken back the blocks above `fork` and built others up to `built` in epoch 1, seen from a chain that
/// is in epoch 0 still.
fn reverted(fork: u64, built: u64, committed: u64) -> StoreView {
	let epoch = |number| u32::from(number > fork);
	StoreView {
		built: n(built),
		revert_epoch: 1,
		tip: (committed <= built).then(|| hash(committed, epoch(committed))),
		fork: n(fork),
		fork_epoch: 1,
	}
}

fn steps(chain: &ChainView, store: &StoreView, flight: &InFlight) -> Vec<Step> {
	next_steps(chain, store, flight, &LIMITS)
}

fn fresh(chain: &ChainView, store: &StoreView) -> Vec<Step> {
	steps(chain, store, &InFlight::default())
}

fn commits(numbers: &[u64]) -> Vec<Step> {
	numbers.iter().map(|number| Step::Send(Action::Commit(n(*number)))).collect()
}

fn executes(numbers: &[u64]) -> Vec<Step> {
	numbers.iter().map(|number| Step::Send(Action::Execute(n(*number)))).collect()
}

/// What was sent at the chain's best block 100.
fn flying(actions: &[Action]) -> InFlight {
	let mut flight = InFlight::default();
	for action in actions {
		flight.sent(*action, 100);
	}
	flight
}

#[test]
fn nothing_should_be_done_for_a_chain_that_has_everything() {
	assert_eq!(fresh(&chain([5, 5, 5, 5]), &store(5, 5)), []);
	assert_eq!(fresh(&chain([0, 0, 0, 0]), &store(0, 0)), []);
	// Proofs and certificates are others' matter.
	assert_eq!(fresh(&chain([5, 3, 2, 2]), &store(5, 5)), []);
}

#[test]
fn what_is_stored_and_not_committed_should_be_committed_in_order_some_at_a_time() {
	assert_eq!(fresh(&chain([5, 5, 5, 5]), &store(6, 5)), commits(&[6]));
	assert_eq!(fresh(&chain([0, 0, 0, 0]), &store(9, 0)), commits(&[1, 2, 3]));
}

#[test]
fn what_is_certified_and_not_executed_should_be_executed_in_order() {
	assert_eq!(fresh(&chain([5, 5, 4, 2]), &store(5, 5)), executes(&[3, 4]));
	assert_eq!(fresh(&chain([9, 9, 9, 0]), &store(9, 9)), executes(&[1, 2, 3]));
	let both = [commits(&[6]), executes(&[5])].concat();
	assert_eq!(fresh(&chain([5, 5, 5, 4]), &store(6, 5)), both);
}

#[test]
fn what_is_on_its_way_should_not_be_sent_again_until_it_counts_as_lost() {
	let (mut view, store) = (chain([5, 5, 5, 4]), store(6, 5));
	let (commit, execute) = (Action::Commit(n(6)), Action::Execute(n(5)));
	let mut flight = flying(&[commit, execute]);
	for best in 100..108 {
		view.best = best;
		assert_eq!(steps(&view, &store, &flight), [], "at {best}");
	}
	view.best = 108;
	assert_eq!(steps(&view, &store, &flight), [commits(&[6]), executes(&[5])].concat());
	// It is sent, and the clock runs anew.
	assert_eq!(flight.sent(commit, 108), 1, "it has got lost once");
	assert_eq!(flight.lost(commit), 1);
	assert_eq!(steps(&view, &store, &flight), executes(&[5]));
}

#[test]
fn only_what_is_lost_should_be_sent_again() {
	let view = ChainView { best: 108, ..chain([5, 5, 5, 5]) };
	let mut flight = flying(&[Action::Commit(n(6))]);
	flight.sent(Action::Commit(n(7)), 105);
	assert_eq!(steps(&view, &store(8, 5), &flight), commits(&[6, 8]));
}

#[test]
fn what_the_chain_has_should_be_forgotten_and_sent_again_if_a_reorg_takes_it() {
	let (view, there) = (chain([6, 5, 5, 5]), store(7, 6));
	let mut flight = flying(&[Action::Commit(n(6)), Action::Commit(n(7))]);
	flight.observe(&view, &there);
	assert_eq!(flight.len(), 1, "only block 7 is on its way");
	assert_eq!(steps(&view, &there, &flight), []);
	// The chain changes its mind: block 6 is gone, and so perhaps the call.
	let (back, there) = (ChainView { best: 101, ..chain([5, 5, 5, 5]) }, store(7, 5));
	flight.observe(&back, &there);
	assert_eq!(steps(&back, &there, &flight), commits(&[6]));
}

#[test]
fn a_best_block_that_is_lower_than_before_should_confuse_nobody() {
	let view = ChainView { best: 90, ..chain([5, 5, 5, 5]) };
	assert_eq!(steps(&view, &store(6, 5), &flying(&[Action::Commit(n(6))])), []);
}

#[test]
fn executions_that_a_reorg_takes_should_be_sent_again() {
	let mut flight = flying(&[Action::Execute(n(5))]);
	flight.observe(&chain([5, 5, 5, 5]), &store(5, 5));
	assert!(flight.is_empty());
	assert_eq!(steps(&chain([5, 5, 5, 4]), &store(5, 5), &flight), executes(&[5]));
	// The certificate is gone, too: others bring it again.
	assert_eq!(steps(&chain([5, 5, 4, 4]), &store(5, 5), &flight), []);
}

#[test]
fn a_refused_commit_should_wait_and_hold_back_those_behind_it() {
	let (mut view, store) = (chain([5, 5, 5, 4]), store(8, 5));
	let mut flight = flying(&[6, 7, 8].map(|number| Action::Commit(n(number))));
	flight.postponed(Action::Commit(n(6)), 101);
	flight.obsolete(Action::Commit(n(7)));
	view.best = 104;
	assert_eq!(steps(&view, &store, &flight), executes(&[5]), "executions go on");
	view.best = 105;
	assert_eq!(steps(&view, &store, &flight), [commits(&[6, 7]), executes(&[5])].concat());
	assert_eq!(flight.sent(Action::Commit(n(6)), 105), 0, "it was refused, not lost");
}

#[test]
fn a_call_that_never_goes_should_be_tried_twice_and_counted() {
	let (mut view, store) = (chain([5, 5, 5, 5]), store(6, 5));
	let action = Action::Commit(n(6));
	let mut flight = flying(&[action]);
	assert_eq!(flight.struck(action, 100), 1);
	view.best = 104;
	assert_eq!(steps(&view, &store, &flight), commits(&[6]));
	flight.sent(action, 104);
	assert_eq!(flight.struck(action, 106), 2);
	// When blocks were taken back, another block has the number: it starts anew.
	let reverted = StoreView { revert_epoch: 1, fork: n(5), fork_epoch: 1, ..store };
	flight.observe(&view, &reverted);
	assert!(flight.is_empty());
}

#[test]
fn what_was_sent_after_a_call_that_the_pool_let_go_should_be_sent_again() {
	let (view, store) = (chain([5, 5, 5, 4]), store(8, 5));
	let place = |number: u64| Place { nonce: number, hash: hash(number, 0) };
	let mut flight = InFlight::default();
	for number in 6..=8 {
		flight.sent(Action::Commit(n(number)), 100);
		flight.placed(Action::Commit(n(number)), place(number));
	}
	flight.sent(Action::Execute(n(5)), 100);
	flight.placed(Action::Execute(n(5)), place(9));
	flight.postponed(Action::Execute(n(5)), 100);
	assert_eq!(steps(&view, &store, &flight), []);
	flight.dropped(place(7), 100, &LIMITS);
	let expected = commits(&[7, 8]);
	assert_eq!(steps(&view, &store, &flight), expected, "what waits for its time waits on");
}

#[test]
fn an_answer_about_what_is_not_on_its_way_should_change_nothing() {
	let mut flight = InFlight::default();
	flight.postponed(Action::Commit(n(6)), 100);
	assert_eq!(flight.struck(Action::Commit(n(6)), 100), 0);
	flight.obsolete(Action::Commit(n(6)));
	assert!(flight.is_empty());
}

#[test]
fn a_halted_chain_should_get_nothing() {
	let guardian = ChainView { guardian: true, ..chain([5, 5, 5, 4]) };
	assert_eq!(fresh(&guardian, &store(6, 5)), [Step::Hold(Hold::Guardian)]);
	let refused = ChainView { refused: Some(n(5)), ..chain([5, 4, 4, 3]) };
	assert_eq!(fresh(&refused, &store(6, 5)), [Step::Hold(Hold::Refused(n(5)))]);
	let both = ChainView { guardian: true, ..refused };
	assert_eq!(fresh(&both, &store(6, 5)), [Step::Hold(Hold::Refused(n(5)))]);
}

#[test]
fn in_exodus_only_executions_should_go_on() {
	let exodus = ChainView { exodus: true, ..chain([5, 5, 5, 3]) };
	let expected = [vec![Step::Hold(Hold::Exodus)], executes(&[4, 5])].concat();
	assert_eq!(fresh(&exodus, &store(9, 5)), expected);
	// Exodus has ended the halt.
	let halted = ChainView { guardian: true, ..exodus };
	assert_eq!(fresh(&halted, &store(9, 5)), expected);
}

#[test]
fn a_block_that_is_not_stored_should_stop_everything() {
	// Another one of that number.
	let other = ChainView { tip: [9; 32], ..chain([5, 5, 5, 4]) };
	assert_eq!(fresh(&other, &store(7, 5)), [Step::Hold(Hold::Foreign(n(5)))]);
	// None of that number.
	assert_eq!(fresh(&chain([8, 5, 5, 4]), &store(7, 8)), [Step::Hold(Hold::Foreign(n(8)))]);
}

#[test]
fn a_later_revert_epoch_should_stop_commits_and_no_executions() {
	let later = ChainView { revert_epoch: 2, ..chain([5, 5, 5, 4]) };
	let hold = Step::Hold(Hold::LaterEpoch(2));
	assert_eq!(fresh(&later, &store(7, 5)), [vec![hold], executes(&[5])].concat());
	let other = ChainView { tip: [9; 32], ..later };
	assert_eq!(fresh(&other, &store(7, 5)), [hold], "nothing is known to be the same");
}

#[test]
fn a_chain_with_blocks_that_were_taken_back_should_get_the_revert() {
	let revert = Action::Revert { to: n(5), epoch: 1 };
	let view = chain([7, 5, 5, 5]);
	assert_eq!(fresh(&view, &reverted(5, 6, 7)), [Step::Send(revert)]);
	assert_eq!(fresh(&view, &reverted(5, 5, 7)), [Step::Send(revert)], "none is built yet");
	assert_eq!(steps(&view, &reverted(5, 6, 7), &flying(&[revert])), [], "it is on its way");
	let late = ChainView { best: 108, ..view };
	assert_eq!(steps(&late, &reverted(5, 6, 7), &flying(&[revert])), [Step::Send(revert)]);
	// It arrives; the next block follows.
	let done = ChainView { revert_epoch: 1, ..chain([5, 5, 5, 5]) };
	let there = StoreView { fork: n(6), ..reverted(5, 6, 5) };
	let mut flight = flying(&[revert]);
	flight.observe(&done, &there);
	assert!(flight.is_empty());
	assert_eq!(steps(&done, &there, &flight), commits(&[6]));
}

#[test]
fn a_chain_that_lags_should_get_what_stays_before_the_revert() {
	let view = chain([3, 3, 3, 3]);
	assert_eq!(fresh(&view, &reverted(5, 9, 3)), commits(&[4, 5]), "and not block 6");
	let there = chain([5, 3, 3, 3]);
	let revert = Action::Revert { to: n(5), epoch: 1 };
	assert_eq!(fresh(&there, &reverted(5, 9, 5)), [Step::Send(revert)]);
	// A halt comes in between.
	let halted = ChainView { guardian: true, ..view };
	assert_eq!(fresh(&halted, &reverted(5, 9, 3)), [Step::Hold(Hold::Guardian)]);
	// A re-org takes a block that stays.
	let back = chain([4, 3, 3, 3]);
	assert_eq!(fresh(&back, &reverted(5, 9, 4)), commits(&[5]));
	// What it has must be what is stored.
	let other = ChainView { tip: [9; 32], ..view };
	assert_eq!(fresh(&other, &reverted(5, 9, 3)), [Step::Hold(Hold::Foreign(n(3)))]);
}

#[test]
fn a_halt_for_a_refused_block_should_let_the_revert_through() {
	let revert = Step::Send(Action::Revert { to: n(5), epoch: 1 });
	let refused = ChainView { refused: Some(n(6)), ..chain([7, 7, 5, 5]) };
	assert_eq!(fresh(&refused, &reverted(5, 5, 7)), [revert]);
	let guardian = ChainView { guardian: true, ..refused };
	assert_eq!(fresh(&guardian, &reverted(5, 5, 7)), [revert]);
}

#[test]
fn proven_blocks_should_wait_for_a_refusal() {
	let proven = chain([7, 6, 5, 5]);
	assert_eq!(fresh(&proven, &reverted(5, 6, 7)), [Step::Hold(Hold::Proven(n(5)))]);
	let lower = ChainView { refused: Some(n(5)), ..proven };
	// That it has halted for a block that stays does not help.
	assert_eq!(fresh(&lower, &reverted(5, 6, 7)), [Step::Hold(Hold::Proven(n(5)))]);
	let certified = chain([7, 6, 6, 5]);
	let expected = [Step::Hold(Hold::Proven(n(5))), Step::Send(Action::Execute(n(5)))];
	// Execution goes no further than what is known to be the same.
	let view =
		ChainView { counters: Counters { executed: n(4), ..certified.counters }, ..certified };
	assert_eq!(fresh(&view, &reverted(5, 6, 7)), expected);
}

#[test]
fn two_reverts_should_be_brought_one_after_the_other() {
	// The store went back to 5 in epoch 1, built 6 and 7, went back to 6 in epoch 2, and built 7 again. The chain
	// has the blocks of epoch 0 up to 7.
	let view = chain([7, 5, 5, 5]);
	let store = StoreView {
		built: n(7),
		revert_epoch: 2,
		tip: Some(hash(7, 2)),
		fork: n(5),
		fork_epoch: 1,
	};
	assert_eq!(fresh(&view, &store), [Step::Send(Action::Revert { to: n(5), epoch: 1 })]);
	let view = ChainView { revert_epoch: 1, ..chain([5, 5, 5, 5]) };
	let store = StoreView { tip: Some(hash(5, 0)), fork: n(6), fork_epoch: 2, ..store };
	assert_eq!(fresh(&view, &store), commits(&[6]));
	let view = ChainView { tip: hash(6, 1), revert_epoch: 1, ..chain([6, 5, 5, 5]) };
	let store = StoreView { tip: Some(hash(6, 1)), ..store };
	assert_eq!(fresh(&view, &store), [Step::Send(Action::Revert { to: n(6), epoch: 2 })]);
}

#[test]
fn an_epoch_that_is_far_above_should_be_reached_in_jumps() {
	let store = StoreView { revert_epoch: 3_000, fork_epoch: 3_000, ..reverted(5, 5, 5) };
	let mut view = chain([5, 5, 5, 5]);
	for epoch in [1_024, 2_048, 3_000] {
		assert_eq!(fresh(&view, &store), [Step::Send(Action::Revert { to: n(5), epoch })]);
		view.revert_epoch = epoch;
	}
	assert_eq!(fresh(&view, &store), []);
}

#[test]
fn a_chain_that_was_away_should_catch_up() {
	// It comes back with its old counters, and what was sent is lost.
	let (mut view, store) = (chain([2, 2, 2, 2]), store(5, 2));
	let mut flight = flying(&[3, 4, 5].map(|number| Action::Commit(n(number))));
	view.best = 160;
	assert_eq!(steps(&view, &store, &flight), commits(&[3, 4, 5]));
	for number in 3..=5 {
		assert_eq!(flight.sent(Action::Commit(n(number)), 160), 1);
	}
	assert_eq!(steps(&view, &store, &flight), []);
}

/// A chain that takes whatever it is sent, now and then loses a call or takes its last block back, and sometimes
/// executes a call late: whatever happens, every block ends up committed and executed once, in order.
#[test]
fn every_block_should_arrive_once_whatever_is_lost() {
	use rand_chacha::{
		ChaCha8Rng,
		rand_core::{RngCore, SeedableRng},
	};
	for seed in 0..200 {
		let mut random = ChaCha8Rng::seed_from_u64(seed);
		let mut view = chain([0, 0, 0, 0]);
		let mut flight = InFlight::default();
		let (mut pool, mut history) = (Vec::new(), Vec::new());
		let last = 12;
		for round in 0..2_000 {
			let chance =
				|random: &mut ChaCha8Rng, out_of: u32| random.next_u32().is_multiple_of(out_of);
			view.best += 1;
			let here = store(last, view.counters.committed.0);
			view.tip = hash(view.counters.committed.0, 0);
			flight.observe(&view, &here);
			for step in steps(&view, &here, &flight) {
				let Step::Send(action) = step else { panic!("seed {seed}: {step:?}") };
				flight.sent(action, view.best);
				// Not in the last rounds, so that there is an end.
				if round > 1_900 || !chance(&mut random, 4) {
					pool.push(action);
				}
			}
			history.push(view.counters);
			let waits = std::mem::take(&mut pool);
			for action in waits {
				if chance(&mut random, 3) {
					pool.push(action);
					continue;
				}
				let Counters { committed, executed, certified, .. } = &mut view.counters;
				// What the chain's pallet checks.
				match action {
					Action::Commit(number) if number.0 == committed.0 + 1 => *committed = number,
					Action::Execute(number)
						if number.0 == executed.0 + 1 && number <= *certified =>
					{
						*executed = number;
					},
					_ => (),
				}
			}
			view.counters.proven = view.counters.committed;
			view.counters.certified = view.counters.committed;
			if round < 1_900 && chance(&mut random, 10) {
				// What was in the last two blocks is lost.
				view.counters = history[history.len().saturating_sub(2)];
			}
		}
		assert_eq!(view.counters, chain([last; 4]).counters, "seed {seed}");
	}
}
