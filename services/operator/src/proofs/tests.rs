// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::testing::{ALPHA, BETA, Person, World, deposit, development_keys, simulated};
use ligature_chain::Circuit;

const ANNA: Hash32 = Hash32([1; 32]);
const BERT: Hash32 = Hash32([2; 32]);
const HALVES: [PartName; 2] = [PartName::Half(1), PartName::Half(2)];

/// A world and block 1, in which something happens on both chains.
async fn block() -> (World, Header) {
	let world = World::new().await;
	world.requests(ALPHA, 0, &[deposit(Person(1), 0, 1_000)]).await;
	world.requests(BETA, 0, &[deposit(Person(1), 0, 1_000)]).await;
	let header = world.build().await.header;
	(world, header)
}

/// The name of the error, or none.
fn name(outcome: Result<(), ApiError>) -> Option<String> {
	outcome.err().map(|error| error.name().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_that_hold_should_be_kept_and_complete_the_block() {
	let (world, header) = block().await;
	let (board, number, hash) = (&world.api.proofs, header.number, header.hash());
	let mut notices = world.api.notices.listen();
	assert_eq!(board.wanted().await.expect("it answers"), [(1, hash.into())]);
	for (place, part) in HALVES.into_iter().enumerate() {
		let block = world.api.store.block(number).await.expect("a database").expect("block 1");
		assert_eq!(block.proofs_at, None, "a part lacks still");
		let proof = simulated(&header, part, 1);
		assert_eq!(name(board.prove(number, hash, proof.clone()).await), None);
		assert_eq!(name(board.prove(number, hash, proof).await), None, "the same is no error");
		let proofs = board.proofs(number, hash).await.expect("it answers");
		assert_eq!(proofs.len(), place + 1);
	}
	// Another proof of the same is good, and the first one stays.
	assert_eq!(name(board.prove(number, hash, simulated(&header, HALVES[0], 2)).await), None);
	let proofs = board.proofs(number, hash).await.expect("it answers");
	assert_eq!(proofs, HALVES.map(|part| simulated(&header, part, 1)));
	let block = world.api.store.block(number).await.expect("a database").expect("block 1");
	assert!(block.proofs_at.is_some());
	let mut told = Vec::new();
	while let Ok(notice) = notices.try_recv() {
		told.push(notice);
	}
	assert!(told.contains(&Notice::Block(number)), "{told:?}");
	assert_eq!(board.wanted().await.expect("it answers"), []);
	let taken = board.take(number, hash, ANNA, Instant::now()).await.expect("it answers");
	assert_eq!(taken, None, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_that_do_not_hold_should_be_refused() {
	let (world, header) = block().await;
	let (board, number, hash) = (&world.api.proofs, header.number, header.hash());
	let good = simulated(&header, HALVES[0], 1);
	let refused = async |proof: ProofOf, why: &str| {
		let error = board.prove(number, hash, proof).await.expect_err("it does not hold");
		assert_eq!(error.name(), "BadProof", "{error}");
		assert!(error.to_string().contains(why), "{error}");
	};
	let with = |part, proof: Vec<u8>| ProofOf { part, proof: proof.into() };
	// Of another part: the statement is another one.
	refused(with(HALVES[1], good.proof.0.clone()), "does not hold").await;
	// Of a part that the block does not have: nothing was joint, and there is no third chain.
	refused(with(PartName::Join, good.proof.0.clone()), "no such part").await;
	refused(with(PartName::Half(3), good.proof.0.clone()), "no such part").await;
	// Bytes that are no proof.
	refused(with(HALVES[0], good.proof.0[1..].to_vec()), "191 bytes").await;
	refused(with(HALVES[0], [good.proof.0.clone(), vec![0]].concat()), "193 bytes").await;
	refused(with(HALVES[0], Vec::new()), "0 bytes").await;
	refused(with(HALVES[0], vec![7; 192]), "point A").await;
	let mut identity = vec![0; 192];
	identity[0] = 0xC0;
	refused(with(HALVES[0], identity), "point A").await;
	// A proof of another block.
	world.requests(ALPHA, 1, &[deposit(Person(2), 0, 5)]).await;
	let next = world.build().await.header;
	refused(simulated(&next, HALVES[0], 1), "does not hold").await;
	assert_eq!(board.proofs(number, hash).await.expect("it answers"), []);
	let metric = world.api.metrics.proofs.with_label_values(&["bad"]).get();
	assert_eq!(metric, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_block_of_ours_should_not_be_found() {
	let (world, header) = block().await;
	let (board, number) = (&world.api.proofs, header.number);
	let proof = simulated(&header, HALVES[0], 1);
	for (number, hash) in [(number, [0; 32]), (BlockNumber(9), header.hash())] {
		let now = Instant::now();
		let taken = board.take(number, hash, ANNA, now).await.expect_err("unknown");
		assert_eq!(taken.name(), "NotFound");
		let renewed = board.renew((number, hash, HALVES[0]), ANNA, now).await.expect_err("unknown");
		assert_eq!(renewed.name(), "NotFound");
		assert_eq!(
			name(board.prove(number, hash, proof.clone()).await).as_deref(),
			Some("NotFound")
		);
		assert_eq!(board.proofs(number, hash).await.expect_err("unknown").name(), "NotFound");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn provers_should_divide_the_work_and_replace_each_other() {
	let (world, header) = block().await;
	let (board, number, hash) = (&world.api.proofs, header.number, header.hash());
	let now = Instant::now();
	let take = async |prover, at| board.take(number, hash, prover, at).await.expect("it answers");
	let anna = take(ANNA, now).await.expect("there is work");
	let bert = take(BERT, now).await.expect("there is more");
	assert_ne!(anna.part, bert.part);
	assert_eq!(anna.seconds, LEASE.as_secs());
	assert_eq!(take(Hash32([3; 32]), now).await, None);
	// Anna dies; Bert goes on, and is done.
	let later = now + LEASE - Duration::from_secs(1);
	assert!(board.renew((number, hash, bert.part), BERT, later).await.expect("it answers"));
	let proof = simulated(&header, bert.part, 1);
	assert_eq!(name(board.prove(number, hash, proof).await), None);
	assert_eq!(take(BERT, later).await, None, "it is still Anna's");
	let expired = now + LEASE;
	assert_eq!(take(BERT, expired).await.map(|share| share.part), Some(anna.part));
	let late = board.renew((number, hash, anna.part), ANNA, expired).await;
	assert!(!late.expect("it answers"), "it is Bert's now");
	board.release((number, hash, anna.part), BERT);
	assert_eq!(take(ANNA, expired).await.map(|share| share.part), Some(anna.part));
	// Once all chains have proven the block, there is nothing to do.
	world.counters(0, [1, 1, 0, 0]);
	assert!(take(ANNA, expired).await.is_some(), "the second chain has not");
	world.counters(1, [1, 1, 0, 0]);
	assert_eq!(take(ANNA, expired).await, None);
	assert_eq!(board.wanted().await.expect("it answers"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_should_be_those_that_the_header_names() {
	let (_world, header) = block().await;
	let proof = simulated(&header, HALVES[0], 1).proof.0;
	let all = development_keys();
	let keys = Keys::new(&all).expect("they are keys");
	assert_eq!(keys.check(&header, HALVES[0], &proof), Ok(()));
	let other = Header { keys_digest: [0; 32], ..header.clone() };
	assert_eq!(keys.check(&other, HALVES[0], &proof), Err(CheckError::OtherKeys));
	let version = Header { circuit_version: 9, ..header.clone() };
	assert_eq!(keys.check(&version, HALVES[0], &proof), Err(CheckError::NoKey));
	// A chain that does not have the bytes of a key cannot say what is under it.
	let Circuit::Chain(class) = part(&header, HALVES[0]).expect("a part").circuit else {
		panic!("a half")
	};
	let mut without = all;
	for key in &mut without {
		if key.circuit == Circuit::Chain(class) {
			key.bytes.clear();
		}
	}
	let keys = Keys::new(&without).expect("they are keys");
	assert_eq!(keys.check(&header, HALVES[0], &proof), Err(CheckError::NoKey));
	without[0].bytes = vec![1; 488];
	let bad = Keys::new(&without).expect_err("these bytes are no key");
	assert_eq!(bad.version, 1);
}
