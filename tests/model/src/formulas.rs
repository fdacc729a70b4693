// SPDX-License-Identifier: Apache-2.0

//! The pool formulas of sections 7.5 and 7.6 as they are written there, in integers without a bound.

use num_bigint::BigUint;

/// Shares that the first liquidity locks.
pub(crate) const LOCKED: u128 = 1_000;

/// An integer without a bound.
pub(crate) fn big(value: u128) -> BigUint {
	BigUint::from(value)
}

/// `floor(numerator / denominator)`.
fn floor(numerator: BigUint, denominator: BigUint) -> BigUint {
	numerator / denominator
}

/// `ceil(numerator / denominator)`.
fn ceil(numerator: BigUint, denominator: BigUint) -> BigUint {
	let quotient = &numerator / &denominator;
	if &quotient * &denominator == numerator { quotient } else { quotient + 1u8 }
}

/// What a swap pays out: `a0 = floor(a·(10^4 − fee)/10^4)`, `a1 = r_o − ceil(r_i·r_o/(r_i + a0))`.
///
/// Both reserves are at least 1, which holds in every pool whose supply is not zero.
pub fn swap_out(reserve_in: u128, reserve_out: u128, amount: u128, fee_bps: u16) -> BigUint {
	let effective = floor(big(amount) * (10_000 - u32::from(fee_bps)), big(10_000));
	let product = big(reserve_in) * big(reserve_out);
	big(reserve_out) - ceil(product, big(reserve_in) + effective)
}

/// What `shares` cost on one side of a pool that has liquidity: `ceil(shares·reserve/supply)`.
pub fn liquidity_cost(shares: u128, reserve: u128, supply: u128) -> BigUint {
	ceil(big(shares) * big(reserve), big(supply))
}

/// What `shares` are worth on one side: `floor(shares·reserve/supply)`.
pub fn liquidity_worth(shares: u128, reserve: u128, supply: u128) -> BigUint {
	floor(big(shares) * big(reserve), big(supply))
}

/// The supply after the first liquidity, `T = isqrt(x·y)`, or nothing if the provider would get
/// less than `shares` after the locked ones.
pub fn first_supply(x: u128, y: u128, shares: u128) -> Option<BigUint> {
	let total = (big(x) * big(y)).sqrt();
	(total >= big(shares) + big(LOCKED)).then_some(total)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn swap_rounds_for_the_pool() {
		// 1,000 in, 30 bps: 997 count; 10^12 / 1,000,997 = 999,003.99…, so the pool keeps 999,004.
		assert_eq!(swap_out(1_000_000, 1_000_000, 1_000, 30), big(996));
		assert_eq!(swap_out(1_000_000, 1_000_000, 0, 30), big(0));
		// A full fee of ten per cent on a single unit leaves nothing that counts.
		assert_eq!(swap_out(5, 5, 1, 1_000), big(0));
		// The output reserve never falls below 1.
		assert_eq!(swap_out(1, 7, u128::MAX >> 16, 0), big(6));
	}

	#[test]
	fn liquidity_rounds_for_the_pool() {
		assert_eq!(liquidity_cost(1, 10, 3), big(4));
		assert_eq!(liquidity_cost(3, 10, 3), big(10));
		assert_eq!(liquidity_worth(1, 10, 3), big(3));
		assert_eq!(first_supply(4_000, 1_000, 1_000), Some(big(2_000)));
		assert_eq!(first_supply(4_000, 1_000, 1_001), None);
	}
}
