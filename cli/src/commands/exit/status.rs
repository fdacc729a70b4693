// SPDX-License-Identifier: Apache-2.0

//! `ligature exit status`.

use clap::Args;
use serde_json::{Value, json};

use super::{link::Link, stand::Stand};
use crate::{failure::Failure, ui::Table};

#[derive(Args)]
pub struct Status {
	#[command(flatten)]
	link: Link,
}

impl Status {
	pub async fn run(self) -> Result<(), Failure> {
		let session = self.link.session().await?;
		let chains = Stand::all(&session).await?;
		let ended = chains.iter().any(|stand| stand.mode.has_ended());
		let mut table = Table::new(&["chain", "block", "executed", "rollup"]).right(&[1, 2]);
		let mut notes = String::new();
		for stand in &chains {
			let mut state = stand.mode.describe(stand.pace);
			if stand.status.halted.guardian {
				state += "; halted by the guardian, which stops no expiry";
			}
			let counters = stand.status.counters;
			let executed = format!("{} of {}", counters.executed, counters.certified);
			table.row([stand.name.clone(), stand.now.to_string(), executed, state]);
			notes += &format!("\n{}: {}", stand.name, stand.next(ended));
		}
		let list: Vec<Value> = chains.iter().map(|stand| stand.json(ended)).collect();
		let json = json!({ "kind": "exitStatus", "ended": ended, "chains": list });
		self.link.ui().print(format!("{table}{notes}"), &json)
	}
}
