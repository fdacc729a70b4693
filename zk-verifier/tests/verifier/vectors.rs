// SPDX-License-Identifier: Apache-2.0

//! The files in `tests/vectors/groth16`, which tests of other tools read.

use std::{fs, path::Path};

use ark_bls12_381::Fr;
use ligature_zk_verifier::inputs_to_bytes;

use crate::support::Statement;

/// The files are what arkworks makes from a fixed seed. `LIGATURE_WRITE_VECTORS=1` writes them anew.
#[test]
fn vectors_should_be_what_the_seed_gives() {
	let mut statement = Statement::new(2, 381);
	let proven = statement.prove_roots(vec![Fr::from(7u64), -Fr::from(5u64)]);
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/groth16");
	for (name, bytes) in [
		("key.bin", statement.key_bytes()),
		("proof.bin", proven.bytes()),
		("inputs.bin", inputs_to_bytes(&proven.inputs)),
	] {
		let path = folder.join(name);
		if std::env::var_os("LIGATURE_WRITE_VECTORS").is_some() {
			fs::create_dir_all(&folder).unwrap();
			fs::write(&path, &bytes).unwrap();
		}
		assert!(fs::read(&path).unwrap() == bytes, "{name}");
	}
}
