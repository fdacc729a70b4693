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
		let chains = self.chains.iter().flat_map(|url| ["--chain-url", url.as_str()]);
		let arguments: Vec<_> = ["exit"].into_iter().chain(arguments.iter().copied()).collect();
		self.program(arguments.into_iter().chain(chains)).await
	}

	async fn program<'a>(&self, arguments: impl Iterator<Item = &'a str>) -> Output {
		let mut command = Command::new(program("ligature"));
		command.args(arguments).arg("--json");
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

	/// What `ligature exit list --all` says who has the chains' blocks as files, and has read nothing before.
	pub async fn list_from_files(&self) -> Value {
		let mut arguments = vec!["list".to_owned(), "--all".into()];
		for (number, url) in self.chains.iter().enumerate() {
			let folder = self.home.path().join(format!("blocks-{number}")).display().to_string();
			let export = ["recover", "export", &folder, "--chain-url", url];
			let output = self.program(export.into_iter()).await;
			assert!(output.status.success(), "{export:?}: {}", text(&output.stderr));
			arguments.extend(["--blocks".into(), folder]);
		}
		let folder = self.home.path().join("from-files").display().to_string();
		arguments.extend(["--folder".into(), folder]);
		self.exit(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
	}

	/// What `ligature exit …` says when it succeeds, paid by the stranger.
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
