// SPDX-License-Identifier: Apache-2.0

//! The command line as a whole.

use clap::{Parser, Subcommand};

use crate::{
	commands::{
		Audit, Blocks, Claim, Completions, Deposit, Exit, FullExit, Key, Liquidity, Operator,
		Oracle, Pool, Pools, Prover, Recover, Status, Swap, Transfer, WalletCommand, Withdraw,
		common::Output,
	},
	demo::Demo,
	devnet::Devnet,
	failure::Failure,
	proof::Proof,
	tool::Tool,
	ui::{Ui, print_out},
};

/// Ligature: one ledger over several chains
///
/// Exit codes: 0 it is done; 1 it was refused, or failed; 2 what was written is malformed; 3 operator or chain do not
/// answer.
#[derive(Parser)]
#[command(
	name = "ligature",
	version,
	arg_required_else_help = true,
	disable_help_subcommand = true
)]
pub struct App {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	#[command(subcommand)]
	Wallet(WalletCommand),
	Deposit(Deposit),
	Transfer(Transfer),
	Swap(Box<Swap>),
	#[command(subcommand)]
	Liquidity(Box<Liquidity>),
	Withdraw(Withdraw),
	FullExit(FullExit),
	Claim(Claim),
	#[command(subcommand)]
	Exit(Box<Exit>),
	#[command(subcommand)]
	Key(Key),
	#[command(subcommand)]
	Pool(Pool),
	Pools(Pools),
	Status(Status),
	Blocks(Blocks),
	/// Run a whole development network on this machine
	Devnet {
		#[command(subcommand)]
		command: Box<Devnet>,
		/// Print JSON
		#[arg(long, global = true)]
		json: bool,
	},
	/// Show the main job from end to end on a network of its own, and check every number on the chains
	Demo {
		#[command(flatten)]
		demo: Box<Demo>,
		#[command(flatten)]
		output: Output,
	},
	#[command(subcommand)]
	Operator(Operator),
	#[command(subcommand)]
	Oracle(Oracle),
	#[command(subcommand)]
	Prover(Prover),
	#[command(subcommand)]
	Audit(Audit),
	#[command(subcommand)]
	Recover(Box<Recover>),
	Completions(Completions),
	/// Explain and check single values, without any chain
	#[command(subcommand)]
	Tool(Tool),
	/// Verify proofs, and exchange them with snarkjs
	#[command(subcommand)]
	Proof(Proof),
}

impl App {
	/// Does it.
	///
	/// # Errors
	///
	/// What went wrong, and what to do.
	pub async fn run(self) -> Result<(), Failure> {
		match self.command {
			Command::Wallet(command) => command.run().await,
			Command::Deposit(command) => command.run().await,
			Command::Transfer(command) => command.run().await,
			Command::Swap(command) => command.run().await,
			Command::Liquidity(command) => command.run().await,
			Command::Withdraw(command) => command.run().await,
			Command::FullExit(command) => command.run().await,
			Command::Claim(command) => command.run().await,
			Command::Exit(command) => command.run().await,
			Command::Key(command) => command.run().await,
			Command::Pool(command) => command.run().await,
			Command::Pools(command) => command.run().await,
			Command::Status(command) => command.run().await,
			Command::Blocks(command) => command.run().await,
			Command::Devnet { command, json } => command.run(Ui::new(json)).await,
			Command::Demo { demo, output } => demo.run(output.ui()).await,
			Command::Operator(command) => command.run().await,
			Command::Oracle(command) => command.run().await,
			Command::Prover(command) => command.run().await,
			Command::Audit(command) => command.run().await,
			Command::Recover(command) => command.run().await,
			Command::Completions(command) => command.run(),
			Command::Tool(tool) => print_out(&tool.run()?),
			Command::Proof(proof) => print_out(&proof.run()?),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_should_be_consistent() {
		App::command().debug_assert();
	}
}
