// SPDX-License-Identifier: Apache-2.0

//! Which blocks have reached which stage, by a chain's counters.

use crate::store::Stage;
use ligature_chain::Counters;
use ligature_primitives::ids::BlockNumber;

/// The stages in which a chain has come further, with the blocks that have reached them; counters that fell back
/// give nothing.
pub fn reached(before: &Counters, now: &Counters) -> Vec<(Stage, BlockNumber)> {
	let stages = [
		(Stage::Committed, before.committed, now.committed),
		(Stage::Proven, before.proven, now.proven),
		(Stage::Certified, before.certified, now.certified),
		(Stage::Executed, before.executed, now.executed),
	];
	let reached = stages.into_iter().flat_map(|(stage, before, now)| {
		(before.0.saturating_add(1)..=now.0).map(move |number| (stage, BlockNumber(number)))
	});
	reached.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn counters([committed, proven, certified, executed]: [u64; 4]) -> Counters {
		Counters {
			committed: BlockNumber(committed),
			proven: BlockNumber(proven),
			certified: BlockNumber(certified),
			executed: BlockNumber(executed),
		}
	}

	#[test]
	fn each_block_should_reach_each_stage_once() {
		let now = counters([5, 3, 3, 2]);
		let numbers = |stage| {
			let reached = reached(&counters([3, 3, 2, 0]), &now).into_iter();
			reached.filter(|(s, _)| *s == stage).map(|(_, number)| number.0).collect::<Vec<_>>()
		};
		assert_eq!(numbers(Stage::Committed), [4, 5]);
		assert_eq!(numbers(Stage::Proven), [0u64; 0]);
		assert_eq!(numbers(Stage::Certified), [3]);
		assert_eq!(numbers(Stage::Executed), [1, 2]);
	}

	#[test]
	fn counters_that_fall_back_should_reach_nothing() {
		assert_eq!(reached(&counters([5, 4, 3, 2]), &counters([4, 4, 3, 2])), []);
	}
}
