// SPDX-License-Identifier: Apache-2.0

//! How fast the tape is given to the operator.
//!
//! An operator fills blocks: if an order has no place in a block, a later one that has may come first. So the traders never
//! let more orders wait than fit into one block together; then none of them overtakes another.

use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	op::Place,
	pubdata::Placement,
};

use super::market::Sell;

/// Whether so many orders, in this order, have their places in one block of this class: what is paid into the pool takes
/// the next even slot on one chain, what it pays out the next slot on the other, and both a place in the join.
pub fn fits(class: u8, orders: impl IntoIterator<Item = Sell>) -> bool {
	let (Ok(size), Ok(join)) = (SizeClass::new(class), JoinClass::new(class)) else { return false };
	let mut chains = [Placement::new(size); 2];
	let mut joint = 0;
	orders.into_iter().all(|sells| {
		let (paid, got) = match sells {
			Sell::Zero => (0, 1),
			Sell::One => (1, 0),
		};
		joint += 1;
		joint <= join.capacity()
			&& chains[paid].place(Place::Signed).is_ok()
			&& chains[got].place(Place::Any).is_ok()
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use Sell::{One, Zero};

	#[test]
	fn orders_should_fit_as_long_as_they_have_slots() {
		// Of 8 slots, four are even.
		assert!(fits(1, [Zero; 4]));
		assert!(!fits(1, [Zero; 5]));
		// With orders both ways odd slots are filled, too, where what is paid out comes after what is paid in.
		assert!(fits(1, [Zero, One, Zero, One]));
		assert!(fits(1, [Zero, One, One, Zero, Zero]));
		assert!(!fits(1, [Zero, One, One, Zero, Zero, One, One, Zero, Zero]));
		assert!(fits(2, [Zero; 16]) && !fits(2, [Zero; 17]));
		assert!(fits(1, []));
		assert!(!fits(9, []));
	}
}
