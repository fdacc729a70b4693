// SPDX-License-Identifier: Apache-2.0

//! What an oracle tells Prometheus.

use crate::seen::Seen;
use ligature_primitives::{ids::ChainId, vote::VoteKind};
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, core::Collector};

/// The metrics of an oracle; cloning them is cheap.
#[derive(Clone, Debug)]
pub struct Metrics {
	signed: IntCounterVec,
	seen: IntCounterVec,
	equivocations: IntCounterVec,
	heights: IntGaugeVec,
	stages: IntGaugeVec,
	chain_failures: IntCounterVec,
	relays: IntGaugeVec,
	relay_failures: IntCounterVec,
	brought: IntCounterVec,
	journal: IntGauge,
}

impl Metrics {
	/// Metrics in a registry that has none of them yet.
	///
	/// # Errors
	///
	/// If it has.
	pub fn new(registry: &Registry) -> prometheus::Result<Self> {
		let counter = |name: &str, help: &str, labels: &[&str]| {
			register(registry, IntCounterVec::new(options(name, help), labels)?)
		};
		let gauge = |name: &str, help: &str, labels: &[&str]| {
			register(registry, IntGaugeVec::new(options(name, help), labels)?)
		};
		let journal = IntGauge::with_opts(options("journal_votes", "Votes in the journal."))?;
		Ok(Self {
			signed: counter("votes_signed_total", "Votes signed, by kind.", &["kind"])?,
			seen: counter("votes_seen_total", "Good votes heard, by member.", &["member"])?,
			equivocations: counter(
				"equivocations_total",
				"Votes that contradict another of the same member.",
				&["member"],
			)?,
			heights: gauge("chain_height", "Blocks of a chain, by head.", &["chain", "head"])?,
			stages: gauge(
				"rollup_height",
				"Blocks of the rollup on the finalized head of a chain, by stage.",
				&["chain", "stage"],
			)?,
			chain_failures: counter(
				"chain_disconnects_total",
				"How often a chain could not be asked.",
				&["chain"],
			)?,
			relays: gauge("relay_connected", "Whether a relay is connected.", &["relay"])?,
			relay_failures: counter(
				"relay_disconnects_total",
				"How often a relay was lost or could not be reached.",
				&["relay"],
			)?,
			brought: counter(
				"brought_total",
				"Certificates and evidence brought to a chain, by kind and outcome.",
				&["chain", "kind", "outcome"],
			)?,
			journal: register(registry, journal)?,
		})
	}

	pub(crate) fn signed(&self, kind: VoteKind, journal: u64) {
		self.signed.with_label_values(&[kind_name(kind)]).inc();
		self.journal(journal);
	}

	pub(crate) fn journal(&self, votes: u64) {
		self.journal.set(votes.try_into().unwrap_or(i64::MAX));
	}

	pub(crate) fn heard(&self, member: &[u8; 32]) {
		self.seen.with_label_values(&[&hex::encode(member)]).inc();
	}

	pub(crate) fn equivocation(&self, member: &[u8; 32]) {
		self.equivocations.with_label_values(&[&hex::encode(member)]).inc();
	}

	pub(crate) fn looked(&self, seen: &Seen) {
		for chain in &seen.chains {
			let name = chain.chain.0.to_string();
			let heads = [("finalized", chain.finalized), ("best", chain.best)];
			for (head, number) in heads {
				self.heights.with_label_values(&[&name, head]).set(number.into());
			}
			let counters = chain.status.counters;
			let stages = [
				("committed", counters.committed),
				("proven", counters.proven),
				("certified", counters.certified),
				("executed", counters.executed),
			];
			for (stage, number) in stages {
				let number = number.0.try_into().unwrap_or(i64::MAX);
				self.stages.with_label_values(&[&name, stage]).set(number);
			}
		}
	}

	pub(crate) fn chain_failed(&self, chain: ChainId) {
		self.chain_failures.with_label_values(&[&chain.0.to_string()]).inc();
	}

	pub(crate) fn relay(&self, url: &str, connected: bool) {
		self.relays.with_label_values(&[url]).set(connected.into());
		if !connected {
			self.relay_failures.with_label_values(&[url]).inc();
		}
	}

	pub(crate) fn brought(&self, chain: ChainId, kind: &str, outcome: &str) {
		self.brought.with_label_values(&[&chain.0.to_string(), kind, outcome]).inc();
	}
}

/// The name of a kind of votes in metrics.
pub(crate) const fn kind_name(kind: VoteKind) -> &'static str {
	match kind {
		VoteKind::Block => "block",
		VoteKind::Refuse => "refuse",
		VoteKind::Refused => "refused",
		VoteKind::Freeze => "freeze",
		VoteKind::Frozen => "frozen",
	}
}

fn options(name: &str, help: &str) -> Opts {
	Opts::new(format!("ligature_oracle_{name}"), help)
}

fn register<C: Collector + Clone + 'static>(
	registry: &Registry,
	metric: C,
) -> prometheus::Result<C> {
	registry.register(Box::new(metric.clone()))?;
	Ok(metric)
}
