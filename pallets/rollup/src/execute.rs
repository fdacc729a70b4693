// SPDX-License-Identifier: Apache-2.0

//! Execute: what a certified block pays is paid, what it served leaves the queue.

use polkadot_sdk::*;

use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
	ensure,
	traits::Get,
	weights::Weight,
};
use ligature_primitives::{constants::REGISTERS, ids::BlockNumber};
use sp_runtime::traits::Saturating;

use crate::{
	Blocks, Config, Effects, Error, Event, Pallet, Pending, Periods, PriorityQueue, Progress,
	Refusals, Requests, StoredBlock, WeightInfo,
	traits::{Lifecycle, PoolRegistry},
};
use frame_system::pallet_prelude::BlockNumberFor;

/// Most refusals of one number that its execution clears: each takes a certificate of the oracles, so
/// there is hardly ever one.
const CLEARED_REFUSALS: u32 = 16;

impl<T: Config> Pallet<T> {
	/// Weight of the execution of a block with so many payments and requests.
	pub fn execute_weight(payments: u32, requests: u32) -> Weight {
		let registers = REGISTERS as u32;
		T::WeightInfo::execute_block(payments, requests)
			.saturating_add(T::Pools::on_executed_weight(registers, registers))
	}

	/// Executes the next certified block.
	pub(crate) fn do_execute_block(
		who: &T::AccountId,
		number: BlockNumber,
		payments: u32,
		requests: u32,
	) -> DispatchResultWithPostInfo {
		// Exodus has ended every halt.
		Self::ensure_not_halted()?;
		let progress = Progress::<T>::get();
		ensure!(
			Some(number.0) == progress.executed.0.checked_add(1) && number <= progress.certified,
			Error::<T>::NotNextToExecute
		);
		let block = Blocks::<T>::get(number).ok_or(Error::<T>::UnknownBlock)?;
		Self::ensure_may_execute(who, &block)?;
		let Effects { payments: due, created, registers } =
			Pending::<T>::take(number).ok_or(Error::<T>::UnknownBlock)?;
		let own = block.header.chain(Self::own_chain()?).map_err(Error::<T>::from)?;
		let (paid, served) = (due.len() as u32, u32::from(own.priority_count));
		ensure!(paid <= payments && served <= requests, Error::<T>::TooLittleWeight);

		for payment in &due {
			Self::pay(payment.token, &payment.receiver.0.into(), payment.amount.get())?;
		}
		let mut queue = PriorityQueue::<T>::get();
		let end = queue.executed.checked_add(served.into()).ok_or(Error::<T>::Arithmetic)?;
		(queue.executed..end).for_each(Requests::<T>::remove);
		queue.executed = end;
		PriorityQueue::<T>::put(queue);
		T::Pools::on_executed(number, &created, &registers);
		Progress::<T>::mutate(|progress| progress.executed = number);
		Self::forget(number);
		let hash = block.hash;
		Self::deposit_event(Event::BlockExecuted { number, hash, payments: paid });
		Ok(PostDispatchInfo {
			actual_weight: Some(Self::execute_weight(paid, served)),
			pays_fee: Pays::No,
		})
	}

	/// Operators first, who know what they do and when; then anyone, so that nobody can hold payments
	/// back; in exodus anyone at once.
	fn ensure_may_execute(
		who: &T::AccountId,
		block: &StoredBlock<BlockNumberFor<T>>,
	) -> Result<(), Error<T>> {
		if Self::in_exodus() || Self::is_operator(who) {
			return Ok(());
		}
		let (Some(since), Some(periods)) = (block.certified_at, Periods::<T>::get()) else {
			return Err(Error::GraceNotOver);
		};
		let over = Self::now() >= since.saturating_add(periods.execute_grace);
		ensure!(over, Error::GraceNotOver);
		Ok(())
	}

	/// Drops what nobody needs once this block is executed: its refusals, and the block that leaves the
	/// window of those that are remembered.
	fn forget(number: BlockNumber) {
		// The cursor is not needed: no call stores a refusal of this number again.
		let _ = Refusals::<T>::clear_prefix(number, CLEARED_REFUSALS, None);
		if let Some(old) = number.0.checked_sub(T::KeepBlocks::get().into()) {
			Blocks::<T>::remove(BlockNumber(old));
		}
	}
}
