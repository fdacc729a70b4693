// SPDX-License-Identifier: Apache-2.0

//! Signatures and their verification.

use super::{
	curve::{self, DecodeError, Scalar},
	public::{KeyError, KeyPoint, PublicKey},
};
use crate::{
	poseidon::{Domain, Word, from_canonical_bytes, hash},
	refusal::Refusal,
};
use ark_ed_on_bls12_381::EdwardsAffine;
use ark_ff::PrimeField;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// Length of an encoded [`Signature`].
pub const SIGNATURE_BYTES: usize = 64;

/// A signature as it travels; nothing is checked before [`verify`].
#[derive(
	Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Signature {
	/// The encoding of the point R, the commitment to the nonce.
	pub r: [u8; 32],
	/// The scalar s below l, little-endian.
	pub s: [u8; 32],
}

impl Signature {
	/// `r`, then `s`.
	pub fn to_bytes(&self) -> [u8; SIGNATURE_BYTES] {
		let mut bytes = [0; SIGNATURE_BYTES];
		bytes[..32].copy_from_slice(&self.r);
		bytes[32..].copy_from_slice(&self.s);
		bytes
	}

	/// The inverse of [`to_bytes`](Self::to_bytes).
	pub fn from_bytes(bytes: &[u8; SIGNATURE_BYTES]) -> Self {
		let mut signature = Self { r: [0; 32], s: [0; 32] };
		signature.r.copy_from_slice(&bytes[..32]);
		signature.s.copy_from_slice(&bytes[32..]);
		signature
	}
}

impl fmt::Display for Signature {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

impl fmt::Debug for Signature {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Signature({self})")
	}
}

/// Why a signature is not one of the message under the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
	/// The public key is refused.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// R is not the one encoding of a point.
	#[error("R is not the canonical encoding of a point")]
	CommitmentNotCanonical,
	/// No point of the curve has R as its encoding.
	#[error("no point of the curve has R as its encoding")]
	CommitmentNotOnCurve,
	/// s is not below l.
	#[error("s is not below the order of the subgroup")]
	ScalarNotReduced,
	/// `s·B ≠ R + e·A`.
	#[error("the signature is not of this message under this key")]
	Mismatch,
}

impl From<SignatureError> for Refusal {
	fn from(error: SignatureError) -> Self {
		match error {
			SignatureError::Key(error) => error.into(),
			SignatureError::CommitmentNotCanonical
			| SignatureError::CommitmentNotOnCurve
			| SignatureError::ScalarNotReduced
			| SignatureError::Mismatch => Self::BadSignature,
		}
	}
}

/// The challenge e without its highest bit, which is always `2^128`: the low 128 bits of a hash, so
/// that the circuit multiplies with half the bits. The key enters as its word, which binds it.
pub(super) fn challenge(commitment: &EdwardsAffine, key: &KeyPoint, message: &Word) -> u128 {
	let words = [commitment.x, commitment.y, key.word(), *message];
	let [low, high, ..] = hash(Domain::SIGNATURE, &words).into_bigint().0;
	u128::from(high) << 64 | u128::from(low)
}

/// Checks a signature under bytes that may be any: the key is validated first.
pub fn verify(
	key: &PublicKey,
	message: &Word,
	signature: &Signature,
) -> Result<(), SignatureError> {
	key.validate()?.verify(message, signature)
}

impl KeyPoint {
	/// Checks a signature under this key: `s·B = R + e·A`, strictly.
	///
	/// R needs no check of its order: the key is in the prime-order subgroup, so a point that
	/// satisfies the equation is as well.
	pub fn verify(&self, message: &Word, signature: &Signature) -> Result<(), SignatureError> {
		let commitment = curve::decode(&signature.r).map_err(|error| match error {
			DecodeError::NotCanonical => SignatureError::CommitmentNotCanonical,
			DecodeError::NotOnCurve => SignatureError::CommitmentNotOnCurve,
		})?;
		let s: Scalar =
			from_canonical_bytes(&signature.s).ok_or(SignatureError::ScalarNotReduced)?;
		let e = challenge(&commitment, self, message);
		let difference = curve::multiply_generator(&s) - curve::multiply_challenge(&self.point, e);
		if difference == commitment { Ok(()) } else { Err(SignatureError::Mismatch) }
	}
}
