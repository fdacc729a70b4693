// SPDX-License-Identifier: Apache-2.0

//! What takes too long, what is announced, and what stops.

use super::{
	audit, auditor, faults, names,
	story::{deposit, funded, story, third},
	world::{A, B, START, World, index},
};
use crate::{
	Finding, Severity, What,
	books::Outcome,
	checks::{notices, requests, roots},
	finding::{CertificateFault, Evidence, ProofFault},
	page::Occurrence,
};
use ligature_chain::{Epoch, Halt, RollupEvent, Stage};
use ligature_primitives::{
	ids::{BlockNumber, PoolSlot, TokenId},
	op::Target,
	refusal::Refusal,
};
use std::collections::BTreeSet;

#[test]
fn the_head_of_the_queue_should_be_served_in_time() {
	let mut world = story();
	deposit(&mut world, B, 1, 2, 5, Target::Existing(index(0)));
	world.tick();
	let page = world.pages.last().unwrap();
	let look = page.look.as_ref().unwrap();
	let (now, status) = (page.head.number, &look.status);
	let (request, head) = look.requests.first().unwrap();
	let at = |block: u32| requests::check(block, status, &look.requests, 50);
	assert_eq!(at(now), None);
	assert_eq!(at(head.expires - 500), None);
	let late = What::RequestLate { index: *request, left: 499 };
	assert_eq!(at(head.expires - 499), Some(late));
	let expired = What::RequestExpired { index: *request, expires: head.expires };
	assert_eq!(at(head.expires), Some(expired.clone()));
	assert_eq!(at(head.expires + 9), Some(expired));
	assert_eq!(requests::check(head.expires, status, &[], 50), None);
	// Told once each, though every block says it.
	for seconds in [6 * 600, 60, 6 * 500, 60] {
		world.pass(seconds);
	}
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["RequestLate", "RequestExpired"], "{found:?}");
	assert_eq!(found[1].what.severity(), Severity::Alarm);
}

#[test]
fn a_block_that_does_not_come_to_its_next_stage_should_be_named() {
	type Step = fn(&mut World, ligature_primitives::ids::ChainId, &super::world::Built);
	let steps: [Step; 3] = [World::commit, World::prove, World::certify];
	let cases = [(Stage::Proven, 1_800), (Stage::Certified, 600), (Stage::Executed, 600)];
	for (place, (awaited, patience)) in cases.into_iter().enumerate() {
		let (mut world, _) = funded();
		let block = third(&mut world);
		let next = world.build(vec![]);
		for step in &steps[..=place] {
			for block in [&block, &next] {
				[A, B].into_iter().for_each(|chain| step(&mut world, chain, block));
				world.tick();
			}
		}
		world.pass(patience - 60);
		assert_eq!(faults(&world.pages), [], "{awaited:?}");
		world.pass(60);
		world.pass(600);
		let found = faults(&world.pages);
		// Of the two blocks the first, on each chain.
		assert_eq!(names(&found), ["Stalled", "Stalled"], "{found:?}");
		for finding in found {
			assert!(matches!(finding.what, What::Stalled { awaited: it, .. } if it == awaited));
			assert_eq!(finding.block, Some((block.number(), block.hash())));
		}
	}
}

#[test]
fn a_block_that_only_one_chain_has_should_be_named() {
	let (mut world, _) = funded();
	let block = third(&mut world);
	world.commit(A, &block);
	world.tick();
	world.pass(540);
	assert_eq!(faults(&world.pages), []);
	world.pass(120);
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["Stalled"], "{found:?}");
	assert_eq!((found[0].chain, found[0].block), (B, Some((block.number(), block.hash()))));
	assert!(matches!(found[0].what, What::Stalled { awaited: Stage::Committed, .. }));
}

#[test]
fn a_chain_that_finalizes_nothing_should_be_named_once_per_silence() {
	let mut world = story();
	let mut auditor = auditor();
	world.pages.iter().for_each(|page| drop(auditor.read(page)));
	let last = auditor.books(A).unwrap().last().unwrap().time;
	assert_eq!(auditor.clock(A, last + 120), []);
	assert_eq!(names(&auditor.clock(A, last + 121)), ["ChainSilent"]);
	assert_eq!(auditor.clock(A, last + 500), []);
	world.pages.clear();
	world.tick();
	world.pages.iter().for_each(|page| drop(auditor.read(page)));
	assert_eq!(names(&auditor.clock(A, last + 500)), ["ChainSilent"]);
	// Of a chain that was never read there is nothing to say.
	assert_eq!(super::auditor().clock(A, START + 9_999), []);
}

#[test]
fn what_is_announced_should_be_told_while_there_is_time() {
	let mut world = World::new();
	world.keys[0].usable_from = 90;
	world.tick();
	let page = &mut world.pages[1];
	let look = page.look.as_mut().unwrap();
	look.epochs.as_mut().unwrap().push(Epoch {
		number: 1,
		first_block: BlockNumber(40),
		usable_from: 80,
		hash: [1; 32],
		ended: None,
		members: vec![],
	});
	let digest = world.keys[0].digest;
	let key = What::KeyAnnounced { version: world.keys[0].version, digest, usable_from: 90 };
	let epoch = What::EpochAnnounced { epoch: 1, first_block: BlockNumber(40), usable_from: 80 };
	let found = faults(&world.pages);
	let what: Vec<_> = found.iter().map(|finding| finding.what.clone()).collect();
	assert_eq!(what, [key.clone(), key, epoch]);
	let look = world.pages[1].look.as_ref().unwrap();
	assert_eq!(notices::announced(89, look).len(), 1);
	assert_eq!(notices::announced(90, look), []);
}

#[test]
fn what_happens_should_be_noted() {
	let (number, hash, token) = (BlockNumber(3), [3; 32], TokenId(1));
	let rollup = |event| Occurrence::Rollup(event);
	let cases = [
		(Occurrence::Operators, "OperatorsChanged"),
		(Occurrence::Guardian, "GuardianChanged"),
		(Occurrence::Code { hash, usable_from: 900 }, "CodeAnnounced"),
		(Occurrence::Key { version: 2, digest: hash, usable_from: 900 }, "KeyAnnounced"),
		(Occurrence::KeyRetired { version: 1 }, "KeyRetired"),
		(
			Occurrence::Epoch { epoch: 1, first_block: BlockNumber(9), usable_from: 900 },
			"EpochAnnounced",
		),
		(Occurrence::EpochWithdrawn { epoch: 1 }, "EpochWithdrawn"),
		(Occurrence::Slashed { key: [1; 32] }, "MemberSlashed"),
		(rollup(RollupEvent::HaltedBecause), "Halted"),
		(rollup(RollupEvent::Resumed), "Resumed"),
		(rollup(RollupEvent::BlockRefused { number, hash }), "BlockRefused"),
		(rollup(RollupEvent::ExodusBegun), "ExodusBegun"),
		(rollup(RollupEvent::DepositsPausedSet { paused: true }), "DepositsPaused"),
	];
	for (occurrence, name) in cases {
		let mut world = story();
		world.side(A).happen([occurrence], None);
		world.tick();
		let found = faults(&world.pages);
		assert_eq!(names(&found), [name], "{found:?}");
		assert!(found[0].what.severity() < Severity::Alarm, "{found:?}");
	}
	let nothing = rollup(RollupEvent::Claimed { who: hash, to: hash, token, amount: 1 });
	assert_eq!(notices::of(&nothing, None), None);
}

#[test]
fn a_halt_should_say_who_has_halted() {
	for guardian in [true, false] {
		let mut world = story();
		let side = world.side(A);
		side.status.halted = Halt { guardian, refused: None };
		side.event(RollupEvent::HaltedBecause);
		world.tick();
		assert_eq!(faults(&world.pages)[0].what, What::Halted { guardian });
	}
}

#[test]
fn a_finding_should_say_where_what_and_what_to_do() {
	let world = story();
	let found = audit(&world.pages);
	let json = found[0].to_json();
	assert_eq!(
		(json["name"].as_str(), json["severity"].as_str()),
		(Some("DevelopmentKeys"), Some("warning"))
	);
	assert_eq!((json["chain"].as_u64(), json["at"].as_u64()), (Some(1), Some(1)));
	assert!(json["block"].is_null() && json["hash"].is_null());
	let block = Some((BlockNumber(7), [0xab; 32]));
	let what = What::RootMismatch { refusal: Refusal::RootMismatch };
	let finding = Finding { chain: B, at: 9, block, what };
	let text = finding.to_string();
	let begin = "alarm RootMismatch: chain 2, block 9, block 7 of the rollup (0xabababab…): ";
	assert!(text.starts_with(begin), "{text}");
	assert!(text.ends_with(finding.what.remedy()), "{text}");
	assert_eq!(finding.to_json()["block"].as_u64(), Some(7));
}

/// One of each.
fn all() -> Vec<What> {
	let (hash, to, token) = ([0; 32], BlockNumber(1), TokenId(1));
	let refusal = Refusal::RootMismatch;
	vec![
		What::RootMismatch { refusal },
		What::BadHeader { refusal },
		What::NotPosted,
		What::UnknownBlock { stage: Stage::Proven },
		What::HeadersDiffer { epoch: 0, other: B, there: hash },
		What::OwedDiffers { token, owed: 1, computed: 2 },
		What::Insolvent { token, owed: 2, held: 1 },
		What::SharesDiffer { slot: PoolSlot(0), shares: 1, supply: 2 },
		What::PaymentDiffers { place: 0, due: None, paid: None },
		What::CertifiedUnproven { other: B, there: None },
		What::BadCertificate { fault: CertificateFault::OtherMembers },
		What::BadProof { fault: ProofFault::OtherKeys },
		What::RequestExpired { index: 0, expires: 1 },
		What::RequestLate { index: 0, left: 1 },
		What::Unchecked { evidence: Evidence::Proofs },
		What::DevelopmentKeys,
		What::Stalled { awaited: Stage::Proven, seconds: 1 },
		What::ChainSilent { seconds: 1 },
		What::ChainUnreachable { reason: String::new() },
		What::Halted { guardian: true },
		What::BlockRefused,
		What::ExodusBegun,
		What::MemberSlashed { key: hash },
		What::Resumed,
		What::Reverted { to, epoch: 1 },
		What::FreezeFixed,
		What::DepositsPaused { paused: true },
		What::KeyAnnounced { version: 1, digest: hash, usable_from: 1 },
		What::KeyRetired { version: 1 },
		What::EpochAnnounced { epoch: 1, first_block: to, usable_from: 1 },
		What::EpochWithdrawn { epoch: 1 },
		What::CodeAnnounced { hash, usable_from: 1 },
		What::OperatorsChanged { operators: vec![] },
		What::GuardianChanged { guardian: None },
		What::PastUnseen,
	]
}

#[test]
fn every_kind_should_have_a_name_of_its_own_and_a_severity_that_fits() {
	let all = all();
	let names: BTreeSet<_> = all.iter().map(What::name).collect();
	assert_eq!(names.len(), all.len());
	let severities: Vec<_> = all.iter().map(What::severity).collect();
	assert!(severities.is_sorted_by(|one, next| one >= next), "{severities:?}");
	let count = |severity| severities.iter().filter(|it| **it == severity).count();
	assert_eq!((count(Severity::Alarm), count(Severity::Warning)), (13, 10));
	for what in &all {
		assert!(!what.to_string().is_empty() && !what.remedy().is_empty(), "{what:?}");
		assert!(!what.halt_helps() || what.severity() == Severity::Alarm, "{what:?}");
	}
	// A block that cannot be replayed because of another one is not told again.
	assert_eq!(roots::check(Outcome::Skipped), None);
}
