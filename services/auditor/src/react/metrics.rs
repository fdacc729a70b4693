// SPDX-License-Identifier: Apache-2.0

//! What an auditor tells Prometheus.

use crate::{books::Books, finding::Finding};
use ligature_primitives::ids::ChainId;
use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry, core::Collector};

/// The metrics of an auditor; cloning them is cheap.
#[derive(Clone, Debug)]
pub struct Metrics {
	findings: IntCounterVec,
	heights: IntGaugeVec,
	audited: IntGaugeVec,
	connected: IntGaugeVec,
	pub(super) posted: IntCounterVec,
	halts: IntCounterVec,
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
		Ok(Self {
			findings: counter(
				"findings_total",
				"Findings, by name and severity.",
				&["name", "severity"],
			)?,
			heights: gauge(
				"height",
				"Blocks of the rollup on a chain, by stage.",
				&["chain", "stage"],
			)?,
			audited: gauge("audited", "The last block of a chain that was looked at.", &["chain"])?,
			connected: gauge("connected", "Whether a chain answers.", &["chain"])?,
			posted: counter(
				"webhook_total",
				"Findings for the webhook, by what became of them.",
				&["outcome"],
			)?,
			halts: counter(
				"halts_total",
				"Halts of a chain, by what became of them.",
				&["chain", "outcome"],
			)?,
		})
	}

	pub(crate) fn found(&self, finding: &Finding) {
		let labels = [finding.what.name(), finding.what.severity().name()];
		self.findings.with_label_values(&labels).inc();
	}

	pub(crate) fn read(&self, books: &Books) {
		let chain = books.chain().to_string();
		self.connected.with_label_values(&[&chain]).set(1);
		if let Some(last) = books.last() {
			self.audited.with_label_values(&[&chain]).set(last.head.number.into());
		}
		let Some(status) = books.status() else { return };
		let counters = status.counters;
		let stages = [
			("committed", counters.committed),
			("proven", counters.proven),
			("certified", counters.certified),
			("executed", counters.executed),
		];
		for (stage, number) in stages {
			let number = i64::try_from(number.0).unwrap_or(i64::MAX);
			self.heights.with_label_values(&[&chain, stage]).set(number);
		}
	}

	pub(crate) fn connected(&self, chain: ChainId, connected: bool) {
		self.connected.with_label_values(&[&chain.to_string()]).set(connected.into());
	}

	pub(crate) fn posted(&self, outcome: &str) {
		self.posted.with_label_values(&[outcome]).inc();
	}

	pub(crate) fn halted(&self, chain: ChainId, outcome: &str) {
		self.halts.with_label_values(&[&chain.to_string(), outcome]).inc();
	}
}

fn options(name: &str, help: &str) -> Opts {
	Opts::new(format!("ligature_auditor_{name}"), help)
}

fn register<C: Collector + Clone + 'static>(
	registry: &Registry,
	metric: C,
) -> prometheus::Result<C> {
	registry.register(Box::new(metric.clone()))?;
	Ok(metric)
}
