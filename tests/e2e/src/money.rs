// SPDX-License-Identifier: Apache-2.0

//! What everybody has.

use crate::{ALPHA, BETA, World};
use ligature_cli::{session::Token, wallet::Wallet};
use ligature_primitives::ids::{ChainId, TokenId};

/// What somebody has of the two tokens that are traded, in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holdings {
	/// USDT on the ledger.
	pub usdt: u128,
	/// WETH on the ledger.
	pub weth: u128,
	/// USDT on alpha itself.
	pub usdt_outside: u128,
	/// WETH on beta itself.
	pub weth_outside: u128,
}

impl Holdings {
	/// As of the last block of the operator and the best blocks of the chains.
	///
	/// # Panics
	///
	/// If somebody does not answer.
	pub async fn of(world: &World, wallet: &Wallet) -> Self {
		let ledger = async |token: &Token| {
			world.session.balance(wallet, token).await.expect("the operator answers")
		};
		let outside = async |chain: ChainId, token: &Token| {
			let at = world.chain(chain).await.best().await.expect("the chain answers");
			let asset = token.asset.expect("both are assets");
			at.asset_balance(asset, wallet.owner().0).await.expect("the chain answers")
		};
		Self {
			usdt: ledger(&world.usdt).await,
			weth: ledger(&world.weth).await,
			usdt_outside: outside(ALPHA, &world.usdt).await,
			weth_outside: outside(BETA, &world.weth).await,
		}
	}
}

/// What custody has of a token, and what of it belongs to users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vault {
	/// The token.
	pub token: TokenId,
	/// What people call it.
	pub symbol: String,
	/// What custody has.
	pub held: u128,
	/// What custody owes.
	pub owed: u128,
}

impl Vault {
	/// Those of all tokens of a chain, from the chain alone, as of its best block.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn all(world: &World, chain: ChainId) -> Vec<Self> {
		let at = world.chain(chain).await.best().await.expect("the chain answers");
		let custody = at.custody().await.expect("the chain answers");
		let mut vaults = Vec::new();
		for token in at.tokens().await.expect("the chain answers") {
			let held = match token.asset {
				Some(asset) => at.asset_balance(asset, custody).await,
				None => at.native_balance(custody).await,
			};
			let held = held.expect("the chain answers");
			vaults.push(Self { token: token.id, symbol: token.symbol, held, owed: token.owed });
		}
		vaults
	}

	/// That of one token.
	///
	/// # Panics
	///
	/// If the chain does not answer, or does not know the token.
	pub async fn of(world: &World, token: &Token) -> Self {
		let mut all = Self::all(world, token.chain).await.into_iter();
		all.find(|vault| vault.token == token.id).expect("a known token")
	}
}

/// Checks from the chains alone that custody holds what it owes, of every token of both chains.
///
/// # Panics
///
/// If it does not, or a chain does not answer.
pub async fn solvency(world: &World) {
	for id in [ALPHA, BETA] {
		let vaults = Vault::all(world, id).await;
		assert!(vaults.len() > 1, "chain {id} knows its tokens");
		for Vault { symbol, held, owed, .. } in vaults {
			assert!(held >= owed, "chain {id} holds {held} {symbol} and owes {owed}");
		}
	}
}
