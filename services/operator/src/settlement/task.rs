// SPDX-License-Identifier: Apache-2.0

//! The task that keeps one chain at what the store holds.

mod calls;
mod stages;

use super::{
	flight::{InFlight, Limits},
	lines::Lines,
	outbox::{Outbox, Outcome},
	steps::{Hold, Step, next_steps},
	view::ChainView,
};
use crate::{
	board::Board,
	engine::Engine,
	gate::{Gate, Source},
	metrics::Metrics,
	notice::Notices,
	revert::Petition,
	store::Store,
};
use futures::{FutureExt, StreamExt};
use ligature_chain::{At, Chain, ChainError, Counters, Head, Heads, Status};
use ligature_primitives::ids::ChainId;
use ligature_service_kit::Shutdown;
use std::{sync::Arc, time::Instant};
use tokio::{
	sync::{broadcast::error::RecvError, mpsc},
	task::JoinSet,
};

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
