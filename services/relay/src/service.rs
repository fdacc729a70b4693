// SPDX-License-Identifier: Apache-2.0

//! The process: a server for oracles, beside a watch of each chain.

use crate::{
	BadVote, Config, Counts, RelayError, checks,
	known::{Known, first, watch},
	metrics::Metrics,
	shelf::Shelf,
};
use futures::future::select_all;
use jsonrpsee::{
	core::async_trait,
	server::{BatchRequestConfig, Server, ServerHandle},
};
use ligature_chain::{JoinError, Joined, Wait, join};
use ligature_operator_api::{ApiError, RelayApiServer, VoteBytes, Votes};
use ligature_primitives::ids::NetworkId;
use ligature_service_kit::{Shutdown, metrics};
use prometheus::Registry;
use std::{
	net::SocketAddr,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{SystemTime, UNIX_EPOCH},
};

/// Most bytes of a request: a vote has some six hundred in JSON.
const MAX_REQUEST: u32 = 16 * 1_024;

/// Most connections at a time.
const MAX_CONNECTIONS: u32 = 256;

/// Relays votes until the end is asked for. It waits for its chains to answer.
///
/// # Errors
///
/// [`RelayError`]: an address that cannot be used, or chains that are not of one network.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), RelayError> {
	let registry = Registry::new();
	let metrics =
		Metrics::new(&registry).map_err(|error| RelayError::Internal(error.to_string()))?;
	if let Some(listen) = config.metrics {
		metrics::serve(listen, registry, shutdown.clone()).await?;
	}
	let Joined { network, chains } = tokio::select! {
		joined = join(&config.chains, Wait::Forever) => joined?,
		() = shutdown.wait() => return Ok(()),
	};
	let known = Known::new(chains.iter().map(|(_, identity)| identity.chain));
	// First: of members that it does not know yet, it would refuse votes for good.
	for (chain, identity) in &chains {
		let said = tokio::select! {
			said = first(chain, config.poll) => said,
			() = shutdown.wait() => return Ok(()),
		};
		let failed = |source| JoinError::Chain { url: chain.url().to_owned(), source };
		known.enter(identity.chain, said.map_err(failed)?);
	}
	let relay = Relay::new(network, known.clone(), Shelf::new(now(), config.keep), metrics.clone());
	let (address, server) = serve(relay, config.listen).await?;
	tracing::info!("oracles of network {}: ws://{address}", network.0);

	let watches = chains.into_iter().map(|(chain, identity)| {
		let (known, metrics) = (known.clone(), metrics.clone());
		Box::pin(async move {
			let url = chain.url().to_owned();
			let source = watch(identity.chain, chain, known, config.poll, metrics).await;
			JoinError::Chain { url, source }
		})
	});
	tokio::select! {
		(error, ..) = select_all(watches) => Err(error.into()),
		() = shutdown.wait() => {
			// It fails when it has stopped already.
			let _ = server.stop();
			server.stopped().await;
			Ok(())
		},
	}
}

/// Milliseconds since 1970: where places begin. A relay that begins anew begins above where it ended, as nobody takes a
/// thousand votes in a second for long.
fn now() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(0)
}

async fn serve(relay: Relay, listen: SocketAddr) -> Result<(SocketAddr, ServerHandle), RelayError> {
	let failed = |source| RelayError::Listen { address: listen, source };
	let server = Server::builder()
		.max_request_body_size(MAX_REQUEST)
		.max_connections(MAX_CONNECTIONS)
		.set_batch_request_config(BatchRequestConfig::Disabled)
		.build(listen)
		.await
		.map_err(failed)?;
	let address = server.local_addr().map_err(failed)?;
	Ok((address, server.start(relay.into_rpc())))
}

/// Takes and gives votes. Clones are the same.
#[derive(Clone)]
struct Relay {
	network: NetworkId,
	known: Known,
	kept: Arc<Mutex<Kept>>,
	metrics: Metrics,
}

struct Kept {
	shelf: Shelf,
	counts: Counts,
}

impl Relay {
	fn new(network: NetworkId, known: Known, shelf: Shelf, metrics: Metrics) -> Self {
		let kept = Arc::new(Mutex::new(Kept { shelf, counts: Counts::default() }));
		Self { network, known, kept, metrics }
	}

	fn kept(&self) -> MutexGuard<'_, Kept> {
		self.kept.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Takes a vote. Whether it is new.
	fn take(&self, vote: VoteBytes) -> Result<bool, BadVote> {
		if self.kept().shelf.has(&vote) {
			return Ok(false);
		}
		let message = checks::message(&vote, self.network)?;
		self.known.read(|all| {
			let epochs = all.iter().flat_map(|(_, said)| &said.epochs);
			checks::is_member(&message, &vote.member.0, epochs)
		})?;
		let (certified, committed) = self.known.window();
		checks::is_near(message.number, certified, committed)?;
		checks::is_signed(&vote)?;
		let Kept { shelf, counts } = &mut *self.kept();
		counts.room(message.number, &vote.member.0)?;
		counts.add(message.number, vote.member.0, certified);
		shelf.keep(vote);
		self.metrics.kept.set(i64::try_from(shelf.len()).unwrap_or(i64::MAX));
		Ok(true)
	}
}

#[async_trait]
impl RelayApiServer for Relay {
	async fn vote(&self, vote: VoteBytes) -> Result<(), ApiError> {
		let outcome = self.take(vote);
		let label = match &outcome {
			Ok(true) => "taken",
			Ok(false) => "known",
			Err(_) => "bad",
		};
		self.metrics.votes.with_label_values(&[label]).inc();
		outcome.map(drop).map_err(ApiError::from)
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError> {
		Ok(self.kept().shelf.from(from, limit))
	}
}

#[cfg(test)]
mod tests;
