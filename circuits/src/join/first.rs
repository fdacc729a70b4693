// SPDX-License-Identifier: Apache-2.0

//! J5 for a pool without shares: the first liquidity pays its limits and mints the root of their product, of
//! which the pool locks [`MINIMUM_LIQUIDITY`] shares.
//!
//! With T the supply afterwards and u = x·y − T²: `T² ≤ x·y` is u ≥ 0, and `x·y < (T + 1)²` is
//! u ≤ 2T. Each of u and 2T − u is below 2^113 then, and is shown as a sum of two numbers of 112 bits:
//! such sums reach 2^113 − 2, and T, a root of a product below 2^224, is below 2^112.

use super::{
	kind::Kind,
	operation::{PairValue, Remainders, Terms},
};
use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ff::{BigInteger, Field, PrimeField};
use ligature_primitives::{amount::Amount, constants::MINIMUM_LIQUIDITY};

/// The pool has no shares.
pub const FIRST_SUPPLY: Label = Label("join/first supply");
/// The amounts are the limits.
pub const FIRST_AMOUNTS: Label = Label("join/first amounts");
/// `x·y`.
pub const FIRST_PRODUCT: Label = Label("join/first product");
/// `T² = x·y − u`.
pub const FIRST_ROOT: Label = Label("join/first root");
/// `u ≥ 0`.
pub const FIRST_LOWER: Label = Label("join/first root, lower bound");
/// `u ≤ 2T`.
pub const FIRST_UPPER: Label = Label("join/first root, upper bound");

/// The numbers of a first liquidity. Other kinds compute them, too, of numbers that mean nothing.
pub(super) struct First {
	/// `u = x·y − T²`.
	lower: Num,
	/// `2T − u`.
	upper: Num,
}

impl First {
	/// Computes u, by equations that always have a solution.
	pub fn compute(b: &mut Builder, terms: &Terms<'_>) -> Self {
		let [home, far] = terms.amounts;
		let product = b.product(FIRST_PRODUCT, home, far);
		let root = terms.shares + &Num::constant(Fr::from(MINIMUM_LIQUIDITY));
		let lower = b.witness(product.value() - root.value().square());
		b.enforce(FIRST_ROOT, &root, &root, &(product - &lower));
		let upper = root * Fr::from(2u64) - &lower;
		Self { lower, upper }
	}

	/// Both bounds, each as the sum of two numbers of 112 bits, the first one as large as it can be.
	pub fn pairs(&self, terms: &Terms<'_>) -> [PairValue; 2] {
		let first = terms.kinds.any(&[Kind::First]).value();
		[&self.lower, &self.upper].map(|bound| {
			let total = bound.value();
			let largest = Fr::from(Amount::MAX.get());
			let fits = total.into_bigint().num_bits() <= largest.into_bigint().num_bits();
			let lower = if fits { total } else { largest };
			PairValue { lower: first * lower, total: first * total }
		})
	}

	/// J5 of a first liquidity.
	pub fn constrain(&self, b: &mut Builder, terms: &Terms<'_>, [lower, upper]: &Remainders) {
		let first = terms.kinds.any(&[Kind::First]);
		let zero = Num::zero();
		b.enforce(FIRST_SUPPLY, &first, terms.supply, &zero);
		let [home, far] = terms.amounts;
		b.enforce(FIRST_AMOUNTS, &first, &(home - terms.limit_a), &zero);
		b.enforce(FIRST_AMOUNTS, &first, &(far - terms.limit_b), &zero);
		b.enforce(FIRST_LOWER, &first, &(&self.lower - &lower.total()), &zero);
		b.enforce(FIRST_UPPER, &first, &(&self.upper - &upper.total()), &zero);
	}
}
