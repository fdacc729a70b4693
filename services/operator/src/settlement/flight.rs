// SPDX-License-Identifier: Apache-2.0

//! What is on its way to one chain, and what is offered for it.
//!
//! A call that no block takes lies in the pool of the chain's node, and all later calls of the operator wait behind its
//! nonce. So what is sent again takes the place of what lies there, with a higher tip each time. Those behind it follow,
//! as they would be the next that no block takes.
//!
//! Nothing here has to survive: after a restart everything is sent anew if the chain lacks it still, and what
//! arrives twice does nothing.

use super::{
	steps::Action,
	tips::Tips,
	view::{ChainView, StoreView},
};
use ligature_chain::{Bid, Place};
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
	/// What is offered for what counts as lost.
	pub tips: Tips,
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
	/// The tip that was offered last.
	tip: u128,
	/// Where it lies in the pool, as far as is known.
	place: Option<Place>,
	/// Whether it is sent again for another reason than that it has waited for long.
	doubted: bool,
}

impl Entry {
	/// It is due, unless it waits for its time.
	fn doubt(&mut self, best: u32, limits: &Limits) {
		if !self.waits {
			self.since = self.since.min(best.saturating_sub(limits.resend_after));
			self.doubted = true;
		}
	}
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

	/// The tip that was offered for it last.
	pub fn offered(&self, action: Action) -> u128 {
		self.entries.get(&action).map_or(0, |entry| entry.tip)
	}

	/// What to offer for it, before it counts as [sent](Self::sent). What has waited for long in the pool is outbid, but what
	/// waits there behind another offers no more than that one. All else comes with what was offered last: if the pool has
	/// it still, it refuses the second copy.
	pub fn bid(&mut self, action: Action, tips: &Tips) -> Bid {
		let places =
			self.entries.values().filter_map(|entry| Some((entry.place?.nonce, entry.tip)));
		let first = places.min();
		let Some(entry) = self.entries.get_mut(&action) else { return Bid::default() };
		let replaces = entry.place.map(|place| place.nonce);
		if let (Some(nonce), Some((first, highest))) = (replaces, first)
			&& (nonce == first || entry.tip < highest)
			&& !(entry.waits || entry.doubted)
		{
			entry.tip = tips.after(entry.tip);
		}
		Bid { tip: entry.tip, replaces }
	}

	/// It is sent. Gives how often it has got lost before.
	pub fn sent(&mut self, action: Action, best: u32) -> u32 {
		let fresh = Entry {
			since: best,
			waits: false,
			lost: 0,
			strikes: 0,
			tip: 0,
			place: None,
			doubted: false,
		};
		let entry = self.entries.entry(action).and_modify(|entry| {
			let lost = entry.lost.saturating_add(u32::from(!entry.waits));
			*entry = Entry { since: best, waits: false, lost, doubted: false, ..*entry };
		});
		entry.or_insert(fresh).lost
	}

	/// The pool has taken it. Of what had the nonce before it is not known any more where it lies.
	pub fn placed(&mut self, action: Action, place: Place) {
		for entry in self.entries.values_mut() {
			entry.place = entry.place.filter(|old| old.nonce != place.nonce);
		}
		if let Some(entry) = self.entries.get_mut(&action) {
			entry.place = Some(place);
		}
	}

	/// The pool has not taken it, or nobody knows. Perhaps more was offered than there is: the offers begin anew. What was
	/// sent before lies where it lay.
	pub fn unsent(&mut self, action: Action, best: u32) {
		if let Some(entry) = self.entries.get_mut(&action) {
			*entry = Entry { since: best, waits: true, tip: 0, ..*entry };
		}
	}

	/// Its nonce is spent: it takes a new one the next time.
	pub fn spent(&mut self, action: Action) {
		if let Some(entry) = self.entries.get_mut(&action) {
			entry.place = None;
		}
	}

	/// A block of the chain had it, and it was refused there for a reason that passes.
	pub fn postponed(&mut self, action: Action, best: u32) {
		if let Some(entry) = self.entries.get_mut(&action) {
			*entry = Entry { since: best, waits: true, tip: 0, place: None, ..*entry };
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

	/// The pool has let something go, and no block has it. What has a later nonce waits there for one with this nonce, which
	/// will not come: all of that is sent again, and the first of it gets this nonce.
	pub fn dropped(&mut self, place: Place, best: u32, limits: &Limits) {
		self.left(place);
		for entry in self.entries.values_mut() {
			if entry.place.is_none_or(|own| own.nonce > place.nonce) {
				entry.doubt(best, limits);
			}
		}
	}

	/// Another call has taken a place in the pool. What had it is sent again, unless it was outbid by its own action and has
	/// another place by now.
	pub fn replaced(&mut self, place: Place, best: u32, limits: &Limits) {
		if let Some(entry) = self.left(place) {
			entry.doubt(best, limits);
		}
	}

	/// Nothing lies there any more. Gives what did, if it had not another place already.
	fn left(&mut self, place: Place) -> Option<&mut Entry> {
		let entry = self.entries.values_mut().find(|entry| entry.place == Some(place))?;
		entry.place = None;
		Some(entry)
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

#[cfg(test)]
mod tests;
