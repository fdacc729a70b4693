// SPDX-License-Identifier: Apache-2.0

//! Payments that fail or look alike, and what strangers put in the way.

use polkadot_sdk::*;

use frame_support::assert_ok;
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, CHARLIE, DAVE, EVE, FERDIE, Network, ONE, Person, TWO, USDT_WETH,
};
use ligature_primitives::{
	ids::{ChainId, Owner, PoolSlot, Side, TokenId},
	op::Target,
	pool::PoolParams,
};
use ligature_runtime::{AccountId, Assets, Balance, Rollup as RollupPallet, Runtime, token};
use pallet_rollup::Claims;

use sp_runtime::transaction_validity::InvalidTransaction;

use crate::{Pools, Rollup, RollupEvent, funded};

/// What somebody has of the asset 1 of a chain.
fn asset(network: &mut Network, chain: ChainId, who: &AccountId) -> Balance {
	network.chain(chain).with(|| Assets::balance(1, who))
}

fn pending(network: &mut Network, who: Person, token: u16) -> Balance {
	network.chain(ALPHA).with(|| Claims::<Runtime>::get(who.account(), TokenId(token)))
}

/// Two withdrawals that agree in everything but the nonce are two.
#[test]
fn two_equal_withdrawals_should_both_be_paid() {
	let mut network = funded();
	let dave = DAVE.account();
	let before = asset(&mut network, ALPHA, &dave);
	let block = network.block(|l| {
		for _ in 0..2 {
			l.withdraw_to(ALPHA, CHARLIE, 1, DAVE.owner(), 3_000_000).unwrap();
		}
	});
	assert_eq!(block.payments(0), 2);
	network.settle(&block);
	assert_eq!(asset(&mut network, ALPHA, &dave), before + 6_000_000);
	// And not a third time.
	let _ = network.execute(ALPHA, &block).invalid(InvalidTransaction::Stale);
}

/// A receiver whom the asset does not pay: the block goes on, the others are paid, and the money waits.
#[test]
fn failing_receiver_should_not_stop_a_block() {
	let mut network = funded();
	let block_dave = pallet_assets::Call::block { id: 1.into(), who: DAVE.account().into() };
	let _ = network.chain(ALPHA).apply(ALICE, block_dave).ok();
	let custody = network.chain(ALPHA).with(RollupPallet::custody);
	let block = network.block(|l| {
		l.withdraw_to(ALPHA, CHARLIE, 1, DAVE.owner(), 3_000_000).unwrap();
		l.withdraw_to(ALPHA, CHARLIE, 1, EVE.owner(), 4_000_000).unwrap();
		// Custody itself is no receiver either: it would be paid and nobody else.
		l.withdraw_to(ALPHA, CHARLIE, 1, Owner(custody.clone().into()), 5_000_000).unwrap();
	});
	let (before, eve) =
		(network.funds(ALPHA)[&TokenId(1)], asset(&mut network, ALPHA, &EVE.account()));
	network.certify_block(&block);
	let executed = network.execute(ALPHA, &block).ok().free();
	let pending_payments = executed.events.iter().filter(|event| {
		matches!(event, ligature_runtime::RuntimeEvent::Rollup(RollupEvent::PaymentPending { .. }))
	});
	assert_eq!(pending_payments.count(), 2);
	let _ = executed.event(RollupEvent::Paid {
		who: EVE.account(),
		token: TokenId(1),
		amount: 4_000_000,
	});
	let _ = network.execute(BETA, &block).ok();
	network.check_solvency();
	let after = network.funds(ALPHA)[&TokenId(1)];
	assert_eq!(asset(&mut network, ALPHA, &EVE.account()), eve + 4_000_000);
	assert_eq!((before.owed - after.owed, after.pending), (4_000_000, 8_000_000));

	// It waits for its owner, who may have it paid to somebody else.
	let again = pallet_rollup::Call::claim { token: TokenId(1), to: None };
	let still_blocked = network.chain(ALPHA).apply(DAVE, again.clone());
	assert!(!still_blocked.is_ok());
	let stranger = pallet_rollup::Call::claim { token: TokenId(1), to: Some(ONE.account()) };
	let _ = network.chain(ALPHA).apply(EVE, stranger).refused(Rollup::NothingToClaim);
	let elsewhere = pallet_rollup::Call::claim { token: TokenId(1), to: Some(FERDIE.account()) };
	let _ = network.chain(ALPHA).apply(DAVE, elsewhere).ok().event(RollupEvent::Claimed {
		who: DAVE.account(),
		to: FERDIE.account(),
		token: TokenId(1),
		amount: 3_000_000,
	});
	let _ = network.chain(ALPHA).apply(DAVE, again).refused(Rollup::NothingToClaim);
	network.check_solvency();
}

/// Less than an account needs to exist is neither paid nor lost: it adds up until it can be claimed.
#[test]
fn dust_should_wait_for_its_owner() {
	let mut network = funded();
	let least = token::ALPHA_ASSETS[0].min_balance;
	for round in 1..=2u128 {
		let block = network.block(|l| {
			l.withdraw_to(ALPHA, CHARLIE, 1, ONE.owner(), 1).unwrap();
			l.withdraw_to(ALPHA, CHARLIE, 1, TWO.owner(), least).unwrap();
		});
		network.settle(&block);
		assert_eq!(pending(&mut network, ONE, 1), round, "nobody exists with one unit");
		assert_eq!(asset(&mut network, ALPHA, &TWO.account()), round * least);
	}
	// The stranger needs the chain's token to call; then claims to an account that exists.
	let gift = pallet_balances::Call::transfer_allow_death {
		dest: ONE.account().into(),
		value: token::UNIT,
	};
	let _ = network.chain(ALPHA).apply(FERDIE, gift).ok();
	let own = pallet_rollup::Call::claim { token: TokenId(1), to: None };
	assert!(!network.chain(ALPHA).apply(ONE, own).is_ok());
	let to = pallet_rollup::Call::claim { token: TokenId(1), to: Some(TWO.account()) };
	let _ = network.chain(ALPHA).apply(ONE, to).ok();
	assert_eq!(pending(&mut network, ONE, 1), 0);
	network.check_solvency();

	// The last unit that custody owes leaves it alive.
	for person in [CHARLIE, DAVE] {
		let account = network.account(ALPHA, person).unwrap().get();
		let _ = network.full_exit(ALPHA, person, account, 1).ok();
	}
	let block = network.serving_block();
	network.settle(&block);
	let funds = network.funds(ALPHA)[&TokenId(1)];
	assert_eq!((funds.owed, funds.custody), (0, funds.gift));
}

/// One asset under two numbers would be owed twice, one number for two assets would be stolen.
#[test]
fn duplicate_token_should_be_refused() {
	let mut network = funded();
	let register = |asset| pallet_rollup::Call::register_token { asset };
	let error = |error: Rollup| Err(error.into());
	let chain = network.chain(ALPHA);
	assert_eq!(chain.root(register(1)), error(Rollup::TokenAlreadyRegistered));
	assert_eq!(chain.root(register(9)), error(Rollup::UnknownAsset));
	let create = pallet_assets::Call::force_create {
		id: 9.into(),
		owner: ALICE.account().into(),
		is_sufficient: true,
		min_balance: 100,
	};
	assert_ok!(chain.root(create));
	assert_eq!(chain.root(register(9)), error(Rollup::CustodyNotFunded));
	let custody = chain.with(RollupPallet::custody);
	for who in [custody, CHARLIE.account()] {
		let mint = pallet_assets::Call::mint { id: 9.into(), beneficiary: who.into(), amount: 100 };
		let _ = chain.apply(ALICE, mint).ok();
	}
	assert_ok!(chain.root(register(9)));
	assert_eq!(chain.root(register(9)), error(Rollup::TokenAlreadyRegistered));
	// The next number, and only it, is the new asset.
	let _ = network
		.try_deposit(ALPHA, CHARLIE, 4, CHARLIE.owner(), 100, true)
		.refused(Rollup::UnknownToken);
	let before = asset(&mut network, ALPHA, &CHARLIE.account());
	network.deposit(ALPHA, CHARLIE, 3, 100);
	assert_eq!(asset(&mut network, ALPHA, &CHARLIE.account()), before);
	let block = network.serving_block();
	network.settle(&block);
}

/// A stranger makes the leaf of somebody who has none yet, with dust and without a key: it is hers, and she uses it.
#[test]
fn strangers_leaf_should_not_be_in_the_way() {
	let mut network = funded();
	let owner = EVE.owner();
	// FERDIE pays for a leaf of Eve's; a key he cannot set.
	let _ =
		network.try_deposit(ALPHA, FERDIE, 1, owner, 10_000, true).refused(Rollup::KeyNotByOwner);
	let _ = network.try_deposit(ALPHA, FERDIE, 1, owner, 10_000, false).ok();
	// And asks for hers to be emptied, and for her key.
	let eve = network.state(ALPHA).next();
	let _ = network.full_exit(ALPHA, FERDIE, eve, 1).ok();
	let _ = network.change_key(ALPHA, FERDIE, Some(eve)).ok();
	network.deposit(ALPHA, EVE, 1, 50_000_000);
	let block = network.serving_block();
	network.settle(&block);
	let account = network.account(ALPHA, EVE).unwrap();
	assert_eq!(account.get(), eve);
	let state = network.state(ALPHA);
	assert_eq!(state.balance(account, TokenId(1)).get(), 50_010_000);
	assert_eq!(state.accounts().filter(|(_, it)| it.owner == owner).count(), 1);
	let block = network.block(|l| l.withdraw(ALPHA, EVE, 1, 50_010_000).unwrap());
	network.settle(&block);
}

/// Somebody else creates the pool first: it is the same pool, and belongs to nobody.
#[test]
fn strangers_pool_should_not_be_in_the_way() {
	let mut network = funded();
	let _ = network.create_side(FERDIE, USDT_WETH, Side::Zero).ok();
	let exists = network.create_side(CHARLIE, USDT_WETH, Side::Zero);
	let _ = exists.refused(Pools::PoolExists);
	// Charlie adds what is missing, on the other chain.
	let _ = network.create_side(CHARLIE, USDT_WETH, Side::One).ok();
	let wrong: PoolParams = PoolParams { token1: TokenId(7), ..USDT_WETH };
	let unknown = network.create_side(CHARLIE, wrong, Side::One);
	let _ = unknown.refused(Pools::UnknownToken);
	// The other side's token is the other chain's business: such a pool stays inert.
	let _ = network.create_side(FERDIE, wrong, Side::Zero).ok();
	network.deposit(BETA, CHARLIE, 2, 2_000_000_000_000_000_000);
	let block = network.serving_block();
	network.settle(&block);
	let most = (50_000_000, 1_000_000_000_000_000_000);
	let block = network.block(|l| {
		let inert = l.add_liquidity(wrong, CHARLIE, 1, most);
		assert_eq!(inert, Err(ligature_primitives::refusal::Refusal::PoolMissing));
		l.add_liquidity(USDT_WETH, CHARLIE, 1, most).unwrap();
		l.swap(USDT_WETH, Side::Zero, DAVE, 1_000_000).unwrap();
	});
	network.settle(&block);
	assert_eq!(network.slot(&USDT_WETH, Side::Zero), Some(PoolSlot(0)));
	assert_eq!(
		network.target(BETA, DAVE.owner()),
		Target::Existing(network.account(BETA, DAVE).unwrap())
	);
}
