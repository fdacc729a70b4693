// SPDX-License-Identifier: Apache-2.0

//! The prover of a node: does the jobs that the off-chain worker of its chain writes.
//!
//! The service itself stands in `ligature_prover::service`. Here is what it needs of a node: the database in
//! which the worker leaves the jobs, the headers that the chain has committed to, a clock, and metrics. It
//! runs on threads of its own, at low priority, and is not essential: a node that cannot prove still
//! produces blocks.

mod metrics;

use polkadot_sdk::*;

use ligature_ledger::tree::Threads;
use ligature_primitives::{
	header::Header,
	ids::BlockNumber,
	mailbox::{Millis, ProverName},
};
use ligature_prover::{
	Provers,
	key::KeyStore,
	service::{Chain, Observer, Service, Store, Work, Worker},
	source::{BlockSource, FolderSource},
	watch::CancelFlag,
};
use ligature_proving::{BlockPlace, Operator, OperatorSource, SharedWork};
use ligature_runtime::{opaque::Block, rollup_api::RollupApi};
use metrics::Metrics;
use sc_service::{SpawnTaskHandle, error::Error as ServiceError};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{
	error::Error,
	future,
	num::NonZero,
	sync::{Arc, mpsc},
	thread,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use substrate_prometheus_endpoint::Registry;

/// What the command line says about proving.
#[derive(Clone, Debug, clap::Args)]
pub struct ProverArgs {
	/// Prove blocks of the rollup, and take what they are made of from this folder or this operator.
	///
	/// An operator is named by its address, such as http://127.0.0.1:9900 (https://, ws:// and wss:// will do,
	/// too). With whoever else proves for it the work is divided: each part of a block is proven once, and this
	/// node verifies the proofs of the others. While the operator cannot be reached, and in a folder, there are no
	/// others, and the node proves everything itself.
	///
	/// Without this the node proves nothing. It needs off-chain workers (`--offchain-worker always`, unless
	/// the node is a validator), a prover key in the keystore to send proofs with, and the chain's proving
	/// keys in the folder that LIGATURE_KEYS names or in the user's cache folder.
	#[arg(long, value_name = "FOLDER|URL")]
	pub prover_source: Option<BlockPlace>,

	/// Prove on so many threads [default: one less than there are cores, at least one].
	#[arg(long, value_name = "N", requires = "prover_source")]
	pub prover_threads: Option<NonZero<usize>>,
}

/// How long a node that stops waits for its prover to give its job back.
const PATIENCE: Duration = Duration::from_secs(5);

/// The off-chain database of the node.
struct Mailbox<S>(S);

impl<S: OffchainStorage> Store for Mailbox<S> {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		self.0.get(STORAGE_PREFIX, key)
	}

	fn compare_and_set(&self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		// A handle: all clones are one database, with one set of locks.
		self.0.clone().compare_and_set(STORAGE_PREFIX, key, old, new)
	}
}

/// The headers of the rollup as of the best block.
struct Headers<C>(Arc<C>);

impl<C> Chain for Headers<C>
where
	C: ProvideRuntimeApi<Block, Api: RollupApi<Block>> + HeaderBackend<Block> + Send + Sync,
{
	fn header(&self, number: BlockNumber) -> Result<Option<Header>, Box<dyn Error + Send + Sync>> {
		let best = self.0.info().best_hash;
		let status = self.0.runtime_api().block_status(best, number)?;
		Ok(status.map(|status| status.header))
	}
}

/// Milliseconds since 1970: what off-chain workers read too.
fn clock() -> Millis {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	now.as_millis().try_into().unwrap_or(Millis::MAX)
}

/// Stops the service when the node's task ends, and gives it a moment to give its job back.
struct Running {
	stop: CancelFlag,
	ended: mpsc::Receiver<()>,
}

impl Drop for Running {
	fn drop(&mut self) {
		self.stop.cancel();
		if self.ended.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
			log::warn!("the prover does not stop in time; its job is free again in a minute");
		}
	}
}

/// Where blocks come from, and who proves them.
type Hands = (Box<dyn BlockSource>, Box<dyn Work>);

/// With a folder the worker alone, with an operator whoever else proves for it, too.
fn hands(
	place: &BlockPlace,
	worker: Worker,
	threads: NonZero<usize>,
	stop: &CancelFlag,
) -> Result<Hands, ServiceError> {
	let hasher = Threads::new(threads);
	Ok(match place {
		BlockPlace::Folder(folder) => {
			(Box::new(FolderSource::new(folder, hasher)), Box::new(worker))
		},
		BlockPlace::Operator(url) => {
			let operator = Operator::new(url, stop.clone()).map_err(application)?;
			let source = OperatorSource::new(operator.clone(), hasher);
			let work = SharedWork::new(operator, worker).map_err(application)?;
			(Box::new(source), Box::new(work))
		},
	})
}

/// Starts the prover, if the command line asks for one.
pub fn start<C, S>(
	args: &ProverArgs,
	client: Arc<C>,
	database: Option<S>,
	registry: Option<&Registry>,
	spawner: &SpawnTaskHandle,
) -> Result<(), ServiceError>
where
	C: ProvideRuntimeApi<Block, Api: RollupApi<Block>>
		+ HeaderBackend<Block>
		+ Send
		+ Sync
		+ 'static,
	S: OffchainStorage + 'static,
{
	let Some(place) = &args.prover_source else { return Ok(()) };
	let database =
		database.ok_or_else(|| ServiceError::Other("there is no off-chain database".into()))?;
	let threads = args.prover_threads.unwrap_or_else(|| {
		let cores = thread::available_parallelism().map_or(1, NonZero::get);
		NonZero::new(cores - 1).unwrap_or(NonZero::<usize>::MIN)
	});
	let keys = KeyStore::from_environment().map_err(application)?;
	log::info!(
		"proving blocks of {place} on {threads} threads with the INSECURE development keys in {}",
		keys.folder().display(),
	);
	let observer: Box<dyn Observer> = match registry {
		Some(registry) => Box::new(Metrics::register(registry).map_err(application)?),
		None => Box::new(()),
	};
	let stop = CancelFlag::default();
	let worker = Worker::new(Provers::insecure_development(keys), threads).map_err(application)?;
	let (source, work) = hands(place, worker, threads, &stop)?;
	let service = Service {
		name: ProverName(getrandom::u64().map_err(application)?),
		store: Box::new(Mailbox(database)),
		chain: Box::new(Headers(client)),
		source,
		work,
		clock: Box::new(clock),
		observer,
	};

	let (end, ended) = mpsc::channel();
	let running = Running { stop: stop.clone(), ended };
	thread::Builder::new().name("prover".into()).spawn(move || {
		service.run(&stop);
		// The database is let go before the node hears that it may.
		drop(service);
		drop(end);
	})?;
	spawner.spawn_blocking("prover", Some("rollup"), async move {
		let _running = running;
		future::pending::<()>().await;
	});
	Ok(())
}

fn application(error: impl Error + Send + Sync + 'static) -> ServiceError {
	ServiceError::Application(Box::new(error))
}
