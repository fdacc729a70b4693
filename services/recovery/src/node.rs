// SPDX-License-Identifier: Apache-2.0

//! A chain's blocks from one of its nodes.

use crate::{
	error::RecoveryError,
	source::{About, Anchor, Heights, Source},
};
use async_trait::async_trait;
use ligature_chain::{At, Chain, ChainError, RawBlock};
use ligature_primitives::ids::BlockNumber;
use std::sync::Arc;
use subxt::Metadata;

/// A node that keeps the bodies of all blocks (`--blocks-pruning archive`). It may forget old states.
pub struct NodeSource {
	chain: Chain,
	about: About,
}

impl NodeSource {
	/// Asks a node which chain it is.
	///
	/// # Errors
	///
	/// [`RecoveryError::NoNetwork`], [`RecoveryError::Chain`].
	pub async fn new(chain: Chain) -> Result<Self, RecoveryError> {
		let failed = RecoveryError::chain(chain.url());
		let at = chain.finalized().await.map_err(&failed)?;
		let identity = at.identity().await.map_err(&failed)?;
		let identity =
			identity.ok_or_else(|| RecoveryError::NoNetwork { chain: chain.url().into() })?;
		let about = About {
			name: chain.name().into(),
			genesis: chain.genesis(),
			identity,
			chain_list_hash: at.status().await.map_err(&failed)?.chain_list_hash,
		};
		Ok(Self { chain: chain.clone(), about })
	}

	/// The chain.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	fn failed(&self) -> impl Fn(ChainError) -> RecoveryError + '_ {
		RecoveryError::chain(&self.about.name)
	}

	/// The block that the chain holds under this number; none for block 0, which nobody has posted.
	async fn anchor(&self, at: &At, number: BlockNumber) -> Result<Option<Anchor>, RecoveryError> {
		if number.0 == 0 {
			return Ok(None);
		}
		let block = at.block(number).await.map_err(self.failed())?;
		let chain = self.about.identity.chain;
		let block = block.ok_or(RecoveryError::NoAnchor { chain, number })?;
		Ok(Some(Anchor { number, hash: block.hash }))
	}
}

#[async_trait]
impl Source for NodeSource {
	fn about(&self) -> &About {
		&self.about
	}

	async fn last(&self) -> Result<u32, RecoveryError> {
		Ok(self.chain.finalized().await.map_err(self.failed())?.head().number)
	}

	async fn heights(&self) -> Result<Heights, RecoveryError> {
		let at = self.chain.finalized().await.map_err(self.failed())?;
		let status = at.status().await.map_err(self.failed())?;
		let counters = status.counters;
		Ok(Heights {
			committed: self.anchor(&at, counters.committed).await?,
			proven: self.anchor(&at, counters.proven).await?,
			certified: self.anchor(&at, counters.certified).await?,
			executed: self.anchor(&at, counters.executed).await?,
			revert_epoch: status.revert_epoch,
			freeze: status.exodus.and_then(|exodus| exodus.freeze),
		})
	}

	async fn block(&self, number: u32) -> Result<RawBlock, RecoveryError> {
		let missing = || RecoveryError::NoBlock { chain: self.about.name.clone(), number };
		match self.chain.at_number(number).await {
			Ok(at) => match at.raw().await {
				Err(ChainError::UnknownBlock { .. }) => Err(missing()),
				done => done.map_err(self.failed()),
			},
			Err(ChainError::UnknownBlock { .. }) => Err(missing()),
			Err(error) => Err(self.failed()(error)),
		}
	}

	async fn metadata(&self, block: &RawBlock) -> Result<Arc<Metadata>, RecoveryError> {
		let at = self.chain.at(block.head.hash).await.map_err(self.failed())?;
		at.calls_metadata().await.map_err(self.failed())
	}
}
