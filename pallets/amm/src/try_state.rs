// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's state.

use polkadot_sdk::*;

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use ligature_primitives::{constants::MAX_POOLS, ids::PoolSlot};
use pallet_rollup::{
	Balance,
	traits::{Lifecycle, RequestQueue},
};
use sp_runtime::TryRuntimeError;

use crate::{Config, HoldReason, NextSlot, Pallet, Pools, SlotOf, Status};

impl<T: Config> Pallet<T> {
	/// Checks all invariants of the pallet's state.
	///
	/// # Errors
	///
	/// The name of the first one that does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_slots()?;
		Self::try_state_pools()?;
		Self::try_state_deposits()
	}

	/// ### Invariants of NextSlot, Pools and SlotOf
	///
	/// 1. There is a side at every place below the next one, nowhere else, and there are no more places
	///    than the protocol has.
	/// 2. `SlotOf` is the inverse of `Pools`.
	fn try_state_slots() -> Result<(), TryRuntimeError> {
		let next = NextSlot::<T>::get();
		ensure!(next.0 <= MAX_POOLS, "there are too many pools");
		ensure!(
			(0..next.0).all(|slot| Pools::<T>::contains_key(PoolSlot(slot))),
			"there is a gap between pools"
		);
		let count = usize::from(next.0);
		ensure!(Pools::<T>::iter_keys().count() == count, "a pool is at no place");
		ensure!(SlotOf::<T>::iter_keys().count() == count, "a place is not a pool's");
		for (slot, pool) in Pools::<T>::iter() {
			let found = SlotOf::<T>::get((pool.params, pool.side));
			ensure!(found == Some(slot), "a pool is not found by its parameters");
		}
		Ok(())
	}

	/// ### Invariants of Pools
	///
	/// 1. Parameters are good, and the side lies on this chain.
	/// 2. Blocks that have touched a pool are executed.
	fn try_state_pools() -> Result<(), TryRuntimeError> {
		let executed = T::Rollup::counters().executed;
		for pool in Pools::<T>::iter_values() {
			let (network, chain) = T::Rollup::network()?;
			ensure!(pool.params.validate(&network).is_ok(), "a pool's parameters are bad");
			ensure!(pool.params.chain(pool.side) == chain, "a pool's side is not here");
			if let Status::Live { block, .. } = pool.status {
				ensure!(block <= executed, "a block that is not executed has touched a pool");
			}
		}
		Ok(())
	}

	/// ### Invariants of deposits
	///
	/// 1. The deposits of an account's pools are what is on hold for it.
	fn try_state_deposits() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<_, Balance>::new();
		for pool in Pools::<T>::iter_values() {
			let sum = deposits.entry(pool.creator).or_default();
			*sum = sum.checked_add(pool.deposit).ok_or("deposits overflow")?;
		}
		for (creator, deposits) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::PoolDeposit.into(), &creator);
			ensure!(held == deposits, "an account's deposits are not what is on hold");
		}
		Ok(())
	}
}
