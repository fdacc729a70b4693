// SPDX-License-Identifier: Apache-2.0

//! What is dropped while a block is built, by name, and that nothing of it has happened.

use crate::world::{
	ALICE, ALPHA, BETA, BOB, CAROL, OPERATOR, POOL, World, amount, config, deposit, fee, index,
	sign, sign_until,
};
use ligature_operator::engine::EngineConfig;
use ligature_operator_api::TransactionState;
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{Nonce, Side, Timestamp},
	op::{AddLiquidityBody, RemoveLiquidityBody, Transaction, TransferBody},
	pool::PoolParams,
};

/// Submits a transaction that is fine at the door and builds. It must be dropped by this name.
async fn dropped_as(world: &mut World, transaction: Transaction, name: &str) {
	let before = world.engine.accounts(ALICE.owner()).await;
	world.submit(&transaction).await.unwrap();
	assert_eq!(world.try_build().await.unwrap(), None, "{name}");
	assert_eq!(world.dropped(&transaction).await, name);
	assert_eq!(world.engine.accounts(ALICE.owner()).await, before, "{name}");
	assert_eq!(world.engine.status().await.mempool, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_refuses_should_be_dropped_with_its_reason() {
	let mut world = World::furnished(config()).await;
	let empty = PoolParams { fee_bps: 1, ..POOL };
	let missing = PoolParams { fee_bps: 2, ..POOL };
	world.create_pool(empty, [1, 1]).await;
	world.build_all().await;
	let w = &mut world;
	let all = w.balance(ALPHA, ALICE, 0).await;
	let transaction = w.transfer(ALPHA, ALICE, 0, BOB, all + 1).await;
	dropped_as(w, transaction, "InsufficientBalance").await;
	let body = w.transfer_body(ALPHA, ALICE, 0, BOB, all).await;
	let transaction = sign(ALICE, TransferBody { fee: fee(1), ..body });
	dropped_as(w, transaction, "InsufficientBalance").await;
	let transaction = w.withdrawal(ALPHA, ALICE, 0, all + 1).await;
	dropped_as(w, transaction, "InsufficientBalance").await;
	let transaction = w.swap(POOL, Side::Zero, ALICE, 1_000, 1_000_000).await;
	dropped_as(w, transaction, "SlippageExceeded").await;
	let transaction = w.swap(missing, Side::Zero, ALICE, 1_000, 1).await;
	dropped_as(w, transaction, "PoolMissing").await;
	let transaction = w.swap(empty, Side::Zero, ALICE, 1_000, 1).await;
	dropped_as(w, transaction, "PoolEmpty").await;
	let transaction = w.swap(POOL, Side::Zero, ALICE, Amount::MAX.get(), 1).await;
	dropped_as(w, transaction, "InsufficientBalance").await;
	let transaction = w.add_liquidity(POOL, ALICE, 1_000, (1, 1_000_000)).await;
	dropped_as(w, transaction, "LimitExceeded").await;
	let transaction = w.add_liquidity(empty, ALICE, 1, (1_000, 1_000)).await;
	dropped_as(w, transaction, "InsufficientLiquidity").await;
	let transaction = w.add_liquidity(missing, ALICE, 1, (10_000, 10_000)).await;
	dropped_as(w, transaction, "PoolMissing").await;
	let transaction = w.remove_liquidity(POOL, ALICE, 1 << 100).await;
	dropped_as(w, transaction, "InsufficientBalance").await;
	let (account, nonce) = {
		let info = w.account(ALPHA, ALICE).await;
		(index(info.index), Nonce(info.next_nonce))
	};
	let body = RemoveLiquidityBody {
		params: POOL,
		account,
		nonce,
		shares: amount(1_000),
		min0: Amount::ZERO,
		min1: Amount::ZERO,
		fee: Fee::ZERO,
	};
	let few = RemoveLiquidityBody { min1: amount(1_000_000), ..body.clone() };
	dropped_as(w, sign(ALICE, few), "SlippageExceeded").await;
	let dear = RemoveLiquidityBody { fee: fee(1_000_000), ..body };
	dropped_as(w, sign(ALICE, dear), "FeeAboveAmount").await;
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn liquidity_from_two_owners_should_be_dropped() {
	let mut world = World::furnished(config()).await;
	// Carol has taken Alice's key: both accounts verify under it, but they are two people's.
	let request = ligature_primitives::priority::PriorityRequest::ChangePubKey {
		account: None,
		owner: CAROL.owner(),
		key: ALICE.key(),
	};
	world.request(BETA, [request, deposit(CAROL, 2, 1)]).await;
	world.build_all().await;
	let near = world.account(ALPHA, ALICE).await;
	let far = world.account(BETA, CAROL).await;
	// The deposit has set Carol's own key again.
	let take = ligature_primitives::priority::PriorityRequest::ChangePubKey {
		account: Some(index(far.index)),
		owner: CAROL.owner(),
		key: ALICE.key(),
	};
	world.request(BETA, [take, deposit(BOB, 2, 1)]).await;
	world.build_all().await;
	let body = AddLiquidityBody {
		params: POOL,
		account0: index(near.index),
		nonce0: Nonce(near.next_nonce),
		account1: index(far.index),
		nonce1: Nonce(far.next_nonce),
		shares: amount(1),
		max0: amount(1_000),
		max1: amount(1_000),
		fee: Fee::ZERO,
	};
	// One unit of token 2 is too little for a share of it, so first more.
	let more = ligature_primitives::priority::PriorityRequest::Deposit {
		token: ligature_primitives::ids::TokenId(2),
		owner: CAROL.owner(),
		amount: amount(10_000),
		key: None,
	};
	world.request(BETA, [more]).await;
	world.build_all().await;
	dropped_as(&mut world, sign(ALICE, body), "OwnerMismatch").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_that_nobody_can_get_should_be_dropped() {
	let mut world = World::furnished(config()).await;
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 1).await;
	let paying = sign(ALICE, TransferBody { fee: fee(1), ..body });
	world.submit(&paying).await.unwrap();
	// The next operator takes no fees.
	world.config = EngineConfig { fee_owner: None, ..world.config };
	let mut world = world.restart().await;
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(world.dropped(&paying).await, "FeeAccountMissing");
	assert_eq!(world.balance(ALPHA, OPERATOR, 0).await, 1_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_expires_should_be_dropped_even_behind_a_gap() {
	let mut world = World::furnished(config()).await;
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 1).await;
	let until = world.time + 5;
	let first = sign_until(ALICE, body.clone(), until);
	let gap =
		sign_until(ALICE, TransferBody { nonce: Nonce(body.nonce.0 + 2), ..body.clone() }, until);
	let good = sign(ALICE, TransferBody { nonce: Nonce(body.nonce.0 + 1), ..body });
	for transaction in [&first, &gap, &good] {
		world.submit(transaction).await.unwrap();
	}
	world.time = until;
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(world.dropped(&first).await, "Expired");
	assert_eq!(world.dropped(&gap).await, "Expired");
	// What depended on it waits for another that spends the nonce.
	assert_eq!(world.state(&good).await, TransactionState::Pending);
	let instead = world.transfer(ALPHA, ALICE, 0, BOB, 2).await;
	world.submit(&instead).await.unwrap();
	assert_eq!(world.build().await.transactions, 2);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_transaction_should_be_taken_again_when_it_can_be_done() {
	let mut world = World::furnished(config()).await;
	let big = world.transfer(ALPHA, ALICE, 0, BOB, 1_500_000_000).await;
	world.submit(&big).await.unwrap();
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(world.dropped(&big).await, "InsufficientBalance");
	world.deposit(ALPHA, ALICE, 0, 1_000_000_000).await;
	world.submit(&big).await.unwrap();
	assert_eq!(world.state(&big).await, TransactionState::Pending);
	let built = world.build().await;
	assert_eq!((built.operations, built.transactions), (2, 1));
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_dropped_should_not_hold_up_a_block() {
	let mut world = World::furnished(config()).await;
	let poor = world.transfer(ALPHA, ALICE, 9, BOB, 1).await;
	let good = world.transfer(ALPHA, BOB, 0, ALICE, 1).await;
	world.submit(&poor).await.unwrap();
	world.submit(&good).await.unwrap();
	let built = world.build().await;
	assert_eq!((built.transactions, built.refused), (1, 1));
	assert_eq!(world.dropped(&poor).await, "InsufficientBalance");
	assert!(Timestamp::new(world.time).unwrap() == built.header.timestamp);
	world.verify().await;
}
