// SPDX-License-Identifier: Apache-2.0

//! Signatures: `s·B = R + e·A` with A the key and e the challenge, as in
//! [`ligature_primitives::keys`].
//!
//! | part | constraints |
//! |---|---|
//! | the key's word, and that it is the account's | 240 + 1 |
//! | the challenge's hash | 297 |
//! | [`challenge`]: its canonical bits and e·A | 902 |
//! | [`fixed_base`]: s·B | 501 |
//! | two changes to Montgomery's model and four back | 2 + 4 |
//! | s·B − e·A, compared with R | 6 + 2 |
//!
//! That is 1,955, with 5.8 entries of the matrices for a constraint.
//!
//! Nothing is said of A and R but that. A is a point of order l because its word stands in an
//! account leaf: a key is checked where it enters. R is on the curve because it equals a difference
//! of two points.

pub mod challenge;
pub mod fixed_base;
#[cfg(test)]
pub(crate) mod tests;

use super::{curve::Edwards, poseidon::hash};
use crate::r1cs::{Builder, Label, Num};
use ark_ec::AffineRepr;
use ark_ed_on_bls12_381::{EdwardsAffine, Fr as Scalar};
use ark_ff::{BigInt, Field, PrimeField};
use ligature_primitives::{
	keys::{KeyError, PublicKey, Signature, SignatureError},
	op::Transaction,
	poseidon::Domain,
};

/// The key is that of the account.
pub const KEY: Label = Label("signature/key");
/// R is `s·B − e·A`, the coordinate x.
pub const COMMITMENT_X: Label = Label("signature/commitment, x");
/// R is `s·B − e·A`, the coordinate y.
pub const COMMITMENT_Y: Label = Label("signature/commitment, y");

/// What a prover knows of a signature: key, R and s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureWitness {
	/// A.
	pub key: EdwardsAffine,
	/// R.
	pub commitment: EdwardsAffine,
	/// s.
	pub s: Scalar,
}

impl SignatureWitness {
	/// Decodes a key and a signature. That the signature is a valid one is not looked at.
	///
	/// # Errors
	///
	/// If the bytes are not the encodings of two points and a scalar below l.
	pub fn new(key: &PublicKey, signature: &Signature) -> Result<Self, SignatureError> {
		let point = |bytes: &[u8; 32]| {
			let point = PublicKey(*bytes).decode_point()?;
			Ok(EdwardsAffine::new_unchecked(point.x(), point.y()))
		};
		let commitment = point(&signature.r).map_err(|error| match error {
			KeyError::NotOnCurve => SignatureError::CommitmentNotOnCurve,
			_ => SignatureError::CommitmentNotCanonical,
		})?;
		let (limbs, _) = signature.s.as_chunks::<8>();
		let s = BigInt(std::array::from_fn(|i| u64::from_le_bytes(limbs[i])));
		let s = Scalar::from_bigint(s).ok_or(SignatureError::ScalarNotReduced)?;
		Ok(Self { key: point(&key.0)?, commitment, s })
	}

	/// The key and signature of a transaction.
	///
	/// # Errors
	///
	/// As [`new`](Self::new).
	pub fn of(transaction: &Transaction) -> Result<Self, SignatureError> {
		Self::new(&transaction.key(), &transaction.signature())
	}
}

/// If `enabled` is 1, the witness is a signature of the message under the key with this word.
///
/// If it is 0, nothing is shown. Only the comparison of the key depends on `enabled`: a slot without a
/// signature proves one under the key B, whose secret is 1, with the nonce 1, and the prover makes
/// it. `None` stands for it.
pub fn verify(
	b: &mut Builder,
	enabled: &Num,
	key_word: &Num,
	message: &Num,
	witness: Option<&SignatureWitness>,
) {
	let base = EdwardsAffine::generator();
	let (key, commitment) =
		witness.map_or((base, base), |witness| (witness.key, witness.commitment));

	let key = Edwards::witness(b, &key);
	let word = hash(b, Domain::KEY, &[key.x.clone(), key.y.clone()]);
	b.enforce(KEY, &(&word - key_word), enabled, &Num::zero());

	let commitment = Edwards::witness(b, &commitment);
	let words = [commitment.x.clone(), commitment.y.clone(), key_word.clone(), message.clone()];
	let challenge = hash(b, Domain::SIGNATURE, &words);

	let key = key.to_montgomery(b);
	let by_key = challenge::multiply(b, &key, &challenge).to_edwards(b);
	let s = witness.map_or_else(|| scalar_of(&challenge) + Scalar::ONE, |witness| witness.s);
	let by_base = fixed_base::multiply(b, &s).to_edwards(b);

	let difference = by_base.minus(b, &by_key);
	b.equal(COMMITMENT_X, &difference.x, &commitment.x);
	b.equal(COMMITMENT_Y, &difference.y, &commitment.y);
}

/// e for a hash.
fn scalar_of(hash: &Num) -> Scalar {
	let (low, _) = challenge::split(&hash.value());
	Scalar::from(2u64).pow([128]) + Scalar::from(low)
}
