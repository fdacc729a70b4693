// SPDX-License-Identifier: Apache-2.0

//! The benchmarks of the runtime: one line a pallet.

use polkadot_sdk::*;

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_amm, Amm]
	[pallet_assets, Assets]
	[pallet_balances, Balances]
	[pallet_grandpa, Grandpa]
	[pallet_proof_verifier, ProofVerifier]
	[pallet_rollup, Rollup]
	[pallet_root_oracle, RootOracle]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_utility, Utility]
);

/// Makes what the benchmarks of the rollup need.
pub struct BenchmarkHelper;

impl pallet_rollup::benchmarking::BenchmarkHelper<crate::Runtime> for BenchmarkHelper {
	fn create_asset() -> crate::AssetId {
		let asset = 1_000;
		let owner = sp_runtime::MultiAddress::Id([0x11; 32].into());
		crate::Assets::force_create(
			frame_system::RawOrigin::Root.into(),
			asset.into(),
			owner,
			true,
			1,
		)
		.expect("no genesis has an asset of this number; qed");
		asset
	}

	// Not by the call, which wants the slot that belongs to the time.
	fn set_time(seconds: u64) {
		pallet_timestamp::Now::<crate::Runtime>::put(1_000 * seconds);
	}
}
