// SPDX-License-Identifier: Apache-2.0

//! Reading and changing jobs in the node's off-chain database.

use polkadot_sdk::*;

use alloc::vec::Vec;
use ligature_primitives::mailbox::{INDEX, Index, Job, JobId};
use sp_runtime::offchain::storage::{MutateStorageError, StorageValueRef};

/// The jobs that there are. An index that cannot be read counts as empty.
pub fn jobs() -> Vec<JobId> {
	let index = StorageValueRef::persistent(INDEX).get::<Index>();
	index.ok().flatten().map_or_else(Vec::new, |index| index.jobs().to_vec())
}

/// Replaces the list of jobs.
pub fn list(jobs: Vec<JobId>) {
	StorageValueRef::persistent(INDEX).set(&Index::new(jobs));
}

/// A job, if there is one that can be read.
pub fn read(id: &JobId) -> Option<Job> {
	StorageValueRef::persistent(&id.key()).get().ok().flatten()
}

/// Forgets a job. A prover that works on it notices when it renews its claim.
pub fn remove(id: &JobId) {
	StorageValueRef::persistent(&id.key()).clear();
}

/// Changes a job, unless `change` says that there is nothing to change. A job that is missing or cannot
/// be read is `None`. Gives back whether the job is changed: not if somebody else has changed it
/// meanwhile.
pub fn change(id: &JobId, change: impl FnOnce(Option<Job>) -> Option<Job>) -> bool {
	let changed = StorageValueRef::persistent(&id.key())
		.mutate(|job: Result<Option<Job>, _>| change(job.ok().flatten()).ok_or(()));
	match changed {
		Ok(_) => true,
		Err(MutateStorageError::ConcurrentModification(_)) => {
			log::debug!(
				target: crate::LOG_TARGET,
				"the job of block {} was changed by somebody else; it waits for the next block",
				id.number.0,
			);
			false
		},
		Err(MutateStorageError::ValueFunctionFailed(())) => false,
	}
}

/// Puts a job in the place of another, unless that has changed meanwhile. Gives back whether it did.
pub fn replace(id: &JobId, old: &Job, new: Job) -> bool {
	change(id, |job| (job.as_ref() == Some(old)).then_some(new))
}
