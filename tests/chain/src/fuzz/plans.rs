// SPDX-License-Identifier: Apache-2.0

//! How a run begins: with nothing, or where the dice alone would hardly get.

use ligature_primitives::{
	amount::Amount,
	ids::{ChainId, Side, TokenId},
};
use ligature_runtime::{Runtime, rollup::DEVELOPMENT_PARAMETERS, token};
use pallet_rollup::ChainListHash;
use polkadot_sdk::*;
use sp_runtime::traits::Get;

use super::{CHAINS, Fuzz, Letter};
use crate::{
	network::{ALPHA, BETA, Built},
	people::{CHARLIE, EVE, FERDIE, ONE, Person},
	proofs::simulated,
	settlement::{commit_call, prove_call},
	story::{POOLS, USDT_WETH, USERS},
};

/// What everybody deposits of alpha's second asset, and of beta's.
const WBTC: u128 = 5_000_000_000;
const WETH: u128 = 2_000_000_000_000_000;

/// What happens before the dice are thrown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
	/// Nothing: the network is not even open.
	Fresh,
	/// Pools with liquidity, accounts with balances, and payments that failed.
	Liquid,
	/// The same, and on both chains a request has expired.
	Expired,
	/// The same, the oracles are dead, and one chain alone has the certificate of a block.
	Torn,
	/// One chain has proven a block that the other one refuses.
	Refusing,
	/// Other oracles are to come, and one of the old ones has signed two blocks.
	Epochs,
	/// A queue that is full.
	Flooded,
}

impl Plan {
	/// All plans.
	pub const ALL: [Self; 7] = [
		Self::Liquid,
		Self::Expired,
		Self::Torn,
		Self::Fresh,
		Self::Refusing,
		Self::Epochs,
		Self::Flooded,
	];

	/// The plan of a seed.
	pub fn of(seed: u64) -> Self {
		Self::ALL[seed as usize % Self::ALL.len()]
	}
}

impl Fuzz {
	/// Does what the plan says.
	pub(super) fn begin(&mut self, plan: Plan) {
		if plan == Plan::Fresh {
			// Before the network is open: nothing of it works, all of it is harmless.
			for _ in 0..30 {
				let letter = if self.story.chance(70) { self.user() } else { self.mutated() };
				self.post(letter);
			}
		}
		let genesis_hashes = self.network.genesis_hashes();
		for chain in CHAINS {
			// Governance may have come before.
			if self.network.chain(chain).with(ChainListHash::<Runtime>::exists) {
				continue;
			}
			let genesis_hashes = genesis_hashes.clone().try_into().expect("two of four; qed");
			self.must(Letter::root(chain, pallet_rollup::Call::open_network { genesis_hashes }));
		}
		match plan {
			Plan::Fresh => (),
			Plan::Liquid => self.make_liquid(),
			Plan::Expired => {
				self.make_liquid();
				self.let_expire();
			},
			Plan::Torn => {
				self.make_liquid();
				self.tear();
				self.let_expire();
			},
			Plan::Refusing => {
				self.make_liquid();
				self.prove_on_one();
			},
			Plan::Epochs => {
				self.make_liquid();
				self.equivocate();
				self.change_members();
				self.impatience = 0;
			},
			Plan::Flooded => self.flood(),
		}
	}

	fn deposit(&mut self, chain: ChainId, who: Person, token: u16, amount: u128) {
		let amount = Amount::new(amount).expect("an amount");
		let (token, owner, key) = (TokenId(token), who.owner(), Some(who.key()));
		let call = pallet_rollup::Call::deposit { token, owner, amount, key };
		self.must(Letter::new(chain, who, call));
	}

	/// Pools, balances of everybody, liquidity, a swap; and a payment to somebody who cannot be paid but has
	/// the chain's token, so that it can be claimed.
	fn make_liquid(&mut self) {
		for params in POOLS {
			for side in [Side::Zero, Side::One] {
				let call = pallet_amm::Call::create_pool { params, side };
				self.must(Letter::new(params.chain(side), CHARLIE, call));
			}
		}
		for chain in CHAINS {
			for who in USERS {
				self.deposit(chain, who, 1, 100_000_000);
				self.deposit(chain, who, 2, if chain == ALPHA { WBTC } else { WETH });
			}
			let (dest, value) = (ONE.account().into(), 100 * token::UNIT);
			let gift = pallet_balances::Call::transfer_allow_death { dest, value };
			self.must(Letter::new(chain, FERDIE, gift));
		}
		self.network.set_class(3);
		let block = self.network.serving_block();
		self.settle(&block);
		let block = self.network.block(|network| {
			for params in POOLS {
				let most = if params.chain1 == ALPHA { WBTC } else { WETH };
				let most = (40_000_000, most / 4);
				network.add_liquidity(params, CHARLIE, 1, most).expect("the first liquidity");
			}
			network.swap(USDT_WETH, Side::Zero, EVE, 1_000_000).expect("there is a pool");
			network.withdraw_to(ALPHA, EVE, 1, ONE.owner(), 1).expect("Eve has some");
			network.withdraw_to(BETA, EVE, 1, ONE.owner(), 1).expect("Eve has some");
		});
		self.settle(&block);
	}

	/// Brings a block all the way, on both chains.
	fn settle(&mut self, block: &Built) {
		let number = block.number();
		for _ in 0..200 {
			if let Some(letter) = self.next_step() {
				// The grace of operators may not be over for who sends it.
				self.post(letter);
			}
		}
		let executed = CHAINS.map(|chain| self.network.executed(chain));
		assert_eq!(executed, [number; 2], "all steps are possible");
		for chain in CHAINS {
			self.advance(chain, 1);
		}
	}

	fn commit_and_prove(&mut self, chain: ChainId, block: &Built) {
		let who = self.network.operator();
		let commit = commit_call(&block.header, &block.data[Self::place(chain)]);
		self.must(Letter::new(chain, who, commit));
		let prove = prove_call(&block.header, simulated(&block.header));
		self.must(Letter::new(chain, who, prove));
	}

	/// Requests on both chains that nobody serves in time.
	fn let_expire(&mut self) {
		for chain in CHAINS {
			self.deposit(chain, FERDIE, 1, 3_000_000);
			self.deposit(chain, FERDIE, 0, 5_000_000_000);
		}
		for chain in CHAINS {
			self.advance(chain, DEVELOPMENT_PARAMETERS.expiry);
		}
		self.impatience = 90;
	}

	/// A block whose certificate has come to one chain when the oracles die.
	fn tear(&mut self) {
		let swap = |network: &mut crate::Network| {
			network.swap(USDT_WETH, Side::Zero, EVE, 2_000_000).expect("there is a pool");
			network.withdraw(ALPHA, EVE, 1, 1_000_000).expect("Eve has some");
		};
		let block = self.network.block(swap);
		for chain in CHAINS {
			self.commit_and_prove(chain, &block);
		}
		assert!(self.sign_block(&block), "it is proven on both chains");
		let letter = self.relay_letter(ALPHA, &block.block_message());
		self.must(letter.expect("the epoch has members"));
		self.oracles_alive = false;
	}

	/// A block that alpha has proven and beta, whose oracles refuse it, does not take.
	fn prove_on_one(&mut self) {
		let block = self.network.block(|network| {
			network.swap(USDT_WETH, Side::One, EVE, WETH / 100).expect("there is a pool");
		});
		self.commit_and_prove(ALPHA, &block);
		self.stuck = true;
		self.repair();
		assert!(!self.stuck, "alpha has gone back");
	}

	/// A member signs two blocks, and somebody tells.
	fn equivocate(&mut self) {
		while self.report.reached.iter().all(|(_, name)| *name != "report_equivocation") {
			let letter = self.evidence(ALPHA);
			self.post(letter.expect("there are blocks"));
		}
	}

	/// Somebody fills alpha's queue with deposits.
	fn flood(&mut self) {
		let amount = Amount::new(1_000_000).expect("an amount");
		let (token, owner) = (TokenId(0), FERDIE.owner());
		let call = pallet_rollup::Call::deposit { token, owner, amount, key: None };
		let most: u32 = <Runtime as pallet_rollup::Config>::MaxQueue::get();
		// The state is looked at once, at the end.
		for _ in 0..most {
			let _ = self.network.chain(ALPHA).apply(FERDIE, call.clone()).ok();
		}
		self.check(ALPHA);
		assert!(!self.post(Letter::new(ALPHA, FERDIE, call)), "the queue is full");
	}
}
