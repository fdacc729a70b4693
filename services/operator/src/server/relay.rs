// SPDX-License-Identifier: Apache-2.0

//! What oracles ask.

use super::Api;
use jsonrpsee::core::async_trait;
use ligature_operator_api::{ApiError, RelayApiServer, VoteBytes, Votes};

#[async_trait]
impl RelayApiServer for Api {
	async fn vote(&self, vote: VoteBytes) -> Result<(), ApiError> {
		let built = self.engine.status().await.built;
		self.votes.vote(vote, built).await
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError> {
		self.votes.votes(from, limit).await
	}
}
