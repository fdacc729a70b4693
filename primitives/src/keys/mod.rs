// SPDX-License-Identifier: Apache-2.0

//! Keys of the ledger and their signatures: Schnorr on JubJub with Poseidon.
//!
//! | word | meaning |
//! |---|---|
//! | B, l | JubJub's generator and the order of the subgroup that it spans (252 bits) |
//! | secret | a in `[1, l)`, with a prefix for nonces; both from a 32-byte seed |
//! | public key | A = a·B, as the 32 bytes of its encoding: [`PublicKey`] |
//! | key point | A as a point: [`KeyPoint`] |
//! | key word | the hash of A's coordinates, as an account leaf holds it |
//! | signer key | a public key with its point and word, as a transaction holds it: [`SignerKey`] |
//! | signature | R = k·B and s = k + e·a, with e = 2^128 + the low 128 bits of a hash of R, the key word and the message |
//!
//! A signature is valid if `s·B = R + e·A`, without multiplying by the cofactor. Every point and
//! every scalar has exactly one encoding; another one is refused. Nonces depend on nothing but the
//! secret and the message, so that a broken random generator cannot reveal a key.
//!
//! The arithmetic is not constant in time: sign where nobody else can measure.
//!
//! ```
//! use ligature_primitives::{
//!     keys::{SecretKey, verify},
//!     poseidon::Word,
//! };
//!
//! let secret = SecretKey::from_seed(&[7; 32]);
//! let message = Word::from(42);
//! let signature = secret.sign(&message);
//! assert_eq!(verify(&secret.public_key(), &message, &signature), Ok(()));
//! assert!(verify(&secret.public_key(), &Word::from(43), &signature).is_err());
//! ```

mod curve;
mod public;
mod secret;
mod signature;
mod signer;

pub use public::{KeyError, KeyPoint, ParseKeyError, PublicKey};
pub use secret::{SEED_BYTES, SecretKey, derivation_message};
pub use signature::{SIGNATURE_BYTES, Signature, SignatureError, verify};
pub use signer::SignerKey;

#[cfg(test)]
mod tests;
