// SPDX-License-Identifier: Apache-2.0

//! What the pallet's work weighs. Runtimes measure it by the pallet's benchmarks.

use polkadot_sdk::*;

use frame_support::weights::Weight;

/// Weights of the pallet's work.
pub trait WeightInfo {
	/// Of [`create_pool`](crate::Call::create_pool), without the request's own weight.
	fn create_pool() -> Weight;
	/// Of [`release_deposit`](crate::Call::release_deposit).
	fn release_deposit() -> Weight;
	/// Of taking note of an executed block that has created so many pools and touched so many.
	fn on_executed(created: u32, registers: u32) -> Weight;
}

#[cfg(test)]
impl WeightInfo for () {
	fn create_pool() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn release_deposit() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn on_executed(created: u32, registers: u32) -> Weight {
		Weight::from_parts(100 * u64::from(created) + 10 * u64::from(registers), 0)
	}
}
