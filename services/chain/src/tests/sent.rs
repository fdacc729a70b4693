// SPDX-License-Identifier: Apache-2.0

//! Finding an extrinsic in the chain: by what the pool tells, and without it.

use super::{LONG, Node, World, connected};
use crate::{
	Chain, ChainError,
	heads::{Head, blake2_256},
	sent::{Place, Sent},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};

const EXTRINSIC: &[u8] = b"extrinsic";

/// Sends the extrinsic, which is born at the best block.
async fn send(world: &World, chain: &Chain, lifetime: u32) -> Sent {
	let birth = chain.best().await.expect("it answers").head();
	let before = world.watchers();
	let watch = chain.methods().author_submit_and_watch_extrinsic(EXTRINSIC).await;
	let sent = Sent::new(
		chain.clone(),
		Place::new(0, EXTRINSIC),
		birth,
		lifetime,
		watch.expect("the pool takes it"),
	);
	assert_eq!((sent.hash(), world.watchers()), (blake2_256(EXTRINSIC), before + 1));
	sent
}

type Finding = JoinHandle<(Sent, Result<(Head, u32), ChainError>)>;

fn find(mut sent: Sent) -> Finding {
	tokio::spawn(async move {
		let found = sent.find().await;
		(sent, found)
	})
}

fn settle(mut sent: Sent) -> Finding {
	tokio::spawn(async move {
		let found = sent.settle().await;
		(sent, found)
	})
}

async fn done(finding: Finding) -> (Sent, Result<(Head, u32), ChainError>) {
	tokio::time::timeout(LONG, finding).await.expect("it is found at last").expect("no panic")
}

#[tokio::test]
async fn what_the_pool_tells_should_be_believed_where_the_block_has_it() {
	let (world, _node, chain) = connected().await;
	let finding = find(send(&world, &chain, 64).await);
	world.tell(json!("ready"));
	world.tell(json!({ "broadcast": ["somebody"] }));
	let without = world.extend_by(1);
	let block = world.extend(&[b"other", EXTRINSIC], &[]);
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(block.hash)) }));
	let (sent, found) = done(finding).await;
	assert_eq!(found, Ok((block, 1)));
	assert_eq!(done(find(sent)).await.1, Ok((block, 1)), "and again");

	// A block that does not hold it is not taken, whatever the pool says.
	let finding = find(send(&world, &chain, 64).await);
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(without.hash)) }));
	sleep(Duration::from_millis(100)).await;
	assert!(!finding.is_finished());
	let block = world.extend(&[EXTRINSIC], &[]);
	assert_eq!(done(finding).await.1, Ok((block, 0)));
}

#[tokio::test]
async fn a_lost_connection_should_lose_no_extrinsic() {
	let (world, node, chain) = connected().await;
	world.extend_by(2);
	let finding = find(send(&world, &chain, 64).await);
	let port = node.stop().await;
	let block = world.extend(&[b"other", b"another", EXTRINSIC], &[]);
	world.extend_by(4);
	sleep(Duration::from_millis(100)).await;
	assert!(!finding.is_finished());
	let _node = Node::start(&world, port).await;
	assert_eq!(done(finding).await.1, Ok((block, 2)));
}

#[tokio::test]
async fn a_reorg_should_be_followed_until_the_block_is_final() {
	let (world, _node, chain) = connected().await;
	let sent = send(&world, &chain, 64).await;
	let settling = settle(sent);
	let first = world.extend(&[EXTRINSIC], &[]);
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(first.hash)) }));
	sleep(Duration::from_millis(100)).await;
	assert!(!settling.is_finished(), "it is in a block that is not final");
	world.fork(0);
	world.extend_by(2);
	let second = world.extend(&[b"other", EXTRINSIC], &[]);
	world.finalize(1);
	sleep(Duration::from_millis(200)).await;
	assert!(!settling.is_finished(), "the final block of that number has it not");
	world.finalize(3);
	let (_, found) = done(settling).await;
	assert_eq!(found, Ok((second, 1)));
	assert_ne!(first, second);
}

#[tokio::test]
async fn an_extrinsic_whose_life_is_over_should_be_given_up() {
	let (world, node, chain) = connected().await;
	world.extend_by(3);
	let finding = find(send(&world, &chain, 4).await);
	// The pool is forgotten.
	let port = node.stop().await;
	let _node = Node::start(&world, port).await;
	world.extend_by(10);
	sleep(Duration::from_millis(200)).await;
	assert!(!finding.is_finished(), "another branch could hold it still");
	world.finalize(5);
	world.extend_by(1);
	sleep(Duration::from_millis(200)).await;
	assert!(!finding.is_finished(), "it could be in block 6");
	world.finalize(6);
	world.extend_by(1);
	let (_, found) = done(finding).await;
	assert!(matches!(found, Err(ChainError::Expired { .. })), "{found:?}");
}

#[tokio::test]
async fn what_the_pool_lets_go_should_be_dropped_unless_a_block_has_it() {
	let (world, _node, chain) = connected().await;
	let usurper = format!("0x{}", "07".repeat(32));
	for status in [json!("invalid"), json!("dropped"), json!({ "usurped": usurper })] {
		let finding = find(send(&world, &chain, 64).await);
		world.tell(status.clone());
		let error = done(finding).await.1.expect_err("no block has it");
		match &status {
			Value::String(_) => assert!(matches!(error, ChainError::Dropped { .. }), "{error:?}"),
			_ => assert!(matches!(&error, ChainError::Replaced { by, .. } if *by == usurper)),
		}

		let sent = send(&world, &chain, 64).await;
		let block = world.extend(&[EXTRINSIC], &[]);
		let finding = find(sent);
		world.tell(status);
		assert_eq!(done(finding).await.1, Ok((block, 0)));
	}
}

#[tokio::test]
async fn patience_should_end() {
	let (world, _node, chain) = connected().await;
	let mut sent = send(&world, &chain, 64).await;
	let patience = Duration::from_millis(50);
	for (stage, waited) in [
		("in a block", sent.included(patience).await),
		("finalized", sent.finalized(patience).await),
	] {
		let error = waited.expect_err("there is no block");
		assert!(error.is_passing());
		assert!(error.to_string().contains(stage), "{error}");
	}
	// It is not lost by that.
	let block = world.extend(&[EXTRINSIC], &[]);
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(block.hash)) }));
	assert_eq!(done(find(sent)).await.1, Ok((block, 0)));
}
