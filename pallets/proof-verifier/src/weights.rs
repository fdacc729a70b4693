// SPDX-License-Identifier: Apache-2.0

//! Weights of the pallet: what has to be measured, each at its worst case.

use polkadot_sdk::*;

use frame_support::weights::Weight;

/// Weights of the dispatchables, and of what the rollup asks.
pub trait WeightInfo {
	/// A key is checked, prepared and stored, the last one that there is place for.
	fn register_key() -> Weight;
	/// A key is retired.
	fn retire_key() -> Weight;
	/// So many proofs, each under a key with no point in common with the others', are verified together.
	fn verify_proofs(proofs: u32) -> Weight;
	/// The keys of a block of the most chains, none in a class of the others', are looked up.
	fn keys_digest() -> Weight;
}

#[cfg(test)]
impl WeightInfo for () {
	fn register_key() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn retire_key() -> Weight {
		Weight::from_parts(2_000, 0)
	}
	fn verify_proofs(proofs: u32) -> Weight {
		Weight::from_parts(3_000 * u64::from(proofs), 0)
	}
	fn keys_digest() -> Weight {
		Weight::from_parts(4_000, 0)
	}
}
