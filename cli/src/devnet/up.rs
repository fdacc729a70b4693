// SPDX-License-Identifier: Apache-2.0

//! Starting a network, and stopping it, by hand.

use serde_json::json;

use super::{
	Up,
	error::DevnetError,
	folder::Folder,
	network::{self, Network, Plan},
	show::{Event, Show},
	signals::Interrupts,
};
use crate::{
	failure::Failure,
	ui::{Tone, Ui},
};

/// Starts a network; stays if that is asked for.
pub async fn up(up: Up, ui: Ui) -> Result<(), Failure> {
	let interrupts = Interrupts::listen()?;
	let folder = up.place.folder();
	let (options, fresh) = (up.options, up.fresh);
	let plan = Plan { folder: folder.clone(), options, program: None, fresh };
	let mut spinner = ui.spinner("the network starts");
	let started = Network::start(plan, &mut spinner, &interrupts).await;
	let mut network = match started {
		Ok(network) => network,
		Err(error) => {
			spinner.fail("the network does not start");
			return Err(error.into());
		},
	};
	spinner.done("the network is up");

	let endpoints = network.endpoints().clone();
	let mut lines = vec![format!("operator  {}", endpoints.operator)];
	lines.extend(endpoints.chains.iter().map(|chain| format!("{:<9} {}", chain.name, chain.url)));
	lines.push(if up.foreground {
		"Ctrl-C stops everything.".into()
	} else {
		"`ligature devnet status` shows how it is, `ligature devnet down` stops it.".into()
	});
	ui.print(lines.join("\n"), &json!({ "folder": folder.path(), "endpoints": endpoints }))?;
	if !up.foreground {
		return Ok(());
	}

	let ended = tokio::select! {
		ended = network.alive(std::future::pending::<Result<(), DevnetError>>()) => ended,
		() = interrupts.wait(1) => Ok(()),
	};
	let mut spinner = ui.spinner("everything stops");
	if let Err(error) = &ended {
		spinner.note(Tone::Bad, "✗", &error.to_string());
	}
	spinner.show(Event::Waiting("everything stops".into()));
	let stopped = network.stop(&interrupts).await;
	match &stopped {
		Ok(()) => spinner.done("everything is stopped"),
		Err(_) => spinner.fail("not everything is stopped"),
	}
	ended.and(stopped).map_err(Failure::from)
}

/// Stops a network.
pub async fn down(folder: &Folder, ui: Ui) -> Result<(), Failure> {
	let spinner = ui.spinner("everything stops");
	let stopped = match network::stop(folder).await {
		Ok(stopped) => stopped,
		Err(error) => {
			spinner.fail("not stopped");
			return Err(error.into());
		},
	};
	spinner.done("everything is stopped");
	let human = match stopped.is_empty() {
		true => "nothing was running any more".into(),
		false => format!("stopped: {}", stopped.join(", ")),
	};
	ui.print(human, &json!({ "stopped": stopped }))
}
