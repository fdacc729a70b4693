// SPDX-License-Identifier: Apache-2.0

//! Attacks on the priority queue.

use polkadot_sdk::*;

use ligature_chain_tests::{ALPHA, BETA, BOB, CHARLIE, DAVE, EVE, FERDIE};
use ligature_primitives::{
	ids::{Owner, TokenId},
	keys::PublicKey,
};
use ligature_runtime::{Rollup as RollupPallet, Runtime, rollup::DEVELOPMENT_PARAMETERS, token};
use pallet_rollup::{PriorityQueue, Requests};

use crate::{Pools, Rollup, funded};

/// The queue is filled to the brim: it has cost a fortune, and who wants to leave still can.
#[test]
fn flooded_queue_should_cost_a_lot_and_stop_no_exit() {
	let mut network = funded();
	let chain = network.chain(ALPHA);
	let price = |chain: &mut ligature_chain_tests::Chain| chain.with(RollupPallet::request_price);
	let (cheap, before) = (price(chain), chain.balance(&FERDIE.account()));
	assert_eq!(cheap, 10 * token::MILLI);
	let call = pallet_rollup::Call::change_pub_key {
		account: Some(ligature_primitives::ids::AccountIndex::ZERO),
		key: FERDIE.key(),
	};
	for _ in 0..1_024 {
		let _ = chain.apply(FERDIE, call.clone()).ok();
	}
	let _ = chain.apply(FERDIE, call).refused(Rollup::QueueFull);
	let spent = before - chain.balance(&FERDIE.account());
	assert!(spent > 50_000 * cheap, "the flood cost {spent}");
	assert_eq!(price(chain), cheap * 257);

	let _ = network
		.try_deposit(ALPHA, CHARLIE, 1, CHARLIE.owner(), 1_000_000, true)
		.refused(Rollup::QueueFull);
	let before = network.chain(ALPHA).balance(&CHARLIE.account());
	let account = network.account(ALPHA, CHARLIE).unwrap().get();
	let exit = network.full_exit(ALPHA, CHARLIE, account, 1).ok();
	let paid = before - network.chain(ALPHA).balance(&CHARLIE.account());
	assert_eq!(paid, 16 * cheap + exit.fee, "an exit has a highest price");
	// The other chain's queue is its own, and blocks serve this one.
	network.deposit(BETA, CHARLIE, 1, 1_000_000);
	network.set_class(3);
	while network.waiting(ALPHA) > 0 {
		let block = network.serving_block();
		network.settle(&block);
	}
	assert_eq!(price(network.chain(ALPHA)), cheap);
	let funds = network.funds(ALPHA)[&TokenId(1)];
	assert_eq!(funds.queued, 0);
}

/// What no block could ever serve does not get in.
#[test]
fn requests_that_nobody_could_serve_should_be_refused_at_the_door() {
	let mut network = funded();
	let custody = network.chain(ALPHA).with(RollupPallet::custody);
	let mut deposit = |token, owner, amount, with_key| {
		network.try_deposit(ALPHA, CHARLIE, token, owner, amount, with_key)
	};
	let _ = deposit(1, Owner::ZERO, 1_000_000, false).refused(Rollup::OwnerZero);
	let _ = deposit(1, Owner(custody.into()), 1_000_000, false).refused(Rollup::OwnerReserved);
	let _ = deposit(1, CHARLIE.owner(), 0, false).refused(Rollup::AmountZero);
	let _ = deposit(3, CHARLIE.owner(), 1_000_000, false).refused(Rollup::UnknownToken);
	let _ = deposit(512, CHARLIE.owner(), 1_000_000, false).refused(Rollup::UnknownToken);
	let _ = deposit(1, DAVE.owner(), 1_000_000, true).refused(Rollup::KeyNotByOwner);
	let _ = deposit(1, CHARLIE.owner(), (1 << 112) - 1, true).refused(Rollup::OwedOverflow);
	let _ = network.full_exit(ALPHA, CHARLIE, 0, 3).refused(Rollup::UnknownToken);
	let _ = network.full_exit(ALPHA, CHARLIE, 0, 512).refused(Rollup::UnknownPool);
	// The identity of the curve, and a point that is none.
	let mut identity = [0; 32];
	identity[0] = 1;
	for key in [identity, [0xff; 32], [0; 32]] {
		let call = pallet_rollup::Call::change_pub_key { account: None, key: PublicKey(key) };
		let _ = network.chain(ALPHA).apply(CHARLIE, call).refused(Rollup::BadKey);
	}
	assert!(network.chain(ALPHA).with(|| Requests::<Runtime>::iter().next().is_none()));
	let wrong_side = network.create_side(
		CHARLIE,
		ligature_primitives::pool::PoolParams {
			chain1: ligature_primitives::ids::ChainId(9),
			..ligature_chain_tests::USDT_WETH
		},
		ligature_primitives::ids::Side::Zero,
	);
	let _ = wrong_side.refused(Pools::BadPoolParams);
	network.check_solvency();
}

/// The guardian stops deposits; exits and key changes come through, and so does what waits already.
#[test]
fn paused_deposits_should_stop_deposits_only() {
	let mut network = funded();
	network.deposit(ALPHA, EVE, 1, 1_000_000);
	let pause = |paused| pallet_rollup::Call::pause_deposits { paused };
	let _ = network.chain(ALPHA).apply(EVE, pause(true)).refused(Rollup::NotGuardian);
	let _ = network.chain(ALPHA).apply(BOB, pause(true)).ok();
	let _ = network
		.try_deposit(ALPHA, EVE, 1, EVE.owner(), 1_000_000, true)
		.refused(Rollup::DepositsPaused);
	let account = network.account(ALPHA, CHARLIE).unwrap().get();
	let _ = network.full_exit(ALPHA, CHARLIE, account, 1).ok();
	let _ = network.change_key(ALPHA, CHARLIE, None).ok();
	let block = network.serving_block();
	network.settle(&block);
	let _ = network.chain(ALPHA).apply(BOB, pause(false)).ok();
	network.deposit(ALPHA, EVE, 1, 1_000_000);
}

/// A halt stops no clock: the head expires at its time, not a block earlier.
#[test]
fn expiry_should_run_through_a_halt() {
	let mut network = funded();
	network.deposit(ALPHA, EVE, 1, 1_000_000);
	let chain = network.chain(ALPHA);
	let expires = chain.with(|| {
		let head = PriorityQueue::<Runtime>::get().next - 1;
		Requests::<Runtime>::get(head).unwrap().expires
	});
	assert_eq!(expires, chain.number() + DEVELOPMENT_PARAMETERS.expiry);
	let _ = chain.apply(BOB, pallet_rollup::Call::halt {}).ok();
	let _ = chain.apply(BOB, pallet_rollup::Call::halt {}).refused(Rollup::RollupHalted);
	let _ = chain
		.apply(BOB, pallet_rollup::Call::resume {})
		.refused(sp_runtime::DispatchError::BadOrigin);
	chain.skip(expires - 1 - chain.number());
	let enter = pallet_rollup::Call::enter_exodus {};
	let _ = chain.apply(FERDIE, enter.clone()).refused(Rollup::NotExpired);
	chain.block();
	let _ = chain.apply(FERDIE, enter).ok();
	assert_eq!(
		chain.root(pallet_rollup::Call::resume {}),
		Err(Rollup::NotHalted.into()),
		"exodus has ended the halt"
	);
}
