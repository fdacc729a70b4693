// SPDX-License-Identifier: Apache-2.0

//! Which trades the chains have executed, in which order, and what the pool's price was after each.

use std::collections::{BTreeMap, VecDeque};

use ligature_primitives::{
	ids::{AccountIndex, PoolSlot, Side},
	op::Half,
};

use super::{
	books::Books,
	cast::{Cast, Coins, Role},
	desk::{Deed, Sent},
	evidence::Evidence,
	market::{Market, Sell},
};

/// A trade, as the public data of both chains has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
	/// Its block of the rollup.
	pub block: u64,
	/// Who paid, if it is somebody of the cast.
	pub payer: Option<Role>,
	/// Who got what came out.
	pub payee: Option<Role>,
	/// What was sold.
	pub sells: Sell,
	/// How much.
	pub amount: u128,
	/// The fee besides.
	pub fee: u128,
	/// What came out.
	pub out: u128,
}

/// An order of the tape and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
	/// Its place on the tape, from 0.
	pub order: usize,
	/// Its block of the rollup.
	pub block: u64,
	/// What came out on the chain.
	pub out: u128,
	/// What had to come out.
	pub expected: u128,
	/// The pool after it, by the formula.
	pub market: Market,
}

/// A half of a trade on one chain.
enum Part {
	In { account: AccountIndex, amount: u128, fee: u128 },
	Out { account: AccountIndex, amount: u128 },
}

/// The trades of the pool in the order in which they were executed, out of the public data of both chains: the n-th half
/// on one chain belongs to the n-th half on the other.
///
/// # Errors
///
/// If halves do not belong together.
pub fn seen(evidence: &[Evidence; 2], coins: &Coins, cast: &Cast) -> Result<Vec<Seen>, String> {
	let slots = slots(evidence, coins)?;
	let role = |side: usize, account| {
		let state = &evidence[side].state;
		state.account(account).and_then(|account| cast.role(account.owner))
	};
	let mut trades = Vec::new();
	for (place, (block0, block1)) in evidence[0].blocks.iter().zip(&evidence[1].blocks).enumerate()
	{
		let block = place as u64 + 1;
		let [parts0, parts1] =
			[parts(&block0.data.halves, slots[0]), parts(&block1.data.halves, slots[1])];
		if parts0.len() != parts1.len() {
			let (here, there) = (parts0.len(), parts1.len());
			return Err(format!("block {block} has {here} halves of trades here, {there} there"));
		}
		for pair in parts0.iter().zip(&parts1) {
			let (sells, from, to, paid, got) = match pair {
				(
					Part::In { account: from, amount, fee },
					Part::Out { account: to, amount: out },
				) => (Sell::Zero, role(0, *from), role(1, *to), (*amount, *fee), *out),
				(
					Part::Out { account: to, amount: out },
					Part::In { account: from, amount, fee },
				) => (Sell::One, role(1, *from), role(0, *to), (*amount, *fee), *out),
				_ => return Err(format!("block {block} has a trade with two halves of a kind")),
			};
			let (amount, fee) = paid;
			trades.push(Seen { block, payer: from, payee: to, sells, amount, fee, out: got });
		}
	}
	Ok(trades)
}

/// The pool's slots on both chains.
///
/// # Errors
///
/// If one has none.
pub fn slots(evidence: &[Evidence; 2], coins: &Coins) -> Result<[PoolSlot; 2], String> {
	let params = coins.params();
	let slot = |side: usize, of| {
		let slot = evidence[side].state.pool_slot(&params, of);
		slot.ok_or_else(|| format!("{} has no side of the pool", evidence[side].name))
	};
	Ok([slot(0, Side::Zero)?, slot(1, Side::One)?])
}

fn parts(halves: &[Half], slot: PoolSlot) -> Vec<Part> {
	let part = |half: &Half| match half {
		Half::SwapIn(half) if half.slot == slot => {
			Some(Part::In { account: half.account, amount: half.amount.get(), fee: half.fee.get() })
		},
		Half::SwapOut(half) if half.slot == slot => {
			Some(Part::Out { account: half.to.account, amount: half.amount.get() })
		},
		_ => None,
	};
	halves.iter().filter_map(part).collect()
}

/// Follows the executed trades in the books: each must be the next order of its trader, and nothing but orders of the tape
/// may be there. `after_block` hears of the pool after each block that has traded.
///
/// # Errors
///
/// The first trade that is not what was signed, or that the books cannot enter.
pub fn follow(
	seen: &[Seen],
	sent: &[Sent],
	books: &mut Books,
	mut after_block: impl FnMut(u64, &Market),
) -> Result<Vec<Done>, String> {
	let mut waiting: BTreeMap<Role, VecDeque<usize>> = BTreeMap::new();
	for (place, sent) in sent.iter().enumerate() {
		waiting.entry(sent.role).or_default().push_back(place);
	}
	let mut done = Vec::new();
	for (place, trade) in seen.iter().enumerate() {
		let order = trade.payer.and_then(|role| waiting.get_mut(&role)?.pop_front());
		let order = order.ok_or_else(|| format!("trade {place} is on no tape"))?;
		let signed = &sent[order];
		let Deed::Trade(wanted) = &signed.deed else {
			return Err(format!("what was sent as number {order} is no trade"));
		};
		if (trade.sells, trade.amount, trade.fee) != (wanted.sells, wanted.amount, signed.fee) {
			return Err(format!("trade {place} is not order {} of the tape", order + 1));
		}
		if trade.payee != trade.payer {
			return Err(format!("trade {place} has paid somebody else"));
		}
		let expected = books.enter(signed).map_err(|error| error.to_string())?;
		let market = books.market;
		done.push(Done { order, block: trade.block, out: trade.out, expected, market });
		if seen.get(place + 1).is_none_or(|next| next.block != trade.block) {
			after_block(trade.block, &market);
		}
	}
	match waiting.values().map(VecDeque::len).sum::<usize>() {
		0 => Ok(done),
		left => Err(format!("{left} orders were not executed")),
	}
}

/// Of how many orders a later one of the tape was executed before them: one had no place in a block in which a later
/// one had.
pub fn overtaken(done: &[Done]) -> usize {
	let mut highest = None;
	let late = |trade: &&Done| {
		let late = highest.is_some_and(|highest| trade.order < highest);
		highest = highest.max(Some(trade.order));
		late
	};
	done.iter().filter(late).count()
}

#[cfg(test)]
#[path = "trades_tests.rs"]
mod tests;
