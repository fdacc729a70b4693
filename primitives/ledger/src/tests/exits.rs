// SPDX-License-Identifier: Apache-2.0

//! Claims after a freeze: everybody leaves, and what remains is the remainder.

use super::world::*;
use crate::exit::{BALANCE_CLAIM_BYTES, BalanceClaim, LIQUIDITY_CLAIM_BYTES, LiquidityClaim};
use codec::{Decode, Encode, MaxEncodedLen};
use ligature_primitives::{
	ids::{PoolSlot, Side, TokenId},
	op::Target,
	poseidon::Word,
	refusal::Refusal,
};
use std::collections::BTreeMap;

/// A sealed ledger with pools and some trade.
fn frozen() -> World {
	let mut world = World::with_pools();
	world.apply(world.swap(AB, Side::Zero, 7_001, |body| body.fee = fee(3))).unwrap();
	world.apply(world.swap(AA, Side::One, 977, |_| ())).unwrap();
	world.add(2, AB, 999, (9_000, 9_000), 0).unwrap();
	world.deposit(B, 5, 2, 44, Target::New).unwrap();
	world.seal();
	world.ledger.abandon();
	world
}

#[test]
fn everybody_leaves_and_the_remainder_stays() {
	let world = frozen();
	let ledger = &world.ledger;
	for state in ledger.states() {
		let mut paid: BTreeMap<TokenId, u128> = BTreeMap::new();
		for (account, values) in state.accounts() {
			for token in (0..512).map(TokenId) {
				let had = values.balance(token);
				if had.get() == 0 {
					continue;
				}
				let claim = BalanceClaim::new(state, account, token).unwrap();
				let payout = claim.verify(state.root()).unwrap();
				assert_eq!((payout.owner, payout.amount), (values.owner, had));
				*paid.entry(token).or_default() += payout.amount.get();
			}
		}
		let mut remainder: BTreeMap<TokenId, u128> = BTreeMap::new();
		for (_, leaf) in state.pools() {
			let home = ledger.state(leaf.params.chain0).unwrap();
			let slot = home.pool_slot(&leaf.params, Side::Zero).unwrap();
			let mut out = 0;
			for (account, values) in home.accounts() {
				if values.balance(TokenId::lp(slot).unwrap()).get() > 0 {
					let claim = LiquidityClaim::new(home, account, slot, state, leaf.side).unwrap();
					let payout = claim.verify(home.root(), state.root()).unwrap();
					assert_eq!((payout.owner, payout.token), (values.owner, leaf.token()));
					out += payout.amount.get();
				}
			}
			assert!(out < leaf.own.get(), "the locked shares' part stays");
			*paid.entry(leaf.token()).or_default() += out;
			*remainder.entry(leaf.token()).or_default() += leaf.own.get() - out;
		}
		for (token, total) in state.totals() {
			let left = total.get() - paid.remove(&token).unwrap_or(0);
			assert_eq!(left, remainder.remove(&token).unwrap_or(0));
		}
		assert!(paid.is_empty() && remainder.is_empty());
	}
}

#[test]
fn a_changed_balance_claim_is_refused() {
	let world = frozen();
	let state = world.ledger.state(A).unwrap();
	let claim = BalanceClaim::new(state, index(1), TokenId(1)).unwrap();
	assert!(claim.verify(state.root()).is_ok());
	let refuse = |change: &dyn Fn(&mut BalanceClaim), refusal| {
		let mut claim = claim.clone();
		change(&mut claim);
		assert_eq!(claim.verify(state.root()), Err(refusal));
	};
	refuse(&|c| c.balance.amount = amount(c.balance.amount.get() + 1), Refusal::BadPath);
	refuse(&|c| c.balance.token = TokenId(5), Refusal::BadPath);
	refuse(&|c| c.balance.token = TokenId(512), Refusal::TokenOutOfRange);
	refuse(&|c| c.balance.balances += Word::from(1), Refusal::BadPath);
	refuse(&|c| c.balance.account_path.siblings.truncate(11), Refusal::BadPath);
	refuse(&|c| c.balance.balance_path.siblings.truncate(4), Refusal::BadPath);
	refuse(&|c| c.balance.owner = owner(2), Refusal::WrongRoot);
	refuse(&|c| c.balance.account = index(2), Refusal::WrongRoot);
	refuse(&|c| c.balance.nonce.0 += 1, Refusal::WrongRoot);
	refuse(&|c| c.balance.key += Word::from(1), Refusal::WrongRoot);
	refuse(&|c| c.pools_root += Word::from(1), Refusal::WrongRoot);
	refuse(&|c| c.balance.account_path.siblings[3][1] += Word::from(1), Refusal::WrongRoot);
	let other = world.ledger.state(B).unwrap();
	assert_eq!(claim.verify(other.root()), Err(Refusal::WrongRoot));
	// An account that does not exist has no claim.
	assert_eq!(BalanceClaim::new(state, index(99), TokenId(1)), None);
}

#[test]
fn a_changed_liquidity_claim_is_refused() {
	let world = frozen();
	let (home, far) = (world.ledger.state(A).unwrap(), world.ledger.state(B).unwrap());
	let claim = LiquidityClaim::new(home, index(1), PoolSlot(0), far, Side::One).unwrap();
	let paid = claim.verify(home.root(), far.root()).unwrap();
	let (own, _, _) = world.pool(AB, Side::One);
	let (_, _, supply) = world.pool(AB, Side::Zero);
	assert_eq!(paid.amount.get(), own * world.balance(A, 1, 512) / supply);
	let refuse = |change: &dyn Fn(&mut LiquidityClaim), refusal| {
		let mut claim = claim.clone();
		change(&mut claim);
		assert_eq!(claim.verify(home.root(), far.root()), Err(refusal));
	};
	refuse(&|c| c.shares.token = TokenId(513), Refusal::TokenOutOfRange);
	refuse(&|c| c.home.leaf.side = Side::One, Refusal::WrongSide);
	refuse(&|c| c.reserve.leaf.params.fee_bps += 1, Refusal::BadPoolParams);
	refuse(&|c| c.shares.amount = amount(c.shares.amount.get() + 1), Refusal::BadPath);
	refuse(&|c| c.home.path.siblings.truncate(4), Refusal::BadPath);
	refuse(&|c| c.home.leaf.supply = amount(1), Refusal::WrongRoot);
	refuse(&|c| c.reserve.leaf.own = amount(c.reserve.leaf.own.get() + 1), Refusal::WrongRoot);
	refuse(&|c| c.reserve.leaf.side = Side::Zero, Refusal::WrongRoot);
	refuse(&|c| c.accounts_root += Word::from(1), Refusal::WrongRoot);
	refuse(&|c| c.reserve.slot = PoolSlot(1), Refusal::WrongRoot);
	assert_eq!(claim.verify(far.root(), home.root()), Err(Refusal::WrongRoot));
}

#[test]
fn claims_should_survive_their_bytes_and_refuse_all_others() {
	let world = frozen();
	let (home, far) = (world.ledger.state(A).unwrap(), world.ledger.state(B).unwrap());
	let balance = BalanceClaim::new(home, index(1), TokenId(1)).unwrap();
	let liquidity = LiquidityClaim::new(home, index(1), PoolSlot(0), far, Side::One).unwrap();
	let (short, long) = (balance.encode(), liquidity.encode());
	assert_eq!((short.len(), long.len()), (BALANCE_CLAIM_BYTES, LIQUIDITY_CLAIM_BYTES));
	assert_eq!((short.len(), long.len()), (1786, 2864), "as the protocol says");
	assert_eq!(BalanceClaim::decode(&short).as_ref(), Ok(&balance));
	assert_eq!(LiquidityClaim::decode(&long).as_ref(), Ok(&liquidity));
	for wrong in [&short[1..], &[&short[..], &[0]].concat()] {
		assert_eq!(BalanceClaim::decode(wrong), Err(Refusal::BadLength));
	}
	assert_eq!(LiquidityClaim::decode(&long[1..]), Err(Refusal::BadLength));
	// Account, key and amount have limits; the side is 0 or 1.
	let spoilt = |bytes: &[u8], at: usize| {
		let mut bytes = bytes.to_vec();
		bytes[at] = 0xFF;
		bytes
	};
	assert_eq!(BalanceClaim::decode(&spoilt(&short, 0)), Err(Refusal::IndexTooLarge));
	assert_eq!(BalanceClaim::decode(&spoilt(&short, 67)), Err(Refusal::WordNotCanonical));
	assert_eq!(BalanceClaim::decode(&spoilt(&short, 1258)), Err(Refusal::AmountTooLarge));
	assert_eq!(LiquidityClaim::decode(&spoilt(&long, 1764)), Err(Refusal::WrongSide));
	// Whatever else is changed decodes to a claim that does not hold, or changes nothing that counts.
	for at in 0..short.len() {
		let mut bytes = short.clone();
		bytes[at] ^= 1;
		if let Ok(claim) = BalanceClaim::decode(&bytes) {
			assert_eq!(claim.encode(), bytes);
			assert!(claim.verify(home.root()).is_err(), "byte {at}");
		}
	}
	for at in 0..long.len() {
		let mut bytes = long.clone();
		bytes[at] ^= 1;
		if let Ok(claim) = LiquidityClaim::decode(&bytes) {
			assert_eq!(claim.encode(), bytes);
			assert!(claim.verify(home.root(), far.root()).is_err(), "byte {at}");
		}
	}
}

#[test]
fn claims_in_scale_should_be_their_bytes() {
	let world = frozen();
	let home = world.ledger.state(A).unwrap();
	let balance = BalanceClaim::new(home, index(2), TokenId(3)).unwrap();
	let scale = Encode::encode(&balance);
	assert_eq!(scale, balance.encode().encode());
	assert_eq!(scale.len(), BalanceClaim::max_encoded_len());
	assert_eq!(<BalanceClaim as Decode>::decode(&mut &scale[..]), Ok(balance));
	let liquidity = LiquidityClaim::new(home, index(1), PoolSlot(0), home, Side::Zero).unwrap();
	let scale = Encode::encode(&liquidity);
	assert_eq!(scale.len(), LiquidityClaim::max_encoded_len());
	assert_eq!(<LiquidityClaim as Decode>::decode(&mut &scale[..]), Ok(liquidity));
	assert!(<LiquidityClaim as Decode>::decode(&mut &scale[..scale.len() - 1]).is_err());
}
