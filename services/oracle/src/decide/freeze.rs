// SPDX-License-Identifier: Apache-2.0

//! *Freeze* and *frozen*: the last block of the rollup.
//!
//! A chain in exodus proves no more, so that the last block which can be proven on all chains is known; the others may
//! still be proving it, and certificates may be on their way. For a quarter of the timeout members wait for
//! them; then they sign what is there, and go on signing higher ones. After half of it they sign nothing, because a
//! chain that waits no longer takes its last certified block.

use super::Desk;
use crate::seen::{ChainSeen, Seen};
use ligature_primitives::{
	constants::TORN_BLOCKS,
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};

/// A chain in exodus whose finalized head is older than this, in milliseconds by our own clock, tells us nothing about how
/// much of its timeout has passed.
const MAX_AGE: u64 = 120_000;

pub(super) fn decide(desk: &mut Desk<'_>) {
	let seen = desk.seen;
	let clocks: Vec<_> = seen.chains.iter().filter_map(ChainSeen::exodus_clock).collect();
	let too_late = clocks.iter().any(|(passed, timeout)| 2 * passed > *timeout);
	// A node that is behind shows an old clock.
	let behind = |chain: &ChainSeen| chain.time.saturating_add(MAX_AGE) < seen.now;
	let ending = |chain: &&ChainSeen| chain.status.exodus.is_some();
	if clocks.is_empty() || too_late || seen.chains.iter().filter(ending).any(behind) {
		return;
	}
	let patience_over = clocks.iter().any(|(passed, timeout)| 4 * passed >= *timeout);
	freeze(desk, patience_over);
	frozen(desk);
}

/// Freeze at the last block that is proven on all chains. The first chain fixes it.
fn freeze(desk: &mut Desk<'_>, patience_over: bool) {
	let seen = desk.seen;
	if seen.chains.first().is_none_or(|first| first.freeze().is_some()) {
		return;
	}
	// A freeze counts as a certificate. Should the other chains never hear of it, they must not be further away than
	// after any other certificate.
	let certified = seen.least_certified().0;
	let highest = seen.least_proven().0.min(certified.saturating_add(TORN_BLOCKS));
	// Chains may have proven different blocks above the last common one: those are lost.
	let mut numbers = (certified..=highest).rev().map(BlockNumber);
	let last = numbers.find_map(|number| seen.proven_on_all(number));
	let Some(header) = last.filter(|last| patience_over || last.number >= attainable(seen)) else {
		return;
	};
	let above = |chain: &ChainSeen| chain.status.counters.certified > header.number;
	if !seen.chains.iter().any(above) {
		desk.sign(VoteMessage::about(VoteKind::Freeze, ChainId(0), header));
	}
}

/// The highest block that can be proven on all chains, now that those in exodus prove no more.
fn attainable(seen: &Seen) -> BlockNumber {
	let ended = seen.chains.iter().filter(|chain| chain.status.exodus.is_some());
	ended.map(|chain| chain.status.counters.proven).min().unwrap_or_default()
}

/// The first chain has fixed its freeze block, and another one has none.
fn frozen(desk: &mut Desk<'_>) {
	let Some((first, others)) = desk.seen.chains.split_first() else { return };
	let needed = others.iter().any(|chain| chain.freeze().is_none());
	let block = first.freeze().and_then(|freeze| first.blocks.get(&freeze));
	if let Some(block) = block.filter(|_| needed) {
		desk.sign(VoteMessage::about(VoteKind::Frozen, first.chain, &block.header));
	}
}
