// SPDX-License-Identifier: Apache-2.0

//! What people sign, with the nonces that the engine names.

use crate::world::{EXPIRY, NETWORK, Person, World, amount, index};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Side, Timestamp, TokenId},
	op::{
		AddLiquidityBody, Body, RemoveLiquidityBody, SignedTransaction, SwapBody, Transaction,
		TransferBody, WithdrawBody,
	},
	pool::PoolParams,
};

pub fn sign<T: Body>(who: Person, body: T) -> Transaction
where
	Transaction: From<SignedTransaction<T>>,
{
	sign_until(who, body, EXPIRY)
}

pub fn sign_until<T: Body>(who: Person, body: T, expiry: u64) -> Transaction
where
	Transaction: From<SignedTransaction<T>>,
{
	let expiry = Timestamp::new(expiry).unwrap();
	SignedTransaction::sign(NETWORK, expiry, body, &who.secret()).into()
}

impl World {
	async fn signer(&self, chain: ChainId, who: Person) -> (AccountIndex, Nonce) {
		let account = self.account(chain, who).await;
		(index(account.index), Nonce(account.next_nonce))
	}

	pub async fn transfer_body(
		&self,
		chain: ChainId,
		from: Person,
		token: u16,
		to: Person,
		value: u128,
	) -> TransferBody {
		let (account, nonce) = self.signer(chain, from).await;
		TransferBody {
			chain,
			account,
			nonce,
			token: TokenId(token),
			receiver: to.owner(),
			amount: amount(value),
			fee: Fee::ZERO,
		}
	}

	pub async fn transfer(
		&self,
		chain: ChainId,
		from: Person,
		token: u16,
		to: Person,
		value: u128,
	) -> Transaction {
		sign(from, self.transfer_body(chain, from, token, to, value).await)
	}

	pub async fn withdrawal(
		&self,
		chain: ChainId,
		who: Person,
		token: u16,
		value: u128,
	) -> Transaction {
		let (account, nonce) = self.signer(chain, who).await;
		sign(
			who,
			WithdrawBody {
				chain,
				account,
				nonce,
				token: TokenId(token),
				receiver: who.owner(),
				amount: amount(value),
				fee: Fee::ZERO,
			},
		)
	}

	pub async fn swap(
		&self,
		params: PoolParams,
		direction: Side,
		who: Person,
		value: u128,
		min_out: u128,
	) -> Transaction {
		let (account, nonce) = self.signer(params.chain(direction), who).await;
		sign(
			who,
			SwapBody {
				params,
				direction,
				account,
				nonce,
				amount: amount(value),
				min_out: amount(min_out),
				fee: Fee::ZERO,
			},
		)
	}

	pub async fn add_liquidity(
		&self,
		params: PoolParams,
		who: Person,
		shares: u128,
		max: (u128, u128),
	) -> Transaction {
		let (account0, nonce0) = self.signer(params.chain0, who).await;
		let (account1, nonce1) = self.signer(params.chain1, who).await;
		let same = (params.chain0, account0) == (params.chain1, account1);
		sign(
			who,
			AddLiquidityBody {
				params,
				account0,
				nonce0,
				account1,
				nonce1: if same { Nonce(nonce0.0 + 1) } else { nonce1 },
				shares: amount(shares),
				max0: amount(max.0),
				max1: amount(max.1),
				fee: Fee::ZERO,
			},
		)
	}

	pub async fn remove_liquidity(
		&self,
		params: PoolParams,
		who: Person,
		shares: u128,
	) -> Transaction {
		let (account, nonce) = self.signer(params.chain0, who).await;
		sign(
			who,
			RemoveLiquidityBody {
				params,
				account,
				nonce,
				shares: amount(shares),
				min0: Amount::ZERO,
				min1: Amount::ZERO,
				fee: Fee::ZERO,
			},
		)
	}
}
