// SPDX-License-Identifier: Apache-2.0

//! The operator's JSON-RPC, over HTTP and WebSocket. `docs/api.md` has every method with an example.
//!
//! | file | holds |
//! |---|---|
//! | `wallet`, `subscriptions` | `ligature_…`: transactions, accounts, blocks |
//! | `prover` | `prover_…`: blocks, shares, proofs |
//! | `relay` | `relay_…`: votes |
//! | `admin` | `admin_…`, on an address of its own |
//! | `check` | signatures, on all cores |
//! | `count` | how often what is called |
//!
//! It owns nothing: it decodes, asks, and answers.

mod admin;
mod check;
mod count;
mod prover;
mod relay;
mod subscriptions;
mod wallet;

pub use check::Checker;

use crate::{
	board::Board, config::RpcConfig, engine::Engine, error::OperatorError, gate::Gate,
	metrics::Metrics, notice::Notices, proofs::ProofBoard, revert::Petition, run::Builder,
	store::Store, votes::VoteBox,
};
use count::Count;
use jsonrpsee::{
	Methods,
	server::{BatchRequestConfig, RpcServiceBuilder, Server, ServerHandle},
};
use ligature_operator_api::{
	AdminApiServer, ApiError, OperatorApiServer, ProverApiServer, RelayApiServer,
};
use ligature_primitives::header::Network;
use std::{fmt::Display, net::SocketAddr, sync::Arc};
use tokio::sync::mpsc;

/// Most transactions in one call of `submitBatch`.
pub const MOST_TRANSACTIONS: usize = 1_000;

/// Most blocks in an answer.
pub const MOST_BLOCKS: u32 = 100;

/// The largest admin call and answer, in bytes.
const ADMIN_BYTES: u32 = 64 << 10;

/// Connections of the operator's own people.
const ADMIN_CONNECTIONS: u32 = 8;

/// What the methods ask. Clones are the same.
#[derive(Clone)]
pub struct Api {
	/// The network.
	pub network: Network,
	/// The engine.
	pub engine: Engine,
	/// The store.
	pub store: Arc<dyn Store>,
	/// What is known of the chains.
	pub board: Board,
	/// Whether anything is taken.
	pub gate: Gate,
	/// What has changed.
	pub notices: Notices,
	/// Proofs.
	pub proofs: ProofBoard,
	/// Votes.
	pub votes: VoteBox,
	/// Checks signatures.
	pub checker: Checker,
	/// Builds blocks.
	pub builder: Builder,
	/// To those who take blocks back.
	pub reverter: mpsc::Sender<Petition>,
	/// What is counted.
	pub metrics: Metrics,
}

/// A server that listens, until the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Listening {
	/// Where: with the port that the system has chosen, if 0 was asked for.
	pub address: SocketAddr,
	handle: ServerHandle,
}

impl Listening {
	/// Stops taking calls and waits until those under way are answered.
	pub async fn stop(self) {
		// It fails when it has stopped already.
		let _ = self.handle.stop();
		self.handle.stopped().await;
	}
}

/// Serves wallets, provers and oracles.
///
/// # Errors
///
/// [`OperatorError::Listen`].
pub async fn serve(api: Api, config: &RpcConfig) -> Result<Listening, OperatorError> {
	let mut methods = Methods::new();
	for module in [
		OperatorApiServer::into_rpc(api.clone()).remove_context(),
		ProverApiServer::into_rpc(api.clone()).remove_context(),
		RelayApiServer::into_rpc(api.clone()).remove_context(),
	] {
		methods.merge(module).expect("the namespaces differ; qed");
	}
	let metrics = api.metrics;
	let builder = Server::builder()
		.max_request_body_size(config.max_request)
		.max_response_body_size(config.max_response)
		.max_connections(config.max_connections)
		.max_subscriptions_per_connection(config.max_subscriptions)
		.set_batch_request_config(BatchRequestConfig::Limit(config.max_calls))
		.set_rpc_middleware(
			RpcServiceBuilder::new()
				.layer_fn(move |service| Count { service, metrics: metrics.clone() }),
		);
	let failed = |source| OperatorError::Listen { address: config.listen, source };
	let server = builder.build(config.listen).await.map_err(failed)?;
	let address = server.local_addr().map_err(failed)?;
	let listening = Listening { address, handle: server.start(methods) };
	tracing::info!("wallets, provers and oracles: ws://{address}");
	Ok(listening)
}

/// Serves the operator's own people.
///
/// # Errors
///
/// [`OperatorError::Listen`].
pub async fn serve_admin(api: Api, listen: SocketAddr) -> Result<Listening, OperatorError> {
	let builder = Server::builder()
		.max_request_body_size(ADMIN_BYTES)
		.max_response_body_size(ADMIN_BYTES)
		.max_connections(ADMIN_CONNECTIONS)
		.set_batch_request_config(BatchRequestConfig::Disabled);
	let failed = |source| OperatorError::Listen { address: listen, source };
	let server = builder.build(listen).await.map_err(failed)?;
	let address = server.local_addr().map_err(failed)?;
	let listening = Listening { address, handle: server.start(AdminApiServer::into_rpc(api)) };
	tracing::info!("administration: http://{address}");
	Ok(listening)
}

/// The operator's own fault.
fn internal(error: impl Display) -> ApiError {
	tracing::error!(%error, "a call fails");
	ApiError::Internal { reason: error.to_string() }
}

#[cfg(test)]
mod tests;
