// SPDX-License-Identifier: Apache-2.0

//! *Block*: this header is proven and finalized on all chains.

use super::Desk;
use crate::seen::Seen;
use ligature_primitives::{
	constants::TORN_BLOCKS, header::Header, ids::BlockNumber, vote::VoteMessage,
};

pub(super) fn decide(desk: &mut Desk<'_>) {
	let seen = desk.seen;
	// Once it is certified everywhere, nobody needs a signature.
	let first = seen.least_certified().0.saturating_add(1);
	// If the chains die at different heights, they differ by so many blocks at most.
	let last = seen.least_proven().0.min(seen.least_certified().0.saturating_add(TORN_BLOCKS));
	for number in (first..=last).map(BlockNumber) {
		let Some(header) = seen.proven_on_all(number) else { break };
		if is_after_the_end(seen, number) || !has_parent(desk, header) {
			break;
		}
		desk.sign(VoteMessage::block(header));
	}
}

/// Whether a chain has fixed its last block below this one. What was certified elsewhere and not there would be torn.
fn is_after_the_end(seen: &Seen, number: BlockNumber) -> bool {
	seen.chains.iter().filter_map(|chain| chain.freeze()).any(|freeze| freeze < number)
}

/// Whether the block before was signed, or a chain has its certificate.
fn has_parent(desk: &Desk<'_>, header: &Header) -> bool {
	let Some(parent) = header.number.0.checked_sub(1).map(BlockNumber) else { return false };
	let certified = desk.seen.chains.iter().any(|chain| {
		chain.status.counters.certified >= parent && chain.has(parent, &header.parent)
	});
	certified || desk.draft.holds_block(parent, &header.parent)
}
