// SPDX-License-Identifier: Apache-2.0

//! Why a ledger cannot be rebuilt.

use ligature_chain::{ChainError, Head};
use ligature_ledger::snapshot::SaveError;
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	refusal::Refusal,
};
use std::{io, path::PathBuf};

/// Why a ledger cannot be rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
	/// The chain does not answer, or not as it should.
	#[error("{chain}: {error}")]
	Chain {
		/// The chain's name or address.
		chain: String,
		/// What went wrong.
		error: ChainError,
	},
	/// The chain belongs to no network.
	#[error("{chain} belongs to no network; name a chain that the rollup settles on")]
	NoNetwork {
		/// The chain's name or address.
		chain: String,
	},
	/// The folder holds what was read of another chain.
	#[error(
		"{} holds what was read of another chain (genesis 0x{}); name another folder",
		folder.display(), hex::encode(genesis)
	)]
	OtherChain {
		/// The folder.
		folder: PathBuf,
		/// The genesis hash of that chain.
		genesis: [u8; 32],
	},
	/// Blocks that should follow each other do not.
	#[error(
		"block {block} does not follow the one that was read before it; blocks of another chain or \
		 branch were read: begin with an empty folder"
	)]
	Fork {
		/// The block.
		block: Head,
	},
	/// A block of the chain is not there.
	#[error(
		"{chain} has no block {number} any more; ask a node with --blocks-pruning archive, or a folder of \
		 exported blocks"
	)]
	NoBlock {
		/// The chain's name.
		chain: String,
		/// Its block.
		number: u32,
	},
	/// A block of the rollup was posted nowhere.
	#[error(
		"block {number} of the rollup (0x{}) was never posted on chain {chain}, or in blocks that were \
		 not read",
		hex::encode(hash)
	)]
	NotPosted {
		/// The chain.
		chain: ChainId,
		/// The block.
		number: BlockNumber,
		/// Its header hash.
		hash: [u8; 32],
	},
	/// The chain does not say the header of a block.
	#[error("chain {chain} does not know block {number} of the rollup any more, or not yet")]
	NoAnchor {
		/// The chain.
		chain: ChainId,
		/// The block.
		number: BlockNumber,
	},
	/// The public data does not lead where the header says.
	#[error("block {number} of the rollup on chain {chain}: {refusal}")]
	Block {
		/// The chain.
		chain: ChainId,
		/// The block.
		number: BlockNumber,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// A file of exported blocks is damaged.
	#[error("{}: {why}; export the blocks again", path.display())]
	Damaged {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		why: String,
	},
	/// A file cannot be read or written.
	#[error("{}: {source}", path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// The database of what was read.
	#[error("the database in {}: {error}", folder.display())]
	Database {
		/// Its folder.
		folder: PathBuf,
		/// What went wrong.
		error: sqlx::Error,
	},
	/// A state cannot be kept.
	#[error("a checkpoint in {}: {error}", folder.display())]
	Checkpoint {
		/// Its folder.
		folder: PathBuf,
		/// What went wrong.
		error: SaveError,
	},
}

impl RecoveryError {
	/// What an error of a chain is.
	pub(crate) fn chain(chain: &str) -> impl Fn(ChainError) -> Self + '_ {
		move |error| Self::Chain { chain: chain.into(), error }
	}

	/// What an error of a file is.
	pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		let path = path.into();
		move |source| Self::File { path, source }
	}

	/// Whether the same may succeed a little later.
	pub fn is_passing(&self) -> bool {
		matches!(self, Self::Chain { error, .. } if error.is_passing())
	}
}
