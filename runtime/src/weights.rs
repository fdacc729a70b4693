// SPDX-License-Identifier: Apache-2.0

//! Weights: of our pallets as `scripts/weights` measured them, and of those that do not name their own.

#![deny(missing_docs)]

pub mod pallet_amm;
pub mod pallet_proof_verifier;
pub mod pallet_rollup;
pub mod pallet_root_oracle;

use polkadot_sdk::*;

use frame_support::weights::Weight;

/// Weights of `pallet-grandpa`. The pallet ships the figures that its authors measured as the
/// implementation for the unit type only; this gives them a name.
pub struct Grandpa;

impl pallet_grandpa::WeightInfo for Grandpa {
	fn report_equivocation(validators: u32, max_nominators_per_validator: u32) -> Weight {
		<() as pallet_grandpa::WeightInfo>::report_equivocation(
			validators,
			max_nominators_per_validator,
		)
	}

	fn note_stalled() -> Weight {
		<() as pallet_grandpa::WeightInfo>::note_stalled()
	}
}
