// SPDX-License-Identifier: Apache-2.0

//! The upgrade from version 100, whose rollup pallet knew nothing but its place in a network: the first block of this
//! runtime on such a chain.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use polkadot_sdk::*;

use codec::Encode;
use frame_support::traits::{GetStorageVersion, PalletInfoAccess, StorageVersion};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use ligature_primitives::ids::TokenId;
use ligature_runtime::{
	Amm, Executive, Header, ProofVerifier, Rollup, RootOracle, Runtime, RuntimeGenesisConfig,
	System, VERSION, presets::get_preset, rollup::PARAMETERS,
};
use pallet_rollup::{Identity, Periods, Token, Tokens};
use sp_consensus_aura::{AURA_ENGINE_ID, Slot};
use sp_runtime::{BuildStorage, Digest, DigestItem, traits::Header as _};

/// A chain of a preset as version 100 left it: with an identity if the preset has one, and without what the
/// rollup's pallets have stored since.
fn version_100(preset: &str) -> sp_io::TestExternalities {
	let patch = get_preset(&preset.into()).unwrap();
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut config, serde_json::from_slice(&patch).unwrap());
	let config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
	let mut externalities = sp_io::TestExternalities::new(config.build_storage().unwrap());
	externalities.execute_with(|| {
		let identity = Identity::<Runtime>::get();
		for pallet in [Rollup::name(), ProofVerifier::name(), RootOracle::name(), Amm::name()] {
			let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
			let _ = sp_io::storage::clear_prefix(&prefix, None);
		}
		frame_system::Account::<Runtime>::mutate(Rollup::custody_account(), |custody| {
			custody.providers -= custody.providers.min(1);
		});
		Identity::<Runtime>::set(identity);
		StorageVersion::new(0).put::<Rollup>();
		let upgrade =
			LastRuntimeUpgradeInfo { spec_version: 100.into(), spec_name: VERSION.spec_name };
		LastRuntimeUpgrade::<Runtime>::put(upgrade);
	});
	externalities.commit_all().unwrap();
	externalities
}

/// Lays the patch over the configuration (RFC 7396).
fn merge(base: &mut serde_json::Value, patch: serde_json::Value) {
	match (base, patch) {
		(serde_json::Value::Object(base), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(serde_json::Value::Null), value);
			}
		},
		(base, patch) => *base = patch,
	}
}

/// Begins a block, as its author does; the first of a new runtime runs the migrations.
fn begin_block(number: u32) {
	let slot = DigestItem::PreRuntime(AURA_ENGINE_ID, Slot::from(u64::from(number)).encode());
	let header = Header::new(
		number,
		Default::default(),
		Default::default(),
		System::parent_hash(),
		Digest { logs: vec![slot] },
	);
	Executive::initialize_block(&header);
}

#[test]
fn a_chain_of_version_100_should_run_the_rollup_after_the_upgrade() {
	const { assert!(VERSION.spec_version > 100, "nodes would not notice the upgrade") };
	version_100("alpha").execute_with(|| {
		let identity = Identity::<Runtime>::get();
		assert!(identity.is_some() && Rollup::do_try_state().is_err());
		begin_block(1);

		assert_eq!(Rollup::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(Identity::<Runtime>::get(), identity);
		assert_eq!(Periods::<Runtime>::get(), Some(PARAMETERS));
		assert_eq!(Tokens::<Runtime>::get(TokenId(0)), Some(Token::Native));
		Rollup::do_try_state().unwrap();
		// The other pallets are new, and begin with their own version.
		assert_eq!(ProofVerifier::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(RootOracle::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(Amm::on_chain_storage_version(), StorageVersion::new(1));
		let last = LastRuntimeUpgrade::<Runtime>::get().unwrap();
		assert_eq!(last.spec_version.0, VERSION.spec_version);
	});
}

#[test]
fn the_upgrade_should_happen_once() {
	version_100("beta").execute_with(|| {
		begin_block(1);
		let periods = pallet_rollup::Parameters { turn_grace: 7, ..PARAMETERS };
		Periods::<Runtime>::put(periods);
		begin_block(2);
		assert_eq!(Periods::<Runtime>::get(), Some(periods), "the migration has not run again");
	});
}

#[test]
fn a_chain_of_no_network_should_stay_one_after_the_upgrade() {
	version_100("development").execute_with(|| {
		begin_block(1);
		assert_eq!(Rollup::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(Identity::<Runtime>::get(), None);
		assert_eq!(Periods::<Runtime>::get(), None);
		assert_eq!(Tokens::<Runtime>::count(), 0);
		Rollup::do_try_state().unwrap();
	});
}
