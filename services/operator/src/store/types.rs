// SPDX-License-Identifier: Apache-2.0

//! What the store keeps, as values.

use ligature_operator_api::{
	ApiError, BlockChain, BlockInfo, Hash32, ReceiptInfo, StageTimes, TransactionHash,
	TransactionState,
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, NetworkId},
};

/// Whose store it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
	/// The network.
	pub network: NetworkId,
	/// Hash of the header of block 0, which binds the chains and the first oracles.
	pub genesis: Digest,
}

/// A transaction that waits for a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingTransaction {
	/// Its place in the order of arrival.
	pub place: u64,
	/// Its hash.
	pub hash: TransactionHash,
	/// Its bytes.
	pub bytes: Vec<u8>,
}

/// A transaction and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTransaction {
	/// Its hash.
	pub hash: TransactionHash,
	/// Its bytes.
	pub bytes: Vec<u8>,
	/// Where it stands.
	pub state: TransactionState,
}

/// A transaction that was dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedTransaction {
	/// Its hash.
	pub hash: TransactionHash,
	/// Why.
	pub reason: ApiError,
}

/// A transaction of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedTransaction {
	/// Its hash.
	pub hash: TransactionHash,
	/// Its place among the block's operations.
	pub operation: u32,
	/// What it wrote.
	pub receipt: Vec<ReceiptInfo>,
}

/// A block that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlock {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// What went into it (appendix C of `docs/protocol.md`).
	pub record: Vec<u8>,
	/// Public data per chain, in the header's order.
	pub data: Vec<Vec<u8>>,
	/// Operations in all.
	pub operations: u32,
	/// Joint operations.
	pub joint: u32,
	/// Per chain, in the header's order, the first request that no block up to this one serves.
	pub served: Vec<u64>,
	/// When it was built.
	pub built_at: u64,
	/// Its transactions, in order.
	pub included: Vec<IncludedTransaction>,
	/// The transactions that were dropped while it was built.
	pub refused: Vec<RefusedTransaction>,
	/// Places below this one are done again (see [`Store::revert`](super::Store::revert)).
	pub replayed: u64,
}

/// The last block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// Per chain, in the header's order, the first request that no block serves.
	pub served: Vec<u64>,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlock {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// Operations in all.
	pub operations: u32,
	/// Joint operations.
	pub joint: u32,
	/// Per chain, in the header's order, the first request that no block up to this one serves.
	pub served: Vec<u64>,
	/// Hashes of its transactions, in order.
	pub transactions: Vec<TransactionHash>,
	/// When it was built.
	pub built_at: u64,
	/// When all its proofs were there.
	pub proofs_at: Option<u64>,
}

impl StoredBlock {
	/// The block as wallets see it; `stages` as [`Store::stages`](super::Store::stages) gives them.
	pub fn info(&self, stages: &[(ChainId, StageTimes)]) -> BlockInfo {
		let times = |chain| stages.iter().find(|(id, _)| *id == chain).map(|(_, times)| *times);
		let chains = self.header.chains.iter().map(|part| BlockChain {
			chain: part.chain.0,
			slots: part.size_class.capacity(),
			data_length: part.data_length,
			requests: part.priority_count,
			root: Hash32(TransactionHash(part.new_root).to_bytes()),
			times: times(part.chain).unwrap_or_default(),
		});
		BlockInfo {
			number: self.header.number.0,
			hash: self.hash.into(),
			final_root: Hash32(TransactionHash(self.header.final_root()).to_bytes()),
			timestamp: self.header.timestamp.get(),
			built: self.built_at,
			transactions: self.transactions.clone(),
			operations: self.operations,
			joint: self.joint,
			join_slots: self.header.join_class.capacity(),
			proofs: self.proofs_at,
			chains: chains.collect(),
		}
	}
}

/// Something that a block which was taken back did, and that the next blocks do again, in its order: so accounts get
/// the indices that wallets have signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayItem {
	/// The request at this place of a chain's queue.
	Request(ChainId, u64),
	/// A transaction.
	Transaction(TransactionHash),
}

/// A stage of a block on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
	/// Its public data is posted.
	Committed,
	/// It is proven.
	Proven,
	/// It has its certificate.
	Certified,
	/// Its payments are made.
	Executed,
}

/// The states of all chains after a block (appendix B of `docs/protocol.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
	/// The block's number.
	pub number: BlockNumber,
	/// The block's header hash.
	pub hash: Digest,
	/// A state per chain, in the header's order.
	pub states: Vec<Vec<u8>>,
}
