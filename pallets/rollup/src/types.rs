// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, and what its genesis and its neighbours say.

use polkadot_sdk::*;

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::ConstU32};
use ligature_primitives::{
	constants::{JoinClass, MAX_CHAINS, REGISTERS, SizeClass},
	header::{Digest, Header, Network},
	ids::{BlockNumber, ChainId, NetworkId, PoolSlot, TokenId},
	op::Payment,
	priority::PriorityRequest,
	pubdata::Register,
	refusal::Refusal,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A compressed Groth16 proof over BLS12-381.
pub type ProofBytes = [u8; 192];

/// Most proofs of a block: a half of every chain, and the join.
pub const MAX_PROOFS: u32 = MAX_CHAINS as u32 + 1;

/// Most bytes of public data of a chain in one block.
pub const MAX_DATA_LENGTH: u32 = SizeClass::ALL[SizeClass::ALL.len() - 1].max_public_data() as u32;

/// Most payments of a chain in one block: one per slot.
pub const MAX_PAYMENTS: u32 = SizeClass::ALL[SizeClass::ALL.len() - 1].capacity();

/// The proofs of a block: of the non-empty halves in the order of the chains, then of the join,
/// unless it is empty.
pub type Proofs = BoundedVec<ProofBytes, ConstU32<MAX_PROOFS>>;

/// The public data of one chain in one block.
pub type PublicDataBytes = BoundedVec<u8, ConstU32<MAX_DATA_LENGTH>>;

/// Genesis hashes of the L1 chains of a network, in the order of their ids.
pub type GenesisHashes = BoundedVec<Digest, ConstU32<{ MAX_CHAINS as u32 }>>;

/// The identity of a chain as a chain specification writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisIdentity {
	/// Number of the network, which every signature of the rollup binds.
	pub network: u32,
	/// Number of this chain in the network.
	pub chain: u8,
	/// Numbers of all chains of the network, ascending.
	pub chains: Vec<u8>,
}

/// The network of a chain, and its place in it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct NetworkIdentity {
	/// Number of the network.
	pub network: NetworkId,
	/// Number of this chain.
	pub chain: ChainId,
	/// Numbers of all chains of the network, ascending.
	pub chains: BoundedVec<ChainId, ConstU32<{ MAX_CHAINS as u32 }>>,
}

impl NetworkIdentity {
	/// The network.
	///
	/// Errors: [`Refusal::ChainCount`], [`Refusal::ChainOrder`].
	pub fn network(&self) -> Result<Network, Refusal> {
		Network::new(self.network, self.chains.to_vec())
	}

	/// Whether the list is one that the protocol allows and this chain is in it.
	///
	/// Errors: [`Refusal::ChainCount`], [`Refusal::ChainOrder`], [`Refusal::UnknownChain`].
	pub fn check(&self) -> Result<(), Refusal> {
		self.network()?.position(self.chain).map(|_| ())
	}

	/// Whether this is the first chain of the network, which fixes the freeze block.
	pub fn is_first(&self) -> bool {
		self.chains.first() == Some(&self.chain)
	}
}

impl TryFrom<&GenesisIdentity> for NetworkIdentity {
	type Error = Refusal;

	fn try_from(genesis: &GenesisIdentity) -> Result<Self, Refusal> {
		let chains: Vec<_> = genesis.chains.iter().copied().map(ChainId).collect();
		let identity = Self {
			network: NetworkId(genesis.network),
			chain: ChainId(genesis.chain),
			chains: chains.try_into().map_err(|_| Refusal::ChainCount)?,
		};
		identity.check()?;
		Ok(identity)
	}
}

/// Periods of the rollup, in blocks of this chain. Set by genesis; no call changes them.
///
/// They count blocks and not seconds: while a chain stands still nobody can serve or send a request, and
/// no request must expire.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Serialize,
	Deserialize,
)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameters<L1Block> {
	/// Within this time a request at the head of the queue is served.
	pub expiry: L1Block,
	/// What the operator has for each request of a queue, if all of them take longer than the expiry.
	pub service_interval: L1Block,
	/// For so long only operators execute a certified block; then anyone.
	pub execute_grace: L1Block,
	/// If no block was committed for so long, any operator may commit, whoever's turn it is.
	pub turn_grace: L1Block,
	/// If no freeze is fixed for so long after exodus began, the highest certified block is it.
	pub exodus_timeout: L1Block,
	/// In this time everybody can leave after exodus has begun, its timeout included.
	pub exit_time: L1Block,
	/// For so long a change that could hurt users is announced: more than `expiry + exit_time`.
	pub notice: L1Block,
}

/// How far the rollup's blocks have come: `committed ≥ proven ≥ certified ≥ executed`.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Counters {
	/// Last block whose public data is posted.
	pub committed: BlockNumber,
	/// Last block that is proven here.
	pub proven: BlockNumber,
	/// Last block that has a certificate.
	pub certified: BlockNumber,
	/// Last block whose payments are made.
	pub executed: BlockNumber,
}

/// How far one block has come.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum Stage {
	/// Its public data is posted.
	Committed,
	/// It is proven on this chain.
	Proven,
	/// More than two thirds of the oracles have seen it proven on all chains.
	Certified,
	/// Its payments are made.
	Executed,
}

/// What this chain knows about a block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct BlockStatus {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// How far it has come.
	pub stage: Stage,
	/// Whether the oracles have barred it from being proven on this chain.
	pub refused: bool,
}

/// A committed block.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct StoredBlock<L1Block> {
	/// Its header.
	pub header: Header,
	/// The header's hash.
	pub hash: Digest,
	/// When it was committed.
	pub committed_at: L1Block,
	/// When it was certified.
	pub certified_at: Option<L1Block>,
	/// Of the requests that it consumes, how many could have created an account.
	pub creating: u32,
}

/// What the execution of a block does beside consuming requests.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Effects {
	/// Payments of more than 0, in the order of the public data.
	pub payments: BoundedVec<Payment, ConstU32<MAX_PAYMENTS>>,
	/// Pools created.
	pub created: BoundedVec<PoolSlot, ConstU32<{ REGISTERS as u32 }>>,
	/// Pools touched, with their reserves after the block.
	pub registers: BoundedVec<Register, ConstU32<{ REGISTERS as u32 }>>,
}

/// A request in the queue.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct StoredRequest<AccountId, L1Block> {
	/// What is asked for.
	pub request: PriorityRequest,
	/// Who sent it, paid for it and, for a deposit, gets it back in exodus.
	pub payer: AccountId,
	/// From this block of L1 on it is expired.
	pub expires: L1Block,
}

/// The ends of the queue. Requests `executed..next` are stored.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Queue<L1Block> {
	/// First request that no executed block has consumed: the head, whose expiry counts.
	pub executed: u64,
	/// First request that no committed block has consumed.
	pub committed: u64,
	/// Index of the next request to come.
	pub next: u64,
	/// Of the requests that no committed block has consumed, how many may create an account.
	pub creating: u32,
	/// When the last request expires.
	pub last_expiry: L1Block,
}

/// A block that another chain shall never prove: it has to be reverted here too.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct RefusedBlock {
	/// The chain that shall never prove it.
	pub chain: ChainId,
	/// The block's number.
	pub number: BlockNumber,
	/// Its header hash.
	pub hash: Digest,
}

/// What stops commit, prove and execute. Both reasons can hold at once; each ends by itself.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Halt {
	/// The guardian has stopped them, until [`resume`](crate::Call::resume).
	pub guardian: bool,
	/// The lowest block known that another chain shall never prove, until it is reverted.
	pub refused: Option<RefusedBlock>,
}

impl Halt {
	/// Whether nothing is stopped.
	pub fn is_over(&self) -> bool {
		*self == Self::default()
	}
}

/// Why commit, prove and execute were stopped.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum HaltReason {
	/// The guardian has stopped them.
	Guardian,
	/// Another chain shall never prove a block that is committed here.
	Refused(RefusedBlock),
}

/// Exodus: the rollup ends.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Exodus<L1Block> {
	/// When it began on this chain.
	pub since: L1Block,
	/// The block against which everybody leaves, once it is fixed.
	pub freeze: Option<BlockNumber>,
}

/// Which proof a verifying key is for.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum CircuitId {
	/// A chain's half of a block.
	Chain(SizeClass),
	/// The join.
	Join(JoinClass),
}

/// An L1 token that the rollup knows.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Token<AssetId> {
	/// The native token of the chain.
	Native,
	/// An asset.
	Asset(AssetId),
}

/// A liquidity claim that was paid: home chain, home slot, side, account on the home chain.
pub type LiquidityKey = (ChainId, PoolSlot, u8, u32);

/// A balance claim that was paid: account, token.
pub type BalanceKey = (u32, TokenId);
