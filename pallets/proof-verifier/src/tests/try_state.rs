// SPDX-License-Identifier: Apache-2.0

//! That the check of the state finds what is wrong with it.

use super::*;
use crate::{DevelopmentKeysAllowed, GenesisCircuit, KeyOrigin, Keys, PreparedKeys, Versions};

/// What the check says of a chain with two keys after this change.
fn complaint(change: fn()) -> &'static str {
	ExtBuilder::default().build().execute_with(|| {
		register(VERSION, chain(1), 0);
		register(VERSION, join(1), 1);
		assert_ok!(ProofVerifier::do_try_state());
		change();
		ProofVerifier::do_try_state().unwrap_err().into()
	})
}

#[test]
fn try_state_should_find_versions_that_do_not_fit_the_keys() {
	let twice = complaint(|| {
		Versions::<Test>::mutate(|versions| versions.try_push(VERSION).unwrap());
	});
	assert_eq!(twice, "a version is listed twice");
	let missing = complaint(Versions::<Test>::kill);
	assert_eq!(missing, "the versions that have keys are not those that are listed");
	let more = complaint(|| Versions::<Test>::mutate(|versions| versions.try_push(9).unwrap()));
	assert_eq!(more, "the versions that have keys are not those that are listed");
}

#[test]
fn try_state_should_find_keys_without_their_other_half() {
	let lonely = complaint(|| Keys::<Test>::remove(VERSION, chain(1)));
	assert_eq!(lonely, "there are keys without information");
	let exchanged = complaint(|| {
		let bytes = PreparedKeys::<Test>::take(VERSION, chain(1)).unwrap();
		PreparedKeys::<Test>::insert(VERSION, chain(2), bytes);
	});
	assert_eq!(exchanged, "a key is not stored");
}

#[test]
fn try_state_should_find_keys_that_are_not_what_was_registered() {
	for byte in [0, 40, 700, 1_400] {
		ExtBuilder::default().build().execute_with(|| {
			register(VERSION, chain(1), 0);
			PreparedKeys::<Test>::mutate(VERSION, chain(1), |bytes| {
				bytes.as_mut().unwrap()[byte] ^= 1;
			});
			let found: &str = ProofVerifier::do_try_state().unwrap_err().into();
			assert_eq!(found, "a stored key is not what its points give", "byte {byte}");
		});
	}
	let other = complaint(|| {
		Keys::<Test>::mutate(VERSION, chain(1), |info| info.as_mut().unwrap().digest[0] ^= 1);
	});
	assert_eq!(other, "the digest is not the stored key's");
	let origin = complaint(|| {
		Keys::<Test>::mutate(VERSION, chain(1), |info| {
			info.as_mut().unwrap().origin = KeyOrigin::Development;
		});
	});
	assert_eq!(origin, "the origin is not the key's");
}

#[test]
fn try_state_should_find_development_keys_where_none_may_be() {
	let keys = development_keys().into_iter().filter(|key| key.circuit == GenesisCircuit::Chain(1));
	let chain = ExtBuilder::default().keys(keys.collect()).allow_development_keys();
	chain.build().execute_with(|| {
		assert_ok!(ProofVerifier::do_try_state());
		DevelopmentKeysAllowed::<Test>::kill();
		let found: &str = ProofVerifier::do_try_state().unwrap_err().into();
		assert_eq!(found, "a development key is registered where none may be");
	});
}
