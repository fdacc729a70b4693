// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_amm`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-21, 20 steps, 5 repeats, on Intel(R) Xeon(R) Processor;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_amm::WeightInfo for WeightInfo<T> {
	fn create_pool() -> Weight {
		// Least time measured: 151_661 ns.
		Weight::from_parts(179_679_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn release_deposit() -> Weight {
		// Least time measured: 88_130 ns.
		Weight::from_parts(108_077_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `c`: [0, 8].
	// Component `r`: [0, 8].
	fn on_executed(c: u32, r: u32) -> Weight {
		// Least time measured: 77_888 ns.
		Weight::from_parts(12_923_948, 0)
			// Standard error: 159_959.
			.saturating_add(Weight::from_parts(10_564_154, 0).saturating_mul(c.into()))
			// Standard error: 159_959.
			.saturating_add(Weight::from_parts(10_995_918, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}
}
