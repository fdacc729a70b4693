// SPDX-License-Identifier: Apache-2.0

//! The operations that L1 enters (section 7.3).

use crate::{
	checks::{EXITS_END, REQUESTS_END, check, owner_not_zero},
	half::Half,
	joint::Burn,
	model::{Effect, Model, Payment},
	state::Pool,
};
use ligature_primitives::{
	ids::TokenId,
	op::{ChangePubKey, CreatePool, Deposit, FullExit, Target},
	refusal::Refusal,
};
use num_bigint::BigUint;

const FIRST_LP_TOKEN: u16 = 512;
const TOKENS_END: u16 = 1024;
const POOLS_END: u16 = 512;

impl Model {
	pub(crate) fn deposit(&mut self, it: &Deposit) -> Result<Effect, Refusal> {
		let amount = it.amount.get();
		self.known(it.chain)?;
		check(it.token.0 < FIRST_LP_TOKEN, Refusal::TokenOutOfRange)?;
		owner_not_zero(&it.owner)?;
		if let Some(key) = &it.key {
			key.validate()?;
		}
		let fees = self.open().fees.get(&it.chain.0).and_then(|fees| fees.get(&it.token.0));
		let total = self.chains[&it.chain.0].total(it.chain.0, it.token.0)
			+ fees.copied().unwrap_or(0)
			+ amount;
		check(total < BigUint::from(1u128 << 112), Refusal::OwedOverflow)?;
		let (account, created) =
			self.credit(it.chain, &it.target, it.owner, REQUESTS_END, (it.token.0, amount))?;
		if it.key.is_some() {
			let leaf = self.chain(it.chain).accounts.get_mut(&account).expect("just credited");
			leaf.key = it.key;
		}
		let half = Half::Deposit {
			new: created.is_some(),
			account,
			token: it.token.0,
			owner: it.owner,
			amount,
			key: it.key,
		};
		Ok(Effect { halves: vec![(it.chain.0, half)], ..Effect::default() })
	}

	pub(crate) fn full_exit(&mut self, it: &FullExit) -> Result<Effect, Refusal> {
		let (chain, account, token, owner) = (it.chain, it.account.get(), it.token.0, it.owner);
		self.known(chain)?;
		check(token < TOKENS_END, Refusal::TokenOutOfRange)?;
		owner_not_zero(&owner)?;
		let leaf = self.chain(chain).accounts.get_mut(&account).filter(|leaf| leaf.owner == owner);
		let held = leaf.as_ref().map_or(0, |leaf| leaf.balance(token));
		if token < FIRST_LP_TOKEN {
			if let Some(leaf) = leaf {
				leaf.set_balance(token, 0);
			}
			return Ok(Effect {
				halves: vec![(chain.0, Half::FullExit { account, token, owner, paid: held })],
				// An exit that found nothing pays nothing.
				paid: (held > 0).then_some(Payment {
					chain: chain.0,
					token,
					amount: held,
					receiver: owner,
				}),
				..Effect::default()
			});
		}
		if held == 0 {
			let half = Half::ExitShares { account, token, owner, shares: 0, x: 0 };
			return Ok(Effect { halves: vec![(chain.0, half)], ..Effect::default() });
		}
		let leaf = leaf.expect("it holds something");
		leaf.set_balance(token, 0);
		let pool = &self.chains[&chain.0].pools[&(token - FIRST_LP_TOKEN)];
		let (params, side) = (pool.params, pool.side);
		assert_eq!(side, 0, "shares exist on the home chain only");
		let burn = Burn { account, shares: held, minima: (0, 0), fee: 0, far_end: EXITS_END };
		let paid = self.pay_shares(&params, &burn, &it.far)?;
		let near = Half::ExitShares { account, token, owner, shares: held, x: paid.x };
		let far = Half::ExitLiquidity1 {
			slot: paid.slots.1,
			account: paid.far.0,
			created: paid.far.1,
			y: paid.y,
		};
		Ok(Effect {
			halves: vec![(chain.0, near), (params.chain1.0, far)],
			touched: vec![(chain.0, paid.slots.0), (params.chain1.0, paid.slots.1)],
			joint: true,
			..Effect::default()
		})
	}

	pub(crate) fn change_pub_key(&mut self, it: &ChangePubKey) -> Result<Effect, Refusal> {
		self.known(it.chain)?;
		owner_not_zero(&it.owner)?;
		it.key.validate()?;
		let (account, created, applied) = match it.account {
			Some(index) => {
				check(it.target == Target::Existing(index), Refusal::WrongTarget)?;
				let leaf = self.chain(it.chain).accounts.get(&index.get());
				(index.get(), None, leaf.is_some_and(|leaf| leaf.owner == it.owner))
			},
			None => {
				let nothing = (TokenId::NATIVE.0, 0);
				let (account, created) =
					self.credit(it.chain, &it.target, it.owner, REQUESTS_END, nothing)?;
				(account, created, true)
			},
		};
		if applied {
			let leaf = self.chain(it.chain).accounts.get_mut(&account).expect("it applied");
			leaf.key = Some(it.key);
		}
		let half = Half::ChangePubKey {
			new: created.is_some(),
			applied,
			account,
			owner: it.owner,
			key: it.key,
		};
		Ok(Effect { halves: vec![(it.chain.0, half)], ..Effect::default() })
	}

	pub(crate) fn create_pool(&mut self, it: &CreatePool) -> Result<Effect, Refusal> {
		self.known(it.chain)?;
		self.valid_params(&it.params)?;
		let side = it.side.number();
		check(it.params.chain(it.side) == it.chain, Refusal::WrongSide)?;
		let chain = self.chain(it.chain);
		check(usize::from(it.slot.0) == chain.pools.len(), Refusal::WrongPoolSlot)?;
		check(it.slot.0 < POOLS_END, Refusal::PoolsFull)?;
		check(chain.pool_slot(&it.params, side).is_none(), Refusal::PoolExists)?;
		let pool = Pool { params: it.params, side, own: 0, foreign: 0, supply: 0 };
		chain.pools.insert(it.slot.0, pool);
		let half = Half::CreatePool { slot: it.slot.0, side, params: it.params.pack() };
		Ok(Effect {
			halves: vec![(it.chain.0, half)],
			touched: vec![(it.chain.0, it.slot.0)],
			..Effect::default()
		})
	}
}
