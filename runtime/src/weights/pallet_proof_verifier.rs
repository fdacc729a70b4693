// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_proof_verifier`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-30, 50 steps, 20 repeats, on AMD EPYC;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_proof_verifier::WeightInfo for WeightInfo<T> {
	fn register_key() -> Weight {
		// Least time measured: 3_138_228 ns.
		Weight::from_parts(3_264_306_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn retire_key() -> Weight {
		// Least time measured: 31_036 ns.
		Weight::from_parts(48_663_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [1, 5].
	fn verify_proofs(n: u32) -> Weight {
		// Least time measured: 2_415_420 ns.
		Weight::from_parts(28_277_911, 0)
			// Standard error: 2_586_193.
			.saturating_add(Weight::from_parts(2_518_479_060, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}

	fn keys_digest() -> Weight {
		// Least time measured: 36_204 ns.
		Weight::from_parts(40_530_000, 0).saturating_add(T::DbWeight::get().reads(5))
	}
}
