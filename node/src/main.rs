// SPDX-License-Identifier: Apache-2.0

//! # Ligature node
//!
//! A node of one Ligature appchain: Aura block production, GRANDPA finality, ParityDB, JSON-RPC,
//! Prometheus metrics, off-chain workers.
//!
//! | file | what it holds |
//! |---|---|
//! | `cli` | the command line |
//! | `command` | what each command does |
//! | `chain_spec` | chains by name, and chains from files |
//! | `preflight` | what is checked before a node starts, for clear errors |
//! | `service` | the parts of a running node and how they are connected |
//! | `rpc` | the JSON-RPC interface |
//! | `benchmarking` | the `benchmark` command (feature `runtime-benchmarks`) |

#![deny(missing_docs)]

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod chain_spec;
mod cli;
mod command;
mod preflight;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", command::describe(&error));
			ExitCode::FAILURE
		},
	}
}
