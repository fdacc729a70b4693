// SPDX-License-Identifier: Apache-2.0

//! The `ligature` command as a library: what a wallet does, for commands, demo and tests.
//!
//! | module | what |
//! |---|---|
//! | [`session`] | asks operator and chains, signs, sends, waits |
//! | [`wallet`] | keys and wallet files |
//! | [`amounts`] | decimal numbers, exact |
//! | [`endpoints`] | where operator and chains are |
//! | [`ui`] | tables, lines of progress, JSON |
//! | [`failure`] | what goes wrong, and the exit code |
//! | [`devnet`], [`demo`] | a network on this machine, and what it shows |
//! | `commands`, `tool`, `proof` | the command line |

use std::{
	io::{self, Write},
	process::ExitCode,
};

use clap::Parser;

pub mod amounts;
mod app;
mod commands;
pub mod demo;
pub mod devnet;
pub mod endpoints;
pub mod failure;
mod input;
mod proof;
mod report;
pub mod session;
mod show;
mod tool;
pub mod ui;
pub mod wallet;

use failure::Failure;
use ui::print_out;

/// Does what the command line says.
pub fn main() -> ExitCode {
	let app = app::App::parse();
	let json = std::env::args_os().any(|argument| argument == "--json");
	let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
	let result = match runtime {
		Ok(runtime) => runtime.block_on(app.run()),
		Err(error) => Err(error.into()),
	};
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			report(&failure, json);
			failure.exit_code()
		},
	}
}

/// Says what went wrong. Nothing is left to be done if even this cannot be written.
fn report(failure: &Failure, json: bool) {
	let output = match (failure.output(), json) {
		("", true) => format!("{:#}\n", failure.to_json()),
		(output, _) => output.into(),
	};
	let _ = print_out(&output);
	let _ = writeln!(io::stderr(), "{failure}");
}
