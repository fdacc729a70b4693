// SPDX-License-Identifier: Apache-2.0

//! The configuration of an auditor.

use crate::{finding::Severity, key::KeySource};
use ligature_chain::Stage;
use ligature_service_kit::{duration, logs::Format};
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// What an auditor has to know. Paths are relative to the folder that the process runs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// Nodes of the chains, one of each chain of the network, in any order: `ws://…`.
	pub chains: Vec<String>,
	/// The folder of what was read; without it everything is read from block 1 on, and nodes must keep all states.
	#[serde(default)]
	pub data: Option<PathBuf>,
	/// Where metrics are served; not at all if it is missing.
	#[serde(default)]
	pub metrics: Option<SocketAddr>,
	/// Whether the process ends at the first alarm.
	#[serde(default)]
	pub exit_on_alarm: bool,
	/// How long things may take.
	#[serde(default)]
	pub patience: Patience,
	/// Who is told.
	#[serde(default)]
	pub webhook: Option<WebhookConfig>,
	/// Who halts.
	#[serde(default)]
	pub guardian: Option<KeySource>,
	/// Logs.
	#[serde(default)]
	pub log: LogConfig,
}

/// How long things may take before there is a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patience {
	/// Until a block that one chain has committed is committed on the others.
	#[serde(with = "duration")]
	pub committed: Duration,
	/// From commit to proof.
	#[serde(with = "duration")]
	pub proven: Duration,
	/// From proof to certificate.
	#[serde(with = "duration")]
	pub certified: Duration,
	/// From certificate to execution.
	#[serde(with = "duration")]
	pub executed: Duration,
	/// Without a new finalized block.
	#[serde(with = "duration")]
	pub silent: Duration,
	/// How far the chains' clocks may differ.
	#[serde(with = "duration")]
	pub clocks: Duration,
	/// There is a warning when the head of the queue has less than so many percent of its time left.
	pub request_share: u8,
}

impl Default for Patience {
	fn default() -> Self {
		let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
		Self {
			committed: minutes(10),
			proven: minutes(30),
			certified: minutes(10),
			executed: minutes(10),
			silent: minutes(2),
			clocks: minutes(1),
			request_share: 50,
		}
	}
}

impl Patience {
	/// How many seconds a block may wait for a stage.
	pub fn of(&self, stage: Stage) -> u64 {
		match stage {
			Stage::Committed => self.committed,
			Stage::Proven => self.proven,
			Stage::Certified => self.certified,
			Stage::Executed => self.executed,
		}
		.as_secs()
	}
}

/// Who is told of findings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
	/// Where findings are posted: `http://…`.
	pub url: String,
	/// From this severity on.
	#[serde(default)]
	pub from: Severity,
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
	/// How a line looks.
	pub format: Format,
	/// Which lines there are.
	pub filter: String,
}

impl Default for LogConfig {
	fn default() -> Self {
		Self { format: Format::default(), filter: "info".into() }
	}
}

impl Config {
	/// An example, with a comment on every key.
	pub const EXAMPLE: &str = include_str!("../auditor.example.toml");
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_service_kit::parse_config;

	#[test]
	fn the_example_should_be_read_and_show_the_defaults() {
		let config: Config = parse_config(Config::EXAMPLE).expect("the example is good");
		let expected = Config {
			chains: vec!["ws://127.0.0.1:9944".into(), "ws://127.0.0.1:9945".into()],
			data: Some("auditor-data".into()),
			metrics: Some(([127, 0, 0, 1], 9617).into()),
			exit_on_alarm: false,
			patience: Patience::default(),
			webhook: Some(WebhookConfig {
				url: "http://127.0.0.1:8080/findings".into(),
				from: Severity::Warning,
			}),
			guardian: Some(KeySource::File("guardian.key".into())),
			log: LogConfig::default(),
		};
		assert_eq!(config, expected);
	}

	#[test]
	fn nothing_but_the_chains_should_be_needed() {
		let chains = "chains = [\"ws://127.0.0.1:9944\"]\n";
		let config: Config = parse_config(chains).expect("all else has a default");
		assert_eq!((config.data, config.metrics, config.webhook), (None, None, None));
		assert_eq!((config.guardian, config.patience), (None, Patience::default()));
		assert!(parse_config::<Config>("").is_err());
		let unknown = format!("{chains}[patience]\nproof = \"1m\"\n");
		let mistake = parse_config::<Config>(&unknown).expect_err("no such key").to_string();
		assert!(mistake.contains("patience.proof"), "{mistake}");
	}
}
