// SPDX-License-Identifier: Apache-2.0

use super::*;
use ligature_chain::Counters;

const fn n(number: u64) -> BlockNumber {
	BlockNumber(number)
}

fn hash(number: u64) -> Digest {
	[number as u8; 32]
}

fn view(chain: u8, [committed, proven, certified]: [u64; 3]) -> ChainView {
	ChainView {
		chain: ChainId(chain),
		best: 1,
		counters: Counters {
			committed: n(committed),
			proven: n(proven),
			certified: n(certified),
			executed: n(certified),
		},
		revert_epoch: 0,
		guardian: false,
		refused: None,
		exodus: false,
		tip: hash(committed),
	}
}

fn seat(view: ChainView) -> Seat {
	Seat {
		chain: view.chain,
		tip: Some(hash(view.counters.committed.0)),
		fork: n(9),
		view: Some(view),
	}
}

/// Blocks 1 to 9 are built.
const STORED: Stored = Stored { built: n(9), revert_epoch: 0 };

fn never(chain: u8, number: u64) -> Cause {
	let error = "TimestampTooEarly".into();
	Cause::Never { chain: ChainId(chain), number: n(number), hash: hash(number), error }
}

fn wish(to: u64) -> Cause {
	Cause::Wish { to: n(to), reason: "because".into() }
}

fn decided(seats: &[Seat], causes: &[Cause]) -> Decision {
	decide(seats, &STORED, causes, |number| (number <= STORED.built).then(|| hash(number.0)))
}

/// Where it goes back to, and the new epoch.
#[track_caller]
fn reverts(seats: &[Seat], causes: &[Cause]) -> (u64, u32) {
	match decided(seats, causes) {
		Decision::Revert { to, epoch, .. } => (to.0, epoch),
		other => panic!("{other:?}"),
	}
}

#[track_caller]
fn waits(seats: &[Seat], causes: &[Cause]) -> String {
	match decided(seats, causes) {
		Decision::Wait(reason) => reason,
		other => panic!("{other:?}"),
	}
}

#[track_caller]
fn stops(seats: &[Seat], causes: &[Cause]) -> String {
	match decided(seats, causes) {
		Decision::Stop(reason) => reason,
		other => panic!("{other:?}"),
	}
}

#[test]
fn nothing_should_go_without_a_cause() {
	let seats = [seat(view(1, [9, 8, 7])), seat(view(2, [6, 5, 4]))];
	assert_eq!(decided(&seats, &[]), Decision::Nothing);
}

#[test]
fn a_block_that_a_chain_never_takes_should_go_on_all_with_those_above() {
	let seats = [seat(view(1, [9, 6, 5])), seat(view(2, [6, 6, 5]))];
	assert_eq!(reverts(&seats, &[never(2, 7)]), (6, 1));
	// The lowest counts.
	assert_eq!(reverts(&seats, &[never(2, 9), never(2, 7), never(2, 8)]), (6, 1));
}

#[test]
fn a_chain_that_lags_should_not_make_more_go() {
	// The first chain lacks blocks 4 to 6, and gets them before the revert.
	let seats = [seat(view(1, [3, 3, 3])), seat(view(2, [6, 3, 3]))];
	assert_eq!(reverts(&seats, &[never(2, 7)]), (6, 1));
}

#[test]
fn a_cause_should_be_void_when_another_block_has_the_number() {
	let seats = [seat(view(1, [9, 6, 5])), seat(view(2, [6, 6, 5]))];
	let old = Cause::Never { chain: ChainId(2), number: n(7), hash: [0; 32], error: "x".into() };
	assert_eq!(decided(&seats, &[old]), Decision::Nothing);
	assert_eq!(decided(&seats, &[never(2, 10)]), Decision::Nothing, "it is not built any more");
}

#[test]
fn proven_blocks_should_wait_until_the_oracles_have_refused_one() {
	let first = view(1, [9, 7, 5]);
	let seats = [seat(first.clone()), seat(view(2, [6, 6, 5]))];
	assert!(waits(&seats, &[never(2, 7)]).contains("chain 1 has proven block 7"));
	// The certificate comes: the chain halts, and lets go what is above its certified blocks.
	let halted = ChainView { refused: Some(n(7)), ..first };
	let seats = [seat(halted.clone()), seat(view(2, [6, 6, 5]))];
	assert_eq!(reverts(&seats, &[never(2, 7)]), (6, 1));
	assert_eq!(reverts(&seats, &[]), (6, 1), "the halt is cause enough");
	// On a third chain that has proven the block and has not heard of it, it does not go yet.
	let seats = [seat(halted), seat(view(2, [6, 6, 5])), seat(view(3, [9, 8, 5]))];
	assert!(waits(&seats, &[]).contains("chain 3 has proven block 8"));
}

#[test]
fn a_halted_chain_should_keep_only_what_it_has() {
	// It cannot get block 6 while it is halted.
	let halted = ChainView { guardian: true, ..view(1, [5, 5, 5]) };
	let seats = [seat(halted), seat(view(2, [6, 5, 5]))];
	assert_eq!(reverts(&seats, &[never(2, 7)]), (5, 1));
}

#[test]
fn the_new_epoch_should_be_above_every_chains() {
	let late = ChainView { revert_epoch: 4, ..view(1, [7, 6, 5]) };
	let seats = [seat(late.clone()), seat(view(2, [6, 6, 5]))];
	// What the chain in the later epoch has stays; blocks 8 and 9 name an epoch that it does not take.
	assert_eq!(reverts(&seats, &[]), (7, 5));
	let other = ChainView { tip: [0; 32], ..late };
	let seats = [seat(other), seat(view(2, [6, 6, 5]))];
	assert!(stops(&seats, &[]).contains("not stored here"));
}

#[test]
fn a_revert_that_is_under_way_should_not_cause_another() {
	// Block 8 was taken back, and the first chain has not heard of it.
	let stored = Stored { built: n(9), revert_epoch: 1 };
	let old = ChainView { refused: Some(n(8)), ..view(1, [9, 8, 7]) };
	let mut first = seat(old);
	first.fork = n(7);
	let second = seat(ChainView { revert_epoch: 1, ..view(2, [7, 7, 7]) });
	let hash_of = |number: BlockNumber| Some(hash(number.0));
	let seats = [first.clone(), second.clone()];
	assert_eq!(decide(&seats, &stored, &[], hash_of), Decision::Nothing);
	// One that stays is another matter.
	first.view = Some(ChainView { refused: Some(n(7)), ..view(1, [9, 8, 6]) });
	let second = seat(ChainView { revert_epoch: 1, ..view(2, [6, 6, 6]) });
	let decision = decide(&[first, second], &stored, &[], hash_of);
	assert!(
		matches!(decision, Decision::Revert { to: BlockNumber(6), epoch: 2, .. }),
		"{decision:?}"
	);
}

#[test]
fn all_chains_should_be_there_for_a_revert() {
	let absent = Seat { chain: ChainId(2), view: None, tip: None, fork: n(9) };
	let seats = [seat(view(1, [9, 6, 5])), absent];
	assert!(waits(&seats, &[never(1, 8)]).contains("chain 2 is not reached"));
	assert_eq!(decided(&seats, &[]), Decision::Nothing);
}

#[test]
fn certified_blocks_should_stay_whatever_is_wished() {
	let seats = [seat(view(1, [9, 8, 7])), seat(view(2, [9, 8, 6]))];
	assert!(stops(&seats, &[wish(6)]).contains("block 7 is certified on chain 1"));
	assert!(waits(&seats, &[wish(7)]).contains("has proven block 8"));
	assert_eq!(reverts(&seats, &[wish(8)]), (8, 1));
	assert_eq!(reverts(&seats, &[wish(9)]), (9, 1), "the epoch rises, and nothing goes");
}

#[test]
fn in_exodus_nothing_should_be_taken_back() {
	let exodus = ChainView { exodus: true, ..view(1, [9, 6, 5]) };
	let seats = [seat(exodus), seat(view(2, [6, 6, 5]))];
	assert!(stops(&seats, &[never(2, 7)]).contains("exodus"));
}

#[test]
fn epochs_should_not_overflow() {
	let last = ChainView { revert_epoch: u32::MAX, ..view(1, [9, 6, 5]) };
	let seats = [seat(last), seat(view(2, [6, 6, 5]))];
	assert!(stops(&seats, &[]).contains("used up"));
}

#[test]
fn the_reason_should_name_all_causes() {
	let seats = [seat(view(1, [9, 6, 5])), seat(view(2, [6, 6, 5]))];
	match decided(&seats, &[never(2, 7), wish(8)]) {
		Decision::Revert { reason, .. } => {
			assert_eq!(reason, "chain 2 never takes block 7: TimestampTooEarly; because");
		},
		other => panic!("{other:?}"),
	}
}
