// SPDX-License-Identifier: Apache-2.0

//! How far the demo is, and how long it will still take.
//!
//! On a terminal there is one line that changes; elsewhere a line a minute. What has come about stays above it.

use std::{
	io::{self, IsTerminal},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;

use crate::{
	devnet::{Event, Show},
	ui::{Tone, Ui},
};

/// Where nothing moves, a line is written so often.
const LINE: Duration = Duration::from_secs(60);

/// How often the time on a terminal changes.
const TICK: Duration = Duration::from_millis(500);

/// A part of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
	/// What is done.
	pub name: &'static str,
	/// How many seconds that takes, as far as one can say beforehand.
	pub estimate: f64,
}

/// What the estimate of the time left goes by.
#[derive(Clone, Debug)]
struct Clock {
	steps: Vec<Step>,
	current: usize,
	/// How much of the current step is done, from 0 to 1, where that is known.
	part: Option<f64>,
}

impl Clock {
	/// Seconds that are left, of a step that began so many seconds ago.
	fn left(&self, since: f64) -> f64 {
		let later: f64 = self.steps.iter().skip(self.current + 1).map(|step| step.estimate).sum();
		let Some(step) = self.steps.get(self.current) else { return 0.0 };
		let own = match self.part {
			// Before that, the beginning says more than the speed.
			Some(part) if part >= 0.05 => {
				let by_speed = since * (1.0 - part) / part;
				let by_estimate = step.estimate * (1.0 - part);
				by_speed * part + by_estimate * (1.0 - part)
			},
			_ => (step.estimate - since).max(step.estimate * 0.1),
		};
		own + later
	}
}

struct State {
	clock: Clock,
	detail: String,
	began: Instant,
	step_began: Instant,
	last_line: Instant,
}

/// The progress of the demo.
pub struct Progress {
	ui: Ui,
	bar: Option<ProgressBar>,
	state: Arc<Mutex<State>>,
	ticker: JoinHandle<()>,
}

impl Progress {
	/// Begins with the first step. Must be called in a runtime of tokio.
	pub fn new(ui: Ui, steps: Vec<Step>) -> Self {
		let now = Instant::now();
		let clock = Clock { steps, current: 0, part: None };
		let state =
			State { clock, detail: String::new(), began: now, step_began: now, last_line: now };
		let state = Arc::new(Mutex::new(state));
		let bar = (!ui.json && io::stderr().is_terminal()).then(|| {
			let bar = ProgressBar::new_spinner();
			let style = ProgressStyle::with_template("{spinner} {wide_msg}")
				.expect("the template names what indicatif has; qed");
			bar.set_style(style);
			bar
		});
		let ticker = tokio::spawn(tick(ui, bar.clone(), state.clone()));
		Self { ui, bar, state, ticker }
	}

	fn state(&self) -> MutexGuard<'_, State> {
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// The step of this name begins; those before it are over.
	pub fn step(&self, name: &str) {
		let mut state = self.state();
		let found = state.clock.steps.iter().position(|step| step.name == name);
		state.clock.current = found.unwrap_or(state.clock.current);
		state.clock.part = None;
		state.detail.clear();
		state.step_began = Instant::now();
	}

	/// What is being done, in words.
	pub fn detail(&self, detail: impl Into<String>) {
		self.state().detail = detail.into();
	}

	/// So much of the step is done.
	pub fn part(&self, done: usize, all: usize) {
		self.state().clock.part = Some(done as f64 / all.max(1) as f64);
	}

	/// A line that stays: something has come about.
	pub fn done(&self, text: &str) {
		self.note(Tone::Good, "✓", text);
	}

	/// A line that stays.
	pub fn note(&self, tone: Tone, mark: &str, text: &str) {
		let since = clock(self.state().began.elapsed());
		let mark = if self.bar.is_some() { self.ui.paint(tone, mark) } else { mark.to_owned() };
		self.line(&format!("{mark} {since} {text}"));
	}

	/// Text that stays as it is.
	pub fn line(&self, text: &str) {
		match &self.bar {
			Some(bar) => bar.suspend(|| self.ui.line(text)),
			None => self.ui.line(text),
		}
		self.state().last_line = Instant::now();
	}

	/// How long it has taken so far.
	pub fn elapsed(&self) -> Duration {
		self.state().began.elapsed()
	}
}

impl Drop for Progress {
	fn drop(&mut self) {
		self.ticker.abort();
		if let Some(bar) = &self.bar {
			bar.finish_and_clear();
		}
	}
}

impl Show for Progress {
	fn show(&mut self, event: Event) {
		match event {
			Event::Waiting(what) => self.detail(what),
			Event::Done(what) => self.done(&what),
			Event::Healthy(process) => self.done(&crate::devnet::line(process)),
		}
	}
}

async fn tick(ui: Ui, bar: Option<ProgressBar>, state: Arc<Mutex<State>>) {
	loop {
		tokio::time::sleep(TICK).await;
		let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
		match &bar {
			Some(bar) => {
				bar.set_message(sentence(&state));
				bar.tick();
			},
			None if state.last_line.elapsed() >= LINE => {
				ui.line(format!("  {}", sentence(&state)));
				state.last_line = Instant::now();
			},
			None => (),
		}
	}
}

/// Time, step, detail, time left.
fn sentence(state: &State) -> String {
	let elapsed = clock(state.began.elapsed());
	let left = state.clock.left(state.step_began.elapsed().as_secs_f64());
	let left = clock(Duration::from_secs_f64(left.max(0.0).round()));
	let name = state.clock.steps.get(state.clock.current).map_or("", |step| step.name);
	let detail = match state.detail.as_str() {
		"" => String::new(),
		detail => format!(": {detail}"),
	};
	format!("{elapsed} {name}{detail}; about {left} left")
}

/// Minutes and seconds.
pub fn clock(time: Duration) -> String {
	let seconds = time.as_secs();
	format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
	use super::*;

	const STEPS: [Step; 3] = [
		Step { name: "start", estimate: 10.0 },
		Step { name: "trade", estimate: 100.0 },
		Step { name: "check", estimate: 20.0 },
	];

	#[test]
	fn the_time_left_should_follow_estimates_at_first_and_the_speed_later() {
		let at = |current, part, since| Clock { steps: STEPS.into(), current, part }.left(since);
		assert_eq!(at(0, None, 0.0), 130.0);
		assert_eq!(at(0, None, 4.0), 126.0);
		// A step that takes longer than thought is never said to be over.
		assert_eq!(at(0, None, 50.0), 121.0);
		assert_eq!(at(2, None, 20.0), 2.0);
		// Half is done in 200 seconds: another 200 by speed, 50 by estimate; the mean of both, and the check.
		assert_eq!(at(1, Some(0.5), 200.0), 145.0);
		assert_eq!(at(1, Some(1.0), 400.0), 20.0);
		assert_eq!(at(1, Some(0.01), 1.0), 119.0);
		assert_eq!(at(3, None, 1.0), 0.0);
	}

	#[tokio::test]
	async fn a_sentence_should_name_step_and_detail() {
		let progress = Progress::new(Ui::new(true), STEPS.into());
		assert_eq!(sentence(&progress.state()), "0:00 start; about 2:10 left");
		progress.step("trade");
		progress.detail("7 of 10 orders");
		progress.part(9, 10);
		let sentence = sentence(&progress.state());
		assert!(sentence.starts_with("0:00 trade: 7 of 10 orders; about 0:2"), "{sentence}");
		assert_eq!(clock(Duration::from_millis(125_900)), "2:05");
	}
}
