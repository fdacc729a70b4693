// SPDX-License-Identifier: Apache-2.0

//! Whether a committed block is what its header says.

use crate::{books::Outcome, finding::What};

/// What is wrong with a committed block.
pub fn check(outcome: Outcome) -> Option<What> {
	match outcome {
		Outcome::Replayed | Outcome::Skipped => None,
		Outcome::BadHeader(refusal) => Some(What::BadHeader { refusal }),
		Outcome::BadData(refusal) => Some(What::RootMismatch { refusal }),
		Outcome::NotPosted => Some(What::NotPosted),
	}
}
