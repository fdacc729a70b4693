// SPDX-License-Identifier: Apache-2.0

//! A word and its one encoding as bytes.

use ark_ff::{BigInt, PrimeField};

/// An element of the scalar field of BLS12-381, the unit of everything that is hashed.
pub type Word = ark_bls12_381::Fr;

/// Length of an encoded [`Word`].
pub const WORD_BYTES: usize = 32;

/// 32 bytes that stand for an integer not below the order of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the 32 bytes are an integer not below the order of the field")]
pub struct NonCanonicalWord;

/// The canonical encoding: the representative below the field's order, little-endian.
pub fn word_to_bytes(word: &Word) -> [u8; WORD_BYTES] {
	to_canonical_bytes(word)
}

/// Reads what [`word_to_bytes`] wrote and nothing else: each word has exactly one encoding.
pub fn word_from_bytes(bytes: &[u8; WORD_BYTES]) -> Result<Word, NonCanonicalWord> {
	from_canonical_bytes(bytes).ok_or(NonCanonicalWord)
}

/// The representative below the order of a field, little-endian.
pub(crate) fn to_canonical_bytes<F: PrimeField<BigInt = BigInt<4>>>(element: &F) -> [u8; 32] {
	let mut bytes = [0; 32];
	for (chunk, limb) in bytes.chunks_exact_mut(8).zip(element.into_bigint().0) {
		chunk.copy_from_slice(&limb.to_le_bytes());
	}
	bytes
}

/// The element whose representative stands there, if it is below the order of the field.
pub(crate) fn from_canonical_bytes<F: PrimeField<BigInt = BigInt<4>>>(
	bytes: &[u8; 32],
) -> Option<F> {
	let (limbs, _) = bytes.as_chunks::<8>();
	F::from_bigint(BigInt(core::array::from_fn(|i| u64::from_le_bytes(limbs[i]))))
}
