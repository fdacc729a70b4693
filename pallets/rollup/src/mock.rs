// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet alone.

use polkadot_sdk::*;

use crate as pallet_rollup;
use crate::GenesisIdentity;
use frame_support::derive_impl;
use sp_runtime::BuildStorage;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Rollup: pallet_rollup,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

impl pallet_rollup::Config for Test {}

/// Runs `test` on a chain of this identity and checks the state afterwards.
pub fn execute_with(identity: Option<GenesisIdentity>, test: impl FnOnce()) {
	let genesis = RuntimeGenesisConfig {
		rollup: pallet_rollup::GenesisConfig { identity, ..Default::default() },
		..Default::default()
	};
	let storage = genesis.build_storage().expect("the genesis configuration is plain data; qed");
	sp_io::TestExternalities::new(storage).execute_with(|| {
		test();
		Rollup::do_try_state().expect("the state holds its invariants");
	});
}
