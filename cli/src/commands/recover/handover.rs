// SPDX-License-Identifier: Apache-2.0

//! `ligature recover handover`.

use std::path::PathBuf;

use clap::Args;
use ligature_recovery::{Handover, HandoverError};
use serde_json::json;

use super::{Bars, Place, trouble};
use crate::failure::Failure;

#[derive(Args)]
pub struct Make {
	/// The folder that `ligature operator import --from` reads
	#[arg(value_name = "FOLDER")]
	to: PathBuf,
	#[command(flatten)]
	place: Place,
}

impl Make {
	pub async fn run(self) -> Result<(), Failure> {
		let ui = self.place.ui();
		let bars = Bars::new(ui);
		let chains = self.place.open().await?;
		for chain in &chains {
			chain.read(&bars).await.map_err(trouble)?;
		}
		let made = Handover::make(&chains, &bars).await.map_err(handover_trouble)?;
		made.write(&self.to).map_err(handover_trouble)?;
		let stands = made.blocks.iter().filter(|block| block.stands).count();
		let falls = made.blocks.len() - stands;
		let mut human = format!(
			"an operator can go on after block {}: ligature operator import --config FILE --from {}",
			made.start.number,
			self.to.display()
		);
		if falls > 0 {
			human.push_str(&format!(
				"\n{falls} blocks that are committed and not proven will be taken back: their transactions have to be sent \
				 again; requests of the chains' queues stay. Provers may still be at work on them: a handover that \
				 is made some minutes later loses less"
			));
		}
		let json = json!({
			"block": made.start.number.0,
			"hash": hex::encode(made.start.hash),
			"blocks": stands,
			"takenBack": falls,
			"folder": self.to,
		});
		ui.print(human, &json)
	}
}

/// What went wrong, in words.
pub fn handover_trouble(error: HandoverError) -> Failure {
	match error {
		HandoverError::Recovery(error) => trouble(error),
		error => Failure::failed(
			error.to_string(),
			"docs/operations.md has a section on a lost operator",
		),
	}
}
