// SPDX-License-Identifier: Apache-2.0

//! Poseidon over the scalar field of BLS12-381: the only hash that the circuits compute.
//!
//! | width | full rounds | partial rounds | used for |
//! |---|---|---|---|
//! | 3 | 8 | 57 | one or two words |
//! | 5 | 8 | 60 | tree nodes and everything longer |
//!
//! The S-box is `x^5` and the constants are the public ones of the Poseidon paper's generator (a Grain
//! LFSR) for a 255-bit field, so that any implementation can derive them. `constants` holds them as
//! generated text; a test derives them again and fails if a digit differs.
//!
//! [`hash`] binds a [`Domain`] and the number of words into the capacity. The bare sponge has no
//! padding, so that `[a]` and `[a, 0]` collide in it; here they do not.

mod constants;
mod domain;
mod dot;
mod permutation;
mod sponge;
mod word;

pub use constants::{WIDTH_3, WIDTH_5};
pub use domain::Domain;
pub use permutation::{Parameters, permute3, permute5};
pub use sponge::{LengthMismatch, Sponge, hash, node};
pub use word::{NonCanonicalWord, WORD_BYTES, Word, word_from_bytes, word_to_bytes};
pub(crate) use word::{from_canonical_bytes, to_canonical_bytes};

#[cfg(test)]
mod tests;
