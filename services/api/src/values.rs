// SPDX-License-Identifier: Apache-2.0

//! How bytes, hashes and amounts stand in JSON: as strings, since a JSON number holds 53 bits.

use ark_ff::{BigInteger, PrimeField};
use core::{fmt, str::FromStr};
use ligature_primitives::{header::Digest, ids::Owner, poseidon::Word};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a string is not a value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ValueError {
	/// It does not begin with `0x`.
	#[error("hexadecimal begins with 0x")]
	NoPrefix,
	/// It is not hexadecimal.
	#[error("not hexadecimal: {0}")]
	NotHex(hex::FromHexError),
	/// It has another length.
	#[error("{found} bytes where {wanted} are needed")]
	Length {
		/// How many there should be.
		wanted: usize,
		/// How many there are.
		found: usize,
	},
	/// The number is not below the order of the field.
	#[error("not the hash of a transaction: the number is not below the order of the field")]
	NotCanonical,
	/// It is not a decimal number below 2^128.
	#[error("not a whole number below 2^128 in decimal")]
	NotDecimal,
}

fn from_hex(text: &str) -> Result<Vec<u8>, ValueError> {
	let digits = text.strip_prefix("0x").ok_or(ValueError::NoPrefix)?;
	hex::decode(digits).map_err(ValueError::NotHex)
}

fn from_hex_32(text: &str) -> Result<[u8; 32], ValueError> {
	let bytes = from_hex(text)?;
	let found = bytes.len();
	bytes.try_into().map_err(|_| ValueError::Length { wanted: 32, found })
}

/// Serialises by `Display` and deserialises by `FromStr`.
macro_rules! as_text {
	($type:ty) => {
		impl Serialize for $type {
			fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
				serializer.collect_str(self)
			}
		}

		impl<'de> Deserialize<'de> for $type {
			fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
				let text = String::deserialize(deserializer)?;
				text.parse().map_err(de::Error::custom)
			}
		}
	};
}

/// Bytes, as `0x` and hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Display for Bytes {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "0x{}", hex::encode(&self.0))
	}
}

impl FromStr for Bytes {
	type Err = ValueError;

	fn from_str(text: &str) -> Result<Self, ValueError> {
		from_hex(text).map(Self)
	}
}

as_text!(Bytes);

impl From<Vec<u8>> for Bytes {
	fn from(bytes: Vec<u8>) -> Self {
		Self(bytes)
	}
}

/// 32 bytes as they stand: an owner, a header hash, a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash32(pub [u8; 32]);

impl fmt::Display for Hash32 {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "0x{}", hex::encode(self.0))
	}
}

impl FromStr for Hash32 {
	type Err = ValueError;

	fn from_str(text: &str) -> Result<Self, ValueError> {
		from_hex_32(text).map(Self)
	}
}

as_text!(Hash32);

impl From<Digest> for Hash32 {
	fn from(digest: Digest) -> Self {
		Self(digest)
	}
}

impl From<Owner> for Hash32 {
	fn from(owner: Owner) -> Self {
		Self(owner.0)
	}
}

/// The hash of a transaction: a word, as `0x` and the 64 hexadecimal digits of the number, as
/// `ligature tool op tx` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionHash(pub Word);

impl TransactionHash {
	/// The number's bytes, the highest first.
	pub fn to_bytes(self) -> [u8; 32] {
		let bytes = self.0.into_bigint().to_bytes_be();
		bytes.try_into().expect("a word has 32 bytes; qed")
	}

	/// Reads what [`Self::to_bytes`] wrote.
	///
	/// # Errors
	///
	/// If the number is not below the order of the field.
	pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, ValueError> {
		let word = Word::from_be_bytes_mod_order(bytes);
		if Self(word).to_bytes() == *bytes { Ok(Self(word)) } else { Err(ValueError::NotCanonical) }
	}
}

impl fmt::Display for TransactionHash {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "0x{}", hex::encode(self.to_bytes()))
	}
}

impl FromStr for TransactionHash {
	type Err = ValueError;

	fn from_str(text: &str) -> Result<Self, ValueError> {
		Self::from_bytes(&from_hex_32(text)?)
	}
}

as_text!(TransactionHash);

/// An amount in the token's smallest units, in decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub u128);

impl fmt::Display for Decimal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

impl FromStr for Decimal {
	type Err = ValueError;

	fn from_str(text: &str) -> Result<Self, ValueError> {
		if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
			return Err(ValueError::NotDecimal);
		}
		text.parse().map(Self).map_err(|_| ValueError::NotDecimal)
	}
}

as_text!(Decimal);

impl From<u128> for Decimal {
	fn from(value: u128) -> Self {
		Self(value)
	}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;

	#[test]
	fn values_should_read_what_they_write() {
		let hash = TransactionHash(Word::from(258u64));
		assert_eq!(hash.to_string(), format!("0x{}0102", "0".repeat(60)));
		assert_eq!(hash.to_string().parse(), Ok(hash));
		assert_eq!("0x00ff".parse(), Ok(Bytes(vec![0, 255])));
		assert_eq!(
			serde_json::to_string(&Decimal(u128::MAX)).unwrap(),
			format!("\"{}\"", u128::MAX)
		);
		assert_eq!(serde_json::from_str::<Decimal>("\"17\"").unwrap(), Decimal(17));
		let owner = Hash32([7; 32]);
		assert_eq!(serde_json::from_str::<Hash32>(&format!("\"{owner}\"")).unwrap(), owner);
	}

	#[test]
	fn what_is_no_value_should_be_refused_by_name() {
		assert_eq!("00".parse::<Bytes>(), Err(ValueError::NoPrefix));
		assert!(matches!("0x0".parse::<Bytes>(), Err(ValueError::NotHex(_))));
		assert_eq!("0x00".parse::<Hash32>(), Err(ValueError::Length { wanted: 32, found: 1 }));
		let too_large = format!("0x{}", "f".repeat(64));
		assert_eq!(too_large.parse::<TransactionHash>(), Err(ValueError::NotCanonical));
		for text in ["", "+1", "1.0", "-1", "340282366920938463463374607431768211456"] {
			assert_eq!(text.parse::<Decimal>(), Err(ValueError::NotDecimal), "{text}");
		}
	}
}
