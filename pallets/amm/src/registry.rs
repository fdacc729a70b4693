// SPDX-License-Identifier: Apache-2.0

//! What the rollup asks of the pools and tells them: [`PoolRegistry`].

use polkadot_sdk::*;

use frame_support::weights::Weight;
use ligature_primitives::{
	amount::Amount,
	ids::{BlockNumber, PoolSlot, Side},
	pubdata::Register,
};
use pallet_rollup::traits::PoolRegistry;

use crate::{Config, Event, LOG_TARGET, Pallet, Pools, Status, WeightInfo};

impl<T: Config> PoolRegistry for Pallet<T> {
	fn is_home_pool(slot: PoolSlot) -> bool {
		Pools::<T>::get(slot).is_some_and(|pool| pool.side == Side::Zero)
	}

	fn on_executed(number: BlockNumber, created: &[PoolSlot], registers: &[Register]) {
		for slot in created {
			let live = Status::Live { own: Amount::ZERO, foreign: Amount::ZERO, block: number };
			if set_status::<T>(*slot, live, |status| *status == Status::Queued) {
				Self::deposit_event(Event::PoolCreated { slot: *slot, block: number });
			}
		}
		for Register { slot, own, foreign } in registers.iter().copied() {
			let live = Status::Live { own, foreign, block: number };
			if set_status::<T>(slot, live, |status| *status != Status::Queued) {
				let event = Event::ReservesUpdated { slot, own, foreign, block: number };
				Self::deposit_event(event);
			}
		}
	}

	fn on_executed_weight(created: u32, registers: u32) -> Weight {
		T::WeightInfo::on_executed(created, registers)
	}
}

/// Sets the status of a pool that has one of those expected, and says whether there was one. Execution
/// has to go on if there was none, although proofs and queue leave no way to that.
fn set_status<T: Config>(
	slot: PoolSlot,
	status: Status,
	expected: impl FnOnce(&Status) -> bool,
) -> bool {
	Pools::<T>::mutate(slot, |pool| match pool {
		Some(pool) if expected(&pool.status) => {
			pool.status = status;
			true
		},
		_ => {
			log::error!(target: LOG_TARGET, "an executed block has touched pool {slot}: a bug");
			false
		},
	})
}
