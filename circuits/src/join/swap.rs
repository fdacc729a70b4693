// SPDX-License-Identifier: Apache-2.0

//! J4: a swap keeps the product of the reserves, with the remainder that integers leave.

use super::{
	kind::Kind,
	operation::{PairValue, Remainders, Terms, selected},
};
use crate::{
	gadgets::bits::number,
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::{BigInt, Field, PrimeField};
use ligature_primitives::constants::BPS;

/// `a·(10^4 − fee) = a0·10^4 + ρ`.
pub const EFFECTIVE_INPUT: Label = Label("join/input less the fee");
/// ρ is below 10^4.
pub const FEE_ROUNDING: Label = Label("join/rounding of the fee");
/// `r_i·r_o`.
pub const PRODUCT: Label = Label("join/product of the reserves");
/// `(r_i + a0)·(r_o − a1) = r_i·r_o + rem`.
pub const SWAP: Label = Label("join/swap");
/// rem is not negative.
pub const SWAP_REMAINDER: Label = Label("join/remainder of a swap");
/// rem is below `r_i + a0`.
pub const SWAP_BOUND: Label = Label("join/bound of a swap's remainder");

/// Bits of a number below 10^4.
const ROUNDING_BITS: usize = 14;

const SWAPS: [Kind; 2] = [Kind::SwapIn0, Kind::SwapIn1];

/// The numbers of a swap. Other kinds compute them, too, of numbers that mean nothing.
pub(super) struct Swap {
	/// `r_i + a0`, by which one divides.
	divisor: Num,
	/// `(r_i + a0)(r_o − a1) − r_i·r_o`.
	remainder: Num,
}

impl Swap {
	/// Computes without enforcing anything that could not be had for any operation: it sets a0, ρ and rem by
	/// equations that always have a solution.
	///
	/// That a0 is the floor: the pair of a swap shows that `r_i + a0 − 1` is the sum of two numbers of
	/// 112 bits, so |a0| < 2^114, and `a·(10^4 − fee)` is below 2^126: with ρ in its bounds there is
	/// one such integer. The fee has 10 bits and is below 10^4.
	pub fn compute(b: &mut Builder, terms: &Terms<'_>) -> Self {
		let bps = u64::from(BPS);
		let kept = &Num::from(bps) - terms.fee;
		let (quotient, rest) = div_rem(terms.input.value() * kept.value(), bps);
		let effective = b.witness(quotient);
		let (rounding, _) = number(b, Fr::from(rest), ROUNDING_BITS);
		let scaled = &effective * Fr::from(bps) + &rounding;
		b.enforce(EFFECTIVE_INPUT, &terms.input, &kept, &scaled);
		let largest = Num::from(bps - 1);
		let (short, _) = number(b, largest.value() - rounding.value(), ROUNDING_BITS);
		b.equal(FEE_ROUNDING, &(&rounding + &short), &largest);

		let [home, far] = terms.before;
		let reserve_in = selected(b, terms.kinds, home, far);
		let reserve_out = home + far - &reserve_in;
		let before = b.product(PRODUCT, &reserve_in, &reserve_out);
		let divisor = reserve_in + &effective;
		// It is the own reserve of the output's side after the swap: 112 bits.
		let reserve_after = reserve_out - &terms.output;
		let after = divisor.value() * reserve_after.value();
		let remainder = b.witness(after - before.value());
		b.enforce(SWAP, &divisor, &reserve_after, &(&before + &remainder));
		Self { divisor, remainder }
	}

	/// rem, and the largest that it can be.
	pub fn pairs(&self, terms: &Terms<'_>) -> [PairValue; 2] {
		let swap = terms.kinds.any(&SWAPS).value();
		let largest = self.divisor.value() - Fr::ONE;
		let lower = swap * self.remainder.value();
		[PairValue { lower, total: swap * largest }, PairValue::default()]
	}

	/// `0 ≤ rem < r_i + a0`, of swaps.
	pub fn constrain(&self, b: &mut Builder, terms: &Terms<'_>, [pair, _]: &Remainders) {
		let swap = terms.kinds.any(&SWAPS);
		b.enforce(SWAP_REMAINDER, &swap, &(&self.remainder - &pair.lower), &Num::zero());
		let largest = &self.divisor - &Num::one();
		b.enforce(SWAP_BOUND, &swap, &(largest - &pair.total()), &Num::zero());
	}
}

/// Quotient and remainder of a word, as an integer, by a small number.
fn div_rem(word: Fr, divisor: u64) -> (Fr, u64) {
	let mut limbs = word.into_bigint().0;
	let mut rest = 0;
	for limb in limbs.iter_mut().rev() {
		let part = u128::from(rest) << 64 | u128::from(*limb);
		*limb = (part / u128::from(divisor)) as u64;
		rest = (part % u128::from(divisor)) as u64;
	}
	(Fr::from_bigint(BigInt(limbs)).expect("not above the word; qed"), rest)
}
