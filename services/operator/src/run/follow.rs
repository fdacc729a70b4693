// SPDX-License-Identifier: Apache-2.0

//! What is final on a chain: requests, the clock, oracles, tokens.
//!
//! Only finalized requests get into blocks: a block with one that a re-org takes away could never be committed.

use crate::{engine::EngineStatus, settlement::Shared};
use futures::{FutureExt, StreamExt};
use ligature_chain::{At, Chain, ChainError, Head, Heads, Queue};
use ligature_operator_api::TokenInfo;
use ligature_primitives::ids::{ChainId, Timestamp};
use ligature_service_kit::Shutdown;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// Requests that are asked for at once: the runtime gives no more.
const PAGE: u32 = 256;

/// Tokens are looked at again after so many finalized blocks.
const TOKENS_EVERY: u32 = 30;

/// Follows what is final on a chain.
pub struct Follower {
	shared: Shared,
	id: ChainId,
	chain: Chain,
	place: usize,
	/// Finalized blocks seen since tokens were looked at.
	since_tokens: Option<u32>,
	/// What was said about another operator.
	said: bool,
}

impl Follower {
	/// The task of a chain.
	pub fn new(shared: Shared, id: ChainId, chain: Chain, place: usize) -> Self {
		Self { shared, id, chain, place, since_tokens: None, said: false }
	}

	/// Works until the end is asked for.
	pub async fn run(mut self, shutdown: Shutdown) {
		let mut heads = self.chain.heads(Heads::Finalized);
		let mut seconds = interval(Duration::from_secs(1));
		seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				head = heads.following() => {
					let newest = std::iter::from_fn(|| heads.next().now_or_never().flatten()).last();
					let head = newest.unwrap_or(head);
					if let Err(error) = self.head(head).await {
						tracing::debug!(chain = %self.id, %head, %error, "the chain does not say what is final");
					}
				},
				_ = seconds.tick() => self.pulse(),
				() = shutdown.wait() => break,
			}
		}
	}

	/// Whether the chain is reached.
	fn pulse(&self) {
		let connected = self.chain.connected();
		let changed = self.shared.board.read(|chains| {
			chains.get(self.place).is_some_and(|state| state.connected != connected)
		});
		if changed {
			match connected {
				true => tracing::info!(chain = %self.id, "the chain is reached again"),
				false => {
					tracing::warn!(chain = %self.id, url = self.chain.url(), "the chain is lost")
				},
			}
			self.shared.board.update(self.place, |state| state.connected = connected);
		}
		let chain = self.id.to_string();
		self.shared.metrics.connected.with_label_values(&[&chain]).set(connected.into());
	}

	async fn head(&mut self, head: Head) -> Result<(), ChainError> {
		let at = self.chain.at(head.hash).await?;
		let (time, epochs, queue) =
			(at.time().await?, at.epochs().await?, at.status().await?.queue);
		// A clock beyond 2^40 seconds is none.
		let clock = Timestamp::new(time / 1_000).unwrap_or_default();
		self.shared.board.update(self.place, |state| {
			state.finalized = head.number;
			state.clock = clock;
			state.epochs = epochs;
			state.seen = Instant::now();
		});
		let chain = self.id.to_string();
		let finalized = self.shared.metrics.chain_height.with_label_values(&[&chain, "finalized"]);
		finalized.set(head.number.into());
		self.requests(&at, queue).await?;
		self.tokens(&at).await
	}

	/// Hands the requests that the engine does not know yet to it.
	async fn requests(&mut self, at: &At, queue: Queue) -> Result<(), ChainError> {
		let engine = &self.shared.engine;
		loop {
			let first = engine.next_request(self.id).await;
			if first >= queue.next {
				break;
			}
			let requests = at.requests(first, PAGE).await?;
			let Some((index, _)) = requests.first() else { break };
			if *index != first {
				tracing::error!(
					chain = %self.id, first, index,
					"the chain has executed requests that no block here serves",
				);
				break;
			}
			let requests = requests.into_iter().map(|(index, request)| (index, request.request));
			engine.requests(self.id, requests.collect()).await;
			if engine.next_request(self.id).await == first {
				// It does not take them; its status says why.
				break;
			}
		}
		let status = engine.status().await;
		let served = served(&status, self.id);
		if queue.committed > served && !self.said {
			self.said = true;
			tracing::warn!(
				chain = %self.id, committed = queue.committed, served,
				"the chain is ahead: another operator has committed blocks that serve its queue",
			);
		}
		for (chain, index, refusal) in status.stuck.iter().filter(|(chain, ..)| *chain == self.id) {
			tracing::error!(%chain, index, %refusal, "the ledger refuses a request that the chain has taken");
		}
		let waiting = queue.next.saturating_sub(served);
		let chain = self.id.to_string();
		let gauge = self.shared.metrics.waiting_requests.with_label_values(&[&chain]);
		gauge.set(waiting.try_into().unwrap_or(i64::MAX));
		Ok(())
	}

	async fn tokens(&mut self, at: &At) -> Result<(), ChainError> {
		let due = self.since_tokens.is_none_or(|since| since >= TOKENS_EVERY);
		if !due {
			self.since_tokens = self.since_tokens.map(|since| since + 1);
			return Ok(());
		}
		let tokens = tokens_of(at).await?;
		self.shared.board.update(self.place, |state| state.tokens = tokens);
		self.since_tokens = Some(0);
		Ok(())
	}
}

/// The tokens of a chain, ascending.
///
/// # Errors
///
/// [`ChainError`].
pub async fn tokens_of(at: &At) -> Result<Vec<TokenInfo>, ChainError> {
	let tokens = at.tokens().await?.into_iter();
	let mut tokens: Vec<_> = tokens
		.map(|token| TokenInfo {
			id: token.id.0,
			asset: token.asset,
			symbol: token.symbol,
			decimals: token.decimals,
		})
		.collect();
	tokens.sort_by_key(|token| token.id);
	Ok(tokens)
}

/// The first request of a chain that no block built so far serves.
pub fn served(status: &EngineStatus, id: ChainId) -> u64 {
	let of = |list: &[(ChainId, u64)]| {
		list.iter().find(|(chain, _)| *chain == id).map_or(0, |(_, count)| *count)
	};
	of(&status.next_request).saturating_sub(of(&status.waiting_requests))
}
