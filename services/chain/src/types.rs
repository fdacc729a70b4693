// SPDX-License-Identifier: Apache-2.0

//! What a chain knows about the rollup, in the types of the protocol.

use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network},
	ids::{BlockNumber, ChainId, NetworkId, Side, TokenId},
	pool::PoolParams,
	priority::PriorityRequest,
	refusal::Refusal,
};

/// An account of the chain: an sr25519 or ed25519 public key, mostly.
pub type AccountId = [u8; 32];

/// The network of a chain, and its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
	/// Number of the network.
	pub network: NetworkId,
	/// Number of this chain.
	pub chain: ChainId,
	/// Numbers of all chains of the network, ascending.
	pub chains: Vec<ChainId>,
}

impl Identity {
	/// The network.
	///
	/// # Errors
	///
	/// [`Refusal::ChainCount`], [`Refusal::ChainOrder`]: no chain of the project says such a thing.
	pub fn network(&self) -> Result<Network, Refusal> {
		Network::new(self.network, self.chains.clone())
	}
}

/// How far the rollup's blocks have come on a chain: `committed ≥ proven ≥ certified ≥ executed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
	/// Last block whose public data is posted.
	pub committed: BlockNumber,
	/// Last block that is proven.
	pub proven: BlockNumber,
	/// Last block that has a certificate.
	pub certified: BlockNumber,
	/// Last block whose payments are made.
	pub executed: BlockNumber,
}

/// Periods of the rollup, in blocks of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
	/// Within this time a request at the head of the queue is served.
	pub expiry: u32,
	/// What the operator has for each request of a queue, if all of them take longer than the expiry.
	pub service_interval: u32,
	/// For so long only operators execute a certified block.
	pub execute_grace: u32,
	/// If no block was committed for so long, any operator may commit.
	pub turn_grace: u32,
	/// If no freeze is fixed for so long after exodus began, the highest certified block is it.
	pub exodus_timeout: u32,
	/// In this time everybody can leave after exodus has begun.
	pub exit_time: u32,
	/// For so long a change that could hurt users is announced.
	pub notice: u32,
}

/// The ends of the priority queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
	/// First request that no executed block has consumed.
	pub executed: u64,
	/// First request that no committed block has consumed.
	pub committed: u64,
	/// Index of the next request to come.
	pub next: u64,
	/// Of the requests that no committed block has consumed, how many may create an account.
	pub creating: u32,
	/// At this block of the chain the last request expires.
	pub last_expiry: u32,
}

/// A block that a chain of the network shall never prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedBlock {
	/// That chain.
	pub chain: ChainId,
	/// The block's number.
	pub number: BlockNumber,
	/// Its header hash.
	pub hash: Digest,
}

/// What stops commit, prove and execute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Halt {
	/// The guardian has.
	pub guardian: bool,
	/// The lowest block known that another chain shall never prove, until it is reverted.
	pub refused: Option<RefusedBlock>,
}

impl Halt {
	/// Whether anything is stopped.
	pub const fn holds(&self) -> bool {
		self.guardian || self.refused.is_some()
	}
}

/// Exodus: the rollup ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exodus {
	/// At this block of the chain it began.
	pub since: u32,
	/// The block against which everybody leaves, once it is fixed.
	pub freeze: Option<BlockNumber>,
}

/// Where the rollup stands on a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
	/// How far the blocks have come.
	pub counters: Counters,
	/// The revert epoch, which the next header names.
	pub revert_epoch: u32,
	/// The hash of the network's chains, once the network is open.
	pub chain_list_hash: Option<Digest>,
	/// Periods; none on a chain of no network.
	pub parameters: Option<Parameters>,
	/// The ends of the priority queue.
	pub queue: Queue,
	/// What the next request costs, in the smallest unit of the native token.
	pub request_price: u128,
	/// Whether deposits are paused.
	pub deposits_paused: bool,
	/// What stops commit, prove and execute.
	pub halted: Halt,
	/// Exodus, if it has begun.
	pub exodus: Option<Exodus>,
}

/// How far one block has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
	/// Its public data is posted.
	Committed,
	/// It is proven on this chain.
	Proven,
	/// The oracles have seen it proven on all chains.
	Certified,
	/// Its payments are made.
	Executed,
}

/// What a chain knows about a block of the rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockStatus {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// How far it has come.
	pub stage: Stage,
	/// Whether the oracles have barred it from being proven here.
	pub refused: bool,
}

/// A request of the priority queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
	/// What is asked for.
	pub request: PriorityRequest,
	/// Who sent it and paid for it.
	pub payer: AccountId,
	/// From this block of the chain on it is expired.
	pub expires: u32,
}

/// A token of the rollup on a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
	/// Its number in the rollup.
	pub id: TokenId,
	/// The asset; none is the native token.
	pub asset: Option<u32>,
	/// What custody owes of it.
	pub owed: u128,
	/// What people call it; empty if nobody has said.
	pub symbol: String,
	/// 10 to the power of this many of its smallest units are one.
	pub decimals: u8,
}

/// One side of a pool: the one that lies on the chain that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
	/// The pool.
	pub params: PoolParams,
	/// Which of its sides this is.
	pub side: Side,
	/// Who created it.
	pub creator: AccountId,
	/// What is on hold for it; 0 once it went back.
	pub deposit: u128,
	/// How far it has come.
	pub state: PoolState,
}

/// How far a side of a pool has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolState {
	/// No executed block has made it yet.
	Queued,
	/// It is in the chain's state.
	Live {
		/// The reserve on this chain.
		own: Amount,
		/// The reserve of the other side.
		foreign: Amount,
		/// The last executed block that has touched it.
		block: BlockNumber,
	},
}

/// Who has certified a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Votes {
	/// The epoch of the oracles.
	pub epoch: u32,
	/// Its members whose signatures the certificate holds.
	pub signers: Vec<[u8; 32]>,
	/// Its other members.
	pub others: Vec<[u8; 32]>,
}

/// An epoch of the oracles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
	/// Its number, from 0 without gaps.
	pub number: u32,
	/// The first block of the rollup that its members certify.
	pub first_block: BlockNumber,
	/// From this block of the chain on blocks may use it.
	pub usable_from: u32,
	/// The hash of number and members, which headers and votes name.
	pub hash: Digest,
	/// At this block of the chain it was noticed that its certificates can do nothing any more.
	pub ended: Option<u32>,
	/// The members' ed25519 keys, ascending.
	pub members: Vec<[u8; 32]>,
}

/// What a verifying key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circuit {
	/// A chain's half of a block.
	Chain(SizeClass),
	/// The join.
	Join(JoinClass),
}

/// A verifying key that a chain has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
	/// Version of the circuits.
	pub version: u16,
	/// What it is for.
	pub circuit: Circuit,
	/// Names it in the keys digest of headers.
	pub digest: Digest,
	/// The key, compressed, as it was registered; empty if the chain does not have it.
	pub bytes: Vec<u8>,
	/// Whether a new block may use it now.
	pub usable: bool,
	/// From this block of the chain on it can be used.
	pub usable_from: u32,
	/// Whether no new block may use it ever again.
	pub retired: bool,
	/// Whether its secrets are public: everybody can forge proofs for it.
	pub development: bool,
}
