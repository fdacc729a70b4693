// SPDX-License-Identifier: Apache-2.0

//! What is measured, the same natively and in the blob.

use alloc::vec::Vec;
use core::hint::black_box;

use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ff::AdditiveGroup;
use ark_serialize::CanonicalSerialize;
use codec::{Decode, Encode};
use ligature_zk_verifier::{
	Claim, PreparedVerifyingKey, Proof, inputs_from_bytes, verify, verify_batch,
};

/// Claims, the keys for them, and how often to verify them.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Work {
	/// What [`PreparedVerifyingKey::to_bytes`] writes. Read once.
	pub keys: Vec<Vec<u8>>,
	/// The claims. They are decoded each time.
	pub claims: Vec<ClaimBytes>,
	/// How often all is done. With 0, what remains is the call and the reading of the keys.
	pub times: u32,
}

/// A claim as it arrives.
#[derive(Clone, Debug, Encode, Decode)]
pub struct ClaimBytes {
	/// Which of the keys it is under.
	pub key: u32,
	/// The public inputs, 32 bytes each, little-endian.
	pub inputs: Vec<u8>,
	/// A, B and C, compressed.
	pub proof: Vec<u8>,
}

/// A claim without its key.
type Decoded<E> = (Vec<<E as Pairing>::ScalarField>, Proof<E>);

impl Work {
	/// Whether the claims can be decoded, which is the first part of the two below.
	pub fn decoded<E: Pairing>(&self) -> bool {
		self.repeat::<E>(|_| true)
	}

	/// Whether the claims hold, each verified by itself.
	pub fn single<E: Pairing>(&self) -> bool {
		self.repeat::<E>(|claims| {
			claims.iter().all(|claim| verify(claim.key, claim.inputs, claim.proof).is_ok())
		})
	}

	/// Whether the claims hold, verified together.
	pub fn bundle<E: Pairing>(&self) -> bool {
		self.repeat::<E>(|claims| verify_batch(claims).is_ok())
	}

	/// The least that a bundle could cost: a product of pairings, of each proof's A and B, and of two
	/// points with each key's γ and δ, all of them there, with the lines that they need. Gives the
	/// product's bytes, or none if the keys or proofs are none.
	pub fn product<E: Pairing>(&self) -> Vec<u8> {
		let (Some(keys), Some(proofs)) = (self.keys::<E>(), self.decode::<E>()) else {
			return Vec::new();
		};
		let Some((_, first)) = proofs.first() else { return Vec::new() };
		let of_proofs = proofs.iter().map(|(_, proof)| (proof.a(), proof.b()));
		let of_keys = keys
			.iter()
			.flat_map(|key| [(first.a(), key.key().gamma()), (first.c(), key.key().delta())]);
		let (left, right): (Vec<E::G1Affine>, Vec<E::G2Prepared>) =
			of_proofs.chain(of_keys).map(|(left, right)| (left, right.into())).unzip();
		let mut product = PairingOutput::<E>::ZERO;
		for _ in 0..self.times {
			product = E::multi_pairing(black_box(left.clone()), black_box(right.clone()));
		}
		let mut bytes = Vec::new();
		product.serialize_compressed(&mut bytes).expect("a vector takes any bytes; qed");
		bytes
	}

	/// Whether the check held each time, from the claims' bytes on.
	fn repeat<E: Pairing>(&self, check: impl Fn(&[Claim<'_, E>]) -> bool) -> bool {
		let Some(keys) = self.keys::<E>() else { return false };
		(0..self.times).all(|_| {
			let Some(decoded) = black_box(self).decode::<E>() else { return false };
			let claims: Option<Vec<_>> = self
				.claims
				.iter()
				.zip(&decoded)
				.map(|(claim, (inputs, proof))| {
					Some(Claim { key: keys.get(claim.key as usize)?, inputs, proof })
				})
				.collect();
			claims.is_some_and(|claims| check(&claims))
		})
	}

	fn keys<E: Pairing>(&self) -> Option<Vec<PreparedVerifyingKey<E>>> {
		self.keys.iter().map(|key| PreparedVerifyingKey::from_trusted_bytes(key).ok()).collect()
	}

	/// With all checks that there are on inputs and proofs.
	fn decode<E: Pairing>(&self) -> Option<Vec<Decoded<E>>> {
		self.claims
			.iter()
			.map(|claim| {
				let inputs = inputs_from_bytes(&claim.inputs).ok()?;
				Some((inputs, Proof::from_bytes(&claim.proof).ok()?))
			})
			.collect()
	}
}
