// SPDX-License-Identifier: Apache-2.0

//! From a block to its proofs, on threads of their own at low priority.

use crate::{
	bundle::{Bundle, Part},
	job::{Job, JobError, Provers, WatchJob},
	prove::PROOF_BYTES,
	source::{Mismatch, SourceBlock},
	watch::{Cancelled, Watch},
};
use ligature_ledger::tree::Threads;
use ligature_primitives::header::Header;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::num::NonZero;

/// Does the work on a job.
pub trait Work: Send + Sync {
	/// Proves the block of a header.
	///
	/// # Errors
	///
	/// [`WorkError`]; also when the watch says that the work is to stop.
	fn prove(
		&self,
		header: &Header,
		block: SourceBlock,
		watch: &dyn WatchJob,
	) -> Result<Bundle, WorkError>;
}

/// Why there are no proofs.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
	/// The block is not the one of the header.
	#[error("the source gives another block than the chain has committed to: {0}")]
	OtherBlock(#[from] Mismatch),
	/// It cannot be proven.
	#[error(transparent)]
	Job(#[from] JobError),
	/// It is no longer wanted.
	#[error(transparent)]
	Cancelled(#[from] Cancelled),
}

/// How much the threads leave to everybody else, as `nice` counts.
const NICENESS: i32 = 10;

/// Proves with real keys, on so many threads. Block production on the same machine goes first.
#[derive(Debug)]
pub struct Worker {
	provers: Provers,
	pool: ThreadPool,
	threads: NonZero<usize>,
}

impl Worker {
	/// With the keys of these provers.
	///
	/// # Errors
	///
	/// If the threads cannot be started.
	pub fn new(provers: Provers, threads: NonZero<usize>) -> Result<Self, ThreadPoolBuildError> {
		let pool = ThreadPoolBuilder::new()
			.num_threads(threads.get())
			.thread_name(|thread| format!("prover-{thread}"))
			.start_handler(|_| {
				// It is the calling thread's on Linux.
				if let Err(error) = rustix::process::nice(NICENESS) {
					log::warn!("a prover's thread runs at full priority: {error}");
				}
			})
			.build()?;
		Ok(Self { provers, pool, threads })
	}

	/// What there is to prove of the block of a header, once it is certain that the block is that one and the
	/// keys are those that the header names.
	///
	/// # Errors
	///
	/// That they are not.
	pub fn job(&self, header: &Header, block: SourceBlock) -> Result<Job, WorkError> {
		self.pool.install(|| {
			let job = block.job(header, &Threads::new(self.threads))?;
			self.provers.check_keys(header, &job)?;
			Ok(job)
		})
	}

	/// Proves one part of a job.
	///
	/// # Errors
	///
	/// As [`Provers::prove_part`].
	pub fn prove_part(
		&self,
		job: &Job,
		part: Part,
		watch: &dyn Watch,
	) -> Result<[u8; PROOF_BYTES], JobError> {
		self.pool.install(|| self.provers.prove_part(job, part, watch))
	}

	/// Whether somebody else's proof of a part holds. It takes milliseconds and does not wait for the threads,
	/// which may be proving.
	///
	/// # Errors
	///
	/// As [`Provers::verifies`].
	pub fn verifies(
		&self,
		job: &Job,
		part: Part,
		proof: &[u8; PROOF_BYTES],
	) -> Result<bool, JobError> {
		self.provers.verifies(job, part, proof)
	}
}

impl Work for Worker {
	fn prove(
		&self,
		header: &Header,
		block: SourceBlock,
		watch: &dyn WatchJob,
	) -> Result<Bundle, WorkError> {
		let job = self.job(header, block)?;
		Ok(self.pool.install(|| self.provers.prove(&job, watch))?)
	}
}
