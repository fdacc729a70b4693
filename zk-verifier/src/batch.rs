// SPDX-License-Identifier: Apache-2.0

//! Verifying a bundle of proofs at once.

use alloc::vec::Vec;

use ark_ec::{
	AffineRepr, CurveGroup, PrimeGroup,
	pairing::{Pairing, PairingOutput},
};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use ligature_primitives::digest::{Digest, blake2};

use crate::{
	input::inputs_to_bytes,
	prepared::PreparedVerifyingKey,
	proof::Proof,
	single::{VerifyError, check_count, verify},
};

/// The tag of the hash of a whole batch.
const BATCH_TAG: &str = "ligature/batch/1";
/// The tag of the hash that gives a proof's coefficient.
const COEFFICIENT_TAG: &str = "ligature/coefficient/1";

/// A proof, what it is to prove, and the key for it.
#[derive(Debug)]
pub struct Claim<'a, E: Pairing> {
	/// The statement's key.
	pub key: &'a PreparedVerifyingKey<E>,
	/// The statement's public inputs.
	pub inputs: &'a [E::ScalarField],
	/// The proof.
	pub proof: &'a Proof<E>,
}

impl<E: Pairing> Clone for Claim<'_, E> {
	fn clone(&self) -> Self {
		*self
	}
}

impl<E: Pairing> Copy for Claim<'_, E> {}

/// Why a bundle is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
	/// There is nothing to verify, which proves nothing.
	#[error("there is no proof to verify")]
	Empty,
	/// A claim cannot be true, whatever the proofs are.
	#[error("proof {index}: {error}")]
	Claim {
		/// Which, counted from 0.
		index: usize,
		/// Why.
		error: VerifyError,
	},
	/// At least one proof does not hold; [`verify_each`] says which.
	#[error("at least one of the proofs does not hold")]
	Rejected,
}

/// Verifies all claims in one Miller loop and one final exponentiation. How stands in the documentation
/// of the crate.
///
/// # Errors
///
/// As [`BatchError`] says. If all proofs hold, there is none; if one does not, there is, but for
/// a probability of 2^-128 over the hash.
pub fn verify_batch<E: Pairing>(claims: &[Claim<'_, E>]) -> Result<(), BatchError> {
	for (index, claim) in claims.iter().enumerate() {
		check_count(claim.key, claim.inputs).map_err(|error| BatchError::Claim { index, error })?;
	}
	let coefficients = coefficients(claims);
	if coefficients.is_empty() {
		return Err(BatchError::Empty);
	}

	let mut product = Product::<E>::default();
	let mut keys: Vec<KeySums<'_, E>> = Vec::new();
	for (claim, coefficient) in claims.iter().zip(&coefficients) {
		product.pair(scale::<E>(claim.proof.a(), coefficient), claim.proof.b().into());
		let known = keys.iter().position(|sums| sums.key.digest() == claim.key.digest());
		let at = known.unwrap_or_else(|| {
			keys.push(KeySums::new(claim.key));
			keys.len() - 1
		});
		keys[at].add(claim, coefficient);
	}
	for sums in &keys {
		let key = sums.key;
		product.pair_fixed(-sums.statement(), key.key().gamma(), key.gamma());
		product.pair_fixed(-sums.witness, key.key().delta(), key.delta());
		product.expect_constant(key, sums.inputs[0]);
	}
	if product.holds() { Ok(()) } else { Err(BatchError::Rejected) }
}

/// Verifies each claim by itself, and says how each fared: slower than [`verify_batch`], for whoever
/// wants to know which proof of a refused bundle is at fault.
pub fn verify_each<E: Pairing>(claims: &[Claim<'_, E>]) -> Vec<Result<(), VerifyError>> {
	claims.iter().map(|claim| verify(claim.key, claim.inputs, claim.proof)).collect()
}

/// A product of pairings, and what it should be.
struct Product<'a, E: Pairing> {
	/// Pairs with a point of G2 that occurs once.
	pairs: Vec<(E::G1, E::G2Prepared)>,
	/// Pairs with a key's point of G2. Keys with a common first phase have points in common.
	fixed: Vec<(E::G1, E::G2Affine, &'a E::G2Prepared)>,
	expected: PairingOutput<E>,
}

impl<E: Pairing> Default for Product<'_, E> {
	fn default() -> Self {
		Self { pairs: Vec::new(), fixed: Vec::new(), expected: PairingOutput::ZERO }
	}
}

impl<'a, E: Pairing> Product<'a, E> {
	fn pair(&mut self, left: E::G1, right: E::G2Prepared) {
		self.pairs.push((left, right));
	}

	fn pair_fixed(&mut self, left: E::G1, right: E::G2Affine, prepared: &'a E::G2Prepared) {
		match self.fixed.iter_mut().find(|(_, known, _)| *known == right) {
			Some((sum, ..)) => *sum += left,
			None => self.fixed.push((left, right, prepared)),
		}
	}

	/// e(α, β) to this power. The power itself would cost what a pair costs (0.35 ms, plain), but in
	/// a runtime no host call computes it, and a pair is a part of one that is made anyway.
	fn expect_constant(&mut self, key: &'a PreparedVerifyingKey<E>, exponent: E::ScalarField) {
		if exponent == E::ScalarField::ONE {
			self.expected += key.alpha_beta();
		} else {
			let (alpha, beta) = (key.key().alpha(), key.key().beta());
			self.pair_fixed(-scale::<E>(alpha, &exponent), beta, key.beta());
		}
	}

	fn holds(self) -> bool {
		let fixed = self.fixed.into_iter().map(|(left, _, prepared)| (left, prepared.clone()));
		let (left, right): (Vec<_>, Vec<_>) = self.pairs.into_iter().chain(fixed).unzip();
		let product = E::multi_miller_loop(E::G1::normalize_batch(&left), right);
		E::final_exponentiation(product) == Some(self.expected)
	}
}

/// What the claims under one key add up to.
struct KeySums<'a, E: Pairing> {
	key: &'a PreparedVerifyingKey<E>,
	/// Σ c, then Σ c·x for each input.
	inputs: Vec<E::ScalarField>,
	/// Σ c·C.
	witness: E::G1,
}

impl<'a, E: Pairing> KeySums<'a, E> {
	fn new(key: &'a PreparedVerifyingKey<E>) -> Self {
		let inputs = alloc::vec![E::ScalarField::ZERO; key.inputs() + 1];
		Self { key, inputs, witness: E::G1::ZERO }
	}

	fn add(&mut self, claim: &Claim<'_, E>, coefficient: &E::ScalarField) {
		self.inputs[0] += coefficient;
		for (sum, input) in self.inputs[1..].iter_mut().zip(claim.inputs) {
			*sum += *coefficient * input;
		}
		self.witness += scale::<E>(claim.proof.c(), coefficient);
	}

	/// Σ c·(IC[0] + Σ x·IC[i]).
	fn statement(&self) -> E::G1 {
		self.key
			.key()
			.input_points()
			.iter()
			.zip(&self.inputs)
			.map(|(point, scalar)| scale::<E>(*point, scalar))
			.sum()
	}
}

fn scale<E: Pairing>(point: E::G1Affine, scalar: &E::ScalarField) -> E::G1 {
	if *scalar == E::ScalarField::ONE {
		return point.into_group();
	}
	point.into_group().mul_bigint(scalar.into_bigint())
}

/// The coefficients of the claims: 128 bits of a hash each, but 1 for the last.
///
/// One coefficient may be fixed: with d_j the discrete logarithm of the j-th equation's defect, the
/// batch holds if Σ c_j·d_j = 0. If some d_j ≠ 0 with j not the last, one value of c_j at most does
/// it, whatever the others are; if only the last one is not 0, none does.
fn coefficients<E: Pairing>(claims: &[Claim<'_, E>]) -> Vec<E::ScalarField> {
	let Some(last) = claims.len().checked_sub(1) else { return Vec::new() };
	let transcript = transcript(claims);
	(0..last)
		.map(|index| {
			let hash = blake2(COEFFICIENT_TAG, &[&transcript, &(index as u64).to_be_bytes()]);
			let (low, _) = hash.split_first_chunk().expect("32 bytes are more than 16; qed");
			E::ScalarField::from(u128::from_le_bytes(*low))
		})
		.chain([E::ScalarField::ONE])
		.collect()
}

/// The hash of all that the equations depend on. Everything has a fixed length that the key gives,
/// and the key's digest stands first: no two batches have the same bytes.
fn transcript<E: Pairing>(claims: &[Claim<'_, E>]) -> Digest {
	let mut bytes = Vec::new();
	for claim in claims {
		bytes.extend(claim.key.digest());
		bytes.extend((claim.inputs.len() as u64).to_be_bytes());
		bytes.extend(inputs_to_bytes(claim.inputs));
		bytes.extend(claim.proof.to_bytes());
	}
	blake2(BATCH_TAG, &[&(claims.len() as u64).to_be_bytes(), &bytes])
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::key::VerifyingKey;
	use alloc::vec;
	use ark_bls12_381::{Bls12_381, Fr, G1Affine, G2Affine};

	fn g1(k: u64) -> G1Affine {
		(G1Affine::generator() * Fr::from(k)).into_affine()
	}

	fn g2(k: u64) -> G2Affine {
		(G2Affine::generator() * Fr::from(k)).into_affine()
	}

	fn key(delta: u64) -> PreparedVerifyingKey<Bls12_381> {
		VerifyingKey::new(g1(2), g2(3), g2(4), g2(delta), vec![g1(6), g1(7)]).unwrap().prepare()
	}

	#[test]
	fn coefficients_should_depend_on_everything() {
		let (key, other_key) = (key(5), key(8));
		let (inputs, other_inputs) = ([Fr::from(1u64)], [Fr::from(2u64)]);
		let proof = |a, b, c| Proof::new(g1(a), g2(b), g1(c)).unwrap();
		let base = proof(1, 1, 1);
		let claim = Claim { key: &key, inputs: &inputs, proof: &base };
		let others = [proof(2, 1, 1), proof(1, 2, 1), proof(1, 1, 2)];
		let mut changed =
			vec![Claim { key: &other_key, ..claim }, Claim { inputs: &other_inputs, ..claim }];
		for proof in &others {
			changed.push(Claim { key: &key, inputs: &inputs, proof });
		}
		let mut seen = vec![coefficients(&[claim; 3])[..2].to_vec()];
		seen.push(coefficients(&[claim; 4])[..2].to_vec());
		for other in changed {
			for at in 0..3 {
				let mut claims = [claim; 3];
				claims[at] = other;
				seen.push(coefficients(&claims)[..2].to_vec());
			}
		}
		for (i, one) in seen.iter().enumerate() {
			assert_ne!(one[0], one[1]);
			for two in &seen[..i] {
				assert!(one.iter().all(|coefficient| !two.contains(coefficient)));
			}
		}
	}

	#[test]
	fn coefficients_should_have_128_bits_but_the_last() {
		let (key, inputs) = (key(5), [Fr::from(1u64)]);
		let proof = Proof::new(g1(1), g2(1), g1(1)).unwrap();
		let claims = [Claim { key: &key, inputs: &inputs, proof: &proof }; 40];
		let coefficients = coefficients(&claims);
		assert_eq!((coefficients.len(), coefficients[39]), (40, Fr::ONE));
		let limbs: Vec<_> = coefficients[..39].iter().map(|c| c.into_bigint().0).collect();
		assert!(limbs.iter().all(|limbs| limbs[2..] == [0, 0]));
		assert!(limbs.iter().any(|limbs| limbs[1] >> 63 == 1));
		assert_eq!(super::coefficients::<Bls12_381>(&[]), []);
	}
}
