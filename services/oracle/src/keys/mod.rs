// SPDX-License-Identifier: Apache-2.0

//! Keys: the member's, which signs votes, and the file or the development secret that keys come from.

mod secret;
mod suri;

pub use secret::{KeyError, KeySource};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use ligature_primitives::ids::NetworkId;
use std::{fmt, path::Path};
use zeroize::Zeroizing;

/// A member's ed25519 key pair. `Debug` shows the public key only.
pub struct MemberKey {
	pair: SigningKey,
	public: [u8; 32],
}

impl MemberKey {
	/// The key of a seed.
	pub fn from_seed(seed: &[u8; 32]) -> Self {
		let pair = SigningKey::from_bytes(seed);
		let public = pair.verifying_key().to_bytes();
		Self { pair, public }
	}

	/// The key that the configuration names.
	///
	/// # Errors
	///
	/// [`KeyError`].
	pub fn load(source: &KeySource) -> Result<Self, KeyError> {
		let seed = source.seed()?;
		Ok(Self::from_seed(&seed))
	}

	/// Makes a new key and writes its seed to a new file that only its owner can read.
	///
	/// # Errors
	///
	/// [`KeyError::Unwritten`], also if the file is there already.
	pub fn create(path: &Path) -> Result<Self, KeyError> {
		let mut seed = Zeroizing::new([0; 32]);
		getrandom::fill(seed.as_mut()).map_err(|error| KeyError::Unwritten {
			path: path.into(),
			source: std::io::Error::other(error),
		})?;
		secret::write(path, &seed)?;
		Ok(Self::from_seed(&seed))
	}

	/// The public key: the member's name.
	pub fn public(&self) -> [u8; 32] {
		self.public
	}

	/// Signs bytes.
	pub fn sign(&self, message: &[u8]) -> [u8; 64] {
		self.pair.sign(message).to_bytes()
	}

	/// Shows that an account of the chains owns this key: what the call that puts the bond needs (section 12.4 of
	/// `docs/protocol.md`).
	pub fn ownership(&self, network: NetworkId, account: &[u8; 32]) -> [u8; 64] {
		self.sign(&[b"ligature/member\0".as_slice(), &network.0.to_be_bytes(), account].concat())
	}
}

impl fmt::Debug for MemberKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "MemberKey(0x{})", hex::encode(self.public))
	}
}

/// The public key of the key that a source holds.
///
/// # Errors
///
/// [`KeyError`].
pub fn public_key(source: &KeySource) -> Result<[u8; 32], KeyError> {
	MemberKey::load(source).map(|key| key.public())
}

/// Whether a key has signed a message, strictly: with a key and a point of full order, in their one encoding.
///
/// Chains accept a little more: they multiply the equation by the cofactor, and take encodings that are not
/// canonical. So whatever is counted here counts there, and a certificate is never refused for a signature.
pub fn verifies(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
	VerifyingKey::from_bytes(key)
		.is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests;
