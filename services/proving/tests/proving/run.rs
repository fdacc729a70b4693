// SPDX-License-Identifier: Apache-2.0

//! The stand-alone prover.

use crate::{
	blocks,
	board::{Act, Board},
	connect,
	quick::{Quick, holds, simulate},
	wait,
	world::Block,
};
use ligature_operator_api::{ApiError, Bytes, PartName};
use ligature_prover::{key::KeyStore, watch::CancelFlag};
use ligature_proving::{Operator, ProverConfig, RunError, Tally, prove_for, run_prover};
use std::{num::NonZero, thread, time::Duration};

/// Runs a prover for this board until `until` is over.
fn run(board: &Board, quick: &Quick, until: impl FnOnce()) -> Tally {
	let stop = CancelFlag::default();
	let operator = Operator::new(&board.url(), stop.clone()).unwrap();
	thread::scope(|scope| {
		let running =
			scope.spawn(|| prove_for(&operator, &quick, NonZero::<usize>::MIN, &stop).unwrap());
		until();
		// What the board has done, the prover hears a little later.
		thread::sleep(Duration::from_millis(300));
		stop.cancel();
		running.join().unwrap()
	})
}

fn proven(board: &Board, block: &Block) -> bool {
	let proofs = board.proofs(block);
	proofs.iter().all(|(part, proof)| holds(&board.statement(block, *part), &proof.0))
		&& proofs.len() == 3
}

#[test]
fn all_wanted_blocks_should_be_proven_the_lowest_first() {
	let board = Board::with(60, &blocks()[3]);
	board.want(&blocks()[2]);
	let quick = Quick::new(1);
	let tally = run(&board, &quick, || {
		wait("both are proven", || blocks()[2..].iter().all(|block| proven(&board, block)));
	});
	assert_eq!(tally, Tally { brought: 6, others: 0, failed: 0 });
	let order = [PartName::Half(1), PartName::Half(2), PartName::Join];
	assert_eq!(board.acts(Act::Brought), [order, order].concat());
}

#[test]
fn an_operator_that_goes_and_comes_should_be_waited_for() {
	let mut board = Board::with(60, &blocks()[2]);
	let (quick, stop) = (Quick::slow(1), CancelFlag::default());
	board.stop();
	let operator = Operator::new(&board.url(), stop.clone()).unwrap();
	thread::scope(|scope| {
		let running =
			scope.spawn(|| prove_for(&operator, &&quick, NonZero::<usize>::MIN, &stop).unwrap());
		thread::sleep(Duration::from_millis(100));
		board.start();
		wait("it begins", || !quick.begun().is_empty());
		// The first proof finds nobody.
		board.stop();
		quick.allow(3);
		wait("it is made", || !quick.made().is_empty());
		thread::sleep(Duration::from_millis(200));
		board.start();
		wait("all are there", || proven(&board, &blocks()[2]));
		thread::sleep(Duration::from_millis(300));
		stop.cancel();
		assert_eq!(running.join().unwrap().brought, 3);
	});
	assert_eq!(quick.made().len(), 3, "nothing was proven twice");
}

#[test]
fn a_block_that_is_not_its_header_s_should_be_left_alone() {
	let board = Board::with(60, &blocks()[2]);
	let mut less = blocks()[2].record.clone();
	less.operations.pop();
	type Damage = fn(&Board, Vec<u8>);
	let damages: [(&str, Damage); 3] = [
		("record", |board, record| {
			board.state().post(&blocks()[2]).bytes.as_mut().unwrap().record = Bytes(record);
		}),
		("header", |board, _| {
			let header = Bytes(blocks()[1].header.encode());
			board.state().post(&blocks()[2]).bytes.as_mut().unwrap().header = header;
		}),
		("no header", |board, _| {
			board.state().post(&blocks()[2]).bytes.as_mut().unwrap().header = Bytes(vec![1]);
		}),
	];
	for (what, damage) in damages {
		board.want(&blocks()[2]);
		damage(&board, less.encode());
		let quick = Quick::new(1);
		let before = board.acts(Act::Took).len();
		let tally = run(&board, &quick, || {
			wait(what, || board.acts(Act::Took).len() > before);
			// Another look: it is not tried again at once.
			thread::sleep(Duration::from_millis(800));
		});
		assert_eq!(tally, Tally { failed: 1, ..Tally::default() }, "{what}");
		assert!(quick.begun().is_empty(), "{what}");
		assert_eq!(board.acts(Act::Took).len(), before + 1, "{what}");
		assert_eq!(board.acts(Act::Released).len(), before + 1, "{what}");
	}
	// The next block is proven all the same, from states that are kept.
	board.post(&blocks()[2], Some(&blocks()[3].before));
	board.state().post(&blocks()[2]).bytes.as_mut().unwrap().record = Bytes(less.encode());
	board.want_only(&blocks()[3]);
	let quick = Quick::new(1);
	let tally = run(&board, &quick, || {
		wait("the next is proven", || proven(&board, &blocks()[3]));
	});
	assert_eq!(tally, Tally { brought: 3, others: 0, failed: 1 });
}

#[test]
fn a_share_should_be_left_when_somebody_else_was_faster() {
	let board = Board::with(1, &blocks()[2]);
	let quick = Quick::slow(1);
	let first = PartName::Half(1);
	let tally = run(&board, &quick, || {
		wait("it begins", || !quick.begun().is_empty());
		board.state().give_away(&blocks()[2], first);
		board.put(&blocks()[2], first, &simulate(&board.statement(&blocks()[2], first), 9));
		wait("it begins another", || quick.begun().len() == 2);
	});
	assert_eq!(tally, Tally { others: 1, ..Tally::default() });
	assert_eq!(board.acts(Act::Released), [PartName::Half(2)], "the last when it was stopped");
}

#[test]
fn a_proof_that_is_not_taken_should_be_counted() {
	let board = Board::with(60, &blocks()[2]);
	board.state().picky = true;
	let quick = Quick::new(1);
	let tally = run(&board, &quick, || wait("all are made", || quick.made().len() == 3));
	assert_eq!(tally, Tally { failed: 3, ..Tally::default() });
}

#[test]
fn an_operator_that_refuses_should_be_asked_again() {
	let board = Board::with(60, &blocks()[2]);
	board.state().answer = Some(ApiError::NotFound { what: "such method".into() });
	let quick = Quick::new(1);
	let tally = run(&board, &quick, || {
		thread::sleep(Duration::from_millis(700));
		board.state().answer = None;
		wait("it is proven", || proven(&board, &blocks()[2]));
	});
	assert_eq!(tally.brought, 3);
}

#[test]
fn what_is_no_address_should_keep_a_prover_from_starting() {
	let config = ProverConfig {
		operator: "127.0.0.1:9944".into(),
		threads: NonZero::<usize>::MIN,
		keys: KeyStore::new("nowhere"),
	};
	let error = run_prover(&config, &CancelFlag::default()).unwrap_err();
	assert!(matches!(error, RunError::Operator(_)), "{error}");
	assert!(connect(&Board::new(1)).url().starts_with("http://127.0.0.1:"));
}
