// SPDX-License-Identifier: Apache-2.0

//! `ligature audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ligature_auditor::{AuditError, Config, Finding, Patience, Severity};
use ligature_service_kit::Shutdown;
use serde_json::json;

use super::{Log, Source, ended, read};
use crate::{
	commands::common::Output,
	endpoints::{DevnetState, devnet_folder, web_socket},
	failure::Failure,
	ui::{Tone, Ui, print_out},
};

/// Watch all chains by itself, and raise an alarm when something does not add up
#[derive(Subcommand)]
pub enum Audit {
	/// Keep watching until it is ended
	Run(Run),
	/// Look through everything up to the last finalized blocks: exit code 0 if nothing is found, 1 if something is
	Once(Once),
}

#[derive(Args)]
pub struct Run {
	#[command(flatten)]
	source: Source,
	#[command(flatten)]
	log: Log,
	#[command(flatten)]
	output: Output,
}

#[derive(Args)]
pub struct Once {
	/// JSON-RPC of a chain, once per chain of the network [default: those of a running devnet]
	#[arg(long, value_name = "URL", conflicts_with = "config")]
	chain_url: Vec<String>,
	/// A configuration, for chains, data folder and patience
	#[arg(long, value_name = "FILE")]
	config: Option<PathBuf>,
	/// From which severity on something counts as found: notice, warning or alarm
	#[arg(long, value_name = "SEVERITY", default_value = "warning")]
	from: Severity,
	#[command(flatten)]
	output: Output,
}

impl Audit {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Run(run) => run.run().await,
			Self::Once(once) => once.run().await,
		}
	}
}

impl Run {
	async fn run(self) -> Result<(), Failure> {
		let Some(path) = &self.source.config else { return print_out(Config::EXAMPLE) };
		let config: Config = read(path)?;
		self.log.begin(config.log.format, &config.log.filter)?;
		let ui = self.output.ui();
		ligature_auditor::run(config, Shutdown::on_signals()?).await.map_err(|error| match error {
			AuditError::Alarm(finding) => {
				let output = ui.text(&finding, &finding.to_json());
				Failure::check(finding.what.to_string(), finding.what.remedy(), output)
			},
			error => failed(error),
		})
	}
}

impl Once {
	async fn run(self) -> Result<(), Failure> {
		let ui = self.output.ui();
		let config: Option<Config> = self.config.as_deref().map(read).transpose()?;
		let patience = config.as_ref().map_or_else(Patience::default, |config| config.patience);
		let data = config.as_ref().and_then(|config| config.data.clone());
		let chains = match config {
			Some(config) => config.chains,
			None => chains(self.chain_url)?,
		};
		let spinner = ui.spinner("everything is read from the chains");
		let found = ligature_auditor::once(&chains, data.as_deref(), patience).await;
		drop(spinner);
		let found = found.map_err(failed)?;
		let counted = found.iter().filter(|it| it.what.severity() >= self.from).count();
		let text = show(ui, &found);
		if counted == 0 {
			return print_out(&text);
		}
		let what = format!("{counted} findings of severity {} or above", self.from);
		Err(Failure::check(what, "each finding says what to do", text))
	}
}

/// The chains named, else those of a running devnet.
fn chains(named: Vec<String>) -> Result<Vec<String>, Failure> {
	if !named.is_empty() {
		return named.iter().map(|url| web_socket(url)).collect();
	}
	let state = DevnetState::read(&devnet_folder()).ok_or_else(|| {
		Failure::input("no chain is named", "name one node of each chain with --chain-url")
	})?;
	Ok(state.chains.into_iter().map(|chain| chain.url).collect())
}

/// Findings, the worst first.
fn show(ui: Ui, found: &[Finding]) -> String {
	let mut found: Vec<_> = found.iter().collect();
	found.sort_by_key(|finding| std::cmp::Reverse(finding.what.severity()));
	let tone = |finding: &Finding| match finding.what.severity() {
		Severity::Alarm => Tone::Bad,
		Severity::Warning => Tone::Strong,
		Severity::Notice => Tone::Dim,
	};
	let lines: Vec<_> = found.iter().map(|it| ui.paint(tone(it), it)).collect();
	let human = match lines.is_empty() {
		true => "nothing was found".into(),
		false => lines.join("\n"),
	};
	let all: Vec<_> = found.iter().map(|finding| finding.to_json()).collect();
	ui.text(human, &json!({ "findings": all }))
}

fn failed(error: AuditError) -> Failure {
	match error {
		error if error.is_unreachable() => Failure::unreachable(
			error.to_string(),
			"start the node, or name another one with --chain-url",
		),
		error => ended(error),
	}
}
