// SPDX-License-Identifier: Apache-2.0

//! The process: a watch per chain, the auditor in the middle, and who is told.
//!
//! ```text
//! watch of a chain ──pages──▶ auditor ──findings──▶ log, metrics, webhook, guardian
//! ```

mod desk;

use crate::{
	config::{Config, Patience},
	error::AuditError,
	finding::Finding,
	react::{Guardian, Metrics, Reaction, Webhook},
	start::{Start, begin},
	watch::Until,
};
use desk::Desk;
use ligature_chain::{Chain, Identity, Wait, join};
use ligature_service_kit::{Shutdown, metrics};
use prometheus::Registry;
use std::{path::Path, time::Duration};
use tokio::time::sleep;

/// Between attempts to begin.
const PAUSE: Duration = Duration::from_secs(5);

/// Watches until the end is asked for.
///
/// # Errors
///
/// [`AuditError`]; with `exit_on_alarm`, [`AuditError::Alarm`] at the first alarm.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), AuditError> {
	let signer = config.guardian.as_ref().map(|key| key.signer()).transpose()?;
	let registry = Registry::new();
	let metrics =
		Metrics::new(&registry).map_err(|error| AuditError::Internal(error.to_string()))?;
	let webhook = config.webhook.as_ref();
	let webhook = webhook.map(|it| Webhook::new(it, metrics.clone())).transpose()?;
	if let Some(listen) = config.metrics {
		metrics::serve(listen, registry, shutdown.clone()).await?;
	}
	let chains = tokio::select! {
		joined = join(&config.chains, Wait::Forever) => joined?.chains,
		() = shutdown.wait() => return Ok(()),
	};
	let named = |(chain, identity): &(Chain, Identity)| (identity.chain, chain.clone());
	let named = chains.iter().map(named).collect();
	let guardian = signer.map(|signer| Guardian::new(signer, named, metrics.clone()));
	let starts = tokio::select! {
		starts = begin_all(&chains, &config) => starts?,
		() = shutdown.wait() => return Ok(()),
	};
	let react = Reaction {
		metrics,
		webhook,
		guardian,
		halting: Vec::new(),
		exit: config.exit_on_alarm,
		data: config.data,
		all: None,
	};
	let mut desk = Desk::new(chains, starts, config.patience, Until::Dropped, react);
	tokio::select! {
		done = desk.work() => done,
		() = shutdown.wait() => Ok(()),
	}
}

/// Looks through everything up to the last finalized blocks: with a folder for what is read, from the last mark of a run
/// that keeps watching on, or as far as the nodes have states. Gives what was found.
///
/// # Errors
///
/// [`AuditError`], also if a chain does not answer.
pub async fn once(
	chains: &[String],
	data: Option<&Path>,
	patience: Patience,
) -> Result<Vec<Finding>, AuditError> {
	let chains = join(chains, Wait::Briefly).await?.chains;
	let mut starts = Vec::new();
	for (chain, identity) in &chains {
		starts.push(begin(chain, identity.clone(), data).await?);
	}
	let registry = Registry::new();
	let metrics =
		Metrics::new(&registry).map_err(|error| AuditError::Internal(error.to_string()))?;
	let react = Reaction {
		metrics,
		webhook: None,
		guardian: None,
		halting: Vec::new(),
		exit: false,
		data: None,
		all: Some(Vec::new()),
	};
	let mut desk = Desk::new(chains, starts, patience, Until::Last, react);
	desk.work().await?;
	desk.look_at_clock()?;
	Ok(desk.into_findings())
}

/// Begins the books of all chains, however long it takes.
async fn begin_all(
	chains: &[(Chain, Identity)],
	config: &Config,
) -> Result<Vec<Start>, AuditError> {
	let mut starts = Vec::new();
	for (chain, identity) in chains {
		let start = loop {
			match begin(chain, identity.clone(), config.data.as_deref()).await {
				Err(error) if error.is_unreachable() => {
					tracing::warn!("chain {}: {error}; again in {PAUSE:?}", identity.chain);
					sleep(PAUSE).await;
				},
				done => break done?,
			}
		};
		starts.push(start);
	}
	Ok(starts)
}
