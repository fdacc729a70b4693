// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_amm`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-30, 50 steps, 20 repeats, on AMD EPYC;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_amm::WeightInfo for WeightInfo<T> {
	fn create_pool() -> Weight {
		// Least time measured: 106_199 ns.
		Weight::from_parts(111_226_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn release_deposit() -> Weight {
		// Least time measured: 61_031 ns.
		Weight::from_parts(64_296_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `c`: [0, 8].
	// Component `r`: [0, 8].
	fn on_executed(c: u32, r: u32) -> Weight {
		// Least time measured: 52_738 ns.
		Weight::from_parts(2_647_687, 0)
			// Standard error: 7_863.
			.saturating_add(Weight::from_parts(6_689_713, 0).saturating_mul(c.into()))
			// Standard error: 7_863.
			.saturating_add(Weight::from_parts(6_721_828, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}
}
