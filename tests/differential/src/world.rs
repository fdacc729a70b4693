// SPDX-License-Identifier: Apache-2.0

//! The people, keys, tokens and pools of a story: few, so that they meet.

use ligature_primitives::{
	header::Network,
	ids::{ChainId, NetworkId, Owner, TokenId},
	keys::{PublicKey, SecretKey, Signature},
	pool::PoolParams,
	poseidon::Word,
};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// What a story plays with.
pub struct World {
	/// The network.
	pub network: Network,
	/// Owners of accounts.
	pub owners: Vec<Owner>,
	/// L2 keys, fewer than owners.
	pub keys: Vec<PublicKey>,
	secrets: BTreeMap<[u8; 32], SecretKey>,
	/// The L1 tokens that are deposited.
	pub tokens: Vec<TokenId>,
	/// The pools that may be created.
	pub pools: Vec<PoolParams>,
	/// Whether keys and signatures are checked; if not, nobody signs.
	pub signed: bool,
	/// Whether amounts come close to 2^112.
	pub whales: bool,
	/// Whether nearly every transaction pays a fee, in one of many tokens.
	pub greedy: bool,
}

impl World {
	/// A random world.
	pub fn new(rng: &mut ChaCha8Rng) -> Self {
		let mut chains: Vec<u8> = Vec::new();
		let count = rng.random_range(2..=4);
		while chains.len() < count {
			let chain = if rng.random_bool(0.7) {
				rng.random_range(1..=5)
			} else {
				rng.random_range(1..=255)
			};
			if !chains.contains(&chain) {
				chains.push(chain);
			}
		}
		chains.sort_unstable();
		let chains: Vec<ChainId> = chains.into_iter().map(ChainId).collect();
		let network = Network::new(NetworkId(rng.random()), chains.clone())
			.expect("two to four chains, ascending from 1");

		let owners = (0..rng.random_range(3..=6)).map(|_| Owner(rng.random())).collect();
		let secrets: BTreeMap<[u8; 32], SecretKey> = (0..rng.random_range(2..=3))
			.map(|_| {
				let secret = SecretKey::from_seed(&rng.random());
				(secret.public_key().0, secret)
			})
			.collect();
		let keys = secrets.keys().copied().map(PublicKey).collect();

		let (token_count, pool_count) = match rng.random_range(0..10) {
			0 | 1 => (6, 3),
			2 | 3 => (3, 14),
			_ => (rng.random_range(2..=4), rng.random_range(1..=4)),
		};
		let ids: [u16; 8] = [0, 1, 2, 63, 64, 65, 300, 511];
		let tokens: Vec<TokenId> =
			ids.choose_multiple(rng, token_count).copied().map(TokenId).collect();
		let mut pools: Vec<PoolParams> = Vec::new();
		while pools.len() < pool_count {
			let one = |rng: &mut ChaCha8Rng| {
				let chain = *chains.choose(rng).expect("there are chains");
				(chain, *tokens.choose(rng).expect("there are tokens"))
			};
			let ((chain0, token0), (chain1, token1)) = (one(rng), one(rng));
			let fee_bps = *[0, 1, 30, 100, 999, 1_000].choose(rng).expect("not empty");
			let params = PoolParams { chain0, token0, chain1, token1, fee_bps };
			if params.validate(&network).is_ok() && !pools.contains(&params) {
				pools.push(params);
			}
		}
		let (signed, whales, greedy) =
			(rng.random_bool(0.25), rng.random_bool(0.15), token_count > 4);
		Self { network, owners, keys, secrets, tokens, pools, signed, whales, greedy }
	}

	/// One of the chains.
	pub fn chain(&self, rng: &mut ChaCha8Rng) -> ChainId {
		*self.network.chains().choose(rng).expect("a network has chains")
	}

	/// A chain that the network does not have.
	pub fn foreign_chain(&self, rng: &mut ChaCha8Rng) -> ChainId {
		loop {
			let chain = ChainId(rng.random());
			if !self.network.contains(chain) {
				return chain;
			}
		}
	}

	/// One of the owners.
	pub fn owner(&self, rng: &mut ChaCha8Rng) -> Owner {
		*self.owners.choose(rng).expect("there are owners")
	}

	/// One of the keys.
	pub fn key(&self, rng: &mut ChaCha8Rng) -> PublicKey {
		*self.keys.choose(rng).expect("there are keys")
	}

	/// The key that an owner mostly uses.
	pub fn main_key(&self, owner: Owner) -> PublicKey {
		let place = self.owners.iter().position(|it| *it == owner).unwrap_or(0);
		self.keys[place % self.keys.len()]
	}

	/// The key that an owner uses, mostly the same one everywhere.
	pub fn key_of(&self, owner: Owner, rng: &mut ChaCha8Rng) -> PublicKey {
		if rng.random_bool(0.85) { self.main_key(owner) } else { self.key(rng) }
	}

	/// One of the tokens.
	pub fn token(&self, rng: &mut ChaCha8Rng) -> TokenId {
		*self.tokens.choose(rng).expect("there are tokens")
	}

	/// One of the pools.
	pub fn pool(&self, rng: &mut ChaCha8Rng) -> PoolParams {
		*self.pools.choose(rng).expect("there are pools")
	}

	/// The signature under one of the world's keys; zeros where nobody looks at signatures.
	pub fn sign(&self, key: &PublicKey, message: impl FnOnce() -> Word) -> Signature {
		match self.secrets.get(&key.0) {
			Some(secret) if self.signed => secret.sign(&message()),
			_ => Signature { r: [0; 32], s: [0; 32] },
		}
	}
}

/// An amount around `around`, in one of the forms that matter on the wire or at a limit.
pub fn amount(rng: &mut ChaCha8Rng, around: u128) -> u128 {
	const END: u128 = 1 << 112;
	let around = around.min(END - 1);
	match rng.random_range(0..12) {
		0 => around,
		1 => rng.random_range(0..=around.min(9)),
		2 => (around + 1).min(END - 1),
		3 => {
			// At most eight digits that count.
			let mut value = rng.random_range(0..=around);
			let mut scale = 1;
			while value >= 100_000_000 {
				value /= 10;
				scale *= 10;
			}
			value * scale
		},
		4 | 5 => rng.random_range(0..=around / 2),
		_ => rng.random_range(0..=around / 10),
	}
}

/// A fee that an account with `balance` may pay: often one that was there before.
pub fn fee(rng: &mut ChaCha8Rng, balance: u128, greedy: bool) -> u128 {
	const END: u128 = 1 << 80;
	let fee = match rng.random_range(0..12) {
		0..5 if greedy => 1,
		0..5 => 0,
		5 | 6 => 5,
		7 => 70,
		8 => 123,
		9 => rng.random_range(1..10) * 10u128.pow(rng.random_range(0..=23)),
		10 => rng.random_range(0..1_000_000),
		_ => rng.random_range(0..END),
	};
	if fee > balance / 4 && rng.random_bool(0.9) { balance.min(3) } else { fee }
}

/// How much somebody deposits.
pub fn deposit_amount(rng: &mut ChaCha8Rng, whales: bool) -> u128 {
	match rng.random_range(0..8) {
		_ if whales => rng.random_range(1 << 100..1 << 111),
		0 => rng.random_range(1..1_000),
		1 => rng.random_range(1..1 << 100),
		_ => rng.random_range(1..1_000_000) * 10u128.pow(rng.random_range(0..=12)),
	}
}
