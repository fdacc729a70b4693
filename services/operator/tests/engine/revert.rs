// SPDX-License-Identifier: Apache-2.0

//! Blocks taken back, and done again.

use crate::world::{ALICE, ALPHA, BETA, BOB, CAROL, CHAINS, POOL, Person, World, config, deposit};
use ligature_operator::{
	engine::{EngineConfig, EngineError},
	store::ReplayItem,
};
use ligature_operator_api::TransactionState;
use ligature_primitives::{
	constants::SizeClass,
	ids::{BlockNumber, Side},
};

/// Blocks in which accounts come from requests and from transfers in turn, so that the order matters to their indices.
async fn mixed(world: &mut World) {
	for n in 0..4u8 {
		let (made, given) = (Person(20 + 2 * n), Person(21 + 2 * n));
		let gift = world.transfer(ALPHA, ALICE, 0, given, 5).await;
		world.submit(&gift).await.unwrap();
		world.build().await;
		world.request(ALPHA, [deposit(made, 0, 1_000)]).await;
		let swap = world.swap(POOL, Side::One, BOB, 1_000, 1).await;
		world.submit(&swap).await.unwrap();
		world.build().await;
		// Who has just got an account signs with its index.
		let back = world.transfer(ALPHA, made, 0, BOB, 1).await;
		world.submit(&back).await.unwrap();
		world.build().await;
	}
}

/// The roots of the last block.
async fn roots(world: &World) -> Vec<ligature_primitives::poseidon::Word> {
	world.engine.status().await.header.chains.iter().map(|part| part.new_root).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn reverted_blocks_should_be_done_again_in_their_order() {
	let mut world = World::furnished(EngineConfig { undo: 100, ..config() }).await;
	let start = world.engine.status().await;
	mixed(&mut world).await;
	let (before, at_end) = (world.engine.status().await, roots(&world).await);
	let indices = async |world: &World| {
		let mut indices = Vec::new();
		for n in 20..28 {
			indices.push(world.account(ALPHA, Person(n)).await.index);
		}
		indices
	};
	let accounts = indices(&world).await;
	world.engine.revert(start.built, 1).await.unwrap();
	let after = world.engine.status().await;
	assert_eq!((after.built, after.hash, after.revert_epoch), (start.built, start.hash, 1));
	assert_eq!(after.mempool, 12);
	assert_eq!(after.waiting_requests, [(ALPHA, 4), (BETA, 0)]);
	assert_eq!(after.next_request, before.next_request);
	world.verify().await;
	// A newcomer waits until all is done again, whatever room there is.
	let late = world.transfer(ALPHA, BOB, 0, CAROL, 1).await;
	world.submit(&late).await.unwrap();
	world.request(ALPHA, [deposit(CAROL, 0, 7)]).await;
	while !world.store.replay().await.unwrap().is_empty() {
		assert_eq!(world.state(&late).await, TransactionState::Pending);
		let built = world.build().await;
		assert_eq!((built.header.revert_epoch, built.refused), (1, 0));
		if world.store.replay().await.unwrap().is_empty() {
			break;
		}
	}
	world.build_all().await;
	world.verify().await;
	assert_eq!(indices(&world).await, accounts);
	assert_ne!(roots(&world).await, at_end, "the newcomer has changed something");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_state_should_come_of_it() {
	for (undo, snapshot_every) in [(100, 0), (2, 0), (2, 3)] {
		let mut world = World::furnished(EngineConfig { undo, snapshot_every, ..config() }).await;
		let start = world.engine.status().await.built;
		mixed(&mut world).await;
		let at_end = roots(&world).await;
		world.engine.revert(start, 5).await.unwrap();
		assert!(world.store.snapshots().await.unwrap().iter().all(|number| *number <= start));
		world.verify().await;
		world.build_all().await;
		world.verify().await;
		// Times and places of blocks differ, states do not.
		assert_eq!(roots(&world).await, at_end, "undo {undo}, a snapshot every {snapshot_every}");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_amid_a_revert_should_lose_nothing() {
	let mut world =
		World::furnished(EngineConfig { class: SizeClass::new(1).unwrap(), ..config() }).await;
	let start = world.engine.status().await.built;
	mixed(&mut world).await;
	let at_end = roots(&world).await;
	let count = world.store.pending().await.unwrap().len();
	world.engine.revert(start, 1).await.unwrap();
	let mut rounds = 0;
	loop {
		world = world.restart().await;
		let first = world.store.replay().await.unwrap().first().copied();
		if let Some((_, ReplayItem::Request(..))) = first {
			// It is not known yet, and nothing may come before it.
			assert_eq!(world.engine.ready().await.operations, 0);
			assert_eq!(world.try_build().await.unwrap(), None);
		}
		world.feed().await;
		if world.try_build().await.unwrap().is_none() {
			break;
		}
		world.verify().await;
		rounds += 1;
	}
	assert!(rounds > 3, "{rounds}");
	assert_eq!(world.store.pending().await.unwrap().len(), count);
	assert_eq!(roots(&world).await, at_end);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revert_amid_a_revert_should_keep_the_order() {
	let mut world =
		World::furnished(EngineConfig { class: SizeClass::new(1).unwrap(), ..config() }).await;
	let start = world.engine.status().await.built;
	mixed(&mut world).await;
	let at_end = roots(&world).await;
	world.engine.revert(start, 1).await.unwrap();
	world.build().await;
	world.build().await;
	world.engine.revert(BlockNumber(start.0 + 1), 2).await.unwrap();
	world.verify().await;
	world.build_all().await;
	world.verify().await;
	assert_eq!(roots(&world).await, at_end);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revert_of_nothing_should_raise_the_epoch_only() {
	let world = World::furnished(config()).await;
	let before = world.engine.status().await;
	world.engine.revert(before.built, 3).await.unwrap();
	let after = world.engine.status().await;
	assert_eq!((after.hash, after.revert_epoch), (before.hash, 3));
	let mut world = world.restart().await;
	assert_eq!(world.engine.status().await.revert_epoch, 3);
	world.deposit(ALPHA, ALICE, 0, 1).await;
	assert_eq!(world.build().await.header.revert_epoch, 3);
	world.engine.revert(BlockNumber(0), 4).await.unwrap();
	assert_eq!(world.engine.status().await.built, BlockNumber(0));
	world.build_all().await;
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revert_that_cannot_be_should_be_refused() {
	let world = World::furnished(config()).await;
	let last = world.engine.status().await.built;
	let above = BlockNumber(last.0 + 1);
	let error = world.engine.revert(above, 1).await.unwrap_err();
	assert!(
		matches!(error, EngineError::RevertTarget { to, last: l } if to == above && l == last),
		"{error}"
	);
	let error = world.engine.revert(BlockNumber(0), 0).await.unwrap_err();
	assert!(matches!(error, EngineError::RevertEpoch { epoch: 0, present: 0 }), "{error}");
	world.verify().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_is_gone_should_still_be_told() {
	let mut world = World::furnished(config()).await;
	let last = world.engine.status().await;
	let data =
		async |world: &World, hash| world.store.public_data(last.built, hash, ALPHA).await.unwrap();
	world.engine.revert(BlockNumber(last.built.0 - 1), 1).await.unwrap();
	assert_eq!(world.store.block(last.built).await.unwrap(), None);
	assert!(world.store.record(last.built, last.hash).await.unwrap().is_some());
	let built = world.build().await;
	assert_eq!(built.number(), last.built);
	assert_ne!(built.hash, last.hash);
	assert!(data(&world, last.hash).await.is_some() && data(&world, built.hash).await.is_some());
	assert_eq!(world.store.block(last.built).await.unwrap().unwrap().hash, built.hash);
	for chain in CHAINS {
		assert_eq!(
			world.engine.next_request(chain).await,
			world.queues[usize::from(chain.0) - 1].len() as u64
		);
	}
}
