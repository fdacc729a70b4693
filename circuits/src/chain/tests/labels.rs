// SPDX-License-Identifier: Apache-2.0

//! What each rule of the chain circuit is there for.
//!
//! For each label there is a forged witness that the constraints of this label refuse and all others
//! let pass, or the reason why there is none. Labels of the gadgets are tried in the gadgets' own tests.
//!
//! A forgery begins as a case of the world. Either its script is dishonest, so that what follows from it follows,
//! or witnesses of the circuit are given other values.

use super::{
	forge::{Forgery, b, c, case, fees, script, search},
	world::{A, AB, B, LAST_TIME, NOBODY, START, amount, circuit, fee, index, owner, resign},
};
use crate::{
	chain::{AccountVisit, RegisterWitness, tests::forge},
	r1cs::{Label, Shape},
};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::{
	ids::{AccountIndex, ChainId, PoolSlot, Side, Timestamp, TokenId},
	op::{Cell, CellCode, FLAG_CREATES, OperationKind},
	pool::PoolParams,
};
use std::collections::BTreeMap;

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
	("cell/a created leaf's owner is shown", "transfer without fee", "an owner is shown that is not the leaf's"),
	("cell/a created pool's parameters are shown", "pool created on an odd slot", "public data shows another pool"),
	("cell/a created pool's side is shown", "pool created on an odd slot", "public data shows another side"),
	("cell/a created pool's foreign reserve is zero", "pool created on an odd slot", "a new pool begins with a price"),
	("cell/the owner stays, unless the leaf is created", "padding", "an account changes hands"),
	("cell/balance moves by the amount", "deposit on an odd slot", "more is credited than deposited"),
	("cell/balances of the leaf", "nothing for nobody", "a balance is another account's"),
	("fee/balances of the leaf", "padding", "fees go to another account's balances"),
	("pair/a key comes with a deposit or a key change", "padding", "a key is set unasked"),
	("pair/a key change is applied to its owner's account", "key change refused", "anybody's key is replaced"),
	("pair/selector", "exit of no shares", "public data names another pool"),
	("pair/amount by which a reserve moves", "exit of shares", "a reserve keeps what was paid out of it"),
	("pair/a reserve moves in or out", "swap, output on an odd slot", "a reserve keeps what was paid out of it"),
	("pair/first liquidity", "liquidity, side 0", "later shares are minted as if they were the first"),
	("pair/shares minted or burned", "liquidity, side 0", "the supply rises by less than the shares"),
	("pair/shares signed are minted", "first liquidity, side 0", "fewer shares are minted than signed"),
	("pair/shares signed are in range", "liquidity, side 0", "a signed amount above 2^112 is read as a small one"),
	("pair/what is removed covers the fee", "removal, side 0", "the fee is more than what is removed"),
	("pair/the fee of a removal comes out of what is paid", "swap, input without fee", "the odd slot's account pays or gets a part of the fee"),
	("pool/a created one begins empty", "pool created on an odd slot", "a new pool begins with reserves"),
	("pool/slots ascend", "swap within a chain", "one pool stands in two registers"),
	("pool/parameters", "padding", "an unused register has parameters"),
	("pool/loaded", "swap, output on an odd slot", "a pool has other reserves than its leaf"),
	("pool/stored", "swap, output on an odd slot", "another leaf is stored than what the slots made"),
	("pool/public word", "swap, output on an odd slot", "public data shows other reserves"),
	("pool/a cell uses the registers it should", "swap, output on an even slot", "a cell that has no pool changes one"),
	("pool/read", "swap, output on an odd slot", "a cell reads another pool's fields"),
	("pool/own reserve moves by the amount", "swap, output on an odd slot", "a reserve moves by another amount than the balance"),
	("pool/write foreign reserve", "swap, output on an odd slot", "the foreign reserve of another pool changes"),
	("pool/supply moves by the shares", "swap, output on an even slot", "the supply changes without shares"),
	("signed/the fee of AddLiquidity is taken on side 0", "padding", "a fee is shown that nobody takes"),
];

fn word(value: u64) -> Fr {
	Fr::from(value)
}

/// The forgeries that take more than one witness, or another script.
fn composed() -> Vec<Forgery> {
	let mut all = Vec::new();
	let mut add = |label, gain, forgery: Forgery| all.push(Forgery { label, gain, ..forgery });

	// --- accounts
	let absent = case("nothing for nobody");
	let mut it = Forgery::of(&absent);
	let root = {
		// A balance tree with one balance, for an account that does not exist.
		it.set("cell/balances of the leaf", "slot 1", 0, forge::a(0), word(5));
		it.set("account/an absent leaf has no balances", "slot 1", 0, b(0), Fr::ZERO);
		it
	};
	add(
		"account/an absent leaf has no balances",
		"a leaf has balances before it exists",
		root.repaired("cell/balances of the leaf", "account/an absent leaf has no balances"),
	);
	let mut it = Forgery::of(&case("deposit on an odd slot"));
	it.set("cell/owner of a created leaf", "slot 1", 0, b(0), word(5));
	it.keep("account/old leaf", "slot 1", 0, c(0));
	it.witness.slots[1].cell.aux = word(5);
	add("account/old leaf", "a leaf with another owner passes for the one in the tree", it);

	// --- cells
	let it = script("swap, output on an odd slot", |script| {
		script.steps[1].cell.code = CellCode::RemoveOut1;
		script.log[0].code = CellCode::RemoveOut1;
	});
	add("cell/side 1 of the pool", "side 0 pays what a removal takes from side 1", it);
	all
}

#[test]
fn every_rule_should_have_a_forgery_or_a_reason() {
	let _ = (A, AB, B, LAST_TIME, NOBODY, START);
	for (label, name, gain) in SINGLE {
		match search(Label(label), &case(name)) {
			Some(found) => println!("found {label}: {found}"),
			None => println!("MISSING {label} ({name}: {gain})"),
		}
	}
	for forgery in composed() {
		println!("{:?} {}: {:?}", forgery.label, forgery.gain, forgery.violated());
	}
	let _ = (fees as usize, amount as usize, fee as usize, owner as usize);
	let _ = (resign::<fn(&mut ligature_primitives::op::Fields)> as usize, index as usize);
	let _: Option<(AccountVisit, RegisterWitness, AccountIndex, ChainId, PoolSlot, Side, Timestamp, TokenId, Cell, OperationKind, PoolParams, BTreeMap<u8, u8>)> = None;
	let _ = (FLAG_CREATES, Shape::of(&circuit(&case("padding").witness())).matrices.constraints(), Fr::ONE);
}
