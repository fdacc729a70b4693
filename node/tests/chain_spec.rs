// SPDX-License-Identifier: Apache-2.0

//! Chains by name and from files: what is built, and what is refused with which words.

use ligature_node::chain_spec::load;
use polkadot_sdk::*;
use sp_runtime::BuildStorage;

#[test]
fn every_known_chain_should_build_its_genesis() {
	for (argument, id) in [
		("dev", "ligature_dev"),
		("alpha", "ligature_alpha"),
		("beta", "ligature_beta"),
		("local", "ligature_local"),
		("production-template", "ligature_production_template"),
	] {
		let spec = load(argument).unwrap();
		assert_eq!(spec.id(), id);
		let storage = spec.build_storage().unwrap();
		assert!(storage.top.contains_key(sp_core::storage::well_known_keys::CODE), "{argument}");
		assert!(storage.top.len() > 20, "{argument} has a genesis state");
	}
}

#[test]
fn a_file_without_code_should_give_the_same_chain_as_the_name() {
	let named = load("alpha").unwrap();
	let mut json: serde_json::Value = serde_json::from_str(&named.as_json(false).unwrap()).unwrap();
	*json.pointer_mut("/genesis/runtimeGenesis/code").unwrap() = "0x".into();
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("alpha.json");
	std::fs::write(&file, json.to_string()).unwrap();
	let from_file = load(file.to_str().unwrap()).unwrap();
	assert_eq!(from_file.build_storage().unwrap().top, named.build_storage().unwrap().top);
}

#[test]
fn an_unknown_chain_should_be_refused_with_the_known_names() {
	let Err(error) = load("gamma") else { panic!("there is no chain gamma") };
	assert!(error.contains("`gamma`") && error.contains("alpha, beta"), "{error}");
}

#[test]
fn a_file_that_is_no_specification_should_be_refused_with_its_name() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("broken.json");
	for content in ["", "{", "[]", r#"{"name":"x"}"#] {
		std::fs::write(&file, content).unwrap();
		let Err(error) = load(file.to_str().unwrap()) else { panic!("accepted {content:?}") };
		assert!(error.contains("broken.json"), "{error}");
	}
}
