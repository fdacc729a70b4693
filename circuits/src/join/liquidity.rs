// SPDX-License-Identifier: Apache-2.0

//! J5 for a pool with shares, and J6: what is paid for shares is their part of both reserves, rounded
//! for the pool.

use super::{
	kind::Kind,
	operation::{PairValue, Remainders, Terms},
};
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::Field;

/// `s·r`.
pub const WORTH: Label = Label("join/worth of shares");
/// `x·S = s·r + δ`.
pub const EXCESS: Label = Label("join/excess over the worth");
/// AddLiquidity: δ is not negative.
pub const ADD_ROUNDING: Label = Label("join/rounding up");
/// RemoveLiquidity: −δ is not negative.
pub const REMOVE_ROUNDING: Label = Label("join/rounding down");
/// δ is below the supply in size. A pool without shares has no such δ.
pub const ROUNDING_BOUND: Label = Label("join/bound of the rounding");

const REMOVES: [Kind; 2] = [Kind::Remove, Kind::Exit];
const ALL: [Kind; 3] = [Kind::Add, Kind::Remove, Kind::Exit];

/// The numbers of shares for amounts. Other kinds compute them, too, of numbers that mean nothing.
pub(super) struct Liquidity {
	/// `x·S − s·r` of both sides.
	excess: [Num; 2],
}

impl Liquidity {
	/// Computes both δ, by equations that always have a solution.
	pub fn compute(b: &mut Builder, terms: &Terms<'_>) -> Self {
		let sides = [0, 1].map(|side| (terms.amounts[side], terms.before[side]));
		let excess = sides.map(|(amount, before)| {
			let worth = b.product(WORTH, terms.shares, before);
			let paid = amount.value() * terms.supply.value();
			let excess = b.witness(paid - worth.value());
			b.enforce(EXCESS, amount, terms.supply, &(worth + &excess));
			excess
		});
		Self { excess }
	}

	/// |δ|, and the largest that it can be.
	pub fn pairs(&self, terms: &Terms<'_>) -> [PairValue; 2] {
		let add = terms.kinds.any(&[Kind::Add]).value();
		let remove = terms.kinds.any(&REMOVES).value();
		let total = (add + remove) * (terms.supply.value() - Fr::ONE);
		self.excess
			.each_ref()
			.map(|excess| PairValue { lower: (add - remove) * excess.value(), total })
	}

	/// `0 ≤ |δ| < S` with the sign of the kind, of both sides.
	pub fn constrain(&self, b: &mut Builder, terms: &Terms<'_>, remainders: &Remainders) {
		let add = terms.kinds.any(&[Kind::Add]);
		let remove = terms.kinds.any(&REMOVES);
		let any = terms.kinds.any(&ALL);
		let largest = terms.supply - &Num::one();
		for (excess, pair) in self.excess.iter().zip(remainders) {
			b.enforce(ADD_ROUNDING, &add, &(excess - &pair.lower), &Num::zero());
			b.enforce(REMOVE_ROUNDING, &remove, &(excess + &pair.lower), &Num::zero());
			b.enforce(ROUNDING_BOUND, &any, &(&largest - &pair.total()), &Num::zero());
		}
	}
}
