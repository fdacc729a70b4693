// SPDX-License-Identifier: Apache-2.0

//! Proofs in no time: simulated from the secrets of the development keys. They verify as real ones do.

use ark_bls12_381::Bls12_381;
use ark_groth16::VerifyingKey;
use ark_serialize::CanonicalSerialize;
use ligature_circuits::r1cs::Shape;
use ligature_ledger::tree::Sequential;
use ligature_primitives::header::Header;
use ligature_prover::{
	Job, Part, ProveError,
	job::{JobError, Statement},
	key::{insecure_development_verifying, insecure_simulate},
	service::WorkError,
	source::SourceBlock,
	watch::{Cancelled, Watch},
};
use ligature_proving::{Craft, Proof};
use std::{
	collections::HashMap,
	sync::{
		LazyLock, Mutex,
		atomic::{AtomicUsize, Ordering},
	},
	thread,
	time::Duration,
};

type Keys = Mutex<HashMap<String, VerifyingKey<Bls12_381>>>;

static KEYS: LazyLock<Keys> = LazyLock::new(Mutex::default);

/// The verifying key of a statement's circuit.
fn key(statement: &Statement) -> VerifyingKey<Bls12_381> {
	let name = statement.circuit.name();
	let mut keys = KEYS.lock().unwrap();
	let make = || insecure_development_verifying(&Shape::of(&*statement.circuit).matrices);
	keys.entry(name).or_insert_with(make).clone()
}

/// A simulated proof. Another salt makes another proof of the same.
pub fn simulate(statement: &Statement, salt: u64) -> Proof {
	let proof = insecure_simulate(&key(statement), statement.input, salt.into());
	let mut bytes = [0; 192];
	proof.serialize_compressed(&mut bytes[..]).unwrap();
	bytes
}

/// Whether the chain's verifier takes a proof.
pub fn holds(statement: &Statement, proof: &[u8]) -> bool {
	let mut bytes = Vec::new();
	key(statement).serialize_compressed(&mut bytes).unwrap();
	let key = ligature_zk_verifier::VerifyingKey::<Bls12_381>::from_bytes(&bytes).unwrap();
	ligature_zk_verifier::Proof::from_bytes(proof).is_ok_and(|proof| {
		ligature_zk_verifier::verify(&key.prepare(), &[statement.input], &proof).is_ok()
	})
}

/// The job of a block.
pub fn job(header: &Header, block: SourceBlock) -> Job {
	block.job(header, &Sequential).unwrap()
}

/// Simulates proofs, as slowly as a test likes.
pub struct Quick {
	/// Its proofs are recognised by it.
	pub salt: u64,
	/// So many proofs it may make; then it takes for ever for the next.
	pub allowed: AtomicUsize,
	/// Parts that it cannot prove.
	pub cannot: Vec<Part>,
	/// Parts that it has begun.
	pub begun: Mutex<Vec<Part>>,
	/// Parts that it has proven.
	pub made: Mutex<Vec<Part>>,
}

impl Quick {
	/// Makes proofs at once.
	pub fn new(salt: u64) -> Self {
		Self {
			salt,
			allowed: AtomicUsize::new(usize::MAX),
			cannot: Vec::new(),
			begun: Mutex::default(),
			made: Mutex::default(),
		}
	}

	/// Takes for ever for its first proof.
	pub fn slow(salt: u64) -> Self {
		Self { allowed: AtomicUsize::new(0), ..Self::new(salt) }
	}

	/// So many proofs it may make.
	pub fn allow(&self, proofs: usize) {
		self.allowed.store(proofs, Ordering::SeqCst);
	}

	/// What it has begun.
	pub fn begun(&self) -> Vec<Part> {
		self.begun.lock().unwrap().clone()
	}

	/// What it has proven.
	pub fn made(&self) -> Vec<Part> {
		self.made.lock().unwrap().clone()
	}
}

impl Craft for &Quick {
	fn job(&self, header: &Header, block: SourceBlock) -> Result<Job, WorkError> {
		Ok(block.job(header, &Sequential)?)
	}

	fn prove(&self, job: &Job, part: Part, watch: &dyn Watch) -> Result<Proof, JobError> {
		let number = job.number;
		self.begun.lock().unwrap().push(part);
		if self.cannot.contains(&part) {
			let source = ProveError::Faulty("a circuit".into());
			return Err(JobError::Prove { number, part, source });
		}
		while self.made().len() >= self.allowed.load(Ordering::SeqCst) {
			if watch.cancelled() {
				return Err(JobError::Prove { number, part, source: Cancelled.into() });
			}
			thread::sleep(Duration::from_millis(5));
		}
		let proof = simulate(job.statement(part).unwrap(), self.salt);
		self.made.lock().unwrap().push(part);
		Ok(proof)
	}

	fn verifies(&self, job: &Job, part: Part, proof: &Proof) -> Result<bool, JobError> {
		Ok(holds(job.statement(part).unwrap(), proof))
	}
}
