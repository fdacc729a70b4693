// SPDX-License-Identifier: Apache-2.0

//! Prints the verifying keys of the INSECURE development secrets, for the genesis of development chains:
//!
//! ```text
//! cargo run -p ligature-prover --example development_keys > runtime/keys/insecure-development.json
//! ```
//!
//! Circuit version 1, size and join classes 1 to 3. The constraints of every circuit are written down, the
//! proving keys are not made: it takes seconds.

use ark_serialize::CanonicalSerialize;
use ligature_circuits::{
	chain::{ChainCircuit, ChainWitness},
	join::JoinCircuit,
	r1cs::{Circuit, Shape},
};
use ligature_primitives::constants::{JoinClass, SizeClass};
use ligature_prover::key::insecure_development_verifying;
use std::error::Error;

/// The version under which the keys are registered.
const VERSION: u16 = 1;
/// The largest class that has a key.
const LARGEST: u8 = 3;

fn main() -> Result<(), Box<dyn Error>> {
	print!("{}", list()?);
	Ok(())
}

/// The keys of all circuits, as the genesis configuration of the verifier takes them.
pub fn list() -> Result<String, Box<dyn Error>> {
	let mut entries = Vec::new();
	for class in 1..=LARGEST {
		let witness = &ChainWitness::padding(SizeClass::new(class)?);
		entries.push(entry("chain", class, &ChainCircuit { witness })?);
	}
	for class in 1..=LARGEST {
		let join = JoinCircuit { class: JoinClass::new(class)?, ..JoinCircuit::default() };
		entries.push(entry("join", class, &join)?);
	}
	Ok(format!("[\n{}\n]\n", entries.join(",\n")))
}

fn entry(kind: &str, class: u8, circuit: &impl Circuit) -> Result<String, Box<dyn Error>> {
	let key = insecure_development_verifying(&Shape::of(circuit).matrices);
	let mut bytes = Vec::new();
	key.serialize_compressed(&mut bytes)?;
	let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
	Ok(format!(
		"\t{{ \"version\": {VERSION}, \"circuit\": {{ \"{kind}\": {class} }}, \"key\": \"0x{digits}\" }}"
	))
}
