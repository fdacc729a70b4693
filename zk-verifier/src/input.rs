// SPDX-License-Identifier: Apache-2.0

//! Public inputs as bytes.

use alloc::vec::Vec;

use ark_ff::PrimeField;

/// Bytes of an input: the scalar in little-endian order, for fields of at most 256 bits.
pub const INPUT_BYTES: usize = 32;

/// Why bytes are not public inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
	/// The length is not a multiple of [`INPUT_BYTES`].
	#[error("the inputs have {0} bytes, which is not a multiple of 32")]
	Length(usize),
	/// An input is not below the order of the group.
	#[error("input {0} is not below the order of the group")]
	NotCanonical(usize),
}

/// Reads inputs, one after the other, each 32 bytes little-endian and below the order.
///
/// # Errors
///
/// As [`InputError`] says; its index counts from 0.
pub fn inputs_from_bytes<F: PrimeField>(bytes: &[u8]) -> Result<Vec<F>, InputError> {
	let (inputs, rest) = bytes.as_chunks::<INPUT_BYTES>();
	if !rest.is_empty() {
		return Err(InputError::Length(bytes.len()));
	}
	let input = |(i, bytes): (usize, &[u8; INPUT_BYTES])| {
		F::deserialize_compressed(&bytes[..]).map_err(|_| InputError::NotCanonical(i))
	};
	inputs.iter().enumerate().map(input).collect()
}

/// What [`inputs_from_bytes`] reads.
pub fn inputs_to_bytes<F: PrimeField>(inputs: &[F]) -> Vec<u8> {
	let mut out = Vec::with_capacity(inputs.len() * INPUT_BYTES);
	for input in inputs {
		input.serialize_compressed(&mut out).expect("a vector takes any bytes; qed");
	}
	out
}
