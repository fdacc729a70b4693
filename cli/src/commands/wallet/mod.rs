// SPDX-License-Identifier: Apache-2.0

//! `ligature wallet`: keys, and what they hold.

use clap::Subcommand;

use crate::failure::Failure;

mod balance;
mod keep;
mod look;

/// Keys, and what they hold
///
/// A wallet is a file with a phrase of 12 words, readable by its owner only, under a password if you give one
/// (Argon2id, XChaCha20-Poly1305). From the phrase follow the sr25519 account on the chains and the key on the ledger, so
/// the phrase alone brings both back. Wallets known by name lie in ligature/wallets in the user's configuration folder.
#[derive(Subcommand)]
pub enum WalletCommand {
	/// Make new keys and print their phrase, once: write it down
	New(keep::New),
	/// Make a wallet from a phrase, which is asked or read from standard input
	Import(keep::Import),
	/// Show a wallet's address, owner and key
	Address(look::Address),
	/// Show what an account has, on the chains and on the ledger
	Balance(balance::Balance),
	/// Show the wallets that are known by name
	List(look::List),
}

impl WalletCommand {
	/// Whether it waits for the network.
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::New(command) => command.run(),
			Self::Import(command) => command.run(),
			Self::Address(command) => command.run(),
			Self::Balance(command) => command.run().await,
			Self::List(command) => command.run(),
		}
	}
}
