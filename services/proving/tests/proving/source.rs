// SPDX-License-Identifier: Apache-2.0

//! Blocks from the operator: right ones are given, whatever the way to their ledger, and wrong ones are named.

use crate::{blocks, board::Board, connect, world::Block};
use jsonrpsee::RpcModule;
use ligature_ledger::{ChainState, tree::Sequential};
use ligature_operator_api::{ApiError, Bytes};
use ligature_primitives::poseidon::Word;
use ligature_prover::source::BlockSource;
use ligature_proving::OperatorSource;

fn source(board: &Board) -> OperatorSource<Sequential> {
	OperatorSource::new(connect(board), Sequential)
}

fn assert_gives(source: &impl BlockSource, block: &Block) {
	let given = source.fetch(&block.header).unwrap().expect("the block is there");
	assert_eq!(given.record, block.record);
	let roots = |states: &[ChainState]| states.iter().map(ChainState::root).collect::<Vec<Word>>();
	assert_eq!(roots(given.before.states()), roots(&block.before));
	given.job(&block.header, &Sequential).unwrap();
}

/// What is wrong with the operator, in words.
fn error(board: &Board, block: &Block) -> String {
	source(board).fetch(&block.header).unwrap_err().to_string()
}

/// A board with blocks 1 to 3, of which nothing is wanted.
fn board() -> Board {
	let board = Board::new(60);
	for block in &blocks()[..3] {
		board.post(block, None);
	}
	board
}

#[test]
fn a_block_should_come_with_its_ledger_from_the_genesis_on() {
	let board = board();
	let in_order = source(&board);
	for block in &blocks()[..3] {
		assert_gives(&in_order, block);
		assert_gives(&source(&board), block);
	}
	// The ledger before it is kept; those that led to it are not asked for again.
	for earlier in &blocks()[..2] {
		board.state().posts.remove(&earlier.header.hash().into());
	}
	board.post(&blocks()[3], None);
	assert!(source(&board).fetch(&blocks()[3].header).unwrap().is_none());
	assert_gives(&in_order, &blocks()[3]);
}

#[test]
fn a_block_should_come_with_its_ledger_from_states_that_are_kept() {
	let board = Board::new(60);
	let [_, base, next, last] = blocks() else { panic!("there are four blocks") };
	board.post(base, Some(&next.before));
	board.post(next, None);
	board.post(last, None);
	assert_gives(&source(&board), next);
	assert_gives(&source(&board), last);
	assert!(source(&board).fetch(&base.header).unwrap().is_none(), "nothing leads to it");
}

#[test]
fn blocks_without_a_record_should_be_led_over_by_their_states() {
	// An operator that has started from the chains alone has no records of the blocks before.
	let board = Board::new(60);
	let [_, base, next, last] = blocks() else { panic!("there are four blocks") };
	board.post(base, Some(&next.before));
	board.post(next, None);
	board.post(last, None);
	board.state().post(base).bytes.as_mut().unwrap().record = Bytes(Vec::new());
	assert_gives(&source(&board), last);
	assert!(source(&board).fetch(&base.header).unwrap().is_none(), "nobody can prove it again");
	// Without states nothing leads over it.
	board.state().post(next).bytes.as_mut().unwrap().record = Bytes(Vec::new());
	assert!(source(&board).fetch(&last.header).unwrap().is_none());
}

#[test]
fn a_block_should_not_be_there_while_the_operator_is_not() {
	let mut board = board();
	let source = source(&board);
	let block = &blocks()[2];
	board.stop();
	assert!(source.fetch(&block.header).unwrap().is_none());
	board.start();
	assert_gives(&source, block);

	for passing in ["not now", "failed"].map(String::from) {
		let error = match &*passing {
			"not now" => ApiError::NotNow { reason: passing },
			_ => ApiError::Internal { reason: passing },
		};
		board.state().answer = Some(error);
		assert!(source.fetch(&block.header).unwrap().is_none());
	}
	board.state().answer = None;
	assert_gives(&source, block);
	assert!(source.fetch(&blocks()[3].header).unwrap().is_none(), "it is not built yet");
}

#[test]
fn who_is_no_operator_should_be_named() {
	let mut board = board();
	board.stop();
	board.serve(RpcModule::new(()));
	let message = error(&board, &blocks()[0]);
	assert!(message.contains(&board.url()) && message.contains("-32601"), "{message}");
}

#[test]
fn a_wrong_record_should_be_refused() {
	let [_, two, three, _] = blocks() else { panic!("there are four blocks") };
	// That of another block, on the way to the ledger.
	let board = board();
	board.state().post(two).bytes.as_mut().unwrap().record = Bytes(three.record.encode());
	let message = error(&board, three);
	assert!(message.contains("block 2") && message.contains("continue the ledger"), "{message}");

	// One of the block itself that leads elsewhere.
	let board = self::board();
	let mut record = three.record.clone();
	record.operations.pop();
	board.state().post(three).bytes.as_mut().unwrap().record = Bytes(record.encode());
	let given = source(&board).fetch(&three.header).unwrap().unwrap();
	let mismatch = given.job(&three.header, &Sequential).unwrap_err().to_string();
	assert!(mismatch.contains("the header says"), "{mismatch}");

	// None at all.
	let board = self::board();
	board.state().post(three).bytes.as_mut().unwrap().record = Bytes(b"no record".to_vec());
	let message = error(&board, three);
	assert!(message.contains("record of block 3 from http://"), "{message}");
}

#[test]
fn wrong_states_should_be_refused() {
	let [_, two, three, _] = blocks() else { panic!("there are four blocks") };
	let refused = |states: &[ChainState], damage: fn(&mut Vec<Bytes>)| {
		let board = board();
		board.post(two, Some(states));
		damage(board.state().post(two).states.as_mut().unwrap());
		error(&board, three)
	};
	// Those before the block instead of after it.
	let message = refused(&two.before, |_| {});
	assert!(message.contains("not the one after the header's block"), "{message}");
	let message = refused(&three.before, |states| states[1].0[20] ^= 1);
	assert!(message.contains("state of chain 2 of block 2 from http://"), "{message}");
	for damage in [(|states| drop(states.pop())) as fn(&mut Vec<Bytes>), |states| {
		states.push(states[0].clone());
	}] {
		let message = refused(&three.before, damage);
		assert!(message.contains("not those of the header's chains"), "{message}");
	}
}

#[test]
fn the_header_of_another_block_should_be_refused() {
	let [one, two, three, _] = blocks() else { panic!("there are four blocks") };
	for wanted in [two, three] {
		let board = board();
		board.state().post(two).bytes.as_mut().unwrap().header = Bytes(one.header.encode());
		let message = error(&board, wanted);
		assert!(message.contains("header of block 2 from http://"), "{message}");
		assert!(message.contains("another block"), "{message}");
	}
	let board = board();
	board.state().post(three).bytes.as_mut().unwrap().header.0.pop();
	assert!(error(&board, three).contains("header of block 3"));
}
