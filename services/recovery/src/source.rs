// SPDX-License-Identifier: Apache-2.0

//! Where a chain's blocks come from.

use crate::error::RecoveryError;
use async_trait::async_trait;
use ligature_chain::{Identity, RawBlock};
use ligature_primitives::{header::Digest, ids::BlockNumber};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subxt::Metadata;

/// A block of the rollup by number and header hash: what the line of blocks leads back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
	/// The block's number.
	pub number: BlockNumber,
	/// Its header hash.
	pub hash: Digest,
}

/// How far the rollup's blocks have come on a chain, as of its last finalized block. A stage is missing when no
/// block has reached it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heights {
	/// The last block whose public data is posted and was not taken back.
	pub committed: Option<Anchor>,
	/// The last proven one.
	pub proven: Option<Anchor>,
	/// The last certified one.
	pub certified: Option<Anchor>,
	/// The last executed one.
	pub executed: Option<Anchor>,
	/// The chain's revert epoch.
	pub revert_epoch: u32,
	/// The block against which everybody leaves, once it is fixed.
	pub freeze: Option<BlockNumber>,
}

/// Which chain it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
	/// Its name.
	pub name: String,
	/// Hash of its genesis block.
	pub genesis: Digest,
	/// Its network, and its place there.
	pub identity: Identity,
	/// The hash of the network's chains, once the network is open.
	pub chain_list_hash: Option<Digest>,
}

/// A chain's blocks up to a finalized one.
#[async_trait]
pub trait Source: Send + Sync {
	/// Which chain it is.
	fn about(&self) -> &About;

	/// The last block that can be read.
	///
	/// # Errors
	///
	/// If nobody answers.
	async fn last(&self) -> Result<u32, RecoveryError>;

	/// How far the rollup's blocks have come, as of a block not before [`Source::last`] of a moment ago.
	///
	/// # Errors
	///
	/// If nobody answers.
	async fn heights(&self) -> Result<Heights, RecoveryError>;

	/// A block, from number 1 to the last.
	///
	/// # Errors
	///
	/// [`RecoveryError::NoBlock`], or if nobody answers.
	async fn block(&self, number: u32) -> Result<RawBlock, RecoveryError>;

	/// The metadata by which a block's extrinsics are read.
	///
	/// # Errors
	///
	/// If it is not there.
	async fn metadata(&self, block: &RawBlock) -> Result<Arc<Metadata>, RecoveryError>;
}

/// An anchor in JSON: the hash in hexadecimal digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AnchorFile {
	pub number: u64,
	pub hash: String,
}

impl From<Anchor> for AnchorFile {
	fn from(anchor: Anchor) -> Self {
		Self { number: anchor.number.0, hash: hex::encode(anchor.hash) }
	}
}

impl AnchorFile {
	/// The anchor, if the digits are those of a hash.
	pub(crate) fn read(&self) -> Option<Anchor> {
		Some(Anchor { number: BlockNumber(self.number), hash: digest(&self.hash)? })
	}
}

/// A hash of 64 hexadecimal digits.
pub(crate) fn digest(digits: &str) -> Option<Digest> {
	let mut hash = [0; 32];
	hex::decode_to_slice(digits, &mut hash).ok()?;
	Some(hash)
}
