// SPDX-License-Identifier: Apache-2.0

//! What the operator answers when it does not do what it is asked.
//!
//! A JSON-RPC error has a `code`, a `message` for people, and `data.name`, which never changes for a code. A refusal
//! of the protocol (section 13 of `docs/protocol.md`) has 1,000 and its number as code, and its name.

use jsonrpsee::types::ErrorObjectOwned;
use ligature_primitives::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Codes that are not refusals of the protocol.
pub mod code {
	/// What is added to the number of a refusal.
	pub const REFUSAL: i32 = 1_000;
	/// The mempool is full.
	pub const MEMPOOL_FULL: i32 = 2_000;
	/// The account has too many transactions waiting.
	pub const ACCOUNT_FULL: i32 = 2_001;
	/// The nonce is further ahead than the mempool keeps.
	pub const NONCE_TOO_FAR: i32 = 2_002;
	/// Another transaction spends the same nonce already.
	pub const NONCE_TAKEN: i32 = 2_003;
	/// The fee is below what the operator takes.
	pub const FEE_TOO_LOW: i32 = 2_004;
	/// The operator takes nothing at the moment.
	pub const NOT_ACCEPTING: i32 = 2_005;
	/// Too many things in one call.
	pub const BATCH_TOO_LARGE: i32 = 2_006;
	/// There is no such thing.
	pub const NOT_FOUND: i32 = 2_007;
	/// A vote that is malformed or not a member's.
	pub const BAD_VOTE: i32 = 2_008;
	/// A proof that does not hold, or that nobody asked for.
	pub const BAD_PROOF: i32 = 2_009;
	/// It is not possible now.
	pub const NOT_NOW: i32 = 2_010;
	/// The operator's own fault.
	pub const INTERNAL: i32 = 2_099;
}

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the messages say it, and `code` has a constant per variant")]
pub enum ApiError {
	/// A refusal of the protocol, by number and name.
	#[error("{name}: {message}")]
	Refused { code: u16, name: String, message: String },
	#[error("the mempool is full ({limit} transactions); try again when a block was built")]
	MempoolFull { limit: usize },
	#[error("the account has {limit} transactions waiting; wait until a block takes some")]
	AccountFull { limit: usize },
	#[error(
		"the nonce is {nonce}, the account's next is {next}, and at most {window} may be skipped; send those before it first"
	)]
	NonceTooFar { nonce: u32, next: u32, window: u32 },
	#[error(
		"a transaction that spends nonce {nonce} waits already: {hash}; to replace it, wait until it is done or refused"
	)]
	NonceTaken { nonce: u32, hash: String },
	#[error(
		"the fee is {offered}, the operator takes at least {least} for this; sign again with that"
	)]
	FeeTooLow { offered: String, least: String },
	#[error("the operator takes no transactions: {reason}")]
	NotAccepting { reason: String },
	#[error("{found} in one call, at most {limit} are taken; send several calls")]
	BatchTooLarge { found: usize, limit: usize },
	#[error("there is no {what}")]
	NotFound { what: String },
	#[error("the vote is not taken: {reason}")]
	BadVote { reason: String },
	#[error("the proof is not taken: {reason}")]
	BadProof { reason: String },
	#[error("not now: {reason}")]
	NotNow { reason: String },
	#[error("the operator failed: {reason}; its log says more")]
	Internal { reason: String },
}

impl ApiError {
	/// The JSON-RPC error code.
	pub const fn code(&self) -> i32 {
		match self {
			Self::Refused { code, .. } => code::REFUSAL + *code as i32,
			Self::MempoolFull { .. } => code::MEMPOOL_FULL,
			Self::AccountFull { .. } => code::ACCOUNT_FULL,
			Self::NonceTooFar { .. } => code::NONCE_TOO_FAR,
			Self::NonceTaken { .. } => code::NONCE_TAKEN,
			Self::FeeTooLow { .. } => code::FEE_TOO_LOW,
			Self::NotAccepting { .. } => code::NOT_ACCEPTING,
			Self::BatchTooLarge { .. } => code::BATCH_TOO_LARGE,
			Self::NotFound { .. } => code::NOT_FOUND,
			Self::BadVote { .. } => code::BAD_VOTE,
			Self::BadProof { .. } => code::BAD_PROOF,
			Self::NotNow { .. } => code::NOT_NOW,
			Self::Internal { .. } => code::INTERNAL,
		}
	}

	/// The name that never changes.
	pub fn name(&self) -> &str {
		match self {
			Self::Refused { name, .. } => name,
			Self::MempoolFull { .. } => "MempoolFull",
			Self::AccountFull { .. } => "AccountFull",
			Self::NonceTooFar { .. } => "NonceTooFar",
			Self::NonceTaken { .. } => "NonceTaken",
			Self::FeeTooLow { .. } => "FeeTooLow",
			Self::NotAccepting { .. } => "NotAccepting",
			Self::BatchTooLarge { .. } => "BatchTooLarge",
			Self::NotFound { .. } => "NotFound",
			Self::BadVote { .. } => "BadVote",
			Self::BadProof { .. } => "BadProof",
			Self::NotNow { .. } => "NotNow",
			Self::Internal { .. } => "Internal",
		}
	}
}

impl From<Refusal> for ApiError {
	fn from(refusal: Refusal) -> Self {
		Self::Refused {
			code: refusal.code(),
			name: format!("{refusal:?}"),
			message: refusal.to_string(),
		}
	}
}

impl From<ApiError> for ErrorObjectOwned {
	fn from(error: ApiError) -> Self {
		let data = json!({ "name": error.name(), "detail": error });
		Self::owned(error.code(), error.to_string(), Some(data))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_refusal_should_have_its_number_and_name() {
		let error = ApiError::from(Refusal::InsufficientBalance);
		assert_eq!((error.code(), error.name()), (1_072, "InsufficientBalance"));
		let object = ErrorObjectOwned::from(error);
		assert_eq!(object.code(), 1_072);
		assert!(object.data().is_some_and(|data| data.get().contains("InsufficientBalance")));
	}
}
