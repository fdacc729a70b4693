// SPDX-License-Identifier: Apache-2.0

//! How far it is.

use ligature_primitives::ids::ChainId;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
	/// Blocks of the chain are read.
	Reading,
	/// Blocks of the rollup are executed again.
	Replaying,
}

/// Who hears how far it is.
pub trait Progress: Send + Sync {
	/// So many blocks of so many are done.
	fn reached(&self, chain: ChainId, step: Step, done: u64, of: u64);
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
	fn reached(&self, _: ChainId, _: Step, _: u64, _: u64) {}
}
