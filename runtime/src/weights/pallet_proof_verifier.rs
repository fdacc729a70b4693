// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_proof_verifier`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-21, 20 steps, 5 repeats, on Intel(R) Xeon(R) Processor;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_proof_verifier::WeightInfo for WeightInfo<T> {
	fn register_key() -> Weight {
		// Least time measured: 5_061_078 ns.
		Weight::from_parts(5_174_261_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn retire_key() -> Weight {
		// Least time measured: 60_045 ns.
		Weight::from_parts(72_597_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [1, 5].
	fn verify_proofs(n: u32) -> Weight {
		// Least time measured: 3_833_734 ns.
		Weight::from_parts(3_909_169_000, 0)
			// Standard error: 109_181_880.
			.saturating_add(Weight::from_parts(3_441_353_992, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}

	fn keys_digest() -> Weight {
		// Least time measured: 52_644 ns.
		Weight::from_parts(63_812_000, 0).saturating_add(T::DbWeight::get().reads(5))
	}
}
