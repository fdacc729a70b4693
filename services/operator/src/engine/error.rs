// SPDX-License-Identifier: Apache-2.0

//! Why the engine does not do what it is asked.

use crate::store::StoreError;
use ligature_ledger::{BlockError, RollbackError, record::RecordError};
use ligature_operator_api::TransactionHash;
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::BlockNumber,
	refusal::Refusal,
};
use std::io;

/// Why the engine does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
	/// The configured size class has no key.
	#[error("there is no key for halves of {} slots; configure a size that the chains have keys for", .0.capacity())]
	NoClassKey(SizeClass),
	/// The configured join class has no key.
	#[error("there is no key for joins of {} operations; configure a size that the chains have keys for", .0.capacity())]
	NoJoinKey(JoinClass),
	/// The genesis header is not the network's.
	#[error("the header of block 0 is not one of the configured network")]
	WrongGenesis,
	/// The store fails.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The ledger does not take the block.
	#[error("the block does not continue the ledger: {0}")]
	Ledger(#[from] BlockError),
	/// The ledger refuses operations that it has just done.
	#[error("block {0} cannot be put together: the ledger refuses what it has just done")]
	NotTwice(BlockNumber),
	/// A record in the store cannot be read.
	#[error("the record of block {number} in the store is damaged: {refusal}")]
	DamagedRecord {
		/// The block.
		number: BlockNumber,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// A record in the store cannot be executed.
	#[error("the record of block {number} in the store cannot be executed: {error}")]
	Record {
		/// The block.
		number: BlockNumber,
		/// Why.
		error: RecordError,
	},
	/// A block in the store does not lead to its header.
	#[error(
		"block {number} of the store, executed again, does not lead to its header: {what} differs; the database and this program do not fit"
	)]
	Differs {
		/// The block.
		number: BlockNumber,
		/// What is different.
		what: &'static str,
	},
	/// A transaction in the store cannot be read.
	#[error("the waiting transaction {hash} in the store is damaged: {refusal}")]
	DamagedTransaction {
		/// Its hash.
		hash: TransactionHash,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The ledger cannot go back.
	#[error(transparent)]
	Rollback(#[from] RollbackError),
	/// There is no such block to go back to.
	#[error("block {to} does not exist; the last one is {last}")]
	RevertTarget {
		/// Where to go back to.
		to: BlockNumber,
		/// The last block.
		last: BlockNumber,
	},
	/// The revert epoch does not rise.
	#[error("the revert epoch {epoch} is not above the present one, {present}")]
	RevertEpoch {
		/// The new epoch.
		epoch: u32,
		/// The present one.
		present: u32,
	},
	/// The thread cannot be started.
	#[error("the engine's thread cannot be started: {0}")]
	Thread(io::Error),
	/// The engine has ended.
	#[error("the engine has ended")]
	Stopped,
}
