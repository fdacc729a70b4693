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
//! to no network. They have four oracles (Alice, Bob, Charlie, Dave), Alice as operator, Bob as
//! guardian, and the insecure development keys of the circuits. The secrets of the development
//! accounts and keys are public: nothing of value may ever be held by them.

#![deny(missing_docs)]

use polkadot_sdk::*;

use crate::{
	AccountId, AssetsConfig, BalancesConfig, ProofVerifierConfig, Rollup, RollupConfig,
	RootOracleConfig, RuntimeGenesisConfig, SudoConfig, rollup, token, token::KnownAsset,
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_proof_verifier::GenesisKey;
use pallet_rollup::GenesisIdentity;
use serde_json::Value;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::ed25519;
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

/// The oracles of the development network. Each has its own seed, and the account of the same name.
const ORACLES: [(Sr25519Keyring, Ed25519Keyring); 4] = [
	(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
	(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
	(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
];

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

/// The verifying keys of the development secrets. Everybody can forge proofs for them.
fn insecure_development_keys() -> Vec<GenesisKey> {
	serde_json::from_str(include_str!("../keys/insecure-development.json"))
		.expect("the file is the list of keys that a test writes and compares; qed")
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
	let networked = identity.is_some();
	let oracles: Vec<(AccountId, ed25519::Public)> = ORACLES
		.iter()
		.filter(|_| networked)
		.map(|(account, key)| (account.to_account_id(), key.public()))
		.collect();
	// Custody holds the least balance of each token from the beginning, as a gift: what it owes can
	// then be paid to the last unit without the account being reaped.
	let custody = Rollup::custody_account();

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
			balances: accounts
				.iter()
				.map(|account| (account.clone(), ENDOWMENT))
				.chain([(custody.clone(), token::EXISTENTIAL_DEPOSIT)])
				.collect::<Vec<_>>(),
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
					accounts
						.iter()
						.map(|a| (asset.id, a.clone(), asset.units(ASSET_ENDOWMENT)))
						.chain([(asset.id, custody.clone(), asset.min_balance)])
				})
				.collect::<Vec<_>>(),
			next_asset_id: assets.last().map(|asset| asset.id + 1),
		},
		sudo: SudoConfig { key: Some(root) },
		rollup: RollupConfig {
			identity,
			parameters: networked.then_some(rollup::DEVELOPMENT_PARAMETERS),
			operators: if networked { vec![Sr25519Keyring::Alice.to_account_id()] } else { vec![] },
			guardian: networked.then(|| Sr25519Keyring::Bob.to_account_id()),
			assets: assets.iter().map(|asset| asset.id).collect::<Vec<_>>(),
		},
		proof_verifier: ProofVerifierConfig {
			keys: if networked { insecure_development_keys() } else { vec![] },
			allow_development_keys: networked,
		},
		root_oracle: RootOracleConfig { members: oracles },
	})
}

/// Nothing that is known to the public: no validators, no balances, no sudo key.
fn production_template() -> Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		aura: pallet_aura::GenesisConfig { authorities: vec![] },
		grandpa: pallet_grandpa::GenesisConfig { authorities: vec![] },
		balances: BalancesConfig { balances: vec![] },
		sudo: SudoConfig { key: None },
		rollup: RollupConfig { parameters: Some(rollup::PARAMETERS) },
		proof_verifier: ProofVerifierConfig { keys: vec![], allow_development_keys: false },
		root_oracle: RootOracleConfig { members: vec![] },
	})
}
