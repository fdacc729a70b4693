// SPDX-License-Identifier: Apache-2.0

//! The commands of wallets and services. `tool` and `proof`, `devnet` and `demo` have folders of their own.

pub mod common;
mod completions;
mod deposit;
mod exit;
mod exits;
mod follow;
mod liquidity;
mod pool;
pub mod recover;
mod services;
mod status;
mod swap;
mod transfer;
mod wallet;

pub use self::{
	completions::Completions,
	deposit::Deposit,
	exit::Exit,
	exits::{Claim, FullExit, Key},
	liquidity::Liquidity,
	pool::{Pool, Pools},
	recover::Recover,
	services::{Audit, Operator, Oracle, Prover},
	status::{Blocks, Status},
	swap::Swap,
	transfer::{Transfer, Withdraw},
	wallet::WalletCommand,
};
