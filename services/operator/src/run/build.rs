// SPDX-License-Identifier: Apache-2.0

//! When a block is built, and what the chains say about it.

use crate::{
	clock::now,
	engine::{Built, EngineError, Terms},
	gate::Source,
	settlement::Shared,
};
use ligature_primitives::ids::{BlockNumber, ChainId, Timestamp};
use ligature_service_kit::{Shutdown, duration};
use std::{
	collections::BTreeSet,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	sync::Mutex,
	time::{MissedTickBehavior, interval},
};

/// So often it is looked whether a block is worth building.
const TICK: Duration = Duration::from_millis(100);

/// After a failure nothing is tried for so long.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// When to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
	/// How long an operation waits at most for a block that is not full.
	pub max_wait: Duration,
	/// No block is built while so many are not certified on all chains.
	pub max_open: u64,
	/// A chain that answers nothing for so long stops it.
	pub unreachable_after: Duration,
}

/// Why no block was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
	/// The chains do not say what it takes.
	#[error("{0}")]
	Terms(String),
	/// The engine.
	#[error(transparent)]
	Engine(#[from] EngineError),
}

/// Builds blocks. Clones are the same.
#[derive(Clone)]
pub struct Builder {
	shared: Shared,
	rules: Rules,
	/// One block at a time, so that each is measured by itself.
	turn: Arc<Mutex<()>>,
}

impl Builder {
	/// Builds by these rules.
	pub fn new(shared: Shared, rules: Rules) -> Self {
		Self { shared, rules, turn: Arc::default() }
	}

	/// Builds when it is worth it, until the end is asked for.
	pub async fn run(self, shutdown: Shutdown) {
		let mut ticks = interval(TICK);
		ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
		let mut silent = BTreeSet::new();
		let mut failure: Option<(Instant, String)> = None;
		loop {
			tokio::select! {
				_ = ticks.tick() => (),
				() = shutdown.wait() => break,
			}
			self.listen(&mut silent).await;
			let resting = failure.as_ref().is_some_and(|(at, _)| at.elapsed() < AFTER_FAILURE);
			if resting || !self.is_worth_it().await {
				continue;
			}
			match self.build().await {
				Ok(_) => failure = None,
				Err(error) => {
					let text = error.to_string();
					let news = failure.as_ref().is_none_or(|(_, before)| *before != text);
					if news {
						tracing::error!(%error, "no block is built");
					}
					failure = Some((Instant::now(), text));
				},
			}
		}
	}

	/// Stops everything while a chain is not reached for long.
	async fn listen(&self, silent: &mut BTreeSet<ChainId>) {
		let found = self.shared.board.unreachable(self.rules.unreachable_after);
		let found: BTreeSet<_> = found.into_iter().map(|(chain, _)| chain).collect();
		for chain in found.difference(silent) {
			let after = duration::format(self.rules.unreachable_after);
			let reason = format!("chain {chain} has answered nothing for {after}");
			self.shared.gate.set(Source::Silence(*chain), Some(reason)).await;
		}
		for chain in silent.difference(&found) {
			self.shared.gate.set(Source::Silence(*chain), None).await;
		}
		*silent = found;
	}

	async fn is_worth_it(&self) -> bool {
		let Shared { engine, board, metrics, .. } = &self.shared;
		let status = engine.status().await;
		metrics.mempool.set(status.mempool.try_into().unwrap_or(i64::MAX));
		metrics.built.set(status.built.0 as i64);
		// A block that could not be committed helps nobody.
		if status.paused.is_some() || is_full(status.built, board.certified(), self.rules.max_open)
		{
			return false;
		}
		let ready = engine.ready().await;
		let waited = ready.oldest.is_some_and(|oldest| oldest.elapsed() >= self.rules.max_wait);
		ready.operations > 0 && (ready.slots_full || waited)
	}

	/// Builds a block of what waits. None: there is nothing.
	///
	/// # Errors
	///
	/// [`BuildError`].
	pub async fn build(&self) -> Result<Option<Built>, BuildError> {
		let _turn = self.turn.lock().await;
		let terms = self.terms().await.map_err(BuildError::Terms)?;
		let began = Instant::now();
		let built = self.shared.engine.build(terms).await?;
		let took = began.elapsed();
		if let Some(block) = &built {
			self.shared.metrics.block(took);
			tracing::info!(
				number = %block.header.number,
				operations = block.operations,
				joint = block.joint,
				transactions = block.transactions,
				refused = block.refused,
				millis = took.as_millis() as u64,
				hash = hex::encode(block.hash),
				"built",
			);
		}
		Ok(built)
	}

	/// What the chains say about the next block.
	async fn terms(&self) -> Result<Terms, String> {
		let Shared { engine, board, .. } = &self.shared;
		let parent = engine.status().await;
		let number = BlockNumber(parent.built.0.saturating_add(1));
		let (oracle_epoch, member_set_hash) = board.epoch_of(number)?;
		let timestamp = time(board.clock(), now() / 1_000, parent.header.timestamp)?;
		Ok(Terms { timestamp, oracle_epoch, member_set_hash })
	}
}

/// Whether as many blocks are open as may be.
fn is_full(built: BlockNumber, certified: BlockNumber, most: u64) -> bool {
	built.0.saturating_sub(certified.0) >= most
}

/// The time of a block: the least of the chains' clocks and the own one, in seconds, and never before the
/// parent's. A chain takes a time that is a minute ahead of its clock at most, or an hour behind.
fn time(chains: Timestamp, own: u64, parent: Timestamp) -> Result<Timestamp, String> {
	if chains == Timestamp::default() {
		return Err("a chain has not said what time it is".into());
	}
	let least = chains.get().min(own).max(parent.get());
	Timestamp::new(least).map_err(|refusal| refusal.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn at(seconds: u64) -> Timestamp {
		Timestamp::new(seconds).expect("small")
	}

	#[test]
	fn the_time_should_be_the_least_clock_and_not_before_the_parents() {
		assert_eq!(time(at(100), 105, at(90)), Ok(at(100)));
		assert_eq!(time(at(100), 95, at(90)), Ok(at(95)));
		assert_eq!(time(at(100), 95, at(98)), Ok(at(98)));
		let unknown = time(Timestamp::default(), 95, at(0)).expect_err("a chain is silent");
		assert!(unknown.contains("has not said"), "{unknown}");
	}

	#[test]
	fn no_block_should_be_built_while_as_many_are_open_as_may_be() {
		let full = |built, certified| is_full(BlockNumber(built), BlockNumber(certified), 3);
		assert!(!full(0, 0));
		assert!(!full(5, 3));
		assert!(full(6, 3));
		// A chain that has certified what is not stored has its own hold.
		assert!(!full(3, 7));
	}
}
