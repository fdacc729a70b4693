// SPDX-License-Identifier: Apache-2.0

//! Exodus: how the rollup ends when it no longer serves requests (section 12.6 of
//! `docs/protocol.md`).
//!
//! 1. Anyone begins it once the head of the queue has expired. Commit and prove stop at once.
//! 2. The freeze block is fixed: by the oracles, or by anyone after a timeout as the highest block
//!    certified here. Later blocks are dropped; their requests return to the queue.
//! 3. Anyone executes the blocks up to it.
//! 4. Everybody leaves: `exits`.
//!
//! No origin and no mode of the pallet stands in the way of any step: governance and guardian have no
//! call that ends or delays exodus.

use polkadot_sdk::*;

use frame_support::{ensure, pallet_prelude::DispatchResult};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::ids::BlockNumber;
use sp_runtime::traits::Saturating;

use crate::{
	Blocks, Config, Error, Event, Exodus, ExodusState, Halted, Pallet, Periods, PriorityQueue,
	Progress, Requests,
};

impl<T: Config> Pallet<T> {
	/// [`Error::InExodus`] once the rollup has ended.
	pub(crate) fn ensure_not_in_exodus() -> DispatchResult {
		ensure!(!ExodusState::<T>::exists(), Error::<T>::InExodus);
		Ok(())
	}

	/// The freeze block, once it is fixed.
	pub(crate) fn freeze_block() -> Option<BlockNumber> {
		ExodusState::<T>::get().and_then(|exodus| exodus.freeze)
	}

	pub(crate) fn do_enter_exodus() -> DispatchResult {
		ensure!(!ExodusState::<T>::exists(), Error::<T>::AlreadyInExodus);
		let head = Requests::<T>::get(PriorityQueue::<T>::get().executed);
		let now = Self::now();
		ensure!(head.is_some_and(|head| head.expires <= now), Error::<T>::NotExpired);
		Self::begin_exodus();
		Ok(())
	}

	pub(crate) fn do_freeze_by_timeout() -> DispatchResult {
		let exodus = ExodusState::<T>::get().ok_or(Error::<T>::NotInExodus)?;
		ensure!(exodus.freeze.is_none(), Error::<T>::AlreadyFrozen);
		let timeout = Periods::<T>::get().ok_or(Error::<T>::NoNetwork)?.exodus_timeout;
		let over = exodus.since.saturating_add(timeout) <= Self::now();
		ensure!(over, Error::<T>::TimeoutNotOver);
		Self::fix_freeze(Progress::<T>::get().certified)
	}

	/// Makes a proven block that is not below a certified one the freeze block, and begins exodus if
	/// this chain has not. The caller has made sure that none is fixed.
	pub(crate) fn fix_freeze(number: BlockNumber) -> DispatchResult {
		let hash = Blocks::<T>::get(number).ok_or(Error::<T>::UnknownBlock)?.hash;
		let exodus = ExodusState::<T>::get().unwrap_or_else(Self::begin_exodus);
		Self::drop_blocks_after(number)?;
		Self::certify_up_to(number);
		ExodusState::<T>::put(Exodus { freeze: Some(number), ..exodus });
		Self::deposit_event(Event::FreezeFixed { number, hash });
		Ok(())
	}

	fn begin_exodus() -> Exodus<BlockNumberFor<T>> {
		let exodus = Exodus { since: Self::now(), freeze: None };
		ExodusState::<T>::put(exodus);
		Halted::<T>::kill();
		Self::deposit_event(Event::ExodusBegun);
		exodus
	}
}
