// SPDX-License-Identifier: Apache-2.0

//! What each operation does when nothing refuses it.

use super::world::*;
use crate::{Payment, Receipt};
use ark_ff::Zero;
use ligature_primitives::{
	ids::{ChainId, Nonce, Side, TokenId},
	op::{CellCode, ChangePubKey, Deposit, Half, Target},
};

fn changes(receipt: &Receipt) -> Vec<(ChainId, u32, u16, u128, u128)> {
	receipt
		.changes
		.iter()
		.map(|c| (c.chain, c.account.get(), c.token.0, c.before.get(), c.after.get()))
		.collect()
}

#[test]
fn deposit_credits_a_new_account_and_sets_its_key() {
	let mut world = World::empty();
	let receipt = world.deposit(A, 1, 3, 500, Target::New).unwrap();
	assert_eq!(receipt.created, [(A, index(0))]);
	assert_eq!(changes(&receipt), [(A, 0, 3, 0, 500)]);
	let account = world.ledger.state(A).unwrap().account(index(0)).unwrap();
	assert_eq!(account.key(), secret(1).public_key().validate().unwrap().word());
	assert_eq!(account.owner, owner(1));
	let block = world.seal();
	assert_eq!(block.chains[0].header.priority_count, 1);
	assert_eq!(block.chains[0].header.new_next, 1);
}

#[test]
fn deposit_without_key_keeps_the_key() {
	let mut world = World::funded();
	let deposit = |person| Deposit {
		chain: A,
		token: TokenId(0),
		owner: owner(person),
		amount: amount(5),
		key: None,
		target: if person == 1 { at(1) } else { Target::New },
	};
	let before = world.ledger.state(A).unwrap().account(index(1)).unwrap().key();
	world.apply(deposit(1)).unwrap();
	world.apply(deposit(3)).unwrap();
	let state = world.ledger.state(A).unwrap();
	assert_eq!(state.account(index(1)).unwrap().key(), before);
	assert!(state.account(index(3)).unwrap().key().is_zero());
	assert_eq!(world.balance(A, 1, 0), 1_000_005);
	world.seal();
}

#[test]
fn deposit_of_nothing_makes_an_account() {
	let mut world = World::empty();
	world.deposit(C, 4, 511, 0, Target::New).unwrap();
	world.seal();
	assert_eq!(world.ledger.state(C).unwrap().next(), 1);
}

#[test]
fn full_exit_pays_the_whole_balance_to_the_owner() {
	let mut world = World::funded();
	let receipt = world.apply(world.exit(A, 1, 1)).unwrap();
	assert_eq!(changes(&receipt), [(A, 1, 1, 1_000_000, 0)]);
	let payment =
		Payment { chain: A, receiver: owner(1), token: TokenId(1), amount: amount(1_000_000) };
	assert_eq!(receipt.paid, Some(payment));
	assert_eq!(world.nonce(A, 1), Nonce(0));
	world.seal();
}

#[test]
fn full_exit_of_another_or_no_account_pays_nothing_and_is_served() {
	let mut world = World::funded();
	let mut foreign = world.exit(A, 1, 1);
	foreign.owner = owner(2);
	let mut missing = world.exit(A, 1, 1);
	missing.account = index(77);
	let mut shares = world.exit(A, 1, 900);
	shares.far = at(12_345);
	for exit in [foreign, missing, shares] {
		let receipt = world.apply(exit).unwrap();
		assert_eq!((receipt.changes.len(), receipt.paid), (0, None));
	}
	let block = world.seal();
	assert_eq!(block.chains[0].header.priority_count, 3);
	assert_eq!(block.chains[0].header.log_count, 0);
	assert_eq!(block.chains[0].header.old_root, block.chains[0].header.new_root);
}

#[test]
fn full_exit_of_shares_pays_both_sides_on_l2() {
	let mut world = World::with_pools();
	let (r0, r1, supply) = world.pool(AB, Side::Zero);
	let shares = world.balance(A, 1, 512);
	assert_eq!(shares, supply - 1000);
	let (had0, had1) = (world.balance(A, 1, 1), world.balance(B, 1, 2));
	let receipt = world.apply(world.exit(A, 1, 512)).unwrap();
	assert_eq!(receipt.paid, None);
	assert_eq!(world.balance(A, 1, 512), 0);
	assert_eq!(world.balance(A, 1, 1), had0 + r0 * shares / supply);
	assert_eq!(world.balance(B, 1, 2), had1 + r1 * shares / supply);
	assert_eq!(world.pool(AB, Side::Zero).2, 1000);
	let block = world.seal();
	let [a, b, _] = &block.chains[..] else { panic!("three chains") };
	assert_eq!((a.header.priority_count, b.header.priority_count), (1, 0));
	assert_eq!((a.log[0].code, b.log[0].code), (CellCode::ExitBurn, CellCode::ExitOut1));
	assert!(a.log[0].tx.is_zero());
	assert_eq!(a.log[0].owner, owner(1).word());
}

#[test]
fn full_exit_of_shares_may_create_the_far_account() {
	let mut world = World::with_pools();
	let next = world.ledger.state(B).unwrap().next();
	let mut exit = world.exit(A, 1, 512);
	exit.far = Target::New;
	let receipt = world.apply(exit).unwrap();
	assert_eq!(receipt.created, [(B, index(next))]);
	assert!(world.balance(B, next, 2) > 0);
	world.seal();
}

#[test]
fn full_exit_of_shares_works_on_one_chain() {
	let mut world = World::with_pools();
	world.apply(world.exit(A, 1, 513)).unwrap();
	let block = world.seal();
	assert_eq!(block.chains[0].header.log_count, 2);
	assert!(block.chains[1].bytes.is_empty());
}

#[test]
fn change_pub_key_sets_the_key_of_the_owners_account() {
	let mut world = World::funded();
	let key = secret(9).public_key();
	let named =
		ChangePubKey { chain: A, account: Some(index(1)), owner: owner(1), key, target: at(1) };
	world.apply(named.clone()).unwrap();
	let word = |world: &World, account| {
		world.ledger.state(A).unwrap().account(index(account)).unwrap().key()
	};
	assert_eq!(word(&world, 1), key.validate().unwrap().word());
	// Another's account and a missing one stay, and the request is served.
	let before = word(&world, 2);
	let foreign = ChangePubKey { account: Some(index(2)), target: at(2), ..named.clone() };
	let missing = ChangePubKey { account: Some(index(50)), target: at(50), ..named.clone() };
	world.apply(foreign).unwrap();
	world.apply(missing).unwrap();
	assert_eq!(word(&world, 2), before);
	// Any account of the owner, or a new one.
	let any = ChangePubKey { account: None, owner: owner(2), target: at(2), ..named.clone() };
	world.apply(any).unwrap();
	assert_eq!(word(&world, 2), key.validate().unwrap().word());
	let new = ChangePubKey { account: None, owner: owner(5), target: Target::New, ..named };
	let receipt = world.apply(new).unwrap();
	assert_eq!(receipt.created, [(A, index(3))]);
	let block = world.seal();
	assert_eq!(block.chains[0].header.priority_count, 5);
}

#[test]
fn create_pool_makes_an_inert_leaf() {
	let mut world = World::funded();
	world.create_pool(B, 0, Side::One, AB).unwrap();
	assert_eq!(world.pool(AB, Side::One), (0, 0, 0));
	let block = world.seal();
	assert_eq!(block.chains[1].data.registers.len(), 1);
	assert_ne!(block.chains[1].header.old_root, block.chains[1].header.new_root);
}

#[test]
fn transfer_moves_amount_and_fee() {
	let mut world = World::funded();
	let transfer = world.transfer(100, |body| body.fee = fee(7));
	let receipt = world.apply(transfer).unwrap();
	assert_eq!(changes(&receipt), [(A, 1, 1, 1_000_000, 999_893), (A, 2, 1, 1_000_000, 1_000_100)]);
	assert_eq!(world.nonce(A, 1), Nonce(1));
	assert_eq!(world.balance(A, 0, 1), 0, "fees are credited at the end");
	let block = world.seal();
	assert_eq!(world.balance(A, 0, 1), 7);
	assert_eq!(block.chains[0].fees.len(), 1);
	assert_eq!(block.chains[0].fees[0].after, amount(7));
}

#[test]
fn transfer_creates_the_receivers_account() {
	let mut world = World::funded();
	let mut transfer = world.transfer(100, |body| body.receiver = owner(8));
	transfer.target = Target::New;
	let receipt = world.apply(transfer).unwrap();
	assert_eq!(receipt.created, [(A, index(3))]);
	assert_eq!(world.balance(A, 3, 1), 100);
	world.seal();
}

#[test]
fn transfer_to_oneself_costs_the_fee() {
	let mut world = World::funded();
	let mut transfer = world.transfer(1_000_000, |body| body.receiver = owner(1));
	transfer.target = at(1);
	world.apply(transfer).unwrap();
	assert_eq!(world.balance(A, 1, 1), 1_000_000);
	world.seal();
}

#[test]
fn shares_can_be_transferred_and_pay_fees() {
	let mut world = World::with_pools();
	let transfer = world.transfer(100, |body| {
		body.token = TokenId(512);
		body.fee = fee(3);
	});
	world.apply(transfer).unwrap();
	assert_eq!(world.balance(A, 2, 512), 100);
	world.seal();
	assert_eq!(world.balance(A, 0, 512), 3);
}

#[test]
fn withdraw_pays_the_receiver_on_l1() {
	let mut world = World::funded();
	let receipt = world.apply(world.withdraw(100, |body| body.fee = fee(1))).unwrap();
	let payment = Payment { chain: A, receiver: owner(3), token: TokenId(1), amount: amount(100) };
	assert_eq!(receipt.paid, Some(payment));
	assert_eq!(world.balance(A, 1, 1), 999_899);
	assert_eq!(world.ledger.state(A).unwrap().total(TokenId(1)), amount(1_999_900));
	world.seal();
}

#[test]
fn swap_follows_the_formula_in_both_directions() {
	for (direction, params) in
		[(Side::Zero, AB), (Side::One, AB), (Side::Zero, AA), (Side::One, AA)]
	{
		let mut world = World::with_pools();
		let output = direction.other();
		let (ri, ro, _) = world.pool(params, direction);
		let (token_in, token_out) = (params.token(direction).0, params.token(output).0);
		let chain_in = params.chain(direction);
		let had = world.balance(params.chain(output), 2, token_out);
		let swap = world.swap(params, direction, 5_000, |body| body.fee = fee(11));
		world.apply(swap).unwrap();
		let effective = 5_000 * u128::from(10_000 - params.fee_bps) / 10_000;
		let out = ro - (ri * ro).div_ceil(ri + effective);
		assert_eq!(world.balance(chain_in, 2, token_in), 1_000_000 - 5_011);
		assert_eq!(world.balance(params.chain(output), 2, token_out), had + out);
		assert_eq!(world.pool(params, direction).0, ri + 5_000);
		assert_eq!(world.pool(params, output).0, ro - out);
		let block = world.seal();
		assert_eq!(block.joint, 1);
		let entries: Vec<_> = block.chains.iter().flat_map(|chain| &chain.log).collect();
		// Side 0 stands before side 1, on one chain as well as by the chains' order here.
		assert_eq!(entries.iter().map(|e| e.side).collect::<Vec<_>>(), [Side::Zero, Side::One]);
		let (entry_in, entry_out) = match direction {
			Side::Zero => (entries[0], entries[1]),
			Side::One => (entries[1], entries[0]),
		};
		assert_eq!((entry_in.code, entry_out.code), (CellCode::SwapIn, CellCode::SwapOut));
		assert_eq!((entry_in.before, entry_in.amount), (amount(ri), amount(5_000)));
		assert_eq!((entry_out.before, entry_out.amount), (amount(ro), amount(out)));
		assert_eq!(entry_in.foreign, amount(ro - out));
		assert_eq!(entry_out.foreign, amount(ri + 5_000));
		assert_eq!((entry_in.limit_a, entry_out.limit_a), (amount(1), amount(0)));
	}
}

#[test]
fn swap_may_create_the_output_account() {
	let mut world = World::with_pools();
	let mut swap = world.swap(AB, Side::Zero, 5_000, |_| ());
	swap.out = Target::New;
	let receipt = world.apply(swap).unwrap();
	assert_eq!(receipt.created, [(B, index(3))]);
	assert_eq!(world.ledger.state(B).unwrap().account(index(3)).unwrap().owner, owner(2));
	world.seal();
}

#[test]
fn first_liquidity_pays_the_maxima_and_locks_a_thousand_shares() {
	let mut world = World::with_pools();
	// isqrt(100,000 · 200,000) = 141,421
	assert_eq!(world.pool(AB, Side::Zero), (100_000, 200_000, 141_421));
	assert_eq!(world.pool(AB, Side::One), (200_000, 100_000, 0));
	assert_eq!(world.balance(A, 1, 512), 140_421);
	assert_eq!(world.nonce(A, 1), Nonce(3), "one for AB, two for AA, whose accounts are one");
	assert_eq!(world.nonce(B, 1), Nonce(1));
	world.seal();
}

#[test]
fn later_liquidity_gets_exactly_its_shares_and_rounds_up() {
	let mut world = World::with_pools();
	let before = world.balance(B, 2, 2);
	world.add(2, AB, 1_000, (10_000, 10_000), 5).unwrap();
	// ceil(1,000 · 100,000 / 141,421) = 708, ceil(1,000 · 200,000 / 141,421) = 1,415
	assert_eq!(world.balance(A, 2, 512), 1_000);
	assert_eq!(world.balance(A, 2, 1), 1_000_000 - 708 - 5);
	assert_eq!(world.balance(B, 2, 2), before - 1_415);
	assert_eq!(world.pool(AB, Side::Zero), (100_708, 201_415, 142_421));
	let block = world.seal();
	let entry = &block.chains[0].log[0];
	assert_eq!(
		(entry.code, entry.supply, entry.shares),
		(CellCode::AddIn0, amount(141_421), amount(1_000))
	);
	let far = &block.chains[1].log[0];
	assert_eq!((far.code, far.supply, far.shares), (CellCode::AddIn1, amount(0), amount(0)));
	assert_eq!((far.limit_a, far.limit_b), (amount(10_000), amount(10_000)));
}

#[test]
fn removed_liquidity_rounds_down_and_pays_the_fee_out_of_side_0() {
	let mut world = World::with_pools();
	let (had0, had1) = (world.balance(A, 1, 1), world.balance(B, 1, 2));
	world.apply(world.remove(AB, 1_000, |body| body.fee = fee(7))).unwrap();
	// floor(1,000 · 100,000 / 141,421) = 707, floor(1,000 · 200,000 / 141,421) = 1,414
	assert_eq!(world.balance(A, 1, 1), had0 + 700);
	assert_eq!(world.balance(B, 1, 2), had1 + 1_414);
	assert_eq!(world.balance(A, 1, 512), 139_421);
	assert_eq!(world.pool(AB, Side::Zero), (99_293, 198_586, 140_421));
	let block = world.seal();
	assert_eq!(world.balance(A, 0, 1), 7);
	assert!(matches!(block.chains[0].data.halves[..], [Half::RemoveLiquidity0(_)]));
}

#[test]
fn removed_liquidity_may_create_the_far_account_and_works_on_one_chain() {
	let mut world = World::with_pools();
	let mut remove = world.remove(AA, 1_000, |_| ());
	remove.far = Target::New;
	let receipt = world.apply(remove).unwrap();
	assert_eq!(receipt.created, [(A, index(3))]);
	assert_eq!(world.balance(A, 3, 2), 1_414);
	world.seal();
}
