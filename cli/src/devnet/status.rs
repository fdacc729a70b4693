// SPDX-License-Identifier: Apache-2.0

//! How a network is.

use futures::future::join_all;
use serde_json::json;

use super::{
	error::DevnetError,
	folder::Folder,
	health::{self, Health},
	process::Process,
};
use crate::{
	failure::Failure,
	ui::{Table, Tone, Ui},
};

/// Shows all processes: whether they run, how far they are, where they listen. A failure if one of them is not well.
pub async fn run(folder: &Folder, ui: Ui) -> Result<(), Failure> {
	let all = folder.processes()?;
	let all = all.ok_or_else(|| DevnetError::NoNetwork(folder.path().into()))?;
	let states = join_all(all.processes.iter().map(look)).await;

	let mut table = Table::new(&["process", "pid", "state", "progress", "url", "log"]).right(&[1]);
	let mut list = Vec::new();
	for (process, (state, progress)) in all.processes.iter().zip(&states) {
		let tone = if *state == State::Up { Tone::Good } else { Tone::Bad };
		table.row([
			process.name.clone(),
			process.identity.pid.to_string(),
			ui.paint(tone, state.name()),
			progress.clone(),
			process.url.clone(),
			process.log.display().to_string(),
		]);
		list.push(json!({
			"name": process.name,
			"pid": process.identity.pid,
			"state": state.name(),
			"progress": progress,
			"url": process.url,
			"metrics": process.metrics,
			"log": process.log,
		}));
	}
	let class = all.class;
	ui.print(&table, &json!({ "folder": folder.path(), "class": class, "processes": list }))?;

	let ill: Vec<_> = all
		.processes
		.iter()
		.zip(&states)
		.filter(|(_, (state, _))| *state != State::Up)
		.map(|(process, _)| process.name.as_str())
		.collect();
	if ill.is_empty() {
		return Ok(());
	}
	Err(Failure::failed(
		format!("not up: {}", ill.join(", ")),
		"`ligature devnet logs NAME` shows what it said; `devnet down` and `devnet up` start all of it again",
	))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
	/// It runs, and is well.
	Up,
	/// It runs, and is not well.
	Ill,
	/// It has ended.
	Down,
}

impl State {
	fn name(self) -> &'static str {
		match self {
			Self::Up => "up",
			Self::Ill => "ill",
			Self::Down => "down",
		}
	}
}

async fn look(process: &Process) -> (State, String) {
	if !process.identity.lives() {
		return (State::Down, String::new());
	}
	match health::ask(process).await {
		Health::Good(progress) => (State::Up, progress.unwrap_or_default()),
		Health::Bad(why) => (State::Ill, why),
	}
}
