// SPDX-License-Identifier: Apache-2.0

//! The `ligature` command.
//!
//! It exits with 0 if it did what was asked, with 2 if its input is malformed, and with 1 if a check
//! of well-formed input failed or something else went wrong. What went wrong, and what to do, stands on
//! the error stream.

use std::{
	io::{self, Write},
	process::ExitCode,
};

use clap::{Parser, Subcommand};

mod failure;
mod input;
mod proof;
mod report;
mod tool;

use failure::Failure;

/// Ligature: one ledger over several chains.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Explain and check single values, without any chain
	#[command(subcommand)]
	Tool(tool::Tool),
	/// Verify proofs, and exchange them with snarkjs
	#[command(subcommand)]
	Proof(proof::Proof),
}

fn main() -> ExitCode {
	let result = match Cli::parse().command {
		Command::Tool(tool) => tool.run(),
		Command::Proof(proof) => proof.run(),
	};
	match result.and_then(|output| print(&output)) {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			// Nothing is left to be done if even this cannot be written.
			let _ = print(failure.output());
			let _ = writeln!(io::stderr(), "{failure}");
			failure.exit_code()
		},
	}
}

/// Writes the output; that nobody reads it to the end is no failure.
fn print(output: &str) -> Result<(), Failure> {
	match io::stdout().write_all(output.as_bytes()) {
		Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
		_ => Ok(()),
	}
}
