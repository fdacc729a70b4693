// SPDX-License-Identifier: Apache-2.0

//! The task that takes blocks back when it must be.
//!
//! The engine goes first: once the store names the new revert epoch, the tasks of the chains see that these lack
//! the revert, and bring it. So a kill in between loses nothing.

use crate::{
	gate::Source,
	settlement::{Cause, Decision, Seat, Shared, Stored, decide},
	store::StoreError,
};
use ligature_operator_api::ApiError;
use ligature_primitives::{header::Digest, ids::BlockNumber};
use ligature_service_kit::Shutdown;
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};

/// What the task is asked.
#[derive(Debug)]
pub enum Petition {
	/// A chain never takes a block.
	Cause(Cause),
	/// The operator's own people want blocks to go; the answer is the new revert epoch.
	Wish {
		/// The last block that is to stay.
		to: BlockNumber,
		/// What they say.
		reason: String,
		/// Where the answer goes.
		answer: oneshot::Sender<Result<u32, ApiError>>,
	},
}

/// Takes blocks back when it must be.
pub struct Reverter {
	shared: Shared,
	/// Most reverts of its own accord without a block certified in between.
	most: u32,
	causes: Vec<Cause>,
	/// How many there were, and what was certified then.
	reverts: (u32, BlockNumber),
	/// What was said last.
	said: Option<String>,
}

impl Reverter {
	/// The task.
	pub fn new(shared: Shared, most: u32) -> Self {
		Self { shared, most, causes: Vec::new(), reverts: Default::default(), said: None }
	}

	/// Works until the end is asked for.
	pub async fn run(mut self, mut petitions: mpsc::Receiver<Petition>, shutdown: Shutdown) {
		let mut changes = self.shared.board.changes();
		loop {
			tokio::select! {
				changed = changes.changed() => {
					if changed.is_err() {
						break;
					}
					self.consider().await;
				},
				petition = petitions.recv() => match petition {
					Some(Petition::Cause(cause)) => {
						tracing::warn!(?cause, "a block can never be committed");
						self.causes.push(cause);
						self.consider().await;
					},
					Some(Petition::Wish { to, reason, answer }) => {
						// It fails when who has asked is gone.
						let _ = answer.send(self.wish(to, reason).await);
					},
					None => break,
				},
				() = shutdown.wait() => break,
			}
		}
	}

	/// Whether blocks must go now.
	async fn consider(&mut self) {
		let decision = match self.decide(None).await {
			Ok(decision) => decision,
			Err(error) => Decision::Stop(error.to_string()),
		};
		match decision {
			Decision::Nothing => self.say(None).await,
			Decision::Wait(reason) => {
				self.say(Some(format!("blocks must be taken back, and cannot be yet: {reason}")))
					.await;
			},
			Decision::Stop(reason) => {
				self.say(Some(format!("people have to look at it: {reason}"))).await;
			},
			Decision::Revert { to, epoch, reason } => {
				let certified = self.shared.board.certified();
				let before = if self.reverts.1 == certified { self.reverts.0 } else { 0 };
				if before >= self.most {
					let told = format!(
						"people have to look at it: {before} reverts have not helped ({reason}); \
						 admin_revert tries once more",
					);
					self.say(Some(told)).await;
					return;
				}
				self.reverts = (before + 1, certified);
				if let Err(error) = self.revert(to, epoch, &reason).await {
					self.say(Some(format!("people have to look at it: {error}"))).await;
				}
			},
		}
	}

	async fn wish(&mut self, to: BlockNumber, reason: String) -> Result<u32, ApiError> {
		let built = self.shared.engine.status().await.built;
		if to > built {
			return Err(ApiError::NotFound {
				what: format!("block {to}; the last one is {built}"),
			});
		}
		match self.decide(Some(Cause::Wish { to, reason })).await {
			Ok(Decision::Revert { to, epoch, reason }) => {
				self.reverts = Default::default();
				self.revert(to, epoch, &reason)
					.await
					.map_err(|reason| ApiError::Internal { reason })?;
				Ok(epoch)
			},
			Ok(Decision::Wait(reason) | Decision::Stop(reason)) => Err(ApiError::NotNow { reason }),
			// A wish is a reason by itself.
			Ok(Decision::Nothing) => Err(ApiError::NotNow { reason: "nothing has to go".into() }),
			Err(error) => Err(ApiError::Internal { reason: error.to_string() }),
		}
	}

	async fn decide(&mut self, wish: Option<Cause>) -> Result<Decision, StoreError> {
		let status = self.shared.engine.status().await;
		let stored = Stored { built: status.built, revert_epoch: status.revert_epoch };
		let mut hashes: BTreeMap<BlockNumber, Digest> = BTreeMap::new();
		for cause in &self.causes {
			if let Cause::Never { number, .. } = cause
				&& let Some(hash) = self.shared.lines.hash(*number, status.revert_epoch).await?
			{
				hashes.insert(*number, hash);
			}
		}
		// Those of blocks that are gone are done with.
		self.causes.retain(|cause| match cause {
			Cause::Never { number, hash, .. } => hashes.get(number) == Some(hash),
			Cause::Wish { .. } => false,
		});
		let mut seats = Vec::new();
		for state in self.shared.board.chains() {
			let view = state.present().cloned();
			let store = match &view {
				Some(view) => self.shared.lines.view(&status, view).await?,
				None => None,
			};
			// Nothing is decided while blocks are being taken back.
			let view = view.filter(|_| store.is_some());
			let tip = store.as_ref().and_then(|store| store.tip);
			let fork = store.map_or(stored.built, |store| store.fork);
			seats.push(Seat { chain: state.id, view, tip, fork });
		}
		let causes: Vec<_> = self.causes.iter().cloned().chain(wish).collect();
		Ok(decide(&seats, &stored, &causes, |number| hashes.get(&number).copied()))
	}

	async fn revert(&mut self, to: BlockNumber, epoch: u32, reason: &str) -> Result<(), String> {
		tracing::warn!(%to, epoch, reason, "the blocks above are taken back on all chains");
		self.shared.engine.revert(to, epoch).await.map_err(|error| error.to_string())?;
		self.shared.metrics.reverts.inc();
		self.causes.clear();
		self.say(None).await;
		Ok(())
	}

	/// Says why nothing is built, when that changes.
	async fn say(&mut self, told: Option<String>) {
		if self.said != told {
			if let Some(told) = &told {
				tracing::error!("{told}");
			}
			self.said.clone_from(&told);
			self.shared.gate.set(Source::Revert, told).await;
		}
	}
}

#[cfg(test)]
mod tests;
