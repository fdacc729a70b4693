// SPDX-License-Identifier: Apache-2.0

//! Bonds of keys.

use polkadot_sdk::*;

use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, fungible::MutateHold, tokens::Precision},
};
use pallet_rollup::traits::Lifecycle;

use crate::{
	Bonded, Config, EpochMembers, Epochs, Error, Event, HoldReason, MemberKey, Members, Pallet,
	Signature, ownership_message,
};

impl<T: Config> Pallet<T> {
	/// [`Call::bond`](crate::Call::bond).
	pub(crate) fn do_bond(
		account: T::AccountId,
		key: MemberKey,
		ownership: &Signature,
	) -> DispatchResult {
		let network = T::Rollup::identity().ok_or(Error::<T>::NoNetwork)?.network;
		if let Some(member) = Members::<T>::get(key) {
			ensure!(!member.slashed, Error::<T>::KeySlashed);
			return Err(Error::<T>::AlreadyBonded.into());
		}
		let message = ownership_message(network, &account.clone().into());
		ensure!(verifies(&key, &message, ownership), Error::<T>::BadOwnership);
		// Under a key of small order what verifies once verifies for every message.
		ensure!(!verifies(&key, &[], ownership), Error::<T>::WeakKey);

		let amount = Self::hold_bond(account.clone(), key)?;
		Self::deposit_event(Event::Bonded { key, account, amount });
		Ok(())
	}

	/// Puts the bond of a key that has none on hold, and gives back how much it is.
	pub(crate) fn hold_bond(
		account: T::AccountId,
		key: MemberKey,
	) -> Result<pallet_rollup::Balance, sp_runtime::DispatchError> {
		let bond = T::Bond::get();
		T::Currency::hold(&HoldReason::Bond.into(), &account, bond)?;
		Members::<T>::insert(key, Bonded { account, bond, slashed: false });
		Ok(bond)
	}

	/// [`Call::unbond`](crate::Call::unbond).
	pub(crate) fn do_unbond(caller: &T::AccountId, key: &MemberKey) -> DispatchResult {
		let Bonded { account, bond, slashed } =
			Members::<T>::get(key).ok_or(Error::<T>::UnknownMember)?;
		ensure!(account == *caller, Error::<T>::NotYourBond);
		ensure!(!slashed, Error::<T>::KeySlashed);
		let epochs = Epochs::<T>::get();
		let is_member = epochs.iter().any(|epoch| Self::has_member(epoch.number, key));
		ensure!(!is_member, Error::<T>::StillMember);

		T::Currency::release(&HoldReason::Bond.into(), &account, bond, Precision::Exact)?;
		Members::<T>::remove(key);
		Self::deposit_event(Event::Unbonded { key: *key, account, amount: bond });
		Ok(())
	}

	/// Whether the key is a member in this epoch.
	pub(crate) fn has_member(epoch: u32, key: &MemberKey) -> bool {
		EpochMembers::<T>::get(epoch).is_some_and(|members| members.binary_search(key).is_ok())
	}
}

/// Whether the key has signed the message.
pub(crate) fn verifies(key: &MemberKey, message: &[u8], signature: &Signature) -> bool {
	sp_io::crypto::ed25519_verify(&(*signature).into(), message, &(*key).into())
}
