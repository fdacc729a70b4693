// SPDX-License-Identifier: Apache-2.0

//! What the operator counts, for Prometheus.

use ligature_primitives::ids::ChainId;
use prometheus::{
	Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};
use std::time::Duration;

/// Seconds up to which the building of a block is told apart.
const BUILD_SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// What the operator counts. Clones count the same.
#[derive(Clone, Debug)]
pub struct Metrics {
	registry: Registry,
	/// Transactions that wait.
	pub mempool: IntGauge,
	/// The last block built.
	pub built: IntGauge,
	/// Seconds that the building of a block took, the disk included.
	pub build_seconds: Histogram,
	/// Blocks of the rollup per chain and stage.
	pub height: IntGaugeVec,
	/// Blocks of the chain itself: best, finalized.
	pub chain_height: IntGaugeVec,
	/// Whether a chain is reached.
	pub connected: IntGaugeVec,
	/// Requests in a chain's queue that no block serves.
	pub waiting_requests: IntGaugeVec,
	/// Calls per chain, kind and what became of them.
	pub calls: IntCounterVec,
	/// Reverts.
	pub reverts: IntCounter,
	/// Whether the operator takes transactions.
	pub accepting: IntGauge,
	/// Calls of the JSON-RPC by method and outcome.
	pub rpc: IntCounterVec,
	/// Transactions submitted by outcome.
	pub submitted: IntCounterVec,
	/// Proofs by outcome.
	pub proofs: IntCounterVec,
	/// Votes by outcome.
	pub votes: IntCounterVec,
}

impl Metrics {
	/// Metrics in a registry of their own.
	///
	/// # Errors
	///
	/// If two have one name.
	pub fn new() -> prometheus::Result<Self> {
		let registry = Registry::new();
		let gauge = |name: &str, help: &str| {
			let gauge = IntGauge::new(name, help)?;
			registry.register(Box::new(gauge.clone()))?;
			Ok::<_, prometheus::Error>(gauge)
		};
		let gauges = |name: &str, help: &str, labels: &[&str]| {
			let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
			registry.register(Box::new(gauges.clone()))?;
			Ok::<_, prometheus::Error>(gauges)
		};
		let counters = |name: &str, help: &str, labels: &[&str]| {
			let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
			registry.register(Box::new(counters.clone()))?;
			Ok::<_, prometheus::Error>(counters)
		};
		let seconds = HistogramOpts::new(
			"ligature_operator_build_seconds",
			"Seconds that the building of a block took, the disk included.",
		);
		let build_seconds = Histogram::with_opts(seconds.buckets(BUILD_SECONDS.to_vec()))?;
		registry.register(Box::new(build_seconds.clone()))?;
		let reverts = IntCounter::new("ligature_operator_reverts_total", "Reverts.")?;
		registry.register(Box::new(reverts.clone()))?;
		Ok(Self {
			mempool: gauge("ligature_operator_mempool", "Transactions that wait.")?,
			built: gauge("ligature_operator_built", "The last block built.")?,
			build_seconds,
			height: gauges(
				"ligature_operator_height",
				"The last block of the rollup at a stage on a chain.",
				&["chain", "stage"],
			)?,
			chain_height: gauges(
				"ligature_operator_chain_height",
				"The last block of the chain itself.",
				&["chain", "which"],
			)?,
			connected: gauges(
				"ligature_operator_connected",
				"Whether the chain is reached.",
				&["chain"],
			)?,
			waiting_requests: gauges(
				"ligature_operator_waiting_requests",
				"Requests in the chain's queue that no block serves.",
				&["chain"],
			)?,
			calls: counters(
				"ligature_operator_calls_total",
				"Calls to a chain, by what became of them.",
				&["chain", "call", "outcome"],
			)?,
			reverts,
			accepting: gauge(
				"ligature_operator_accepting",
				"Whether the operator takes transactions.",
			)?,
			rpc: counters(
				"ligature_operator_rpc_total",
				"Calls of the JSON-RPC.",
				&["method", "outcome"],
			)?,
			submitted: counters(
				"ligature_operator_submitted_total",
				"Transactions submitted.",
				&["outcome"],
			)?,
			proofs: counters("ligature_operator_proofs_total", "Proofs brought.", &["outcome"])?,
			votes: counters("ligature_operator_votes_total", "Votes brought.", &["outcome"])?,
			registry,
		})
	}

	/// The registry, for the server of metrics.
	pub fn registry(&self) -> Registry {
		self.registry.clone()
	}

	/// A call to a chain, and what became of it.
	pub fn call(&self, chain: ChainId, call: &str, outcome: &str) {
		self.calls.with_label_values(&[&chain.to_string(), call, outcome]).inc();
	}

	/// A call of the JSON-RPC.
	pub fn rpc(&self, method: &str, good: bool) {
		self.rpc.with_label_values(&[method, if good { "ok" } else { "refused" }]).inc();
	}

	/// A block was built.
	pub fn block(&self, took: Duration) {
		self.build_seconds.observe(took.as_secs_f64());
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_metric_should_be_exported_once_it_has_a_value() {
		let metrics = Metrics::new().expect("names differ");
		metrics.mempool.set(3);
		metrics.call(ChainId(1), "commit", "sent");
		metrics.rpc("submit", true);
		metrics.rpc("submit", false);
		metrics.block(Duration::from_millis(20));
		let families = metrics.registry().gather();
		let family = |name: &str| {
			let found = families.iter().find(|family| family.get_name() == name);
			found.unwrap_or_else(|| panic!("there is no {name}")).get_metric()
		};
		assert_eq!(family("ligature_operator_mempool")[0].get_gauge().get_value(), 3.0);
		assert_eq!(family("ligature_operator_rpc_total").len(), 2);
		assert_eq!(family("ligature_operator_calls_total")[0].get_counter().get_value(), 1.0);
		let seconds = family("ligature_operator_build_seconds")[0].get_histogram();
		assert_eq!(seconds.get_sample_count(), 1);
	}
}
