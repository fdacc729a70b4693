// SPDX-License-Identifier: Apache-2.0

//! What is done about a finding: it is logged, counted, posted, and the chains are halted.

mod guardian;
mod metrics;
mod webhook;

pub use guardian::Guardian;
pub use metrics::Metrics;
pub use webhook::Webhook;

use crate::{
	auditor::Auditor,
	error::AuditError,
	finding::{Finding, Severity},
};
use std::path::PathBuf;

/// Writes a finding to the log.
fn log(finding: &Finding) {
	let (name, chain) = (finding.what.name(), finding.chain.0);
	match finding.what.severity() {
		Severity::Notice => tracing::info!(name, chain, "{finding}"),
		Severity::Warning => tracing::warn!(name, chain, "{finding}"),
		Severity::Alarm => tracing::error!(name, chain, "{finding}"),
	}
}

/// What is done about findings.
pub struct Reaction {
	/// Counts.
	pub metrics: Metrics,
	/// Posts.
	pub webhook: Option<Webhook>,
	/// Halts.
	pub guardian: Option<Guardian>,
	/// What a halt helps with, until all chains are read to their ends.
	pub halting: Vec<Finding>,
	/// Whether the first alarm ends the process.
	pub exit: bool,
	/// Where it is kept up to where chains were looked at.
	pub data: Option<PathBuf>,
	/// All findings, if somebody wants them at the end.
	pub all: Option<Vec<Finding>>,
}

impl Reaction {
	/// Does it.
	///
	/// # Errors
	///
	/// [`AuditError::Alarm`], if the process is to end.
	pub fn to(&mut self, findings: Vec<Finding>) -> Result<(), AuditError> {
		let mut alarm = None;
		for finding in findings {
			self.metrics.found(&finding);
			if let Some(webhook) = &self.webhook {
				webhook.tell(&finding);
			}
			if finding.what.halt_helps() && self.guardian.is_some() {
				self.halting.push(finding.clone());
			}
			match &mut self.all {
				Some(all) => all.push(finding.clone()),
				None => log(&finding),
			}
			if self.exit && finding.what.severity() == Severity::Alarm {
				alarm.get_or_insert(finding);
			}
		}
		alarm.map_or(Ok(()), |alarm| Err(AuditError::Alarm(Box::new(alarm))))
	}

	/// Halts, if what was found is so still.
	pub fn halt(&mut self, auditor: &Auditor) {
		let stands = self.halting.iter().any(|finding| auditor.stands(finding));
		self.halting.clear();
		if let Some(guardian) = self.guardian.as_mut().filter(|_| stands) {
			guardian.halt();
		}
	}
}
