// SPDX-License-Identifier: Apache-2.0

//! # Rollup pallet
//!
//! One chain's end of a rollup that several chains share: it takes the blocks' public data, checks
//! their proofs, waits for the oracles' certificate, and only then moves funds.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module: dispatchables, storage, events, errors, view functions, and the genesis
//! configuration [`GenesisConfig`]. What it asks of its neighbours stands in [`traits`].
//!
//! ## Overview
//!
//! Several appchains share one Layer-2 ledger. They form a *network*: a list of two to four chains,
//! in strictly ascending order of their ids (`docs/protocol.md`, section 2). Every chain of a
//! network holds the same list and knows its own place in it. Signatures, headers and certificates
//! of the rollup name both, so that nothing signed for one network or chain is worth anything on
//! another. A chain without an identity runs as an ordinary appchain.
//!
//! A block of the rollup goes through four stages; [`Counters`] says how far they have come:
//!
//! | stage | call | who | file |
//! |---|---|---|---|
//! | committed | [`commit_block`](Call::commit_block) | the operator whose turn it is | `commit` |
//! | proven | [`prove_block`](Call::prove_block) | anyone | `prove` |
//! | certified | certificates come through the oracle pallet: [`Settlement`](traits::Settlement) | anyone relays | `settlement` |
//! | executed | [`execute_block`](Call::execute_block) | an operator, after a while anyone | `execute` |
//!
//! What is not certified can be taken back: [`revert_blocks`](Call::revert_blocks), `revert`.
//!
//! Users enter the ledger through the *priority queue* (`queue`): deposits, full exits, changes of keys,
//! creations of pools. Blocks serve it in strict order; a request that is not served in time lets
//! anyone end the rollup: *exodus* (`exodus`), in which everybody takes out with Merkle paths what
//! is theirs (`exits`), without operator, prover or oracle.
//!
//! Funds lie in the account of the pallet (`custody`). [`Owed`] says, per token, what of it belongs to
//! users; what is above came as a gift.
//!
//! ## Low Level / Implementation Details
//!
//! - The identity and the [`Parameters`] are set by genesis and have no call that changes them.
//! - Periods count blocks of this chain, not time: see [`Parameters`].
//! - Whatever a block consumes or pays is stored when it is committed, so that its execution needs
//!   nothing from anybody.
//! - A payment that fails becomes a pending balance: a receiver can never stop a block.
//! - `docs/onchain.md` lists, check by check, what the contracts of known rollups check and where it is
//!   done here, or why it does not apply.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod code;
mod commit;
mod custody;
mod execute;
mod exits;
mod exodus;
pub mod extension;
mod genesis;
mod halt;
pub mod migrations;
#[cfg(test)]
mod mock;
pub mod offchain;
mod operators;
mod prove;
mod queue;
mod refusals;
mod revert;
mod settlement;
#[cfg(test)]
mod tests;
pub mod traits;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use code::DelayedCode;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::*;

use frame_support::traits::{fungible, fungibles};

/// Balances of the native token and of assets.
pub type Balance = u128;

/// Identifier of an asset.
pub type AssetIdOf<T> = <<T as Config>::Assets as fungibles::Inspect<
	<T as polkadot_sdk::frame_system::Config>::AccountId,
>>::AssetId;

/// An imbalance of the native token: what requests cost.
pub type CreditOf<T> = fungible::Credit<
	<T as polkadot_sdk::frame_system::Config>::AccountId,
	<T as Config>::NativeToken,
>;

/// Target of the pallet's logs.
pub(crate) const LOG_TARGET: &str = "runtime::rollup";

/// The pallet.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::boxed::Box;
	use frame_support::{
		PalletId,
		pallet_prelude::*,
		traits::{EnsureOrigin, OnUnbalanced, UnixTime},
	};
	use frame_system::{
		offchain::{AppCrypto, CreateSignedTransaction},
		pallet_prelude::*,
	};
	use ligature_ledger::exit::{BalanceClaim, LiquidityClaim};
	use ligature_primitives::{
		amount::Amount,
		header::{Digest, Header},
		ids::{AccountIndex, BlockNumber, ChainId, Owner, PoolSlot, TokenId},
		keys::PublicKey,
		priority::PriorityRequest,
	};

	use crate::traits::{OracleEpochs, PoolRegistry, ProofVerification};

	/// Version of the storage layout.
	pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet's type.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<
			AccountId: From<[u8; 32]> + Into<[u8; 32]>,
			RuntimeEvent: From<Event<Self>>,
		> + CreateSignedTransaction<Call<Self>>
	{
		/// Who opens the network, registers tokens, resumes after a halt, and names operators, guardian
		/// and code. Nothing that this origin may do stops exodus.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The native token.
		type NativeToken: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ fungible::Balanced<Self::AccountId, Balance = Balance>;

		/// The assets.
		type Assets: fungibles::Mutate<
				Self::AccountId,
				Balance = Balance,
				AssetId: MaybeSerializeDeserialize,
			>;

		/// The time.
		type Time: UnixTime;

		/// Checks proofs.
		type Proofs: ProofVerification;

		/// Says who certifies a block.
		type Oracle: OracleEpochs;

		/// Knows the pools of this chain.
		type Pools: PoolRegistry;

		/// Takes what requests cost.
		type RequestFees: OnUnbalanced<CreditOf<Self>>;

		/// Signs the proofs that the off-chain worker sends.
		type ProverId: AppCrypto<Self::Public, Self::Signature>;

		/// What a request costs when the queue is empty, in units of the native token.
		#[pallet::constant]
		type RequestPrice: Get<Balance>;

		/// Most requests in the queue; a full exit is taken above it too.
		#[pallet::constant]
		type MaxQueue: Get<u32>;

		/// Most blocks that are committed and not executed.
		#[pallet::constant]
		type MaxOpenBlocks: Get<u32>;

		/// Executed blocks whose headers are kept.
		#[pallet::constant]
		type KeepBlocks: Get<u32>;

		/// Most operators.
		#[pallet::constant]
		type MaxOperators: Get<u32>;

		/// Blocks of the rollup that an operator commits before it is the next one's turn.
		#[pallet::constant]
		type TurnLength: Get<u32>;

		/// Derives the account of custody.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Weights of the dispatchables.
		type WeightInfo: WeightInfo;

		/// Makes what benchmarks need.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self>;
	}

	/// The network of this chain and its place in it. `None`: the chain belongs to no network.
	#[pallet::storage]
	pub type Identity<T: Config> = StorageValue<_, NetworkIdentity, OptionQuery>;

	/// The hash of the network's chains and of their genesis blocks, which every header names. Known
	/// once the network is open.
	#[pallet::storage]
	pub type ChainListHash<T: Config> = StorageValue<_, Digest, OptionQuery>;

	/// Periods of the rollup.
	#[pallet::storage]
	pub type Periods<T: Config> = StorageValue<_, Parameters<BlockNumberFor<T>>, OptionQuery>;

	/// Who commits blocks, in the order of their turns.
	#[pallet::storage]
	pub type Operators<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxOperators>, ValueQuery>;

	/// Who may halt the rollup and pause deposits.
	#[pallet::storage]
	pub type Guardian<T: Config> = StorageValue<_, T::AccountId, OptionQuery>;

	/// How far the blocks have come.
	#[pallet::storage]
	pub type Progress<T: Config> = StorageValue<_, Counters, ValueQuery>;

	/// Raised by every revert; every header names it.
	#[pallet::storage]
	pub type RevertEpoch<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The blocks from the last `KeepBlocks` executed ones to the last committed one.
	// The number is the chain's own count: nobody chooses it, so it needs no cryptographic hash.
	#[pallet::storage]
	pub type Blocks<T: Config> =
		StorageMap<_, Twox64Concat, BlockNumber, StoredBlock<BlockNumberFor<T>>, OptionQuery>;

	/// What the execution of the blocks that are not executed will do.
	// As `Blocks`.
	#[pallet::storage]
	pub type Pending<T: Config> = StorageMap<_, Twox64Concat, BlockNumber, Effects, OptionQuery>;

	/// Blocks that this chain shall never prove, by number and header hash.
	// Only oracles can put something here.
	#[pallet::storage]
	pub type Refusals<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		BlockNumber,
		frame_support::Identity,
		Digest,
		(),
		OptionQuery,
	>;

	/// The ends of the priority queue.
	#[pallet::storage]
	pub type PriorityQueue<T: Config> = StorageValue<_, Queue<BlockNumberFor<T>>, ValueQuery>;

	/// The requests that no executed block has consumed.
	// As `Blocks`: the index is counted here.
	#[pallet::storage]
	pub type Requests<T: Config> = StorageMap<
		_,
		Twox64Concat,
		u64,
		StoredRequest<T::AccountId, BlockNumberFor<T>>,
		OptionQuery,
	>;

	/// The tokens that the rollup knows on this chain, by their number in it.
	// At most 512, registered by governance.
	#[pallet::storage]
	pub type Tokens<T: Config> =
		CountedStorageMap<_, Twox64Concat, TokenId, Token<AssetIdOf<T>>, OptionQuery>;

	/// The numbers of the registered assets.
	#[pallet::storage]
	pub type TokenOf<T: Config> =
		StorageMap<_, Blake2_128Concat, AssetIdOf<T>, TokenId, OptionQuery>;

	/// What custody owes, per token: balances, reserves, unpaid withdrawals, deposits not consumed.
	#[pallet::storage]
	pub type Owed<T: Config> = StorageMap<_, Twox64Concat, TokenId, Balance, ValueQuery>;

	/// Payments that failed, for their owners to claim. Part of [`Owed`].
	// Accounts are chosen by users: a cryptographic hash.
	#[pallet::storage]
	pub type Claims<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Twox64Concat,
		TokenId,
		Balance,
		ValueQuery,
	>;

	/// Whether deposits are paused.
	#[pallet::storage]
	pub type DepositsPaused<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// What stops commit, prove and execute, if they are stopped.
	#[pallet::storage]
	pub type Halted<T: Config> = StorageValue<_, Halt, ValueQuery>;

	/// Exodus, once it has begun.
	#[pallet::storage]
	pub type ExodusState<T: Config> = StorageValue<_, Exodus<BlockNumberFor<T>>, OptionQuery>;

	/// The balances that were paid out in exodus.
	// Account and token are numbers that proofs bind.
	#[pallet::storage]
	pub type PaidBalances<T: Config> = StorageMap<_, Twox64Concat, BalanceKey, (), OptionQuery>;

	/// The shares of liquidity that were paid out in exodus.
	// As `PaidBalances`.
	#[pallet::storage]
	pub type PaidLiquidity<T: Config> = StorageMap<_, Twox64Concat, LiquidityKey, (), OptionQuery>;

	/// The hash of the code that may become the runtime, and from when on.
	#[pallet::storage]
	pub type AnnouncedCode<T: Config> = StorageValue<_, (T::Hash, BlockNumberFor<T>), OptionQuery>;

	/// The number of the extrinsic that is a `commit_block` by itself: set by the transaction extension
	/// before the dispatch and taken by the call, so that none commits from inside another call.
	#[pallet::storage]
	pub type TopLevelCommit<T: Config> = StorageValue<_, u32, OptionQuery>;

	/// The rollup at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Network, chain and list of chains; `None` for a chain that belongs to no network.
		pub identity: Option<GenesisIdentity>,
		/// Periods; needed if the chain belongs to a network.
		pub parameters: Option<Parameters<BlockNumberFor<T>>>,
		/// Who commits blocks.
		pub operators: alloc::vec::Vec<T::AccountId>,
		/// Who may halt.
		pub guardian: Option<T::AccountId>,
		/// Assets that are registered from the beginning, as tokens 1, 2, …; genesis of the assets endows
		/// custody with their least balance.
		pub assets: alloc::vec::Vec<AssetIdOf<T>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			crate::genesis::build::<T>(self);
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The network's chains are known: blocks can come.
		NetworkOpened {
			/// The hash of the list of chains.
			chain_list_hash: Digest,
		},
		/// An asset is a token of the rollup.
		TokenRegistered {
			/// Its number.
			token: TokenId,
			/// The asset.
			asset: AssetIdOf<T>,
		},
		/// A request is in the priority queue.
		RequestQueued {
			/// Its place.
			index: u64,
			/// What is asked for.
			request: PriorityRequest,
			/// Its content hash, which pins place and content.
			hash: Digest,
			/// Who pays.
			payer: T::AccountId,
			/// What it cost.
			price: Balance,
			/// From this block on it is expired.
			expires: BlockNumberFor<T>,
		},
		/// A block is committed. Its public data stands in this extrinsic of this block.
		BlockCommitted {
			/// The block's number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
			/// The block of this chain that holds the public data.
			block: BlockNumberFor<T>,
			/// The extrinsic in that block.
			extrinsic: u32,
		},
		/// A block is proven on this chain.
		BlockProven {
			/// The block's number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
			/// Who sent the proofs.
			prover: T::AccountId,
		},
		/// More than two thirds of the oracles have seen the block proven on all chains.
		BlockCertified {
			/// The block's number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
		},
		/// A block's payments are made.
		BlockExecuted {
			/// The block's number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
			/// How many payments there were.
			payments: u32,
		},
		/// Blocks are taken back.
		BlocksReverted {
			/// The last block that stays.
			to: BlockNumber,
			/// The revert epoch that holds now.
			epoch: u32,
		},
		/// The oracles have barred a block from being proven on this chain.
		BlockRefused {
			/// The block's number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
		},
		/// A withdrawal is paid.
		Paid {
			/// Who got it.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
		},
		/// A payment failed; its owner can claim it.
		PaymentPending {
			/// Whose it is.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
			/// Why it failed.
			error: DispatchError,
		},
		/// A pending payment was claimed.
		Claimed {
			/// Whose it was.
			who: T::AccountId,
			/// Who got it.
			to: T::AccountId,
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
		},
		/// Deposits are paused, or no longer.
		DepositsPausedSet {
			/// Whether they are.
			paused: bool,
		},
		/// Commit, prove and execute are stopped.
		HaltedBecause {
			/// Why.
			reason: HaltReason,
		},
		/// Commit, prove and execute go on.
		Resumed,
		/// The operators have changed.
		OperatorsSet {
			/// They are now, in the order of their turns.
			operators: BoundedVec<T::AccountId, T::MaxOperators>,
		},
		/// The guardian has changed.
		GuardianSet {
			/// It is now.
			guardian: Option<T::AccountId>,
		},
		/// Code is announced.
		CodeAnnounced {
			/// Its hash.
			code_hash: T::Hash,
			/// From this block on it may become the runtime.
			usable_from: BlockNumberFor<T>,
		},
		/// The rollup ends. Requests that no executed block consumes will be refunded.
		ExodusBegun,
		/// The block against which everybody leaves is fixed. Later ones are dropped.
		FreezeFixed {
			/// Its number.
			number: BlockNumber,
			/// Its header hash.
			hash: Digest,
		},
		/// A balance left in exodus.
		Exited {
			/// Its owner.
			who: T::AccountId,
			/// The account on the ledger.
			account: AccountIndex,
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
		},
		/// Liquidity left in exodus: one side of a share in a pool.
		LiquidityExited {
			/// Its owner.
			who: T::AccountId,
			/// The pool's home chain.
			home: ChainId,
			/// The pool's slot there.
			slot: PoolSlot,
			/// The token paid.
			token: TokenId,
			/// How much.
			amount: Balance,
		},
		/// A deposit that no block consumed went back.
		DepositRefunded {
			/// The request.
			index: u64,
			/// Who had paid it.
			who: T::AccountId,
			/// The token.
			token: TokenId,
			/// How much.
			amount: Balance,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The chain belongs to no network. A network is set by the chain's genesis.
		NoNetwork,
		/// The network's chains are not known yet. Governance opens the network first.
		NetworkNotOpen,
		/// The network is open already; its list of chains never changes.
		NetworkAlreadyOpen,
		/// The list must have one genesis hash per chain, in the order of their ids, this chain's own among
		/// them at its place.
		WrongChainList,
		/// Custody does not hold the least balance of this token, below which the account could
		/// lose it. Send it there first; it is a gift.
		CustodyNotFunded,
		/// The asset is registered already.
		TokenAlreadyRegistered,
		/// There is no such asset.
		UnknownAsset,
		/// The rollup knows at most 512 tokens on a chain.
		TooManyTokens,
		/// The token is not registered on this chain. Look at the tokens of the rollup.
		UnknownToken,
		/// An amount must be above 0.
		AmountZero,
		/// What the chain owes of this token would reach 2^112. Nothing to do but wait for withdrawals.
		OwedOverflow,
		/// The owner is zero: nobody could ever move the funds.
		OwnerZero,
		/// The owner is an account of the rollup itself.
		OwnerReserved,
		/// Only the owner of an account sets its key: pay the deposit from the owner's account, or leave
		/// out the key.
		KeyNotByOwner,
		/// The key is not one that can sign: not canonical, not on the curve, of small order, or the
		/// identity. Wallets derive keys that are good.
		BadKey,
		/// The tree of accounts is full, or could be by the time the request is served.
		TreeFull,
		/// There is no pool whose shares this token is.
		UnknownPool,
		/// The queue is full. Wait until blocks have served it; full exits are taken nevertheless.
		QueueFull,
		/// Deposits are paused. Exits are not.
		DepositsPaused,
		/// The request is not one that the queue takes.
		BadRequest,
		/// The rollup has ended: exits are open, or will be once the freeze block is executed.
		InExodus,
		/// Exodus has not begun.
		NotInExodus,
		/// Commit, prove and execute are halted. See [`Halted`] for the reason.
		RollupHalted,
		/// The rollup is not halted.
		NotHalted,
		/// The caller is not an operator.
		NotOperator,
		/// It is another operator's turn.
		NotYourTurn,
		/// The caller is neither guardian nor governance.
		NotGuardian,
		/// An operator is named twice, or there is none.
		BadOperators,
		/// A block is committed by an extrinsic of its own, not from inside another call: its public data
		/// must be found by extrinsic.
		NotTopLevel,
		/// Too many blocks are not executed yet. Prove and execute them first.
		TooManyOpenBlocks,
		/// The header names another network or list of chains.
		WrongNetwork,
		/// The header has another number than the next one.
		WrongNumber,
		/// The header's parent is not the last committed block.
		WrongParent,
		/// The header names another revert epoch.
		WrongRevertEpoch,
		/// The header names another oracle epoch or other members.
		WrongOracleEpoch,
		/// The header's time is before its parent's.
		TimestampOrder,
		/// The header's time is too far ahead of this chain's clock.
		TimestampTooLate,
		/// The header's time is too far behind this chain's clock. Revert on the others and build anew.
		TimestampTooEarly,
		/// The header's keys are not those of its circuit version.
		UnknownKeys,
		/// The header does not continue the parent's state.
		OldStateMismatch,
		/// A half is marked empty and is not, or the other way round.
		BadEmptyHalf,
		/// The join's class does not fit the number of joint operations.
		BadJoinClass,
		/// The public data has another length than the header says.
		DataLength,
		/// The public data does not decode. The log names the reason; it is one of section 9 of
		/// `docs/protocol.md`.
		MalformedPublicData,
		/// The public data is not what the header commits to.
		CommitmentMismatch,
		/// A priority operation in the public data is not the next one of the queue.
		PriorityMismatch,
		/// The public data has more priority operations than the queue.
		PriorityMissing,
		/// The oracles have barred this block. Revert it and build another.
		BlockIsRefused,
		/// No such block is committed, or it is no longer remembered.
		UnknownBlock,
		/// The block of this number has another hash.
		WrongBlock,
		/// The block is proven already.
		AlreadyProven,
		/// The block before is not proven.
		NotNextToProve,
		/// The number of proofs is not the number of non-empty halves and of a join that is not empty.
		WrongNumberOfProofs,
		/// The block before is not certified, or this one is already.
		NotNextToCertify,
		/// The block is not proven on this chain.
		NotProven,
		/// The message is not what this chain knows about the block.
		WrongMessage,
		/// The block is certified: it stays.
		AlreadyCertified,
		/// The block is not the next one, or has no certificate yet.
		NotNextToExecute,
		/// The block pays or consumes more than the caller has paid weight for. Call again with the
		/// numbers of its payments and requests.
		TooLittleWeight,
		/// Until the grace period is over only operators execute.
		GraceNotOver,
		/// There is nothing to revert to, or proven blocks would go that no certificate has refused.
		CannotRevert,
		/// The revert epoch must rise, and by at most 1,024 at once: nobody shall use them up.
		EpochMustRise,
		/// Nothing is pending for this account and token.
		NothingToClaim,
		/// The head of the queue has not expired.
		NotExpired,
		/// Exodus has begun already.
		AlreadyInExodus,
		/// The freeze block is fixed already.
		AlreadyFrozen,
		/// The time for a freeze certificate is not over.
		TimeoutNotOver,
		/// The freeze block is fixed on the first chain of the network, and the others follow it.
		NotFirstChain,
		/// The freeze block would be below a certified one.
		FreezeTooLow,
		/// Exits open when the freeze block is executed.
		ExitNotOpen,
		/// This was paid already.
		AlreadyClaimed,
		/// The claim is not proven by the freeze block's roots.
		BadClaim,
		/// The request is not a deposit that waits to go back.
		NotRefundable,
		/// The code was not announced, or its notice is not over.
		CodeNotAnnounced,
		/// A sum left its range: a bug. Nothing has changed.
		Arithmetic,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			crate::genesis::integrity_test::<T>();
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			crate::offchain::run::<T>(now);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Makes the network's chains known, so that blocks can come.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`], once.
		///
		/// ## Details
		///
		/// The genesis hashes of all chains are known only when all of them have started. From them
		/// follow the chain-list hash and the header of block 0. Custody must hold the existential deposit.
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::NetworkAlreadyOpen`], [`Error::WrongChainList`],
		/// [`Error::CustodyNotFunded`].
		///
		/// ## Events
		///
		/// [`Event::NetworkOpened`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open_network())]
		pub fn open_network(origin: OriginFor<T>, genesis_hashes: GenesisHashes) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_open_network(genesis_hashes)
		}

		/// Registers an asset as a token of the rollup, under the next number.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::NoNetwork`], [`Error::InExodus`], [`Error::UnknownAsset`],
		/// [`Error::TokenAlreadyRegistered`], [`Error::TooManyTokens`], [`Error::CustodyNotFunded`].
		///
		/// ## Events
		///
		/// [`Event::TokenRegistered`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::register_token())]
		pub fn register_token(origin: OriginFor<T>, asset: AssetIdOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_register_token(asset)
		}

		/// Deposits `amount` of a token for `owner` on the ledger, and sets the owner's key there if the
		/// owner pays.
		///
		/// ## Dispatch Origin
		///
		/// Signed: who pays, the deposit and the price of the request.
		///
		/// ## Errors
		///
		/// [`Error::DepositsPaused`], those of the queue ([`Error::InExodus`], [`Error::NetworkNotOpen`],
		/// [`Error::QueueFull`], [`Error::TreeFull`]), [`Error::UnknownToken`], [`Error::AmountZero`],
		/// [`Error::OwedOverflow`], [`Error::OwnerZero`], [`Error::OwnerReserved`], [`Error::BadKey`],
		/// [`Error::KeyNotByOwner`], those of the token. Larger amounts than 2^112 do not decode.
		///
		/// ## Events
		///
		/// [`Event::RequestQueued`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::deposit())]
		pub fn deposit(
			origin: OriginFor<T>,
			token: TokenId,
			owner: Owner,
			amount: Amount,
			key: Option<PublicKey>,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_deposit(&payer, token, owner, amount, key)
		}

		/// Asks for the whole balance of a token of the caller's account on the ledger; or for the
		/// liquidity behind shares.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner of the account. Never refused for the length of the queue.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`], [`Error::NetworkNotOpen`], [`Error::UnknownToken`], [`Error::UnknownPool`].
		///
		/// ## Events
		///
		/// [`Event::RequestQueued`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::request_full_exit())]
		pub fn request_full_exit(
			origin: OriginFor<T>,
			account: AccountIndex,
			token: TokenId,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_request_full_exit(&owner, account, token)
		}

		/// Sets the key of an account of the caller's on the ledger: of `account`, or of any, which is made
		/// if there is none.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner.
		///
		/// ## Errors
		///
		/// Those of the queue, and [`Error::BadKey`]. The tree can be full only without `account`.
		///
		/// ## Events
		///
		/// [`Event::RequestQueued`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::change_pub_key())]
		pub fn change_pub_key(
			origin: OriginFor<T>,
			account: Option<AccountIndex>,
			key: PublicKey,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_change_pub_key(&owner, account, key)
		}

		/// Commits the next block: its header, and the public data of this chain.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator whose turn it is, as an extrinsic of its own.
		///
		/// ## Details
		///
		/// The checks are those of `docs/protocol.md`, section 12.2, in that order; whatever does not fit is
		/// refused whole. The fee comes back on success.
		///
		/// ## Errors
		///
		/// See the section named; the errors have the same names.
		///
		/// ## Events
		///
		/// [`Event::BlockCommitted`], which names where the public data stands.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::commit_weight(header))]
		pub fn commit_block(
			origin: OriginFor<T>,
			header: Box<Header>,
			data: PublicDataBytes,
		) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			Self::do_commit_block(&operator, *header, &data)
		}

		/// Proves the next block.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. The fee comes back on success.
		///
		/// ## Details
		///
		/// All proofs of the block are checked together, against public inputs that come from the stored
		/// header.
		///
		/// ## Errors
		///
		/// [`Error::RollupHalted`], [`Error::InExodus`], [`Error::UnknownBlock`], [`Error::WrongBlock`],
		/// [`Error::AlreadyProven`], [`Error::NotNextToProve`], [`Error::BlockIsRefused`],
		/// [`Error::WrongNumberOfProofs`], those of the verifier.
		///
		/// ## Events
		///
		/// [`Event::BlockProven`].
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::prove_weight(proofs.len() as u32))]
		pub fn prove_block(
			origin: OriginFor<T>,
			number: BlockNumber,
			hash: Digest,
			proofs: Proofs,
		) -> DispatchResultWithPostInfo {
			let prover = ensure_signed(origin)?;
			Self::do_prove_block(&prover, number, hash, &proofs)
		}

		/// Executes the next certified block: makes its payments, and consumes its requests.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator; by anyone after the grace period and in exodus. The fee comes back
		/// on success.
		///
		/// ## Details
		///
		/// `payments` and `requests` are the numbers to pay weight for, at least as many as the block pays
		/// and consumes. A payment that fails becomes a pending one.
		///
		/// ## Errors
		///
		/// [`Error::RollupHalted`], [`Error::NotNextToExecute`], [`Error::GraceNotOver`],
		/// [`Error::TooLittleWeight`].
		///
		/// ## Events
		///
		/// [`Event::Paid`], [`Event::PaymentPending`], [`Event::BlockExecuted`].
		#[pallet::call_index(7)]
		#[pallet::weight(Pallet::<T>::execute_weight(*payments, *requests))]
		pub fn execute_block(
			origin: OriginFor<T>,
			number: BlockNumber,
			payments: u32,
			requests: u32,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_execute_block(&who, number, payments, requests)
		}

		/// Takes back the blocks after `to`, and sets the revert epoch.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator.
		///
		/// ## Details
		///
		/// Unproven blocks may always go; proven ones only if the rollup is halted because another chain
		/// shall never prove one of the blocks that go; certified ones never. With nothing to take back
		/// only the epoch rises, so that all chains meet again. Works while halted, and ends a halt whose
		/// refused block is gone.
		///
		/// ## Errors
		///
		/// [`Error::NotOperator`], [`Error::InExodus`], [`Error::CannotRevert`], [`Error::EpochMustRise`].
		///
		/// ## Events
		///
		/// [`Event::BlocksReverted`], [`Event::Resumed`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::revert_blocks(T::MaxOpenBlocks::get()))]
		pub fn revert_blocks(
			origin: OriginFor<T>,
			to: BlockNumber,
			epoch: u32,
		) -> DispatchResultWithPostInfo {
			let operator = ensure_signed(origin)?;
			Self::do_revert_blocks(&operator, to, epoch)
		}

		/// Pays what is pending for the caller, to `to` or to the caller.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the owner of the payment. Works always.
		///
		/// ## Errors
		///
		/// [`Error::UnknownToken`], [`Error::NothingToClaim`], [`Error::OwnerReserved`] for custody
		/// itself, those of the token.
		///
		/// ## Events
		///
		/// [`Event::Claimed`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(
			origin: OriginFor<T>,
			token: TokenId,
			to: Option<T::AccountId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(&who, token, to)
		}

		/// Pauses deposits, or lets them come again. Exits are never paused.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the guardian, or [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::NotGuardian`].
		///
		/// ## Events
		///
		/// [`Event::DepositsPausedSet`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::pause_deposits())]
		pub fn pause_deposits(origin: OriginFor<T>, paused: bool) -> DispatchResult {
			Self::ensure_guardian(origin)?;
			Self::do_pause_deposits(paused)
		}

		/// Stops commit, prove and execute. Requests, their expiry and exodus go on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the guardian, or [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::NotGuardian`], [`Error::RollupHalted`], [`Error::InExodus`].
		///
		/// ## Events
		///
		/// [`Event::HaltedBecause`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::halt())]
		pub fn halt(origin: OriginFor<T>) -> DispatchResult {
			Self::ensure_guardian(origin)?;
			Self::do_halt()
		}

		/// Ends a halt.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`]: who halts by mistake or malice cannot undo it alone.
		///
		/// ## Errors
		///
		/// [`Error::NotHalted`]; [`Error::BlockIsRefused`] if the halt is due to a refused block that
		/// is still committed: revert it.
		///
		/// ## Events
		///
		/// [`Event::Resumed`].
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_resume()
		}

		/// Names the operators, in the order of their turns.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// Holds at once: an operator can hurt nobody alone, and a dead one has to be replaced before
		/// requests expire.
		///
		/// ## Errors
		///
		/// [`Error::BadOperators`].
		///
		/// ## Events
		///
		/// [`Event::OperatorsSet`].
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::set_operators(operators.len() as u32))]
		pub fn set_operators(
			origin: OriginFor<T>,
			operators: BoundedVec<T::AccountId, T::MaxOperators>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_operators(operators)
		}

		/// Names the guardian, or none.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Events
		///
		/// [`Event::GuardianSet`].
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::set_guardian())]
		pub fn set_guardian(
			origin: OriginFor<T>,
			guardian: Option<T::AccountId>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_guardian(guardian)
		}

		/// Announces the hash of the code that shall become the runtime.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// A chain of a network changes its code only after [`Parameters::notice`], in which everybody who
		/// disagrees can leave; see [`DelayedCode`]. A new announcement replaces the one before.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`].
		///
		/// ## Events
		///
		/// [`Event::CodeAnnounced`].
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::announce_code())]
		pub fn announce_code(origin: OriginFor<T>, code_hash: T::Hash) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_announce_code(code_hash)
		}

		/// Ends the rollup, because the head of the queue has expired.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone. Nothing stops it.
		///
		/// ## Errors
		///
		/// [`Error::AlreadyInExodus`], [`Error::NotExpired`].
		///
		/// ## Events
		///
		/// [`Event::ExodusBegun`].
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::enter_exodus())]
		pub fn enter_exodus(origin: OriginFor<T>) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_enter_exodus()
		}

		/// Fixes the highest certified block as the freeze block, because no freeze certificate came in
		/// time.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::NotInExodus`], [`Error::AlreadyFrozen`], [`Error::TimeoutNotOver`].
		///
		/// ## Events
		///
		/// [`Event::FreezeFixed`].
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::freeze_by_timeout(T::MaxOpenBlocks::get()))]
		pub fn freeze_by_timeout(origin: OriginFor<T>) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_freeze_by_timeout()
		}

		/// Pays out a balance in exodus, to its owner.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::ExitNotOpen`], [`Error::BadClaim`], [`Error::AlreadyClaimed`], [`Error::AmountZero`]:
		/// a claim of nothing leaves no mark.
		///
		/// ## Events
		///
		/// [`Event::Exited`], [`Event::Paid`] or [`Event::PaymentPending`].
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::exit())]
		pub fn exit(origin: OriginFor<T>, claim: Box<BalanceClaim>) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_exit(&claim)
		}

		/// Pays out one side of a share in a pool in exodus, to its owner.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// As of [`exit`](Call::exit).
		///
		/// ## Events
		///
		/// [`Event::LiquidityExited`], [`Event::Paid`] or [`Event::PaymentPending`].
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::exit_liquidity())]
		pub fn exit_liquidity(origin: OriginFor<T>, claim: Box<LiquidityClaim>) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_exit_liquidity(&claim)
		}

		/// Gives back a deposit that no block consumed, to who had paid it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, in exodus, once the freeze block is executed.
		///
		/// ## Errors
		///
		/// [`Error::ExitNotOpen`], [`Error::NotRefundable`].
		///
		/// ## Events
		///
		/// [`Event::DepositRefunded`], [`Event::Paid`] or [`Event::PaymentPending`].
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::refund_deposit())]
		pub fn refund_deposit(origin: OriginFor<T>, index: u64) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_refund_deposit(index)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The network of this chain and its place in it.
		pub fn identity() -> Option<NetworkIdentity> {
			Identity::<T>::get()
		}

		/// What this chain knows about a block of the rollup, while it remembers it.
		pub fn block_status(number: BlockNumber) -> Option<BlockStatus> {
			Self::status_of(number)
		}

		/// What the next request costs, in units of the native token.
		pub fn request_price() -> Balance {
			Self::price_of_next(false)
		}

		/// The account that holds the funds.
		pub fn custody() -> T::AccountId {
			Self::custody_account()
		}
	}
}
