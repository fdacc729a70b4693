// SPDX-License-Identifier: Apache-2.0

//! Which chains a recovery reads, from where, and where it keeps what it has read.

use std::path::PathBuf;

use clap::Args;
use ligature_chain::Chain;
use ligature_recovery::{FolderSource, NodeSource, Recovery, RecoveryError, Source};

use crate::{
	commands::common::Output,
	endpoints::{nodes, user_folder},
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
	/// Where it keeps what it has read, to go on later [default: a folder per chain in your cache]
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
		if self.chain_url.is_empty() && !self.blocks.is_empty() {
			return Ok(Vec::new());
		}
		let found = nodes(&self.chain_url)?;
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
				None => own_folder(&*source).await?,
			};
			chains.push(Recovery::open(source, &folder).await.map_err(trouble)?);
		}
		Ok(chains)
	}
}

/// Where what is read of a chain is kept, if nobody names a folder: it is named by the chain's first block, which has a time, so
/// that development networks which begin anew are told apart.
pub async fn own_folder(source: &dyn Source) -> Result<PathBuf, Failure> {
	let first = match source.last().await.map_err(trouble)? {
		0 => source.about().genesis,
		_ => source.block(1).await.map_err(trouble)?.head.hash,
	};
	let all = user_folder("XDG_CACHE_HOME", ".cache").join("ligature/recovery");
	Ok(all.join(hex::encode(&first[..16])))
}

/// Connects to a node.
pub async fn connect(url: &str) -> Result<Chain, Failure> {
	Chain::connect(url).await.map_err(|error| chain_trouble(url, error))
}

/// What went wrong, in words.
pub fn trouble(error: RecoveryError) -> Failure {
	match error {
		RecoveryError::Chain { chain, error } => chain_trouble(&chain, error),
		RecoveryError::NoAnchor { .. } | RecoveryError::NotPosted { .. } => Failure::failed(
			error.to_string(),
			"of exported blocks, export them again; a node may still synchronise",
		),
		RecoveryError::Block { .. } => Failure::failed(
			error.to_string(),
			"the chain holds what its rules forbid: tell everybody, and use nothing that rests on it",
		),
		error => Failure::failed(
			error.to_string(),
			"what was read stays; the same command goes on from there",
		),
	}
}
