// SPDX-License-Identifier: Apache-2.0

//! What each rule of the chain circuit is there for.
//!
//! For each label there is a forged witness that the constraints of this label refuse and all others
//! let pass, or the reason why there is none. Labels of the gadgets are tried in the gadgets' own tests.
//!
//! A forgery begins as a case of the world. Either its script is dishonest, so that what follows from it follows,
//! or witnesses of the circuit are given other values.

use super::{
	forge::{Forgery, To, b, c, case, own_labels, pay_fees, script, search},
	world::{AA, LAST_TIME, NOBODY, amount, fee, index, owner, resign},
};
use crate::{
	chain::{POOL_PATH, RegisterWitness, Step, overlay::Working},
	r1cs::Label,
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	constants::{FIRST_EXIT_INDEX, FIRST_RESERVED_INDEX},
	ids::{ChainId, PoolSlot, TokenId},
	op::{Cell, CellCode, Fields, OperationKind},
	pool::PoolParams,
};
use std::collections::BTreeSet;

/// Labels for which changing one witness of one of their own constraints is a forgery: everything that
/// the circuit computes from it follows, and only this rule notices. With the case that shows it, and what
/// would be gained.
const SINGLE: &[(&str, &str, &str)] = &[
	("account/an absent leaf has no owner", "padding", "a leaf has an owner before it exists"),
	("account/an absent leaf has no key", "padding", "a leaf has a key before it exists"),
	("account/an absent leaf has nonce 0", "padding", "a leaf's nonce begins anywhere"),
	("account/new leaf", "nothing for nobody", "the block ends with any leaf"),
	("cell/only some cells create a leaf", "padding", "padding creates accounts"),
	("cell/no amount", "padding", "padding shows an amount"),
	("cell/no account", "padding", "padding names an account"),
	("cell/no second word", "padding", "padding shows a word that nobody wrote"),
	(
		"cell/a created leaf's owner is shown",
		"transfer without fee",
		"an owner is shown that is not the leaf's",
	),
	(
		"cell/a created pool's parameters are shown",
		"pool created on an odd slot",
		"public data shows another pool",
	),
	(
		"cell/a created pool's side is shown",
		"pool created on an odd slot",
		"public data shows another side",
	),
	(
		"cell/a created pool's foreign reserve is zero",
		"pool created on an odd slot",
		"a new pool begins with a price",
	),
	("cell/the owner stays, unless the leaf is created", "padding", "an account changes hands"),
	(
		"cell/balance moves by the amount",
		"deposit on an odd slot",
		"more is credited than deposited",
	),
	("pair/a key comes with a deposit or a key change", "padding", "a key is set unasked"),
	(
		"pair/a key change is applied to its owner's account",
		"key change refused",
		"anybody's key is replaced",
	),
	("pair/selector", "exit of no shares", "public data names another pool"),
	(
		"pair/amount by which a reserve moves",
		"exit of shares",
		"a reserve keeps what was paid out of it",
	),
	(
		"pair/a reserve moves in or out",
		"swap, output on an odd slot",
		"a reserve keeps what was paid out of it",
	),
	(
		"pair/first liquidity",
		"liquidity, side 0",
		"later shares are minted as if they were the first",
	),
	(
		"pair/shares minted or burned",
		"liquidity, side 0",
		"the supply rises by less than the shares",
	),
	(
		"pair/shares signed are minted",
		"first liquidity, side 0",
		"fewer shares are minted than signed",
	),
	(
		"pair/shares signed are in range",
		"liquidity, side 0",
		"a signed amount above 2^112 is read as a small one",
	),
	(
		"pair/what is removed covers the fee",
		"removal, side 0",
		"the fee is more than what is removed",
	),
	(
		"pair/the fee of a removal comes out of what is paid",
		"swap, input without fee",
		"the odd slot's account pays or gets a part of the fee",
	),
	("pool/slots ascend", "swap within a chain", "one pool stands in two registers"),
	("pool/parameters", "padding", "an unused register has parameters"),
	(
		"pool/stored",
		"swap, output on an odd slot",
		"another leaf is stored than what the slots made",
	),
	("pool/public word", "swap, output on an odd slot", "public data shows other reserves"),
	(
		"pool/a cell uses the registers it should",
		"swap, output on an odd slot",
		"a cell that has no pool changes one",
	),
	("pool/read", "swap, output on an odd slot", "a cell reads another pool's fields"),
	(
		"pool/write foreign reserve",
		"swap, output on an odd slot",
		"the foreign reserve of another pool changes",
	),
	(
		"signed/the fee of AddLiquidity is taken on side 0",
		"padding",
		"a fee is shown that nobody takes",
	),
];

/// Labels whose constraints follow from others, and why.
pub(crate) const REDUNDANT: &[(&str, &str)] = &[
	(
		"cell/a created leaf was absent",
		"the leaf after a cell exists `exists + creates` times, and that is shown to be a bit",
	),
	(
		"pair/an exit of no shares pays nothing",
		"it uses no register, so that no own reserve moves (`pool/own reserve moves by the amount`), and what \
		 moves is what the second cell pays",
	),
	(
		"pool/only a used register is created",
		"alive begins at used − created = −1 and rises only by a CreatePool that finds 1 − alive = 1, which is \
		 alive = 0; in the end it must be used = 0 (`pool/created by its cell`)",
	),
];

fn word(value: u64) -> To {
	To::Value(Fr::from(value))
}

/// The forgeries that take another script or several witnesses.
fn composed() -> Vec<Forgery> {
	let mut all = accounts_and_cells();
	all.extend(fees());
	all.extend(pools());
	all.extend(pairs());
	all.extend(signed());
	all
}

fn named(label: &'static str, gain: &'static str, forgery: Forgery) -> Forgery {
	forgery.named(label, gain)
}

fn accounts_and_cells() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery| all.push(named(label, gain, forgery));

	let idle = case("nothing for nobody");
	let with_five = || Forgery::of(&idle).claim(|w| w.slots[1].balance.before = Fr::from(5u64));
	let mut balances = Working::balances(&idle.before, index(NOBODY));
	balances.set(1, Fr::from(5u64));
	add("cell/balances of the leaf", "a balance is another account's", with_five());
	add(
		"account/an absent leaf has no balances",
		"a leaf has balances before it exists",
		with_five().set(
			"account/an absent leaf has no balances",
			"slot 1",
			0,
			b(0),
			To::Value(balances.root()),
		),
	);
	add(
		"account/old leaf",
		"a leaf passes with another owner than it has",
		Forgery::of(&case("deposit on an odd slot"))
			.claim(|w| {
				let thief = Fr::from(5u64);
				w.slots[1].cell.aux = thief;
				if let Some(leaf) = &mut w.slots[1].account.leaf {
					leaf.owner = thief;
				}
			})
			.set("account/old leaf", "slot 1", 0, c(0), To::Honest),
	);
	add(
		"cell/side 0 of the pool",
		"shares are minted on the far side",
		script("first liquidity, side 1", |script| {
			let pay = &mut script.steps[0].cell;
			pay.code = CellCode::AddIn0;
			let shares = Cell {
				selector: pay.selector,
				amount: amount(500),
				..Cell::new(CellCode::AddShares, pay.account)
			};
			let token = TokenId(512 + pay.selector);
			script.steps[1] = Step { cell: shares, pool: None, token };
			script.log[0].code = CellCode::AddIn0;
		})
		.claim(|w| {
			resign(&mut w.slots[0], OperationKind::AddLiquidity, 2, |fields| {
				(fields.debit0, fields.debit1) = (fields.debit1, fields.debit0);
				fields.fee = fee(0);
			});
		}),
	);
	add(
		"cell/side 1 of the pool",
		"side 0 pays what is removed from side 1",
		script("swap, output on an odd slot", |script| {
			script.steps[1].cell.code = CellCode::RemoveOut1;
			script.log[0].code = CellCode::RemoveOut1;
		}),
	);
	add(
		"cell/an L1 token",
		"shares are deposited",
		script("deposit on an odd slot", |script| {
			script.steps[1].cell.selector = 600;
			script.steps[1].token = TokenId(600);
		}),
	);
	add(
		"cell/an LP token",
		"an L1 token is burned as if it were shares",
		script("exit of no shares", |script| {
			script.steps[0].cell.selector = 7;
			script.steps[0].token = TokenId(7);
		}),
	);
	add(
		"cell/created at the next free index",
		"an account is created anywhere",
		script("deposit to a new account on an odd slot", |script| {
			script.steps[1].cell.account = index(1_000);
		}),
	);
	add(
		"cell/a leaf that takes or pays exists",
		"an output vanishes in a leaf that does not exist",
		script("swap, output on an odd slot", |script| {
			script.steps[1].cell.account = index(NOBODY);
		}),
	);
	add(
		"cell/owner of a created leaf",
		"public data shows an owner for an account that is not created",
		script("swap, output on an odd slot", |script| script.steps[1].cell.aux = Fr::from(5u64))
			.set("cell/owner of a created leaf", "slot 1", 0, c(0), word(5)),
	);
	for (label, name, first) in [
		(
			"cell/reserved indices",
			"swap, output to a new account on an odd slot",
			FIRST_RESERVED_INDEX,
		),
		(
			"cell/indices reserved for exits",
			"deposit to a new account on an odd slot",
			FIRST_EXIT_INDEX,
		),
	] {
		add(
			label,
			"the tree fills up before those are served who must be",
			script(name, |script| script.steps[1].cell.account = index(first))
				.claim(|w| w.old_next = first),
		);
	}
	add(
		"cell/a deposit and a created leaf belong to the owner shown",
		"a deposit is credited to somebody else",
		script("deposit on an odd slot", |script| {
			script.steps[1].cell.aux = owner(2).word();
		}),
	);
	let pays_ten =
		|| script("full exit on an odd slot", |script| script.steps[1].cell.amount = amount(10));
	add("cell/an exit pays what it finds", "a full exit pays less than the balance", pays_ten());
	add(
		"cell/what an exit finds",
		"a full exit finds less than the balance",
		pays_ten().set("cell/what an exit finds", "slot 1", 0, c(0), word(10)),
	);
	all
}

fn fees() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery| all.push(named(label, gain, forgery));
	let transfer = case("transfer");
	let paying =
		|sums: &[(u16, i64)]| Forgery::of(&transfer).claim(|w| pay_fees(&transfer, w, sums));
	add(
		"fee/summed under its token",
		"a fee is credited in a dearer token",
		paying(&[(2, 5)]).set(
			"fee/summed under its token",
			"slot 0",
			0,
			super::forge::a(0),
			word(1),
		),
	);
	add(
		"fee/the whole fee in one sum",
		"more is credited in one token and taken from another",
		paying(&[(1, 6), (0, -1)])
			.set("fee/the whole fee in one sum", "slot 0", 0, c(0), To::More(1))
			.set("fee/the whole fee in one sum", "slot 0", 1, c(0), To::More(-1)),
	);
	add(
		"fee/every fee is summed",
		"a fee is dropped",
		paying(&[(1, 0)]).set(
			"fee/summed under its token",
			"slot 0",
			0,
			super::forge::a(0),
			word(0),
		),
	);
	add(
		"fee/only an account takes fees",
		"fees vanish in a leaf that does not exist",
		script("transfer", |script| script.fee_account = index(NOBODY))
			.claim(|w| pay_fees(&transfer, w, &[(1, 5)])),
	);
	add(
		"fee/balances of the leaf",
		"fees are credited to another balance",
		Forgery::of(&transfer).claim(|w| w.fees[3].balance.before += Fr::from(1u64)),
	);
	all
}

fn pools() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery| all.push(named(label, gain, forgery));
	let output = case("swap, output on an odd slot");
	add(
		"pool/used registers come first",
		"public data shows registers that are not where it says",
		{
			let swap = case("swap within a chain");
			let leaf = swap.before.pool(PoolSlot(0)).map(|leaf| leaf.hash()).unwrap();
			let path = swap.before.pool_path(PoolSlot(0)).siblings;
			Forgery::of(&swap).claim(|w| {
				w.registers.rotate_right(1);
				w.registers[0] = RegisterWitness { leaf, ..RegisterWitness::default() };
				w.registers[0].siblings.copy_from_slice(&path[..POOL_PATH]);
				for slot in &mut w.slots {
					slot.register = slot.register.map(|register| register + 1);
				}
			})
		},
	);
	add(
		"pool/its side lives here",
		"a chain holds a side of a pool that is another chain's",
		script("pool created on an odd slot", |script| {
			let (chain0, chain1) = (ChainId(9), ChainId(9));
			script.steps[1].cell.aux = PoolParams { chain0, chain1, ..AA }.word();
		}),
	);
	add(
		"pool/a created one begins empty",
		"a new pool begins with reserves",
		Forgery::of(&case("pool created on an odd slot")).set(
			"pool/a created one begins empty",
			"registers: load",
			0,
			b(0),
			To::More(1),
		),
	);
	add(
		"pool/loaded",
		"a pool has other reserves than its leaf",
		Forgery::of(&output).claim(|w| w.registers[0].own += 5),
	);
	add("pool/created by its cell", "a pool comes into being unseen", {
		let idle = case("nothing for nobody");
		let path = idle.before.pool_path(PoolSlot(4)).siblings;
		Forgery::of(&idle).claim(|w| {
			let created = RegisterWitness { used: true, created: true, ..Default::default() };
			w.registers[0] = RegisterWitness { slot: 4, params: AA.pack(), ..created };
			w.registers[0].siblings.copy_from_slice(&path[..POOL_PATH]);
		})
	});
	let alive = "pool/used while it exists, created while it does not";
	add(
		alive,
		"a cell creates another pool than it shows",
		Forgery::of(&case("two pools created"))
			.set(alive, "slot 0", 0, c(0), word(0))
			.set(alive, "slot 0", 1, c(0), word(1))
			.set(alive, "slot 1", 0, c(0), word(1)),
	);
	add(
		"pool/created by CreatePool alone",
		"a pool is created twice",
		script("two pools created", |script| {
			script.steps[1] = script.steps[0];
			script.registers.pop();
		}),
	);
	add(
		"pool/write own reserve",
		"a reserve grows out of an unused register",
		Forgery::of(&output).set("pool/write own reserve", "slot 1", 0, c(-1), To::More(1)).set(
			"pool/write own reserve",
			"slot 1",
			7,
			c(-1),
			To::More(-1),
		),
	);
	add(
		"pool/own reserve moves by the amount",
		"a reserve moves by another amount than the balance",
		Forgery::of(&output).set("pool/write own reserve", "slot 1", 0, b(1), To::Flipped),
	);
	let output = case("swap, output on an even slot");
	add(
		"pool/write supply",
		"a supply grows out of an unused register",
		Forgery::of(&output).set("pool/write supply", "slot 0", 0, c(-1), To::More(1)).set(
			"pool/write supply",
			"slot 0",
			7,
			c(-1),
			To::More(-1),
		),
	);
	add(
		"pool/supply moves by the shares",
		"the supply changes without shares",
		Forgery::of(&output).set("pool/write supply", "slot 0", 0, b(1), To::Flipped),
	);
	all
}

fn pairs() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery| all.push(named(label, gain, forgery));
	add(
		"pair/the second cell is on the first one's account",
		"a deposit sets somebody else's key",
		script("deposit with key", |script| script.steps[1].cell.account = index(1)),
	);
	add(
		"pair/what is sent is received",
		"a transfer makes money",
		script("transfer without fee", |script| script.steps[1].cell.amount = amount(200)),
	);
	add(
		"pair/the token sent is received",
		"a transfer changes the token",
		script("transfer without fee", |script| {
			script.steps[1].cell.selector = 2;
			script.steps[1].token = TokenId(2);
		}),
	);
	add(
		"pair/an exit of shares uses the pool",
		"an exit without shares enters the joint log",
		script("exit of no shares", |script| {
			let exit = case("exit of shares").script;
			script.steps[0].pool = exit.steps[0].pool;
			script.steps[1].token = exit.steps[1].token;
			script.registers = exit.registers;
			script.log = exit.log;
		})
		.set("pair/an exit of shares uses the pool", "slot 0", 0, c(0), word(0)),
	);
	add(
		"pair/an exit's shares are those of its pool",
		"shares of a poor pool are burned for a rich one's reserve",
		script("exit of shares", |script| {
			script.steps[0].cell.selector = 513;
			script.steps[0].token = TokenId(513);
		}),
	);
	let other_token =
		|| script("swap, output on an odd slot", |script| script.steps[1].token = TokenId(2));
	add("pair/token", "a swap pays another token than the pool's", other_token());
	add(
		"pair/token of the selector",
		"the selector adds to the pool's token",
		other_token().set("pair/token of the selector", "slot 1", 1, c(0), word(1)),
	);
	add(
		"pair/the pool's own token",
		"a swap pays another token than the pool's",
		other_token().set("pair/the pool's own token", "slot 1", 1, c(0), word(2)),
	);
	add(
		"pair/the pool's LP token",
		"liquidity is paid with another pool's shares",
		script("liquidity, side 0", |script| script.steps[1].token = TokenId(700)).set(
			"pair/the pool's LP token",
			"slot 1",
			1,
			c(0),
			word(700),
		),
	);
	add(
		"pair/more than signed only of the first liquidity",
		"more shares are minted than signed",
		script("liquidity, side 0", |script| script.steps[1].cell.amount = amount(505)),
	);
	add(
		"pair/the amount is the one signed",
		"more is taken than signed",
		Forgery::of(&case("transfer without fee")).claim(|w| {
			resign(&mut w.slots[0], OperationKind::Transfer, 1, |it| it.amount = amount(90));
		}),
	);
	let transfer = case("transfer");
	add(
		"pair/token of the fee",
		"the fee is credited in another token",
		Forgery::of(&transfer).claim(|w| pay_fees(&transfer, w, &[(0, 5)])).set(
			"pair/token of the fee",
			"slot 0",
			0,
			c(0),
			To::More(-1),
		),
	);
	add(
		"pair/an exit has no transaction hash",
		"an exit's far half is joined with a signed removal",
		script("exit of shares, side 1 on an odd slot", |script| script.log[0].tx = 5u64.into()),
	);
	all
}

fn signed() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery| all.push(named(label, gain, forgery));
	let transfer = |change: fn(&mut Fields)| {
		Forgery::of(&case("transfer without fee"))
			.claim(|w| resign(&mut w.slots[0], OperationKind::Transfer, 1, change))
	};
	let swap = |change: fn(&mut Fields)| {
		Forgery::of(&case("swap, input without fee"))
			.claim(|w| resign(&mut w.slots[0], OperationKind::Swap, 2, change))
	};
	let liquidity = |change: fn(&mut Fields)| {
		Forgery::of(&case("liquidity, side 0"))
			.claim(|w| resign(&mut w.slots[0], OperationKind::AddLiquidity, 2, change))
	};
	add(
		"signed/not expired",
		"a transaction is executed after its time",
		Forgery::of(&case("transfer without fee"))
			.claim(|w| {
				w.timestamp = ligature_primitives::ids::Timestamp::new(LAST_TIME + 1).unwrap()
			})
			.set("signed/not expired", "slot 0", 0, c(0), word(0)),
	);
	add(
		"signed/limits only of joint operations",
		"words are signed that mean nothing",
		transfer(|it| it.limit_a = amount(5)),
	);
	add(
		"signed/a swap has one limit",
		"a second limit reaches the join",
		swap(|it| it.limit_b = amount(5)),
	);
	add(
		"signed/the least output of a swap is not zero",
		"a swap pays nothing",
		swap(|it| it.limit_a = amount(0)),
	);
	add(
		"signed/chain of the other debit",
		"liquidity is added with a debit on a third chain",
		liquidity(|it| it.debit1.chain = ChainId(9)).set(
			"signed/chain of the other debit",
			"slot 0",
			0,
			c(0),
			word(9),
		),
	);
	add(
		"signed/other debit only of AddLiquidity",
		"words are signed that mean nothing",
		transfer(|it| it.debit1.account = index(1)).set(
			"signed/other debit only of AddLiquidity",
			"slot 0",
			0,
			b(0),
			word(1),
		),
	);
	add(
		"signed/order of the debits",
		"what was signed for one side is done on the other",
		liquidity(|it| (it.debit0, it.debit1) = (it.debit1, it.debit0)).set(
			"signed/order of the debits",
			"slot 0",
			0,
			c(0),
			word(1),
		),
	);
	add(
		"signed/token",
		"another token is sent than was signed",
		transfer(|it| it.token = TokenId(3)).set("signed/token", "slot 0", 0, c(0), word(3)),
	);
	add(
		"signed/direction",
		"a swap goes the other way than was signed",
		swap(|it| it.direction = 1).set("signed/direction", "slot 0", 0, c(0), word(1)),
	);
	add(
		"signed/receiver of a transfer",
		"somebody else receives a transfer",
		transfer(|it| it.subject = owner(3).word()).set(
			"signed/receiver of a transfer",
			"slot 0",
			0,
			c(0),
			To::Value(owner(3).word()),
		),
	);
	add(
		"signed/receiver of a withdrawal",
		"somebody else receives a withdrawal",
		Forgery::of(&case("withdrawal"))
			.claim(|w| {
				resign(&mut w.slots[0], OperationKind::Withdraw, 2, |it| it.subject = 5u64.into())
			})
			.set("signed/receiver of a withdrawal", "slot 0", 0, c(0), word(5)),
	);
	add(
		"signed/fee",
		"a higher fee is taken than was signed",
		script("transfer", |script| script.steps[0].cell.fee = fee(7)).set(
			"signed/fee",
			"slot 0",
			0,
			c(0),
			word(7),
		),
	);
	all
}

/// The labels that have a forgery.
pub(crate) fn forged() -> BTreeSet<Label> {
	let composed = composed().into_iter().map(|forgery| Label(forgery.label));
	let single = SINGLE.iter().map(|(label, ..)| Label(label));
	// The last one is tried in `attacks`, as the public input is no witness.
	composed.chain(single).chain([Label("public/input")]).collect()
}

#[test]
fn one_changed_witness_should_be_refused_by_the_rule_alone() {
	let missing: Vec<_> = SINGLE
		.iter()
		.filter(|(label, name, _)| search(Label(label), &case(name)).is_none())
		.collect();
	assert!(missing.is_empty(), "no forgery found: {missing:#?}");
}

#[test]
fn composed_forgeries_should_be_refused_by_the_rule_alone() {
	let mut wrong = Vec::new();
	for forgery in composed() {
		let violated = forgery.violated();
		if violated != BTreeSet::from([Label(forgery.label)]) {
			wrong.push(format!("{}: {}: {violated:?}", forgery.label, forgery.gain));
		}
	}
	assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_should_have_a_forgery_or_a_reason() {
	let mut covered = forged();
	for (label, _) in REDUNDANT {
		assert!(covered.insert(Label(label)), "{label} has both a forgery and a reason");
	}
	assert_eq!(own_labels(), covered);
}
