// SPDX-License-Identifier: Apache-2.0

//! The guardian: halts every chain, once, when a rule is broken.

use super::Metrics;
use ligature_chain::{Call, Chain, ChainError, Signer, address};
use ligature_primitives::ids::ChainId;
use std::time::Duration;
use tokio::time::sleep;

/// Between attempts.
const PAUSE: Duration = Duration::from_secs(3);

/// How long a halt may take to be final.
const PATIENCE: Duration = Duration::from_secs(120);

/// What became of an attempt.
enum Outcome {
	/// The chain is halted now.
	Halted,
	/// It was, or the rollup has ended there.
	Needless,
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
enum HaltError {
	/// The chain does not answer, or the pool does not take it.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The call failed.
	#[error("the halt is refused: {0}")]
	Refused(String),
	/// The account is not the guardian.
	#[error("{0} is not the guardian of this chain, so that it cannot halt it")]
	NotGuardian(String),
}

/// Who may halt all chains.
pub struct Guardian {
	signer: Signer,
	chains: Vec<(ChainId, Chain)>,
	metrics: Metrics,
	done: bool,
}

impl Guardian {
	/// With this key, on these chains.
	pub fn new(signer: Signer, chains: Vec<(ChainId, Chain)>, metrics: Metrics) -> Self {
		Self { signer, chains, metrics, done: false }
	}

	/// Halts all chains, unless it has done so before. It goes on by itself until each is halted.
	pub fn halt(&mut self) {
		if std::mem::replace(&mut self.done, true) {
			return;
		}
		tracing::error!("the guardian halts all chains");
		for (id, chain) in &self.chains {
			let (id, chain) = (*id, chain.clone());
			let (signer, metrics) = (self.signer.clone(), self.metrics.clone());
			tokio::spawn(async move {
				let outcome = halt_one(id, &chain, &signer).await;
				metrics.halted(id, outcome);
			});
		}
	}
}

/// Tries until the chain is halted, or cannot be.
async fn halt_one(id: ChainId, chain: &Chain, signer: &Signer) -> &'static str {
	loop {
		match attempt(chain, signer).await {
			Ok(Outcome::Halted) => {
				tracing::warn!("chain {id} is halted");
				return "halted";
			},
			Ok(Outcome::Needless) => {
				tracing::warn!("chain {id} was halted before, or has ended");
				return "needless";
			},
			Err(error @ HaltError::NotGuardian(_)) => {
				tracing::error!("chain {id}: {error}");
				return "refused";
			},
			// Whatever it was: nothing is lost by another attempt, and much without.
			Err(error) => tracing::warn!("chain {id} is not halted yet: {error}"),
		}
		sleep(PAUSE).await;
	}
}

async fn attempt(chain: &Chain, signer: &Signer) -> Result<Outcome, HaltError> {
	let best = chain.best().await?;
	let status = best.status().await?;
	if status.halted.guardian || status.exodus.is_some() {
		return Ok(Outcome::Needless);
	}
	if best.guardian().await? != Some(signer.account()) {
		return Err(HaltError::NotGuardian(address(&signer.account())));
	}
	let mut sent = chain.submit(&Call::Halt, signer).await?;
	let included = sent.finalized(PATIENCE).await?;
	match included.outcome {
		Ok(()) => Ok(Outcome::Halted),
		Err(error) => Err(HaltError::Refused(error.to_string())),
	}
}
