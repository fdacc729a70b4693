// SPDX-License-Identifier: Apache-2.0

//! The three files of a proof, in either format.

use std::{
	fmt::Display,
	fs,
	path::{Path, PathBuf},
};

use ark_bls12_381::{Bls12_381, Fr};
use clap::{Args, ValueEnum};
use ligature_zk_verifier::{Proof, VerifyingKey, inputs_from_bytes, snarkjs};

use crate::failure::Failure;

/// How the files are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
	/// JSON, as snarkjs writes it
	Snarkjs,
	/// Bytes, or the same as hexadecimal digits: compressed points, and 32 bytes little-endian per input
	Bytes,
}

/// Where the files are.
#[derive(Args)]
pub struct Files {
	/// The verifying key
	#[arg(long, value_name = "FILE")]
	vk: PathBuf,
	/// The proof
	#[arg(long, value_name = "FILE")]
	proof: PathBuf,
	/// The public inputs
	#[arg(long, value_name = "FILE")]
	public: PathBuf,
}

/// What is in the files.
pub struct Contents {
	pub key: VerifyingKey<Bls12_381>,
	pub proof: Proof<Bls12_381>,
	pub inputs: Vec<Fr>,
}

impl Files {
	/// Reads the files. A failure names the file and what is wrong with it.
	pub fn read(&self, format: Format) -> Result<Contents, Failure> {
		let Self { vk, proof, public } = self;
		let contents = match format {
			Format::Snarkjs => Contents {
				key: of(vk, snarkjs::read_key(&text(vk)?))?,
				proof: of(proof, snarkjs::read_proof(&text(proof)?))?,
				inputs: of(public, snarkjs::read_inputs(&text(public)?))?,
			},
			Format::Bytes => Contents {
				key: of(vk, VerifyingKey::from_bytes(&bytes(vk)?))?,
				proof: of(proof, Proof::from_bytes(&bytes(proof)?))?,
				inputs: of(public, inputs_from_bytes(&bytes(public)?))?,
			},
		};
		let (found, expected) = (contents.inputs.len(), contents.key.inputs());
		if found != expected {
			return Err(Failure::input(
				format!("{} has {found} inputs, and the key is for {expected}", public.display()),
				format!("take the inputs of the statement that {} is for", vk.display()),
			));
		}
		Ok(contents)
	}
}

/// What a reader has made of a file's content.
fn of<T, E: Display>(path: &Path, result: Result<T, E>) -> Result<T, Failure> {
	result.map_err(|error| {
		Failure::input(
			format!("{}: {error}", path.display()),
			"see `ligature proof verify --help` for what the files must be",
		)
	})
}

/// A file that cannot be read is malformed input: the exit code must not be that of a proof which
/// does not hold.
fn load(path: &Path) -> Result<Vec<u8>, Failure> {
	fs::read(path).map_err(|error| {
		let what = format!("cannot read {}: {error}", path.display());
		Failure::input(what, "give the path of a file that exists")
	})
}

fn text(path: &Path) -> Result<String, Failure> {
	String::from_utf8(load(path)?).map_err(|_| {
		Failure::input(
			format!("{}: not a text", path.display()),
			"for files with bytes use --format bytes",
		)
	})
}

/// The content, or what its hexadecimal digits stand for if it has nothing else. Bytes cannot be taken for
/// digits unseen: keys and proofs begin with a byte above all digits, and of inputs at most half would be left,
/// which is not the number that the key is for.
fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
	let content = load(path)?;
	let digits = content.trim_ascii();
	let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
	Ok(hex::decode(digits).unwrap_or(content))
}
