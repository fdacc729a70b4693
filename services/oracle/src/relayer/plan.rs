// SPDX-License-Identifier: Apache-2.0

//! Whose turn it is to bring something, and when to try again.

use super::Outcome;
use ligature_chain::Call;
use ligature_primitives::{header::Digest, ids::BlockNumber};
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// Members after this one come at the same time as it does: nobody waits for ever.
pub(super) const RANKS: u32 = 8;

/// So many blocks in a row are one member's turn, so that it can bring their certificates together.
const TURN_BLOCKS: u64 = 8;

/// After it was sent, so many blocks of the chain pass before it is sent again.
const HOLD: u32 = 3;

/// Each refusal doubles the wait, up to so many times: about a day.
const MAX_DOUBLINGS: u32 = 12;

/// Something to bring to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Errand {
	/// Names it.
	pub(super) id: Digest,
	/// Its kind, for metrics.
	pub(super) kind: &'static str,
	/// What it is, for the log.
	pub(super) about: String,
	/// How many turns we wait for others.
	pub(super) rank: u32,
	/// Whether it is done once the chain has taken it or calls it obsolete; else the chain's state says so.
	pub(super) once: bool,
	/// What to send.
	pub(super) call: Call,
}

/// The place of a member in the order in which members bring a certificate. It rotates with the blocks.
pub(super) fn rank(number: BlockNumber, place: Option<usize>, members: usize) -> u32 {
	let Some((place, members)) = place.map(|place| (place as u64, members.max(1) as u64)) else {
		return RANKS - 1;
	};
	let turn = number.0 / TURN_BLOCKS % members;
	let rank = (place + members - turn) % members;
	u32::try_from(rank).unwrap_or(RANKS).min(RANKS - 1)
}

/// What is known about an errand.
#[derive(Clone, Copy, Debug)]
struct Entry {
	/// Since when the chain would take it.
	since: Instant,
	/// Whether it is on its way.
	on_its_way: bool,
	/// Not to be sent before this block of the chain.
	not_before: u32,
	refusals: u32,
	finished: bool,
}

/// What was sent to one chain, and what is to be.
#[derive(Clone, Debug)]
pub(super) struct Plan {
	turn: Duration,
	/// The chain's best block.
	number: u32,
	entries: BTreeMap<Digest, Entry>,
}

impl Plan {
	pub(super) fn new(turn: Duration) -> Self {
		Self { turn, number: 0, entries: BTreeMap::new() }
	}

	/// What to send now, of what the chain would take at its block `number`, in that order. It is on its way from now on.
	pub(super) fn due(&mut self, now: Instant, number: u32, errands: Vec<Errand>) -> Vec<Errand> {
		self.number = number;
		// What the chain has meanwhile, or never takes, is forgotten.
		self.entries
			.retain(|id, entry| entry.on_its_way || errands.iter().any(|errand| errand.id == *id));
		let mut due = Vec::new();
		let mut blocked = false;
		for errand in errands {
			let entry = self.entries.entry(errand.id).or_insert(Entry {
				since: now,
				on_its_way: false,
				not_before: 0,
				refusals: 0,
				finished: false,
			});
			if entry.finished || entry.on_its_way {
				continue;
			}
			let turn = now.duration_since(entry.since) >= self.turn * errand.rank;
			let comes = turn && number >= entry.not_before;
			// A block's certificate is refused as long as the one before is missing.
			let follows = errand.kind == "block";
			if !comes || (follows && blocked) {
				blocked |= follows;
				continue;
			}
			entry.on_its_way = true;
			due.push(errand);
		}
		due
	}

	/// Takes note of what came of an errand.
	pub(super) fn done(&mut self, errand: &Errand, outcome: &Outcome) {
		let Some(entry) = self.entries.get_mut(&errand.id) else { return };
		entry.on_its_way = false;
		let hold = |refusals: u32| HOLD << refusals.min(MAX_DOUBLINGS);
		match outcome {
			Outcome::Taken { block } => {
				entry.finished = errand.once;
				// The head that has it may be taken back.
				entry.not_before = block.saturating_add(HOLD);
			},
			Outcome::Obsolete => {
				entry.finished = errand.once;
				entry.not_before = self.number.saturating_add(HOLD);
			},
			Outcome::Refused { block, .. } => {
				entry.not_before = block.saturating_add(hold(entry.refusals));
				entry.refusals = entry.refusals.saturating_add(1);
			},
			Outcome::Failed(_) => entry.not_before = self.number.saturating_add(1),
		}
	}

	/// Forgets everything but what is on its way.
	pub(super) fn clear(&mut self) {
		self.entries.retain(|_, entry| entry.on_its_way);
	}
}
