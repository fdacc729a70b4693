// SPDX-License-Identifier: Apache-2.0

//! That development chains start with the keys of the provers.

#[path = "../examples/development_keys.rs"]
#[allow(dead_code, reason = "`main` is the example's")]
mod development_keys;

#[test]
fn keys_of_development_chains_should_be_those_of_the_circuits() {
	// When this fails, a circuit has changed: run the example again, see there, and with it all genesis
	// states that hold the keys.
	let file = include_str!("../../runtime/keys/insecure-development.json");
	assert_eq!(development_keys::list().unwrap(), file);
}
