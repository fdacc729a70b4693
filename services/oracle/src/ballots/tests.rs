// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	keys::MemberKey,
	testing::{
		ALPHA, BETA, NETWORK, child, genesis,
		world::{World, keys},
	},
};
use ligature_primitives::{
	header::Header,
	ids::ChainId,
	vote::{Certificate, VoteKind},
};

fn ballot(key: &MemberKey, message: &VoteMessage) -> Ballot {
	let signature = key.sign(&message.encode());
	Ballot { member: key.public(), vote: SignedVote { message: message.clone(), signature } }
}

/// Four members, one block proven on all chains, and empty ballots that have seen it.
fn scene() -> (World, Vec<MemberKey>, Header, Ballots) {
	let mut world = World::new(4);
	let header = world.block_on_all(true);
	world.finalize();
	let mut ballots = Ballots::new(NETWORK);
	ballots.look(&world.seen());
	(world, keys(4), header, ballots)
}

#[test]
fn more_than_two_thirds_should_make_a_certificate_that_chains_accept() {
	let (world, keys, header, mut ballots) = scene();
	let message = VoteMessage::block(&header);
	for (count, key) in (1..).zip(&keys) {
		assert_eq!(ballots.hear(ballot(key, &message)), Heard::New);
		assert_eq!(ballots.hear(ballot(key, &message)), Heard::Known);
		let ready = ballots.ready(&keys[2].public());
		assert_eq!(ready.len(), usize::from(count >= 3), "{count} of 4");
		for ready in ready {
			assert_eq!((&ready.message, ready.members), (&message, 4));
			assert_eq!(ready.place, Some(2));
			let certificate = Certificate::decode(&ready.certificate, 4).expect("well formed");
			assert_eq!(certificate.signatures.len(), count);
			certificate.check(&world.members, verifies).expect("the signatures hold");
		}
	}
	assert_eq!(ballots.ready(&[0; 32])[0].place, None);
}

#[test]
fn what_is_not_a_members_vote_should_not_be_kept() {
	let (_, keys, header, mut ballots) = scene();
	let message = VoteMessage::block(&header);
	let good = ballot(&keys[0], &message);

	let stranger = ballot(&MemberKey::from_seed(&[99; 32]), &message);
	assert_eq!(ballots.hear(stranger), Heard::Stranger);
	let unknown = VoteMessage { oracle_epoch: 1, ..message.clone() };
	assert_eq!(ballots.hear(ballot(&keys[0], &unknown)), Heard::Stranger);
	let foreign = VoteMessage { network: NetworkId(8), ..message.clone() };
	assert_eq!(ballots.hear(ballot(&keys[0], &foreign)), Heard::Irrelevant);
	let mut forged = good.clone();
	forged.vote.signature[5] ^= 1;
	assert_eq!(ballots.hear(forged), Heard::Forged);
	// Another's signature under one's own name.
	let stolen = Ballot { member: keys[1].public(), ..good.clone() };
	assert_eq!(ballots.hear(stolen), Heard::Forged);
	let changed = VoteMessage { number: BlockNumber(2), ..message };
	let vote = SignedVote { message: changed, signature: good.vote.signature };
	assert_eq!(ballots.hear(Ballot { member: keys[0].public(), vote }), Heard::Forged);
	assert!(ballots.is_empty());
	assert_eq!(ballots.hear(good), Heard::New);
}

#[test]
fn before_anything_is_seen_nothing_should_be_kept() {
	let (_, keys, header, _) = scene();
	let mut ballots = Ballots::new(NETWORK);
	let heard = ballots.hear(ballot(&keys[0], &VoteMessage::block(&header)));
	assert_eq!(heard, Heard::Stranger);
	assert!(ballots.is_empty());
}

#[test]
fn a_vote_should_survive_its_way_through_a_relay() {
	let (_, keys, header, _) = scene();
	let ballot = ballot(&keys[0], &VoteMessage::block(&header));
	let bytes = ballot.bytes();
	assert_eq!(Ballot::read(&bytes), Some(ballot));
	let cut = |bytes: &Bytes| Bytes(bytes.0[1..].to_vec());
	assert_eq!(Ballot::read(&VoteBytes { message: cut(&bytes.message), ..bytes.clone() }), None);
	assert_eq!(
		Ballot::read(&VoteBytes { signature: cut(&bytes.signature), ..bytes.clone() }),
		None
	);
}

#[test]
fn a_member_who_contradicts_itself_should_be_found() {
	let (world, keys, header, mut ballots) = scene();
	let fork = child(&genesis(&world.members), 9, 0);
	let one = ballot(&keys[1], &VoteMessage::block(&header));
	let other = ballot(&keys[1], &VoteMessage::block(&fork));
	assert_eq!(ballots.hear(one.clone()), Heard::New);
	// Another member's vote for the fork is no contradiction.
	assert_eq!(ballots.hear(ballot(&keys[0], &VoteMessage::block(&fork))), Heard::New);
	let Heard::Equivocation(evidence) = ballots.hear(other.clone()) else {
		panic!("two blocks of one number")
	};
	assert_eq!(evidence.member, keys[1].public());
	assert_eq!((&evidence.first, &evidence.second), (&one.vote, &other.vote));
	for vote in [&evidence.first, &evidence.second] {
		let ballot = Ballot { member: evidence.member, vote: vote.clone() };
		assert!(ballot.holds());
	}
	// It is found in the other kinds as well.
	let freeze = VoteMessage::about(VoteKind::Freeze, ChainId(0), &genesis(&world.members));
	assert!(matches!(ballots.hear(ballot(&keys[0], &freeze)), Heard::Equivocation(_)));
	let refused = VoteMessage::about(VoteKind::Refused, BETA, &header);
	assert!(matches!(ballots.hear(ballot(&keys[1], &refused)), Heard::Equivocation(_)));
}

#[test]
fn votes_about_settled_blocks_should_be_dropped_and_early_ones_heard_again() {
	let (mut world, keys, header, mut ballots) = scene();
	assert_eq!(ballots.hear(ballot(&keys[0], &VoteMessage::block(&header))), Heard::New);
	let mut far = header.clone();
	far.number = BlockNumber(1 + AHEAD);
	assert_eq!(ballots.hear(ballot(&keys[0], &VoteMessage::block(&far))), Heard::New);
	far.number = BlockNumber(2 + AHEAD);
	let early = ballot(&keys[0], &VoteMessage::block(&far));
	assert_eq!(ballots.hear(early.clone()), Heard::Early);
	world.block_on_all(true);
	world.finalize();
	ballots.look(&world.seen());
	assert_eq!(ballots.hear(early), Heard::New);

	let mut seen = world.seen();
	for chain in &mut seen.chains {
		chain.status.counters.certified = BlockNumber(1 + BEHIND);
	}
	ballots.look(&seen);
	assert_eq!(ballots.len(), 3, "for the sake of evidence");
	for chain in &mut seen.chains {
		chain.status.counters.certified = BlockNumber(2 + BEHIND);
	}
	ballots.look(&seen);
	assert_eq!(ballots.len(), 2);
	let late = ballots.hear(ballot(&keys[0], &VoteMessage::block(&header)));
	assert_eq!(late, Heard::Irrelevant);
	// With the epoch its votes go.
	for chain in &mut seen.chains {
		chain.epochs.clear();
	}
	ballots.look(&seen);
	assert!(ballots.is_empty() && ballots.by_member.is_empty());
}

#[test]
fn who_floods_should_drive_out_his_own_votes_only() {
	let (_, keys, header, mut ballots) = scene();
	let honest = VoteMessage::block(&header);
	for key in &keys[..3] {
		assert_eq!(ballots.hear(ballot(key, &honest)), Heard::New);
	}
	// Each in a revert epoch of its own: none contradicts another.
	for epoch in 0..PER_MEMBER as u32 + 50 {
		let spam = VoteMessage { revert_epoch: 1_000 + epoch, hash: [1; 32], ..honest.clone() };
		assert_eq!(ballots.hear(ballot(&keys[3], &spam)), Heard::New);
	}
	assert_eq!(ballots.len(), 3 + PER_MEMBER);
	assert_eq!(ballots.ready(&keys[0].public()).len(), 1);
	assert_eq!(ballots.hear(ballot(&keys[0], &honest)), Heard::Known);
}

#[test]
fn certificates_should_be_in_the_order_of_their_blocks() {
	let mut world = World::new(1);
	let headers: Vec<_> = (0..5).map(|_| world.block_on_all(true)).collect();
	world.finalize();
	let mut ballots = Ballots::new(NETWORK);
	ballots.look(&world.seen());
	let keys = keys(1);
	for header in headers.iter().rev() {
		ballots.hear(ballot(&keys[0], &VoteMessage::block(header)));
	}
	let numbers: Vec<_> =
		ballots.ready(&keys[0].public()).iter().map(|ready| ready.message.number.0).collect();
	assert_eq!(numbers, [1, 2, 3, 4, 5]);
	let refuse = VoteMessage::about(VoteKind::Refuse, ALPHA, &headers[0]);
	ballots.hear(ballot(&keys[0], &refuse));
	assert_eq!(ballots.ready(&keys[0].public()).len(), 6);
}
