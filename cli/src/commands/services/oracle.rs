// SPDX-License-Identifier: Apache-2.0

//! `ligature oracle`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ligature_oracle::{Config, KeySource, MemberKey};
use ligature_primitives::ids::NetworkId;
use ligature_service_kit::{Shutdown, logs::Format};
use serde_json::Value;

use super::{Log, Source, ended, read};
use crate::{
	commands::common::Output, failure::Failure, report::Fields, ui::print_out, wallet::address,
};

/// See what all chains have finalized, and sign it
#[derive(Subcommand)]
pub enum Oracle {
	/// Run an oracle until it is ended: one process per member
	Run(Run),
	/// Run a relay until it is ended: oracles hear each other through it when no operator is left
	Relay(Relay),
	/// Make and show members' keys
	#[command(subcommand)]
	Key(Key),
}

#[derive(Args)]
pub struct Run {
	#[command(flatten)]
	source: Source,
	#[command(flatten)]
	log: Log,
}

#[derive(Args)]
pub struct Relay {
	#[command(flatten)]
	source: Source,
	#[command(flatten)]
	log: Log,
}

/// The keys of members
#[derive(Subcommand)]
pub enum Key {
	/// Make a key in a new file that only its owner can read
	New(New),
	/// Show a member's public key
	Show(Show),
}

#[derive(Args)]
pub struct New {
	/// The file, which must not be there
	file: PathBuf,
	#[command(flatten)]
	output: Output,
}

#[derive(Args)]
pub struct Show {
	#[command(flatten)]
	place: KeyPlace,
	/// Sign for an account, too, that it owns the key: the `ownership` of the call that bonds; needs --network
	#[arg(long, value_name = "ADDRESS", requires = "network")]
	account: Option<String>,
	/// The network's number
	#[arg(long, value_name = "NUMBER", requires = "account")]
	network: Option<u32>,
	#[command(flatten)]
	output: Output,
}

/// Where a member's key is.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct KeyPlace {
	/// The key's file
	file: Option<PathBuf>,
	/// A secret of development, as //Alice
	#[arg(long, value_name = "SURI")]
	development: Option<String>,
}

impl Oracle {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Run(run) => run.run().await,
			Self::Relay(relay) => relay.run().await,
			Self::Key(Key::New(new)) => new.run(),
			Self::Key(Key::Show(show)) => show.run(),
		}
	}
}

impl Run {
	async fn run(self) -> Result<(), Failure> {
		let Some(path) = &self.source.config else { return print_out(Config::EXAMPLE) };
		let config: Config = read(path)?;
		self.log.begin(Format::Human, "info")?;
		ligature_oracle::run(config, Shutdown::on_signals()?).await.map_err(ended)
	}
}

impl Relay {
	async fn run(self) -> Result<(), Failure> {
		use ligature_relay::Config;
		let Some(path) = &self.source.config else { return print_out(Config::EXAMPLE) };
		let config: Config = read(path)?;
		self.log.begin(Format::Human, "info")?;
		ligature_relay::run(config, Shutdown::on_signals()?).await.map_err(ended)
	}
}

impl New {
	fn run(self) -> Result<(), Failure> {
		let key = MemberKey::create(&self.file).map_err(bad_key)?;
		let fields = || {
			Fields::default()
				.with("member", hex_of(&key.public()))
				.with("file", self.file.display().to_string())
		};
		self.output.ui().print(fields().into_lines(), &Value::Object(fields().into_json()))
	}
}

impl Show {
	fn run(self) -> Result<(), Failure> {
		let source = match (self.place.file, self.place.development) {
			(Some(file), _) => KeySource::File(file),
			(None, secret) => KeySource::Development(secret.unwrap_or_default()),
		};
		let key = MemberKey::load(&source).map_err(bad_key)?;
		let account = self.account.as_deref().map(address::parse).transpose()?;
		let ownership = account
			.zip(self.network)
			.map(|(account, network)| hex_of(&key.ownership(NetworkId(network), &account.0)));
		let fields = || {
			let fields = Fields::default().with("member", hex_of(&key.public()));
			match &ownership {
				Some(signature) => fields.with("ownership", signature.clone()),
				None => fields,
			}
		};
		self.output.ui().print(fields().into_lines(), &Value::Object(fields().into_json()))
	}
}

fn bad_key(error: impl std::fmt::Display) -> Failure {
	Failure::failed(error.to_string(), "make a key with `ligature oracle key new FILE`")
}

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}
