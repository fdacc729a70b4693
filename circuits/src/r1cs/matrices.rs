// SPDX-License-Identifier: Apache-2.0

//! The matrices of a constraint system, kept small.

use super::num::Variable;
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use blake2::{Blake2b, Digest, digest::consts::U32};
use std::{collections::HashMap, fmt};

/// The gadget and the rule that a constraint stands for, as `gadget/rule`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub &'static str);

impl fmt::Display for Label {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.0)
	}
}

impl fmt::Debug for Label {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.0)
	}
}

/// A sparse matrix by rows: 8 bytes for an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
	/// Row i holds the entries `starts[i]..starts[i + 1]`.
	starts: Vec<u32>,
	/// Column and number of the coefficient in the dictionary.
	entries: Vec<(u32, u32)>,
}

impl Matrix {
	/// Number of entries.
	pub fn entries(&self) -> usize {
		self.entries.len()
	}

	/// The columns of a row with the numbers of their coefficients.
	pub fn row(&self, row: usize) -> &[(u32, u32)] {
		&self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
	}
}

/// The constraints `A·z ∘ B·z = C·z` over `z = (1, inputs, witnesses)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrices {
	/// The left factors.
	pub a: Matrix,
	/// The right factors.
	pub b: Matrix,
	/// The products.
	pub c: Matrix,
	/// The coefficients, each once.
	dictionary: Vec<Fr>,
	/// Public inputs, without the constant one.
	pub inputs: usize,
	/// Witnesses.
	pub witnesses: usize,
	/// The labels in the order in which they first came.
	labels: Vec<Label>,
	/// Per constraint, the number of its label.
	label_of: Vec<u16>,
	/// Where each region begins, ascending.
	regions: Vec<(u32, String)>,
}

/// The first constraint that a witness does not satisfy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the witness does not satisfy `{label}` in {region} (constraint {constraint})")]
pub struct Unsatisfied {
	/// Number of the constraint.
	pub constraint: usize,
	/// The rule that does not hold.
	pub label: Label,
	/// Where.
	pub region: String,
}

impl Matrices {
	/// Number of constraints.
	pub fn constraints(&self) -> usize {
		self.label_of.len()
	}

	/// Columns: the constant one, inputs and witnesses.
	pub fn columns(&self) -> usize {
		1 + self.inputs + self.witnesses
	}

	/// A coefficient of the dictionary.
	pub fn coefficient(&self, number: u32) -> &Fr {
		&self.dictionary[number as usize]
	}

	/// The scalar product of a row with `z`.
	pub fn product(&self, matrix: &Matrix, row: usize, z: &[Fr]) -> Fr {
		let mut sum = Fr::ZERO;
		for (column, coefficient) in matrix.row(row) {
			let value = &z[*column as usize];
			// The dictionary begins with one: most entries are.
			sum += if *coefficient == 0 {
				*value
			} else {
				*value * self.dictionary[*coefficient as usize]
			};
		}
		sum
	}

	/// Whether one constraint holds.
	pub fn holds(&self, constraint: usize, z: &[Fr]) -> bool {
		self.product(&self.a, constraint, z) * self.product(&self.b, constraint, z)
			== self.product(&self.c, constraint, z)
	}

	/// Checks all constraints.
	///
	/// # Errors
	///
	/// The first that does not hold.
	pub fn check(&self, z: &[Fr]) -> Result<(), Unsatisfied> {
		match (0..self.constraints()).find(|constraint| !self.holds(*constraint, z)) {
			None => Ok(()),
			Some(constraint) => Err(Unsatisfied {
				constraint,
				label: self.label(constraint),
				region: self.region(constraint).to_owned(),
			}),
		}
	}

	/// The label of a constraint.
	pub fn label(&self, constraint: usize) -> Label {
		self.labels[usize::from(self.label_of[constraint])]
	}

	/// The region of a constraint.
	pub fn region(&self, constraint: usize) -> &str {
		let after = self.regions.partition_point(|(start, _)| *start as usize <= constraint);
		after.checked_sub(1).map_or("the circuit", |region| &self.regions[region].1)
	}

	/// All labels with the number of constraints that carry each, in the order of the labels.
	pub fn labels(&self) -> Vec<(Label, usize)> {
		let mut counts = vec![0; self.labels.len()];
		for label in &self.label_of {
			counts[usize::from(*label)] += 1;
		}
		let mut labels: Vec<_> = self.labels.iter().copied().zip(counts).collect();
		labels.sort_unstable();
		labels
	}

	/// The regions with the number of constraints of each, in the order of the circuit.
	pub fn regions(&self) -> Vec<(&str, usize)> {
		let ends = self.regions.iter().skip(1).map(|(start, _)| *start as usize);
		self.regions
			.iter()
			.zip(ends.chain([self.constraints()]))
			.map(|((start, name), end)| (name.as_str(), end - *start as usize))
			.collect()
	}

	/// BLAKE2b-256 over sizes, entries and coefficients: tells one statement from another. Labels and
	/// regions do not enter.
	pub fn digest(&self) -> [u8; 32] {
		let mut hasher = Blake2b::<U32>::new_with_prefix(b"ligature/r1cs/1");
		for size in [self.inputs, self.witnesses, self.constraints()] {
			hasher.update((size as u64).to_be_bytes());
		}
		let dictionary: Vec<Vec<u8>> =
			self.dictionary.iter().map(|c| c.into_bigint().to_bytes_le()).collect();
		for matrix in [&self.a, &self.b, &self.c] {
			for row in 0..self.constraints() {
				let entries = matrix.row(row);
				hasher.update((entries.len() as u32).to_be_bytes());
				for (column, coefficient) in entries {
					hasher.update(column.to_be_bytes());
					hasher.update(&dictionary[*coefficient as usize]);
				}
			}
		}
		hasher.finalize().into()
	}
}

/// Puts [`Matrices`] together, constraint by constraint.
#[derive(Debug)]
pub struct MatrixBuilder {
	matrices: Matrices,
	numbers: HashMap<Fr, u32>,
	label_numbers: HashMap<Label, u16>,
}

impl MatrixBuilder {
	/// Nothing yet, with so many public inputs.
	pub fn new(inputs: usize) -> Self {
		let empty = || Matrix { starts: vec![0], entries: Vec::new() };
		let matrices = Matrices {
			a: empty(),
			b: empty(),
			c: empty(),
			dictionary: vec![Fr::ONE],
			inputs,
			witnesses: 0,
			labels: Vec::new(),
			label_of: Vec::new(),
			regions: Vec::new(),
		};
		Self { matrices, numbers: HashMap::from([(Fr::ONE, 0)]), label_numbers: HashMap::new() }
	}

	/// Constraints that follow belong to this region.
	pub fn region(&mut self, name: String) {
		let start = self.matrices.label_of.len() as u32;
		self.matrices.regions.push((start, name));
	}

	/// One more constraint; the terms of each row name a variable once, in ascending order.
	pub fn constraint(
		&mut self,
		label: Label,
		a: &[(Variable, Fr)],
		b: &[(Variable, Fr)],
		c: &[(Variable, Fr)],
	) {
		let next = self.matrices.labels.len() as u16;
		let number = *self.label_numbers.entry(label).or_insert_with(|| {
			self.matrices.labels.push(label);
			next
		});
		self.matrices.label_of.push(number);
		let Self { matrices, numbers, .. } = self;
		let rows = [(&mut matrices.a, a), (&mut matrices.b, b), (&mut matrices.c, c)];
		for (matrix, terms) in rows {
			for (variable, coefficient) in terms {
				let next = matrices.dictionary.len() as u32;
				let number = *numbers.entry(*coefficient).or_insert_with(|| {
					matrices.dictionary.push(*coefficient);
					next
				});
				matrix.entries.push((variable.0, number));
			}
			matrix.starts.push(matrix.entries.len() as u32);
		}
	}

	/// The matrices, for so many witnesses.
	pub fn finish(mut self, witnesses: usize) -> Matrices {
		self.matrices.witnesses = witnesses;
		self.matrices
	}
}
