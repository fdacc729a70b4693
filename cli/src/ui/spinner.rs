// SPDX-License-Identifier: Apache-2.0

//! What is being waited for.

use std::{
	io::{self, IsTerminal},
	sync::LazyLock,
	time::Duration,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Tone, Ui};

/// How often the thing on a terminal moves.
const TICK: Duration = Duration::from_millis(120);

/// All moving lines of the terminal, so that several can move at once.
static LINES: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// A line that says what is being waited for: it moves on a terminal; elsewhere each change is a line.
pub struct Spinner {
	ui: Ui,
	bar: Option<ProgressBar>,
	shown: String,
}

impl Spinner {
	pub(super) fn new(ui: Ui, text: String) -> Self {
		let terminal = !ui.json && io::stderr().is_terminal();
		let bar = terminal.then(|| {
			let bar = LINES.add(ProgressBar::new_spinner());
			let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
				.expect("the template names what indicatif has; qed");
			bar.set_style(style);
			bar.enable_steady_tick(TICK);
			bar
		});
		let mut this = Self { ui, bar, shown: String::new() };
		this.set(text);
		this
	}

	/// Something else is being waited for.
	pub fn set(&mut self, text: impl Into<String>) {
		let text = text.into();
		if text == self.shown {
			return;
		}
		match &self.bar {
			Some(bar) => bar.set_message(text.clone()),
			None => self.ui.line(&text),
		}
		self.shown = text;
	}

	/// Leaves a line above: something has come about.
	pub fn note(&self, tone: Tone, mark: &str, text: &str) {
		match self.bar {
			Some(_) => LINES.suspend(|| self.ui.note(tone, mark, text)),
			None => self.ui.note(tone, mark, text),
		}
	}

	/// It is over: the line goes away, and this one stays.
	pub fn done(self, text: &str) {
		self.note(Tone::Good, "✓", text);
	}

	/// It has not come about.
	pub fn fail(self, text: &str) {
		self.note(Tone::Bad, "✗", text);
	}
}

impl Drop for Spinner {
	fn drop(&mut self) {
		if let Some(bar) = &self.bar {
			bar.finish_and_clear();
		}
	}
}
