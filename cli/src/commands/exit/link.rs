// SPDX-License-Identifier: Apache-2.0

//! Which chains, where their nodes are, and from where their blocks are read.

use std::path::PathBuf;

use clap::Args;

use crate::{
	commands::common::Output, endpoints::nodes, failure::Failure, session::Session, ui::Ui,
};

/// The chains' nodes.
#[derive(Args, Clone, Debug)]
pub struct Link {
	/// JSON-RPC of a node of a chain; once per chain [default: those of a running devnet]
	#[arg(long, value_name = "URL", help_heading = "Network")]
	chain_url: Vec<String>,
	#[command(flatten)]
	output: Output,
}

impl Link {
	/// How to show it.
	pub const fn ui(&self) -> Ui {
		self.output.ui()
	}

	/// Connects to the chains, and to nobody else.
	pub async fn session(&self) -> Result<Session, Failure> {
		let urls = nodes(&self.chain_url)?;
		if urls.is_empty() {
			return Err(Failure::input(
				"no chain is named, and no development network runs on this machine",
				"name a node of each chain with --chain-url",
			));
		}
		Session::of_chains(&urls).await
	}
}

/// From where the chains' states are rebuilt.
#[derive(Args, Clone, Debug)]
pub struct Sources {
	/// A folder of a chain's blocks (`ligature recover export`), in the place of its node's; once per chain
	#[arg(long, value_name = "FOLDER", help_heading = "Blocks")]
	pub blocks: Vec<PathBuf>,
	/// Where what was read of the chains is kept, to go on there if it is interrupted [default: a folder per chain in
	/// ligature/recovery in the user's cache folder, which `ligature recover` shares]
	#[arg(long, value_name = "FOLDER", help_heading = "Blocks")]
	pub folder: Option<PathBuf>,
}
