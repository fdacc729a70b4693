// SPDX-License-Identifier: Apache-2.0

//! Certificates and proofs that a chain has taken, and should not have.

use super::{
	auditor, faults, names,
	story::{funded, page, third},
	world::{A, B, Built, World},
};
use crate::{
	What,
	checks::{oracles, proofs},
	finding::{CertificateFault, Evidence, ProofFault},
};
use ligature_chain::{Posted, RollupEvent};
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, Timestamp},
	refusal::Refusal,
	vote::Certificate,
};

fn proven(event: &RollupEvent) -> bool {
	matches!(event, RollupEvent::BlockProven { .. })
}

fn certified(event: &RollupEvent) -> bool {
	matches!(event, RollupEvent::BlockCertified { .. })
}

/// A third block that is proven and certified on both chains.
fn certified_world() -> (World, Built) {
	let (mut world, _) = funded();
	let block = third(&mut world);
	for step in [World::commit, World::prove, World::certify] {
		[A, B].into_iter().for_each(|chain| step(&mut world, chain, &block));
		world.tick();
	}
	(world, block)
}

#[test]
fn a_certificate_that_does_not_hold_should_be_named() {
	let (world, block) = certified_world();
	assert_eq!(faults(&world.pages), []);
	let mut signed = Certificate::decode(&world.certificate(&block.header, 3), 4).unwrap();
	signed.signatures[1].1[0] ^= 1;
	let later = Header {
		timestamp: Timestamp::new(block.header.timestamp.get() + 1).unwrap(),
		..block.header.clone()
	};
	let cases = [
		(world.certificate(&block.header, 2), CertificateFault::Refused(Refusal::NotEnoughSigners)),
		(signed.encode(4).unwrap(), CertificateFault::Refused(Refusal::BadCertificate)),
		(world.certificate(&later, 3), CertificateFault::OtherMessage),
		(vec![1; 230], CertificateFault::Refused(Refusal::UnknownKind)),
	];
	for (certificate, fault) in cases {
		let mut pages = world.pages.clone();
		let posted = page(&mut pages, A, certified).posted.values_mut();
		posted.for_each(|posted| *posted = Posted::Certificate(certificate.clone()));
		let found = faults(&pages);
		assert_eq!(names(&found), ["BadCertificate"], "{found:?}");
		assert_eq!(found[0].what, What::BadCertificate { fault });
	}
}

#[test]
fn members_should_be_those_of_the_header() {
	let (world, block) = certified_world();
	let mut members = world.members();
	let certificate = world.certificate(&block.header, 4);
	assert_eq!(oracles::check(&block.header, &members, &certificate), Ok(()));
	members.pop();
	let fault = oracles::check(&block.header, &members, &certificate);
	assert_eq!(fault, Err(CertificateFault::OtherMembers));
	assert_eq!(oracles::check(&block.header, &[], &[]), Err(CertificateFault::OtherMembers));
}

#[test]
fn proofs_that_do_not_hold_should_be_named() {
	let (mut world, _) = funded();
	let block = third(&mut world);
	for step in [World::commit, World::prove] {
		[A, B].into_iter().for_each(|chain| step(&mut world, chain, &block));
		world.tick();
	}
	assert_eq!(faults(&world.pages), []);
	let good = world.proofs(&block.header);
	assert_eq!(good.len(), 3, "two halves and the join");
	let rejected = |place| ProofFault::Proof {
		place,
		reason: "the proof does not hold for these inputs under this key".into(),
	};
	let cases = [
		(vec![good[1], good[0], good[2]], rejected(0)),
		(vec![good[0], good[1], good[1]], rejected(2)),
		(good[..2].to_vec(), ProofFault::Count { found: 2, wanted: 3 }),
	];
	for (proofs, fault) in cases {
		let mut pages = world.pages.clone();
		for posted in page(&mut pages, B, proven).posted.values_mut() {
			let (number, hash) = (block.number(), block.hash());
			*posted = Posted::Proofs { number, hash, proofs: proofs.clone() };
		}
		let found = faults(&pages);
		assert_eq!(names(&found), ["BadProof"], "{found:?}");
		assert_eq!((found[0].chain, &found[0].what), (B, &What::BadProof { fault }));
	}
	// Bytes that are no proof.
	let keys = proofs::Keys::new(&world.keys);
	let bytes = [good[0], [7; 192], good[2]];
	let fault = proofs::check(&keys, &block.header, &bytes);
	assert!(matches!(fault, Err(ProofFault::Proof { place: 1, .. })), "{fault:?}");
}

#[test]
fn keys_should_be_those_that_the_header_names() {
	let (mut world, _) = funded();
	let block = third(&mut world);
	let good = world.proofs(&block.header);
	let keys = proofs::Keys::new(&world.keys);
	assert_eq!(proofs::check(&keys, &block.header, &good), Ok(()));
	let other = Header { keys_digest: [0; 32], ..block.header.clone() };
	assert_eq!(proofs::check(&keys, &other, &good), Err(ProofFault::OtherKeys));
	let version = Header { circuit_version: 9, ..block.header.clone() };
	let fault = proofs::check(&keys, &version, &good);
	assert_eq!(fault, Err(ProofFault::NoKey { place: 0 }));
	assert!(keys.development());
	world.keys.iter_mut().for_each(|key| key.development = false);
	assert!(!proofs::Keys::new(&world.keys).development());
}

#[test]
fn what_stands_in_no_extrinsic_of_its_own_should_be_called_unchecked() {
	type Wanted = fn(&RollupEvent) -> bool;
	let cases: [(Wanted, Evidence); 2] =
		[(proven, Evidence::Proofs), (certified, Evidence::Certificate)];
	for (wanted, evidence) in cases {
		let mut pages = certified_world().0.pages;
		page(&mut pages, A, wanted).posted.clear();
		let found = faults(&pages);
		assert_eq!(names(&found), ["Unchecked"], "{found:?}");
		assert_eq!(found[0].what, What::Unchecked { evidence });
	}
}

#[test]
fn a_certificate_should_wait_for_the_other_chain_no_longer_than_clocks_differ() {
	let (mut world, _) = funded();
	let block = third(&mut world);
	for chain in [A, B] {
		world.commit(chain, &block);
	}
	world.prove(A, &block);
	world.tick();
	world.certify(A, &block);
	world.tick();
	world.pass(54);
	assert_eq!(faults(&world.pages), []);
	world.pass(12);
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["CertifiedUnproven"], "{found:?}");
	assert_eq!(found[0].what, What::CertifiedUnproven { other: B, there: None });
	assert_eq!((found[0].chain, found[0].block), (A, Some((BlockNumber(3), block.hash()))));
}

#[test]
fn a_certificate_for_what_another_chain_has_proven_differently_should_be_named() {
	let (mut world, _) = funded();
	let here = third(&mut world);
	let mut there = here.clone();
	there.header.timestamp = Timestamp::new(here.header.timestamp.get() + 1).unwrap();
	for (chain, block) in [(A, &here), (B, &there)] {
		world.commit(chain, block);
		world.prove(chain, block);
	}
	world.tick();
	world.certify(A, &here);
	world.tick();
	world.pass(66);
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["HeadersDiffer", "CertifiedUnproven"], "{found:?}");
	let what = What::CertifiedUnproven { other: B, there: Some(there.hash()) };
	assert_eq!(found[1].what, what);
}

#[test]
fn a_chain_that_is_read_late_should_be_waited_for() {
	let (world, _) = certified_world();
	let mut auditor = auditor();
	let (first, second): (Vec<_>, Vec<_>) =
		world.pages.iter().cloned().partition(|page| page.chain == A);
	let found = first.iter().chain(&second).flat_map(|page| auditor.read(page));
	let found: Vec<_> = found.filter(|finding| finding.what.halt_helps()).collect();
	assert_eq!(found, []);
}
