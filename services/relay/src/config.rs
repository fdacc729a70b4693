// SPDX-License-Identifier: Apache-2.0

//! The configuration of a relay.

use serde::Deserialize;
use std::{net::SocketAddr, time::Duration};

/// What a relay has to know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// Nodes of the chains, one of each chain of the network, in any order: `ws://…`.
	pub chains: Vec<String>,
	/// Where oracles are served.
	#[serde(default = "loopback")]
	pub listen: SocketAddr,
	/// Where metrics are served; not at all if it is missing.
	#[serde(default)]
	pub metrics: Option<SocketAddr>,
	/// How often the chains are asked who the members are and which blocks are open.
	#[serde(default = "two_seconds", with = "ligature_service_kit::duration")]
	pub poll: Duration,
	/// So many votes are kept, some 400 bytes each.
	#[serde(default = "twenty_thousand")]
	pub keep: usize,
}

fn loopback() -> SocketAddr {
	([127, 0, 0, 1], 9710).into()
}

const fn two_seconds() -> Duration {
	Duration::from_secs(2)
}

const fn twenty_thousand() -> usize {
	20_000
}

impl Config {
	/// An example, with a comment on every key.
	pub const EXAMPLE: &str = r#"# Configuration of a relay: oracles hear each other through it when no operator is left.

# Nodes of the chains, one of each chain of the network, in any order.
chains = ["ws://127.0.0.1:9944", "ws://127.0.0.1:9945"]

# Where oracles are served. They name it in their `relays`. Everybody may ask; only votes of members are taken.
listen = "127.0.0.1:9710"

# Where metrics are served, for Prometheus: /metrics and /health. Leave it out to serve none.
metrics = "127.0.0.1:9617"

# How often the chains are asked who the members are and which blocks are open.
poll = "2s"

# So many votes are kept, in memory, some 400 bytes each. The oldest are forgotten first.
keep = 20000
"#;
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_service_kit::parse_config;

	#[test]
	fn the_example_should_be_read_and_have_every_key() {
		let config: Config = parse_config(Config::EXAMPLE).expect("the example is good");
		let expected = Config {
			chains: vec!["ws://127.0.0.1:9944".into(), "ws://127.0.0.1:9945".into()],
			listen: loopback(),
			metrics: Some(([127, 0, 0, 1], 9617).into()),
			poll: two_seconds(),
			keep: twenty_thousand(),
		};
		assert_eq!(config, expected);
	}

	#[test]
	fn what_has_a_default_may_be_missing_and_nothing_else() {
		let least: Config = parse_config("chains = [\"ws://a\"]").expect("the rest has defaults");
		let defaults = (least.listen, least.metrics, least.poll, least.keep);
		assert_eq!(defaults, (loopback(), None, two_seconds(), twenty_thousand()));
		let mistake = parse_config::<Config>("keep = 1").expect_err("needed").to_string();
		assert!(mistake.contains("missing field `chains`"), "{mistake}");
		assert!(parse_config::<Config>("chains = []\nspeed = 1").is_err());
	}
}
