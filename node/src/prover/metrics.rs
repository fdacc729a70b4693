// SPDX-License-Identifier: Apache-2.0

//! What Prometheus hears of the prover.

use polkadot_sdk::*;

use ligature_prover::service::{Activity, Observer, Outcome};
use std::time::Duration;
use substrate_prometheus_endpoint::{
	CounterVec, Gauge, GaugeVec, Histogram, HistogramOpts, Opts, PrometheusError, Registry, U64,
	exponential_buckets, register,
};

/// The metrics `ligature_prover_…`.
pub struct Metrics {
	listed: Gauge<U64>,
	wanted: Gauge<U64>,
	activity: GaugeVec<U64>,
	outcomes: CounterVec<U64>,
	seconds: Histogram,
}

impl Metrics {
	/// Registers them, all with their first value.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let metrics = Self {
			listed: register(
				Gauge::new("ligature_prover_jobs", "Jobs in the mailbox of the off-chain worker")?,
				registry,
			)?,
			wanted: register(
				Gauge::new("ligature_prover_jobs_wanted", "Jobs on which nobody works")?,
				registry,
			)?,
			activity: register(
				GaugeVec::new(
					Opts::new("ligature_prover_activity", "1 for what the prover is doing"),
					&["activity"],
				)?,
				registry,
			)?,
			outcomes: register(
				CounterVec::new(
					Opts::new("ligature_prover_jobs_ended_total", "Jobs by how they ended"),
					&["outcome"],
				)?,
				registry,
			)?,
			seconds: register(
				Histogram::with_opts(
					HistogramOpts::new(
						"ligature_prover_seconds",
						"Seconds from the claim of a job to its proofs",
					)
					// From a quarter of a second to an hour and more.
					.buckets(exponential_buckets(0.25, 2.0, 15)?),
				)?,
				registry,
			)?,
		};
		metrics.activity(Activity::Idle);
		for outcome in Outcome::ALL {
			metrics.outcomes.with_label_values(&[outcome.name()]).reset();
		}
		Ok(metrics)
	}
}

impl Observer for Metrics {
	fn jobs(&self, listed: usize, wanted: usize) {
		self.listed.set(listed as u64);
		self.wanted.set(wanted as u64);
	}

	fn activity(&self, activity: Activity) {
		for other in Activity::ALL {
			self.activity.with_label_values(&[other.name()]).set((other == activity).into());
		}
	}

	fn ended(&self, outcome: Outcome, took: Duration) {
		self.outcomes.with_label_values(&[outcome.name()]).inc();
		if outcome == Outcome::Proven {
			self.seconds.observe(took.as_secs_f64());
		}
	}
}
