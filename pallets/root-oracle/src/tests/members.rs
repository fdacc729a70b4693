// SPDX-License-Identifier: Apache-2.0

//! Bonds.

use polkadot_sdk::*;

use crate::{Bonded, Error, Event, mock::*, ownership_message};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use ligature_primitives::ids::NetworkId;
use sp_core::Pair;
use sp_runtime::TokenError;

fn bond_as(account: u8, key: u8, signature: [u8; 64]) -> sp_runtime::DispatchResult {
	Oracle::bond(RuntimeOrigin::signed(id(account)), self::key(key), signature)
}

fn id(number: u8) -> sp_runtime::AccountId32 {
	account(number)
}

fn unbond_as(number: u8, key: u8) -> sp_runtime::DispatchResult {
	Oracle::unbond(RuntimeOrigin::signed(account(number)), self::key(key))
}

#[test]
fn a_bond_is_held_when_the_key_has_signed_the_account() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(bond_as(5, 5, ownership(5, &account(5))));
		assert_eq!(Balances::total_balance_on_hold(&account(5)), BOND);
		let member = Bonded { account: account(5), bond: BOND, slashed: false };
		assert_eq!(Oracle::member(key(5)), Some(member));
		let event = Event::Bonded { key: key(5), account: account(5), amount: BOND };
		assert_eq!(last_event(), event);
	});
}

#[test]
fn one_account_bonds_two_keys_and_gets_each_bond_back() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(bond_as(5, 5, ownership(5, &account(5))));
		assert_ok!(bond_as(5, 6, ownership(6, &account(5))));
		assert_eq!(Balances::total_balance_on_hold(&account(5)), 2 * BOND);
		assert_ok!(unbond_as(5, 6));
		assert_eq!(Balances::total_balance_on_hold(&account(5)), BOND);
		let event = Event::Unbonded { key: key(6), account: account(5), amount: BOND };
		assert_eq!(last_event(), event);
		assert_ok!(unbond_as(5, 5));
		assert_eq!(Balances::balance(&account(5)), ENDOWMENT);
		assert_eq!(Oracle::member(key(5)), None);
	});
}

#[test]
fn a_bond_is_refused_without_a_network() {
	ExtBuilder::default().no_network().build_and_execute(|| {
		assert_noop!(bond_as(5, 5, ownership(5, &account(5))), Error::<Test>::NoNetwork);
	});
}

#[test]
fn a_bond_is_refused_when_the_key_has_one() {
	ExtBuilder::default().build_and_execute(|| {
		// Of another account too.
		assert_noop!(bond_as(1, 1, ownership(1, &account(1))), Error::<Test>::AlreadyBonded);
		assert_noop!(bond_as(5, 1, ownership(1, &account(5))), Error::<Test>::AlreadyBonded);
	});
}

#[test]
fn a_bond_is_refused_when_the_signature_is_not_about_account_network_and_key() {
	ExtBuilder::default().build_and_execute(|| {
		let message = |network| ownership_message(network, account(5).as_ref());
		let other_network = pair(5).sign(&message(NetworkId(8))).0;
		let mut without_tag = message(NETWORK);
		without_tag[0] ^= 1;
		for signature in [
			ownership(5, &account(6)),
			ownership(6, &account(5)),
			other_network,
			pair(5).sign(&without_tag).0,
			[0; 64],
		] {
			assert_noop!(bond_as(5, 5, signature), Error::<Test>::BadOwnership);
		}
	});
}

#[test]
fn a_bond_is_refused_when_every_message_fits_the_key() {
	ExtBuilder::default().build_and_execute(|| {
		// The identity, and as its signature the identity and 0: 0·B = R + h·A for every h.
		let mut identity = [0; 32];
		identity[0] = 1;
		let mut signature = [0; 64];
		signature[0] = 1;
		let bond = Oracle::bond(RuntimeOrigin::signed(account(5)), identity, signature);
		assert_noop!(bond, Error::<Test>::WeakKey);
	});
}

#[test]
fn a_bond_is_refused_when_the_account_cannot_pay() {
	ExtBuilder::default().build_and_execute(|| {
		// No account beyond 20 has funds.
		let bond = bond_as(21, 21, ownership(21, &account(21)));
		assert_noop!(bond, TokenError::FundsUnavailable);
	});
}

#[test]
fn a_bond_goes_back_to_its_account_only() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		assert_noop!(unbond_as(6, 5), Error::<Test>::NotYourBond);
		assert_noop!(unbond_as(5, 6), Error::<Test>::UnknownMember);
	});
}

#[test]
fn a_bond_stays_while_an_epoch_has_its_key() {
	ExtBuilder::default().build_and_execute(|| {
		bond(5);
		assert_ok!(schedule(10, &[2, 3, 4, 5]));
		assert_noop!(unbond_as(1, 1), Error::<Test>::StillMember);
		assert_noop!(unbond_as(5, 5), Error::<Test>::StillMember);
		// The first block of the next epoch is executed: the members of epoch 0 are asked no more,
		// but can be slashed for a notice.
		RollupDouble::set(|state| state.counters.executed.0 = 10);
		pass(1);
		assert_noop!(unbond_as(1, 1), Error::<Test>::StillMember);
		pass(NOTICE - 1);
		assert_noop!(unbond_as(1, 1), Error::<Test>::StillMember);
		pass(1);
		assert_ok!(unbond_as(1, 1));
		assert_noop!(unbond_as(2, 2), Error::<Test>::StillMember);
	});
}
