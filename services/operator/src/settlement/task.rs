// SPDX-License-Identifier: Apache-2.0

//! The task that keeps one chain at what the store holds.

use super::{
	council::Cause,
	flight::{InFlight, Limits},
	lines::Lines,
	outbox::{Fate, Outbox, OutboxError, Outcome, fate},
	refusals::Meaning,
	steps::{Action, Hold, Step, next_steps},
	times::reached,
	view::{ChainView, StoreView},
};
use crate::{
	board::Board,
	clock::now,
	engine::{Engine, EngineStatus},
	gate::{Gate, Source},
	metrics::Metrics,
	notice::{Notice, Notices},
	revert::Petition,
	store::{Store, StoreError},
};
use futures::{FutureExt, StreamExt};
use ligature_chain::{At, Chain, ChainError, Counters, Head, Heads, Status};
use ligature_primitives::ids::{BlockNumber, ChainId};
use ligature_service_kit::Shutdown;
use std::{sync::Arc, time::Instant};
use tokio::{
	sync::{broadcast::error::RecvError, mpsc},
	task::JoinSet,
};

/// So many executed blocks are looked through at a start for stages that came while nobody looked.
const LOOK_BACK: u64 = 256;

/// What all tasks of settlement share.
#[derive(Clone)]
pub struct Shared {
	/// The engine.
	pub engine: Engine,
	/// The store.
	pub store: Arc<dyn Store>,
	/// Its blocks.
	pub lines: Lines,
	/// What is known of the chains.
	pub board: Board,
	/// Whether anything is taken.
	pub gate: Gate,
	/// For those who wait for changes.
	pub notices: Notices,
	/// What is counted.
	pub metrics: Metrics,
	/// To those who decide about reverts.
	pub council: mpsc::Sender<Petition>,
}

/// Keeps one chain at what the store holds.
pub struct Settler {
	shared: Shared,
	outbox: Outbox,
	/// The chain's place in the network.
	place: usize,
	limits: Limits,
	flight: InFlight,
	/// What the chain said last.
	view: Option<ChainView>,
	/// Up to where the times of stages are noted, and in which revert epoch of the chain.
	noted: Option<(u32, Counters)>,
	hold: Option<Hold>,
	outcomes: mpsc::UnboundedSender<Outcome>,
	watchers: JoinSet<()>,
}

impl Settler {
	/// The task of a chain.
	pub fn new(shared: Shared, outbox: Outbox, place: usize, limits: Limits) -> Self {
		let (outcomes, _) = mpsc::unbounded_channel();
		Self {
			shared,
			outbox,
			place,
			limits,
			flight: InFlight::default(),
			view: None,
			noted: None,
			hold: None,
			outcomes,
			watchers: JoinSet::new(),
		}
	}

	fn id(&self) -> ChainId {
		self.outbox.id
	}

	fn chain(&self) -> &Chain {
		&self.outbox.chain
	}

	/// Works until the end is asked for.
	pub async fn run(mut self, shutdown: Shutdown) {
		let (sender, mut outcomes) = mpsc::unbounded_channel();
		self.outcomes = sender;
		let mut heads = self.chain().heads(Heads::Best);
		let mut events = self.shared.engine.events();
		loop {
			tokio::select! {
				head = heads.following() => {
					// While something was sent several may have come.
					let newest = std::iter::from_fn(|| heads.next().now_or_never().flatten()).last();
					self.head(newest.unwrap_or(head)).await;
				},
				event = events.recv() => match event {
					Ok(_) | Err(RecvError::Lagged(_)) => self.act().await,
					Err(RecvError::Closed) => break,
				},
				Some(outcome) = outcomes.recv() => self.outcome(outcome).await,
				() = shutdown.wait() => break,
			}
			while self.watchers.try_join_next().is_some() {}
		}
	}

	/// A new best block.
	async fn head(&mut self, head: Head) {
		match self.look(head).await {
			Ok((view, status)) => {
				self.show(&view, &status);
				self.view = Some(view);
				self.act().await;
			},
			Err(error) => {
				tracing::debug!(chain = %self.id(), %head, %error, "the chain does not say where it stands");
			},
		}
	}

	async fn look(&self, head: Head) -> Result<(ChainView, Status), ChainError> {
		let at = self.chain().at(head.hash).await?;
		view_of(self.id(), &at).await
	}

	fn show(&self, view: &ChainView, status: &Status) {
		self.shared.board.update(self.place, |state| {
			state.view = Some(view.clone());
			state.queue = status.queue;
			state.seen = Instant::now();
			state.connected = true;
		});
		let (metrics, chain) = (&self.shared.metrics, self.id().to_string());
		let Counters { committed, proven, certified, executed } = view.counters;
		let stages = [
			("committed", committed),
			("proven", proven),
			("certified", certified),
			("executed", executed),
		];
		for (stage, number) in stages {
			metrics.height.with_label_values(&[&chain, stage]).set(number.0 as i64);
		}
		metrics.chain_height.with_label_values(&[&chain, "best"]).set(view.best.into());
	}

	/// Does what is to be done for what the chain said last.
	async fn act(&mut self) {
		let Some(view) = self.view.clone().filter(|_| self.chain().connected()) else { return };
		let status = self.shared.engine.status().await;
		let store = match self.shared.lines.view(&status, &view).await {
			Ok(Some(store)) => store,
			// Blocks are being taken back: the engine will tell.
			Ok(None) => return,
			Err(error) => {
				tracing::error!(chain = %self.id(), %error, "settlement stands still");
				return;
			},
		};
		if let Err(error) = self.note(&view, &store, &status).await {
			tracing::error!(chain = %self.id(), %error, "the times of stages are not noted");
		}
		self.flight.observe(&view, &store);
		let steps = next_steps(&view, &store, &self.flight, &self.limits);
		let hold = steps.iter().find_map(|step| match step {
			Step::Hold(hold) => Some(*hold),
			Step::Send(_) => None,
		});
		self.holds(hold).await;
		for step in steps {
			if let Step::Send(action) = step
				&& !self.send(action, view.best, store.revert_epoch).await
			{
				// What comes behind has no chance before it.
				break;
			}
		}
	}

	/// Says why nothing is committed, when that changes.
	async fn holds(&mut self, hold: Option<Hold>) {
		if self.hold == hold {
			return;
		}
		self.hold = hold;
		let id = self.id();
		match hold {
			Some(hold) => tracing::warn!(chain = %id, "nothing is committed: {hold}"),
			None => tracing::info!(chain = %id, "blocks are committed again"),
		}
		self.shared.board.update(self.place, |state| state.hold = hold);
		// The others can go on with the next blocks while one chain waits to give up old ones.
		let reason = hold
			.filter(|hold| !matches!(hold, Hold::Proven(_)))
			.map(|hold| format!("chain {id} takes no blocks: {hold}"));
		self.shared.gate.set(Source::Chain(id), reason).await;
	}

	/// Sends the call of an action. Whether it is on its way.
	async fn send(&mut self, action: Action, best: u32, epoch: u32) -> bool {
		let lost = self.flight.sent(action, best);
		let (id, kind) = (self.id(), kind(action));
		match self.outbox.send(action).await {
			Ok((sent, hash)) => {
				let outcome = if lost == 0 { "sent" } else { "resent" };
				self.shared.metrics.call(id, kind, outcome);
				tracing::info!(chain = %id, lost, "sent: {action}");
				let outcomes = self.outcomes.clone();
				self.watchers.spawn(async move {
					let fate = fate(sent, action).await;
					// It fails when the operator ends.
					let _ = outcomes.send(Outcome { action, hash, epoch, fate });
				});
				true
			},
			Err(OutboxError::Chain(error)) if error.is_stale() => {
				// The chain has it, or is about to.
				self.shared.metrics.call(id, kind, "obsolete");
				tracing::debug!(chain = %id, %error, "not needed: {action}");
				true
			},
			Err(OutboxError::Gone(_)) => false,
			Err(error) => {
				self.shared.metrics.call(id, kind, "failed");
				tracing::warn!(chain = %id, %error, "not sent: {action}");
				self.flight.postponed(action, best);
				false
			},
		}
	}

	/// What became of a call.
	async fn outcome(&mut self, outcome: Outcome) {
		let Outcome { action, hash, epoch, fate } = outcome;
		let (id, kind) = (self.id(), kind(action));
		let best = self.view.as_ref().map_or(0, |view| view.best);
		let status = self.shared.engine.status().await;
		if status.revert_epoch != epoch {
			// It was about a block that was taken back.
			return;
		}
		let metrics = &self.shared.metrics;
		match fate {
			Fate::Done(block) => {
				metrics.call(id, kind, "done");
				tracing::info!(chain = %id, %block, "done: {action}");
			},
			Fate::Refused { meaning: Meaning::Obsolete, block, error } => {
				metrics.call(id, kind, "obsolete");
				tracing::debug!(chain = %id, %block, error = error.name, "not needed: {action}");
				self.flight.obsolete(action);
			},
			Fate::Refused { meaning, block, error } => {
				metrics.call(id, kind, "refused");
				let (pallet, name) = (&error.pallet, &error.name);
				let never = meaning == Meaning::Never;
				tracing::warn!(chain = %id, %block, "refused by {pallet}: {name}: {action}");
				if meaning == Meaning::Help {
					tracing::error!(chain = %id, "people have to look at it: {}", error.docs);
				}
				let strikes = match never {
					true => self.flight.struck(action, best),
					false => {
						self.flight.postponed(action, best);
						0
					},
				};
				if let (Action::Commit(number), Some(hash), 2..) = (action, hash, strikes) {
					let cause = Cause::Never { chain: id, number, hash, error: name.clone() };
					// It fails when the operator ends.
					let _ = self.shared.council.send(Petition::Cause(cause)).await;
				}
			},
			Fate::Lost(error) => {
				metrics.call(id, kind, "lost");
				tracing::debug!(chain = %id, %error, "in no block: {action}");
				if matches!(error, ChainError::Dropped { .. }) {
					self.flight.doubt(best, &self.limits);
				}
			},
		}
	}

	/// Notes when blocks have reached their stages, if the chain's blocks are the stored ones.
	async fn note(
		&mut self,
		view: &ChainView,
		store: &StoreView,
		status: &EngineStatus,
	) -> Result<(), StoreError> {
		if view.revert_epoch != store.revert_epoch || store.tip != Some(view.tip) {
			return Ok(());
		}
		let now_there = view.counters;
		let before = match self.noted {
			Some((epoch, noted)) if epoch == view.revert_epoch => noted,
			// Other blocks may have these numbers now; only the certified ones are the same.
			Some((_, noted)) => {
				let same = noted.certified;
				Counters { committed: same, proven: same, ..noted }
			},
			None => self.noted_before(&now_there, status).await?,
		};
		let at = now();
		let mut changed = Vec::new();
		for (stage, number) in reached(&before, &now_there) {
			let hash = self.shared.lines.hash(number, status.revert_epoch).await?;
			let Some(hash) = hash else { continue };
			self.shared.store.note_stage(number, hash, self.id(), stage, at).await?;
			changed.push(number);
		}
		self.noted = Some((view.revert_epoch, now_there));
		changed.sort_unstable();
		changed.dedup();
		for number in changed {
			self.shared.notices.tell(Notice::Block(number));
		}
		Ok(())
	}

	/// Up to where the times of stages were noted before the start. What came since then gets the time of
	/// now.
	async fn noted_before(
		&self,
		now: &Counters,
		status: &EngineStatus,
	) -> Result<Counters, StoreError> {
		let mut last = now.executed;
		let least = last.0.saturating_sub(LOOK_BACK);
		while last.0 > least {
			let Some(hash) = self.shared.lines.hash(last, status.revert_epoch).await? else {
				break;
			};
			let stages = self.shared.store.stages(last, hash).await?;
			let own = stages.iter().find(|(chain, _)| *chain == self.id());
			if own.is_some_and(|(_, times)| times.executed.is_some()) {
				break;
			}
			last = BlockNumber(last.0 - 1);
		}
		Ok(Counters { committed: last, proven: last, certified: last, executed: last })
	}
}

/// What a chain says at a block.
///
/// # Errors
///
/// [`ChainError`].
pub async fn view_of(id: ChainId, at: &At) -> Result<(ChainView, Status), ChainError> {
	let status = at.status().await?;
	let committed = status.counters.committed;
	let tip = at.block(committed).await?;
	let unknown = || ChainError::UnknownBlock { block: format!("{committed} of the rollup") };
	let view = ChainView {
		chain: id,
		best: at.head().number,
		counters: status.counters,
		revert_epoch: status.revert_epoch,
		guardian: status.halted.guardian,
		refused: status.halted.refused.map(|refused| refused.number),
		exodus: status.exodus.is_some(),
		tip: tip.ok_or_else(unknown)?.hash,
	};
	Ok((view, status))
}

const fn kind(action: Action) -> &'static str {
	match action {
		Action::Commit(_) => "commit",
		Action::Execute(_) => "execute",
		Action::Revert { .. } => "revert",
	}
}
