// SPDX-License-Identifier: Apache-2.0

//! Every refusal that execution can give, by name; each leaves no trace, as [`World::refuse`] checks.
//!
//! `DataFull` has no test: what fits the slots of a class fits its bytes. The widths (`AmountTooLarge`
//! and its like), `WrongVersion` and `BadDirection` are refused where bytes become values.

use super::world::*;
use crate::{execution::Creator, state::ChainState};
use ark_ff::AdditiveGroup;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{FIRST_EXIT_INDEX, FIRST_RESERVED_INDEX, JoinClass, MAX_ACCOUNTS, SizeClass},
	ids::{ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	op::{ChangePubKey, CreatePool, Deposit, Operation, Target},
	pool::PoolParams,
	poseidon::Word,
	refusal::Refusal,
};

const UNKNOWN: ChainId = ChainId(3);

/// Applies to a state that no operation leads to: only the refusal and its tracelessness count.
#[track_caller]
fn refuse_in_unreachable_state(world: &mut World, op: impl Into<Operation>, refusal: Refusal) {
	let before = world.ledger.clone();
	assert_eq!(world.ledger.apply(&op.into()), Err(refusal));
	assert_eq!(world.ledger, before);
}

fn deposit(world: &World) -> Deposit {
	assert!(world.ledger.state(A).unwrap().next() > 0);
	Deposit {
		chain: A,
		token: TokenId(1),
		owner: owner(1),
		amount: amount(1),
		key: None,
		target: at(1),
	}
}

fn change_key() -> ChangePubKey {
	let key = secret(1).public_key();
	ChangePubKey { chain: A, account: None, owner: owner(1), key, target: at(1) }
}

fn create(slot: u16) -> CreatePool {
	CreatePool { chain: A, slot: PoolSlot(slot), side: Side::Zero, params: AB }
}

#[test]
fn no_open_block_has_no_slots() {
	let mut world = World::funded();
	let transfer = world.transfer(1, |_| ());
	world.ledger.abandon();
	world.refuse(transfer, Refusal::BlockFull);
}

#[test]
fn unknown_chain() {
	let mut world = World::with_pools();
	let bad = PoolParams { chain1: UNKNOWN, ..AB };
	world.refuse(Deposit { chain: UNKNOWN, ..deposit(&world) }, Refusal::UnknownChain);
	world.refuse(world.exit(UNKNOWN, 1, 1), Refusal::UnknownChain);
	world.refuse(ChangePubKey { chain: UNKNOWN, ..change_key() }, Refusal::UnknownChain);
	world.refuse(CreatePool { chain: UNKNOWN, ..create(3) }, Refusal::UnknownChain);
	world.refuse(world.transfer(1, |body| body.chain = UNKNOWN), Refusal::UnknownChain);
	world.refuse(world.withdraw(1, |body| body.chain = UNKNOWN), Refusal::UnknownChain);
	world.refuse(world.swap(AB, Side::Zero, 1, |body| body.params = bad), Refusal::UnknownChain);
	world.refuse(world.add_op(1, AB, 1, (9, 9), |body| body.params = bad), Refusal::UnknownChain);
	world.refuse(world.remove(AB, 1, |body| body.params = bad), Refusal::UnknownChain);
}

#[test]
fn wrong_network_and_expired() {
	let mut world = World::funded();
	let body = world.transfer(1, |_| ()).tx.body;
	let now = START + world.ledger.open_block().unwrap().number.0;
	for (network, expiry, refusal) in [
		(NetworkId(8), now, Some(Refusal::WrongNetwork)),
		(NetworkId(8), now - 1, Some(Refusal::WrongNetwork)),
		(NETWORK, now - 1, Some(Refusal::Expired)),
		(NETWORK, now, None),
	] {
		let mut transfer = world.transfer(1, |_| ());
		transfer.tx = sign_for(1, network, expiry, body.clone());
		assert_eq!(world.apply(transfer).err(), refusal);
	}
}

#[test]
fn token_out_of_range() {
	let mut world = World::funded();
	world.refuse(Deposit { token: TokenId(512), ..deposit(&world) }, Refusal::TokenOutOfRange);
	world.refuse(world.exit(A, 1, 1024), Refusal::TokenOutOfRange);
	world.refuse(world.transfer(1, |body| body.token = TokenId(1024)), Refusal::TokenOutOfRange);
	world.refuse(world.withdraw(1, |body| body.token = TokenId(512)), Refusal::TokenOutOfRange);
}

#[test]
fn owner_zero() {
	let mut world = World::funded();
	world.refuse(Deposit { owner: Owner::ZERO, ..deposit(&world) }, Refusal::OwnerZero);
	world.refuse(ChangePubKey { owner: Owner::ZERO, ..change_key() }, Refusal::OwnerZero);
	let mut exit = world.exit(A, 1, 1);
	exit.owner = Owner::ZERO;
	world.refuse(exit, Refusal::OwnerZero);
	world.refuse(world.transfer(1, |body| body.receiver = Owner::ZERO), Refusal::OwnerZero);
	world.refuse(world.withdraw(1, |body| body.receiver = Owner::ZERO), Refusal::OwnerZero);
}

#[test]
fn keys_that_are_none() {
	let mut world = World::funded();
	// The encodings of the identity, and of no point.
	let mut identity = [0; 32];
	identity[0] = 1;
	for (bytes, refusal) in
		[(identity, Refusal::KeyIsIdentity), ([0xFF; 32], Refusal::KeyNotCanonical)]
	{
		let key = PublicKey(bytes);
		world.refuse(Deposit { key: Some(key), ..deposit(&world) }, refusal);
		world.refuse(ChangePubKey { key, ..change_key() }, refusal);
	}
	// y = 0 is the y of two points of order 4.
	let key = PublicKey([0; 32]);
	world.refuse(Deposit { key: Some(key), ..deposit(&world) }, Refusal::KeyNotInSubgroup);
}

#[test]
fn bad_pool_params_and_wrong_side() {
	let mut world = World::with_pools();
	let bad = PoolParams { fee_bps: 1_001, ..AB };
	world.refuse(CreatePool { params: bad, ..create(3) }, Refusal::BadPoolParams);
	world.refuse(world.swap(AB, Side::Zero, 1, |body| body.params = bad), Refusal::BadPoolParams);
	world.refuse(world.add_op(1, AB, 1, (9, 9), |body| body.params = bad), Refusal::BadPoolParams);
	world.refuse(world.remove(AB, 1, |body| body.params = bad), Refusal::BadPoolParams);
	let unknown = PoolParams { chain1: UNKNOWN, ..AB };
	world.refuse(CreatePool { params: unknown, ..create(3) }, Refusal::BadPoolParams);
	world.refuse(CreatePool { side: Side::One, ..create(3) }, Refusal::WrongSide);
}

#[test]
fn fee_tokens_full() {
	let mut world = World::funded();
	for token in [0, 1, 2, 3] {
		let transfer = world.transfer(1, |body| {
			body.token = TokenId(token);
			body.fee = fee(1);
		});
		world.apply(transfer).unwrap();
	}
	let fifth = |world: &World, paid| {
		world.transfer(1, |body| {
			body.token = TokenId(4);
			body.fee = fee(paid);
		})
	};
	world.refuse(fifth(&world, 1), Refusal::FeeTokensFull);
	world.apply(fifth(&world, 0)).unwrap();
	world.apply(world.transfer(1, |body| body.fee = fee(1))).unwrap();
	world.seal();
	world.apply(fifth(&world, 1)).unwrap();
}

#[test]
fn fee_account_missing() {
	let mut world = World::funded_with(|params| params.fee_accounts = vec![index(3); 3]);
	world.refuse(world.transfer(1, |body| body.fee = fee(1)), Refusal::FeeAccountMissing);
	world.apply(world.transfer(1, |_| ())).unwrap();
	// The account may come into being in the same block.
	world.deposit(A, 100, 0, 1, Target::New).unwrap();
	world.apply(world.transfer(1, |body| body.fee = fee(1))).unwrap();
	world.seal();
	assert_eq!(world.balance(A, 3, 1), 1);
}

#[test]
fn account_missing() {
	let mut world = World::with_pools();
	let none = index(77);
	world.refuse(world.transfer(1, |body| body.account = none), Refusal::AccountMissing);
	world.refuse(world.withdraw(1, |body| body.account = none), Refusal::AccountMissing);
	world
		.refuse(world.swap(AB, Side::Zero, 1, |body| body.account = none), Refusal::AccountMissing);
	world.refuse(
		world.add_op(1, AB, 1, (9, 9), |body| body.account1 = none),
		Refusal::AccountMissing,
	);
	world.refuse(world.remove(AB, 1, |body| body.account = none), Refusal::AccountMissing);
}

#[test]
fn key_unset() {
	let mut world = World::funded();
	let new = Deposit { owner: owner(3), target: Target::New, ..deposit(&world) };
	world.apply(new).unwrap();
	world.refuse(world.transfer(1, |body| body.account = index(3)), Refusal::KeyUnset);
}

#[test]
fn wrong_key_and_bad_signature() {
	let mut world = World::with_pools();
	let mut transfer = world.transfer(1, |_| ());
	transfer.tx = sign(2, transfer.tx.body);
	world.refuse(transfer, Refusal::WrongKey);
	let mut transfer = world.transfer(1, |_| ());
	transfer.tx.key = PublicKey([0xFF; 32]).into();
	world.refuse(transfer, Refusal::WrongKey);
	let mut transfer = world.transfer(1, |_| ());
	transfer.tx.body.amount = amount(2);
	world.refuse(transfer, Refusal::BadSignature);
	// The second account of an addition of liquidity has to have the same key.
	let add = world.add_op(1, AB, 1, (9, 9), |body| body.account1 = index(2));
	world.refuse(add, Refusal::WrongKey);
}

#[test]
fn signatures_are_not_checked_on_request_but_keys_are() {
	let mut world = World::funded_with(|params| params.verify_signatures = false);
	let mut transfer = world.transfer(1, |_| ());
	transfer.tx.signature.s = [0xFF; 32];
	world.apply(transfer).unwrap();
	let mut transfer = world.transfer(1, |_| ());
	transfer.tx = sign(2, transfer.tx.body);
	world.refuse(transfer, Refusal::WrongKey);
	world.refuse(world.transfer(1, |body| body.nonce = Nonce(0)), Refusal::NonceMismatch);
}

#[test]
fn nonce_mismatch() {
	let mut world = World::with_pools();
	let first = world.transfer(1, |_| ());
	world.apply(first.clone()).unwrap();
	world.refuse(first, Refusal::NonceMismatch);
	world.refuse(world.transfer(1, |body| body.nonce.0 += 1), Refusal::NonceMismatch);
	// One account on both sides spends two nonces.
	let add = world.add_op(1, AA, 1, (9, 9), |body| body.nonce1 = body.nonce0);
	world.refuse(add, Refusal::NonceMismatch);
}

#[test]
fn nonce_exhausted() {
	let mut world = World::funded();
	world.ledger.states_mut()[0].set_nonce(index(1), Nonce(u32::MAX - 1));
	world.apply(world.transfer(1, |_| ())).unwrap();
	assert_eq!(world.nonce(A, 1), Nonce::LAST);
	world.refuse(world.transfer(1, |_| ()), Refusal::NonceExhausted);
}

#[test]
fn insufficient_balance() {
	let mut world = World::with_pools();
	let transfer = |world: &World, value, paid| world.transfer(value, |body| body.fee = fee(paid));
	let have = world.balance(A, 1, 1);
	world.refuse(transfer(&world, have, 1), Refusal::InsufficientBalance);
	world.refuse(transfer(&world, Amount::MAX.get(), Fee::MAX.get()), Refusal::InsufficientBalance);
	let have = world.balance(B, 2, 2);
	let swap = world.swap(AB, Side::One, have + 1, |_| ());
	world.refuse(swap, Refusal::InsufficientBalance);
	let shares = world.balance(A, 1, 512);
	world.refuse(world.remove(AB, shares + 1, |_| ()), Refusal::InsufficientBalance);
	world.refuse(
		world.add_op(1, AB, 10_000_000, (Amount::MAX.get(), Amount::MAX.get()), |_| ()),
		Refusal::InsufficientBalance,
	);
	let have = world.balance(A, 1, 1);
	world.apply(transfer(&world, have, 0)).unwrap();
}

#[test]
fn receiver_missing_and_owner_mismatch() {
	let mut world = World::with_pools();
	for (target, refusal) in [(at(77), Refusal::ReceiverMissing), (at(0), Refusal::OwnerMismatch)] {
		world.refuse(Deposit { target, ..deposit(&world) }, refusal);
		world.refuse(ChangePubKey { target, ..change_key() }, refusal);
		let mut transfer = world.transfer(1, |_| ());
		transfer.target = target;
		world.refuse(transfer, refusal);
		let mut swap = world.swap(AB, Side::Zero, 5_000, |_| ());
		swap.out = target;
		world.refuse(swap, refusal);
		let mut remove = world.remove(AB, 1_000, |_| ());
		remove.far = target;
		world.refuse(remove, refusal);
		let mut exit = world.exit(A, 1, 512);
		exit.far = target;
		world.refuse(exit, refusal);
	}
	// Two owners under one key.
	let other = Deposit { chain: B, owner: owner(3), target: Target::New, ..deposit(&world) };
	let key = Some(secret(1).public_key());
	for token in [1, 2] {
		let target = if token == 1 { Target::New } else { at(3) };
		let amount = amount(1_000);
		world
			.apply(Deposit { token: TokenId(token), key, target, amount, ..other.clone() })
			.unwrap();
	}
	let add = world.add_op(1, AB, 100, (900, 900), |body| {
		body.account1 = index(3);
		body.nonce1 = Nonce(0);
	});
	world.refuse(add, Refusal::OwnerMismatch);
}

#[test]
fn tree_full_is_where_the_state_stops() {
	assert_eq!(Creator::Signer.limit(), FIRST_RESERVED_INDEX);
	assert_eq!(Creator::Request.limit(), FIRST_EXIT_INDEX);
	assert_eq!(Creator::Exit.limit(), MAX_ACCOUNTS);
	let mut state = ChainState::new(A);
	assert_eq!(state.create(owner(1), 1), Some(index(0)));
	assert_eq!(state.create(owner(1), 1), None);
	assert_eq!(state.create(owner(1), 2), Some(index(1)));
}

/// Takes three gigabytes of memory, so only when asked for.
#[test]
fn tree_full() {
	if std::env::var_os("LIGATURE_LONG").is_none() {
		return;
	}
	let mut world = World::with_pools();
	let new = Target::New;
	let mut transfer = world.transfer(1, |body| {
		(body.chain, body.nonce, body.receiver) = (B, world.nonce(B, 1), owner(8))
	});
	transfer.target = new;
	let mut swap = world.swap(AB, Side::Zero, 5_000, |_| ());
	swap.out = new;
	let mut remove = world.remove(AB, 100, |_| ());
	remove.far = new;
	let signed: [Operation; 3] = [transfer.into(), swap.into(), remove.into()];
	let deposit = Deposit { chain: B, owner: owner(8), target: new, ..deposit(&world) };
	let change = ChangePubKey { chain: B, owner: owner(8), target: new, ..change_key() };
	let requests: [Operation; 2] = [deposit.into(), change.into()];
	let mut exit = world.exit(A, 1, 512);
	exit.far = new;
	let exit = [exit.into()];

	let ledger = &mut world.ledger;
	let mut fill = |next, refused: &[&[Operation]], accepted: &[&[Operation]]| {
		ledger.states_mut()[1].fill(next);
		for op in refused.concat() {
			assert_eq!(ledger.check(&op), Err(Refusal::TreeFull), "{op:?} at {next}");
		}
		for op in accepted.concat() {
			assert_eq!(ledger.check(&op), Ok(()), "{op:?} at {next}");
		}
	};
	fill(FIRST_RESERVED_INDEX - 1, &[], &[&signed, &requests, &exit]);
	fill(FIRST_RESERVED_INDEX, &[&signed], &[&requests, &exit]);
	fill(FIRST_EXIT_INDEX - 1, &[&signed], &[&requests, &exit]);
	fill(FIRST_EXIT_INDEX, &[&signed, &requests], &[&exit]);
	fill(MAX_ACCOUNTS - 1, &[&signed, &requests], &[&exit]);
	fill(MAX_ACCOUNTS, &[&signed, &requests, &exit], &[]);
}

#[test]
fn balance_overflow() {
	let mut world = World::with_pools();
	for (chain, account, token) in [(A, 1, 1), (A, 2, 1), (A, 1, 512), (B, 2, 2)] {
		let position = world.ledger.network().position(chain).unwrap();
		let state = &mut world.ledger.states_mut()[position];
		state.set_balance(index(account), TokenId(token), Amount::MAX);
	}
	let refusal = Refusal::BalanceOverflow;
	let transfer = world.transfer(1, |_| ());
	refuse_in_unreachable_state(&mut world, transfer, refusal);
	let swap = world.swap(AB, Side::Zero, 5_000, |_| ());
	refuse_in_unreachable_state(&mut world, swap, refusal);
	let add = world.add_op(1, AB, 1_000, (9_000, 9_000), |_| ());
	refuse_in_unreachable_state(&mut world, add, refusal);
	let remove = world.remove(AB, 1_000, |_| ());
	refuse_in_unreachable_state(&mut world, remove, refusal);
	let deposit = deposit(&world);
	refuse_in_unreachable_state(&mut world, deposit, refusal);
}

#[test]
fn owed_overflow() {
	let mut world = World::funded();
	let rest = Amount::MAX.get() - world.ledger.state(A).unwrap().total(TokenId(1)).get();
	world.refuse(Deposit { amount: amount(rest + 1), ..deposit(&world) }, Refusal::OwedOverflow);
	world.apply(Deposit { amount: amount(rest), ..deposit(&world) }).unwrap();
	world.refuse(deposit(&world), Refusal::OwedOverflow);
	// Fees count until the fee account has them.
	world.apply(world.transfer(1, |body| body.fee = fee(5))).unwrap();
	world.refuse(deposit(&world), Refusal::OwedOverflow);
	// What leaves makes room.
	world.apply(world.withdraw(1, |_| ())).unwrap();
	world.apply(deposit(&world)).unwrap();
	world.seal();
}

#[test]
fn wrong_target() {
	let mut world = World::funded();
	for target in [at(2), Target::New] {
		let op = ChangePubKey { account: Some(index(1)), target, ..change_key() };
		world.refuse(op, Refusal::WrongTarget);
	}
}

#[test]
fn pool_missing_on_either_side() {
	let mut world = World::funded();
	for side in [Side::Zero, Side::One] {
		world.refuse(world.swap(AB, Side::Zero, 1, |_| ()), Refusal::PoolMissing);
		world.refuse(world.add_op(1, AB, 1, (9, 9), |_| ()), Refusal::PoolMissing);
		world.refuse(world.remove(AB, 1, |_| ()), Refusal::PoolMissing);
		world.create_pool(AB.chain(side), 0, side, AB).unwrap();
	}
	world.refuse(world.swap(AB, Side::Zero, 1, |_| ()), Refusal::PoolEmpty);
}

#[test]
fn pool_empty_comes_before_the_debit() {
	let mut world = World::funded();
	world.create_pool(A, 0, Side::Zero, AB).unwrap();
	world.create_pool(B, 0, Side::One, AB).unwrap();
	let swap = world.swap(AB, Side::Zero, 1, |body| body.account = index(77));
	world.refuse(swap, Refusal::PoolEmpty);
	world.refuse(world.remove(AB, 1, |_| ()), Refusal::InsufficientBalance);
}

#[test]
fn min_out_zero_and_shares_zero() {
	let mut world = World::with_pools();
	world.refuse(
		world.swap(AB, Side::Zero, 1, |body| body.min_out = Amount::ZERO),
		Refusal::MinOutZero,
	);
	world.refuse(world.add_op(1, AB, 0, (9, 9), |_| ()), Refusal::SharesZero);
	world.refuse(world.remove(AB, 0, |_| ()), Refusal::SharesZero);
}

#[test]
fn slippage_exceeded() {
	let mut world = World::with_pools();
	// 200,000 − ceil(100,000 · 200,000 / 104,985) = 9,496
	let swap = |world: &World, least| {
		world.swap(AB, Side::Zero, 5_000, |body| body.min_out = amount(least))
	};
	world.refuse(swap(&world, 9_497), Refusal::SlippageExceeded);
	world.apply(swap(&world, 9_496)).unwrap();
	world.refuse(world.swap(AB, Side::Zero, 1, |_| ()), Refusal::SlippageExceeded);
	world.refuse(
		world.remove(AB, 1_000, |body| body.min0 = amount(9_000)),
		Refusal::SlippageExceeded,
	);
	world.refuse(
		world.remove(AB, 1_000, |body| body.min1 = amount(9_000)),
		Refusal::SlippageExceeded,
	);
}

#[test]
fn limit_exceeded() {
	let mut world = World::with_pools();
	world.refuse(world.add_op(1, AB, 1_000, (707, 1_415), |_| ()), Refusal::LimitExceeded);
	world.refuse(world.add_op(1, AB, 1_000, (708, 1_414), |_| ()), Refusal::LimitExceeded);
	world.apply(world.add_op(1, AB, 1_000, (708, 1_415), |_| ())).unwrap();
}

/// An empty pool between token 10 of A and token 11 of B, of both of which person 1 has all there
/// can be.
fn vast() -> (World, PoolParams) {
	let mut world = World::funded();
	let params = PoolParams { token0: TokenId(10), token1: TokenId(11), ..AB };
	world.create_pool(A, 0, Side::Zero, params).unwrap();
	world.create_pool(B, 0, Side::One, params).unwrap();
	world.deposit(A, 1, 10, Amount::MAX.get(), at(1)).unwrap();
	world.deposit(B, 1, 11, Amount::MAX.get(), at(1)).unwrap();
	(world, params)
}

#[test]
fn insufficient_liquidity() {
	let (mut world, params) = vast();
	world
		.refuse(world.add_op(1, params, 1, (1_000, 1_001), |_| ()), Refusal::InsufficientLiquidity);
	world
		.refuse(world.add_op(1, params, 2, (1_001, 1_001), |_| ()), Refusal::InsufficientLiquidity);
	world.refuse(world.add_op(1, params, 1, (0, 9_000), |_| ()), Refusal::InsufficientLiquidity);
	world.apply(world.add_op(1, params, 1, (1_001, 1_001), |_| ())).unwrap();
	assert_eq!(world.balance(A, 1, 512), 1);
	world.seal();
}

#[test]
fn supply_overflow() {
	let (mut world, params) = vast();
	let all = Amount::MAX.get();
	world.add(1, params, 1, (all, all), 0).unwrap();
	assert_eq!(world.pool(params, Side::Zero), (all, all, all));
	world.refuse(world.add_op(1, params, 1, (9, 9), |_| ()), Refusal::SupplyOverflow);
	world.seal();
}

#[test]
fn reserve_overflow() {
	let (mut world, params) = vast();
	let all = Amount::MAX.get();
	world.add(1, params, 1, (all, 1_000_000), 0).unwrap();
	let supply = world.pool(params, Side::Zero).2;
	world.refuse(
		world.add_op(1, params, supply / 1_000, (all, all), |_| ()),
		Refusal::ReserveOverflow,
	);
	// No swap gets there: its input would be more of the token than there is.
	world.ledger.states_mut()[0].set_balance(index(2), TokenId(10), amount(1));
	let swap = world.swap(params, Side::Zero, 1, |_| ());
	refuse_in_unreachable_state(&mut world, swap, Refusal::ReserveOverflow);
}

#[test]
fn fee_above_amount() {
	let mut world = World::with_pools();
	// 707 come out of side 0.
	world.refuse(world.remove(AB, 1_000, |body| body.fee = fee(708)), Refusal::FeeAboveAmount);
	world.apply(world.remove(AB, 1_000, |body| body.fee = fee(707))).unwrap();
	world.seal();
}

#[test]
fn wrong_pool_slot_and_pool_exists() {
	let mut world = World::with_pools();
	for slot in [0, 2, 4, 600] {
		world.refuse(create(slot), Refusal::WrongPoolSlot);
	}
	world.refuse(create(3), Refusal::PoolExists);
}

#[test]
fn pools_full() {
	let mut world = World::funded();
	for fee_bps in 0..512 {
		let params = PoolParams { fee_bps, ..AB };
		world.ledger.states_mut()[0].create_pool(params, Side::Zero).unwrap();
	}
	let params = PoolParams { fee_bps: 512, ..AB };
	world.refuse(CreatePool { params, ..create(512) }, Refusal::PoolsFull);
}

#[test]
fn too_many_pools() {
	let mut world = World::funded();
	let params = |fee_bps| PoolParams { fee_bps, ..AB };
	for i in 0..8 {
		world.create_pool(A, i, Side::Zero, params(i)).unwrap();
	}
	let ninth = CreatePool { params: params(8), ..create(8) };
	world.refuse(ninth.clone(), Refusal::TooManyPools);
	world.create_pool(B, 0, Side::One, params(0)).unwrap();
	// A pool that is touched already takes no further register.
	world.add(1, params(0), 1, (10_000, 10_000), 0).unwrap();
	world.seal();
	world.apply(ninth).unwrap();
	for i in 1..8 {
		world.create_pool(B, i, Side::One, params(i)).unwrap();
	}
	// Seven more registers are free on A, but none on B beyond the eighth.
	world.add(1, params(0), 1, (10_000, 10_000), 0).unwrap();
	world.seal();
}

#[test]
fn block_full() {
	let mut world =
		World::with_pools_and(|params| params.classes = vec![SizeClass::new(1).unwrap(); 3]);
	for _ in 0..3 {
		world.apply(world.transfer(1, |_| ())).unwrap();
	}
	// A withdrawal takes slot 6; what needs an even slot has none left, what does not has one.
	world.apply(world.withdraw(1, |_| ())).unwrap();
	world.refuse(world.transfer(1, |_| ()), Refusal::BlockFull);
	world.refuse(world.withdraw(1, |_| ()), Refusal::BlockFull);
	world.refuse(world.swap(AB, Side::Zero, 5_000, |_| ()), Refusal::BlockFull);
	world.refuse(world.swap(AA, Side::Zero, 5_000, |_| ()), Refusal::BlockFull);
	world.apply(deposit(&world)).unwrap();
	world.refuse(deposit(&world), Refusal::BlockFull);
	// The other chain has slots: what needs both chains is refused on both.
	let far = world.swap(AB, Side::One, 5_000, |_| ());
	world.refuse(far, Refusal::BlockFull);
	let block = world.seal();
	assert_eq!(block.chains[0].header.size_class, SizeClass::new(1).unwrap());
	assert_eq!(block.chains[1].header.size_class, SizeClass::EMPTY);
}

#[test]
fn a_chain_of_class_0_takes_nothing() {
	let mut world = World::with_pools_and(|params| params.classes[1] = SizeClass::EMPTY);
	world.refuse(Deposit { chain: B, ..deposit(&world) }, Refusal::BlockFull);
	world.refuse(world.swap(AB, Side::Zero, 5_000, |_| ()), Refusal::BlockFull);
	world.apply(world.swap(AA, Side::Zero, 5_000, |_| ())).unwrap();
	world.seal();
}

#[test]
fn join_full() {
	let mut world = World::with_pools_and(|params| params.join_class = JoinClass::new(1).unwrap());
	for i in 0..8u128 {
		world.apply(world.swap(AB, Side::Zero, 100 + i, |_| ())).unwrap();
	}
	world.refuse(world.swap(AB, Side::Zero, 100, |_| ()), Refusal::JoinFull);
	world.refuse(world.exit(A, 1, 512), Refusal::JoinFull);
	// Nothing joint: no shares of this pool.
	world.apply(world.exit(A, 2, 512)).unwrap();
	world.apply(world.transfer(1, |_| ())).unwrap();
	let block = world.seal();
	assert_eq!((block.joint, block.join_class.get()), (8, 1));
	assert_eq!(Word::ZERO, block.chains[2].header.log_commitment);
}
