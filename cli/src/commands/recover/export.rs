// SPDX-License-Identifier: Apache-2.0

//! `ligature recover export`.

use std::path::PathBuf;

use clap::Args;
use ligature_recovery::{NodeSource, Source, export};
use serde_json::json;

use super::{Bars, connect, trouble};
use crate::{commands::common::Output, endpoints::web_socket, failure::Failure};

#[derive(Args)]
pub struct Export {
	/// JSON-RPC of a node of the chain that keeps all blocks
	#[arg(long, value_name = "URL")]
	chain_url: String,
	/// The folder; an export that was interrupted goes on there, and a later one adds what is new
	#[arg(value_name = "FOLDER")]
	to: PathBuf,
	#[command(flatten)]
	output: Output,
}

impl Export {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.output.ui();
		let chain = connect(&web_socket(&self.chain_url)?).await?;
		let source = NodeSource::new(chain.clone()).await.map_err(trouble)?;
		let bars = Bars::new(ui);
		let last = export(&chain, &source, &self.to, &bars).await.map_err(trouble)?;
		let name = &source.about().name;
		let human = format!("{name}: blocks 1 to {last} are in {}", self.to.display());
		ui.print(human, &json!({ "chain": name, "last": last, "folder": self.to }))
	}
}
