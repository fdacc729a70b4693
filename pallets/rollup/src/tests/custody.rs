// SPDX-License-Identifier: Apache-2.0

//! Custody: the network, tokens, payments and claims.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Blocks, ChainListHash, Claims, Error, Event, Owed, Pallet, Token, TokenOf, Tokens, mock::*,
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult, traits::fungible::Mutate};
use ligature_ledger::ChainState;
use ligature_primitives::{
	constants::AMOUNT_BITS,
	header::{chain_list_hash, member_set_hash},
	ids::{BlockNumber, TokenId},
};
use sp_runtime::{DispatchError, DispatchError::BadOrigin, TokenError};

const STRANGER: u8 = 9;

fn claim(person: u8, token: u16, to: Option<AccountId>) -> DispatchResult {
	Rollup::claim(RuntimeOrigin::signed(account(person)), TokenId(token), to)
}

fn pay(token: u16, who: &AccountId, amount: Balance) -> DispatchResult {
	Pallet::<Test>::pay(TokenId(token), who, amount)
}

/// Custody holds deposits of 1,000 of each token, as the queue takes them.
fn with_deposits(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(|| {
		for token in 0..3 {
			deposit(1, token, 1_000);
		}
		take_events();
		test();
	});
}

/// What the queue's deposits are part of is paid again, so that the state is whole at the end.
fn give(token: u16, amount: Balance) {
	assert_ok!(Pallet::<Test>::take(&account(2), TokenId(token), amount));
}

#[test]
fn the_network_should_open_with_the_genesis_of_all_chains() {
	ExtBuilder::default().chain(2).closed().build_and_execute(|| {
		let hashes = genesis_hashes(2);
		assert_ok!(Rollup::open_network(RuntimeOrigin::root(), hashes.clone()));
		let list = [(A, hashes[0]), (B, hashes[1])];
		let expected = chain_list_hash(NETWORK, &list);
		assert_eq!(ChainListHash::<Test>::get(), Some(expected));
		assert_eq!(take_events(), [Event::NetworkOpened { chain_list_hash: expected }]);

		let genesis = Blocks::<Test>::get(BlockNumber(0)).expect("block 0 is stored");
		assert_eq!(genesis.hash, genesis.header.hash());
		assert_eq!(genesis.header.number, BlockNumber(0));
		assert_eq!(genesis.header.member_set_hash, members());
		for part in &genesis.header.chains {
			assert_eq!(part.new_root, ChainState::new(part.chain).root());
			assert_eq!(part.new_next, 0);
		}
		let again = Rollup::open_network(RuntimeOrigin::root(), hashes);
		assert_noop!(again, Error::<Test>::NetworkAlreadyOpen);
	});
}

#[test]
fn the_network_should_not_open_when_the_list_is_not_its_own() {
	ExtBuilder::default().closed().build_and_execute(|| {
		let good = genesis_hashes(1).into_inner();
		let swapped = vec![good[1], good[0]];
		let foreign = vec![[8; 32], good[1]];
		let twice = vec![good[0]; 2];
		let more = vec![good[0], good[1], [3; 32]];
		for list in [swapped, foreign, twice, more, vec![good[0]], vec![]] {
			let list = list.try_into().expect("at most four");
			let open = Rollup::open_network(RuntimeOrigin::root(), list);
			assert_noop!(open, Error::<Test>::WrongChainList);
		}
		let open = Rollup::open_network(RuntimeOrigin::signed(guardian()), genesis_hashes(1));
		assert_noop!(open, BadOrigin);
	});
}

#[test]
fn the_network_should_not_open_when_custody_could_be_reaped() {
	ExtBuilder::default().closed().build_and_execute(|| {
		let custody = Rollup::custody_account();
		Balances::set_balance(&custody, EXISTENTIAL_DEPOSIT - 1);
		assert_noop!(open_network(), Error::<Test>::CustodyNotFunded);
		Balances::set_balance(&custody, EXISTENTIAL_DEPOSIT);
		assert_ok!(open_network());
	});
}

#[test]
fn the_network_should_not_open_when_the_oracles_are_not_known() {
	ExtBuilder::default().closed().build_and_execute(|| {
		OracleAnswer::set(Err(DispatchError::Other("no oracles")));
		assert_noop!(open_network(), DispatchError::Other("no oracles"));
		OracleAnswer::set(Ok((0, member_set_hash(0, &[[7; 32]]))));
		assert_ok!(open_network());
		let genesis = Blocks::<Test>::get(BlockNumber(0)).expect("block 0 is stored");
		assert_eq!(genesis.header.member_set_hash, member_set_hash(0, &[[7; 32]]));
	});
}

#[test]
fn the_network_should_not_open_when_the_chain_has_none() {
	ExtBuilder::alone().build_and_execute(|| {
		assert_noop!(open_network(), Error::<Test>::NoNetwork);
	});
}

#[test]
fn a_token_should_get_the_next_number() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Rollup::register_token(RuntimeOrigin::root(), LOOSE));
		assert_eq!(Tokens::<Test>::get(TokenId(3)), Some(Token::Asset(LOOSE)));
		assert_eq!(TokenOf::<Test>::get(LOOSE), Some(TokenId(3)));
		let registered = Event::TokenRegistered { token: TokenId(3), asset: LOOSE };
		assert_eq!(take_events(), [registered]);
	});
}

#[test]
fn a_duplicate_token_should_be_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let again = Rollup::register_token(RuntimeOrigin::root(), COIN);
		assert_noop!(again, Error::<Test>::TokenAlreadyRegistered);
		let foreign = Rollup::register_token(RuntimeOrigin::root(), 99);
		assert_noop!(foreign, Error::<Test>::UnknownAsset);
		let unsigned = Rollup::register_token(RuntimeOrigin::signed(account(1)), LOOSE);
		assert_noop!(unsigned, BadOrigin);
	});
}

#[test]
fn a_token_should_be_refused_when_the_rollup_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(STRANGER))));
		let late = Rollup::register_token(RuntimeOrigin::root(), LOOSE);
		assert_noop!(late, Error::<Test>::InExodus);
	});
}

#[test]
fn a_token_should_be_refused_when_custody_does_not_hold_its_least_balance() {
	ExtBuilder::default().build_and_execute(|| {
		let asset = 10;
		let admin = RuntimeOrigin::root();
		assert_ok!(Assets::force_create(admin.clone(), asset, account(1), true, MINIMUM));
		let early = Rollup::register_token(admin.clone(), asset);
		assert_noop!(early, Error::<Test>::CustodyNotFunded);
		let issuer = RuntimeOrigin::signed(account(1));
		assert_ok!(Assets::mint(issuer, asset, Rollup::custody_account(), MINIMUM));
		assert_ok!(Rollup::register_token(admin, asset));
	});
}

#[test]
fn a_token_should_be_refused_when_all_numbers_are_taken() {
	ExtBuilder::default().build_and_execute(|| {
		let admin = RuntimeOrigin::root();
		for asset in 1_000..1_509 {
			assert_ok!(Assets::force_create(admin.clone(), asset, account(1), true, MINIMUM));
			let issuer = RuntimeOrigin::signed(account(1));
			assert_ok!(Assets::mint(issuer, asset, Rollup::custody_account(), MINIMUM));
			assert_ok!(Rollup::register_token(admin.clone(), asset));
		}
		assert_eq!(TokenOf::<Test>::get(1_508), Some(TokenId(511)));
		assert_noop!(Rollup::register_token(admin, LOOSE), Error::<Test>::TooManyTokens);
	});
}

#[test]
fn a_payment_should_lower_what_is_owed_by_what_leaves_custody() {
	with_deposits(|| {
		for token in 0..3 {
			give(token, 300);
			let (before, custody) = (balance(&account(3), token), Rollup::custody_account());
			let held = balance(&custody, token);
			assert_ok!(pay(token, &account(3), 300));
			assert_eq!(balance(&account(3), token), before + 300);
			assert_eq!(balance(&custody, token), held - 300);
			assert_eq!(Owed::<Test>::get(TokenId(token)), 1_000);
			let paid = Event::Paid { who: account(3), token: TokenId(token), amount: 300 };
			assert_eq!(take_events(), [paid]);
		}
	});
}

#[test]
fn a_payment_of_nothing_should_do_nothing() {
	with_deposits(|| {
		assert_ok!(pay(0, &account(3), 0));
		assert_eq!(take_events(), []);
		assert_eq!(Claims::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_failing_receiver_should_get_a_claim_and_stop_nobody() {
	with_deposits(|| {
		// An account that does not exist cannot get an asset that does not make it exist.
		let stranger = account(STRANGER);
		give(2, 300);
		assert_ok!(pay(2, &stranger, 300));
		assert_eq!(Claims::<Test>::get(&stranger, TokenId(2)), 300);
		assert_eq!(Owed::<Test>::get(TokenId(2)), 1_300);
		let [Event::PaymentPending { who, token, amount, .. }] = &take_events()[..] else {
			panic!("the payment is pending");
		};
		assert_eq!((who, *token, *amount), (&stranger, TokenId(2), 300));
		// The next one adds to it.
		give(2, 50);
		assert_ok!(pay(2, &stranger, 50));
		assert_eq!(Claims::<Test>::get(&stranger, TokenId(2)), 350);
	});
}

#[test]
fn dust_should_become_a_claim_until_it_is_enough() {
	with_deposits(|| {
		let stranger = account(STRANGER);
		for _ in 0..2 {
			give(0, EXISTENTIAL_DEPOSIT - 1);
			assert_ok!(pay(0, &stranger, EXISTENTIAL_DEPOSIT - 1));
		}
		let pending = 2 * (EXISTENTIAL_DEPOSIT - 1);
		assert_eq!(balance(&stranger, 0), 0);
		assert_eq!(Claims::<Test>::get(&stranger, TokenId(0)), pending);
		take_events();
		assert_ok!(claim(STRANGER, 0, None));
		assert_eq!(balance(&stranger, 0), pending);
		assert_eq!(Owed::<Test>::get(TokenId(0)), 1_000);
		let claimed = Event::Claimed {
			who: stranger.clone(),
			to: stranger.clone(),
			token: TokenId(0),
			amount: pending,
		};
		assert_eq!(take_events(), [claimed]);
		assert_noop!(claim(STRANGER, 0, None), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn a_claim_should_go_to_another_account_when_its_owner_says_so() {
	with_deposits(|| {
		let stranger = account(STRANGER);
		give(2, 300);
		assert_ok!(pay(2, &stranger, 300));
		assert_noop!(claim(STRANGER, 2, None), DispatchError::Token(TokenError::CannotCreate));
		assert_eq!(Claims::<Test>::get(&stranger, TokenId(2)), 300);
		let before = balance(&account(3), 2);
		assert_ok!(claim(STRANGER, 2, Some(account(3))));
		assert_eq!(balance(&account(3), 2), before + 300);
		assert!(!Claims::<Test>::contains_key(&stranger, TokenId(2)));
	});
}

#[test]
fn a_claim_should_be_refused_when_there_is_nothing_to_pay() {
	with_deposits(|| {
		assert_noop!(claim(1, 0, None), Error::<Test>::NothingToClaim);
		assert_noop!(claim(1, 99, None), Error::<Test>::UnknownToken);
		// Another's claim is not one's own.
		give(2, 300);
		assert_ok!(pay(2, &account(STRANGER), 300));
		assert_noop!(claim(1, 2, None), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn a_payment_to_custody_itself_should_stay_owed() {
	with_deposits(|| {
		let custody = Rollup::custody_account();
		give(0, 300);
		assert_ok!(pay(0, &custody, 300));
		assert_eq!(Owed::<Test>::get(TokenId(0)), 1_300);
		assert_eq!(Claims::<Test>::get(&custody, TokenId(0)), 300);
		give(2, 10);
		assert_ok!(pay(2, &account(STRANGER), 10));
		assert_noop!(claim(STRANGER, 2, Some(custody)), Error::<Test>::OwnerReserved);
	});
}

#[test]
fn more_than_is_owed_should_never_be_paid() {
	with_deposits(|| {
		// A gift is not owed to anybody.
		let gift = RuntimeOrigin::signed(account(2));
		assert_ok!(Balances::transfer_keep_alive(gift, Rollup::custody_account(), 5_000));
		let before = Owed::<Test>::get(TokenId(0));
		assert_noop!(pay(0, &account(3), before + 1), Error::<Test>::Arithmetic);
	});
}

#[test]
fn a_token_that_keeps_a_part_should_not_be_taken() {
	with_deposits(|| {
		TaxedAsset::set(Some(COIN));
		let taken = Pallet::<Test>::take(&account(2), TokenId(1), 100);
		assert_noop!(taken, DispatchError::Token(TokenError::Unsupported));
		TaxedAsset::set(None);
		assert_ok!(Pallet::<Test>::take(&account(2), TokenId(1), 100));
		// Nor is it paid in part: the payment waits until it can be made whole.
		TaxedAsset::set(Some(COIN));
		let before = balance(&account(3), 1);
		assert_ok!(pay(1, &account(3), 100));
		assert_eq!(balance(&account(3), 1), before);
		assert_eq!(Claims::<Test>::get(account(3), TokenId(1)), 100);
		TaxedAsset::set(None);
		assert_ok!(claim(3, 1, None));
		assert_eq!(balance(&account(3), 1), before + 100);
	});
}

#[test]
fn owed_should_stay_below_the_protocols_limit() {
	ExtBuilder::default().build_and_execute(|| {
		let limit = 1 << AMOUNT_BITS;
		let take = |amount| Pallet::<Test>::take(&account(1), TokenId(1), amount);
		assert_noop!(take(limit), Error::<Test>::OwedOverflow);
		assert_ok!(take(limit - 1));
		assert_noop!(take(1), Error::<Test>::OwedOverflow);
		assert_noop!(take(Balance::MAX), Error::<Test>::OwedOverflow);
		let unknown = Pallet::<Test>::take(&account(1), TokenId(9), 1);
		assert_noop!(unknown, Error::<Test>::UnknownToken);
	});
}

#[test]
fn custody_should_keep_its_least_balance_when_all_that_is_owed_is_paid() {
	with_deposits(|| {
		for token in 0..3 {
			give(token, 500);
			assert_ok!(pay(token, &account(3), 500));
		}
		// What the queue holds is paid out as well, as exodus would do.
		for index in 0..3 {
			crate::Requests::<Test>::remove(index);
			assert_ok!(pay(index as u16, &account(1), 1_000));
		}
		crate::PriorityQueue::<Test>::kill();
		let custody = Rollup::custody_account();
		assert_eq!(balance(&custody, 0), EXISTENTIAL_DEPOSIT);
		assert_eq!(balance(&custody, 1), MINIMUM);
		assert_eq!(balance(&custody, 2), MINIMUM);
		assert_eq!(Claims::<Test>::iter().count(), 0);
	});
}
