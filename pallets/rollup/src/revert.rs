// SPDX-License-Identifier: Apache-2.0

//! Revert: blocks that are not certified can be taken back.
//!
//! Unproven blocks belong to the operators. A proven block may be certified at any moment, so it goes
//! only once it cannot be: when another chain shall never prove it. The revert epoch, which every later
//! header names, lets chains that have reverted at different times meet again.

use polkadot_sdk::*;

use frame_support::{
	dispatch::{DispatchResultWithPostInfo, PostDispatchInfo},
	ensure,
};
use ligature_primitives::ids::BlockNumber;

use crate::{
	Blocks, Config, Error, Event, Pallet, Pending, PriorityQueue, Progress, RevertEpoch, WeightInfo,
};

/// How far one revert may raise the epoch. Chains differ by a few reverts; without a limit one operator
/// could use up all epochs, and nothing could be reverted ever after.
pub(crate) const MAX_EPOCH_RISE: u32 = 1_024;

impl<T: Config> Pallet<T> {
	/// Takes back the blocks after `to`, and sets the revert epoch.
	pub(crate) fn do_revert_blocks(
		operator: &T::AccountId,
		to: BlockNumber,
		epoch: u32,
	) -> DispatchResultWithPostInfo {
		Self::ensure_operator(operator)?;
		Self::ensure_not_in_exodus()?;
		let progress = Progress::<T>::get();
		let refused = Self::refused_block().is_some_and(|refused| refused.number > to);
		let least = if refused { progress.certified } else { progress.proven };
		ensure!((least..=progress.committed).contains(&to), Error::<T>::CannotRevert);
		let rise = epoch.checked_sub(RevertEpoch::<T>::get()).ok_or(Error::<T>::EpochMustRise)?;
		ensure!((1..=MAX_EPOCH_RISE).contains(&rise), Error::<T>::EpochMustRise);

		let dropped = Self::drop_blocks_after(to)?;
		RevertEpoch::<T>::put(epoch);
		Self::deposit_event(Event::BlocksReverted { to, epoch });
		Self::lift_refusal_after(to);
		Ok(PostDispatchInfo {
			actual_weight: Some(T::WeightInfo::revert_blocks(dropped)),
			pays_fee: Default::default(),
		})
	}

	/// Drops the blocks after `to`: they have neither a certificate nor an effect. What they took from
	/// the queue goes back. Gives back how many there were.
	pub(crate) fn drop_blocks_after(to: BlockNumber) -> Result<u32, Error<T>> {
		let chain = Self::own_chain()?;
		let mut progress = Progress::<T>::get();
		let mut queue = PriorityQueue::<T>::get();
		let mut dropped = 0u32;
		for number in (to.0.saturating_add(1)..=progress.committed.0).map(BlockNumber) {
			let block = Blocks::<T>::take(number).ok_or(Error::UnknownBlock)?;
			Pending::<T>::remove(number);
			let served = block.header.chain(chain)?.priority_count;
			let returned = queue.committed.checked_sub(served.into());
			queue.committed = returned.ok_or(Error::Arithmetic)?;
			let creating = queue.creating.checked_add(block.creating);
			queue.creating = creating.ok_or(Error::Arithmetic)?;
			dropped = dropped.saturating_add(1);
		}
		progress.committed = progress.committed.min(to);
		progress.proven = progress.proven.min(to);
		Progress::<T>::put(progress);
		PriorityQueue::<T>::put(queue);
		Ok(dropped)
	}
}
