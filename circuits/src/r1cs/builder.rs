// SPDX-License-Identifier: Apache-2.0

//! Writing a circuit down.

use super::{
	matrices::{Label, Matrices, MatrixBuilder},
	num::{Num, Variable},
};
use ark_bls12_381::Fr;
use ark_ff::Field;
use std::collections::BTreeMap;

/// A statement with one public input, and a witness for it.
pub trait Circuit {
	/// Names the statement in files, errors and tables.
	fn name(&self) -> String;

	/// Allocates and constrains everything, and says what the public input is.
	fn synthesize(&self, builder: &mut Builder);
}

/// Every circuit has one public input: the hash of all that is public.
const INPUTS: usize = 1;

/// What [`Circuit::synthesize`] writes into.
#[derive(Debug)]
pub struct Builder {
	/// The constant one, the public input, the witnesses.
	z: Vec<Fr>,
	matrices: Option<MatrixBuilder>,
	/// Witnesses that get another value than the circuit gives them: forgeries, in tests.
	overrides: BTreeMap<usize, Fr>,
}

/// A constraint system and the assignment that it was written down with.
#[derive(Clone, Debug)]
pub struct Shape {
	/// The constraints.
	pub matrices: Matrices,
	/// `(1, inputs, witnesses)`; satisfies the constraints if the circuit's witness is a valid one.
	pub assignment: Vec<Fr>,
}

impl Shape {
	/// Writes a circuit down.
	pub fn of(circuit: &(impl Circuit + ?Sized)) -> Self {
		Self::forged(circuit, &BTreeMap::new())
	}

	/// As [`of`](Self::of), but the witnesses named by their columns get these values instead, and all that the
	/// circuit computes from them follows: what a dishonest prover would try.
	pub fn forged(circuit: &(impl Circuit + ?Sized), overrides: &BTreeMap<usize, Fr>) -> Self {
		let mut builder = Builder::new(Some(MatrixBuilder::new(INPUTS)), overrides.clone());
		circuit.synthesize(&mut builder);
		let Builder { z, matrices, .. } = builder;
		let matrices = matrices.expect("was made with one; qed").finish(z.len() - 1 - INPUTS);
		Self { matrices, assignment: z }
	}
}

/// The values of all columns: `(1, inputs, witnesses)`. Whether they satisfy the constraints is not looked at.
pub fn assignment(circuit: &(impl Circuit + ?Sized)) -> Vec<Fr> {
	forged_assignment(circuit, BTreeMap::new())
}

/// The values of all columns as of [`Shape::forged`].
pub(crate) fn forged_assignment(
	circuit: &(impl Circuit + ?Sized),
	overrides: BTreeMap<usize, Fr>,
) -> Vec<Fr> {
	let mut builder = Builder::new(None, overrides);
	circuit.synthesize(&mut builder);
	builder.z
}

impl Builder {
	fn new(matrices: Option<MatrixBuilder>, overrides: BTreeMap<usize, Fr>) -> Self {
		Self { z: vec![Fr::ONE, Fr::from(0u64)], matrices, overrides }
	}

	/// Constraints that follow belong to this place of the circuit.
	pub fn region(&mut self, name: impl FnOnce() -> String) {
		if let Some(matrices) = &mut self.matrices {
			matrices.region(name());
		}
	}

	/// Allocates a witness. It is constrained by nothing yet.
	pub fn witness(&mut self, value: Fr) -> Num {
		let index = self.z.len();
		let value = match self.overrides.get(&index) {
			Some(forged) => *forged,
			None => value,
		};
		self.z.push(value);
		self.variable(index, value)
	}

	fn variable(&self, index: usize, value: Fr) -> Num {
		let terms = if self.matrices.is_some() {
			let variable = Variable(u32::try_from(index).expect("fewer than 2^32 variables; qed"));
			vec![(variable, Fr::ONE)]
		} else {
			Vec::new()
		};
		Num { value, terms }
	}

	/// `constant + Σ coefficient·num`. Where only values are wanted it allocates nothing, as a sum with
	/// a [`Num::constant`] would.
	pub fn combination<'a>(
		&self,
		constant: Fr,
		terms: impl IntoIterator<Item = (Fr, &'a Num)>,
	) -> Num {
		let mut sum = match self.matrices {
			Some(_) => Num::constant(constant),
			None => Num { value: constant, terms: Vec::new() },
		};
		for (coefficient, num) in terms {
			sum.add_scaled(coefficient, num);
		}
		sum
	}

	/// Enforces `a·b = c`.
	pub fn enforce(&mut self, label: Label, a: &Num, b: &Num, c: &Num) {
		if let Some(matrices) = &mut self.matrices {
			matrices.constraint(label, &a.compact(), &b.compact(), &c.compact());
		}
	}

	/// Enforces `a = b`.
	pub fn equal(&mut self, label: Label, a: &Num, b: &Num) {
		self.enforce(label, &(a - b), &Num::one(), &Num::zero());
	}

	/// Enforces `a = 0`.
	pub fn is_zero(&mut self, label: Label, a: &Num) {
		self.enforce(label, a, &Num::one(), &Num::zero());
	}

	/// The product of two numbers: one witness, one constraint.
	pub fn product(&mut self, label: Label, a: &Num, b: &Num) -> Num {
		let product = self.witness(a.value() * b.value());
		self.enforce(label, a, b, &product);
		product
	}

	/// Makes a number the circuit's public input. To be called once.
	pub fn public_input(&mut self, label: Label, num: &Num) {
		self.z[1] = num.value();
		let input = self.variable(1, num.value());
		self.equal(label, &input, num);
	}

	/// The number of columns so far; the next witness gets this one.
	pub fn columns(&self) -> usize {
		self.z.len()
	}
}
