// SPDX-License-Identifier: Apache-2.0

//! Execute: what is paid, by whom, in which order, and what is forgotten.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Blocks, Claims, Error, Event, Owed, Pallet, Pending, PriorityQueue, Progress, Refusals,
	Requests, mock::*,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchResultWithPostInfo, Pays},
};
use ligature_primitives::ids::{BlockNumber, Owner, PoolSlot, TokenId};
use sp_runtime::DispatchError;

fn error(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
	result.map(drop).map_err(|error| error.error)
}

/// Person 1 deposits 1,000 of token 1 and 2, then the block withdraws what `operations` say; the block
/// is certified.
fn with_payments(operations: impl FnOnce(&mut World), test: impl FnOnce(&mut World, Block)) {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		deposit(1, 2, 1_000);
		let mut world = World::new();
		let block = world.block(operations);
		bring_to_certificate(&block);
		take_events();
		test(&mut world, block);
	});
}

fn withdraw(world: &mut World, to: u8, token: u16, value: u128) {
	world.withdraw(A, 1, owner(to), TokenId(token), value);
}

fn paid(person: u8, token: u16, amount: Balance) -> Event<Test> {
	Event::Paid { who: account(person), token: TokenId(token), amount }
}

#[test]
fn a_block_should_pay_and_consume_its_requests() {
	let operations = |world: &mut World| {
		withdraw(world, 3, 1, 300);
		withdraw(world, 4, 2, 40);
	};
	with_payments(operations, |_, block| {
		let before = [balance(&account(3), 1), balance(&account(4), 2)];
		assert_eq!(Requests::<Test>::iter().count(), 2);
		let (weight, pays) = weight(execute(&block));
		assert_eq!(weight, Some(Pallet::<Test>::execute_weight(2, 2)));
		assert_eq!(pays, Pays::No);
		assert_eq!(balance(&account(3), 1), before[0] + 300);
		assert_eq!(balance(&account(4), 2), before[1] + 40);
		assert_eq!(Owed::<Test>::get(TokenId(1)), 700);
		assert_eq!(Owed::<Test>::get(TokenId(2)), 960);
		assert_eq!(Requests::<Test>::iter().count(), 0);
		assert_eq!(PriorityQueue::<Test>::get().executed, 2);
		assert_eq!(Progress::<Test>::get().executed, BlockNumber(1));
		assert_eq!(Pending::<Test>::get(BlockNumber(1)), None);
		let (number, hash) = (BlockNumber(1), block.hash());
		let executed = Event::BlockExecuted { number, hash, payments: 2 };
		assert_eq!(take_events(), [paid(3, 1, 300), paid(4, 2, 40), executed]);
		assert_noop!(error(execute(&block)), Error::<Test>::NotNextToExecute);
	});
}

#[test]
fn two_equal_withdrawals_should_both_be_paid() {
	let twice = |world: &mut World| {
		withdraw(world, 3, 1, 300);
		withdraw(world, 3, 1, 300);
	};
	with_payments(twice, |_, block| {
		let before = balance(&account(3), 1);
		assert_ok!(execute(&block));
		assert_eq!(balance(&account(3), 1), before + 600);
		assert_eq!(Owed::<Test>::get(TokenId(1)), 400);
	});
}

#[test]
fn a_full_exit_should_pay_its_owner() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let mut world = World::new();
		settle(&world.serving());
		let before = balance(&account(1), 1);
		let who = RuntimeOrigin::signed(account(1));
		assert_ok!(Rollup::request_full_exit(who, index(0), TokenId(1)));
		// Somebody else's account gives nothing.
		let thief = RuntimeOrigin::signed(account(2));
		assert_ok!(Rollup::request_full_exit(thief, index(0), TokenId(1)));
		settle(&world.serving());
		assert_eq!(balance(&account(1), 1), before + 1_000);
		assert_eq!(Owed::<Test>::get(TokenId(1)), 0);
		assert_eq!(PriorityQueue::<Test>::get().executed, 3);
	});
}

#[test]
fn a_failing_receiver_should_not_stop_a_block() {
	// An account that does not exist can get neither shells nor less than the existential deposit.
	let operations = |world: &mut World| {
		withdraw(world, 9, 2, 40);
		withdraw(world, 3, 1, 300);
	};
	with_payments(operations, |_, block| {
		assert_ok!(execute(&block));
		assert_eq!(Claims::<Test>::get(account(9), TokenId(2)), 40);
		assert_eq!(Owed::<Test>::get(TokenId(2)), 1_000);
		let events = take_events();
		assert!(matches!(&events[0], Event::PaymentPending { who, .. } if *who == account(9)));
		assert_eq!(events[1], paid(3, 1, 300));
	});
}

#[test]
fn dust_should_not_stop_a_block() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 0, 1_000);
		let mut world = World::new();
		let block = world.block(|world| withdraw(world, 9, 0, EXISTENTIAL_DEPOSIT - 1));
		settle(&block);
		assert_eq!(Claims::<Test>::get(account(9), TokenId(0)), EXISTENTIAL_DEPOSIT - 1);
		let block = world.block(|world| withdraw(world, 9, 0, EXISTENTIAL_DEPOSIT));
		settle(&block);
		assert_eq!(balance(&account(9), 0), EXISTENTIAL_DEPOSIT);
		assert_ok!(Rollup::claim(RuntimeOrigin::signed(account(9)), TokenId(0), None));
	});
}

#[test]
fn a_withdrawal_to_custody_should_stay_owed() {
	let custody = Owner(ExtBuilder::default().build().execute_with(Rollup::custody_account).into());
	let to_custody = |world: &mut World| world.withdraw(A, 1, custody, TokenId(1), 300);
	with_payments(to_custody, |_, block| {
		assert_ok!(execute(&block));
		assert_eq!(Owed::<Test>::get(TokenId(1)), 1_000);
		assert_eq!(Claims::<Test>::get(Rollup::custody_account(), TokenId(1)), 300);
		let custody = Rollup::custody_account();
		let pending = Event::PaymentPending {
			who: custody,
			token: TokenId(1),
			amount: 300,
			error: Error::<Test>::OwnerReserved.into(),
		};
		assert_eq!(take_events()[0], pending);
	});
}

#[test]
fn only_certified_blocks_should_be_executed_and_in_order() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let [first, second] = [world.elsewhere(), world.elsewhere()];
		let next = Error::<Test>::NotNextToExecute;
		assert_noop!(error(execute(&first)), next);
		bring_to_proof(&first);
		assert_noop!(error(execute(&first)), Error::<Test>::NotNextToExecute);
		assert_ok!(certify(&first));
		bring_to_certificate(&second);
		assert_noop!(error(execute(&second)), Error::<Test>::NotNextToExecute);
		assert_ok!(execute(&first));
		assert_noop!(error(execute(&first)), Error::<Test>::NotNextToExecute);
		assert_ok!(execute(&second));
		let genesis = execute_as(operators()[0].clone(), 0);
		assert_noop!(error(genesis), Error::<Test>::NotNextToExecute);
		let last = execute_as(operators()[0].clone(), u64::MAX);
		assert_noop!(error(last), Error::<Test>::NotNextToExecute);
	});
}

#[test]
fn anyone_should_execute_when_the_operators_do_not() {
	with_payments(
		|_| (),
		|_, _| {
			assert_noop!(error(execute_as(account(9), 1)), Error::<Test>::GraceNotOver);
			advance(PERIODS.execute_grace - 1);
			assert_noop!(error(execute_as(account(9), 1)), Error::<Test>::GraceNotOver);
			advance(1);
			assert_ok!(execute_as(account(9), 1));
		},
	);
}

#[test]
fn anyone_should_execute_in_exodus_at_once_though_the_rollup_was_halted() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let mut world = World::new();
		let block = world.serving();
		assert_ok!(commit(&block));
		assert_ok!(prove(&block));
		advance(PERIODS.expiry);
		assert_ok!(certify(&block));
		assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
		assert_noop!(error(execute(&block)), Error::<Test>::RollupHalted);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(9))));
		assert_ok!(execute_as(account(9), 1));
	});
}

#[test]
fn weight_should_be_paid_for_all_payments_and_requests() {
	let operations = |world: &mut World| {
		withdraw(world, 3, 1, 300);
		withdraw(world, 4, 2, 40);
		withdraw(world, 4, 2, 40);
	};
	with_payments(operations, |_, _| {
		let execute = |payments, requests| {
			let operator = RuntimeOrigin::signed(operators()[0].clone());
			Rollup::execute_block(operator, BlockNumber(1), payments, requests)
		};
		assert_noop!(error(execute(2, 2)), Error::<Test>::TooLittleWeight);
		assert_noop!(error(execute(3, 1)), Error::<Test>::TooLittleWeight);
		let (weight, _) = weight(execute(512, 512));
		assert_eq!(weight, Some(Pallet::<Test>::execute_weight(3, 2)));
	});
}

#[test]
fn the_pools_should_be_told_what_has_happened_to_them() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000_000);
		request_pool();
		let mut world = World::new();
		let block = world.block(|world| {
			world.deposit_on(B, 1, TokenId(0), 1_000_000);
			world.create_pool_elsewhere();
			world.add_liquidity(1, 100_000, 50_000);
		});
		bring_to_certificate(&block);
		assert_eq!(PoolsTold::get(), []);
		assert_ok!(execute(&block));
		let [(number, created, registers)] = &PoolsTold::get()[..] else { panic!("told once") };
		assert_eq!((*number, &created[..]), (BlockNumber(1), &[PoolSlot(0)][..]));
		assert_eq!(registers.len(), 1);
		assert_eq!((registers[0].own, registers[0].foreign), (amount(100_000), amount(50_000)));
	});
}

#[test]
fn old_blocks_and_refusals_should_be_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		for number in 1..=5 {
			let block = world.elsewhere();
			assert_ok!(commit(&block));
			Refusals::<Test>::insert(BlockNumber(number), [7; 32], ());
			assert_ok!(prove(&block));
			assert_ok!(certify(&block));
			assert_ok!(execute(&block));
			assert_eq!(Refusals::<Test>::iter().count(), 0);
		}
		let mut kept: Vec<_> = Blocks::<Test>::iter_keys().map(|number| number.0).collect();
		kept.sort();
		assert_eq!(kept, [3, 4, 5]);
		assert_eq!(kept.len(), KEEP_BLOCKS as usize);
		// What comes next still continues the last one.
		settle(&world.elsewhere());
	});
}

#[test]
fn custody_should_hold_what_the_ledger_says_after_each_block() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		for round in 0..4 {
			(1..=3).for_each(|person| deposit(person, 1, 1_000 + u128::from(person)));
			let block = world.block(|world| {
				world.transfer(A, 1, 2, TokenId(1), 100);
				withdraw(world, 3, 1, 50 + round);
			});
			settle(&block);
			let total = world.ledger.state(A).expect("chain 1").total(TokenId(1)).get();
			assert_eq!(Owed::<Test>::get(TokenId(1)), total);
			assert_eq!(balance(&Rollup::custody_account(), 1), total + MINIMUM);
		}
	});
}
