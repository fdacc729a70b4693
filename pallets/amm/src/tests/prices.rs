// SPDX-License-Identifier: Apache-2.0

//! Reserves, prices and quotes.

use polkadot_sdk::*;

use crate::mock::*;
use frame_support::assert_ok;
use ligature_primitives::{
	amount::Amount,
	ids::{PoolSlot, Side, TokenId},
	pool::{PoolParams, swap_out},
	refusal::Refusal,
};
use sp_runtime::FixedU128;

const SLOT: PoolSlot = PoolSlot(0);

/// Runs `test` where side 0 (on chain 1) or side 1 (on chain 2) of a pool has these reserves.
fn with_pool(own: u128, foreign: u128, chain: u8, test: impl FnOnce()) {
	ExtBuilder::chain(Some(chain)).build_and_execute(|| {
		let side = if chain == 1 { Side::Zero } else { Side::One };
		assert_ok!(create(PoolParams { token1: TokenId(1), ..PARAMS }, side));
		executed(1, &[0], &[(0, own, foreign)]);
		test();
	});
}

#[test]
fn both_chains_give_the_same_reserves_and_price() {
	let check = || {
		assert_eq!(Amm::reserves(SLOT), Some((amount(400), amount(100))));
		assert_eq!(Amm::price(SLOT), Some(FixedU128::from_rational(1, 4)));
	};
	with_pool(400, 100, 1, check);
	with_pool(100, 400, 2, check);
}

#[test]
fn a_price_is_exact_to_18_places_and_none_beyond_its_range() {
	with_pool(3, 1, 1, || {
		let third = FixedU128::from_inner(333_333_333_333_333_333);
		assert_eq!(Amm::price(SLOT), Some(third));
	});
	let max = Amount::MAX.get();
	with_pool(max, max, 1, || assert_eq!(Amm::price(SLOT), Some(1.into())));
	with_pool(1, max, 1, || assert_eq!(Amm::price(SLOT), None));
}

#[test]
fn there_is_no_price_of_a_pool_that_is_empty_queued_or_not_there() {
	for reserves in [(0, 0), (0, 5), (5, 0)] {
		with_pool(reserves.0, reserves.1, 1, || assert_eq!(Amm::price(SLOT), None));
	}
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		for slot in [SLOT, PoolSlot(1)] {
			assert_eq!((Amm::reserves(slot), Amm::price(slot)), (None, None));
		}
	});
}

#[test]
fn a_quote_is_what_the_ledger_would_give_in_both_directions() {
	for (own, foreign, chain) in [(1_000_000, 5_000_000, 1), (5_000_000, 1_000_000, 2)] {
		with_pool(own, foreign, chain, || {
			let (reserve0, reserve1) = (amount(1_000_000), amount(5_000_000));
			for given in [2, 1_000, 999_999] {
				let there = swap_out(reserve0, reserve1, amount(given), 30).expect("enough");
				assert_eq!(Amm::quote(SLOT, Side::Zero, amount(given)), Ok(there.amount_out));
			}
			let back = swap_out(reserve1, reserve0, amount(1_000), 30).expect("enough");
			assert_eq!(Amm::quote(SLOT, Side::One, amount(1_000)), Ok(back.amount_out));
		});
	}
}

#[test]
fn a_quote_says_why_there_is_none() {
	let quote = |value| Amm::quote(SLOT, Side::Zero, amount(value));
	with_pool(1_000, 1_000, 1, || {
		assert_eq!(Amm::quote(PoolSlot(1), Side::Zero, amount(5)), Err(Refusal::PoolMissing));
		assert_eq!(quote(0), Err(Refusal::SlippageExceeded));
		assert_eq!(quote(1), Err(Refusal::SlippageExceeded));
		assert_eq!(quote(Amount::MAX.get()), Err(Refusal::ReserveOverflow));
	});
	with_pool(0, 0, 1, || assert_eq!(quote(5), Err(Refusal::PoolEmpty)));
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(create(PARAMS, Side::Zero));
		assert_eq!(quote(5), Err(Refusal::PoolMissing));
	});
}
