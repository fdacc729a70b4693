// SPDX-License-Identifier: Apache-2.0

//! What the oracles say: certificates, refusals, freezes.

use super::world::*;
use polkadot_sdk::*;

use crate::{
	BlockStatus, Blocks, Counters, Error, Event, ExodusState, HaltReason, Halted, PriorityQueue,
	Progress, Refusals, RefusedBlock, Stage, WeightInfo,
	mock::*,
	traits::{Lifecycle, Settlement},
};
use frame_support::{assert_noop, assert_ok};
use ligature_primitives::{
	ids::{BlockNumber, ChainId, NetworkId, TokenId},
	poseidon::Word,
	vote::{VoteKind, VoteMessage},
};

/// The token of the deposits on the other chain.
const TOKEN: TokenId = TokenId(0);

fn about(kind: VoteKind, chain: u8, block: &Block) -> VoteMessage {
	VoteMessage::about(kind, ChainId(chain), &block.header)
}

/// *Refuse*, about the chain of the tests.
fn refuse(block: &Block) -> VoteMessage {
	about(VoteKind::Refuse, 1, block)
}

/// *Refused*, about the other chain.
fn refused(block: &Block) -> VoteMessage {
	about(VoteKind::Refused, 2, block)
}

fn freeze(block: &Block) -> VoteMessage {
	about(VoteKind::Freeze, 0, block)
}

fn frozen(block: &Block) -> VoteMessage {
	about(VoteKind::Frozen, 1, block)
}

/// The message with each of its fields changed in turn; number and hash name the block and are not
/// among them.
fn altered(message: &VoteMessage) -> Vec<VoteMessage> {
	let message = || message.clone();
	let kind = VoteKind::ALL.into_iter().find(|kind| *kind != message().kind);
	vec![
		VoteMessage { kind: kind.expect("there are five"), ..message() },
		VoteMessage { network: NetworkId(8), ..message() },
		VoteMessage { oracle_epoch: 1, ..message() },
		VoteMessage { member_set_hash: [9; 32], ..message() },
		VoteMessage { revert_epoch: 1, ..message() },
		VoteMessage { chain: ChainId(3), ..message() },
		VoteMessage { old_final_root: Word::from(9), ..message() },
		VoteMessage { new_final_root: Word::from(9), ..message() },
	]
}

fn counters() -> [u64; 4] {
	let Counters { committed, proven, certified, executed } = Progress::<Test>::get();
	[committed, proven, certified, executed].map(|number| number.0)
}

fn stage(number: u64) -> Option<Stage> {
	Rollup::status(BlockNumber(number)).map(|status| status.stage)
}

/// A world in which a number of blocks are proven.
fn proven(blocks: usize) -> (World, Vec<Block>) {
	let mut world = World::new();
	let blocks: Vec<_> = (0..blocks).map(|_| world.elsewhere()).collect();
	blocks.iter().for_each(bring_to_proof);
	System::reset_events();
	(world, blocks)
}

#[test]
fn a_block_should_be_certified_when_the_message_is_its_headers() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(2);
		advance(3);
		assert_ok!(certify(&blocks[0]));
		let event = Event::BlockCertified { number: BlockNumber(1), hash: blocks[0].hash() };
		assert_eq!(take_events(), [event]);
		assert_eq!(counters(), [2, 2, 1, 0]);
		let at = |number| Blocks::<Test>::get(BlockNumber(number)).map(|block| block.certified_at);
		assert_eq!((at(1), at(2)), (Some(Some(4)), Some(None)));
	});
}

#[test]
fn the_status_of_a_block_should_follow_its_life() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (first, second) = (world.elsewhere(), world.elsewhere());
		assert_eq!(stage(0), Some(Stage::Executed));
		assert_eq!(Rollup::status(BlockNumber(1)), None);
		assert_ok!(commit(&first));
		let status = BlockStatus {
			header: first.header.clone(),
			hash: first.hash(),
			stage: Stage::Committed,
			refused: false,
		};
		assert_eq!(Rollup::block_status(BlockNumber(1)), Some(status));
		assert_ok!(prove(&first));
		assert_eq!(stage(1), Some(Stage::Proven));
		assert_ok!(certify(&first));
		assert_eq!(stage(1), Some(Stage::Certified));
		assert_ok!(execute(&first));
		assert_eq!(stage(1), Some(Stage::Executed));
		assert_ok!(commit(&second));
		assert_ok!(Rollup::refuse(&refuse(&second)));
		assert!(Rollup::status(BlockNumber(2)).is_some_and(|status| status.refused));
	});
}

#[test]
fn a_certificate_should_be_refused_out_of_order() {
	ExtBuilder::default().build_and_execute(|| {
		let (mut world, blocks) = proven(2);
		assert_noop!(certify(&blocks[1]), Error::<Test>::NotNextToCertify);
		assert_ok!(certify(&blocks[0]));
		assert_noop!(certify(&blocks[0]), Error::<Test>::NotNextToCertify);
		assert_ok!(certify(&blocks[1]));
		let third = world.elsewhere();
		assert_noop!(certify(&third), Error::<Test>::NotProven);
		assert_ok!(commit(&third));
		assert_noop!(certify(&third), Error::<Test>::NotProven);
	});
}

#[test]
fn confirmation_by_number_should_be_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		let other = VoteMessage { hash: [9; 32], ..VoteMessage::block(&blocks[0].header) };
		assert_noop!(Rollup::certify(&other), Error::<Test>::WrongBlock);
	});
}

/// The other chains went on from another block 1, and came back to the same kind of block 2: its
/// certificate names another hash, because headers chain.
#[test]
fn parallel_trees_should_not_meet_again() {
	ExtBuilder::default().build_and_execute(|| {
		let mut here = World::new();
		let mut there = here.clone();
		let first = here.block(|world| world.deposit_on(B, 3, TOKEN, 500));
		let foreign = there.block(|world| world.deposit_on(B, 3, TOKEN, 900));
		let second = here.elsewhere();
		let rejoined = there.elsewhere();
		bring_to_certificate(&first);
		bring_to_proof(&second);
		assert_ne!(first.hash(), foreign.hash());
		assert_noop!(certify(&rejoined), Error::<Test>::WrongBlock);
		// As if the roots were those of here.
		let forged = VoteMessage { hash: rejoined.hash(), ..VoteMessage::block(&second.header) };
		assert_noop!(Rollup::certify(&forged), Error::<Test>::WrongBlock);
		assert_ok!(certify(&second));
	});
}

#[test]
fn a_certificate_should_be_refused_when_any_field_is_not_the_headers() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		for message in altered(&VoteMessage::block(&blocks[0].header)) {
			assert_noop!(Rollup::certify(&message), Error::<Test>::WrongMessage);
		}
	});
}

#[test]
fn a_halt_should_not_stop_certificates() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
		assert_ok!(certify(&blocks[0]));
		assert_noop!(execute(&blocks[0]), Error::<Test>::RollupHalted);
	});
}

#[test]
fn of_a_certificate_and_a_refusal_of_one_block_the_first_should_hold() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_ok!(certify(&blocks[0]));
		assert_noop!(Rollup::refused(&refused(&blocks[0])), Error::<Test>::AlreadyCertified);
		assert_ok!(Rollup::refused(&refused(&blocks[1])));
		assert_noop!(certify(&blocks[1]), Error::<Test>::BlockIsRefused);
	});
}

#[test]
fn a_committed_block_should_never_be_proven_when_it_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		assert_ok!(commit(&block));
		System::reset_events();
		assert_ok!(Rollup::refuse(&refuse(&block)));
		let event = Event::BlockRefused { number: BlockNumber(1), hash: block.hash() };
		assert_eq!(take_events(), [event]);
		assert_noop!(prove(&block).map_err(|failed| failed.error), Error::<Test>::BlockIsRefused);
		assert_noop!(Rollup::refuse(&refuse(&block)), Error::<Test>::BlockIsRefused);
	});
}

#[test]
fn a_block_should_never_be_committed_when_it_was_refused_before_it_came() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		assert_ok!(Rollup::refuse(&refuse(&block)));
		assert_noop!(commit(&block).map_err(|failed| failed.error), Error::<Test>::BlockIsRefused);
	});
}

#[test]
fn refusal_racing_a_proof_should_lose_when_the_proof_is_first() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_noop!(Rollup::refuse(&refuse(&blocks[1])), Error::<Test>::AlreadyProven);
		assert_ok!(certify(&blocks[0]));
		assert_noop!(Rollup::refuse(&refuse(&blocks[0])), Error::<Test>::AlreadyCertified);
		assert_eq!(Refusals::<Test>::iter().count(), 0);
	});
}

/// Another chain has proven another block of this number: it can only revert it if this one refuses.
#[test]
fn a_block_should_be_refused_when_another_of_its_number_is_proven_here() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let other = world.clone().block(|world| world.deposit_on(B, 3, TOKEN, 5));
		bring_to_proof(&world.elsewhere());
		assert_ok!(Rollup::refuse(&refuse(&other)));
		assert!(Refusals::<Test>::contains_key(BlockNumber(1), other.hash()));
	});
}

#[test]
fn a_refusal_should_be_refused_when_blocks_cannot_come_so_far() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		let last = 1 + u64::from(MAX_OPEN_BLOCKS);
		let at = |number| VoteMessage {
			number: BlockNumber(number),
			hash: [9; 32],
			..refuse(&blocks[0])
		};
		assert_noop!(Rollup::refuse(&at(last + 1)), Error::<Test>::UnknownBlock);
		assert_noop!(Rollup::refuse(&at(u64::MAX)), Error::<Test>::UnknownBlock);
		assert_ok!(Rollup::refuse(&at(last)));
	});
}

#[test]
fn a_refusal_should_be_refused_when_it_is_not_about_this_chain_or_header() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (known, unknown) = (world.elsewhere(), world.elsewhere());
		assert_ok!(commit(&known));
		for message in altered(&refuse(&known)) {
			assert_noop!(Rollup::refuse(&message), Error::<Test>::WrongMessage);
		}
		// Of a block that is not here, nothing can be compared with a header; the oracle pallet has
		// compared epoch and members with its own.
		let message = refuse(&unknown);
		for message in [
			VoteMessage { kind: VoteKind::Refused, ..message.clone() },
			VoteMessage { network: NetworkId(8), ..message.clone() },
			VoteMessage { chain: ChainId(2), ..message.clone() },
			VoteMessage { old_final_root: Word::from(9), ..message.clone() },
			VoteMessage { new_final_root: Word::from(9), ..message },
		] {
			assert_noop!(Rollup::refuse(&message), Error::<Test>::WrongMessage);
		}
	});
}

#[test]
fn a_chain_should_halt_and_revert_when_another_refuses_a_proven_block() {
	ExtBuilder::default().build_and_execute(|| {
		let (mut world, blocks) = proven(3);
		assert_ok!(certify(&blocks[0]));
		System::reset_events();
		assert_ok!(Rollup::refused(&refused(&blocks[1])));
		let block = RefusedBlock { chain: B, number: BlockNumber(2), hash: blocks[1].hash() };
		let reason = HaltReason::Refused(block);
		assert_eq!(take_events(), [Event::HaltedBecause { reason }]);
		let operator = || RuntimeOrigin::signed(operators()[0].clone());
		let revert = |to, epoch| {
			Rollup::revert_blocks(operator(), BlockNumber(to), epoch).map_err(|failed| failed.error)
		};
		assert_noop!(revert(0, 1), Error::<Test>::CannotRevert);
		assert_noop!(revert(2, 1), Error::<Test>::CannotRevert);
		assert_ok!(revert(1, 1));
		assert_eq!(counters(), [1, 1, 1, 0]);
		assert_eq!(take_events().last(), Some(&Event::Resumed));
		// All chains meet again, with another block.
		world.revert(1, 1);
		bring_to_certificate(&world.elsewhere());
	});
}

/// Two chains refuse: the lower block takes the higher one with it.
#[test]
fn the_lowest_refused_block_should_be_kept_when_there_are_several() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(3);
		assert_ok!(Rollup::refused(&refused(&blocks[1])));
		assert_noop!(Rollup::refused(&refused(&blocks[1])), Error::<Test>::RollupHalted);
		assert_noop!(Rollup::refused(&refused(&blocks[2])), Error::<Test>::RollupHalted);
		assert_ok!(Rollup::refused(&refused(&blocks[0])));
		let lowest = Halted::<Test>::get().refused.map(|block| block.number);
		assert_eq!(lowest, Some(BlockNumber(1)));
	});
}

#[test]
fn a_refusal_elsewhere_should_be_refused_when_it_is_not_about_a_block_here() {
	ExtBuilder::default().build_and_execute(|| {
		let (mut world, blocks) = proven(1);
		let own = about(VoteKind::Refused, 1, &blocks[0]);
		let foreign = about(VoteKind::Refused, 3, &blocks[0]);
		for message in [own, foreign] {
			assert_noop!(Rollup::refused(&message), Error::<Test>::WrongMessage);
		}
		for message in altered(&refused(&blocks[0])) {
			assert_noop!(Rollup::refused(&message), Error::<Test>::WrongMessage);
		}
		let wrong = VoteMessage { hash: [9; 32], ..refused(&blocks[0]) };
		assert_noop!(Rollup::refused(&wrong), Error::<Test>::WrongBlock);
		let unknown = world.elsewhere();
		assert_noop!(Rollup::refused(&refused(&unknown)), Error::<Test>::UnknownBlock);
	});
}

#[test]
fn refusals_should_be_refused_when_the_rollup_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		super::exodus::begin();
		assert_noop!(Rollup::refuse(&refuse(&blocks[0])), Error::<Test>::InExodus);
		assert_noop!(Rollup::refused(&refused(&blocks[0])), Error::<Test>::InExodus);
	});
}

#[test]
fn the_first_chain_should_freeze_at_a_proven_block_when_the_oracles_say_so() {
	ExtBuilder::default().build_and_execute(|| {
		deposit(1, 0, 1_000);
		let mut world = World::new();
		let first = world.elsewhere();
		bring_to_proof(&first);
		deposit(1, 0, 2_000);
		bring_to_proof(&world.elsewhere());
		assert_ok!(commit(&world.elsewhere()));
		assert_eq!(PriorityQueue::<Test>::get().committed, 2);
		System::reset_events();
		advance(1);

		assert_ok!(Rollup::freeze(&freeze(&first)));
		let (number, hash) = (BlockNumber(1), first.hash());
		assert_eq!(take_events(), [Event::ExodusBegun, Event::FreezeFixed { number, hash }]);
		assert_eq!(counters(), [1, 1, 1, 0]);
		assert_eq!(Blocks::<Test>::get(number).and_then(|block| block.certified_at), Some(2));
		assert_eq!(PriorityQueue::<Test>::get().committed, 1, "the second request is back");
		assert!(Rollup::in_exodus() && !Rollup::exits_open());
		assert_ok!(execute_as(account(3), 1));
		assert!(Rollup::exits_open());
	});
}

#[test]
fn only_the_first_chain_should_take_a_freeze_and_only_the_others_what_it_fixed() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		assert_noop!(Rollup::frozen(&frozen(&blocks[0])), Error::<Test>::WrongMessage);
	});
	ExtBuilder::default().chain(2).build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_noop!(Rollup::freeze(&freeze(&blocks[0])), Error::<Test>::NotFirstChain);
		assert_ok!(Rollup::frozen(&frozen(&blocks[0])));
		assert_eq!(counters(), [1, 1, 1, 0]);
		let state = ExodusState::<Test>::get().expect("it has begun here too");
		assert_eq!(state.freeze, Some(BlockNumber(1)));
	});
}

#[test]
fn a_freeze_should_keep_the_time_when_exodus_had_begun() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		super::exodus::begin();
		let since = System::block_number();
		System::reset_events();
		advance(7);
		assert_ok!(Rollup::freeze(&freeze(&blocks[0])));
		let (number, hash) = (BlockNumber(1), blocks[0].hash());
		assert_eq!(take_events(), [Event::FreezeFixed { number, hash }]);
		assert_eq!(ExodusState::<Test>::get().map(|state| state.since), Some(since));
	});
}

#[test]
fn a_freeze_should_be_refused_below_a_certified_or_above_the_proven_blocks() {
	ExtBuilder::default().build_and_execute(|| {
		let (mut world, blocks) = proven(2);
		assert_ok!(certify(&blocks[0]));
		assert_ok!(certify(&blocks[1]));
		assert_noop!(Rollup::freeze(&freeze(&blocks[0])), Error::<Test>::FreezeTooLow);
		let third = world.elsewhere();
		assert_noop!(Rollup::freeze(&freeze(&third)), Error::<Test>::NotProven);
		assert_ok!(commit(&third));
		assert_noop!(Rollup::freeze(&freeze(&third)), Error::<Test>::NotProven);
		assert_ok!(Rollup::freeze(&freeze(&blocks[1])));
	});
}

#[test]
fn a_freeze_should_be_refused_when_any_field_is_not_the_headers() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(1);
		let wrong = VoteMessage { hash: [9; 32], ..freeze(&blocks[0]) };
		assert_noop!(Rollup::freeze(&wrong), Error::<Test>::WrongBlock);
		for message in altered(&freeze(&blocks[0])) {
			assert_noop!(Rollup::freeze(&message), Error::<Test>::WrongMessage);
		}
	});
	ExtBuilder::default().chain(2).build_and_execute(|| {
		let (_, blocks) = proven(1);
		for message in altered(&frozen(&blocks[0])) {
			assert_noop!(Rollup::frozen(&message), Error::<Test>::WrongMessage);
		}
	});
}

#[test]
fn freeze_racing_a_certificate_should_leave_what_came_first() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(3);
		super::exodus::begin();
		assert_ok!(certify(&blocks[0]));
		assert_ok!(certify(&blocks[1]));
		assert_noop!(Rollup::freeze(&freeze(&blocks[0])), Error::<Test>::FreezeTooLow);
		assert_ok!(Rollup::freeze(&freeze(&blocks[1])));
		assert_noop!(certify(&blocks[2]), Error::<Test>::AlreadyFrozen);
		assert_eq!(counters(), [2, 2, 2, 0]);
	});
}

#[test]
fn of_two_freezes_only_the_first_should_hold() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_ok!(Rollup::freeze(&freeze(&blocks[0])));
		for block in &blocks {
			assert_noop!(Rollup::freeze(&freeze(block)), Error::<Test>::AlreadyFrozen);
		}
	});
	ExtBuilder::default().chain(2).build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_ok!(Rollup::frozen(&frozen(&blocks[1])));
		assert_noop!(Rollup::frozen(&frozen(&blocks[0])), Error::<Test>::AlreadyFrozen);
	});
}

/// A refusal that halts does not stand in the way of exodus.
#[test]
fn a_freeze_should_end_a_halt() {
	ExtBuilder::default().build_and_execute(|| {
		let (_, blocks) = proven(2);
		assert_ok!(Rollup::halt(RuntimeOrigin::signed(guardian())));
		assert_ok!(Rollup::refused(&refused(&blocks[1])));
		assert_ok!(Rollup::freeze(&freeze(&blocks[0])));
		assert_ok!(execute_as(account(3), 1));
	});
}

#[test]
fn a_chain_of_no_network_should_take_no_message() {
	let block = ExtBuilder::default().build_and_execute(|| World::new().elsewhere());
	ExtBuilder::alone().build_and_execute(|| {
		assert_noop!(certify(&block), Error::<Test>::NotProven);
		assert_noop!(Rollup::refuse(&refuse(&block)), Error::<Test>::NoNetwork);
		assert_noop!(Rollup::refused(&refused(&block)), Error::<Test>::NoNetwork);
		assert_noop!(Rollup::freeze(&freeze(&block)), Error::<Test>::NoNetwork);
		assert_noop!(Rollup::frozen(&frozen(&block)), Error::<Test>::NoNetwork);
	});
}

#[test]
fn the_neighbours_should_be_told_where_the_rollup_stands() {
	ExtBuilder::default().chain(2).build_and_execute(|| {
		assert_eq!(<Rollup as Lifecycle<u64>>::identity(), Rollup::identity());
		assert_eq!(Rollup::notice(), PERIODS.notice);
		let (_, blocks) = proven(1);
		assert_eq!(Rollup::counters(), Progress::<Test>::get());
		assert!(!Rollup::in_exodus() && !Rollup::exits_open());
		assert_ok!(Rollup::frozen(&frozen(&blocks[0])));
		assert!(Rollup::in_exodus());
	});
	ExtBuilder::alone().build_and_execute(|| assert_eq!(Rollup::notice(), 0));
}

#[test]
fn a_freeze_should_weigh_as_much_as_the_blocks_that_it_may_drop() {
	let weight = <Rollup as Settlement>::settlement_weight;
	let freeze = <() as WeightInfo>::freeze(MAX_OPEN_BLOCKS);
	assert_eq!((weight(VoteKind::Freeze), weight(VoteKind::Frozen)), (freeze, freeze));
	assert_eq!(weight(VoteKind::Block), <() as WeightInfo>::certify());
	assert_eq!(weight(VoteKind::Refuse), <() as WeightInfo>::refuse());
	assert_eq!(weight(VoteKind::Refused), <() as WeightInfo>::refused());
}
