// SPDX-License-Identifier: Apache-2.0

//! Creation of pools, and their deposits.

use polkadot_sdk::*;

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, fungible::MutateHold, tokens::Precision},
};
use ligature_primitives::{
	constants::MAX_POOLS,
	ids::{PoolSlot, Side},
	pool::PoolParams,
	priority::PriorityRequest,
};
use pallet_rollup::traits::{Lifecycle, RequestQueue};

use crate::{Config, Error, Event, HoldReason, NextSlot, Pallet, Pool, Pools, SlotOf, Status};

impl<T: Config> Pallet<T> {
	/// [`Call::create_pool`](crate::Call::create_pool).
	pub(crate) fn do_create_pool(
		creator: T::AccountId,
		params: PoolParams,
		side: Side,
	) -> DispatchResult {
		let (network, chain) = T::Rollup::network()?;
		params.validate(&network).map_err(|_| Error::<T>::BadPoolParams)?;
		ensure!(params.chain(side) == chain, Error::<T>::WrongSide);
		ensure!(T::Rollup::is_token(params.token(side)), Error::<T>::UnknownToken);
		ensure!(!SlotOf::<T>::contains_key((params, side)), Error::<T>::PoolExists);
		let slot = NextSlot::<T>::get();
		ensure!(slot.0 < MAX_POOLS, Error::<T>::PoolsFull);

		let deposit = T::PoolDeposit::get();
		T::Currency::hold(&HoldReason::PoolDeposit.into(), &creator, deposit)?;
		let request = PriorityRequest::CreatePool { slot, side, params };
		let request = T::Rollup::request(&creator, request)?;
		NextSlot::<T>::put(PoolSlot(slot.0.saturating_add(1)));
		SlotOf::<T>::insert((params, side), slot);
		let pool = Pool { params, side, creator: creator.clone(), deposit, status: Status::Queued };
		Pools::<T>::insert(slot, pool);
		Self::deposit_event(Event::PoolQueued { slot, params, side, creator, request });
		Ok(())
	}

	/// [`Call::release_deposit`](crate::Call::release_deposit).
	pub(crate) fn do_release_deposit(creator: T::AccountId, slot: PoolSlot) -> DispatchResult {
		ensure!(T::Rollup::exits_open(), Error::<T>::ExitsNotOpen);
		Pools::<T>::try_mutate(slot, |pool| {
			let pool = pool.as_mut().ok_or(Error::<T>::UnknownPool)?;
			ensure!(pool.creator == creator, Error::<T>::NotCreator);
			let amount = core::mem::take(&mut pool.deposit);
			ensure!(amount > 0, Error::<T>::AlreadyReleased);
			T::Currency::release(
				&HoldReason::PoolDeposit.into(),
				&creator,
				amount,
				Precision::Exact,
			)?;
			Self::deposit_event(Event::DepositReleased { slot, creator, amount });
			Ok(())
		})
	}
}
