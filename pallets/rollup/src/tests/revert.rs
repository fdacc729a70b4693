// SPDX-License-Identifier: Apache-2.0

//! Revert: what may be taken back, and that nothing is lost by it.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Blocks, Effects, Error, Event, Halt, Halted, Pending, PriorityQueue, Progress, RefusedBlock,
	RevertEpoch, WeightInfo, mock::*, revert::MAX_EPOCH_RISE,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{DispatchResultWithPostInfo, Pays},
};
use ligature_primitives::ids::BlockNumber;
use sp_runtime::DispatchError;

fn revert_as(who: AccountId, to: u64, epoch: u32) -> DispatchResultWithPostInfo {
	Rollup::revert_blocks(RuntimeOrigin::signed(who), BlockNumber(to), epoch)
}

fn revert(to: u64, epoch: u32) -> DispatchResultWithPostInfo {
	revert_as(operators()[1].clone(), to, epoch)
}

fn error(result: DispatchResultWithPostInfo) -> Result<(), DispatchError> {
	result.map(drop).map_err(|error| error.error)
}

/// Blocks 1 to 4 serve a deposit each; 1 is certified, 2 is proven, 3 and 4 are committed.
fn with_blocks(test: impl FnOnce(&mut World, Vec<Block>)) {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let blocks: Vec<_> = (1..=4)
			.map(|person| {
				deposit(person, 1, 1_000);
				world.serving()
			})
			.collect();
		bring_to_certificate(&blocks[0]);
		bring_to_proof(&blocks[1]);
		for block in &blocks[2..] {
			assert_ok!(commit(block));
		}
		take_events();
		test(&mut world, blocks);
	});
}

/// What another chain's refusal of a block makes of this one.
fn halt_for(block: &Block) {
	let (number, hash) = (block.number(), block.hash());
	let refused = RefusedBlock { chain: B, number, hash };
	Halted::<Test>::put(Halt { guardian: false, refused: Some(refused) });
}

#[test]
fn unproven_blocks_should_go_and_their_requests_return() {
	with_blocks(|world, blocks| {
		assert_eq!(PriorityQueue::<Test>::get().committed, 4);
		let (weight, pays) = weight(revert(2, 5));
		assert_eq!(weight, Some(<() as WeightInfo>::revert_blocks(2)));
		assert_eq!(pays, Pays::Yes);
		assert_eq!(take_events(), [Event::BlocksReverted { to: BlockNumber(2), epoch: 5 }]);
		assert_eq!(RevertEpoch::<Test>::get(), 5);
		let queue = PriorityQueue::<Test>::get();
		assert_eq!((queue.committed, queue.creating), (2, 2));
		for number in [3, 4] {
			assert_eq!(Blocks::<Test>::get(BlockNumber(number)), None);
			assert_eq!(Pending::<Test>::get(BlockNumber(number)), None);
		}
		// The next block serves them, and names the new epoch.
		let old = error(commit(&blocks[2]));
		assert_noop!(old, Error::<Test>::WrongRevertEpoch);
		world.revert(2, 5);
		let block = world.serving();
		assert_eq!(block.part().header.priority_count, 2);
		assert_ok!(commit(&block));
		assert_eq!(PriorityQueue::<Test>::get().committed, 4);
	});
}

#[test]
fn proven_blocks_should_stay_when_no_chain_refuses_them() {
	with_blocks(|_, blocks| {
		assert_noop!(error(revert(1, 1)), Error::<Test>::CannotRevert);
		// A guardian's halt is no refusal; nor is the refusal of a block that would stay.
		Halted::<Test>::put(Halt { guardian: true, refused: None });
		assert_noop!(error(revert(1, 1)), Error::<Test>::CannotRevert);
		Halted::<Test>::kill();
		assert_ok!(revert(2, 1));
		assert_eq!(Progress::<Test>::get().proven, blocks[1].number());
	});
}

#[test]
fn proven_blocks_should_go_when_another_chain_refuses_one() {
	with_blocks(|_, blocks| {
		halt_for(&blocks[1]);
		assert_noop!(error(commit(&blocks[3])), Error::<Test>::RollupHalted);
		assert_ok!(revert(1, 1));
		let progress = Progress::<Test>::get();
		assert_eq!((progress.committed, progress.proven), (BlockNumber(1), BlockNumber(1)));
		assert!(Halted::<Test>::get().is_over());
		let reverted = Event::BlocksReverted { to: BlockNumber(1), epoch: 1 };
		assert_eq!(take_events(), [reverted, Event::Resumed]);
	});
}

#[test]
fn a_refused_block_above_the_proven_ones_should_not_take_proven_ones_needlessly_along() {
	with_blocks(|_, blocks| {
		halt_for(&blocks[2]);
		// Down to what is certified is allowed, to the refused block is enough.
		assert_noop!(error(revert(0, 1)), Error::<Test>::CannotRevert);
		assert_ok!(revert(2, 1));
		assert_eq!(Progress::<Test>::get().proven, BlockNumber(2));
		assert!(Halted::<Test>::get().is_over());
	});
}

#[test]
fn a_halt_should_last_when_the_refused_block_stays() {
	with_blocks(|_, blocks| {
		halt_for(&blocks[2]);
		assert_ok!(revert(3, 1));
		assert!(!Halted::<Test>::get().is_over());
		assert_ok!(revert(2, 2));
		assert!(Halted::<Test>::get().is_over());
	});
}

#[test]
fn the_guardians_halt_should_last_when_the_refused_block_goes() {
	with_blocks(|_, blocks| {
		halt_for(&blocks[2]);
		Halted::<Test>::mutate(|halt| halt.guardian = true);
		assert_ok!(revert(2, 1));
		assert_eq!(Halted::<Test>::get(), Halt { guardian: true, refused: None });
		assert!(!take_events().contains(&Event::Resumed));
	});
}

#[test]
fn certified_blocks_should_never_go() {
	with_blocks(|_, blocks| {
		assert_ok!(certify(&blocks[1]));
		halt_for(&blocks[2]);
		assert_noop!(error(revert(1, 1)), Error::<Test>::CannotRevert);
		assert_noop!(error(revert(0, 1)), Error::<Test>::CannotRevert);
		assert_ok!(revert(2, 1));
	});
}

#[test]
fn only_the_epoch_should_rise_when_there_is_nothing_to_take_back() {
	with_blocks(|_, _| {
		let before = Progress::<Test>::get();
		assert_ok!(revert(4, 7));
		assert_eq!(Progress::<Test>::get(), before);
		assert_eq!(RevertEpoch::<Test>::get(), 7);
		assert_noop!(error(revert(5, 8)), Error::<Test>::CannotRevert);
	});
}

#[test]
fn the_epoch_should_rise_by_a_little_only() {
	with_blocks(|_, _| {
		assert_ok!(revert(4, 3));
		for epoch in [0, 2, 3, 4 + MAX_EPOCH_RISE, u32::MAX] {
			assert_noop!(error(revert(4, epoch)), Error::<Test>::EpochMustRise);
		}
		assert_ok!(revert(4, 3 + MAX_EPOCH_RISE));
	});
}

#[test]
fn a_revert_should_be_refused_to_strangers() {
	with_blocks(|_, _| {
		assert_noop!(error(revert_as(account(1), 2, 1)), Error::<Test>::NotOperator);
		assert_noop!(error(revert_as(guardian(), 2, 1)), Error::<Test>::NotOperator);
	});
}

#[test]
fn a_revert_should_be_refused_in_exodus() {
	with_blocks(|_, _| {
		advance(PERIODS.expiry + 10);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(9))));
		assert_noop!(error(revert(2, 1)), Error::<Test>::InExodus);
	});
}

#[test]
fn a_revert_should_work_while_the_rollup_is_halted() {
	with_blocks(|_, _| {
		assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
		assert_ok!(revert(2, 1));
		assert!(!Halted::<Test>::get().is_over());
	});
}

#[test]
fn a_block_that_is_announced_then_reverted_should_not_settle() {
	with_blocks(|world, blocks| {
		assert_ok!(revert(2, 1));
		assert_noop!(certify(&blocks[2]), Error::<Test>::NotNextToCertify);
		assert_ok!(certify(&blocks[1]));
		assert_noop!(certify(&blocks[2]), Error::<Test>::NotProven);
		// Another block of its number is not confirmed by its certificate.
		world.revert(2, 1);
		let other =
			world.block(|world| world.deposit_on(B, 4, ligature_primitives::ids::TokenId(0), 5));
		bring_to_proof(&other);
		assert_noop!(certify(&blocks[2]), Error::<Test>::WrongBlock);
		assert_ok!(certify(&other));
	});
}

#[test]
fn all_blocks_should_come_back_as_they_were_when_they_are_committed_again() {
	with_blocks(|world, blocks| {
		let effects = |number| Pending::<Test>::get(BlockNumber(number)).expect("pending");
		let before: [Effects; 2] = [effects(3), effects(4)];
		assert_ok!(revert(2, 1));
		world.revert(2, 1);
		world.serves = 1;
		let again = [world.serving(), world.serving()];
		for block in &again {
			assert_ok!(commit(block));
		}
		assert_eq!([effects(3), effects(4)], before);
		assert_eq!(again[0].data(), blocks[2].data());
		assert_ne!(again[0].hash(), blocks[2].hash());
	});
}
