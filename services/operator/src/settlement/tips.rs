// SPDX-License-Identifier: Apache-2.0

//! What is offered for a call that no block takes.

/// How tips rise, in the smallest unit of the native token: none at first, then `start`, then twice as much each time,
/// as long as that is not above `limit`.
///
/// Each step is one with which the pool lets the new call take the place of the old one: see [`ligature_chain::Bid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tips {
	/// The first tip that is not 0.
	pub start: u128,
	/// The highest tip; 0: none is ever offered.
	pub limit: u128,
}

impl Tips {
	/// The tip after this one; the same if a higher one would be above the limit.
	pub fn after(&self, tip: u128) -> u128 {
		let next = if tip == 0 { Some(self.start) } else { tip.checked_mul(2) };
		next.filter(|next| *next <= self.limit).unwrap_or(tip)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tips_should_double_up_to_the_limit() {
		let tips = Tips { start: 3, limit: 30 };
		let mut tip = 0;
		let steps = [0; 6].map(|_| {
			tip = tips.after(tip);
			tip
		});
		assert_eq!(steps, [3, 6, 12, 24, 24, 24], "half a step might not be enough for the pool");
		assert_eq!(Tips { start: 8, limit: 8 }.after(8), 8);
		let half = u128::MAX / 2 + 1;
		assert_eq!(
			Tips { start: 8, limit: u128::MAX }.after(half),
			half,
			"there is no double of it"
		);
	}

	#[test]
	fn a_limit_of_0_should_offer_none() {
		let none = Tips { start: 3, limit: 0 };
		assert_eq!(none.after(0), 0);
	}
}
