// SPDX-License-Identifier: Apache-2.0

//! Epochs.

use polkadot_sdk::*;

use crate::{Epoch, Error, Event, WeightInfo, mock::*};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use ligature_primitives::{header::member_set_hash, ids::BlockNumber};
use pallet_rollup::traits::OracleEpochs;
use sp_runtime::DispatchError;

fn epoch_of(number: u64) -> Result<u32, DispatchError> {
	Oracle::epoch_of(BlockNumber(number)).map(|(epoch, _)| epoch)
}

fn numbers() -> Vec<u32> {
	Oracle::epochs().iter().map(|epoch| epoch.number).collect()
}

fn cancel(epoch: u32) -> sp_runtime::DispatchResult {
	Oracle::cancel_epoch(RuntimeOrigin::root(), epoch)
}

fn executed(number: u64) {
	RollupDouble::set(|state| {
		let counters = &mut state.counters;
		for counter in [
			&mut counters.committed,
			&mut counters.proven,
			&mut counters.certified,
			&mut counters.executed,
		] {
			counter.0 = number;
		}
	});
}

#[test]
fn an_epoch_begins_with_its_first_block_after_its_notice() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		assert_ok!(schedule(10, &[5, 2, 3]));
		let hash = member_set_hash(1, &keys(&[2, 3, 5]));
		let first_block = BlockNumber(10);
		let usable_from = 1 + NOTICE;
		let event = Event::EpochScheduled { epoch: 1, first_block, usable_from, hash };
		assert_eq!(last_event(), event);
		let epoch = Epoch { number: 1, first_block, usable_from, hash, ended: None };
		assert_eq!(Oracle::epochs()[1], epoch);
		assert_eq!(Oracle::members_of(1), Some(keys(&[2, 3, 5])));

		assert_eq!(epoch_of(9), Ok(0));
		assert_eq!(epoch_of(10), Err(error(Error::NoticeNotOver)));
		pass(NOTICE - 1);
		assert_eq!(epoch_of(10), Err(error(Error::NoticeNotOver)));
		pass(1);
		assert_eq!(Oracle::epoch_of(first_block), Ok((1, hash)));
		assert_eq!((epoch_of(9), epoch_of(11)), (Ok(0), Ok(1)));
	});
}

#[test]
fn members_are_scheduled_and_withdrawn_by_governance_only() {
	ExtBuilder::default().build_and_execute(|| {
		let origin = RuntimeOrigin::signed(account(1));
		let members = keys(&[1]).try_into().expect("one");
		let call = Oracle::schedule_members(origin.clone(), BlockNumber(10), members);
		assert_noop!(call, DispatchError::BadOrigin);
		assert_noop!(Oracle::cancel_epoch(origin, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn members_are_refused_when_there_are_none_or_they_do_not_ascend() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(schedule(10, &[]), Error::<Test>::NoMembers);
		let mut members = keys(&[1, 2, 3]);
		members.swap(0, 1);
		for members in [members, vec![key(1), key(1)]] {
			let members = members.try_into().expect("few");
			let call = Oracle::schedule_members(RuntimeOrigin::root(), BlockNumber(10), members);
			assert_noop!(call, Error::<Test>::MembersNotAscending);
		}
	});
}

#[test]
fn members_are_refused_when_one_has_no_bond() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(schedule(10, &[1, 2, 3, 5]), Error::<Test>::UnknownMember);
	});
}

#[test]
fn an_epoch_is_refused_when_its_first_block_is_committed_or_not_after_the_last_epochs() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(schedule(0, &[1]), Error::<Test>::FirstBlockTooLow);
		RollupDouble::set(|state| state.counters.committed.0 = 10);
		assert_noop!(schedule(10, &[1]), Error::<Test>::FirstBlockTooLow);
		assert_ok!(schedule(11, &[1]));
		assert_noop!(schedule(11, &[2]), Error::<Test>::FirstBlockTooLow);
		assert_ok!(schedule(12, &[2]));
	});
}

#[test]
fn an_epoch_is_refused_when_there_are_too_many() {
	ExtBuilder::default().build_and_execute(|| {
		for first_block in 1..=3 {
			assert_ok!(schedule(first_block, &[1]));
		}
		assert_noop!(schedule(4, &[1]), Error::<Test>::TooManyEpochs);
	});
}

#[test]
fn epochs_neither_come_nor_go_in_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1]));
		RollupDouble::set(|state| state.in_exodus = true);
		assert_noop!(schedule(11, &[2]), Error::<Test>::InExodus);
		assert_noop!(cancel(1), Error::<Test>::InExodus);
	});
}

#[test]
fn a_chain_without_members_begins_with_block_0() {
	ExtBuilder::default().members(&[]).build_and_execute(|| {
		bond(1);
		assert_ok!(schedule(0, &[1]));
		assert_eq!(epoch_of(0), Err(error(Error::NoticeNotOver)));
		pass(NOTICE);
		assert_eq!(epoch_of(0), Ok(0));
	});
}

#[test]
fn an_epoch_is_withdrawn_unless_a_block_uses_it() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1]));
		assert_ok!(schedule(20, &[2]));
		assert_noop!(cancel(1), Error::<Test>::NotLastEpoch);
		assert_noop!(cancel(3), Error::<Test>::NotLastEpoch);
		assert_ok!(cancel(2));
		assert_eq!(last_event(), Event::EpochWithdrawn { epoch: 2 });
		assert_eq!(Oracle::members_of(2), None);
		RollupDouble::set(|state| state.counters.committed.0 = 10);
		assert_noop!(cancel(1), Error::<Test>::EpochInUse);
		// The block is reverted.
		RollupDouble::set(|state| state.counters.committed.0 = 9);
		assert_ok!(cancel(1));
		assert_noop!(cancel(0), Error::<Test>::EpochInUse);
		assert_eq!(numbers(), [0]);
		// A withdrawn number is free again, with another hash.
		assert_ok!(schedule(10, &[2]));
		assert_eq!(Oracle::epochs()[1].hash, member_set_hash(1, &keys(&[2])));
	});
}

#[test]
fn an_epoch_ends_when_a_block_of_the_next_is_executed_and_is_forgotten_a_notice_later() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1, 2]));
		assert_ok!(schedule(20, &[3, 4]));
		executed(9);
		pass(2 * NOTICE);
		// A freeze at block 9 would be certified by epoch 0.
		assert_eq!(Oracle::epochs()[0].ended, None);

		executed(10);
		pass(1);
		let ended = System::block_number();
		assert_eq!(last_event(), Event::EpochEnded { epoch: 0 });
		assert_eq!(Oracle::epochs()[0].ended, Some(ended));
		assert_eq!(Oracle::epochs()[1].ended, None);
		pass(NOTICE - 1);
		assert_eq!(numbers(), [0, 1, 2]);
		pass(1);
		assert_eq!(last_event(), Event::EpochForgotten { epoch: 0 });
		assert_eq!(numbers(), [1, 2]);
		assert_eq!(Oracle::members_of(0), None);
		assert_eq!(epoch_of(9), Err(error(Error::UnknownEpoch)));
		assert_eq!(epoch_of(10), Ok(1));
	});
}

#[test]
fn epochs_that_end_together_are_forgotten_one_per_block() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1, 2]));
		assert_ok!(schedule(20, &[3, 4]));
		executed(20);
		pass(1 + NOTICE);
		assert_eq!(numbers(), [1, 2]);
		pass(1);
		assert_eq!(numbers(), [2]);
		pass(2 * NOTICE);
		assert_eq!(numbers(), [2]);
	});
}

#[test]
fn all_epochs_end_when_exits_are_open_so_that_bonds_come_free() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1, 2]));
		RollupDouble::set(|state| state.in_exodus = true);
		pass(2 * NOTICE);
		assert_eq!(numbers(), [0, 1]);
		RollupDouble::set(|state| state.exits_open = true);
		pass(1);
		assert!(Oracle::epochs().iter().all(|epoch| epoch.ended == Some(System::block_number())));
		pass(NOTICE + 1);
		assert!(numbers().is_empty());
		for number in 1..=4 {
			assert_ok!(Oracle::unbond(RuntimeOrigin::signed(account(number)), key(number)));
		}
	});
}

#[test]
fn epochs_stay_as_they_are_when_a_block_has_no_weight_to_spare() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(schedule(10, &[1, 2]));
		executed(10);
		let needed = <() as WeightInfo>::on_idle();
		let short = needed.saturating_sub(Weight::from_parts(1, 0));
		assert_eq!(Oracle::on_idle(2, short), Weight::zero());
		assert_eq!(Oracle::epochs()[0].ended, None);
		assert_eq!(Oracle::on_idle(2, needed), needed);
		assert_eq!(Oracle::epochs()[0].ended, Some(2));
	});
}
