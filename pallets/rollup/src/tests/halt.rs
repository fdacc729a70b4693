// SPDX-License-Identifier: Apache-2.0

//! Stops and pauses.

use super::world::*;
use polkadot_sdk::*;

use crate::{DepositsPaused, Error, Event, Halt, HaltReason, Halted, mock::*, traits::Settlement};
use frame_support::{assert_noop, assert_ok};
use ligature_primitives::{
	ids::{BlockNumber, TokenId},
	vote::{VoteKind, VoteMessage},
};
use sp_runtime::DispatchError;

fn halt() {
	assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
}

fn refuse_elsewhere(block: &Block) {
	let message = VoteMessage::about(VoteKind::Refused, B, &block.header);
	assert_ok!(Rollup::refused(&message));
}

fn revert_to(number: u64, epoch: u32) {
	let operator = RuntimeOrigin::signed(operators()[0].clone());
	assert_ok!(Rollup::revert_blocks(operator, BlockNumber(number), epoch));
}

#[test]
fn commit_prove_and_execute_should_stop_when_the_guardian_halts() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let blocks: Vec<_> = (0..3).map(|_| world.elsewhere()).collect();
		bring_to_certificate(&blocks[0]);
		assert_ok!(commit(&blocks[1]));
		System::reset_events();
		halt();
		assert_eq!(take_events(), [Event::HaltedBecause { reason: HaltReason::Guardian }]);
		let halted = Error::<Test>::RollupHalted;
		assert_noop!(commit(&blocks[2]).map_err(|failed| failed.error), halted);
		assert_noop!(prove(&blocks[1]).map_err(|failed| failed.error), Error::<Test>::RollupHalted);
		assert_noop!(
			execute(&blocks[0]).map_err(|failed| failed.error),
			Error::<Test>::RollupHalted
		);

		assert_ok!(Rollup::resume(RuntimeOrigin::root()));
		assert_eq!(take_events(), [Event::Resumed]);
		assert_ok!(commit(&blocks[2]));
		assert_ok!(prove(&blocks[1]));
		assert_ok!(execute(&blocks[0]));
	});
}

#[test]
fn requests_should_be_taken_and_expire_when_the_rollup_is_halted() {
	ExtBuilder::default().build_and_execute(|| {
		halt();
		deposit(1, 0, 1_000);
		let owner = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::request_full_exit(owner, index(0), TokenId(0)));
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(2))));
	});
}

#[test]
fn unproven_blocks_should_be_reverted_when_the_rollup_is_halted() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(commit(&World::new().elsewhere()));
		halt();
		revert_to(0, 1);
		assert_eq!(Halted::<Test>::get(), Halt { guardian: true, refused: None });
	});
}

#[test]
fn only_guardian_and_governance_should_halt() {
	ExtBuilder::default().build_and_execute(|| {
		for stranger in [account(1), operators()[0].clone()] {
			let stranger = RuntimeOrigin::signed(stranger);
			assert_noop!(Rollup::halt(stranger.clone()), Error::<Test>::NotGuardian);
			assert_noop!(Rollup::pause_deposits(stranger, true), Error::<Test>::NotGuardian);
		}
		assert_noop!(Rollup::halt(RuntimeOrigin::none()), DispatchError::BadOrigin);
		assert_ok!(Rollup::halt(RuntimeOrigin::root()));
		let again = Rollup::halt(RuntimeOrigin::signed(guardian()));
		assert_noop!(again, Error::<Test>::RollupHalted);
	});
}

#[test]
fn nobody_should_halt_when_there_is_no_guardian() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Rollup::set_guardian(RuntimeOrigin::root(), None));
		let former = RuntimeOrigin::signed(guardian());
		assert_noop!(Rollup::halt(former), Error::<Test>::NotGuardian);
	});
}

#[test]
fn the_guardian_should_not_resume() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Rollup::resume(RuntimeOrigin::root()), Error::<Test>::NotHalted);
		halt();
		let origin = RuntimeOrigin::signed(guardian());
		assert_noop!(Rollup::resume(origin), DispatchError::BadOrigin);
	});
}

#[test]
fn governance_should_not_resume_when_a_refused_block_is_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		bring_to_proof(&block);
		refuse_elsewhere(&block);
		assert_noop!(Rollup::resume(RuntimeOrigin::root()), Error::<Test>::BlockIsRefused);
	});
}

/// Reverting the refused block does not undo what the guardian has decided.
#[test]
fn a_halt_should_last_until_both_its_reasons_are_over() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		bring_to_proof(&block);
		refuse_elsewhere(&block);
		halt();
		assert_noop!(Rollup::resume(RuntimeOrigin::root()), Error::<Test>::BlockIsRefused);
		System::reset_events();
		revert_to(0, 1);
		assert!(!take_events().contains(&Event::Resumed));
		let again = World::new().elsewhere();
		assert_noop!(commit(&again).map_err(|failed| failed.error), Error::<Test>::RollupHalted);
		assert_ok!(Rollup::resume(RuntimeOrigin::root()));
		assert_eq!(take_events(), [Event::Resumed]);
		assert_ok!(commit(&again));
	});
}

#[test]
fn the_guardian_should_not_halt_when_the_rollup_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		super::exodus::begin();
		let halted = Rollup::halt(RuntimeOrigin::signed(guardian()));
		assert_noop!(halted, Error::<Test>::InExodus);
	});
}

#[test]
fn deposits_and_nothing_else_should_stop_when_they_are_paused() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Rollup::pause_deposits(RuntimeOrigin::signed(guardian()), true));
		assert_eq!(take_events(), [Event::DepositsPausedSet { paused: true }]);
		assert!(DepositsPaused::<Test>::get());
		let person = || RuntimeOrigin::signed(account(1));
		let deposited = Rollup::deposit(person(), TokenId(0), owner(1), amount(5), None);
		assert_noop!(deposited, Error::<Test>::DepositsPaused);
		assert_ok!(Rollup::request_full_exit(person(), index(0), TokenId(0)));
		assert_ok!(Rollup::change_pub_key(person(), None, key(1)));
		bring_to_certificate(&World::new().serving());

		assert_ok!(Rollup::pause_deposits(RuntimeOrigin::root(), false));
		assert_eq!(take_events().last(), Some(&Event::DepositsPausedSet { paused: false }));
		deposit(1, 0, 5);
	});
}
