// SPDX-License-Identifier: Apache-2.0

use super::{
	plan::{Errand, Plan, RANKS, rank},
	*,
};
use crate::{
	ballots::{Ballot, Ballots},
	testing::{
		ALPHA, BETA, NETWORK,
		chain::State,
		child, genesis,
		world::{World, keys},
	},
};
use ligature_chain::{ChainError, DispatchError, SignedVote};
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, ChainId},
	vote::VoteMessage,
};
use std::collections::BTreeSet;

/// The certificates of these messages, signed by all members.
fn ready(world: &World, messages: &[VoteMessage]) -> Vec<Ready> {
	let mut ballots = Ballots::new(NETWORK);
	ballots.look(&world.seen());
	for message in messages {
		for key in keys(4) {
			let signature = key.sign(&message.encode());
			let vote = SignedVote { message: message.clone(), signature };
			ballots.hear(Ballot { member: key.public(), vote });
		}
	}
	ballots.ready(world.member())
}

pub(crate) fn view(state: &State, blocks: &BTreeSet<(BlockNumber, [u8; 32])>) -> View {
	let known = blocks
		.iter()
		.filter_map(|(number, _)| state.blocks.get(number).map(|header| (*number, header.hash())));
	View {
		number: state.number,
		status: state.status(),
		hashes: known.collect(),
		refused: state.refusals.intersection(blocks).copied().collect(),
	}
}

/// What a chain is brought of certificates of these messages: exactly what it takes.
fn brought(world: &World, id: ChainId, messages: &[VoteMessage]) -> Vec<VoteMessage> {
	let ready = ready(world, messages);
	assert_eq!(ready.len(), messages.len(), "all members have signed");
	let state = world.chains[usize::from(id.0) - 1].next();
	let blocks = ready.iter().map(|ready| (ready.message.number, ready.message.hash)).collect();
	let errands = view(state, &blocks).errands(id, id == ALPHA, &ready);
	let of = |errand: &Errand| ready.iter().find(|ready| ready.id == errand.id);
	let brought: Vec<_> =
		errands.iter().map(|errand| of(errand).expect("one of them").message.clone()).collect();
	// It is what the chain takes, and all of that, one after the other.
	let (mut state, mut taken) = (state.clone(), Vec::new());
	for ready in &ready {
		let mut next = state.clone();
		if next.take(&ready.message, &world.members).is_ok() {
			taken.push(ready.message.clone());
			if ready.message.kind == VoteKind::Block {
				state = next;
			}
		}
	}
	let sort = |mut messages: Vec<VoteMessage>| {
		messages.sort_by_key(VoteMessage::encode);
		messages
	};
	assert_eq!(sort(brought.clone()), sort(taken));
	brought
}

fn about(kind: VoteKind, chain: u8, header: &Header) -> VoteMessage {
	VoteMessage::about(kind, ChainId(chain), header)
}

#[test]
fn certificates_of_blocks_should_be_brought_in_order_and_where_they_are_missing() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..3).map(|_| world.block_on_all(true)).collect();
	world.finalize();
	let blocks: Vec<_> = headers.iter().map(VoteMessage::block).collect();
	assert_eq!(brought(&world, ALPHA, &blocks), blocks);
	assert_eq!(brought(&world, ALPHA, &blocks[1..]), [], "the first is missing");
	let mixed = [blocks[0].clone(), blocks[2].clone()];
	assert_eq!(brought(&world, ALPHA, &mixed), blocks[..1], "the second is missing");
	world.certify_on_all(&headers[0]);
	assert_eq!(brought(&world, BETA, &blocks), blocks[1..]);
	// One that the chain has not proven, or has another of.
	let fourth = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&fourth).expect("next");
	let mut all = blocks.clone();
	all.push(VoteMessage::block(&fourth));
	assert_eq!(brought(&world, ALPHA, &all), blocks[1..]);
	let fork = VoteMessage::block(&child(&headers[0], 9, 0));
	assert_eq!(brought(&world, ALPHA, &[fork]), []);
}

#[test]
fn refusals_should_be_brought_to_whom_they_concern() {
	let mut world = World::new(4);
	let header = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&header).expect("next");
	world.on(ALPHA).prove().expect("next");
	world.finalize();
	let refuse = about(VoteKind::Refuse, 2, &header);
	let refused = about(VoteKind::Refused, 2, &header);
	let both = [refuse.clone(), refused.clone()];
	assert_eq!(brought(&world, ALPHA, &both), [refused.clone()]);
	assert_eq!(brought(&world, BETA, &both), [refuse.clone()]);
	// Proven where it should be refused.
	let own = about(VoteKind::Refuse, 1, &header);
	assert_eq!(brought(&world, ALPHA, &[own]), []);
	world.take_on_all(&refuse);
	assert_eq!(brought(&world, BETA, &[refuse]), []);
	world.take_on_all(&refused);
	assert_eq!(brought(&world, ALPHA, &[refused.clone()]), []);
	// The certificate of the block comes too late where it counts as refused.
	assert_eq!(brought(&world, ALPHA, &[VoteMessage::block(&header)]), []);
	world.on(ALPHA).enter_exodus().expect("it is in none");
	assert_eq!(brought(&world, ALPHA, &[refused]), []);
}

#[test]
fn freezes_should_be_brought_to_the_first_chain_and_what_it_fixed_to_the_others() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..2).map(|_| world.block_on_all(true)).collect();
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	let freeze = about(VoteKind::Freeze, 0, &headers[1]);
	let frozen = about(VoteKind::Frozen, 1, &headers[1]);
	let both = [freeze.clone(), frozen.clone()];
	assert_eq!(brought(&world, ALPHA, &both), [freeze.clone()]);
	assert_eq!(brought(&world, BETA, &both), [frozen.clone()]);
	let fork = about(VoteKind::Freeze, 0, &child(&headers[0], 9, 0));
	assert_eq!(brought(&world, ALPHA, &[fork]), []);
	let unproven = about(VoteKind::Freeze, 0, &child(&headers[1], 0, 0));
	assert_eq!(brought(&world, ALPHA, &[unproven]), []);
	world.take_on_all(&freeze);
	world.take_on_all(&frozen);
	for id in [ALPHA, BETA] {
		let blocks = VoteMessage::block(&headers[0]);
		assert_eq!(brought(&world, id, &[freeze.clone(), frozen.clone(), blocks]), []);
	}
}

#[test]
fn certificates_below_a_certified_block_should_not_be_freezes() {
	let mut world = World::new(4);
	let headers: Vec<_> = (0..2).map(|_| world.block_on_all(true)).collect();
	headers.iter().for_each(|header| world.certify_on_all(header));
	world.on(BETA).enter_exodus().expect("it is in none");
	world.finalize();
	let low = about(VoteKind::Freeze, 0, &headers[0]);
	let genesis = about(VoteKind::Freeze, 0, &genesis(&world.members));
	assert_eq!(brought(&world, ALPHA, &[genesis, low]), []);
}

#[test]
fn what_the_finalized_head_has_should_not_be_looked_at() {
	let mut world = World::new(4);
	let header = world.block_on_all(true);
	world.finalize();
	let all = [
		VoteMessage::block(&header),
		about(VoteKind::Refuse, 2, &header),
		about(VoteKind::Refused, 2, &header),
		about(VoteKind::Freeze, 0, &header),
	];
	let ready = ready(&world, &all);
	let lacking = |world: &World, place: usize| {
		let seen = world.seen();
		let lacking = ready.iter().filter(|ready| lacks(&seen.chains[place], ready));
		lacking.map(|ready| kind_name(ready.message.kind)).collect::<BTreeSet<_>>()
	};
	assert_eq!(lacking(&world, 0), ["block", "freeze", "refused"].into());
	assert_eq!(lacking(&world, 1), ["block", "freeze", "refuse"].into());
	world.certify_on_all(&header);
	assert_eq!(lacking(&world, 0).len(), 3, "not finalized");
	world.finalize();
	assert_eq!(lacking(&world, 0), ["freeze"].into());
	world.take_on_all(&all[3]);
	world.finalize();
	assert_eq!(lacking(&world, 0), [].into());
}

#[test]
fn members_should_take_turns() {
	for members in [1usize, 4, 7, 64] {
		for number in (0..200).map(BlockNumber) {
			let ranks: Vec<_> =
				(0..members).map(|place| rank(number, Some(place), members)).collect();
			let first = ranks.iter().filter(|rank| **rank == 0).count();
			assert_eq!(first, 1, "one comes first");
			for expected in 0..RANKS.min(members as u32) {
				assert!(ranks.contains(&expected));
			}
			assert!(ranks.iter().all(|rank| *rank < RANKS));
		}
		let firsts: BTreeSet<_> = (0..8 * members as u64)
			.map(|number| {
				(0..members).find(|place| rank(BlockNumber(number), Some(*place), members) == 0)
			})
			.collect();
		assert_eq!(firsts.len(), members, "everybody comes first once");
	}
	assert_eq!(rank(BlockNumber(3), None, 4), RANKS - 1);
}

/// Certificates of three blocks, with the rank of each.
fn errands(ranks: [u32; 3]) -> Vec<Errand> {
	let errand = |(place, rank): (usize, u32)| Errand {
		id: [place as u8; 32],
		kind: "block",
		about: String::new(),
		rank,
		once: false,
		call: Call::SubmitCertificate(vec![place as u8]),
	};
	ranks.into_iter().enumerate().map(errand).collect()
}

fn places(errands: Vec<Errand>) -> Vec<u8> {
	errands.iter().map(|errand| errand.id[0]).collect()
}

/// No errand.
const NOTHING: [u8; 0] = [];

const TURN: Duration = Duration::from_secs(12);

#[test]
fn who_is_not_first_should_wait_its_turns() {
	let (now, mut plan) = (Instant::now(), Plan::new(TURN));
	assert_eq!(places(plan.due(now, 5, errands([0, 0, 0]))), [0, 1, 2]);
	assert_eq!(places(plan.due(now + 9 * TURN, 6, errands([0, 0, 0]))), NOTHING, "on their way");

	let mut plan = Plan::new(TURN);
	assert_eq!(places(plan.due(now, 5, errands([2, 2, 2]))), NOTHING);
	let almost = 2 * TURN - Duration::from_millis(1);
	assert_eq!(places(plan.due(now + almost, 5, errands([2, 2, 2]))), NOTHING);
	assert_eq!(places(plan.due(now + 2 * TURN, 5, errands([2, 2, 2]))), [0, 1, 2]);

	// A later one waits for an earlier one that is another's turn: it would be refused.
	let mut plan = Plan::new(TURN);
	assert_eq!(places(plan.due(now, 5, errands([1, 0, 0]))), NOTHING);
	assert_eq!(places(plan.due(now + TURN, 5, errands([1, 0, 0]))), [0, 1, 2]);
}

#[test]
fn what_the_chain_has_should_be_forgotten() {
	let (now, mut plan) = (Instant::now(), Plan::new(TURN));
	assert_eq!(places(plan.due(now, 5, errands([1, 1, 1]))), NOTHING);
	// Somebody has brought all. Later a re-org takes them away: the wait begins anew.
	assert_eq!(places(plan.due(now + TURN, 6, vec![])), NOTHING);
	assert_eq!(places(plan.due(now + TURN, 6, errands([1, 1, 1]))), NOTHING);
	plan.clear();
	assert_eq!(places(plan.due(now + 2 * TURN, 6, errands([1, 1, 1]))), NOTHING);
	assert_eq!(places(plan.due(now + 3 * TURN, 6, errands([1, 1, 1]))), [0, 1, 2]);
}

#[test]
fn what_failed_should_be_tried_again_and_what_was_refused_more_and_more_seldom() {
	let now = Instant::now();
	let one = || errands([0, 0, 0]).into_iter().take(1).collect::<Vec<_>>();
	let sent = |plan: &mut Plan, number| !plan.due(now, number, one()).is_empty();
	let mut plan = Plan::new(TURN);
	assert!(sent(&mut plan, 10));
	let unreachable = ChainError::Unreachable { url: "x".into(), reason: "y".into() };
	plan.done(&one()[0], &Outcome::Failed(unreachable));
	assert!(!sent(&mut plan, 10));
	assert!(sent(&mut plan, 11));
	plan.done(&one()[0], &Outcome::Obsolete);
	assert!(!sent(&mut plan, 13));
	assert!(sent(&mut plan, 14));
	plan.done(&one()[0], &Outcome::Taken { block: 15 });
	assert!(!sent(&mut plan, 17));
	assert!(sent(&mut plan, 18), "a re-org has taken the block");
	let error = DispatchError { pallet: "Rollup".into(), name: "X".into(), docs: "".into() };
	let mut number = 20;
	for wait in [3, 6, 12, 24] {
		plan.done(&one()[0], &Outcome::Refused { block: number, error: error.clone() });
		assert!(!sent(&mut plan, number + wait - 1));
		assert!(sent(&mut plan, number + wait));
		number += wait;
	}
}

#[test]
fn evidence_should_be_brought_once() {
	let world = World::new(4);
	let genesis = genesis(&world.members);
	let signed = |tree| SignedVote {
		message: VoteMessage::block(&child(&genesis, tree, 0)),
		signature: [tree; 64],
	};
	let evidence = Evidence { member: [7; 32], first: signed(1), second: signed(2) };
	let errand = report(&evidence, world.member());
	assert!(errand.rank < RANKS && errand.once);
	assert_eq!(
		errand.call,
		Call::ReportEquivocation {
			key: [7; 32],
			first: Box::new(signed(1)),
			second: Box::new(signed(2))
		}
	);
	for outcome in [Outcome::Taken { block: 3 }, Outcome::Obsolete] {
		let (now, mut plan) = (Instant::now(), Plan::new(TURN));
		assert_eq!(plan.due(now, 1, vec![errand.clone()]).len(), usize::from(errand.rank == 0));
		let later = now + RANKS * TURN;
		assert!(errand.rank == 0 || plan.due(later, 2, vec![errand.clone()]).len() == 1);
		plan.done(&errand, &outcome);
		assert!(plan.due(later, 999, vec![errand.clone()]).is_empty());
	}
}

#[test]
fn each_kind_should_have_its_call() {
	let mut world = World::new(4);
	let header = world.block_on_all(true);
	world.finalize();
	let messages = [
		VoteMessage::block(&header),
		about(VoteKind::Refuse, 1, &header),
		about(VoteKind::Refused, 2, &header),
		about(VoteKind::Freeze, 0, &header),
		about(VoteKind::Frozen, 1, &header),
	];
	for ready in ready(&world, &messages) {
		let bytes = ready.certificate.clone();
		let expected = match ready.message.kind {
			VoteKind::Block => Call::SubmitCertificate(bytes),
			VoteKind::Refuse | VoteKind::Refused => Call::SubmitRefusal(bytes),
			VoteKind::Freeze | VoteKind::Frozen => Call::SubmitFreeze(bytes),
		};
		assert_eq!(certificate_call(&ready), expected);
	}
}
