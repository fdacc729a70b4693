// SPDX-License-Identifier: Apache-2.0

//! Chains by name, and chains from files.

use polkadot_sdk::*;

use ligature_runtime::{WASM_BINARY, presets, token};
use sc_service::{ChainType, Properties};
use serde_json::Value;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use std::path::Path;

/// What the runtime calls beside the standard host functions when it builds a genesis state: the
/// verifying keys of a chain of a network are checked there.
type GenesisHostFunctions = sp_crypto_ec_utils::bls12_381::host_calls::HostFunctions;

/// A chain specification of this node, without extensions of its own.
pub type ChainSpec = sc_service::GenericChainSpec<sc_chain_spec::NoExtension, GenesisHostFunctions>;

/// A chain that the node knows by name.
struct KnownChain {
	/// What the user writes after `--chain`.
	argument: &'static str,
	/// Shown to people.
	name: &'static str,
	/// Names the folder of the database.
	id: &'static str,
	/// Keeps the networks of different chains apart.
	protocol_id: &'static str,
	chain_type: ChainType,
	preset: &'static str,
}

const KNOWN_CHAINS: [KnownChain; 5] = [
	KnownChain {
		argument: "dev",
		name: "Ligature Development",
		id: "ligature_dev",
		protocol_id: "lig-dev",
		chain_type: ChainType::Development,
		preset: DEV_RUNTIME_PRESET,
	},
	KnownChain {
		argument: "local",
		name: "Ligature Local Testnet",
		id: "ligature_local",
		protocol_id: "lig-local",
		chain_type: ChainType::Local,
		preset: LOCAL_TESTNET_RUNTIME_PRESET,
	},
	KnownChain {
		argument: "alpha",
		name: "Ligature Alpha",
		id: "ligature_alpha",
		protocol_id: "lig-alpha",
		chain_type: ChainType::Local,
		preset: presets::ALPHA_PRESET,
	},
	KnownChain {
		argument: "beta",
		name: "Ligature Beta",
		id: "ligature_beta",
		protocol_id: "lig-beta",
		chain_type: ChainType::Local,
		preset: presets::BETA_PRESET,
	},
	KnownChain {
		argument: "production-template",
		name: "Ligature Production Template",
		id: "ligature_production_template",
		protocol_id: "lig-template",
		chain_type: ChainType::Live,
		preset: presets::PRODUCTION_TEMPLATE_PRESET,
	},
];

/// The chain that `--chain` names: one of the known names, or a file. Without a name: `local`.
pub fn load(argument: &str) -> Result<ChainSpec, String> {
	let argument = if argument.is_empty() { "local" } else { argument };
	if let Some(chain) = KNOWN_CHAINS.iter().find(|chain| chain.argument == argument) {
		return chain.spec();
	}
	let path = Path::new(argument);
	if path.is_file() {
		return from_file(path);
	}
	let names: Vec<_> = KNOWN_CHAINS.iter().map(|chain| chain.argument).collect();
	Err(format!("unknown chain `{argument}`: it is neither a file nor one of {}", names.join(", ")))
}

impl KnownChain {
	fn spec(&self) -> Result<ChainSpec, String> {
		let patch = presets::get_preset(&self.preset.into())
			.ok_or_else(|| format!("the runtime has no preset `{}`", self.preset))?;
		let patch: Value = serde_json::from_slice(&patch)
			.map_err(|e| format!("preset `{}` is not JSON: {e}", self.preset))?;
		Ok(ChainSpec::builder(built_in_code()?, None)
			.with_name(self.name)
			.with_id(self.id)
			.with_protocol_id(self.protocol_id)
			.with_chain_type(self.chain_type.clone())
			.with_properties(properties())
			.with_genesis_config_patch(patch)
			.build())
	}
}

/// A plain specification may leave out the runtime (`"code": "0x"`): then the chain starts with
/// the one that is built into this node. So the files in `chain-specs/` stay small and readable,
/// and do not change with every build. All nodes of such a chain must be the same build; a chain
/// that is to last is started from the raw form, which holds the code.
fn from_file(path: &Path) -> Result<ChainSpec, String> {
	let read =
		|what: String| format!("cannot use the chain specification {}: {what}", path.display());
	let text = std::fs::read(path).map_err(|e| read(e.to_string()))?;
	let mut json: Value =
		serde_json::from_slice(&text).map_err(|e| read(format!("not JSON: {e}")))?;
	if let Some(code) = json.pointer_mut("/genesis/runtimeGenesis/code")
		&& code == "0x"
	{
		*code = Value::String(sp_core::bytes::to_hex(built_in_code()?, false));
	}
	let text = serde_json::to_vec(&json).map_err(|e| read(e.to_string()))?;
	ChainSpec::from_json_bytes(text).map_err(read)
}

fn built_in_code() -> Result<&'static [u8], String> {
	WASM_BINARY.ok_or_else(|| {
		"this node was built without a runtime (SKIP_WASM_BUILD); build it again without".into()
	})
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), token::SYMBOL.into());
	properties.insert("tokenDecimals".into(), token::DECIMALS.into());
	properties.insert("ss58Format".into(), token::SS58_PREFIX.into());
	properties
}
