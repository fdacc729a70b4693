// SPDX-License-Identifier: Apache-2.0

//! # Ligature node
//!
//! A node of one Ligature appchain: Aura block production, GRANDPA finality, ParityDB, JSON-RPC,
//! Prometheus metrics, off-chain workers. The binary `ligature-node` is [`command::run`].
//!
//! | module | what it holds |
//! |---|---|
//! | `cli` | the command line |
//! | [`command`] | what each command does |
//! | [`chain_spec`] | chains by name, and chains from files |
//! | `cache` | what a node works out whenever it starts, kept |
//! | `preflight` | what is checked before a node starts, for clear errors |
//! | `service` | the parts of a running node and how they are connected |
//! | `rpc` | the JSON-RPC interface |
//! | `prover` | the prover of the rollup's blocks |
//! | `benchmarking` | the `benchmark` command (feature `runtime-benchmarks`) |

#![deny(missing_docs)]

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod cache;
pub mod chain_spec;
mod cli;
pub mod command;
mod preflight;
mod prover;
mod rpc;
mod service;
