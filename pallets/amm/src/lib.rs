// SPDX-License-Identifier: Apache-2.0

//! # AMM pallet
//!
//! The pools of this chain: who made them, and what they hold as of the last executed block.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module: dispatchables, storage, events, errors, and the view functions
//! [`pool`](pallet::Pallet::pool), [`slot_of`](pallet::Pallet::slot_of),
//! [`reserves`](pallet::Pallet::reserves), [`price`](pallet::Pallet::price) and
//! [`quote`](pallet::Pallet::quote). Other pallets read prices through [`Prices`].
//!
//! ## Overview
//!
//! A pool joins a token of one chain with a token of another, or of the same chain, so that one is
//! swapped for the other without a bridge. Each of its two *sides* is a leaf of the ledger's state
//! on its own chain: side 0 at home, where the shares are, and side 1. Swaps and liquidity are operations
//! of the ledger; this pallet makes the sides that lie here, and shows what blocks have made of
//! them (`docs/protocol.md`, sections 2 and 7.3).
//!
//! - Anyone creates a side with [`create_pool`](Call::create_pool): a request of the priority queue, for a
//!   deposit. The side exists once a block has served the request.
//! - A pool is its parameters. Whoever creates it first creates it for all, and nobody owns it; until
//!   both of its sides exist nothing can be done with it. A side that exists on one chain only, or
//!   whose token there is unknown, hurts nobody.
//! - The deposit keeps the [`MAX_POOLS`](ligature_primitives::constants::MAX_POOLS) places of a chain from being
//!   filled for nothing. A side never goes away, so the deposit comes back only when the rollup has
//!   ended: [`release_deposit`](Call::release_deposit).
//!
//! ## Low Level / Implementation Details
//!
//! - Slots are handed out in the order of the queue, which blocks serve in order: the ledger makes the
//!   same slots.
//! - Reserves are those of the last *executed* block: they rest on proofs of all chains and on the oracles'
//!   certificate. The ledger may be some blocks ahead.
//! - The price is a ratio of reserves, and one block can move it far: who lends or liquidates by it
//!   averages over time.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
mod pools;
mod prices;
mod registry;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
pub mod weights;

pub use pallet::*;
pub use prices::Prices;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::*;

use frame_support::traits::fungible;

/// A pool's side as this chain stores it.
pub type PoolOf<T> =
	Pool<<T as polkadot_sdk::frame_system::Config>::AccountId, pallet_rollup::Balance>;

/// Target of the pallet's logs.
pub(crate) const LOG_TARGET: &str = "runtime::amm";

/// The pallet.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use ligature_primitives::{
		amount::Amount,
		ids::{BlockNumber, PoolSlot, Side},
		pool::PoolParams,
		refusal::Refusal,
	};
	use pallet_rollup::{
		Balance,
		traits::{Lifecycle, RequestQueue},
	};
	use sp_runtime::FixedU128;

	/// Version of the storage layout.
	pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet's type.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The native token, in which deposits are held.
		type Currency: fungible::MutateHold<
				Self::AccountId,
				Reason = Self::RuntimeHoldReason,
				Balance = Balance,
			>;

		/// Why funds are on hold, in the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The rollup, which takes requests and knows tokens.
		type Rollup: RequestQueue<Self::AccountId> + Lifecycle<BlockNumberFor<Self>>;

		/// The deposit of one side of a pool, in units of the native token.
		#[pallet::constant]
		type PoolDeposit: Get<Balance>;

		/// Weights of the dispatchables.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit of who created a side of a pool.
		PoolDeposit,
	}

	/// The sides of pools on this chain, by their place in its state: those below [`NextSlot`].
	// Places are handed out in order: they need no cryptographic hash.
	#[pallet::storage]
	pub type Pools<T: Config> = StorageMap<_, Twox64Concat, PoolSlot, PoolOf<T>, OptionQuery>;

	/// The place of a side.
	// Parameters are chosen by users: a cryptographic hash.
	#[pallet::storage]
	pub type SlotOf<T: Config> =
		StorageMap<_, Blake2_128Concat, (PoolParams, Side), PoolSlot, OptionQuery>;

	/// The place of the next side.
	#[pallet::storage]
	pub type NextSlot<T: Config> = StorageValue<_, PoolSlot, ValueQuery>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A side of a pool is asked for.
		PoolQueued {
			/// Its place.
			slot: PoolSlot,
			/// The pool.
			params: PoolParams,
			/// The side on this chain.
			side: Side,
			/// Who asks for it, and has paid the deposit.
			creator: T::AccountId,
			/// The index of the request in the priority queue.
			request: u64,
		},
		/// A side of a pool exists.
		PoolCreated {
			/// Its place.
			slot: PoolSlot,
			/// The block of the rollup that has made it.
			block: BlockNumber,
		},
		/// An executed block has touched a pool.
		ReservesUpdated {
			/// The place of the side on this chain.
			slot: PoolSlot,
			/// The reserve on this chain.
			own: Amount,
			/// The reserve of the other side.
			foreign: Amount,
			/// The block of the rollup.
			block: BlockNumber,
		},
		/// A deposit went back.
		DepositReleased {
			/// The place of the side.
			slot: PoolSlot,
			/// Who had created it.
			creator: T::AccountId,
			/// The deposit.
			amount: Balance,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The parameters are not those of a pool: chains that are not in the network, a token that is no
		/// L1 token, one token twice, or a fee above 10 %.
		BadPoolParams,
		/// The side lies on another chain. Create it there.
		WrongSide,
		/// The side's token is not registered on this chain.
		UnknownToken,
		/// The side exists or is queued already. Use it: nobody owns it.
		PoolExists,
		/// All places of this chain are taken.
		PoolsFull,
		/// There is no side at this place.
		UnknownPool,
		/// Another account has paid the deposit.
		NotCreator,
		/// Deposits come back when the rollup has ended and exits are open.
		ExitsNotOpen,
		/// The deposit went back already.
		AlreadyReleased,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				T::PoolDeposit::get() > 0,
				"without a deposit all places are taken for nothing"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Asks for one side of a pool, the one that lies on this chain.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who pays the price of the request and the deposit.
		///
		/// ## Details
		///
		/// `side` says which of the two: if both chains are this one, each is asked for by a call of its
		/// own. The token of the other chain cannot be checked here: look there before you create a pool.
		///
		/// ## Errors
		///
		/// [`Error::BadPoolParams`], [`Error::WrongSide`], [`Error::UnknownToken`],
		/// [`Error::PoolExists`], [`Error::PoolsFull`], those of the priority queue and of the token.
		///
		/// ## Events
		///
		/// [`Event::PoolQueued`], and that of the priority queue.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::create_pool().saturating_add(T::Rollup::request_weight()))]
		pub fn create_pool(origin: OriginFor<T>, params: PoolParams, side: Side) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_create_pool(creator, params, side)
		}

		/// Gives the deposit of a side back, when the rollup has ended.
		///
		/// ## Dispatch Origin
		///
		/// Signed by who created it.
		///
		/// ## Errors
		///
		/// [`Error::ExitsNotOpen`], [`Error::UnknownPool`], [`Error::NotCreator`],
		/// [`Error::AlreadyReleased`].
		///
		/// ## Events
		///
		/// [`Event::DepositReleased`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::release_deposit())]
		pub fn release_deposit(origin: OriginFor<T>, slot: PoolSlot) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_release_deposit(creator, slot)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The side of a pool at this place.
		pub fn pool(slot: PoolSlot) -> Option<PoolOf<T>> {
			Pools::<T>::get(slot)
		}

		/// The place of a side on this chain, created or queued.
		pub fn slot_of(params: PoolParams, side: Side) -> Option<PoolSlot> {
			SlotOf::<T>::get((params, side))
		}

		/// The reserves of sides 0 and 1 after the last executed block, in each token's smallest unit;
		/// `None` if there is no pool, or if it is not created yet.
		pub fn reserves(slot: PoolSlot) -> Option<(Amount, Amount)> {
			<Self as Prices>::reserves(slot)
		}

		/// What one smallest unit of side 0's token is worth in smallest units of side 1's; `None` if
		/// there is no pool, if it is empty, or if the price is beyond the number's range.
		pub fn price(slot: PoolSlot) -> Option<FixedU128> {
			<Self as Prices>::price(slot)
		}

		/// What a swap of `amount` into side `input` would give, as of the last executed block and
		/// without the fee of the transaction.
		pub fn quote(slot: PoolSlot, input: Side, amount: Amount) -> Result<Amount, Refusal> {
			<Self as Prices>::quote(slot, input, amount)
		}
	}
}
