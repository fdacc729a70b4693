// SPDX-License-Identifier: Apache-2.0

//! Secret keys: derivation and signing.

use super::{
	curve::{self, Scalar},
	public::{KeyPoint, PublicKey},
	signature::{Signature, challenge},
};
use crate::poseidon::{Word, to_canonical_bytes, word_to_bytes};
use ark_ec::CurveGroup;
use ark_ff::{PrimeField, Zero};
use ark_std::{format, string::String};
use blake2::{
	Blake2b, Blake2b512, Digest,
	digest::{Output, consts::U32},
};
use core::fmt;
use zeroize::Zeroize;

/// Length of a seed.
pub const SEED_BYTES: usize = 32;

const KEY_TAG: &[u8] = b"ligature/key/1";
const PREFIX_TAG: &[u8] = b"ligature/prefix/1";
const SEED_TAG: &[u8] = b"ligature/seed/1";
const NONCE_TAG: &[u8] = b"ligature/nonce/1";

/// The text that an L1 key signs so that [`SecretKey::from_l1_signature`] makes a key of it.
pub fn derivation_message(network: u32) -> String {
	format!("Ligature L2 key, network {network}")
}

/// A secret key. It is wiped from memory when dropped, and never printed.
pub struct SecretKey {
	scalar: Scalar,
	/// What the nonces depend on besides the message.
	prefix: [u8; 32],
	key: KeyPoint,
}

impl SecretKey {
	/// The key of a seed, which must be random or a hash of something secret.
	pub fn from_seed(seed: &[u8; SEED_BYTES]) -> Self {
		let scalar = hash_to_scalar(&[KEY_TAG, seed]);
		let mut digest = blake2_32(PREFIX_TAG, seed);
		let prefix = digest.into();
		digest.as_mut_slice().zeroize();
		let key = KeyPoint { point: curve::multiply_generator(&scalar).into_affine() };
		Self { scalar, prefix, key }
	}

	/// The key of an L1 account, from its signature of [`derivation_message`].
	///
	/// The L1 scheme has to be deterministic, as ed25519 is: from another signature of the same text
	/// follows another key.
	pub fn from_l1_signature(signature: &[u8]) -> Self {
		let mut seed: [u8; SEED_BYTES] = blake2_32(SEED_TAG, signature).into();
		let secret = Self::from_seed(&seed);
		seed.zeroize();
		secret
	}

	/// The public key.
	pub fn public_key(&self) -> PublicKey {
		self.key.public_key()
	}

	/// The public key as a point.
	pub fn key_point(&self) -> &KeyPoint {
		&self.key
	}

	/// Signs a message; the same one always with the same signature.
	pub fn sign(&self, message: &Word) -> Signature {
		let mut nonce = hash_to_scalar(&[NONCE_TAG, &self.prefix, &word_to_bytes(message)]);
		let commitment = curve::multiply_generator(&nonce).into_affine();
		let challenge = curve::challenge_scalar(challenge(&commitment, &self.key, message));
		let s = nonce + challenge * self.scalar;
		nonce.zeroize();
		Signature { r: curve::encode(&commitment), s: to_canonical_bytes(&s) }
	}
}

impl Drop for SecretKey {
	fn drop(&mut self) {
		self.scalar.zeroize();
		self.prefix.zeroize();
	}
}

impl fmt::Debug for SecretKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "SecretKey(of {})", self.public_key())
	}
}

/// BLAKE2b with 32 bytes of output.
fn blake2_32(tag: &[u8], message: &[u8]) -> Output<Blake2b<U32>> {
	Blake2b::<U32>::new().chain_update(tag).chain_update(message).finalize()
}

/// A scalar other than zero: BLAKE2b-512 of the parts as a little-endian integer modulo l, so that
/// its bias is below 2^-256. As long as that is zero, another zero byte is appended.
fn hash_to_scalar(parts: &[&[u8]]) -> Scalar {
	let mut hasher = Blake2b512::new();
	parts.iter().for_each(|part| hasher.update(part));
	loop {
		let mut digest = hasher.clone().finalize();
		let scalar = Scalar::from_le_bytes_mod_order(&digest);
		digest.as_mut_slice().zeroize();
		if !scalar.is_zero() {
			return scalar;
		}
		hasher.update([0]);
	}
}
