// SPDX-License-Identifier: Apache-2.0

//! Votes of oracles, which are handed on. The operator is one relay of several and judges nothing: it only makes sure
//! that what it keeps is a vote of a member, and that nobody fills its disk.

use crate::{board::Board, metrics::Metrics, store::Store};
use ligature_operator_api::{ApiError, VoteBytes, Votes};
use ligature_primitives::ids::{BlockNumber, NetworkId};
use ligature_relay::{Counts, checks};
use std::sync::{Arc, Mutex, PoisonError};

/// Most votes in an answer.
pub const MOST: u32 = 1_000;

/// Votes that are kept.
const KEEP: u64 = 20_000;

/// Older ones are forgotten after so many new ones.
const PRUNE_EVERY: u64 = 1_000;

/// Hands on votes. Clones are the same.
#[derive(Clone)]
pub struct VoteBox {
	store: Arc<dyn Store>,
	board: Board,
	network: NetworkId,
	seen: Arc<Mutex<Seen>>,
	metrics: Metrics,
}

/// What keeps members from filling the disk.
#[derive(Debug, Default)]
struct Seen {
	/// By block and member.
	counts: Counts,
	/// New votes since older ones were forgotten.
	fresh: u64,
}

impl VoteBox {
	/// Hands on votes about the blocks of this network.
	pub fn new(store: Arc<dyn Store>, board: Board, network: NetworkId, metrics: Metrics) -> Self {
		Self { store, board, network, seen: Arc::default(), metrics }
	}

	/// Takes a vote. `built` is the last block built.
	///
	/// # Errors
	///
	/// [`ApiError::BadVote`], [`ApiError::Internal`].
	pub async fn vote(&self, vote: VoteBytes, built: BlockNumber) -> Result<(), ApiError> {
		let outcome = self.try_vote(vote, built).await;
		let label = match &outcome {
			Ok(true) => "taken",
			Ok(false) => "known",
			Err(ApiError::BadVote { .. }) => "bad",
			Err(_) => "failed",
		};
		self.metrics.votes.with_label_values(&[label]).inc();
		outcome.map(drop)
	}

	/// Whether it is new.
	async fn try_vote(&self, vote: VoteBytes, built: BlockNumber) -> Result<bool, ApiError> {
		let message = checks::message(&vote, self.network)?;
		let (number, member) = (message.number, vote.member.0);
		self.board.read(|chains| {
			let epochs = chains.iter().flat_map(|chain| &chain.epochs);
			checks::is_member(&message, &member, epochs)
		})?;
		checks::is_near(number, self.board.certified(), built)?;
		checks::is_signed(&vote)?;
		self.lock(|seen| seen.counts.room(number, &member))?;
		let new = self.store.add_vote(&vote).await.map_err(internal)?;
		if new && self.counted(number, member) {
			self.store.prune_votes(KEEP).await.map_err(internal)?;
		}
		Ok(new)
	}

	/// Counts a new vote. Whether older ones should be forgotten now.
	fn counted(&self, number: BlockNumber, member: [u8; 32]) -> bool {
		let certified = self.board.certified();
		self.lock(|seen| {
			seen.counts.add(number, member, certified);
			seen.fresh += 1;
			let due = seen.fresh >= PRUNE_EVERY;
			if due {
				seen.fresh = 0;
			}
			due
		})
	}

	fn lock<R>(&self, act: impl FnOnce(&mut Seen) -> R) -> R {
		act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
	}

	/// Votes from a place on.
	///
	/// # Errors
	///
	/// [`ApiError::Internal`].
	pub async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError> {
		// The database holds no place above.
		let from = from.min(i64::MAX as u64);
		self.store.votes(from, limit.min(MOST)).await.map_err(internal)
	}
}

fn internal(error: crate::store::StoreError) -> ApiError {
	tracing::error!(%error, "votes cannot be kept");
	ApiError::Internal { reason: error.to_string() }
}

#[cfg(test)]
mod tests;
