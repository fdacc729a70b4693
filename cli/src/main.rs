// SPDX-License-Identifier: Apache-2.0

//! The `ligature` command.
//!
//! It exits with 0 if it did what was asked, with 1 if that was refused or failed, with 2 if its input is malformed, and
//! with 3 if operator or chain do not answer. What went wrong, and what to do, stands on the error stream; with `--json` it
//! stands on standard output, too.

use std::process::ExitCode;

fn main() -> ExitCode {
	ligature_cli::main()
}
