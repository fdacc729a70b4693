// SPDX-License-Identifier: Apache-2.0

//! Somebody who has the program `ligature`, the addresses of the two chains, and a development account to pay fees with.

use ligature_cli::wallet::Wallet;
use ligature_e2e::{World, program};
use ligature_primitives::ids::ChainId;
use serde_json::Value;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Nobody who has anything on the ledger.
pub const STRANGER: &str = "//Charlie";

/// The program, from outside.
pub struct Leaver {
	chains: Vec<String>,
	/// Its home folder, in which nothing is.
	home: TempDir,
}

impl Leaver {
	/// Knows the chains of this network and nothing else.
	pub fn of(world: &mut World) -> Self {
		let chains = world.network().endpoints().chains.iter().map(|chain| chain.url.clone());
		Self { chains: chains.collect(), home: tempfile::tempdir().unwrap() }
	}

	/// The stranger's account.
	pub fn account() -> [u8; 32] {
		Wallet::from_suri(STRANGER).unwrap().owner().0
	}

	async fn run(&self, arguments: &[&str]) -> Output {
		let mut command = Command::new(program("ligature"));
		command.arg("exit").args(arguments).arg("--json");
		for url in &self.chains {
			command.args(["--chain-url", url]);
		}
		let home = self.home.path().to_owned();
		command.env_clear().env("HOME", &home).env("LIGATURE_DEVNET", home.join("none"));
		tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
	}

	/// What `ligature exit …` says when it succeeds.
	pub async fn exit(&self, arguments: &[&str]) -> Value {
		let output = self.run(arguments).await;
		let (out, error) = (text(&output.stdout), text(&output.stderr));
		assert!(output.status.success(), "{arguments:?}: {error}\n{out}");
		serde_json::from_str(&out)
			.unwrap_or_else(|no_json| panic!("{arguments:?}: {no_json}: {out}"))
	}

	/// What `ligature exit …` says when it is refused.
	pub async fn refused(&self, arguments: &[&str]) -> String {
		let output = self.run(arguments).await;
		let error = text(&output.stderr);
		assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
		error
	}

	/// The same, paid by the stranger.
	pub async fn by_stranger(&self, arguments: &[&str]) -> Value {
		self.exit(&[arguments, &["--suri", STRANGER]].concat()).await
	}
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

/// The program's answer for a chain.
pub fn of_chain(answer: &Value, chain: ChainId) -> &Value {
	let chains = answer["chains"].as_array().unwrap();
	chains.iter().find(|one| one["chain"] == chain.0).unwrap()
}
