// SPDX-License-Identifier: Apache-2.0

//! *Refused*: the certificate of a refusal is finalized on a chain.

use super::Desk;
use crate::seen::ChainSeen;
use ligature_primitives::{
	header::Header,
	vote::{VoteKind, VoteMessage},
};

pub(super) fn decide(desk: &mut Desk<'_>) {
	let seen = desk.seen;
	for chain in &seen.chains {
		for other in seen.chains.iter().filter(|other| other.chain != chain.chain) {
			let needed = other.blocks.values().filter(|block| {
				chain.refused.contains(&(block.header.number, block.hash))
					&& needs(other, &block.header)
			});
			for block in needed {
				desk.sign(VoteMessage::about(VoteKind::Refused, chain.chain, &block.header));
			}
		}
	}
}

/// Whether a chain that has this block would do something if it knew of the refusal.
fn needs(chain: &ChainSeen, header: &Header) -> bool {
	let number = header.number;
	let known = chain.status.halted.refused.is_some_and(|known| known.number <= number);
	number > chain.status.counters.certified && chain.status.exodus.is_none() && !known
}
