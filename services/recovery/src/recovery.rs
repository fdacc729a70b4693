// SPDX-License-Identifier: Apache-2.0

//! One chain: its blocks are read, and its state is rebuilt as of any block of the rollup that its blocks lead back from.

use crate::{
	archive::{Archive, Posting},
	error::RecoveryError,
	line::{Line, line},
	progress::Progress,
	read,
	replay::replay,
	source::{About, Anchor, Heights, Source},
};
use ligature_ledger::ChainState;
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use std::path::Path;

/// The recovery of one chain, kept in a folder: it goes on where it was interrupted.
pub struct Recovery {
	source: Box<dyn Source>,
	archive: Archive,
}

/// A chain's state after a block of the rollup, out of the chain's blocks alone.
#[derive(Clone, Debug)]
pub struct Rebuilt {
	/// Which chain.
	pub about: About,
	/// The block; none is block 0, before which nothing was.
	pub anchor: Option<Anchor>,
	/// Its header.
	pub header: Option<Header>,
	/// The state, whose root is the one in the header.
	pub state: ChainState,
	/// Header hashes of all blocks, from number 1 on.
	pub hashes: Vec<Digest>,
	/// For each the first request of this chain that no block up to it consumes.
	pub served: Vec<u64>,
	/// Header hash of block 0, which block 1 names.
	pub genesis: Option<Digest>,
}

impl Recovery {
	/// Opens what was read of a chain in this folder before, or begins. Chains of one network share a folder.
	///
	/// # Errors
	///
	/// [`RecoveryError::OtherChain`], [`RecoveryError::Database`], [`RecoveryError::File`].
	pub async fn open(source: Box<dyn Source>, folder: &Path) -> Result<Self, RecoveryError> {
		let archive = Archive::open(folder, source.about()).await?;
		Ok(Self { source, archive })
	}

	/// Which chain.
	pub fn about(&self) -> &About {
		self.source.about()
	}

	/// Its number.
	pub fn chain(&self) -> ChainId {
		self.archive.chain()
	}

	/// How far the rollup has come there.
	///
	/// # Errors
	///
	/// If the source does not answer.
	pub async fn heights(&self) -> Result<Heights, RecoveryError> {
		self.source.heights().await
	}

	/// The block of this number that the chain holds, found among those that lead back from its last committed one.
	///
	/// # Errors
	///
	/// [`RecoveryError::NoAnchor`] if it has not come so far; [`RecoveryError::NotPosted`].
	pub async fn anchor(&self, number: BlockNumber) -> Result<Option<Anchor>, RecoveryError> {
		if number.0 == 0 {
			return Ok(None);
		}
		let missing = || RecoveryError::NoAnchor { chain: self.chain(), number };
		let line = line(&self.archive, self.heights().await?.committed).await?;
		let place = usize::try_from(number.0 - 1).map_err(|_| missing())?;
		let hash = *line.hashes.get(place).ok_or_else(missing)?;
		Ok(Some(Anchor { number, hash }))
	}

	/// Reads the chain's blocks from where the last run stopped to the last one.
	///
	/// # Errors
	///
	/// [`RecoveryError`]; what was read stays.
	pub async fn read(&self, progress: &dyn Progress) -> Result<(), RecoveryError> {
		read::read(&*self.source, &self.archive, progress).await
	}

	/// Rebuilds the state after a block; after block 0 if there is none. Blocks must have been [read](Self::read).
	///
	/// # Errors
	///
	/// [`RecoveryError::NotPosted`], [`RecoveryError::Block`].
	pub async fn rebuild(
		&self,
		anchor: Option<Anchor>,
		progress: &dyn Progress,
	) -> Result<Rebuilt, RecoveryError> {
		let line = line(&self.archive, anchor).await?;
		let about = self.about().clone();
		let (state, header) = replay(&self.archive, &about, &line, progress).await?;
		let Line { hashes, served, genesis } = line;
		Ok(Rebuilt { about, anchor, header, state, hashes, served, genesis })
	}

	/// Whether extrinsics of the chain post this block.
	///
	/// # Errors
	///
	/// [`RecoveryError::Database`].
	pub async fn has(&self, hash: &Digest) -> Result<bool, RecoveryError> {
		Ok(self.archive.link(hash).await?.is_some())
	}

	/// Header and this chain's public data of a block: the one posting whose data fits the header.
	///
	/// # Errors
	///
	/// [`RecoveryError::NotPosted`].
	pub async fn posting(
		&self,
		number: BlockNumber,
		hash: &Digest,
	) -> Result<Posting, RecoveryError> {
		let chain = self.chain();
		let postings = self.archive.postings(hash).await?;
		let fits = |posting: &Posting| {
			let part = posting.header.chain(chain);
			part.is_ok_and(|part| crate::replay::fits(part, &posting.data))
		};
		let found = postings.into_iter().find(fits);
		found.ok_or(RecoveryError::NotPosted { chain, number, hash: *hash })
	}

	/// The bundles of proofs that were posted for a block on this chain, whether or not the chain took them.
	///
	/// # Errors
	///
	/// [`RecoveryError::Database`].
	pub async fn proofs(&self, hash: &Digest) -> Result<Vec<Vec<[u8; 192]>>, RecoveryError> {
		self.archive.proofs(hash).await
	}
}
