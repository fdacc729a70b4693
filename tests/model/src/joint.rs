// SPDX-License-Identifier: Apache-2.0

//! The operations of pools (sections 7.5 and 7.6).

use crate::{
	checks::{Authority, Debit, Head, SIGNED_END, check},
	formulas::{LOCKED, first_supply, liquidity_cost, liquidity_worth, swap_out},
	half::Half,
	message::{Message, params_word},
	model::{Effect, Model},
	state::Pool,
};
use ligature_primitives::{
	ids::{ChainId, Owner, Side},
	op::{AddLiquidity, RemoveLiquidity, Swap, Target},
	pool::PoolParams,
	refusal::Refusal,
};
use num_bigint::BigUint;

const AMOUNT_END: u128 = 1 << 112;
const FIRST_LP_TOKEN: u16 = 512;

/// Shares on their way out: the part of RemoveLiquidity that a FullExit of LP shares has too.
pub(crate) struct Burn {
	/// The account on side 0, which has already lost the shares.
	pub account: u32,
	/// How many, at least 1.
	pub shares: u128,
	/// The least that each side must pay.
	pub minima: (u128, u128),
	/// Kept back from side 0.
	pub fee: u128,
	/// The first index that the far account may not be created at.
	pub far_end: u32,
}

/// What burned shares brought.
pub(crate) struct Paid {
	/// The slots of sides 0 and 1.
	pub slots: (u16, u16),
	/// Paid by side 0, fee included.
	pub x: u128,
	/// Paid by side 1.
	pub y: u128,
	/// The account on side 1, with its owner if it is new.
	pub far: (u32, Option<Owner>),
}

fn small(value: &BigUint) -> Option<u128> {
	value.try_into().ok().filter(|value| *value < AMOUNT_END)
}

impl Model {
	/// Section 2's "valid".
	pub(crate) fn valid_params(&self, params: &PoolParams) -> Result<(), Refusal> {
		let chains = [params.chain0, params.chain1].iter().all(|id| self.known(*id).is_ok());
		let tokens = params.token0.0 <= 511 && params.token1.0 <= 511;
		let same = params.chain0 == params.chain1 && params.token0 == params.token1;
		let valid = chains && tokens && params.fee_bps <= 1000 && !same;
		check(valid, Refusal::BadPoolParams)
	}

	/// The slots of both sides.
	fn slots(&self, params: &PoolParams) -> Result<[u16; 2], Refusal> {
		let slot = |chain: u8, side| self.chains[&chain].pool_slot(params, side);
		let near = slot(params.chain0.0, 0).ok_or(Refusal::PoolMissing)?;
		let far = slot(params.chain1.0, 1).ok_or(Refusal::PoolMissing)?;
		Ok([near, far])
	}

	/// Both leaves, side 0 first.
	fn leaves(&self, params: &PoolParams, slots: [u16; 2]) -> [&Pool; 2] {
		[
			&self.chains[&params.chain0.0].pools[&slots[0]],
			&self.chains[&params.chain1.0].pools[&slots[1]],
		]
	}

	/// Writes both leaves: the reserves on each, the supply on side 0.
	fn set_pool(
		&mut self,
		params: &PoolParams,
		slots: [u16; 2],
		reserves: [u128; 2],
		supply: u128,
	) {
		let near = self.chain(params.chain0).pools.get_mut(&slots[0]).expect("looked up before");
		(near.own, near.foreign, near.supply) = (reserves[0], reserves[1], supply);
		let far = self.chain(params.chain1).pools.get_mut(&slots[1]).expect("looked up before");
		(far.own, far.foreign) = (reserves[1], reserves[0]);
	}

	pub(crate) fn swap(&mut self, it: &Swap) -> Result<Effect, Refusal> {
		let (tx, body) = (&it.tx, &it.tx.body);
		let params = &body.params;
		let (a, min_out, fee) = (body.amount.get(), body.min_out.get(), body.fee.get());
		let (account, nonce) = (body.account.get(), body.nonce.0);
		let side_in = body.direction;
		let (i, o) = (usize::from(side_in.number()), usize::from(1 - side_in.number()));
		let (chain_in, chain_out) = (params.chain(side_in), params.chain(side_in.other()));
		let (token_in, token_out) = (params.token(side_in).0, params.token(side_in.other()).0);
		let chains = &[params.chain0, params.chain1];
		self.head(&Head { chains, network: tx.network.0, expiry: tx.expiry.get() })?;
		self.valid_params(params)?;
		check(min_out >= 1, Refusal::MinOutZero)?;
		self.fee_place(chain_in, token_in, fee)?;

		let slots = self.slots(params)?;
		let [near, far] = self.leaves(params, slots);
		let (mut reserves, supply) = ([near.own, far.own], near.supply);
		check(supply >= 1, Refusal::PoolEmpty)?;
		let message = Message {
			kind: 32,
			network: tx.network.0,
			expiry: tx.expiry.get(),
			first: (chain_in.0, account, nonce),
			amount: a,
			fee,
			limits: (min_out, 0),
			direction: side_in.number(),
			subject: params_word(params.pack()),
			..Message::default()
		};
		let by = Authority {
			key: tx.key.public_key(),
			signature: &tx.signature,
			message: message.hash(),
		};
		let debit = Debit { chain: chain_in, account, nonce, token: token_in, value: a + fee };
		self.debit(debit, &by)?;
		check(reserves[i] + a < AMOUNT_END, Refusal::ReserveOverflow)?;
		let a1 = small(&swap_out(reserves[i], reserves[o], a, params.fee_bps))
			.expect("no more than a reserve");
		check(a1 >= min_out, Refusal::SlippageExceeded)?;
		let owner = self.chains[&chain_in.0].accounts[&account].owner;
		let (out, created) = self.credit(chain_out, &it.out, owner, SIGNED_END, (token_out, a1))?;

		let before = BigUint::from(reserves[0]) * reserves[1];
		reserves[i] += a;
		reserves[o] -= a1;
		assert!(BigUint::from(reserves[0]) * reserves[1] >= before, "the product never falls");
		self.set_pool(params, slots, reserves, supply);
		let mut halves = vec![
			(chain_in.0, Half::SwapIn { slot: slots[i], account, amount: a, fee }),
			(chain_out.0, Half::SwapOut { slot: slots[o], account: out, created, amount: a1 }),
		];
		if side_in == Side::One {
			halves.reverse();
		}
		Ok(Effect {
			halves,
			touched: vec![(params.chain0.0, slots[0]), (params.chain1.0, slots[1])],
			joint: true,
			fee: Some((chain_in.0, token_in, fee)),
			paid: None,
		})
	}

	pub(crate) fn add_liquidity(&mut self, it: &AddLiquidity) -> Result<Effect, Refusal> {
		let (tx, body) = (&it.tx, &it.tx.body);
		let params = &body.params;
		let (s, fee) = (body.shares.get(), body.fee.get());
		let (max0, max1) = (body.max0.get(), body.max1.get());
		let near = (params.chain0, body.account0.get(), body.nonce0.0);
		let far = (params.chain1, body.account1.get(), body.nonce1.0);
		let chains = &[params.chain0, params.chain1];
		self.head(&Head { chains, network: tx.network.0, expiry: tx.expiry.get() })?;
		self.valid_params(params)?;
		check(s >= 1, Refusal::SharesZero)?;
		self.fee_place(params.chain0, params.token0.0, fee)?;

		let slots = self.slots(params)?;
		let [pool0, pool1] = self.leaves(params, slots);
		let (reserves, supply) = ([pool0.own, pool1.own], pool0.supply);
		let (x, y, minted, supply_after) = if supply == 0 {
			let total = first_supply(max0, max1, s).ok_or(Refusal::InsufficientLiquidity)?;
			let total = small(&total).expect("the mean of two amounts");
			(max0, max1, total - LOCKED, total)
		} else {
			let cost = |reserve, max: u128| {
				let cost = liquidity_cost(s, reserve, supply);
				small(&cost).filter(|cost| *cost <= max).ok_or(Refusal::LimitExceeded)
			};
			let (x, y) = (cost(reserves[0], max0)?, cost(reserves[1], max1)?);
			check(supply + s < AMOUNT_END, Refusal::SupplyOverflow)?;
			(x, y, s, supply + s)
		};
		let reserves = [reserves[0] + x, reserves[1] + y];
		check(reserves.iter().all(|reserve| *reserve < AMOUNT_END), Refusal::ReserveOverflow)?;
		let message = Message {
			kind: 33,
			network: tx.network.0,
			expiry: tx.expiry.get(),
			first: (near.0.0, near.1, near.2),
			second: (far.0.0, far.1, far.2),
			amount: s,
			fee,
			limits: (max0, max1),
			subject: params_word(params.pack()),
			..Message::default()
		};
		let by = Authority {
			key: tx.key.public_key(),
			signature: &tx.signature,
			message: message.hash(),
		};
		let debit =
			|(chain, account, nonce), token, value| Debit { chain, account, nonce, token, value };
		self.debit(debit(near, params.token0.0, x + fee), &by)?;
		self.debit(debit(far, params.token1.0, y), &by)?;
		let owner = |(chain, account, _): (ChainId, u32, u32)| {
			self.chains[&chain.0].accounts[&account].owner
		};
		check(owner(near) == owner(far), Refusal::OwnerMismatch)?;
		let leaf = self.chain(near.0).accounts.get_mut(&near.1).expect("it was debited");
		let shares = leaf.balance(FIRST_LP_TOKEN + slots[0]) + minted;
		check(shares < AMOUNT_END, Refusal::BalanceOverflow)?;
		leaf.set_balance(FIRST_LP_TOKEN + slots[0], shares);
		self.set_pool(params, slots, reserves, supply_after);
		let half0 = Half::AddLiquidity0 { slot: slots[0], account: near.1, x, fee, minted };
		let half1 = Half::AddLiquidity1 { slot: slots[1], account: far.1, y };
		Ok(Effect {
			halves: vec![(near.0.0, half0), (far.0.0, half1)],
			touched: vec![(near.0.0, slots[0]), (far.0.0, slots[1])],
			joint: true,
			fee: Some((near.0.0, params.token0.0, fee)),
			paid: None,
		})
	}

	pub(crate) fn remove_liquidity(&mut self, it: &RemoveLiquidity) -> Result<Effect, Refusal> {
		let (tx, body) = (&it.tx, &it.tx.body);
		let params = &body.params;
		let (s, fee) = (body.shares.get(), body.fee.get());
		let (account, nonce) = (body.account.get(), body.nonce.0);
		let minima = (body.min0.get(), body.min1.get());
		let chains = &[params.chain0, params.chain1];
		self.head(&Head { chains, network: tx.network.0, expiry: tx.expiry.get() })?;
		self.valid_params(params)?;
		check(s >= 1, Refusal::SharesZero)?;
		self.fee_place(params.chain0, params.token0.0, fee)?;

		let slots = self.slots(params)?;
		let message = Message {
			kind: 34,
			network: tx.network.0,
			expiry: tx.expiry.get(),
			first: (params.chain0.0, account, nonce),
			amount: s,
			fee,
			limits: minima,
			subject: params_word(params.pack()),
			..Message::default()
		};
		let by = Authority {
			key: tx.key.public_key(),
			signature: &tx.signature,
			message: message.hash(),
		};
		let token = FIRST_LP_TOKEN + slots[0];
		self.debit(Debit { chain: params.chain0, account, nonce, token, value: s }, &by)?;
		let burn = Burn { account, shares: s, minima, fee, far_end: SIGNED_END };
		let paid = self.pay_shares(params, &burn, &it.far)?;
		let half0 =
			Half::RemoveLiquidity0 { slot: paid.slots.0, account, shares: s, x: paid.x, fee };
		let half1 = Half::RemoveLiquidity1 {
			slot: paid.slots.1,
			account: paid.far.0,
			created: paid.far.1,
			y: paid.y,
		};
		Ok(Effect {
			halves: vec![(params.chain0.0, half0), (params.chain1.0, half1)],
			touched: vec![(params.chain0.0, paid.slots.0), (params.chain1.0, paid.slots.1)],
			joint: true,
			fee: Some((params.chain0.0, params.token0.0, fee)),
			paid: None,
		})
	}

	/// Pays both sides for shares that have been taken from the account already.
	pub(crate) fn pay_shares(
		&mut self,
		params: &PoolParams,
		burn: &Burn,
		far: &Target,
	) -> Result<Paid, Refusal> {
		let slots = self.slots(params)?;
		let [pool0, pool1] = self.leaves(params, slots);
		let (reserves, supply) = ([pool0.own, pool1.own], pool0.supply);
		let worth = |reserve| {
			small(&liquidity_worth(burn.shares, reserve, supply)).expect("no more than the reserve")
		};
		let (x, y) = (worth(reserves[0]), worth(reserves[1]));
		check(x >= burn.minima.0 && y >= burn.minima.1, Refusal::SlippageExceeded)?;
		check(x >= burn.fee, Refusal::FeeAboveAmount)?;
		let leaf =
			self.chain(params.chain0).accounts.get_mut(&burn.account).expect("it was debited");
		let balance = leaf.balance(params.token0.0) + x - burn.fee;
		check(balance < AMOUNT_END, Refusal::BalanceOverflow)?;
		leaf.set_balance(params.token0.0, balance);
		let owner = leaf.owner;
		let far = self.credit(params.chain1, far, owner, burn.far_end, (params.token1.0, y))?;
		self.set_pool(params, slots, [reserves[0] - x, reserves[1] - y], supply - burn.shares);
		Ok(Paid { slots: (slots[0], slots[1]), x, y, far })
	}
}
