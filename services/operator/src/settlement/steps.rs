// SPDX-License-Identifier: Apache-2.0

//! What a chain lacks, and what is to be done about it: a function of what the chain and the store say.
//!
//! There is no list of things to do. A chain whose counters fall back, because it has changed its mind about
//! its last blocks or because a call got lost, lacks again what it lacked before.
//!
//! | the chain | gets |
//! |---|---|
//! | lacks blocks that it can take in its present revert epoch | these, in order, some at a time |
//! | has all of them, and later blocks were taken back | the revert that leads to the next epoch |
//! | has certified blocks that are not executed | their execution |
//! | has a block that is not stored, a later epoch, a halt, exodus | nothing: a [`Hold`] |

use super::{
	flight::{InFlight, Limits},
	view::{ChainView, StoreView},
};
use ligature_primitives::ids::BlockNumber;
use std::{cmp::Ordering, fmt};

/// How far one revert may raise the epoch: the rollup pallet takes no more.
const MAX_EPOCH_RISE: u32 = 1_024;

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
	/// Commit a block.
	Commit(BlockNumber),
	/// Execute a block.
	Execute(BlockNumber),
	/// Take back the blocks above.
	Revert {
		/// The last block that stays.
		to: BlockNumber,
		/// The revert epoch from then on.
		epoch: u32,
	},
}

impl fmt::Display for Action {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Commit(number) => write!(f, "commit of block {number}"),
			Self::Execute(number) => write!(f, "execution of block {number}"),
			Self::Revert { to, epoch } => write!(f, "revert to block {to} (epoch {epoch})"),
		}
	}
}

/// Why a chain gets nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
	/// The guardian has halted it.
	Guardian,
	/// It has halted because another chain shall never prove this block.
	Refused(BlockNumber),
	/// Exodus has begun.
	Exodus,
	/// It is in a later revert epoch: somebody else has taken blocks back.
	LaterEpoch(u32),
	/// Its last committed block is not the stored one: somebody else has committed it, or the store is an
	/// old copy.
	Foreign(BlockNumber),
	/// The blocks above this one were taken back and are proven there: it gives them up only when the
	/// oracles have refused one of them elsewhere.
	Proven(BlockNumber),
}

impl fmt::Display for Hold {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Guardian => write!(f, "it is halted by its guardian"),
			Self::Refused(number) => {
				write!(f, "it is halted: another chain shall never prove block {number}")
			},
			Self::Exodus => write!(f, "it is in exodus: the rollup has ended"),
			Self::LaterEpoch(epoch) => {
				write!(f, "its revert epoch is {epoch}: another operator has taken blocks back")
			},
			Self::Foreign(number) => write!(
				f,
				"its block {number} is not the stored one: another operator has committed it, or \
				 the database is an old copy"
			),
			Self::Proven(number) => write!(
				f,
				"it has proven blocks above {number} that were taken back: it gives them up when the \
				 oracles have refused them"
			),
		}
	}
}

/// What is to be done for a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
	/// Send this now.
	Send(Action),
	/// Nothing can be committed, for this reason.
	Hold(Hold),
}

/// What is to be done now for a chain, in the order in which it is to be sent.
pub fn next_steps(
	chain: &ChainView,
	store: &StoreView,
	flight: &InFlight,
	limits: &Limits,
) -> Vec<Step> {
	let mut steps = Vec::new();
	let agreed = agreed(chain, store);
	if chain.exodus {
		steps.push(Step::Hold(Hold::Exodus));
	} else {
		match chain.revert_epoch.cmp(&store.revert_epoch) {
			Ordering::Greater => {
				steps.push(Step::Hold(Hold::LaterEpoch(chain.revert_epoch)));
			},
			_ if agreed.is_none() => {
				steps.push(Step::Hold(Hold::Foreign(chain.counters.committed)));
			},
			Ordering::Equal => commits(chain, store.built, flight, limits, &mut steps),
			Ordering::Less => {
				if chain.counters.committed < store.fork {
					commits(chain, store.fork, flight, limits, &mut steps);
				} else {
					revert(chain, store, flight, limits, &mut steps);
				}
			},
		}
	}
	// Exodus has ended every halt.
	if let Some(agreed) = agreed
		&& (chain.exodus || !chain.halted())
	{
		let last = chain.counters.certified.min(agreed);
		let calls = numbers(chain.counters.executed, last, limits).map(Action::Execute);
		steps.extend(due(calls, chain.best, flight, limits));
	}
	steps
}

/// Up to which block chain and store are known to hold the same; none if they do not.
fn agreed(chain: &ChainView, store: &StoreView) -> Option<BlockNumber> {
	let committed = chain.counters.committed;
	if chain.revert_epoch < store.revert_epoch && committed > store.fork {
		// The later ones were taken back here. Those before them were once checked.
		return Some(store.fork);
	}
	(store.tip == Some(chain.tip)).then_some(committed)
}

/// The blocks up to `last` that the chain has not committed.
fn commits(
	chain: &ChainView,
	last: BlockNumber,
	flight: &InFlight,
	limits: &Limits,
	steps: &mut Vec<Step>,
) {
	if let Some(number) = chain.refused {
		steps.push(Step::Hold(Hold::Refused(number)));
	} else if chain.guardian {
		steps.push(Step::Hold(Hold::Guardian));
	} else {
		let calls = numbers(chain.counters.committed, last, limits).map(Action::Commit);
		steps.extend(due(calls, chain.best, flight, limits));
	}
}

/// What takes the chain to the next epoch, now that it has all blocks before it.
fn revert(
	chain: &ChainView,
	store: &StoreView,
	flight: &InFlight,
	limits: &Limits,
	steps: &mut Vec<Step>,
) {
	if !chain.lets_go_above(store.fork) {
		steps.push(Step::Hold(Hold::Proven(store.fork)));
		return;
	}
	let epoch = store.fork_epoch.min(chain.revert_epoch.saturating_add(MAX_EPOCH_RISE));
	let action = Action::Revert { to: store.fork, epoch };
	steps.extend(due([action], chain.best, flight, limits));
}

/// The numbers after `done` up to `last`, as many as are sent at once.
fn numbers(
	done: BlockNumber,
	last: BlockNumber,
	limits: &Limits,
) -> impl Iterator<Item = BlockNumber> + use<> {
	let last = last.0.min(done.0.saturating_add(limits.pipeline));
	(done.0.saturating_add(1)..=last).map(BlockNumber)
}

/// Those of these calls that are to be sent now. Behind one that was refused and waits none has a chance.
fn due(
	calls: impl IntoIterator<Item = Action>,
	best: u32,
	flight: &InFlight,
	limits: &Limits,
) -> Vec<Step> {
	let calls = calls.into_iter().take_while(|call| !flight.waits(*call, best, limits));
	calls.filter(|call| flight.is_due(*call, best, limits)).map(Step::Send).collect()
}

#[cfg(test)]
mod tests;
