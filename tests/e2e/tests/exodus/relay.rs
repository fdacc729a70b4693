// SPDX-License-Identifier: Apache-2.0

//! A relay of the oracles' votes that is no operator's: it goes on when all operators are gone. The members check what
//! it hands on.

use jsonrpsee::{
	core::async_trait,
	server::{Server, ServerHandle},
};
use ligature_operator_api::{ApiError, RelayApiServer, VoteBytes, Votes};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<VoteBytes>>>);

#[async_trait]
impl RelayApiServer for Shelf {
	async fn vote(&self, vote: VoteBytes) -> Result<(), ApiError> {
		let mut votes = self.0.lock().unwrap();
		if !votes.contains(&vote) {
			votes.push(vote);
		}
		Ok(())
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError> {
		let votes = self.0.lock().unwrap();
		let first = (from as usize).min(votes.len());
		let next = votes.len().min(first + limit.min(1_000) as usize);
		Ok(Votes { votes: votes[first..next].to_vec(), next: next as u64 })
	}
}

/// A relay that runs until it is dropped.
pub struct Relay {
	/// Where it listens.
	pub url: String,
	_server: ServerHandle,
}

impl Relay {
	/// Starts one at a free port of this machine.
	pub async fn start() -> Self {
		let server = Server::builder().build("127.0.0.1:0").await.unwrap();
		let url = format!("ws://{}", server.local_addr().unwrap());
		Self { url, _server: server.start(Shelf::default().into_rpc()) }
	}
}
