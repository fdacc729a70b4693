// SPDX-License-Identifier: Apache-2.0

//! What has no place in a block, or not its turn, and waits.

use crate::world::{
	ALICE, ALPHA, BETA, BOB, OPERATOR, POOL, World, config, fee, index, keyless, sign, small,
};
use ligature_operator::engine::EngineConfig;
use ligature_operator_api::TransactionState;
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::{BlockNumber, Nonce, Side, TokenId},
	op::TransferBody,
	pool::PoolParams,
	priority::PriorityRequest,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_place_should_wait_in_its_order() {
	let mut world = World::furnished(small()).await;
	let mut hashes = Vec::new();
	for _ in 0..10 {
		let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
		hashes.push(world.submit(&transfer).await.unwrap());
	}
	// Four transfers of two slots each fill eight slots.
	let blocks = world.build_all().await;
	let counts: Vec<_> = blocks.iter().map(|block| block.transactions).collect();
	assert_eq!(counts, [4, 4, 2]);
	let mut order = Vec::new();
	for block in blocks {
		let stored = world.store.block(block.number()).await.unwrap().unwrap();
		order.extend(stored.transactions);
	}
	assert_eq!(order, hashes);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_chain_should_not_hold_up_the_other() {
	let mut world = World::furnished(small()).await;
	for _ in 0..5 {
		world.submit(&world.transfer(ALPHA, ALICE, 0, BOB, 1).await).await.unwrap();
	}
	let other = world.transfer(BETA, BOB, 0, ALICE, 1).await;
	world.submit(&other).await.unwrap();
	let ready = world.engine.ready().await;
	assert!(ready.slots_full && ready.oldest.is_some());
	assert_eq!(world.build().await.transactions, 5);
	assert!(matches!(world.state(&other).await, TransactionState::InBlock { .. }));
	let ready = world.engine.ready().await;
	assert!(!ready.slots_full);
	assert_eq!(ready.operations, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_should_overtake_in_a_pool() {
	let mut world = World::furnished(small()).await;
	let mut hashes = Vec::new();
	for _ in 0..5 {
		let swap = world.swap(POOL, Side::Zero, BOB, 1_000, 1).await;
		hashes.push(world.submit(&swap).await.unwrap());
	}
	// Its half on alpha would find a place behind the four that fit.
	let other = world.swap(POOL, Side::One, BOB, 1_000, 1).await;
	hashes.push(world.submit(&other).await.unwrap());
	let mut order = Vec::new();
	for block in world.build_all().await {
		let stored = world.store.block(block.number()).await.unwrap().unwrap();
		order.extend(stored.transactions);
	}
	assert_eq!(order, hashes);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_joins_pools_and_fee_tokens_should_wait() {
	let mut world =
		World::furnished(EngineConfig { join_class: JoinClass::new(1).unwrap(), ..config() }).await;
	for _ in 0..9 {
		let swap = world.swap(POOL, Side::Zero, BOB, 1_000, 1).await;
		world.submit(&swap).await.unwrap();
	}
	assert!(world.engine.ready().await.slots_full);
	let joint: Vec<_> = world.build_all().await.iter().map(|block| block.joint).collect();
	assert_eq!(joint, [8, 1]);

	// Five fee tokens where four have a place; and transfers without fee are not held up.
	let mut last = None;
	for token in 3..8 {
		world.deposit(ALPHA, ALICE, token, 100).await;
	}
	world.build_all().await;
	for token in 3..8 {
		let body = world.transfer_body(ALPHA, ALICE, token, BOB, 1).await;
		let paying = sign(ALICE, TransferBody { fee: fee(1), ..body });
		world.submit(&paying).await.unwrap();
		last = Some(paying);
	}
	let free = world.transfer(ALPHA, BOB, 0, ALICE, 1).await;
	world.submit(&free).await.unwrap();
	assert_eq!(world.build().await.transactions, 5);
	assert_eq!(world.state(&last.unwrap()).await, TransactionState::Pending);
	assert_eq!(world.build().await.transactions, 1);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ninth_pool_should_wait_for_the_next_block() {
	let mut world = World::furnished(config()).await;
	let pools: Vec<_> = (1..10u16).map(|n| PoolParams { fee_bps: n, ..POOL }).collect();
	for (n, params) in (1..).zip(&pools) {
		world.create_pool(*params, [n, n]).await;
	}
	world.build_all().await;
	for params in &pools {
		let add = world.add_liquidity(*params, ALICE, 1, (10_000, 10_000)).await;
		world.submit(&add).await.unwrap();
	}
	let joint: Vec<_> = world.build_all().await.iter().map(|block| block.joint).collect();
	assert_eq!(joint, [8, 1]);
	assert_eq!(world.engine.pools().await.len(), 10);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_comes_late_should_let_the_later_ones_in() {
	let mut world = World::furnished(config()).await;
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 1).await;
	let with =
		|skip| sign(ALICE, TransferBody { nonce: Nonce(body.nonce.0 + skip), ..body.clone() });
	for skip in [2, 1, 4] {
		world.submit(&with(skip)).await.unwrap();
	}
	assert_eq!(world.engine.ready().await.operations, 0);
	assert_eq!(world.try_build().await.unwrap(), None);
	world.submit(&with(0)).await.unwrap();
	assert_eq!(world.engine.ready().await.operations, 3);
	assert_eq!(world.build().await.transactions, 3);
	assert_eq!(world.state(&with(4)).await, TransactionState::Pending);
	assert_eq!(world.try_build().await.unwrap(), None);
	world.submit(&with(3)).await.unwrap();
	assert_eq!(world.build().await.transactions, 2);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_should_come_first_and_leave_room() {
	let mut world = World::furnished(small()).await;
	world.request(ALPHA, (0..20).map(|_| keyless(BOB, 1))).await;
	// Nothing else waits: all slots are the requests'.
	assert_eq!(world.build().await.operations, 8);
	for _ in 0..3 {
		world.submit(&world.transfer(ALPHA, ALICE, 0, BOB, 1).await).await.unwrap();
	}
	let built = world.build().await;
	assert_eq!((built.operations, built.transactions), (7, 1));
	assert_eq!(built.header.chains[0].priority_count, 6);
	let built = world.build().await;
	assert_eq!((built.header.chains[0].priority_count, built.transactions), (6, 1));
	world.build_all().await;
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_both_chains_should_be_served_in_turn() {
	let mut world =
		World::furnished(EngineConfig { class: SizeClass::new(3).unwrap(), ..config() }).await;
	// Exits of shares take slots of both chains.
	let account = index(world.account(ALPHA, ALICE).await.index);
	let exit = || PriorityRequest::FullExit { account, token: TokenId(512), owner: ALICE.owner() };
	world.request(ALPHA, (0..70).map(|_| exit())).await;
	world.request(BETA, (0..70).map(|_| keyless(BOB, 1))).await;
	let built = world.build().await;
	let counts = built.header.chains.iter().map(|part| part.priority_count);
	assert_eq!(counts.collect::<Vec<_>>(), [64, 70]);
	world.build_all().await;
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_should_wait_for_the_block_after_its_account() {
	let mut world = World::new().await;
	world.deposit(ALPHA, ALICE, 0, 1_000).await;
	world.deposit(ALPHA, OPERATOR, 0, 1).await;
	world.build().await;
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 1).await;
	let paying = sign(ALICE, TransferBody { fee: fee(5), ..body });
	world.submit(&paying).await.unwrap();
	// All of it is to be done again, now in one block: the account that gets the fee is made in that block.
	world.engine.revert(BlockNumber(0), 1).await.unwrap();
	assert_eq!(world.build().await.transactions, 0);
	let built = world.build().await;
	assert_eq!((built.transactions, built.header.chains[0].fee_account), (1, index(1)));
	assert_eq!(world.balance(ALPHA, OPERATOR, 0).await, 6);
	world.verify().await;
}
