// SPDX-License-Identifier: Apache-2.0

//! Evidence and slashing.

use polkadot_sdk::*;

use crate::{Bonded, Error, Event, Vote, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::Pays,
	pallet_prelude::DispatchResultWithPostInfo,
	traits::fungible::{Inspect, InspectHold},
};
use ligature_primitives::{
	ids::NetworkId,
	vote::{VoteKind, VoteMessage},
};
use sp_runtime::DispatchError;

fn report(key: u8, first: Box<Vote>, second: Box<Vote>) -> DispatchResultWithPostInfo {
	let reporter = RuntimeOrigin::signed(account(9));
	Oracle::report_equivocation(reporter, self::key(key), first, second)
}

/// Another block of this number.
fn fork(number: u64) -> VoteMessage {
	VoteMessage::block(&header(number, 1))
}

#[test]
fn a_member_loses_the_bond_for_votes_that_exclude_each_other() {
	let votes: [fn() -> (VoteMessage, VoteMessage); 4] = [
		|| (block(3), fork(3)),
		|| (block(3), about(VoteKind::Refused, 2, 3)),
		|| (block(3), about(VoteKind::Freeze, 0, 2)),
		|| (about(VoteKind::Freeze, 0, 2), fork(4)),
	];
	for votes in votes {
		ExtBuilder::default().build_and_execute(|| {
			let (first, second) = votes();
			let issuance = Balances::total_issuance();
			let result = report(1, vote(1, &first), vote(1, &second));
			assert_eq!(result.map(|info| info.pays_fee), Ok(Pays::No));
			assert_eq!(Balances::total_balance_on_hold(&account(1)), 0);
			assert_eq!(Balances::balance(&account(1)), ENDOWMENT - BOND);
			assert_eq!(Balances::balance(&account(9)), ENDOWMENT + BOND / 10);
			assert_eq!(Balances::balance(&Treasury::get()), 200 + BOND * 9 / 10);
			assert_eq!(Balances::total_issuance(), issuance);
			let member = Bonded { account: account(1), bond: 0, slashed: true };
			assert_eq!(Oracle::member(key(1)), Some(member));
			let event = Event::MemberSlashed {
				key: key(1),
				account: account(1),
				amount: BOND,
				reporter: account(9),
				reward: BOND / 10,
			};
			assert_eq!(last_event(), event);
		});
	}
}

#[test]
fn a_slashed_key_never_comes_back() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(report(1, vote(1, &block(3)), vote(1, &fork(3))));
		assert_noop!(
			report(1, vote(1, &block(4)), vote(1, &fork(4))),
			Error::<Test>::AlreadySlashed
		);
		assert_noop!(schedule(10, &[1, 2, 3]), Error::<Test>::KeySlashed);
		let owner = || RuntimeOrigin::signed(account(1));
		assert_noop!(Oracle::unbond(owner(), key(1)), Error::<Test>::KeySlashed);
		let bond = Oracle::bond(owner(), key(1), ownership(1, &account(1)));
		assert_noop!(bond, Error::<Test>::KeySlashed);
		// The others stay, and the next epoch does without it.
		assert_ok!(schedule(10, &[2, 3, 4]));
	});
}

#[test]
fn one_key_of_an_account_is_slashed_and_the_other_keeps_its_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let owner = RuntimeOrigin::signed(account(1));
		assert_ok!(Oracle::bond(owner, key(5), ownership(5, &account(1))));
		assert_ok!(report(1, vote(1, &block(3)), vote(1, &fork(3))));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), BOND);
	});
}

#[test]
fn the_reward_is_slashed_too_when_the_reporter_cannot_hold_it() {
	ExtBuilder::default().build_and_execute(|| {
		// A tenth of the bond is below the existential deposit.
		let reporter = RuntimeOrigin::signed(account(30));
		let (first, second) = (vote(1, &block(3)), vote(1, &fork(3)));
		assert_ok!(Oracle::report_equivocation(reporter, key(1), first, second));
		assert_eq!(Balances::balance(&account(30)), 0);
		assert_eq!(Balances::balance(&Treasury::get()), 200 + BOND);
		let event = last_event();
		assert!(matches!(event, Event::MemberSlashed { amount: BOND, reward: 0, .. }));
	});
}

#[test]
fn evidence_is_refused_from_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (vote(1, &block(3)), vote(1, &fork(3)));
		let call = Oracle::report_equivocation(RuntimeOrigin::none(), key(1), first, second);
		assert_noop!(call, DispatchError::BadOrigin);
	});
}

#[test]
fn evidence_is_refused_without_a_network_and_of_another() {
	ExtBuilder::default().no_network().build_and_execute(|| {
		let call = report(1, vote(1, &block(3)), vote(1, &fork(3)));
		assert_noop!(call, Error::<Test>::NoNetwork);
	});
	ExtBuilder::default().build_and_execute(|| {
		let other = |message| VoteMessage { network: NetworkId(8), ..message };
		let call = report(1, vote(1, &other(block(3))), vote(1, &other(fork(3))));
		assert_noop!(call, Error::<Test>::WrongNetwork);
		let call = report(1, vote(1, &block(3)), vote(1, &other(fork(3))));
		assert_noop!(call, Error::<Test>::NotContradicting);
	});
}

#[test]
fn evidence_is_refused_when_the_votes_do_not_exclude_each_other() {
	ExtBuilder::default().build_and_execute(|| {
		let reverted = VoteMessage { revert_epoch: 1, ..fork(3) };
		for (first, second) in [
			(block(3), block(3)),
			(block(3), block(4)),
			(block(3), reverted),
			(block(3), about(VoteKind::Refuse, 1, 3)),
			(block(3), about(VoteKind::Freeze, 0, 3)),
			(about(VoteKind::Freeze, 0, 2), about(VoteKind::Freeze, 0, 3)),
		] {
			let call = report(1, vote(1, &first), vote(1, &second));
			assert_noop!(call, Error::<Test>::NotContradicting);
		}
	});
}

#[test]
fn evidence_is_refused_when_the_key_was_no_member() {
	ExtBuilder::default().build_and_execute(|| {
		let of = |key| report(key, vote(key, &block(3)), vote(key, &fork(3)));
		assert_noop!(of(5), Error::<Test>::UnknownMember);
		bond(5);
		assert_noop!(of(5), Error::<Test>::NotMember);
		// A member, but the votes name a set that there never was.
		let forged = |salt| VoteMessage::block(&header_of(&[1, 5], 0, 3, salt));
		let call = report(1, vote(1, &forged(0)), vote(1, &forged(1)));
		assert_noop!(call, Error::<Test>::NotMember);
	});
}

#[test]
fn evidence_is_refused_when_a_vote_is_not_the_keys() {
	ExtBuilder::default().build_and_execute(|| {
		for (first, second) in [(1, 2), (2, 1), (2, 2)] {
			let call = report(1, vote(first, &block(3)), vote(second, &fork(3)));
			assert_noop!(call, Error::<Test>::BadSignature);
		}
		let moved = Vote { message: fork(3), signature: vote(1, &block(3)).signature };
		let call = report(1, vote(1, &block(3)), Box::new(moved));
		assert_noop!(call, Error::<Test>::BadSignature);
	});
}

#[test]
fn evidence_counts_until_the_epoch_is_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		let (first, second) = (block(3), fork(3));
		assert_ok!(schedule(4, &[1]));
		pass(NOTICE);
		RollupDouble::set(|state| state.counters.executed.0 = 4);
		pass(NOTICE);
		assert_ok!(report(2, vote(2, &first), vote(2, &second)));
		pass(1);
		let late = report(3, vote(3, &first), vote(3, &second));
		assert_noop!(late, Error::<Test>::NotMember);
		assert_ok!(Oracle::unbond(RuntimeOrigin::signed(account(3)), key(3)));
	});
}

#[test]
fn evidence_counts_in_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		RollupDouble::set(|state| state.in_exodus = true);
		assert_ok!(report(1, vote(1, &block(3)), vote(1, &fork(3))));
	});
}
