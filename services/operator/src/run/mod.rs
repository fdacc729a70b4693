// SPDX-License-Identifier: Apache-2.0

//! From a configuration to an operator that runs, and to its end.
//!
//! | file | holds |
//! |---|---|
//! | `connect` | connects to the chains and checks that they are one network |
//! | `keys` | the chains' verifying keys |
//! | `known` | checks that what the chains have committed is what the store holds |
//! | `follow` | what is final on a chain: requests, clock, oracles, tokens |
//! | `build` | when a block is built |
//! | `import` | fills a new database from what the chains alone say |
//!
//! The end: nothing is taken any more, the block that is being built is stored, the database is closed. What is on its
//! way to the chains is left to itself; the next start looks at what they say.

mod build;
mod connect;
mod follow;
mod import;
mod keys;
mod known;

pub use build::{BuildError, Builder, Rules};
pub use follow::served;
pub use import::{ImportError, Imported, import};

use crate::{
	board::{Board, ChainState},
	config::Config,
	engine::{Engine, EngineConfig},
	error::OperatorError,
	gate::Gate,
	metrics::Metrics,
	notice::Notices,
	proofs::ProofBoard,
	revert::Reverter,
	server::{self, Api, Checker, Listening},
	settlement::{Lines, Outbox, Settler, Shared, view_of},
	store::{SqliteStore, Store},
	votes::VoteBox,
};
use connect::{Joined, Member, join, patiently, unless};
use follow::{Follower, tokens_of};
use ligature_primitives::ids::Timestamp;
use ligature_service_kit::{Shutdown, Trigger, metrics as metrics_server};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

/// Petitions to those who take blocks back that may wait.
const PETITIONS: usize = 64;

/// So long the tasks have to end.
const GRACE: Duration = Duration::from_secs(20);

/// Runs an operator until the end is asked for, or until it cannot go on.
///
/// # Errors
///
/// [`OperatorError`].
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), OperatorError> {
	let operator = match Operator::start(config, shutdown.clone()).await {
		// Whoever asks for the end gets it.
		Err(OperatorError::Interrupted) => return Ok(()),
		started => started?,
	};
	operator.ended().await
}

/// An operator that runs.
pub struct Operator {
	rpc: Listening,
	admin: Listening,
	metrics: Option<metrics_server::Server>,
	engine: Engine,
	tasks: JoinSet<&'static str>,
	/// What was asked from outside.
	shutdown: Shutdown,
	/// Tells the tasks.
	trigger: Trigger,
}

impl Operator {
	/// Starts an operator: connects to the chains, however long that takes, restores the ledger, serves.
	///
	/// # Errors
	///
	/// [`OperatorError`].
	pub async fn start(config: Config, shutdown: Shutdown) -> Result<Self, OperatorError> {
		config.check()?;
		let signer = config.key.signer()?;
		let fee_owner = config.key.fee_owner(&signer);
		tracing::info!(account = signer.address(), "the operator's account");

		// The folder first: a second operator on it ends here.
		let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data).await?);
		let joined = join(&config.chains, &shutdown).await?;
		unless(&shutdown, joined.opened()).await?;
		let genesis = unless(&shutdown, joined.genesis(&config.data)).await?;
		let (digests, keys) =
			unless(&shutdown, keys::read(&joined.members, config.block.circuits)).await?;
		let (class, join_class) = config.block.classes()?;
		let engine = Engine::start(
			EngineConfig {
				network: joined.network.clone(),
				genesis: genesis.clone(),
				fee_owner: Some(fee_owner),
				class,
				join_class,
				circuit_version: config.block.circuits,
				keys: digests,
				mempool: config.mempool.config(),
				fees: config.fees.floors()?,
				undo: config.block.undo,
				snapshot_every: config.block.snapshot_every,
			},
			store.clone(),
		)
		.await?;
		let status = engine.status().await;
		tracing::info!(built = %status.built, mempool = status.mempool, "the ledger is restored");
		let lines = Lines::new(store.clone(), &genesis);
		let checked = known::check(&joined.members, &store, &lines, &status);
		unless(&shutdown, checked).await?;
		let board = unless(&shutdown, board(&joined)).await?;

		let metrics = Metrics::new()?;
		let notices = Notices::default();
		let (reverter, petitions) = mpsc::channel(PETITIONS);
		let shared = Shared {
			engine: engine.clone(),
			store: store.clone(),
			lines,
			board: board.clone(),
			gate: Gate::new(engine.clone(), metrics.clone()),
			notices: notices.clone(),
			metrics: metrics.clone(),
			council: reverter.clone(),
		};
		let builder = Builder::new(
			shared.clone(),
			Rules {
				max_wait: config.block.max_wait,
				max_open: config.block.max_open,
				unreachable_after: config.unreachable_after,
			},
		);
		let api = Api {
			network: joined.network.clone(),
			engine: engine.clone(),
			store: store.clone(),
			board: board.clone(),
			gate: shared.gate.clone(),
			notices: notices.clone(),
			proofs: ProofBoard::new(
				store.clone(),
				board.clone(),
				keys,
				notices.clone(),
				metrics.clone(),
			),
			votes: VoteBox::new(store, board, joined.network.id(), metrics.clone()),
			checker: Checker::new(joined.network.clone()),
			builder: builder.clone(),
			reverter,
			metrics: metrics.clone(),
		};
		let rpc = server::serve(api.clone(), &config.rpc).await?;
		let admin = server::serve_admin(api, config.admin.listen).await?;
		let (inner, trigger) = Shutdown::manual();
		let metrics = match &config.metrics {
			Some(config) => {
				let registry = metrics.registry();
				Some(metrics_server::serve(config.listen, registry, inner.clone()).await?)
			},
			None => None,
		};

		let mut tasks = JoinSet::new();
		spawn(
			&mut tasks,
			"the forwarding of events",
			notices.follow(engine.clone(), inner.clone()),
		);
		for (place, Member { id, chain }) in joined.members.into_iter().enumerate() {
			let outbox = Outbox {
				chain: chain.clone(),
				id,
				signer: signer.clone(),
				store: shared.store.clone(),
			};
			let settler = Settler::new(shared.clone(), outbox, place, config.settlement.limits());
			spawn(&mut tasks, "settlement", settler.run(inner.clone()));
			let follower = Follower::new(shared.clone(), id, chain, place);
			spawn(&mut tasks, "the watch of a chain", follower.run(inner.clone()));
		}
		let most = config.settlement.max_reverts;
		let reverter = Reverter::new(shared, most).run(petitions, inner.clone());
		spawn(&mut tasks, "the revert task", reverter);
		spawn(&mut tasks, "the building of blocks", builder.run(inner));
		tracing::info!("the operator runs");
		Ok(Self { rpc, admin, metrics, engine, tasks, shutdown, trigger })
	}

	/// Where wallets, provers and oracles call.
	pub const fn rpc(&self) -> SocketAddr {
		self.rpc.address
	}

	/// Where the operator's own people call.
	pub const fn admin(&self) -> SocketAddr {
		self.admin.address
	}

	/// Where Prometheus asks.
	pub fn metrics(&self) -> Option<SocketAddr> {
		self.metrics.as_ref().map(metrics_server::Server::address)
	}

	/// Waits until the end is asked for, and ends.
	///
	/// # Errors
	///
	/// [`OperatorError::Ended`] if a part has ended by itself.
	pub async fn ended(mut self) -> Result<(), OperatorError> {
		let outcome = tokio::select! {
			() = self.shutdown.wait() => Ok(()),
			ended = self.tasks.join_next() => Err(OperatorError::Ended(match ended {
				Some(Ok(name)) => name,
				Some(Err(error)) => {
					tracing::error!(%error, "a task has failed");
					"a task"
				},
				None => "everything",
			})),
		};
		tracing::info!("the operator ends");
		let servers = async { tokio::join!(self.rpc.stop(), self.admin.stop()) };
		if timeout(GRACE, servers).await.is_err() {
			tracing::warn!("some connections do not end; they are left alone");
		}
		self.trigger.request();
		// Ends when the block that is being built is stored.
		self.engine.stop().await;
		let all = async { while self.tasks.join_next().await.is_some() {} };
		if timeout(GRACE, all).await.is_err() {
			tracing::warn!("some tasks do not end; they are left alone");
			self.tasks.abort_all();
		}
		if let Some(metrics) = self.metrics {
			metrics.ended().await;
		}
		tracing::info!("ended");
		outcome
	}
}

fn spawn(
	tasks: &mut JoinSet<&'static str>,
	name: &'static str,
	work: impl Future<Output = ()> + Send + 'static,
) {
	tasks.spawn(async move {
		work.await;
		name
	});
}

/// What the chains say at the start.
async fn board(joined: &Joined) -> Result<Board, OperatorError> {
	let mut states = Vec::new();
	for Member { id, chain } in &joined.members {
		let ask = || async {
			let at = chain.finalized().await?;
			let mut state = ChainState::new(*id, chain.name(), chain.url(), chain.genesis());
			state.finalized = at.head().number;
			state.clock = Timestamp::new(at.time().await? / 1_000).unwrap_or_default();
			state.epochs = at.epochs().await?;
			state.tokens = tokens_of(&at).await?;
			let (view, status) = view_of(*id, &chain.best().await?).await?;
			state.view = Some(view);
			state.queue = status.queue;
			Ok(state)
		};
		states.push(patiently(chain.url(), ask).await?);
	}
	Ok(Board::new(states))
}
