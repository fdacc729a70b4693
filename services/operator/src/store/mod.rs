// SPDX-License-Identifier: Apache-2.0

//! What must survive: transactions, blocks, proofs, votes. A trait, and SQLite behind it.
//!
//! Every method that writes is one database transaction: when it answers, all of it is on the disk; when it fails,
//! all of it or nothing is there, and [`Store::tip`] and [`Store::pending`] say which. No SQL stands outside the
//! implementation.

mod error;
mod sqlite;
mod types;

pub use error::StoreError;
pub use sqlite::{FORMAT, SqliteStore};
pub use types::{
	Identity, IncludedTransaction, NewBlock, PendingTransaction, RefusedTransaction, ReplayItem,
	Snapshot, Stage, StoredBlock, StoredTransaction, Tip,
};

use async_trait::async_trait;
use ligature_operator_api::{PartName, StageTimes, TransactionHash, VoteBytes, Votes};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};

/// What a store can do. Times are milliseconds since 1970.
#[async_trait]
pub trait Store: Send + Sync {
	/// Binds a fresh store to a network, or checks that it is this network's.
	///
	/// # Errors
	///
	/// [`StoreError::OtherNetwork`].
	async fn claim(&self, identity: &Identity) -> Result<(), StoreError>;

	/// Adds transactions that wait, in the order of their places. One that was refused before waits again, with its
	/// new bytes and place; one that waits or is in a block stays as it is.
	async fn add_transactions(&self, transactions: &[PendingTransaction])
	-> Result<(), StoreError>;

	/// All transactions that wait, by their places.
	async fn pending(&self) -> Result<Vec<PendingTransaction>, StoreError>;

	/// The place after the last one given.
	async fn next_place(&self) -> Result<u64, StoreError>;

	/// A transaction and where it stands.
	async fn transaction(
		&self,
		hash: TransactionHash,
	) -> Result<Option<StoredTransaction>, StoreError>;

	/// Drops waiting transactions for good, with their reasons, and the first `replayed` places of what is to be done
	/// again (see [`Store::revert`]).
	async fn refuse(&self, refused: &[RefusedTransaction], replayed: u64)
	-> Result<(), StoreError>;

	/// Adds a block with all that it does to transactions.
	///
	/// # Errors
	///
	/// [`StoreError::NotNext`] unless it is the block after the last one.
	async fn add_block(&self, block: &NewBlock) -> Result<(), StoreError>;

	/// The last block, if there is any.
	async fn tip(&self) -> Result<Option<Tip>, StoreError>;

	/// The block of this number that was not taken back.
	async fn block(&self, number: BlockNumber) -> Result<Option<StoredBlock>, StoreError>;

	/// The last blocks below `before` (from the end if none), the highest first.
	async fn blocks(
		&self,
		before: Option<BlockNumber>,
		limit: u32,
	) -> Result<Vec<StoredBlock>, StoreError>;

	/// Header and record of a block, be it taken back or not.
	async fn record(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Option<(Header, Vec<u8>)>, StoreError>;

	/// A chain's public data in a block, be it taken back or not.
	async fn public_data(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
	) -> Result<Option<Vec<u8>>, StoreError>;

	/// Takes back all blocks above `to`: their transactions wait again, their snapshots are gone, and `replay` is what
	/// is to be done first, in this order, in place of what stood there before.
	async fn revert(
		&self,
		to: BlockNumber,
		epoch: u32,
		replay: &[ReplayItem],
	) -> Result<(), StoreError>;

	/// The revert epoch of the next block.
	async fn revert_epoch(&self) -> Result<u32, StoreError>;

	/// What is to be done first, each with its place, ascending.
	async fn replay(&self) -> Result<Vec<(u64, ReplayItem)>, StoreError>;

	/// Notes when a block reached a stage on a chain. The first time counts.
	async fn note_stage(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
		stage: Stage,
		at: u64,
	) -> Result<(), StoreError>;

	/// When a block reached its stages, by chain, ascending.
	async fn stages(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(ChainId, StageTimes)>, StoreError>;

	/// Keeps the states of all chains after a block, and forgets all but the last `keep` snapshots.
	async fn add_snapshot(&self, snapshot: &Snapshot, keep: u32) -> Result<(), StoreError>;

	/// The numbers of the blocks with a snapshot, the highest first.
	async fn snapshots(&self) -> Result<Vec<BlockNumber>, StoreError>;

	/// The states of all chains after a block.
	async fn snapshot(&self, number: BlockNumber) -> Result<Option<Snapshot>, StoreError>;

	/// Keeps the proof of a part of a block. The first one stays.
	async fn add_proof(
		&self,
		number: BlockNumber,
		hash: Digest,
		part: PartName,
		proof: &[u8],
	) -> Result<(), StoreError>;

	/// The proofs of a block that are there: the halves by chain, then the join.
	async fn proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(PartName, Vec<u8>)>, StoreError>;

	/// Notes when all proofs of a block were there. The first time counts.
	async fn note_proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
		at: u64,
	) -> Result<(), StoreError>;

	/// Keeps a vote. Whether it is new.
	async fn add_vote(&self, vote: &VoteBytes) -> Result<bool, StoreError>;

	/// Votes from a place on.
	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, StoreError>;

	/// Forgets all but the last `keep` votes.
	async fn prune_votes(&self, keep: u64) -> Result<(), StoreError>;
}
