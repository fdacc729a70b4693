// SPDX-License-Identifier: Apache-2.0

//! A long random story, from a seed: people who do everything in any order and often wrongly, chains with requests,
//! blocks, restarts and reverts. After every chapter the engine is compared with a plain replay of the records.

use crate::world::{
	ALPHA, CHAINS, OPERATOR, POOL, Person, World, amount, config, deposit, fee, index, sign,
	sign_until,
};
use ligature_operator::engine::EngineConfig;
use ligature_operator_api::{AccountInfo, TransactionHash, TransactionState};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	ids::{BlockNumber, ChainId, Nonce, PoolSlot, Side, TokenId},
	op::{
		AddLiquidityBody, RemoveLiquidityBody, SwapBody, Transaction, TransferBody, WithdrawBody,
	},
	pool::PoolParams,
	priority::PriorityRequest,
};
use rand_chacha::{
	ChaCha8Rng,
	rand_core::{RngCore, SeedableRng},
};
use std::collections::{BTreeMap, BTreeSet};

/// Operations that are tried, requests and transactions together.
const OPERATIONS: usize = 3_000;
/// People of the story, the operator's among them.
const PEOPLE: u8 = 7;
/// The pools: between the chains, back, and on one chain.
const POOLS: [PoolParams; 3] = [
	POOL,
	PoolParams {
		chain0: ChainId(2),
		token0: TokenId(0),
		chain1: ChainId(1),
		token1: TokenId(0),
		fee_bps: 5,
	},
	PoolParams {
		chain0: ALPHA,
		token0: TokenId(1),
		chain1: ALPHA,
		token1: TokenId(2),
		fee_bps: 100,
	},
];

struct Author {
	rng: ChaCha8Rng,
	world: World,
	/// A block is built after so many operations, more or less.
	pace: u64,
	/// Taken into the mempool.
	taken: BTreeSet<TransactionHash>,
	/// Refused at the door, by name.
	turned_away: BTreeMap<String, usize>,
	/// Pool leaves asked for, per chain.
	leaves: [u16; 2],
	/// Sides of pools not yet asked for.
	sides: Vec<(PoolParams, Side)>,
}

impl Author {
	fn below(&mut self, end: u64) -> u64 {
		self.rng.next_u64() % end
	}

	fn chance(&mut self, one_in: u64) -> bool {
		self.below(one_in) == 0
	}

	fn person(&mut self) -> Person {
		Person(1 + self.below(PEOPLE.into()) as u8)
	}

	fn chain(&mut self) -> ChainId {
		CHAINS[self.below(2) as usize]
	}

	fn pool(&mut self) -> PoolParams {
		POOLS[self.below(POOLS.len() as u64) as usize]
	}

	/// Mostly a part of what there is.
	fn part(&mut self, whole: u128) -> u128 {
		match self.below(16) {
			0 => whole,
			1 => whole + 1,
			_ => whole * u128::from(self.below(1_000)) / 10_000,
		}
	}

	async fn account(&mut self, chain: ChainId, who: Person) -> Option<AccountInfo> {
		let all = self.world.engine.accounts(who.owner()).await;
		all.into_iter().find(|account| account.chain == chain.0)
	}

	fn request(&mut self, chain: ChainId) -> PriorityRequest {
		let who = self.person();
		match self.below(10) {
			0..6 => {
				let value = 1 + u128::from(self.below(1_000_000_000));
				let token = self.below(3) as u16;
				match deposit(who, token, value) {
					PriorityRequest::Deposit { token, owner, amount, .. } if self.chance(3) => {
						PriorityRequest::Deposit { token, owner, amount, key: None }
					},
					with_key => with_key,
				}
			},
			6 => {
				let account =
					if self.chance(2) { None } else { Some(index(self.below(12) as u32)) };
				PriorityRequest::ChangePubKey { account, owner: who.owner(), key: who.key() }
			},
			7 if !self.sides.is_empty() => {
				let place = (0..self.sides.len()).find(|n| {
					let (params, side) = self.sides[*n];
					params.chain(side) == chain
				});
				let Some(place) = place else { return deposit(who, 0, 1_000) };
				let (params, side) = self.sides.remove(place);
				let leaves = &mut self.leaves[usize::from(chain.0) - 1];
				let slot = PoolSlot(*leaves);
				*leaves += 1;
				PriorityRequest::CreatePool { slot, side, params }
			},
			_ => {
				let token =
					if self.chance(2) { 512 + self.below(2) as u16 } else { self.below(3) as u16 };
				let account = index(self.below(10) as u32);
				PriorityRequest::FullExit { account, token: TokenId(token), owner: who.owner() }
			},
		}
	}

	/// A transaction of somebody who has an account, fitting more or less.
	async fn transaction(&mut self) -> Option<Transaction> {
		let who = self.person();
		let params = self.pool();
		let direction = if self.chance(2) { Side::Zero } else { Side::One };
		let kind = self.below(8);
		let chain = match kind {
			0..4 => self.chain(),
			4..6 => params.chain(direction),
			_ => params.chain0,
		};
		let account = self.account(chain, who).await?;
		let held = |token: u16| {
			account.balances.iter().find(|b| b.token == token).map_or(0, |b| b.amount.0)
		};
		let token = match account.balances.len() {
			0 => 0,
			len => account.balances[self.below(len as u64) as usize].token,
		};
		let (number, mut nonce) = (index(account.index), Nonce(account.next_nonce));
		if self.chance(20) {
			nonce.0 += 1;
		}
		let fee = fee(if self.chance(3) { u128::from(self.below(50)) } else { 0 });
		let expiry = if self.chance(40) { self.world.time + 1 } else { crate::world::EXPIRY };
		let signer = if self.chance(50) { Person(77) } else { who };
		Some(match kind {
			0..2 => {
				let receiver = self.person().owner();
				let amount = amount(self.part(held(token)));
				let token = TokenId(token);
				sign_until(
					signer,
					TransferBody { chain, account: number, nonce, token, receiver, amount, fee },
					expiry,
				)
			},
			2..4 => {
				let receiver = who.owner();
				let amount = amount(self.part(held(token)));
				let token = TokenId(token);
				sign_until(
					signer,
					WithdrawBody { chain, account: number, nonce, token, receiver, amount, fee },
					expiry,
				)
			},
			4..6 => {
				let value = amount(self.part(held(params.token(direction).0)));
				let min_out = amount(if self.chance(4) { value.get().max(1) } else { 1 });
				sign(
					signer,
					SwapBody {
						params,
						direction,
						account: number,
						nonce,
						amount: value,
						min_out,
						fee,
					},
				)
			},
			6 => {
				let far = self.account(params.chain1, who).await?;
				let far_held = far.balances.iter().find(|b| b.token == params.token1.0);
				let same = params.chain0 == params.chain1 && far.index == account.index;
				let next = if same { nonce.0 + 1 } else { far.next_nonce };
				let (near, far_held) = (held(params.token0.0), far_held.map_or(0, |b| b.amount.0));
				let shares = 1 + u128::from(self.below(100_000));
				sign(
					signer,
					AddLiquidityBody {
						params,
						account0: number,
						nonce0: nonce,
						account1: index(far.index),
						nonce1: Nonce(next),
						shares: amount(shares),
						max0: amount(near / 2),
						max1: amount(far_held / 2),
						fee,
					},
				)
			},
			_ => {
				let shares = account.balances.iter().find(|b| b.token >= 512)?;
				let value = self.part(shares.amount.0).max(1);
				sign(
					signer,
					RemoveLiquidityBody {
						params,
						account: number,
						nonce,
						shares: amount(value),
						min0: Amount::ZERO,
						min1: amount(u128::from(self.below(3))),
						fee,
					},
				)
			},
		})
	}

	async fn act(&mut self) {
		if self.chance(4) {
			let chain = self.chain();
			let request = self.request(chain);
			self.world.request(chain, [request]).await;
		} else if let Some(transaction) = self.transaction().await {
			match self.world.submit(&transaction).await {
				Ok(hash) => drop(self.taken.insert(hash)),
				Err(error) => *self.turned_away.entry(error.name().to_owned()).or_default() += 1,
			}
		}
	}

	async fn chapter(&mut self) {
		for _ in 0..40 {
			self.act().await;
			if self.chance(self.pace) {
				self.world.try_build().await.unwrap();
			}
		}
	}
}

async fn tell(seed: u64, class: u8, pace: u64) {
	let config = EngineConfig {
		class: SizeClass::new(class).unwrap(),
		join_class: JoinClass::new(1).unwrap(),
		undo: 3,
		snapshot_every: 7,
		..config()
	};
	let mut author = Author {
		rng: ChaCha8Rng::seed_from_u64(seed),
		world: World::with(config).await,
		pace,
		taken: BTreeSet::new(),
		turned_away: BTreeMap::new(),
		leaves: [0; 2],
		sides: POOLS.iter().flat_map(|p| [(*p, Side::Zero), (*p, Side::One)]).collect(),
	};
	for chain in CHAINS {
		author.world.deposit(chain, OPERATOR, 0, 1_000_000).await;
	}
	author.world.build().await;
	let mut reverts = 0;
	for chapter in 0..OPERATIONS / 40 {
		author.chapter().await;
		if chapter % 5 == 4 {
			let status = author.world.engine.status().await;
			let back = author.below(6);
			let to = BlockNumber(status.built.0.saturating_sub(back));
			author.world.engine.revert(to, status.revert_epoch + 1).await.unwrap();
			reverts += 1;
		}
		if chapter % 7 == 6 {
			author.world = author.world.restart().await;
			author.world.feed().await;
		}
		if chapter % 3 == 0 {
			author.world.verify().await;
		}
	}
	author.world.build_all().await;
	let world = &author.world;
	let truth = world.verify().await;
	assert_eq!(world.engine.status().await.stuck, []);
	let all: Vec<_> = world.queues.iter().map(|queue| queue.len() as u64).collect();
	assert_eq!(truth.served, all, "every request is served once");
	let (mut done, mut dropped, mut waiting) = (0, 0, 0);
	let mut names: BTreeMap<String, usize> = BTreeMap::new();
	for hash in &author.taken {
		let included = truth.included.contains(&hash.to_bytes());
		match world.store.transaction(*hash).await.unwrap().expect("known").state {
			TransactionState::InBlock { .. } => done += usize::from(included),
			TransactionState::Refused { name, .. } => {
				dropped += usize::from(!included);
				*names.entry(name).or_default() += 1;
			},
			TransactionState::Pending => waiting += usize::from(!included),
		}
	}
	assert_eq!(done + dropped + waiting, author.taken.len(), "each is in one place");
	assert_eq!(done, truth.included.len());
	assert_eq!(waiting, world.store.pending().await.unwrap().len());
	// The story has to be one.
	let turned_away: usize = author.turned_away.values().sum();
	println!("{done} done, dropped {names:?}, turned away {:?}", author.turned_away);
	assert!(done > 300 && dropped > 30 && turned_away > 30 && reverts > 10);
	assert!(names.len() > 4 && author.turned_away.len() > 2);
	assert!(truth.header.number.0 > 50, "{}", truth.header.number);
	assert!(world.engine.pools().await.iter().all(|pool| pool.complete));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_in_small_blocks_should_be_what_its_records_say() {
	tell(1, 1, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_in_larger_blocks_should_be_what_its_records_say() {
	tell(2, 2, 12).await;
}
