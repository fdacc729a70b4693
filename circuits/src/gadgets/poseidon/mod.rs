// SPDX-License-Identifier: Apache-2.0

//! Poseidon: the same function as [`ligature_primitives::poseidon::hash`].
//!
//! An S-box `x^5` takes three constraints: `x·x = x²`, `x²·x² = x⁴`, `x⁴·x = x⁵`. Everything else is
//! linear and takes none: the input of an S-box is one combination of earlier outputs. What is known
//! when the circuit is written, the capacity and the positions without a word, costs nothing in the
//! first round.
//!
//! | words | width | permutations | constraints |
//! |---|---|---|---|
//! | n = 1, 2 | 3 | 1 | 3·81 − 3 − 3·(2 − n) |
//! | n ≥ 3 | 5 | ⌈n/4⌉ | 300·⌈n/4⌉ − 3, and 3 less if n = 3 |
//!
//! # Few entries
//!
//! The combinations of the partial rounds have at most six terms, see `partial`: a hash of four words
//! has 8.7 entries of the matrices for a constraint, where outputs as variables would lead to 29.
//!
//! A prover pays most for the distinct columns of B, the right factors, because they enter a product in
//! the larger group. An S-box's combination has to be a right factor in its square, and one of its
//! own powers in the fourth; the fifth uses the combination again. So two of the three witnesses of
//! an S-box stand in B, which is the least: `x⁴` would be a third.

mod partial;
#[cfg(test)]
pub(crate) mod tests;

use self::partial::PartialRounds;
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::poseidon::{Domain, Parameters, WIDTH_3, WIDTH_5};
use std::{array, collections::VecDeque, sync::LazyLock};

/// `x·x = x²` of an S-box.
pub const SQUARE: Label = Label("poseidon/square");
/// `x²·x² = x⁴` of an S-box.
pub const FOURTH: Label = Label("poseidon/fourth power");
/// `x⁴·x = x⁵` of an S-box.
pub const FIFTH: Label = Label("poseidon/fifth power");

static PARTIAL_3: LazyLock<PartialRounds> = LazyLock::new(|| PartialRounds::new(&WIDTH_3));
static PARTIAL_5: LazyLock<PartialRounds> = LazyLock::new(|| PartialRounds::new(&WIDTH_5));

/// The width of the permutation for one or two words.
const SHORT: usize = 3;

/// The width of the permutation for longer inputs, which takes one word less at a time.
const LONG: usize = 5;

/// What stands in a position of the state.
#[derive(Clone)]
enum Position {
	/// A value that is part of the circuit.
	Known(Fr),
	/// A value that depends on the witness.
	Open(Num),
}

/// The hash of a fixed number of words: a combination of five terms at most.
///
/// # Panics
///
/// If there is no word; the protocol hashes none nowhere.
pub fn hash(b: &mut Builder, domain: Domain, words: &[Num]) -> Num {
	assert!(!words.is_empty(), "a hash has at least one word");
	let length = words.len() as u64;
	let capacity = Fr::from(u128::from(domain.value()) | u128::from(length) << 64);
	if words.len() < SHORT {
		let state = first_state::<SHORT>(capacity, words);
		let outputs = permute(b, state, &WIDTH_3, &PARTIAL_3);
		return row(b, &WIDTH_3.mds[1], &outputs, Fr::ZERO);
	}
	let mut chunks = words.chunks(LONG - 1);
	let first = chunks.next().unwrap_or_default();
	let mut outputs = permute(b, first_state::<LONG>(capacity, first), &WIDTH_5, &PARTIAL_5);
	for chunk in chunks {
		let state = array::from_fn(|i| {
			let mut position = row(b, &WIDTH_5.mds[i], &outputs, Fr::ZERO);
			if let Some(word) = i.checked_sub(1).and_then(|i| chunk.get(i)) {
				position += word;
			}
			Position::Open(position)
		});
		outputs = permute(b, state, &WIDTH_5, &PARTIAL_5);
	}
	row(b, &WIDTH_5.mds[1], &outputs, Fr::ZERO)
}

/// The capacity, then the words, then zeros.
fn first_state<const T: usize>(capacity: Fr, words: &[Num]) -> [Position; T] {
	array::from_fn(|i| match i.checked_sub(1) {
		None => Position::Known(capacity),
		Some(i) => words.get(i).cloned().map_or(Position::Known(Fr::ZERO), Position::Open),
	})
}

/// `constant + Σ coefficient·num`.
fn row(b: &Builder, coefficients: &[Fr], nums: &[Num], constant: Fr) -> Num {
	b.combination(constant, coefficients.iter().copied().zip(nums))
}

/// The permutation up to the matrix of the last round: its S-boxes' outputs.
fn permute<const T: usize>(
	b: &mut Builder,
	state: [Position; T],
	parameters: &Parameters<T>,
	partial: &PartialRounds,
) -> [Num; T] {
	let Parameters { round_constants, mds } = parameters;
	let half = Parameters::<T>::FULL_ROUNDS / 2;

	let mut position = 0;
	let mut outputs = state.map(|word| {
		let constant = round_constants[0][position];
		position += 1;
		match word {
			Position::Known(value) => b.combination((value + constant).pow([5]), []),
			Position::Open(word) => {
				let input = b.combination(constant, [(Fr::ONE, &word)]);
				fifth_power(b, &input)
			},
		}
	});
	for constants in &round_constants[1..half] {
		let inputs = array::from_fn(|i| row(b, &mds[i], &outputs, constants[i]));
		outputs = full_round(b, inputs);
	}

	let inputs = partial_rounds(b, &outputs, &mds[0], partial);
	outputs = full_round(b, inputs);
	for constants in &round_constants[round_constants.len() - (half - 1)..] {
		let inputs = array::from_fn(|i| row(b, &mds[i], &outputs, constants[i]));
		outputs = full_round(b, inputs);
	}
	outputs
}

/// The S-boxes of a full round.
fn full_round<const T: usize>(b: &mut Builder, inputs: [Num; T]) -> [Num; T] {
	inputs.map(|input| fifth_power(b, &input))
}

/// From the S-box outputs of the full round before the partial ones to the inputs of the S-boxes of
/// the full round after them.
fn partial_rounds<const T: usize>(
	b: &mut Builder,
	outputs: &[Num; T],
	first_row: &[Fr; T],
	partial: &PartialRounds,
) -> [Num; T] {
	// The last `w`, the newest first.
	let mut memory: VecDeque<Num> =
		partial.past.iter().map(|past| row(b, past, outputs, Fr::ZERO)).collect();
	let mut input = row(b, first_row, outputs, partial.constants[0]);
	for constant in &partial.constants[1..] {
		let fourth = fourth_power(b, &input);
		let feedback = b.combination(Fr::ZERO, partial.feedback.iter().copied().zip(&memory));
		let newest = b.witness(fourth.value() * input.value() + feedback.value());
		b.enforce(FIFTH, &fourth, &input, &(&newest - &feedback));

		memory.push_front(newest);
		input = b.combination(*constant, partial.next.iter().copied().zip(&memory));
		memory.pop_back();
	}
	array::from_fn(|i| match i.checked_sub(1) {
		None => input.clone(),
		Some(i) => {
			b.combination(partial.rest_constants[i], partial.rest[i].iter().copied().zip(&memory))
		},
	})
}

fn fourth_power(b: &mut Builder, input: &Num) -> Num {
	let square = b.product(SQUARE, input, input);
	b.product(FOURTH, &square, &square)
}

fn fifth_power(b: &mut Builder, input: &Num) -> Num {
	let fourth = fourth_power(b, input);
	b.product(FIFTH, &fourth, input)
}
