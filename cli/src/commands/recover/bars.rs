// SPDX-License-Identifier: Apache-2.0

//! How far a recovery is: a bar per chain and step on a terminal, with the time left; elsewhere a line now and then.

use std::{
	collections::BTreeMap,
	io::{self, IsTerminal},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use ligature_primitives::ids::ChainId;
use ligature_recovery::{Progress, Step};

use crate::ui::Ui;

/// Where nothing moves, a line comes so often.
const PAUSE: Duration = Duration::from_secs(10);

/// A step of a chain.
struct Work {
	bar: Option<ProgressBar>,
	begun: Instant,
	/// What was done when it began: an earlier run did it.
	before: u64,
	said: Instant,
}

/// Shows how far it is.
pub struct Bars {
	ui: Ui,
	lines: MultiProgress,
	work: Mutex<BTreeMap<(ChainId, u8), Work>>,
}

impl Bars {
	/// Nothing moves yet.
	pub fn new(ui: Ui) -> Self {
		Self { ui, lines: MultiProgress::new(), work: Mutex::default() }
	}

	fn begin(&self, text: &str, done: u64, of: u64) -> Work {
		let terminal = !self.ui.json && io::stderr().is_terminal();
		let bar = terminal.then(|| {
			let bar = self.lines.add(ProgressBar::new(of));
			let style = "{msg:<32} {bar:30} {human_pos}/{human_len} {per_sec}, {eta} left";
			let style = ProgressStyle::with_template(style)
				.expect("the template names what indicatif has; qed");
			bar.set_style(style);
			bar.set_message(text.to_owned());
			bar.set_position(done);
			bar.reset_eta();
			bar
		});
		let now = Instant::now();
		Work { bar, begun: now, before: done, said: now }
	}
}

impl Progress for Bars {
	fn reached(&self, chain: ChainId, step: Step, done: u64, of: u64) {
		let (place, text) = match step {
			Step::Reading => (0, format!("chain {chain}: reads blocks")),
			Step::Replaying => (1, format!("chain {chain}: executes blocks")),
		};
		let mut all = self.work.lock().unwrap_or_else(PoisonError::into_inner);
		let work = all.entry((chain, place)).or_insert_with(|| self.begin(&text, done, of));
		match &work.bar {
			Some(bar) => {
				bar.set_length(of);
				bar.set_position(done);
				if done >= of {
					bar.finish();
				}
			},
			None if done >= of || work.said.elapsed() >= PAUSE => {
				work.said = Instant::now();
				let left =
					left(work.begun.elapsed(), done.saturating_sub(work.before), of - done.min(of));
				self.ui.line(format_args!("{text}: {done} of {of}{left}"));
			},
			None => {},
		}
	}
}

/// How long the rest takes at the present pace.
fn left(spent: Duration, done: u64, rest: u64) -> String {
	if done == 0 || rest == 0 {
		return String::new();
	}
	let seconds = spent.as_secs_f64() / done as f64 * rest as f64;
	format!(", {} left", HumanDuration(Duration::from_secs_f64(seconds)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_time_left_should_follow_from_the_pace() {
		assert_eq!(left(Duration::from_secs(10), 0, 5), "");
		assert_eq!(left(Duration::from_secs(10), 5, 0), "");
		assert_eq!(left(Duration::from_secs(10), 5, 30), ", 60 seconds left");
	}
}
