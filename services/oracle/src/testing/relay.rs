// SPDX-License-Identifier: Apache-2.0

//! A relay as operators run one: a JSON-RPC server on a port of this machine.

use crate::ballots::Ballot;
use async_trait::async_trait;
use jsonrpsee::server::{Server, ServerHandle};
use ligature_operator_api::{ApiError, RelayApiServer, VoteBytes, Votes};
use std::{
	net::SocketAddr,
	sync::{Arc, Mutex},
};

/// What a relay holds.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
	/// Votes, in the order of their places.
	pub(crate) votes: Vec<VoteBytes>,
	/// Place of the first of them.
	pub(crate) first: u64,
	/// The places from which votes were asked for.
	pub(crate) asked: Vec<u64>,
	/// How many votes were brought, known ones too.
	pub(crate) brought: usize,
	/// Members whose votes are held back.
	pub(crate) censored: Vec<[u8; 32]>,
}

#[derive(Clone, Default)]
struct Handler(Arc<Mutex<Shelf>>);

#[async_trait]
impl RelayApiServer for Handler {
	async fn vote(&self, vote: VoteBytes) -> Result<(), ApiError> {
		let mut shelf = self.0.lock().expect("no panic");
		shelf.brought += 1;
		if !Ballot::read(&vote).is_some_and(|ballot| ballot.holds()) {
			return Err(ApiError::BadVote { reason: "its signature does not hold".into() });
		}
		if !shelf.votes.contains(&vote) && !shelf.censored.contains(&vote.member.0) {
			shelf.votes.push(vote);
		}
		Ok(())
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError> {
		let mut shelf = self.0.lock().expect("no panic");
		shelf.asked.push(from);
		let end = shelf.first + shelf.votes.len() as u64;
		let start = from.clamp(shelf.first, end);
		let next = end.min(start + u64::from(limit.min(1_000)));
		let range = (start - shelf.first) as usize..(next - shelf.first) as usize;
		Ok(Votes { votes: shelf.votes[range].to_vec(), next })
	}
}

/// A relay that runs.
pub(crate) struct Relay {
	handler: Handler,
	pub(crate) address: SocketAddr,
	server: Option<ServerHandle>,
}

impl Relay {
	/// A new relay at a free port.
	pub(crate) async fn start() -> Self {
		let mut relay =
			Self { handler: Handler::default(), address: ([127, 0, 0, 1], 0).into(), server: None };
		relay.resume().await;
		relay
	}

	/// Its address.
	pub(crate) fn url(&self) -> String {
		format!("ws://{}", self.address)
	}

	/// What it holds.
	pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Shelf) -> T) -> T {
		act(&mut self.handler.0.lock().expect("no panic"))
	}

	/// Stops it, with all its connections.
	pub(crate) async fn stop(&mut self) {
		if let Some(server) = self.server.take() {
			server.stop().expect("it runs");
			server.stopped().await;
		}
	}

	/// Starts it at its old address, with what it holds.
	pub(crate) async fn resume(&mut self) {
		let server = Server::builder().build(self.address).await.expect("the port is free");
		self.address = server.local_addr().expect("bound");
		self.server = Some(server.start(self.handler.clone().into_rpc()));
	}
}
