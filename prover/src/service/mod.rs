// SPDX-License-Identifier: Apache-2.0

//! A prover at the mailbox: takes the jobs that an off-chain worker writes, does them, and writes the proofs
//! back ([`ligature_primitives::mailbox`] has the states of a job).
//!
//! | file | holds |
//! |---|---|
//! | this one | what the service needs of the world, and its loop |
//! | `post` | reading and changing jobs |
//! | `work` | from a block to its proofs, on threads of its own at low priority |
//!
//! One [`Service`] does one job at a time, the lowest number first. While it works another thread renews the
//! claim, sees whether the job is still there (a revert takes it away, and other provers may be faster), and
//! whether the service is to stop: then the job is free again at once. A process that dies just falls
//! silent, and the worker gives its claim up after a while. A service remembers nothing that it needs, so a
//! restart loses at most a proof half made.
//!
//! The mailbox ([`Store`]), the chain ([`Chain`]), the blocks ([`BlockSource`]) and the clock come from
//! outside: a node gives its database and its client; another process may stand elsewhere and give
//! what reaches them.

mod post;
#[cfg(test)]
mod tests;
mod work;

pub use work::{Work, WorkError, Worker};

use crate::{
	job::WatchJob,
	source::{BlockSource, SourceBlock},
	watch::{CancelFlag, Watch},
};
use ligature_primitives::{
	header::Header,
	ids::BlockNumber,
	mailbox::{Job, JobId, Millis, ProverName, RENEWAL, State},
};
use post::Post;
use std::{
	error::Error,
	sync::mpsc::{self, RecvTimeoutError},
	thread,
	time::{Duration, Instant},
};

/// The database in which the mailbox lies.
pub trait Store: Send + Sync {
	/// The value of a key.
	fn get(&self, key: &[u8]) -> Option<Vec<u8>>;

	/// Sets a value if it is `old` before, at once, and gives back whether it was.
	fn compare_and_set(&self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool;
}

/// What the chain says.
pub trait Chain: Send + Sync {
	/// The header of the block of this number that the chain has committed to, as of its best block.
	///
	/// # Errors
	///
	/// If the chain cannot be asked.
	fn header(&self, number: BlockNumber) -> Result<Option<Header>, Box<dyn Error + Send + Sync>>;
}

/// What a service is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
	/// No job is wanted.
	Idle,
	/// Jobs are wanted, and the source does not have their blocks yet.
	WaitsForBlocks,
	/// It proves.
	Proves,
	/// It has ended.
	Stopped,
}

impl Activity {
	/// All of them.
	pub const ALL: [Self; 4] = [Self::Idle, Self::WaitsForBlocks, Self::Proves, Self::Stopped];

	/// A name for metrics.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Idle => "idle",
			Self::WaitsForBlocks => "waits_for_blocks",
			Self::Proves => "proves",
			Self::Stopped => "stopped",
		}
	}
}

/// Somebody who looks on. Called from the service's thread.
pub trait Observer: Send + Sync {
	/// So many jobs are listed, and so many of them wanted.
	fn jobs(&self, listed: usize, wanted: usize) {
		let _ = (listed, wanted);
	}

	/// It does this now.
	fn activity(&self, activity: Activity) {
		let _ = activity;
	}

	/// A job has ended after so long.
	fn ended(&self, outcome: Outcome, took: Duration) {
		let _ = (outcome, took);
	}
}

impl Observer for () {}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// The proofs are in the mailbox.
	Proven,
	/// The reason is in the mailbox and in the log.
	Failed,
	/// Nobody wants it any more, or somebody else has it.
	Lost,
	/// The service is to stop; the job is free again.
	Released,
}

impl Outcome {
	/// All of them.
	pub const ALL: [Self; 4] = [Self::Proven, Self::Failed, Self::Lost, Self::Released];

	/// A name for metrics.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Proven => "proven",
			Self::Failed => "failed",
			Self::Lost => "lost",
			Self::Released => "released",
		}
	}
}

/// What one look into the mailbox came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
	/// There was nothing to do.
	Idle,
	/// The blocks of the wanted jobs are not there yet.
	WaitsForBlocks,
	/// A job has ended.
	Ended(JobId, Outcome),
}

/// How often the service looks whether it is to stop.
const BEAT: Duration = Duration::from_millis(200);
/// How often it looks into an empty mailbox.
const POLL: Duration = Duration::from_secs(1);

/// A prover at the mailbox.
pub struct Service {
	/// Who it is; drawn at random, another one after every start.
	pub name: ProverName,
	/// Where the mailbox lies.
	pub store: Box<dyn Store>,
	/// The chain whose worker writes the jobs.
	pub chain: Box<dyn Chain>,
	/// Where blocks come from.
	pub source: Box<dyn BlockSource>,
	/// Who does the work.
	pub work: Box<dyn Work>,
	/// The clock of the machine on which the off-chain worker runs.
	pub clock: Box<dyn Fn() -> Millis + Send + Sync>,
	/// Who looks on.
	pub observer: Box<dyn Observer>,
}

/// Stops the work on a job when the service is to stop, or when the claim is lost.
#[derive(Default)]
struct Watcher(CancelFlag);

impl Watch for Watcher {
	fn cancelled(&self) -> bool {
		self.0.cancelled()
	}
}

impl WatchJob for Watcher {}

impl Service {
	/// Does jobs until `stop`.
	pub fn run(&self, stop: &CancelFlag) {
		while !stop.cancelled() {
			let next = match self.step(stop) {
				Step::Ended(..) => continue,
				Step::Idle | Step::WaitsForBlocks => Instant::now() + POLL,
			};
			while !stop.cancelled() && Instant::now() < next {
				thread::sleep(BEAT);
			}
		}
		self.observer.activity(Activity::Stopped);
	}

	/// Looks into the mailbox once, and does the first job that can be done.
	pub fn step(&self, stop: &CancelFlag) -> Step {
		let post = Post(&*self.store);
		let listed = post.jobs();
		let wanted: Vec<JobId> = listed
			.iter()
			.copied()
			.filter(|id| post.read(id).is_some_and(|job| matches!(job.state, State::Wanted { .. })))
			.collect();
		self.observer.jobs(listed.len(), wanted.len());
		let mut step = Step::Idle;
		for id in wanted {
			let header = match self.chain.header(id.number) {
				Ok(Some(header)) if header.hash() == id.hash => header,
				// The worker has not noticed yet that the block is gone.
				Ok(_) => continue,
				Err(error) => {
					log::warn!("the chain cannot be asked for block {}: {error}", id.number.0);
					continue;
				},
			};
			let Some(block) = self.source.fetch(&header).transpose() else {
				step = Step::WaitsForBlocks;
				continue;
			};
			let now = (self.clock)();
			if !post.change(&id, |job| job.claim(self.name, now)) {
				continue;
			}
			let started = Instant::now();
			self.observer.activity(Activity::Proves);
			let outcome = match block {
				Ok(block) => self.prove(&id, now, &header, block, stop),
				Err(error) => self.fail(&id, &*error),
			};
			self.observer.ended(outcome, started.elapsed());
			return Step::Ended(id, outcome);
		}
		self.observer.activity(match step {
			Step::WaitsForBlocks => Activity::WaitsForBlocks,
			_ => Activity::Idle,
		});
		step
	}

	/// Does a job that was claimed just now.
	fn prove(
		&self,
		id: &JobId,
		now: Millis,
		header: &Header,
		block: SourceBlock,
		stop: &CancelFlag,
	) -> Outcome {
		log::info!("block {} is being proven", id.number.0);
		let watcher = Watcher::default();
		let (done, ended) = mpsc::channel::<()>();
		let (result, lost) = thread::scope(|scope| {
			let work = &watcher.0;
			let heart = scope.spawn(move || self.keep_claim(id, now, work, stop, &ended));
			let result = self.work.prove(header, block, &watcher);
			drop(done);
			// It does not panic; if it did, the claim would be as good as lost.
			(result, heart.join().unwrap_or(true))
		});
		match result {
			_ if lost => Outcome::Lost,
			Ok(bundle) => {
				let proofs: Vec<_> = bundle.proofs.iter().map(|(_, proof)| *proof).collect();
				if self.change(id, |job| job.finish(self.name, proofs)) {
					log::info!("block {} is proven: {} proofs", id.number.0, bundle.proofs.len());
					Outcome::Proven
				} else {
					Outcome::Lost
				}
			},
			Err(_) if stop.cancelled() => {
				let now = (self.clock)();
				if self.change(id, |job| job.release(self.name, now)) {
					Outcome::Released
				} else {
					Outcome::Lost
				}
			},
			Err(error) => self.fail(id, &error),
		}
	}

	/// Renews the claim until the work has ended, and stops the work when it is lost or the service is to stop. Gives
	/// back whether the claim is lost.
	fn keep_claim(
		&self,
		id: &JobId,
		mut renewed: Millis,
		work: &CancelFlag,
		stop: &CancelFlag,
		ended: &mpsc::Receiver<()>,
	) -> bool {
		while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
			if stop.cancelled() {
				work.cancel();
				return false;
			}
			let now = (self.clock)();
			if now.abs_diff(renewed) >= RENEWAL {
				if !self.change(id, |job| job.renew(self.name, now)) {
					log::info!("block {} is not to be proven any more", id.number.0);
					work.cancel();
					return true;
				}
				renewed = now;
			}
		}
		false
	}

	fn fail(&self, id: &JobId, error: &(dyn Error + 'static)) -> Outcome {
		let mut reason = error.to_string();
		let mut source = error.source();
		while let Some(cause) = source {
			reason = format!("{reason}: {cause}");
			source = cause.source();
		}
		log::error!("block {} cannot be proven: {reason}", id.number.0);
		let now = (self.clock)();
		if self.change(id, |job| job.give_up(self.name, &reason, now)) {
			Outcome::Failed
		} else {
			Outcome::Lost
		}
	}

	fn change(&self, id: &JobId, change: impl FnOnce(&Job) -> Option<Job>) -> bool {
		Post(&*self.store).change(id, change)
	}
}
