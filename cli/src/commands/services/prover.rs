// SPDX-License-Identifier: Apache-2.0

//! `ligature prover`.

use std::{num::NonZero, path::PathBuf, thread};

use clap::{Args, Subcommand};
use ligature_primitives::constants::{JoinClass, SizeClass};
use ligature_prover::{
	key::{Found, KeyStore},
	watch::CancelFlag,
};
use ligature_proving::{KeyEvent, ProverConfig, make_keys, run_prover};
use ligature_service_kit::{Shutdown, logs::Format};
use serde_json::json;

use super::{Log, ended};
use crate::{
	commands::common::Output,
	endpoints::{Endpoints, over_http},
	failure::Failure,
	show::span,
};

/// Prove blocks beside the nodes
#[derive(Subcommand)]
pub enum Prover {
	/// Take shares of the blocks that an operator wants proven, until it is ended
	Run(Run),
	/// Make the INSECURE development keys of a class, so that no prover has to wait for them
	Keys(Keys),
}

#[derive(Args)]
pub struct Run {
	/// The operator's JSON-RPC [default: that of a running devnet, else http://127.0.0.1:9700]
	#[arg(long, env = "LIGATURE_OPERATOR", value_name = "URL")]
	operator: Option<String>,
	/// How many threads prove [default: all but one]
	#[arg(long, value_name = "N")]
	threads: Option<NonZero<usize>>,
	#[command(flatten)]
	store: Store,
	#[command(flatten)]
	log: Log,
}

#[derive(Args)]
pub struct Keys {
	/// Size class of halves and joins: 1 has 8 slots, 2 has 32, 3 has 128
	#[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
	class: u8,
	#[command(flatten)]
	store: Store,
	#[command(flatten)]
	output: Output,
}

/// Where proving keys lie.
#[derive(Args)]
struct Store {
	/// Folder of the proving keys [env: LIGATURE_KEYS=] [default: ligature/keys in the user's cache folder]
	#[arg(long, value_name = "FOLDER")]
	keys: Option<PathBuf>,
}

impl Store {
	fn open(self) -> Result<KeyStore, Failure> {
		match self.keys {
			Some(folder) => Ok(KeyStore::new(folder)),
			None => KeyStore::from_environment()
				.map_err(|error| Failure::failed(error.to_string(), "name a folder with --keys")),
		}
	}
}

impl Prover {
	pub async fn run(self) -> Result<(), Failure> {
		match self {
			Self::Run(run) => run.run().await,
			Self::Keys(keys) => keys.run(),
		}
	}
}

impl Run {
	async fn run(self) -> Result<(), Failure> {
		self.log.begin(Format::Human, "info")?;
		let all = thread::available_parallelism().map_or(1, NonZero::get);
		let rest = NonZero::new(all.saturating_sub(1)).unwrap_or(NonZero::<usize>::MIN);
		let endpoints = Endpoints::discover(self.operator, Vec::new())?;
		let config = ProverConfig {
			operator: over_http(&endpoints.operator)?,
			threads: self.threads.unwrap_or(rest),
			keys: self.store.open()?,
		};
		let shutdown = Shutdown::on_signals()?;
		let stop = CancelFlag::default();
		let flag = stop.clone();
		let mut proving = tokio::task::spawn_blocking(move || run_prover(&config, &flag));
		let outcome = tokio::select! {
			outcome = &mut proving => outcome,
			() = shutdown.wait() => {
				stop.cancel();
				proving.await
			},
		};
		let tally = outcome.map_err(|error| {
			Failure::failed(format!("the prover has crashed: {error}"), "the log above says where")
		})?;
		tally.map(drop).map_err(ended)
	}
}

impl Keys {
	fn run(self) -> Result<(), Failure> {
		let ui = self.output.ui();
		let store = self.store.open()?;
		let unknown = |refusal: ligature_primitives::refusal::Refusal| {
			Failure::input(refusal.to_string(), "classes are 1, 2 and 3")
		};
		let size = SizeClass::new(self.class).map_err(unknown)?;
		let join = JoinClass::new(self.class).map_err(unknown)?;
		let mut spinner = ui.spinner("looking for the keys");
		let mut made = Vec::new();
		let result = make_keys(&store, &[size], &[join], |event| match event {
			KeyEvent::Begins { circuit, done, all } => {
				spinner.set(format!(
					"key {} of {all}: {circuit} (making one takes all cores)",
					done + 1
				));
			},
			KeyEvent::Ended { circuit, found, size, took } => {
				let how = if found == Found::Loaded { "was there" } else { "made" };
				let took = span(took.as_millis() as u64);
				let text = format!("{circuit}: {how}, {} MB, {took}", size / 1_000_000);
				spinner.note(crate::ui::Tone::Good, "✓", &text);
				made.push(
					json!({ "circuit": circuit, "made": found != Found::Loaded, "bytes": size }),
				);
			},
		});
		drop(spinner);
		result.map_err(|error| {
			Failure::failed(error.to_string(), "name a folder that can be written to with --keys")
		})?;
		let folder = store.folder().display().to_string();
		ui.print(
			format!("INSECURE development keys of class {} are in {folder}", self.class),
			&json!({ "folder": folder, "class": self.class, "keys": made }),
		)
	}
}
