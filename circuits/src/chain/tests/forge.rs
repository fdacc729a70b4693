// SPDX-License-Identifier: Apache-2.0

//! Forging witnesses of the chain circuit.

use super::world::{Case, cases, circuit};
use crate::{
	chain::{BalanceVisit, ChainWitness, FeeWitness, Script, overlay::Working},
	r1cs::{Label, Matrices, Shape, forged_assignment},
	testing::rows_of_columns,
};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::ids::TokenId;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::LazyLock,
};

/// The circuits of one to three pairs of slots.
static FRAMES: LazyLock<Vec<Frame>> = LazyLock::new(|| {
	let mut padding = case("padding");
	let frames = (1..=3).map(|pairs| {
		padding.pairs = pairs;
		let shape = Shape::of(&circuit(&padding.witness()));
		Frame { rows: rows_of_columns(&shape), matrices: shape.matrices }
	});
	frames.collect()
});

static CASES: LazyLock<Vec<Case>> = LazyLock::new(cases);

/// A case of the world.
pub fn case(name: &str) -> Case {
	CASES.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}")).clone()
}

/// Constraints, and where each column stands in them.
struct Frame {
	matrices: Matrices,
	rows: Vec<Vec<usize>>,
}

impl Frame {
	/// The constraints of a label in the regions whose name contains `region`.
	fn of_label(&self, label: Label, region: &str) -> Vec<usize> {
		let matrices = &self.matrices;
		(0..matrices.constraints())
			.filter(|row| matrices.label(*row) == label && matrices.region(*row).contains(region))
			.collect()
	}

	/// The columns of a constraint's factor without the constant one.
	fn columns(&self, row: usize, factor: Factor) -> Vec<usize> {
		let matrix = match factor {
			Factor::A => &self.matrices.a,
			Factor::B => &self.matrices.b,
			Factor::C => &self.matrices.c,
		};
		matrix.row(row).iter().map(|entry| entry.0 as usize).filter(|column| *column > 0).collect()
	}

	/// The labels of the constraints that do not hold, if `honest` is satisfied.
	fn violated(&self, honest: &[Fr], forged: &[Fr]) -> BTreeSet<Label> {
		let changed = (0..honest.len()).filter(|column| honest[*column] != forged[*column]);
		let rows: BTreeSet<usize> =
			changed.flat_map(|column| &self.rows[column]).copied().collect();
		let violated = rows.into_iter().filter(|row| !self.matrices.holds(*row, forged));
		violated.map(|row| self.matrices.label(row)).collect()
	}
}

/// One of the three sums of a constraint.
#[derive(Clone, Copy, Debug)]
enum Factor {
	A,
	B,
	C,
}

/// A place in a constraint.
#[derive(Clone, Copy, Debug)]
pub struct Place {
	factor: Factor,
	/// From the first column, or, if negative, from behind.
	at: isize,
}

/// The column at this place of the left factor.
pub const fn a(at: isize) -> Place {
	Place { factor: Factor::A, at }
}

/// The column at this place of the right factor.
pub const fn b(at: isize) -> Place {
	Place { factor: Factor::B, at }
}

/// The column at this place of the product.
pub const fn c(at: isize) -> Place {
	Place { factor: Factor::C, at }
}

/// What a witness is changed to.
#[derive(Clone, Copy, Debug)]
pub enum To {
	/// This value.
	Value(Fr),
	/// So much more than the circuit gives it.
	More(i64),
	/// The other bit.
	Flipped,
	/// What it is in the honest witness.
	Honest,
}

/// The witness in a place of the n-th constraint of a label in a region.
#[derive(Clone, Copy, Debug)]
pub struct Change {
	label: &'static str,
	region: &'static str,
	row: usize,
	place: Place,
	to: To,
}

/// A forged witness.
#[derive(Clone)]
pub struct Forgery {
	pub label: &'static str,
	/// What the prover would gain.
	pub gain: &'static str,
	honest: ChainWitness,
	/// What the prover claims to know.
	pub witness: ChainWitness,
	/// Whether the public input is the honest witness's: that of the header on the chain.
	against_header: bool,
	changes: Vec<Change>,
}

impl Forgery {
	/// Nothing forged yet.
	pub fn of(case: &Case) -> Self {
		let witness = case.witness();
		let honest = witness.clone();
		let changes = Vec::new();
		Self { label: "", gain: "", honest, witness, against_header: false, changes }
	}

	/// The rule that refuses it, and what the prover would gain.
	pub fn named(self, label: &'static str, gain: &'static str) -> Self {
		Self { label, gain, ..self }
	}

	/// Changes a witness of the circuit.
	pub fn set(
		mut self,
		label: &'static str,
		region: &'static str,
		row: usize,
		place: Place,
		to: To,
	) -> Self {
		self.changes.push(Change { label, region, row, place, to });
		self
	}

	/// The proof is for the header of the honest witness.
	pub fn against_header(self) -> Self {
		Self { against_header: true, ..self }
	}

	/// Changes what the prover claims to know.
	pub fn claim(mut self, change: impl FnOnce(&mut ChainWitness)) -> Self {
		change(&mut self.witness);
		self
	}

	/// The labels of the constraints that refuse it.
	pub fn violated(&self) -> BTreeSet<Label> {
		let frame = &FRAMES[self.witness.slots.len() / 2 - 1];
		let honest = forged_assignment(&circuit(&self.honest), BTreeMap::new());
		assert_eq!(frame.matrices.check(&honest), Ok(()), "{} begins honest", self.label);
		let claimed = forged_assignment(&circuit(&self.witness), BTreeMap::new());
		let overrides = self.changes.iter().map(|change| {
			let Change { label, region, row, place, to } = change;
			let rows = frame.of_label(Label(label), region);
			assert!(rows.len() > *row, "{label} in {region}: {} constraints", rows.len());
			let columns = frame.columns(rows[*row], place.factor);
			let at = if place.at < 0 { columns.len() as isize + place.at } else { place.at };
			let column = columns[at as usize];
			let value = match to {
				To::Value(value) => *value,
				To::More(by) => claimed[column] + Fr::from(*by),
				To::Flipped => Fr::ONE - claimed[column],
				To::Honest => honest[column],
			};
			(column, value)
		});
		let mut forged = forged_assignment(&circuit(&self.witness), overrides.collect());
		if self.against_header {
			forged[1] = honest[1];
		}
		frame.violated(&honest, &forged)
	}
}

/// A case whose script is dishonest from the beginning.
pub fn script(name: &str, change: impl FnOnce(&mut Script)) -> Forgery {
	let honest = case(name);
	let mut dishonest = honest.clone();
	change(&mut dishonest.script);
	Forgery { honest: honest.witness(), ..Forgery::of(&dishonest) }
}

/// Credits these sums to the fee account of a case, which nothing else in the case visits.
pub fn pay_fees(case: &Case, witness: &mut ChainWitness, sums: &[(u16, i64)]) {
	let account = witness.fee_account.index;
	let mut balances = Working::balances(&case.before, account);
	let mut sums = sums.to_vec();
	sums.resize(witness.fees.len(), (0, 0));
	for (fee, (token, sum)) in witness.fees.iter_mut().zip(sums) {
		let index = u32::from(token);
		let before = balances.leaf(index);
		let siblings = balances.siblings(index);
		*fee = FeeWitness { balance: BalanceVisit { token: TokenId(token), before, siblings } };
		balances.set(index, before + Fr::from(sum));
	}
}

/// Looks for one witness in a constraint of the label that can be changed so that the label's constraints, and
/// no others, refuse what follows. Gives where it stands.
pub fn search(label: Label, case: &Case) -> Option<String> {
	let frame = &FRAMES[case.pairs - 1];
	let witness = case.witness();
	let statement = circuit(&witness);
	let honest = forged_assignment(&statement, BTreeMap::new());
	assert_eq!(frame.matrices.check(&honest), Ok(()), "{}", case.name);
	let rows = frame.of_label(label, "");
	// What comes last has the least behind it.
	for row in rows.iter().rev().take(8) {
		let columns = [Factor::C, Factor::B, Factor::A].map(|factor| frame.columns(*row, factor));
		let columns: BTreeSet<usize> =
			columns.iter().flat_map(|it| it.iter().rev().take(12)).copied().collect();
		for column in columns.into_iter().filter(|column| *column > 1).rev() {
			let value = honest[column];
			let values = if value == Fr::ZERO || value == Fr::ONE {
				[Fr::ONE - value, value - Fr::ONE]
			} else {
				[value + Fr::ONE, Fr::ZERO]
			};
			for forged in values.into_iter().filter(|forged| *forged != value) {
				let z = forged_assignment(&statement, [(column, forged)].into());
				if frame.violated(&honest, &z) == [label].into() {
					return Some(format!("{} in {}", frame.matrices.region(*row), case.name));
				}
			}
		}
	}
	None
}

/// The labels of the circuit, without those of gadgets.
pub fn own_labels() -> BTreeSet<Label> {
	let own = ["account/", "cell/", "fee/", "pair/", "pool/", "public/", "signed/"];
	let labels = FRAMES[0].matrices.labels().into_iter().map(|(label, _)| label);
	labels.filter(|label| own.iter().any(|prefix| label.0.starts_with(prefix))).collect()
}
