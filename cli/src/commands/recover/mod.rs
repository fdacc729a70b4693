// SPDX-License-Identifier: Apache-2.0

//! `ligature recover`: the ledger, from nothing but the chains' blocks.
//!
//! | file | what |
//! |---|---|
//! | `place` | which chains, from where |
//! | `bars` | how far it is |
//! | `ledger` | rebuild, and what accounts have |
//! | `handover` | what a new operator starts from |
//! | `export` | a chain's blocks as files |

mod bars;
mod export;
mod handover;
mod ledger;
mod place;

pub use bars::Bars;
pub use handover::handover_trouble;
pub use place::{Place, connect, own_folder, trouble};

use clap::Subcommand;

use crate::failure::Failure;

/// Rebuild the ledger from the chains' blocks alone: without an operator, and without trusting one
#[derive(Subcommand)]
pub enum Recover {
	/// Execute all blocks again, check every root on the way, and say where it stands
	Ledger(ledger::Ledger),
	/// What an account has on the ledger, or everybody
	Balances(ledger::Balances),
	/// Keep one chain's state as a file (a snapshot)
	Snapshot(ledger::Snapshot),
	/// Make what a new operator starts from: then `ligature operator import`
	Handover(handover::Make),
	/// Write a chain's blocks into a folder, to recover from later without a node
	Export(export::Export),
}

impl Recover {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Ledger(command) => command.run().await,
			Self::Balances(command) => command.run().await,
			Self::Snapshot(command) => command.run().await,
			Self::Handover(command) => command.run().await,
			Self::Export(command) => command.run().await,
		}
	}
}
