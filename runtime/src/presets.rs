// SPDX-License-Identifier: Apache-2.0

//! Genesis states by name.
//!
//! | preset | validators | accounts | sudo |
//! |---|---|---|---|
//! | `development` | Alice | well-known development accounts | Alice |
//! | `alpha` | Alice | the same, with USDT and WBTC | Alice |
//! | `beta` | Bob | the same, with USDC and WETH | Alice |
//! | `local_testnet` | Alice, Bob | well-known development accounts | Alice |
//! | `production_template` | none: fill in your own | none | none |
//!
//! `alpha` and `beta` are chains 1 and 2 of the development network (number 1); the others belong
//! to no network. The secrets of the
//! development accounts are public: nothing of value may ever be held by them.

#![deny(missing_docs)]

use polkadot_sdk::*;

use crate::{
	AccountId, AssetsConfig, BalancesConfig, RollupConfig, RuntimeGenesisConfig, SudoConfig, token,
	token::KnownAsset,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_rollup::GenesisIdentity;
use serde_json::Value;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, PresetId};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// The first chain of the development network.
pub const ALPHA_PRESET: &str = "alpha";
/// The second chain of the development network.
pub const BETA_PRESET: &str = "beta";
/// A chain without development keys, to be completed by those who run it.
pub const PRODUCTION_TEMPLATE_PRESET: &str = "production_template";

/// Number of the development network.
const DEVELOPMENT_NETWORK: u32 = 1;

/// Native balance of each development account: a million LIG.
const ENDOWMENT: crate::Balance = 1_000_000 * token::UNIT;
/// Whole tokens of each asset that each development account holds.
const ASSET_ENDOWMENT: crate::Balance = 1_000_000;

/// A validator of the development presets.
struct Validator {
	aura: Sr25519Keyring,
	grandpa: Ed25519Keyring,
}

const ALICE: Validator = Validator { aura: Sr25519Keyring::Alice, grandpa: Ed25519Keyring::Alice };
const BOB: Validator = Validator { aura: Sr25519Keyring::Bob, grandpa: Ed25519Keyring::Bob };

/// The genesis patch of the preset `id`, as JSON; `None` if there is no such preset.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(&[ALICE], &[], None),
		LOCAL_TESTNET_RUNTIME_PRESET => development(&[ALICE, BOB], &[], None),
		ALPHA_PRESET => development(&[ALICE], &token::ALPHA_ASSETS, Some(chain(1))),
		BETA_PRESET => development(&[BOB], &token::BETA_ASSETS, Some(chain(2))),
		PRODUCTION_TEMPLATE_PRESET => production_template(),
		_ => return None,
	};
	let json = serde_json::to_string(&patch).expect("a JSON value has keys that are strings; qed");
	Some(json.into_bytes())
}

/// The names that [`get_preset`] knows.
pub fn preset_names() -> Vec<PresetId> {
	[
		DEV_RUNTIME_PRESET,
		LOCAL_TESTNET_RUNTIME_PRESET,
		ALPHA_PRESET,
		BETA_PRESET,
		PRODUCTION_TEMPLATE_PRESET,
	]
	.into_iter()
	.map(PresetId::from)
	.collect()
}

/// A chain of the development network, whose chains are alpha (1) and beta (2).
fn chain(chain: u8) -> GenesisIdentity {
	GenesisIdentity { network: DEVELOPMENT_NETWORK, chain, chains: vec![1, 2] }
}

fn development(
	validators: &[Validator],
	assets: &[KnownAsset],
	identity: Option<GenesisIdentity>,
) -> Value {
	let accounts: Vec<AccountId> =
		Sr25519Keyring::well_known().map(|key| key.to_account_id()).collect();
	let root = Sr25519Keyring::Alice.to_account_id();

	build_struct_json_patch!(RuntimeGenesisConfig {
		aura: pallet_aura::GenesisConfig {
			authorities: validators
				.iter()
				.map(|validator| AuraId::from(validator.aura.public()))
				.collect::<Vec<_>>(),
		},
		grandpa: pallet_grandpa::GenesisConfig {
			authorities: validators
				.iter()
				.map(|validator| (GrandpaId::from(validator.grandpa.public()), 1))
				.collect::<Vec<_>>(),
		},
		balances: BalancesConfig {
			balances: accounts.iter().cloned().map(|a| (a, ENDOWMENT)).collect::<Vec<_>>(),
		},
		assets: AssetsConfig {
			assets: assets
				.iter()
				.map(|asset| (asset.id, root.clone(), true, asset.min_balance))
				.collect::<Vec<_>>(),
			metadata: assets
				.iter()
				.map(|asset| { (asset.id, asset.name.into(), asset.symbol.into(), asset.decimals) })
				.collect::<Vec<(u32, Vec<u8>, Vec<u8>, u8)>>(),
			accounts: assets
				.iter()
				.flat_map(|asset| {
					accounts.iter().map(|a| (asset.id, a.clone(), asset.units(ASSET_ENDOWMENT)))
				})
				.collect::<Vec<_>>(),
			next_asset_id: assets.last().map(|asset| asset.id + 1),
		},
		sudo: SudoConfig { key: Some(root) },
		rollup: RollupConfig { identity },
	})
}

/// Nothing that is known to the public: no validators, no balances, no sudo key.
fn production_template() -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		aura: pallet_aura::GenesisConfig { authorities: vec![] },
		grandpa: pallet_grandpa::GenesisConfig { authorities: vec![] },
		balances: BalancesConfig { balances: vec![] },
		sudo: SudoConfig { key: None },
	})
}
