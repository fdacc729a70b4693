// SPDX-License-Identifier: Apache-2.0

//! What the pallets of the rollup ask of each other.
//!
//! | trait | implemented by | asked by |
//! |---|---|---|
//! | [`ProofVerification`] | proof-verifier | rollup: may these keys be used, do these proofs hold |
//! | [`OracleEpochs`] | root-oracle | rollup: which members certify this block |
//! | [`PoolRegistry`] | amm | rollup: is there such a pool; the block is executed |
//! | [`Settlement`] | rollup | root-oracle: this has more than two thirds of the members behind it |
//! | [`RequestQueue`] | rollup | amm: a pool is to be created |
//! | [`Lifecycle`] | rollup | all: is the rollup in exodus, how long is the notice |
//! | [`ObsoleteCall`] | rollup, root-oracle | the transaction extension: can this call still do anything |

use polkadot_sdk::*;

use frame_support::weights::Weight;
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::{Digest, Network},
	ids::{BlockNumber, ChainId, PoolSlot, TokenId},
	poseidon::Word,
	priority::PriorityRequest,
	pubdata::Register,
	vote::{VoteKind, VoteMessage},
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::types::{BlockStatus, CircuitId, Counters, NetworkIdentity, ProofBytes};

/// A statement of a block, and the proof that somebody sent for it.
#[derive(Clone, Copy, Debug)]
pub struct ProofClaim<'a> {
	/// Which circuit.
	pub circuit: CircuitId,
	/// The public input, computed from the stored header.
	pub input: Word,
	/// The compressed proof.
	pub proof: &'a ProofBytes,
}

/// Checks proofs, and says which keys may be used.
pub trait ProofVerification {
	/// The keys digest of a block of this shape (`docs/protocol.md`, section 11.2).
	///
	/// # Errors
	///
	/// If a key is missing, retired, or its notice is not over: then no new block may use it.
	fn keys_digest(
		version: u16,
		join: JoinClass,
		chains: &[SizeClass],
	) -> Result<Digest, DispatchError>;

	/// Checks all proofs of a block together. The keys are those of the circuit version, retired or
	/// not: a block that was committed with them can be proven with them.
	///
	/// # Errors
	///
	/// A malformed proof, an unknown key, or proofs that do not hold.
	fn verify(version: u16, claims: &[ProofClaim<'_>]) -> DispatchResult;

	/// Weight of [`ProofVerification::keys_digest`] for a network of the most chains.
	fn keys_digest_weight() -> Weight;

	/// Weight of [`ProofVerification::verify`] of so many claims.
	fn verify_weight(claims: u32) -> Weight;

	/// Makes usable keys of this version exist, for every class.
	#[cfg(feature = "runtime-benchmarks")]
	fn setup_for_benchmarks(version: u16);
}

/// Says who certifies a block.
pub trait OracleEpochs {
	/// The oracle epoch of the block with this number, and the hash of its members.
	///
	/// # Errors
	///
	/// If an epoch begins with this block whose notice is not over.
	fn epoch_of(number: BlockNumber) -> Result<(u32, Digest), DispatchError>;

	/// Weight of [`OracleEpochs::epoch_of`].
	fn epoch_of_weight() -> Weight;
}

/// Knows the pools of this chain.
pub trait PoolRegistry {
	/// Whether side 0 of a pool is at this slot, created or queued.
	fn is_home_pool(slot: PoolSlot) -> bool;

	/// A block was executed: these pools were created in it, these reserves are as of now. Registers
	/// name pools that exist or are among the created ones: proofs guarantee it.
	fn on_executed(number: BlockNumber, created: &[PoolSlot], registers: &[Register]);

	/// Weight of [`PoolRegistry::on_executed`] of so many pools created and registers.
	fn on_executed_weight(created: u32, registers: u32) -> Weight;
}

/// Where the rollup stands, for everybody who has to know.
pub trait Lifecycle<L1Block> {
	/// The network of this chain and its place in it.
	fn identity() -> Option<NetworkIdentity>;

	/// The four counters.
	fn counters() -> Counters;

	/// Whether exodus has begun. It never ends.
	fn in_exodus() -> bool;

	/// Whether claims are open: exodus has begun, its freeze block is fixed and executed.
	fn exits_open() -> bool;

	/// For how many blocks of this chain a change that could hurt users is announced before it holds:
	/// longer than the time in which everybody can leave.
	fn notice() -> L1Block;

	/// Gives the chain an identity if it has none, and opens its network if it is not open.
	#[cfg(feature = "runtime-benchmarks")]
	fn open_for_benchmarks();

	/// Brings the rollup to its end: in exodus, with the freeze block fixed and executed.
	#[cfg(feature = "runtime-benchmarks")]
	fn end_for_benchmarks();
}

/// Takes what the oracles have decided. The signatures have been checked, against the members whose
/// hash the message names; what the message says has not.
pub trait Settlement {
	/// What this chain knows about a block, while it remembers it.
	fn status(number: BlockNumber) -> Option<BlockStatus>;

	/// *Block*: the next proven block is certified.
	fn certify(message: &VoteMessage) -> DispatchResult;

	/// *Refuse*, about this chain: it shall never prove the block.
	fn refuse(message: &VoteMessage) -> DispatchResult;

	/// *Refused*, about another chain: this one halts, and may revert to before the block.
	fn refused(message: &VoteMessage) -> DispatchResult;

	/// *Freeze*: exodus ends at this block, decided on the first chain of the network.
	fn freeze(message: &VoteMessage) -> DispatchResult;

	/// *Frozen*: the first chain has fixed the freeze block.
	fn frozen(message: &VoteMessage) -> DispatchResult;

	/// Weight of taking a message of this kind.
	fn settlement_weight(kind: VoteKind) -> Weight;
}

/// Takes requests for the priority queue.
pub trait RequestQueue<AccountId> {
	/// The network.
	///
	/// # Errors
	///
	/// If this chain belongs to none.
	fn network() -> Result<(Network, ChainId), DispatchError>;

	/// Whether the token is registered on this chain.
	fn is_token(token: TokenId) -> bool;

	/// Puts a request into the queue, for the price that `payer` pays, and gives back its index. The
	/// request has passed [`PriorityRequest::check`] and whatever else its kind needs.
	///
	/// # Errors
	///
	/// Exodus, a full queue, a payer who cannot pay.
	fn request(payer: &AccountId, request: PriorityRequest) -> Result<u64, DispatchError>;

	/// Weight of [`RequestQueue::request`].
	fn request_weight() -> Weight;
}

/// Knows which calls have become pointless, so that the transaction pool drops them and nobody pays for
/// being second. Asked by [`CheckRollup`](crate::extension::CheckRollup).
pub trait ObsoleteCall<Call> {
	/// Whether the call asks for something that has happened already, or can never happen. Only what is
	/// certain is obsolete: a call that may yet have an effect is not.
	fn is_obsolete(call: &Call) -> bool;

	/// Weight of [`ObsoleteCall::is_obsolete`] at its worst.
	fn obsolete_weight() -> Weight;
}

impl<Call> ObsoleteCall<Call> for () {
	fn is_obsolete(_: &Call) -> bool {
		false
	}

	fn obsolete_weight() -> Weight {
		Weight::zero()
	}
}
