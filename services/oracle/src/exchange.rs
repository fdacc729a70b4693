// SPDX-License-Identifier: Apache-2.0

//! Votes by way of relays.
//!
//! Each relay has a task of its own, so that one which is down or slow keeps no other one up. The task brings all own
//! votes that still matter whenever it has connected, and new ones at once; it fetches the others' from the place where
//! it has stopped, and hands them to the member, who checks them.

use crate::metrics::Metrics;
use jsonrpsee::{
	core::ClientError,
	ws_client::{WsClient, WsClientBuilder},
};
use ligature_operator_api::{RelayApiClient, VoteBytes, code};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::{
	sync::{mpsc, oneshot, watch},
	time::{Instant, interval, sleep},
};

/// So many votes are fetched at once; relays give no more.
const BATCH: u32 = 1_000;

/// A relay that does not answer for so long is given up, until it is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between attempts to connect: the first pause, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));

/// Votes that came too early are fetched again after so long.
const AGAIN: Duration = Duration::from_secs(15);

/// The own votes that still matter.
pub(crate) type Own = watch::Receiver<Arc<Vec<VoteBytes>>>;

/// What a relay told.
pub(crate) struct Told {
	/// The relay.
	pub(crate) relay: Arc<str>,
	/// The votes, unchecked.
	pub(crate) votes: Vec<VoteBytes>,
	/// Whether these are the last that it has.
	pub(crate) complete: bool,
	/// Takes whether some of them came too early.
	pub(crate) early: oneshot::Sender<bool>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Lost {
	#[error(transparent)]
	Client(#[from] ClientError),
	#[error("it gives {0} votes at once")]
	TooMany(usize),
	/// The member has stopped.
	#[error("nobody listens")]
	Deaf,
}

/// One relay.
pub(crate) struct Relay {
	url: Arc<str>,
	own: Own,
	told: mpsc::Sender<Told>,
	every: Duration,
	metrics: Metrics,
	/// Where to go on.
	place: u64,
	/// Since then, votes from this place on should be fetched again.
	again: Option<(Instant, u64)>,
	/// After so long they are.
	again_after: Duration,
}

impl Relay {
	pub(crate) fn new(
		url: &str,
		own: Own,
		told: mpsc::Sender<Told>,
		every: Duration,
		metrics: Metrics,
	) -> Self {
		Self {
			url: url.into(),
			own,
			told,
			every,
			metrics,
			place: 0,
			again: None,
			again_after: AGAIN,
		}
	}

	/// Exchanges votes until nobody listens any more.
	pub(crate) async fn run(mut self) {
		let mut pause = PAUSE.0;
		loop {
			let began = Instant::now();
			let lost = match self.connect().await {
				Ok(client) => {
					tracing::info!("connected to the relay {}", self.url);
					self.metrics.relay(&self.url, true);
					self.converse(&client).await
				},
				Err(error) => error.into(),
			};
			if matches!(lost, Lost::Deaf) {
				return;
			}
			self.metrics.relay(&self.url, false);
			tracing::warn!("the relay {} is lost: {lost}; trying again", self.url);
			if began.elapsed() > PAUSE.1 {
				pause = PAUSE.0;
			}
			tokio::select! {
				() = sleep(pause) => {},
				() = self.told.closed() => return,
			}
			pause = (pause * 2).min(PAUSE.1);
		}
	}

	async fn connect(&self) -> Result<WsClient, ClientError> {
		WsClientBuilder::default()
			.request_timeout(PATIENCE)
			.connection_timeout(PATIENCE)
			.build(&self.url)
			.await
	}

	/// Brings and fetches votes until the connection is lost.
	async fn converse(&mut self, client: &WsClient) -> Lost {
		let mut brought = HashSet::new();
		let mut ticks = interval(self.every.max(Duration::from_millis(1)));
		let listening = self.told.clone();
		loop {
			let done = match self.bring(client, &mut brought).await {
				Ok(()) => self.fetch(client).await,
				lost => lost,
			};
			if let Err(lost) = done {
				return lost;
			}
			tokio::select! {
				_ = ticks.tick() => {},
				changed = self.own.changed() => if changed.is_err() {
					return Lost::Deaf;
				},
				() = listening.closed() => return Lost::Deaf,
			}
		}
	}

	/// Brings the own votes that were not brought on this connection.
	async fn bring(
		&mut self,
		client: &WsClient,
		brought: &mut HashSet<VoteBytes>,
	) -> Result<(), Lost> {
		let own = self.own.borrow_and_update().clone();
		brought.retain(|vote| own.contains(vote));
		for vote in own.iter() {
			if brought.contains(vote) {
				continue;
			}
			match client.vote(vote.clone()).await {
				Ok(()) => {},
				// It will not want it later either.
				Err(ClientError::Call(refusal)) if refusal.code() == code::BAD_VOTE => {
					tracing::error!("the relay {} refuses a vote: {}", self.url, refusal.message());
				},
				Err(lost) => return Err(lost.into()),
			}
			brought.insert(vote.clone());
		}
		Ok(())
	}

	/// Fetches all votes that are new.
	async fn fetch(&mut self, client: &WsClient) -> Result<(), Lost> {
		if let Some((since, place)) = self.again
			&& since.elapsed() >= self.again_after
		{
			self.place = place;
			self.again = None;
		}
		loop {
			let from = self.place;
			let answer = client.votes(from, BATCH).await?;
			let count = answer.votes.len();
			if count > BATCH as usize {
				return Err(Lost::TooMany(count));
			}
			let complete = count < BATCH as usize || answer.next <= from;
			// A relay that is behind where it was has lost its votes: it begins anew.
			self.place = if answer.next < from { 0 } else { answer.next };
			let (early, heard) = oneshot::channel();
			let relay = self.url.clone();
			let told = Told { relay, votes: answer.votes, complete, early };
			self.told.send(told).await.map_err(|_| Lost::Deaf)?;
			if heard.await.map_err(|_| Lost::Deaf)? {
				let place = self.again.map_or(from, |(_, place)| place.min(from));
				let since = self.again.map_or_else(Instant::now, |(since, _)| since);
				self.again = Some((since, place));
			}
			if complete {
				return Ok(());
			}
		}
	}
}

#[cfg(test)]
mod tests;
