// SPDX-License-Identifier: Apache-2.0

//! Streams of heads, over breaks of the connection and re-orgs.

use super::{LONG, Node, connected};
use crate::{Head, HeadStream, Heads};
use futures::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

async fn next(heads: &mut HeadStream) -> Head {
	timeout(LONG, heads.next()).await.expect("there is one").expect("it never ends")
}

/// Panics if a head comes.
async fn nothing(heads: &mut HeadStream) {
	let head = timeout(Duration::from_millis(200), heads.following()).await;
	assert!(head.is_err(), "{head:?} came");
}

#[tokio::test]
async fn heads_should_come_one_by_one_beginning_with_the_present_one() {
	let (world, _node, chain) = connected().await;
	let mut best = chain.heads(Heads::Best);
	let mut finalized = chain.heads(Heads::Finalized);
	assert_eq!(next(&mut best).await, world.head(0));
	assert_eq!(next(&mut finalized).await, world.head(0));
	for number in 1..4 {
		let head = world.extend_by(1);
		assert_eq!((head.number, next(&mut best).await), (number, head));
	}
	nothing(&mut finalized).await;
	world.finalize(2);
	assert_eq!(next(&mut finalized).await, world.head(2));
	nothing(&mut best).await;
}

#[tokio::test]
async fn heads_should_go_on_with_the_newest_after_a_break() {
	let (world, node, chain) = connected().await;
	let (mut best, mut finalized) = (chain.heads(Heads::Best), chain.heads(Heads::Finalized));
	assert_eq!(next(&mut best).await, world.head(0));
	assert_eq!(next(&mut finalized).await, world.head(0));
	let port = node.stop().await;
	let last = world.extend_by(5);
	world.finalize(4);
	let node = Node::start(&world, port).await;
	assert_eq!(next(&mut best).await, last, "those in between are left out");
	assert_eq!(next(&mut finalized).await, world.head(4));
	node.stop().await;
	// Nothing is news that was told before the break.
	let _node = Node::start(&world, port).await;
	nothing(&mut best).await;
	nothing(&mut finalized).await;
	let last = world.extend_by(1);
	assert_eq!(next(&mut best).await, last);
}

#[tokio::test]
async fn a_reorg_should_be_told_to_who_follows_the_best_head_only() {
	let (world, node, chain) = connected().await;
	world.extend_by(3);
	world.finalize(1);
	let (mut best, mut finalized) = (chain.heads(Heads::Best), chain.heads(Heads::Finalized));
	assert_eq!(next(&mut best).await, world.head(3));
	assert_eq!(next(&mut finalized).await, world.head(1));
	let old = world.head(2);
	world.fork(1);
	let other = world.extend_by(1);
	assert_eq!((other.number, next(&mut best).await), (2, other));
	assert_ne!(other, old);
	// A node that knows less than what was final does not take it back.
	let port = node.stop().await;
	world.finalize(0);
	let _node = Node::start(&world, port).await;
	nothing(&mut finalized).await;
	world.finalize(2);
	assert_eq!(next(&mut finalized).await, other);
}
