// SPDX-License-Identifier: Apache-2.0

//! Why a network does not start, stop or say how it is.

use std::{io, path::PathBuf, time::Duration};

use ligature_chain::ChainError;

use crate::failure::Failure;

/// A failure; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DevnetError {
	/// Another command works in the folder.
	#[error("another command works in {0}; wait until it is done")]
	Busy(PathBuf),
	/// It runs already.
	#[error(
		"the network in {folder} runs already ({running}); stop it with `ligature devnet down`, or name another --folder"
	)]
	Running {
		/// Where.
		folder: PathBuf,
		/// Which processes.
		running: String,
	},
	/// Nothing has been started.
	#[error(
		"there is no network in {0}; start one with `ligature devnet up`, or name its --folder"
	)]
	NoNetwork(PathBuf),
	/// The folder holds something else.
	#[error("{0} holds other things than a network; name a folder of its own")]
	Foreign(PathBuf),
	/// There is no process of this name.
	#[error("there is no process {name}; there are {known}")]
	UnknownProcess {
		/// What was asked for.
		name: String,
		/// What there is.
		known: String,
	},
	/// There is no node.
	#[error(
		"there is no node at {0}; build it with `cargo build -p ligature-node`, or name one with --node"
	)]
	NoNode(PathBuf),
	/// A port cannot be had.
	#[error("port {port} for {what} is taken; stop who listens there, or choose another")]
	PortTaken {
		/// The port.
		port: u16,
		/// What it is for.
		what: String,
	},
	/// Ports run out.
	#[error("--base-port {base}: {count} ports from there on do not exist; the last one is 65535")]
	PortRange {
		/// The first.
		base: u16,
		/// How many there would have to be.
		count: usize,
	},
	/// Two processes would listen on one port.
	#[error(
		"port {port} is asked for twice, for {first} and for {second}; choose another for one of them"
	)]
	SamePort {
		/// The port.
		port: u16,
		/// For whom.
		first: String,
		/// And for whom.
		second: String,
	},
	/// The chains were opened with others.
	#[error("chain {name} belongs to another network than its neighbours; start anew with --fresh")]
	OtherNetwork {
		/// The chain.
		name: String,
	},
	/// A chain was started with other periods, which it keeps.
	#[error(
		"chain {name} was started with other periods than --expiry asks for, and keeps them; leave the flag away, or start \
		 anew with --fresh"
	)]
	OtherPeriods {
		/// The chain.
		name: String,
	},
	/// The node does not write the specification of a chain.
	#[error(
		"the specification of chain {name} cannot be made: {why}; is the node of this version?"
	)]
	Specification {
		/// The chain.
		name: String,
		/// Why.
		why: String,
	},
	/// Proving keys could not be made.
	#[error("the proving keys cannot be made: {0}")]
	Keys(String),
	/// A process ended that should not have.
	#[error("{name} {how}\n── the last lines of {log}\n{tail}", log = log.display())]
	Died {
		/// The process.
		name: String,
		/// How.
		how: String,
		/// Its log.
		log: PathBuf,
		/// The end of it.
		tail: String,
	},
	/// A process is not healthy in time.
	#[error("{name} is not healthy after {patience:?}: {why}\n── the last lines of {log}\n{tail}", log = log.display())]
	Unhealthy {
		/// The process.
		name: String,
		/// What it was given.
		patience: Duration,
		/// What it lacks.
		why: String,
		/// Its log.
		log: PathBuf,
		/// The end of it.
		tail: String,
	},
	/// Some would not end.
	#[error("{0} could not be stopped; end it by hand")]
	Unstoppable(String),
	/// A chain did not do what was asked.
	#[error("{what}: {source}")]
	Chain {
		/// What was asked.
		what: String,
		/// Why not.
		source: ChainError,
	},
	/// A chain refused what was asked.
	#[error("{what}: the chain refuses it: {why}")]
	Refused {
		/// What was asked.
		what: String,
		/// Its reason.
		why: String,
	},
	/// A file could not be read or written.
	#[error("{path}: {source}", path = path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Something that the system refused.
	#[error("{what}: {source}")]
	System {
		/// What.
		what: String,
		/// Why.
		source: io::Error,
	},
	/// Ctrl-C.
	#[error("interrupted; everything that was started is stopped")]
	Interrupted,
}

impl DevnetError {
	/// For `map_err`: what failed with a file.
	pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		let path = path.into();
		move |source| Self::File { path, source }
	}

	/// For `map_err`: what a chain was asked.
	pub(crate) fn chain(what: impl Into<String>) -> impl FnOnce(ChainError) -> Self {
		let what = what.into();
		move |source| Self::Chain { what, source }
	}

	/// For `map_err`: what the system was asked.
	pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
		let what = what.into();
		move |source| Self::System { what, source }
	}
}

impl From<DevnetError> for Failure {
	fn from(error: DevnetError) -> Self {
		match &error {
			DevnetError::PortRange { .. }
			| DevnetError::SamePort { .. }
			| DevnetError::UnknownProcess { .. } => {
				Self::input(error.to_string(), "`ligature devnet --help` has all options")
			},
			_ => Self::failed(
				error.to_string(),
				"`ligature devnet status` says what runs, `ligature devnet logs NAME` what it did",
			),
		}
	}
}
