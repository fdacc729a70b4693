// SPDX-License-Identifier: Apache-2.0

//! Keys whose secrets are known, and proofs under them without a circuit, by arithmetic alone: for
//! benchmarks and tests, which need many keys and proofs that verify.

use alloc::vec::Vec;
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::Field;
use ligature_primitives::poseidon::Word;
use ligature_zk_verifier::{Proof, VerifyingKey};
use pallet_rollup::ProofBytes;

use crate::{Curve, KeyBytes};

type G1 = <Curve as Pairing>::G1Affine;
type G2 = <Curve as Pairing>::G2Affine;

/// The logarithms of a key's points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trapdoor {
	alpha: Word,
	beta: Word,
	gamma: Word,
	delta: Word,
	inputs: [Word; 2],
}

impl Trapdoor {
	/// The secrets of this number. Keys of different numbers have no point in common.
	pub fn new(number: u64) -> Self {
		let secret = |i: u64| Word::from(6 * number + i + 2);
		Self {
			alpha: secret(0),
			beta: secret(1),
			gamma: secret(2),
			delta: secret(3),
			inputs: [secret(4), secret(5)],
		}
	}

	/// The key.
	pub fn key(&self) -> VerifyingKey<Curve> {
		let inputs: Vec<_> = self.inputs.iter().map(|secret| g1(*secret)).collect();
		VerifyingKey::new(g1(self.alpha), g2(self.beta), g2(self.gamma), g2(self.delta), inputs)
			.expect("no secret is 0, and γ, δ and 1 differ; qed")
	}

	/// The key as it is registered.
	pub fn key_bytes(&self) -> KeyBytes {
		self.key().to_bytes().try_into().expect("a key for one input has this size; qed")
	}

	/// A proof of any input; another one for another salt, which is not 0.
	///
	/// `e(A, B) = e(α, β)·e(IC[0] + x·IC[1], γ)·e(C, δ)`, and the logarithms of A and B are chosen: that
	/// of C follows.
	pub fn prove(&self, input: Word, salt: u64) -> ProofBytes {
		let (a, b) = (Word::from(salt) * Word::from(7u64), self.beta + Word::from(salt));
		let statement = (self.inputs[0] + input * self.inputs[1]) * self.gamma;
		let inverse = self.delta.inverse().expect("δ is not 0; qed");
		let c = (a * b - self.alpha * self.beta - statement) * inverse;
		Proof::<Curve>::new(g1(a), g2(b), g1(c))
			.expect("that C is the identity happens for one input in r; qed")
			.to_bytes()
			.try_into()
			.expect("a proof has this size; qed")
	}
}

fn g1(secret: Word) -> G1 {
	(G1::generator() * secret).into_affine()
}

fn g2(secret: Word) -> G2 {
	(G2::generator() * secret).into_affine()
}
