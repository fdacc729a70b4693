// SPDX-License-Identifier: Apache-2.0

//! Proofs of a block: simulated from the secrets of the development keys, which takes milliseconds and which the
//! runtime's verifier cannot tell from others; or made by the prover.

use ark_bls12_381::{Bls12_381, Fr};
use ark_groth16::{Proof, VerifyingKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ligature_primitives::header::Header;
use ligature_prover::{
	Job, Provers,
	key::{KeyStore, insecure_simulate},
};
use pallet_rollup::{CircuitId, ProofBytes, Proofs};
use std::{collections::BTreeMap, sync::LazyLock};

use crate::{chain::genesis, network::Built};

/// The verifying keys of the development chains, by circuit.
static KEYS: LazyLock<BTreeMap<CircuitId, VerifyingKey<Bls12_381>>> = LazyLock::new(|| {
	genesis("alpha")
		.proof_verifier
		.keys
		.into_iter()
		.map(|entry| {
			let circuit =
				CircuitId::try_from(entry.circuit).expect("the presets name circuits; qed");
			let key = VerifyingKey::deserialize_compressed(&entry.key[..]);
			(circuit, key.expect("the presets hold verifying keys; qed"))
		})
		.collect()
});

/// The prover with its keys on disk, which it makes when they are not there.
static PROVERS: LazyLock<Provers> = LazyLock::new(|| {
	Provers::insecure_development(KeyStore::from_environment().expect("there is a home folder"))
});

/// One of the verifying keys of the development chains, by its place among them, as governance registers it:
/// compressed.
pub fn development_key(place: usize) -> (CircuitId, Vec<u8>) {
	let mut keys = KEYS.iter().cycle().skip(place);
	let (circuit, key) = keys.next().expect("there are keys; qed");
	let mut bytes = Vec::new();
	key.serialize_compressed(&mut bytes).expect("memory takes all bytes; qed");
	(*circuit, bytes)
}

/// The verifying key of a circuit of the development chains, as governance registers it: compressed.
///
/// # Panics
///
/// If the presets have none.
pub fn development_key_of(circuit: CircuitId) -> Vec<u8> {
	let mut keys = (0..KEYS.len()).map(development_key);
	keys.find(|(found, _)| *found == circuit).expect("the presets have a key for it").1
}

/// What a block needs proofs of, in their order: which circuit, which public input.
pub fn statements(header: &Header) -> Vec<(CircuitId, Fr)> {
	let mut statements = Vec::new();
	for part in header.chains.iter().filter(|part| !part.size_class.is_empty()) {
		let input = header.chain_public_input(part.chain).expect("a chain of the header; qed");
		statements.push((CircuitId::Chain(part.size_class), input));
	}
	if !header.join_class.is_empty() {
		statements.push((CircuitId::Join(header.join_class), header.join_public_input()));
	}
	statements
}

/// A simulated proof; another salt makes another proof of the same.
///
/// # Panics
///
/// If the presets have no key for the circuit.
pub fn simulate(circuit: CircuitId, input: Fr, salt: u64) -> ProofBytes {
	let key = KEYS.get(&circuit).expect("the presets have a key for it");
	bytes(&insecure_simulate(key, input, salt.into()))
}

/// A proof as chains take it.
pub fn bytes(proof: &Proof<Bls12_381>) -> ProofBytes {
	let mut bytes = [0; 192];
	proof.serialize_compressed(&mut bytes[..]).expect("the points take 48, 96 and 48 bytes; qed");
	bytes
}

/// Simulated proofs of all statements of a header, whether it is true or not.
pub fn simulated(header: &Header) -> Proofs {
	let statements = statements(header).into_iter();
	let proofs: Vec<_> = statements.map(|(circuit, input)| simulate(circuit, input, 1)).collect();
	proofs.try_into().expect("a proof per chain and the join at most; qed")
}

/// Real proofs of a block, made from its witness.
///
/// # Panics
///
/// If the block has no witness, or there is no place for keys.
pub fn proven(block: &Built) -> Proofs {
	let Built { header, before, sealed, operations, .. } = block;
	let job = Job::of_block(before, header, sealed, operations).expect("the block has a witness");
	let bundle = PROVERS.prove(&job, &()).expect("the block has proofs");
	let proofs: Vec<_> = bundle.proofs.into_iter().map(|(_, proof)| proof).collect();
	proofs.try_into().expect("a proof per chain and the join at most; qed")
}
