// SPDX-License-Identifier: Apache-2.0

//! Which chains a recovery reads, from where, and where it keeps what it has read.

use std::path::PathBuf;

use clap::Args;
use ligature_chain::Chain;
use ligature_recovery::{FolderSource, NodeSource, Recovery, RecoveryError, Source};

use crate::{
	commands::common::Output,
	endpoints::{DevnetState, devnet_folder, user_folder, web_socket},
	failure::Failure,
	session::chain_trouble,
	ui::Ui,
};

/// Whose blocks are read.
#[derive(Args, Clone, Debug)]
pub struct Place {
	/// JSON-RPC of a chain's node that keeps all blocks; once per chain [default: those of a running devnet]
	#[arg(long, value_name = "URL", help_heading = "Blocks")]
	chain_url: Vec<String>,
	/// A folder of exported blocks, in the place of a node; once per chain
	#[arg(long, value_name = "FOLDER", help_heading = "Blocks")]
	blocks: Vec<PathBuf>,
	/// Where it keeps what it has read, to go on later [default: a folder in your cache, by the chain's genesis hash]
	#[arg(long, value_name = "FOLDER", help_heading = "Blocks")]
	folder: Option<PathBuf>,
	#[command(flatten)]
	output: Output,
}

impl Place {
	/// How to show what comes.
	pub const fn ui(&self) -> Ui {
		self.output.ui()
	}

	/// The URLs of the nodes.
	pub fn urls(&self) -> Result<Vec<String>, Failure> {
		let named =
			self.chain_url.iter().map(|url| web_socket(url)).collect::<Result<Vec<_>, _>>()?;
		if !named.is_empty() || !self.blocks.is_empty() {
			return Ok(named);
		}
		let devnet = DevnetState::read(&devnet_folder()).map(|state| state.chains);
		let found =
			devnet.unwrap_or_default().into_iter().map(|chain| chain.url).collect::<Vec<_>>();
		if found.is_empty() {
			return Err(Failure::input(
				"no chain is named, and no development network runs on this machine",
				"name a node of each chain with --chain-url, or a folder of exported blocks with --blocks",
			));
		}
		Ok(found)
	}

	/// The chains.
	pub async fn sources(&self) -> Result<Vec<Box<dyn Source>>, Failure> {
		let mut sources: Vec<Box<dyn Source>> = Vec::new();
		for url in self.urls()? {
			let chain = connect(&url).await?;
			sources.push(Box::new(NodeSource::new(chain).await.map_err(trouble)?));
		}
		for folder in &self.blocks {
			sources.push(Box::new(FolderSource::open(folder).map_err(trouble)?));
		}
		sources.sort_by_key(|source| source.about().identity.chain);
		let same = sources.windows(2).all(|pair| {
			let (one, other) = (&pair[0].about().identity, &pair[1].about().identity);
			one.network == other.network && one.chain != other.chain
		});
		if same {
			return Ok(sources);
		}
		Err(Failure::input(
			"the chains named are not different chains of one network",
			"name each chain of the network at most once, by --chain-url or --blocks",
		))
	}

	/// The chains with what was read of them before.
	pub async fn open(&self) -> Result<Vec<Recovery>, Failure> {
		let mut chains = Vec::new();
		for source in self.sources().await? {
			let folder = match &self.folder {
				Some(folder) => folder.clone(),
				None => {
					let name = hex::encode(&source.about().genesis[..8]);
					user_folder("XDG_CACHE_HOME", ".cache").join("ligature/recovery").join(name)
				},
			};
			chains.push(Recovery::open(source, &folder).await.map_err(trouble)?);
		}
		Ok(chains)
	}
}

/// Connects to a node.
pub async fn connect(url: &str) -> Result<Chain, Failure> {
	Chain::connect(url).await.map_err(|error| chain_trouble(url, error))
}

/// What went wrong, in words.
pub fn trouble(error: RecoveryError) -> Failure {
	match error {
		RecoveryError::Chain { chain, error } => chain_trouble(&chain, error),
		error => Failure::failed(
			error.to_string(),
			"what was read stays; the same command goes on from there",
		),
	}
}
