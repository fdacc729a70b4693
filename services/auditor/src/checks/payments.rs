// SPDX-License-Identifier: Apache-2.0

//! Whether a block has paid what its public data says.

use crate::finding::{Due, What};

/// What is wrong with what was paid.
pub fn check(due: &[Due], paid: &[Due]) -> Option<What> {
	let place = (0..due.len().max(paid.len())).find(|place| due.get(*place) != paid.get(*place))?;
	let (due, paid) = (due.get(place).copied(), paid.get(place).copied());
	Some(What::PaymentDiffers { place, due, paid })
}
