// SPDX-License-Identifier: Apache-2.0

//! Creation of pools, and their deposits.

use polkadot_sdk::*;

use crate::{
	Call, Error, Event, NextSlot, Pool, STORAGE_VERSION, SlotOf, Status, WeightInfo, mock::*,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::GetDispatchInfo,
	traits::{GetStorageVersion, fungible::InspectHold},
};
use ligature_primitives::{
	constants::{MAX_FEE_BPS, MAX_POOLS},
	ids::{ChainId, PoolSlot, Side, TokenId},
	pool::PoolParams,
	priority::PriorityRequest,
};
use sp_runtime::{DispatchError, DispatchResult, TokenError};

/// A pool of two tokens of chain 1.
const AT_HOME: PoolParams = PoolParams { chain1: ChainId(1), token1: TokenId(0), ..PARAMS };

fn release(account: u8, slot: u16) -> DispatchResult {
	Amm::release_deposit(RuntimeOrigin::signed(self::account(account)), PoolSlot(slot))
}

#[test]
fn a_pool_is_queued_with_a_deposit_when_it_is_asked_for() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		let (slot, side, creator) = (PoolSlot(0), Side::Zero, account(1));
		let request = PriorityRequest::CreatePool { slot, side, params: PARAMS };
		assert_eq!(RollupDouble::requests(), [(creator.clone(), request)]);
		assert_eq!(Balances::total_balance_on_hold(&creator), DEPOSIT);
		let pool = Pool {
			params: PARAMS,
			side,
			creator: creator.clone(),
			deposit: DEPOSIT,
			status: Status::Queued,
		};
		assert_eq!(Amm::pool(slot), Some(pool));
		assert_eq!(Amm::slot_of(PARAMS, side), Some(slot));
		assert_eq!(Amm::slot_of(PARAMS, Side::One), None);
		let event = Event::PoolQueued { slot, params: PARAMS, side, creator, request: 0 };
		assert_eq!(events(), [event]);
		assert_eq!(Amm::on_chain_storage_version(), STORAGE_VERSION);
	});
}

#[test]
fn each_chain_creates_its_own_side() {
	ExtBuilder::chain(Some(2)).build_and_execute(|| {
		let params = PoolParams { token1: TokenId(1), ..PARAMS };
		assert_noop!(create(params, Side::Zero), Error::<Test>::WrongSide);
		assert_ok!(create(params, Side::One));
	});
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(create(PARAMS, Side::One), Error::<Test>::WrongSide);
	});
}

#[test]
fn a_pool_within_one_chain_has_two_sides_there() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(AT_HOME, Side::One));
		assert_ok!(create(AT_HOME, Side::Zero));
		assert_eq!(Amm::slot_of(AT_HOME, Side::One), Some(PoolSlot(0)));
		assert_eq!(Amm::slot_of(AT_HOME, Side::Zero), Some(PoolSlot(1)));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 2 * DEPOSIT);
	});
}

#[test]
fn a_pool_is_refused_from_nobody_and_without_a_network() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Amm::create_pool(RuntimeOrigin::none(), PARAMS, Side::Zero);
		assert_noop!(call, DispatchError::BadOrigin);
	});
	ExtBuilder::chain(None).build_and_execute(|| {
		assert_noop!(create(PARAMS, Side::Zero), DispatchError::Other("NoNetwork"));
	});
}

#[test]
fn a_pool_is_refused_when_its_parameters_are_bad() {
	ExtBuilder::default().build_and_execute(|| {
		for params in [
			PoolParams { fee_bps: MAX_FEE_BPS + 1, ..PARAMS },
			PoolParams { token1: TokenId(512), ..PARAMS },
			PoolParams { chain1: ChainId(3), ..PARAMS },
			PoolParams { chain0: ChainId(0), ..PARAMS },
		] {
			assert_noop!(create(params, Side::Zero), Error::<Test>::BadPoolParams);
		}
		assert_ok!(create(PoolParams { fee_bps: MAX_FEE_BPS, ..PARAMS }, Side::Zero));
	});
}

#[test]
fn a_pool_of_a_duplicate_token_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let params = PoolParams { token1: PARAMS.token0, ..AT_HOME };
		for side in [Side::Zero, Side::One] {
			assert_noop!(create(params, side), Error::<Test>::BadPoolParams);
		}
		// The same number on another chain is another token.
		assert_ok!(create(PoolParams { chain1: ChainId(2), ..params }, Side::Zero));
	});
}

#[test]
fn a_pool_is_refused_when_its_token_here_is_unknown() {
	ExtBuilder::default().build_and_execute(|| {
		let params = PoolParams { token0: TokenId(2), ..PARAMS };
		assert_noop!(create(params, Side::Zero), Error::<Test>::UnknownToken);
		// Nothing is known here of the tokens there.
		assert_ok!(create(PoolParams { token1: TokenId(511), ..PARAMS }, Side::Zero));
	});
}

#[test]
fn a_strangers_pool_in_the_way_is_the_same_pool_for_all() {
	ExtBuilder::default().build_and_execute(|| {
		let stranger = RuntimeOrigin::signed(account(2));
		assert_ok!(Amm::create_pool(stranger, PARAMS, Side::Zero));
		// Queued or created, it is refused a second time and costs nothing.
		assert_noop!(create(PARAMS, Side::Zero), Error::<Test>::PoolExists);
		executed(1, &[0], &[]);
		assert_noop!(create(PARAMS, Side::Zero), Error::<Test>::PoolExists);
		// A pool with another fee is another pool, at the next place in the order of the queue.
		assert_ok!(create(PoolParams { fee_bps: 31, ..PARAMS }, Side::Zero));
		let slots: Vec<_> = RollupDouble::requests()
			.into_iter()
			.map(|(_, request)| match request {
				PriorityRequest::CreatePool { slot, .. } => slot.0,
				other => panic!("{other:?} was not asked for"),
			})
			.collect();
		assert_eq!(slots, [0, 1]);
	});
}

#[test]
fn a_pool_is_refused_when_pools_are_full() {
	ExtBuilder::default().build_and_execute(|| {
		for fee_bps in 0..MAX_POOLS {
			assert_ok!(create(PoolParams { fee_bps, ..PARAMS }, Side::Zero));
		}
		let one_more = PoolParams { fee_bps: MAX_POOLS, ..PARAMS };
		assert_noop!(create(one_more, Side::Zero), Error::<Test>::PoolsFull);
		assert_eq!(NextSlot::<Test>::get(), PoolSlot(MAX_POOLS));
	});
}

#[test]
fn a_pool_is_refused_when_the_queue_does_not_take_it() {
	ExtBuilder::default().build_and_execute(|| {
		RollupDouble::set(|state| state.full = true);
		assert_noop!(create(PARAMS, Side::Zero), DispatchError::Other("QueueFull"));
		RollupDouble::set(|state| state.in_exodus = true);
		assert_noop!(create(PARAMS, Side::Zero), DispatchError::Other("InExodus"));
		assert_eq!(SlotOf::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_pool_is_refused_when_the_deposit_cannot_be_paid() {
	ExtBuilder::default().build_and_execute(|| {
		let poor = RuntimeOrigin::signed(account(3));
		let call = Amm::create_pool(poor, PARAMS, Side::Zero);
		assert_noop!(call, TokenError::FundsUnavailable);
	});
}

#[test]
fn a_deposit_goes_back_to_its_creator_once_when_exits_are_open() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		assert_ok!(create(AT_HOME, Side::One));
		executed(1, &[0], &[]);
		events();
		RollupDouble::set(|state| state.in_exodus = true);
		assert_noop!(release(1, 0), Error::<Test>::ExitsNotOpen);
		RollupDouble::set(|state| state.exits_open = true);
		assert_noop!(release(1, 2), Error::<Test>::UnknownPool);
		assert_noop!(release(2, 0), Error::<Test>::NotCreator);
		let none = Amm::release_deposit(RuntimeOrigin::none(), PoolSlot(0));
		assert_noop!(none, DispatchError::BadOrigin);

		assert_ok!(release(1, 0));
		let event =
			Event::DepositReleased { slot: PoolSlot(0), creator: account(1), amount: DEPOSIT };
		assert_eq!(events(), [event]);
		assert_eq!(Balances::total_balance_on_hold(&account(1)), DEPOSIT);
		assert_noop!(release(1, 0), Error::<Test>::AlreadyReleased);
		// Of a side that no block has made too.
		assert_ok!(release(1, 1));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 0);
	});
}

#[test]
fn a_creation_weighs_its_request_too() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Call::<Test>::create_pool { params: PARAMS, side: Side::Zero };
		let own = <() as WeightInfo>::create_pool();
		assert_eq!(call.get_dispatch_info().call_weight, own + REQUEST);
		let call = Call::<Test>::release_deposit { slot: PoolSlot(0) };
		let own = <() as WeightInfo>::release_deposit();
		assert_eq!(call.get_dispatch_info().call_weight, own);
	});
}
