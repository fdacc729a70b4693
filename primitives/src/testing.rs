// SPDX-License-Identifier: Apache-2.0

//! What the crate's tests share.

use proptest::test_runner::{Config, RngSeed};

/// Property tests with a fixed seed, so that two runs see the same cases; `LIGATURE_LONG=1` runs
/// a hundred times as many.
pub fn config(cases: u32) -> Config {
	let factor = if std::env::var_os("LIGATURE_LONG").is_some() { 100 } else { 1 };
	Config {
		rng_seed: RngSeed::Fixed(0x11_6A_70_5E),
		failure_persistence: None,
		..Config::with_cases(cases * factor)
	}
}
