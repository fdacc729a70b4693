// SPDX-License-Identifier: Apache-2.0

//! Groth16 verification: keys, single proofs, bundles.
//!
//! | word | meaning |
//! |---|---|
//! | engine | a pairing `E: G1 × G2 → GT` of prime order r: plain arkworks, or the same curve with host calls |
//! | [key](VerifyingKey) | α ∈ G1; β, γ, δ ∈ G2; the input points `IC[0..=n]` ∈ G1 of a statement with n inputs |
//! | [prepared key](PreparedVerifyingKey) | a key with all that does not depend on a proof computed |
//! | [proof](Proof) | A ∈ G1, B ∈ G2, C ∈ G1: 192 bytes on BLS12-381 |
//! | input | a scalar that is public; the number of inputs is the key's |
//! | [claim](Claim) | a key, inputs, and a proof that they hold |
//! | bundle, batch | claims that are accepted all together or not at all |
//!
//! A proof holds if `e(A, B) = e(α, β) · e(IC[0] + Σ xᵢ·IC[i], γ) · e(C, δ)`.
//!
//! # What is refused
//!
//! A value of these types that exists has been checked, wherever it came from: every point is on the
//! curve, in the subgroup of order r, and not the identity; the bytes of proofs and keys are
//! compressed, canonical, and of the exact length; a key has γ ≠ δ (else anybody forges, as γ and δ
//! keep inputs and witness apart), δ is not the generator (the mark of a setup to which nobody has
//! contributed), and has an input point more than inputs. Scalars are below r: `x` and `x + r` are
//! one statement and must not be two inputs. The number of inputs is compared with the key's
//! before anything else.
//!
//! An honest proof with A, B or C the identity exists in theory (with probability 1/r, or for
//! statements without any witness); it is refused too.
//!
//! # Bundles
//!
//! [`verify_batch`] raises the j-th equation to a coefficient c_j and multiplies them, with one Miller
//! loop and one final exponentiation for all: if a proof does not hold, the product is 1 for at
//! most one in 2^128 choices of the coefficients. They are the hash of *everything* that enters
//! the equations, keys, inputs and proofs: who could change one of them after seeing the
//! coefficients could forge. Pairs with the same point of G2 are merged, e.g. γ of all claims
//! under one key, or of keys that share the first phase of a setup. Put the claim whose key has no other
//! last: its coefficient is 1, and e(α, β) is there already.
//!
//! A bundle of three under two keys costs 2.4 to 2.7 single verifications, from one machine to another
//! (`scripts/bench verifier`). Of it, decoding with subgroup checks is 17 %, the Miller loop of eight pairs with the
//! lines of three Bs 45 %, the one final exponentiation 13 %, multiplications in G1 the rest. What
//! grows with each proof, its decoding and its own pair, is more than half of a single verification, so
//! that little is left to share; keys of one first phase save a pair (0.1 less).
//!
//! # Engines
//!
//! Everything is generic over [`Pairing`](ark_ec::pairing::Pairing) and `no_std`. In a runtime the engine is
//! `sp_crypto_ec_utils::bls12_381::Bls12_381`, where the Miller loop, the final exponentiation and
//! multiplications are host calls; its points have the same bytes, and decode with fewer checks,
//! which is why nothing here relies on the engine's decoder to refuse flags that mean nothing.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

extern crate alloc;

mod batch;
mod input;
mod key;
mod point;
mod prepared;
mod proof;
mod single;
#[cfg(feature = "snarkjs")]
pub mod snarkjs;

pub use batch::{BatchError, Claim, verify_batch, verify_each};
pub use input::{INPUT_BYTES, InputError, inputs_from_bytes, inputs_to_bytes};
pub use key::{KeyError, KeyPoint, VerifyingKey};
pub use point::PointError;
pub use prepared::{PreparedKeyError, PreparedVerifyingKey};
pub use proof::{Proof, ProofError, ProofPoint};
pub use single::{VerifyError, verify};
