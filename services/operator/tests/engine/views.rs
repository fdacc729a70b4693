// SPDX-License-Identifier: Apache-2.0

//! What wallets and provers ask.

use crate::world::{ALICE, ALPHA, BETA, BOB, OPERATOR, POOL, World, config, fee, refused};
use ligature_ledger::{Ledger, snapshot, tree::Sequential};
use ligature_operator::engine::{EngineConfig, FeeFloors};
use ligature_operator_api::{ApiError, Decimal, PoolInfo};
use ligature_primitives::{
	amount::Amount,
	ids::{BlockNumber, ChainId, Side, TokenId},
	pool::PoolParams,
	refusal::Refusal,
};
use std::time::{Duration, Instant};

fn packed(params: PoolParams) -> Decimal {
	Decimal(params.pack().into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_should_be_what_the_swap_gives() {
	let mut world = World::furnished(config()).await;
	for (direction, side) in [(0, Side::Zero), (1, Side::One)] {
		let quote = world.engine.quote(packed(POOL), direction, Decimal(100_000)).await.unwrap();
		let (chain, token) = (POOL.chain(side.other()), POOL.token(side.other()).0);
		let before = world.balance(chain, BOB, token).await;
		let swap = world.swap(POOL, side, BOB, 100_000, quote.amount_out.0).await;
		world.submit(&swap).await.unwrap();
		world.build().await;
		assert_eq!(world.balance(chain, BOB, token).await - before, quote.amount_out.0);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_should_tell_price_impact_and_fee() {
	let world = World::furnished(config()).await;
	// Reserves of 1,000,000 and 4,000,000; fee 0.3 %.
	let quote = world.engine.quote(packed(POOL), 0, Decimal(1_000)).await.unwrap();
	assert_eq!(quote.amount_in, Decimal(1_000));
	assert_eq!(quote.amount_out_at_spot, Decimal(4_000));
	// 4,000,000 · 997 / 1,000,997 = 3,984.02…
	assert_eq!(quote.amount_out, Decimal(3_984));
	assert_eq!((quote.price_impact_bps, quote.pool_fee), (40, Decimal(3)));
	let half = world.engine.quote(packed(POOL), 0, Decimal(1_000_000)).await.unwrap();
	assert_eq!(half.amount_out_at_spot, Decimal(4_000_000));
	assert_eq!(half.price_impact_bps, 5_007);
	let nothing = world.engine.quote(packed(POOL), 1, Decimal(0)).await.unwrap();
	assert_eq!((nothing.amount_out, nothing.price_impact_bps), (Decimal(0), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_cannot_be_should_be_refused_by_name() {
	let mut world = World::furnished(config()).await;
	let empty = PoolParams { fee_bps: 1, ..POOL };
	let half = PoolParams { fee_bps: 2, ..POOL };
	world.create_pool(empty, [1, 1]).await;
	let request = ligature_primitives::priority::PriorityRequest::CreatePool {
		slot: ligature_primitives::ids::PoolSlot(2),
		side: Side::Zero,
		params: half,
	};
	world.request(ALPHA, [request]).await;
	world.build_all().await;
	let one = Decimal(1);
	for (params, direction, amount, refusal) in [
		(Decimal(u128::MAX), 0, one, Refusal::BadPoolParams),
		(packed(PoolParams { chain1: ChainId(9), ..POOL }), 0, one, Refusal::BadPoolParams),
		(packed(POOL), 2, one, Refusal::BadDirection),
		(packed(POOL), 0, Decimal(1 << 112), Refusal::AmountTooLarge),
		(packed(PoolParams { fee_bps: 3, ..POOL }), 0, one, Refusal::PoolMissing),
		(packed(half), 0, one, Refusal::PoolMissing),
		(packed(empty), 0, one, Refusal::PoolEmpty),
		(packed(POOL), 0, Decimal(Amount::MAX.get()), Refusal::ReserveOverflow),
	] {
		assert_eq!(world.engine.quote(params, direction, amount).await, refused(refusal));
	}
	let pools = world.engine.pools().await;
	let complete: Vec<_> = pools.iter().map(|pool| (pool.slot, pool.complete)).collect();
	assert_eq!(complete, [(0, true), (1, true), (2, false)]);
	assert_eq!(
		pools[0],
		PoolInfo {
			params: packed(POOL),
			slot: 0,
			chain0: 1,
			token0: 1,
			chain1: 2,
			token1: 2,
			fee_bps: 30,
			reserve0: Decimal(1_000_000),
			reserve1: Decimal(4_000_000),
			supply: Decimal(2_000_000),
			complete: true,
		}
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_fee_should_be_told() {
	let mut fees = FeeFloors { default: fee(2), ..Default::default() };
	fees.floors.insert((ALPHA, TokenId(1)), fee(7));
	let mut world = World::with(EngineConfig { fees, ..config() }).await;
	world.deposit(ALPHA, OPERATOR, 0, 1).await;
	world.build().await;
	let least = async |kind, chain, token| {
		world.engine.fee(kind, chain, token).await.map(|estimate| estimate.least.0)
	};
	for kind in ["transfer", "withdraw", "swap", "addLiquidity", "removeLiquidity"] {
		assert_eq!(least(kind, ALPHA, 1).await, Ok(7));
	}
	assert_eq!(least("swap", ALPHA, 0).await, Ok(2));
	assert_eq!(least("swap", BETA, 0).await, Ok(0));
	assert_eq!(least("swap", ChainId(9), 0).await, refused(Refusal::UnknownChain));
	assert_eq!(least("swap", ALPHA, 1_024).await, refused(Refusal::TokenOutOfRange));
	let unknown = least("deposit", ALPHA, 0).await;
	assert!(matches!(unknown, Err(ApiError::NotFound { .. })), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_should_be_counted_with_its_age() {
	let begin = Instant::now();
	let mut world = World::furnished(config()).await;
	assert_eq!(world.engine.ready().await, Default::default());
	world.deposit(ALPHA, ALICE, 0, 1).await;
	let since = world.engine.ready().await.oldest.unwrap();
	tokio::time::sleep(Duration::from_millis(20)).await;
	world.submit(&world.transfer(BETA, ALICE, 0, BOB, 1).await).await.unwrap();
	let ready = world.engine.ready().await;
	assert_eq!((ready.operations, ready.slots_full, ready.oldest), (2, false, Some(since)));
	assert!(since > begin);
	world.build().await;
	assert_eq!(world.engine.ready().await, Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn states_should_be_given_where_they_are_kept() {
	let mut world = World::furnished(EngineConfig { snapshot_every: 2, ..config() }).await;
	while world.engine.status().await.built < BlockNumber(9) {
		world.deposit(ALPHA, ALICE, 0, 1).await;
		world.build().await;
	}
	assert_eq!(world.store.snapshots().await.unwrap(), [BlockNumber(8), BlockNumber(6)]);
	for number in [6, 8, 9].map(BlockNumber) {
		let states = world.engine.states(number).await.expect("kept");
		let header = world.store.block(number).await.unwrap().unwrap().header;
		let chains = header.chains.iter().zip(states);
		let states =
			chains.map(|(part, bytes)| snapshot::load(part.chain, &bytes[..], &Sequential));
		assert!(Ledger::resume(&header, states.collect::<Result<_, _>>().unwrap()).is_ok());
	}
	for number in [0, 4, 7, 10].map(BlockNumber) {
		assert_eq!(world.engine.states(number).await, None);
	}
}
