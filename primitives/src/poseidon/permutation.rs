// SPDX-License-Identifier: Apache-2.0

//! The permutation, with its partial rounds as a linear recurrence.
//!
//! A partial round has one S-box, so between two S-boxes everything is linear. Call `σ_k` the input
//! of the S-box of partial round k and `y_k = σ_k^5` its output. The other T − 1 positions are a
//! linear system with D = T − 1 unknowns that only the `y` enter, so by Cayley–Hamilton its
//! output satisfies a recurrence of order D whose coefficients are the same in every round:
//!
//! ```text
//! σ_{k+1} = κ_{k+1} + Σ_{i<D} α_i·σ_{k−i} + Σ_{j≤D} β_j·y_{k−j}
//! ```
//!
//! That is 2T − 1 products and one reduction for a round, the state is never computed within the
//! partial rounds, and the tables have a hundred words. (The usual way, a sparse matrix for each
//! round, takes 2T − 1 products as well, but T reductions, and 2T − 1 words of table per round.)
//!
//! The S-boxes' inputs and outputs stand on a *tape* in the order of their time,
//!
//! ```text
//! y_{−D} σ_{−D+1} … y_{−1} σ_0 y_0 σ_1 y_1 … y_{P−1} σ_P
//! ```
//!
//! so that a round reads one window of 2T − 1 neighbours. What stands before `σ_0` is a past that
//! would have led to the present state: the last full round's S-box outputs are `y_{−1}` and the other
//! positions before the matrix, the older `y` are zero, and the older `σ` follow from running the
//! linear system backwards. The last window gives the state back.

use super::{
	Word,
	constants::{RECURRENCE_3, RECURRENCE_5, WIDTH_3, WIDTH_5},
	dot::dot,
};
use ark_ff::{AdditiveGroup, Field};

/// Full rounds before the partial ones, and as many after them.
const HALF_FULL_ROUNDS: usize = 4;

/// The definition of a permutation of width `T`: per round, add constants, apply `x^5` (in partial
/// rounds to position 0 only), multiply with the matrix; four full rounds, the partial ones, four
/// full rounds.
#[derive(Debug)]
pub struct Parameters<const T: usize> {
	/// One row per round, full and partial.
	pub round_constants: &'static [[Word; T]],
	/// The matrix, by rows.
	pub mds: [[Word; T]; T],
}

impl<const T: usize> Parameters<T> {
	/// Number of full rounds, half of them at either end.
	pub const FULL_ROUNDS: usize = 2 * HALF_FULL_ROUNDS;

	/// Number of partial rounds.
	pub const fn partial_rounds(&self) -> usize {
		self.round_constants.len() - Self::FULL_ROUNDS
	}
}

/// What the partial rounds need; `W` = 2·`T` − 1. All of it is derived from [`Parameters`].
pub(super) struct Recurrence<const T: usize, const W: usize> {
	/// Row j, for j = 0 … T − 2, gives `σ_{−j}` from the S-box outputs of the last full round.
	pub(super) past: &'static [[Word; T]],
	/// The coefficients of a round's window.
	pub(super) step: [Word; W],
	/// `κ_1 … κ_P`.
	pub(super) step_constants: &'static [Word],
	/// The positions 1 … T − 1 of the state over the last window; position 0 is its last word.
	pub(super) present: &'static [[Word; W]],
	/// What is added to them, the constants of the full round that follows included.
	pub(super) present_constants: &'static [Word],
}

#[inline(always)]
fn sbox(x: &Word) -> Word {
	x.square().square() * x
}

/// The S-boxes and the matrix of a full round, then the constants of the next round.
#[inline(always)]
fn full_round<const T: usize>(state: &mut [Word; T], mds: &[[Word; T]; T], next: &[Word; T]) {
	let outputs = state.each_ref().map(sbox);
	for i in 0..T {
		state[i] = dot(&mds[i], &outputs, &next[i]);
	}
}

/// `LEN` = 2·(T − 1 + P) is the length of the tape.
#[inline(always)]
fn permute<const T: usize, const W: usize, const LEN: usize>(
	state: &mut [Word; T],
	parameters: &Parameters<T>,
	recurrence: &Recurrence<T, W>,
) {
	const { assert!(W == 2 * T - 1) };
	let Parameters { round_constants, mds } = parameters;

	for (word, constant) in state.iter_mut().zip(&round_constants[0]) {
		*word += constant;
	}
	for next in &round_constants[1..HALF_FULL_ROUNDS] {
		full_round(state, mds, next);
	}

	// Index 2·(D + k) holds `y_k`, the one below it `σ_k`.
	let mut tape = [Word::ZERO; LEN];
	let present = 2 * (T - 1);
	let outputs = state.each_ref().map(sbox);
	tape[present - 2] = outputs[0];
	tape[present - 1] = dot(&recurrence.past[0], &outputs, &round_constants[HALF_FULL_ROUNDS][0]);
	for (j, row) in recurrence.past.iter().enumerate().skip(1) {
		tape[present - 1 - 2 * j] = dot(row, &outputs, &Word::ZERO);
	}
	for (k, constant) in recurrence.step_constants.iter().enumerate() {
		let output = present + 2 * k;
		tape[output] = sbox(&tape[output - 1]);
		let window = tape[2 * k..].first_chunk().expect("2·k + W ≤ LEN − 1 for k < P; qed");
		tape[output + 1] = dot(window, &recurrence.step, constant);
	}
	let window = tape.last_chunk().expect("W < LEN; qed");
	state[0] = tape[LEN - 1];
	for (i, row) in recurrence.present.iter().enumerate() {
		state[i + 1] = dot(window, row, &recurrence.present_constants[i]);
	}

	for next in &round_constants[round_constants.len() - (HALF_FULL_ROUNDS - 1)..] {
		full_round(state, mds, next);
	}
	full_round(state, mds, &[Word::ZERO; T]);
}

/// The permutation of width 3.
pub fn permute3(state: &mut [Word; 3]) {
	permute::<3, 5, { 2 * (2 + 57) }>(state, &WIDTH_3, &RECURRENCE_3);
}

/// The permutation of width 5.
pub fn permute5(state: &mut [Word; 5]) {
	permute::<5, 9, { 2 * (4 + 60) }>(state, &WIDTH_5, &RECURRENCE_5);
}
