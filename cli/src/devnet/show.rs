// SPDX-License-Identifier: Apache-2.0

//! Who is told what a network is doing.

use super::process::Process;
use crate::ui::{Spinner, Tone};

/// Something that has happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
	/// This is being waited for.
	Waiting(String),
	/// This has come about.
	Done(String),
	/// A process is well.
	Healthy(&'a Process),
}

/// Somebody who is told.
pub trait Show {
	/// Tells.
	fn show(&mut self, event: Event);
}

impl Show for Spinner {
	fn show(&mut self, event: Event) {
		match event {
			Event::Waiting(what) => self.set(what),
			Event::Done(what) => self.note(Tone::Good, "✓", &what),
			Event::Healthy(process) => self.note(Tone::Good, "✓", &line(process)),
		}
	}
}

/// A process in one line: name, number, where it is asked, log.
pub fn line(process: &Process) -> String {
	let Process { name, identity, url, log, .. } = process;
	format!("{name:<9} pid {:<8} {url:<24} {}", identity.pid, log.display())
}
