// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::testing::{ALPHA, Person, World, deposit};
use ligature_primitives::ids::ChainId;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Builds a block, and lets both chains commit it.
async fn build(world: &World, committed: bool) -> (BlockNumber, Digest) {
	let first = world.api.engine.next_request(ALPHA).await;
	world.requests(ALPHA, first, &[deposit(Person(3), 0, 1)]).await;
	let built = world.build().await;
	if committed {
		say(world, built.number().0, built.hash).await;
	}
	(built.number(), built.hash)
}

/// Both chains have committed up to this block, in the operator's epoch.
async fn say(world: &World, number: u64, hash: Digest) {
	let epoch = world.api.engine.status().await.revert_epoch;
	for place in 0..2 {
		world.api.board.update(place, |state| {
			let view = state.view.as_mut().expect("there is one");
			view.counters.committed = BlockNumber(number);
			view.revert_epoch = epoch;
			view.tip = hash;
		});
	}
}

async fn never(world: &World, number: BlockNumber, hash: Digest) {
	let error = "TimestampTooEarly".to_owned();
	let cause = Cause::Never { chain: ChainId(2), number, hash, error };
	world.shared.council.send(Petition::Cause(cause)).await.expect("the task is there");
}

/// Waits until the operator's revert epoch is this one.
async fn epoch(world: &World, wanted: u32) {
	let reached = async {
		while world.api.engine.status().await.revert_epoch != wanted {
			sleep(Duration::from_millis(10)).await;
		}
	};
	timeout(Duration::from_secs(20), reached).await.expect("it comes soon");
}

/// Waits until the gate says something that contains this.
async fn shut(world: &World, why: &str) {
	let said = async {
		while !world.api.gate.reason().await.is_some_and(|reason| reason.contains(why)) {
			sleep(Duration::from_millis(10)).await;
		}
	};
	timeout(Duration::from_secs(20), said).await.expect("it comes soon");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_a_chain_never_takes_should_be_built_anew() {
	let world = World::new().await;
	build(&world, true).await;
	let (number, hash) = build(&world, false).await;
	never(&world, number, hash).await;
	epoch(&world, 1).await;
	let status = world.api.engine.status().await;
	assert_eq!(status.built, BlockNumber(1));
	assert_eq!(world.api.gate.reason().await, None);
	// Its request waits again.
	let again = world.build().await;
	assert_eq!((again.number(), again.operations, again.header.revert_epoch), (number, 1, 1));
	assert_ne!(again.hash, hash);
	assert_eq!(world.api.metrics.reverts.get(), 1);
	// What is said about the block that is gone means nothing.
	never(&world, number, hash).await;
	say(&world, number.0, again.hash).await;
	sleep(Duration::from_millis(100)).await;
	assert_eq!(world.api.engine.status().await.revert_epoch, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reverts_that_do_not_help_should_stop_until_people_come() {
	let world = World::new().await;
	let (_, first) = build(&world, true).await;
	build(&world, false).await;
	// As often as it is allowed in this test.
	for round in 1..=2 {
		let status = world.api.engine.status().await;
		never(&world, status.built, status.hash).await;
		epoch(&world, round).await;
		// The chains follow, and what was in the block is in the next one.
		say(&world, 1, first).await;
		world.build().await;
	}
	let status = world.api.engine.status().await;
	never(&world, status.built, status.hash).await;
	shut(&world, "2 reverts have not helped").await;
	assert_eq!(world.api.engine.status().await.revert_epoch, 2);
	// People come, and it goes on.
	let (answer, answered) = oneshot::channel();
	let wish = Petition::Wish { to: BlockNumber(1), reason: "try again".into(), answer };
	world.shared.council.send(wish).await.expect("the task is there");
	let answer = answered.await.expect("it answers").expect("it can be");
	assert_eq!(answer, 3);
	assert_eq!(world.api.gate.reason().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_built_while_blocks_must_go_and_cannot() {
	let world = World::new().await;
	build(&world, true).await;
	let (number, hash) = build(&world, false).await;
	// The first chain has it, proven.
	world.api.board.update(0, |state| {
		let view = state.view.as_mut().expect("there is one");
		(view.counters.committed, view.counters.proven, view.tip) = (number, number, hash);
	});
	never(&world, number, hash).await;
	shut(&world, "chain 1 has proven block 2").await;
	assert_eq!(world.api.engine.status().await.revert_epoch, 0);
	// The oracles refuse it: the first chain halts for it, and lets it go.
	world.api.board.update(0, |state| {
		state.view.as_mut().expect("there is one").refused = Some(number);
	});
	epoch(&world, 1).await;
	assert_eq!(world.api.engine.status().await.built, BlockNumber(1));
	let open = async {
		while world.api.gate.reason().await.is_some() {
			sleep(Duration::from_millis(10)).await;
		}
	};
	timeout(Duration::from_secs(20), open).await.expect("the gate opens again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_in_a_later_epoch_should_be_joined_by_the_others() {
	let world = World::new().await;
	let (number, hash) = build(&world, true).await;
	build(&world, false).await;
	world.api.board.update(0, |state| {
		state.view.as_mut().expect("there is one").revert_epoch = 5;
	});
	epoch(&world, 6).await;
	let status = world.api.engine.status().await;
	assert_eq!((status.built, status.hash), (number, hash), "block 2 names an epoch that is over");
}
