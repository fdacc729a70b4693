// SPDX-License-Identifier: Apache-2.0

//! The same constraint system for arkworks: to generate keys with its generator, and to compare with
//! its prover.

use super::{
	builder::{Circuit, assignment},
	matrices::{Matrices, Matrix},
};
use ark_bls12_381::Fr;
use ark_relations::gr1cs::{
	ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};

/// A circuit with its matrices, as arkworks wants it.
#[derive(Debug)]
pub struct ArkCircuit<'a, C> {
	/// The statement and its witness.
	pub circuit: &'a C,
	/// Its constraints.
	pub matrices: &'a Matrices,
}

impl<C: Circuit> ConstraintSynthesizer<Fr> for ArkCircuit<'_, C> {
	fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
		let Self { circuit, matrices } = self;
		let z = assignment(circuit);
		let inputs = 1 + matrices.inputs;
		let mut variables = Vec::with_capacity(z.len());
		variables.push(Variable::One);
		for value in &z[1..inputs] {
			variables.push(cs.new_input_variable(|| Ok(*value))?);
		}
		for value in &z[inputs..] {
			variables.push(cs.new_witness_variable(|| Ok(*value))?);
		}
		let combination = |matrix: &Matrix, row: usize| {
			let terms = matrix.row(row).iter();
			LinearCombination(
				terms
					.map(|(column, c)| (*matrices.coefficient(*c), variables[*column as usize]))
					.collect(),
			)
		};
		for row in 0..matrices.constraints() {
			cs.enforce_r1cs_constraint(
				|| combination(&matrices.a, row),
				|| combination(&matrices.b, row),
				|| combination(&matrices.c, row),
			)?;
		}
		Ok(())
	}
}
