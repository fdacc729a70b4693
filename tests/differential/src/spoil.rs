// SPDX-License-Identifier: Apache-2.0

//! Operations that are wrong in one way.

use crate::generate::{Author, Envelope};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::PublicKey,
	op::{
		AddLiquidityBody, ChangePubKey, CreatePool, Deposit, FullExit, RemoveLiquidityBody,
		SwapBody, Target, TransferBody, WithdrawBody,
	},
	pool::PoolParams,
};
use num_bigint::BigUint;
use rand::{Rng, seq::IndexedRandom};

/// A point of order two, `(0, −1)`: it is on the curve and not in the subgroup.
pub const SMALL_ORDER: PublicKey = PublicKey([
	0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53,
	0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
]);
/// The neutral element, `(0, 1)`.
pub const IDENTITY: PublicKey = PublicKey({
	let mut bytes = [0; 32];
	bytes[0] = 1;
	bytes
});
/// More than the field's order.
pub const NOT_CANONICAL: PublicKey = PublicKey([0xff; 32]);

fn bad_key(author: &mut Author) -> PublicKey {
	*[SMALL_ORDER, IDENTITY, NOT_CANONICAL].choose(&mut author.rng).expect("not empty")
}

/// A target that is wrong, or happens to be right.
fn target(author: &mut Author, chain: ChainId, target: &mut Target) {
	let next = author.model.chains.get(&chain.0).map_or(0, |chain| chain.next);
	let index = match author.rng.random_range(0..4) {
		0 => author.rng.random_range(0..1 << 24),
		1 => next,
		_ => author.rng.random_range(0..next.max(1)),
	};
	*target = Target::Existing(AccountIndex::new(index).expect("below 2^24"));
}

fn token(author: &mut Author) -> TokenId {
	let some = [300, 511, 512, 513, 600, 1_023, 1_024, 65_535];
	TokenId(*some.choose(&mut author.rng).expect("not empty"))
}

fn account(author: &mut Author, account: &mut AccountIndex) {
	let index = if author.rng.random() {
		author.rng.random_range(0..12)
	} else {
		author.rng.random_range(0..1 << 24)
	};
	*account = AccountIndex::new(index).expect("below 2^24");
}

fn nonce(author: &mut Author, nonce: &mut Nonce) {
	nonce.0 = match author.rng.random_range(0..4) {
		0 => nonce.0.wrapping_sub(1),
		1 => u32::MAX,
		_ => nonce.0.wrapping_add(1),
	};
}

fn params(author: &mut Author, params: &mut PoolParams) {
	match author.rng.random_range(0..7) {
		0 => params.chain0 = author.world.foreign_chain(&mut author.rng),
		1 => params.chain1 = author.world.foreign_chain(&mut author.rng),
		2 => params.token0 = TokenId(author.rng.random_range(512..2_000)),
		3 => params.token1 = TokenId(author.rng.random_range(512..2_000)),
		4 => params.fee_bps = author.rng.random_range(1_001..=65_535),
		5 => (params.chain1, params.token1) = (params.chain0, params.token0),
		_ => params.fee_bps = author.rng.random_range(0..=1_000),
	}
}

fn envelope(author: &mut Author, it: &mut Envelope) {
	match author.rng.random_range(0..5) {
		0 => it.network = NetworkId(author.rng.random()),
		1 => {
			it.expiry =
				Timestamp::new(author.timestamp - author.rng.random_range(1..1_000)).expect("small")
		},
		2 => it.key = author.world.key(&mut author.rng),
		3 => it.key = bad_key(author),
		_ => it.forged = true,
	}
}

fn some_amount(author: &mut Author) -> Amount {
	let bits = author.rng.random_range(0..=112);
	Amount::new(author.rng.random_range(0..=Amount::MAX.get() >> (112 - bits)))
		.expect("below 2^112")
}

fn some_fee(author: &mut Author) -> Fee {
	let bits = author.rng.random_range(1..=80);
	Fee::new(author.rng.random_range(0..=Fee::MAX.get() >> (80 - bits))).expect("below 2^80")
}

pub(crate) fn deposit(author: &mut Author, it: &mut Deposit) {
	match author.rng.random_range(0..7) {
		0 => it.chain = author.world.foreign_chain(&mut author.rng),
		1 => it.token = token(author),
		2 => it.owner = Owner::ZERO,
		3 => it.key = Some(bad_key(author)),
		4 => it.amount = some_amount(author),
		5 => {
			// To the limit of what the chain may owe, or one beyond.
			let total = author.model.chains[&it.chain.0].total(it.chain.0, it.token.0);
			let room = Amount::MAX.get() - u128::try_from(total).expect("below 2^112");
			let amount = room.saturating_add(author.rng.random_range(0..2));
			it.amount = Amount::new(amount.min(Amount::MAX.get())).expect("clamped");
		},
		_ => target(author, it.chain, &mut it.target),
	}
}

pub(crate) fn full_exit(author: &mut Author, it: &mut FullExit) {
	match author.rng.random_range(0..6) {
		0 => it.chain = author.world.foreign_chain(&mut author.rng),
		1 => it.token = token(author),
		2 => it.owner = Owner::ZERO,
		3 => it.owner = author.world.owner(&mut author.rng),
		4 => account(author, &mut it.account),
		_ => {
			let chain = author.world.chain(&mut author.rng);
			target(author, chain, &mut it.far);
		},
	}
}

pub(crate) fn change_pub_key(author: &mut Author, it: &mut ChangePubKey) {
	match author.rng.random_range(0..6) {
		0 => it.chain = author.world.foreign_chain(&mut author.rng),
		1 => it.owner = Owner::ZERO,
		2 => it.owner = author.world.owner(&mut author.rng),
		3 => it.key = bad_key(author),
		4 => {
			let mut named = AccountIndex::default();
			account(author, &mut named);
			it.account = Some(named);
			if author.rng.random() {
				it.target = Target::Existing(named);
			}
		},
		_ => target(author, it.chain, &mut it.target),
	}
}

pub(crate) fn create_pool(author: &mut Author, it: &mut CreatePool) {
	match author.rng.random_range(0..6) {
		0 => it.chain = author.world.foreign_chain(&mut author.rng),
		1 => it.chain = author.world.chain(&mut author.rng),
		2 => it.slot = PoolSlot(author.rng.random_range(0..600)),
		3 => it.side = it.side.other(),
		4 => {
			// One that is there already.
			let pools = &author.model.chains[&it.chain.0].pools;
			let leaf = pools.values().next().map(|leaf| (leaf.params, leaf.side));
			if let Some((params, side)) = leaf {
				(it.params, it.side) = (params, Side::from_number(side).expect("0 or 1"));
			}
		},
		_ => params(author, &mut it.params),
	}
}

pub(crate) fn transfer(
	author: &mut Author,
	around: &mut Envelope,
	it: &mut TransferBody,
	to: &mut Target,
) {
	match author.rng.random_range(0..12) {
		0..4 => envelope(author, around),
		4 => it.chain = author.world.foreign_chain(&mut author.rng),
		5 => it.token = token(author),
		6 => it.receiver = Owner::ZERO,
		7 => account(author, &mut it.account),
		8 => nonce(author, &mut it.nonce),
		9 => it.amount = some_amount(author),
		10 => it.fee = some_fee(author),
		_ => target(author, it.chain, to),
	}
}

pub(crate) fn withdraw(author: &mut Author, around: &mut Envelope, it: &mut WithdrawBody) {
	match author.rng.random_range(0..11) {
		0..4 => envelope(author, around),
		4 => it.chain = author.world.foreign_chain(&mut author.rng),
		5 => it.token = token(author),
		6 => it.receiver = Owner::ZERO,
		7 => account(author, &mut it.account),
		8 => nonce(author, &mut it.nonce),
		9 => it.amount = some_amount(author),
		_ => it.fee = some_fee(author),
	}
}

pub(crate) fn swap(
	author: &mut Author,
	around: &mut Envelope,
	it: &mut SwapBody,
	out: &mut Target,
) {
	match author.rng.random_range(0..12) {
		0..3 => envelope(author, around),
		3 | 4 => params(author, &mut it.params),
		5 => it.min_out = Amount::ZERO,
		6 => it.min_out = some_amount(author),
		7 => account(author, &mut it.account),
		8 => nonce(author, &mut it.nonce),
		9 => it.amount = some_amount(author),
		10 => it.fee = some_fee(author),
		_ => target(author, it.params.chain(it.direction.other()), out),
	}
}

pub(crate) fn add_liquidity(author: &mut Author, around: &mut Envelope, it: &mut AddLiquidityBody) {
	// Only whales come near the limit of a supply.
	let limits = author.world.whales && author.rng.random();
	match if limits { 11 } else { author.rng.random_range(0..14) } {
		0..3 => envelope(author, around),
		3 | 4 => params(author, &mut it.params),
		5 => it.shares = Amount::ZERO,
		6 => it.shares = some_amount(author),
		7 => account(author, &mut it.account0),
		8 => account(author, &mut it.account1),
		9 => nonce(author, &mut it.nonce0),
		10 => nonce(author, &mut it.nonce1),
		11 => {
			// As much as the limits let cost, or one share more: over the reserves' limit, or the supply's.
			let shares = author.leaves(&it.params).map_or(1, |[home, far]| {
				let reserve = home.own.max(far.own).max(1);
				let shares = BigUint::from(home.supply) * Amount::MAX.get() / reserve;
				u128::try_from(shares).unwrap_or(u128::MAX)
			});
			let shares = shares.saturating_add(author.rng.random_range(0..2));
			it.shares = Amount::new(shares.min(Amount::MAX.get())).expect("clamped");
			(it.max0, it.max1) = (Amount::MAX, Amount::MAX);
		},
		12 => it.fee = some_fee(author),
		_ => {
			let limit = if author.rng.random() { &mut it.max0 } else { &mut it.max1 };
			*limit = limit.checked_sub(Amount::new(1).expect("one")).unwrap_or_default();
		},
	}
}

pub(crate) fn remove_liquidity(
	author: &mut Author,
	around: &mut Envelope,
	it: &mut RemoveLiquidityBody,
	far: &mut Target,
) {
	match author.rng.random_range(0..12) {
		0..3 => envelope(author, around),
		3 | 4 => params(author, &mut it.params),
		5 => it.shares = Amount::ZERO,
		6 => it.shares = some_amount(author),
		7 => account(author, &mut it.account),
		8 => nonce(author, &mut it.nonce),
		9 | 10 => it.fee = some_fee(author),
		_ => target(author, it.params.chain1, far),
	}
}
