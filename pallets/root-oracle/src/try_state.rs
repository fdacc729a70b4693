// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's state.

use polkadot_sdk::*;

use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{Get, fungible::InspectHold},
};
use ligature_primitives::{header::member_set_hash, vote::threshold};
use pallet_rollup::{Balance, traits::Lifecycle};
use sp_runtime::TryRuntimeError;

use crate::{Certifiers, Config, EpochMembers, Epochs, HoldReason, Members, Pallet};

impl<T: Config> Pallet<T> {
	/// Checks all invariants of the pallet's state.
	///
	/// # Errors
	///
	/// The name of the first one that does not hold.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_epochs()?;
		Self::try_state_members()?;
		Self::try_state_certifiers()
	}

	/// ### Invariants of Epochs and EpochMembers
	///
	/// 1. Numbers follow each other without gaps.
	/// 2. First blocks strictly ascend.
	/// 3. Ended epochs are the oldest.
	/// 4. Every epoch has members, they strictly ascend, and the hash is theirs; no other number has
	///    members.
	/// 5. Every member has a bond or has lost it.
	fn try_state_epochs() -> Result<(), TryRuntimeError> {
		let epochs = Epochs::<T>::get();
		for pair in epochs.windows(2) {
			ensure!(pair[0].number.checked_add(1) == Some(pair[1].number), "epochs have a gap");
			ensure!(pair[0].first_block < pair[1].first_block, "first blocks do not ascend");
			ensure!(
				pair[0].ended.is_some() || pair[1].ended.is_none(),
				"an epoch has ended before an older one"
			);
		}
		for epoch in &epochs {
			let members =
				EpochMembers::<T>::get(epoch.number).ok_or("an epoch has no list of members")?;
			ensure!(!members.is_empty(), "an epoch has no members");
			ensure!(members.is_sorted_by(|a, b| a < b), "members do not ascend");
			ensure!(
				epoch.hash == member_set_hash(epoch.number, &members),
				"an epoch's hash is not that of its members"
			);
			ensure!(
				members.iter().all(Members::<T>::contains_key),
				"a member has never had a bond"
			);
		}
		ensure!(
			EpochMembers::<T>::iter_keys().count() == epochs.len(),
			"there are members of no epoch"
		);
		Ok(())
	}

	/// ### Invariants of Members
	///
	/// 1. A key has lost its bond iff nothing of it is left.
	/// 2. The bonds of an account's keys are what is on hold for it.
	fn try_state_members() -> Result<(), TryRuntimeError> {
		let mut bonds = BTreeMap::<_, Balance>::new();
		for member in Members::<T>::iter_values() {
			ensure!(member.slashed == (member.bond == 0), "a bond is 0 and not slashed, or both");
			let sum = bonds.entry(member.account).or_default();
			*sum = sum.checked_add(member.bond).ok_or("bonds overflow")?;
		}
		for (account, bonds) in bonds {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &account);
			ensure!(held == bonds, "an account's bonds are not what is on hold");
		}
		Ok(())
	}

	/// ### Invariants of Certifiers
	///
	/// 1. Certified blocks only, and no more than are to be kept.
	/// 2. If the epoch is known, more than two thirds of its members have signed, and no others.
	fn try_state_certifiers() -> Result<(), TryRuntimeError> {
		let certified = T::Rollup::counters().certified;
		ensure!(
			Certifiers::<T>::count() <= T::KeepCertificates::get(),
			"more certificates are kept than should be"
		);
		for (number, signers) in Certifiers::<T>::iter() {
			ensure!(number <= certified, "a certificate is kept of a block without one");
			let Some(members) = EpochMembers::<T>::get(signers.epoch) else { continue };
			let count = members.len();
			ensure!(signers.bitmap.len() == count.div_ceil(8), "a bitmap has a wrong length");
			let last = signers.bitmap.last().copied().unwrap_or_default();
			ensure!(
				count % 8 == 0 || last >> (count % 8) == 0,
				"who is no member has signed a certificate"
			);
			ensure!(
				signers.count() >= threshold(count as u32),
				"a certificate has too few signers"
			);
		}
		Ok(())
	}
}
