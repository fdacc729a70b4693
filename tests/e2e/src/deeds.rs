// SPDX-License-Identifier: Apache-2.0

//! What people do: deposit, trade, send.

use crate::{ALPHA, BETA, PATIENCE, World, done};
use ligature_cli::{
	session::{Goal, Limit, Prepared, Terms, Token, params_of},
	wallet::Wallet,
};
use ligature_operator_api::{TransactionHash, TransactionInfo};
use ligature_primitives::{
	amount::{Amount, Fee},
	pool::PoolParams,
};

impl World {
	/// Both people deposit on both chains, and wait until they can spend it.
	///
	/// # Panics
	///
	/// If a chain refuses it or it takes too long, as everything here.
	pub async fn deposits(&self, usdt: &str, weth: &str) {
		let deposit = async |wallet: &Wallet, token: &Token, amount: &str| {
			let amount = units(token, amount);
			let deposit = self.session.deposit(wallet, token, wallet.owner(), amount, true);
			done("a deposit", deposit.await);
			self.until("a deposit is on the ledger", async || {
				self.session.balance(wallet, token).await.is_ok_and(|balance| balance > 0)
			})
			.await;
		};
		tokio::join!(
			deposit(&self.eve, &self.usdt, usdt),
			deposit(&self.eve, &self.weth, weth),
			deposit(&self.ferdie, &self.usdt, usdt),
			deposit(&self.ferdie, &self.weth, weth),
		);
		self.say("everybody has deposited");
	}

	/// The pool of USDT and WETH with a fee of 0.3 %.
	pub fn params(&self) -> PoolParams {
		PoolParams {
			chain0: ALPHA,
			token0: self.usdt.id,
			chain1: BETA,
			token1: self.weth.id,
			fee_bps: 30,
		}
	}

	/// Creates the pool, and Eve gives it liquidity; people can swap when this returns. Says what fee she paid, in USDT.
	///
	/// # Panics
	///
	/// If it does not come about.
	pub async fn pool(&self, usdt: &str, weth: &str) -> Fee {
		done("a pool", self.session.create_pool(&self.eve, self.params()).await);
		self.until("the pool exists on both sides", async || {
			let pools = self.session.pools().await.unwrap_or_default();
			let own = |pool| params_of(pool).is_ok_and(|params| params == self.params());
			pools.iter().any(|pool| pool.complete && own(pool))
		})
		.await;
		let (usdt, weth) = (units(&self.usdt, usdt), units(&self.weth, weth));
		let (a, b) = ((&self.usdt, usdt), (&self.weth, weth));
		let added = self.session.add_liquidity(&self.eve, a, b, 50, &Terms::default()).await;
		let added = done("liquidity", added).prepared;
		self.ordered(&added).await;
		self.say("the pool has liquidity");
		added.fee
	}

	/// A signed swap, for whatever comes out.
	///
	/// # Panics
	///
	/// If the operator does not quote it.
	pub async fn swap(&self, who: &Wallet, from: &Token, to: &Token, amount: &str) -> Prepared {
		let limit = Limit::Slippage(5_000);
		let amount = units(from, amount);
		let swap = self.session.swap(who, from, to, amount, limit, &Terms::default()).await;
		done("a swap", swap).prepared
	}

	/// A signed transfer.
	///
	/// # Panics
	///
	/// If the operator does not answer.
	pub async fn transfer(
		&self,
		who: &Wallet,
		token: &Token,
		to: &Wallet,
		amount: &str,
	) -> Prepared {
		let amount = units(token, amount);
		let terms = Terms::default();
		done("a transfer", self.session.transfer(who, token, to.owner(), amount, &terms).await)
	}

	/// A signed withdrawal to the own account outside.
	///
	/// # Panics
	///
	/// If the operator does not answer.
	pub async fn withdrawal(&self, who: &Wallet, token: &Token, amount: &str) -> Prepared {
		let amount = units(token, amount);
		let terms = Terms::default();
		done("a withdrawal", self.session.withdraw(who, token, who.owner(), amount, &terms).await)
	}

	/// Sends a transaction.
	///
	/// # Panics
	///
	/// If the operator refuses it.
	pub async fn send(&self, prepared: &Prepared) -> TransactionHash {
		done("sending", self.session.send(prepared).await)
	}

	/// Waits until a transaction has come so far on all its chains.
	///
	/// # Panics
	///
	/// If it is dropped, or not there in time.
	pub async fn reaches(&self, hash: TransactionHash, goal: Goal) -> TransactionInfo {
		let reached = self.session.wait(hash, goal, PATIENCE, |_| ()).await;
		reached.unwrap_or_else(|failure| {
			panic!("{goal:?}: {failure}\n── operator\n{}", self.log("operator"))
		})
	}

	/// Sends a transaction, and waits until it has its place in a block: what comes later builds on it.
	pub async fn ordered(&self, prepared: &Prepared) -> TransactionInfo {
		let hash = self.send(prepared).await;
		self.reaches(hash, Goal::Block).await
	}

	/// Sends a transaction, and waits until it is executed on all its chains.
	pub async fn all_the_way(&self, prepared: &Prepared) -> TransactionInfo {
		let hash = self.send(prepared).await;
		self.reaches(hash, Goal::Executed).await
	}
}

/// An amount as people write it.
///
/// # Panics
///
/// If it is none.
pub fn units(token: &Token, amount: &str) -> Amount {
	token.parse(amount).expect("an amount")
}
