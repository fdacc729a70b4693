// SPDX-License-Identifier: Apache-2.0

//! What is sent to the chain, and what becomes of it.

use super::Settler;
use crate::{
	revert::Petition,
	settlement::{
		council::Cause,
		outbox::{Fate, OutboxError, Outcome, fate},
		refusals::Meaning,
		steps::Action,
	},
};
use ligature_chain::{ChainError, Place};

impl Settler {
	/// Sends the call of an action. Whether it is on its way.
	pub(super) async fn send(&mut self, action: Action, best: u32, epoch: u32) -> bool {
		let before = self.flight.offered(action);
		let bid = self.flight.bid(action, &self.limits.tips);
		let lost = self.flight.sent(action, best);
		let (id, kind) = (self.id(), kind(action));
		match self.outbox.send(action, bid).await {
			Ok((sent, hash)) => {
				let place = sent.place();
				self.flight.placed(action, place);
				let (nonce, tip) = (place.nonce, bid.tip);
				let outcome = if tip > before {
					"outbid"
				} else if lost == 0 {
					"sent"
				} else {
					"resent"
				};
				self.shared.metrics.call(id, kind, outcome);
				tracing::info!(chain = %id, lost, nonce, tip, "sent: {action}");
				let outcomes = self.outcomes.clone();
				self.watchers.spawn(async move {
					let fate = fate(sent, action).await;
					// It fails when the operator ends.
					let _ = outcomes.send(Outcome { action, hash, place, epoch, fate });
				});
				true
			},
			Err(OutboxError::Chain(error)) if error.is_stale() => {
				// The chain has it, or is about to.
				if error.is_spent() {
					self.flight.spent(action);
				}
				self.shared.metrics.call(id, kind, "obsolete");
				tracing::debug!(chain = %id, %error, "not needed: {action}");
				true
			},
			Err(OutboxError::Gone(_)) => false,
			Err(error) => {
				self.shared.metrics.call(id, kind, "failed");
				tracing::warn!(chain = %id, %error, "not sent: {action}");
				self.flight.unsent(action, best);
				false
			},
		}
	}

	/// What became of a call.
	pub(super) async fn outcome(&mut self, outcome: Outcome) {
		let Outcome { action, hash, place, epoch, fate } = outcome;
		let best = self.view.as_ref().map_or(0, |view| view.best);
		let (block, refusal) = match fate {
			Fate::Done(block) => (block, None),
			Fate::Refused { block, meaning, error } => (block, Some((meaning, error))),
			Fate::Lost(error) => return self.lost(action, place, &error, best),
		};
		let status = self.shared.engine.status().await;
		if status.revert_epoch != epoch {
			// It was about a block that was taken back.
			return;
		}
		let (id, kind, metrics) = (self.id(), kind(action), &self.shared.metrics);
		match refusal {
			None => {
				metrics.call(id, kind, "done");
				tracing::info!(chain = %id, %block, "done: {action}");
			},
			Some((Meaning::Obsolete, error)) => {
				metrics.call(id, kind, "obsolete");
				tracing::debug!(chain = %id, %block, error = error.name, "not needed: {action}");
				self.flight.obsolete(action);
			},
			Some((meaning, error)) => {
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
		}
	}

	/// No block has it. What lies behind it in the pool does not mind which revert epoch it was about.
	fn lost(&mut self, action: Action, place: Place, error: &ChainError, best: u32) {
		let (id, limits) = (self.id(), &self.limits);
		tracing::debug!(chain = %id, %error, "in no block: {action}");
		match error {
			ChainError::Replaced { .. } => self.flight.replaced(place, best, limits),
			ChainError::Dropped { .. } | ChainError::Expired { .. } => {
				self.shared.metrics.call(id, kind(action), "lost");
				self.flight.dropped(place, best, limits);
			},
			// It may lie in the pool still.
			_ => self.shared.metrics.call(id, kind(action), "lost"),
		}
	}
}

const fn kind(action: Action) -> &'static str {
	match action {
		Action::Commit(_) => "commit",
		Action::Execute(_) => "execute",
		Action::Revert { .. } => "revert",
	}
}
