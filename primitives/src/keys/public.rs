// SPDX-License-Identifier: Apache-2.0

//! Public keys: bytes, point, word.

use super::curve::{self, DecodeError};
use crate::{
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};
use ark_ec::AffineRepr;
use ark_ed_on_bls12_381::EdwardsAffine;
use ark_ff::Zero;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;

/// A public key as it travels: 32 bytes that may or may not encode a point.
///
/// It is shown and read as `0x` and 64 hexadecimal digits.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct PublicKey(pub [u8; 32]);

/// Why bytes are no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
	/// Not the one encoding of a point: `y` is not below the field's order, or `x` is written as −0.
	#[error("the bytes are not the canonical encoding of a point")]
	NotCanonical,
	/// No point of the curve has this `y`.
	#[error("no point of the curve has these bytes as its encoding")]
	NotOnCurve,
	/// The neutral element, under which anybody could sign.
	#[error("the key is the identity")]
	Identity,
	/// A point whose order divides the cofactor 8.
	#[error("the key has small order")]
	SmallOrder,
	/// A point with a component of small order.
	#[error("the key is not in the prime-order subgroup")]
	NotInSubgroup,
}

impl From<DecodeError> for KeyError {
	fn from(error: DecodeError) -> Self {
		match error {
			DecodeError::NotCanonical => Self::NotCanonical,
			DecodeError::NotOnCurve => Self::NotOnCurve,
		}
	}
}

impl From<KeyError> for Refusal {
	fn from(error: KeyError) -> Self {
		match error {
			KeyError::NotCanonical | KeyError::NotOnCurve => Self::KeyNotCanonical,
			KeyError::Identity => Self::KeyIsIdentity,
			KeyError::SmallOrder | KeyError::NotInSubgroup => Self::KeyNotInSubgroup,
		}
	}
}

impl PublicKey {
	/// The point, if these bytes are a public key: the canonical encoding of a point of the
	/// prime-order subgroup other than the identity. For every place where a key enters.
	pub fn validate(&self) -> Result<KeyPoint, KeyError> {
		self.decode_point()?.validate()
	}

	/// The point without the check of its order.
	///
	/// Only for a key whose [word](KeyPoint::word) is then compared with one that stands in an account
	/// leaf: a key got there through [`validate`](Self::validate), and the word binds the point. It
	/// saves a multiplication by l.
	pub fn decode_point(&self) -> Result<KeyPoint, KeyError> {
		Ok(KeyPoint { point: curve::decode(&self.0)? })
	}
}

impl fmt::Display for PublicKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

impl fmt::Debug for PublicKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "PublicKey({self})")
	}
}

/// A text that is not 64 hexadecimal digits, with or without `0x` before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is written as 0x and 64 hexadecimal digits")]
pub struct ParseKeyError;

impl FromStr for PublicKey {
	type Err = ParseKeyError;

	/// Reads the digits only; [`validate`](Self::validate) tells whether they are a key.
	fn from_str(text: &str) -> Result<Self, ParseKeyError> {
		let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
		let (pairs, rest) = digits.as_chunks::<2>();
		let mut bytes = [0; 32];
		if pairs.len() != bytes.len() || !rest.is_empty() {
			return Err(ParseKeyError);
		}
		for (byte, pair) in bytes.iter_mut().zip(pairs) {
			let [high, low] =
				pair.map(|digit| char::from(digit).to_digit(16).map(|digit| digit as u8));
			*byte = high.ok_or(ParseKeyError)? << 4 | low.ok_or(ParseKeyError)?;
		}
		Ok(Self(bytes))
	}
}

/// A public key as a point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPoint {
	pub(super) point: EdwardsAffine,
}

impl KeyPoint {
	/// The point, if it is in the prime-order subgroup and not the identity.
	pub(crate) fn validate(self) -> Result<Self, KeyError> {
		if self.point.is_zero() {
			return Err(KeyError::Identity);
		}
		if self.point.mul_by_cofactor_to_group().is_zero() {
			return Err(KeyError::SmallOrder);
		}
		if !self.point.is_in_correct_subgroup_assuming_on_curve() {
			return Err(KeyError::NotInSubgroup);
		}
		Ok(self)
	}

	/// The coordinate x.
	pub fn x(&self) -> Word {
		self.point.x
	}

	/// The coordinate y.
	pub fn y(&self) -> Word {
		self.point.y
	}

	/// The key as an account leaf holds it: a hash of the coordinates.
	pub fn word(&self) -> Word {
		hash(Domain::KEY, &[self.point.x, self.point.y])
	}

	/// The bytes of this point.
	pub fn public_key(&self) -> PublicKey {
		PublicKey(curve::encode(&self.point))
	}
}
