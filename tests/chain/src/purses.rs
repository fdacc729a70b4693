// SPDX-License-Identifier: Apache-2.0

//! Who has what on L1, and who is due what by the ledger: so that a test can say to the unit that everybody got what was
//! theirs, and nobody more.

use ligature_primitives::{
	ids::{BlockNumber, ChainId, Owner, TokenId},
	priority::PriorityRequest,
};
use ligature_runtime::{AccountId, Balance, Runtime};
use pallet_rollup::{Claims, Requests, Tokens};
use std::collections::BTreeMap;

use crate::{
	network::{Built, Network},
	people::Person,
	solvency::held,
};

/// Amounts by whose they are and of which token of a chain.
pub type Purses = BTreeMap<(Owner, TokenId), Balance>;

/// Puts something into a purse.
fn put(purses: &mut Purses, owner: Owner, token: TokenId, amount: Balance) {
	*purses.entry((owner, token)).or_default() += amount;
}

impl Network {
	/// What somebody has on a chain, outside of the rollup.
	pub fn in_hand(&mut self, chain: ChainId, owner: Owner, token: TokenId) -> Balance {
		self.chain(chain).with(|| {
			let token = Tokens::<Runtime>::get(token).expect("a token of the chain");
			held(&token, &AccountId::from(owner.0))
		})
	}

	/// What these people have on a chain of these tokens.
	pub fn purses(&mut self, chain: ChainId, of: &Purses) -> Purses {
		let keys = of.keys().copied();
		keys.map(|(owner, token)| ((owner, token), self.in_hand(chain, owner, token))).collect()
	}

	/// What everybody can claim from a chain as of a block: balances, and the liquidity behind shares.
	pub fn entitled(&self, chain: ChainId, at: BlockNumber) -> Purses {
		let mut purses = Purses::new();
		for (_, payout) in self.claims_on(chain, at) {
			put(&mut purses, payout.owner, payout.token, payout.amount.get());
		}
		purses
	}

	/// What a chain pays in exodus to whom: [`Self::entitled`], and to who paid them the deposits that no
	/// executed block consumed.
	pub fn due(&mut self, chain: ChainId, freeze: BlockNumber) -> Purses {
		let mut purses = self.entitled(chain, freeze);
		let waiting: Vec<_> =
			self.chain(chain).with(|| Requests::<Runtime>::iter_values().collect());
		for stored in waiting {
			if let PriorityRequest::Deposit { token, amount, .. } = stored.request {
				put(&mut purses, Owner(stored.payer.into()), token, amount.get());
			}
		}
		purses
	}

	/// Everybody leaves one chain as [`Self::leave`] does. Each gets what is due, to the unit, or has it as
	/// a claim; custody keeps what the protocol predicts and not a unit more. Gives what has become a claim.
	///
	/// # Panics
	///
	/// If any of that is not so.
	#[track_caller]
	pub fn leave_to_the_unit(
		&mut self,
		chain: ChainId,
		freeze: BlockNumber,
		caller: Person,
	) -> Purses {
		let due = self.due(chain, freeze);
		let before = (self.purses(chain, &due), self.pending(chain));
		self.leave(chain, freeze, caller);
		let (paid, pending) = (self.purses(chain, &due), self.pending(chain));
		let mut claims = Purses::new();
		for (key, due) in due {
			let [had, has] = [&before.1, &pending].map(|all| all.get(&key).copied().unwrap_or(0));
			let claim = has - had;
			// Who makes the calls pays for them.
			if key != (caller.owner(), TokenId::NATIVE) {
				let got = paid[&key] - before.0[&key] + claim;
				assert_eq!(got, due, "{key:?} of chain {chain}");
			}
			if claim > 0 {
				claims.insert(key, claim);
			}
		}
		self.check_owed(chain);
		let remainder = self.remainder(chain, freeze);
		for (token, funds) in self.funds(chain) {
			let rest = remainder.get(&token).copied().unwrap_or(0);
			let kept = funds.gift + rest + funds.pending;
			assert_eq!(funds.custody, kept, "token {token} of chain {chain}: {funds:?}");
			assert_eq!(funds.queued, 0, "token {token} of chain {chain}");
		}
		claims
	}

	/// Payments that failed, by whose they are.
	fn pending(&mut self, chain: ChainId) -> Purses {
		let claims = self.chain(chain).with(|| Claims::<Runtime>::iter().collect::<Vec<_>>());
		let purse = |(who, token, amount): (AccountId, _, _)| ((Owner(who.into()), token), amount);
		claims.into_iter().map(purse).collect()
	}
}

impl Built {
	/// What the block pays on a chain when it is executed.
	pub fn pays(&self, place: usize) -> Purses {
		let mut purses = Purses::new();
		for half in &self.sealed.chains[place].data.halves {
			if let Some(payment) = half.payment() {
				put(&mut purses, payment.receiver, payment.token, payment.amount.get());
			}
		}
		purses
	}
}
