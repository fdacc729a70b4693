// SPDX-License-Identifier: Apache-2.0

//! Why a store does not do what it is asked.

use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, NetworkId},
	refusal::Refusal,
};
use std::{io, path::PathBuf};

/// Why a store does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The folder cannot be used.
	#[error("the folder {} cannot be used: {error}; make it and give the operator the right to write there", folder.display())]
	Folder {
		/// Which one.
		folder: PathBuf,
		/// Why.
		error: io::Error,
	},
	/// Another operator runs on the same folder.
	#[error("another operator uses the folder {}; stop it first, or give this one a folder of its own", .0.display())]
	Locked(PathBuf),
	/// The database is another network's.
	#[error(
		"the database belongs to network {} with genesis header {}, not to network {} with {}; use another folder",
		found.0, hex::encode(found.1), wanted.0, hex::encode(wanted.1)
	)]
	OtherNetwork {
		/// Network and genesis header hash that are asked for.
		wanted: (NetworkId, Digest),
		/// Those that stand in the database.
		found: (NetworkId, Digest),
	},
	/// The database was written by another version.
	#[error(
		"the database has format {found}, this operator knows {wanted}; run the version that wrote it, or begin in an empty folder"
	)]
	Format {
		/// What this version writes.
		wanted: u32,
		/// What stands in the database.
		found: i64,
	},
	/// A block does not continue the last one.
	#[error("block {given} is not the one after block {last}")]
	NotNext {
		/// The block's number.
		given: BlockNumber,
		/// The last block.
		last: BlockNumber,
	},
	/// What is asked about is not there.
	#[error("the database has no {0}")]
	Missing(String),
	/// A value in the database is not what was written.
	#[error(
		"the database is damaged: {what}: {why}; restore it from a backup, or begin in an empty folder and take the blocks from the chains"
	)]
	Damaged {
		/// Which value.
		what: &'static str,
		/// What is wrong with it.
		why: String,
	},
	/// A number that the database cannot hold.
	#[error("the number {0} is above what the database holds (2^63)")]
	TooLarge(u64),
	/// The database fails.
	#[error("the database fails: {0}; look at the disk: is it full, or not writable?")]
	Database(#[from] sqlx::Error),
	/// The tables cannot be made.
	#[error("the tables cannot be brought up to date: {0}")]
	Migration(#[from] sqlx::migrate::MigrateError),
}

impl StoreError {
	/// A value that was refused.
	pub(crate) fn damaged(what: &'static str, refusal: Refusal) -> Self {
		Self::Damaged { what, why: refusal.to_string() }
	}
}
