// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_root_oracle`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-30, 50 steps, 20 repeats, on AMD EPYC;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_root_oracle::WeightInfo for WeightInfo<T> {
	fn bond() -> Weight {
		// Least time measured: 133_089 ns.
		Weight::from_parts(140_870_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn unbond() -> Weight {
		// Least time measured: 104_756 ns.
		Weight::from_parts(128_592_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Component `n`: [1, 64].
	fn schedule_members(n: u32) -> Weight {
		// Least time measured: 30_686 ns.
		Weight::from_parts(27_107_634, 0)
			// Standard error: 20_666.
			.saturating_add(Weight::from_parts(5_430_987, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn cancel_epoch() -> Weight {
		// Least time measured: 38_046 ns.
		Weight::from_parts(43_935_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `n`: [1, 64].
	fn check_certificate(n: u32) -> Weight {
		// Least time measured: 62_914 ns.
		Weight::from_parts(33_170_909, 0)
			// Standard error: 37_154.
			.saturating_add(Weight::from_parts(33_292_413, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn report_equivocation() -> Weight {
		// Least time measured: 161_420 ns.
		Weight::from_parts(203_884_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	fn on_idle() -> Weight {
		// Least time measured: 42_132 ns.
		Weight::from_parts(50_885_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn epoch_of() -> Weight {
		// Least time measured: 5_388 ns.
		Weight::from_parts(5_909_000, 0).saturating_add(T::DbWeight::get().reads(1))
	}

	fn is_obsolete() -> Weight {
		// Least time measured: 8_032 ns.
		Weight::from_parts(9_875_000, 0).saturating_add(T::DbWeight::get().reads(1))
	}
}
