// SPDX-License-Identifier: Apache-2.0

//! The binary `ligature-node`: see the library of this crate.

use ligature_node::command;
use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", command::describe(&error));
			ExitCode::FAILURE
		},
	}
}
