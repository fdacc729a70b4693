// SPDX-License-Identifier: Apache-2.0

//! What a process has said.

use std::{
	fs::File,
	io::{self, Read, Seek, SeekFrom, Write},
	time::Duration,
};

use super::{Logs, error::DevnetError};
use crate::{failure::Failure, ui::print_out};

/// How often it is looked whether there is more.
const LOOK: Duration = Duration::from_millis(200);

/// Shows the end of a log, and what comes after it if that is asked for.
pub async fn run(logs: &Logs) -> Result<(), Failure> {
	let folder = logs.place.folder();
	let known = folder.logs();
	if !known.contains(&logs.name) {
		if known.is_empty() {
			return Err(DevnetError::NoNetwork(folder.path().into()).into());
		}
		let (name, known) = (logs.name.clone(), known.join(", "));
		return Err(DevnetError::UnknownProcess { name, known }.into());
	}
	let path = folder.log(&logs.name);
	// The length first: what is written meanwhile is shown twice rather than never.
	let mut shown = std::fs::metadata(&path)?.len();
	let tail = folder.log_tail(&logs.name, logs.lines);
	if !tail.is_empty() {
		print_out(&format!("{tail}\n"))?;
	}
	if !logs.follow {
		return Ok(());
	}
	loop {
		tokio::select! {
			_ = tokio::signal::ctrl_c() => break,
			() = tokio::time::sleep(LOOK) => (),
		}
		let mut file = File::open(&path)?;
		let length = file.metadata()?.len();
		if length < shown {
			// Begun anew by `up --fresh`.
			shown = 0;
		}
		file.seek(SeekFrom::Start(shown))?;
		let mut more = Vec::new();
		shown += file.read_to_end(&mut more)? as u64;
		let written = io::stdout().write_all(&more).and_then(|()| io::stdout().flush());
		if written.is_err() {
			// Nobody reads any more.
			break;
		}
	}
	Ok(())
}
