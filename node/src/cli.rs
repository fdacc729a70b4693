// SPDX-License-Identifier: Apache-2.0

//! The command line.

use polkadot_sdk::*;

use crate::{cache::CacheArgs, prover::ProverArgs};
use sc_cli::RunCmd;

/// What the user typed.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// The command; without one the node runs.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How the node runs.
	#[clap(flatten)]
	pub run: RunCmd,

	/// Whether it proves.
	#[clap(flatten)]
	pub prover: ProverArgs,

	/// What is kept between starts.
	#[clap(flatten)]
	pub cache: CacheArgs,
}

/// Commands beside running the node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant, reason = "parsed once; the variants come from sc-cli")]
pub enum Subcommand {
	/// Generate, inspect and insert keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification to standard output or to a file.
	///
	/// Plain (readable) by default; `--raw` gives the form that all nodes of a chain share.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// The older name of `export-chain-spec`.
	#[allow(deprecated, reason = "kept for users of the familiar name")]
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Execute the blocks of a range again and compare.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state at a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete the chain's database.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the chain to an earlier state.
	Revert(sc_cli::RevertCmd),

	/// Write information about the chain as JSON.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Measure pallets, storage, blocks and this machine.
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}
