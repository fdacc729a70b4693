// SPDX-License-Identifier: Apache-2.0

//! A phrase under a password: Argon2id makes a key of it, XChaCha20-Poly1305 encrypts with that.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
	Key, KeyInit, XChaCha20Poly1305, XNonce,
	aead::{Aead, Payload},
};
use ligature_operator_api::Bytes;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Memory of a new lock in KiB: 64 MiB.
const MEMORY: u32 = 64 << 10;
/// Passes of a new lock.
const PASSES: u32 = 3;
/// The most that a lock may ask for, so that a file from somewhere does not exhaust the machine: 1 GiB, 16 passes.
const LIMITS: (u32, u32) = (1 << 20, 16);

/// An encrypted phrase, and what makes the key of the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Locked {
	/// Memory of Argon2id (version 1.3, one lane) in KiB.
	memory: u32,
	/// Its passes.
	passes: u32,
	/// Its salt: 16 bytes.
	salt: Bytes,
	/// Nonce of XChaCha20-Poly1305: 24 bytes.
	nonce: Bytes,
	/// The phrase, encrypted, and the tag.
	ciphertext: Bytes,
}

/// Why a lock does not open.
#[derive(Debug, PartialEq, Eq)]
pub enum LockError {
	/// Another password, or other bytes than were written.
	WrongPassword,
	/// The fields are none that are written.
	Malformed(String),
}

impl Locked {
	/// Encrypts; `bound` is not secret and has to be the same when it is opened.
	///
	/// # Errors
	///
	/// If the system has no randomness.
	pub fn new(secret: &str, password: &str, bound: &[u8]) -> Result<Self, Failure> {
		let (mut salt, mut nonce) = (vec![0; 16], vec![0; 24]);
		getrandom::fill(&mut salt).map_err(std::io::Error::from)?;
		getrandom::fill(&mut nonce).map_err(std::io::Error::from)?;
		let key = key(password, &salt, MEMORY, PASSES).expect("the constants are in range; qed");
		let ciphertext = XChaCha20Poly1305::new(Key::from_slice(&key[..]))
			.encrypt(XNonce::from_slice(&nonce), Payload { msg: secret.as_bytes(), aad: bound })
			.expect("a phrase is far shorter than the cipher's limit; qed");
		Ok(Self {
			memory: MEMORY,
			passes: PASSES,
			salt: salt.into(),
			nonce: nonce.into(),
			ciphertext: ciphertext.into(),
		})
	}

	/// Decrypts.
	pub fn open(&self, password: &str, bound: &[u8]) -> Result<Zeroizing<String>, LockError> {
		let malformed = |what: &str| LockError::Malformed(what.into());
		if self.memory > LIMITS.0 || self.passes > LIMITS.1 {
			return Err(malformed("it asks for more than 1 GiB or 16 passes"));
		}
		if self.nonce.0.len() != 24 {
			return Err(malformed("the nonce has not 24 bytes"));
		}
		let key = key(password, &self.salt.0, self.memory, self.passes)
			.map_err(|error| LockError::Malformed(error.to_string()))?;
		let payload = Payload { msg: &self.ciphertext.0, aad: bound };
		let plain = XChaCha20Poly1305::new(Key::from_slice(&key[..]))
			.decrypt(XNonce::from_slice(&self.nonce.0), payload)
			.map_err(|_| LockError::WrongPassword)?;
		String::from_utf8(plain).map(Zeroizing::new).map_err(|_| malformed("it holds no text"))
	}
}

fn key(
	password: &str,
	salt: &[u8],
	memory: u32,
	passes: u32,
) -> Result<Zeroizing<[u8; 32]>, argon2::Error> {
	let params = Params::new(memory, passes, 1, Some(32))?;
	let mut key = Zeroizing::new([0; 32]);
	Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
		password.as_bytes(),
		salt,
		&mut key[..],
	)?;
	Ok(key)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_lock_should_open_with_its_password_and_what_it_is_bound_to() {
		let lock = Locked::new("the secret", "pass", b"of 5Grw").expect("randomness");
		assert_eq!(lock.open("pass", b"of 5Grw").expect("opens").as_str(), "the secret");
		assert_eq!(lock.open("Pass", b"of 5Grw"), Err(LockError::WrongPassword));
		assert_eq!(lock.open("pass", b"of 5Gzz"), Err(LockError::WrongPassword));
		let again = Locked::new("the secret", "pass", b"of 5Grw").expect("randomness");
		assert!(again.salt != lock.salt && again.ciphertext != lock.ciphertext);
		let json = serde_json::to_string(&lock).expect("JSON");
		assert_eq!(serde_json::from_str::<Locked>(&json).expect("a lock"), lock);
	}

	#[test]
	fn a_lock_that_was_changed_should_be_refused_and_not_exhaust_the_machine() {
		let lock = Locked::new("the secret", "pass", b"").expect("randomness");
		let mut other = lock.clone();
		other.ciphertext.0[0] ^= 1;
		assert_eq!(other.open("pass", b""), Err(LockError::WrongPassword));
		for other in [
			Locked { memory: u32::MAX, ..lock.clone() },
			Locked { passes: 17, ..lock.clone() },
			Locked { memory: 0, ..lock.clone() },
			Locked { nonce: vec![0; 23].into(), ..lock.clone() },
			Locked { salt: vec![0; 3].into(), ..lock.clone() },
		] {
			assert!(matches!(other.open("pass", b""), Err(LockError::Malformed(_))), "{other:?}");
		}
	}
}
