// SPDX-License-Identifier: Apache-2.0

//! A store that fails at one write, before it or after it, and works again.

use async_trait::async_trait;
use ligature_operator::store::{
	Identity, NewBlock, PendingTransaction, RefusedTransaction, ReplayItem, Snapshot, SqliteStore,
	Stage, Store, StoreError, StoredBlock, StoredTransaction, Tip,
};
use ligature_operator_api::{PartName, StageTimes, TransactionHash, VoteBytes, Votes};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// When the write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
	/// Nothing of it is on the disk.
	Before,
	/// All of it is on the disk, and nobody hears so.
	After,
}

/// A real store of which one write fails.
pub struct FailingStore {
	inner: SqliteStore,
	moment: Moment,
	/// Writes to come until the one that fails, that one included; 0: none fails any more.
	left: AtomicU64,
	/// Writes so far.
	writes: AtomicU64,
}

impl FailingStore {
	/// The write of this number fails, from 1; 0: none.
	pub fn new(inner: SqliteStore, moment: Moment, write: u64) -> Self {
		Self { inner, moment, left: AtomicU64::new(write), writes: AtomicU64::new(0) }
	}

	/// Writes so far.
	pub fn writes(&self) -> u64 {
		self.writes.load(Ordering::SeqCst)
	}

	async fn write<T>(
		&self,
		write: impl Future<Output = Result<T, StoreError>>,
	) -> Result<T, StoreError> {
		self.writes.fetch_add(1, Ordering::SeqCst);
		let before =
			self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
		match (before, self.moment) {
			(Ok(1), Moment::Before) => Err(injected()),
			(Ok(1), Moment::After) => {
				write.await?;
				Err(injected())
			},
			_ => write.await,
		}
	}
}

fn injected() -> StoreError {
	StoreError::Missing("luck".into())
}

#[async_trait]
impl Store for FailingStore {
	async fn claim(&self, identity: &Identity) -> Result<(), StoreError> {
		self.write(self.inner.claim(identity)).await
	}

	async fn add_transactions(&self, new: &[PendingTransaction]) -> Result<(), StoreError> {
		self.write(self.inner.add_transactions(new)).await
	}

	async fn pending(&self) -> Result<Vec<PendingTransaction>, StoreError> {
		self.inner.pending().await
	}

	async fn next_place(&self) -> Result<u64, StoreError> {
		self.inner.next_place().await
	}

	async fn transaction(
		&self,
		hash: TransactionHash,
	) -> Result<Option<StoredTransaction>, StoreError> {
		self.inner.transaction(hash).await
	}

	async fn refuse(
		&self,
		refused: &[RefusedTransaction],
		replayed: u64,
	) -> Result<(), StoreError> {
		self.write(self.inner.refuse(refused, replayed)).await
	}

	async fn add_block(&self, block: &NewBlock) -> Result<(), StoreError> {
		self.write(self.inner.add_block(block)).await
	}

	async fn tip(&self) -> Result<Option<Tip>, StoreError> {
		self.inner.tip().await
	}

	async fn block(&self, number: BlockNumber) -> Result<Option<StoredBlock>, StoreError> {
		self.inner.block(number).await
	}

	async fn blocks(
		&self,
		before: Option<BlockNumber>,
		limit: u32,
	) -> Result<Vec<StoredBlock>, StoreError> {
		self.inner.blocks(before, limit).await
	}

	async fn record(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Option<(Header, Vec<u8>)>, StoreError> {
		self.inner.record(number, hash).await
	}

	async fn public_data(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
	) -> Result<Option<Vec<u8>>, StoreError> {
		self.inner.public_data(number, hash, chain).await
	}

	async fn revert(
		&self,
		to: BlockNumber,
		epoch: u32,
		replay: &[ReplayItem],
	) -> Result<(), StoreError> {
		self.write(self.inner.revert(to, epoch, replay)).await
	}

	async fn revert_epoch(&self) -> Result<u32, StoreError> {
		self.inner.revert_epoch().await
	}

	async fn replay(&self) -> Result<Vec<(u64, ReplayItem)>, StoreError> {
		self.inner.replay().await
	}

	async fn note_stage(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
		stage: Stage,
		at: u64,
	) -> Result<(), StoreError> {
		self.write(self.inner.note_stage(number, hash, chain, stage, at)).await
	}

	async fn stages(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(ChainId, StageTimes)>, StoreError> {
		self.inner.stages(number, hash).await
	}

	async fn add_snapshot(&self, snapshot: &Snapshot, keep: u32) -> Result<(), StoreError> {
		self.write(self.inner.add_snapshot(snapshot, keep)).await
	}

	async fn snapshots(&self) -> Result<Vec<BlockNumber>, StoreError> {
		self.inner.snapshots().await
	}

	async fn snapshot(&self, number: BlockNumber) -> Result<Option<Snapshot>, StoreError> {
		self.inner.snapshot(number).await
	}

	async fn add_proof(
		&self,
		number: BlockNumber,
		hash: Digest,
		part: PartName,
		proof: &[u8],
	) -> Result<(), StoreError> {
		self.write(self.inner.add_proof(number, hash, part, proof)).await
	}

	async fn proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(PartName, Vec<u8>)>, StoreError> {
		self.inner.proofs(number, hash).await
	}

	async fn note_proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
		at: u64,
	) -> Result<(), StoreError> {
		self.write(self.inner.note_proofs(number, hash, at)).await
	}

	async fn add_vote(&self, vote: &VoteBytes) -> Result<bool, StoreError> {
		self.write(self.inner.add_vote(vote)).await
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, StoreError> {
		self.inner.votes(from, limit).await
	}

	async fn prune_votes(&self, keep: u64) -> Result<(), StoreError> {
		self.write(self.inner.prune_votes(keep)).await
	}
}
