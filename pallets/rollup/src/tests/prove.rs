// SPDX-License-Identifier: Apache-2.0

//! Prove: which statements are checked, and what is refused.

use polkadot_sdk::*;

use super::world::*;
use crate::{CircuitId, Error, Event, Pallet, Progress, Refusals, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchResultWithPostInfo, Pays},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::{BlockNumber, Side, TokenId},
};
use sp_runtime::DispatchError;

fn send(block: &Block, number: u64, count: usize) -> DispatchResultWithPostInfo {
	let proofs = vec![[3; 192]; count].try_into().expect("within the bound of the call");
	let prover = RuntimeOrigin::signed(account(9));
	Rollup::prove_block(prover, BlockNumber(number), block.hash(), proofs)
}

fn error(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
	result.map(drop).map_err(|error| error.error)
}

/// Block 1 serves a deposit here.
fn with_block(test: impl FnOnce(&mut World, Block)) {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000);
		let mut world = World::new();
		let block = world.serving();
		assert_ok!(commit(&block));
		take_events();
		test(&mut world, block);
	});
}

#[test]
fn a_block_should_be_proven_against_its_stored_header() {
	with_block(|_, block| {
		let (weight, pays) = weight(prove(&block));
		assert_eq!((weight, pays), (None, Pays::No));
		assert_eq!(Progress::<Test>::get().proven, BlockNumber(1));
		let hash = block.hash();
		let proven = Event::BlockProven { number: BlockNumber(1), hash, prover: account(5) };
		assert_eq!(take_events(), [proven]);
		let class = SizeClass::new(2).expect("a class");
		let input = block.header.chain_public_input(A).expect("chain 1");
		let claims = vec![(CircuitId::Chain(class), input, [0; 192])];
		assert_eq!(Verified::get(), [(1, claims)]);
	});
}

#[test]
fn a_joint_block_should_be_proven_by_both_halves_and_the_join() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 1, 1_000_000);
		request_pool();
		let mut world = World::new();
		let block = world.block(|world| {
			world.deposit_on(B, 1, TokenId(0), 1_000_000);
			world.create_pool_elsewhere();
			world.add_liquidity(1, 100_000, 100_000);
			world.swap(1, Side::Zero, 1_000);
		});
		assert_ok!(commit(&block));
		assert_eq!(block.proofs(), 3);
		assert_ok!(prove(&block));
		let class = SizeClass::new(2).expect("a class");
		let half = |chain| block.header.chain_public_input(chain).expect("a chain");
		let claims = vec![
			(CircuitId::Chain(class), half(A), [0; 192]),
			(CircuitId::Chain(class), half(B), [1; 192]),
			(
				CircuitId::Join(JoinClass::new(1).expect("a class")),
				block.header.join_public_input(),
				[2; 192],
			),
		];
		assert_eq!(Verified::get(), [(1, claims)]);
	});
}

#[test]
fn a_block_should_need_the_other_chains_proof_too() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let block = world.elsewhere();
		assert_ok!(commit(&block));
		let input = block.header.chain_public_input(B).expect("chain 2");
		assert_noop!(error(send(&block, 1, 0)), Error::<Test>::WrongNumberOfProofs);
		assert_ok!(prove(&block));
		assert_eq!(Verified::get()[0].1[0].1, input);
	});
}

#[test]
fn a_block_in_which_nothing_happens_should_need_no_proof() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let block = world.serving();
		assert_eq!(block.proofs(), 0);
		assert_ok!(commit(&block));
		assert_noop!(error(send(&block, 1, 1)), Error::<Test>::WrongNumberOfProofs);
		VerifyAnswer::set(Err(DispatchError::Other("nobody asks")));
		assert_ok!(prove(&block));
		assert_eq!(Verified::get(), []);
	});
}

#[test]
fn a_block_should_stay_unproven_when_the_proofs_do_not_hold() {
	with_block(|_, block| {
		VerifyAnswer::set(Err(DispatchError::Other("does not hold")));
		assert_noop!(error(prove(&block)), DispatchError::Other("does not hold"));
		VerifyAnswer::set(Ok(()));
		assert_ok!(prove(&block));
	});
}

#[test]
fn a_proof_of_another_block_should_be_refused() {
	with_block(|world, block| {
		let next = world.elsewhere();
		assert_ok!(commit(&next));
		// Of no block, of the one after, of another block of this number, of the last one again.
		assert_noop!(error(send(&block, 3, 1)), Error::<Test>::UnknownBlock);
		assert_noop!(error(send(&next, 2, 1)), Error::<Test>::NotNextToProve);
		assert_noop!(error(send(&next, 1, 1)), Error::<Test>::WrongBlock);
		assert_ok!(prove(&block));
		assert_noop!(error(prove(&block)), Error::<Test>::AlreadyProven);
		assert_ok!(prove(&next));
		let genesis = Block { header: world.headers[0].clone(), ..block };
		assert_noop!(error(send(&genesis, 0, 0)), Error::<Test>::AlreadyProven);
	});
}

#[test]
fn a_block_should_need_as_many_proofs_as_it_has_statements() {
	with_block(|_, block| {
		for count in [0, 2, 5] {
			assert_noop!(error(send(&block, 1, count)), Error::<Test>::WrongNumberOfProofs);
		}
		assert_ok!(send(&block, 1, 1));
	});
}

#[test]
fn a_refusal_racing_a_proof_should_exclude_it() {
	with_block(|world, block| {
		Refusals::<Test>::insert(BlockNumber(1), block.hash(), ());
		assert_noop!(error(prove(&block)), Error::<Test>::BlockIsRefused);
		// Nor does it come back; another block of the number does.
		let operator = RuntimeOrigin::signed(operators()[0].clone());
		assert_ok!(Rollup::revert_blocks(operator, BlockNumber(0), 1));
		let again = block.with(|header| header.revert_epoch = 1);
		assert_ok!(commit(&again));
		assert_ok!(prove(&again));
		world.revert_epoch = 1;
	});
}

#[test]
fn proofs_should_be_refused_when_the_rollup_is_halted_or_over() {
	with_block(|_, block| {
		let guardian = RuntimeOrigin::signed(guardian());
		assert_ok!(Rollup::halt(guardian));
		assert_noop!(error(prove(&block)), Error::<Test>::RollupHalted);
		assert_ok!(Rollup::resume(RuntimeOrigin::root()));
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(9))));
		assert_noop!(error(prove(&block)), Error::<Test>::InExodus);
	});
}

#[test]
fn the_weight_of_a_proof_should_grow_with_the_number_of_proofs() {
	ExtBuilder::default().build_and_execute(|| {
		let [one, five] = [1, 5].map(Pallet::<Test>::prove_weight);
		assert_eq!((five - one).ref_time(), 20);
	});
}
