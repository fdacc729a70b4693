// SPDX-License-Identifier: Apache-2.0

//! How the rollup ends.

use super::world::*;
use polkadot_sdk::*;

use crate::{
	Error, Event, Exodus, ExodusState, Halt, Halted, PriorityQueue, Progress, mock::*,
	traits::Lifecycle,
};
use frame_support::{assert_noop, assert_ok};
use ligature_primitives::ids::{BlockNumber, TokenId};
use sp_runtime::DispatchError;

fn enter() -> frame_support::dispatch::DispatchResult {
	Rollup::enter_exodus(RuntimeOrigin::signed(account(4)))
}

fn freeze_by_timeout() -> frame_support::dispatch::DispatchResult {
	Rollup::freeze_by_timeout(RuntimeOrigin::signed(account(4)))
}

/// Exodus, because a deposit was not served.
pub fn begin() {
	deposit(5, 0, 700);
	advance(PERIODS.expiry);
	assert_ok!(enter());
}

/// Exodus with the highest certified block as the freeze block.
pub fn begin_and_freeze() {
	begin();
	advance(PERIODS.exodus_timeout);
	assert_ok!(freeze_by_timeout());
}

#[test]
fn exodus_should_begin_when_the_head_has_expired() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(enter(), Error::<Test>::NotExpired);
		deposit(1, 0, 1_000);
		assert_noop!(enter(), Error::<Test>::NotExpired);
		advance(PERIODS.expiry - 1);
		assert_noop!(enter(), Error::<Test>::NotExpired);
		advance(1);
		System::reset_events();
		assert_ok!(enter());
		assert_eq!(take_events(), [Event::ExodusBegun]);
		let since = 1 + PERIODS.expiry;
		assert_eq!(ExodusState::<Test>::get(), Some(Exodus { since, freeze: None }));
		assert_noop!(enter(), Error::<Test>::AlreadyInExodus);
	});
}

#[test]
fn exodus_should_need_a_signature() {
	ExtBuilder::default().build_and_execute(|| {
		let none = RuntimeOrigin::none;
		assert_noop!(Rollup::enter_exodus(none()), DispatchError::BadOrigin);
		assert_noop!(Rollup::freeze_by_timeout(none()), DispatchError::BadOrigin);
	});
}

#[test]
fn a_request_should_count_as_served_when_its_block_is_executed() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 0, 1_000);
		let block = World::new().serving();
		bring_to_certificate(&block);
		advance(PERIODS.expiry - 1);
		assert_ok!(execute(&block));
		advance(PERIODS.expiry);
		assert_noop!(enter(), Error::<Test>::NotExpired);
	});
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 0, 1_000);
		bring_to_certificate(&World::new().serving());
		advance(PERIODS.expiry);
		assert_ok!(enter());
	});
}

#[test]
fn blocks_and_requests_should_stop_when_exodus_begins() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (first, second) = (world.elsewhere(), world.elsewhere());
		assert_ok!(commit(&first));
		begin();
		let (operator, person) =
			(RuntimeOrigin::signed(operators()[0].clone()), || RuntimeOrigin::signed(account(1)));
		assert_noop!(commit(&second).map_err(|failed| failed.error), Error::<Test>::InExodus);
		assert_noop!(prove(&first).map_err(|failed| failed.error), Error::<Test>::InExodus);
		assert_noop!(
			Rollup::revert_blocks(operator, BlockNumber(0), 1).map_err(|failed| failed.error),
			Error::<Test>::InExodus
		);
		let deposited = Rollup::deposit(person(), TokenId(0), owner(1), amount(5), None);
		assert_noop!(deposited, Error::<Test>::InExodus);
		assert_noop!(
			Rollup::request_full_exit(person(), index(0), TokenId(0)),
			Error::<Test>::InExodus
		);
		assert_noop!(Rollup::change_pub_key(person(), None, key(1)), Error::<Test>::InExodus);
		assert_noop!(Rollup::register_token(RuntimeOrigin::root(), LOOSE), Error::<Test>::InExodus);
	});
}

/// Whatever governance and guardian have done before, and whatever they try afterwards.
#[test]
fn nothing_that_governance_can_call_should_stop_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		let certified = World::new().elsewhere();
		bring_to_certificate(&certified);
		deposit(1, 0, 1_000);
		let root = RuntimeOrigin::root;
		assert_ok!(Rollup::halt(root()));
		assert_ok!(Rollup::pause_deposits(root(), true));
		assert_ok!(Rollup::set_operators(root(), vec![account(3)].try_into().expect("one")));
		assert_ok!(Rollup::set_guardian(root(), Some(account(3))));
		advance(PERIODS.expiry);
		assert_ok!(enter());
		assert_eq!(Halted::<Test>::get(), Halt::default());
		assert_noop!(Rollup::halt(root()), Error::<Test>::InExodus);
		assert_noop!(Rollup::resume(root()), Error::<Test>::NotHalted);
		advance(PERIODS.exodus_timeout);
		assert_ok!(freeze_by_timeout());
		assert_ok!(execute_as(account(5), 1));
		assert!(Rollup::exits_open());
		assert_ok!(Rollup::refund_deposit(RuntimeOrigin::signed(account(5)), 0));
	});
}

#[test]
fn the_highest_certified_block_should_freeze_when_no_freeze_comes_in_time() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(freeze_by_timeout(), Error::<Test>::NotInExodus);
		let mut world = World::new();
		let certified = world.elsewhere();
		bring_to_certificate(&certified);
		deposit(1, 0, 1_000);
		bring_to_proof(&world.serving());
		assert_ok!(commit(&world.elsewhere()));
		begin();
		advance(PERIODS.exodus_timeout - 1);
		assert_noop!(freeze_by_timeout(), Error::<Test>::TimeoutNotOver);
		advance(1);
		System::reset_events();
		assert_ok!(freeze_by_timeout());
		let (number, hash) = (BlockNumber(1), certified.hash());
		assert_eq!(take_events(), [Event::FreezeFixed { number, hash }]);
		assert_eq!(Progress::<Test>::get().committed, number);
		assert_eq!(PriorityQueue::<Test>::get().committed, 0, "the request is back");
		assert_noop!(freeze_by_timeout(), Error::<Test>::AlreadyFrozen);
	});
}

/// A certificate that a relay brings in time counts.
#[test]
fn certificates_should_be_taken_in_exodus_until_the_freeze_is_fixed() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (first, second) = (world.elsewhere(), world.elsewhere());
		bring_to_proof(&first);
		bring_to_proof(&second);
		begin();
		assert_ok!(certify(&first));
		advance(PERIODS.exodus_timeout);
		assert_ok!(freeze_by_timeout());
		assert_noop!(certify(&second), Error::<Test>::AlreadyFrozen);
	});
}

#[test]
fn exits_should_open_when_anybody_has_executed_the_freeze_block() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		for _ in 0..2 {
			bring_to_certificate(&world.elsewhere());
		}
		begin_and_freeze();
		for number in 1..=2 {
			assert!(!Rollup::exits_open());
			assert_ok!(execute_as(account(5), number));
		}
		assert!(Rollup::exits_open());
	});
}

#[test]
fn the_rollup_should_end_at_block_0_when_nothing_was_ever_certified() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(commit(&World::new().elsewhere()));
		begin_and_freeze();
		assert_eq!(Progress::<Test>::get(), Default::default());
		assert!(Rollup::exits_open());
		assert_ok!(Rollup::refund_deposit(RuntimeOrigin::signed(account(1)), 0));
	});
}
