// SPDX-License-Identifier: Apache-2.0

//! Whether blocks and chains go on.

use crate::{books::Books, config::Patience, finding::What, index::Index};
use ligature_chain::Stage;
use ligature_primitives::{header::Digest, ids::BlockNumber};
use std::collections::BTreeSet;

/// The blocks that wait for a stage longer than they should, by the clock of their chain: of each stage the lowest one,
/// as the others wait for it.
pub fn stalled(
	books: &Books,
	index: &Index,
	patience: &Patience,
) -> Vec<((BlockNumber, Digest), What)> {
	let Some(last) = books.last() else { return Vec::new() };
	// Commit and prove have ended, and execution waits for the freeze block.
	if books.status().is_some_and(|status| status.exodus.is_some()) {
		return Vec::new();
	}
	let late = |awaited: Stage, since: u64| {
		let seconds = last.time.saturating_sub(since);
		(seconds > patience.of(awaited)).then_some(What::Stalled { awaited, seconds })
	};
	let mut told = BTreeSet::new();
	let mut stalled = Vec::new();
	for (number, block) in books.open() {
		let Some((awaited, since)) = block.awaited() else { continue };
		if told.insert(awaited)
			&& let Some(what) = late(awaited, since)
		{
			stalled.push(((number, block.hash), what));
		}
	}
	let next = BlockNumber(books.committed().0.saturating_add(1));
	let elsewhere = index.committed_elsewhere(books.chain(), (next, books.revert_epoch()));
	if let Some((hash, since)) = elsewhere
		&& let Some(what) = late(Stage::Committed, since)
	{
		stalled.push(((next, hash), what));
	}
	stalled
}

/// Whether a chain is silent: its last finalized block is older than it should be.
pub fn silent(now: u64, last: u64, patience: &Patience) -> Option<What> {
	let seconds = now.saturating_sub(last);
	(seconds > patience.silent.as_secs()).then_some(What::ChainSilent { seconds })
}
