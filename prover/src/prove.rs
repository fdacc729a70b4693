// SPDX-License-Identifier: Apache-2.0

//! Making a proof.

use crate::{
	key::{ProvingKey, domain},
	msm::{self, MsmBackend, MsmError, Terms},
	quotient::Products,
	watch::{Cancelled, Stage, Ticker, Watch},
};
use ark_bls12_381::{Bls12_381, Fr};
use ark_ec::CurveGroup;
use ark_groth16::{Groth16, PreparedVerifyingKey, Proof, VerifyingKey, prepare_verifying_key};
use ark_serialize::CanonicalSerialize;
use ligature_circuits::r1cs::{Circuit, Unsatisfied, assignment};
use std::{io, sync::Arc, time::Instant};

/// Bytes of a proof: A, B and C, compressed.
pub const PROOF_BYTES: usize = 48 + 96 + 48;

/// A proof and what it proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
	/// The proof. It has been verified.
	pub proof: Proof<Bls12_381>,
	/// The circuit's public input.
	pub input: Fr,
}

impl Proven {
	/// The proof as chains take it.
	pub fn bytes(&self) -> [u8; PROOF_BYTES] {
		let mut bytes = [0; PROOF_BYTES];
		self.proof
			.serialize_compressed(&mut bytes[..])
			.expect("the points take 48, 96 and 48 bytes; qed");
		bytes
	}
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
	/// The statement is not true of the witness.
	#[error("{circuit}: {unsatisfied}")]
	Unsatisfied {
		/// The circuit.
		circuit: String,
		/// The rule that does not hold, and where.
		unsatisfied: Unsatisfied,
	},
	/// The circuit is not the one that the key was made for.
	#[error("the key of {key} does not fit {circuit}: {found} columns instead of {expected}")]
	OtherCircuit {
		/// The key's circuit.
		key: String,
		/// The circuit to prove.
		circuit: String,
		/// Columns of the key.
		expected: usize,
		/// Columns of the circuit.
		found: usize,
	},
	/// The proof came out wrong: the key is a false one, or the machine makes mistakes.
	#[error(
		"{0}: the proof does not verify although the witness satisfies the constraints; \
		 the key or the machine is faulty"
	)]
	Faulty(String),
	/// The key's file cannot be read any more.
	#[error("the proving key cannot be read: {0}")]
	Read(io::Error),
	/// The proof is no longer wanted.
	#[error(transparent)]
	Cancelled(#[from] Cancelled),
}

impl From<MsmError> for ProveError {
	fn from(error: MsmError) -> Self {
		match error {
			MsmError::Cancelled(cancelled) => Self::Cancelled(cancelled),
			MsmError::Read(error) => Self::Read(error),
		}
	}
}

/// Proves one circuit.
#[derive(Clone, Debug)]
pub struct Prover {
	key: Arc<ProvingKey>,
	verifying: Arc<PreparedVerifyingKey<Bls12_381>>,
	msm: Arc<dyn MsmBackend>,
}

impl Prover {
	/// With the fastest multiplication that this processor has.
	pub fn new(key: Arc<ProvingKey>) -> Self {
		Self::with_backend(key, msm::fastest())
	}

	/// With a given one.
	pub fn with_backend(key: Arc<ProvingKey>, msm: Arc<dyn MsmBackend>) -> Self {
		let verifying = Arc::new(prepare_verifying_key(key.verifying()));
		Self { key, verifying, msm }
	}

	/// The key.
	pub fn key(&self) -> &ProvingKey {
		&self.key
	}

	/// Whether the bytes are a proof of the circuit's statement with this input, as chains see it. It is their
	/// verifier that is asked: a proof of somebody else's making may be one that arkworks takes and they do not.
	pub fn verifies(&self, input: Fr, proof: &[u8; PROOF_BYTES]) -> bool {
		let Some(key) = chains_key(self.key.verifying()) else { return false };
		let proof = ligature_zk_verifier::Proof::from_bytes(proof);
		proof.is_ok_and(|proof| ligature_zk_verifier::verify(&key, &[input], &proof).is_ok())
	}

	/// Proves that the circuit's statement holds.
	///
	/// # Errors
	///
	/// If it does not, or if the watch says that it is not wanted any more.
	pub fn prove(
		&self,
		circuit: &(impl Circuit + ?Sized),
		watch: &dyn Watch,
	) -> Result<Proven, ProveError> {
		let (key, matrices) = (&*self.key, self.key.matrices());
		let domain = domain(matrices);
		let mut clock = Clock { watch, started: Instant::now() };

		let z = clock.time(Stage::Witness, |_| Ok(assignment(circuit)))?;
		if z.len() != matrices.columns() {
			return Err(ProveError::OtherCircuit {
				key: key.circuit().to_owned(),
				circuit: circuit.name(),
				expected: matrices.columns(),
				found: z.len(),
			});
		}
		let products = clock.time(Stage::Products, |_| {
			Products::new(matrices, &z, &domain).map_err(|unsatisfied| ProveError::Unsatisfied {
				circuit: circuit.name(),
				unsatisfied,
			})
		})?;
		let h = clock.time(Stage::Transforms, |ticker| {
			let quotient = products.quotient(&domain, ticker)?;
			Ok(Terms::new(&quotient))
		})?;
		let h = clock.time(Stage::H, |ticker| Ok(self.msm.g1(&key.h, &h, ticker)?))?;
		let l = clock.time(Stage::L, |ticker| {
			let terms = Terms::new(&z[1 + matrices.inputs..]);
			Ok(self.msm.g1(&key.l, &terms, ticker)?)
		})?;
		let at = |columns: &[u32]| Terms::new(columns.iter().map(|column| &z[*column as usize]));
		let a = clock.time(Stage::A, |ticker| {
			Ok(self.msm.g1(&key.a.bases, &at(&key.a.columns), ticker)?)
		})?;
		let b = clock.time(Stage::B, |ticker| {
			Ok(self.msm.g2(&key.b.bases, &at(&key.b.columns), ticker)?)
		})?;

		let input = z[1];
		drop(z);
		let proof = Proof {
			a: (a + key.verifying().alpha_g1).into_affine(),
			b: (b + key.verifying().beta_g2).into_affine(),
			c: (h + l).into_affine(),
		};
		clock.time(Stage::Verify, |_| {
			match Groth16::<Bls12_381>::verify_proof(&self.verifying, &proof, &[input]) {
				Ok(true) => Ok(Proven { proof, input }),
				_ => Err(ProveError::Faulty(circuit.name())),
			}
		})
	}
}

/// A key as the verifier of the chains takes it; none if that refuses the key.
fn chains_key(
	key: &VerifyingKey<Bls12_381>,
) -> Option<ligature_zk_verifier::PreparedVerifyingKey<Bls12_381>> {
	let VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 } = key;
	let points = gamma_abc_g1.clone();
	let key =
		ligature_zk_verifier::VerifyingKey::new(*alpha_g1, *beta_g2, *gamma_g2, *delta_g2, points);
	Some(key.ok()?.prepare())
}

/// Tells the watch when a stage begins and how long it took.
struct Clock<'a> {
	watch: &'a dyn Watch,
	started: Instant,
}

impl Clock<'_> {
	fn time<T>(
		&mut self,
		stage: Stage,
		work: impl FnOnce(Ticker<'_>) -> Result<T, ProveError>,
	) -> Result<T, ProveError> {
		let ticker = Ticker::new(self.watch, stage);
		ticker.tick(0.0)?;
		let outcome = work(ticker)?;
		ticker.tick(1.0)?;
		let now = Instant::now();
		self.watch.finished(stage, now - self.started);
		self.started = now;
		Ok(outcome)
	}
}
