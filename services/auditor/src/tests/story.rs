// SPDX-License-Identifier: Apache-2.0

//! Honest histories, in which nothing is found.

use super::{
	audit, auditor, faults, names,
	world::{A, B, Built, NETWORK, START, World, amount, index, owner},
};
use crate::{
	Auditor, Patience, What,
	books::{Books, Last, Origin},
	page::{Occurrence, Page},
};
use ligature_chain::{Exodus, RollupEvent, Stage};
use ligature_primitives::{
	amount::Fee,
	ids::{BlockNumber, ChainId, Nonce, PoolSlot, Side, Timestamp, TokenId},
	keys::SecretKey,
	op::{
		AddLiquidity, AddLiquidityBody, Body, CreatePool, Deposit, FullExit, Operation,
		SignedTransaction, Swap, SwapBody, Target, Withdraw, WithdrawBody,
	},
	pool::PoolParams,
	priority::PriorityRequest,
};

const POOL: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: B, token1: TokenId(2), fee_bps: 30 };

fn secret(person: u8) -> SecretKey {
	SecretKey::from_seed(&[person; 32])
}

fn sign<T: Body>(person: u8, body: T) -> SignedTransaction<T> {
	let expiry = Timestamp::new(START + 1_000_000).unwrap();
	SignedTransaction::sign(NETWORK, expiry, body, &secret(person))
}

/// A person deposits a token.
pub fn deposit(
	world: &mut World,
	chain: ChainId,
	person: u8,
	token: u16,
	value: u128,
	target: Target,
) {
	let (token, owner, amount) = (TokenId(token), owner(person), amount(value));
	let key = Some(secret(person).public_key());
	let request = PriorityRequest::Deposit { token, owner, amount, key };
	world.request(chain, request, Deposit { chain, token, owner, amount, key, target });
}

/// Person 1 withdraws token 1 on the first chain to person 3.
pub fn withdrawal(nonce: u32, value: u128) -> Operation {
	let body = WithdrawBody {
		chain: A,
		account: index(0),
		nonce: Nonce(nonce),
		token: TokenId(1),
		receiver: owner(3),
		amount: amount(value),
		fee: Fee::ZERO,
	};
	Withdraw { tx: sign(1, body) }.into()
}

/// Persons 1 and 2 have accounts 0 and 1 on both chains; there is a pool, with liquidity of person 1. Two blocks.
pub fn funded() -> (World, Built) {
	let mut world = World::new();
	world.tick();
	deposit(&mut world, A, 1, 1, 1_000_000, Target::New);
	deposit(&mut world, A, 2, 1, 500_000, Target::New);
	deposit(&mut world, B, 1, 2, 2_000_000, Target::New);
	deposit(&mut world, B, 2, 2, 777, Target::New);
	for (chain, side) in [(A, Side::Zero), (B, Side::One)] {
		let slot = PoolSlot(0);
		let request = PriorityRequest::CreatePool { slot, side, params: POOL };
		world.request(chain, request, CreatePool { chain, slot, side, params: POOL });
	}
	world.tick();
	let first = world.build(vec![]);
	world.settle(&first);
	let body = AddLiquidityBody {
		params: POOL,
		account0: index(0),
		nonce0: Nonce(0),
		account1: index(0),
		nonce1: Nonce(0),
		shares: amount(1),
		max0: amount(100_000),
		max1: amount(200_000),
		fee: Fee::ZERO,
	};
	let second = world.build(vec![AddLiquidity { tx: sign(1, body) }.into()]);
	world.settle(&second);
	(world, second)
}

/// A third block: a swap across the chains, two withdrawals, and a full exit.
pub fn third(world: &mut World) -> Built {
	let exit = PriorityRequest::FullExit { account: index(1), token: TokenId(2), owner: owner(2) };
	let (account, token) = (index(1), TokenId(2));
	let far = Target::Existing(account);
	world.request(B, exit, FullExit { chain: B, account, token, owner: owner(2), far });
	world.tick();
	let swap = SwapBody {
		params: POOL,
		direction: Side::Zero,
		account: index(1),
		nonce: Nonce(0),
		amount: amount(1_000),
		min_out: amount(1),
		fee: Fee::ZERO,
	};
	let swap = Swap { tx: sign(2, swap), out: Target::New };
	world.build(vec![swap.into(), withdrawal(1, 5_000), withdrawal(2, 6_000)])
}

/// The whole story: three blocks, executed on both chains.
pub fn story() -> World {
	let (mut world, _) = funded();
	let block = third(&mut world);
	world.settle(&block);
	world
}

/// The page on which something happens on a chain for the last time.
pub fn page(
	pages: &mut [Page],
	chain: ChainId,
	wanted: impl Fn(&RollupEvent) -> bool,
) -> &mut Page {
	let found = pages.iter_mut().rev().find(|page| {
		let any = page
			.happened
			.iter()
			.any(|it| matches!(&it.what, Occurrence::Rollup(event) if wanted(event)));
		page.chain == chain && any
	});
	found.expect("it happens")
}

#[test]
fn in_an_honest_history_nothing_should_be_found_but_that_everybody_knows_the_keys() {
	let found = audit(&story().pages);
	assert_eq!(names(&found), ["DevelopmentKeys", "DevelopmentKeys"], "{found:?}");
	assert_eq!([found[0].chain, found[1].chain], [A, B]);
}

#[test]
fn chains_that_are_read_one_after_the_other_should_be_compared_all_the_same() {
	let mut pages = story().pages;
	pages.sort_by_key(|page| (page.chain, page.head.number));
	assert_eq!(faults(&pages), []);
}

#[test]
fn blocks_that_are_taken_back_should_leave_nothing() {
	let (mut world, second) = funded();
	let ops = vec![withdrawal(1, 7)];
	let block = world.build(ops);
	world.commit(A, &block);
	world.commit(B, &block);
	world.tick();
	world.rollback(&second);
	world.revert_epoch = 1;
	for side in &mut world.sides {
		side.counters.committed = second.number();
		side.event(RollupEvent::BlocksReverted { to: second.number(), epoch: 1 });
	}
	world.tick();
	let block = third(&mut world);
	world.settle(&block);
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["Reverted", "Reverted"], "{found:?}");
}

#[test]
fn a_payment_that_fails_should_be_owed_until_it_is_claimed() {
	let (mut world, _) = funded();
	let block = third(&mut world);
	for step in [World::commit, World::prove, World::certify] {
		[A, B].into_iter().for_each(|chain| step(&mut world, chain, &block));
		world.tick();
	}
	world.execute_with(A, &block, Some(1));
	world.execute(B, &block);
	world.tick();
	let (who, token) = (owner(3).0, TokenId(1));
	let side = world.side(A);
	let (owed, held) = side.funds.get_mut(&token).unwrap();
	(*owed, *held) = (*owed - 6_000, *held - 6_000);
	side.event(RollupEvent::Claimed { who, to: who, token, amount: 6_000 });
	world.tick();
	assert_eq!(faults(&world.pages), []);
}

#[test]
fn whoever_leaves_in_exodus_should_leave_the_books_right() {
	let mut world = story();
	deposit(&mut world, A, 1, 1, 40, Target::Existing(index(0)));
	world.tick();
	let last = world.ledger.number();
	for side in &mut world.sides {
		side.status.exodus = Some(Exodus { since: 1, freeze: Some(last) });
	}
	let side = world.side(A);
	side.event(RollupEvent::ExodusBegun);
	side.event(RollupEvent::FreezeFixed { number: last, hash: [1; 32] });
	let (owed, held) = side.funds.get_mut(&TokenId(1)).unwrap();
	(*owed, *held) = (*owed - 340, *held - 340);
	let (who, token) = ([1; 32], TokenId(1));
	let paid = |amount| Occurrence::Rollup(RollupEvent::Paid { who, token, amount });
	let left = RollupEvent::Exited { who, account: index(0), token, amount: 300 };
	side.happen([Occurrence::Rollup(left), paid(300)], None);
	side.requests.clear();
	let index = side.queue.executed;
	let back = RollupEvent::DepositRefunded { index, who, token, amount: 40 };
	side.happen([Occurrence::Rollup(back), paid(40)], None);
	world.tick();
	let found = faults(&world.pages);
	assert_eq!(names(&found), ["ExodusBegun", "FreezeFixed"], "{found:?}");
}

#[test]
fn books_that_begin_later_should_go_on_as_the_others() {
	let (mut world, second) = funded();
	// A payment that nobody will have seen fail.
	let held = world.side(A).funds.get_mut(&TokenId(1)).unwrap();
	(held.0, held.1) = (held.0 + 9, held.1 + 9);
	world.tick();
	let states = world.ledger.states().to_vec();
	let block = third(&mut world);
	for step in [World::commit, World::prove] {
		[A, B].into_iter().for_each(|chain| step(&mut world, chain, &block));
		world.tick();
	}
	let head = world.pages.last().unwrap().head;
	let books =
		World::identities().zip(states).zip(&block.data).map(|((identity, state), data)| {
			let origin = Origin {
				state,
				block: Some((second.header.clone(), second.hash())),
				revert_epoch: 0,
				open: vec![(block.header.clone(), data.clone(), Stage::Proven)],
				last: Last { head, time: START },
			};
			Books::resume(identity, origin)
		});
	let mut late = Auditor::new(books, Patience::default());
	let begin = world.pages.len();
	for side in &mut world.sides {
		side.happen([Occurrence::Operators], None);
	}
	world.tick();
	for step in [World::certify, World::execute] {
		[A, B].into_iter().for_each(|chain| step(&mut world, chain, &block));
		world.tick();
	}
	// The members are read where books begin.
	let epochs = world.pages[0].look.clone().unwrap().epochs;
	for page in &mut world.pages[begin..begin + 2] {
		page.look.as_mut().unwrap().epochs = epochs.clone();
	}
	let found: Vec<_> = world.pages[begin..].iter().flat_map(|page| late.read(page)).collect();
	assert_eq!(names(&found), ["OperatorsChanged", "OperatorsChanged"], "{found:?}");
	let seen = late.unseen(A);
	assert_eq!(names(&seen), ["PastUnseen"]);
}

#[test]
fn blocks_that_are_open_where_books_begin_should_be_judged() {
	let (mut world, second) = funded();
	let states = world.ledger.states().to_vec();
	let block = third(&mut world);
	let head = world.pages.last().unwrap().head;
	let mut later = block.clone();
	later.header.timestamp = Timestamp::new(block.header.timestamp.get() + 1).unwrap();
	let mut forged = block.clone();
	forged.data[0].pop();
	let cases = [
		([&block, &later], vec!["HeadersDiffer"]),
		([&forged, &block], vec!["RootMismatch"]),
		([&block, &block], vec![]),
	];
	for (blocks, expected) in cases {
		let chains = World::identities().zip(states.clone()).zip(blocks).enumerate();
		let books = chains.map(|(place, ((identity, state), open))| {
			let origin = Origin {
				state,
				block: Some((second.header.clone(), second.hash())),
				revert_epoch: 0,
				open: vec![(open.header.clone(), open.data[place].clone(), Stage::Proven)],
				last: Last { head, time: START },
			};
			Books::resume(identity, origin)
		});
		let mut late = Auditor::new(books, Patience::default());
		let begin = world.pages.len();
		world.tick();
		let found: Vec<_> = world.pages[begin..].iter().flat_map(|page| late.read(page)).collect();
		assert_eq!(names(&found), expected, "{found:?}");
		assert!(found.iter().all(|finding| late.stands(finding)));
	}
}

#[test]
fn the_same_should_be_told_once() {
	let world = story();
	let mut auditor = auditor();
	for page in &world.pages {
		auditor.read(page);
	}
	assert_eq!(names(&auditor.lost(A, "no answer")), ["ChainUnreachable"]);
	assert_eq!(auditor.lost(A, "another reason"), []);
	assert_eq!(names(&auditor.lost(B, "no answer")), ["ChainUnreachable"]);
}

#[test]
fn what_was_found_should_stand_until_its_block_is_gone_or_governance_has_resumed() {
	let mut world = story();
	let mut auditor = auditor();
	for page in &world.pages {
		auditor.read(page);
	}
	let at = auditor.books(A).unwrap().last().unwrap().head.number;
	let (number, hash) =
		(BlockNumber(3), auditor.books(A).unwrap().block(BlockNumber(3)).unwrap().hash);
	let finding = |block| crate::Finding { chain: A, at, block, what: What::Resumed };
	assert!(auditor.stands(&finding(None)));
	assert!(auditor.stands(&finding(Some((number, hash)))));
	assert!(!auditor.stands(&finding(Some((number, [0; 32])))));
	assert!(!auditor.stands(&finding(Some((BlockNumber(4), hash)))));
	world.pages.clear();
	world.side(A).event(RollupEvent::Resumed);
	world.tick();
	world.pages.iter().for_each(|page| drop(auditor.read(page)));
	assert!(!auditor.stands(&finding(None)));
}
