// SPDX-License-Identifier: Apache-2.0

//! For every rule a forged witness that all other rules accept.

use super::{
	attacks::{alone, attacks},
	blocks::{
		LOCAL, POOL, Sketch, add, amount, every_kind, liquidity, operation, pool, publish, remove,
		swap,
	},
};
use crate::{
	join::{
		ABSENT, AMOUNT, CHAIN, CODE, COMMITMENT, COUNT, DIRECTION, EFFECTIVE_INPUT, EXCESS,
		FEE_ROUNDING, FIRST_PRODUCT, FIRST_ROOT, FIRST_SUPPLY, FOREIGN, JoinCircuit, JoinOperation,
		KIND, LOG_AFTER, LOG_BEFORE, ONE_CHAIN, PARAMETERS, PRODUCT, PUBLIC_INPUT, SWAP, WORTH,
		kind::Kind,
	},
	r1cs::{Label, Matrix, Shape},
	testing::Forgery,
};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::{
	amount::Amount,
	ids::{ChainId, Side},
	log::JointLog,
	op::CellCode,
	pool::{Liquidity, PoolParams},
	poseidon::{Domain, Word, hash},
};

/// A circuit and the witnesses that are to be forged.
struct Plan {
	circuit: JoinCircuit,
	honest: Shape,
	overrides: Vec<(usize, Fr)>,
}

/// Which row of a constraint.
#[derive(Clone, Copy)]
enum Row {
	A,
	B,
	C,
}

impl Plan {
	fn new(circuit: JoinCircuit) -> Self {
		let honest = Shape::of(&circuit);
		Self { circuit, honest, overrides: Vec::new() }
	}

	/// The columns in a row of the n-th constraint with this label, ascending.
	fn columns(&self, label: Label, nth: usize, row: Row) -> Vec<usize> {
		let matrices = &self.honest.matrices;
		let mut rows = (0..matrices.constraints()).filter(|row| matrices.label(*row) == label);
		let constraint = rows.nth(nth).expect("there are so many");
		let matrix: &Matrix = match row {
			Row::A => &matrices.a,
			Row::B => &matrices.b,
			Row::C => &matrices.c,
		};
		matrix.row(constraint).iter().map(|(column, _)| *column as usize).collect()
	}

	/// Forges the witness that was allocated last among those of a row.
	fn last(&mut self, label: Label, nth: usize, row: Row, value: Fr) {
		let column = *self.columns(label, nth, row).last().expect("there are terms");
		self.overrides.push((column, value));
	}

	/// Makes the first operation one of this kind, or of none.
	fn kind(&mut self, kind: Kind, is: bool) {
		let place = Kind::ALL.iter().position(|it| *it == kind).expect("one of all");
		let column = self.columns(KIND, 0, Row::A)[place];
		self.overrides.push((column, Fr::from(u64::from(is))));
	}

	/// Sends the half to the log of the chain at this place, or keeps it from there.
	fn here(&mut self, half: usize, place: usize, is: bool) {
		let columns = self.columns(ONE_CHAIN, half, Row::A);
		let bits = &columns[columns.len() - 4..];
		self.overrides.push((bits[place], Fr::from(u64::from(is))));
	}

	/// The numbers of 112 bits from this one on stay as they are, with their bits.
	fn keep_from(&mut self, first: Wide) {
		for nth in first as usize..WIDE {
			for column in self.columns(AMOUNT, nth, Row::A) {
				self.overrides.push((column, self.honest.assignment[column]));
			}
		}
	}

	fn done(self, label: Label, gain: &'static str) -> Forgery {
		Forgery::new(label, gain, &self.circuit, self.overrides)
	}
}

/// The numbers of 112 bits of an operation, in the order in which they are allocated.
#[derive(Clone, Copy)]
enum Wide {
	HomeBefore = 2,
	HomeAfter = 5,
	RemainderLower = 8,
	RemainderUpper = 9,
}

/// How many they are.
const WIDE: usize = 12;

const NONE: Amount = Amount::ZERO;

/// A swap of a pool without fee and with reserves of 1,000 that pays out `out` for `paid`.
fn bad_swap(paid: u128, out: u128) -> JoinOperation {
	operation(&Sketch {
		params: PoolParams { fee_bps: 0, ..POOL },
		codes: [CellCode::SwapIn, CellCode::SwapOut],
		before: [amount(1_000), amount(1_000)],
		amounts: [amount(paid), amount(out)],
		after: [amount(1_000 + paid), amount(1_000 - out)],
		supply: amount(1_000),
		shares: NONE,
		limits: [[amount(1), NONE], [NONE; 2]],
		tx: 1,
	})
}

/// A removal of a tenth of a pool that pays out nine tenths of side 0.
fn bad_removal() -> JoinOperation {
	operation(&Sketch {
		params: POOL,
		codes: [CellCode::RemoveShares, CellCode::RemoveOut1],
		before: [amount(1_000), amount(1_000)],
		amounts: [amount(900), amount(100)],
		after: [amount(100), amount(900)],
		supply: amount(5_000),
		shares: amount(500),
		limits: [[NONE; 2]; 2],
		tx: 1,
	})
}

/// A first liquidity of 4,000 and 9,000 that mints a million shares.
fn bad_first(supply: u128, shares: u128) -> JoinOperation {
	let amounts = [amount(4_000), amount(9_000)];
	operation(&Sketch {
		params: POOL,
		codes: [CellCode::AddIn0, CellCode::AddIn1],
		before: [amount(7); 2],
		amounts,
		after: [amount(4_007), amount(9_007)],
		supply: amount(supply),
		shares: amount(shares),
		limits: [amounts; 2],
		tx: 1,
	})
}

fn swaps() -> Vec<Forgery> {
	let mut forgeries = Vec::new();

	// The price of reserves of 1 and 1,999: 1 pays for 999.
	let mut plan = Plan::new(alone(bad_swap(1, 999)));
	plan.last(DIRECTION, 1, Row::C, Fr::from(1u64));
	forgeries.push(plan.done(DIRECTION, "a price of the trader's choice"));

	// 1 counts as 1,000.
	let mut plan = Plan::new(alone(bad_swap(1, 500)));
	let effective = plan.columns(EFFECTIVE_INPUT, 0, Row::C)[0];
	plan.overrides.push((effective, Fr::from(1_000u64)));
	forgeries.push(plan.done(EFFECTIVE_INPUT, "more counted than was paid"));

	// 100 at no fee: a0 = 100 and ρ = 0, or 99 and 10^4; 1000·1000/1099 = 909.9…
	let mut plan = Plan::new(alone(bad_swap(100, 90)));
	let columns = plan.columns(EFFECTIVE_INPUT, 0, Row::C);
	plan.overrides.push((columns[0], Fr::from(99u64)));
	for (bit, column) in columns[1..].iter().enumerate() {
		plan.overrides.push((*column, Fr::from(10_000u64 >> bit & 1)));
	}
	assert_eq!(columns.len(), 15);
	forgeries.push(plan.done(FEE_ROUNDING, "less counted than was paid"));

	let mut plan = Plan::new(alone(bad_swap(1, 999)));
	plan.last(PRODUCT, 0, Row::C, Fr::from(1_001u64));
	forgeries.push(plan.done(PRODUCT, "a pool emptied by a wrong product"));

	let mut plan = Plan::new(alone(bad_swap(1, 999)));
	plan.last(SWAP, 0, Row::C, Fr::ZERO);
	forgeries.push(plan.done(SWAP, "a pool emptied by a wrong remainder"));

	// rem = −1,000·1,000 + 1,001 as it is, and its bound with it.
	let mut plan = Plan::new(alone(bad_swap(1, 999)));
	let remainder = Fr::from(1_001u64) - Fr::from(1_000_000u64);
	plan.last(AMOUNT, Wide::RemainderLower as usize, Row::A, remainder);
	forgeries.push(plan.done(AMOUNT, "a pool emptied with a negative remainder"));

	// The reserve that makes 1,000·r wrap around: r0 = a0·(1,000 − a1)/a1 in the field.
	let mut plan = Plan::new(alone(bad_swap(1, 999)));
	let before = Fr::from(999u64).inverse().expect("not 0");
	plan.last(AMOUNT, Wide::HomeBefore as usize, Row::A, before);
	plan.last(AMOUNT, Wide::HomeAfter as usize, Row::A, before + Fr::ONE);
	plan.last(AMOUNT, Wide::RemainderUpper as usize, Row::A, before);
	let foreign = plan.columns(FOREIGN, 1, Row::A)[0];
	plan.overrides.push((foreign, before + Fr::ONE));
	publish_words(&mut plan, |words, side| match side {
		Side::Zero => words[0] += before - Fr::from(1_000u64),
		Side::One => words[1] += before + Fr::ONE - Fr::from(1_001u64),
	});
	forgeries.push(plan.done(AMOUNT, "a pool emptied by reserves whose product overflows"));
	forgeries
}

/// Sets the public logs to those of the only operation, with other words.
fn publish_words(plan: &mut Plan, change: impl Fn(&mut [Word; 6], Side)) {
	let JoinOperation { home, far } = plan.circuit.witness.operations[0].clone();
	let mut logs = plan.circuit.witness.chains.map(|_| Word::ZERO);
	for (entry, side) in [(home, Side::Zero), (far, Side::One)] {
		let mut words = entry.words();
		change(&mut words, side);
		for (log, public) in logs.iter_mut().zip(&plan.circuit.witness.chains) {
			if public.chain == entry.params.chain(side) {
				*log = hash(Domain::JOINT_LOG, &[&[*log][..], &words].concat());
			}
		}
	}
	for (log, public) in logs.into_iter().zip(&mut plan.circuit.witness.chains) {
		public.commitment = log;
	}
}

fn liquidities() -> Vec<Forgery> {
	let mut forgeries = Vec::new();

	let mut plan = Plan::new(alone(bad_removal()));
	plan.last(WORTH, 0, Row::C, Fr::from(900u64 * 5_000));
	forgeries.push(plan.done(WORTH, "shares paid above their worth by a wrong product"));

	let mut plan = Plan::new(alone(bad_removal()));
	plan.last(EXCESS, 0, Row::C, Fr::ZERO);
	forgeries.push(plan.done(EXCESS, "shares paid above their worth by a wrong excess"));

	// T = 6,000.
	let mut plan = Plan::new(alone(bad_first(5_000_000, 5_000)));
	plan.kind(Kind::Add, false);
	plan.kind(Kind::First, true);
	forgeries.push(plan.done(FIRST_SUPPLY, "shares at the first price in a pool that has some"));

	let mut plan = Plan::new(alone(bad_first(0, 1_000_000)));
	plan.last(FIRST_PRODUCT, 0, Row::C, Fr::from(1_001_000u64).square());
	forgeries.push(plan.done(FIRST_PRODUCT, "any number of first shares by a wrong product"));

	let mut plan = Plan::new(alone(bad_first(0, 1_000_000)));
	plan.last(FIRST_ROOT, 0, Row::C, Fr::ZERO);
	forgeries.push(plan.done(FIRST_ROOT, "any number of first shares by a wrong root"));
	forgeries
}

fn kinds() -> Vec<Forgery> {
	let mut forgeries = Vec::new();

	// A removal's home half with an exit's far half.
	let mut mixed = remove(POOL, pool(), 12_345, Some(1));
	mixed.far.code = CellCode::ExitOut1;
	let mut plan = Plan::new(alone(mixed));
	plan.kind(Kind::Remove, true);
	plan.here(0, 0, true);
	plan.here(1, 1, true);
	forgeries.push(plan.done(CODE, "halves of two operations"));

	// A removal that is an exit, too, and is appended to the logs of two chains of one id.
	let mut circuit = alone(remove(LOCAL, pool(), 12_345, Some(1)));
	for public in &mut circuit.witness.chains[..2] {
		(public.chain, public.count) = (ChainId(5), 2);
	}
	let mut plan = Plan::new(circuit);
	plan.kind(Kind::Exit, true);
	let codes = [Kind::Remove, Kind::Exit].map(|kind| kind.codes().map(|code| code.number()));
	let sum = |side: usize| Fr::from(codes[0][side]) + Fr::from(codes[1][side]);
	for side in [0, 1] {
		plan.last(CODE, side, Row::A, sum(side));
		plan.here(side, 1, true);
	}
	// Of one kind, not of the sum of two.
	plan.keep_from(Wide::RemainderLower);
	publish_words(&mut plan, |words, side| {
		let exit = codes[1][usize::from(side.number())];
		words[0] += Fr::from(exit) * Fr::from(2u64).pow([224]);
	});
	forgeries.push(plan.done(KIND, "an operation of two kinds, in two logs"));
	forgeries
}

fn logs() -> Vec<Forgery> {
	let mut forgeries = Vec::new();
	let one = || swap(POOL, pool(), Side::Zero, 12_345_678, 1);

	// Both halves in the log of chain 2, which so has the one that chain 5 never did.
	let mut circuit = alone(one());
	let mut log = JointLog::default();
	let JoinOperation { home, far } = &circuit.witness.operations[0];
	log.append(home);
	let home_log = log.commitment;
	log.append(far);
	circuit.witness.chains[0].count = log.count;
	circuit.witness.chains[0].commitment = log.commitment;
	(circuit.witness.chains[1].count, circuit.witness.chains[1].commitment) = (0, Fr::ZERO);
	let mut plan = Plan::new(circuit);
	plan.here(1, 1, false);
	plan.here(1, 0, true);
	plan.last(LOG_BEFORE, 4, Row::B, home_log);
	forgeries.push(plan.done(CHAIN, "a half in the log of a chain that it does not name"));

	// Nothing is appended although there is an operation.
	let mut circuit = alone(one());
	for public in &mut circuit.witness.chains {
		(public.count, public.commitment) = (0, Fr::ZERO);
	}
	let mut plan = Plan::new(circuit);
	plan.here(0, 0, false);
	plan.here(1, 1, false);
	forgeries.push(plan.done(ONE_CHAIN, "an operation in no log"));

	// Padding appends an entry to the log of chain 2, which it names.
	let mut circuit = alone(one());
	circuit.witness.operations.clear();
	let named = Fr::from(2u64);
	let e3 = named * Fr::from(2u64).pow([112]);
	let entry = [Fr::ZERO, Fr::ZERO, Fr::ZERO, Fr::ZERO, e3, Fr::ZERO, Fr::ZERO];
	let [first, second, ..] = &mut circuit.witness.chains;
	(first.count, first.commitment) = (1, hash(Domain::JOINT_LOG, &entry));
	(second.count, second.commitment) = (0, Fr::ZERO);
	let mut plan = Plan::new(circuit);
	plan.here(0, 0, true);
	plan.last(CHAIN, 0, Row::B, named);
	plan.last(PARAMETERS, 0, Row::A, named);
	forgeries.push(plan.done(ONE_CHAIN, "padding with an effect"));

	// The second operation's entry stands on an empty log: the first one is forgotten.
	let mut circuit = alone(one());
	circuit.witness.operations.push(swap(POOL, pool(), Side::One, 5_000, 2));
	let mut log = JointLog::default();
	log.append(&circuit.witness.operations[1].home);
	publish(&mut circuit.witness);
	circuit.witness.chains[0].commitment = log.commitment;
	let mut plan = Plan::new(circuit);
	plan.last(LOG_BEFORE, 8, Row::B, Fr::ZERO);
	forgeries.push(plan.done(LOG_BEFORE, "an operation that is in no log any more"));

	// The only entry of chain 2 leaves no trace.
	let mut circuit = alone(one());
	circuit.witness.chains[0].commitment = Fr::ZERO;
	let mut plan = Plan::new(circuit);
	plan.last(LOG_AFTER, 0, Row::C, Fr::ZERO);
	forgeries.push(plan.done(LOG_AFTER, "an operation that leaves no trace"));
	forgeries
}

fn public() -> Vec<Forgery> {
	let mut forgeries = Vec::new();
	let honest = every_kind();

	let mut circuit = honest.clone();
	circuit.witness.chains[0].count += 1;
	forgeries.push(Plan::new(circuit).done(COUNT, "a log longer than it is"));

	let mut circuit = honest.clone();
	circuit.witness.chains[0].commitment = Fr::from(5u64);
	forgeries.push(Plan::new(circuit).done(COMMITMENT, "any log, without operations"));

	let mut operation = swap(POOL, pool(), Side::Zero, 12_345_678, 1);
	operation.home.params.chain1 = ChainId(0);
	operation.far.params.chain1 = ChainId(0);
	let mut circuit = alone(operation);
	circuit.witness.chains[2].count = 1;
	let mut log = JointLog::default();
	log.append(&circuit.witness.operations[0].far);
	circuit.witness.chains[2].commitment = log.commitment;
	forgeries.push(Plan::new(circuit).done(ABSENT, "a half on a chain that is not there"));

	let mut forgery = Plan::new(honest).done(PUBLIC_INPUT, "the proof of another block");
	forgery.shape.assignment[1] += Fr::ONE;
	forgeries.push(forgery);
	forgeries
}

/// For every label of the join at least one.
pub(crate) fn forgeries() -> Vec<Forgery> {
	let by_values = attacks()
		.into_iter()
		.map(|attack| Forgery::new(attack.label, attack.gain, &attack.circuit, []));
	by_values
		.chain(swaps())
		.chain(liquidities())
		.chain(kinds())
		.chain(logs())
		.chain(public())
		.collect()
}

#[test]
fn each_rule_should_be_needed() {
	let forgeries = forgeries();
	forgeries.iter().for_each(Forgery::check);
	let mut forged: Vec<Label> = forgeries.iter().map(|forgery| forgery.label).collect();
	forged.sort_unstable();
	forged.dedup();
	let labels = Shape::of(&every_kind()).matrices.labels().into_iter().map(|(label, _)| label);
	let own: Vec<Label> = labels.filter(|label| label.0.starts_with("join/")).collect();
	assert_eq!(forged, own);
}

/// The circuits that the forgeries start from are those of honest values in all that is not forged.
#[test]
fn honest_relatives_of_the_forgeries_should_be_accepted() {
	for honest in [
		swap(PoolParams { fee_bps: 0, ..POOL }, liquidity(1_000, 1_000, 1_000), Side::Zero, 100, 1),
		remove(POOL, liquidity(1_000, 1_000, 5_000), 500, Some(1)),
		add(POOL, Liquidity::default(), 1, [4_000, 9_000], 1),
	] {
		let shape = Shape::of(&alone(honest));
		assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
	}
}
