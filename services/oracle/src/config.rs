// SPDX-License-Identifier: Apache-2.0

//! The configuration of an oracle.

use crate::keys::KeySource;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// What an oracle has to know. Paths are relative to the folder that the process runs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// Nodes of the chains, one of each chain of the network, in any order: `ws://…`. They should be this member's
	/// own: what they say is finalized, it signs.
	pub chains: Vec<String>,
	/// Relays through which the members hear each other: at least one operator, `ws://…`. A relay can hold votes
	/// back and can forge none.
	pub relays: Vec<String>,
	/// The member's ed25519 key.
	pub member: KeySource,
	/// The sr25519 account that pays for bringing certificates to the chains.
	pub account: KeySource,
	/// The file of everything that this member signs, one per network. Never run two processes with copies of it.
	pub journal: PathBuf,
	/// Where metrics are served; not at all if it is missing.
	#[serde(default)]
	pub metrics: Option<SocketAddr>,
	/// How often relays are asked for votes.
	#[serde(default = "half_a_second", with = "ligature_service_kit::duration")]
	pub poll: Duration,
	/// Members take turns in bringing certificates; who is next waits so long for the one before. About two blocks of
	/// a chain.
	#[serde(default = "twelve_seconds", with = "ligature_service_kit::duration")]
	pub turn: Duration,
}

const fn half_a_second() -> Duration {
	Duration::from_millis(500)
}

const fn twelve_seconds() -> Duration {
	Duration::from_secs(12)
}

impl Config {
	/// An example, with a comment on every key.
	pub const EXAMPLE: &str = r#"# Configuration of an oracle: a process of one member.

# Nodes of the chains, one of each chain of the network, in any order. They should be the member's own: what
# they say is finalized, the member signs.
chains = ["ws://127.0.0.1:9944", "ws://127.0.0.1:9945"]

# Relays through which the members hear each other: at least one operator. A relay can hold votes back, but
# can forge none; name several, so that one may be down.
relays = ["ws://127.0.0.1:9955"]

# The member's ed25519 key: a file with mode 0600 that holds the seed as 64 hexadecimal digits,
#     member = { file = "member.key" }
# or a secret of development, which everybody knows.
member = { development = "//Alice" }

# The sr25519 account that pays for bringing certificates to the chains; the fee comes back on success. A file
# with mode 0600 that holds a phrase or 0x and a seed, or a secret of development.
account = { development = "//Alice" }

# The file of everything that this member signs. Whoever loses it must take a new key. Never run two processes with
# copies of it.
journal = "oracle.journal"

# Where metrics are served, for Prometheus: /metrics and /health. Leave it out to serve none.
metrics = "127.0.0.1:9616"

# How often relays are asked for votes.
poll = "500ms"

# Members take turns in bringing certificates; who is next waits so long for the one before.
turn = "12s"
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
			relays: vec!["ws://127.0.0.1:9955".into()],
			member: KeySource::Development("//Alice".into()),
			account: KeySource::Development("//Alice".into()),
			journal: "oracle.journal".into(),
			metrics: Some(([127, 0, 0, 1], 9616).into()),
			poll: half_a_second(),
			turn: twelve_seconds(),
		};
		assert_eq!(config, expected);
	}

	#[test]
	fn what_has_a_default_may_be_missing_and_nothing_else() {
		let without = |key: &str| {
			let lines = Config::EXAMPLE.lines().filter(|line| !line.starts_with(key));
			parse_config::<Config>(&lines.collect::<Vec<_>>().join("\n"))
		};
		assert_eq!(without("metrics").expect("optional").metrics, None);
		assert_eq!(without("poll").expect("a default").poll, half_a_second());
		assert_eq!(without("turn").expect("a default").turn, twelve_seconds());
		for key in ["chains", "relays", "member", "account", "journal"] {
			let mistake = without(key).expect_err("needed").to_string();
			assert!(mistake.contains(&format!("missing field `{key}`")), "{mistake}");
		}
	}

	#[test]
	fn a_file_should_be_named_and_unknown_keys_refused() {
		let development = "member = { development = \"//Alice\" }";
		let text = Config::EXAMPLE.replace(development, "member = { file = \"member.key\" }");
		let config: Config = parse_config(&text).expect("a file");
		assert_eq!(config.member, KeySource::File("member.key".into()));
		let text = Config::EXAMPLE.replace(development, "member = { seed = \"00\" }");
		let mistake = parse_config::<Config>(&text).expect_err("no such source").to_string();
		assert!(mistake.contains("`member") && mistake.contains("seed"), "{mistake}");
		let text = format!("{}speed = 1\n", Config::EXAMPLE);
		assert!(parse_config::<Config>(&text).is_err());
	}
}
