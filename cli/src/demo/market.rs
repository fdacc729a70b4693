// SPDX-License-Identifier: Apache-2.0

//! What a swap gives, computed once more from section 7.5 of `docs/protocol.md`.
//!
//! Nothing here is shared with the ledger, the circuits or the chains, whose numbers are compared with these.

use primitive_types::U256;

/// Of what a trader sells, so many of 10,000 parts reach the formula before the fee is taken.
const PARTS: u128 = 10_000;

/// Which token is sold: that of side 0 or that of side 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sell {
	/// The token of side 0.
	Zero,
	/// The token of side 1.
	One,
}

/// Both reserves of a pool in smallest units, and its fee in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market {
	/// Side 0.
	pub reserve0: u128,
	/// Side 1.
	pub reserve1: u128,
	/// The fee.
	pub fee_bps: u16,
}

impl Market {
	/// Sells `amount`: `a1 = r_o − ceil(r_i·r_o/(r_i + a0))` with `a0 = floor(a·(10^4 − fee)/10^4)`. Gives what
	/// comes out; `None`, and nothing happens, where a number does not fit or a reserve is 0.
	pub fn sell(&mut self, sell: Sell, amount: u128) -> Option<u128> {
		let (into, from) = match sell {
			Sell::Zero => (self.reserve0, self.reserve1),
			Sell::One => (self.reserve1, self.reserve0),
		};
		if into == 0 || from == 0 {
			return None;
		}
		let kept = PARTS.checked_sub(self.fee_bps.into())?;
		let effective = U256::from(amount).checked_mul(kept.into())? / PARTS;
		let divisor = U256::from(into).checked_add(effective)?;
		let (quotient, rest) = U256::from(into).checked_mul(from.into())?.div_mod(divisor);
		let left = quotient + U256::from(u8::from(!rest.is_zero()));
		let left = u128::try_from(left).ok()?;
		let out = from.checked_sub(left)?;
		let into = into.checked_add(amount)?;
		(self.reserve0, self.reserve1) = match sell {
			Sell::Zero => (into, left),
			Sell::One => (left, into),
		};
		Some(out)
	}

	/// Units of side 0 for a unit of side 1, by the reserves. For tables and pictures only.
	pub fn price(&self) -> f64 {
		self.reserve0 as f64 / self.reserve1 as f64
	}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use ligature_primitives::{amount::Amount, pool::swap_out};
	use rand_chacha::{
		ChaCha20Rng,
		rand_core::{RngCore, SeedableRng},
	};

	#[test]
	fn a_small_swap_should_be_what_one_computes_by_hand() {
		// 1,000 in, 997 effective; 10^6 · 10^6 / 1,000,997 = 999,003.99…, rounded up 999,004.
		let mut market = Market { reserve0: 1_000_000, reserve1: 1_000_000, fee_bps: 30 };
		assert_eq!(market.sell(Sell::Zero, 1_000), Some(996));
		assert_eq!((market.reserve0, market.reserve1), (1_001_000, 999_004));
		// A quotient without rest is not rounded: 100 · 100 / (100 + 100) = 50.
		let mut market = Market { reserve0: 100, reserve1: 100, fee_bps: 0 };
		assert_eq!(market.sell(Sell::One, 100), Some(50));
		assert_eq!((market.reserve0, market.reserve1), (50, 200));
	}

	#[test]
	fn what_cannot_be_swapped_should_change_nothing() {
		for (market, amount) in [
			(Market { reserve0: 0, reserve1: 5, fee_bps: 30 }, 1),
			(Market { reserve0: 5, reserve1: 0, fee_bps: 30 }, 1),
			(Market { reserve0: 5, reserve1: 5, fee_bps: 10_001 }, 1),
			(Market { reserve0: 5, reserve1: 5, fee_bps: 0 }, u128::MAX),
		] {
			let mut after = market;
			assert_eq!(after.sell(Sell::Zero, amount), None);
			assert_eq!(after, market);
		}
	}

	#[test]
	fn random_swaps_should_be_those_of_the_ledger() {
		let mut random = ChaCha20Rng::from_seed([7; 32]);
		let mut number = |bits: u32| {
			let wide = (u128::from(random.next_u64()) << 64) | u128::from(random.next_u64());
			wide >> (128 - 1 - random.next_u32() % (bits - 1))
		};
		let mut compared = 0;
		for _ in 0..5_000 {
			let (reserve0, reserve1) = (number(112), number(112));
			let amount = number(112);
			let fee_bps = (number(16) % 1_001) as u16;
			for sell in [Sell::Zero, Sell::One] {
				let mut market = Market { reserve0, reserve1, fee_bps };
				let (into, from) = match sell {
					Sell::Zero => (reserve0, reserve1),
					Sell::One => (reserve1, reserve0),
				};
				let of = |value| Amount::new(value).unwrap();
				let Ok(expected) = swap_out(of(into), of(from), of(amount), fee_bps) else {
					// The ledger has a lower limit for reserves than 128 bits; below it they agree.
					assert!(into == 0 || from == 0 || into + amount >= 1 << 112);
					continue;
				};
				assert_eq!(market.sell(sell, amount), Some(expected.amount_out.get()));
				let after = (expected.reserve_in.get(), expected.reserve_out.get());
				let here = match sell {
					Sell::Zero => (market.reserve0, market.reserve1),
					Sell::One => (market.reserve1, market.reserve0),
				};
				assert_eq!(here, after);
				compared += 1;
			}
		}
		assert!(compared > 9_000, "only {compared} swaps were compared");
	}
}
