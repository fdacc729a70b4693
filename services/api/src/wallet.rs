// SPDX-License-Identifier: Apache-2.0

//! What wallets ask.

use crate::{
	ApiError,
	values::{Bytes, Decimal, Hash32, TransactionHash},
};
use jsonrpsee::{core::SubscriptionResult, proc_macros::rpc};
use serde::{Deserialize, Serialize};

/// A token of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
	/// Its number in the ledger.
	pub id: u16,
	/// The asset on the chain; none for the native token.
	pub asset: Option<u32>,
	/// Ticker.
	pub symbol: String,
	/// Decimals: one whole token is 10^decimals units.
	pub decimals: u8,
}

/// A chain of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainInfo {
	/// Its number in the network.
	pub id: u8,
	/// Its name, as its specification has it.
	pub name: String,
	/// Where the operator reaches it.
	pub url: String,
	/// Hash of its first block.
	pub genesis: Hash32,
	/// Its tokens.
	pub tokens: Vec<TokenInfo>,
}

/// The network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkInfo {
	/// Its number, which every signature binds.
	pub id: u32,
	/// Its chains, ascending.
	pub chains: Vec<ChainInfo>,
	/// Seconds since 1970 by the operator's clock; transactions expire by block time.
	pub now: u64,
}

/// How far a chain has come: numbers of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainProgress {
	/// The chain.
	pub chain: u8,
	/// Last block of the rollup whose public data is posted.
	pub committed: u64,
	/// Last block proven there.
	pub proven: u64,
	/// Last block with a certificate.
	pub certified: u64,
	/// Last block whose payments are made.
	pub executed: u64,
	/// Requests in its queue that no block built so far serves.
	pub waiting_requests: u64,
	/// Number of its best block, as the operator saw it last.
	pub best: u32,
	/// Number of its finalized block.
	pub finalized: u32,
	/// Whether the operator reaches it now.
	pub connected: bool,
}

/// Where the operator stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorStatus {
	/// The last block built.
	pub built: u64,
	/// The revert epoch of the next block.
	pub revert_epoch: u32,
	/// Transactions that wait.
	pub mempool: usize,
	/// Per chain.
	pub chains: Vec<ChainProgress>,
	/// Why it takes no transactions, if it does not.
	pub not_accepting: Option<String>,
}

/// A balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
	/// The token: below 512 one of the chain, else shares of the pool in slot token − 512.
	pub token: u16,
	/// How much, in units.
	pub amount: Decimal,
}

/// An account of the ledger, as of the last operation done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountInfo {
	/// Its chain.
	pub chain: u8,
	/// Its index there.
	pub index: u32,
	/// Whose it is.
	pub owner: Hash32,
	/// Whether a key is set.
	pub has_key: bool,
	/// The word of its key as 32 bytes, little-endian; zeros if none is set.
	pub key: Hash32,
	/// The nonce that the next transaction must spend, waiting ones counted.
	pub next_nonce: u32,
	/// Its nonce in the ledger.
	pub nonce: u32,
	/// Its balances above 0.
	pub balances: Vec<Balance>,
}

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolInfo {
	/// Its packed parameters as a decimal number (section 2 of `docs/protocol.md`): names the pool.
	pub params: Decimal,
	/// Its slot on the home chain; its shares are token 512 + slot there.
	pub slot: u16,
	/// The home chain, and the token there.
	pub chain0: u8,
	/// Token of side 0.
	pub token0: u16,
	/// The chain of side 1.
	pub chain1: u8,
	/// Token of side 1.
	pub token1: u16,
	/// Fee in hundredths of a percent.
	pub fee_bps: u16,
	/// Reserve of side 0.
	pub reserve0: Decimal,
	/// Reserve of side 1.
	pub reserve1: Decimal,
	/// All shares.
	pub supply: Decimal,
	/// Whether the leaves of both sides exist.
	pub complete: bool,
}

/// What a swap would give now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// What is paid.
	pub amount_in: Decimal,
	/// What comes out.
	pub amount_out: Decimal,
	/// What would come out at the price before the swap and without fee.
	pub amount_out_at_spot: Decimal,
	/// How much less comes out than at that price, in hundredths of a percent: fee and price impact.
	pub price_impact_bps: u32,
	/// The fee that stays in the pool, in the token paid.
	pub pool_fee: Decimal,
}

/// The least fee that the operator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeEstimate {
	/// The chain of the fee token.
	pub chain: u8,
	/// The fee token.
	pub token: u16,
	/// The least fee.
	pub least: Decimal,
}

/// What came of one transaction of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "result")]
pub enum Submission {
	/// It waits for a block.
	Accepted {
		/// Its hash.
		hash: TransactionHash,
	},
	/// It was not taken.
	Refused {
		/// The code of [`ApiError::code`].
		code: i32,
		/// Its name.
		name: String,
		/// Why.
		message: String,
	},
}

/// When a block reached a stage on a chain, by the operator's clock: milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StageTimes {
	/// Its public data was posted.
	pub committed: Option<u64>,
	/// It was proven there.
	pub proven: Option<u64>,
	/// It got its certificate there.
	pub certified: Option<u64>,
	/// Its payments were made there.
	pub executed: Option<u64>,
}

/// What a block is on one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockChain {
	/// The chain.
	pub chain: u8,
	/// Slots of its circuit; 0 for an empty half.
	pub slots: u32,
	/// Bytes of public data.
	pub data_length: u32,
	/// Priority operations served.
	pub requests: u16,
	/// State root after the block.
	pub root: Hash32,
	/// When it reached its stages.
	pub times: StageTimes,
}

/// A block of the rollup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockInfo {
	/// Its number.
	pub number: u64,
	/// Its header hash.
	pub hash: Hash32,
	/// The final root after it, as 32 bytes, the highest first.
	pub final_root: Hash32,
	/// Its time in seconds since 1970.
	pub timestamp: u64,
	/// When it was built: milliseconds since 1970.
	pub built: u64,
	/// Hashes of its signed transactions, in order.
	pub transactions: Vec<TransactionHash>,
	/// Operations in all, requests included.
	pub operations: u32,
	/// Joint operations.
	pub joint: u32,
	/// Capacity of its join; 0 if nothing was joint.
	pub join_slots: u32,
	/// When all its proofs were there, in milliseconds since 1970.
	pub proofs: Option<u64>,
	/// Per chain.
	pub chains: Vec<BlockChain>,
}

/// What an operation wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptInfo {
	/// The chain.
	pub chain: u8,
	/// The account.
	pub account: u32,
	/// The token.
	pub token: u16,
	/// Balance before.
	pub before: Decimal,
	/// Balance after.
	pub after: Decimal,
}

/// Where a transaction stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum TransactionState {
	/// It waits in the mempool.
	Pending,
	/// It is in a block.
	#[serde(rename_all = "camelCase")]
	InBlock {
		/// The block's number.
		block: u64,
		/// Its place among the block's operations.
		operation: u32,
		/// What it wrote.
		receipt: Vec<ReceiptInfo>,
	},
	/// It was dropped, and nothing of it has happened.
	Refused {
		/// The code of [`ApiError::code`].
		code: i32,
		/// Its name.
		name: String,
		/// Why.
		message: String,
	},
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionInfo {
	/// Its hash.
	pub hash: TransactionHash,
	/// Its bytes.
	pub bytes: Bytes,
	/// Where it stands.
	#[serde(flatten)]
	pub state: TransactionState,
	/// How far its block has come on each chain, if it is in one.
	pub stages: Vec<(u8, StageTimes)>,
}

/// The wallets' methods.
#[rpc(server, client, namespace = "ligature")]
pub trait OperatorApi {
	/// The network, its chains and their tokens.
	#[method(name = "network")]
	async fn network(&self) -> Result<NetworkInfo, ApiError>;

	/// Where the operator stands.
	#[method(name = "status")]
	async fn status(&self) -> Result<OperatorStatus, ApiError>;

	/// Submits a signed transaction: the bytes of section 7.1 of `docs/protocol.md`. It is on disk when this
	/// answers. The same bytes again are no error.
	#[method(name = "submit")]
	async fn submit(&self, transaction: Bytes) -> Result<TransactionHash, ApiError>;

	/// Submits several; the answers are in their order.
	#[method(name = "submitBatch")]
	async fn submit_batch(&self, transactions: Vec<Bytes>) -> Result<Vec<Submission>, ApiError>;

	/// All accounts of an owner, on all chains.
	#[method(name = "accounts")]
	async fn accounts(&self, owner: Hash32) -> Result<Vec<AccountInfo>, ApiError>;

	/// One account.
	#[method(name = "account")]
	async fn account(&self, chain: u8, index: u32) -> Result<Option<AccountInfo>, ApiError>;

	/// All pools.
	#[method(name = "pools")]
	async fn pools(&self) -> Result<Vec<PoolInfo>, ApiError>;

	/// What a swap of `amount` into side `direction` (0 or 1) of a pool would give now.
	#[method(name = "quote")]
	async fn quote(
		&self,
		params: Decimal,
		direction: u8,
		amount: Decimal,
	) -> Result<Quote, ApiError>;

	/// The least fee for an operation of this kind, paid in this token.
	#[method(name = "fee")]
	async fn fee(&self, kind: String, chain: u8, token: u16) -> Result<FeeEstimate, ApiError>;

	/// Where a transaction stands.
	#[method(name = "transaction")]
	async fn transaction(&self, hash: TransactionHash) -> Result<TransactionInfo, ApiError>;

	/// A block.
	#[method(name = "block")]
	async fn block(&self, number: u64) -> Result<BlockInfo, ApiError>;

	/// The last blocks, the newest first; at most 100.
	#[method(name = "blocks")]
	async fn blocks(&self, before: Option<u64>, limit: u32) -> Result<Vec<BlockInfo>, ApiError>;

	/// Every block when it is built, and again whenever it reaches a stage on a chain.
	#[subscription(name = "subscribeBlocks" => "blockUpdate", unsubscribe = "unsubscribeBlocks", item = BlockInfo)]
	async fn subscribe_blocks(&self) -> SubscriptionResult;

	/// A transaction now, and again whenever something changes, until it is executed on all its chains or
	/// refused.
	#[subscription(name = "subscribeTransaction" => "transactionStatus", unsubscribe = "unsubscribeTransaction", item = TransactionInfo)]
	async fn subscribe_transaction(&self, hash: TransactionHash) -> SubscriptionResult;
}
