// SPDX-License-Identifier: Apache-2.0

//! Making and checking proofs, by whoever can.

use ligature_primitives::header::Header;
use ligature_prover::{
	Job, PROOF_BYTES, Part,
	job::JobError,
	service::{WorkError, Worker},
	source::SourceBlock,
	watch::Watch,
};

/// A proof as chains take it: compressed.
pub type Proof = [u8; PROOF_BYTES];

/// Somebody who makes and checks proofs: a [`Worker`], with real keys.
pub trait Craft: Send + Sync {
	/// What there is to prove of the block of a header, once it is certain that the block is that one.
	///
	/// # Errors
	///
	/// That it is not, or that the header names other keys.
	fn job(&self, header: &Header, block: SourceBlock) -> Result<Job, WorkError>;

	/// Proves one part.
	///
	/// # Errors
	///
	/// If it has no key or no proof, or nobody wants it any more.
	fn prove(&self, job: &Job, part: Part, watch: &dyn Watch) -> Result<Proof, JobError>;

	/// Whether somebody else's proof of a part holds.
	///
	/// # Errors
	///
	/// If there is no key.
	fn verifies(&self, job: &Job, part: Part, proof: &Proof) -> Result<bool, JobError>;
}

impl Craft for Worker {
	fn job(&self, header: &Header, block: SourceBlock) -> Result<Job, WorkError> {
		self.job(header, block)
	}

	fn prove(&self, job: &Job, part: Part, watch: &dyn Watch) -> Result<Proof, JobError> {
		self.prove_part(job, part, watch)
	}

	fn verifies(&self, job: &Job, part: Part, proof: &Proof) -> Result<bool, JobError> {
		self.verifies(job, part, proof)
	}
}
