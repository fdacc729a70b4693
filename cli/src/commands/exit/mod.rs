// SPDX-License-Identifier: Apache-2.0

//! `ligature exit`: how everybody leaves when the rollup has ended, or must. Nobody is needed for it but the chains: no
//! operator, no database of one, no prover (section 12.6 of `docs/protocol.md`).
//!
//! | file | what |
//! |---|---|
//! | `link` | which chains, and from where their blocks are read |
//! | `mode` | how far the end of the rollup is on a chain, and what can be done next |
//! | `stand` | asks a chain for that |
//! | `status`, `steps`, `list`, `claim` | the commands |
//! | `ledger` | the chains' states, rebuilt from their blocks |
//! | `dues` | what the chains owe, and whether it is paid |
//! | `pay` | brings claims to a chain, many at a time |

mod claim;
mod dues;
mod ledger;
mod link;
mod list;
mod mode;
mod pay;
mod stand;
mod status;
mod steps;

use clap::Subcommand;

use crate::failure::Failure;

/// Leave when the rollup has ended, or end it if it serves nobody: without an operator
#[derive(Subcommand)]
pub enum Exit {
	/// Show for each chain how far the end is, and what you can do next
	Status(status::Status),
	/// End the rollup, because a request was not served in time
	Enter(steps::Enter),
	/// Fix the last block of the rollup, because the oracles have not done it in time
	Freeze(steps::Freeze),
	/// Execute the blocks up to the last one, so that everybody can leave
	Execute(steps::Execute),
	/// Show what can be claimed, and what is paid already
	List(list::List),
	/// Get what the chains owe, to its owner; whoever sends it pays the fee
	Claim(claim::Claim),
}

impl Exit {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Status(command) => command.run().await,
			Self::Enter(command) => command.run().await,
			Self::Freeze(command) => command.run().await,
			Self::Execute(command) => command.run().await,
			Self::List(command) => command.run().await,
			Self::Claim(command) => command.run().await,
		}
	}
}
