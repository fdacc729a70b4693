// SPDX-License-Identifier: Apache-2.0

//! `ligature operator`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand};
use ligature_operator::{Config, OperatorError, config::MetricsConfig, import};
use ligature_recovery::Handover;
use ligature_service_kit::Shutdown;
use serde_json::json;

use super::{Log, Source, ended, read};
use crate::{
	commands::{common::Output, recover::handover_trouble},
	failure::Failure,
	ui::print_out,
};

/// Take signed transactions, build blocks, bring them to all chains
#[derive(Subcommand)]
pub enum Operator {
	/// Run an operator until it is ended
	Run(Box<Run>),
	/// Fill the empty database of a new operator from what the chains alone say (`ligature recover handover`)
	Import(Box<Import>),
}

#[derive(Args)]
pub struct Run {
	#[command(flatten)]
	source: Source,
	/// The folder of the database, in the place of the configuration's
	#[arg(long, value_name = "FOLDER", requires = "config")]
	data: Option<PathBuf>,
	/// The chains, in the place of the configuration's; once per chain
	#[arg(long, value_name = "URL", requires = "config")]
	chain: Vec<String>,
	/// Where wallets, provers and oracles call, in the place of the configuration's
	#[arg(long, value_name = "ADDRESS", requires = "config")]
	listen: Option<SocketAddr>,
	/// Where Prometheus asks, in the place of the configuration's
	#[arg(long, value_name = "ADDRESS", requires = "config")]
	metrics: Option<SocketAddr>,
	#[command(flatten)]
	log: Log,
}

impl Operator {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Run(run) => run.run().await,
			Self::Import(import) => import.run().await,
		}
	}
}

impl Run {
	async fn run(self) -> Result<(), Failure> {
		let Some(path) = &self.source.config else { return print_out(Config::EXAMPLE) };
		let mut config: Config = read(path)?;
		if let Some(data) = self.data {
			config.data = data;
		}
		if !self.chain.is_empty() {
			config.chains = self.chain;
		}
		if let Some(listen) = self.listen {
			config.rpc.listen = listen;
		}
		if let Some(listen) = self.metrics {
			config.metrics = Some(MetricsConfig { listen });
		}
		self.log.begin(config.log.format, &config.log.filter)?;
		let shutdown = Shutdown::on_signals()?;
		ligature_operator::run(config, shutdown).await.map_err(|error| match error {
			OperatorError::Config(error) => Failure::input(
				error.to_string(),
				"--example prints a configuration with every key explained",
			),
			error => ended(error),
		})
	}
}

#[derive(Args)]
pub struct Import {
	/// The configuration file (TOML) of the operator that shall go on
	#[arg(long, value_name = "FILE")]
	config: PathBuf,
	/// The folder that `ligature recover handover` has made
	#[arg(long, value_name = "FOLDER")]
	from: PathBuf,
	#[command(flatten)]
	log: Log,
	#[command(flatten)]
	output: Output,
}

impl Import {
	async fn run(self) -> Result<(), Failure> {
		let config: Config = read(&self.config)?;
		self.log.begin(config.log.format, &config.log.filter)?;
		let handover = Handover::read(&self.from).map_err(handover_trouble)?;
		let shutdown = Shutdown::on_signals()?;
		let done = import(&config, &handover, &shutdown).await.map_err(ended)?;
		let human = format!(
			"the operator goes on after block {}; {} blocks will be taken back, {} bundles of proofs were brought to chains \
			 that lacked them",
			done.start, done.dropped, done.proofs
		);
		let json =
			json!({ "block": done.start.0, "takenBack": done.dropped, "proofs": done.proofs });
		self.output.ui().print(human, &json)
	}
}
