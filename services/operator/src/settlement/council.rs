// SPDX-License-Identifier: Apache-2.0

//! Whether blocks must be taken back, and how far: a function of what all chains and the store say.
//!
//! A revert is for all chains together, since all must name the same revert epoch. It goes to the last block that
//! all of them can keep. A chain that lags behind that block gets it first (`steps`), so that
//! nothing is taken back that could stay.

use super::view::ChainView;
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};

/// Why blocks must go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
	/// A chain refuses to commit a block, for a reason that time does not cure.
	Never {
		/// The chain.
		chain: ChainId,
		/// The block's number.
		number: BlockNumber,
		/// Its header hash.
		hash: Digest,
		/// What the chain says.
		error: String,
	},
	/// The operator's own people want it.
	Wish {
		/// The last block that is to stay.
		to: BlockNumber,
		/// What they say.
		reason: String,
	},
}

/// What the store holds, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
	/// The last block built.
	pub built: BlockNumber,
	/// The revert epoch of the next block.
	pub revert_epoch: u32,
}

/// A chain, and what of it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
	/// The chain.
	pub chain: ChainId,
	/// What it says; none if it is not reached.
	pub view: Option<ChainView>,
	/// Header hash of the stored block with the number of its last committed one.
	pub tip: Option<Digest>,
	/// The last stored block that it can take in its present epoch.
	pub fork: BlockNumber,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
	/// Nothing has to go.
	Nothing,
	/// Take back the blocks above.
	Revert {
		/// The last block that stays.
		to: BlockNumber,
		/// The revert epoch of all chains from then on.
		epoch: u32,
		/// Why.
		reason: String,
	},
	/// Blocks must go, and cannot yet.
	Wait(String),
	/// Blocks must go, and never can.
	Stop(String),
}

/// Decides. `hash_of` gives the header hash of a stored block.
pub fn decide(
	seats: &[Seat],
	store: &Stored,
	causes: &[Cause],
	hash_of: impl Fn(BlockNumber) -> Option<Digest>,
) -> Decision {
	let (mut keep, mut reasons) = (store.built, Vec::new());
	let mut at_most = |to: BlockNumber, reason: String| {
		keep = keep.min(to);
		reasons.push(reason);
	};
	for cause in causes {
		match cause {
			Cause::Never { chain, number, hash, error } => {
				// Another block may have the number by now.
				if hash_of(*number) == Some(*hash) {
					let to = BlockNumber(number.0.saturating_sub(1));
					at_most(to, format!("chain {chain} never takes block {number}: {error}"));
				}
			},
			Cause::Wish { to, reason } => at_most(*to, reason.clone()),
		}
	}
	let views = || seats.iter().filter_map(|seat| Some((seat, seat.view.as_ref()?)));
	for (seat, view) in views() {
		let current = view.revert_epoch >= store.revert_epoch;
		if let Some(number) = view.refused.filter(|number| current || *number <= seat.fork) {
			let to = BlockNumber(number.0.saturating_sub(1));
			let chain = seat.chain;
			at_most(to, format!("chain {chain} is halted: another never proves block {number}"));
		}
		if view.revert_epoch > store.revert_epoch {
			if seat.tip != Some(view.tip) {
				return Decision::Stop(format!(
					"chain {} is in revert epoch {} with a block {} that is not stored here",
					seat.chain, view.revert_epoch, view.counters.committed,
				));
			}
			at_most(
				view.counters.committed,
				format!("chain {} is in revert epoch {}", seat.chain, view.revert_epoch),
			);
		}
	}
	if reasons.is_empty() {
		return Decision::Nothing;
	}
	if let Some(seat) = seats.iter().find(|seat| seat.view.is_none()) {
		let chain = seat.chain;
		return Decision::Wait(format!("chain {chain} is not reached, and all must go together"));
	}
	// A chain that is halted gets no blocks that it lacks.
	let to = views()
		.filter(|(_, view)| view.halted())
		.map(|(_, view)| view.counters.committed)
		.fold(keep, BlockNumber::min);
	for (seat, view) in views() {
		let (chain, counters) = (seat.chain, &view.counters);
		if view.exodus {
			return Decision::Stop(format!("chain {chain} is in exodus: the rollup has ended"));
		}
		if counters.certified > to {
			return Decision::Stop(format!(
				"block {} is certified on chain {chain}, and certified blocks stay",
				counters.certified,
			));
		}
		if !view.lets_go_above(to) {
			return Decision::Wait(format!(
				"chain {chain} has proven block {}: it gives up blocks above {to} when the oracles have \
				 refused one of them elsewhere",
				counters.proven,
			));
		}
	}
	let epochs = views().map(|(_, view)| view.revert_epoch).chain([store.revert_epoch]);
	match epochs.max().and_then(|epoch| epoch.checked_add(1)) {
		Some(epoch) => Decision::Revert { to, epoch, reason: reasons.join("; ") },
		None => Decision::Stop("all revert epochs are used up".into()),
	}
}

#[cfg(test)]
mod tests;
