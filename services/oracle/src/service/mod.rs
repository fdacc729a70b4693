// SPDX-License-Identifier: Apache-2.0

//! The process: eyes on the chains, relays, relayers, and the member in the middle.
//!
//! ```text
//! eyes ──Seen──▶ member ──briefs──▶ a relayer per chain ──certificates──▶ chains
//!                ▲    │
//!    others' votes    own votes
//!                │    ▼
//!              a task per relay
//! ```
//!
//! The member signs nothing before all relays, or all that answer soon, have given the votes that they have: a vote of the
//! member's own that comes from there shows that the journal is an old one.

mod core;
mod start;
#[cfg(test)]
mod tests;

pub use core::Core;
pub use start::run;

use crate::{
	OracleError,
	exchange::{Relay, Told},
	metrics::Metrics,
	relayer::{Brief, Port, Relayer},
	seen::Seen,
	watch::Eyes,
};
use ligature_primitives::ids::ChainId;
use ligature_service_kit::Shutdown;
use std::{
	collections::{BTreeMap, HashSet},
	sync::Arc,
	time::Duration,
};
use tokio::{
	sync::{mpsc, watch},
	task::JoinSet,
	time::{Instant, sleep},
};

/// After chains could not be asked, it is tried again after so long.
const PAUSE: Duration = Duration::from_secs(1);

/// Once one relay has given all its votes, the others get so long to do so, too.
const GRACE: Duration = Duration::from_secs(3);

/// Which relays have given all their votes.
struct Hearing {
	relays: usize,
	complete: HashSet<Arc<str>>,
	/// When the first had.
	since: Option<Instant>,
}

impl Hearing {
	fn completed(&mut self, relay: &Arc<str>) {
		if self.complete.insert(relay.clone()) {
			tracing::info!("all votes of the relay {relay} are read");
			self.since.get_or_insert_with(Instant::now);
		}
	}

	fn may_sign(&self) -> bool {
		let over = self.since.is_some_and(|since| since.elapsed() >= GRACE);
		over || (self.since.is_some() && self.complete.len() >= self.relays)
	}
}

/// How an oracle works.
#[derive(Clone, Debug)]
pub struct Settings {
	/// The relays.
	pub relays: Vec<String>,
	/// How often they are asked.
	pub poll: Duration,
	/// How long a member waits for the one before to bring a certificate.
	pub turn: Duration,
}

/// What the member says to the others' tasks.
struct Outlets {
	own: watch::Sender<Arc<Vec<ligature_operator_api::VoteBytes>>>,
	briefs: BTreeMap<ChainId, watch::Sender<Arc<Brief>>>,
}

impl Outlets {
	/// Says what is new.
	fn tell(&self, core: &Core, seen: &Seen) {
		let own = core.own();
		self.own.send_if_modified(|known| {
			let news = !Arc::ptr_eq(known, &own);
			*known = own;
			news
		});
		for (chain, brief) in core.briefs(seen) {
			if let Some(sender) = self.briefs.get(&chain) {
				sender.send_replace(Arc::new(brief));
			}
		}
	}
}

/// Works until the end is asked for. The ports are those of all chains, ascending.
///
/// # Errors
///
/// What makes a member stop: its journal, or votes of its own that it does not know.
pub async fn serve(
	mut core: Core,
	eyes: impl Eyes,
	ports: Vec<Arc<dyn Port>>,
	settings: Settings,
	metrics: Metrics,
	shutdown: Shutdown,
) -> Result<(), OracleError> {
	let mut tasks = JoinSet::new();
	let (told_sender, mut told) = mpsc::channel::<Told>(settings.relays.len().max(1));
	let (own, _) = watch::channel(core.own());
	for url in &settings.relays {
		let (own, told) = (own.subscribe(), told_sender.clone());
		tasks.spawn(Relay::new(url, own, told, settings.poll, metrics.clone()).run());
	}
	drop(told_sender);
	let mut outlets = Outlets { own, briefs: BTreeMap::new() };
	for (place, port) in ports.into_iter().enumerate() {
		let (sender, briefs) = watch::channel(Arc::default());
		outlets.briefs.insert(port.id(), sender);
		let (first, member) = (place == 0, core.member());
		let metrics = metrics.clone();
		tasks.spawn(Relayer::new(port, first, member, briefs, settings.turn, metrics).run());
	}
	let (seen_sender, mut seen) = mpsc::channel(1);
	tasks.spawn(look(eyes, seen_sender, metrics));

	let mut last = None::<Seen>;
	let mut hearing =
		Hearing { relays: settings.relays.len(), complete: HashSet::new(), since: None };
	loop {
		tokio::select! {
			biased;
			() = shutdown.wait() => break,
			ended = tasks.join_next() => return Err(task_ended(ended)),
			Some(news) = seen.recv() => {
				core.see(&news, hearing.may_sign())?;
				outlets.tell(&core, &news);
				last = Some(news);
			},
			// Before the chains are seen, nobody knows which votes matter.
			Some(news) = told.recv(), if last.is_some() => {
				let mut early = false;
				for vote in &news.votes {
					early |= core.hear(vote, &format!("the relay {}", news.relay))?;
				}
				if news.complete {
					hearing.completed(&news.relay);
				}
				// An error says that the relay's task has ended.
				let _ = news.early.send(early);
				if let Some(seen) = last.as_ref().filter(|_| !news.votes.is_empty()) {
					outlets.tell(&core, seen);
				}
			},
		}
	}
	tracing::info!("the oracle has ended; {} votes are in the journal", core.journal().len());
	Ok(())
}

/// Looks at the chains again and again.
async fn look(mut eyes: impl Eyes, seen: mpsc::Sender<Seen>, metrics: Metrics) {
	let mut failing = None;
	loop {
		match eyes.look().await {
			Ok(news) => {
				if failing.take().is_some() {
					tracing::info!("all chains are seen again");
				}
				if seen.send(news).await.is_err() {
					return;
				}
				tokio::select! {
					() = eyes.change() => {},
					() = seen.closed() => return,
				}
			},
			Err((chain, error)) => {
				if failing != Some(chain) {
					metrics.chain_failed(chain);
					tracing::warn!("chain {} cannot be seen: {error}", chain.0);
					failing = Some(chain);
				}
				tokio::select! {
					() = sleep(PAUSE) => {},
					() = seen.closed() => return,
				}
			},
		}
	}
}

fn task_ended(ended: Option<Result<(), tokio::task::JoinError>>) -> OracleError {
	OracleError::Internal(match ended {
		Some(Err(error)) => format!("a task has failed: {error}"),
		Some(Ok(())) => "a task has ended".into(),
		None => "there are no tasks".into(),
	})
}
