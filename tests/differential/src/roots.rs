// SPDX-License-Identifier: Apache-2.0

//! State roots from plain maps, node by node as section 5 defines them: nothing is cached but the
//! roots of empty subtrees.

use ark_bls12_381::Fr;
use ligature_model::{
	message::owner_word,
	state::{Account, Chain, Pool},
};
use ligature_primitives::poseidon::{Domain, hash};
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// The root of a 4-ary tree with these leaves; `depth` levels above the leaves.
fn root(tag: Domain, depth: u32, leaves: &BTreeMap<u64, Fr>) -> Fr {
	let mut level: BTreeMap<u64, Fr> = leaves.clone();
	let mut empty = Fr::from(0u8);
	for _ in 0..depth {
		let mut parents: BTreeMap<u64, [Fr; 4]> = BTreeMap::new();
		for (index, node) in level {
			parents.entry(index / 4).or_insert([empty; 4])[(index % 4) as usize] = node;
		}
		level =
			parents.into_iter().map(|(index, children)| (index, hash(tag, &children))).collect();
		empty = hash(tag, &[empty; 4]);
	}
	level.get(&0).copied().unwrap_or(empty)
}

fn word(value: impl Into<BigUint>) -> Fr {
	Fr::from(value.into())
}

/// The leaf of an account.
pub fn account_leaf(account: &Account) -> Fr {
	let key = account.key.map_or(word(0u8), |key| {
		let point = key.validate().expect("a key in the state has been checked");
		hash(Domain::new("key"), &[point.x(), point.y()])
	});
	let balances = account.balances.iter().map(|(token, held)| (u64::from(*token), word(*held)));
	let balances = root(Domain::new("nodebal"), 5, &balances.collect());
	hash(Domain::new("account"), &[owner_word(&account.owner), key, word(account.nonce), balances])
}

/// The leaf of a pool.
pub fn pool_leaf(pool: &Pool) -> Fr {
	let name = BigUint::from(pool.params.pack()) + (BigUint::from(pool.side) << 64);
	let reserves = BigUint::from(pool.own) + (BigUint::from(pool.foreign) << 112);
	hash(Domain::new("poolleaf"), &[word(name), word(reserves), word(pool.supply)])
}

/// The root of a chain's state.
pub fn state_root(chain: &Chain) -> Fr {
	let accounts = chain.accounts.iter().map(|(index, it)| (u64::from(*index), account_leaf(it)));
	let pools = chain.pools.iter().map(|(slot, it)| (u64::from(*slot), pool_leaf(it)));
	let accounts = root(Domain::new("nodeacct"), 12, &accounts.collect());
	let pools = root(Domain::new("nodepool"), 5, &pools.collect());
	hash(Domain::new("root"), &[accounts, pools])
}
