// SPDX-License-Identifier: Apache-2.0

//! What goes into a block, in which order, and what waits.

use crate::world::{
	ALICE, ALPHA, BETA, BOB, CAROL, CHAINS, POOL, Person, World, check, config, deposit, index,
	keyless, sign,
};
use ligature_operator::engine::{EngineConfig, EngineError, EngineEvent, Terms};
use ligature_operator_api::{TransactionHash, TransactionState};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::{BlockNumber, Nonce, PoolSlot, Side, Timestamp, TokenId},
	op::TransferBody,
	pool::PoolParams,
	priority::PriorityRequest,
	refusal::Refusal,
};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_come_of_nothing() {
	let mut world = World::new().await;
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(world.engine.status().await.built, BlockNumber(0));
	assert_eq!(world.store.tip().await.unwrap(), None);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_should_open_accounts_and_set_keys() {
	let mut world = World::new().await;
	world.request(ALPHA, [deposit(ALICE, 3, 10), keyless(BOB, 5), deposit(ALICE, 3, 1)]).await;
	let built = world.build().await;
	assert_eq!((built.operations, built.transactions, built.joint), (3, 0, 0));
	let alpha = &built.header.chains[0];
	assert_eq!((alpha.priority_count, alpha.new_next), (3, 2));
	assert!(built.header.chains[1].size_class.is_empty());
	assert_eq!(world.balance(ALPHA, ALICE, 3).await, 11);
	assert!(world.account(ALPHA, ALICE).await.has_key);
	assert!(!world.account(ALPHA, BOB).await.has_key);
	assert_eq!(world.engine.next_request(ALPHA).await, 3);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn swaps_and_liquidity_should_go_both_ways() {
	let mut world = World::furnished(config()).await;
	let there = world.swap(POOL, Side::Zero, BOB, 1_000, 1).await;
	let back = world.swap(POOL, Side::One, BOB, 1_000, 1).await;
	let add = world.add_liquidity(POOL, BOB, 500, (10_000, 10_000)).await;
	// The far account of the addition has spent a nonce for the swap before.
	for transaction in [&there, &back] {
		world.submit(transaction).await.unwrap();
	}
	assert!(world.submit(&add).await.is_err(), "its nonces are taken by the swaps");
	let add = world.add_liquidity(POOL, BOB, 500, (10_000, 10_000)).await;
	world.submit(&add).await.unwrap();
	let built = world.build().await;
	assert_eq!((built.joint, built.transactions), (3, 3));
	assert_eq!(world.balance(ALPHA, BOB, 512).await, 500);
	let remove = world.remove_liquidity(POOL, BOB, 500).await;
	let away = world.withdrawal(BETA, BOB, 2, 77).await;
	world.submit(&remove).await.unwrap();
	world.submit(&away).await.unwrap();
	world.build().await;
	assert_eq!(world.balance(ALPHA, BOB, 512).await, 0);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exits_should_pay_balances_and_shares() {
	let mut world = World::furnished(config()).await;
	let account = world.account(ALPHA, ALICE).await;
	let exit = |token, who: Person| PriorityRequest::FullExit {
		account: index(account.index),
		token: TokenId(token),
		owner: who.owner(),
	};
	// A stranger gets nothing, of a balance or of shares.
	world.request(ALPHA, [exit(0, BOB), exit(512, BOB)]).await;
	let built = world.build().await;
	assert_eq!((built.joint, built.header.chains[0].priority_count), (0, 2));
	assert!(world.balance(ALPHA, ALICE, 512).await > 0);
	let (near, far) = (world.balance(ALPHA, ALICE, 1).await, world.balance(BETA, ALICE, 2).await);
	world.request(ALPHA, [exit(0, ALICE), exit(512, ALICE)]).await;
	let built = world.build().await;
	assert_eq!((built.joint, built.header.chains[0].priority_count), (1, 2));
	assert_eq!(world.balance(ALPHA, ALICE, 0).await, 0);
	assert_eq!(world.balance(ALPHA, ALICE, 512).await, 0);
	assert!(world.balance(ALPHA, ALICE, 1).await > near);
	assert!(world.balance(BETA, ALICE, 2).await > far);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_should_hold_from_its_block_on() {
	let mut world = World::furnished(config()).await;
	let old = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
	world.submit(&old).await.unwrap();
	let account = Some(index(world.account(ALPHA, ALICE).await.index));
	let (owner, key) = (ALICE.owner(), CAROL.key());
	// A stranger's is served and does nothing.
	let stranger = PriorityRequest::ChangePubKey { account, owner: BOB.owner(), key: BOB.key() };
	world.request(ALPHA, [stranger, PriorityRequest::ChangePubKey { account, owner, key }]).await;
	let any = PriorityRequest::ChangePubKey { account: None, owner: CAROL.owner(), key };
	world.request(BETA, [any]).await;
	let built = world.build().await;
	assert_eq!((built.operations, built.transactions, built.refused), (3, 0, 1));
	assert_eq!(world.dropped(&old).await, "WrongKey");
	let body = world.transfer_body(ALPHA, ALICE, 0, BOB, 1).await;
	let new = sign(CAROL, body);
	// The hash does not bind the key: it is the same transaction, signed again, and waits again.
	assert_eq!(new.hash(), old.hash());
	world.submit(&new).await.unwrap();
	world.build().await;
	assert!(matches!(world.state(&new).await, TransactionState::InBlock { .. }));
	assert!(world.account(BETA, CAROL).await.has_key);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_should_have_the_smallest_size_with_a_key() {
	let mut config = config();
	config.class = SizeClass::new(3).unwrap();
	config.keys.halves.remove(&SizeClass::new(2).unwrap());
	let mut world = World::with(config).await;
	world.request(ALPHA, (0..9).map(|_| keyless(BOB, 1))).await;
	world.request(BETA, (0..8).map(|_| keyless(BOB, 1))).await;
	let built = world.build().await;
	let classes = built.header.chains.iter().map(|part| part.size_class.get());
	assert_eq!(classes.collect::<Vec<_>>(), [3, 1]);
	let halves = [3, 1].map(|class| SizeClass::new(class).unwrap());
	let keys = halves.map(|class| (class, world.config.keys.halves[&class]));
	let digest = ligature_primitives::header::keys_digest(1, (JoinClass::EMPTY, [0; 32]), &keys);
	assert_eq!(built.header.keys_digest, digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_without_a_key_should_be_refused_at_the_start() {
	let folder = tempfile::tempdir().unwrap();
	let store = ligature_operator::store::SqliteStore::open(folder.path()).await.unwrap();
	let store: std::sync::Arc<dyn ligature_operator::store::Store> = std::sync::Arc::new(store);
	let start =
		async |config| ligature_operator::engine::Engine::start(config, store.clone()).await.err();
	let class = EngineConfig { class: SizeClass::new(4).unwrap(), ..config() };
	assert!(matches!(start(class).await, Some(EngineError::NoClassKey(_))));
	let empty = EngineConfig { class: SizeClass::EMPTY, ..config() };
	assert!(matches!(start(empty).await, Some(EngineError::NoClassKey(_))));
	let join = EngineConfig { join_class: JoinClass::EMPTY, ..config() };
	assert!(matches!(start(join).await, Some(EngineError::NoJoinKey(_))));
	let mut genesis = config();
	genesis.genesis.chains[0].new_root = 5u64.into();
	assert!(matches!(start(genesis).await, Some(EngineError::WrongGenesis)));
	let mut genesis = config();
	genesis.genesis.number = BlockNumber(1);
	assert!(matches!(start(genesis).await, Some(EngineError::WrongGenesis)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_served_should_stop_its_chain_only() {
	let mut world = World::furnished(config()).await;
	let (slot, side) = (PoolSlot(9), Side::Zero);
	let impossible =
		PriorityRequest::CreatePool { slot, side, params: PoolParams { fee_bps: 1, ..POOL } };
	world.request(ALPHA, [keyless(BOB, 1), impossible, keyless(BOB, 1)]).await;
	world.request(BETA, [keyless(BOB, 1)]).await;
	let built = world.build().await;
	assert_eq!(built.header.chains[0].priority_count, 1);
	assert_eq!(built.header.chains[1].priority_count, 1);
	let status = world.engine.status().await;
	let place = world.queues[0].len() as u64 - 2;
	assert_eq!(status.stuck, [(ALPHA, place, Refusal::WrongPoolSlot)]);
	// Transactions go on, and nobody is called to build for what cannot be served.
	assert_eq!(world.engine.ready().await.operations, 0);
	world.submit(&world.transfer(ALPHA, ALICE, 0, BOB, 1).await).await.unwrap();
	assert_eq!(world.build().await.transactions, 1);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_should_be_taken_in_order_and_once() {
	let mut world = World::new().await;
	let requests: Vec<_> = (0..).zip((1..5).map(|value| keyless(BOB, value))).collect();
	world.engine.requests(ALPHA, requests[..2].to_vec()).await;
	world.engine.requests(ALPHA, requests[..2].to_vec()).await;
	assert_eq!(world.engine.next_request(ALPHA).await, 2);
	// One is missing.
	world.engine.requests(ALPHA, requests[3..].to_vec()).await;
	assert_eq!(world.engine.next_request(ALPHA).await, 2);
	world.engine.requests(ALPHA, requests.clone()).await;
	assert_eq!(world.engine.next_request(ALPHA).await, 4);
	let status = world.engine.status().await;
	assert_eq!(status.next_request, [(ALPHA, 4), (BETA, 0)]);
	assert_eq!(status.waiting_requests, [(ALPHA, 4), (BETA, 0)]);
	world.build().await;
	assert_eq!(world.engine.status().await.waiting_requests, [(ALPHA, 0), (BETA, 0)]);
	assert_eq!(world.balance(ALPHA, BOB, 0).await, 10);
	// Of a chain that is not in the network there is nothing.
	let unknown = ligature_primitives::ids::ChainId(9);
	world.engine.requests(unknown, requests).await;
	assert_eq!(world.engine.next_request(unknown).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_before_the_last_block_should_be_refused() {
	let mut world = World::furnished(config()).await;
	let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
	world.submit(&transfer).await.unwrap();
	let terms =
		Terms { timestamp: Timestamp::new(5).unwrap(), oracle_epoch: 0, member_set_hash: [0; 32] };
	let error = world.engine.build(terms).await.unwrap_err();
	assert!(matches!(error, EngineError::Ledger(_)), "{error}");
	assert_eq!(world.build().await.transactions, 1);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_should_carry_their_terms() {
	let mut world = World::furnished(config()).await;
	world.deposit(ALPHA, BOB, 0, 1).await;
	let parent = world.engine.status().await.hash;
	let timestamp = Timestamp::new(world.time + 9).unwrap();
	let terms = Terms { timestamp, oracle_epoch: 3, member_set_hash: [9; 32] };
	let header = world.engine.build(terms).await.unwrap().unwrap().header;
	assert_eq!((header.timestamp, header.oracle_epoch), (timestamp, 3));
	assert_eq!((header.member_set_hash, header.parent), ([9; 32], parent));
	assert_eq!(header.chain_list_hash, world.config.genesis.chain_list_hash);
	assert_eq!((header.network, header.circuit_version), (world.config.network.id(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_should_be_told() {
	let mut world = World::furnished(config()).await;
	let mut events = world.engine.events();
	let poor = world.transfer(ALPHA, ALICE, 9, BOB, 1).await;
	world.submit(&poor).await.unwrap();
	assert_eq!(world.try_build().await.unwrap(), None);
	assert_eq!(events.recv().await, Ok(EngineEvent::Refused(TransactionHash(poor.hash()))));
	world.deposit(BETA, BOB, 0, 1).await;
	let number = world.build().await.number();
	assert_eq!(events.recv().await, Ok(EngineEvent::Built(number)));
	let to = BlockNumber(number.0 - 1);
	world.engine.revert(to, 4).await.unwrap();
	assert_eq!(events.recv().await, Ok(EngineEvent::Reverted { to, epoch: 4 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn lots_from_many_hands_should_all_be_taken() {
	let world = World::furnished(config()).await;
	let mut lots = tokio::task::JoinSet::new();
	for (who, chain) in [ALICE, BOB].into_iter().flat_map(|who| CHAINS.map(|chain| (who, chain))) {
		let body = world.transfer_body(chain, who, 0, CAROL, 1).await;
		for nonce in body.nonce.0..body.nonce.0 + 20 {
			let one = sign(who, TransferBody { nonce: Nonce(nonce), ..body.clone() });
			let engine = world.engine.clone();
			lots.spawn(async move { engine.submit(vec![check(&one).unwrap()]).await });
		}
	}
	while let Some(taken) = lots.join_next().await {
		assert!(taken.unwrap()[0].is_ok());
	}
	assert_eq!(world.store.pending().await.unwrap().len(), 80);
	world.verify().await;
}
