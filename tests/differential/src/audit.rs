// SPDX-License-Identifier: Apache-2.0

//! What must hold in any state and over any step (section 14), asked of the naive model, with which
//! the ledger has been compared before.

use ligature_model::{Model, state::Pool};
use ligature_primitives::{ids::Side, op::Operation};
use num_bigint::BigUint;
use std::collections::BTreeMap;

const FIRST_LP_TOKEN: u16 = 512;

/// What L1 holds for L2: per chain and L1 token, deposits less what has been paid.
#[derive(Clone, Debug, Default)]
pub struct Custody(BTreeMap<(u8, u16), BigUint>);

impl Custody {
	/// Books an accepted operation: a deposit adds, a payment takes away.
	pub fn book(&mut self, operation: &Operation, receipt: &ligature_model::Receipt) {
		if let Operation::Deposit(it) = operation {
			*self.0.entry((it.chain.0, it.token.0)).or_default() += it.amount.get();
		}
		if let Some(paid) = &receipt.paid {
			*self.0.entry((paid.chain, paid.token)).or_default() -= paid.amount;
		}
	}

	/// Solvency, exactly: what accounts, pools and the block's fees have is what L1 holds.
	pub fn check(&self, model: &Model) -> Result<(), String> {
		let mut tokens: Vec<(u8, u16)> = self.0.keys().copied().collect();
		for (id, chain) in &model.chains {
			let held = chain.accounts.values().flat_map(|account| account.balances.keys());
			tokens.extend(held.filter(|token| **token < FIRST_LP_TOKEN).map(|token| (*id, *token)));
		}
		for (id, token) in tokens {
			let fees = model.block.as_ref().and_then(|block| block.fees.get(&id)?.get(&token));
			let total = model.chains[&id].total(id, token) + fees.copied().unwrap_or(0);
			let held = self.0.get(&(id, token)).cloned().unwrap_or_default();
			if total != held {
				return Err(format!("chain {id}, token {token}: L2 has {total}, L1 holds {held}"));
			}
		}
		Ok(())
	}
}

/// Invariants 1, 3, 4, 6 and 8 of a state.
pub fn check_state(model: &Model) -> Result<(), String> {
	for (id, chain) in &model.chains {
		let indices: Vec<u32> = chain.accounts.keys().copied().collect();
		let expected: Vec<u32> = (0..chain.next).collect();
		if indices != expected {
			return Err(format!("chain {id}: accounts {indices:?} with next {}", chain.next));
		}
		for (slot, pool) in &chain.pools {
			let token = FIRST_LP_TOKEN + slot;
			let mut shares: BigUint =
				chain.accounts.values().map(|it| BigUint::from(it.balance(token))).sum();
			// Shares taken as fees are nobody's until the block ends.
			let fees = model.block.as_ref().and_then(|block| block.fees.get(id)?.get(&token));
			shares += fees.copied().unwrap_or(0);
			if pool.supply > 0 {
				shares += 1_000u32;
			}
			if shares != BigUint::from(pool.supply) {
				return Err(format!("chain {id}, slot {slot}: {shares} shares of {}", pool.supply));
			}
			if pool.side == 1 && pool.supply != 0 {
				return Err(format!("chain {id}, slot {slot}: supply on side 1"));
			}
			if let Some(other) = other_side(model, pool) {
				if other.own != pool.foreign {
					return Err(format!("chain {id}, slot {slot}: foreign reserve"));
				}
				if pool.supply > 0 && (pool.own == 0 || other.own == 0) {
					return Err(format!("chain {id}, slot {slot}: a reserve of 0 with a supply"));
				}
			}
		}
	}
	Ok(())
}

fn other_side<'a>(model: &'a Model, pool: &Pool) -> Option<&'a Pool> {
	let side = Side::from_number(pool.side).expect("0 or 1").other();
	let chain = &model.chains[&pool.params.chain(side).0];
	chain.pools.get(&chain.pool_slot(&pool.params, side.number())?)
}

/// Invariants 4 and 5 over a step: the product of the reserves never falls in a swap, and the
/// value of a share, `r0·r1/supply²`, never falls at all; a supply never returns to 0.
pub fn check_pools(before: &Model, after: &Model, swap: bool) -> Result<(), String> {
	for (id, chain) in &before.chains {
		for (slot, old) in chain.pools.iter().filter(|(_, pool)| pool.supply > 0) {
			let new = &after.chains[id].pools[slot];
			let product = |pool: &Pool| BigUint::from(pool.own) * pool.foreign;
			let square = |pool: &Pool| BigUint::from(pool.supply) * pool.supply;
			if new.supply == 0 {
				return Err(format!("chain {id}, slot {slot}: the supply returned to 0"));
			}
			if swap && product(new) < product(old) {
				return Err(format!("chain {id}, slot {slot}: the product fell"));
			}
			if product(new) * square(old) < product(old) * square(new) {
				return Err(format!("chain {id}, slot {slot}: shares lost value"));
			}
		}
	}
	Ok(())
}
