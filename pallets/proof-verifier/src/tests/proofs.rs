// SPDX-License-Identifier: Apache-2.0

//! Verifying the proofs of a block: made by the prover for small circuits, and by arithmetic.

use polkadot_sdk::*;

use super::*;
use crate::{Curve, Error, GenesisCircuit, GenesisKey, KeyBytes};
use ark_ff::Field;
use frame_support::assert_noop;
use ligature_circuits::r1cs::{Circuit, Shape};
use ligature_primitives::{
	header::{Header, Network},
	ids::{ChainId, NetworkId},
	poseidon::Word,
};
use ligature_prover::{Prover, key::ProvingKey, sample::Sample};
use ligature_zk_verifier::Proof;
use pallet_rollup::{
	ProofBytes,
	traits::{ProofClaim, ProofVerification},
};
use sp_core::Bytes;
use sp_runtime::DispatchResult;
use std::sync::{Arc, LazyLock};

/// The verifying key of a proving key, as it is registered.
pub(super) fn key_bytes(key: &ProvingKey) -> KeyBytes {
	let verifying = key.verifying();
	let points = [verifying.beta_g2, verifying.gamma_g2, verifying.delta_g2];
	let [beta, gamma, delta] = points;
	ligature_zk_verifier::VerifyingKey::<ark_bls12_381::Bls12_381>::new(
		verifying.alpha_g1,
		beta,
		gamma,
		delta,
		verifying.gamma_abc_g1.clone(),
	)
	.unwrap()
	.to_bytes()
	.try_into()
	.unwrap()
}

/// What was proven: circuit, input, proof.
type Proven = (CircuitId, Word, ProofBytes);

/// A block of the halves of two chains in different classes and the join. The circuits are small ones that
/// stand for the real ones; keys and proofs are the prover's.
struct Block {
	keys: Vec<GenesisKey>,
	proven: Vec<Proven>,
}

static BLOCK: LazyLock<Block> = LazyLock::new(|| {
	let mut block = Block { keys: Vec::new(), proven: Vec::new() };
	let circuits = [
		(GenesisCircuit::Chain(1), 2, 3),
		(GenesisCircuit::Chain(2), 4, 5),
		(GenesisCircuit::Join(1), 3, 7),
	];
	for (place, groups, start) in circuits {
		let circuit = Sample::new(groups, start);
		let matrices = Arc::new(Shape::of(&circuit).matrices);
		let key = Arc::new(ProvingKey::insecure_development(circuit.name(), matrices));
		let bytes = Bytes(key_bytes(&key).to_vec());
		block.keys.push(GenesisKey { version: VERSION, circuit: place, key: bytes });
		let proven = Prover::new(key).prove(&circuit, &()).unwrap();
		block.proven.push((place.try_into().unwrap(), proven.input, proven.bytes()));
	}
	block
});

/// Runs a test on a chain with the keys of [`BLOCK`].
fn with_block(test: impl FnOnce(&[Proven])) {
	let chain = ExtBuilder::default().keys(BLOCK.keys.clone()).allow_development_keys();
	chain.build_and_execute(|| test(&BLOCK.proven));
}

fn verify(version: u16, proven: &[Proven]) -> DispatchResult {
	let claims: Vec<_> = proven
		.iter()
		.map(|(circuit, input, proof)| ProofClaim { circuit: *circuit, input: *input, proof })
		.collect();
	ProofVerifier::verify(version, &claims)
}

/// The offsets of A, B and C, and where the proof ends.
const POINTS: [usize; 4] = [0, 48, 144, 192];

#[test]
fn proofs_of_a_block_should_verify_together_and_alone() {
	with_block(|proven| {
		assert_ok!(verify(VERSION, proven));
		for one in proven {
			assert_ok!(verify(VERSION, std::slice::from_ref(one)));
		}
	});
}

#[test]
fn proofs_of_halves_of_one_class_should_verify_under_one_key() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(3), 0);
		register(VERSION, join(3), 1);
		let half = |input: u64, salt| {
			(chain(3), Word::from(input), Trapdoor::new(0).prove(input.into(), salt))
		};
		let joined = (join(3), Word::from(9), Trapdoor::new(1).prove(9.into(), 1));
		let block = [half(5, 1), half(6, 2), half(7, 3), half(8, 4), joined];
		assert_ok!(verify(VERSION, &block));
		for at in 0..block.len() {
			let mut other = block;
			other[at].1 += Word::from(1);
			assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
		}
	});
}

#[test]
fn no_proofs_should_prove_nothing() {
	with_block(|_| {
		assert_noop!(verify(VERSION, &[]), Error::<Test>::NoProofs);
	});
}

#[test]
fn proof_should_be_rejected_for_another_input_or_circuit() {
	with_block(|proven| {
		for at in 0..proven.len() {
			let mut other = proven.to_vec();
			other[at].1 += Word::from(1);
			assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
			let mut other = proven.to_vec();
			other[at].1 = -other[at].1;
			assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
			let next = (at + 1) % proven.len();
			let mut other = proven.to_vec();
			other[at].0 = proven[next].0;
			assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
			let mut other = proven.to_vec();
			other[at].2 = proven[next].2;
			assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
		}
	});
}

#[test]
fn proof_should_be_rejected_for_another_block_chain_network_or_version() {
	let (one, two) = (ChainId(1), ChainId(2));
	let header = |network, change: fn(&mut Header)| {
		let network = Network::new(NetworkId(network), vec![one, two]).unwrap();
		let mut header = Header::genesis(&network, [1; 32], [2; 32], Word::from(3));
		header.number.0 = 5;
		header.circuit_version = VERSION;
		header.chains[0].size_class = SizeClass::new(1).unwrap();
		change(&mut header);
		header
	};
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		register(VERSION, join(1), 1);
		let mine = header(7, |_| ());
		let input = mine.chain_public_input(one).unwrap();
		let proof = Trapdoor::new(0).prove(input, 1);
		assert_ok!(verify(VERSION, &[(chain(1), input, proof)]));
		let other_half = mine.chain_public_input(two).unwrap();
		assert_noop!(
			verify(VERSION, &[(chain(1), other_half, proof)]),
			Error::<Test>::ProofRejected
		);

		let joined = mine.join_public_input();
		let join_proof = Trapdoor::new(1).prove(joined, 1);
		assert_ok!(verify(VERSION, &[(join(1), joined, join_proof)]));

		let others = [
			header(8, |_| ()),
			header(7, |header| header.number.0 = 6),
			header(7, |header| header.circuit_version = VERSION + 1),
		];
		for other in others {
			let input = other.chain_public_input(one).unwrap();
			let refused = verify(VERSION, &[(chain(1), input, proof)]);
			assert_noop!(refused, Error::<Test>::ProofRejected);
			let input = other.join_public_input();
			let refused = verify(VERSION, &[(join(1), input, join_proof)]);
			assert_noop!(refused, Error::<Test>::ProofRejected);
		}
	});
}

#[test]
fn proof_should_be_refused_when_a_point_is_malformed() {
	with_block(|proven| {
		for at in 0..proven.len() {
			for points in POINTS.windows(2) {
				let [start, end] = points else { unreachable!("windows of two") };
				let size = end - start;
				let change = |change: &dyn Fn(&mut [u8])| {
					let mut other = proven.to_vec();
					change(&mut other[at].2[*start..*end]);
					assert_noop!(verify(VERSION, &other), Error::<Test>::MalformedProof);
				};
				let replace = |first: u8, fill: u8, last: u8| {
					change(&|point| {
						point.fill(fill);
						point[0] = first;
						point[size - 1] = last;
					});
				};
				// The identity, and the identity with bytes that mean nothing.
				replace(0xC0, 0, 0);
				replace(0xC0, 0, 1);
				replace(0xE0, 0, 0);
				// Nothing; a point that says that it is not compressed.
				replace(0, 0, 0);
				change(&|point| point[0] &= 0x7F);
				// A coordinate that is not below the modulus.
				replace(0x9F, 0xFF, 0xFF);
				// On the curve, outside of the subgroup: x = 4 in G1, x = 2 in G2.
				replace(0x80, 0, if size == 48 { 4 } else { 2 });
			}
		}
	});
}

#[test]
fn proof_should_be_refused_when_any_byte_differs() {
	with_block(|proven| {
		for byte in (0..192).step_by(5) {
			let mut other = proven.to_vec();
			other[1].2[byte] ^= 0x01;
			let refused = verify(VERSION, &other).unwrap_err();
			let reasons = [Error::<Test>::MalformedProof, Error::<Test>::ProofRejected];
			assert!(reasons.map(Into::into).contains(&refused), "byte {byte}: {refused:?}");
		}
	});
}

#[test]
fn malleated_proof_should_prove_the_same_statement_and_no_other() {
	with_block(|proven| {
		let (circuit, input, proof) = proven[0];
		// (s·A, B/s, C) proves what (A, B, C) proves.
		let honest = Proof::<Curve>::from_bytes(&proof).unwrap();
		let scalar = Word::from(12_345);
		let inverse = scalar.inverse().unwrap();
		let (a, b) = ((honest.a() * scalar).into(), (honest.b() * inverse).into());
		let malleated = Proof::<Curve>::new(a, b, honest.c()).unwrap().to_bytes();
		let malleated = ProofBytes::try_from(malleated).unwrap();
		assert_ne!(malleated, proof);
		assert_ok!(verify(VERSION, &[(circuit, input, malleated)]));
		let other = [(circuit, input + Word::from(1), malleated)];
		assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);

		// −A with −B too; −A alone proves nothing.
		let negated = |b| Proof::<Curve>::new(-honest.a(), b, honest.c()).unwrap().to_bytes();
		let both = ProofBytes::try_from(negated(-honest.b())).unwrap();
		assert_ok!(verify(VERSION, &[(circuit, input, both)]));
		let one = ProofBytes::try_from(negated(honest.b())).unwrap();
		assert_noop!(verify(VERSION, &[(circuit, input, one)]), Error::<Test>::ProofRejected);
	});
}

#[test]
fn false_proofs_should_not_cancel_out() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		// Were the equations multiplied without coefficients, the defects of +1 and −1 would vanish.
		let trapdoor = Trapdoor::new(0);
		let [one, two] = [1u64, 2].map(|salt| trapdoor.prove(Word::from(10 * salt), salt));
		let [up, down] = [Word::from(10) + Word::from(1), Word::from(20) - Word::from(1)];
		let claims = [(chain(1), up, one), (chain(1), down, two)];
		assert_noop!(verify(VERSION, &claims), Error::<Test>::ProofRejected);
	});
}

#[test]
fn proof_should_be_refused_when_there_is_no_key() {
	with_block(|proven| {
		assert_noop!(verify(VERSION + 1, proven), Error::<Test>::UnknownKey);
		for circuit in [chain(3), join(2), chain(0), join(0)] {
			let mut other = proven.to_vec();
			other[1].0 = circuit;
			assert_noop!(verify(VERSION, &other), Error::<Test>::UnknownKey);
		}
	});
}

#[test]
fn proof_should_be_rejected_under_the_key_of_another_version() {
	ExtBuilder::default().build_and_execute(|| {
		register(VERSION, chain(1), 0);
		register(VERSION + 1, chain(1), 1);
		let input = Word::from(5);
		let proven = [(chain(1), input, Trapdoor::new(0).prove(input, 1))];
		assert_ok!(verify(VERSION, &proven));
		assert_noop!(verify(VERSION + 1, &proven), Error::<Test>::ProofRejected);
	});
}

#[test]
fn block_that_is_committed_should_be_provable_when_its_keys_are_retired() {
	with_block(|proven| {
		for (circuit, ..) in proven {
			assert_ok!(ProofVerifier::retire_key(RuntimeOrigin::root(), VERSION, *circuit));
		}
		assert_ok!(verify(VERSION, proven));
		let mut other = proven.to_vec();
		other[0].1 += Word::from(1);
		assert_noop!(verify(VERSION, &other), Error::<Test>::ProofRejected);
	});
}

#[test]
fn stored_key_should_be_refused_when_its_bytes_are_no_key() {
	// Nothing but the pallet writes there; should it happen all the same, nothing is accepted.
	ExtBuilder::default().build().execute_with(|| {
		register(VERSION, chain(1), 0);
		crate::PreparedKeys::<Test>::mutate(VERSION, chain(1), |bytes| {
			bytes.as_mut().unwrap()[32..].fill(0xFF);
		});
		let proven = [(chain(1), Word::from(5), Trapdoor::new(0).prove(5.into(), 1))];
		assert_noop!(verify(VERSION, &proven), Error::<Test>::UnknownKey);
	});
}
