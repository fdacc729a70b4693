// SPDX-License-Identifier: Apache-2.0

//! Everybody leaves with Merkle paths against the freeze block.

use super::{
	exodus::{begin, begin_and_freeze},
	world::*,
};
use polkadot_sdk::*;

use crate::{
	Claims, Error, Event, Owed, PaidBalances, PaidLiquidity, Requests,
	mock::*,
	traits::{Lifecycle, RequestQueue},
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use ligature_ledger::{
	ChainState,
	exit::{BalanceClaim, LiquidityClaim},
};
use ligature_primitives::{
	constants::MINIMUM_LIQUIDITY,
	ids::{ChainId, PoolSlot, Side, TokenId},
	priority::PriorityRequest,
};
use sp_runtime::DispatchError;

/// What persons deposit of a token.
const DEPOSIT: u128 = 1_000_000;
/// Reserves of side 0 and side 1.
const RESERVES: [u128; 2] = [400_000, 900_000];
/// The slot of the pool on both chains.
const SLOT: PoolSlot = PoolSlot(0);

/// Who has accounts.
const PEOPLE: [u8; 3] = [1, 2, 3];
/// The request of the deposit that lets exodus begin: after those of [`PEOPLE`] and of the pool.
const UNSERVED: u64 = 4;

/// Anybody may bring a claim.
fn stranger() -> RuntimeOrigin {
	RuntimeOrigin::signed(account(110))
}

fn exit(claim: &BalanceClaim) -> DispatchResult {
	Rollup::exit(stranger(), Box::new(claim.clone()))
}

fn exit_liquidity(claim: &LiquidityClaim) -> DispatchResult {
	Rollup::exit_liquidity(stranger(), Box::new(claim.clone()))
}

fn refund(index: u64) -> DispatchResult {
	Rollup::refund_deposit(stranger(), index)
}

fn state(world: &World, chain: ChainId) -> &ChainState {
	world.ledger.state(chain).expect("a chain of the network")
}

/// The claim of a person to a balance on a chain, as of the ledger's last block.
fn balance_of(world: &World, chain: ChainId, person: u8, token: u16) -> BalanceClaim {
	let account = world.account_of(chain, owner(person)).expect("the person has an account");
	BalanceClaim::new(state(world, chain), account, TokenId(token)).expect("the account exists")
}

/// The claim of a person to one side of the pool.
fn share_of(world: &World, person: u8, side: Side) -> LiquidityClaim {
	let account = world.account_of(A, owner(person)).expect("the person has an account");
	let paying = state(world, POOL.chain(side));
	LiquidityClaim::new(state(world, A), account, SLOT, paying, side).expect("the pool exists")
}

/// A ledger in which [`PEOPLE`] have both tokens of the pool, person 1 all its shares but a few that
/// person 2 has got; its one block is certified.
fn with_pool() -> World {
	let mut world = World::new();
	let here = world.here();
	let token_of = |chain| if chain == A { POOL.token0 } else { POOL.token1 };
	for person in PEOPLE {
		deposit(person, token_of(here).0, DEPOSIT);
	}
	let side = if here == A { Side::Zero } else { Side::One };
	let pool = PriorityRequest::CreatePool { slot: SLOT, side, params: POOL };
	assert_ok!(Rollup::request(&account(1), pool));
	let block = world.block(|world| {
		let (there, side) = if here == A { (B, Side::One) } else { (A, Side::Zero) };
		for person in PEOPLE {
			world.deposit_on(there, person, token_of(there), DEPOSIT);
		}
		let pool = PriorityRequest::CreatePool { slot: SLOT, side, params: POOL };
		let pool = world.operation(there, pool);
		world.apply(pool);
		world.add_liquidity(1, RESERVES[0], RESERVES[1]);
		world.transfer(A, 1, 2, TokenId::lp(SLOT).expect("a slot"), 1_001);
	});
	bring_to_certificate(&block);
	world
}

/// [`with_pool`], after the end: exits are open.
fn ended() -> World {
	let world = with_pool();
	begin_and_freeze();
	assert_ok!(execute_as(account(3), 1));
	System::reset_events();
	world
}

#[test]
fn a_balance_should_be_paid_to_its_owner_when_anybody_claims_it() {
	ExtBuilder::default().build_and_execute(|| {
		let world = ended();
		let claim = balance_of(&world, A, 2, 1);
		let (before, owed) = (balance(&account(2), 1), Owed::<Test>::get(TokenId(1)));
		assert_ok!(exit(&claim));
		let (who, token, amount) = (account(2), TokenId(1), DEPOSIT);
		let account = claim.balance.account;
		assert_eq!(
			take_events(),
			[
				Event::Exited { who: who.clone(), account, token, amount },
				Event::Paid { who: who.clone(), token, amount },
			]
		);
		assert_eq!(balance(&who, 1), before + amount);
		assert_eq!(Owed::<Test>::get(token), owed - amount);
		assert!(PaidBalances::<Test>::contains_key((account.get(), token)));
		assert_noop!(exit(&claim), Error::<Test>::AlreadyClaimed);
		let unsigned = Rollup::exit(RuntimeOrigin::none(), Box::new(claim));
		assert_noop!(unsigned, DispatchError::BadOrigin);
	});
}

#[test]
fn exits_should_be_closed_until_the_freeze_block_is_executed() {
	ExtBuilder::default().build_and_execute(|| {
		let world = with_pool();
		let (claim, share) = (balance_of(&world, A, 2, 1), share_of(&world, 1, Side::Zero));
		let closed = || {
			assert_noop!(exit(&claim), Error::<Test>::ExitNotOpen);
			assert_noop!(exit_liquidity(&share), Error::<Test>::ExitNotOpen);
			assert_noop!(refund(UNSERVED), Error::<Test>::ExitNotOpen);
		};
		closed();
		begin();
		closed();
		advance(PERIODS.exodus_timeout);
		assert_ok!(Rollup::freeze_by_timeout(stranger()));
		closed();
		assert_ok!(execute_as(account(3), 1));
		assert_ok!(exit(&claim));
		assert_ok!(exit_liquidity(&share));
		assert_ok!(refund(UNSERVED));
	});
}

/// Person 2 withdraws in block 2, and block 2 is certified: the state before it is worth nothing, on
/// whichever chain and however late somebody executes.
#[test]
fn exit_at_two_heights_should_be_impossible() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = with_pool();
		let before = balance_of(&world, A, 2, 1);
		let block = world.block(|world| world.withdraw(A, 2, owner(2), TokenId(1), DEPOSIT - 1));
		bring_to_certificate(&block);
		begin_and_freeze();
		assert_ok!(execute_as(account(3), 1));
		assert_noop!(exit(&before), Error::<Test>::ExitNotOpen);
		assert_ok!(execute_as(account(3), 2));
		assert_noop!(exit(&before), Error::<Test>::BadClaim);
		let after = balance_of(&world, A, 2, 1);
		assert_eq!(after.balance.amount, amount(1));
		assert_ok!(exit(&after));
	});
}

#[test]
fn a_balance_should_stay_when_the_claim_is_not_proven() {
	ExtBuilder::default().build_and_execute(|| {
		let world = ended();
		let good = balance_of(&world, A, 2, 1);
		let with = |change: &dyn Fn(&mut BalanceClaim)| {
			let mut claim = good.clone();
			change(&mut claim);
			claim
		};
		let bad = [
			with(&|claim| claim.balance.amount = amount(DEPOSIT + 1)),
			with(&|claim| claim.balance.owner = owner(9)),
			with(&|claim| claim.balance.account = index(0)),
			with(&|claim| claim.balance.token = TokenId(2)),
			with(&|claim| claim.balance.nonce.0 += 1),
			with(&|claim| claim.balance.account_path.siblings.swap(0, 1)),
			with(&|claim| claim.pools_root = claim.balance.key),
			// Shares are no balance of L1.
			balance_of(&world, A, 2, TokenId::lp(SLOT).expect("a slot").0),
			// Another chain pays these.
			balance_of(&world, B, 2, 0),
		];
		for claim in bad {
			assert_noop!(exit(&claim), Error::<Test>::BadClaim);
		}
		assert_ok!(exit(&good));
	});
}

/// Nobody can use up a claim by bringing it when there is nothing to pay.
#[test]
fn a_claim_of_nothing_should_leave_no_mark() {
	ExtBuilder::default().build_and_execute(|| {
		let world = ended();
		assert_noop!(exit(&balance_of(&world, A, 2, 2)), Error::<Test>::AmountZero);
		let none = share_of(&world, 3, Side::Zero);
		assert!(none.shares.amount.is_zero());
		assert_noop!(exit_liquidity(&none), Error::<Test>::AmountZero);
		assert_eq!(PaidBalances::<Test>::iter().count() + PaidLiquidity::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_balance_should_become_pending_when_its_receiver_cannot_get_it() {
	ExtBuilder::default().build_and_execute(|| {
		// Person 200 has no account on L1, and this asset does not make one.
		let (who, token, amount) = (account(200), TokenId(2), 5_000);
		let payer = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::deposit(payer, token, owner(200), super::world::amount(amount), None));
		let mut world = World::new();
		bring_to_certificate(&world.serving());
		begin_and_freeze();
		assert_ok!(execute_as(account(3), 1));
		System::reset_events();

		assert_ok!(exit(&balance_of(&world, A, 200, 2)));
		let events = take_events();
		assert!(matches!(
			&events[1],
			Event::PaymentPending { who: pending, token: TokenId(2), amount: 5_000, .. } if *pending == who
		));
		assert_eq!(Claims::<Test>::get(&who, token), amount);
		assert_noop!(exit(&balance_of(&world, A, 200, 2)), Error::<Test>::AlreadyClaimed);
	});
}

#[test]
fn liquidity_should_be_paid_per_side_when_anybody_claims_it() {
	for (chain, side, token) in [(1, Side::Zero, 1), (2, Side::One, 0)] {
		ExtBuilder::default().chain(chain).build_and_execute(|| {
			let world = ended();
			let claim = share_of(&world, 1, side);
			let own = claim.reserve.leaf.own.get();
			assert_eq!(own, RESERVES[usize::from(side.number())]);
			let supply = claim.home.leaf.supply.get();
			let amount = own * claim.shares.amount.get() / supply;
			let before = balance(&account(1), token);
			assert_ok!(exit_liquidity(&claim));
			let (who, token, home, slot) = (account(1), TokenId(token), A, SLOT);
			assert_eq!(
				take_events(),
				[
					Event::LiquidityExited { who: who.clone(), home, slot, token, amount },
					Event::Paid { who: who.clone(), token, amount },
				]
			);
			assert_eq!(balance(&who, token.0), before + amount);
			let key = (A, SLOT, side.number(), claim.shares.account.get());
			assert!(PaidLiquidity::<Test>::contains_key(key));
			assert_noop!(exit_liquidity(&claim), Error::<Test>::AlreadyClaimed);
			let unsigned = Rollup::exit_liquidity(RuntimeOrigin::none(), Box::new(claim));
			assert_noop!(unsigned, DispatchError::BadOrigin);
			// The other side is another chain's to pay.
			let other = share_of(&world, 1, side.other());
			assert_noop!(exit_liquidity(&other), Error::<Test>::BadClaim);
		});
	}
}

#[test]
fn liquidity_should_stay_when_the_claim_is_not_proven() {
	ExtBuilder::default().build_and_execute(|| {
		let world = ended();
		let good = share_of(&world, 2, Side::Zero);
		let with = |change: &dyn Fn(&mut LiquidityClaim)| {
			let mut claim = good.clone();
			change(&mut claim);
			claim
		};
		let more = amount(good.shares.amount.get() + 1);
		let bad = [
			with(&|claim| claim.shares.amount = more),
			with(&|claim| claim.shares.owner = owner(9)),
			with(&|claim| claim.shares.token = TokenId(513)),
			with(&|claim| claim.home.leaf.supply = amount(MINIMUM_LIQUIDITY)),
			with(&|claim| claim.home.leaf.side = Side::One),
			with(&|claim| claim.home.slot = PoolSlot(1)),
			with(&|claim| claim.home.leaf.params.chain0 = ChainId(3)),
			with(&|claim| claim.reserve.leaf.own = more),
			with(&|claim| claim.reserve.leaf.params.fee_bps += 1),
			with(&|claim| claim.accounts_root = claim.shares.key),
		];
		for claim in bad {
			assert_noop!(exit_liquidity(&claim), Error::<Test>::BadClaim);
		}
		assert_ok!(exit_liquidity(&good));
	});
}

/// An operator never serves the request of somebody with shares. It costs the operator the rollup, and
/// the owner nothing.
#[test]
fn lp_censored_should_leave_with_shares_by_exodus() {
	ExtBuilder::default().build_and_execute(|| {
		let world = with_pool();
		let shares = TokenId::lp(SLOT).expect("a slot");
		HomePools::set(vec![SLOT]);
		let account_of_1 = world.account_of(A, owner(1)).expect("the person has an account");
		let person = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::request_full_exit(person, account_of_1, shares));
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(1))));
		advance(PERIODS.exodus_timeout);
		assert_ok!(Rollup::freeze_by_timeout(RuntimeOrigin::signed(account(1))));
		assert_ok!(execute_as(account(1), 1));
		assert_ok!(exit_liquidity(&share_of(&world, 1, Side::Zero)));
		// The request itself is nothing that could be refunded.
		assert_noop!(refund(UNSERVED), Error::<Test>::NotRefundable);
	});
}

#[test]
fn a_deposit_should_go_back_to_who_paid_when_no_block_consumed_it() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		deposit(1, 0, 10);
		bring_to_certificate(&world.serving());
		// Person 2 pays for person 3. The block that would consume it is dropped.
		let payer = RuntimeOrigin::signed(account(2));
		assert_ok!(Rollup::deposit(payer, TokenId(1), owner(3), amount(77), None));
		assert_ok!(commit(&world.serving()));
		begin_and_freeze();
		assert_ok!(execute_as(account(3), 1));
		System::reset_events();

		let before = balance(&account(2), 1);
		assert_ok!(refund(1));
		let (who, token, amount) = (account(2), TokenId(1), 77);
		assert_eq!(
			take_events(),
			[
				Event::DepositRefunded { index: 1, who: who.clone(), token, amount },
				Event::Paid { who: who.clone(), token, amount },
			]
		);
		assert_eq!(balance(&who, 1), before + amount);
		assert_eq!(Owed::<Test>::get(token), 0);
		for (index, why) in [(0, "is consumed"), (1, "is back"), (9, "was never sent")] {
			assert_noop!(refund(index), Error::<Test>::NotRefundable);
			assert!(!Requests::<Test>::contains_key(index), "{why}");
		}
		let unsigned = Rollup::refund_deposit(RuntimeOrigin::none(), 2);
		assert_noop!(unsigned, DispatchError::BadOrigin);
	});
}

/// Custody pays everybody, and what it owes in the end is what exodus predicts: the locked shares'
/// part of each reserve, and the floors.
#[test]
fn what_is_owed_should_be_the_remainder_when_everybody_has_left() {
	for chain in [A, B] {
		ExtBuilder::default().chain(chain.0).build_and_execute(|| {
			let world = ended();
			let side = if chain == A { Side::Zero } else { Side::One };
			let token = POOL.token(side);
			for (account, values) in state(&world, chain).accounts() {
				if !values.balance(token).is_zero() {
					let claim = BalanceClaim::new(state(&world, chain), account, token);
					assert_ok!(exit(&claim.expect("the account exists")));
				}
			}
			let mut remainder = RESERVES[usize::from(side.number())];
			for person in PEOPLE {
				let claim = share_of(&world, person, side);
				let (own, supply) = (claim.reserve.leaf.own, claim.home.leaf.supply);
				remainder -= own.get() * claim.shares.amount.get() / supply.get();
				if !claim.shares.amount.is_zero() {
					assert_ok!(exit_liquidity(&claim));
				}
			}
			// Of token 0, what exodus began with is a deposit.
			let deposits: Vec<_> = Requests::<Test>::iter_keys().collect();
			for index in deposits {
				assert_ok!(refund(index));
			}
			assert!(remainder > 0);
			assert_eq!(Owed::<Test>::get(token), remainder);
			assert!(Rollup::exits_open());
		});
	}
}
