// SPDX-License-Identifier: Apache-2.0

//! Changes of the runtime's code: announced, and made only after a notice in which everybody who
//! disagrees can leave.

use polkadot_sdk::*;

use core::marker::PhantomData;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use frame_system::SetCode;
use sp_runtime::traits::{Hash, Saturating};

use crate::{AnnouncedCode, Config, Error, Event, Identity, Pallet, traits::Lifecycle};

/// For [`OnSetCode`](polkadot_sdk::frame_system::Config::OnSetCode): lets only code become the runtime
/// that was announced by [`announce_code`](crate::Call::announce_code) a notice ago, and none in exodus.
/// A chain that belongs to no network changes its code freely.
///
/// It stands behind every call of frame-system that sets code (`set_code`, `set_code_without_checks`,
/// `apply_authorized_upgrade`). It does not stand behind `set_storage` of the root origin, which can
/// write anything: a production runtime has no way to that origin.
pub struct DelayedCode<T>(PhantomData<T>);

impl<T: Config> SetCode<T> for DelayedCode<T> {
	fn set_code(code: alloc::vec::Vec<u8>) -> DispatchResult {
		if Identity::<T>::exists() {
			Pallet::<T>::ensure_not_in_exodus()?;
			let hash = T::Hashing::hash(&code);
			let usable = AnnouncedCode::<T>::get().is_some_and(|(announced, usable_from)| {
				announced == hash && usable_from <= Pallet::<T>::now()
			});
			ensure!(usable, Error::<T>::CodeNotAnnounced);
			// Another change, back to this code too, takes another notice.
			AnnouncedCode::<T>::kill();
		}
		<() as SetCode<T>>::set_code(code)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_announce_code(code_hash: T::Hash) -> DispatchResult {
		Self::ensure_not_in_exodus()?;
		let usable_from = Self::now().saturating_add(<Self as Lifecycle<_>>::notice());
		AnnouncedCode::<T>::put((code_hash, usable_from));
		Self::deposit_event(Event::CodeAnnounced { code_hash, usable_from });
		Ok(())
	}
}
