// SPDX-License-Identifier: Apache-2.0

//! Attacks by name, each refused by the rule that is meant.

use super::{
	forge::{Forgery, To, b, c, case, script},
	world::{A, B, LAST_TIME, NETWORK, NOBODY, World, amount, fee, index, owner, resign},
};
use crate::{
	chain::{ChainWitness, Step},
	r1cs::Label,
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	amount::Amount,
	constants::{FIRST_RESERVED_INDEX, MAX_ACCOUNTS},
	ids::{BlockNumber, ChainId, NetworkId, PoolSlot, Timestamp},
	op::{Cell, CellCode, Fields, OperationKind},
};
use std::collections::BTreeSet;

/// The signature does not verify: its commitment is not s·B − e·A.
const SIGNATURE: [&str; 2] = ["signature/commitment, x", "signature/commitment, y"];

/// Panics unless the rules named, and no others, refuse the forgery.
#[track_caller]
fn refused(forgery: &Forgery, by: &[&'static str]) {
	assert_eq!(forgery.violated(), by.iter().map(|label| Label(label)).collect::<BTreeSet<_>>());
}

/// Panics unless the rules named, and perhaps others, refuse the forgery.
#[track_caller]
fn refused_among_others(forgery: &Forgery, by: &[&'static str]) {
	let violated = forgery.violated();
	let by: BTreeSet<_> = by.iter().map(|label| Label(label)).collect();
	assert!(violated.is_superset(&by), "{violated:?}");
}

fn transfer(change: impl FnOnce(&mut Fields)) -> Forgery {
	Forgery::of(&case("transfer without fee"))
		.claim(|w| resign(&mut w.slots[0], OperationKind::Transfer, 1, change))
}

fn leaf_owner(w: &mut ChainWitness, slot: usize, to: Fr) {
	if let Some(leaf) = &mut w.slots[slot].account.leaf {
		leaf.owner = to;
	}
}

#[test]
fn a_wrong_sibling_should_be_refused() {
	let deposit = case("deposit on an odd slot");
	let account =
		Forgery::of(&deposit).claim(|w| w.slots[1].account.siblings[3][1] += Fr::from(1u64));
	refused(&account, &["tree/old upper node"]);
	let balance =
		Forgery::of(&deposit).claim(|w| w.slots[1].balance.siblings[3][1] += Fr::from(1u64));
	refused(&balance, &["cell/balances of the leaf"]);
	let pool = Forgery::of(&case("swap, output on an odd slot"))
		.claim(|w| w.registers[0].siblings[1][2] += Fr::from(1u64));
	refused(&pool, &["tree/old upper node"]);
	let upper =
		Forgery::of(&deposit).claim(|w| w.account_top[63] += Fr::from(1u64)).against_header();
	refused_among_others(&upper, &["public/input"]);
}

#[test]
fn another_account_should_not_be_debited() {
	let other = script("transfer without fee", |script| script.steps[0].cell.account = index(2));
	refused_among_others(&other, &["signature/key"]);
	let mut own = case("transfer without fee");
	own.script.steps[0].cell.account = index(0);
	refused_among_others(
		&Forgery::of(&case("transfer without fee")).claim(|w| *w = own.witness()),
		&["signature/key"],
	);
}

#[test]
fn a_nonce_should_not_be_spent_twice() {
	let mut world = World::new();
	let operation = world.transfer(1, 100, |body| body.fee = fee(0));
	world.block(1, vec![operation.into()]);
	let mut replayed = case("transfer without fee");
	replayed.before = world.ledger.states()[0].clone();
	let forgery = Forgery::of(&case("transfer without fee")).claim(|w| *w = replayed.witness());
	refused(&forgery, &SIGNATURE);
}

#[test]
fn only_the_accounts_key_should_sign() {
	let other = Forgery::of(&case("transfer without fee"))
		.claim(|w| resign(&mut w.slots[0], OperationKind::Transfer, 2, |_| ()));
	refused_among_others(&other, &["signature/key"]);
}

#[test]
fn a_signature_for_another_place_should_be_refused() {
	refused(&transfer(|it| it.debit0.chain = B), &SIGNATURE);
	refused(&transfer(|it| it.debit0.nonce.0 += 1), &SIGNATURE);
	refused(
		&transfer(|it| it.fee = fee(1)).claim(|w| {
			if let Some(signed) = &mut w.slots[0].signed {
				signed.fields.fee = fee(0);
			}
		}),
		&SIGNATURE,
	);
	let network =
		Forgery::of(&case("transfer without fee")).claim(|w| w.network = NetworkId(NETWORK.0 + 1));
	refused(&network, &SIGNATURE);
	let chain = Forgery::of(&case("transfer without fee")).claim(|w| w.chain = B);
	refused(&chain, &SIGNATURE);
	let expiry = Forgery::of(&case("transfer without fee")).claim(|w| {
		if let Some(signed) = &mut w.slots[0].signed {
			signed.expiry = Timestamp::new(LAST_TIME + 1).unwrap();
		}
	});
	refused(&expiry, &SIGNATURE);
	let kind = Forgery::of(&case("transfer without fee"))
		.claim(|w| resign(&mut w.slots[0], OperationKind::Withdraw, 1, |_| ()));
	refused(&kind, &SIGNATURE);
}

#[test]
fn balances_should_stay_in_range() {
	let overflow = script("deposit on an odd slot", |script| {
		script.steps[1].cell.amount = Amount::MAX;
	});
	refused(&overflow, &["bits/sum"]);
	let beyond = amount(2_000_000);
	let overdraft = script("transfer without fee", |script| {
		script.steps[0].cell.amount = beyond;
		script.steps[1].cell.amount = beyond;
	})
	.claim(|w| resign(&mut w.slots[0], OperationKind::Transfer, 1, |it| it.amount = beyond));
	refused(&overdraft, &["bits/sum"]);
	// The number is the sum of its bits: a larger one needs a bit that is none.
	let amount =
		Forgery::of(&case("padding")).set("cell/no amount", "slot 1", 0, b(111), To::More(2));
	refused(&amount, &["bits/boolean", "cell/no amount"]);
	let fee = "signed/the fee of AddLiquidity is taken on side 0";
	let fee_bit = Forgery::of(&case("padding")).set(fee, "slot 0", 0, b(79), To::More(2));
	refused(&fee_bit, &["bits/boolean", fee]);
}

#[test]
fn reserves_should_stay_in_range() {
	let drained = script("swap, output on an odd slot", |script| {
		let all = script.log[0].before;
		script.steps[1].cell.amount = all;
	})
	.claim(|w| w.slots[1].cell.amount = amount(w.registers[0].own + 1));
	// The reserve is the sum of its bits: it cannot be −1.
	refused(&drained, &["pool/own reserve moves by the amount"]);
}

#[test]
fn halves_should_not_be_swapped() {
	// The trader pays into side 1 and is paid by side 0, and not the other way round.
	let swapped = script("swap within a chain", |script| {
		let [paid, got, ..] = &mut script.steps[..] else { panic!("there are eight") };
		std::mem::swap(&mut paid.pool, &mut got.pool);
		std::mem::swap(&mut paid.token, &mut got.token);
		std::mem::swap(&mut paid.cell.selector, &mut got.cell.selector);
	});
	refused_among_others(&swapped, &SIGNATURE);
	let second = script("transfer without fee", |script| script.steps.swap(0, 1));
	refused_among_others(&second, &["cell/no account"]);
}

#[test]
fn a_pools_tokens_should_not_be_substituted() {
	let params = Forgery::of(&case("swap, output on an odd slot"))
		.claim(|w| w.registers[0].params ^= 3 << 8);
	refused(&params, &["pair/token", "pool/loaded"]);
}

#[test]
fn registers_should_be_different_pools_in_order() {
	let twice = Forgery::of(&case("swap, output on an odd slot"))
		.claim(|w| w.registers[1] = w.registers[0]);
	refused_among_others(&twice, &["bits/sum"]);
	let order = Forgery::of(&case("swap within a chain")).claim(|w| {
		w.registers.swap(0, 1);
		for slot in &mut w.slots {
			slot.register = slot.register.map(|register| 1 - register);
		}
	});
	refused_among_others(&order, &["bits/sum"]);
}

#[test]
fn a_pool_should_not_be_touched_without_a_register() {
	let none =
		Forgery::of(&case("swap, output on an odd slot")).claim(|w| w.slots[1].register = None);
	refused_among_others(&none, &["pool/a cell uses the registers it should"]);
	let unused =
		Forgery::of(&case("swap, output on an odd slot")).claim(|w| w.slots[1].register = Some(7));
	refused_among_others(&unused, &["pool/created by CreatePool alone"]);
}

#[test]
fn the_logs_owner_should_be_the_leafs() {
	let other = Forgery::of(&case("swap, output on an odd slot"))
		.claim(|w| leaf_owner(w, 1, owner(2).word()));
	refused(&other, &["tree/old upper node"]);
}

#[test]
fn fees_should_go_where_the_header_says() {
	let own = script("transfer", |script| script.fee_account = index(1)).against_header();
	refused(&own, &["public/input"]);
	let dropped = Forgery::of(&case("transfer")).claim(|w| {
		if let Some(signed) = &mut w.slots[0].signed {
			signed.fields.fee = fee(0);
		}
	});
	refused_among_others(&dropped, &SIGNATURE);
}

#[test]
fn what_is_done_should_be_what_public_data_says() {
	// FullExit turned into nothing.
	let hidden = script("full exit on an odd slot", |script| script.steps[1] = Step::NOOP);
	refused(&hidden.against_header(), &["public/input"]);
	let receiver = script("transfer without fee", |script| {
		script.steps[1].cell.account = index(NOBODY);
	});
	refused_among_others(&receiver.against_header(), &["public/input"]);
	let other = script("deposit on an odd slot", |script| {
		script.steps[1].cell.code = CellCode::ExitOut1;
	});
	refused_among_others(&other.against_header(), &["public/input"]);
	let amount = script("deposit on an odd slot", |script| {
		script.steps[1].cell.amount = amount(71);
	});
	refused(&amount.against_header(), &["public/input"]);
}

#[test]
fn a_full_exit_should_pay_exactly_what_there_is() {
	for paid in [0, 1, 999_999, 1_000_001] {
		let exit = script("full exit on an even slot", |script| {
			script.steps[0].cell.amount = amount(paid);
		});
		refused_among_others(&exit, &["cell/an exit pays what it finds"]);
	}
	let of_another = script("full exit that finds another's on an odd slot", |script| {
		script.steps[1].cell.amount = amount(1_000_000);
	});
	refused(&of_another, &["cell/an exit pays what it finds"]);
	let shares = script("exit of shares", |script| {
		script.steps[0].cell.amount = amount(script.steps[0].cell.amount.get() - 1);
	});
	refused(&shares, &["cell/an exit pays what it finds"]);
	let without = script("exit of no shares", |script| script.steps[1].cell.amount = amount(10));
	refused(
		&without,
		&["pair/an exit of no shares pays nothing", "pool/own reserve moves by the amount"],
	);
}

#[test]
fn padding_should_have_no_effect() {
	let credits = Forgery::of(&case("padding")).claim(|w| w.slots[1].cell.amount = amount(5));
	refused(&credits, &["cell/no amount"]);
	let visits = script("padding", |script| script.steps[1].cell.account = index(5));
	refused(&visits, &["cell/no account"]);
	let moved = Forgery::of(&case("padding")).set(
		"cell/balance moves by the amount",
		"slot 1",
		0,
		c(0),
		To::More(5),
	);
	refused(&moved, &["cell/balance moves by the amount"]);
	let creates = Forgery::of(&case("padding")).set(
		"cell/only some cells create a leaf",
		"slot 1",
		0,
		b(0),
		To::Flipped,
	);
	refused(&creates, &["cell/only some cells create a leaf"]);
}

/// One change of a witness.
type Change = fn(&mut ChainWitness);

/// Every field of the public input: a proof for one header is none for another.
#[test]
fn every_field_of_the_header_should_be_bound() {
	let padding = case("nothing for nobody");
	let fields: [(&str, Change); 8] = [
		("network", |w| w.network.0 += 1),
		("chain", |w| w.chain = ChainId(w.chain.0 + 1)),
		("version", |w| w.version += 1),
		("number", |w| w.number = BlockNumber(w.number.0 + 1)),
		("timestamp", |w| w.timestamp = Timestamp::new(w.timestamp.get() + 1).unwrap()),
		("next indices", |w| w.old_next += 1),
		("data length", |w| w.data_length += 1),
		("fee account", |w| {
			w.fee_account.index = index(w.fee_account.index.get() - 1);
		}),
	];
	for (name, change) in fields {
		let forgery = Forgery::of(&padding).claim(change);
		assert_eq!(forgery.violated(), BTreeSet::new(), "{name} alone is another true statement");
		refused(&forgery.against_header(), &["public/input"]);
	}
	// New index, roots, public data and log: the same slots from another state, and other slots.
	let deposit = case("deposit on an odd slot");
	let mut elsewhere = deposit.clone();
	let mut world = World::new();
	world.block(1, vec![super::world::deposit(A, 2, 4, 1, super::world::at(2)).into()]);
	elsewhere.before = world.ledger.states()[0].clone();
	refused(
		&Forgery::of(&deposit).claim(|w| *w = elsewhere.witness()).against_header(),
		&["public/input"],
	);
	let log = Forgery::of(&case("swap, output on an odd slot")).claim(|w| {
		w.slots[1].transaction += Fr::from(1u64);
	});
	assert_eq!(log.violated(), BTreeSet::new());
	refused(&log.against_header(), &["public/input"]);
}

#[test]
fn an_account_should_be_created_once_and_in_its_turn() {
	let over = script("deposit to a new account on an odd slot", |script| {
		script.steps[1].cell.account = index(2);
	})
	.claim(|w| w.old_next = 2);
	refused_among_others(&over, &["bits/boolean", "cell/a created leaf was absent"]);
	let later = script("swap, output to a new account on an odd slot", |script| {
		script.steps[1].cell.account = index(500);
	});
	refused(&later, &["cell/created at the next free index"]);
}

#[test]
fn reserved_indices_should_serve_those_for_whom_they_are() {
	for (name, slot, first) in [
		("deposit to a new account on an odd slot", 1, FIRST_RESERVED_INDEX),
		("key change of a new account", 0, FIRST_RESERVED_INDEX),
		("exit of shares, side 1 to a new account on an even slot", 0, MAX_ACCOUNTS - 2),
	] {
		let creates = script(name, |script| {
			script.steps[slot].cell.account = index(first);
			if script.steps[slot].cell.code == CellCode::ChangePubKey {
				script.steps[slot + 1].cell.account = index(first);
			}
		})
		.claim(|w| w.old_next = first);
		assert_eq!(creates.violated(), BTreeSet::new(), "{name}");
	}
}

#[test]
fn a_key_should_change_only_when_it_is_asked_for() {
	let unasked = script("swap, input on side 1", |script| {
		let key = Cell { aux: Fr::from(5u64), ..Cell::new(CellCode::SetKey, index(2)) };
		script.steps[1] = Step { cell: key, ..Step::NOOP };
	});
	refused_among_others(&unasked, &["cell/no account", "cell/no second word"]);
	let applied = Forgery::of(&case("key change refused")).set(
		"pair/a key change is applied to its owner's account",
		"",
		0,
		c(0),
		To::Flipped,
	);
	refused(&applied, &["pair/a key change is applied to its owner's account"]);
	let ignored = Forgery::of(&case("key change")).set(
		"pair/a key change is applied to its owner's account",
		"",
		0,
		c(0),
		To::Flipped,
	);
	refused(&ignored, &["pair/a key change is applied to its owner's account"]);
}

#[test]
fn a_key_change_should_not_create_for_another_owner() {
	let other = Forgery::of(&case("key change of a new account"))
		.claim(|w| leaf_owner(w, 1, Fr::from(5u64)))
		.set(
			"cell/the owner stays, unless the leaf is created",
			"slot 0",
			0,
			b(1),
			To::Value(Fr::from(5u64)),
		);
	refused(&other, &["cell/a deposit and a created leaf belong to the owner shown"]);
}

#[test]
fn an_expired_transaction_should_be_refused() {
	let late = Forgery::of(&case("transfer without fee"))
		.claim(|w| w.timestamp = Timestamp::new(LAST_TIME + 1).unwrap());
	refused(&late, &["bits/sum"]);
	let in_time = Forgery::of(&case("transfer without fee"))
		.claim(|w| w.timestamp = Timestamp::new(LAST_TIME).unwrap());
	assert_eq!(in_time.violated(), BTreeSet::new());
}

#[test]
fn shares_should_be_those_signed_and_counted() {
	let more = script("liquidity, side 0", |script| script.steps[1].cell.amount = amount(501));
	refused(&more, &["pair/more than signed only of the first liquidity"]);
	let fewer = script("liquidity, side 0", |script| script.steps[1].cell.amount = amount(499));
	refused_among_others(&fewer, &["pair/more than signed only of the first liquidity"]);
	let too_few_at_first =
		script("first liquidity, side 0", |script| script.steps[1].cell.amount = amount(499));
	refused_among_others(&too_few_at_first, &["tree/old upper node"]);
	let unsupplied = Forgery::of(&case("liquidity, side 0")).set(
		"pair/shares minted or burned",
		"slot 0",
		0,
		c(0),
		To::Value(0u64.into()),
	);
	refused_among_others(&unsupplied, &["pair/shares minted or burned"]);
	let burned = script("removal, side 0", |script| {
		script.steps[0].cell.amount = amount(script.steps[0].cell.amount.get() - 1);
	});
	refused(&burned, &["pair/the amount is the one signed"]);
}

#[test]
fn an_absent_account_should_not_be_credited() {
	let deposit = script("deposit on an odd slot", |script| {
		script.steps[1].cell.account = index(NOBODY);
	});
	refused(
		&deposit,
		&[
			"cell/a deposit and a created leaf belong to the owner shown",
			"cell/a leaf that takes or pays exists",
		],
	);
}

#[test]
fn a_pools_number_should_be_its_place() {
	let other = script("pool created on an odd slot", |script| {
		script.steps[1].cell.selector = 9;
		script.steps[1].pool = Some(PoolSlot(0));
		script.registers = vec![PoolSlot(0)];
	});
	refused_among_others(&other, &["pool/created by CreatePool alone"]);
	let unused = Forgery::of(&case("padding")).claim(|w| w.registers[7].created = true);
	refused_among_others(
		&unused,
		&["pool/created by its cell", "pool/only a used register is created"],
	);
}
