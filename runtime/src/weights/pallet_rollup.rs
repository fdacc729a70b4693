// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_rollup`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-30, 50 steps, 20 repeats, on AMD EPYC;
//! wasm execution: Compiled.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_rollup::WeightInfo for WeightInfo<T> {
	fn open_network() -> Weight {
		// Least time measured: 1_446_507 ns.
		Weight::from_parts(1_495_540_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn register_token() -> Weight {
		// Least time measured: 38_968 ns.
		Weight::from_parts(41_031_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn deposit() -> Weight {
		// Least time measured: 454_697 ns.
		Weight::from_parts(469_710_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn request_full_exit() -> Weight {
		// Least time measured: 48_603 ns.
		Weight::from_parts(51_317_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn change_pub_key() -> Weight {
		// Least time measured: 373_637 ns.
		Weight::from_parts(389_050_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn commit_block_0() -> Weight {
		// Least time measured: 64_826 ns.
		Weight::from_parts(68_442_000, 0)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 4].
	fn commit_block_1(p: u32) -> Weight {
		// Least time measured: 816_878 ns.
		Weight::from_parts(845_051_267, 0)
			// Standard error: 323_831.
			.saturating_add(Weight::from_parts(61_895_497, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 16].
	fn commit_block_2(p: u32) -> Weight {
		// Least time measured: 2_626_135 ns.
		Weight::from_parts(2_676_256_390, 0)
			// Standard error: 169_944.
			.saturating_add(Weight::from_parts(61_671_664, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 64].
	fn commit_block_3(p: u32) -> Weight {
		// Least time measured: 9_921_440 ns.
		Weight::from_parts(10_043_567_684, 0)
			// Standard error: 169_914.
			.saturating_add(Weight::from_parts(63_293_030, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 256].
	fn commit_block_4(p: u32) -> Weight {
		// Least time measured: 39_050_303 ns.
		Weight::from_parts(39_481_842_258, 0)
			// Standard error: 255_013.
			.saturating_add(Weight::from_parts(66_028_121, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn prove_block() -> Weight {
		// Least time measured: 59_639 ns.
		Weight::from_parts(63_755_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `p`: [0, 512].
	// Component `r`: [0, 256].
	fn execute_block(p: u32, r: u32) -> Weight {
		// Least time measured: 457_622 ns.
		Weight::from_parts(61_559_824, 0)
			// Standard error: 94_560.
			.saturating_add(Weight::from_parts(58_245_860, 0).saturating_mul(p.into()))
			// Standard error: 188_942.
			.saturating_add(Weight::from_parts(572_749, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}

	// Component `n`: [0, 64].
	fn revert_blocks(n: u32) -> Weight {
		// Least time measured: 35_392 ns.
		Weight::from_parts(31_586_287, 0)
			// Standard error: 23_067.
			.saturating_add(Weight::from_parts(7_965_861, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn claim() -> Weight {
		// Least time measured: 84_836 ns.
		Weight::from_parts(90_435_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn pause_deposits() -> Weight {
		// Least time measured: 22_233 ns.
		Weight::from_parts(23_575_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn halt() -> Weight {
		// Least time measured: 24_116 ns.
		Weight::from_parts(25_848_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn resume() -> Weight {
		// Least time measured: 9_153 ns.
		Weight::from_parts(9_905_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [1, 16].
	fn set_operators(n: u32) -> Weight {
		// Least time measured: 5_538 ns.
		Weight::from_parts(5_957_594, 0)
			// Standard error: 142.
			.saturating_add(Weight::from_parts(38_860, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_guardian() -> Weight {
		// Least time measured: 5_037 ns.
		Weight::from_parts(5_578_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}

	fn announce_code() -> Weight {
		// Least time measured: 13_290 ns.
		Weight::from_parts(14_231_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn enter_exodus() -> Weight {
		// Least time measured: 47_151 ns.
		Weight::from_parts(49_624_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Component `n`: [0, 64].
	fn freeze_by_timeout(n: u32) -> Weight {
		// Least time measured: 65_918 ns.
		Weight::from_parts(69_804_515, 0)
			// Standard error: 10_944.
			.saturating_add(Weight::from_parts(7_148_060, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn exit() -> Weight {
		// Least time measured: 1_349_802 ns.
		Weight::from_parts(1_382_131_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn exit_liquidity() -> Weight {
		// Least time measured: 2_097_406 ns.
		Weight::from_parts(2_177_456_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn refund_deposit() -> Weight {
		// Least time measured: 109_323 ns.
		Weight::from_parts(115_402_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn certify() -> Weight {
		// Least time measured: 157_735 ns.
		Weight::from_parts(162_051_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn refuse() -> Weight {
		// Least time measured: 30_786 ns.
		Weight::from_parts(32_348_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn refused() -> Weight {
		// Least time measured: 27_852 ns.
		Weight::from_parts(29_705_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [0, 63].
	fn freeze(n: u32) -> Weight {
		// Least time measured: 45_858 ns.
		Weight::from_parts(42_862_778, 0)
			// Standard error: 10_652.
			.saturating_add(Weight::from_parts(6_906_145, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn queue_request() -> Weight {
		// Least time measured: 38_778 ns.
		Weight::from_parts(41_212_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn check_rollup() -> Weight {
		// Least time measured: 17_666 ns.
		Weight::from_parts(18_658_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
