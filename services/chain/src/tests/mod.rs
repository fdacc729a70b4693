// SPDX-License-Identifier: Apache-2.0

//! The client against a small node: a real JSON-RPC server that a test starts, stops and starts again, with a chain
//! whose blocks the test makes. What a real runtime answers is tested where the runtime is.

mod bids;
mod blocks;
mod connection;
mod heads;
mod later;
mod node;
mod runtime;
mod sending;
mod sent;
mod world;

use crate::{chain::Chain, rpc::Limits};
use node::Node;
use std::time::Duration;
use world::World;

/// Limits that a test can wait for.
const LIMITS: Limits = Limits {
	answer: Duration::from_secs(2),
	first_pause: Duration::from_millis(20),
	longest_pause: Duration::from_millis(100),
	silence: Duration::from_secs(20),
};

/// More than anything here takes, on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// A node of a new chain, and a client of it.
async fn connected() -> (World, Node, Chain) {
	let world = World::new(1);
	let node = Node::start(&world, 0).await;
	let chain = Chain::connect_with(&node.url(), LIMITS).await.expect("the node is there");
	(world, node, chain)
}
