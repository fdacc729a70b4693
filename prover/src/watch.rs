// SPDX-License-Identifier: Apache-2.0

//! Watching a proof being made, and stopping it.

use std::{
	fmt,
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};

/// What a proof is made of, in the order of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
	/// The values of all columns are computed.
	Witness,
	/// The rows of the matrices are multiplied with them, and the constraints checked.
	Products,
	/// The coefficients of the quotient polynomial are computed.
	Transforms,
	/// The sum over the quotient's powers.
	H,
	/// The sum over the witnesses.
	L,
	/// The sum over the left factors.
	A,
	/// The sum over the right factors, in G2.
	B,
	/// The proof is verified.
	Verify,
}

impl Stage {
	/// All stages in order.
	pub const ALL: [Self; 8] = [
		Self::Witness,
		Self::Products,
		Self::Transforms,
		Self::H,
		Self::L,
		Self::A,
		Self::B,
		Self::Verify,
	];

	/// A name for tables.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Witness => "witness",
			Self::Products => "products",
			Self::Transforms => "fft",
			Self::H => "msm_h",
			Self::L => "msm_l",
			Self::A => "msm_a",
			Self::B => "msm_b_g2",
			Self::Verify => "verify",
		}
	}
}

impl fmt::Display for Stage {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// Somebody who looks on. All methods are called from the threads that work, so they have to be quick.
pub trait Watch: Sync {
	/// So much of a stage is done, from 0 to 1.
	fn progress(&self, stage: Stage, done: f64) {
		let _ = (stage, done);
	}

	/// A stage has taken so long.
	fn finished(&self, stage: Stage, took: Duration) {
		let _ = (stage, took);
	}

	/// Whether the proof is no longer wanted. Asked before and after every stage, a few times within the transforms, and
	/// within a sum at every block of bases ([`AffineMsm`](crate::msm::AffineMsm)) or once (the other back ends).
	fn cancelled(&self) -> bool {
		false
	}
}

/// Nobody looks on.
impl Watch for () {}

/// A flag that stops work. Its clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
	/// Stops the work, from any thread and for good.
	pub fn cancel(&self) {
		self.0.store(true, Ordering::Relaxed);
	}
}

impl Watch for CancelFlag {
	fn cancelled(&self) -> bool {
		self.0.load(Ordering::Relaxed)
	}
}

/// The work was stopped by who watches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof was cancelled")]
pub struct Cancelled;

/// What the inner loops report to.
#[derive(Clone, Copy)]
pub struct Ticker<'a> {
	watch: &'a dyn Watch,
	stage: Stage,
}

impl fmt::Debug for Ticker<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Ticker").field("stage", &self.stage).finish_non_exhaustive()
	}
}

impl<'a> Ticker<'a> {
	/// Reports on one stage.
	pub fn new(watch: &'a dyn Watch, stage: Stage) -> Self {
		Self { watch, stage }
	}

	/// So much is done, from 0 to 1.
	///
	/// # Errors
	///
	/// That the work is to stop.
	pub fn tick(&self, done: f64) -> Result<(), Cancelled> {
		if self.watch.cancelled() {
			return Err(Cancelled);
		}
		self.watch.progress(self.stage, done);
		Ok(())
	}
}
