// SPDX-License-Identifier: Apache-2.0

//! The proof board: which parts of which blocks lack a proof, who works on them, and the proofs that are there.
//!
//! A proof is verified against the header's public input and the chains' keys before it is kept: what is handed on
//! holds. (Provers verify it all the same.)

mod keys;
mod leases;

pub use keys::{BadKey, CheckError, Keys, Part, part, parts};
pub use leases::{Leases, Place};

use crate::{
	board::Board,
	clock::now,
	metrics::Metrics,
	notice::{Notice, Notices},
	store::{Store, StoreError},
};
use ligature_operator_api::{ApiError, Hash32, PartName, ProofOf, Share};
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
};
use std::{
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// For how long a share is given.
pub const LEASE: Duration = Duration::from_secs(30);

/// Most blocks that are named as lacking proofs.
const MOST_WANTED: u64 = 64;

/// The proof board. Clones are the same.
#[derive(Clone)]
pub struct ProofBoard {
	store: Arc<dyn Store>,
	board: Board,
	keys: Keys,
	leases: Arc<Mutex<Leases>>,
	notices: Notices,
	metrics: Metrics,
	/// So many proofs are verified at a time.
	permits: Arc<Semaphore>,
}

impl ProofBoard {
	/// A board for the blocks of this store.
	pub fn new(
		store: Arc<dyn Store>,
		board: Board,
		keys: Keys,
		notices: Notices,
		metrics: Metrics,
	) -> Self {
		let cores = std::thread::available_parallelism().map_or(1, usize::from);
		Self {
			store,
			board,
			keys,
			leases: Arc::new(Mutex::new(Leases::new(LEASE))),
			notices,
			metrics,
			permits: Arc::new(Semaphore::new(cores)),
		}
	}

	fn leases(&self) -> MutexGuard<'_, Leases> {
		// Nobody leaves them half written.
		self.leases.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// The header of a block that was not taken back.
	async fn header(&self, number: BlockNumber, hash: Digest) -> Result<Header, ApiError> {
		let block = self.store.block(number).await.map_err(internal)?;
		let block = block.filter(|block| block.hash == hash);
		block.map(|block| block.header).ok_or_else(|| not_found(number, hash))
	}

	/// Takes a share of the work on a block.
	///
	/// # Errors
	///
	/// [`ApiError::NotFound`], [`ApiError::Internal`].
	pub async fn take(
		&self,
		number: BlockNumber,
		hash: Digest,
		prover: Hash32,
		at: Instant,
	) -> Result<Option<Share>, ApiError> {
		let header = self.header(number, hash).await?;
		if number <= self.board.proven() {
			return Ok(None);
		}
		let there = self.store.proofs(number, hash).await.map_err(internal)?;
		let mut lacking = parts(&header).map_err(|refusal| internal_text(&refusal))?;
		lacking.retain(|part| there.iter().all(|(name, _)| *name != part.name));
		// The largest first: it takes the longest.
		lacking.sort_by_key(|part| std::cmp::Reverse(capacity(part)));
		let lacking: Vec<_> = lacking.into_iter().map(|part| part.name).collect();
		let mut leases = self.leases();
		let seconds = leases.length().as_secs();
		let part = leases.take((number, hash), &lacking, prover, at);
		Ok(part.map(|part| Share { part, seconds }))
	}

	/// Goes on with a share.
	///
	/// # Errors
	///
	/// [`ApiError::NotFound`], [`ApiError::Internal`].
	pub async fn renew(&self, place: Place, prover: Hash32, at: Instant) -> Result<bool, ApiError> {
		self.header(place.0, place.1).await?;
		Ok(self.leases().renew(place, prover, at))
	}

	/// Gives a share back.
	pub fn release(&self, place: Place, prover: Hash32) {
		self.leases().release(place, prover);
	}

	/// Takes a proof, if it holds.
	///
	/// # Errors
	///
	/// [`ApiError::NotFound`], [`ApiError::BadProof`], [`ApiError::Internal`].
	pub async fn prove(
		&self,
		number: BlockNumber,
		hash: Digest,
		proof: ProofOf,
	) -> Result<(), ApiError> {
		let outcome = self.try_prove(number, hash, proof).await;
		let label = match &outcome {
			Ok(()) => "taken",
			Err(ApiError::BadProof { .. }) => "bad",
			Err(_) => "failed",
		};
		self.metrics.proofs.with_label_values(&[label]).inc();
		outcome
	}

	async fn try_prove(
		&self,
		number: BlockNumber,
		hash: Digest,
		ProofOf { part: name, proof }: ProofOf,
	) -> Result<(), ApiError> {
		let header = self.header(number, hash).await?;
		let there = self.store.proofs(number, hash).await.map_err(internal)?;
		if there.iter().any(|(part, bytes)| *part == name && *bytes == proof.0) {
			return Ok(());
		}
		let permit = self.permits.acquire().await.map_err(|error| internal_text(&error))?;
		let (keys, checked) = (self.keys.clone(), header.clone());
		let checking = tokio::task::spawn_blocking(move || {
			keys.check(&checked, name, &proof.0).map(|()| proof)
		});
		let outcome = checking.await.map_err(|error| internal_text(&error))?;
		drop(permit);
		let proof = outcome.map_err(|error| match error {
			CheckError::NoKey | CheckError::OtherKeys => internal_text(&error),
			_ => ApiError::BadProof { reason: error.to_string() },
		})?;
		self.store.add_proof(number, hash, name, &proof.0).await.map_err(internal)?;
		self.leases().done((number, hash, name));
		tracing::info!(%number, part = ?name, "a proof has come");

		let there = self.store.proofs(number, hash).await.map_err(internal)?;
		let parts = parts(&header).map_err(|refusal| internal_text(&refusal))?;
		if parts.iter().all(|part| there.iter().any(|(name, _)| *name == part.name)) {
			self.store.note_proofs(number, hash, now()).await.map_err(internal)?;
			tracing::info!(%number, "all proofs are there");
			self.notices.tell(Notice::Block(number));
		}
		Ok(())
	}

	/// The proofs that are there.
	///
	/// # Errors
	///
	/// [`ApiError::NotFound`], [`ApiError::Internal`].
	pub async fn proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<ProofOf>, ApiError> {
		self.header(number, hash).await?;
		let proofs = self.store.proofs(number, hash).await.map_err(internal)?;
		let proofs = proofs.into_iter().map(|(part, proof)| ProofOf { part, proof: proof.into() });
		Ok(proofs.collect())
	}

	/// Blocks that lack a proof, the lowest first, and that some chain has not proven.
	///
	/// # Errors
	///
	/// [`ApiError::Internal`].
	pub async fn wanted(&self) -> Result<Vec<(u64, Hash32)>, ApiError> {
		let proven = self.board.proven();
		let mut wanted = Vec::new();
		for number in (proven.0.saturating_add(1)..).take(MOST_WANTED as usize).map(BlockNumber) {
			let Some(block) = self.store.block(number).await.map_err(internal)? else { break };
			if block.proofs_at.is_none() {
				wanted.push((number.0, block.hash.into()));
			}
		}
		Ok(wanted)
	}
}

/// How large the circuit of a part is.
fn capacity(part: &Part) -> u32 {
	match part.circuit {
		ligature_chain::Circuit::Chain(class) => class.capacity(),
		ligature_chain::Circuit::Join(class) => class.capacity(),
	}
}

fn internal(error: StoreError) -> ApiError {
	internal_text(&error)
}

fn internal_text(error: &dyn std::fmt::Display) -> ApiError {
	tracing::error!(%error, "the proof board fails");
	ApiError::Internal { reason: error.to_string() }
}

fn not_found(number: BlockNumber, hash: Digest) -> ApiError {
	ApiError::NotFound { what: format!("block {number} with hash {}", Hash32(hash)) }
}

/// A part that somebody names.
pub const fn place(number: u64, hash: Hash32, part: PartName) -> Place {
	(BlockNumber(number), hash.0, part)
}

#[cfg(test)]
mod tests;
