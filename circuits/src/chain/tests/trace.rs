// SPDX-License-Identifier: Apache-2.0

//! State, block and transactions that do not belong together give an error that says so.

use super::world::{A, AB, B, Block, VERSION, World, at, fee, index};
use crate::chain::{ChainWitness, Script, Step, TraceError};
use ligature_primitives::{
	amount::Amount,
	ids::{PoolSlot, Side, TokenId},
	op::{Cell, CellCode, Operation, Transaction},
};

/// A block with a swap out of chain A, which takes a fee.
fn block() -> Block {
	let world = World::new();
	world.try_block(vec![world.swap(AB, Side::Zero, 1_000, at(2)).into()])
}

fn transactions(block: &Block) -> Vec<Transaction> {
	block.operations.iter().filter_map(Operation::transaction).collect()
}

/// What comes of a changed block on chain A.
fn of_block(change: impl FnOnce(&mut Block, &mut Vec<Transaction>)) -> Result<(), TraceError> {
	let mut block = block();
	let mut transactions = transactions(&block);
	change(&mut block, &mut transactions);
	let when = (block.sealed.number, block.sealed.timestamp);
	let (state, part) = (&block.before[0], &block.sealed.chains[0]);
	let network = block.network.id();
	ChainWitness::of_block(state, network, VERSION, when, part, &transactions).map(drop)
}

/// What comes of a changed script on chain A.
fn play(change: impl FnOnce(&mut Script)) -> Result<(), TraceError> {
	let (before, mut script) = block().script(A);
	change(&mut script);
	script.play(&before).map(drop)
}

#[test]
fn a_block_should_start_and_end_where_its_header_says() {
	assert_eq!(of_block(|_, _| ()), Ok(()));
	let other = of_block(|block, _| block.before.swap(0, 1));
	assert_eq!(other, Err(TraceError::WrongChain { chain: A, state: B }));
	let later = of_block(|block, _| {
		let mut world = World::new();
		world.block(1, vec![world.withdraw(1).into()]);
		block.before = world.ledger.states().to_vec();
	});
	assert_eq!(later, Err(TraceError::OldState));
	let end = of_block(|block, _| {
		block.sealed.chains[0].header.new_root += ark_bls12_381::Fr::from(1u64)
	});
	assert_eq!(end, Err(TraceError::NewState));
	let next = of_block(|block, _| block.sealed.chains[0].header.new_next += 1);
	assert_eq!(next, Err(TraceError::NewState));
	let data = of_block(|block, _| block.sealed.chains[0].data.halves.clear());
	assert_eq!(data, Err(TraceError::Left));
	let class = of_block(|block, _| {
		block.sealed.chains[0].header.size_class = Default::default();
	});
	assert_eq!(class, Err(TraceError::Data(ligature_primitives::refusal::Refusal::BlockFull)));
	let mut block = block();
	block.before.pop();
	let sealed = ChainWitness::of_sealed(&block.before, block.network.id(), 1, &block.sealed, &[]);
	assert_eq!(sealed, Err(TraceError::ChainCount { chains: 2, states: 1 }));
}

#[test]
fn transactions_should_be_those_of_the_block() {
	let none = of_block(|_, transactions| transactions.clear());
	assert_eq!(none, Err(TraceError::Transaction { slot: 0 }));
	let twice = of_block(|_, transactions| transactions.push(transactions[0].clone()));
	assert_eq!(twice, Err(TraceError::Left));
	let malformed = of_block(|_, transactions| {
		let Transaction::Swap(swap) = &mut transactions[0] else { panic!("a swap") };
		swap.key = ligature_primitives::keys::PublicKey([0xFF; 32]).into();
	});
	assert_eq!(malformed, Err(TraceError::Signature { slot: 0 }));
}

#[test]
fn the_log_should_be_that_of_the_block() {
	let none = of_block(|block, _| block.sealed.chains[0].log.clear());
	assert_eq!(none, Err(TraceError::Log { slot: 0 }));
	let other = of_block(|block, _| block.sealed.chains[0].log[0].code = CellCode::SwapOut);
	assert_eq!(other, Err(TraceError::Log { slot: 0 }));
	let twice = of_block(|block, _| {
		let log = &mut block.sealed.chains[0].log;
		log.push(log[0].clone());
	});
	assert_eq!(twice, Err(TraceError::Left));
}

#[test]
fn pools_should_be_there_and_stay_in_range() {
	let none = of_block(|block, _| block.sealed.chains[0].data.registers.clear());
	assert_eq!(none, Err(TraceError::Pool { slot: 0 }));
	let missing = play(|script| script.registers = vec![PoolSlot(77)]);
	assert_eq!(missing, Err(TraceError::Pool { slot: 0 }));
	let absent = play(|script| {
		script.registers = vec![PoolSlot(77)];
		script.steps[0].pool = Some(PoolSlot(77));
	});
	assert_eq!(absent, Err(TraceError::Pool { slot: 0 }));
	let created = play(|script| script.registers.push(PoolSlot(77)));
	assert_eq!(created, Err(TraceError::Left));
	let full = play(|script| script.steps[0].cell.amount = Amount::MAX);
	assert_eq!(full, Err(TraceError::Reserve { slot: 0 }));
	let many = play(|script| script.registers = (0..9).map(PoolSlot).collect());
	assert_eq!(many, Err(TraceError::TooMany));
	let long = play(|script| script.steps.push(Step::NOOP));
	assert_eq!(long, Err(TraceError::TooMany));
}

#[test]
fn fees_should_be_of_few_tokens() {
	let many = play(|script| {
		let transaction = script.transactions[0].clone();
		for (token, step) in (0..).zip(&mut script.steps) {
			let withdrawal = Cell { fee: fee(1), ..Cell::new(CellCode::Withdraw, index(2)) };
			*step = Step { cell: withdrawal, pool: None, token: TokenId(token) };
		}
		script.transactions = vec![transaction; script.steps.len()];
		script.registers.clear();
		script.log.clear();
	});
	assert_eq!(many, Err(TraceError::FeeTokens));
}
