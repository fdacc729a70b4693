// SPDX-License-Identifier: Apache-2.0

//! The end at any point: a write that fails, a write that nobody hears of, a process that is killed. Whatever was
//! taken is afterwards in exactly one block, or waits, or was dropped with a reason.

use crate::{
	failing::{FailingStore, Moment},
	truth::truth,
	world::{
		ALICE, ALPHA, BETA, BOB, CHAINS, FIRST_TIME, OPERATOR, POOL, World, config, deposit, reopen,
	},
};
use ligature_operator::{
	engine::{Engine, EngineConfig},
	store::{SqliteStore, Store},
};
use ligature_operator_api::{TransactionHash, TransactionState};
use ligature_primitives::{
	ids::{BlockNumber, PoolSlot, Side},
	priority::PriorityRequest,
};
use std::{
	io::{BufRead, BufReader},
	path::Path,
	process::{Command, Stdio},
	sync::Arc,
};
use tempfile::TempDir;

/// Snapshots are written, too.
fn every_write() -> EngineConfig {
	EngineConfig { snapshot_every: 2, ..config() }
}

/// The requests of the story, per chain.
fn requests() -> [Vec<PriorityRequest>; 2] {
	CHAINS.map(|chain| {
		let side = if chain == ALPHA { Side::Zero } else { Side::One };
		let pool = PriorityRequest::CreatePool { slot: PoolSlot(0), side, params: POOL };
		let mut all = vec![deposit(OPERATOR, 0, 1_000), pool];
		for who in [ALICE, BOB] {
			all.extend((0..3).map(|token| deposit(who, token, 1_000_000)));
		}
		all
	})
}

/// A world whose store fails at one write. `None`: already at its start.
async fn failing(
	folder: TempDir,
	moment: Moment,
	write: u64,
) -> (Option<World>, Arc<FailingStore>, TempDir) {
	let inner = SqliteStore::open(folder.path()).await.unwrap();
	let store = Arc::new(FailingStore::new(inner, moment, write));
	let config = every_write();
	let Ok(engine) = Engine::start(config.clone(), store.clone()).await else {
		return (None, store, folder);
	};
	let world = World {
		config,
		store: store.clone(),
		engine,
		time: FIRST_TIME,
		queues: requests(),
		// The folder outlives the world.
		folder: tempfile::tempdir().unwrap(),
	};
	(Some(world), store, folder)
}

/// Something of everything. Goes on whatever fails, as an operator does. Gives the transactions that were taken.
async fn story(world: &mut World) -> Vec<TransactionHash> {
	let mut taken = Vec::new();
	world.feed().await;
	let _ = world.try_build().await;
	let _ = world.try_build().await;
	for round in 0..2u128 {
		let mut lot = Vec::new();
		if world.engine.accounts(ALICE.owner()).await.len() == 2
			&& world.engine.accounts(BOB.owner()).await.len() == 2
		{
			lot.push(world.add_liquidity(POOL, ALICE, 1, (100_000, 100_000)).await);
			lot.push(world.swap(POOL, Side::Zero, BOB, 100 + round, 1).await);
			// Dropped: there is no such token.
			lot.push(world.transfer(BETA, BOB, 300, ALICE, 1).await);
		}
		for transaction in &lot {
			taken.extend(world.submit(transaction).await);
		}
		world.feed().await;
		let _ = world.try_build().await;
		world.feed().await;
		let epoch = world.engine.status().await.revert_epoch + 1;
		let built = world.engine.status().await.built;
		let _ = world.engine.revert(BlockNumber(built.0.saturating_sub(1)), epoch).await;
		world.feed().await;
		let _ = world.try_build().await;
		// Of a block that holds nothing but what is dropped.
		if !lot.is_empty() {
			let poor = world.transfer(ALPHA, BOB, 301, ALICE, 1).await;
			taken.extend(world.submit(&poor).await);
		}
		let _ = world.try_build().await;
	}
	taken
}

/// Whatever was taken is known, and nothing is in two blocks.
async fn nothing_is_lost(store: &dyn Store, taken: &[TransactionHash]) {
	let truth = truth(store, &config().genesis).await;
	let pending = store.pending().await.unwrap();
	for hash in taken {
		let stored = store.transaction(*hash).await.unwrap().expect("what was taken is known");
		let waits = pending.iter().filter(|pending| pending.hash == *hash).count();
		let included = truth.included.contains(&hash.to_bytes());
		match stored.state {
			TransactionState::Pending => assert_eq!((waits, included), (1, false)),
			TransactionState::InBlock { .. } => assert_eq!((waits, included), (0, true)),
			TransactionState::Refused { .. } => assert_eq!((waits, included), (0, false)),
		}
	}
}

/// Starts again over what is on the disk, finishes, and checks everything.
async fn recover(folder: &Path, queues: [Vec<PriorityRequest>; 2], taken: &[TransactionHash]) {
	let store: Arc<dyn Store> = Arc::new(reopen(folder).await);
	nothing_is_lost(&*store, taken).await;
	let config = every_write();
	let engine = Engine::start(config.clone(), store.clone()).await.unwrap();
	// Later than any block so far.
	let time = FIRST_TIME + 900_000;
	let mut world =
		World { config, store, engine, time, queues, folder: tempfile::tempdir().unwrap() };
	world.verify().await;
	world.feed().await;
	world.build_all().await;
	let truth = world.verify().await;
	let all = world.queues.iter().map(|queue| queue.len() as u64);
	assert_eq!(truth.served, all.collect::<Vec<_>>(), "every request is served once");
	// What still waits has lost one before it that was dropped.
	assert_eq!(world.engine.ready().await.operations, 0);
	nothing_is_lost(&*world.store, taken).await;
	world.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_at_any_write_should_lose_and_double_nothing() {
	let (world, store, folder) = failing(tempfile::tempdir().unwrap(), Moment::Before, 0).await;
	let taken = story(&mut world.unwrap()).await;
	assert_eq!(taken.len(), 8);
	let writes = store.writes();
	assert!(writes > 15, "{writes}");
	drop((store, folder));
	for moment in [Moment::Before, Moment::After] {
		for write in 1..=writes {
			let folder = tempfile::tempdir().unwrap();
			let (world, store, folder) = failing(folder, moment, write).await;
			let mut taken = Vec::new();
			if let Some(mut world) = world {
				taken = story(&mut world).await;
				// It has gone on by itself: whatever it thinks is what the store holds.
				world.feed().await;
				world.build_all().await;
				world.verify().await;
				nothing_is_lost(&*store, &taken).await;
				world.engine.stop().await;
			}
			drop(store);
			recover(folder.path(), requests(), &taken).await;
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_after_any_write_should_lose_and_double_nothing() {
	let (world, store, _folder) = failing(tempfile::tempdir().unwrap(), Moment::Before, 0).await;
	story(&mut world.unwrap()).await;
	for moment in [Moment::Before, Moment::After] {
		for write in 1..=store.writes() {
			let folder = tempfile::tempdir().unwrap();
			let (world, failed, folder) = failing(folder, moment, write).await;
			let mut taken = Vec::new();
			if let Some(mut world) = world {
				// From the failing write on nothing else comes to the disk.
				taken = story_until_failure(&mut world, &failed, write).await;
				world.engine.stop().await;
			}
			drop(failed);
			recover(folder.path(), requests(), &taken).await;
		}
	}
}

/// The story, up to the write of this number.
async fn story_until_failure(
	world: &mut World,
	store: &FailingStore,
	write: u64,
) -> Vec<TransactionHash> {
	let mut taken = Vec::new();
	world.feed().await;
	for round in 0..4u128 {
		let _ = world.try_build().await;
		let accounts = world.engine.accounts(BOB.owner()).await.len();
		if accounts == 2 && store.writes() < write {
			let add = world.add_liquidity(POOL, ALICE, 1, (100_000, 100_000)).await;
			let swap = world.swap(POOL, Side::Zero, BOB, 100 + round, 1).await;
			for transaction in [add, swap] {
				if store.writes() < write {
					taken.extend(world.submit(&transaction).await);
				}
			}
		}
		if store.writes() >= write {
			break;
		}
		let built = world.engine.status().await.built;
		if round == 2 {
			let _ = world.engine.revert(BlockNumber(built.0 - 1), 1).await;
		}
		if store.writes() >= write {
			break;
		}
	}
	taken
}

/// The name of the variable that makes [`the_process_that_is_killed`] one.
const FOLDER: &str = "LIGATURE_TEST_KILL_FOLDER";

/// Not a test by itself: submits, builds and reverts without end, and says what was taken.
#[tokio::test(flavor = "multi_thread")]
async fn the_process_that_is_killed() {
	let Ok(folder) = std::env::var(FOLDER) else { return };
	let store: Arc<dyn Store> = Arc::new(SqliteStore::open(Path::new(&folder)).await.unwrap());
	let engine = Engine::start(every_write(), store.clone()).await.unwrap();
	let built = engine.status().await.built.0;
	let mut world = World {
		config: every_write(),
		store,
		engine,
		time: FIRST_TIME + 100_000 * built,
		queues: requests(),
		folder: tempfile::tempdir().unwrap(),
	};
	loop {
		world.feed().await;
		let built = world.try_build().await.unwrap();
		if world.engine.accounts(BOB.owner()).await.len() == 2 {
			if world.engine.pools().await.iter().all(|pool| pool.supply.0 == 0) {
				let add = world.add_liquidity(POOL, ALICE, 1, (100_000, 100_000)).await;
				println!("taken {}", world.submit(&add).await.unwrap());
			}
			for value in 0..3 {
				let swap = world.swap(POOL, Side::Zero, BOB, 100 + value, 1).await;
				let transfer = world.transfer(ALPHA, ALICE, 0, BOB, 1).await;
				for transaction in [swap, transfer] {
					println!("taken {}", world.submit(&transaction).await.unwrap());
				}
			}
		}
		if built.is_some_and(|built| built.number().0 % 5 == 0) {
			let status = world.engine.status().await;
			let to = BlockNumber(status.built.0 - 2);
			world.engine.revert(to, status.revert_epoch + 1).await.unwrap();
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_should_lose_nothing() {
	let folder = tempfile::tempdir().unwrap();
	let mut taken = Vec::new();
	// Each time the process goes on where the one before was killed, after another number of answers.
	for answers in [1, 7, 16, 29, 5, 40] {
		let mut child = Command::new(std::env::current_exe().unwrap())
			.args(["kill::the_process_that_is_killed", "--exact", "--nocapture"])
			.env(FOLDER, folder.path())
			.stdout(Stdio::piped())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
		let mut heard = 0;
		while heard < answers {
			let line = lines.next().expect("it goes on until it is killed").unwrap();
			if let Some(hash) = line.split("taken ").nth(1) {
				taken.push(hash.parse().unwrap());
				heard += 1;
			}
		}
		// SIGKILL: no destructor runs.
		child.kill().unwrap();
		child.wait().unwrap();
		let rest = lines.map_while(Result::ok);
		// The last line may be torn.
		let hash = |line: String| line.split("taken ").nth(1)?.parse::<TransactionHash>().ok();
		taken.extend(rest.filter_map(hash));
		let store: Arc<dyn Store> = Arc::new(reopen(folder.path()).await);
		nothing_is_lost(&*store, &taken).await;
		drop(store);
	}
	recover(folder.path(), requests(), &taken).await;
}
