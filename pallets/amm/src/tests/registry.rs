// SPDX-License-Identifier: Apache-2.0

//! What executed blocks make of pools.

use polkadot_sdk::*;

use crate::{Event, Status, WeightInfo, mock::*};
use frame_support::assert_ok;
use ligature_primitives::{
	ids::{BlockNumber, PoolSlot, Side, TokenId},
	pool::PoolParams,
};
use pallet_rollup::traits::PoolRegistry;

fn status(slot: u16) -> Status {
	Amm::pool(PoolSlot(slot)).expect("there is a pool").status
}

fn live(own: u128, foreign: u128, block: u64) -> Status {
	Status::Live { own: amount(own), foreign: amount(foreign), block: BlockNumber(block) }
}

#[test]
fn a_pool_is_live_and_empty_when_its_block_is_executed() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		assert_eq!(status(0), Status::Queued);
		events();
		executed(3, &[0], &[]);
		assert_eq!(status(0), live(0, 0, 3));
		let event = Event::PoolCreated { slot: PoolSlot(0), block: BlockNumber(3) };
		assert_eq!(events(), [event]);
	});
}

#[test]
fn a_pool_has_the_reserves_of_the_last_block_that_touched_it() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		assert_ok!(create(PoolParams { fee_bps: 31, ..PARAMS }, Side::Zero));
		events();
		// Liquidity can come in the block that creates.
		executed(1, &[0, 1], &[(0, 5, 7), (1, 0, 0)]);
		let update = |slot, own, foreign, block| Event::ReservesUpdated {
			slot: PoolSlot(slot),
			own: amount(own),
			foreign: amount(foreign),
			block: BlockNumber(block),
		};
		let created = |slot| Event::PoolCreated { slot: PoolSlot(slot), block: BlockNumber(1) };
		assert_eq!(events(), [created(0), created(1), update(0, 5, 7, 1), update(1, 0, 0, 1)]);
		executed(2, &[], &[(0, 6, 6)]);
		assert_eq!(events(), [update(0, 6, 6, 2)]);
		executed(3, &[], &[]);
		assert_eq!(events(), []);
		assert_eq!((status(0), status(1)), (live(6, 6, 2), live(0, 0, 1)));
	});
}

#[test]
fn what_cannot_be_changes_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		events();
		// A pool that nobody asked for, reserves of one that is not created.
		executed(1, &[1], &[(1, 5, 7), (0, 5, 7)]);
		assert_eq!(status(0), Status::Queued);
		executed(2, &[0], &[(0, 5, 7)]);
		events();
		// Created twice.
		executed(3, &[0], &[]);
		assert_eq!(status(0), live(5, 7, 2));
		assert_eq!(events(), []);
	});
}

#[test]
fn shares_are_of_pools_at_home_created_or_queued() {
	ExtBuilder::default().build_and_execute(|| {
		let at_home = PoolParams { chain1: PARAMS.chain0, token1: TokenId(0), ..PARAMS };
		assert_ok!(create(at_home, Side::One));
		assert_ok!(create(at_home, Side::Zero));
		let homes = || [0, 1, 2].map(|slot| Amm::is_home_pool(PoolSlot(slot)));
		assert_eq!(homes(), [false, true, false]);
		executed(1, &[0, 1], &[]);
		assert_eq!(homes(), [false, true, false]);
	});
}

#[test]
fn an_execution_weighs_what_it_touches() {
	for (created, registers) in [(0, 0), (1, 2), (8, 8)] {
		let weight = <() as WeightInfo>::on_executed(created, registers);
		assert_eq!(Amm::on_executed_weight(created, registers), weight);
	}
}
