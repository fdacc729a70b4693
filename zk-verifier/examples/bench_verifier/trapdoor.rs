// SPDX-License-Identifier: Apache-2.0

//! Keys and proofs without a circuit.

use ark_bls12_381::Fr;
use ark_ec::{CurveGroup, PrimeGroup, pairing::Pairing};
use ark_ff::Field;
use ligature_zk_verifier::{PreparedVerifyingKey, Proof, VerifyingKey};

/// A key of which the logarithms are known, so that proofs can be made without a circuit.
pub struct Trapdoor {
	alpha: Fr,
	beta: Fr,
	gamma: Fr,
	delta: Fr,
	inputs: [Fr; 2],
}

/// The bytes of a proof, and its input.
pub struct Proven {
	/// Of the proof.
	pub bytes: Vec<u8>,
	/// Of the statement.
	pub input: [Fr; 1],
}

/// A scalar of full width; which one does not matter.
pub fn scalar(seed: u64) -> Fr {
	Fr::from(seed ^ 0x9E37_79B9_7F4A_7C15).pow([0xD134_2543_DE82_EF95])
}

impl Trapdoor {
	/// Keys with the same `phase1` share alpha, beta and gamma.
	pub fn new(phase1: u64, own: u64) -> Self {
		Self {
			alpha: scalar(phase1),
			beta: scalar(phase1 + 1),
			gamma: scalar(phase1 + 2),
			delta: scalar(own + 3),
			inputs: [scalar(own + 4), scalar(own + 5)],
		}
	}

	pub fn key<E: Pairing<ScalarField = Fr>>(&self) -> PreparedVerifyingKey<E> {
		let g1 = |scalar: Fr| (E::G1::generator() * scalar).into_affine();
		let g2 = |scalar: Fr| (E::G2::generator() * scalar).into_affine();
		let points = self.inputs.map(g1).to_vec();
		VerifyingKey::new(g1(self.alpha), g2(self.beta), g2(self.gamma), g2(self.delta), points)
			.expect("random points are fine")
			.prepare()
	}

	/// C from the equation of the proof, for any A and B.
	pub fn prove<E: Pairing<ScalarField = Fr>>(&self, seed: u64) -> Proven {
		let (a, b, input) = (scalar(seed), scalar(seed + 1), scalar(seed + 2));
		let statement = (self.inputs[0] + self.inputs[1] * input) * self.gamma;
		let c = (a * b - self.alpha * self.beta - statement) / self.delta;
		let g1 = |scalar: Fr| (E::G1::generator() * scalar).into_affine();
		let proof = Proof::<E>::new(g1(a), (E::G2::generator() * b).into_affine(), g1(c))
			.expect("random points are fine");
		Proven { bytes: proof.to_bytes(), input: [input] }
	}
}
