// SPDX-License-Identifier: Apache-2.0

//! The members at genesis, and what must hold of the runtime's constants.

use polkadot_sdk::*;

use alloc::vec::Vec;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_primitives::ids::BlockNumber;
use sp_core::ed25519;
use sp_runtime::{Permill, traits::Zero};

use crate::{Config, MemberKey, Members, Pallet};

/// Holds the bonds of the members and makes them epoch 0, usable at once.
///
/// # Panics
///
/// If a key is named twice, an account cannot pay its bonds, or there are too many members: a chain
/// specification with such members is wrong.
pub(crate) fn build<T: Config>(members: &[(T::AccountId, ed25519::Public)]) {
	if members.is_empty() {
		return;
	}
	for (account, key) in members {
		assert!(!Members::<T>::contains_key(key.0), "{key:?} is a member twice");
		Pallet::<T>::hold_bond(account.clone(), key.0).unwrap_or_else(|error| {
			panic!("the account of {key:?} cannot pay the bond of a member: {error:?}")
		});
	}
	let mut keys: Vec<MemberKey> = members.iter().map(|(_, key)| key.0).collect();
	keys.sort_unstable();
	let keys = keys.try_into().expect("there are no more members than MaxMembers");
	Pallet::<T>::add_epoch(BlockNumber(0), BlockNumberFor::<T>::zero(), keys)
		.expect("there was no epoch, and integrity_test asks for room for two; qed");
}

/// Checks the constants of the runtime.
///
/// # Panics
///
/// If one is out of range.
pub(crate) fn integrity_test<T: Config>() {
	assert!(!T::Bond::get().is_zero(), "without a bond there is nothing to slash");
	let members = T::MaxMembers::get();
	assert!((1..=u16::MAX.into()).contains(&members), "MaxMembers must be from 1 to 65,535");
	assert!(T::MaxEpochs::get() >= 2, "there must be room for a next epoch");
	assert!(T::KeepCertificates::get() >= 1, "the last block's certificate must be kept");
	assert!(
		T::RewardShare::get() <= Permill::from_percent(50),
		"who reports himself must lose at least half of the bond"
	);
}
