// SPDX-License-Identifier: Apache-2.0

//! What everybody must get, and what must remain, by the states of the two chains: the formulas of sections 12.3 and 12.6
//! of `docs/protocol.md`.

use ligature_e2e::{ALPHA, BETA, Vault, World};
use ligature_ledger::ChainState;
use ligature_primitives::{
	amount::mul_div_floor,
	header::Digest,
	ids::{BlockNumber, ChainId, Owner, Side, TokenId},
};
use ligature_recovery::{Anchor, NoProgress, NodeSource, Recovery};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// A side of a pool: token, reserve, and each owner's part.
type PoolSide = (TokenId, u128, Vec<(Owner, u128)>);

/// Amounts of one chain, by owner and token.
pub type Purses = BTreeMap<(Owner, TokenId), u128>;

/// The states of both chains after a block, from the chains' blocks.
pub struct Books {
	states: [ChainState; 2],
}

impl Books {
	/// Rebuilds them. Says the block's header hash, too.
	pub async fn rebuild(world: &World, number: BlockNumber, hash: Digest, folder: &Path) -> Self {
		let state = async |chain: ChainId| {
			let source = NodeSource::new(world.chain(chain).await).await.unwrap();
			let recovery = Recovery::open(Box::new(source), folder).await.unwrap();
			recovery.read(&NoProgress).await.unwrap();
			let rebuilt = recovery.rebuild(Some(Anchor { number, hash }), &NoProgress).await;
			rebuilt.unwrap().state
		};
		Self { states: [state(ALPHA).await, state(BETA).await] }
	}

	/// Both.
	pub fn states(&self) -> [&ChainState; 2] {
		[&self.states[0], &self.states[1]]
	}

	fn state(&self, chain: ChainId) -> &ChainState {
		self.states.iter().find(|state| state.chain() == chain).unwrap()
	}

	/// The sides of pools that lie on a chain: token, reserve, and each owner's part.
	fn sides(&self, chain: ChainId) -> Vec<PoolSide> {
		let mut sides = Vec::new();
		for home in &self.states {
			for (slot, pool) in home.pools().filter(|(_, pool)| pool.side == Side::Zero) {
				for side in [Side::Zero, Side::One] {
					if pool.params.chain(side) != chain {
						continue;
					}
					let here = self.state(chain);
					let leaf = here.pool(here.pool_slot(&pool.params, side).unwrap()).unwrap();
					let shares = TokenId::lp(slot).unwrap();
					let part = |shares: u128| {
						mul_div_floor(leaf.own.get(), shares, pool.supply.get()).unwrap_or(0)
					};
					let parts = home
						.accounts()
						.map(|(_, account)| (account.owner, part(account.balance(shares).get())));
					sides.push((leaf.token(), leaf.own.get(), parts.collect()));
				}
			}
		}
		sides
	}

	/// What a chain must pay.
	pub fn payouts(&self, chain: ChainId) -> Purses {
		let mut purses = Purses::new();
		for (_, account) in self.state(chain).accounts() {
			for (token, amount) in account.balances().filter(|(token, _)| token.is_l1()) {
				*purses.entry((account.owner, token)).or_default() += amount.get();
			}
		}
		for (token, _, parts) in self.sides(chain) {
			for (owner, amount) in parts {
				*purses.entry((owner, token)).or_default() += amount;
			}
		}
		purses.retain(|_, amount| *amount > 0);
		purses
	}

	/// What stays in a chain's custody for ever, per token: the locked shares' part, and what rounding left.
	pub fn remainder(&self, chain: ChainId) -> BTreeMap<TokenId, u128> {
		let mut remainder = BTreeMap::new();
		for (token, reserve, parts) in self.sides(chain) {
			let paid: u128 = parts.iter().map(|(_, amount)| amount).sum();
			*remainder.entry(token).or_default() += reserve - paid;
		}
		remainder
	}
}

/// What these people have on a chain itself.
pub async fn outside(world: &World, chain: ChainId, people: &[Owner]) -> Purses {
	let at = world.chain(chain).await.best().await.unwrap();
	let mut purses = Purses::new();
	for token in at.tokens().await.unwrap() {
		for owner in people {
			let amount = match token.asset {
				None => at.native_balance(owner.0).await,
				Some(asset) => at.asset_balance(asset, owner.0).await,
			};
			purses.insert((*owner, token.id), amount.unwrap());
		}
	}
	purses
}

/// What has come, where something has.
pub fn gains(before: &Purses, after: &Purses) -> Purses {
	let gain = |(key, now): (&(Owner, TokenId), &u128)| (*key, now - before[key]);
	after.iter().map(gain).filter(|(_, gain)| *gain > 0).collect()
}

/// Payments as `ligature exit` lists them, of a kind if one is named.
pub fn listed(payments: &Value, kind: Option<&str>) -> Purses {
	let mut purses = Purses::new();
	for payment in payments.as_array().unwrap() {
		if kind.is_some_and(|kind| payment["kind"] != kind) {
			continue;
		}
		let mut owner = [0; 32];
		let digits = payment["owner"].as_str().unwrap().trim_start_matches("0x");
		for (byte, place) in owner.iter_mut().zip((0..).step_by(2)) {
			*byte = u8::from_str_radix(&digits[place..place + 2], 16).unwrap();
		}
		let amount = &payment["amount"];
		let token = TokenId(amount["token"].as_u64().unwrap() as u16);
		let units: u128 = amount["units"].as_str().unwrap().parse().unwrap();
		*purses.entry((Owner(owner), token)).or_default() += units;
	}
	purses
}

/// Two purses together.
pub fn together(one: &Purses, other: &Purses) -> Purses {
	let mut sum = one.clone();
	for (key, amount) in other {
		*sum.entry(*key).or_default() += amount;
	}
	sum
}

/// Gifts to a chain's custody, per token: what it holds and does not owe.
pub async fn gifts(world: &World, chain: ChainId) -> BTreeMap<TokenId, u128> {
	let vaults = Vault::all(world, chain).await.into_iter();
	vaults.map(|vault| (vault.token, vault.held - vault.owed)).collect()
}

/// Checks that a chain's custody owes exactly the remainder, and holds that and the gifts.
pub async fn all_is_paid(
	world: &World,
	chain: ChainId,
	gifts: &BTreeMap<TokenId, u128>,
	remainder: &BTreeMap<TokenId, u128>,
) {
	for Vault { token, symbol, held, owed } in Vault::all(world, chain).await {
		let rest = remainder.get(&token).copied().unwrap_or(0);
		assert_eq!(owed, rest, "{symbol} of chain {chain}: what is owed for ever");
		assert_eq!(held, gifts[&token] + rest, "{symbol} of chain {chain}: what custody holds");
	}
}
