// SPDX-License-Identifier: Apache-2.0

//! The genesis presets: what each contains, and what the production template must not.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use polkadot_sdk::*;

use frame_support::traits::{
	Currency,
	fungibles::{Inspect, metadata::Inspect as InspectMetadata},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::TokenId,
};
use ligature_runtime::{
	AccountId, Assets, Balances, ProofVerifier, Rollup, RootOracle, Runtime, RuntimeGenesisConfig,
	System,
	presets::{get_preset, preset_names},
	token::{self, ALPHA_ASSETS, BETA_ASSETS, KnownAsset},
};
use pallet_rollup::traits::ProofVerification;
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;

/// Runs `test` in the genesis state of a preset.
fn in_preset(name: &str, test: impl FnOnce()) {
	let json = get_preset(&name.into()).expect("the preset exists");
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	merge(&mut config, serde_json::from_slice(&json).unwrap());
	let config: RuntimeGenesisConfig = serde_json::from_value(config).unwrap();
	let mut externalities = sp_io::TestExternalities::new(config.build_storage().unwrap());
	externalities.execute_with(|| {
		System::set_block_number(1);
		test();
	});
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

fn assert_assets(assets: &[KnownAsset]) {
	let alice = Sr25519Keyring::Alice.to_account_id();
	for asset in assets {
		assert_eq!(Assets::name(asset.id), asset.name.as_bytes());
		assert_eq!(Assets::symbol(asset.id), asset.symbol.as_bytes());
		assert_eq!(Assets::decimals(asset.id), asset.decimals);
		assert_eq!(Assets::balance(asset.id, &alice), asset.units(1_000_000));
		assert_eq!(Assets::minimum_balance(asset.id), asset.min_balance);
	}
	assert_eq!(pallet_assets::Asset::<Runtime>::iter().count(), assets.len());
}

#[test]
fn all_named_presets_should_exist_and_no_other() {
	assert_eq!(preset_names().len(), 5);
	for name in preset_names() {
		assert!(get_preset(&name).is_some(), "{name:?}");
	}
	assert!(get_preset(&"gamma".into()).is_none());
}

#[test]
fn alpha_and_beta_should_have_one_validator_and_two_assets_each() {
	let validators = || pallet_aura::Authorities::<Runtime>::get().into_inner();
	in_preset("alpha", || {
		assert_eq!(validators(), vec![Sr25519Keyring::Alice.public().into()]);
		assert_assets(&ALPHA_ASSETS);
	});
	in_preset("beta", || {
		assert_eq!(validators(), vec![Sr25519Keyring::Bob.public().into()]);
		assert_assets(&BETA_ASSETS);
	});
	for asset in &ALPHA_ASSETS {
		assert!(BETA_ASSETS.iter().all(|other| other.symbol != asset.symbol));
	}
}

#[test]
fn alpha_and_beta_should_be_the_two_chains_of_one_network() {
	let identity = |preset| {
		let mut identity = None;
		in_preset(preset, || identity = Rollup::identity());
		identity
	};
	let (alpha, beta) = (identity("alpha").unwrap(), identity("beta").unwrap());
	assert_eq!((alpha.chain.0, beta.chain.0), (1, 2));
	assert_eq!((alpha.network, &alpha.chains), (beta.network, &beta.chains));
	assert_eq!(identity("development"), None);
}

#[test]
fn alpha_and_beta_should_be_ready_for_blocks_of_the_rollup() {
	for (name, assets) in [("alpha", &ALPHA_ASSETS), ("beta", &BETA_ASSETS)] {
		in_preset(name, || {
			let alice = Sr25519Keyring::Alice.to_account_id();
			assert_eq!(pallet_rollup::Operators::<Runtime>::get().into_inner(), [alice]);
			let bob = Sr25519Keyring::Bob.to_account_id();
			assert_eq!(pallet_rollup::Guardian::<Runtime>::get(), Some(bob));
			for (number, asset) in (1..).zip(assets) {
				assert_eq!(
					pallet_rollup::TokenOf::<Runtime>::get(asset.id),
					Some(TokenId(number)),
					"{}",
					asset.symbol
				);
				let custody = Rollup::custody_account();
				assert_eq!(Assets::balance(asset.id, &custody), asset.min_balance);
			}
			assert_eq!(RootOracle::epochs().len(), 1);
			assert_eq!(RootOracle::members_of(0).map(|members| members.len()), Some(4));
			let classes = [1, 2, 3].map(|class| SizeClass::new(class).unwrap());
			let join = JoinClass::new(3).unwrap();
			assert!(ProofVerifier::keys_digest(1, join, &classes[1..]).is_ok());
		});
	}
}

#[test]
fn production_periods_should_let_everybody_leave_before_a_change() {
	let periods = ligature_runtime::rollup::PARAMETERS;
	assert!(periods.notice > periods.expiry + periods.exit_time);
	assert!(periods.exit_time > periods.exodus_timeout);
}

#[test]
fn local_testnet_should_have_two_validators_in_both_sets() {
	in_preset("local_testnet", || {
		assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), 2);
		assert_eq!(pallet_grandpa::Pallet::<Runtime>::grandpa_authorities().len(), 2);
	});
}

#[test]
fn development_presets_should_endow_accounts_and_set_sudo() {
	for name in ["development", "local_testnet", "alpha", "beta"] {
		in_preset(name, || {
			let alice = Sr25519Keyring::Alice.to_account_id();
			assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(alice.clone()));
			// An oracle's bond is part of it, on hold.
			assert_eq!(Balances::total_balance(&alice), 1_000_000 * token::UNIT);
		});
	}
}

#[test]
fn the_production_template_should_hold_nothing_that_is_public() {
	let template = get_preset(&"production_template".into()).unwrap();
	let text = String::from_utf8(template).unwrap();
	for key in Sr25519Keyring::iter() {
		assert!(!text.contains(&AccountId::from(key.public()).to_string()), "{key:?} is in it");
	}
	in_preset("production_template", || {
		assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
		assert!(pallet_aura::Authorities::<Runtime>::get().is_empty());
		assert!(pallet_grandpa::Pallet::<Runtime>::grandpa_authorities().is_empty());
		assert_eq!(Balances::total_issuance(), 0);
		assert_eq!(frame_system::Account::<Runtime>::iter().count(), 0);
	});
}
