// SPDX-License-Identifier: Apache-2.0

//! Both engines against arkworks' verifier, on what holds and what does not.

use crate::support::{Host, Plain, Proven, Statement};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{Field, PrimeField};
use ark_groth16::{Groth16, prepare_verifying_key};
use ligature_primitives::digest::blake2;
use ligature_zk_verifier::{
	Claim, PreparedVerifyingKey, Proof, VerifyError, VerifyingKey, inputs_from_bytes,
	inputs_to_bytes, verify, verify_batch,
};
use proptest::{prelude::*, test_runner::Config};

fn arkworks(statement: &Statement, proven: &Proven) -> bool {
	let key = prepare_verifying_key(&statement.proving.vk);
	Groth16::<Plain>::verify_proof(&key, &proven.proof, &proven.inputs).expect("it never fails")
}

/// One engine's word, by itself and as a bundle of one and of two.
fn ours<E: Pairing<ScalarField = ark_bls12_381::Fr>>(
	statement: &Statement,
	proven: &Proven,
	good: &Proven,
) -> bool {
	let key: PreparedVerifyingKey<E> = statement.key();
	let (proof, other) = (proven.proof::<E>(), good.proof::<E>());
	let claim = Claim { key: &key, inputs: &proven.inputs, proof: &proof };
	let other = Claim { key: &key, inputs: &good.inputs, proof: &other };
	let alone = verify(claim.key, claim.inputs, claim.proof);
	assert_eq!(verify_batch(&[claim]).is_ok(), alone.is_ok());
	assert_eq!(verify_batch(&[claim, other]).is_ok(), alone.is_ok());
	assert_eq!(verify_batch(&[other, claim]).is_ok(), alone.is_ok());
	match alone {
		Ok(()) => true,
		Err(VerifyError::Rejected) => false,
		Err(error) => panic!("{error}"),
	}
}

fn agree(statement: &Statement, proven: &Proven, good: &Proven) -> bool {
	let expected = arkworks(statement, proven);
	assert_eq!(ours::<Plain>(statement, proven, good), expected);
	assert_eq!(ours::<Host>(statement, proven, good), expected);
	expected
}

#[test]
fn engines_should_accept_what_arkworks_proves() {
	for inputs in [0, 1, 2, 5] {
		let mut statement = Statement::new(inputs, 1 + inputs as u64);
		let (proven, good) = (statement.prove(), statement.prove());
		assert!(agree(&statement, &proven, &good), "{inputs} inputs");
	}
}

#[test]
fn engines_should_accept_edge_inputs() {
	use ark_bls12_381::Fr;
	let mut statement = Statement::new(1, 90);
	let good = statement.prove();
	for root in [Fr::from(0u64), Fr::from(1u64), -Fr::from(1u64), Fr::from(2u64).pow([127])] {
		let proven = statement.prove_roots(vec![root]);
		assert!(agree(&statement, &proven, &good), "{root}");
	}
}

proptest! {
	#![proptest_config(Config {
		cases: 12, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7),
		..Config::default()
	})]

	/// Whatever is changed, all verifiers say the same; and it is only accepted if nothing changed.
	#[test]
	fn engines_should_agree_when_something_is_changed(
		seed in any::<u64>(), inputs in 1usize..4, what in 0usize..7, factor in 0u64..5,
	) {
		let mut statement = Statement::new(inputs, seed);
		let good = statement.prove();
		let mut proven = statement.prove();
		let scale = ark_bls12_381::Fr::from(factor + 2);
		match what {
			0 => proven.proof.a = (proven.proof.a * scale).into_affine(),
			1 => proven.proof.b = (proven.proof.b * scale).into_affine(),
			2 => proven.proof.c = (proven.proof.c * scale).into_affine(),
			3 => proven.inputs[inputs - 1] += scale,
			4 => proven.inputs[0] = good.inputs[0],
			5 => std::mem::swap(&mut proven.proof.a, &mut proven.proof.c),
			// Not a change: another proof of the same statement.
			_ => {
				let inverse = scale.inverse().unwrap();
				proven.proof.a = (proven.proof.a * scale).into_affine();
				proven.proof.b = (proven.proof.b * inverse).into_affine();
			},
		}
		prop_assert_eq!(agree(&statement, &proven, &good), what == 6);
	}
}

#[test]
fn key_should_have_arkworks_bytes_and_the_protocols_digest() {
	for inputs in [0, 1, 3] {
		let statement = Statement::new(inputs, 17);
		let bytes = statement.key_bytes();
		let key = VerifyingKey::<Plain>::from_bytes(&bytes).unwrap();
		assert_eq!(bytes.len(), VerifyingKey::<Plain>::size(inputs));
		assert_eq!(bytes.len(), 392 + 48 * inputs);
		assert_eq!((key.to_bytes(), key.inputs()), (bytes.clone(), inputs));
		let vk = &statement.proving.vk;
		let points = vk.gamma_abc_g1.clone();
		let same =
			VerifyingKey::<Plain>::new(vk.alpha_g1, vk.beta_g2, vk.gamma_g2, vk.delta_g2, points);
		assert_eq!(same.as_ref(), Ok(&key));
		let host = VerifyingKey::<Host>::from_bytes(&bytes).unwrap();
		assert_eq!(host.to_bytes(), bytes);
		let digest = blake2("ligature/vk/1", &[&bytes]);
		assert_eq!((key.digest(), host.digest()), (digest, digest));
		assert_eq!((key.prepare().digest(), host.prepare().digest()), (digest, digest));
	}
}

#[test]
fn proof_should_have_arkworks_bytes() {
	let proven = Statement::new(1, 18).prove();
	let bytes = proven.bytes();
	assert_eq!((bytes.len(), Proof::<Plain>::size(), Proof::<Host>::size()), (192, 192, 192));
	assert_eq!(proven.proof::<Plain>().to_bytes(), bytes);
	assert_eq!(proven.proof::<Host>().to_bytes(), bytes);
	let ark_groth16::Proof { a, b, c } = proven.proof;
	assert_eq!(Proof::<Plain>::new(a, b, c).unwrap().to_bytes(), bytes);
}

#[test]
fn prepared_key_should_come_back_from_its_bytes() {
	fn check<E: Pairing<ScalarField = ark_bls12_381::Fr>>(
		statement: &Statement,
		proven: &Proven,
	) -> Vec<u8> {
		let key: PreparedVerifyingKey<E> = statement.key();
		let bytes = key.to_bytes();
		assert_eq!(bytes.len(), PreparedVerifyingKey::<E>::size(statement.inputs));
		assert_eq!(bytes.len(), 1376 + 96 * statement.inputs);
		for key in [
			PreparedVerifyingKey::<E>::from_bytes(&bytes).unwrap(),
			PreparedVerifyingKey::<E>::from_trusted_bytes(&bytes).unwrap(),
		] {
			assert_eq!(key.to_bytes(), bytes);
			assert_eq!(verify(&key, &proven.inputs, &proven.proof()), Ok(()));
		}
		bytes
	}
	for inputs in [0, 1, 4] {
		let mut statement = Statement::new(inputs, 19);
		let proven = statement.prove();
		let plain = check::<Plain>(&statement, &proven);
		assert_eq!(check::<Host>(&statement, &proven), plain);
	}
}

#[test]
fn inputs_should_come_back_from_their_bytes() {
	let proven = Statement::new(5, 20).prove();
	let bytes = inputs_to_bytes(&proven.inputs);
	assert_eq!(bytes.len(), 5 * 32);
	assert_eq!(inputs_from_bytes(&bytes), Ok(proven.inputs.clone()));
	let first: [u8; 32] = bytes[..32].try_into().unwrap();
	assert_eq!(ark_bls12_381::Fr::from_le_bytes_mod_order(&first), proven.inputs[0]);
}

#[test]
fn engines_should_have_the_same_generators() {
	let point = <Plain as Pairing>::G2Affine::generator();
	let host = <Host as Pairing>::G2Affine::generator();
	assert_eq!(crate::support::bytes(&point), crate::support::bytes(&host));
}
