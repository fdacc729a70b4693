// SPDX-License-Identifier: Apache-2.0

//! The hash of what chains compare and no circuit computes.

use blake2::{Blake2b, Digest as _, digest::consts::U32};

/// 32 bytes of BLAKE2b.
pub type Digest = [u8; 32];

/// `blake2(tag, m)` of section 1 of `docs/protocol.md`: BLAKE2b with 32 bytes of output over the tag's
/// ASCII bytes and all parts, one after the other.
pub fn blake2(tag: &str, parts: &[&[u8]]) -> Digest {
	let mut hasher = Blake2b::<U32>::new();
	hasher.update(tag.as_bytes());
	parts.iter().for_each(|part| hasher.update(part));
	hasher.finalize().into()
}
