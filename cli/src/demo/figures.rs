// SPDX-License-Identifier: Apache-2.0

//! The numbers of the report, and how they stand in tables.

use std::collections::BTreeMap;

use ligature_circuits::{
	chain::{ChainCircuit, ChainWitness},
	join::JoinCircuit,
	r1cs::Shape,
};
use ligature_operator_api::{BlockInfo, StageTimes};
use ligature_primitives::constants::{JoinClass, SizeClass};
use serde::Serialize;

use super::{
	tape::{Order, USDT, WETH},
	trades::Done,
	watch::last,
};

/// The stages of a block on a chain, in their order.
pub const STAGES: [&str; 4] = ["committed", "proven", "certified", "executed"];

/// A block of the rollup. Times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockFigures {
	/// Its number.
	pub number: u64,
	/// Operations, requests included.
	pub operations: u32,
	/// Of these, on two chains.
	pub joint: u32,
	/// Slots of the circuits of both halves.
	pub slots: [u32; 2],
	/// Capacity of the join.
	pub join_slots: u32,
	/// Constraints of all its circuits.
	pub constraints: usize,
	/// From its first commit, or from the proofs of the block before if those came later, until all its proofs were
	/// there: provers work on one block at a time.
	pub proving: Option<f64>,
	/// When it was built, after the beginning of the demo.
	pub built: f64,
	/// When each chain reached each stage, after it was built.
	pub stages: [[Option<f64>; 2]; 4],
}

impl BlockFigures {
	/// How long it spent on its way to each stage, by the chain that came last.
	pub fn spans(&self) -> Option<[f64; 4]> {
		let mut before = 0.0;
		let mut spans = [0.0; 4];
		for (span, stage) in spans.iter_mut().zip(&self.stages) {
			let at = stage[0]?.max(stage[1]?);
			// One chain may be a stage ahead of the other.
			*span = (at - before).max(0.0);
			before = before.max(at);
		}
		Some(spans)
	}
}

/// A trade. Prices are USDT for one WETH.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TradeFigures {
	/// Its number on the tape.
	pub order: usize,
	/// Its block.
	pub block: u64,
	/// Who.
	pub trader: &'static str,
	/// What was sold.
	pub sells: &'static str,
	/// How much, in smallest units.
	pub amount: String,
	/// What came out, in smallest units.
	pub out: String,
	/// The price elsewhere.
	pub reference: f64,
	/// The pool's price afterwards.
	pub price: f64,
}

/// Least, median and most of something.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
	/// The least.
	pub min: f64,
	/// In the middle.
	pub median: f64,
	/// The most.
	pub max: f64,
}

impl Spread {
	/// Of these numbers; none if there are none.
	pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
		let mut sorted: Vec<_> = numbers.into_iter().collect();
		sorted.sort_by(f64::total_cmp);
		let (min, max) = (*sorted.first()?, *sorted.last()?);
		let half = sorted.len() / 2;
		let median = match sorted.len() % 2 {
			1 => sorted[half],
			_ => (sorted[half - 1] + sorted[half]) / 2.0,
		};
		Some(Self { min, median, max })
	}
}

/// The numbers of the blocks. `began` is the beginning of the demo in milliseconds since 1970.
pub fn blocks(blocks: &[BlockInfo], began: u64) -> Vec<BlockFigures> {
	let circuits = Constraints::of(blocks);
	let after =
		|time: Option<u64>, start: u64| time.map(|time| (time as f64 - start as f64) / 1_000.0);
	let mut proven_before = None;
	let figures = |block: &BlockInfo| {
		let part = |place: usize| block.chains.get(place);
		let stage = |of: fn(&StageTimes) -> Option<u64>| {
			[0, 1].map(|place| part(place).and_then(|chain| after(of(&chain.times), block.built)))
		};
		let slots = [0, 1].map(|place| part(place).map_or(0, |chain| chain.slots));
		let first = block.chains.iter().filter_map(|chain| chain.times.committed).min();
		let begun = first.map(|first| proven_before.map_or(first, |before| first.max(before)));
		proven_before = block.proofs.or(proven_before);
		BlockFigures {
			number: block.number,
			operations: block.operations,
			joint: block.joint,
			slots,
			join_slots: block.join_slots,
			constraints: circuits.sum(slots, block.join_slots),
			proving: begun.and_then(|begun| after(block.proofs, begun)),
			built: after(Some(block.built), began).unwrap_or_default(),
			stages: [
				stage(|times| times.committed),
				stage(|times| times.proven),
				stage(|times| times.certified),
				stage(|times| times.executed),
			],
		}
	};
	blocks.iter().map(figures).collect()
}

/// The numbers of the trades, in the order in which they were executed.
pub fn trades(done: &[Done], tape: &[Order]) -> Vec<TradeFigures> {
	let figures = |trade: &Done| {
		let order = tape.get(trade.order)?;
		Some(TradeFigures {
			order: trade.order + 1,
			block: trade.block,
			trader: order.trader.name(),
			sells: order.sells.symbol(),
			amount: order.amount.to_string(),
			out: trade.out.to_string(),
			reference: order.reference as f64 / 100.0,
			price: trade.market.price() * (WETH / USDT) as f64,
		})
	};
	done.iter().filter_map(figures).collect()
}

/// When all chains had executed a block, after another time; both in milliseconds.
pub fn executed_after(block: &BlockInfo, start: u64) -> Option<f64> {
	let executed = last(block, |times| times.executed)?;
	Some((executed as f64 - start as f64) / 1_000.0)
}

/// Constraints of the circuits that blocks have used, by slots.
struct Constraints {
	halves: BTreeMap<u32, usize>,
	joins: BTreeMap<u32, usize>,
}

impl Constraints {
	/// Writes each circuit down once; that takes a second for the middle class.
	fn of(blocks: &[BlockInfo]) -> Self {
		let mut this = Self { halves: BTreeMap::new(), joins: BTreeMap::new() };
		for block in blocks {
			for slots in block.chains.iter().map(|chain| chain.slots) {
				this.halves.entry(slots).or_insert_with(|| half(slots));
			}
			this.joins.entry(block.join_slots).or_insert_with(|| join(block.join_slots));
		}
		this
	}

	fn sum(&self, slots: [u32; 2], join_slots: u32) -> usize {
		let halves = slots.iter().filter_map(|slots| self.halves.get(slots));
		halves.sum::<usize>() + self.joins.get(&join_slots).copied().unwrap_or_default()
	}
}

fn half(slots: u32) -> usize {
	let class = SizeClass::ALL.into_iter().find(|class| class.capacity() == slots);
	class.filter(|class| !class.is_empty()).map_or(0, |class| {
		let witness = &ChainWitness::padding(class);
		Shape::of(&ChainCircuit { witness }).matrices.constraints()
	})
}

fn join(slots: u32) -> usize {
	let class = JoinClass::ALL.into_iter().find(|class| class.capacity() == slots);
	class.filter(|class| !class.is_empty()).map_or(0, |class| {
		Shape::of(&JoinCircuit { class, ..JoinCircuit::default() }).matrices.constraints()
	})
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use ligature_operator_api::{BlockChain, Hash32};

	fn block(slots: [u32; 2], join_slots: u32) -> BlockInfo {
		let chain = |chain: u8, slots, late: u64| BlockChain {
			chain,
			slots,
			data_length: 1,
			requests: 0,
			root: Hash32([0; 32]),
			times: StageTimes {
				committed: Some(12_000 + late),
				proven: Some(40_000 + late),
				certified: Some(50_000 - late),
				executed: Some(53_000),
			},
		};
		BlockInfo {
			number: 7,
			hash: Hash32([0; 32]),
			final_root: Hash32([0; 32]),
			timestamp: 10,
			built: 10_000,
			transactions: Vec::new(),
			operations: 5,
			joint: 4,
			join_slots,
			proofs: Some(37_500),
			chains: vec![chain(1, slots[0], 0), chain(2, slots[1], 500)],
		}
	}

	#[test]
	fn a_block_should_be_measured_from_when_it_was_built() {
		let figures = &blocks(&[block([0, 0], 0)], 4_000)[0];
		assert_eq!((figures.built, figures.constraints), (6.0, 0));
		assert_eq!(figures.proving, Some(25.5));
		assert_eq!(figures.stages[0], [Some(2.0), Some(2.5)]);
		assert_eq!(figures.stages[2], [Some(40.0), Some(39.5)]);
		assert_eq!(figures.spans(), Some([2.5, 28.0, 9.5, 3.0]));
		assert_eq!(executed_after(&block([0, 0], 0), 3_000), Some(50.0));

		// The provers came to the next one only when this one was done.
		let mut next = block([0, 0], 0);
		next.proofs = Some(60_000);
		let both = blocks(&[block([0, 0], 0), next], 0);
		assert_eq!((both[0].proving, both[1].proving), (Some(25.5), Some(22.5)));

		let mut open = block([0, 0], 0);
		open.chains[1].times.executed = None;
		open.proofs = None;
		assert_eq!(executed_after(&open, 0), None);
		let figures = &blocks(&[open], 0)[0];
		assert_eq!((figures.spans(), figures.proving), (None, None));
	}

	#[test]
	fn constraints_should_be_those_of_the_circuits() {
		let figures = &blocks(&[block([8, 0], 8)], 0)[0];
		// docs/prover.md has the number for the half of 8 slots.
		assert_eq!(half(8), 153_411);
		assert_eq!(figures.constraints, 153_411 + join(8));
		assert!(join(8) > 10_000);
	}

	#[test]
	fn the_median_should_be_in_the_middle() {
		assert_eq!(Spread::of([]), None);
		let spread = |min, median, max| Some(Spread { min, median, max });
		assert_eq!(Spread::of([3.0]), spread(3.0, 3.0, 3.0));
		assert_eq!(Spread::of([5.0, 1.0, 2.0]), spread(1.0, 2.0, 5.0));
		assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]), spread(1.0, 3.0, 9.0));
	}
}
