// SPDX-License-Identifier: Apache-2.0

//! From version 0 of the storage, which held the identity alone, to today's.

use polkadot_sdk::*;

use crate::{
	GenesisIdentity, Identity, NetworkIdentity, Periods, Token, Tokens,
	migrations::{MigrateV0ToV1, checks},
	mock::*,
};
use frame_support::{
	parameter_types,
	traits::{Get, GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
	weights::RuntimeDbWeight,
};
use ligature_primitives::ids::TokenId;

parameter_types! {
	pub const NewPeriods: crate::Parameters<u64> = PERIODS;
}

type DbWeight = <Test as frame_system::Config>::DbWeight;

type Migration = MigrateV0ToV1<Test, NewPeriods>;

/// A chain as version 0 left it.
fn version_0(chain: Option<u8>) -> sp_io::TestExternalities {
	let mut externalities = ExtBuilder::alone().build();
	externalities.execute_with(|| {
		StorageVersion::new(0).put::<Rollup>();
		if let Some(chain) = chain {
			let genesis = GenesisIdentity { network: 7, chain, chains: vec![1, 2] };
			Identity::<Test>::put(NetworkIdentity::try_from(&genesis).expect("it is allowed"));
		}
	});
	externalities
}

#[test]
fn a_chain_of_version_0_should_not_hold_the_invariants_before_it_is_migrated() {
	version_0(Some(2)).execute_with(|| assert!(Rollup::do_try_state().is_err()));
}

#[test]
fn a_chain_of_version_0_should_run_the_rollup_when_it_is_migrated() {
	version_0(Some(2)).execute_with(|| {
		let identity = Identity::<Test>::get();
		let weight = Migration::on_runtime_upgrade();
		let costs: RuntimeDbWeight = DbWeight::get();
		let most = costs.reads_writes(4, 5);
		assert!(weight.all_lte(most));

		assert_eq!(Rollup::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(Identity::<Test>::get(), identity);
		assert_eq!(Periods::<Test>::get(), Some(PERIODS));
		assert_eq!(Tokens::<Test>::get(TokenId(0)), Some(Token::Native));
		assert_eq!(System::providers(&Rollup::custody_account()), 2, "its balance, and itself");
		Rollup::do_try_state().expect("the migrated state holds its invariants");
		open_network().expect("the migrated chain can open its network");
		Rollup::do_try_state().expect("so does the open one");
	});
}

#[test]
fn a_migration_should_do_nothing_when_it_has_run() {
	version_0(Some(1)).execute_with(|| {
		Migration::on_runtime_upgrade();
		let root = sp_io::storage::root(sp_core::storage::StateVersion::V1);
		Migration::on_runtime_upgrade();
		assert_eq!(sp_io::storage::root(sp_core::storage::StateVersion::V1), root);
	});
}

#[test]
fn a_chain_of_no_network_should_keep_its_storage_when_it_is_migrated() {
	version_0(None).execute_with(|| {
		Migration::on_runtime_upgrade();
		assert_eq!(Rollup::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(Tokens::<Test>::count(), 0);
		assert_eq!(Periods::<Test>::get(), None);
		Rollup::do_try_state().expect("there is nothing to hold");
	});
}

#[test]
fn the_checks_around_the_upgrade_should_fail_without_the_migration_and_pass_with_it() {
	version_0(Some(1)).execute_with(|| {
		let identity = checks::before::<Test>().expect("version 0 has neither periods nor tokens");
		assert!(checks::after::<Test>(identity.clone()).is_err());
		Migration::on_runtime_upgrade();
		checks::after::<Test>(identity).expect("the migration has done its work");
		assert!(checks::after::<Test>(None).is_err());
		assert!(checks::before::<Test>().is_err());
	});
}
