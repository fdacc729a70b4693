// SPDX-License-Identifier: Apache-2.0

//! Operators and their turns, and the guardian.

use polkadot_sdk::*;

use super::world::*;
use crate::{Error, Event, Guardian, Operators, Pallet, mock::*};
use frame_support::{BoundedVec, assert_noop, assert_ok, dispatch::DispatchResult};
use ligature_primitives::ids::BlockNumber;
use sp_runtime::DispatchError::BadOrigin;

type List = BoundedVec<AccountId, frame_support::traits::ConstU32<4>>;

fn list(persons: &[u8]) -> List {
	let accounts: Vec<_> = persons.iter().copied().map(account).collect();
	accounts.try_into().expect("at most four")
}

#[test]
fn operators_should_be_set_by_governance() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Rollup::set_operators(RuntimeOrigin::root(), list(&[3, 1])));
		assert_eq!(Operators::<Test>::get(), list(&[3, 1]));
		assert_eq!(take_events(), [Event::OperatorsSet { operators: list(&[3, 1]) }]);
	});
}

#[test]
fn operators_should_be_refused_when_they_are_none_or_one_twice() {
	ExtBuilder::default().build_and_execute(|| {
		for persons in [&[][..], &[1, 2, 1]] {
			let set = Rollup::set_operators(RuntimeOrigin::root(), list(persons));
			assert_noop!(set, Error::<Test>::BadOperators);
		}
		let own = RuntimeOrigin::signed(operators()[0].clone());
		assert_noop!(Rollup::set_operators(own, list(&[1])), BadOrigin);
	});
}

#[test]
fn the_guardian_should_be_set_and_removed_by_governance() {
	ExtBuilder::default().build_and_execute(|| {
		for guardian in [Some(account(3)), None] {
			assert_ok!(Rollup::set_guardian(RuntimeOrigin::root(), guardian.clone()));
			assert_eq!(Guardian::<Test>::get(), guardian);
			assert_eq!(take_events(), [Event::GuardianSet { guardian }]);
		}
		let own = RuntimeOrigin::signed(guardian());
		assert_noop!(Rollup::set_guardian(own, None), BadOrigin);
	});
}

#[test]
fn turns_should_go_round() {
	ExtBuilder::default().build_and_execute(|| {
		let [first, second] = operators().try_into().expect("two operators");
		let turn = |who: &AccountId, number| -> DispatchResult {
			Ok(Pallet::<Test>::ensure_turn(who, BlockNumber(number))?)
		};
		for number in [0, 9, 20, 29] {
			assert_ok!(turn(&first, number));
			assert_noop!(turn(&second, number), Error::<Test>::NotYourTurn);
		}
		for number in [10, 19, 30] {
			assert_ok!(turn(&second, number));
			assert_noop!(turn(&first, number), Error::<Test>::NotYourTurn);
		}
		assert_noop!(turn(&account(1), 0), Error::<Test>::NotOperator);
	});
}

#[test]
fn a_turn_should_lapse_when_no_block_comes() {
	ExtBuilder::default().build_and_execute(|| {
		let [first, second] = operators().try_into().expect("two operators");
		let mut world = World::new();
		advance(PERIODS.turn_grace - 1);
		let block = world.elsewhere();
		let by_second = commit_as(second.clone(), &block, block.data());
		assert_noop!(by_second.map_err(|e| e.error), Error::<Test>::NotYourTurn);
		advance(1);
		assert_ok!(commit_as(second.clone(), &block, block.data()));
		// The clock begins anew with each commit.
		let next = world.elsewhere();
		let by_second = commit_as(second, &next, next.data());
		assert_noop!(by_second.map_err(|e| e.error), Error::<Test>::NotYourTurn);
		assert_ok!(commit_as(first, &next, next.data()));
		// Nobody else commits, however long it takes.
		advance(10 * PERIODS.turn_grace);
		let last = world.elsewhere();
		let by_stranger = commit_as(account(1), &last, last.data());
		assert_noop!(by_stranger.map_err(|e| e.error), Error::<Test>::NotOperator);
	});
}
