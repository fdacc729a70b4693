// SPDX-License-Identifier: Apache-2.0

//! Keys and signatures as the bytes that are stored and sent.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The 32 bytes of a public key, as they stand: valid only if they pass validation.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct PublicKey(pub [u8; 32]);

/// The 64 bytes of a signature, as they stand.
#[derive(
	Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Signature {
	/// The point R, compressed.
	pub r: [u8; 32],
	/// The scalar s, little-endian.
	pub s: [u8; 32],
}

/// `0x` and the digits of `bytes`.
fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
	f.write_str("0x")?;
	bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for PublicKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write_hex(f, &self.0)
	}
}

impl fmt::Debug for PublicKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "PublicKey({self})")
	}
}

impl fmt::Debug for Signature {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("Signature(")?;
		write_hex(f, &self.r)?;
		f.write_str(", ")?;
		write_hex(f, &self.s)?;
		f.write_str(")")
	}
}
