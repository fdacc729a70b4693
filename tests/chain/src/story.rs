// SPDX-License-Identifier: Apache-2.0

//! What people do, at random and from a seed: requests on the chains, and what they sign on the ledger.

use ligature_ledger::Receipt;
use ligature_primitives::{
	ids::{ChainId, PoolSlot, Side, TokenId},
	pool::PoolParams,
	refusal::Refusal,
};
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use crate::{
	chain::Applied,
	network::{ALPHA, BETA, Network},
	people::{CHARLIE, DAVE, EVE, FERDIE, Person},
};

/// USDT of alpha and WETH of beta.
pub const USDT_WETH: PoolParams =
	PoolParams { chain0: ALPHA, token0: TokenId(1), chain1: BETA, token1: TokenId(2), fee_bps: 30 };
/// USDC of beta and WBTC of alpha: at home on the second chain.
pub const USDC_WBTC: PoolParams =
	PoolParams { chain0: BETA, token0: TokenId(1), chain1: ALPHA, token1: TokenId(2), fee_bps: 5 };
/// Both tokens of alpha.
pub const USDT_WBTC: PoolParams = PoolParams {
	chain0: ALPHA,
	token0: TokenId(1),
	chain1: ALPHA,
	token1: TokenId(2),
	fee_bps: 100,
};
/// The pools of a story.
pub const POOLS: [PoolParams; 3] = [USDT_WETH, USDC_WBTC, USDT_WBTC];

/// Those who act in a story.
pub const USERS: [Person; 4] = [CHARLIE, DAVE, EVE, FERDIE];

/// Somebody rolls dice. The same seed always tells the same story.
#[derive(Clone, Debug)]
pub struct Story {
	/// The dice.
	pub rng: ChaCha8Rng,
}

impl Story {
	/// The story of a seed.
	pub fn new(seed: u64) -> Self {
		Self { rng: ChaCha8Rng::seed_from_u64(seed) }
	}

	/// One of several things.
	pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
		*choices.choose(&mut self.rng).expect("there is a choice; qed")
	}

	/// Whether something happens that does so in `percent` of all cases.
	pub fn chance(&mut self, percent: u32) -> bool {
		self.rng.random_range(0..100) < percent
	}

	/// One of the chains.
	pub fn chain(&mut self) -> ChainId {
		self.one_of(&[ALPHA, BETA])
	}

	/// One of the users.
	pub fn user(&mut self) -> Person {
		self.one_of(&USERS)
	}

	/// A token of a chain.
	pub fn token(&mut self) -> u16 {
		self.rng.random_range(0..3)
	}

	/// Any size below `10^digits`, small ones as often as large ones; at least 1.
	pub fn value(&mut self, digits: u32) -> u128 {
		let size = self.rng.random_range(0..digits);
		self.rng.random_range(1..10) * 10u128.pow(size) + self.rng.random_range(0..10)
	}

	/// An amount that the accounts of L1 can pay many times, and that is no dust.
	pub fn deposit(&mut self) -> u128 {
		1_000_000 + self.value(10)
	}

	/// A user asks for something on L1, mostly sensible.
	pub fn request(&mut self, network: &mut Network) -> Applied {
		let (chain, user) = (self.chain(), self.user());
		match self.rng.random_range(0..100) {
			0..60 => {
				let (token, amount) = (self.token(), self.deposit());
				let for_other = self.chance(10);
				let owner = if for_other { self.user() } else { user }.owner();
				network.try_deposit(chain, user, token, owner, amount, !for_other)
			},
			60..80 => {
				let account = self.account(network, chain);
				let token =
					if self.chance(30) { 512 + self.slot(network, chain) } else { self.token() };
				network.full_exit(chain, user, account, token)
			},
			80..90 => {
				let account = self.account(network, chain);
				let any = self.chance(50);
				network.change_key(chain, user, (!any).then_some(account))
			},
			_ => {
				let (params, side) = (self.one_of(&POOLS), self.one_of(&[Side::Zero, Side::One]));
				network.create_side(user, params, side)
			},
		}
	}

	/// An account of a chain, or one beyond the last.
	pub fn account(&mut self, network: &Network, chain: ChainId) -> u32 {
		self.rng.random_range(0..=network.state(chain).next())
	}

	/// A pool slot of a chain.
	fn slot(&mut self, network: &Network, chain: ChainId) -> u16 {
		let PoolSlot(next) = network.state(chain).next_pool();
		self.rng.random_range(0..=next)
	}

	/// A user does something on the ledger, if it lets them.
	///
	/// # Errors
	///
	/// If it does not.
	pub fn operate(&mut self, network: &mut Network) -> Result<Receipt, Refusal> {
		let (chain, user) = (self.chain(), self.user());
		let params = self.one_of(&POOLS);
		match self.rng.random_range(0..100) {
			0..25 => {
				let (token, to) = (self.token(), self.user());
				let value = self.part(network, chain, user, token);
				network.transfer(chain, user, token, to, value)
			},
			25..40 => {
				let token = self.token();
				let value = self.part(network, chain, user, token);
				network.withdraw(chain, user, token, value)
			},
			40..70 => {
				let side = self.one_of(&[Side::Zero, Side::One]);
				let value = self.part(network, params.chain(side), user, params.token(side).0);
				network.swap(params, side, user, value)
			},
			70..90 => {
				let max0 = self.part(network, params.chain0, user, params.token0.0);
				let max1 = self.part(network, params.chain1, user, params.token1.0);
				let supply = network
					.slot(&params, Side::Zero)
					.and_then(|slot| network.state(params.chain0).pool(slot))
					.map_or(0, |leaf| leaf.supply.get());
				let shares =
					if supply == 0 { 1 } else { 1 + self.rng.random_range(0..supply / 4 + 1) };
				network.add_liquidity(params, user, shares, (max0, max1))
			},
			_ => {
				let slot = network.slot(&params, Side::Zero).unwrap_or_default();
				let shares = self.part(network, params.chain0, user, 512 + slot.0);
				network.remove_liquidity(params, user, shares)
			},
		}
	}

	/// A part of what somebody has; at least 1, whether they have it or not.
	fn part(&mut self, network: &Network, chain: ChainId, who: Person, token: u16) -> u128 {
		let balance = network
			.account(chain, who)
			.map_or(0, |account| network.state(chain).balance(account, TokenId(token)).get());
		let part = balance / u128::from(self.rng.random_range(1..8u32));
		if self.chance(5) { balance + 1 } else { part.max(1) }
	}
}
