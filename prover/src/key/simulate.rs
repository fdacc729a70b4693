// SPDX-License-Identifier: Apache-2.0

//! Proofs from the secrets of the development keys, without a witness.
//!
//! Whoever knows α, β and γ can make a proof of *any* statement, true or false, in a millisecond: that is why
//! development keys are worth nothing. Tests of a chain use it, which have to send many proofs that verify and care
//! for what the chain does with them.

use super::development::Common;
use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ark_groth16::{Proof, VerifyingKey};

/// A proof of `input` under a development key, whether the statement is true or not: **the key is INSECURE**.
///
/// With X the point of the input, `A = α·G + (γ/β)·X`, `B = β·H + salt·δ` and `C = salt·A` satisfy the verifier's
/// equation `e(A, B) = e(α, β)·e(X, γ)·e(C, δ)`. Another salt, which must not be 0, makes another proof of the same
/// statement. A key that is not a development key takes no such proof.
pub fn insecure_simulate(
	verifying: &VerifyingKey<Bls12_381>,
	input: Fr,
	salt: Fr,
) -> Proof<Bls12_381> {
	let Common { alpha, beta, gamma, .. } = Common::insecure();
	let inverse = beta.inverse().expect("secrets are not 0; qed");
	let [constant, factor] = [0, 1].map(|i| {
		let point = verifying.gamma_abc_g1.get(i).copied();
		point.unwrap_or_else(G1Affine::zero)
	});
	let x = constant + factor * input;
	let a = G1Affine::generator() * alpha + x * (gamma * inverse);
	let b = G2Affine::generator() * beta + verifying.delta_g2 * salt;
	Proof { a: a.into_affine(), b: b.into_affine(), c: (a * salt).into_affine() }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{key::ProvingKey, sample::Sample};
	use ark_groth16::{Groth16, prepare_verifying_key};
	use ligature_circuits::r1cs::{Circuit, Shape};
	use std::sync::Arc;

	fn development(groups: usize) -> VerifyingKey<Bls12_381> {
		let circuit = Sample::new(groups, 1);
		let matrices = Arc::new(Shape::of(&circuit).matrices);
		ProvingKey::insecure_development(circuit.name(), matrices).verifying().clone()
	}

	fn verifies(key: &VerifyingKey<Bls12_381>, proof: &Proof<Bls12_381>, input: u64) -> bool {
		let prepared = prepare_verifying_key(key);
		Groth16::<Bls12_381>::verify_proof(&prepared, proof, &[input.into()]).expect("it answers")
	}

	#[test]
	fn simulated_proof_should_verify_for_its_input_and_its_key_only() {
		let (key, other) = (development(3), development(4));
		for salt in [1u64, 7] {
			let proof = insecure_simulate(&key, 5u64.into(), salt.into());
			assert!(verifies(&key, &proof, 5));
			assert!(!verifies(&key, &proof, 6));
			assert!(!verifies(&other, &proof, 5));
		}
	}

	#[test]
	fn simulated_proof_should_not_verify_under_a_key_with_other_secrets() {
		let development = development(3);
		let foreign = VerifyingKey {
			beta_g2: (development.beta_g2 * Fr::from(2u64)).into_affine(),
			..development
		};
		let proof = insecure_simulate(&foreign, 5u64.into(), 1u64.into());
		assert!(!verifies(&foreign, &proof, 5));
	}
}
