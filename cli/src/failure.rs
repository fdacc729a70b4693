// SPDX-License-Identifier: Apache-2.0

//! Why a command did not do what was asked, and what to do about it.

use std::process::ExitCode;

use ligature_primitives::refusal::Refusal;

/// A failure, as the user reads it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
	/// The input is not what it should be.
	#[error("error: {what}\n help: {help}")]
	Input {
		/// What is wrong with it.
		what: String,
		/// What it should be.
		help: String,
	},
	/// The input is well formed, but a check of it failed.
	#[error("error: {what}\n help: {help}")]
	Check {
		/// What was found.
		what: String,
		/// What it means, or what to do.
		help: String,
		/// What can be said about the input all the same; for standard output.
		output: String,
	},
	/// Reading or writing failed.
	#[error("error: {0}")]
	Io(#[from] std::io::Error),
}

impl Failure {
	/// Malformed input.
	pub fn input(what: impl Into<String>, help: impl Into<String>) -> Self {
		Self::Input { what: what.into(), help: help.into() }
	}

	/// A failed check, and what can be said about the input all the same.
	pub fn check(
		what: impl Into<String>,
		help: impl Into<String>,
		output: impl Into<String>,
	) -> Self {
		Self::Check { what: what.into(), help: help.into(), output: output.into() }
	}

	/// What goes to standard output in spite of the failure.
	pub fn output(&self) -> &str {
		match self {
			Self::Check { output, .. } => output,
			Self::Input { .. } | Self::Io(_) => "",
		}
	}

	/// 2 for malformed input, 1 otherwise.
	pub fn exit_code(&self) -> ExitCode {
		match self {
			Self::Input { .. } => ExitCode::from(2),
			Self::Check { .. } | Self::Io(_) => ExitCode::from(1),
		}
	}
}

/// A refusal with its name, its number and its meaning.
pub fn explain(refusal: Refusal) -> String {
	format!("{} ({}): {refusal}", refusal.name(), refusal.code())
}
