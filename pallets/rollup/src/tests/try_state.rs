// SPDX-License-Identifier: Apache-2.0

//! The invariants notice what is wrong: each is broken once, on a chain where much has happened.

use super::world::*;
use polkadot_sdk::*;

use crate::{
	Blocks, ChainListHash, Claims, Exodus, ExodusState, Halt, Halted, Operators, Owed,
	PaidBalances, PaidLiquidity, Pending, Periods, PriorityQueue, Progress, Refusals, RefusedBlock,
	Requests, RevertEpoch, Token, TokenOf, Tokens, TopLevelCommit, mock::*,
};
use ligature_primitives::{
	ids::{BlockNumber, ChainId, PoolSlot, TokenId},
	keys::PublicKey,
	priority::PriorityRequest,
};

const FIRST: BlockNumber = BlockNumber(1);
const LAST: BlockNumber = BlockNumber(4);

/// A chain with a block of each stage, and a request that waits; in all of them person 1 deposits, and
/// in the last the person withdraws.
fn busy() -> sp_io::TestExternalities {
	let mut externalities = ExtBuilder::default().build();
	externalities.execute_with(|| {
		let mut world = World::new();
		let mut next = || {
			deposit(1, 0, 1_000);
			world.block(|world| {
				if world.headers.len() == 4 {
					world.withdraw(A, 1, owner(2), TokenId(0), 500);
				}
			})
		};
		settle(&next());
		bring_to_certificate(&next());
		bring_to_proof(&next());
		commit(&next()).expect("the block is committed");
		deposit(1, 0, 1_000);
		Rollup::do_try_state().expect("all is well before");
	});
	externalities
}

/// That the invariants notice, by these words.
fn noticed(words: &'static str, damage: impl FnOnce()) {
	busy().execute_with(|| {
		damage();
		assert_eq!(Rollup::do_try_state(), Err(words.into()));
	});
}

fn change_block(number: BlockNumber, change: impl FnOnce(&mut crate::StoredBlock<u64>)) {
	Blocks::<Test>::mutate(number, |block| change(block.as_mut().expect("the block is stored")));
}

#[test]
fn a_broken_network_should_be_noticed() {
	noticed("a chain of a network has no periods", Periods::<Test>::kill);
	noticed("open without block 0", ChainListHash::<Test>::kill);
	noticed("the network of a chain without identity is open", crate::Identity::<Test>::kill);
	noticed("the notice is too short", || {
		Periods::<Test>::put(crate::Parameters { notice: 180, ..PERIODS });
	});
	noticed("the exit time is too short", || {
		Periods::<Test>::put(crate::Parameters { exit_time: 49, ..PERIODS });
	});
	noticed("an operator is named twice", || {
		Operators::<Test>::put(sp_runtime::BoundedVec::truncate_from(vec![account(1); 2]));
	});
}

#[test]
fn broken_progress_should_be_noticed() {
	let set = |change: fn(&mut crate::Counters)| move || Progress::<Test>::mutate(change);
	noticed("the counters are not in order", set(|counters| counters.executed = LAST));
	noticed("the counters are not in order", set(|counters| counters.proven = FIRST));
	let far = BlockNumber(u64::from(MAX_OPEN_BLOCKS) + 2);
	noticed("too many blocks are open", || {
		Progress::<Test>::mutate(|counters| counters.committed = far);
	});
	noticed("the blocks are not contiguous up to the last", || {
		Progress::<Test>::mutate(|counters| counters.committed = BlockNumber(5));
	});
	noticed("the blocks are not contiguous up to the last", || Blocks::<Test>::remove(FIRST));
}

#[test]
fn broken_blocks_should_be_noticed() {
	let rehash = |block: &mut crate::StoredBlock<u64>| block.hash = block.header.hash();
	noticed("a block is stored under another number", || {
		change_block(LAST, |block| block.header.number = FIRST);
	});
	noticed("a block is stored with another hash", || {
		change_block(LAST, |block| block.hash = [9; 32]);
	});
	noticed("a block is of another network", || {
		change_block(LAST, |block| {
			block.header.chain_list_hash = [9; 32];
			rehash(block);
		});
	});
	noticed("a revert epoch is to come", || {
		change_block(LAST, |block| {
			block.header.revert_epoch = RevertEpoch::<Test>::get() + 1;
			rehash(block);
		});
	});
	noticed("certification has no time", || {
		change_block(BlockNumber(2), |block| block.certified_at = None);
	});
	noticed("certification has no time", || {
		change_block(LAST, |block| block.certified_at = Some(1));
	});
	noticed("a block was committed in the future", || {
		change_block(LAST, |block| block.committed_at = 1_000);
	});
	noticed("a block does not continue its parent", || {
		change_block(LAST, |block| {
			block.header.parent = [9; 32];
			rehash(block);
		});
	});
	noticed("a block does not continue its parent", || {
		change_block(LAST, |block| {
			block.header.chains[1].old_next += 1;
			rehash(block);
		});
	});
	noticed("not all open blocks have effects, or others have", || Pending::<Test>::remove(LAST));
	noticed("a block pays nothing, or a token that is not registered", || {
		Pending::<Test>::mutate(LAST, |effects| {
			effects.as_mut().expect("the block is open").payments[0].token = TokenId(9);
		});
	});
}

#[test]
fn broken_refusals_should_be_noticed() {
	noticed("a proven block is refused", || {
		let hash = Blocks::<Test>::get(FIRST).expect("the block is stored").hash;
		Refusals::<Test>::insert(FIRST, hash, ());
	});
	noticed("a refusal is too far ahead", || {
		Refusals::<Test>::insert(BlockNumber(99), [9; 32], ());
	});
}

#[test]
fn a_broken_queue_should_be_noticed() {
	let set = |change: fn(&mut crate::Queue<u64>)| move || PriorityQueue::<Test>::mutate(change);
	noticed("the ends of the queue are not in order", set(|queue| queue.committed = 9));
	noticed("a request is outside the queue", set(|queue| queue.next -= 1));
	noticed("a request is missing", set(|queue| queue.next += 1));
	noticed("a request is missing", || Requests::<Test>::remove(4));
	noticed("the last expiry is not the last request's", set(|queue| queue.last_expiry += 1));
	noticed("creating is miscounted", set(|queue| queue.creating += 1));
	noticed("a request expires before the one ahead of it", || {
		Requests::<Test>::mutate(3, |request| {
			request.as_mut().expect("the request is queued").expires = 0;
		});
	});
	noticed("a request would not pass the door", || {
		Requests::<Test>::mutate(3, |request| {
			let request = request.as_mut().expect("the request is queued");
			let key = PublicKey([0xFF; 32]);
			request.request = PriorityRequest::ChangePubKey { account: None, owner: owner(1), key };
		});
	});
	noticed("a block's creating is miscounted", || change_block(LAST, |block| block.creating = 0));
	noticed("the open blocks do not consume what is committed", || {
		PriorityQueue::<Test>::mutate(|queue| {
			queue.committed = 3;
			queue.creating += 1;
		});
	});
}

#[test]
fn broken_tokens_should_be_noticed() {
	noticed("the tokens' numbers have gaps", || Tokens::<Test>::remove(TokenId(1)));
	noticed("a token's number is not its own", || {
		Tokens::<Test>::insert(TokenId(1), Token::Native);
	});
	noticed("a token's number is not its own", || TokenOf::<Test>::insert(COIN, TokenId(2)));
	noticed("an asset has a number and is no token", || {
		TokenOf::<Test>::insert(LOOSE, TokenId(3));
	});
	ExtBuilder::default().build().execute_with(|| {
		let _ = Tokens::<Test>::clear(u32::MAX, None);
		assert_eq!(Rollup::do_try_state(), Err("the native token is missing".into()));
	});
}

#[test]
fn insolvency_should_be_noticed() {
	noticed("custody is not solvent", || {
		let surplus = balance(&Rollup::custody_account(), 0) - Owed::<Test>::get(TokenId(0));
		assert_eq!(surplus, EXISTENTIAL_DEPOSIT);
		Owed::<Test>::mutate(TokenId(0), |owed| *owed += 1);
	});
	noticed("more is to be paid than is owed", || {
		Owed::<Test>::mutate(TokenId(0), |owed| *owed = 3_999);
	});
	noticed("more is to be paid than is owed", || {
		Claims::<Test>::insert(account(1), TokenId(1), 1);
	});
	noticed("a payment of nothing is pending", || {
		Claims::<Test>::insert(account(1), TokenId(1), 0);
	});
	noticed("what is owed is above 2^112", || Owed::<Test>::insert(TokenId(1), 1 << 112));
	noticed("what is owed is of no registered token", || Owed::<Test>::insert(TokenId(9), 1));
	noticed("custody could be reaped", || {
		let custody = Rollup::custody_account();
		frame_system::Account::<Test>::mutate(&custody, |account| account.providers = 0);
	});
}

#[test]
fn broken_modes_should_be_noticed() {
	let ended = |freeze| Exodus { since: 1, freeze };
	noticed("halted for a block that is gone", || {
		let refused = RefusedBlock { chain: B, number: LAST, hash: [9; 32] };
		Halted::<Test>::put(Halt { guardian: false, refused: Some(refused) });
	});
	noticed("halted in exodus", || {
		Halted::<Test>::put(Halt { guardian: true, refused: None });
		ExodusState::<Test>::put(ended(None));
	});
	noticed("exodus begins in the future", || {
		ExodusState::<Test>::put(Exodus { since: 99, freeze: None });
	});
	noticed("the freeze block is not the last", || {
		ExodusState::<Test>::put(ended(Some(BlockNumber(2))));
	});
	noticed("the mark of a commit has outlived it", || TopLevelCommit::<Test>::put(1));
	noticed("something has left too early", || {
		PaidBalances::<Test>::insert((0, TokenId(0)), ());
	});
}

#[test]
fn impossible_exits_should_be_noticed() {
	let ended = || {
		let mut externalities = ExtBuilder::default().build();
		externalities.execute_with(super::exodus::begin_and_freeze);
		externalities
	};
	ended().execute_with(|| {
		PaidBalances::<Test>::insert((0, TokenId(512)), ());
		assert_eq!(Rollup::do_try_state(), Err("shares have left as a balance".into()));
	});
	ended().execute_with(|| {
		PaidLiquidity::<Test>::insert((ChainId(3), PoolSlot(0), 0, 0), ());
		assert_eq!(Rollup::do_try_state(), Err("liquidity of a foreign pool has left".into()));
	});
}
