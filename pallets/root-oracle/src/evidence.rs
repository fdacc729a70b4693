// SPDX-License-Identifier: Apache-2.0

//! Evidence that a member has signed two things that exclude each other, and what it costs.

use polkadot_sdk::*;

use frame_support::{
	ensure,
	pallet_prelude::{DispatchResultWithPostInfo, Pays},
	traits::{
		Get, Imbalance, OnUnbalanced,
		fungible::{Balanced, BalancedHold},
	},
};
use ligature_primitives::vote::VoteMessage;
use pallet_rollup::{Balance, traits::Lifecycle};

use crate::{
	Bonded, Config, Epochs, Error, Event, HoldReason, LOG_TARGET, MemberKey, Members, Pallet, Vote,
	members::verifies,
};

impl<T: Config> Pallet<T> {
	/// [`Call::report_equivocation`](crate::Call::report_equivocation).
	pub(crate) fn do_report_equivocation(
		reporter: T::AccountId,
		key: MemberKey,
		first: &Vote,
		second: &Vote,
	) -> DispatchResultWithPostInfo {
		let identity = T::Rollup::identity().ok_or(Error::<T>::NoNetwork)?;
		// Messages that contradict each other name one network, epoch and set: the first's.
		ensure!(first.message.network == identity.network, Error::<T>::WrongNetwork);
		ensure!(first.message.contradicts(&second.message), Error::<T>::NotContradicting);
		let member = Members::<T>::get(key).ok_or(Error::<T>::UnknownMember)?;
		ensure!(!member.slashed, Error::<T>::AlreadySlashed);
		ensure!(Self::was_asked(&key, &first.message), Error::<T>::NotMember);
		let signed = |vote: &Vote| verifies(&key, &vote.message.encode(), &vote.signature);
		ensure!(signed(first) && signed(second), Error::<T>::BadSignature);

		let (amount, reward) = Self::slash(&reporter, &member);
		let account = member.account;
		let slashed = Bonded { account: account.clone(), bond: 0, slashed: true };
		Members::<T>::insert(key, slashed);
		Self::deposit_event(Event::MemberSlashed { key, account, amount, reporter, reward });
		Ok(Pays::No.into())
	}

	/// Whether the key is a member in the epoch that the message names.
	fn was_asked(key: &MemberKey, message: &VoteMessage) -> bool {
		let named = (message.oracle_epoch, message.member_set_hash);
		Epochs::<T>::get()
			.iter()
			.any(|epoch| (epoch.number, epoch.hash) == named && Self::has_member(epoch.number, key))
	}

	/// Takes the bond, gives the reporter a part, and gives back both amounts.
	fn slash(reporter: &T::AccountId, member: &Bonded<T::AccountId>) -> (Balance, Balance) {
		let (taken, missing) =
			T::Currency::slash(&HoldReason::Bond.into(), &member.account, member.bond);
		if missing > 0 {
			log::error!(target: LOG_TARGET, "a bond was short of {missing}: a bug");
		}
		let amount = taken.peek();
		let (reward, rest) = taken.split(T::RewardShare::get() * amount);
		let paid = reward.peek();
		match T::Currency::resolve(reporter, reward) {
			Ok(()) => {
				T::Slashed::on_unbalanced(rest);
				(amount, paid)
			},
			// The reporter's account cannot exist with so little: nobody gets the reward.
			Err(reward) => {
				T::Slashed::on_unbalanced(rest.merge(reward));
				(amount, 0)
			},
		}
	}
}
