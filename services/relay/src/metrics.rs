// SPDX-License-Identifier: Apache-2.0

//! What a relay counts, for Prometheus.

use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// What is counted. Clones count together.
#[derive(Clone, Debug)]
pub struct Metrics {
	/// Votes, by what became of them: `taken`, `known`, `bad`.
	pub votes: IntCounterVec,
	/// Votes that are kept.
	pub kept: IntGauge,
	/// Whether a chain answers.
	pub connected: IntGaugeVec,
}

impl Metrics {
	/// Registers them.
	///
	/// # Errors
	///
	/// A registry that has them already.
	pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
		let votes = Opts::new("ligature_relay_votes_total", "Votes, by outcome");
		let connected = Opts::new("ligature_relay_connected", "Whether a chain answers");
		let metrics = Self {
			votes: IntCounterVec::new(votes, &["outcome"])?,
			kept: IntGauge::new("ligature_relay_kept", "Votes that are kept")?,
			connected: IntGaugeVec::new(connected, &["chain"])?,
		};
		registry.register(Box::new(metrics.votes.clone()))?;
		registry.register(Box::new(metrics.kept.clone()))?;
		registry.register(Box::new(metrics.connected.clone()))?;
		Ok(metrics)
	}
}
