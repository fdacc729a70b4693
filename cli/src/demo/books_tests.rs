// SPDX-License-Identifier: Apache-2.0

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use super::*;
use crate::{
	demo::tape::{Order, Trader},
	session::Token,
};
use ligature_operator_api::TransactionHash;
use ligature_primitives::{
	amount::{Amount, isqrt_product},
	pool::{Liquidity, add_liquidity},
};

const ALPHA: ChainId = ChainId(1);
const BETA: ChainId = ChainId(2);
const PROVIDER: Role = Role::Provider;
const NOISE: Role = Role::Trader(Trader::Noise);

fn coins() -> Coins {
	let token = |chain, chain_name: &str, id, symbol: &str| Token {
		chain,
		chain_name: chain_name.into(),
		id: TokenId(id),
		asset: Some(u32::from(id)),
		symbol: symbol.into(),
		decimals: 6,
	};
	Coins { usdt: token(ALPHA, "alpha", 1, "USDT"), weth: token(BETA, "beta", 2, "WETH") }
}

fn balance(books: &Books, role: Role, chain: ChainId, token: u16) -> u128 {
	let wanted = (role, chain, TokenId(token));
	let mut all =
		books.balances().map(|(role, chain, token, amount)| ((role, chain, token), amount));
	all.find(|(key, _)| *key == wanted).map_or(0, |(_, amount)| amount)
}

fn sent(role: Role, deed: Deed, fee_chain: ChainId) -> Sent {
	Sent { role, deed, fee_chain, fee: 10, hash: TransactionHash(0.into()), at: 0 }
}

fn open() -> Books {
	let mut books = Books::new(coins(), PoolSlot(3));
	books.deposit(PROVIDER, ALPHA, TokenId(1), 4_000_010);
	books.deposit(PROVIDER, BETA, TokenId(2), 1_000_000);
	books.deposit(NOISE, ALPHA, TokenId(1), 100_000);
	let deed = Deed::Open { amount0: 4_000_000, amount1: 1_000_000 };
	assert_eq!(books.enter(&sent(PROVIDER, deed, ALPHA)), Ok(1_999_000));
	books
}

fn order(amount: u128, min_out: u128) -> Deed {
	let (sells, trader) = (Sell::Zero, Trader::Noise);
	Deed::Trade(Order { tick: 1, trader, sells, amount, min_out, reference: 1 })
}

#[test]
fn shares_should_be_those_of_the_ledger() {
	for (amount0, amount1) in [
		(4_000_000, 1_000_000),
		(500_000_000_000, 250_000_000_000_000_000_000),
		((1 << 112) - 1, 7),
	] {
		let root = isqrt_product(amount0, amount1);
		assert_eq!(first_shares(amount0, amount1), root - 1_000);
		let of = |amount| Amount::new(amount).unwrap();
		let none = Liquidity::default();
		let ledger = add_liquidity(none, of(1), of(amount0), of(amount1)).unwrap();
		assert_eq!(first_shares(amount0, amount1), ledger.minted.get());
	}
}

#[test]
fn books_should_follow_what_is_done() {
	let mut books = open();
	assert_eq!(balance(&books, PROVIDER, ALPHA, 1), 0);
	assert_eq!(balance(&books, PROVIDER, ALPHA, 515), 1_999_000);
	assert_eq!(books.supply, 2_000_000);

	let out = books.enter(&sent(NOISE, order(40_000, 9_000), ALPHA)).unwrap();
	// 39,880 effective: 10^6 − ceil(4·10^12 / 4,039,880) = 10^6 − 990,129.
	assert_eq!(out, 9_871);
	assert_eq!(balance(&books, NOISE, BETA, 2), 9_871);
	assert_eq!((books.market.reserve0, books.market.reserve1), (4_040_000, 990_129));

	let transfer = Deed::Transfer { chain: ALPHA, to: PROVIDER, amount: 500 };
	assert_eq!(books.enter(&sent(NOISE, transfer, ALPHA)), Ok(500));
	let withdraw = Deed::Withdraw { chain: BETA, amount: 9_000 };
	assert_eq!(books.enter(&sent(NOISE, withdraw, BETA)), Ok(9_000));
	assert_eq!(balance(&books, NOISE, ALPHA, 1), 100_000 - 40_000 - 500 - 20);
	assert_eq!(balance(&books, NOISE, BETA, 2), 861);
	assert_eq!(balance(&books, Role::Operator, ALPHA, 1), 30);
	assert_eq!(balance(&books, Role::Operator, BETA, 2), 10);
	assert_eq!(books.withdrawn[&(NOISE, BETA)], 9_000);

	// Nothing is lost: what was deposited is in balances, in the pool, or has left.
	for (chain, token, reserve, left, deposited) in [
		(ALPHA, TokenId(1), books.market.reserve0, 0, 4_100_010),
		(BETA, TokenId(2), books.market.reserve1, 9_000, 1_000_000),
	] {
		let all = books.balances().filter(|(_, c, t, _)| (*c, *t) == (chain, token));
		assert_eq!(all.map(|(.., amount)| amount).sum::<u128>() + reserve + left, deposited);
	}
}

#[test]
fn what_no_ledger_executes_should_not_be_entered() {
	let books = open();
	let try_it = |deed| books.clone().enter(&sent(NOISE, deed, ALPHA)).unwrap_err();
	let limit = BooksError::Limit { out: 9_871, least: 9_872 };
	assert_eq!(try_it(order(40_000, 9_872)), limit);
	let deed = Deed::Withdraw { chain: ALPHA, amount: 99_991 };
	let (role, chain, token) = (NOISE, ALPHA, TokenId(1));
	let overdrawn = BooksError::Overdrawn { role, chain, token, amount: 99_991, there: 99_990 };
	assert_eq!(try_it(deed), overdrawn);
}
