// SPDX-License-Identifier: Apache-2.0

//! How oracles hear of each other's votes. The operator hands on what they send, and can hold votes back but not
//! forge any; oracles may name several relays.

use crate::{
	ApiError,
	values::{Bytes, Hash32},
};
use jsonrpsee::proc_macros::rpc;
use serde::{Deserialize, Serialize};

/// A vote: message (section 12.4 of `docs/protocol.md`), member's ed25519 key, signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoteBytes {
	/// The 165 bytes that are signed.
	pub message: Bytes,
	/// Who signed.
	pub member: Hash32,
	/// The signature: 64 bytes.
	pub signature: Bytes,
}

/// Votes from some place on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Votes {
	/// The votes.
	pub votes: Vec<VoteBytes>,
	/// Where to go on.
	pub next: u64,
}

/// The oracles' methods.
#[rpc(server, client, namespace = "relay")]
pub trait RelayApi {
	/// Hands on a vote. It must be well formed and its signature must hold. The same one again is no error.
	#[method(name = "vote")]
	async fn vote(&self, vote: VoteBytes) -> Result<(), ApiError>;

	/// Votes from a place on, at most `limit` (and 1,000). Places rise with time; begin at 0. A relay that has
	/// forgotten old votes answers with newer ones; one that has lost all may answer with a `next` below `from`:
	/// then begin anew.
	#[method(name = "votes")]
	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, ApiError>;
}
