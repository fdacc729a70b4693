// SPDX-License-Identifier: Apache-2.0

//! Connecting, losing the connection, getting it back.

use super::{LIMITS, LONG, Node, World, connected};
use crate::{Chain, ChainError, Limits};
use std::{
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	time::{Instant, sleep, timeout},
};

fn is_unreachable<T>(result: Result<T, ChainError>) -> bool {
	matches!(result, Err(ChainError::Unreachable { .. }))
}

/// Waits until something holds.
async fn until(mut holds: impl FnMut() -> bool) {
	let wait = async {
		while !holds() {
			sleep(Duration::from_millis(5)).await;
		}
	};
	timeout(LONG, wait).await.expect("it should hold at last");
}

#[tokio::test]
async fn a_chain_should_know_its_name_its_genesis_and_its_blocks() {
	let (world, node, chain) = connected().await;
	assert_eq!((chain.name(), chain.url()), ("Test", &*node.url()));
	assert_eq!(chain.genesis(), world.head(0).hash);
	assert!(chain.connected());
	assert_eq!((&*chain.native().symbol, chain.native().decimals), ("LIG", 12));

	let last = world.extend_by(3);
	world.finalize(2);
	assert_eq!(chain.best().await.expect("it answers").head(), last);
	assert_eq!(chain.finalized().await.expect("it answers").head(), world.head(2));
	let first = chain.at_number(1).await.expect("it is there");
	assert_eq!((first.head(), first.parent()), (world.head(1), chain.genesis()));
	assert_eq!(chain.at(last.hash).await.expect("it is there").head(), last);
}

#[tokio::test]
async fn a_block_that_is_not_there_should_be_unknown() {
	let (_world, _node, chain) = connected().await;
	let unknown = |result: Result<_, _>| matches!(result, Err(ChainError::UnknownBlock { .. }));
	assert!(unknown(chain.at([7; 32]).await));
	assert!(unknown(chain.at_number(1).await));
}

#[tokio::test]
async fn a_lost_connection_should_come_back() {
	let (world, node, chain) = connected().await;
	let port = node.stop().await;
	until(|| !chain.connected()).await;
	let begun = Instant::now();
	assert!(is_unreachable(chain.best().await));
	assert!(begun.elapsed() >= LIMITS.answer, "it waits for the connection as long as it may");
	assert!(begun.elapsed() < LIMITS.answer * 3, "and not longer");

	let head = world.extend_by(2);
	let _node = Node::start(&world, port).await;
	until(|| chain.connected()).await;
	assert_eq!(chain.best().await.expect("it answers again").head(), head);
}

#[tokio::test]
async fn a_call_in_a_short_break_should_wait_for_the_connection() {
	let (world, node, chain) = connected().await;
	let port = node.stop().await;
	until(|| !chain.connected()).await;
	let best = tokio::spawn({
		let chain = chain.clone();
		async move { chain.best().await }
	});
	sleep(LIMITS.answer / 10).await;
	let _node = Node::start(&world, port).await;
	let best = best.await.expect("no panic").expect("the connection came back in time");
	assert_eq!(best.head(), world.head(0));
}

#[tokio::test]
async fn a_node_that_does_not_answer_should_be_unreachable_in_time() {
	let (world, _node, chain) = connected().await;
	world.mute(true);
	let begun = Instant::now();
	let error = chain.best().await.expect_err("it says nothing");
	assert!(begun.elapsed() < LIMITS.answer * 3);
	assert!(error.is_passing());
	assert!(error.to_string().contains("chain_getHeader"), "{error}");
	world.mute(false);
	assert!(chain.best().await.is_ok(), "the connection is good still");
}

#[tokio::test]
async fn where_nobody_is_nobody_should_be_reached() {
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
	let url = format!("ws://{}", listener.local_addr().expect("it listens"));
	drop(listener);
	assert!(is_unreachable(Chain::connect(&url).await));

	// Somebody who takes the connection, and says nothing.
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
	let url = format!("ws://{}", listener.local_addr().expect("it listens"));
	let limits = Limits { answer: Duration::from_millis(200), ..LIMITS };
	let begun = Instant::now();
	assert!(is_unreachable(Chain::connect_with(&url, limits).await));
	assert!(is_unreachable(Chain::connect_within(&url, Duration::from_millis(200)).await));
	assert!(begun.elapsed() < Limits::default().answer, "patience is shorter than one attempt");
}

#[tokio::test]
async fn what_is_no_address_should_be_refused_at_once() {
	for url in ["http://127.0.0.1:9944", "127.0.0.1:9944", "", "alpha", "ws://", "wss://:9944"] {
		let begun = Instant::now();
		let error = Chain::connect_within(url, LONG).await.expect_err("no address");
		assert!(matches!(error, ChainError::Url { .. }), "{url}: {error:?}");
		assert!(begun.elapsed() < LONG / 2);
	}
}

#[tokio::test]
async fn connecting_should_be_tried_as_long_as_it_is_wished() {
	let world = World::new(1);
	let node = Node::start(&world, 0).await;
	let (url, port) = (node.url(), node.stop().await);
	assert!(is_unreachable(Chain::connect_within(&url, Duration::from_millis(300)).await));
	let connecting = tokio::spawn(async move { Chain::connect_within(&url, LONG).await });
	sleep(Duration::from_millis(300)).await;
	let _node = Node::start(&world, port).await;
	let chain = connecting.await.expect("no panic").expect("the node came");
	assert_eq!(chain.genesis(), world.head(0).hash);
}

#[tokio::test]
async fn another_chain_at_the_same_address_should_not_be_taken_for_this_one() {
	let (world, node, chain) = connected().await;
	let port = node.stop().await;
	until(|| !chain.connected()).await;
	let other = World::new(2);
	let node = Node::start(&other, port).await;
	let error = chain.best().await.expect_err("it is another chain");
	assert!(error.to_string().contains("another chain"), "{error}");
	assert!(!chain.connected());

	node.stop().await;
	let _node = Node::start(&world, port).await;
	until(|| chain.connected()).await;
	assert_eq!(chain.best().await.expect("it is back").head(), world.head(0));
}

#[tokio::test]
async fn a_refusal_should_keep_method_code_and_message() {
	let (_world, _node, chain) = connected().await;
	let error = chain.methods().system_health().await.expect_err("the node has no such method");
	let error = chain.error("system_health", error);
	let ChainError::Refused { method, code, message } = &error else {
		panic!("{error:?}");
	};
	assert_eq!((&**method, *code, &**message), ("system_health", -32601, "Method not found"));
	assert!(!error.is_passing() && !error.is_stale());
}

/// Hands everything on, until it is told to hold everything back.
async fn proxy(listener: TcpListener, target: u16, frozen: Arc<AtomicBool>) {
	loop {
		let (mut near, _) = listener.accept().await.expect("somebody comes");
		let mut far = TcpStream::connect(("127.0.0.1", target)).await.expect("the node is there");
		let frozen = frozen.clone();
		tokio::spawn(async move {
			let (mut up, mut down) = ([0; 4096], [0; 4096]);
			let mut held = false;
			loop {
				tokio::select! {
					n = near.read(&mut up), if !held => match n {
						Ok(n @ 1..) => far.write_all(&up[..n]).await.expect("the node listens"),
						_ => return,
					},
					n = far.read(&mut down), if !held => match n {
						Ok(n @ 1..) => near.write_all(&down[..n]).await.expect("the client listens"),
						_ => return,
					},
					// This connection stays open, and silent for ever.
					() = sleep(Duration::from_millis(10)) => held |= frozen.load(Ordering::SeqCst),
				}
			}
		});
	}
}

#[tokio::test]
async fn a_connection_that_has_gone_silent_should_be_replaced() {
	let world = World::new(1);
	let node = Node::start(&world, 0).await;
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
	let url = format!("ws://{}", listener.local_addr().expect("it listens"));
	let frozen = Arc::new(AtomicBool::new(false));
	let proxy = tokio::spawn(proxy(listener, node.port(), frozen.clone()));
	let limits = Limits { silence: Duration::from_millis(800), ..LIMITS };
	let chain = Chain::connect_with(&url, limits).await.expect("through the proxy");

	frozen.store(true, Ordering::SeqCst);
	until(|| !chain.connected()).await;
	frozen.store(false, Ordering::SeqCst);
	until(|| chain.connected()).await;
	assert_eq!(chain.best().await.expect("by a new connection").head(), world.head(0));
	proxy.abort();
}

#[tokio::test]
async fn the_last_handle_should_close_the_connection() {
	let (world, _node, chain) = connected().await;
	let mut heads = chain.heads(crate::Heads::Best);
	heads.following().await;
	drop(chain);
	assert_eq!(world.listeners(), 1, "the stream holds the connection");
	drop(heads);
	// The node notices that the connection is closed.
	until(|| world.listeners() == 0).await;
}
