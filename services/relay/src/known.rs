// SPDX-License-Identifier: Apache-2.0

//! What a relay knows of the chains: who the members are, and which blocks are open.

use crate::metrics::Metrics;
use ligature_chain::{Chain, ChainError, Epoch};
use ligature_primitives::ids::{BlockNumber, ChainId};
use std::{
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use tokio::time::sleep;

/// What one chain says, at its finalized block.
#[derive(Clone, Debug, Default)]
pub struct Said {
	/// The last block that is certified there.
	pub certified: BlockNumber,
	/// The last block that is committed there.
	pub committed: BlockNumber,
	/// The epochs of its oracles.
	pub epochs: Vec<Epoch>,
}

/// What all chains say. Clones are the same.
#[derive(Clone, Debug)]
pub struct Known(Arc<Mutex<Vec<(ChainId, Said)>>>);

impl Known {
	/// Nothing yet, of these chains.
	pub fn new(chains: impl IntoIterator<Item = ChainId>) -> Self {
		let nothing = chains.into_iter().map(|chain| (chain, Said::default()));
		Self(Arc::new(Mutex::new(nothing.collect())))
	}

	/// Enters what a chain says.
	pub fn enter(&self, chain: ChainId, said: Said) {
		let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		all.iter_mut().filter(|(id, _)| *id == chain).for_each(|(_, known)| *known = said.clone());
	}

	/// Reads what all say.
	pub fn read<R>(&self, read: impl FnOnce(&[(ChainId, Said)]) -> R) -> R {
		read(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
	}

	/// The last block that is certified everywhere, and the last one that is committed anywhere.
	pub fn window(&self) -> (BlockNumber, BlockNumber) {
		self.read(|all| {
			let certified = all.iter().map(|(_, said)| said.certified).min();
			let committed = all.iter().map(|(_, said)| said.committed).max();
			(certified.unwrap_or_default(), committed.unwrap_or_default())
		})
	}
}

/// What a chain says first. Waits until it answers.
pub async fn first(chain: &Chain, poll: Duration) -> Result<Said, ChainError> {
	loop {
		match ask(chain).await {
			Err(error) if error.is_passing() => {
				tracing::warn!(url = chain.url(), %error, "the chain does not answer; asking again");
				sleep(poll).await;
			},
			said => return said,
		}
	}
}

/// Asks a chain again and again. What it said last stands while it does not answer.
pub async fn watch(
	id: ChainId,
	chain: Chain,
	known: Known,
	poll: Duration,
	metrics: Metrics,
) -> ChainError {
	let connected = metrics.connected.with_label_values(&[&id.to_string()]);
	let mut answers = true;
	loop {
		match ask(&chain).await {
			Ok(said) => {
				known.enter(id, said);
				connected.set(1);
				answers = true;
			},
			Err(error) if error.is_passing() => {
				if answers {
					tracing::warn!(chain = %id, %error, "the chain does not answer; asking again");
				}
				connected.set(0);
				answers = false;
			},
			Err(error) => return error,
		}
		sleep(poll).await;
	}
}

async fn ask(chain: &Chain) -> Result<Said, ChainError> {
	let at = chain.finalized().await?;
	let (status, epochs) = futures::future::try_join(at.status(), at.epochs()).await?;
	let counters = status.counters;
	Ok(Said { certified: counters.certified, committed: counters.committed, epochs })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_window_should_reach_from_the_slowest_chain_to_the_fastest() {
		let known = Known::new([ChainId(1), ChainId(2)]);
		let said = |certified, committed| Said {
			certified: BlockNumber(certified),
			committed: BlockNumber(committed),
			epochs: Vec::new(),
		};
		known.enter(ChainId(1), said(7, 9));
		assert_eq!(known.window(), (BlockNumber(0), BlockNumber(9)));
		known.enter(ChainId(2), said(5, 12));
		assert_eq!(known.window(), (BlockNumber(5), BlockNumber(12)));
		// Nobody has asked for this one.
		known.enter(ChainId(3), said(1, 99));
		assert_eq!(known.window(), (BlockNumber(5), BlockNumber(12)));
	}
}
