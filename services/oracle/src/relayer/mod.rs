// SPDX-License-Identifier: Apache-2.0

//! Bringing certificates, and evidence, to the chains that lack them.
//!
//! | file | what it holds |
//! |---|---|
//! | `view` | what a chain's best block says about certificates: which of them it takes |
//! | `plan` | whose turn it is, what was sent and what came of it; no input and no output |
//! | `port` | the chain itself |
//!
//! Each chain has a task of its own. Whoever comes second pays nothing: the pool refuses what is certified already. Members
//! take turns all the same, so that a certificate is sent once and not by all of them.

mod plan;
mod port;
#[cfg(test)]
pub(crate) mod tests;
mod view;

pub use port::{NodePort, Outcome, Port};
pub use view::View;

use crate::{
	ballots::{Evidence, Ready},
	metrics::{Metrics, kind_name},
	seen::ChainSeen,
};
use ligature_chain::Call;
use ligature_primitives::{digest::blake2, vote::VoteKind};
use plan::{Errand, Plan};
use std::{sync::Arc, time::Duration};
use tokio::{
	sync::{mpsc, watch},
	time::{Instant, MissedTickBehavior, interval},
};

/// A chain that lacks something is looked at so often.
const EVERY: Duration = Duration::from_secs(1);

/// What there is to bring to a chain.
#[derive(Clone, Debug, Default)]
pub struct Brief {
	/// Certificates that its finalized head does not have yet.
	pub ready: Vec<Ready>,
	/// Evidence against members.
	pub evidence: Vec<Arc<Evidence>>,
}

/// Brings things to one chain, until nobody gives any more.
pub(crate) struct Relayer {
	port: Arc<dyn Port>,
	/// Whether the chain is the first of its network, which takes other freezes than the others.
	first: bool,
	member: [u8; 32],
	briefs: watch::Receiver<Arc<Brief>>,
	plan: Plan,
	metrics: Metrics,
}

/// What came of something that was sent.
type Done = (Errand, Outcome);

impl Relayer {
	pub(crate) fn new(
		port: Arc<dyn Port>,
		first: bool,
		member: [u8; 32],
		briefs: watch::Receiver<Arc<Brief>>,
		turn: Duration,
		metrics: Metrics,
	) -> Self {
		Self { port, first, member, briefs, plan: Plan::new(turn), metrics }
	}

	pub(crate) async fn run(mut self) {
		let (sender, mut done) = mpsc::channel::<Done>(16);
		let mut ticks = interval(EVERY);
		ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				_ = ticks.tick() => {},
				changed = self.briefs.changed() => if changed.is_err() {
					return;
				},
				Some(done) = done.recv() => {
					self.done(done);
					continue;
				},
			}
			let brief = self.briefs.borrow_and_update().clone();
			self.bring(&brief, &sender).await;
		}
	}

	/// Sends what is due.
	async fn bring(&mut self, brief: &Brief, done: &mpsc::Sender<Done>) {
		if brief.ready.is_empty() && brief.evidence.is_empty() {
			self.plan.clear();
			return;
		}
		let blocks = brief.ready.iter().map(|ready| (ready.message.number, ready.message.hash));
		let view = match self.port.view(&blocks.collect()).await {
			Ok(view) => view,
			Err(error) => {
				tracing::debug!("chain {} cannot be asked: {error}", self.port.id().0);
				return;
			},
		};
		let id = self.port.id();
		let mut errands = view.errands(id, self.first, &brief.ready);
		errands.extend(brief.evidence.iter().map(|evidence| report(evidence, &self.member)));
		let due = self.plan.due(Instant::now(), view.number, errands);
		if due.is_empty() {
			return;
		}
		let calls = due.iter().map(|errand| errand.call.clone()).collect();
		let waits = self.port.send(calls).await;
		for (errand, wait) in due.into_iter().zip(waits) {
			let done = done.clone();
			tokio::spawn(async move {
				let outcome = wait.await;
				// An error says that the relayer has ended.
				let _ = done.send((errand, outcome)).await;
			});
		}
	}

	/// Takes note of what came of what was sent.
	fn done(&mut self, (errand, outcome): Done) {
		let (chain, what) = (self.port.id(), &errand.about);
		match &outcome {
			Outcome::Taken { .. } => tracing::info!("chain {}: brought {what}", chain.0),
			Outcome::Obsolete => tracing::debug!("chain {} has {what} already", chain.0),
			Outcome::Refused { error, .. } => {
				tracing::warn!("chain {} does not take {what}: {error}", chain.0);
			},
			Outcome::Failed(error) => {
				tracing::warn!("chain {}: {what} was not brought: {error}", chain.0);
			},
		}
		self.metrics.brought(chain, errand.kind, outcome.name());
		self.plan.done(&errand, &outcome);
	}
}

/// The call that brings a certificate.
fn certificate_call(ready: &Ready) -> Call {
	let certificate = ready.certificate.clone();
	match ready.message.kind {
		VoteKind::Block => Call::SubmitCertificate(certificate),
		VoteKind::Refuse | VoteKind::Refused => Call::SubmitRefusal(certificate),
		VoteKind::Freeze | VoteKind::Frozen => Call::SubmitFreeze(certificate),
	}
}

/// The errand that brings evidence. Its order among the members begins somewhere else for each member that it is
/// against.
fn report(evidence: &Evidence, member: &[u8; 32]) -> Errand {
	let seed = blake2("", &[&evidence.member, member]);
	Errand {
		id: blake2("evidence", &[&evidence.member]),
		kind: "evidence",
		about: format!("the evidence against member 0x{}", hex::encode(evidence.member)),
		rank: u32::from(seed[0]) % plan::RANKS,
		once: true,
		call: Call::ReportEquivocation {
			key: evidence.member,
			first: Box::new(evidence.first.clone()),
			second: Box::new(evidence.second.clone()),
		},
	}
}

/// The errand that brings a certificate.
fn errand(ready: &Ready) -> Errand {
	let kind = kind_name(ready.message.kind);
	let number = ready.message.number;
	Errand {
		id: ready.id,
		kind,
		about: format!("the certificate ({kind}) of block {}", number.0),
		rank: plan::rank(number, ready.place, ready.members),
		once: false,
		call: certificate_call(ready),
	}
}

/// Whether a chain's finalized head lacks a certificate. Which of them its best head takes, says [`View`].
pub(crate) fn lacks(seen: &ChainSeen, ready: &Ready) -> bool {
	let message = &ready.message;
	let above = message.number > seen.status.counters.certified;
	match message.kind {
		VoteKind::Block => above,
		VoteKind::Refuse => above && message.chain == seen.chain,
		VoteKind::Refused => above && message.chain != seen.chain,
		VoteKind::Freeze | VoteKind::Frozen => seen.freeze().is_none(),
	}
}
