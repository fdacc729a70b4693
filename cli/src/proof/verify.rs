// SPDX-License-Identifier: Apache-2.0

//! `ligature proof verify`.

use clap::Args;
use ligature_zk_verifier::verify;
use serde_json::Value;

use super::files::{Contents, Files, Format};
use crate::{failure::Failure, report::Fields};

/// Verifies any Groth16 proof on BLS12-381, with any number of inputs.
#[derive(Args)]
pub struct Verify {
	/// How the files are written
	#[arg(long, value_enum, default_value = "snarkjs")]
	format: Format,
	#[command(flatten)]
	files: Files,
	/// Print the result as JSON
	#[arg(long)]
	json: bool,
}

impl Verify {
	pub fn run(self) -> Result<String, Failure> {
		let Contents { key, proof, inputs } = self.files.read(self.format)?;
		let key = key.prepare();
		let result = verify(&key, &inputs, &proof);
		let fields = Fields::default()
			.with("valid", result.is_ok())
			.with("inputs", inputs.len())
			.with("key", hex::encode(key.digest()));
		let output = if self.json {
			Value::Object(fields.into_json()).to_string() + "\n"
		} else {
			fields.into_lines()
		};
		match result {
			Ok(()) => Ok(output),
			Err(error) => Err(Failure::check(
				error.to_string(),
				"the three files are well formed, but do not belong together, or the proof is false",
				output,
			)),
		}
	}
}
