// SPDX-License-Identifier: Apache-2.0

//! `ligature tool`: single values, explained and checked without any chain.

use clap::Subcommand;

use crate::failure::Failure;

mod hash;
mod key;
mod op;
mod poseidon;

/// The tools.
#[derive(Subcommand)]
pub enum Tool {
	/// Permute a state with Poseidon and print it, one word per line
	Poseidon(poseidon::Poseidon),
	/// Hash words with a domain's tag, as the protocol does
	Hash(hash::Hash),
	/// Explain operations: public data and signed transactions
	#[command(subcommand)]
	Op(op::Op),
	/// Make, show and use L2 keys
	#[command(subcommand)]
	Key(key::Key),
}

impl Tool {
	/// What the tool prints.
	pub fn run(self) -> Result<String, Failure> {
		match self {
			Self::Poseidon(tool) => tool.run(),
			Self::Hash(tool) => tool.run(),
			Self::Op(tool) => tool.run(),
			Self::Key(tool) => tool.run(),
		}
	}
}
