// SPDX-License-Identifier: Apache-2.0

//! Epochs: which members certify which blocks of the rollup, and for how long they answer for it.

use polkadot_sdk::*;

use frame_support::{BoundedVec, ensure, pallet_prelude::DispatchResult, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::{
	header::{Digest, member_set_hash},
	ids::BlockNumber,
};
use pallet_rollup::traits::{Lifecycle, OracleEpochs};
use sp_runtime::{DispatchError, traits::Saturating};

use crate::{
	Config, Epoch, EpochMembers, Epochs, Error, Event, MemberKey, Members, Pallet, WeightInfo,
};

impl<T: Config> Pallet<T> {
	/// [`Call::schedule_members`](crate::Call::schedule_members).
	pub(crate) fn do_schedule_members(
		first_block: BlockNumber,
		members: BoundedVec<MemberKey, T::MaxMembers>,
	) -> DispatchResult {
		ensure!(!T::Rollup::in_exodus(), Error::<T>::InExodus);
		ensure!(!members.is_empty(), Error::<T>::NoMembers);
		ensure!(members.is_sorted_by(|a, b| a < b), Error::<T>::MembersNotAscending);
		for key in &members {
			let member = Members::<T>::get(key).ok_or(Error::<T>::UnknownMember)?;
			ensure!(!member.slashed, Error::<T>::KeySlashed);
		}
		// Without an epoch nothing can be committed: the first one may begin with block 0.
		if let Some(last) = Epochs::<T>::get().last() {
			let least = last.first_block.max(T::Rollup::counters().committed);
			ensure!(first_block > least, Error::<T>::FirstBlockTooLow);
		}
		let now = frame_system::Pallet::<T>::block_number();
		let epoch = Self::add_epoch(first_block, now.saturating_add(T::Rollup::notice()), members)?;

		let Epoch { number: epoch, first_block, usable_from, hash, .. } = epoch;
		Self::deposit_event(Event::EpochScheduled { epoch, first_block, usable_from, hash });
		Ok(())
	}

	/// Adds an epoch after the last one. The members are ascending.
	pub(crate) fn add_epoch(
		first_block: BlockNumber,
		usable_from: BlockNumberFor<T>,
		members: BoundedVec<MemberKey, T::MaxMembers>,
	) -> Result<Epoch<BlockNumberFor<T>>, Error<T>> {
		Epochs::<T>::try_mutate(|epochs| {
			let number = epochs.last().map_or(0, |last| last.number.saturating_add(1));
			let hash = member_set_hash(number, &members);
			let epoch = Epoch { number, first_block, usable_from, hash, ended: None };
			epochs.try_push(epoch).map_err(|_| Error::<T>::TooManyEpochs)?;
			EpochMembers::<T>::insert(number, members);
			Ok(epoch)
		})
	}

	/// [`Call::cancel_epoch`](crate::Call::cancel_epoch).
	pub(crate) fn do_cancel_epoch(epoch: u32) -> DispatchResult {
		ensure!(!T::Rollup::in_exodus(), Error::<T>::InExodus);
		Epochs::<T>::try_mutate(|epochs| {
			let last = epochs.last().filter(|last| last.number == epoch);
			let last = last.ok_or(Error::<T>::NotLastEpoch)?;
			let committed = T::Rollup::counters().committed;
			ensure!(last.first_block > committed, Error::<T>::EpochInUse);
			epochs.pop();
			EpochMembers::<T>::remove(epoch);
			Self::deposit_event(Event::EpochWithdrawn { epoch });
			Ok(())
		})
	}

	/// The epoch of the block with this number, its notice over or not.
	pub(crate) fn epoch_for(number: BlockNumber) -> Option<Epoch<BlockNumberFor<T>>> {
		Epochs::<T>::get().into_iter().rev().find(|epoch| epoch.first_block <= number)
	}

	/// Ends the epochs under which no certificate can do anything any more, and forgets the oldest of
	/// them if it ended a notice ago.
	///
	/// An epoch ends when a block of the next one is executed: a certificate is about the block after the
	/// last certified one or, in exodus, about that one at the lowest. And it ends when exits are open.
	pub(crate) fn age_epochs(now: BlockNumberFor<T>) {
		let mut epochs = Epochs::<T>::get();
		let executed = T::Rollup::counters().executed;
		let exits_open = T::Rollup::exits_open();
		let over = match exits_open {
			true => epochs.len(),
			false => {
				epochs.iter().rposition(|epoch| epoch.first_block <= executed).unwrap_or_default()
			},
		};
		let mut changed = false;
		for epoch in epochs.iter_mut().take(over).filter(|epoch| epoch.ended.is_none()) {
			epoch.ended = Some(now);
			changed = true;
			Self::deposit_event(Event::EpochEnded { epoch: epoch.number });
		}
		let oldest = epochs.first().and_then(|epoch| Some((epoch.number, epoch.ended?)));
		if let Some((epoch, ended)) = oldest
			&& now.saturating_sub(ended) >= T::Rollup::notice()
		{
			epochs.remove(0);
			changed = true;
			EpochMembers::<T>::remove(epoch);
			Self::deposit_event(Event::EpochForgotten { epoch });
		}
		if changed {
			Epochs::<T>::put(epochs);
		}
	}
}

impl<T: Config> OracleEpochs for Pallet<T> {
	fn epoch_of(number: BlockNumber) -> Result<(u32, Digest), DispatchError> {
		let epoch = Self::epoch_for(number).ok_or(Error::<T>::UnknownEpoch)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(epoch.usable_from <= now, Error::<T>::NoticeNotOver);
		Ok((epoch.number, epoch.hash))
	}

	fn epoch_of_weight() -> Weight {
		T::WeightInfo::epoch_of()
	}
}
