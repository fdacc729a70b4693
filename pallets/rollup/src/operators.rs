// SPDX-License-Identifier: Apache-2.0

//! The operators, who commit blocks turn by turn, and the guardian.

use polkadot_sdk::*;

use alloc::collections::BTreeSet;
use frame_support::{BoundedVec, dispatch::DispatchResult, ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::ids::BlockNumber;
use sp_runtime::traits::Saturating;

use crate::{Blocks, Config, Error, Event, Guardian, Operators, Pallet, Periods, Progress};

impl<T: Config> Pallet<T> {
	/// Names the operators.
	pub(crate) fn do_set_operators(
		operators: BoundedVec<T::AccountId, T::MaxOperators>,
	) -> DispatchResult {
		Self::check_operators(&operators)?;
		Operators::<T>::put(&operators);
		Self::deposit_event(Event::OperatorsSet { operators });
		Ok(())
	}

	/// Names the guardian.
	pub(crate) fn do_set_guardian(guardian: Option<T::AccountId>) -> DispatchResult {
		Guardian::<T>::set(guardian.clone());
		Self::deposit_event(Event::GuardianSet { guardian });
		Ok(())
	}

	/// Somebody has to commit, and a turn is nobody's twice.
	pub(crate) fn check_operators(operators: &[T::AccountId]) -> Result<(), Error<T>> {
		let different: BTreeSet<_> = operators.iter().collect();
		ensure!(!operators.is_empty() && different.len() == operators.len(), Error::BadOperators);
		Ok(())
	}

	/// Whether this is an operator, whoever's turn it is.
	pub(crate) fn is_operator(who: &T::AccountId) -> bool {
		Operators::<T>::get().contains(who)
	}

	/// Refuses everybody but operators.
	pub(crate) fn ensure_operator(who: &T::AccountId) -> Result<(), Error<T>> {
		ensure!(Self::is_operator(who), Error::NotOperator);
		Ok(())
	}

	/// Refuses everybody but the operator whose turn the block is; when no block has been committed for
	/// a while, everybody but operators: a dead one must not stop the others.
	pub(crate) fn ensure_turn(who: &T::AccountId, number: BlockNumber) -> Result<(), Error<T>> {
		let operators = Operators::<T>::get();
		ensure!(operators.contains(who), Error::NotOperator);
		let turns = number.0 / u64::from(T::TurnLength::get());
		let turn = (turns % operators.len() as u64) as usize;
		ensure!(operators.get(turn) == Some(who) || Self::turn_has_lapsed(), Error::NotYourTurn);
		Ok(())
	}

	fn turn_has_lapsed() -> bool {
		let last = Blocks::<T>::get(Progress::<T>::get().committed);
		let (Some(last), Some(periods)) = (last, Periods::<T>::get()) else { return false };
		Self::now() >= last.committed_at.saturating_add(periods.turn_grace)
	}

	/// The block of this chain that is being executed.
	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}
}
