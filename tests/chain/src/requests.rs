// SPDX-License-Identifier: Apache-2.0

//! Requests of L1: how users send them, and which operation serves each.

use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, ChainId, Owner, PoolSlot, Side, TokenId},
	op::{ChangePubKey, CreatePool, Deposit, FullExit, Operation, Target},
	pool::PoolParams,
	priority::PriorityRequest,
};
use ligature_runtime::Runtime;
use pallet_rollup::Requests;

use crate::{chain::Applied, network::Network, people::Person};

impl Network {
	/// The request at a place of a chain's queue.
	pub fn request(&mut self, chain: ChainId, index: u64) -> Option<PriorityRequest> {
		self.chain(chain).with(|| Requests::<Runtime>::get(index)).map(|stored| stored.request)
	}

	/// The first account of an owner on a chain, or a new one.
	pub fn target(&self, chain: ChainId, owner: Owner) -> Target {
		let mut accounts = self.state(chain).accounts();
		let found = accounts.find(|(_, account)| account.owner == owner);
		found.map_or(Target::New, |(index, _)| Target::Existing(index))
	}

	/// The operation that serves a request, with the operator's choices made as a good operator makes
	/// them.
	pub fn operation_for(&self, chain: ChainId, request: &PriorityRequest) -> Operation {
		match *request {
			PriorityRequest::Deposit { token, owner, amount, key } => {
				Deposit { chain, token, owner, amount, key, target: self.target(chain, owner) }
					.into()
			},
			PriorityRequest::FullExit { account, token, owner } => {
				let far = self.far(chain, token, owner);
				FullExit { chain, account, token, owner, far }.into()
			},
			PriorityRequest::ChangePubKey { account, owner, key } => {
				let target = account.map_or_else(|| self.target(chain, owner), Target::Existing);
				ChangePubKey { chain, account, owner, key, target }.into()
			},
			PriorityRequest::CreatePool { slot, side, params } => {
				CreatePool { chain, slot, side, params }.into()
			},
		}
	}

	/// Where side 1 of shares goes.
	fn far(&self, chain: ChainId, token: TokenId, owner: Owner) -> Target {
		let pool = token.lp_slot().and_then(|slot| self.state(chain).pool(slot));
		pool.map_or(Target::New, |leaf| self.target(leaf.params.chain(Side::One), owner))
	}

	/// Deposits for oneself, with one's key.
	#[track_caller]
	pub fn deposit(&mut self, chain: ChainId, who: Person, token: u16, amount: u128) {
		let _ = self.try_deposit(chain, who, token, who.owner(), amount, true).ok();
	}

	/// Deposits for anybody, with one's own key or without one.
	#[track_caller]
	pub fn try_deposit(
		&mut self,
		chain: ChainId,
		who: Person,
		token: u16,
		owner: Owner,
		amount: u128,
		with_key: bool,
	) -> Applied {
		let call = pallet_rollup::Call::deposit {
			token: TokenId(token),
			owner,
			amount: Amount::new(amount).expect("an amount"),
			key: with_key.then(|| who.key()),
		};
		self.chain(chain).apply(who, call)
	}

	/// Asks for a whole balance.
	#[track_caller]
	pub fn full_exit(&mut self, chain: ChainId, who: Person, account: u32, token: u16) -> Applied {
		let account = AccountIndex::new(account).expect("below 2^24");
		let call = pallet_rollup::Call::request_full_exit { account, token: TokenId(token) };
		self.chain(chain).apply(who, call)
	}

	/// Sets a key, of one account or of any.
	#[track_caller]
	pub fn change_key(&mut self, chain: ChainId, who: Person, account: Option<u32>) -> Applied {
		let account = account.map(|account| AccountIndex::new(account).expect("below 2^24"));
		let call = pallet_rollup::Call::change_pub_key { account, key: who.key() };
		self.chain(chain).apply(who, call)
	}

	/// Asks for both sides of a pool, each on its chain.
	#[track_caller]
	pub fn create_pool(&mut self, who: Person, params: PoolParams) {
		for side in [Side::Zero, Side::One] {
			let _ = self.create_side(who, params, side).ok();
		}
	}

	/// Asks for one side of a pool on its chain.
	#[track_caller]
	pub fn create_side(&mut self, who: Person, params: PoolParams, side: Side) -> Applied {
		let call = pallet_amm::Call::create_pool { params, side };
		self.chain(params.chain(side)).apply(who, call)
	}

	/// Where a side of a pool stands on the ledger.
	pub fn slot(&self, params: &PoolParams, side: Side) -> Option<PoolSlot> {
		self.state(params.chain(side)).pool_slot(params, side)
	}
}
