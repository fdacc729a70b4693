// SPDX-License-Identifier: Apache-2.0

//! What wallets, operators, provers and oracles ask the runtime about the rollup.

#![deny(missing_docs)]

use polkadot_sdk::*;

use crate::{AccountId, AssetId, Balance, BlockNumber};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::weights::Weight;
use ligature_primitives::{
	constants::SizeClass,
	header::Digest,
	ids::{BlockNumber as RollupNumber, PoolSlot, TokenId},
};
use pallet_amm::Pool;
use pallet_rollup::{BlockStatus, Counters, Exodus, Halt, Parameters, Queue, StoredRequest, Token};
use pallet_root_oracle::Votes;
use scale_info::TypeInfo;

/// A request of the priority queue.
pub type Request = StoredRequest<AccountId, BlockNumber>;

/// A pool of this chain.
pub type PoolState = Pool<AccountId, Balance>;

/// Where the rollup stands on this chain.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RollupStatus {
	/// How far the blocks have come.
	pub counters: Counters,
	/// The revert epoch, which the next header names.
	pub revert_epoch: u32,
	/// The hash of the network's chains, once the network is open.
	pub chain_list_hash: Option<Digest>,
	/// Periods, in blocks of this chain.
	pub parameters: Option<Parameters<BlockNumber>>,
	/// The ends of the priority queue.
	pub queue: Queue<BlockNumber>,
	/// What the next request costs.
	pub request_price: Balance,
	/// Whether deposits are paused.
	pub deposits_paused: bool,
	/// What stops commit, prove and execute.
	pub halted: Halt,
	/// Exodus, if it has begun.
	pub exodus: Option<Exodus<BlockNumber>>,
}

sp_api::decl_runtime_apis! {
	/// The rollup on this chain.
	pub trait RollupApi {
		/// Where the rollup stands.
		fn status() -> RollupStatus;
		/// What this chain knows about a block of the rollup, while it remembers it.
		fn block_status(number: RollupNumber) -> Option<BlockStatus>;
		/// What an account may claim because its payment failed: token and amount.
		fn pending_funds(account: AccountId) -> Vec<(TokenId, Balance)>;
		/// The requests from `first` on that no executed block has consumed, `limit` at most.
		fn requests(first: u64, limit: u32) -> Vec<(u64, Request)>;
		/// The tokens of the rollup on this chain, with what custody owes of each.
		fn tokens() -> Vec<(TokenId, Token<AssetId>, Balance)>;
		/// A pool of this chain.
		fn pool(slot: PoolSlot) -> Option<PoolState>;
		/// All pools of this chain.
		fn pools() -> Vec<(PoolSlot, PoolState)>;
		/// Who signed the certificate of a block.
		fn votes(number: RollupNumber) -> Option<Votes>;
		/// Weight of committing a block whose half here is of this class and serves so many requests.
		fn commit_weight(class: SizeClass, requests: u32) -> Weight;
		/// Weight of proving a block with so many proofs.
		fn prove_weight(proofs: u32) -> Weight;
		/// Weight of executing a block with so many payments and requests.
		fn execute_weight(payments: u32, requests: u32) -> Weight;
	}
}

/// Most requests that one call of `requests` gives.
pub const MAX_REQUESTS: u32 = 256;
