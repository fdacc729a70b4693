// SPDX-License-Identifier: Apache-2.0

use super::{after, fresh};
use crate::testing::{ALPHA, BETA, child, world::World};
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};

#[test]
fn a_block_should_be_signed_once_it_is_proven_and_finalized_on_all_chains() {
	let mut world = World::new(4);
	assert_eq!(fresh(&world), []);
	let header = world.next_block(ALPHA, 0);
	for id in [ALPHA, BETA] {
		world.on(id).commit(&header).expect("next");
	}
	world.finalize();
	assert_eq!(fresh(&world), [], "committed is not proven");
	world.on(ALPHA).prove().expect("next");
	world.finalize();
	assert_eq!(fresh(&world), [], "proven on one chain");
	world.on(BETA).prove().expect("next");
	assert_eq!(fresh(&world), [], "not finalized on the other");
	world.finalize();
	let votes = fresh(&world);
	assert_eq!(votes, [VoteMessage::block(&header)]);
	assert_eq!(after(&world, &votes), [], "once");
}

#[test]
fn blocks_whose_bytes_differ_should_not_be_signed() {
	let mut world = World::new(4);
	for (id, tree) in [(ALPHA, 0), (BETA, 1)] {
		let header = world.next_block(id, tree);
		world.on(id).commit(&header).expect("next");
		world.on(id).prove().expect("next");
	}
	world.finalize();
	assert!(fresh(&world).iter().all(|vote| vote.kind != VoteKind::Block));
}

#[test]
fn blocks_should_be_signed_in_order_and_no_further_than_torn_blocks_allow() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..6).map(|_| world.block_on_all(true)).collect();
	world.finalize();
	let expected: Vec<_> = headers.iter().map(VoteMessage::block).collect();
	assert_eq!(fresh(&world), expected[..4]);
	assert_eq!(after(&world, &expected[..2]), expected[2..4]);
	// A certificate on one chain is none on all.
	let members = world.members.clone();
	world.on(ALPHA).take(&expected[0], &members).expect("next");
	world.finalize();
	assert_eq!(after(&world, &expected[..4]), []);
	world.on(BETA).take(&expected[0], &members).expect("next");
	assert_eq!(after(&world, &expected[..4]), [], "not finalized");
	world.finalize();
	assert_eq!(after(&world, &expected[..4]), expected[4..5]);
}

#[test]
fn a_block_should_wait_for_the_one_before() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..2).map(|_| world.block_on_all(true)).collect();
	world.finalize();
	// For some reason the first one may not be signed: then neither may the second.
	let fork = VoteMessage::block(&child(&crate::testing::genesis(&world.members), 9, 0));
	assert_eq!(after(&world, &[fork.clone()]), []);
	// Its certificate stands for a signature.
	let members = world.members.clone();
	world.on(BETA).take(&VoteMessage::block(&headers[0]), &members).expect("next");
	world.finalize();
	assert_eq!(after(&world, &[fork]), [VoteMessage::block(&headers[1])]);
	// A member who has seen nothing of it signs both, as long as one chain lacks the certificate.
	let both: Vec<_> = headers.iter().map(VoteMessage::block).collect();
	assert_eq!(fresh(&world), both);
	world.on(ALPHA).take(&both[0], &members).expect("next");
	world.finalize();
	assert_eq!(fresh(&world), both[1..]);
}

#[test]
fn another_hash_should_be_signed_in_another_revert_epoch_only() {
	let mut world = World::new(4);
	let old = world.next_block(ALPHA, 3);
	let header = world.block_on_all(true);
	world.finalize();
	assert_eq!(after(&world, &[VoteMessage::block(&old)]), []);
	let earlier = VoteMessage { revert_epoch: 7, ..VoteMessage::block(&old) };
	assert_eq!(after(&world, &[earlier]), [VoteMessage::block(&header)]);
}

#[test]
fn a_block_above_an_own_freeze_should_not_be_signed() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..3).map(|_| world.block_on_all(true)).collect();
	world.finalize();
	let freeze = |kind, place: usize| VoteMessage::about(kind, ChainId(0), &headers[place]);
	let blocks = |range: core::ops::Range<usize>| {
		headers[range].iter().map(VoteMessage::block).collect::<Vec<_>>()
	};
	for kind in [VoteKind::Freeze, VoteKind::Frozen] {
		assert_eq!(after(&world, &[freeze(kind, 1)]), blocks(0..2));
		assert_eq!(after(&world, &[freeze(kind, 2)]), blocks(0..3));
	}
}

#[test]
fn a_block_above_a_fixed_freeze_should_not_be_signed() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..3).map(|_| world.block_on_all(true)).collect();
	let freeze = VoteMessage::about(VoteKind::Freeze, ChainId(0), &headers[1]);
	world.take_on_all(&freeze);
	// Alpha has dropped the third block; but if beta had fixed its freeze by the timeout, alpha would still have it.
	world.finalize();
	let mut seen = world.seen();
	let (alpha, beta) = (seen.chains[0].clone(), seen.chains[1].clone());
	seen.chains[0] = crate::ChainSeen { chain: ALPHA, ..beta.clone() };
	seen.chains[1] = crate::ChainSeen { chain: BETA, blocks: beta.blocks.clone(), ..alpha };
	seen.chains[1].status.counters.proven = BlockNumber(3);
	let votes = crate::decide(&seen, &crate::memory::Memory::default(), world.member());
	let numbers: Vec<_> = votes
		.iter()
		.filter(|vote| vote.kind == VoteKind::Block)
		.map(|vote| vote.number.0)
		.collect();
	assert_eq!(numbers, [1, 2]);
}

#[test]
fn a_block_that_was_signed_as_refused_should_not_be_signed() {
	let mut world = World::new(4);
	let header = world.block_on_all(true);
	world.finalize();
	let refused = VoteMessage::about(VoteKind::Refused, BETA, &header);
	assert_eq!(after(&world, &[refused]), []);
	// That a chain was asked to refuse it, does not bar it.
	let refuse = VoteMessage::about(VoteKind::Refuse, BETA, &header);
	assert_eq!(after(&world, &[refuse]), [VoteMessage::block(&header)]);
}

#[test]
fn blocks_should_be_signed_in_a_halt_and_in_exodus() {
	let mut world = World::new(4);
	let header = world.block_on_all(true);
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	assert!(fresh(&world).contains(&VoteMessage::block(&header)));
}

#[test]
fn a_stranger_should_sign_nothing() {
	let mut world = World::new(4);
	world.block_on_all(true);
	world.on(ALPHA).enter_exodus().expect("it is in none");
	world.finalize();
	let votes = crate::decide(&world.seen(), &Default::default(), &[0xEE; 32]);
	assert_eq!(votes, []);
}

#[test]
fn the_members_of_the_headers_epoch_should_sign() {
	let mut world = World::new(4);
	let first = world.block_on_all(true);
	// From block 2 on, everybody but the first member.
	let members = world.members[1..].to_vec();
	let hash = ligature_primitives::header::member_set_hash(1, &members);
	for chain in &mut world.chains {
		let mut epoch = chain.next().epochs[0].clone();
		(epoch.number, epoch.first_block, epoch.hash) = (1, BlockNumber(2), hash);
		epoch.members = members.clone();
		chain.act().epochs.push(epoch);
	}
	let second = world.block_on_all(true);
	assert_eq!(second.member_set_hash, hash);
	world.finalize();
	assert_eq!(fresh(&world), [VoteMessage::block(&first)]);
	let votes = crate::decide(&world.seen(), &Default::default(), &world.members[1]);
	assert_eq!(votes, [VoteMessage::block(&first), VoteMessage::block(&second)]);
}
