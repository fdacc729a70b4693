// SPDX-License-Identifier: Apache-2.0

//! The mailbox through which a chain's off-chain worker and the provers of its node talk: keys and
//! values of the node's off-chain database.
//!
//! ```text
//!             worker                    prover                 worker                 chain
//! (nothing) ─────────▶ Wanted ──claim──▶ Claimed ──▶ Ready ──────────────▶ Submitted ───────▶ (gone)
//!                        ▲                  │ fails, or is silent             │    ▲
//!                        └──── back-off ── Failed ◀── the chain would refuse ─┘    └ not included
//! ```
//!
//! A [`Job`] is filed under number *and* header hash of its block ([`JobId`]): two blocks of one number, on
//! forks or after a revert, never meet. Whoever changes a job compares and sets, so that of two who
//! change it at the same time one notices. The worker alone adds and removes jobs, and lists them under
//! [`INDEX`].
//!
//! Nothing here is trusted: bytes that do not decode, those of another format among them, count as
//! nothing and are overwritten, and a proof is checked before it is sent. No rule of the protocol rests on
//! the mailbox.

use ark_std::{string::String, vec::Vec};
use codec::{Decode, Encode};

use crate::{digest::Digest, ids::BlockNumber};

/// Where the worker lists the jobs that there are: an [`Index`].
pub const INDEX: &[u8] = b"ligature/prover/jobs";
/// Where a worker leaves its mark while it runs.
pub const LOCK: &[u8] = b"ligature/prover/lock";
/// What the keys of jobs begin with.
const JOB: &[u8] = b"ligature/prover/job/";

/// Most jobs in an [`Index`].
pub const MAX_JOBS: usize = 32;
/// Bytes of a compressed Groth16 proof over BLS12-381.
pub const PROOF_BYTES: usize = 192;
/// Most bytes of a reason in [`State::Failed`].
pub const MAX_REASON: usize = 256;

/// Milliseconds since 1970, by the clock of the node's machine.
pub type Millis = u64;

/// A prover renews its claim after so many milliseconds.
pub const RENEWAL: Millis = 10_000;
/// A claim that was not renewed for so many milliseconds is given up.
pub const CLAIM_TIMEOUT: Millis = 60_000;
/// How long to wait after the first failure, in milliseconds. Every further one doubles it.
const FIRST_BACK_OFF: Millis = 10_000;
/// The longest wait, in milliseconds.
const LONGEST_BACK_OFF: Millis = 600_000;

/// The number of the format of [`Job`] and [`Index`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
enum Format {
	#[default]
	#[codec(index = 1)]
	V1,
}

/// Names a job: the block that is to be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct JobId {
	/// The block's number.
	pub number: BlockNumber,
	/// Its header hash.
	pub hash: Digest,
}

impl JobId {
	/// Where the [`Job`] lies.
	pub fn key(&self) -> Vec<u8> {
		[JOB, &self.number.0.to_be_bytes(), &self.hash].concat()
	}
}

/// The jobs that there are, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Index {
	format: Format,
	jobs: Vec<JobId>,
}

impl Index {
	/// An index of these jobs, of the lowest numbers if they are more than [`MAX_JOBS`].
	pub fn new(mut jobs: Vec<JobId>) -> Self {
		jobs.sort_unstable();
		jobs.dedup();
		jobs.truncate(MAX_JOBS);
		Self { format: Format::V1, jobs }
	}

	/// The jobs.
	pub fn jobs(&self) -> &[JobId] {
		&self.jobs
	}
}

/// Who works on a job: a number that a prover draws when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ProverName(pub u64);

/// A proof, compressed.
pub type Proof = [u8; PROOF_BYTES];

/// How far a job has come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum State {
	/// Nobody works on it.
	Wanted {
		/// Since when.
		since: Millis,
	},
	/// Somebody works on it.
	Claimed {
		/// Who.
		by: ProverName,
		/// When the claim was made or last renewed.
		at: Millis,
	},
	/// It is done.
	Ready {
		/// The proofs, as the chain wants them: of the halves that are not empty in the order of the
		/// chains, then of the join.
		proofs: Vec<Proof>,
	},
	/// The proofs are sent to the chain.
	Submitted {
		/// At which block of the chain, the last time.
		at: u64,
		/// How often.
		tries: u32,
		/// The proofs, in case they have to be sent again.
		proofs: Vec<Proof>,
	},
	/// It could not be done.
	Failed {
		/// When.
		at: Millis,
		/// Why, in words; at most [`MAX_REASON`] bytes.
		reason: String,
	},
}

/// A block to prove.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Job {
	format: Format,
	/// How often it failed.
	pub failures: u32,
	/// How far it has come.
	pub state: State,
}

impl Job {
	/// A new job.
	pub fn new(now: Millis) -> Self {
		Self { format: Format::V1, failures: 0, state: State::Wanted { since: now } }
	}

	/// The same job, this far.
	fn with(&self, state: State) -> Self {
		Self { state, ..*self }
	}

	fn is_claimed_by(&self, prover: ProverName) -> bool {
		matches!(self.state, State::Claimed { by, .. } if by == prover)
	}

	/// The job once a prover has claimed it; `None` unless it is wanted.
	pub fn claim(&self, by: ProverName, now: Millis) -> Option<Self> {
		let wanted = matches!(self.state, State::Wanted { .. });
		wanted.then(|| self.with(State::Claimed { by, at: now }))
	}

	/// The job once the prover has renewed its claim; `None` if it has none.
	pub fn renew(&self, by: ProverName, now: Millis) -> Option<Self> {
		self.is_claimed_by(by).then(|| self.with(State::Claimed { by, at: now }))
	}

	/// The job once the prover has given up its claim without a reason that lies in the block; `None`
	/// if it has none.
	pub fn release(&self, by: ProverName, now: Millis) -> Option<Self> {
		self.is_claimed_by(by).then(|| self.with(State::Wanted { since: now }))
	}

	/// The job once the prover has done it; `None` if it has no claim.
	pub fn finish(&self, by: ProverName, proofs: Vec<Proof>) -> Option<Self> {
		self.is_claimed_by(by).then(|| self.with(State::Ready { proofs }))
	}

	/// The job once the prover could not do it; `None` if it has no claim.
	pub fn give_up(&self, by: ProverName, reason: &str, now: Millis) -> Option<Self> {
		self.is_claimed_by(by).then(|| self.fail(reason, now))
	}

	/// The job once it has failed.
	pub fn fail(&self, reason: &str, now: Millis) -> Self {
		let end = reason.floor_char_boundary(MAX_REASON);
		let state = State::Failed { at: now, reason: reason[..end].into() };
		Self { failures: self.failures.saturating_add(1), ..self.with(state) }
	}

	/// The job once its proofs are sent, at this block of the chain; `None` if there are none.
	pub fn submit(&self, block: u64) -> Option<Self> {
		let (proofs, tries) = match &self.state {
			State::Ready { proofs } => (proofs, 0),
			State::Submitted { proofs, tries, .. } => (proofs, *tries),
			_ => return None,
		};
		let (proofs, tries) = (proofs.clone(), tries.saturating_add(1));
		Some(self.with(State::Submitted { at: block, tries, proofs }))
	}

	/// The proofs, once there are any.
	pub fn proofs(&self) -> Option<&[Proof]> {
		match &self.state {
			State::Ready { proofs } | State::Submitted { proofs, .. } => Some(proofs),
			_ => None,
		}
	}

	/// The job after the time that has passed: a claim that is not renewed has failed, a failed job is
	/// wanted again after a while. `None` if nothing changes.
	pub fn after(&self, now: Millis) -> Option<Self> {
		match self.state {
			State::Claimed { at, .. } if !within(CLAIM_TIMEOUT, at, now) => {
				Some(self.fail("the prover fell silent", now))
			},
			State::Failed { at, .. } if !within(back_off(self.failures), at, now) => {
				Some(self.with(State::Wanted { since: now }))
			},
			_ => None,
		}
	}
}

/// Whether less than `period` has passed since `then`. If the clock went back by more than that, nobody
/// knows, and it counts as passed.
fn within(period: Millis, then: Millis, now: Millis) -> bool {
	now.abs_diff(then) < period
}

/// How long a job waits that has failed so often.
fn back_off(failures: u32) -> Millis {
	let doublings = failures.saturating_sub(1).min(LONGEST_BACK_OFF.ilog2());
	LONGEST_BACK_OFF.min(FIRST_BACK_OFF << doublings)
}

#[cfg(test)]
mod tests {
	use super::*;

	const ME: ProverName = ProverName(1);
	const OTHER: ProverName = ProverName(2);
	const PROOF: Proof = [7; PROOF_BYTES];

	fn claimed() -> Job {
		Job::new(100).claim(ME, 200).expect("a new job is wanted")
	}

	fn ready() -> Job {
		claimed().finish(ME, vec![PROOF]).expect("the claim is mine")
	}

	#[test]
	fn jobs_should_come_back_from_their_bytes_and_others_be_refused() {
		let jobs = [
			Job::new(5),
			claimed(),
			ready(),
			ready().submit(9).expect("ready"),
			claimed().fail("no", 3),
		];
		for job in jobs {
			let bytes = job.encode();
			assert_eq!(Job::decode(&mut &bytes[..]), Ok(job));
			for length in 0..bytes.len() {
				assert!(Job::decode(&mut &bytes[..length]).is_err());
			}
			for format in [0, 2, 255] {
				let other = [&[format], &bytes[1..]].concat();
				assert!(Job::decode(&mut &other[..]).is_err());
			}
		}
	}

	#[test]
	fn keys_should_differ_between_blocks_of_one_number() {
		let id = |number, byte| JobId { number: BlockNumber(number), hash: [byte; 32] };
		let keys = [id(1, 1).key(), id(1, 2).key(), id(2, 1).key(), INDEX.to_vec(), LOCK.to_vec()];
		for (place, key) in keys.iter().enumerate() {
			assert!(!keys[place + 1..].contains(key));
		}
		assert_eq!(keys[0], [JOB, &[0, 0, 0, 0, 0, 0, 0, 1], &[1; 32]].concat());
	}

	#[test]
	fn an_index_should_be_sorted_and_bounded() {
		let id = |number| JobId { number: BlockNumber(number), hash: [0; 32] };
		let index = Index::new((0..40).rev().chain(0..3).map(id).collect());
		assert_eq!(index.jobs(), (0..MAX_JOBS as u64).map(id).collect::<Vec<_>>());
		assert_eq!(Index::decode(&mut &index.encode()[..]), Ok(index));
	}

	#[test]
	fn only_a_wanted_job_should_be_claimed() {
		assert_eq!(claimed().state, State::Claimed { by: ME, at: 200 });
		for job in [claimed(), ready(), ready().submit(1).expect("ready"), claimed().fail("no", 3)]
		{
			assert_eq!(job.claim(OTHER, 300), None);
		}
	}

	#[test]
	fn only_who_has_claimed_should_change_a_job() {
		let job = claimed();
		assert_eq!(job.renew(ME, 300).expect("mine").state, State::Claimed { by: ME, at: 300 });
		assert_eq!(job.release(ME, 300).expect("mine"), Job::new(300));
		assert_eq!(ready().proofs(), Some(&[PROOF][..]));
		let failed = job.give_up(ME, "no key", 300).expect("mine");
		assert_eq!(failed.state, State::Failed { at: 300, reason: "no key".into() });
		assert_eq!(failed.failures, 1);
		for job in [job, Job::new(1), ready()] {
			assert_eq!(job.renew(OTHER, 300), None);
			assert_eq!(job.release(OTHER, 300), None);
			assert_eq!(job.finish(OTHER, vec![]), None);
			assert_eq!(job.give_up(OTHER, "", 300), None);
		}
	}

	#[test]
	fn proofs_should_be_kept_when_they_are_sent_again() {
		let once = ready().submit(9).expect("ready");
		assert_eq!(once.state, State::Submitted { at: 9, tries: 1, proofs: vec![PROOF] });
		let twice = once.submit(30).expect("has proofs");
		assert_eq!(twice.state, State::Submitted { at: 30, tries: 2, proofs: vec![PROOF] });
		assert_eq!(claimed().submit(9), None);
		assert_eq!(claimed().proofs(), None);
	}

	#[test]
	fn a_claim_should_fail_when_it_is_not_renewed() {
		let job = claimed();
		assert_eq!(job.after(200 + CLAIM_TIMEOUT - 1), None);
		let failed = job.after(200 + CLAIM_TIMEOUT).expect("it is stale");
		assert!(matches!(failed.state, State::Failed { .. }));
		let ahead = Job::new(0).claim(ME, 10 * CLAIM_TIMEOUT).expect("wanted");
		assert!(ahead.after(0).is_some(), "a clock that went back does not keep a claim alive");
	}

	#[test]
	fn a_failed_job_should_be_wanted_again_later_and_later() {
		let mut job = Job::new(0);
		let mut now = 0;
		for wait in [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000] {
			job = job.fail("again", now);
			assert_eq!(job.after(now + wait - 1), None);
			now += wait;
			job = job.after(now).expect("the wait is over");
			assert_eq!(job.state, State::Wanted { since: now });
		}
		assert_eq!(job.failures, 8);
		assert_eq!(back_off(u32::MAX), LONGEST_BACK_OFF);
		for quiet in [Job::new(0), ready(), ready().submit(0).expect("ready")] {
			assert_eq!(quiet.after(u64::MAX), None);
		}
	}

	#[test]
	fn a_long_reason_should_be_cut_between_letters() {
		let failed = Job::new(0).fail(&"ä".repeat(200), 0);
		let State::Failed { reason, .. } = failed.state else { panic!("it failed") };
		assert_eq!(reason, "ä".repeat(MAX_REASON / 2));
	}
}
