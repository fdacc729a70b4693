// SPDX-License-Identifier: Apache-2.0

//! What must be true of both chains and the ledger: custody and ledger agree to the unit.

use polkadot_sdk::*;

use frame_support::traits::fungibles::Inspect;
use ligature_ledger::check_invariants;
use ligature_primitives::{
	amount::mul_div_floor,
	ids::{AccountIndex, BlockNumber, ChainId, Side, TokenId},
	priority::PriorityRequest,
};
use ligature_runtime::{
	AccountId, Amm, AssetId, Assets, Balance, Balances, Rollup, Runtime, token::EXISTENTIAL_DEPOSIT,
};
use pallet_rollup::{
	Claims, ExodusState, Owed, PaidBalances, PaidLiquidity, Requests, Token, Tokens,
};
use std::collections::BTreeMap;

use crate::network::{ALPHA, BETA, Network};

/// What an account holds of a token, on the chain whose state is at hand.
pub(crate) fn held(token: &Token<AssetId>, account: &AccountId) -> Balance {
	match token {
		Token::Native => Balances::free_balance(account),
		Token::Asset(asset) => Assets::balance(*asset, account),
	}
}

/// What custody was given at genesis so that its account can pay to the last unit.
fn gift(token: &Token<AssetId>) -> Balance {
	match token {
		Token::Native => EXISTENTIAL_DEPOSIT,
		Token::Asset(asset) => Assets::minimum_balance(*asset),
	}
}

/// The money of one token on one chain, as the chain has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funds {
	/// What custody holds.
	pub custody: Balance,
	/// What it holds as a gift from the beginning.
	pub gift: Balance,
	/// What it says that it owes.
	pub owed: Balance,
	/// Payments that failed and wait for their owners.
	pub pending: Balance,
	/// Deposits that no executed block has consumed.
	pub queued: Balance,
}

impl Network {
	/// The money of all tokens of a chain.
	pub fn funds(&mut self, chain: ChainId) -> BTreeMap<TokenId, Funds> {
		self.chain(chain).with(|| {
			let custody = Rollup::custody();
			let mut funds: BTreeMap<TokenId, Funds> = Tokens::<Runtime>::iter()
				.map(|(number, token)| {
					let (held, gift) = (held(&token, &custody), gift(&token));
					let owed = Owed::<Runtime>::get(number);
					(number, Funds { custody: held, gift, owed, ..Funds::default() })
				})
				.collect();
			for (_, token, amount) in Claims::<Runtime>::iter() {
				funds.entry(token).or_default().pending += amount;
			}
			for (_, stored) in Requests::<Runtime>::iter() {
				if let PriorityRequest::Deposit { token, amount, .. } = stored.request {
					funds.entry(token).or_default().queued += amount.get();
				}
			}
			funds
		})
	}

	/// What a chain has paid to those who left in exodus, or owes them since, per token.
	fn left(&mut self, chain: ChainId) -> BTreeMap<TokenId, Balance> {
		let (exodus, balances, liquidity) = self.chain(chain).with(|| {
			let balances: Vec<_> = PaidBalances::<Runtime>::iter_keys().collect();
			let liquidity: Vec<_> = PaidLiquidity::<Runtime>::iter_keys().collect();
			(ExodusState::<Runtime>::get(), balances, liquidity)
		});
		let mut left = BTreeMap::<TokenId, Balance>::new();
		let Some(freeze) = exodus.and_then(|exodus| exodus.freeze) else { return left };
		for (account, token) in balances {
			let account = AccountIndex::new(account).expect("it was proven; qed");
			let amount = self.state_after(chain, freeze).balance(account, token);
			*left.entry(token).or_default() += amount.get();
		}
		for (home, slot, side, account) in liquidity {
			let account = AccountIndex::new(account).expect("it was proven; qed");
			let side = Side::from_number(side).expect("it was proven; qed");
			let claim = self.liquidity_claim(home, freeze, account, slot, side);
			let reserve = claim.clone().expect("it was proven; qed").reserve.leaf;
			let roots = [home, chain].map(|chain| self.state_after(chain, freeze).root());
			let payout = claim.expect("it was proven; qed").verify(roots[0], roots[1]);
			let amount = payout.expect("it was paid; qed").amount;
			*left.entry(reserve.token()).or_default() += amount.get();
		}
		left
	}

	/// What a chain owes, to the unit: per token what the ledger holds as of the last executed block, less
	/// what has left in exodus, and what failed payments left, and the deposits that wait. Custody holds at
	/// least that and its gift.
	///
	/// # Panics
	///
	/// If any of that is not so.
	#[track_caller]
	pub fn check_owed(&mut self, chain: ChainId) {
		let executed = self.executed(chain);
		let left = self.left(chain);
		for (token, funds) in self.funds(chain) {
			let total = self.state_after(chain, executed).total(token).get();
			let ledger = total - left.get(&token).copied().unwrap_or(0);
			let place = format!("token {token} of chain {chain} after block {executed}");
			let sum = ledger + funds.pending + funds.queued;
			assert_eq!(funds.owed, sum, "owed, {place}: {funds:?}, ledger {ledger}");
			assert!(funds.custody >= funds.owed + funds.gift, "custody, {place}: {funds:?}");
		}
		self.check_pools(chain, executed);
	}

	/// [`Self::check_owed`] on both chains, and custody holds not a unit more than what it owes and its gift:
	/// for a network in which nobody sends custody a present.
	///
	/// # Panics
	///
	/// If any of that is not so, or the ledger breaks one of its invariants.
	#[track_caller]
	pub fn check_solvency(&mut self) {
		for chain in [ALPHA, BETA] {
			self.check_owed(chain);
			for (token, funds) in self.funds(chain) {
				let place = format!("token {token} of chain {chain}");
				assert_eq!(funds.custody, funds.owed + funds.gift, "custody, {place}: {funds:?}");
			}
		}
		if self.ledger().open_block().is_none() {
			assert_eq!(check_invariants(self.ledger()), Ok(()));
		}
	}

	/// What stays in custody for ever when everybody has left a chain as of a block, per token: of each side
	/// of a pool, what belongs to the locked shares, and what rounding left (section 12.3 of
	/// `docs/protocol.md`).
	pub fn remainder(&self, chain: ChainId, freeze: BlockNumber) -> BTreeMap<TokenId, Balance> {
		let mut remainder = BTreeMap::<TokenId, Balance>::new();
		for (_, leaf) in self.state_after(chain, freeze).pools() {
			let home = self.state_after(leaf.params.chain0, freeze);
			let slot = home.pool_slot(&leaf.params, Side::Zero);
			let (own, mut rest) = (leaf.own.get(), leaf.own.get());
			if let Some(pool) = slot.and_then(|slot| home.pool(slot)) {
				let token = slot.and_then(TokenId::lp).expect("a leaf has a share token; qed");
				for (_, account) in home.accounts() {
					let (shares, supply) = (account.balance(token).get(), pool.supply.get());
					rest -= mul_div_floor(own, shares, supply).unwrap_or(0);
				}
			}
			*remainder.entry(leaf.token()).or_default() += rest;
		}
		remainder
	}

	/// Every pool leaf of the ledger stands in the registry of the chain, with both reserves.
	#[track_caller]
	fn check_pools(&mut self, chain: ChainId, executed: BlockNumber) {
		let leaves: Vec<_> =
			self.state_after(chain, executed).pools().map(|(slot, leaf)| (slot, *leaf)).collect();
		for (slot, leaf) in leaves {
			let known = self.chain(chain).with(|| (Amm::pool(slot), Amm::reserves(slot)));
			let pool = known.0.expect("a pool of an executed block is known");
			assert_eq!((pool.params, pool.side), (leaf.params, leaf.side), "pool {slot}");
			let reserves = match leaf.side {
				Side::Zero => (leaf.own, leaf.foreign),
				Side::One => (leaf.foreign, leaf.own),
			};
			assert_eq!(known.1, Some(reserves), "reserves of pool {slot} of chain {chain}");
		}
	}
}
