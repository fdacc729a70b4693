// SPDX-License-Identifier: Apache-2.0

//! The services as processes of their own: `ligature operator`, `ligature oracle`, `ligature prover`, `ligature audit`.

use std::path::{Path, PathBuf};

use clap::Args;
use ligature_service_kit::{
	load_config,
	logs::{self, Format},
};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

mod audit;
mod operator;
mod oracle;
mod prover;

pub use self::{audit::Audit, operator::Operator, oracle::Oracle, prover::Prover};

/// A configuration, or how one looks.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Source {
	/// The configuration file (TOML)
	#[arg(long, value_name = "FILE")]
	config: Option<PathBuf>,
	/// Print a configuration with every key, its default and what it means
	#[arg(long)]
	example: bool,
}

/// How a service writes its log, on the error stream.
#[derive(Args)]
struct Log {
	/// How a line of the log looks: human or json [default: human]
	#[arg(long, value_name = "FORMAT")]
	log_format: Option<Format>,
	/// Which lines there are, as in info,ligature_operator=debug [default: info]
	#[arg(long, value_name = "FILTER")]
	log: Option<String>,
}

impl Log {
	/// Begins the log; what is not said here is as given.
	fn begin(&self, format: Format, filter: &str) -> Result<(), Failure> {
		let filter = self.log.as_deref().unwrap_or(filter);
		logs::init(self.log_format.unwrap_or(format), filter)
			.map_err(|error| Failure::input(error.to_string(), "`--help` has examples"))
	}
}

/// Reads a configuration.
fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
	load_config(path).map_err(|error| {
		Failure::input(
			error.to_string(),
			"--example prints a configuration with every key explained",
		)
	})
}

/// A service ended by itself, or did not begin.
fn ended(error: impl std::fmt::Display) -> Failure {
	Failure::failed(error.to_string(), "docs/operations.md says what to do when a service fails")
}
