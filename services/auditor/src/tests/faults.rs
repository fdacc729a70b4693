// SPDX-License-Identifier: Apache-2.0

//! What an operator, or a chain's runtime, could do wrong: blocks, payments, funds.

use super::{
	auditor, faults, names,
	story::{funded, page, story, third, withdrawal},
	world::{A, B, Built, World, amount, index, owner},
};
use crate::{
	What,
	books::Sums,
	checks::solvency,
	finding::Due,
	page::{Happened, Occurrence},
};
use ligature_chain::{RollupEvent, Stage};
use ligature_primitives::{
	amount::Fee,
	constants::SizeClass,
	header::{ChainHeader, Header},
	ids::{BlockNumber, PoolSlot, Timestamp, TokenId},
	op::{Half, WithdrawHalf},
	pubdata::PublicData,
	refusal::Refusal,
};

/// A block after another one in which nothing happens.
fn empty(world: &World, before: &Built) -> Built {
	let parts = before.header.chains.iter();
	let header = Header {
		number: BlockNumber(before.number().0 + 1),
		parent: before.hash(),
		join_class: Default::default(),
		chains: parts
			.map(|part| ChainHeader::unchanged(part.chain, part.new_root, part.new_next))
			.collect(),
		..before.header.clone()
	};
	Built { header: world.with_keys(header), data: vec![Vec::new(); 2] }
}

/// A block with a withdrawal on the first chain that nobody has signed.
fn invented(world: &World, before: &Built) -> Built {
	let mut block = empty(world, before);
	let half = Half::Withdraw(WithdrawHalf {
		token: TokenId(1),
		account: index(0),
		receiver: owner(9),
		amount: amount(1_000),
		fee: Fee::ZERO,
	});
	let data = PublicData { registers: vec![], halves: vec![half] };
	let class = SizeClass::new(1).unwrap();
	block.data[0] = data.encode(class).unwrap();
	let part = &mut block.header.chains[0];
	part.size_class = class;
	part.data_length = block.data[0].len() as u32;
	part.data_commitment = data.commitment(class).unwrap();
	block.header = world.with_keys(block.header);
	block
}

#[test]
fn a_withdrawal_out_of_the_air_should_be_seen_at_its_commit() {
	let (mut world, second) = funded();
	let block = invented(&world, &second);
	world.commit(A, &block);
	world.commit(B, &block);
	world.tick();
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["RootMismatch"], "{found:?}");
	assert_eq!(found[0].what, What::RootMismatch { refusal: Refusal::RootMismatch });
	assert_eq!((found[0].chain, found[0].block), (A, Some((BlockNumber(3), block.hash()))));
}

#[test]
fn books_should_go_on_when_a_block_that_cannot_be_replayed_is_gone() {
	let (mut world, second) = funded();
	let block = invented(&world, &second);
	world.commit(A, &block);
	world.tick();
	let next = empty(&world, &block);
	world.commit(A, &next);
	world.tick();
	world.revert_epoch = 1;
	let to = second.number();
	for side in &mut world.sides {
		side.counters.committed = to;
		side.event(RollupEvent::BlocksReverted { to, epoch: 1 });
	}
	world.tick();
	let block = third(&mut world);
	world.settle(&block);
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["RootMismatch", "Reverted", "Reverted"], "{found:?}");
}

#[test]
fn a_header_that_does_not_follow_should_be_named() {
	type Change = fn(&mut Header);
	let cases: [(Change, Refusal); 6] = [
		(|header| header.parent = [3; 32], Refusal::WrongParent),
		(|header| header.revert_epoch += 1, Refusal::WrongRevertEpoch),
		(|header| header.chain_list_hash = [3; 32], Refusal::WrongNetwork),
		(|header| header.timestamp = Timestamp::new(1).unwrap(), Refusal::TimestampOrder),
		(|header| header.chains[1].old_next += 1, Refusal::OldStateMismatch),
		(|header| header.chains[0].priority_count = 1, Refusal::BadEmptyHalf),
	];
	for (change, refusal) in cases {
		let (mut world, second) = funded();
		let mut block = empty(&world, &second);
		change(&mut block.header);
		world.commit(A, &block);
		world.tick();
		let found = faults(&world.pages);
		assert_eq!(names(&found), ["BadHeader"], "{found:?}");
		assert_eq!(found[0].what, What::BadHeader { refusal });
	}
}

#[test]
fn a_block_whose_data_stands_nowhere_should_be_named() {
	let (mut world, second) = funded();
	let block = empty(&world, &second);
	world.commit(A, &block);
	world.tick();
	let committed = |event: &RollupEvent| matches!(event, RollupEvent::BlockCommitted { .. });
	page(&mut world.pages, A, committed).posted.clear();
	let mut auditor = auditor();
	let found: Vec<_> = world.pages.iter().flat_map(|page| auditor.read(page)).collect();
	let found: Vec<_> = found.into_iter().filter(|it| it.what.halt_helps()).collect();
	assert_eq!(names(&found), ["NotPosted"], "{found:?}");
	assert!(auditor.stands(&found[0]));
}

#[test]
fn a_block_that_was_never_committed_should_be_named_at_each_stage() {
	let (number, hash) = (BlockNumber(4), [4; 32]);
	let cases = [
		(RollupEvent::BlockProven { number, hash, prover: [1; 32] }, Stage::Proven),
		(RollupEvent::BlockCertified { number, hash }, Stage::Certified),
		(RollupEvent::BlockExecuted { number, hash, payments: 0 }, Stage::Executed),
	];
	for (event, stage) in cases {
		let mut world = story();
		world.side(A).event(event);
		world.tick();
		let found = faults(&world.pages);
		assert_eq!(names(&found), ["UnknownBlock"], "{found:?}");
		assert_eq!(found[0].what, What::UnknownBlock { stage });
	}
}

#[test]
fn two_headers_for_one_block_should_be_named() {
	let (mut world, second) = funded();
	let here = empty(&world, &second);
	let mut there = here.clone();
	there.header.timestamp = Timestamp::new(here.header.timestamp.get() + 1).unwrap();
	world.commit(A, &here);
	world.commit(B, &there);
	world.tick();
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["HeadersDiffer"], "{found:?}");
	let what = What::HeadersDiffer { epoch: 0, other: A, there: here.hash() };
	assert_eq!((found[0].chain, &found[0].what), (B, &what));
	assert_eq!(found[0].block, Some((BlockNumber(3), there.hash())));
}

#[test]
fn a_payment_that_is_not_the_public_datas_should_be_named() {
	let due = |amount| Due { who: owner(3).0, token: TokenId(1), amount };
	let paid =
		|who, amount| Occurrence::Rollup(RollupEvent::Paid { who, token: TokenId(1), amount });
	type Change = fn(&mut Vec<Happened>);
	let cases: [(Change, usize, Option<Due>, Option<Due>); 4] = [
		(|events| drop(events.drain(1..2)), 1, Some(due(6_000)), None),
		(|events| events.swap(0, 1), 0, Some(due(5_000)), Some(due(6_000))),
		(|events| events.insert(2, events[0].clone()), 2, None, Some(due(5_000))),
		(|events| drop(events.drain(..2)), 0, Some(due(5_000)), None),
	];
	let executed = |event: &RollupEvent| matches!(event, RollupEvent::BlockExecuted { .. });
	for (change, place, due, paid) in cases {
		let mut pages = story().pages;
		change(&mut page(&mut pages, A, executed).happened);
		let found = faults(&pages);
		assert_eq!(names(&found), ["PaymentDiffers"], "{found:?}");
		assert_eq!(found[0].what, What::PaymentDiffers { place, due, paid });
	}
	let mut pages = story().pages;
	page(&mut pages, A, executed).happened[0].what = paid([8; 32], 5_000);
	let found = faults(&pages);
	let who = Due { who: [8; 32], ..due(5_000) };
	let what = What::PaymentDiffers { place: 0, due: Some(due(5_000)), paid: Some(who) };
	assert_eq!(found[0].what, what);
}

#[test]
fn what_is_owed_and_held_should_be_what_the_ledger_says() {
	let funds = |owed: i128, held: i128| {
		let mut world = story();
		let token = world.side(B).funds.get_mut(&TokenId(2)).unwrap();
		token.0 = token.0.checked_add_signed(owed).unwrap();
		token.1 = token.1.checked_add_signed(held).unwrap();
		world.tick();
		// It is told once.
		world.tick();
		faults(&world.pages)
	};
	assert_eq!(funds(0, 0), []);
	assert_eq!(funds(0, 1_000), [], "a gift");
	assert_eq!(names(&funds(0, -1)), [] as [&str; 0], "all but the gift");
	for (owed, held, expected) in [
		(1, 1, vec!["OwedDiffers"]),
		(-1, 0, vec!["OwedDiffers"]),
		(0, -2, vec!["Insolvent"]),
		(2, 0, vec!["Insolvent", "OwedDiffers"]),
	] {
		let found = funds(owed, held);
		assert_eq!(names(&found), expected, "{found:?}");
		assert!(found.iter().all(|finding| finding.chain == B));
	}
}

#[test]
fn a_deposit_that_no_block_has_consumed_should_be_owed() {
	let mut world = story();
	super::story::deposit(&mut world, A, 1, 1, 40, ligature_primitives::op::Target::New);
	world.tick();
	assert_eq!(faults(&world.pages), []);
	world.side(A).requests.clear();
	world.tick();
	assert_eq!(names(&faults(&world.pages)), ["OwedDiffers"]);
}

#[test]
fn shares_should_sum_to_their_supply() {
	let world = story();
	let mut sums = Sums::of(&world.ledger.states()[0]);
	assert_eq!(solvency::shares(&sums), []);
	let (shares, supply) = sums.shares[&PoolSlot(0)];
	assert!(shares > 1_000);
	sums.shares.insert(PoolSlot(0), (shares + 1, supply));
	let slot = PoolSlot(0);
	assert_eq!(solvency::shares(&sums), [What::SharesDiffer { slot, shares: shares + 1, supply }]);
	// Shares of a pool that is at home elsewhere, or nowhere.
	let mut far = Sums::of(&world.ledger.states()[1]);
	assert_eq!(far.shares.len(), 0);
	far.shares.insert(slot, (1, 0));
	assert_eq!(solvency::shares(&far).len(), 1);
}

#[test]
fn public_data_that_is_left_out_should_be_named() {
	let mut world = story();
	let ops = vec![withdrawal(3, 1)];
	let block = world.build(ops);
	let mut forged = block.clone();
	forged.data[0] = Vec::new();
	world.commit(A, &forged);
	world.tick();
	let found = faults(&world.pages);
	assert_eq!(found[0].what, What::RootMismatch { refusal: Refusal::DataLength });
}
