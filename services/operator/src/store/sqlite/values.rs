// SPDX-License-Identifier: Apache-2.0

//! How values stand in columns.

use crate::store::StoreError;
use ligature_operator_api::TransactionHash;
use ligature_primitives::header::Header;

/// A number as SQLite holds it.
pub fn int(number: u64) -> Result<i64, StoreError> {
	i64::try_from(number).map_err(|_| StoreError::TooLarge(number))
}

/// A number that SQLite held.
pub fn number<T: TryFrom<i64>>(value: i64, what: &'static str) -> Result<T, StoreError> {
	let why = || StoreError::Damaged { what, why: format!("{value} is out of range") };
	T::try_from(value).map_err(|_| why())
}

/// Bytes of a fixed length.
pub fn array<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], StoreError> {
	let why = || format!("{} bytes where {N} should be", bytes.len());
	bytes.try_into().map_err(|_| StoreError::Damaged { what, why: why() })
}

/// A transaction's hash.
pub fn transaction_hash(bytes: &[u8]) -> Result<TransactionHash, StoreError> {
	let what = "hash of a transaction";
	TransactionHash::from_bytes(&array(bytes, what)?)
		.map_err(|error| StoreError::Damaged { what, why: error.to_string() })
}

/// A header.
pub fn header(bytes: &[u8]) -> Result<Header, StoreError> {
	Header::decode(bytes).map_err(|refusal| StoreError::damaged("header", refusal))
}

/// Counters, 8 bytes each.
pub fn put_counters(counters: &[u64]) -> Vec<u8> {
	counters.iter().flat_map(|counter| counter.to_be_bytes()).collect()
}

/// What [`put_counters`] wrote.
pub fn counters(bytes: &[u8]) -> Result<Vec<u64>, StoreError> {
	let (counters, rest) = bytes.as_chunks::<8>();
	if !rest.is_empty() {
		let why = format!("{} bytes, not 8 per chain", bytes.len());
		return Err(StoreError::Damaged { what: "count of served requests", why });
	}
	Ok(counters.iter().copied().map(u64::from_be_bytes).collect())
}

/// JSON that this program wrote.
pub fn json<'a, T: serde::Deserialize<'a>>(
	text: &'a str,
	what: &'static str,
) -> Result<T, StoreError> {
	serde_json::from_str(text).map_err(|error| StoreError::Damaged { what, why: error.to_string() })
}

/// JSON of a value that has no map with keys that are no text, so that it cannot fail.
pub fn to_json<T: serde::Serialize>(value: &T) -> String {
	serde_json::to_string(value).expect("structs of text and numbers always serialise; qed")
}
