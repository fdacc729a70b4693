// SPDX-License-Identifier: Apache-2.0

//! The key that a transaction carries.

use super::{KeyError, KeyPoint, PublicKey};
use crate::poseidon::Word;

/// The public key of a signed transaction: any bytes, decoded once.
///
/// The key has to be the account's at the moment of execution (D3), which the ledger sees by the key
/// word; to find it takes a square root and a hash, so both are done when the bytes come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignerKey {
	bytes: PublicKey,
	decoded: Result<(KeyPoint, Word), KeyError>,
}

impl SignerKey {
	/// The bytes.
	pub fn public_key(&self) -> PublicKey {
		self.bytes
	}

	/// The point, whose order is not checked: see [`PublicKey::decode_point`].
	///
	/// # Errors
	///
	/// [`KeyError::NotCanonical`], [`KeyError::NotOnCurve`].
	pub fn point(&self) -> Result<&KeyPoint, KeyError> {
		self.decoded.as_ref().map(|(point, _)| point).map_err(|error| *error)
	}

	/// The key word, unless the bytes are no point.
	pub fn word(&self) -> Option<Word> {
		self.decoded.ok().map(|(_, word)| word)
	}
}

impl From<PublicKey> for SignerKey {
	fn from(bytes: PublicKey) -> Self {
		Self { bytes, decoded: bytes.decode_point().map(|point| (point, point.word())) }
	}
}

impl From<&KeyPoint> for SignerKey {
	fn from(point: &KeyPoint) -> Self {
		Self { bytes: point.public_key(), decoded: Ok((*point, point.word())) }
	}
}
