// SPDX-License-Identifier: Apache-2.0

//! Sizes and digests, and which witnesses are free.

use super::blocks::{class, every_kind};
use crate::{
	gadgets::bits::NOT_ZERO,
	join::{JoinCircuit, JoinWitness},
	r1cs::{Matrices, Matrix, Shape},
	testing::{hex, surviving_mutations},
};

fn empty(number: u8) -> Matrices {
	Shape::of(&JoinCircuit { class: class(number), witness: JoinWitness::default() }).matrices
}

/// Constraints outside the operations: 112 bits of network, version and number, 32 of chain ids, four
/// tests for zero, three comparisons for each chain, a hash of nine words, the public input.
const FIXED: usize = 112 + 32 + 4 * 2 + 4 * 3 + 897 + 1;
/// Constraints of a joint operation.
const OPERATION: usize = 2_912;

#[test]
fn size_should_be_as_stated() {
	for number in [0, 1, 2] {
		let capacity = class(number).capacity() as usize;
		assert_eq!(empty(number).constraints(), FIXED + capacity * OPERATION, "class {number}");
	}
	let matrices = empty(1);
	let entries = [&matrices.a, &matrices.b, &matrices.c].map(Matrix::entries);
	assert_eq!(entries, [53_979, 74_462, 21_435]);
}

#[test]
fn matrices_should_not_depend_on_values() {
	let honest = Shape::of(&every_kind());
	assert_eq!(honest.matrices.check(&honest.assignment), Ok(()));
	let empty = empty(1);
	assert_eq!(honest.matrices.digest(), empty.digest());
	assert_eq!(honest.matrices, empty, "labels and regions too");
	assert_eq!(
		hex(&empty.digest()),
		"aa42e8f95196303ef1112d92cd363655e7e4d82906976ee31116f9c2b4d2e5e6"
	);
}

/// A witness that can have another value while all others stay is named here: the inverse in the test
/// of an absent chain's id for zero.
#[test]
fn every_mutated_witness_should_be_rejected() {
	let shape = Shape::of(&every_kind());
	let matrices = &shape.matrices;
	let survivors = surviving_mutations(&shape);
	assert_eq!(survivors.len(), 2, "two of four chains are absent");
	for column in survivors {
		let stands_in = |row: &usize| {
			let rows = [&matrices.a, &matrices.b, &matrices.c].map(|matrix| matrix.row(*row));
			rows.into_iter().flatten().any(|(it, _)| *it as usize == column)
		};
		let rows: Vec<usize> = (0..matrices.constraints()).filter(stands_in).collect();
		assert_eq!(rows.iter().map(|row| matrices.label(*row)).collect::<Vec<_>>(), [NOT_ZERO]);
	}
}
