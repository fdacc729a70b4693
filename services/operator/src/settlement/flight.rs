// SPDX-License-Identifier: Apache-2.0

//! What is on its way to one chain.
//!
//! Nothing here has to survive: after a restart everything is sent anew if the chain lacks it still, and what
//! arrives twice does nothing.

use super::{
	steps::Action,
	view::{ChainView, StoreView},
};
use std::collections::BTreeMap;

/// How long to wait, in blocks of the chain, and how much to send at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// After so many blocks what is not included counts as lost.
	pub resend_after: u32,
	/// After so many blocks what was refused for a reason that passes is tried again.
	pub retry_after: u32,
	/// Most blocks on their way at a time.
	pub pipeline: u64,
}

/// One thing on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
	/// The chain's best block when it was sent or refused.
	since: u32,
	/// Whether it was refused and waits.
	waits: bool,
	/// How often it has got lost.
	lost: u32,
	/// How often it was refused for a reason that does not pass.
	strikes: u32,
}

/// What is on its way to one chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InFlight {
	/// The revert epoch of the next block when the entries were made.
	epoch: u32,
	entries: BTreeMap<Action, Entry>,
}

impl InFlight {
	/// Forgets what has arrived, and everything when blocks were taken back: another block has the number
	/// then.
	pub fn observe(&mut self, chain: &ChainView, store: &StoreView) {
		if self.epoch != store.revert_epoch {
			self.entries.clear();
			self.epoch = store.revert_epoch;
		}
		self.entries.retain(|action, _| match action {
			Action::Commit(number) => *number > chain.counters.committed,
			Action::Execute(number) => *number > chain.counters.executed,
			Action::Revert { epoch, .. } => *epoch > chain.revert_epoch,
		});
	}

	/// Whether this is to be sent now.
	pub fn is_due(&self, action: Action, best: u32, limits: &Limits) -> bool {
		self.entries.get(&action).is_none_or(|entry| {
			let patience = if entry.waits { limits.retry_after } else { limits.resend_after };
			best.saturating_sub(entry.since) >= patience
		})
	}

	/// Whether it was refused, and its time has not come yet.
	pub fn waits(&self, action: Action, best: u32, limits: &Limits) -> bool {
		let waits = self.entries.get(&action).is_some_and(|entry| entry.waits);
		waits && !self.is_due(action, best, limits)
	}

	/// How often it has got lost so far.
	pub fn lost(&self, action: Action) -> u32 {
		self.entries.get(&action).map_or(0, |entry| entry.lost)
	}

	/// It is sent. Gives how often it has got lost before.
	pub fn sent(&mut self, action: Action, best: u32) -> u32 {
		let fresh = Entry { since: best, waits: false, lost: 0, strikes: 0 };
		let entry = self.entries.entry(action).and_modify(|entry| {
			let lost = entry.lost.saturating_add(u32::from(!entry.waits));
			*entry = Entry { since: best, waits: false, lost, strikes: entry.strikes };
		});
		entry.or_insert(fresh).lost
	}

	/// It was refused for a reason that passes.
	pub fn postponed(&mut self, action: Action, best: u32) {
		if let Some(entry) = self.entries.get_mut(&action) {
			*entry = Entry { since: best, waits: true, ..*entry };
		}
	}

	/// It was refused for a reason that does not pass. The first time that may be a mistake, as when the
	/// chain has changed its mind about its last blocks; so it is tried once more. Gives how often that
	/// was so.
	pub fn struck(&mut self, action: Action, best: u32) -> u32 {
		self.postponed(action, best);
		self.entries.get_mut(&action).map_or(0, |entry| {
			entry.strikes = entry.strikes.saturating_add(1);
			entry.strikes
		})
	}

	/// The pool has let something go. What was sent after it waits there for the one with the nonce in
	/// between, which will not come: all that is on its way is sent again.
	pub fn doubt(&mut self, best: u32, limits: &Limits) {
		for entry in self.entries.values_mut().filter(|entry| !entry.waits) {
			entry.since = entry.since.min(best.saturating_sub(limits.resend_after));
		}
	}

	/// There is nothing to it any more: the chain has it already.
	pub fn obsolete(&mut self, action: Action) {
		self.entries.remove(&action);
	}

	/// How much is on its way.
	pub fn len(&self) -> usize {
		self.entries.len()
	}

	/// Whether nothing is.
	pub fn is_empty(&self) -> bool {
		self.entries.is_empty()
	}
}
