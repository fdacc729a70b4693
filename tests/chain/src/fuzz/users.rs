// SPDX-License-Identifier: Apache-2.0

//! What users of L1 do.

use polkadot_sdk::*;

use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, ChainId, Owner, PoolSlot, Side, TokenId},
	pool::PoolParams,
};
use ligature_runtime::{AccountId, Rollup, Runtime, token};
use pallet_rollup::{Claims, Tokens};

use super::{Fuzz, Letter};
use crate::{
	network::{ALPHA, BETA},
	people::{ALICE, ONE, Person, TWO},
	story::{POOLS, USERS},
};

impl Fuzz {
	/// Something that a user does, mostly in earnest.
	pub(super) fn user(&mut self) -> Letter {
		let (chain, who) = (self.story.chain(), self.story.user());
		let call = match self.dice(100) {
			0..40 => self.deposit_call(chain, who),
			40..56 => self.exit_call(chain),
			56..66 => {
				let account = self.any_account(chain);
				let account = self.story.chance(50).then_some(account);
				pallet_rollup::Call::change_pub_key { account, key: who.key() }.into()
			},
			66..78 => return self.create_pool(who),
			78..84 => {
				let dest = self.receiver(chain).into();
				let value = u128::from(self.dice(3_000)) * token::MILLI;
				pallet_balances::Call::transfer_keep_alive { dest, value }.into()
			},
			84..90 => {
				let id = 1 + self.dice(2);
				let (target, amount) = (self.receiver(chain).into(), self.story.value(10));
				pallet_assets::Call::transfer { id: id.into(), target, amount }.into()
			},
			_ => return self.claim(chain).unwrap_or_else(|| self.create_pool(who)),
		};
		Letter::new(chain, who, call)
	}

	fn deposit_call(&mut self, chain: ChainId, who: Person) -> ligature_runtime::RuntimeCall {
		let known = self.network.chain(chain).with(Tokens::<Runtime>::count);
		let token = match self.dice(20) {
			0 => TokenId(self.dice(600) as u16),
			_ => TokenId(self.dice(known) as u16),
		};
		let amount = match self.dice(20) {
			0 => self.story.value(33),
			_ => self.story.deposit(),
		};
		let amount = Amount::new(amount).unwrap_or(Amount::MAX);
		let owner = match self.dice(20) {
			0 => Owner(self.network.chain(chain).with(Rollup::custody).into()),
			1 => Owner::ZERO,
			2..5 => self.story.user().owner(),
			_ => who.owner(),
		};
		let key = self.story.chance(75).then(|| who.key());
		pallet_rollup::Call::deposit { token, owner, amount, key }.into()
	}

	fn exit_call(&mut self, chain: ChainId) -> ligature_runtime::RuntimeCall {
		let account = self.any_account(chain);
		let PoolSlot(pools) = self.network.state(chain).next_pool();
		let token = match self.dice(10) {
			0..3 => 512 + self.dice(u32::from(pools) + 1) as u16,
			_ => self.story.token(),
		};
		pallet_rollup::Call::request_full_exit { account, token: TokenId(token) }.into()
	}

	fn create_pool(&mut self, who: Person) -> Letter {
		let mut params = self.story.one_of(&POOLS);
		if self.story.chance(40) {
			params = PoolParams {
				chain0: self.story.one_of(&[ALPHA, BETA]),
				token0: TokenId(self.dice(4) as u16),
				chain1: self.story.one_of(&[ALPHA, BETA]),
				token1: TokenId(self.dice(4) as u16),
				fee_bps: self.dice(1_010) as u16,
			};
		}
		let side = self.story.one_of(&[Side::Zero, Side::One]);
		let call = pallet_amm::Call::create_pool { params, side };
		Letter::new(params.chain(side), who, call)
	}

	/// What is pending for somebody, to somebody who can be paid; nothing if nothing is.
	pub(super) fn claim(&mut self, chain: ChainId) -> Option<Letter> {
		let pending: Vec<_> =
			self.network.chain(chain).with(|| Claims::<Runtime>::iter().collect());
		let pending = pending
			.into_iter()
			.filter_map(|(account, token, _)| Some((Person::of(&account)?, token)))
			.collect::<Vec<_>>();
		if pending.is_empty() {
			return None;
		}
		let (who, token) = self.story.one_of(&pending);
		let to = self.story.chance(70).then(|| self.story.user().account());
		Some(Letter::new(chain, who, pallet_rollup::Call::claim { token, to }))
	}

	/// An account of the ledger, or one beyond the last.
	fn any_account(&mut self, chain: ChainId) -> AccountIndex {
		let account = self.story.account(&self.network, chain);
		AccountIndex::new(account).expect("there are few accounts; qed")
	}

	/// Anybody of L1: users, strangers who have nothing, custody.
	fn receiver(&mut self, chain: ChainId) -> AccountId {
		match self.dice(10) {
			0..3 => self.story.one_of(&[ONE, TWO]).account(),
			3 => self.network.chain(chain).with(Rollup::custody),
			4 => ALICE.account(),
			_ => self.story.one_of(&USERS).account(),
		}
	}
}
