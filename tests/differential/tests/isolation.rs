// SPDX-License-Identifier: Apache-2.0

//! The naive model is a second opinion only as long as it does not ask the ledger.

use std::{path::Path, process::Command};

#[test]
fn model_does_not_depend_on_the_ledger() {
	let tree = Command::new(env!("CARGO"))
		.args([
			"tree",
			"--offline",
			"--package",
			"ligature-model",
			"--edges",
			"all",
			"--prefix",
			"none",
		])
		.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
		.output()
		.expect("cargo runs, it has built this test");
	let text = String::from_utf8_lossy(&tree.stdout);
	assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
	assert!(text.contains("ligature-primitives"), "not the tree of the model:\n{text}");
	assert!(!text.contains("ligature-ledger"), "the model depends on the ledger:\n{text}");
}
