// SPDX-License-Identifier: Apache-2.0

//! What the tests of the gadgets share: attacks on a constraint system.

use crate::r1cs::{Builder, Circuit, Label, Shape};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};

/// A function as a circuit.
pub struct Gadget<F>(pub F);

impl<F: Fn(&mut Builder)> Circuit for Gadget<F> {
	fn name(&self) -> String {
		"a gadget alone".into()
	}

	fn synthesize(&self, builder: &mut Builder) {
		(self.0)(builder);
	}
}

/// A word, uniform but for a bias below 2^-256.
pub fn random_word(random: &mut ChaCha20Rng) -> Fr {
	let mut bytes = [0; 64];
	random.fill_bytes(&mut bytes);
	Fr::from_le_bytes_mod_order(&bytes)
}

/// For each column the constraints that it stands in.
pub fn rows_of_columns(shape: &Shape) -> Vec<Vec<usize>> {
	let matrices = &shape.matrices;
	let mut rows = vec![Vec::new(); matrices.columns()];
	for row in 0..matrices.constraints() {
		for matrix in [&matrices.a, &matrices.b, &matrices.c] {
			for (column, _) in matrix.row(row) {
				let rows: &mut Vec<usize> = &mut rows[*column as usize];
				if rows.last() != Some(&row) {
					rows.push(row);
				}
			}
		}
	}
	rows
}

/// The columns of witnesses that can have another value while all the rest stays: each is tried with
/// its value ± 1, with zero, one and a random number.
///
/// The assignment of the shape must be a valid one.
pub fn surviving_mutations(shape: &Shape) -> Vec<usize> {
	let matrices = &shape.matrices;
	assert_eq!(matrices.check(&shape.assignment), Ok(()), "starts from a valid witness");
	let mut random = ChaCha20Rng::from_seed([1; 32]);
	let mut z = shape.assignment.clone();
	let mut survivors = Vec::new();
	for (column, rows) in rows_of_columns(shape).iter().enumerate().skip(1 + matrices.inputs) {
		let honest = z[column];
		let mutations =
			[honest + Fr::ONE, honest - Fr::ONE, Fr::ZERO, Fr::ONE, random_word(&mut random)];
		let survives = mutations.into_iter().filter(|value| *value != honest).any(|value| {
			z[column] = value;
			rows.iter().all(|row| matrices.holds(*row, &z))
		});
		z[column] = honest;
		if survives {
			survivors.push(column);
		}
	}
	survivors
}

/// A witness that breaks one rule, and shows what it is there for: without the constraints of the label
/// it would pass.
pub struct Forgery {
	/// The rule that refuses it.
	pub label: Label,
	/// What the prover would gain.
	pub gain: &'static str,
	/// The circuit with the forged witness.
	pub shape: Shape,
}

impl Forgery {
	/// Runs a circuit with other values for some witnesses, named by their columns.
	pub fn new(
		label: Label,
		gain: &'static str,
		circuit: &impl Circuit,
		overrides: impl IntoIterator<Item = (usize, Fr)>,
	) -> Self {
		let shape = Shape::forged(circuit, &overrides.into_iter().collect());
		Self { label, gain, shape }
	}

	/// Panics unless the constraints of the label, and no others, refuse the witness.
	pub fn check(&self) {
		let matrices = &self.shape.matrices;
		let mut labels: Vec<Label> = (0..matrices.constraints())
			.filter(|row| !matrices.holds(*row, &self.shape.assignment))
			.map(|row| matrices.label(row))
			.collect();
		labels.dedup();
		assert_eq!(labels, [self.label], "{}", self.gain);
	}
}

/// A digest of matrices as the tests pin it.
pub fn hex(digest: &[u8; 32]) -> String {
	digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
