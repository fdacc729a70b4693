// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	r1cs::{Matrices, Matrix, Shape, assignment},
	testing::{Forgery, Gadget, hex, surviving_mutations},
};
use ark_ff::PrimeField;
use ligature_primitives::poseidon::hash as native;
use proptest::prelude::*;

/// The hash of these words, which are its first witnesses.
fn circuit(words: Vec<Fr>) -> Gadget<impl Fn(&mut Builder)> {
	Gadget(move |b: &mut Builder| {
		let words: Vec<Num> = words.iter().map(|word| b.witness(*word)).collect();
		let hash = hash(b, Domain::KEY, &words);
		b.public_input(Label("test/output"), &hash);
	})
}

fn words(length: usize) -> impl Strategy<Value = Vec<Fr>> {
	let word = prop_oneof![
		4 => any::<[u8; 64]>().prop_map(|bytes| Fr::from_le_bytes_mod_order(&bytes)),
		1 => any::<u64>().prop_map(Fr::from),
		1 => Just(-Fr::ONE),
	];
	proptest::collection::vec(word, length)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn hash_should_equal_the_native_one(words in (1usize..14).prop_flat_map(words)) {
		let shape = Shape::of(&circuit(words.clone()));
		prop_assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
		prop_assert_eq!(shape.assignment[1], native(Domain::KEY, &words));
		prop_assert_eq!(assignment(&circuit(words)), shape.assignment);
	}
}

fn sizes(matrices: &Matrices) -> (usize, [usize; 3]) {
	let entries = [&matrices.a, &matrices.b, &matrices.c].map(Matrix::entries);
	(matrices.constraints(), entries)
}

#[test]
fn size_should_be_as_stated() {
	// The public input takes one constraint and up to seven entries of its own.
	for length in 1..=12 {
		let shape = Shape::of(&circuit(vec![Fr::ZERO; length]));
		let expected = match length {
			1 => 237,
			2 => 240,
			3 => 294,
			_ => 300 * length.div_ceil(4) - 3,
		};
		assert_eq!(shape.matrices.constraints(), expected + 1, "{length} words");
	}
	assert_eq!(sizes(&Shape::of(&circuit(vec![Fr::ZERO; 2])).matrices), (241, [478, 709, 357]));
	assert_eq!(sizes(&Shape::of(&circuit(vec![Fr::ZERO; 4])).matrices), (298, [783, 1258, 547]));
}

#[test]
fn two_of_three_witnesses_should_be_right_factors() {
	let shape = Shape::of(&circuit(vec![Fr::ZERO; 4]));
	let matrices = &shape.matrices;
	let mut in_b: Vec<u32> = (0..matrices.constraints())
		.flat_map(|row| matrices.b.row(row).iter().map(|(column, _)| *column))
		.collect();
	in_b.sort_unstable();
	in_b.dedup();
	// 99 S-boxes with two each, without the outputs of the last five; the words and the constant.
	assert_eq!(in_b.len(), 99 * 2 - 5 + 4 + 1);
}

#[test]
fn matrices_should_not_depend_on_values() {
	let digests = |word: u64| {
		[2, 4, 9]
			.map(|length| hex(&Shape::of(&circuit(vec![Fr::from(word); length])).matrices.digest()))
	};
	assert_eq!(digests(0), digests(7));
	assert_eq!(
		digests(0),
		[
			"50bdc6fa33e0e6c864f57e803e6876cd3088014a28c4aebfbe183355e35a2ae3",
			"a1bd3e42712719ed6188ca4d6526d42202b4fb58a56b24701cfd7800d59f676e",
			"495ee6c4afd36bcb7945e3724b7c90c1fdd09f4edaf9d6c9cb5a6f4c4e9e7349",
		]
	);
}

#[test]
fn every_mutated_witness_should_be_rejected() {
	for length in [1, 2, 3, 4, 6] {
		let shape = Shape::of(&circuit((1..=length as u64).map(Fr::from).collect()));
		assert_eq!(surviving_mutations(&shape), Vec::<usize>::new());
	}
}

/// One for each label: a wrong power leads to a hash of the prover's choice.
pub(crate) fn forgeries() -> Vec<Forgery> {
	let circuit = circuit(vec![Fr::from(1), Fr::from(2)]);
	// The witnesses are the words, then three for each S-box.
	let forge = |label, gain, column: usize| {
		let honest = Shape::of(&circuit).assignment[column];
		Forgery::new(label, gain, &circuit, [(column, honest + Fr::ONE)])
	};
	vec![
		forge(SQUARE, "another hash by a wrong square", 4),
		forge(FOURTH, "another hash by a wrong fourth power", 4 + 3 * 11 + 1),
		forge(FIFTH, "another hash by a wrong output of a full round", 4 + 2),
		forge(FIFTH, "another hash by a wrong output of a partial round", 4 + 3 * 40 + 2),
	]
}

#[test]
fn each_rule_should_be_needed() {
	let honest = native(Domain::KEY, &[Fr::from(1), Fr::from(2)]);
	for forgery in forgeries() {
		forgery.check();
		assert_ne!(forgery.shape.assignment[1], honest, "{}", forgery.gain);
	}
}
