// SPDX-License-Identifier: Apache-2.0

//! What provers ask. A proof is checked before it is kept, and a block is checked by the prover against what the
//! chain has committed to: neither side trusts the other.

use crate::{
	ApiError,
	values::{Bytes, Hash32},
};
use jsonrpsee::proc_macros::rpc;
use serde::{Deserialize, Serialize};

/// A compressed Groth16 proof: 192 bytes.
pub type ProofBytes = Bytes;

/// A part of a block that has a proof of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "part", content = "chain")]
pub enum PartName {
	/// A chain's half.
	Half(u8),
	/// The join.
	Join,
}

/// What a block is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockBytes {
	/// The header (section 11.2 of `docs/protocol.md`).
	pub header: Bytes,
	/// The record (appendix C); empty if nobody has it any more: of blocks before an operator that started from the
	/// chains alone.
	pub record: Bytes,
}

/// A share of the work on a block that a prover has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
	/// Which part.
	pub part: PartName,
	/// It is given to somebody else if it is not renewed within so many seconds.
	pub seconds: u64,
}

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofOf {
	/// Of which part.
	pub part: PartName,
	/// The proof.
	pub proof: ProofBytes,
}

/// The provers' methods. A block is named by number and header hash.
#[rpc(server, client, namespace = "prover")]
pub trait ProverApi {
	/// What a block is made of, if it is known.
	#[method(name = "block")]
	async fn block(&self, number: u64, hash: Hash32) -> Result<Option<BlockBytes>, ApiError>;

	/// The states of all chains after a block (appendix B), in the order of the header's chains; none if
	/// they are not kept for that block.
	#[method(name = "states")]
	async fn states(&self, number: u64, hash: Hash32) -> Result<Option<Vec<Bytes>>, ApiError>;

	/// Takes a share of the work on a block: a part that has no proof and that nobody works on. None: there is
	/// nothing to take at the moment.
	#[method(name = "take")]
	async fn take(
		&self,
		number: u64,
		hash: Hash32,
		prover: Hash32,
	) -> Result<Option<Share>, ApiError>;

	/// Goes on with a share. False: somebody else has it, or it is done.
	#[method(name = "renew")]
	async fn renew(
		&self,
		number: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<bool, ApiError>;

	/// Gives a share back undone.
	#[method(name = "release")]
	async fn release(
		&self,
		number: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<(), ApiError>;

	/// Brings a proof. It is checked; the same one again is no error.
	#[method(name = "prove")]
	async fn prove(&self, number: u64, hash: Hash32, proof: ProofOf) -> Result<(), ApiError>;

	/// The proofs that are there.
	#[method(name = "proofs")]
	async fn proofs(&self, number: u64, hash: Hash32) -> Result<Vec<ProofOf>, ApiError>;

	/// Blocks that lack a proof, the lowest first: number and header hash.
	#[method(name = "wanted")]
	async fn wanted(&self) -> Result<Vec<(u64, Hash32)>, ApiError>;
}
