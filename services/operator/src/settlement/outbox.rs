// SPDX-License-Identifier: Apache-2.0

//! From an action to a call on its way: everything is computed from the store.

use super::{
	payments::payments,
	refusals::{Meaning, meaning},
	steps::Action,
};
use crate::store::{Store, StoreError};
use ligature_chain::{Bid, Call, Chain, ChainError, DispatchError, Head, Place, Sent, Signer};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
	refusal::Refusal,
};
use std::{sync::Arc, time::Duration};

/// So long is watched what became of a call. What takes longer is sent again anyway.
const PATIENCE: Duration = Duration::from_secs(180);

/// Why a call was not sent.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
	/// The store fails.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The block was taken back in this moment.
	#[error("block {0} is not stored any more")]
	Gone(BlockNumber),
	/// The public data of the store is not what a ledger writes.
	#[error("the public data of block {number} in the store is damaged: {refusal}")]
	Damaged {
		/// The block.
		number: BlockNumber,
		/// What is wrong.
		refusal: Refusal,
	},
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
}

/// What became of a call.
#[derive(Clone, Debug)]
pub struct Outcome {
	/// What was wanted.
	pub action: Action,
	/// The header hash of the block that it was about, if it was about one.
	pub hash: Option<Digest>,
	/// Where it lay in the pool.
	pub place: Place,
	/// The revert epoch of the next block when it was sent.
	pub epoch: u32,
	/// What became of it.
	pub fate: Fate,
}

/// What became of a call.
#[derive(Clone, Debug)]
pub enum Fate {
	/// It is in a block of the chain, and was done.
	Done(Head),
	/// It is in a block of the chain, and was refused.
	Refused {
		/// The block.
		block: Head,
		/// What that means.
		meaning: Meaning,
		/// By whom and why.
		error: DispatchError,
	},
	/// It is in no block: it may be sent again.
	Lost(ChainError),
}

/// Sends calls to one chain.
#[derive(Clone)]
pub struct Outbox {
	/// The chain.
	pub chain: Chain,
	/// Its number in the network.
	pub id: ChainId,
	/// Who signs.
	pub signer: Signer,
	/// Where everything is computed from.
	pub store: Arc<dyn Store>,
}

impl Outbox {
	/// Sends the call of an action with this offer. Gives the header hash of the block that it is about, too.
	///
	/// # Errors
	///
	/// [`OutboxError`]; after [`ChainError::Unreachable`] the call may be on its way all the same.
	pub async fn send(
		&self,
		action: Action,
		bid: Bid,
	) -> Result<(Sent, Option<Digest>), OutboxError> {
		let (call, hash) = self.call(action).await?;
		Ok((self.chain.submit_with(&call, &self.signer, bid).await?, hash))
	}

	async fn call(&self, action: Action) -> Result<(Call, Option<Digest>), OutboxError> {
		let number = match action {
			Action::Commit(number) | Action::Execute(number) => number,
			Action::Revert { to, epoch } => return Ok((Call::RevertBlocks { to, epoch }, None)),
		};
		let gone = || OutboxError::Gone(number);
		let block = self.store.block(number).await?.ok_or_else(gone)?;
		let data = self.store.public_data(number, block.hash, self.id).await?.ok_or_else(gone)?;
		let part = block.header.chain(self.id);
		let damaged = |refusal| OutboxError::Damaged { number, refusal };
		let call = match action {
			Action::Execute(_) => {
				let part = part.map_err(damaged)?;
				Call::ExecuteBlock {
					number,
					payments: payments(part, &data).map_err(damaged)?,
					requests: part.priority_count.into(),
				}
			},
			// A call of its own, never one inside another: readers find the data by the extrinsic.
			_ => Call::CommitBlock { header: block.header, data },
		};
		Ok((call, Some(block.hash)))
	}
}

/// Waits for what becomes of a call.
pub async fn fate(mut sent: Sent, action: Action) -> Fate {
	match sent.included(PATIENCE).await {
		Ok(included) => match included.outcome {
			Ok(()) => Fate::Done(included.block),
			Err(error) => Fate::Refused {
				block: included.block,
				meaning: meaning(action, &error.pallet, &error.name),
				error,
			},
		},
		Err(error) => Fate::Lost(error),
	}
}
