// SPDX-License-Identifier: Apache-2.0

//! The priority queue: how L1 enters the ledger (section 12.1 of `docs/protocol.md`).
//!
//! Requests are served in strict order. A request that could not be served is refused at the door, so
//! that none can stop those behind it. The price rises with the queue, so that filling it costs more
//! and more; a full exit costs at most 16 times the least price and is never refused for length:
//! leaving must stay possible however many others want something.

use polkadot_sdk::*;

use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		Get, OnUnbalanced,
		fungible::Balanced,
		tokens::{Fortitude, Precision, Preservation},
	},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::{
	amount::Amount,
	constants::{DOOR_MARGIN, FIRST_EXIT_INDEX, FIRST_RESERVED_INDEX},
	header::Network,
	ids::{AccountIndex, ChainId, Owner, TokenId},
	keys::PublicKey,
	priority::PriorityRequest,
};
use sp_runtime::{
	DispatchError,
	traits::{SaturatedConversion, Saturating},
};

use crate::{
	Balance, Blocks, Config, DepositsPaused, Error, Event, NetworkIdentity, Pallet, Parameters,
	Periods, PriorityQueue, Progress, Queue, Requests, StoredRequest, Tokens, WeightInfo,
	traits::{PoolRegistry, RequestQueue},
};

/// The price rises with the square of the queue's length in these units.
const PRICE_STEP: u64 = 64;

/// A full exit costs at most so many times the price of an empty queue.
const MAX_EXIT_FACTOR: Balance = 16;

impl<T: Config> Pallet<T> {
	/// What the next request costs.
	pub(crate) fn price_of_next(is_exit: bool) -> Balance {
		let queue = PriorityQueue::<T>::get();
		let steps = Balance::from(queue.next.saturating_sub(queue.committed) / PRICE_STEP);
		let factor = steps.saturating_mul(steps).saturating_add(1);
		let factor = if is_exit { factor.min(MAX_EXIT_FACTOR) } else { factor };
		T::RequestPrice::get().saturating_mul(factor)
	}

	/// Queues a deposit, and takes what it deposits.
	pub(crate) fn do_deposit(
		payer: &T::AccountId,
		token: TokenId,
		owner: Owner,
		amount: Amount,
		key: Option<PublicKey>,
	) -> DispatchResult {
		ensure!(!DepositsPaused::<T>::get(), Error::<T>::DepositsPaused);
		ensure!(Tokens::<T>::contains_key(token), Error::<T>::UnknownToken);
		ensure!(Self::owner(&Self::custody_account()) != owner, Error::<T>::OwnerReserved);
		ensure!(key.is_none() || Self::owner(payer) == owner, Error::<T>::KeyNotByOwner);
		Self::enqueue(payer, PriorityRequest::Deposit { token, owner, amount, key })?;
		Self::take(payer, token, amount.get())
	}

	/// Queues the exit of a balance, or of the liquidity behind shares.
	pub(crate) fn do_request_full_exit(
		who: &T::AccountId,
		account: AccountIndex,
		token: TokenId,
	) -> DispatchResult {
		match token.lp_slot() {
			Some(slot) => ensure!(T::Pools::is_home_pool(slot), Error::<T>::UnknownPool),
			None => ensure!(Tokens::<T>::contains_key(token), Error::<T>::UnknownToken),
		}
		let owner = Self::owner(who);
		Self::enqueue(who, PriorityRequest::FullExit { account, token, owner })?;
		Ok(())
	}

	/// Queues a key change.
	pub(crate) fn do_change_pub_key(
		who: &T::AccountId,
		account: Option<AccountIndex>,
		key: PublicKey,
	) -> DispatchResult {
		let owner = Self::owner(who);
		Self::enqueue(who, PriorityRequest::ChangePubKey { account, owner, key })?;
		Ok(())
	}

	/// Puts a request into the queue, for its price; gives back its index.
	fn enqueue(payer: &T::AccountId, request: PriorityRequest) -> Result<u64, DispatchError> {
		let (identity, _) = Self::ensure_open()?;
		Self::ensure_not_in_exodus()?;
		request.check().map_err(Error::<T>::from)?;
		let mut queue = PriorityQueue::<T>::get();
		let is_exit = matches!(request, PriorityRequest::FullExit { .. });
		let length = queue.next.saturating_sub(queue.committed);
		ensure!(is_exit || length < T::MaxQueue::get().into(), Error::<T>::QueueFull);
		if may_create(&request) {
			Self::ensure_room_for_account(&identity, queue.creating)?;
			queue.creating = queue.creating.checked_add(1).ok_or(Error::<T>::Arithmetic)?;
		}
		let periods = Periods::<T>::get().ok_or(Error::<T>::NoNetwork)?;

		let price = Self::price_of_next(is_exit);
		let credit = T::NativeToken::withdraw(
			payer,
			price,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		T::RequestFees::on_unbalanced(credit);

		let expires = Self::expiry_of_next(&queue, &periods);
		let index = queue.next;
		queue.next = index.checked_add(1).ok_or(Error::<T>::Arithmetic)?;
		queue.last_expiry = expires;
		PriorityQueue::<T>::put(queue);
		let hash = request.content_hash(identity.network, identity.chain, index);
		let payer = payer.clone();
		let stored = StoredRequest { request: request.clone(), payer: payer.clone(), expires };
		Requests::<T>::insert(index, stored);
		Self::deposit_event(Event::RequestQueued { index, request, hash, payer, price, expires });
		Ok(index)
	}

	/// When a request that comes now expires. Only those that wait, at the price of a queue of their length, can make it later
	/// than its period, and those to come cannot: who serves a flood of his own requests postpones nobody's.
	fn expiry_of_next(
		queue: &Queue<BlockNumberFor<T>>,
		periods: &Parameters<BlockNumberFor<T>>,
	) -> BlockNumberFor<T> {
		let waiting = queue.next.saturating_sub(queue.committed);
		let turn = periods.service_interval.saturating_mul(waiting.saturated_into());
		let expires = Self::now().saturating_add(periods.expiry.max(turn));
		// The head's expiry stands for those behind it.
		if queue.next > queue.executed { expires.max(queue.last_expiry) } else { expires }
	}

	/// Refuses a request that may create an account if, by the time it is served, there could be no
	/// index left for it: whatever signed operations create before, and exits from other chains up to
	/// the margin.
	fn ensure_room_for_account(identity: &NetworkIdentity, creating: u32) -> Result<(), Error<T>> {
		let last = Blocks::<T>::get(Progress::<T>::get().committed).ok_or(Error::NetworkNotOpen)?;
		let next = last.header.chain(identity.chain)?.new_next.max(FIRST_RESERVED_INDEX);
		let room = FIRST_EXIT_INDEX - DOOR_MARGIN;
		ensure!(next.saturating_add(creating) < room, Error::TreeFull);
		Ok(())
	}

	/// An L1 account as the ledger names it.
	pub(crate) fn owner(who: &T::AccountId) -> Owner {
		Owner(who.clone().into())
	}
}

/// Whether serving the request may create an account. A key change that names its account does not.
pub(crate) const fn may_create(request: &PriorityRequest) -> bool {
	matches!(
		request,
		PriorityRequest::Deposit { .. } | PriorityRequest::ChangePubKey { account: None, .. }
	)
}

impl<T: Config> RequestQueue<T::AccountId> for Pallet<T> {
	fn network() -> Result<(Network, ChainId), DispatchError> {
		let identity = crate::Identity::<T>::get().ok_or(Error::<T>::NoNetwork)?;
		Ok((identity.network().map_err(Error::<T>::from)?, identity.chain))
	}

	fn is_token(token: TokenId) -> bool {
		Tokens::<T>::contains_key(token)
	}

	fn request(payer: &T::AccountId, request: PriorityRequest) -> Result<u64, DispatchError> {
		// The others take funds or speak for an owner, which is this pallet's business.
		let is_pool = matches!(request, PriorityRequest::CreatePool { .. });
		ensure!(is_pool, Error::<T>::BadRequest);
		Self::enqueue(payer, request)
	}

	fn request_weight() -> Weight {
		T::WeightInfo::queue_request()
	}
}
