// SPDX-License-Identifier: Apache-2.0

use super::{after, fresh, of};
use crate::{
	Reason, Seen, decide, never,
	testing::{ALPHA, BETA, child, world::World},
};
use ligature_chain::{Circuit, Key};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::{Header, keys_digest, member_set_hash},
	ids::{AccountIndex, BlockNumber, Owner, TokenId},
	op::{DepositHalf, Half},
	priority::PriorityRequest,
	pubdata::PublicData,
	vote::{VoteKind, VoteMessage},
};

/// A block that alpha has proven and beta has not.
fn torn() -> (World, Header) {
	let mut world = World::new(4);
	let header = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&header).expect("next");
	world.on(ALPHA).prove().expect("next");
	world.finalize();
	(world, header)
}

fn reason(seen: &Seen, header: &Header) -> Option<Reason> {
	never(&seen.chains[1], header, &header.hash())
}

fn votes(seen: &Seen, world: &World) -> Vec<VoteMessage> {
	decide(seen, &Default::default(), world.member())
}

fn refuse(header: &Header) -> VoteMessage {
	VoteMessage::about(VoteKind::Refuse, BETA, header)
}

#[test]
fn a_chain_that_is_only_behind_should_not_refuse() {
	let (world, header) = torn();
	assert_eq!(reason(&world.seen(), &header), None);
	assert_eq!(fresh(&world), []);
}

#[test]
fn a_chain_whose_clock_is_too_far_ahead_should_refuse() {
	let (mut world, header) = torn();
	// A chain that takes it at this moment still could.
	world.on(BETA).time = header.timestamp.get() + 3_600;
	world.finalize();
	let mut seen = world.seen();
	seen.chains[1].time = (header.timestamp.get() + 3_600) * 1_000 + 999;
	assert_eq!(reason(&seen, &header), None);
	seen.chains[1].time += 1;
	assert_eq!(reason(&seen, &header), Some(Reason::Late));
	assert_eq!(votes(&seen, &world), [refuse(&header)]);
	// Once it is committed there, the clock does not matter.
	world.on(BETA).time = header.timestamp.get();
	world.on(BETA).commit(&header).expect("next");
	world.on(BETA).time = header.timestamp.get() + 9_999;
	world.finalize();
	assert_eq!(fresh(&world), []);
}

#[test]
fn what_no_chain_has_proven_is_the_operators_to_take_back() {
	let mut world = World::new(4);
	let header = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&header).expect("next");
	world.on(BETA).time += 9_999;
	world.finalize();
	assert_eq!(reason(&world.seen(), &header), Some(Reason::Late));
	assert_eq!(fresh(&world), []);
}

#[test]
fn a_chain_that_has_left_the_revert_epoch_should_refuse() {
	let (mut world, header) = torn();
	world.on(BETA).revert(BlockNumber(0), 1).expect("nothing to take back");
	world.finalize();
	assert_eq!(reason(&world.seen(), &header), Some(Reason::RevertEpoch));
	assert_eq!(fresh(&world), [refuse(&header)]);
	// One that is behind can come after.
	let ahead = Header { revert_epoch: 2, ..header };
	assert_eq!(reason(&world.seen(), &ahead), None);
}

#[test]
fn a_chain_that_has_another_block_of_that_number_should_refuse() {
	let (mut world, header) = torn();
	let other = world.next_block(BETA, 1);
	world.on(BETA).commit(&other).expect("next");
	world.finalize();
	assert_eq!(reason(&world.seen(), &header), Some(Reason::OtherBlock));
	// Alpha never takes beta's either, but nobody has proven that one.
	assert_eq!(fresh(&world), [refuse(&header)]);
	world.on(BETA).prove().expect("next");
	world.finalize();
	let mutual = VoteMessage::about(VoteKind::Refuse, ALPHA, &other);
	assert_eq!(fresh(&world), [mutual, refuse(&header)]);
	// To take back its own, beta may go where alpha is already.
	let ahead = Header { revert_epoch: 1, ..header };
	assert_eq!(reason(&world.seen(), &ahead), None);
}

#[test]
fn a_chain_that_has_certified_another_parent_should_refuse() {
	let mut world = World::new(4);
	let common = world.block_on_all(true);
	world.certify_on_all(&common);
	let header = world.next_block(ALPHA, 0);
	world.finalize();
	let foreign = Header { parent: [9; 32], ..header.clone() };
	assert_eq!(reason(&world.seen(), &foreign), Some(Reason::OtherParent));
	assert_eq!(reason(&world.seen(), &header), None);
	// What is below the certified blocks is nobody's any more.
	let low = Header { number: BlockNumber(1), ..foreign };
	assert_eq!(reason(&world.seen(), &low), None);
}

#[test]
fn a_chain_with_other_oracles_should_refuse_under_its_own() {
	let (mut world, header) = torn();
	let members = world.members[..3].to_vec();
	let hash = member_set_hash(1, &members);
	let mut epoch = world.chain(BETA).next().epochs[0].clone();
	(epoch.number, epoch.hash, epoch.members) = (1, hash, members);
	epoch.first_block = BlockNumber(2);
	world.on(BETA).epochs.push(epoch.clone());
	world.finalize();
	assert_eq!(reason(&world.seen(), &header), None, "it begins later");
	epoch.first_block = BlockNumber(1);
	world.on(BETA).epochs[1] = epoch;
	world.finalize();
	assert_eq!(reason(&world.seen(), &header), Some(Reason::OracleEpoch));
	let expected = VoteMessage { oracle_epoch: 1, member_set_hash: hash, ..refuse(&header) };
	assert_eq!(fresh(&world), [expected]);
	// The fourth member is not asked by beta.
	let fourth = decide(&world.seen(), &Default::default(), &world.members[3]);
	assert_eq!(fourth, []);
}

#[test]
fn a_chain_whose_notice_is_not_over_should_not_refuse() {
	let (mut world, header) = torn();
	world.on(BETA).epochs[0].usable_from = 1_000;
	world.finalize();
	assert_eq!(world.on(BETA).clone().commit(&header), Err("NoticeNotOver"));
	assert_eq!(reason(&world.seen(), &header), None);
}

/// A header whose half on beta and whose join need keys, and these keys.
fn with_keys(header: Header) -> (Header, Vec<Key>) {
	let (class, join) = (SizeClass::ALL[1], JoinClass::ALL[1]);
	let key = |circuit, digest| Key {
		version: 3,
		circuit,
		digest,
		bytes: vec![],
		usable: true,
		usable_from: 0,
		retired: false,
		development: true,
	};
	let keys = vec![key(Circuit::Chain(class), [5; 32]), key(Circuit::Join(join), [6; 32])];
	let halves = [(SizeClass::EMPTY, [0; 32]), (class, [5; 32])];
	let digest = keys_digest(3, (join, [6; 32]), &halves);
	let mut header = Header { circuit_version: 3, join_class: join, keys_digest: digest, ..header };
	header.chains[1].size_class = class;
	(header, keys)
}

#[test]
fn a_chain_without_the_keys_should_refuse() {
	let (world, header) = torn();
	let (header, keys) = with_keys(header);
	let mut seen = world.seen();
	let mut with = |keys: Option<Vec<Key>>| {
		seen.chains[1].foreign = keys.map(|keys| crate::Foreign { keys, ..Default::default() });
		reason(&seen, &header)
	};
	assert_eq!(with(Some(keys.clone())), None);
	assert_eq!(with(None), None, "nobody has looked");
	let mut announced = keys.clone();
	(announced[0].usable, announced[0].usable_from) = (false, 99);
	assert_eq!(with(Some(announced)), None, "it may yet be usable");
	for place in [0, 1] {
		let mut fewer = keys.clone();
		fewer.remove(place);
		assert_eq!(with(Some(fewer)), Some(Reason::Keys));
		let mut retired = keys.clone();
		retired[place].retired = true;
		assert_eq!(with(Some(retired)), Some(Reason::Keys));
		let mut other = keys.clone();
		other[place].digest = [7; 32];
		assert_eq!(with(Some(other)), Some(Reason::Keys));
		let mut other = keys.clone();
		other[place].version = 2;
		assert_eq!(with(Some(other)), Some(Reason::Keys));
	}
}

fn deposit(amount: u128) -> (PriorityRequest, Half) {
	let (token, owner) = (TokenId(0), Owner([4; 32]));
	let amount = Amount::new(amount).expect("in range");
	let account = AccountIndex::new(0).expect("in range");
	let half =
		Half::Deposit(DepositHalf { token, owner, amount, key: None, account, created: true });
	(PriorityRequest::Deposit { token, owner, amount, key: None }, half)
}

#[test]
fn a_chain_whose_queue_has_other_requests_should_refuse() {
	let (world, header) = torn();
	let (request, half) = deposit(5);
	let (other, _) = deposit(6);
	let data = PublicData { registers: vec![], halves: vec![half] };
	let (mut header, keys) = with_keys(header);
	let part = &mut header.chains[1];
	part.data_commitment = data.commitment(part.size_class).expect("it fits");
	part.priority_count = 1;
	let mut seen = world.seen();
	let mut with = |requests: &[&PriorityRequest], data: Option<&PublicData>| {
		let requests = (0..).zip(requests.iter().map(|request| (*request).clone()));
		let offered = data.map(|data| (header.hash(), data.clone()));
		seen.chains[1].foreign = Some(crate::Foreign {
			keys: keys.clone(),
			requests: requests.collect(),
			offered: offered.into_iter().collect(),
		});
		reason(&seen, &header)
	};
	assert_eq!(with(&[&other], Some(&data)), Some(Reason::Requests));
	assert_eq!(with(&[&request], Some(&data)), None);
	assert_eq!(with(&[], Some(&data)), None, "it may yet come");
	assert_eq!(with(&[&other], None), None, "nobody has seen the data");
	// Data that the header does not commit to says nothing.
	let mut forged = data.clone();
	forged.halves.push(deposit(7).1);
	assert_eq!(with(&[&other], Some(&forged)), None);
	// Nor does a queue that is not where the block begins.
	seen.chains[1].status.counters.committed = BlockNumber(1);
	let requests = vec![(0, other)];
	let offered = [(header.hash(), data)].into();
	seen.chains[1].foreign = Some(crate::Foreign { keys, requests, offered });
	assert_eq!(reason(&seen, &header), None);
}

#[test]
fn only_the_lowest_of_several_blocks_should_be_refused_and_once() {
	let (mut world, header) = torn();
	let second = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&second).expect("next");
	world.on(ALPHA).prove().expect("next");
	world.on(BETA).revert(BlockNumber(0), 1).expect("nothing to take back");
	world.finalize();
	assert_eq!(fresh(&world), [refuse(&header)]);
	assert_eq!(after(&world, &[refuse(&header)]), []);
	// Once beta has refused it, there is nothing to ask.
	world.take_on_all(&refuse(&header));
	world.finalize();
	assert!(of(VoteKind::Refuse, &fresh(&world)).is_empty());
}

#[test]
fn in_exodus_nothing_should_be_refused() {
	for id in [ALPHA, BETA] {
		let (mut world, _) = torn();
		world.on(BETA).revert(BlockNumber(0), 1).expect("nothing to take back");
		world.on(id).enter_exodus().expect("it is in none");
		world.finalize();
		assert!(of(VoteKind::Refuse, &fresh(&world)).is_empty());
	}
}

#[test]
fn refused_should_be_signed_from_the_finalized_state_of_the_chain_that_refuses() {
	let (mut world, header) = torn();
	world.take_on_all(&refuse(&header));
	assert_eq!(fresh(&world), [], "not finalized");
	world.finalize();
	let refused = VoteMessage::about(VoteKind::Refused, BETA, &header);
	assert_eq!(fresh(&world), [refused.clone()]);
	assert_eq!(after(&world, &[refused.clone()]), [], "once");
	// Who has signed the block, which honest chains make impossible, does not sign that it is refused.
	assert_eq!(after(&world, &[VoteMessage::block(&header)]), []);
	// Alpha halts, and needs no more.
	world.take_on_all(&refused);
	world.finalize();
	assert_eq!(fresh(&world), []);
}

#[test]
fn refused_should_not_be_signed_for_who_needs_it_not() {
	let (mut world, header) = torn();
	world.take_on_all(&refuse(&header));
	world.on(ALPHA).enter_exodus().expect("it is in none");
	world.finalize();
	assert!(of(VoteKind::Refused, &fresh(&world)).is_empty(), "nothing is taken back in exodus");
	let (mut world, _) = torn();
	// A refusal of a block that no other chain has.
	let nobodys = child(&crate::testing::genesis(&world.members), 5, 0);
	world.take_on_all(&refuse(&nobodys));
	world.finalize();
	assert_eq!(fresh(&world), []);
}

#[test]
fn a_lower_refusal_should_be_signed_after_a_higher_one() {
	let (mut world, header) = torn();
	let second = world.next_block(ALPHA, 0);
	world.on(ALPHA).commit(&second).expect("next");
	world.take_on_all(&refuse(&second));
	world.finalize();
	let high = VoteMessage::about(VoteKind::Refused, BETA, &second);
	assert_eq!(fresh(&world), [high.clone()]);
	world.take_on_all(&high);
	world.take_on_all(&refuse(&header));
	world.finalize();
	assert_eq!(fresh(&world), [VoteMessage::about(VoteKind::Refused, BETA, &header)]);
}
