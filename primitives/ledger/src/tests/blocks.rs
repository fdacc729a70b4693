// SPDX-License-Identifier: Apache-2.0

//! Blocks: roots, replay, roll-back, order.

use super::world::*;
use crate::{
	BlockError, ChainState, Ledger, RollbackError, replay,
	tree::{NodeHasher, Sequential, Threads, verify_path},
};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use ligature_primitives::{
	amount::Fee,
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, POOL_DEPTH, SizeClass},
	header::ChainHeader,
	ids::{BlockNumber, PoolSlot, Side, Timestamp, TokenId},
	op::{Operation, Target},
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};
use std::collections::BTreeSet;

/// A busy block: every kind of operation.
fn busy(world: &mut World) {
	world.deposit(A, 5, 7, 123_456, Target::New).unwrap();
	world.apply(world.transfer(1_000, |body| body.fee = fee(3))).unwrap();
	let mut transfer = world.transfer(1_000, |body| {
		body.receiver = owner(6);
		body.token = TokenId(2);
		body.fee = fee(3);
	});
	transfer.target = Target::New;
	world.apply(transfer).unwrap();
	world.apply(world.swap(AB, Side::Zero, 7_000, |body| body.fee = fee(2))).unwrap();
	world.apply(world.swap(AB, Side::One, 7_000, |body| body.fee = fee(2))).unwrap();
	let mut swap = world.swap(AA, Side::One, 7_000, |_| ());
	swap.out = Target::New;
	world.apply(swap).unwrap();
	world.add(2, AB, 500, (9_000, 9_000), 1).unwrap();
	world.apply(world.withdraw(55, |body| body.fee = fee(1))).unwrap();
	world.apply(world.remove(AB, 700, |body| body.fee = fee(1))).unwrap();
	world.apply(world.exit(A, 1, 513)).unwrap();
	world.apply(world.exit(A, 1, 3)).unwrap();
	world
		.create_pool(C, 0, Side::Zero, ligature_primitives::pool::PoolParams { chain0: C, ..AB })
		.unwrap();
}

#[test]
fn replay_gives_the_state_and_refuses_everything_else() {
	let mut world = World::with_pools();
	let before: Vec<ChainState> = world.ledger.states().to_vec();
	busy(&mut world);
	let block = world.seal();
	for (position, chain) in block.chains.iter().enumerate() {
		let fresh = || {
			let mut state = before[position].clone();
			state.abandon();
			state
		};
		let mut state = fresh();
		assert_eq!(replay(&mut state, &chain.header, &chain.bytes), Ok(()));
		assert_same(&state, &world.ledger.states()[position]);
		// Once only.
		let again = state.clone();
		assert_eq!(replay(&mut state, &chain.header, &chain.bytes), Err(Refusal::OldStateMismatch));
		assert_eq!(state, again);
		// A flipped field of the header or byte of the data is found, and the state stays.
		let mut state = fresh();
		for flip in 0..5 {
			let mut header = chain.header.clone();
			let refusal = match flip {
				0 => {
					header.new_root += Word::from(1);
					Refusal::RootMismatch
				},
				1 => {
					header.new_next += 1;
					Refusal::RootMismatch
				},
				2 => {
					header.data_length += 1;
					Refusal::DataLength
				},
				3 => {
					header.data_commitment += Word::from(1);
					Refusal::CommitmentMismatch
				},
				_ => {
					header.chain.0 += 100;
					Refusal::UnknownChain
				},
			};
			assert_eq!(replay(&mut state, &header, &chain.bytes), Err(refusal));
			assert_eq!(state, fresh());
		}
		for at in 0..chain.bytes.len() {
			let mut bytes = chain.bytes.clone();
			bytes[at] ^= 1;
			assert!(replay(&mut state, &chain.header, &bytes).is_err(), "byte {at}");
			assert_eq!(state, fresh());
		}
	}
}

/// Replay of data whose commitment is right but which does not follow from the state.
#[test]
fn replay_refuses_data_that_does_not_follow() {
	let mut world = World::with_pools();
	let before: Vec<ChainState> = world.ledger.states().to_vec();
	busy(&mut world);
	let block = world.seal();
	let chain = &block.chains[0];
	let mut refused = BTreeSet::new();
	for skip in 0..chain.data.halves.len() {
		let mut data = chain.data.clone();
		data.halves.remove(skip);
		let Ok(bytes) = data.encode(chain.header.size_class) else { continue };
		let mut header = chain.header.clone();
		header.data_length = bytes.len() as u32;
		header.data_commitment = data.commitment(header.size_class).unwrap();
		let mut state = before[0].clone();
		state.abandon();
		let fresh = state.clone();
		refused.insert(replay(&mut state, &header, &bytes).unwrap_err());
		assert_eq!(state, fresh);
	}
	assert!(refused.contains(&Refusal::RootMismatch), "{refused:?}");
}

#[test]
fn rolled_back_blocks_never_happened() {
	let mut world = World::with_pools();
	let mut at: Vec<Ledger> = Vec::new();
	let sealed = |world: &World| {
		let mut ledger = world.ledger.clone();
		ledger.abandon();
		ledger
	};
	at.push(sealed(&world));
	for round in 0..3 {
		if round == 1 {
			busy(&mut world);
		} else {
			world.apply(world.transfer(1, |body| body.fee = fee(1))).unwrap();
		}
		world.seal();
		at.push(sealed(&world));
	}
	let last = at.last().unwrap().number();
	for target in at.iter().rev() {
		let mut ledger = world.ledger.clone();
		ledger.rollback(target.number()).unwrap();
		assert_eq!(&ledger, target);
	}
	let mut ledger = world.ledger.clone();
	assert_eq!(
		ledger.rollback(BlockNumber(last.0 + 1)),
		Err(RollbackError::NotBefore { wanted: BlockNumber(last.0 + 1), last })
	);
	ledger.rollback(BlockNumber(0)).unwrap();
	let mut genesis = World::empty().ledger;
	genesis.abandon();
	assert_eq!(ledger, genesis);
	// What is pruned cannot be taken back; the rest can.
	let mut ledger = world.ledger.clone();
	ledger.prune(1);
	let oldest = BlockNumber(last.0 - 1);
	assert_eq!(
		ledger.rollback(BlockNumber(0)),
		Err(RollbackError::Pruned { wanted: BlockNumber(0), oldest })
	);
	ledger.rollback(oldest).unwrap();
	assert_eq!(ledger.final_root(), at[at.len() - 2].final_root());
}

#[test]
fn abandoned_block_never_happened() {
	let mut world = World::with_pools();
	world.ledger.abandon();
	let before = world.ledger.clone();
	world.begin();
	busy(&mut world);
	world.ledger.abandon();
	assert_eq!(world.ledger, before);
}

#[test]
fn operations_on_different_chains_commute() {
	let world = World::with_pools();
	let on_a: [Operation; 2] = [
		world.transfer(10, |body| body.fee = fee(1)).into(),
		world.swap(AA, Side::Zero, 1_000, |_| ()).into(),
	];
	let transfer = world.transfer(20, |body| {
		body.chain = B;
		body.nonce = world.nonce(B, 1);
	});
	let on_b: [Operation; 2] = [transfer.into(), world.exit(B, 2, 3).into()];
	let run = |order: [&Operation; 4]| {
		let mut ledger = world.ledger.clone();
		for operation in order {
			ledger.apply(operation).unwrap();
		}
		(ledger.seal().unwrap(), ledger)
	};
	let [a0, a1] = &on_a;
	let [b0, b1] = &on_b;
	let (block, ledger) = run([a0, a1, b0, b1]);
	for order in [[a0, b0, a1, b1], [a0, b0, b1, a1], [b0, a0, a1, b1], [b0, b1, a0, a1]] {
		let (other_block, other) = run(order);
		assert_eq!(other_block, block);
		assert!(other.states().iter().zip(ledger.states()).all(|(x, y)| x.root() == y.root()));
	}
}

#[test]
fn threads_do_not_change_a_result() {
	let mut world = World::with_pools();
	busy(&mut world);
	let mut other = world.ledger.clone();
	let one = world.ledger.seal().unwrap();
	let two = other.seal_with(&Threads::new(2.try_into().unwrap())).unwrap();
	assert_eq!(one, two);
	assert_eq!(world.ledger, other);
}

/// Counts the hashes.
#[derive(Default)]
struct Counting(AtomicUsize);

impl NodeHasher for Counting {
	fn nodes(&self, domain: Domain, groups: &[[Word; 4]]) -> Vec<Word> {
		self.0.fetch_add(groups.len(), Relaxed);
		Sequential.nodes(domain, groups)
	}
}

#[test]
fn seal_hashes_each_touched_node_once() {
	let mut world = World::funded();
	for _ in 0..10 {
		world.apply(world.transfer(1, |_| ())).unwrap();
	}
	let counting = Counting::default();
	world.ledger.seal_with(&counting).unwrap();
	// One balance of two accounts, two leaves, which share every node of the account tree.
	assert_eq!(counting.0.load(Relaxed), 2 * BALANCE_DEPTH + 2 + ACCOUNT_DEPTH);
}

#[test]
fn paths_prove_accounts_balances_and_pools() {
	let mut world = World::with_pools();
	busy(&mut world);
	world.seal();
	for state in world.ledger.states() {
		let (accounts, pools) = (state.accounts_root(), state.pools_root());
		assert_eq!(state.root(), hash(Domain::ROOT, &[accounts, pools]));
		for (index, account) in state.accounts() {
			let leaf = state.leaf(index).unwrap();
			assert!(verify_path(
				Domain::ACCOUNT_NODE,
				ACCOUNT_DEPTH as u8,
				accounts,
				index.get(),
				leaf.hash(),
				&state.account_path(index),
			));
			for token in [0, 1, 512, 1023].map(TokenId) {
				let balance = Word::from(account.balance(token).get());
				assert!(verify_path(
					Domain::BALANCE_NODE,
					BALANCE_DEPTH as u8,
					leaf.balances,
					token.0.into(),
					balance,
					&state.balance_path(index, token).unwrap(),
				));
			}
		}
		for (slot, leaf) in state.pools() {
			let path = state.pool_path(slot);
			let slot = slot.0.into();
			assert!(verify_path(
				Domain::POOL_NODE,
				POOL_DEPTH as u8,
				pools,
				slot,
				leaf.hash(),
				&path
			));
		}
		assert!(verify_path(
			Domain::POOL_NODE,
			POOL_DEPTH as u8,
			pools,
			1023,
			Word::from(0),
			&state.pool_path(PoolSlot(1023)),
		));
	}
}

#[test]
fn blocks_continue_the_ledger() {
	let mut world = World::funded();
	let params = world.ledger.open_block().unwrap().clone();
	assert_eq!(world.ledger.begin_block(params.clone()), Err(BlockError::AlreadyOpen));
	world.ledger.abandon();
	assert_eq!(world.ledger.seal(), Err(BlockError::NotOpen));
	let mut refuse = |change: &dyn Fn(&mut crate::BlockParams), refusal| {
		let mut params = params.clone();
		change(&mut params);
		assert_eq!(world.ledger.begin_block(params), Err(BlockError::Refused(refusal)));
	};
	refuse(&|p| p.number.0 += 1, Refusal::WrongNumber);
	refuse(&|p| p.number.0 -= 1, Refusal::WrongNumber);
	refuse(&|p| p.timestamp = Timestamp::new(START).unwrap(), Refusal::TimestampOrder);
	refuse(&|p| p.fee_accounts.truncate(2), Refusal::ChainCount);
	refuse(&|p| p.classes.push(SizeClass::EMPTY), Refusal::ChainCount);
	world.ledger.begin_block(params).unwrap();
}

#[test]
fn empty_blocks_change_nothing() {
	let mut world = World::funded();
	let root = world.ledger.states()[0].root();
	let block = world.seal();
	for chain in &block.chains {
		let header = &chain.header;
		assert_eq!(*header, ChainHeader::unchanged(header.chain, header.old_root, header.old_next));
		assert!(chain.bytes.is_empty());
	}
	assert_eq!(block.chains[0].header.new_root, root);
	assert!(block.join_class.is_empty());
}

#[test]
fn fees_of_a_block_come_together() {
	let mut world = World::with_pools();
	for _ in 0..3 {
		world.apply(world.transfer(1, |body| body.fee = fee(2))).unwrap();
	}
	world.apply(world.swap(AB, Side::Zero, 1_000, |body| body.fee = fee(5))).unwrap();
	world.apply(world.swap(AB, Side::One, 1_000, |body| body.fee = fee(7))).unwrap();
	world.apply(world.transfer(1, |body| body.fee = Fee::ZERO)).unwrap();
	let block = world.seal();
	assert_eq!(world.balance(A, 0, 1), 11);
	assert_eq!(world.balance(B, 0, 2), 7);
	assert_eq!(block.chains[0].fees.len(), 1);
	assert!(block.chains[2].fees.is_empty());
}
