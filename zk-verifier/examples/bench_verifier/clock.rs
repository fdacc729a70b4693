// SPDX-License-Identifier: Apache-2.0

//! The processor time of the whole process, which does not mind a busy machine much.

use std::{hint::black_box, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// Rounds, of which the fastest counts.
const ROUNDS: usize = 15;

fn now() -> Duration {
	let now = clock_gettime(ClockId::ProcessCPUTime);
	Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Microseconds per call, with so many calls in a round.
pub fn time<T>(calls: u32, mut run: impl FnMut() -> T) -> f64 {
	let round = |_| {
		let start = now();
		for _ in 0..calls {
			black_box(run());
		}
		(now() - start) / calls
	};
	(0..ROUNDS).map(round).min().unwrap_or_default().as_secs_f64() * 1e6
}
