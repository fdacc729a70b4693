// SPDX-License-Identifier: Apache-2.0

//! Sharing the work on one block.

use crate::{
	blocks,
	board::{Act, Board, name_of},
	connect, given,
	quick::{Quick, holds, simulate},
	wait,
	world::Block,
};
use ligature_operator_api::{Bytes, PartName};
use ligature_primitives::ids::ChainId;
use ligature_prover::{
	Bundle, Part,
	job::WatchJob,
	service::{Work, WorkError},
	watch::CancelFlag,
};
use ligature_proving::{Operator, Pace, SharedWork};
use std::{
	thread,
	time::{Duration, Instant},
};

const PARTS: [Part; 3] = [Part::Half(ChainId(1)), Part::Half(ChainId(2)), Part::Join];
/// Longer than any test.
const FOR_EVER: Duration = Duration::from_secs(600);

/// The block that is proven.
fn block() -> &'static Block {
	&blocks()[2]
}

fn names() -> [PartName; 3] {
	PARTS.map(name_of)
}

fn pace(patience: Duration) -> Pace {
	Pace { poll: Duration::from_millis(50), patience }
}

/// A prover for this board, who waits for others as long as it takes.
fn shared<'a>(board: &Board, quick: &'a Quick) -> SharedWork<&'a Quick> {
	let work = SharedWork::new(connect(board), quick).unwrap();
	work.with_pace(pace(FOR_EVER))
}

fn prove(work: &impl Work, watch: &dyn WatchJob) -> Result<Bundle, WorkError> {
	work.prove(&block().header, given(block()), watch)
}

/// Whether it is all the proofs of the block, in order, and each of them holds.
fn assert_complete(board: &Board, bundle: &Bundle) {
	assert_eq!(bundle.number, block().header.number);
	assert_eq!(bundle.proofs.iter().map(|(part, _)| *part).collect::<Vec<_>>(), PARTS);
	for (part, proof) in &bundle.proofs {
		assert!(holds(&board.statement(block(), name_of(*part)), proof), "{part}");
	}
}

/// Whose proof of a part it is.
fn is_of(board: &Board, bundle: &Bundle, part: Part, salt: u64) -> bool {
	let statement = board.statement(block(), name_of(part));
	*bundle.proof(part).unwrap() == simulate(&statement, salt)
}

#[test]
fn two_provers_should_divide_the_parts_and_both_have_the_bundle() {
	let board = Board::with(60, block());
	let (one, other) = (Quick::slow(1), Quick::slow(2));
	let bundles = thread::scope(|scope| {
		let board = &board;
		let provers = [&one, &other];
		let running =
			provers.map(|quick| scope.spawn(move || prove(&shared(board, quick), &()).unwrap()));
		wait("both work", || provers.iter().all(|quick| quick.begun().len() == 1));
		provers.iter().for_each(|quick| quick.allow(3));
		running.map(|bundle| bundle.join().unwrap())
	});
	assert_complete(&board, &bundles[0]);
	assert_eq!(bundles[0], bundles[1]);
	let mut all = [one.made(), other.made()].concat();
	all.sort();
	assert_eq!(all, PARTS, "each part was proven once");
	assert_eq!(board.proofs(block()).len(), 3);
}

#[test]
fn a_share_should_be_somebody_else_s_when_its_prover_dies() {
	let board = Board::with(3, block());
	let quick = Quick::slow(1);
	let work = shared(&board, &quick);
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &()).unwrap());
		wait("it works", || !quick.begun().is_empty());
		let given = Instant::now();
		board.state().give_away(block(), name_of(PARTS[1]));
		quick.allow(3);
		wait("all that is free is done", || quick.made().len() == 2);
		assert_eq!(quick.made(), [PARTS[0], PARTS[2]]);
		assert_complete(&board, &running.join().unwrap());
		assert!(given.elapsed() >= Duration::from_secs(3), "the lease was waited for");
	});
	assert_eq!(quick.made(), [PARTS[0], PARTS[2], PARTS[1]]);
}

#[test]
fn a_bad_proof_should_not_be_taken() {
	let board = Board::with(60, block());
	let [half, other, join] = names();
	// A proof of something else, no proof, something too short, and one of a part that the block has not.
	let foreign = simulate(&board.statement(block(), other), 9);
	board.put(block(), half, &foreign);
	board.put(block(), other, &[7; 192]);
	board.state().post(block()).proofs.insert(join, Bytes(vec![0; 191]));
	board.put(block(), PartName::Half(4), &foreign);
	let quick = Quick::new(1);
	let bundle = prove(&shared(&board, &quick), &()).unwrap();
	assert_complete(&board, &bundle);
	let mut made = quick.made();
	made.sort();
	assert_eq!(made, PARTS);
	assert!(board.acts(Act::Took).is_empty(), "the board believes that it has them all");
	for part in names() {
		let proof = &board.proofs(block())[&part];
		assert!(holds(&board.statement(block(), part), &proof.0), "a good one was brought");
	}
}

#[test]
fn a_good_proof_should_be_taken() {
	let board = Board::with(60, block());
	let [_, other, _] = names();
	board.put(block(), other, &simulate(&board.statement(block(), other), 9));
	let quick = Quick::new(1);
	let bundle = prove(&shared(&board, &quick), &()).unwrap();
	assert_complete(&board, &bundle);
	assert!(is_of(&board, &bundle, PARTS[1], 9));
	assert_eq!(quick.made(), [PARTS[0], PARTS[2]]);
}

#[test]
fn everything_should_be_proven_when_the_operator_is_down() {
	let mut board = Board::with(60, block());
	let quick = Quick::new(1);
	let work = shared(&board, &quick);
	board.stop();
	let bundle = prove(&work, &()).unwrap();
	assert_complete(&board, &bundle);
	assert_eq!(quick.made(), PARTS);

	// It is back before the next, and has everything at once.
	board.start();
	assert_complete(&board, &prove(&work, &()).unwrap());
	assert_eq!(board.proofs(block()).len(), 3);
}

#[test]
fn proofs_should_be_brought_when_the_operator_comes_back() {
	let mut board = Board::with(60, block());
	let quick = Quick::slow(1);
	let work = shared(&board, &quick);
	board.stop();
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &()).unwrap());
		wait("it begins alone", || !quick.begun().is_empty());
		board.start();
		quick.allow(3);
		assert_complete(&board, &running.join().unwrap());
	});
	assert_eq!(board.proofs(block()).len(), 3);
	assert_eq!(board.acts(Act::Took).len(), 2, "the other two were shares");
}

#[test]
fn a_cancelled_prover_should_give_its_share_back_at_once() {
	let board = Board::with(60, block());
	let (quick, stop) = (Quick::slow(1), CancelFlag::default());
	// As in a node that stops: the connection hears of it, too.
	let operator = Operator::new(&board.url(), stop.clone()).unwrap();
	let work = SharedWork::new(operator, &quick).unwrap();
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &stop));
		wait("it proves", || !quick.begun().is_empty());
		assert_eq!(board.state().leased(block()), [names()[0]]);
		let cancelled = Instant::now();
		stop.cancel();
		assert!(matches!(running.join().unwrap(), Err(WorkError::Cancelled(_))));
		assert!(cancelled.elapsed() < Duration::from_secs(2));
	});
	assert_eq!(board.acts(Act::Released), [names()[0]]);
	assert!(board.state().leased(block()).is_empty());
}

#[test]
fn a_cancelled_prover_should_not_wait_for_others() {
	let board = Board::with(60, block());
	for part in names() {
		board.state().give_away(block(), part);
	}
	let (quick, stop) = (Quick::new(1), CancelFlag::default());
	let work = shared(&board, &quick);
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &stop));
		thread::sleep(Duration::from_millis(300));
		assert!(!running.is_finished());
		stop.cancel();
		assert!(matches!(running.join().unwrap(), Err(WorkError::Cancelled(_))));
	});
	assert!(quick.begun().is_empty());
}

#[test]
fn a_share_should_be_renewed_while_it_is_proven() {
	let board = Board::with(3, block());
	let (slow, other) = (Quick::slow(1), Quick::new(2));
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&shared(&board, &slow), &()).unwrap());
		wait("the slow one works", || !slow.begun().is_empty());
		let faster = scope.spawn(|| prove(&shared(&board, &other), &()).unwrap());
		// Longer than the lease.
		wait("it renews", || board.acts(Act::Renewed).len() > 3);
		assert!(!faster.is_finished());
		slow.allow(1);
		let bundle = faster.join().unwrap();
		assert_eq!(bundle, running.join().unwrap());
		assert_complete(&board, &bundle);
	});
	assert_eq!((slow.made(), other.made()), (vec![PARTS[0]], vec![PARTS[1], PARTS[2]]));
	assert!(board.acts(Act::Lost).is_empty());
}

#[test]
fn the_work_on_a_share_should_stop_when_somebody_has_delivered() {
	let board = Board::with(1, block());
	let quick = Quick::slow(1);
	let work = shared(&board, &quick);
	let [first, second, third] = names();
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &()).unwrap());
		for (count, part) in [first, second, third].into_iter().enumerate() {
			wait("it begins", || quick.begun().len() == count + 1);
			// Something that is no proof does not stop it.
			board.state().give_away(block(), part);
			board.put(block(), part, &[7; 192]);
			wait("it hears", || board.acts(Act::Lost).contains(&part));
			thread::sleep(Duration::from_millis(200));
			assert_eq!(quick.begun().len(), count + 1);
			board.put(block(), part, &simulate(&board.statement(block(), part), 9));
		}
		let bundle = running.join().unwrap();
		assert_complete(&board, &bundle);
		assert!(PARTS.iter().all(|part| is_of(&board, &bundle, *part, 9)));
	});
	assert!(quick.made().is_empty());
}

#[test]
fn the_work_on_a_share_should_go_on_when_only_the_lease_is_lost() {
	let board = Board::with(1, block());
	let quick = Quick::slow(1);
	let work = shared(&board, &quick);
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &()).unwrap());
		wait("it begins", || !quick.begun().is_empty());
		board.state().give_away(block(), names()[0]);
		wait("it hears", || board.acts(Act::Lost).contains(&names()[0]));
		thread::sleep(Duration::from_millis(200));
		quick.allow(3);
		assert_complete(&board, &running.join().unwrap());
	});
	assert_eq!((quick.begun(), quick.made()), (PARTS.to_vec(), PARTS.to_vec()));
	assert_eq!(board.acts(Act::Brought), names());
}

#[test]
fn an_operator_that_gives_no_work_should_not_keep_a_block_from_being_proven() {
	// It says that others are at work, or wants what is not part of the block.
	for offer in [None, Some(PartName::Half(4))] {
		let board = Board::with(60, block());
		board.state().stingy = true;
		board.state().offer = offer;
		let quick = Quick::new(1);
		let work = SharedWork::new(connect(&board), &quick).unwrap();
		let work = work.with_pace(pace(Duration::from_millis(200)));
		let bundle = prove(&work, &()).unwrap();
		assert_complete(&board, &bundle);
		assert_eq!(quick.made(), PARTS);
		assert_eq!(board.proofs(block()).len(), 3, "and it is given them all the same");
	}
}

#[test]
fn a_proof_should_be_brought_again_when_the_operator_has_lost_it() {
	let board = Board::with(60, block());
	let quick = Quick::slow(1);
	let work = shared(&board, &quick);
	let [first, ..] = names();
	quick.allow(1);
	thread::scope(|scope| {
		let running = scope.spawn(|| prove(&work, &()).unwrap());
		wait("the second begins", || quick.begun().len() == 2);
		board.state().post(block()).proofs.remove(&first).unwrap();
		quick.allow(3);
		assert_complete(&board, &running.join().unwrap());
	});
	assert_eq!(quick.made(), PARTS, "it was not proven again");
	assert!(board.proofs(block()).contains_key(&first));
}

#[test]
fn a_bundle_should_be_complete_when_the_operator_takes_no_proof() {
	let board = Board::with(60, block());
	board.state().picky = true;
	let quick = Quick::new(1);
	let work = SharedWork::new(connect(&board), &quick).unwrap();
	let work = work.with_pace(pace(Duration::from_millis(200)));
	assert_complete(&board, &prove(&work, &()).unwrap());
	assert_eq!(quick.made(), PARTS);
}

#[test]
fn a_part_that_cannot_be_proven_should_be_given_back_with_the_reason() {
	let board = Board::with(60, block());
	let quick = Quick { cannot: vec![PARTS[1]], ..Quick::new(1) };
	let error = prove(&shared(&board, &quick), &()).unwrap_err();
	assert!(error.to_string().contains("half of chain 2 of block 3"), "{error}");
	assert_eq!(board.acts(Act::Released), [names()[1]]);
	assert_eq!(board.acts(Act::Brought), [names()[0]]);
}

#[test]
fn another_block_than_the_header_s_should_be_refused_before_any_work() {
	let board = Board::with(60, block());
	let quick = Quick::new(1);
	let mut block_ = given(block());
	block_.record.operations.pop();
	let error = shared(&board, &quick).prove(&block().header, block_, &()).unwrap_err();
	assert!(matches!(error, WorkError::OtherBlock(_)), "{error}");
	assert!(quick.begun().is_empty() && board.acts(Act::Took).is_empty());
}
