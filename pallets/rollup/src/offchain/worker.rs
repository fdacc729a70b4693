// SPDX-License-Identifier: Apache-2.0

//! What the worker does at every block: keeps the mailbox in step with the chain, and sends proofs.

use polkadot_sdk::*;

use alloc::{format, vec::Vec};
use frame_support::storage::{TransactionOutcome, with_transaction};
use frame_system::{
	offchain::{Account, SendSignedTransaction, Signer},
	pallet_prelude::BlockNumberFor,
};
use ligature_primitives::{
	ids::BlockNumber,
	mailbox::{Job, JobId, LOCK, Millis, State},
};
use sp_runtime::{
	DispatchError,
	offchain::{
		Duration, Timestamp,
		storage_lock::{Lockable, StorageLock},
	},
	traits::UniqueSaturatedInto,
};

use super::mailbox;
use crate::{
	Blocks, Call, Config, ExodusState, Identity, LOG_TARGET, Pallet, Progress, Proofs, Refusals,
};

/// For how many blocks of the rollup after the last proven one there are jobs: provers work on several
/// blocks at the same time, though the chain takes the proofs in order.
const AHEAD: u64 = 8;

/// For how many proven blocks of the rollup the proofs are kept. If a fork of the chain loses the
/// transaction, they are sent again and not made again.
pub(crate) const KEEP: u64 = 8;

/// Proofs that are sent and not in a block after so many blocks of the chain are sent again.
pub(crate) const LONGEVITY: u64 = 16;

/// A worker that runs for longer than this many milliseconds is dead.
pub(crate) const LOCK_EXPIRY: u64 = 20_000;

/// One run of the worker, as a lock sees it. The lock's own kind of time would trust a deadline that lies years
/// ahead, as one does that was written while the machine's clock was wrong.
#[derive(Default)]
struct Run;

impl Lockable for Run {
	type Deadline = Timestamp;

	fn deadline(&self) -> Timestamp {
		sp_io::offchain::timestamp().add(Duration::from_millis(LOCK_EXPIRY))
	}

	fn has_expired(deadline: &Timestamp) -> bool {
		let left = deadline.unix_millis().checked_sub(sp_io::offchain::timestamp().unix_millis());
		left.is_none_or(|left| left > LOCK_EXPIRY)
	}
}

/// Keeps the mailbox in step with the chain as of block `now`, and sends the proofs that the chain waits for.
pub(crate) fn run<T: Config>(now: BlockNumberFor<T>) {
	if !Identity::<T>::exists() {
		return;
	}
	let signer = Signer::<T, T::ProverId>::any_account();
	let Some(account) = signer.accounts_from_keys().next() else {
		log::debug!(target: LOG_TARGET, "this node has no key to send proofs with");
		return;
	};
	let mut lock = StorageLock::<Run>::new(LOCK);
	let Ok(_guard) = lock.try_lock() else {
		log::debug!(target: LOG_TARGET, "the worker of another block still runs");
		return;
	};
	let time = sp_io::offchain::timestamp().unix_millis();
	let wanted = wanted::<T>();
	keep_in_step::<T>(&wanted, time);
	if let Some(next) = wanted.first()
		&& Pallet::<T>::ensure_not_halted().is_ok()
	{
		submit(&signer, &account, next, now.unique_saturated_into(), time);
	}
}

/// The blocks that should be proven, in order.
fn wanted<T: Config>() -> Vec<JobId> {
	if ExodusState::<T>::exists() {
		return Vec::new();
	}
	let counters = Progress::<T>::get();
	let first = counters.proven.0.saturating_add(1);
	let last = counters.committed.0.min(counters.proven.0.saturating_add(AHEAD));
	(first..=last)
		.map_while(|number| committed::<T>(BlockNumber(number)))
		// Nothing from a refused block on will ever be proven.
		.take_while(|id| !Refusals::<T>::contains_key(id.number, id.hash))
		.collect()
}

/// The block of a number, if there is one.
fn committed<T: Config>(number: BlockNumber) -> Option<JobId> {
	Blocks::<T>::get(number).map(|block| JobId { number, hash: block.hash })
}

/// Adds the jobs that are missing, lets time pass for the others, and removes those of blocks that are proven or
/// gone.
fn keep_in_step<T: Config>(wanted: &[JobId], time: Millis) {
	let before = mailbox::jobs();
	let (mut jobs, obsolete): (Vec<_>, Vec<_>) =
		before.iter().copied().partition(|id| wanted.contains(id) || is_worth_keeping::<T>(id));
	obsolete.iter().for_each(mailbox::remove);
	jobs.extend(wanted);
	jobs.sort_unstable();
	jobs.dedup();
	// First the list: a job that it does not name would never be found and removed.
	if jobs != before {
		mailbox::list(jobs);
	}
	for id in wanted {
		let new = mailbox::change(id, |job| match job {
			Some(job) => job.after(time),
			None => Some(Job::new(time)),
		});
		if new {
			log::debug!(target: LOG_TARGET, "block {} is to be proven", id.number.0);
		}
	}
}

/// Whether a proven block's proofs should stay for a while.
fn is_worth_keeping<T: Config>(id: &JobId) -> bool {
	let proven = Progress::<T>::get().proven.0;
	id.number.0 <= proven
		&& id.number.0.saturating_add(KEEP) > proven
		&& committed::<T>(id.number) == Some(*id)
		&& mailbox::read(id).is_some_and(|job| job.proofs().is_some())
}

/// Sends the proofs of the next block, if there are any that were not sent a short while ago.
fn submit<T: Config>(
	signer: &Signer<T, T::ProverId>,
	account: &Account<T>,
	id: &JobId,
	now: u64,
	time: Millis,
) {
	let (number, hash) = (id.number, id.hash);
	let Some(job) = mailbox::read(id) else { return };
	if let State::Submitted { at, .. } = job.state
		// Sent at a block above this one: on a fork that is no more.
		&& (at..at.saturating_add(LONGEVITY)).contains(&now)
	{
		return;
	}
	let (Some(proofs), Some(sent)) = (job.proofs(), job.submit(now)) else { return };
	let rehearsed = Proofs::try_from(proofs.to_vec())
		.map_err(|_| "there are more of them than a block can have")
		.and_then(|proofs| rehearse::<T>(account, id, &proofs).map(|()| proofs));
	let proofs = match rehearsed {
		Ok(proofs) => proofs,
		Err(reason) => {
			let reason = format!("the chain would refuse the proofs: {reason}");
			log::error!(target: LOG_TARGET, "block {}: {reason}", number.0);
			mailbox::replace(id, &job, job.fail(&reason, time));
			return;
		},
	};
	// First the mark: of two workers one sends.
	if !mailbox::replace(id, &job, sent.clone()) {
		return;
	}
	let call = |_: &Account<T>| Call::prove_block { number, hash, proofs: proofs.clone() };
	let reason = match signer.send_signed_transaction(call) {
		Some((_, Ok(()))) => {
			log::info!(target: LOG_TARGET, "the proofs of block {} are sent", number.0);
			return;
		},
		Some((_, Err(()))) => "the pool refuses them; is there money in the prover's account?",
		None => "they cannot be signed",
	};
	log::warn!(target: LOG_TARGET, "the proofs of block {} are not sent: {reason}", number.0);
	// What was in the pool before stays there and is looked for again after a while.
	if matches!(job.state, State::Ready { .. }) {
		mailbox::replace(id, &sent, job);
	}
}

/// Whether the chain would take the proofs now, without a trace in the state that the worker sees: what is refused
/// in a block costs its fee.
fn rehearse<T: Config>(
	account: &Account<T>,
	id: &JobId,
	proofs: &Proofs,
) -> Result<(), &'static str> {
	with_transaction(|| {
		let proven = Pallet::<T>::do_prove_block(&account.id, id.number, id.hash, proofs);
		TransactionOutcome::Rollback(proven.map(|_| ()).map_err(|refused| refused.error))
	})
	.map_err(|error: DispatchError| error.into())
}
