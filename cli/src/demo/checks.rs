// SPDX-License-Identifier: Apache-2.0

//! Whether everything adds up: what the chains say against what was deposited and signed.

use std::{collections::BTreeMap, fmt::Display};

use ligature_chain::PoolState;
use ligature_ledger::PoolLeaf;
use ligature_primitives::{
	header::Header,
	ids::{ChainId, PoolSlot, Side, TokenId},
	op::Half,
	poseidon::word_to_bytes,
};
use serde::Serialize;

use super::{
	books::Books,
	cast::{Cast, Coins, Role, funds},
	desk::{Deed, Sent},
	evidence::Evidence,
	market::Market,
	trades::{self, Done},
};

/// Something that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
	/// What.
	pub what: String,
	/// What it should be.
	pub expected: String,
	/// What the chains say.
	pub found: String,
	/// Whether that is the same.
	pub holds: bool,
}

/// All that was compared.
#[derive(Clone, Debug, Default)]
pub struct Checks(pub Vec<Check>);

impl Checks {
	fn equal<T: Display + PartialEq>(&mut self, what: impl Into<String>, expected: T, found: T) {
		self.0.push(Check {
			what: what.into(),
			holds: expected == found,
			expected: expected.to_string(),
			found: found.to_string(),
		});
	}

	/// Counts for how many it holds; all should.
	fn all(&mut self, what: impl Into<String>, each: impl IntoIterator<Item = bool>) {
		let (mut all, mut good) = (0, 0);
		for holds in each {
			all += 1;
			good += usize::from(holds);
		}
		self.equal(what, all, good);
	}
}

/// What was done outside of the ledger and on it.
pub struct Deeds<'a> {
	/// Who is who.
	pub cast: &'a Cast,
	/// The tokens.
	pub coins: &'a Coins,
	/// Who has deposited what where.
	pub deposits: &'a [(Role, ChainId, TokenId, u128)],
	/// The first liquidity.
	pub open: &'a Sent,
	/// The orders of the tape, in its order.
	pub orders: &'a [Sent],
	/// Transfers and withdrawals after that.
	pub others: &'a [Sent],
	/// How many blocks the operator has built.
	pub built: u64,
}

/// What came of it.
pub struct Audit {
	/// All that was compared.
	pub checks: Checks,
	/// The orders as they were executed.
	pub done: Vec<Done>,
	/// What everybody has.
	pub books: Books,
}

/// Compares everything.
///
/// # Errors
///
/// If the chains have executed something else than what was signed, so that nothing can be compared.
pub fn audit(deeds: &Deeds, evidence: &[Evidence; 2]) -> Result<Audit, String> {
	let slots = trades::slots(evidence, deeds.coins)?;
	let seen = trades::seen(evidence, deeds.coins, deeds.cast)?;
	let mut books = Books::new(deeds.coins.clone(), slots[0]);
	for (role, chain, token, amount) in deeds.deposits {
		books.deposit(*role, *chain, *token, *amount);
	}
	let mut checks = Checks::default();
	blocks(&mut checks, deeds.built, evidence);

	let enter = |books: &mut Books, sent| books.enter(sent).map_err(|error| error.to_string());
	enter(&mut books, deeds.open)?;
	let mut markets = BTreeMap::from([(opening(&evidence[0])?, books.market)]);
	let done = trades::follow(&seen, deeds.orders, &mut books, |block, market| {
		markets.insert(block, *market);
	})?;
	for sent in deeds.others {
		enter(&mut books, sent)?;
	}
	checks.equal("orders of the tape executed", deeds.orders.len(), done.len());
	checks.all(
		"trades with exactly the outcome of the formula",
		done.iter().map(|trade| trade.out == trade.expected),
	);
	registers(&mut checks, evidence, slots, &markets);
	pool(&mut checks, evidence, slots, deeds.coins, &books);
	balances(&mut checks, evidence, deeds.cast, &books)?;
	for part in evidence {
		custody(&mut checks, part);
		payments(&mut checks, part, deeds, &books);
	}
	Ok(Audit { checks, done, books })
}

/// The blocks and their headers.
fn blocks(checks: &mut Checks, built: u64, evidence: &[Evidence; 2]) {
	let [first, second] = evidence;
	for part in evidence {
		let counters = part.status.counters;
		let name = &part.name;
		checks.equal(format!("blocks executed on {name}"), built, counters.executed.0);
		checks.equal(format!("blocks committed on {name}"), built, part.blocks.len() as u64);
		checks.all(
			format!("blocks on {name} with all four stages, in their order"),
			part.blocks
				.iter()
				.map(|block| block.stages.iter().all(Option::is_some) && block.stages.is_sorted()),
		);
		let headers = || part.blocks.iter().map(|block| &block.header);
		checks.all(
			format!("blocks on {name} that name the block before"),
			headers().zip(headers().skip(1)).map(|(before, after)| after.parent == before.hash()),
		);
		checks.equal(
			format!("requests on {name} that wait"),
			0,
			part.status.queue.next - part.status.queue.executed,
		);
		let signers = part.votes.as_ref().map_or(0, |votes| votes.signers.len());
		let members =
			part.votes.as_ref().map_or(0, |votes| votes.signers.len() + votes.others.len());
		checks.equal(
			format!("certificate of the last block on {name}: more than two thirds of its members"),
			true,
			3 * signers > 2 * members,
		);
	}
	checks.all(
		"headers that are the same on both chains",
		first.blocks.iter().zip(&second.blocks).map(|(one, other)| one.header == other.header),
	);
	let last = |part: &Evidence| part.last.as_ref().map(|last| last.header.clone());
	if let (Some(here), Some(there)) = (last(first), last(second)) {
		checks.equal("hash of the last header on both chains", hex(here.hash()), hex(there.hash()));
		let roots = [first.state.root(), second.state.root()];
		let computed = ligature_primitives::header::final_root(here.number, &roots);
		let show = |root: &_| {
			let mut bytes = word_to_bytes(root);
			bytes.reverse();
			hex(bytes)
		};
		for (part, header) in [(first, here), (second, there)] {
			let what = format!("final root on {}, from the public data of both chains", part.name);
			checks.equal(what, show(&computed), show(&Header::final_root(&header)));
		}
	} else {
		checks.equal(
			"chains that know the last block",
			2,
			evidence.iter().filter(|part| part.last.is_some()).count(),
		);
	}
}

/// The block with the first liquidity.
fn opening(home: &Evidence) -> Result<u64, String> {
	let open = |half: &Half| matches!(half, Half::AddLiquidity0(_));
	let place = home.blocks.iter().position(|block| block.data.halves.iter().any(open));
	place.map(|place| place as u64 + 1).ok_or_else(|| "no block has the first liquidity".into())
}

/// The reserves that the public data of each block closes with.
fn registers(
	checks: &mut Checks,
	evidence: &[Evidence; 2],
	slots: [PoolSlot; 2],
	markets: &BTreeMap<u64, Market>,
) {
	for (side, part) in evidence.iter().enumerate() {
		checks.all(
			format!("blocks on {} that close with the reserves of the formula", part.name),
			markets.iter().map(|(block, market)| {
				let place = usize::try_from(*block).unwrap_or(usize::MAX) - 1;
				let found = part.blocks.get(place).and_then(|block| {
					block.data.registers.iter().find(|register| register.slot == slots[side])
				});
				let expected = [market.reserve0, market.reserve1];
				found.is_some_and(|found| {
					[found.own.get(), found.foreign.get()] == [expected[side], expected[1 - side]]
				})
			}),
		);
	}
}

/// The pool at the end: in the state, in the pallet.
fn pool(
	checks: &mut Checks,
	evidence: &[Evidence; 2],
	slots: [PoolSlot; 2],
	coins: &Coins,
	books: &Books,
) {
	let expected = [books.market.reserve0, books.market.reserve1];
	let symbols = coins.both().map(|token| token.symbol.clone());
	for (side, part) in evidence.iter().enumerate() {
		let leaf = part.state.pool(slots[side]).copied();
		let own = |leaf: Option<PoolLeaf>| leaf.map_or(0, |leaf| leaf.own.get());
		let name = &part.name;
		checks.equal(
			format!("{} reserve in the state of {name}", symbols[side]),
			expected[side],
			own(leaf),
		);
		let stored = part.pools.iter().find(|(slot, _)| *slot == slots[side]);
		let reserves = match stored.map(|(_, pool)| pool.state) {
			Some(PoolState::Live { own, foreign, .. }) => [own.get(), foreign.get()],
			Some(PoolState::Queued) | None => [0, 0],
		};
		for (which, found) in [(side, reserves[0]), (1 - side, reserves[1])] {
			let what = format!("{} reserve that {name} shows others", symbols[which]);
			checks.equal(what, expected[which], found);
		}
	}
	let home = evidence[0].state.pool(slots[0]);
	let supply = home.filter(|leaf| leaf.side == Side::Zero).map_or(0, |leaf| leaf.supply.get());
	checks.equal("shares of the pool", books.supply, supply);
}

/// Everybody's balances in the states.
fn balances(
	checks: &mut Checks,
	evidence: &[Evidence; 2],
	cast: &Cast,
	books: &Books,
) -> Result<(), String> {
	let mut found: BTreeMap<(Role, ChainId, TokenId), u128> = BTreeMap::new();
	for part in evidence {
		for (index, account) in part.state.accounts() {
			let role = cast.role(account.owner).ok_or_else(|| {
				format!("account {} on {} belongs to nobody known", index.get(), part.name)
			})?;
			for (token, amount) in account.balances() {
				*found.entry((role, part.chain, token)).or_default() += amount.get();
			}
		}
	}
	let expected: BTreeMap<_, _> = books
		.balances()
		.map(|(role, chain, token, amount)| ((role, chain, token), amount))
		.collect();
	for (key @ (role, chain, token), expected) in &expected {
		let what = format!("the {role}'s balance of token {token} on chain {chain}");
		checks.equal(what, *expected, found.get(key).copied().unwrap_or_default());
	}
	checks.equal("balances that nobody should have", 0, {
		found.iter().filter(|(key, amount)| **amount > 0 && !expected.contains_key(key)).count()
	});
	Ok(())
}

/// What custody holds, and owes.
fn custody(checks: &mut Checks, part: &Evidence) {
	for token in &part.tokens {
		let name = format!("{} on {}", token.symbol, part.name);
		let total = part.state.total(token.id).get();
		checks.equal(format!("{name}: owed by custody, balances and reserves"), total, token.owed);
		let gifts = part.gifts.get(&token.id).copied().unwrap_or_default();
		let held = part.custody.get(&token.id).copied().unwrap_or_default();
		checks.equal(format!("{name}: held by custody, owed and gifts"), token.owed + gifts, held);
	}
}

/// What people have on the chain itself.
fn payments(checks: &mut Checks, part: &Evidence, deeds: &Deeds, books: &Books) {
	let token = deeds.coins.on(part.chain);
	let side = usize::from(part.chain != deeds.coins.usdt.chain);
	let signed: u128 = books
		.withdrawn
		.iter()
		.filter(|((_, chain), _)| *chain == part.chain)
		.map(|(_, amount)| amount)
		.sum();
	let paid = part.paid.iter().filter(|paid| paid.token == token.id).map(|paid| paid.amount);
	checks.equal(format!("{} paid out on {}", token.symbol, part.name), signed, paid.sum());
	for (role, wallet) in deeds.cast.people() {
		let deposited: u128 = deeds
			.deposits
			.iter()
			.filter(|(who, chain, id, _)| (*who, *chain, *id) == (role, part.chain, token.id))
			.map(|(.., amount)| amount)
			.sum();
		let withdrawn = books.withdrawn.get(&(role, part.chain)).copied().unwrap_or_default();
		let expected = funds(role, side) - deposited + withdrawn;
		let found = part.purses.get(&wallet.owner().0).copied().unwrap_or_default();
		checks.equal(
			format!("the {role}'s {} on {} itself", token.symbol, part.name),
			expected,
			found,
		);
	}
}

fn hex(bytes: [u8; 32]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Whether a deed is a withdrawal.
pub fn is_withdrawal(sent: &Sent) -> bool {
	matches!(sent.deed, Deed::Withdraw { .. })
}
