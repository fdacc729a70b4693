// SPDX-License-Identifier: Apache-2.0

//! The engine's thread: what it knows, and which message does what.

use super::{
	EngineConfig, EngineError, EngineEvent, EngineStatus, accounts::Accounts, mempool::Mempool,
	message::Message, requests::Queue, restore,
};
use crate::store::{Identity, ReplayItem, Store};
use ligature_ledger::{Ledger, tree::Threads};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{AccountIndex, ChainId},
	priority::PriorityRequest,
	refusal::Refusal,
};
use std::{
	collections::VecDeque,
	num::NonZeroUsize,
	sync::Arc,
	thread,
	time::{Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
	runtime::Handle,
	sync::{broadcast, mpsc, oneshot, watch},
};
use tracing::warn;

/// Threads that hash a block's trees, at most.
const HASHERS: usize = 8;
/// Transactions that go to the disk together, at least, if so many wait to be submitted.
const GROUP: usize = 8_192;

/// What the engine knows.
pub struct Core {
	pub(super) config: EngineConfig,
	pub(super) store: Arc<dyn Store>,
	/// Where the store is waited for.
	pub(super) runtime: Handle,
	pub(super) hasher: Threads,
	pub(super) ledger: Ledger,
	/// The header of the last block, or of block 0, and its hash.
	pub(super) parent: Arc<Header>,
	pub(super) hash: Digest,
	pub(super) revert_epoch: u32,
	pub(super) accounts: Accounts,
	pub(super) mempool: Mempool,
	/// Per chain in the network's order.
	pub(super) queues: Vec<Queue>,
	/// What has to be done before anything else, with its places.
	pub(super) replay: VecDeque<(u64, ReplayItem)>,
	/// Since when.
	pub(super) replay_since: Instant,
	/// Where the next transaction goes.
	pub(super) next_place: u64,
	pub(super) paused: Option<String>,
	/// Requests that the ledger refuses.
	pub(super) stuck: Vec<(ChainId, u64, Refusal)>,
	/// A write has failed: what the store holds has to be looked at before anything else is done.
	pub(super) unsure: bool,
	events: broadcast::Sender<EngineEvent>,
	status: watch::Sender<EngineStatus>,
}

/// Starts the thread, once everything is restored.
pub async fn start(
	config: EngineConfig,
	store: Arc<dyn Store>,
	receiver: mpsc::Receiver<Message>,
	events: broadcast::Sender<EngineEvent>,
) -> Result<watch::Receiver<EngineStatus>, EngineError> {
	config.check()?;
	let identity = Identity { network: config.network.id(), genesis: config.genesis.hash() };
	store.claim(&identity).await?;
	let runtime = Handle::current();
	let (answer, answered) = oneshot::channel();
	let work = move || match restore_core(config, store, runtime, events) {
		Ok((core, status)) => {
			if answer.send(Ok(status)).is_ok() {
				core.run(receiver);
			}
		},
		Err(error) => drop(answer.send(Err(error))),
	};
	thread::Builder::new().name("engine".into()).spawn(work).map_err(EngineError::Thread)?;
	answered.await.map_err(|_| EngineError::Stopped)?
}

fn restore_core(
	config: EngineConfig,
	store: Arc<dyn Store>,
	runtime: Handle,
	events: broadcast::Sender<EngineEvent>,
) -> Result<(Core, watch::Receiver<EngineStatus>), EngineError> {
	let hasher = hasher();
	let restored = runtime.block_on(restore::everything(&config, &*store, &hasher))?;
	let restore::Restored { ledger, header, hash, revert_epoch, served, waiting } = restored;
	let (status, watched) = watch::channel(EngineStatus {
		built: header.number,
		header: header.clone(),
		hash,
		revert_epoch,
		mempool: 0,
		next_request: Vec::new(),
		waiting_requests: Vec::new(),
		paused: None,
		stuck: Vec::new(),
	});
	let core = Core {
		accounts: Accounts::new(ledger.states()),
		config,
		store,
		runtime,
		hasher,
		ledger,
		parent: header,
		hash,
		revert_epoch,
		mempool: waiting.mempool,
		queues: served.into_iter().map(Queue::new).collect(),
		replay: waiting.replay,
		replay_since: Instant::now(),
		next_place: waiting.next_place,
		paused: None,
		stuck: Vec::new(),
		unsure: false,
		events,
		status,
	};
	core.publish();
	Ok((core, watched))
}

/// All cores, within reason.
fn hasher() -> Threads {
	let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
	let threads = NonZeroUsize::new(cores.min(HASHERS)).unwrap_or(NonZeroUsize::MIN);
	Threads::new(threads)
}

/// Milliseconds since 1970; 0 before.
pub fn now() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The nonce of an account on the ledger; 0 if there is none.
pub fn nonce(ledger: &Ledger, chain: ChainId, account: AccountIndex) -> u32 {
	let leaf = ledger.state(chain).ok().and_then(|state| state.account(account));
	leaf.map_or(0, |leaf| leaf.nonce().0)
}

impl Core {
	fn run(mut self, mut receiver: mpsc::Receiver<Message>) {
		let mut next = receiver.blocking_recv();
		while let Some(message) = next.take() {
			match message {
				Message::Submit(first) => {
					// Whatever else waits to be submitted goes to the disk with it.
					let mut count = first.transactions.len();
					let mut group = vec![first];
					while count < GROUP
						&& let Ok(message) = receiver.try_recv()
					{
						match message {
							Message::Submit(more) => {
								count += more.transactions.len();
								group.push(more);
							},
							other => {
								next = Some(other);
								break;
							},
						}
					}
					self.submit(group);
				},
				Message::Stop { answer } => {
					// Nobody hears whether it is heard.
					let _ = answer.send(());
					return;
				},
				other => self.answer(other),
			}
			if next.is_none() {
				next = receiver.blocking_recv();
			}
		}
	}

	/// Does what a message asks. Who does not wait for the answer any more does not get it.
	fn answer(&mut self, message: Message) {
		match message {
			Message::Account { chain, index, answer } => {
				let _ = answer.send(self.account(chain, index));
			},
			Message::Accounts { owner, answer } => {
				let _ = answer.send(self.accounts_of(owner));
			},
			Message::Pools { answer } => {
				let _ = answer.send(self.pools());
			},
			Message::Quote { params, direction, amount, answer } => {
				let _ = answer.send(self.quote(params, direction, amount).map_err(Into::into));
			},
			Message::Fee { kind, chain, token, answer } => {
				let _ = answer.send(self.fee(&kind, chain, token));
			},
			Message::Requests { chain, requests, answer } => {
				self.add_requests(chain, requests);
				self.publish();
				let _ = answer.send(());
			},
			Message::NextRequest { chain, answer } => {
				let position = self.config.network.position(chain);
				let _ = answer.send(position.map_or(0, |position| self.queues[position].next()));
			},
			Message::Ready { answer } => {
				let _ = answer.send(self.ready());
			},
			Message::Build { terms, answer } => {
				let built = self.build(terms);
				self.publish();
				let _ = answer.send(built);
			},
			Message::Revert { to, epoch, answer } => {
				let reverted = self.revert(to, epoch);
				self.publish();
				let _ = answer.send(reverted);
			},
			Message::States { after, answer } => {
				let _ = answer.send(self.states_after(after));
			},
			Message::Pause { reason, answer } => {
				self.paused = reason;
				self.publish();
				let _ = answer.send(());
			},
			// `run` takes them.
			Message::Submit(_) | Message::Stop { .. } => {},
		}
	}

	/// Takes in requests that follow those known.
	fn add_requests(&mut self, chain: ChainId, requests: Vec<(u64, PriorityRequest)>) {
		let Ok(position) = self.config.network.position(chain) else { return };
		let queue = &mut self.queues[position];
		for (index, request) in requests {
			if !queue.add(index, request, Instant::now()) {
				let next = queue.next();
				warn!(
					"request {index} of chain {chain} comes before request {next}; it is left out"
				);
				return;
			}
		}
	}

	/// The last block, or block 0, is this one.
	pub(super) fn set_parent(&mut self, header: Header, hash: Digest) {
		self.parent = Arc::new(header);
		self.hash = hash;
	}

	/// Tells everybody who listens.
	pub(super) fn tell(&self, event: EngineEvent) {
		// An error says that nobody does.
		let _ = self.events.send(event);
	}

	/// Shows where the engine stands.
	pub(super) fn publish(&self) {
		let chains = self.config.network.chains().iter().copied().zip(&self.queues);
		self.status.send_replace(EngineStatus {
			built: self.parent.number,
			header: self.parent.clone(),
			hash: self.hash,
			revert_epoch: self.revert_epoch,
			mempool: self.mempool.len(),
			next_request: chains.clone().map(|(chain, queue)| (chain, queue.next())).collect(),
			waiting_requests: chains
				.map(|(chain, queue)| (chain, queue.waiting() as u64))
				.collect(),
			paused: self.paused.clone(),
			stuck: self.stuck.clone(),
		});
	}
}
