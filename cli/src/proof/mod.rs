// SPDX-License-Identifier: Apache-2.0

//! `ligature proof`: Groth16 proofs on BLS12-381, of Ligature or of anybody.

use clap::Subcommand;

use crate::failure::Failure;

mod export;
mod files;
mod verify;

/// What can be done with proofs.
#[derive(Subcommand)]
pub enum Proof {
	/// Verify a proof: exit code 0 if it holds, 1 if not, 2 if a file is malformed
	Verify(verify::Verify),
	/// Write a key, a proof and its inputs as the JSON files of snarkjs
	Export(export::Export),
}

impl Proof {
	/// What the command prints.
	pub fn run(self) -> Result<String, Failure> {
		match self {
			Self::Verify(command) => command.run(),
			Self::Export(command) => command.run(),
		}
	}
}
