// SPDX-License-Identifier: Apache-2.0

//! Stories from a seed. The generator keeps a naive model of its own, so that it knows what would be
//! valid next; most of what it writes is, and about one operation in eight is spoiled in one way.

use crate::{
	spoil,
	story::{Chapter, Story},
	world::{World, amount, deposit_amount, fee},
};
use ligature_model::{
	Block, Model,
	formulas::{liquidity_cost, liquidity_worth, swap_out},
	state::{Account, Pool},
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::PublicKey,
	op::{
		AddLiquidity, AddLiquidityBody, Body, ChangePubKey, CreatePool, Deposit, FullExit,
		Operation, RemoveLiquidity, RemoveLiquidityBody, SignedTransaction, Swap, SwapBody, Target,
		Transfer, TransferBody, Withdraw, WithdrawBody,
	},
	pool::PoolParams,
};
use num_bigint::BigUint;
use rand::{
	Rng, SeedableRng,
	seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;

/// One operation in so many is spoiled.
const SPOILED: f64 = 0.125;
const FIRST_LP_TOKEN: u16 = 512;
const FIRST_TIMESTAMP: u64 = 1_700_000_000;

/// The story of that number.
pub fn story(number: u64) -> Story {
	let mut rng = ChaCha8Rng::seed_from_u64(number);
	let world = World::new(&mut rng);
	let mut author =
		Author { model: Model::new(world.network.clone()), world, rng, timestamp: FIRST_TIMESTAMP };
	let blocks = (0..author.rng.random_range(2..=5)).map(|at| author.chapter(at)).collect();
	Story { network: author.world.network, blocks }
}

/// Who writes a story.
pub(crate) struct Author {
	pub world: World,
	pub model: Model,
	pub rng: ChaCha8Rng,
	pub timestamp: u64,
}

/// What is around a signed body, and whether the signature is to be broken.
pub(crate) struct Envelope {
	pub network: NetworkId,
	pub expiry: Timestamp,
	pub key: PublicKey,
	pub forged: bool,
}

/// Something that must be there before anything can happen.
enum Foundation {
	Account(ChainId, Owner),
	Funds,
	Pool(PoolParams, Side),
	Stake(PoolParams, Side, Owner),
	Liquidity(PoolParams),
}

/// A value that is an amount after clamping.
fn clamp(value: u128) -> Amount {
	Amount::new(value.min(Amount::MAX.get())).expect("clamped")
}

fn clamp_big(value: &BigUint) -> u128 {
	u128::try_from(value).map_or(Amount::MAX.get(), |value| value.min(Amount::MAX.get()))
}

fn index(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("no story has so many accounts")
}

impl Author {
	fn chapter(&mut self, number: usize) -> Chapter {
		let founding = number == 0 || (number == 1 && self.world.pools.len() > 8);
		self.timestamp += self.rng.random_range(0..60);
		let mut chains = std::collections::BTreeMap::new();
		for (id, chain) in &self.model.chains {
			let fee_account = if self.rng.random_bool(0.9) {
				self.rng.random_range(0..chain.next.max(1))
			} else {
				self.rng.random_range(0..1 << 24)
			};
			let class = match self.rng.random_range(0..20) {
				_ if founding => 3,
				0 => 0,
				1..6 => 1,
				6..16 => 2,
				_ => 3,
			};
			chains.insert(*id, (fee_account, SizeClass::new(class).expect("a class")));
		}
		let join_class =
			if founding { 2 } else { *[0, 1, 1, 2].choose(&mut self.rng).expect("not empty") };
		let mut chapter = Chapter {
			timestamp: self.timestamp,
			chains: chains.clone(),
			join_class: JoinClass::new(join_class).expect("a class"),
			verify_signatures: self.world.signed,
			operations: Vec::new(),
		};
		self.model.begin_block(Block {
			timestamp: chapter.timestamp,
			chains,
			join_class: chapter.join_class,
			verify_signatures: chapter.verify_signatures,
		});
		if founding {
			for foundation in self.foundations() {
				self.write(&mut chapter, |author| author.lay(&foundation));
			}
		}
		for _ in 0..self.rng.random_range(5..=40) {
			self.write(&mut chapter, Self::any);
		}
		self.model.seal();
		chapter
	}

	fn write(&mut self, chapter: &mut Chapter, operation: impl FnOnce(&mut Self) -> Operation) {
		let operation = operation(self);
		// Refused or not, it stands in the story: what becomes of it is for the ledgers to say.
		let _ = self.model.apply(&operation);
		chapter.operations.push(operation);
	}

	fn foundations(&mut self) -> Vec<Foundation> {
		let mut accounts = Vec::new();
		for chain in self.world.network.chains() {
			for owner in &self.world.owners {
				if self.rng.random_bool(0.7) {
					accounts.push(Foundation::Account(*chain, *owner));
				}
			}
		}
		accounts.shuffle(&mut self.rng);
		let mut rest: Vec<Foundation> = (0..accounts.len()).map(|_| Foundation::Funds).collect();
		for params in &self.world.pools {
			let owner = self.world.owner(&mut self.rng);
			for side in [Side::Zero, Side::One] {
				rest.extend([
					Foundation::Pool(*params, side),
					Foundation::Stake(*params, side, owner),
				]);
			}
		}
		rest.shuffle(&mut self.rng);
		accounts.extend(rest);
		accounts.extend(self.world.pools.iter().copied().map(Foundation::Liquidity));
		accounts
	}

	fn lay(&mut self, foundation: &Foundation) -> Operation {
		match foundation {
			Foundation::Account(chain, owner) => {
				let key =
					self.rng.random_bool(0.9).then(|| self.world.key_of(*owner, &mut self.rng));
				let amount = clamp(deposit_amount(&mut self.rng, self.world.whales));
				let token = self.world.token(&mut self.rng);
				let target = Target::New;
				Deposit { chain: *chain, token, owner: *owner, amount, key, target }.into()
			},
			Foundation::Funds => self.deposit(),
			Foundation::Pool(params, side) => {
				let chain = params.chain(*side);
				let slot = PoolSlot(self.model.chains[&chain.0].pools.len() as u16);
				CreatePool { chain, slot, side: *side, params: *params }.into()
			},
			Foundation::Stake(params, side, owner) => {
				let chain = params.chain(*side);
				let key = Some(self.world.main_key(*owner));
				let amount = clamp(deposit_amount(&mut self.rng, self.world.whales));
				let target = self.target(chain, *owner);
				let token = params.token(*side);
				Deposit { chain, token, owner: *owner, amount, key, target }.into()
			},
			Foundation::Liquidity(params) => self.add_liquidity(*params),
		}
	}

	/// Any operation.
	fn any(&mut self) -> Operation {
		let pool = self.world.pool(&mut self.rng);
		match self.rng.random_range(0..100) {
			0..10 => self.deposit(),
			10..16 => self.full_exit(),
			16..21 => self.change_pub_key(),
			21..25 => self.create_pool(),
			25..40 => self.transfer(),
			40..47 => self.withdraw(),
			47..72 => self.swap(pool),
			72..86 => self.add_liquidity(pool),
			_ => self.remove_liquidity(pool),
		}
	}

	fn spoils(&mut self) -> bool {
		self.rng.random_bool(SPOILED)
	}

	/// An account for `owner` on `chain`: mostly one of theirs.
	fn target(&mut self, chain: ChainId, owner: Owner) -> Target {
		let accounts = self.model.chains.get(&chain.0).map(|chain| &chain.accounts);
		let theirs: Vec<u32> = accounts
			.into_iter()
			.flatten()
			.filter(|(_, account)| account.owner == owner)
			.map(|(index, _)| *index)
			.collect();
		match theirs.choose(&mut self.rng) {
			Some(theirs) if self.rng.random_bool(0.8) => Target::Existing(index(*theirs)),
			_ => Target::New,
		}
	}

	/// An account on `chain`, one that `suits` if there is any.
	fn account(&mut self, chain: ChainId, suits: impl Fn(&Account) -> bool) -> (u32, Account) {
		let accounts = &self.model.chains[&chain.0].accounts;
		let suitable: Vec<_> = accounts.iter().filter(|(_, account)| suits(account)).collect();
		let all: Vec<_> = accounts.iter().collect();
		suitable.choose(&mut self.rng).or_else(|| all.choose(&mut self.rng)).map_or_else(
			|| (0, Account::fresh(Owner([1; 32]))),
			|(index, it)| (**index, (*it).clone()),
		)
	}

	/// The key that the account has, or any.
	fn key_of(&mut self, account: &Account) -> PublicKey {
		account.key.unwrap_or_else(|| self.world.key(&mut self.rng))
	}

	fn fee(&mut self, balance: u128) -> Fee {
		Fee::new(fee(&mut self.rng, balance, self.world.greedy)).expect("below 2^80")
	}

	fn envelope(&mut self, key: PublicKey) -> Envelope {
		let expiry = self.timestamp + [0, 1, 3_600][self.rng.random_range(0..3)];
		Envelope {
			network: self.world.network.id(),
			expiry: Timestamp::new(expiry).expect("below 2^40"),
			key,
			forged: false,
		}
	}

	/// Signs, or forges.
	fn sign<T: Body>(&mut self, envelope: Envelope, body: T) -> SignedTransaction<T> {
		let Envelope { network, expiry, key, forged } = envelope;
		let mut signature = self
			.world
			.sign(&key, || ligature_primitives::op::transaction_hash(network, expiry, &body));
		if forged {
			let part = if self.rng.random() { &mut signature.r } else { &mut signature.s };
			part[self.rng.random_range(0..32)] ^= 1 << self.rng.random_range(0..8);
		}
		SignedTransaction { network, expiry, body, key: key.into(), signature }
	}

	fn deposit(&mut self) -> Operation {
		let chain = self.world.chain(&mut self.rng);
		let owner = self.world.owner(&mut self.rng);
		let mut it = Deposit {
			chain,
			token: self.world.token(&mut self.rng),
			owner,
			amount: clamp(deposit_amount(&mut self.rng, self.world.whales)),
			key: self.rng.random_bool(0.3).then(|| self.world.key_of(owner, &mut self.rng)),
			target: self.target(chain, owner),
		};
		if self.spoils() {
			spoil::deposit(self, &mut it);
		}
		it.into()
	}

	fn full_exit(&mut self) -> Operation {
		let chain = self.world.chain(&mut self.rng);
		let (account, leaf) = self.account(chain, |account| !account.balances.is_empty());
		let held: Vec<u16> = leaf.balances.keys().copied().collect();
		let shares: Vec<u16> =
			held.iter().copied().filter(|token| *token >= FIRST_LP_TOKEN).collect();
		let token = if self.rng.random() { shares.choose(&mut self.rng) } else { None }
			.or_else(|| held.choose(&mut self.rng))
			.map_or_else(|| self.world.token(&mut self.rng), |token| TokenId(*token));
		let pool = token.lp_slot().and_then(|slot| self.model.chains[&chain.0].pools.get(&slot.0));
		let far_chain = pool.map_or(chain, |pool| pool.params.chain1);
		let far = self.target(far_chain, leaf.owner);
		let mut it = FullExit { chain, account: index(account), token, owner: leaf.owner, far };
		if self.spoils() {
			spoil::full_exit(self, &mut it);
		}
		it.into()
	}

	fn change_pub_key(&mut self) -> Operation {
		let chain = self.world.chain(&mut self.rng);
		let owner = self.world.owner(&mut self.rng);
		let mut target = self.target(chain, owner);
		let mut account = None;
		if self.rng.random() {
			let (named, _) = self.account(chain, |account| account.owner == owner);
			account = Some(index(named));
			target = Target::Existing(index(named));
		}
		let key = self.world.key_of(owner, &mut self.rng);
		let mut it = ChangePubKey { chain, account, owner, key, target };
		if self.spoils() {
			spoil::change_pub_key(self, &mut it);
		}
		it.into()
	}

	fn create_pool(&mut self) -> Operation {
		let mut params = self.world.pool(&mut self.rng);
		let mut side = if self.rng.random() { Side::Zero } else { Side::One };
		// Look a few times for one that is not there yet.
		for _ in 0..4 {
			let chain = &self.model.chains[&params.chain(side).0];
			if chain.pool_slot(&params, side.number()).is_some() {
				params = self.world.pool(&mut self.rng);
				side = side.other();
			}
		}
		let chain = params.chain(side);
		let slot = PoolSlot(self.model.chains[&chain.0].pools.len() as u16);
		let mut it = CreatePool { chain, slot, side, params };
		if self.spoils() {
			spoil::create_pool(self, &mut it);
		}
		it.into()
	}

	fn transfer(&mut self) -> Operation {
		let chain = self.world.chain(&mut self.rng);
		let (account, leaf) =
			self.account(chain, |account| account.key.is_some() && !account.balances.is_empty());
		let held: Vec<_> = leaf.balances.iter().collect();
		let (token, balance) =
			held.choose(&mut self.rng).map_or((0, 0), |(token, held)| (**token, **held));
		let receiver = self.world.owner(&mut self.rng);
		let mut target = self.target(chain, receiver);
		let key = self.key_of(&leaf);
		let fee = self.fee(balance);
		let mut body = TransferBody {
			chain,
			account: index(account),
			nonce: Nonce(leaf.nonce),
			token: TokenId(token),
			receiver,
			amount: clamp(amount(&mut self.rng, balance.saturating_sub(fee.get()))),
			fee,
		};
		let mut envelope = self.envelope(key);
		if self.spoils() {
			spoil::transfer(self, &mut envelope, &mut body, &mut target);
		}
		Transfer { tx: self.sign(envelope, body), target }.into()
	}

	fn withdraw(&mut self) -> Operation {
		let chain = self.world.chain(&mut self.rng);
		let (account, leaf) = self.account(chain, |account| {
			account.key.is_some() && account.balances.keys().any(|token| *token < FIRST_LP_TOKEN)
		});
		let held: Vec<_> =
			leaf.balances.iter().filter(|(token, _)| **token < FIRST_LP_TOKEN).collect();
		let (token, balance) =
			held.choose(&mut self.rng).map_or((0, 0), |(token, held)| (**token, **held));
		let key = self.key_of(&leaf);
		let fee = self.fee(balance);
		let mut body = WithdrawBody {
			chain,
			account: index(account),
			nonce: Nonce(leaf.nonce),
			token: TokenId(token),
			receiver: Owner(self.rng.random()),
			amount: clamp(amount(&mut self.rng, balance.saturating_sub(fee.get()))),
			fee,
		};
		let mut envelope = self.envelope(key);
		if self.spoils() {
			spoil::withdraw(self, &mut envelope, &mut body);
		}
		Withdraw { tx: self.sign(envelope, body) }.into()
	}

	/// Both leaves of a pool, if it has both.
	pub(crate) fn leaves(&self, params: &PoolParams) -> Option<[Pool; 2]> {
		let leaf = |chain: ChainId, side| {
			let chain = self.model.chains.get(&chain.0)?;
			Some(chain.pools[&chain.pool_slot(params, side)?].clone())
		};
		Some([leaf(params.chain0, 0)?, leaf(params.chain1, 1)?])
	}

	fn swap(&mut self, params: PoolParams) -> Operation {
		let direction = if self.rng.random() { Side::Zero } else { Side::One };
		let token = params.token(direction).0;
		let (account, leaf) = self.account(params.chain(direction), |account| {
			account.key.is_some() && account.balance(token) > 0
		});
		let balance = leaf.balance(token);
		let fee = self.fee(balance);
		let paid = amount(&mut self.rng, balance.saturating_sub(fee.get()));
		let quote =
			self.leaves(&params).filter(|[home, _]| home.supply > 0).map_or(0, |[home, far]| {
				let (own, other) =
					if direction == Side::Zero { (home.own, far.own) } else { (far.own, home.own) };
				clamp_big(&swap_out(own, other, paid, params.fee_bps))
			});
		let min_out = match self.rng.random_range(0..8) {
			0..3 => quote,
			3..6 => quote / 2,
			6 => 1,
			_ => quote + 1,
		};
		let mut out = self.target(params.chain(direction.other()), leaf.owner);
		let key = self.key_of(&leaf);
		let mut body = SwapBody {
			params,
			direction,
			account: index(account),
			nonce: Nonce(leaf.nonce),
			amount: clamp(paid),
			min_out: clamp(min_out.max(1)),
			fee,
		};
		let mut envelope = self.envelope(key);
		if self.spoils() {
			spoil::swap(self, &mut envelope, &mut body, &mut out);
		}
		Swap { tx: self.sign(envelope, body), out }.into()
	}

	fn add_liquidity(&mut self, params: PoolParams) -> Operation {
		let (token0, token1) = (params.token0.0, params.token1.0);
		let far_accounts = self.model.chains[&params.chain1.0].accounts.clone();
		let matching = |near: &Account, far: &Account| {
			near.owner == far.owner
				&& near.key.is_some()
				&& near.key == far.key
				&& far.balance(token1) > 0
		};
		let (account0, leaf0) = self.account(params.chain0, |near| {
			near.balance(token0) > 0 && far_accounts.values().any(|far| matching(near, far))
		});
		let (account1, leaf1) = self.account(params.chain1, |far| matching(&leaf0, far));
		let (balance0, balance1) = (leaf0.balance(token0), leaf1.balance(token1));
		let fee = self.fee(balance0);
		let balance0 = balance0.saturating_sub(fee.get());
		let pool = self.leaves(&params).filter(|[home, _]| home.supply > 0);
		let (shares, max0, max1) = match pool {
			None => {
				let half = |balance: u128, rng: &mut ChaCha8Rng| match rng.random_range(0..4) {
					0 => balance,
					1 => amount(rng, balance),
					_ => balance / 3,
				};
				let mut max0 = half(balance0, &mut self.rng);
				let mut max1 = half(balance1, &mut self.rng);
				if self.world.whales && self.rng.random_bool(0.7) {
					// Equal reserves bring the supply to its limit before the reserves.
					(max0, max1) = (max0.min(max1), max0.min(max1));
				}
				let total = clamp_big(&(BigUint::from(max0) * max1).sqrt());
				let most = total.saturating_sub(1_000);
				(
					*[1, most, most / 2, most + 1].choose(&mut self.rng).expect("not empty"),
					max0,
					max1,
				)
			},
			Some([home, far]) => {
				let affordable = |balance: u128, reserve: u128| {
					clamp_big(&liquidity_worth(balance, home.supply, reserve))
				};
				let most = affordable(balance0, home.own).min(affordable(balance1, far.own));
				let shares =
					amount(&mut self.rng, most).max(u128::from(self.rng.random_bool(0.95)));
				let cost = |reserve| clamp_big(&liquidity_cost(shares, reserve, home.supply));
				let slack = [0, 0, 1, 1_000][self.rng.random_range(0..4)];
				(shares, cost(home.own) + slack, cost(far.own) + slack)
			},
		};
		let same = params.chain0 == params.chain1 && account0 == account1;
		let key = self.key_of(&leaf0);
		let mut body = AddLiquidityBody {
			params,
			account0: index(account0),
			nonce0: Nonce(leaf0.nonce),
			account1: index(account1),
			nonce1: Nonce(leaf1.nonce + u32::from(same)),
			shares: clamp(shares),
			max0: clamp(max0),
			max1: clamp(max1),
			fee,
		};
		let mut envelope = self.envelope(key);
		if self.spoils() {
			spoil::add_liquidity(self, &mut envelope, &mut body);
		}
		AddLiquidity { tx: self.sign(envelope, body) }.into()
	}

	fn remove_liquidity(&mut self, mut params: PoolParams) -> Operation {
		// Rather a pool in which somebody holds shares.
		for _ in 0..4 {
			if self.leaves(&params).is_none_or(|[home, _]| home.supply == 0) {
				params = self.world.pool(&mut self.rng);
			}
		}
		let slot = self.model.chains[&params.chain0.0].pool_slot(&params, 0).unwrap_or(0);
		let token = FIRST_LP_TOKEN + slot;
		let (account, leaf) = self
			.account(params.chain0, |account| account.key.is_some() && account.balance(token) > 0);
		let shares =
			amount(&mut self.rng, leaf.balance(token)).max(u128::from(self.rng.random_bool(0.95)));
		let (x, y) = self.leaves(&params).filter(|[home, _]| home.supply > 0).map_or(
			(0, 0),
			|[home, far]| {
				let worth = |reserve| clamp_big(&liquidity_worth(shares, reserve, home.supply));
				(worth(home.own), worth(far.own))
			},
		);
		let (min0, min1) = match self.rng.random_range(0..8) {
			0..3 => (x, y),
			3 => (x + 1, y),
			4 => (x, y + 1),
			5 => (0, 0),
			_ => (x / 2, y / 2),
		};
		let mut far = self.target(params.chain1, leaf.owner);
		let key = self.key_of(&leaf);
		let mut body = RemoveLiquidityBody {
			params,
			account: index(account),
			nonce: Nonce(leaf.nonce),
			shares: clamp(shares),
			min0: clamp(min0),
			min1: clamp(min1),
			fee: self.fee(x),
		};
		let mut envelope = self.envelope(key);
		if self.spoils() {
			spoil::remove_liquidity(self, &mut envelope, &mut body, &mut far);
		}
		RemoveLiquidity { tx: self.sign(envelope, body), far }.into()
	}
}
