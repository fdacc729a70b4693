// SPDX-License-Identifier: Apache-2.0

//! Stops and pauses: of commit, prove and execute by the guardian or by a refusal, of deposits by the
//! guardian.
//!
//! The two reasons of a [`Halt`] do not hide each other: reverting the refused block does not undo
//! what the guardian has decided, and the guardian's halt does not keep a refusal from being seen.
//! Neither stops requests, their expiry or exodus; exodus ends both.

use polkadot_sdk::*;

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::EnsureOrigin};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use ligature_primitives::ids::BlockNumber;

use crate::{
	Config, DepositsPaused, Error, Event, Guardian, Halt, HaltReason, Halted, Pallet, RefusedBlock,
};

impl<T: Config> Pallet<T> {
	/// That the origin is the guardian or governance. [`Error::NotGuardian`].
	pub(crate) fn ensure_guardian(origin: OriginFor<T>) -> DispatchResult {
		let Err(origin) = T::AdminOrigin::try_origin(origin) else { return Ok(()) };
		let who = ensure_signed(origin)?;
		ensure!(Guardian::<T>::get() == Some(who), Error::<T>::NotGuardian);
		Ok(())
	}

	/// That blocks may come: neither halted nor in exodus. [`Error::RollupHalted`],
	/// [`Error::InExodus`].
	pub(crate) fn ensure_running() -> DispatchResult {
		Self::ensure_not_halted()?;
		Self::ensure_not_in_exodus()
	}

	/// [`Error::RollupHalted`] if commit, prove and execute are stopped.
	pub(crate) fn ensure_not_halted() -> DispatchResult {
		ensure!(Halted::<T>::get().is_over(), Error::<T>::RollupHalted);
		Ok(())
	}

	/// The lowest committed block known that another chain shall never prove: the reason for which
	/// proven blocks may be reverted.
	pub(crate) fn refused_block() -> Option<RefusedBlock> {
		Halted::<T>::get().refused
	}

	/// Forgets the refused block if it is gone, now that `to` is the last block. Resumes unless the
	/// guardian has halted too.
	pub(crate) fn lift_refusal_after(to: BlockNumber) {
		let halt = Halted::<T>::get();
		if halt.refused.is_some_and(|refused| refused.number > to) {
			Self::set_halt(Halt { refused: None, ..halt });
		}
	}

	pub(crate) fn do_halt() -> DispatchResult {
		Self::ensure_not_in_exodus()?;
		let halt = Halted::<T>::get();
		ensure!(!halt.guardian, Error::<T>::RollupHalted);
		Halted::<T>::put(Halt { guardian: true, ..halt });
		Self::deposit_event(Event::HaltedBecause { reason: HaltReason::Guardian });
		Ok(())
	}

	/// Halts because of a refused block; a higher one that is known already goes with it.
	/// [`Error::RollupHalted`] if the chain has halted for this block or a lower one.
	pub(crate) fn halt_for_refusal(refused: RefusedBlock) -> DispatchResult {
		let halt = Halted::<T>::get();
		let news = halt.refused.is_none_or(|known| refused.number < known.number);
		ensure!(news, Error::<T>::RollupHalted);
		Halted::<T>::put(Halt { refused: Some(refused), ..halt });
		Self::deposit_event(Event::HaltedBecause { reason: HaltReason::Refused(refused) });
		Ok(())
	}

	pub(crate) fn do_resume() -> DispatchResult {
		let halt = Halted::<T>::get();
		ensure!(!halt.is_over(), Error::<T>::NotHalted);
		ensure!(halt.refused.is_none(), Error::<T>::BlockIsRefused);
		Self::set_halt(Halt::default());
		Ok(())
	}

	pub(crate) fn do_pause_deposits(paused: bool) -> DispatchResult {
		DepositsPaused::<T>::put(paused);
		Self::deposit_event(Event::DepositsPausedSet { paused });
		Ok(())
	}

	/// Stores what is left of a halt, and says so if nothing is.
	fn set_halt(halt: Halt) {
		Halted::<T>::put(halt);
		if halt.is_over() {
			Self::deposit_event(Event::Resumed);
		}
	}
}
