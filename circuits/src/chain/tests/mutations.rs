// SPDX-License-Identifier: Apache-2.0

//! Every single witness, changed on its own: ± 1, to zero, to one, to a random number.

use super::{
	forge::case,
	world::{A, World, at, circuit, create_pool, exit},
};
use crate::{
	chain::ChainWitness,
	r1cs::Shape,
	testing::{rows_of_columns, surviving_mutations},
};
use ligature_primitives::ids::Side;

/// The witnesses that may have another value while all others stay, by the first part of the region and
/// by a label of the constraints in which they stand; and why that is harmless.
const FREE: &[(&str, &str, &str)] = &[
	(
		"registers: load",
		"pool/slots ascend",
		"bits of an unused register's slot: which leaf it passes by. No cell can mark it, it shows nothing, \
		 and the leaf stays",
	),
	(
		"fees: tokens",
		"fee/summed under its token",
		"bits of a token in which no fee is summed: zero is added to a balance of the fee account, or to one of \
		 an account that does not exist",
	),
	("slot", "fee/the whole fee in one sum", "the mark of the sum that a fee of zero is added to"),
	("slot", "bits/zero test, inverse", "the inverse in a zero test of zero: any number serves"),
	(
		"slot",
		"signed/the least output of a swap is not zero",
		"the inverse of a limit of zero, in a cell that is no swap",
	),
	(
		"slot",
		"bits/select",
		"the transaction hash of an unsigned cell, in a signed one: the other is selected",
	),
];

/// Panics if a witness is free for no reason of the list. Gives how many are free for one.
fn check(name: &str, witness: &ChainWitness) -> usize {
	let shape = Shape::of(&circuit(witness));
	let matrices = &shape.matrices;
	let rows = rows_of_columns(&shape);
	let free = surviving_mutations(&shape);
	for column in &free {
		let places = rows[*column].iter();
		let places: Vec<_> =
			places.map(|row| (matrices.region(*row), matrices.label(*row).0)).collect();
		let has_reason = FREE.iter().any(|(region, label, _)| {
			let first = places.first().is_some_and(|place| place.0.starts_with(region));
			first && places.iter().any(|place| place.1 == *label)
		});
		assert!(has_reason, "{name}: column {column} is free, in {places:?}");
	}
	free.len()
}

#[test]
fn every_witness_of_the_smallest_circuits_should_be_bound() {
	for name in [
		"padding",
		"transfer",
		"withdrawal and deposit",
		"deposit with key to a new account",
		"key change of a new account",
		"two pools created",
		"swap within a chain",
		"first liquidity, side 0",
		"removal, side 0",
		"exit of shares",
	] {
		let free = check(name, &case(name).witness());
		println!("{name}: {free} free");
		assert!(free < 64, "{name}: {free}");
	}
}

#[test]
fn every_witness_of_a_block_should_be_bound() {
	let world = World::new();
	let operations = vec![
		world.transfer_new(100).into(),
		world.withdraw(100).into(),
		create_pool(4, Side::Zero, 510).into(),
		exit(A, 1, 1, 513, at(1)).into(),
	];
	for witness in world.try_block(operations).witnesses() {
		let free = check("block", &witness);
		println!("block: {free} free");
	}
}
