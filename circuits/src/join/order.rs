// SPDX-License-Identifier: Apache-2.0

//! From the chains' logs to one order of the joint operations.
//!
//! An operation can be the next one if its home entry is the first that is left of the log of its chain,
//! and its far entry the first of that of its chain (or the second, right behind the home entry, if both are
//! on one chain). The algorithm takes any such operation, until none is left.
//!
//! It finds an order if there is one. Take two orders that give the same logs. An entry can only be
//! paired with one of the other side and the same parameters and transaction (J1), and for each of
//! these keys the first home entry with the first far entry, the second with the second, because
//! every log keeps the order. So the pairs are the same in both, and each is determined by either
//! of its entries. Two operations with entries in one log stand in the order of that log in both
//! orders. Hence an order that begins with an operation that can be next stays an order when that one is
//! moved to its front, and what is left behind it is an order of the rest. An order is in particular
//! what the ledger executed.
//!
//! Exits of shares have no transaction: tx is 0 for all of them. For these, too, the k-th burn of a
//! pool belongs to the k-th payment of its far side.

use super::witness::{JoinOperation, WitnessError};
use ligature_primitives::{
	ids::{ChainId, Side},
	log::LogEntry,
};

/// The operations whose entries, appended one after the other, give these logs.
pub(super) fn interleave(
	chains: &[ChainId],
	logs: &[&[LogEntry]],
) -> Result<Vec<JoinOperation>, WitnessError> {
	let mut rest = logs.to_vec();
	let mut operations = Vec::new();
	while let Some((home_chain, far_chain)) =
		(0..rest.len()).find_map(|chain| Some((chain, ready(chains, &rest, chain)?)))
	{
		let mut take = |chain: usize| {
			let (first, others) = rest[chain].split_first()?;
			rest[chain] = others;
			Some(first.clone())
		};
		if let (Some(home), Some(far)) = (take(home_chain), take(far_chain)) {
			operations.push(JoinOperation { home, far });
		}
	}
	match rest.iter().position(|rest| !rest.is_empty()) {
		None => Ok(operations),
		Some(place) => Err(WitnessError::Unpaired {
			chain: chains[place],
			entry: logs[place].len() - rest[place].len(),
		}),
	}
}

/// If the first entry that is left on a chain is the home entry of an operation that can be next: the place
/// of the chain of its far entry.
fn ready(chains: &[ChainId], rest: &[&[LogEntry]], chain: usize) -> Option<usize> {
	let home = rest[chain].first().filter(|entry| entry.side == Side::Zero)?;
	let far_chain = chains.iter().position(|id| *id == home.params.chain1)?;
	let far = rest[far_chain].get(usize::from(far_chain == chain))?;
	let pair = (far.side, far.params, far.tx) == (Side::One, home.params, home.tx);
	pair.then_some(far_chain)
}
