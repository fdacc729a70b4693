// SPDX-License-Identifier: Apache-2.0

//! Keys and proofs made by arkworks, for a small statement with any number of inputs.

use ark_bls12_381::{Bls12_381, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::UniformRand;
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::{
	gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError},
	lc,
};
use ark_serialize::CanonicalSerialize;
use ligature_zk_verifier::{PreparedVerifyingKey, Proof, VerifyingKey};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore as _, SeedableRng as _},
};

/// The engine of tests that do not compare engines.
pub type Plain = Bls12_381;
/// The engine of the runtime. Outside of one its host calls are calls.
pub type Host = sp_crypto_ec_utils::bls12_381::Bls12_381;

/// Arkworks takes a generator of an older version of the traits.
pub struct Random(ChaCha20Rng);

impl Random {
	pub fn new(seed: u64) -> Self {
		Self(ChaCha20Rng::seed_from_u64(seed))
	}

	pub fn scalar(&mut self) -> Fr {
		Fr::rand(self)
	}
}

impl ark_std::rand::RngCore for Random {
	fn next_u32(&mut self) -> u32 {
		self.0.next_u32()
	}

	fn next_u64(&mut self) -> u64 {
		self.0.next_u64()
	}

	fn fill_bytes(&mut self, bytes: &mut [u8]) {
		self.0.fill_bytes(bytes);
	}

	fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), ark_std::rand::Error> {
		self.fill_bytes(bytes);
		Ok(())
	}
}

impl ark_std::rand::CryptoRng for Random {}

/// "I know the square root of each of these."
#[derive(Clone)]
pub struct Squares(pub Vec<Fr>);

impl Squares {
	pub fn inputs(&self) -> Vec<Fr> {
		self.0.iter().map(|root| *root * root).collect()
	}
}

impl ConstraintSynthesizer<Fr> for Squares {
	fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
		let squares = self.inputs();
		// One more, so that there is a witness and a constraint even without inputs.
		for (i, root) in self.0.iter().copied().chain([Fr::from(7u64)]).enumerate() {
			let square = match squares.get(i) {
				Some(square) => cs.new_input_variable(|| Ok(*square))?,
				None => cs.new_witness_variable(|| Ok(root * root))?,
			};
			let root = cs.new_witness_variable(|| Ok(root))?;
			cs.enforce_r1cs_constraint(|| lc!() + root, || lc!() + root, || lc!() + square)?;
		}
		Ok(())
	}
}

/// A statement with arkworks' keys.
pub struct Statement {
	pub proving: ProvingKey<Bls12_381>,
	pub inputs: usize,
	random: Random,
}

/// A proof by arkworks, and what it proves.
#[derive(Clone)]
pub struct Proven {
	pub inputs: Vec<Fr>,
	pub proof: ark_groth16::Proof<Bls12_381>,
}

impl Statement {
	pub fn new(inputs: usize, seed: u64) -> Self {
		let mut random = Random::new(seed);
		let proving = Groth16::<Bls12_381>::generate_random_parameters_with_reduction(
			Self::circuit(inputs),
			&mut random,
		)
		.expect("the circuit is fine");
		Self { proving, inputs, random }
	}

	/// A statement whose key has alpha, beta and gamma of these logarithms, as all keys have that come
	/// from one first phase.
	pub fn with_phase1(inputs: usize, seed: u64, [alpha, beta, gamma]: [Fr; 3]) -> Self {
		let mut random = Random::new(seed);
		let proving = Groth16::<Bls12_381>::generate_parameters_with_qap(
			Self::circuit(inputs),
			alpha,
			beta,
			gamma,
			random.scalar(),
			G1Projective::generator(),
			G2Projective::generator(),
			&mut random,
		)
		.expect("the circuit is fine");
		Self { proving, inputs, random }
	}

	fn circuit(inputs: usize) -> Squares {
		Squares(vec![Fr::from(3u64); inputs])
	}

	/// A proof for other inputs each time.
	pub fn prove(&mut self) -> Proven {
		let roots = (0..self.inputs).map(|_| self.random.scalar()).collect();
		self.prove_roots(roots)
	}

	pub fn prove_roots(&mut self, roots: Vec<Fr>) -> Proven {
		let circuit = Squares(roots);
		let inputs = circuit.inputs();
		let proof = Groth16::<Bls12_381>::create_random_proof_with_reduction(
			circuit,
			&self.proving,
			&mut self.random,
		)
		.expect("the witness is one");
		Proven { inputs, proof }
	}

	pub fn key_bytes(&self) -> Vec<u8> {
		bytes(&self.proving.vk)
	}

	pub fn key<E: ark_ec::pairing::Pairing>(&self) -> PreparedVerifyingKey<E> {
		VerifyingKey::from_bytes(&self.key_bytes()).expect("arkworks' key is one").prepare()
	}
}

impl Proven {
	pub fn bytes(&self) -> Vec<u8> {
		bytes(&self.proof)
	}

	pub fn proof<E: ark_ec::pairing::Pairing>(&self) -> Proof<E> {
		Proof::from_bytes(&self.bytes()).expect("arkworks' proof is one")
	}
}

pub fn bytes(value: &impl CanonicalSerialize) -> Vec<u8> {
	let mut out = Vec::new();
	value.serialize_compressed(&mut out).expect("a vector takes any bytes");
	out
}
