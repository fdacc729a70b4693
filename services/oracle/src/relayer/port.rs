// SPDX-License-Identifier: Apache-2.0

//! The chain to which things are brought.

use super::View;
use async_trait::async_trait;
use futures::{
	FutureExt,
	future::{BoxFuture, ready, try_join_all},
};
use ligature_chain::{Call, Chain, ChainError, DispatchError, Included, Signer};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};

/// For so long it is waited until a call is in a block.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a call.
#[derive(Clone, Debug)]
pub enum Outcome {
	/// The chain has acted on it.
	Taken {
		/// Number of the block that it is in.
		block: u32,
	},
	/// The pool knows better: it is done already, or something else with the same nonce was first.
	Obsolete,
	/// It is in a block, and the runtime has refused it.
	Refused {
		/// Number of that block.
		block: u32,
		/// Why.
		error: DispatchError,
	},
	/// It is in no block.
	Failed(ChainError),
}

impl Outcome {
	/// Its name in metrics.
	pub(super) const fn name(&self) -> &'static str {
		match self {
			Self::Taken { .. } => "taken",
			Self::Obsolete => "obsolete",
			Self::Refused { .. } => "refused",
			Self::Failed(_) => "failed",
		}
	}

	fn of(included: Result<Included, ChainError>) -> Self {
		match included {
			Ok(included) => match included.outcome {
				Ok(()) => Self::Taken { block: included.block.number },
				Err(error) => Self::Refused { block: included.block.number, error },
			},
			Err(error) if error.is_stale() => Self::Obsolete,
			Err(error) => Self::Failed(error),
		}
	}
}

/// A chain, as far as a relayer needs it.
#[async_trait]
pub trait Port: Send + Sync + 'static {
	/// Which chain.
	fn id(&self) -> ChainId;

	/// What its best block says, about these blocks of the rollup in particular.
	///
	/// # Errors
	///
	/// If it cannot be asked.
	async fn view(&self, blocks: &BTreeSet<(BlockNumber, Digest)>) -> Result<View, ChainError>;

	/// Sends calls in this order. What comes of each is waited for afterwards.
	async fn send(&self, calls: Vec<Call>) -> Vec<BoxFuture<'static, Outcome>>;
}

/// A chain by its node.
#[derive(Clone, Debug)]
pub struct NodePort {
	id: ChainId,
	chain: Chain,
	signer: Signer,
}

impl NodePort {
	/// A chain, and who pays.
	pub fn new(id: ChainId, chain: Chain, signer: Signer) -> Self {
		Self { id, chain, signer }
	}
}

#[async_trait]
impl Port for NodePort {
	fn id(&self) -> ChainId {
		self.id
	}

	async fn view(&self, blocks: &BTreeSet<(BlockNumber, Digest)>) -> Result<View, ChainError> {
		let best = self.chain.best().await?;
		let status = best.status().await?;
		let open = blocks.iter().filter(|(number, _)| *number >= status.counters.certified);
		let found = try_join_all(open.map(|(number, hash)| {
			let best = &best;
			async move {
				let block = best.block(*number).await?.map(|block| (block.hash, block.refused));
				let refused = match block {
					Some((known, refused)) if known == *hash => refused,
					_ => best.refused(*number, *hash).await?,
				};
				Ok::<_, ChainError>((*number, *hash, block.map(|(known, _)| known), refused))
			}
		}))
		.await?;
		let mut view = View {
			number: best.head().number,
			status,
			hashes: BTreeMap::new(),
			refused: BTreeSet::new(),
		};
		for (number, hash, known, refused) in found {
			view.hashes.extend(known.map(|known| (number, known)));
			view.refused.extend(refused.then_some((number, hash)));
		}
		Ok(view)
	}

	async fn send(&self, calls: Vec<Call>) -> Vec<BoxFuture<'static, Outcome>> {
		let mut sent = Vec::with_capacity(calls.len());
		let mut failed: Option<ChainError> = None;
		// One after the other: their nonces are in this order, and so they are executed. If one fails, those after it
		// would be refused.
		for call in &calls {
			let outcome = match &failed {
				Some(error) => Err(error.clone()),
				None => self.chain.submit(call, &self.signer).await,
			};
			failed = outcome.as_ref().err().filter(|error| !error.is_stale()).cloned();
			sent.push(match outcome {
				Ok(mut sent) => async move { Outcome::of(sent.included(PATIENCE).await) }.boxed(),
				Err(error) => ready(Outcome::of(Err(error))).boxed(),
			});
		}
		sent
	}
}
