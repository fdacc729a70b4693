// SPDX-License-Identifier: Apache-2.0

//! The engine ends and begins again: everything is as it was, and what is wrong is found.

use crate::world::{ALICE, ALPHA, BETA, BOB, POOL, World, config, network, reopen};
use ligature_operator::{
	engine::{Engine, EngineConfig, EngineError},
	store::{SqliteStore, Store, StoreError},
};
use ligature_primitives::{
	header::Network,
	ids::{BlockNumber, NetworkId, Side},
};
use sqlx::{Connection, SqliteConnection};
use std::sync::Arc;

/// Changes something in the database behind everybody's back.
async fn tamper(world: &World, sql: &'static str) {
	let file = world.folder.path().join("operator.sqlite");
	let mut connection =
		SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
	let done = sqlx::query(sql).execute(&mut connection).await.unwrap();
	assert!(done.rows_affected() > 0, "{sql}");
	connection.close().await.unwrap();
}

/// Starts an engine on the folder of a world that has ended.
async fn start(world: World) -> Result<Engine, EngineError> {
	let World { config, store, engine, folder, .. } = world;
	engine.stop().await;
	drop((engine, store));
	let store: Arc<dyn Store> = Arc::new(reopen(folder.path()).await);
	Engine::start(config, store).await
}

async fn a_while(world: &mut World) {
	world.submit(&world.swap(POOL, Side::Zero, BOB, 1_000, 1).await).await.unwrap();
	world.submit(&world.transfer(BETA, ALICE, 0, BOB, 3).await).await.unwrap();
	world.build().await;
	world.deposit(ALPHA, ALICE, 0, 5).await;
	world.build().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_at_any_step_should_change_nothing() {
	let mut steady = World::furnished(config()).await;
	let mut world = World::furnished(config()).await.restart().await;
	for round in 0..3u128 {
		for step in 0..3 {
			for world in [&mut steady, &mut world] {
				match step {
					0 => {
						let swap = world.swap(POOL, Side::One, BOB, 1_000 + round, 1).await;
						world.submit(&swap).await.unwrap();
					},
					1 => world.deposit(BETA, ALICE, 1, 7).await,
					_ => drop(world.build().await),
				}
			}
			let (mut there, here) = (steady.engine.status().await, world.engine.status().await);
			assert_eq!(here, there);
			world = world.restart().await;
			// Requests that no block serves come from the chains again.
			world.feed().await;
			let after = world.engine.status().await;
			there.stuck.clear();
			assert_eq!(after, there);
			world.verify().await;
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_should_wait_in_the_same_order() {
	let world = World::furnished(config()).await;
	let mut hashes = Vec::new();
	for value in 1..6 {
		let one = world.transfer(ALPHA, ALICE, 0, BOB, value).await;
		hashes.push(world.submit(&one).await.unwrap());
		let other = world.transfer(ALPHA, BOB, 0, ALICE, value).await;
		hashes.push(world.submit(&other).await.unwrap());
	}
	let mut world = world.restart().await;
	assert_eq!(world.account(ALPHA, ALICE).await.next_nonce, 6);
	// One more finds its place behind them.
	let one = world.transfer(ALPHA, ALICE, 0, BOB, 9).await;
	hashes.push(world.submit(&one).await.unwrap());
	let built = world.build().await;
	let stored = world.store.block(built.number()).await.unwrap().unwrap();
	assert_eq!(stored.transactions, hashes);
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_should_shorten_a_restart() {
	let mut world = World::furnished(EngineConfig { snapshot_every: 2, undo: 2, ..config() }).await;
	a_while(&mut world).await;
	a_while(&mut world).await;
	let snapshots = world.store.snapshots().await.unwrap();
	assert_eq!(snapshots.len(), 2);
	let status = world.engine.status().await;
	// Records before the older snapshot are not needed: damage the first one.
	tamper(&world, "UPDATE blocks SET record = x'00' WHERE number = 1").await;
	let world = world.restart().await;
	assert_eq!(world.engine.status().await, status);
	// Without the newest the older one serves.
	tamper(
		&world,
		"UPDATE snapshots SET state = x'00' WHERE number = (SELECT max(number) FROM snapshots)",
	)
	.await;
	let world = world.restart().await;
	assert_eq!(world.engine.status().await, status);
	// One of another block is not used.
	tamper(&world, "UPDATE snapshots SET hash = zeroblob(32)").await;
	let error = start(world).await.err().unwrap();
	let EngineError::DamagedRecord { number, .. } = error else { panic!("{error}") };
	assert_eq!(number, BlockNumber(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_does_not_lead_to_its_header_should_be_named() {
	let mut world = World::furnished(config()).await;
	a_while(&mut world).await;
	// Another record that can be executed as well: that of a world in which a deposit was larger.
	let mut other = World::furnished(config()).await;
	a_while(&mut other).await;
	other.deposit(ALPHA, ALICE, 0, 6).await;
	world.deposit(ALPHA, ALICE, 0, 5).await;
	let (last, different) = (world.build().await, other.build().await);
	let found = other.store.record(different.number(), different.hash).await.unwrap().unwrap();
	let file = world.folder.path().join("operator.sqlite");
	let mut connection =
		SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
	sqlx::query("UPDATE blocks SET record = ? WHERE number = ?")
		.bind(found.1)
		.bind(last.number().0 as i64)
		.execute(&mut connection)
		.await
		.unwrap();
	connection.close().await.unwrap();
	let error = start(world).await.err().unwrap();
	let EngineError::Differs { number, what } = error else { panic!("{error}") };
	assert_eq!((number, what), (last.number(), "a root"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_cannot_be_executed_should_be_named() {
	let mut world = World::furnished(config()).await;
	a_while(&mut world).await;
	tamper(
		&world,
		"UPDATE blocks SET record = (SELECT record FROM blocks WHERE number = 1) WHERE number = 3",
	)
	.await;
	let error = start(world).await.err().unwrap();
	let EngineError::Record { number, .. } = error else { panic!("{error}") };
	assert_eq!(number, BlockNumber(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_transaction_should_be_named() {
	let world = World::furnished(config()).await;
	let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
	world.submit(&transfer).await.unwrap();
	tamper(&world, "UPDATE transactions SET bytes = x'05' WHERE state = 0").await;
	let error = start(world).await.err().unwrap();
	assert!(matches!(error, EngineError::DamagedTransaction { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_networks_database_should_be_refused() {
	let mut world = World::new().await;
	world.config.network = Network::new(NetworkId(8), network().chains().to_vec()).unwrap();
	world.config.genesis.network = NetworkId(8);
	let error = start(world).await.err().unwrap();
	let EngineError::Store(StoreError::OtherNetwork { wanted, found }) = error else {
		panic!("{error}")
	};
	assert_eq!((wanted.0, found.0), (NetworkId(8), NetworkId(7)));
	// The same network with other oracles at its beginning is another one, too.
	let mut world = World::new().await;
	world.config.genesis.member_set_hash = [9; 32];
	let error = start(world).await.err().unwrap();
	assert!(matches!(error, EngineError::Store(StoreError::OtherNetwork { .. })), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_engines_should_not_share_a_folder() {
	let world = World::new().await;
	let error = SqliteStore::open(world.folder.path()).await.err().unwrap();
	assert!(matches!(error, StoreError::Locked(_)), "{error}");
}
