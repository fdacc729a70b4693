// SPDX-License-Identifier: Apache-2.0

//! What users sign on the ledger, with the nonces of the moment.

use ligature_ledger::Receipt;
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Owner, Side, Timestamp, TokenId},
	op::{
		AddLiquidity, AddLiquidityBody, Body, RemoveLiquidity, RemoveLiquidityBody,
		SignedTransaction, Swap, SwapBody, Transfer, TransferBody, Withdraw, WithdrawBody,
	},
	pool::PoolParams,
	refusal::Refusal,
};

use crate::{
	network::{NETWORK, Network},
	people::Person,
};

/// For how many seconds a transaction is good.
const VALID: u64 = 86_400;

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("an amount")
}

impl Network {
	/// Signs for as long as anybody needs.
	fn sign<T: Body>(&self, who: Person, body: T) -> SignedTransaction<T> {
		let expiry = Timestamp::new(self.time().get() + VALID).expect("below 2^40");
		SignedTransaction::sign(NETWORK, expiry, body, &who.secret())
	}

	/// The account with which somebody signs; the first one if there is none, which the ledger refuses.
	fn signer(&self, chain: ChainId, who: Person) -> (AccountIndex, Nonce) {
		let account = self.account(chain, who).unwrap_or(AccountIndex::ZERO);
		let nonce = self.state(chain).account(account).map_or(Nonce(0), |leaf| leaf.nonce());
		(account, nonce)
	}

	/// A transfer that is signed and not sent.
	pub fn signed_transfer(
		&self,
		chain: ChainId,
		who: Person,
		token: u16,
		receiver: Owner,
		value: u128,
		fee: u128,
	) -> Transfer {
		let (account, nonce) = self.signer(chain, who);
		let body = TransferBody {
			chain,
			account,
			nonce,
			token: TokenId(token),
			receiver,
			amount: amount(value),
			fee: Fee::new(fee).expect("a fee"),
		};
		Transfer { tx: self.sign(who, body), target: self.target(chain, receiver) }
	}

	/// A withdrawal that is signed and not sent.
	pub fn signed_withdrawal(
		&self,
		chain: ChainId,
		who: Person,
		token: u16,
		receiver: Owner,
		value: u128,
	) -> Withdraw {
		let (account, nonce) = self.signer(chain, who);
		let body = WithdrawBody {
			chain,
			account,
			nonce,
			token: TokenId(token),
			receiver,
			amount: amount(value),
			fee: Fee::ZERO,
		};
		Withdraw { tx: self.sign(who, body) }
	}

	/// Sends tokens to somebody on the same chain.
	///
	/// # Errors
	///
	/// If the ledger refuses it, as with all of these.
	pub fn transfer(
		&mut self,
		chain: ChainId,
		from: Person,
		token: u16,
		to: Person,
		value: u128,
	) -> Result<Receipt, Refusal> {
		let transfer = self.signed_transfer(chain, from, token, to.owner(), value, 0);
		self.act(transfer)
	}

	/// Withdraws to one's own account.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn withdraw(
		&mut self,
		chain: ChainId,
		who: Person,
		token: u16,
		value: u128,
	) -> Result<Receipt, Refusal> {
		self.withdraw_to(chain, who, token, who.owner(), value)
	}

	/// Withdraws to any account.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn withdraw_to(
		&mut self,
		chain: ChainId,
		who: Person,
		token: u16,
		receiver: Owner,
		value: u128,
	) -> Result<Receipt, Refusal> {
		let withdrawal = self.signed_withdrawal(chain, who, token, receiver, value);
		self.act(withdrawal)
	}

	/// Swaps into one side of a pool, for whatever comes out.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn swap(
		&mut self,
		params: PoolParams,
		direction: Side,
		who: Person,
		value: u128,
	) -> Result<Receipt, Refusal> {
		let (account, nonce) = self.signer(params.chain(direction), who);
		let body = SwapBody {
			params,
			direction,
			account,
			nonce,
			amount: amount(value),
			min_out: amount(1),
			fee: Fee::ZERO,
		};
		let out = self.target(params.chain(direction.other()), who.owner());
		let swap = Swap { tx: self.sign(who, body), out };
		self.act(swap)
	}

	/// Adds liquidity: `shares` of them, for at most `max` on the two sides.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn add_liquidity(
		&mut self,
		params: PoolParams,
		who: Person,
		shares: u128,
		max: (u128, u128),
	) -> Result<Receipt, Refusal> {
		let (account0, nonce0) = self.signer(params.chain0, who);
		let (account1, nonce1) = self.signer(params.chain1, who);
		let same = (params.chain0, account0) == (params.chain1, account1);
		let body = AddLiquidityBody {
			params,
			account0,
			nonce0,
			account1,
			nonce1: if same { Nonce(nonce0.0 + 1) } else { nonce1 },
			shares: amount(shares),
			max0: amount(max.0),
			max1: amount(max.1),
			fee: Fee::ZERO,
		};
		let add = AddLiquidity { tx: self.sign(who, body) };
		self.act(add)
	}

	/// Takes liquidity out, for whatever comes.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn remove_liquidity(
		&mut self,
		params: PoolParams,
		who: Person,
		shares: u128,
	) -> Result<Receipt, Refusal> {
		let (account, nonce) = self.signer(params.chain0, who);
		let body = RemoveLiquidityBody {
			params,
			account,
			nonce,
			shares: amount(shares),
			min0: Amount::ZERO,
			min1: Amount::ZERO,
			fee: Fee::ZERO,
		};
		let far = self.target(params.chain1, who.owner());
		let remove = RemoveLiquidity { tx: self.sign(who, body), far };
		self.act(remove)
	}
}
