// SPDX-License-Identifier: Apache-2.0

//! Whether the operator takes transactions and builds blocks. Several have a say, each with a reason of its
//! own; it goes on when none is left.

use crate::engine::Engine;
use crate::metrics::Metrics;
use ligature_primitives::ids::ChainId;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;

/// Who has a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
	/// The operator's own people.
	Admin,
	/// Blocks must go and cannot.
	Revert,
	/// A chain that takes no blocks.
	Chain(ChainId),
	/// A chain that is not reached.
	Silence(ChainId),
}

/// The reasons for which the operator takes nothing. Clones are the same gate.
#[derive(Clone)]
pub struct Gate {
	reasons: Arc<Mutex<BTreeMap<Source, String>>>,
	engine: Engine,
	metrics: Metrics,
}

impl Gate {
	/// An open gate.
	pub fn new(engine: Engine, metrics: Metrics) -> Self {
		metrics.accepting.set(1);
		Self { reasons: Arc::default(), engine, metrics }
	}

	/// Gives a reason, or takes it back.
	pub async fn set(&self, source: Source, reason: Option<String>) {
		let mut reasons = self.reasons.lock().await;
		let before = joined(&reasons);
		match reason {
			Some(reason) => reasons.insert(source, reason),
			None => reasons.remove(&source),
		};
		let after = joined(&reasons);
		if before == after {
			return;
		}
		match &after {
			Some(reason) => tracing::warn!(%reason, "nothing is taken and no block is built"),
			None => tracing::info!("transactions are taken and blocks are built"),
		}
		self.metrics.accepting.set(after.is_none().into());
		// Under the lock, so that the engine hears it in this order.
		self.engine.pause(after).await;
	}

	/// Why nothing is taken, if so.
	pub async fn reason(&self) -> Option<String> {
		joined(&*self.reasons.lock().await)
	}
}

fn joined(reasons: &BTreeMap<Source, String>) -> Option<String> {
	let reasons: Vec<_> = reasons.values().map(String::as_str).collect();
	(!reasons.is_empty()).then(|| reasons.join("; "))
}
