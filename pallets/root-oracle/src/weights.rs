// SPDX-License-Identifier: Apache-2.0

//! What the pallet's work weighs. Runtimes measure it by the pallet's benchmarks.

use polkadot_sdk::*;

use frame_support::weights::Weight;

/// Weights of the pallet's work.
pub trait WeightInfo {
	/// Of [`bond`](crate::Call::bond).
	fn bond() -> Weight;
	/// Of [`unbond`](crate::Call::unbond).
	fn unbond() -> Weight;
	/// Of [`schedule_members`](crate::Call::schedule_members) of so many members.
	fn schedule_members(members: u32) -> Weight;
	/// Of [`cancel_epoch`](crate::Call::cancel_epoch).
	fn cancel_epoch() -> Weight;
	/// Of the check of a certificate with so many signatures, and of keeping its signers. What the rollup
	/// does with it has a weight of its own.
	fn check_certificate(signatures: u32) -> Weight;
	/// Of [`report_equivocation`](crate::Call::report_equivocation).
	fn report_equivocation() -> Weight;
	/// Of ending all epochs and forgetting one.
	fn on_idle() -> Weight;
	/// Of asking for a block's epoch.
	fn epoch_of() -> Weight;
	/// Of asking whether a call is obsolete.
	fn is_obsolete() -> Weight;
}

#[cfg(test)]
impl WeightInfo for () {
	fn bond() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn unbond() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn schedule_members(members: u32) -> Weight {
		Weight::from_parts(1_000 * u64::from(members), 0)
	}
	fn cancel_epoch() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn check_certificate(signatures: u32) -> Weight {
		Weight::from_parts(1_000 + 100 * u64::from(signatures), 0)
	}
	fn report_equivocation() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn on_idle() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn epoch_of() -> Weight {
		Weight::from_parts(1_000, 0)
	}
	fn is_obsolete() -> Weight {
		Weight::from_parts(1_000, 0)
	}
}
