// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_root_oracle`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-21, 20 steps, 5 repeats, on Intel(R) Xeon(R) Processor;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_root_oracle::WeightInfo for WeightInfo<T> {
	fn bond() -> Weight {
		// Least time measured: 223_516 ns.
		Weight::from_parts(266_463_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn unbond() -> Weight {
		// Least time measured: 217_802 ns.
		Weight::from_parts(349_935_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Component `n`: [1, 64].
	fn schedule_members(n: u32) -> Weight {
		// Least time measured: 55_142 ns.
		Weight::from_parts(91_599_693, 0)
			// Standard error: 307_817.
			.saturating_add(Weight::from_parts(7_485_710, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn cancel_epoch() -> Weight {
		// Least time measured: 53_270 ns.
		Weight::from_parts(67_967_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `n`: [1, 64].
	fn check_certificate(n: u32) -> Weight {
		// Least time measured: 108_308 ns.
		Weight::from_parts(67_240_219, 0)
			// Standard error: 1_357_525.
			.saturating_add(Weight::from_parts(57_334_647, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn report_equivocation() -> Weight {
		// Least time measured: 329_493 ns.
		Weight::from_parts(375_368_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn on_idle() -> Weight {
		// Least time measured: 71_246 ns.
		Weight::from_parts(89_593_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn epoch_of() -> Weight {
		// Least time measured: 8_930 ns.
		Weight::from_parts(10_880_000, 0).saturating_add(T::DbWeight::get().reads(1))
	}

	fn is_obsolete() -> Weight {
		// Least time measured: 12_231 ns.
		Weight::from_parts(14_272_000, 0).saturating_add(T::DbWeight::get().reads(1))
	}
}
