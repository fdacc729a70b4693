// SPDX-License-Identifier: Apache-2.0

//! Reading and changing jobs, in any store.

use super::Store;
use codec::{Decode, Encode};
use ligature_primitives::mailbox::{INDEX, Index, Job, JobId};

/// The mailbox in a store.
pub struct Post<'a>(pub &'a dyn Store);

impl Post<'_> {
	/// The jobs that there are, in ascending order.
	pub fn jobs(&self) -> Vec<JobId> {
		let index = self.0.get(INDEX).and_then(|bytes| Index::decode(&mut &bytes[..]).ok());
		index.map_or_else(Vec::new, |index| index.jobs().to_vec())
	}

	/// A job, if there is one that can be read.
	pub fn read(&self, id: &JobId) -> Option<Job> {
		Job::decode(&mut &self.0.get(&id.key())?[..]).ok()
	}

	/// Changes a job if it is there and `change` knows to what. Gives back whether it is changed: not if somebody
	/// else has changed it meanwhile.
	pub fn change(&self, id: &JobId, change: impl FnOnce(&Job) -> Option<Job>) -> bool {
		let key = id.key();
		let Some(old) = self.0.get(&key) else { return false };
		let new = Job::decode(&mut &old[..]).ok().and_then(|job| change(&job));
		new.is_some_and(|new| self.0.compare_and_set(&key, Some(&old), &new.encode()))
	}
}
