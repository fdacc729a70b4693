// SPDX-License-Identifier: Apache-2.0

//! *Refuse*: a chain shall never prove a header.
//!
//! Operators take back what no chain has proven. A block that one chain has proven and another one can never take
//! stays there for ever unless the oracles say so: first to the chain that cannot take it, which then never will,
//! and then, by *refused*, to those that have it.
//!
//! A chain can never take a block if its finalized state refuses the commit for a reason that no time cures
//! (section 12.2 of `docs/protocol.md`). What the chain might do later than now is no reason: a parent or a
//! request that has still to come, a time that is ahead of its clock, a notice that is not over. If such a thing does
//! not come about, an hour later the chain's clock is a reason.

use super::Desk;
use crate::seen::{ChainSeen, Foreign};
use ligature_chain::{Circuit, Key};
use ligature_primitives::{
	constants::SizeClass,
	header::{Digest, Header, keys_digest},
	ids::{BlockNumber, ChainId},
	pubdata::PublicData,
	vote::{VoteKind, VoteMessage},
};

/// How far a block's time may be behind a chain's clock when it is committed, in seconds.
const MAX_BEHIND: u64 = 3_600;

/// Why a chain can never take a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
	/// It has another block before it, which stays.
	OtherParent,
	/// It has another block of that number, and to take it back it must leave the block's revert epoch.
	OtherBlock,
	/// It has left the block's revert epoch.
	RevertEpoch,
	/// It has other oracles for that number.
	OracleEpoch,
	/// Its clock is too far ahead of the block's time.
	Late,
	/// It lacks a verifying key, has another, or has retired it.
	Keys,
	/// The block serves other requests than the next of its queue.
	Requests,
}

pub(super) fn decide(desk: &mut Desk<'_>) {
	let seen = desk.seen;
	// In exodus nothing is taken back.
	let going = || seen.chains.iter().filter(|chain| chain.status.exodus.is_none());
	for chain in going() {
		for other in going().filter(|other| other.chain != chain.chain) {
			// Blocks above the first that is refused go with it.
			let first = other.open().find_map(|block| {
				let reason = never(chain, &block.header, &block.hash)?;
				Some((&block.header, reason))
			});
			if let Some((header, reason)) = first
				&& !chain.refused.contains(&(header.number, header.hash()))
			{
				tracing::debug!(
					"chain {} can never take block {}: {reason:?}",
					chain.chain.0,
					header.number.0
				);
				desk.sign(message(chain, header));
			}
		}
	}
}

/// The vote. It names the epoch that *this* chain has for the number, which counts its certificate.
fn message(chain: &ChainSeen, header: &Header) -> VoteMessage {
	let about = VoteMessage::about(VoteKind::Refuse, chain.chain, header);
	match chain.epoch_of(header.number) {
		Some(epoch) => {
			VoteMessage { oracle_epoch: epoch.number, member_set_hash: epoch.hash, ..about }
		},
		None => about,
	}
}

/// Why a chain can never take a block that another chain has; none if it has it, or may take it yet.
pub fn never(chain: &ChainSeen, header: &Header, hash: &Digest) -> Option<Reason> {
	let (number, counters) = (header.number, chain.status.counters);
	if chain.has(number, hash) || number <= counters.certified {
		return None;
	}
	let revert_epoch = chain.status.revert_epoch;
	let parent = BlockNumber(number.0.checked_sub(1)?);
	let stays = parent <= counters.certified && chain.blocks.contains_key(&parent);
	if stays && !chain.has(parent, &header.parent) {
		return Some(Reason::OtherParent);
	}
	if revert_epoch > header.revert_epoch {
		return Some(Reason::RevertEpoch);
	}
	// Taking back what is there makes the epoch rise.
	if revert_epoch == header.revert_epoch && chain.blocks.contains_key(&number) {
		return Some(Reason::OtherBlock);
	}
	let epoch = chain.epoch_of(number).map(|epoch| (epoch.number, epoch.hash));
	if epoch != Some((header.oracle_epoch, header.member_set_hash)) {
		return Some(Reason::OracleEpoch);
	}
	if header.timestamp.get() < (chain.time / 1_000).saturating_sub(MAX_BEHIND) {
		return Some(Reason::Late);
	}
	let foreign = chain.foreign.as_ref()?;
	if lacks_keys(&foreign.keys, header) {
		return Some(Reason::Keys);
	}
	(next(chain, header) && serves_others(chain.chain, foreign, header, hash))
		.then_some(Reason::Requests)
}

/// Whether the chain has no key for a part of the block, or another than the block names. One that is announced but
/// may not be used yet is no lack; a chain that has none would have to announce it first, which takes weeks.
fn lacks_keys(keys: &[Key], header: &Header) -> bool {
	let digest = |circuit| {
		let is = |key: &&Key| key.version == header.circuit_version && key.circuit == circuit;
		keys.iter().find(is).filter(|key| !key.retired).map(|key| key.digest)
	};
	let half = |class: SizeClass| {
		let none = class.is_empty().then_some([0; 32]);
		Some((class, none.or_else(|| digest(Circuit::Chain(class)))?))
	};
	let join = header.join_class;
	let none = join.is_empty().then_some([0; 32]);
	let join = none.or_else(|| digest(Circuit::Join(join))).map(|digest| (join, digest));
	let halves: Option<Vec<_>> = header.chains.iter().map(|part| half(part.size_class)).collect();
	match (join, halves) {
		(Some(join), Some(halves)) => {
			keys_digest(header.circuit_version, join, &halves) != header.keys_digest
		},
		_ => true,
	}
}

/// Whether the block is the one that the chain would take now: its queue is where the block begins.
fn next(chain: &ChainSeen, header: &Header) -> bool {
	let committed = chain.status.counters.committed;
	committed.0.checked_add(1) == Some(header.number.0) && chain.has(committed, &header.parent)
}

/// Whether the block's data, which is in no state but that of a chain that has taken it, serves other requests
/// than those that wait. Requests that are still missing may come.
fn serves_others(chain: ChainId, foreign: &Foreign, header: &Header, hash: &Digest) -> bool {
	let Some(data) = foreign.offered.get(hash) else { return false };
	if !is_data_of(chain, data, header) {
		return false;
	}
	let served = data.halves.iter().filter(|half| half.is_priority());
	served.zip(&foreign.requests).any(|(half, (_, request))| !request.matches(half))
}

/// Whether the header commits to this public data of a chain.
fn is_data_of(chain: ChainId, data: &PublicData, header: &Header) -> bool {
	header.chain(chain).is_ok_and(|part| {
		data.commitment(part.size_class).is_ok_and(|commitment| commitment == part.data_commitment)
	})
}
