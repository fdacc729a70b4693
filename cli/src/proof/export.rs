// SPDX-License-Identifier: Apache-2.0

//! `ligature proof export`.

use std::{
	fs, io,
	path::{Path, PathBuf},
};

use clap::Args;
use ligature_zk_verifier::snarkjs::{write_inputs, write_key, write_proof};

use super::files::{Contents, Files, Format};
use crate::failure::Failure;

/// Writes verification_key.json, proof.json and public.json for snarkjs. Whether the proof holds is not
/// looked at.
#[derive(Args)]
pub struct Export {
	/// How the files to read are written
	#[arg(long, value_enum, default_value = "bytes")]
	format: Format,
	#[command(flatten)]
	files: Files,
	/// The folder to write to; made if it is not there
	#[arg(long, value_name = "FOLDER")]
	out: PathBuf,
}

impl Export {
	pub fn run(self) -> Result<String, Failure> {
		let Contents { key, proof, inputs } = self.files.read(self.format)?;
		fs::create_dir_all(&self.out).map_err(|error| unwritable(&self.out, &error))?;
		let mut output = String::new();
		for (name, value) in [
			("verification_key.json", write_key(&key)),
			("proof.json", write_proof(&proof)),
			("public.json", write_inputs(&inputs)),
		] {
			let path = self.out.join(name);
			fs::write(&path, format!("{value:#}\n")).map_err(|error| unwritable(&path, &error))?;
			output += &format!("{}\n", path.display());
		}
		Ok(output)
	}
}

/// Says what could not be written, and what to do.
fn unwritable(path: &Path, error: &io::Error) -> Failure {
	let what = format!(
		"cannot write {}: {error}; name a folder with --out that can be written to",
		path.display()
	);
	io::Error::new(error.kind(), what).into()
}
