// SPDX-License-Identifier: Apache-2.0

//! Keys in chain specifications.

use polkadot_sdk::*;

use super::*;
use crate::{
	DevelopmentKeysAllowed, GenesisCircuit, GenesisConfig, GenesisKey, KeyOrigin, Keys, Pallet,
};
use frame_support::traits::{GetStorageVersion, StorageVersion};
use pallet_rollup::traits::ProofVerification;
use sp_core::Bytes;

fn entry(version: u16, circuit: GenesisCircuit, number: u64) -> GenesisKey {
	GenesisKey { version, circuit, key: Bytes(Trapdoor::new(number).key_bytes().to_vec()) }
}

/// What a chain with these keys says when it is built.
fn refusal(keys: Vec<GenesisKey>) -> String {
	let build = || drop(ExtBuilder::default().keys(keys).build());
	let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(build)).unwrap_err();
	panic.downcast_ref::<String>().expect("the message is formatted").clone()
}

#[test]
fn genesis_keys_should_be_usable_at_once() {
	let keys = vec![
		entry(VERSION, GenesisCircuit::Chain(1), 0),
		entry(VERSION, GenesisCircuit::Join(1), 1),
	];
	ExtBuilder::default().keys(keys).build_and_execute(|| {
		assert_eq!(Keys::<Test>::get(VERSION, chain(1)).unwrap().usable_from, 0);
		let (size, some) = (SizeClass::new(1).unwrap(), JoinClass::new(1).unwrap());
		assert_ok!(ProofVerifier::keys_digest(VERSION, some, &[size]));
		assert!(!DevelopmentKeysAllowed::<Test>::get());
		assert_eq!(Pallet::<Test>::on_chain_storage_version(), StorageVersion::new(1));
	});
}

#[test]
fn development_chain_should_start_with_the_keys_of_the_file() {
	let keys = development_keys();
	ExtBuilder::default().keys(keys).allow_development_keys().build_and_execute(|| {
		for class in 1..=3 {
			for circuit in [chain(class), join(class)] {
				let info = Keys::<Test>::get(VERSION, circuit).unwrap();
				assert_eq!(info.origin, KeyOrigin::Development);
			}
		}
		assert_eq!(Keys::<Test>::iter().count(), 6);
	});
}

#[test]
fn genesis_should_name_a_development_key_and_the_flag_for_it() {
	let message = refusal(development_keys());
	assert!(message.contains("proofVerifier.keys[0], Chain(1) of version 1"), "{message}");
	assert!(message.contains("allowDevelopmentKeys"), "{message}");
}

#[test]
fn genesis_should_name_what_is_wrong_with_a_key() {
	let good = entry(VERSION, GenesisCircuit::Chain(1), 0);
	let other = GenesisKey { circuit: GenesisCircuit::Chain(2), ..good.clone() };
	let bad = |key: Vec<u8>| GenesisKey { key: Bytes(key), ..other.clone() };
	let long = [&good.key[..], &[0]].concat();
	let short = good.key[1..].to_vec();
	let mut point = good.key.to_vec();
	point[0] = 0;
	for (entry, what) in [
		(bad(long), "440 bytes"),
		(bad(short), "440 bytes"),
		(bad(point), "BadPoint"),
		(GenesisKey { circuit: GenesisCircuit::Join(5), ..good.clone() }, "no such class"),
		(GenesisKey { circuit: GenesisCircuit::Chain(0), ..good.clone() }, "EmptyClass"),
		(good.clone(), "KeyExists"),
	] {
		let message = refusal(vec![good.clone(), entry]);
		assert!(message.contains("proofVerifier.keys[1]"), "{message}");
		assert!(message.contains(what), "{message}");
	}
}

#[test]
fn genesis_should_be_written_as_hexadecimal_digits_and_classes() {
	let key = entry(VERSION, GenesisCircuit::Join(3), 0);
	let config = GenesisConfig::<Test> { keys: vec![key.clone()], ..Default::default() };
	let json = serde_json::to_value(&config).unwrap();
	let digits: String = key.key.iter().map(|byte| format!("{byte:02x}")).collect();
	let expected = serde_json::json!({
		"keys": [{ "version": 1, "circuit": { "join": 3 }, "key": format!("0x{digits}") }],
		"allowDevelopmentKeys": false,
	});
	assert_eq!(json, expected);
	let read: GenesisConfig<Test> = serde_json::from_value(json).unwrap();
	assert_eq!(read.keys, [key]);
	for bad in [
		r#"{ "version": 1, "circuit": { "half": 3 }, "key": "0x00" }"#,
		r#"{ "version": 65536, "circuit": { "join": 3 }, "key": "0x00" }"#,
		r#"{ "version": 1, "circuit": { "join": 3 }, "key": "0xzz" }"#,
		r#"{ "version": 1, "circuit": { "join": 3 }, "key": "0x00", "more": 1 }"#,
	] {
		assert!(serde_json::from_str::<GenesisKey>(bad).is_err(), "{bad}");
	}
}
