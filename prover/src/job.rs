// SPDX-License-Identifier: Apache-2.0

//! From a block to its bundle of proofs.
//!
//! A [`Job`] is what there is to prove: one statement for each half that is not empty, and one for the join. It is
//! made from a sealed block and the states before it, which is cheap next to proving, and refuses a block
//! that does not hang together. [`Provers`] does jobs, whoever asks: a node, a process that does nothing else,
//! a test.

use crate::{
	bundle::{Bundle, Part},
	key::{KeyStore, StoreError},
	msm::{self, MsmBackend},
	prove::{PROOF_BYTES, ProveError, Prover},
	watch::Watch,
};
use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::VerifyingKey;
use ark_serialize::CanonicalSerialize;
use ligature_circuits::{
	chain::{ChainCircuit, ChainWitness, TraceError},
	join::{JoinCircuit, JoinWitness, WitnessError},
	r1cs::{Builder, Circuit},
};
use ligature_ledger::{ChainState, SealedBlock};
use ligature_primitives::{
	header::{Digest, Header, keys_digest, verifying_key_digest},
	ids::BlockNumber,
	op::Operation,
	refusal::Refusal,
};
use std::{
	collections::HashMap,
	fmt,
	sync::{Arc, Mutex, PoisonError},
};

/// Something to prove.
#[derive(Clone)]
pub struct Statement {
	/// Which part of the block it is about.
	pub part: Part,
	/// The circuit with its witness.
	pub circuit: Arc<dyn Circuit + Send + Sync>,
	/// The public input that the header demands.
	pub input: Fr,
}

impl fmt::Debug for Statement {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { part, circuit, input } = self;
		write!(f, "{part}: {} of {input}", circuit.name())
	}
}

/// All that there is to prove of a block.
#[derive(Clone, Debug)]
pub struct Job {
	/// The block.
	pub number: BlockNumber,
	/// Its statements, in the order of a [`Bundle`].
	pub statements: Vec<Statement>,
}

/// Why a block cannot be proven.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
	/// The header is that of another block.
	#[error("the header is not that of the sealed block")]
	OtherHeader,
	/// States, block and operations do not belong together.
	#[error("a half has no witness: {0}")]
	Half(#[from] TraceError),
	/// The logs of the halves do not fit together.
	#[error("the join has no witness: {0}")]
	Join(#[from] WitnessError),
	/// The header lacks a chain.
	#[error("the header has no public input for a half: {0}")]
	Header(Refusal),
}

/// A chain's half, with a witness of its own.
struct Half(ChainWitness);

impl Circuit for Half {
	fn name(&self) -> String {
		ChainCircuit { witness: &self.0 }.name()
	}

	fn synthesize(&self, builder: &mut Builder) {
		ChainCircuit { witness: &self.0 }.synthesize(builder);
	}
}

impl Job {
	/// What there is to prove of a sealed block. `before` are the chains' states before it, in the order of the
	/// header's chains, `operations` the accepted ones, in order.
	///
	/// # Errors
	///
	/// [`BlockError`]: header, states, block and operations do not belong together.
	pub fn of_block(
		before: &[ChainState],
		header: &Header,
		block: &SealedBlock,
		operations: &[Operation],
	) -> Result<Self, BlockError> {
		let parts = block.chains.iter().map(|chain| &chain.header);
		if !parts.eq(&header.chains)
			|| (block.number, block.timestamp, block.join_class)
				!= (header.number, header.timestamp, header.join_class)
		{
			return Err(BlockError::OtherHeader);
		}
		let halves = ChainWitness::of_sealed(
			before,
			header.network,
			header.circuit_version,
			block,
			operations,
		)?;
		let mut statements = Vec::new();
		for (witness, chain) in halves.into_iter().zip(&header.chains) {
			if let Some(witness) = witness {
				statements.push(Statement {
					part: Part::Half(chain.chain),
					circuit: Arc::new(Half(witness)),
					input: header.chain_public_input(chain.chain).map_err(BlockError::Header)?,
				});
			}
		}
		statements.sort_by_key(|statement| statement.part);
		if !header.join_class.is_empty() {
			let logs: Vec<_> = block.chains.iter().map(|chain| &chain.log[..]).collect();
			let witness = JoinWitness::new(header, &logs)?;
			statements.push(Statement {
				part: Part::Join,
				circuit: Arc::new(JoinCircuit { class: header.join_class, witness }),
				input: header.join_public_input(),
			});
		}
		Ok(Self { number: header.number, statements })
	}

	/// The statement about a part, if there is anything to prove of it.
	pub fn statement(&self, part: Part) -> Option<&Statement> {
		self.statements.iter().find(|statement| statement.part == part)
	}

	fn part(&self, part: Part) -> Result<&Statement, JobError> {
		self.statement(part).ok_or(JobError::NoPart { number: self.number, part })
	}
}

/// Somebody who looks on while a job is done.
pub trait WatchJob: Watch {
	/// Work on a part begins; `done` of `all` parts are done.
	fn begins(&self, part: Part, done: usize, all: usize) {
		let _ = (part, done, all);
	}
}

impl WatchJob for () {}

impl WatchJob for crate::watch::CancelFlag {}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
	/// There is no key.
	#[error("{part} of block {number}: {source}", number = number.0)]
	Key {
		/// The block.
		number: BlockNumber,
		/// Its part.
		part: Part,
		/// Why.
		source: StoreError,
	},
	/// There is no proof.
	#[error("{part} of block {number}: {source}", number = number.0)]
	Prove {
		/// The block.
		number: BlockNumber,
		/// Its part.
		part: Part,
		/// Why.
		source: ProveError,
	},
	/// The chain waits for proofs by other keys.
	#[error(
		"block {number} was committed with other keys (circuit version {version}, digest 0x{wanted}) than this \
		 prover has (digest 0x{found}) for {needed}; run the prover of the release that made the chain's keys",
		number = number.0
	)]
	Keys {
		/// The block.
		number: BlockNumber,
		/// Its circuit version.
		version: u16,
		/// The keys digest in its header.
		wanted: String,
		/// That of this prover's keys.
		found: String,
		/// The circuits.
		needed: String,
	},
	/// There is nothing to prove of it.
	#[error("{part} of block {number}: there is nothing to prove", number = number.0)]
	NoPart {
		/// The block.
		number: BlockNumber,
		/// The part.
		part: Part,
	},
	/// The circuit proves something else than the header says.
	#[error("{part} of block {number}: the witness is not that of the header", number = number.0)]
	OtherInput {
		/// The block.
		number: BlockNumber,
		/// Its part.
		part: Part,
	},
}

/// Names a verifying key in the keys digest of a header (section 11.2 of `docs/protocol.md`).
fn digest(key: &VerifyingKey<Bls12_381>) -> Digest {
	let mut bytes = Vec::new();
	key.serialize_compressed(&mut bytes).expect("a vector takes as many bytes as there are; qed");
	verifying_key_digest(&bytes)
}

/// Does jobs, one after the other, and keeps the keys that it has used.
#[derive(Debug)]
pub struct Provers {
	store: KeyStore,
	msm: Arc<dyn MsmBackend>,
	/// By the circuit's name, which says the size class.
	provers: Mutex<HashMap<String, Prover>>,
}

impl Provers {
	/// With development keys out of a store, and the fastest multiplication that this processor has.
	pub fn insecure_development(store: KeyStore) -> Self {
		Self { store, msm: msm::fastest(), provers: Mutex::default() }
	}

	/// The prover of a circuit. The first time, its key is read, or even made, which takes minutes for the
	/// large classes.
	///
	/// # Errors
	///
	/// If there is no key.
	pub fn prover(&self, circuit: &(impl Circuit + ?Sized)) -> Result<Prover, StoreError> {
		// Held while a key is read or made, so that nobody else does the same.
		let mut provers = self.provers.lock().unwrap_or_else(PoisonError::into_inner);
		let name = circuit.name();
		if let Some(prover) = provers.get(&name) {
			return Ok(prover.clone());
		}
		let (key, _) = self.store.development(circuit)?;
		let prover = Prover::with_backend(Arc::new(key), self.msm.clone());
		provers.insert(name, prover.clone());
		Ok(prover)
	}

	/// The keys digest that the header of a job has on a chain with this prover's keys (section 11.2 of
	/// `docs/protocol.md`). Keys that were not used yet are read, or made.
	///
	/// # Errors
	///
	/// If there is no key.
	pub fn keys_digest(&self, header: &Header, job: &Job) -> Result<Digest, JobError> {
		let digests: HashMap<Part, Digest> = job
			.statements
			.iter()
			.map(|Statement { part, .. }| {
				Ok((*part, digest(self.prover_of(job, *part)?.key().verifying())))
			})
			.collect::<Result<_, JobError>>()?;
		// Where nothing is to be proven there is no key.
		let of = |part| digests.get(&part).copied().unwrap_or_default();
		let chains: Vec<_> = header
			.chains
			.iter()
			.map(|part| (part.size_class, of(Part::Half(part.chain))))
			.collect();
		Ok(keys_digest(header.circuit_version, (header.join_class, of(Part::Join)), &chains))
	}

	/// Whether the header of a job names this prover's keys.
	///
	/// # Errors
	///
	/// [`JobError::Keys`]; also if there is no key.
	pub fn check_keys(&self, header: &Header, job: &Job) -> Result<(), JobError> {
		let found = self.keys_digest(header, job)?;
		if found == header.keys_digest {
			return Ok(());
		}
		let hex = |digest: &Digest| digest.iter().map(|byte| format!("{byte:02x}")).collect();
		let circuits: Vec<_> =
			job.statements.iter().map(|statement| statement.circuit.name()).collect();
		Err(JobError::Keys {
			number: job.number,
			version: header.circuit_version,
			wanted: hex(&header.keys_digest),
			found: hex(&found),
			needed: circuits.join(", "),
		})
	}

	/// Proves all statements of a job.
	///
	/// # Errors
	///
	/// If one of them has no key or no proof, or nobody wants it any more.
	pub fn prove(&self, job: &Job, watch: &dyn WatchJob) -> Result<Bundle, JobError> {
		let mut proofs = Vec::with_capacity(job.statements.len());
		for Statement { part, .. } in &job.statements {
			watch.begins(*part, proofs.len(), job.statements.len());
			proofs.push((*part, self.prove_part(job, *part, watch)?));
		}
		Ok(Bundle { number: job.number, proofs })
	}

	/// Proves one part of a job.
	///
	/// # Errors
	///
	/// As [`prove`](Self::prove); also if the job has no such part.
	pub fn prove_part(
		&self,
		job: &Job,
		part: Part,
		watch: &dyn Watch,
	) -> Result<[u8; PROOF_BYTES], JobError> {
		let (number, Statement { circuit, input, .. }) = (job.number, job.part(part)?);
		let proven = self
			.prover_of(job, part)?
			.prove(&**circuit, watch)
			.map_err(|source| JobError::Prove { number, part, source })?;
		if proven.input != *input {
			return Err(JobError::OtherInput { number, part });
		}
		Ok(proven.bytes())
	}

	/// Whether these bytes prove a part of a job, as chains see it: for proofs that somebody else has made.
	///
	/// # Errors
	///
	/// If there is no key, or the job has no such part.
	pub fn verifies(
		&self,
		job: &Job,
		part: Part,
		proof: &[u8; PROOF_BYTES],
	) -> Result<bool, JobError> {
		let input = job.part(part)?.input;
		Ok(self.prover_of(job, part)?.verifies(input, proof))
	}

	fn prover_of(&self, job: &Job, part: Part) -> Result<Prover, JobError> {
		self.prover(&*job.part(part)?.circuit).map_err(|source| JobError::Key {
			number: job.number,
			part,
			source,
		})
	}
}
