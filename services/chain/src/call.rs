// SPDX-License-Identifier: Apache-2.0

//! What services and wallets ask a chain to do.

use crate::types::{AccountId, Circuit};
use ligature_ledger::exit::{BalanceClaim, LiquidityClaim};
use ligature_primitives::{
	amount::Amount,
	header::{Digest, Header},
	ids::{AccountIndex, BlockNumber, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	pool::PoolParams,
	vote::VoteMessage,
};

/// A vote with its signature, as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedVote {
	/// What was signed.
	pub message: VoteMessage,
	/// The ed25519 signature.
	pub signature: [u8; 64],
}

/// A call of a chain's runtime. The pallets' documentation says who may make it and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
	/// Opens the network: governance.
	OpenNetwork {
		/// Genesis hashes of the chains, in the order of their ids.
		genesis_hashes: Vec<Digest>,
	},
	/// Makes an asset a token of the rollup: governance.
	RegisterToken {
		/// The asset.
		asset: u32,
	},
	/// Deposits a token for an owner.
	Deposit {
		/// The token.
		token: TokenId,
		/// Who gets it on the ledger.
		owner: Owner,
		/// How much.
		amount: Amount,
		/// The key to set, if the owner pays.
		key: Option<PublicKey>,
	},
	/// Asks for a whole balance.
	RequestFullExit {
		/// The caller's account on the ledger.
		account: AccountIndex,
		/// The token.
		token: TokenId,
	},
	/// Sets the key of an account of the caller's.
	ChangePubKey {
		/// The account; none is any, or a new one.
		account: Option<AccountIndex>,
		/// The key.
		key: PublicKey,
	},
	/// Commits the next block: operators.
	CommitBlock {
		/// The header.
		header: Header,
		/// The public data of this chain.
		data: Vec<u8>,
	},
	/// Proves the next block.
	ProveBlock {
		/// Its number.
		number: BlockNumber,
		/// Its header hash.
		hash: Digest,
		/// Proofs of the non-empty halves in the order of the chains, then of the join, unless it is empty.
		proofs: Vec<[u8; 192]>,
	},
	/// Executes the next certified block.
	ExecuteBlock {
		/// Its number.
		number: BlockNumber,
		/// At least as many payments as it makes.
		payments: u32,
		/// At least as many requests as it consumes.
		requests: u32,
	},
	/// Takes blocks back: operators.
	RevertBlocks {
		/// The last block that stays.
		to: BlockNumber,
		/// The new revert epoch.
		epoch: u32,
	},
	/// Pays what is pending for the caller.
	Claim {
		/// The token.
		token: TokenId,
		/// Who gets it; none is the caller.
		to: Option<AccountId>,
	},
	/// Pauses deposits, or lets them come again: the guardian.
	PauseDeposits(bool),
	/// Stops commit, prove and execute: the guardian.
	Halt,
	/// Ends a halt: governance.
	Resume,
	/// Names the operators, in the order of their turns: governance.
	SetOperators(Vec<AccountId>),
	/// Names the guardian, or none: governance.
	SetGuardian(Option<AccountId>),
	/// Announces the hash of the next runtime's code: governance.
	AnnounceCode(Digest),
	/// Ends the rollup, because the head of the queue has expired.
	EnterExodus,
	/// Fixes the freeze block, because no certificate came in time.
	FreezeByTimeout,
	/// Pays out a balance in exodus.
	Exit(Box<BalanceClaim>),
	/// Pays out one side of a share in a pool in exodus.
	ExitLiquidity(Box<LiquidityClaim>),
	/// Gives back a deposit that no block consumed.
	RefundDeposit {
		/// The request.
		index: u64,
	},
	/// Puts the bond of an oracle's key on hold.
	Bond {
		/// The key.
		key: [u8; 32],
		/// The key's signature of network and caller.
		ownership: [u8; 64],
	},
	/// Gives the bond of a key back.
	Unbond([u8; 32]),
	/// Schedules the next epoch of oracles: governance.
	ScheduleMembers {
		/// The first block that they certify.
		first_block: BlockNumber,
		/// Their keys, ascending.
		members: Vec<[u8; 32]>,
	},
	/// Withdraws the last scheduled epoch: governance.
	CancelEpoch(u32),
	/// Brings the certificate of a block.
	SubmitCertificate(Vec<u8>),
	/// Brings the certificate of a refusal.
	SubmitRefusal(Vec<u8>),
	/// Brings the certificate of the freeze block.
	SubmitFreeze(Vec<u8>),
	/// Slashes a member for two votes that exclude each other.
	ReportEquivocation {
		/// The member's key.
		key: [u8; 32],
		/// One vote.
		first: Box<SignedVote>,
		/// The other.
		second: Box<SignedVote>,
	},
	/// Registers a verifying key: governance.
	RegisterKey {
		/// The version of the circuits.
		version: u16,
		/// What it is for.
		circuit: Circuit,
		/// The key, compressed: 440 bytes.
		key: Vec<u8>,
	},
	/// Retires a verifying key: governance.
	RetireKey {
		/// The version of the circuits.
		version: u16,
		/// What it is for.
		circuit: Circuit,
	},
	/// Asks for one side of a pool.
	CreatePool {
		/// The pool.
		params: PoolParams,
		/// The side on this chain.
		side: Side,
	},
	/// Gives the deposit of a side back when the rollup has ended.
	ReleasePoolDeposit(PoolSlot),
	/// Sends native tokens, and never so many that the sender's account ends.
	Transfer {
		/// Who gets them.
		to: AccountId,
		/// How many of the smallest unit.
		amount: u128,
	},
	/// Sends an asset, and never so much that the sender's account of it ends.
	TransferAsset {
		/// The asset.
		asset: u32,
		/// Who gets it.
		to: AccountId,
		/// How many of the smallest unit.
		amount: u128,
	},
	/// Several calls, all or none.
	Batch(Vec<Call>),
	/// A call as governance: the sudo key.
	Sudo(Box<Call>),
}
