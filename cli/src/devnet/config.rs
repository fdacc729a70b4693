// SPDX-License-Identifier: Apache-2.0

//! The services' configuration files. They are written anew at every start: what is changed by hand is lost.

use std::{fs, path::Path};

use ligature_service_kit::duration;
use toml::Value;

use super::{
	Options,
	error::DevnetError,
	folder::Folder,
	open::OPERATOR,
	ports::{NodePorts, Ports},
};

/// Members of the development network's first epoch of oracles. The account that pays for what one sends is another
/// one of the same person: nobody else takes its nonces.
const ORACLES: [&str; 4] = ["//Alice", "//Bob", "//Charlie", "//Dave"];

/// The least fees of the development network, in smallest units: about two cents of each token.
const FEES: &str = r#"
[fees]
default = "20000"
token = [
	{ chain = 1, token = 0, least = "1000000000" },    # 0.001 LIG
	{ chain = 1, token = 1, least = "20000" },         # 0.02 USDT
	{ chain = 1, token = 2, least = "20" },            # 0.0000002 WBTC
	{ chain = 2, token = 0, least = "1000000000" },    # 0.001 LIG
	{ chain = 2, token = 1, least = "20000" },         # 0.02 USDC
	{ chain = 2, token = 2, least = "10000000000000" } # 0.00001 WETH
]
"#;

/// Writes all configuration files of a network.
///
/// # Errors
///
/// [`DevnetError::File`].
pub fn write(folder: &Folder, options: &Options, ports: &Ports) -> Result<(), DevnetError> {
	keep(&folder.config("operator"), &operator(folder, options, ports))?;
	for (number, port) in (1..).zip(&ports.oracle_metrics) {
		let name = format!("oracle-{number}");
		let relays = relays(options, ports);
		let text = oracle(&folder.data(&name), ORACLES[number - 1], ports, relays, *port);
		keep(&folder.config(&name), &text)?;
	}
	Ok(())
}

fn keep(path: &Path, text: &str) -> Result<(), DevnetError> {
	let head = "# Written by `ligature devnet up` at every start.\n";
	fs::write(path, format!("{head}{text}")).map_err(DevnetError::file(path))
}

/// A text as TOML writes it.
fn quoted(text: impl Into<String>) -> Value {
	Value::String(text.into())
}

fn path(path: &Path) -> Value {
	quoted(path.display().to_string())
}

fn chains(ports: &Ports) -> Value {
	let url = |node: &NodePorts| quoted(format!("ws://127.0.0.1:{}", node.rpc));
	Value::Array(ports.nodes.iter().map(url).collect())
}

fn operator(folder: &Folder, options: &Options, ports: &Ports) -> String {
	let data = path(&folder.data("operator"));
	let (chains, suri) = (chains(ports), quoted(OPERATOR));
	let (class, wait) = (options.class, quoted(duration::format(options.block_wait)));
	let Ports { operator, admin, operator_metrics, .. } = ports;
	format!(
		r#"data = {data}
chains = {chains}

[key]
suri = {suri}

[rpc]
listen = "127.0.0.1:{operator}"

[admin]
listen = "127.0.0.1:{admin}"

[metrics]
listen = "127.0.0.1:{operator_metrics}"

[block]
class = {class}
join_class = {class}
max_wait = {wait}
{FEES}"#
	)
}

/// The operator first.
fn relays(options: &Options, ports: &Ports) -> Value {
	let operator = format!("ws://127.0.0.1:{}", ports.operator);
	let all = [operator].into_iter().chain(options.relay.iter().cloned());
	Value::Array(all.map(quoted).collect())
}

fn oracle(data: &Path, member: &str, ports: &Ports, relays: Value, metrics: u16) -> String {
	let chains = chains(ports);
	let journal = path(&data.join("journal"));
	// Nobody but this oracle signs with that account, so that it need not fight for nonces.
	let (member, account) = (quoted(member), quoted(format!("{member}//stash")));
	format!(
		r#"chains = {chains}
relays = {relays}
member = {{ development = {member} }}
account = {{ development = {account} }}
journal = {journal}
metrics = "127.0.0.1:{metrics}"
"#
	)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use crate::devnet::ports::Wishes;
	use ligature_oracle::KeySource;
	use ligature_primitives::{
		amount::Fee,
		ids::{ChainId, TokenId},
	};
	use ligature_service_kit::load_config;
	use std::time::Duration;

	fn options(class: u8, oracles: u8) -> Options {
		Options {
			class,
			oracles,
			block_wait: Duration::from_millis(1_500),
			expiry: None,
			relay: vec!["ws://127.0.0.1:4444".into()],
			node: None,
			ports: Wishes::default(),
		}
	}

	#[test]
	fn the_services_should_read_what_is_written() {
		let temporary = tempfile::tempdir().unwrap();
		// A name that TOML has to quote.
		let folder = Folder::at(Some(temporary.path().join("a \"net\" \\ here")));
		let options = options(3, 4);
		let ports = Ports::choose(&options.ports, options.oracles).unwrap();
		let names: Vec<_> = (1..=4).map(|number| format!("oracle-{number}")).collect();
		folder.prepare(&names).unwrap();
		write(&folder, &options, &ports).unwrap();

		let chains: Vec<_> =
			ports.nodes.iter().map(|node| format!("ws://127.0.0.1:{}", node.rpc)).collect();
		let operator: ligature_operator::Config = load_config(&folder.config("operator")).unwrap();
		operator.check().unwrap();
		assert_eq!(operator.data, folder.data("operator"));
		assert_eq!(operator.chains, chains);
		assert_eq!((operator.block.class, operator.block.join_class), (3, 3));
		assert_eq!(operator.block.max_wait, options.block_wait);
		let listen = |port| ([127, 0, 0, 1], port).into();
		assert_eq!(operator.rpc.listen, listen(ports.operator));
		assert_eq!(operator.admin.listen, listen(ports.admin));
		assert_eq!(operator.metrics.as_ref().unwrap().listen, listen(ports.operator_metrics));
		let alice = operator.key.signer().unwrap();
		assert_eq!(alice.account(), ligature_chain::Signer::from_suri(OPERATOR).unwrap().account());
		let fees = operator.fees.floors().unwrap();
		assert_eq!(fees.least(ChainId(2), TokenId(2)), Fee::new(10_000_000_000_000).unwrap());
		assert_eq!(fees.least(ChainId(1), TokenId(0)), Fee::new(1_000_000_000).unwrap());

		for (number, port) in (1..).zip(&ports.oracle_metrics) {
			let name = format!("oracle-{number}");
			let oracle: ligature_oracle::Config = load_config(&folder.config(&name)).unwrap();
			let member = ORACLES[number - 1];
			assert_eq!(oracle.chains, chains);
			let own = format!("ws://127.0.0.1:{}", ports.operator);
			assert_eq!(oracle.relays, [own, "ws://127.0.0.1:4444".into()]);
			assert_eq!(oracle.member, KeySource::Development(member.into()));
			assert_eq!(oracle.account, KeySource::Development(format!("{member}//stash")));
			assert_eq!(oracle.journal, folder.data(&name).join("journal"));
			assert_eq!(oracle.metrics, Some(listen(*port)));
		}
	}

	#[test]
	fn only_the_oracles_that_run_should_have_a_configuration() {
		let temporary = tempfile::tempdir().unwrap();
		let folder = Folder::at(Some(temporary.path().into()));
		let options = options(1, 1);
		let ports = Ports::choose(&options.ports, options.oracles).unwrap();
		folder.prepare(&[]).unwrap();
		write(&folder, &options, &ports).unwrap();
		assert!(folder.config("oracle-1").exists() && !folder.config("oracle-2").exists());
	}
}
