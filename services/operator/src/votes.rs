// SPDX-License-Identifier: Apache-2.0

//! Votes of oracles, which are handed on. The operator is one relay of several and judges nothing: it only makes sure
//! that what it keeps is a vote of a member, and that nobody fills its disk.

use crate::{board::Board, metrics::Metrics, store::Store};
use ed25519_dalek::{Signature, VerifyingKey};
use ligature_operator_api::{ApiError, VoteBytes, Votes};
use ligature_primitives::{
	ids::{BlockNumber, NetworkId},
	vote::VoteMessage,
};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, PoisonError},
};

/// Most votes in an answer.
pub const MOST: u32 = 1_000;

/// Votes that are kept.
const KEEP: u64 = 20_000;

/// Older ones are forgotten after so many new ones.
const PRUNE_EVERY: u64 = 1_000;

/// Votes about blocks so far above the last one built are taken: chains take no refusal beyond.
const AHEAD: u64 = 64;

/// Votes about blocks so far below the last one that is certified everywhere are taken.
const BEHIND: u64 = 256;

/// Votes of one member about one block: more than an honest one ever has to say, with some reverts in between.
const PER_BLOCK: u32 = 32;

/// Hands on votes. Clones are the same.
#[derive(Clone)]
pub struct VoteBox {
	store: Arc<dyn Store>,
	board: Board,
	network: NetworkId,
	counts: Arc<Mutex<Counts>>,
	metrics: Metrics,
}

/// What keeps members from filling the disk.
#[derive(Debug, Default)]
struct Counts {
	/// Different votes by block and member, since the start.
	votes: BTreeMap<(BlockNumber, [u8; 32]), u32>,
	/// New votes since older ones were forgotten.
	fresh: u64,
}

fn bad(reason: impl ToString) -> ApiError {
	ApiError::BadVote { reason: reason.to_string() }
}

impl VoteBox {
	/// Hands on votes about the blocks of this network.
	pub fn new(store: Arc<dyn Store>, board: Board, network: NetworkId, metrics: Metrics) -> Self {
		Self { store, board, network, counts: Arc::default(), metrics }
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
		let message = VoteMessage::decode(&vote.message.0).map_err(bad)?;
		if message.network != self.network {
			return Err(bad(format!("it is about network {}", message.network)));
		}
		self.check_member(&message, &vote.member.0)?;
		self.check_number(message.number, built)?;
		check_signature(&vote)?;
		let place = (message.number, vote.member.0);
		if self.lock(|counts| counts.votes.get(&place).copied().unwrap_or(0)) >= PER_BLOCK {
			return Err(bad(format!(
				"the member has said {PER_BLOCK} things about this block already"
			)));
		}
		let new = self.store.add_vote(&vote).await.map_err(internal)?;
		if new && self.counted(place) {
			self.store.prune_votes(KEEP).await.map_err(internal)?;
		}
		Ok(new)
	}

	/// Counts a new vote. Whether older ones should be forgotten now.
	fn counted(&self, place: (BlockNumber, [u8; 32])) -> bool {
		let least = BlockNumber(self.board.certified().0.saturating_sub(BEHIND));
		self.lock(|counts| {
			*counts.votes.entry(place).or_default() += 1;
			// Votes about lower blocks are not taken any more.
			counts.votes = counts.votes.split_off(&(least, [0; 32]));
			counts.fresh += 1;
			let due = counts.fresh >= PRUNE_EVERY;
			if due {
				counts.fresh = 0;
			}
			due
		})
	}

	fn lock<R>(&self, act: impl FnOnce(&mut Counts) -> R) -> R {
		act(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
	}

	/// That who signs is one of the members of the epoch that the message names, as some chain knows it.
	fn check_member(&self, message: &VoteMessage, member: &[u8; 32]) -> Result<(), ApiError> {
		let named = (message.oracle_epoch, message.member_set_hash);
		self.board.read(|chains| {
			let mut epochs = chains.iter().flat_map(|chain| &chain.epochs);
			let epoch = epochs.find(|epoch| (epoch.number, epoch.hash) == named);
			let epoch = epoch.ok_or_else(|| {
				bad(format!("no chain knows epoch {} with these members", message.oracle_epoch))
			})?;
			// Ascending.
			match epoch.members.binary_search(member) {
				Ok(_) => Ok(()),
				Err(_) => Err(bad(format!("the key is no member's of epoch {}", epoch.number))),
			}
		})
	}

	fn check_number(&self, number: BlockNumber, built: BlockNumber) -> Result<(), ApiError> {
		let least = self.board.certified().0.saturating_sub(BEHIND);
		let most = built.0.saturating_add(AHEAD);
		match (least..=most).contains(&number.0) {
			true => Ok(()),
			false => Err(bad(format!("block {number} is far from those that are open"))),
		}
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

/// The strict check, which chains make too: no key or signature that fits two messages.
fn check_signature(vote: &VoteBytes) -> Result<(), ApiError> {
	let key = VerifyingKey::from_bytes(&vote.member.0).map_err(|_| bad("the key is no point"))?;
	let signature = Signature::from_slice(&vote.signature.0)
		.map_err(|_| bad(format!("a signature has 64 bytes, not {}", vote.signature.0.len())))?;
	key.verify_strict(&vote.message.0, &signature).map_err(|_| bad("the signature does not hold"))
}

fn internal(error: crate::store::StoreError) -> ApiError {
	tracing::error!(%error, "votes cannot be kept");
	ApiError::Internal { reason: error.to_string() }
}

#[cfg(test)]
mod tests;
