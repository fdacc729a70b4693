// SPDX-License-Identifier: Apache-2.0

//! Transactions through the operator's JSON-RPC: its server on the loopback interface, and a client in the same process
//! that sends lots with `submitBatch` over one WebSocket.
//!
//! Measured is the time from the first request to the last answer: JSON and hexadecimal on both sides, form and signature
//! of every transaction, the engine, the database on the disk. The server is the one that operators run; only the chains
//! are missing, which it does not ask for this.

use crate::{
	Outcome,
	world::{CHAIN, OTHER, World, network},
};
use futures::{StreamExt, TryStreamExt, stream};
use jsonrpsee::ws_client::WsClientBuilder;
use ligature_operator::{
	board::{Board, ChainState},
	config::RpcConfig,
	gate::Gate,
	metrics::Metrics,
	notice::Notices,
	proofs::{Keys, ProofBoard},
	run::{Builder, Rules},
	server::{Api, Checker, serve},
	settlement::{Lines, Shared},
	votes::VoteBox,
};
use ligature_operator_api::{Bytes, OperatorApiClient, Submission};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Lots that wait for their answer at a time: while one is written to the disk, the next is decoded and checked.
const UNDER_WAY: usize = 4;

/// Submits the transactions in lots of this size. Gives how long it took.
pub async fn submit(world: &World, signed: &[Vec<u8>], lot: usize) -> Outcome<Duration> {
	let config = RpcConfig { listen: ([127, 0, 0, 1], 0).into(), ..RpcConfig::default() };
	let listening = serve(api(world)?, &config).await?;
	let url = format!("ws://{}", listening.address);
	let client = WsClientBuilder::default().max_request_size(config.max_request).build(url).await?;
	let lots = signed.chunks(lot).map(|lot| lot.iter().cloned().map(Bytes).collect::<Vec<_>>());

	let begin = Instant::now();
	let answers: Vec<Vec<Submission>> = stream::iter(lots)
		.map(|lot| client.submit_batch(lot))
		.buffer_unordered(UNDER_WAY)
		.try_collect()
		.await?;
	let took = begin.elapsed();

	for answer in answers.into_iter().flatten() {
		if let Submission::Refused { name, message, .. } = answer {
			return Err(format!("a transaction is refused: {name}: {message}").into());
		}
	}
	let waiting = client.status().await?.mempool;
	if waiting != signed.len() {
		return Err(format!("{waiting} of {} transactions wait for a block", signed.len()).into());
	}
	drop(client);
	listening.stop().await;
	Ok(took)
}

/// What the server asks. Of the chains nothing is known.
fn api(world: &World) -> Outcome<Api> {
	let network = network()?;
	let chain = |id, name| ChainState::new(id, name, "ws://127.0.0.1:1", [0; 32]);
	let board = Board::new(vec![chain(CHAIN, "one"), chain(OTHER, "two")]);
	let (engine, store) = (world.engine.clone(), world.store.clone());
	let (metrics, notices) = (Metrics::new()?, Notices::default());
	let (reverter, _) = mpsc::channel(1);
	let shared = Shared {
		engine: engine.clone(),
		store: store.clone(),
		lines: Lines::new(store.clone(), &world.genesis),
		board: board.clone(),
		gate: Gate::new(engine.clone(), metrics.clone()),
		notices: notices.clone(),
		metrics: metrics.clone(),
		council: reverter.clone(),
	};
	let hour = Duration::from_secs(3_600);
	let rules = Rules { max_wait: hour, max_open: 1, unreachable_after: hour };
	Ok(Api {
		gate: shared.gate.clone(),
		proofs: ProofBoard::new(
			store.clone(),
			board.clone(),
			Keys::default(),
			notices.clone(),
			metrics.clone(),
		),
		votes: VoteBox::new(store.clone(), board.clone(), network.id(), metrics.clone()),
		checker: Checker::new(network.clone()),
		builder: Builder::new(shared, rules),
		network,
		engine,
		store,
		board,
		notices,
		reverter,
		metrics,
	})
}
