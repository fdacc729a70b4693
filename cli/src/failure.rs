// SPDX-License-Identifier: Apache-2.0

//! Why a command did not do what was asked, and what to do about it.

use std::{fmt, process::ExitCode};

use ligature_primitives::refusal::Refusal;
use serde_json::{Value, json};

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
	/// Something that was asked for did not come about.
	#[error("error: {what}\n help: {help}")]
	Failed {
		/// What.
		what: String,
		/// What to do.
		help: String,
	},
	/// The operator or a chain refused what it was sent.
	#[error("{0}")]
	Refused(Box<Refused>),
	/// Nobody answers where the operator or a chain should be.
	#[error("error: {what}\n help: {help}")]
	Unreachable {
		/// Who does not answer, and what happened.
		what: String,
		/// What to do.
		help: String,
	},
	/// A part of what was asked for did not come about; the rest did.
	#[error("{failure}")]
	Partial {
		/// What went wrong.
		failure: Box<Failure>,
		/// The rest; for standard output.
		output: String,
	},
	/// Reading or writing failed.
	#[error("error: {0}")]
	Io(#[from] std::io::Error),
}

/// A refusal by the operator or by a chain.
#[derive(Debug)]
pub struct Refused {
	/// Who refused.
	pub by: String,
	/// The stable name of the reason.
	pub name: String,
	/// Its number, if it has one: that of the operator's JSON-RPC errors.
	pub code: Option<i32>,
	/// The reason in words.
	pub what: String,
	/// What to do.
	pub help: String,
	/// What has happened all the same.
	pub sent: Sent,
}

/// What of an attempt is left in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
	/// Nothing: it was not taken.
	Nothing,
	/// It was taken and dropped later, or its effects were undone: a hash and what that means.
	Undone(String),
}

impl fmt::Display for Sent {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Nothing => f.write_str("nothing was sent, and no funds have moved"),
			Self::Undone(what) => f.write_str(what),
		}
	}
}

impl fmt::Display for Refused {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "error: {} refuses: {}", self.by, self.name)?;
		if let Some(code) = self.code {
			write!(f, " ({code})")?;
		}
		write!(f, ": {}\n help: {}\n note: {}", self.what, self.help, self.sent)
	}
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

	/// Something did not come about.
	pub fn failed(what: impl Into<String>, help: impl Into<String>) -> Self {
		Self::Failed { what: what.into(), help: help.into() }
	}

	/// Nobody answers.
	pub fn unreachable(what: impl Into<String>, help: impl Into<String>) -> Self {
		Self::Unreachable { what: what.into(), help: help.into() }
	}

	/// This failure, and what could be said all the same.
	#[must_use]
	pub fn with_output(self, output: String) -> Self {
		Self::Partial { failure: Box::new(self), output }
	}

	/// What goes to standard output in spite of the failure.
	pub fn output(&self) -> &str {
		match self {
			Self::Check { output, .. } | Self::Partial { output, .. } => output,
			_ => "",
		}
	}

	/// 2 for malformed input, 3 if nobody answers, 1 otherwise.
	pub fn exit_code(&self) -> ExitCode {
		match self {
			Self::Input { .. } => ExitCode::from(2),
			Self::Unreachable { .. } => ExitCode::from(3),
			Self::Partial { failure, .. } => failure.exit_code(),
			Self::Check { .. } | Self::Failed { .. } | Self::Refused(_) | Self::Io(_) => {
				ExitCode::from(1)
			},
		}
	}

	/// The stable name of the reason, if it is a refusal.
	pub fn refusal(&self) -> Option<&str> {
		match self {
			Self::Refused(refused) => Some(&refused.name),
			Self::Partial { failure, .. } => failure.refusal(),
			_ => None,
		}
	}

	/// The failure for machines.
	pub fn to_json(&self) -> Value {
		let (kind, what, help) = match self {
			Self::Input { what, help } => ("input", what.clone(), help.as_str()),
			Self::Check { what, help, .. } => ("check", what.clone(), help.as_str()),
			Self::Failed { what, help } => ("failed", what.clone(), help.as_str()),
			Self::Unreachable { what, help } => ("unreachable", what.clone(), help.as_str()),
			Self::Io(error) => ("io", error.to_string(), ""),
			Self::Partial { failure, .. } => return failure.to_json(),
			Self::Refused(refused) => {
				return json!({ "error": {
					"kind": "refused",
					"by": refused.by,
					"name": refused.name,
					"code": refused.code,
					"what": refused.what,
					"help": refused.help,
					"note": refused.sent.to_string(),
				}});
			},
		};
		json!({ "error": { "kind": kind, "what": what, "help": help } })
	}
}

/// A refusal with its name, its number and its meaning.
pub fn explain(refusal: Refusal) -> String {
	format!("{} ({}): {refusal}", refusal.name(), refusal.code())
}
