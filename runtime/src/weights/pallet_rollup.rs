// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_rollup`, measured: written by `scripts/weights`, not by hand.
//!
//! Date 2026-11-21, 20 steps, 5 repeats, on Intel(R) Xeon(R) Processor;
//! wasm execution: Compiled.
//!
//! That run knew one benchmark of `commit_block`, which always filled the largest size class. Class 4 has its
//! figures. Those of the smaller classes were not measured but follow from it: what was measured without
//! requests, less what `open_network` took (it does more than all of a commit that is not hashing of public
//! data), in proportion to the slots, and that part on top; and the same for each request. Keys were still
//! checked then: a request takes less now. The next run of `scripts/weights` measures each class.

#![allow(clippy::unnecessary_cast, unused_variables)]

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The weights, with the database weights of the runtime `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_rollup::WeightInfo for WeightInfo<T> {
	fn open_network() -> Weight {
		// Least time measured: 1_976_885 ns.
		Weight::from_parts(2_072_825_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn register_token() -> Weight {
		// Least time measured: 58_463 ns.
		Weight::from_parts(66_562_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn deposit() -> Weight {
		// Least time measured: 690_664 ns.
		Weight::from_parts(748_735_000, 0)
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn request_full_exit() -> Weight {
		// Least time measured: 72_517 ns.
		Weight::from_parts(83_727_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn change_pub_key() -> Weight {
		// Least time measured: 578_839 ns.
		Weight::from_parts(606_489_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Not measured: what `open_network` took, see above.
	fn commit_block_0() -> Weight {
		Weight::from_parts(2_072_825_000, 0)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 4].
	// Not measured: derived from class 4, see above.
	fn commit_block_1(p: u32) -> Weight {
		Weight::from_parts(2_819_324_337, 0)
			.saturating_add(Weight::from_parts(733_491_668, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 16].
	// Not measured: derived from class 4, see above.
	fn commit_block_2(p: u32) -> Weight {
		Weight::from_parts(5_058_822_350, 0)
			.saturating_add(Weight::from_parts(733_491_668, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 64].
	// Not measured: derived from class 4, see above.
	fn commit_block_3(p: u32) -> Weight {
		Weight::from_parts(14_016_814_402, 0)
			.saturating_add(Weight::from_parts(733_491_668, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Component `p`: [0, 256].
	// Least time measured: 51_468_360 ns.
	// Standard error: 47_538_202.
	fn commit_block_4(p: u32) -> Weight {
		Weight::from_parts(49_848_782_608, 0)
			.saturating_add(Weight::from_parts(733_491_668, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn prove_block() -> Weight {
		// Least time measured: 107_073 ns.
		Weight::from_parts(136_309_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Component `p`: [0, 512].
	// Component `r`: [0, 256].
	fn execute_block(p: u32, r: u32) -> Weight {
		// Least time measured: 601_203 ns.
		Weight::from_parts(611_552_000, 0)
			// Standard error: 3_842_859.
			.saturating_add(Weight::from_parts(101_981_544, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}

	// Component `n`: [0, 64].
	fn revert_blocks(n: u32) -> Weight {
		// Least time measured: 77_836 ns.
		Weight::from_parts(183_610_465, 0)
			// Standard error: 327_482.
			.saturating_add(Weight::from_parts(11_149_149, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn claim() -> Weight {
		// Least time measured: 127_333 ns.
		Weight::from_parts(161_138_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	fn pause_deposits() -> Weight {
		// Least time measured: 35_499 ns.
		Weight::from_parts(55_567_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn halt() -> Weight {
		// Least time measured: 39_090 ns.
		Weight::from_parts(84_832_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn resume() -> Weight {
		// Least time measured: 15_715 ns.
		Weight::from_parts(43_126_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [1, 16].
	fn set_operators(n: u32) -> Weight {
		// Least time measured: 10_694 ns.
		Weight::from_parts(14_695_774, 0)
			// Standard error: 3_012.
			.saturating_add(Weight::from_parts(88_098, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn set_guardian() -> Weight {
		// Least time measured: 9_655 ns.
		Weight::from_parts(15_473_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}

	fn announce_code() -> Weight {
		// Least time measured: 21_855 ns.
		Weight::from_parts(30_066_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn enter_exodus() -> Weight {
		// Least time measured: 75_215 ns.
		Weight::from_parts(96_605_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Component `n`: [0, 64].
	fn freeze_by_timeout(n: u32) -> Weight {
		// Least time measured: 140_524 ns.
		Weight::from_parts(208_728_048, 0)
			// Standard error: 485_008.
			.saturating_add(Weight::from_parts(16_108_499, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn exit() -> Weight {
		// Least time measured: 1_884_633 ns.
		Weight::from_parts(2_230_378_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn exit_liquidity() -> Weight {
		// Least time measured: 2_961_136 ns.
		Weight::from_parts(3_317_895_000, 0)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	fn refund_deposit() -> Weight {
		// Least time measured: 163_788 ns.
		Weight::from_parts(185_462_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	fn certify() -> Weight {
		// Least time measured: 228_710 ns.
		Weight::from_parts(259_975_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	fn refuse() -> Weight {
		// Least time measured: 49_485 ns.
		Weight::from_parts(57_363_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	fn refused() -> Weight {
		// Least time measured: 44_002 ns.
		Weight::from_parts(53_252_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Component `n`: [0, 63].
	fn freeze(n: u32) -> Weight {
		// Least time measured: 80_880 ns.
		Weight::from_parts(92_156_020, 0)
			// Standard error: 45_552.
			.saturating_add(Weight::from_parts(9_691_336, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}

	fn queue_request() -> Weight {
		// Least time measured: 58_092 ns.
		Weight::from_parts(67_369_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn check_rollup() -> Weight {
		// Least time measured: 27_352 ns.
		Weight::from_parts(31_049_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
