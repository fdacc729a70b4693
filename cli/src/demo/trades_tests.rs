// SPDX-License-Identifier: Apache-2.0

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use super::*;
use crate::{
	demo::{
		generator::{SEED, generate},
		tape::OPENING,
	},
	session::Token,
};
use ligature_operator_api::TransactionHash;
use ligature_primitives::ids::{ChainId, TokenId};

fn coins() -> Coins {
	let token = |chain, id| Token {
		chain: ChainId(chain),
		chain_name: chain.to_string(),
		id: TokenId(id),
		asset: Some(u32::from(id)),
		symbol: "T".into(),
		decimals: 6,
	};
	Coins { usdt: token(1, 1), weth: token(2, 2) }
}

/// Books in which the pool is open and the traders have what the tape needs, and the orders of the tape.
fn begin() -> (Books, Vec<Sent>) {
	let coins = coins();
	let mut books = Books::new(coins.clone(), PoolSlot(0));
	let sent = |role, deed, fee_chain| Sent {
		role,
		deed,
		fee_chain: ChainId(fee_chain),
		fee: 7,
		hash: TransactionHash(0.into()),
		at: 0,
	};
	for role in Role::ALL {
		for (side, token) in coins.both().into_iter().enumerate() {
			books.deposit(role, token.chain, token.id, super::super::cast::deposit(role, side));
		}
	}
	let open = Deed::Open { amount0: OPENING.reserve0, amount1: OPENING.reserve1 };
	books.enter(&sent(Role::Provider, open, 1)).unwrap();
	let orders = generate(SEED).into_iter().map(|order| {
		let chain = if order.sells == Sell::Zero { 1 } else { 2 };
		sent(Role::Trader(order.trader), Deed::Trade(order), chain)
	});
	(books, orders.collect())
}

/// What the chains would show if they had executed the orders in this order, 20 to a block.
fn executed(sent: &[Sent], order: impl IntoIterator<Item = usize>) -> Vec<Seen> {
	let mut market = OPENING;
	let seen = order.into_iter().enumerate().map(|(place, at)| {
		let Deed::Trade(order) = &sent[at].deed else { panic!("a trade") };
		Seen {
			block: 4 + place as u64 / 20,
			payer: Some(sent[at].role),
			payee: Some(sent[at].role),
			sells: order.sells,
			amount: order.amount,
			fee: sent[at].fee,
			out: market.sell(order.sells, order.amount).unwrap(),
		}
	});
	seen.collect()
}

#[test]
fn the_tape_in_its_order_should_be_followed() {
	let (mut books, sent) = begin();
	let seen = executed(&sent, 0..sent.len());
	let mut blocks = Vec::new();
	let done = follow(&seen, &sent, &mut books, |block, market| blocks.push((block, *market)));
	let done = done.unwrap();
	assert_eq!(done.len(), sent.len());
	assert!(done.iter().enumerate().all(|(place, trade)| trade.order == place));
	assert!(done.iter().all(|trade| trade.out == trade.expected));
	assert_eq!(overtaken(&done), 0);
	assert_eq!(blocks.len(), sent.len() / 20);
	assert_eq!(blocks.last().unwrap(), &(4 + sent.len() as u64 / 20 - 1, books.market));
}

#[test]
fn an_order_that_waited_for_a_place_should_be_found_later() {
	let (mut books, sent) = begin();
	// Two neighbours of different traders change places.
	let at = sent.windows(2).position(|pair| pair[0].role != pair[1].role).unwrap();
	let mut order: Vec<_> = (0..sent.len()).collect();
	order.swap(at, at + 1);
	let seen = executed(&sent, order);
	let done = follow(&seen, &sent, &mut books, |_, _| ()).unwrap();
	assert_eq!((done[at].order, done[at + 1].order), (at + 1, at));
	assert_eq!(overtaken(&done), 1);
	assert!(done.iter().all(|trade| trade.out == trade.expected));
}

#[test]
fn an_outcome_that_is_not_the_formulas_should_be_seen() {
	let (mut books, sent) = begin();
	let mut seen = executed(&sent, 0..sent.len());
	seen[5].out += 1;
	let done = follow(&seen, &sent, &mut books, |_, _| ()).unwrap();
	let wrong: Vec<_> = done.iter().filter(|trade| trade.out != trade.expected).collect();
	assert_eq!(wrong.len(), 1);
	assert_eq!(wrong[0].order, 5);
}

#[test]
fn what_nobody_signed_should_not_be_followed() {
	let (books, sent) = begin();
	let good = executed(&sent, 0..sent.len());
	let mut cases = Vec::new();
	let mut change = |what: &'static str, change: &dyn Fn(&mut Vec<Seen>)| {
		let mut seen = good.clone();
		change(&mut seen);
		cases.push((what, seen));
	};
	change("is on no tape", &|seen| seen[3].payer = None);
	change("is on no tape", &|seen| seen[3].payer = Some(Role::Provider));
	change("is not order", &|seen| seen[3].amount -= 1);
	change("is not order", &|seen| seen[3].fee += 1);
	change("has paid somebody else", &|seen| seen[3].payee = Some(Role::Provider));
	change("1 orders were not executed", &|seen| {
		seen.pop();
	});
	change("is on no tape", &|seen| {
		let again = *seen.last().unwrap();
		let role = again.payer;
		seen.push(Seen { payer: role, ..again });
	});
	for (what, seen) in cases {
		let error = follow(&seen, &sent, &mut books.clone(), |_, _| ()).unwrap_err();
		assert!(error.contains(what), "{error}");
	}
}
