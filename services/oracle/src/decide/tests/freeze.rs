// SPDX-License-Identifier: Apache-2.0

use super::{after, fresh, of};
use crate::testing::{ALPHA, BETA, chain::TIMEOUT, world::World};
use ligature_primitives::{
	header::Header,
	ids::ChainId,
	vote::{VoteKind, VoteMessage},
};

fn freeze(header: &Header) -> VoteMessage {
	VoteMessage::about(VoteKind::Freeze, ChainId(0), header)
}

fn frozen(header: &Header) -> VoteMessage {
	VoteMessage::about(VoteKind::Frozen, ALPHA, header)
}

/// Two blocks proven on both chains; then exodus begins on one.
fn ending(id: ChainId) -> (World, [Header; 2]) {
	let mut world = World::new(4);
	let headers = [world.block_on_all(true), world.block_on_all(true)];
	world.on(id).enter_exodus().expect("it is in none");
	world.finalize();
	(world, headers)
}

fn wait(world: &mut World, blocks: u32) {
	(0..blocks).for_each(|_| world.finalize());
}

#[test]
fn a_freeze_should_be_signed_once_exodus_is_finalized() {
	for id in [ALPHA, BETA] {
		let mut world = World::new(4);
		let header = world.block_on_all(true);
		world.finalize();
		world.on(id).enter_exodus().expect("it is in none");
		assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty(), "not finalized");
		world.finalize();
		// With the block itself, which is signed first.
		let votes = [VoteMessage::block(&header), freeze(&header)];
		assert_eq!(fresh(&world), votes);
		assert_eq!(after(&world, &votes), [], "once");
	}
}

#[test]
fn without_any_block_the_genesis_should_be_the_freeze_block() {
	let mut world = World::new(4);
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	let genesis = crate::testing::genesis(&world.members);
	assert_eq!(fresh(&world), [freeze(&genesis)]);
}

#[test]
fn a_freeze_should_not_be_below_a_signed_block() {
	let (world, headers) = ending(BETA);
	let above = VoteMessage::block(&crate::testing::child(&headers[1], 0, 0));
	assert!(of(VoteKind::Freeze, &after(&world, &[above])).is_empty());
}

#[test]
fn a_freeze_should_only_rise() {
	let mut world = World::new(4);
	let first = world.block_on_all(true);
	let second = world.next_block(ALPHA, 0);
	for id in [ALPHA, BETA] {
		world.on(id).commit(&second).expect("next");
	}
	world.on(BETA).prove().expect("next");
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty(), "alpha may still prove the second");
	wait(&mut world, TIMEOUT / 4);
	let signed = fresh(&world);
	assert_eq!(of(VoteKind::Freeze, &signed), [&freeze(&first)], "it is waited no longer");
	world.on(ALPHA).prove().expect("next");
	world.finalize();
	// Above the own freeze no block is signed, but a higher freeze is.
	let higher = after(&world, &signed);
	assert_eq!(higher, [freeze(&second)]);
	assert!(of(VoteKind::Freeze, &after(&world, &higher)).is_empty());
}

#[test]
fn what_can_still_be_proven_everywhere_should_be_waited_for() {
	let (mut world, headers) = ending(BETA);
	// Alpha's third block can never be proven on beta.
	let third = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&third).expect("next");
	world.on(ALPHA).prove().expect("next");
	world.finalize();
	assert_eq!(of(VoteKind::Freeze, &fresh(&world)), [&freeze(&headers[1])]);
}

#[test]
fn a_freeze_should_be_no_further_than_torn_blocks_from_the_certificates() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..7).map(|_| world.block_on_all(true)).collect();
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	let first = fresh(&world);
	assert_eq!(first.len(), 4, "blocks only: certificates may still come");
	world.certify_on_all(&headers[0]);
	world.finalize();
	assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty());
	wait(&mut world, TIMEOUT / 4);
	let votes = fresh(&world);
	assert_eq!(of(VoteKind::Freeze, &votes), [&freeze(&headers[4])]);
	// Certificates up to there come, and it rises to the last.
	for header in &headers[1..5] {
		world.certify_on_all(header);
	}
	world.finalize();
	assert_eq!(of(VoteKind::Freeze, &after(&world, &votes)), [&freeze(&headers[6])]);
}

#[test]
fn above_the_last_common_block_everything_is_lost() {
	let mut world = World::new(4);
	let common = world.block_on_all(true);
	for (id, tree) in [(ALPHA, 1), (BETA, 2)] {
		let header = world.next_block(id, tree);
		world.on(id).commit(&header).expect("next");
		world.on(id).prove().expect("next");
	}
	world.on(ALPHA).enter_exodus().expect("it is in none");
	world.finalize();
	assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty());
	wait(&mut world, TIMEOUT / 4);
	assert_eq!(of(VoteKind::Freeze, &fresh(&world)), [&freeze(&common)]);
}

#[test]
fn nothing_should_be_signed_after_half_of_a_timeout() {
	let (mut world, headers) = ending(BETA);
	wait(&mut world, TIMEOUT / 2);
	assert_eq!(of(VoteKind::Freeze, &fresh(&world)), [&freeze(&headers[1])]);
	// The best head is the clock, finalized or not.
	world.chain(BETA).grow();
	assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty());
	// Alpha's exodus begins anew, beta's timeout counts all the same.
	world.on(ALPHA).enter_exodus().expect("it is in none");
	world.finalize();
	assert!(of(VoteKind::Freeze, &fresh(&world)).is_empty());
	// Nor is it signed that alpha has fixed its freeze block.
	world.take_on_all(&freeze(&headers[1]));
	world.finalize();
	assert!(of(VoteKind::Frozen, &fresh(&world)).is_empty());
}

#[test]
fn a_chain_that_does_not_say_its_timeout_should_have_none_left() {
	let (world, _) = ending(BETA);
	let mut seen = world.seen();
	seen.chains[1].status.parameters = None;
	let votes = crate::decide(&seen, &Default::default(), world.member());
	assert!(of(VoteKind::Freeze, &votes).is_empty());
}

#[test]
fn a_node_that_is_behind_should_not_make_its_member_sign_too_late() {
	let (world, _) = ending(BETA);
	let mut seen = world.seen();
	let freezes = |seen: &crate::Seen| {
		let votes = crate::decide(seen, &Default::default(), world.member());
		of(VoteKind::Freeze, &votes).len()
	};
	seen.now = seen.chains[1].time + 120_000;
	assert_eq!(freezes(&seen), 1);
	seen.now += 1;
	assert_eq!(freezes(&seen), 0);
	// The clock of a chain that is not in exodus does not matter: it may stand still for ever.
	seen.now -= 1;
	seen.chains[0].time = 0;
	assert_eq!(freezes(&seen), 1);
}

#[test]
fn frozen_should_be_signed_once_the_first_chain_has_fixed_it() {
	let (mut world, headers) = ending(BETA);
	world.take_on_all(&freeze(&headers[1]));
	assert!(of(VoteKind::Frozen, &fresh(&world)).is_empty(), "not finalized");
	world.finalize();
	let votes = fresh(&world);
	assert_eq!(of(VoteKind::Frozen, &votes), [&frozen(&headers[1])]);
	assert!(of(VoteKind::Freeze, &votes).is_empty(), "there is one");
	assert!(of(VoteKind::Frozen, &after(&world, &votes)).is_empty(), "once");
	// Even by who has signed a block above it.
	let above = VoteMessage::block(&crate::testing::child(&headers[1], 0, 0));
	assert_eq!(of(VoteKind::Frozen, &after(&world, &[above])).len(), 1);
	// Once beta has it, nobody needs it.
	world.take_on_all(&frozen(&headers[1]));
	world.finalize();
	assert_eq!(fresh(&world), []);
}

#[test]
fn outside_of_exodus_there_should_be_no_freeze() {
	let mut world = World::new(4);
	world.block_on_all(true);
	world.finalize();
	let votes = fresh(&world);
	assert!(votes.iter().all(|vote| vote.kind == VoteKind::Block));
}
