// SPDX-License-Identifier: Apache-2.0

//! What an extrinsic costs.
//!
//! fee = base + length · [`BYTE_FEE`] + weight fee · multiplier. The weight fee is linear in
//! computation; the multiplier follows the load of the blocks slowly, so that a wallet's estimate
//! stays good for minutes.

#![deny(missing_docs)]

use polkadot_sdk::*;

use crate::{Balance, Runtime, token};
use frame_support::{
	parameter_types,
	weights::{
		ConstantMultiplier, WeightToFeeCoefficient, WeightToFeeCoefficients, WeightToFeePolynomial,
		constants::ExtrinsicBaseWeight,
	},
};
use pallet_transaction_payment::{Multiplier, TargetedFeeAdjustment};
use sp_runtime::{FixedPointNumber, Perbill, Perquintill, traits::Bounded};

/// Fee of one byte of an extrinsic: a block full of public data (3.75 MiB) costs about 4 LIG.
pub const BYTE_FEE: Balance = token::MICRO;

/// Fee of the computation that every extrinsic does (signature, nonce, fee itself).
pub const BASE_FEE: Balance = token::MILLI / 10;

/// Computation to fee: [`BASE_FEE`] for the base weight of an extrinsic, in proportion beyond it.
pub struct WeightToFee;

impl WeightToFeePolynomial for WeightToFee {
	type Balance = Balance;

	fn polynomial() -> WeightToFeeCoefficients<Balance> {
		let base = Balance::from(ExtrinsicBaseWeight::get().ref_time());
		[WeightToFeeCoefficient {
			degree: 1,
			negative: false,
			coeff_frac: Perbill::from_rational(BASE_FEE % base, base),
			coeff_integer: BASE_FEE / base,
		}]
		.into_iter()
		.collect()
	}
}

/// Length to fee.
pub type LengthToFee = ConstantMultiplier<Balance, ByteFee>;

parameter_types! {
	/// [`BYTE_FEE`] as a type.
	pub const ByteFee: Balance = BYTE_FEE;
	/// Fullness of the normal class at which fees neither rise nor fall.
	pub const TargetFullness: Perquintill = Perquintill::from_percent(25);
	/// A full block raises the multiplier by 0.75 · 2·10⁻⁵ (fullness above the target, times this), so
	/// that full blocks double the fee in some 46,000 blocks: 26 hours at two-second slots.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(2, 100_000);
	/// A tenth of the base fee is the least, so that congestion is felt quickly.
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
	/// No cap: a cap would make a full chain cheap for whoever fills it.
	pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

/// How the multiplier follows the load (W3F research on token economics, "slow adjusting").
pub type FeeMultiplierUpdate = TargetedFeeAdjustment<
	Runtime,
	TargetFullness,
	AdjustmentVariable,
	MinimumMultiplier,
	MaximumMultiplier,
>;
