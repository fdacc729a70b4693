// SPDX-License-Identifier: Apache-2.0

//! The block header: what all chains agree on for a block, byte for byte (section 11 of
//! `docs/protocol.md`).

use ark_std::vec::Vec;

use crate::{
	constants::{JoinClass, SizeClass},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Timestamp},
	poseidon::Word,
};

pub use crate::network::Network;

/// 32 bytes of BLAKE2b.
pub type Digest = [u8; 32];

/// The header of a rollup block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
	/// The network.
	pub network: NetworkId,
	/// Hash of the network's chains and their L1 genesis.
	pub chain_list_hash: Digest,
	/// The block's number.
	pub number: BlockNumber,
	/// Hash of the header before.
	pub parent: Digest,
	/// How often the chains have reverted; the same on all.
	pub revert_epoch: u32,
	/// Epoch of the oracles that certify the block.
	pub oracle_epoch: u32,
	/// Hash of that epoch's members.
	pub member_set_hash: Digest,
	/// The block's time.
	pub timestamp: Timestamp,
	/// Version of the circuits.
	pub circuit_version: u16,
	/// Hash of the verifying keys that the block's proofs need.
	pub keys_digest: Digest,
	/// Class of the join.
	pub join_class: JoinClass,
	/// The chains' parts, in ascending order of their ids: all chains of the network.
	pub chains: Vec<ChainHeader>,
}

/// One chain's part of a [`Header`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHeader {
	/// The chain.
	pub chain: ChainId,
	/// Size of the chain's half.
	pub size_class: SizeClass,
	/// State root before the block.
	pub old_root: Word,
	/// State root after the block.
	pub new_root: Word,
	/// Next free account index before the block: at most 2^24.
	pub old_next: u32,
	/// Next free account index after the block: at most 2^24.
	pub new_next: u32,
	/// The account that gets the fees.
	pub fee_account: AccountIndex,
	/// Commitment to the public data; 0 for an empty half.
	pub data_commitment: Word,
	/// Length of the public data in bytes.
	pub data_length: u32,
	/// Commitment to the joint log; 0 if nothing was joint.
	pub log_commitment: Word,
	/// Entries of the joint log.
	pub log_count: u32,
	/// Priority operations that the half consumes.
	pub priority_count: u16,
}
