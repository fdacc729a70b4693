// SPDX-License-Identifier: Apache-2.0

//! Two slots: an even one, which can verify a signature, and the odd one after it, which can be its
//! second cell.

use super::{
	cell::{Head, Visit, forbid, reserve_direction},
	fees::Fees,
	log::{Entry, Log},
	pools::Registers,
	public::Context,
	rules::{Flags, Place, RULES, Token},
	signed::Terms,
	witness::SlotWitness,
};
use crate::{
	gadgets::{
		bits::{boolean, constrain_boolean, is_zero, number, range, select},
		signature,
		tree::UpperNodes,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::AdditiveGroup;
use ligature_primitives::{
	constants::{AMOUNT_BITS, LP_TOKEN_BASE, MINIMUM_LIQUIDITY, NONCE_BITS},
	op::CellCode,
};

const DEPOSIT_KEY: Label = Label("pair/a key comes with a deposit or a key change");
const SAME_ACCOUNT: Label = Label("pair/the second cell is on the first one's account");
const TRANSFER_AMOUNT: Label = Label("pair/what is sent is received");
const TRANSFER_TOKEN: Label = Label("pair/the token sent is received");
const APPLIED: Label = Label("pair/a key change is applied to its owner's account");
const USED_EXIT: Label = Label("pair/an exit of shares uses the pool");
const EMPTY_EXIT: Label = Label("pair/an exit of no shares pays nothing");
const EXIT_TOKEN: Label = Label("pair/an exit's shares are those of its pool");
const SELECTED: Label = Label("pair/token of the selector");
const OWN_TOKEN: Label = Label("pair/the pool's own token");
const SHARE_TOKEN: Label = Label("pair/the pool's LP token");
const TOKEN: Label = Label("pair/token");
const SELECTOR: Label = Label("pair/selector");
const RESERVE: Label = Label("pair/amount by which a reserve moves");
const RESERVE_DELTA: Label = Label("pair/a reserve moves in or out");
const FIRST: Label = Label("pair/first liquidity");
const SHARES: Label = Label("pair/shares minted or burned");
const MINTS_SIGNED: Label = Label("pair/shares signed are minted");
const NO_MORE: Label = Label("pair/more than signed only of the first liquidity");
const SIGNED_AMOUNT: Label = Label("pair/the amount is the one signed");
const SIGNED_SHARES: Label = Label("pair/shares signed are in range");
const REMOVED: Label = Label("pair/what is removed covers the fee");
const FEE_PLACE: Label = Label("pair/the fee of a removal comes out of what is paid");
const FEE_TOKEN: Label = Label("pair/token of the fee");
const NO_TRANSACTION: Label = Label("pair/an exit has no transaction hash");

/// What runs on from slot to slot.
#[derive(Clone, Debug)]
pub(super) struct Running {
	pub accounts: UpperNodes,
	pub pools: Registers,
	pub fees: Fees,
	pub log: Log,
	/// The next free account index.
	pub next: Num,
	/// The words of public data.
	pub data: Vec<Num>,
}

/// The flags of the cells that can stand in an even slot; exactly one is 1.
fn even_flags(b: &mut Builder, witness: &SlotWitness) -> Flags {
	let mut flags = Vec::new();
	let mut noop = Num::one();
	for rule in RULES.iter().filter(|rule| rule.place != Place::Second) {
		if rule.code != CellCode::Noop {
			let flag = boolean(b, witness.cell.code == rule.code);
			noop -= &flag;
			flags.push((*rule, flag));
		}
	}
	constrain_boolean(b, &noop);
	flags.push((RULES[0], noop));
	Flags(flags)
}

/// The same for an odd slot. The second cells' flags are those of their first cells: where one
/// stands there is no choice.
fn odd_flags(b: &mut Builder, even: &Flags, sets_key: &Num, witness: &SlotWitness) -> Flags {
	let mut flags = Vec::new();
	let mut noop = Num::one();
	for rule in &RULES {
		let flag = match (rule.place, rule.code) {
			(Place::Even, _) | (_, CellCode::Noop) => continue,
			(Place::Any, code) => boolean(b, witness.cell.code == code),
			(Place::Second, CellCode::SetKey) => sets_key.clone(),
			(Place::Second, CellCode::TransferIn) => even.of(CellCode::TransferOut),
			(Place::Second, CellCode::AddShares) => even.of(CellCode::AddIn0),
			(Place::Second, CellCode::RemoveOut0) => even.of(CellCode::RemoveShares),
			(Place::Second, _) => even.of(CellCode::ExitBurn),
		};
		noop -= &flag;
		flags.push((*rule, flag));
	}
	constrain_boolean(b, &noop);
	flags.push((RULES[0], noop));
	Flags(flags)
}

/// A new number of the width of amounts.
fn amount(b: &mut Builder, value: Fr) -> Num {
	number(b, value, AMOUNT_BITS as usize).0
}

/// The constraints of two slots, numbers `2·index` and `2·index + 1`.
pub(super) fn pair(
	b: &mut Builder,
	index: usize,
	context: &Context,
	run: &mut Running,
	[even, odd]: [&SlotWitness; 2],
) {
	let one = Num::one();
	let code = |flags: &Flags| flags.weighted(|rule| Fr::from(rule.code.number()));
	let first_lp = Num::from(u64::from(LP_TOKEN_BASE));

	// --- which cells, and what public data shows of them
	b.region(|| format!("slot {}: cell", 2 * index));
	let flags = even_flags(b, even);
	let is = |cell: CellCode| flags.of(cell);
	let deposit_key =
		boolean(b, even.cell.code == CellCode::Deposit && odd.cell.code == CellCode::SetKey);
	forbid(b, DEPOSIT_KEY, &(&one - &is(CellCode::Deposit)), &deposit_key);
	let sets_key = &is(CellCode::ChangePubKey) + &deposit_key;
	let (terms, fee) = Terms::new(b, &flags, even);
	let e_amount = amount(b, Fr::from(even.cell.amount.get()));
	let e = Head::new(b, even, flags.clone(), e_amount, fee);

	b.region(|| format!("slot {}: cell", 2 * index + 1));
	let odd_flags = odd_flags(b, &flags, &sets_key, odd);
	// The amount that was signed: the cell's own, but shares if liquidity is added.
	let adds0 = is(CellCode::AddIn0);
	let adds = &adds0 + &is(CellCode::AddIn1);
	let signed = flags.any(|rule| rule.signed);
	let signed_value = match &even.signed {
		Some(signed) => Fr::from(signed.fields.amount.get()),
		None => Fr::ZERO,
	};
	let signed_amount = b.witness(signed_value);
	forbid(b, SIGNED_AMOUNT, &(&signed - &adds), &(&signed_amount - &e.amount));
	// Shares minted are those signed, and more only if they are the first. So the range of the odd
	// cell's amount is shown of what is more, and of all of it in every other cell.
	let minted = b.product(MINTS_SIGNED, &adds0, &signed_amount);
	let o_amount = Fr::from(odd.cell.amount.get());
	let more = amount(b, o_amount - minted.value());
	let o = Head::new(b, odd, odd_flags.clone(), (&more + &minted).simplified(), Num::zero());
	let is_odd = |cell: CellCode| odd_flags.of(cell);
	let transfer = is(CellCode::TransferOut);
	forbid(b, TRANSFER_AMOUNT, &transfer, &(&o.amount - &e.amount));
	forbid(b, TRANSFER_TOKEN, &transfer, &(&o.token.num - &e.token.num));
	let second = &odd_flags.any(|rule| rule.place == Place::Second) - &is_odd(CellCode::TransferIn);
	forbid(b, SAME_ACCOUNT, &second, &(&o.account.num - &e.account.num));

	// --- pools: the even cell's
	b.region(|| format!("slot {}: pool", 2 * index));
	let exit = is(CellCode::ExitBurn);
	let no_shares = is_zero(b, &e.amount);
	let empty_exit = b.product(USED_EXIT, &exit, &no_shares);
	forbid(b, EMPTY_EXIT, &empty_exit, &o.amount);
	let used_exit = &exit - &empty_exit;
	let e_uses = &flags.any(uses_register) - &empty_exit;
	let e_pool = run.pools.mark(b, &e_uses, &flags, even.register);
	let burns = &is(CellCode::RemoveShares) + &exit;
	let difference = &o.amount - &e.amount;
	let e_moves = &e.amount + &b.product(RESERVE, &burns, &difference);
	let e_delta = b.product(RESERVE_DELTA, &reserve_direction(&flags), &e_moves);
	let e_after = amount(b, run.pools.own_value(&e_pool) + e_delta.value());
	let e_before = run.pools.move_own(b, &e_pool, &e_after, &e_delta);
	let e_foreign = amount(b, Fr::from(even.foreign));
	run.pools.set_foreign(b, &e_pool, &e_foreign);
	e.check_pool(b, &e_pool, &e_foreign);
	let far_chain = run.pools.far_chain(b, &e_pool);

	// The supply rises by the shares, and by the locked ones if they are the first.
	let shares_in = b.product(SHARES, &adds0, &o.amount);
	let shares_out = b.product(SHARES, &burns, &e.amount);
	let supply_value = run.pools.supply_value(&e_pool);
	let first_value = adds0.value() * Fr::from(u64::from(supply_value == Fr::ZERO));
	let first = b.witness(first_value);
	let locked = Fr::from(MINIMUM_LIQUIDITY);
	let supply_delta = &(&shares_in + &(&first * locked)) - &shares_out;
	let supply_after = amount(b, supply_value + supply_delta.value());
	let e_supply = run.pools.move_supply(b, &e_pool, &supply_after, &supply_delta);
	let empty_pool = is_zero(b, &e_supply);
	b.enforce(FIRST, &adds0, &empty_pool, &first);
	forbid(b, NO_MORE, &(&adds0 - &first), &more);

	// --- pools: the odd cell's
	b.region(|| format!("slot {}: pool", 2 * index + 1));
	let o_uses = odd_flags.any(uses_register);
	let o_pool = run.pools.mark(b, &o_uses, &odd_flags, odd.register);
	let o_delta = b.product(RESERVE_DELTA, &reserve_direction(&odd_flags), &o.amount);
	// One number of an amount's width: a reserve, or, where the cell has none, what else must fit.
	let removal = is(CellCode::RemoveShares);
	let o_after_value = if o_uses.value() != Fr::ZERO {
		run.pools.own_value(&o_pool) + o_delta.value()
	} else {
		adds0.value() * signed_amount.value() + removal.value() * (o.amount.value() - e.fee.value())
	};
	let ranged = amount(b, o_after_value);
	forbid(b, SIGNED_SHARES, &adds0, &(&ranged - &signed_amount));
	forbid(b, REMOVED, &removal, &(&ranged - &(&o.amount - &e.fee)));
	let o_before = run.pools.move_own(b, &o_pool, &ranged, &o_delta);
	let o_foreign = amount(b, Fr::from(odd.foreign));
	run.pools.set_foreign(b, &o_pool, &o_foreign);
	o.check_pool(b, &o_pool, &o_foreign);
	let o_supply = run.pools.supply(b, &o_pool);

	// --- tokens and selectors
	let e_selected = b.product(
		SELECTED,
		&flags.any(|rule| matches!(rule.token, Token::L1 | Token::Any | Token::Lp)),
		&e.token.num,
	);
	let e_own = b.product(OWN_TOKEN, &flags.any(|rule| rule.token == Token::Own), &e_pool.token);
	let e_lp = b.product(SHARE_TOKEN, &removal, &(&e_pool.slot + &first_lp));
	b.equal(TOKEN, &e.token.num, &(&(&e_selected + &e_own) + &e_lp));
	forbid(b, EXIT_TOKEN, &used_exit, &(&e.token.num - &(&e_pool.slot + &first_lp)));
	// The selector of an exit is its token, not its pool's slot.
	let e_exit_slot = b.product(SELECTOR, &exit, &e_pool.slot);
	let e_selector = &(&e_selected + &e_pool.slot) - &e_exit_slot;

	let out0 = &is_odd(CellCode::RemoveOut0) + &is_odd(CellCode::ExitOut0);
	let o_selected = b.product(
		SELECTED,
		&odd_flags.any(|rule| matches!(rule.token, Token::L1 | Token::Any)),
		&o.token.num,
	);
	let o_own = odd_flags.any(|rule| rule.token == Token::Own && rule.place != Place::Second);
	let o_own = b.product(OWN_TOKEN, &o_own, &o_pool.token);
	let o_out = b.product(OWN_TOKEN, &out0, &e_pool.token);
	let o_shares = b.product(SHARE_TOKEN, &adds0, &(&e_pool.slot + &first_lp));
	b.equal(TOKEN, &o.token.num, &(&(&(&o_selected + &o_own) + &o_out) + &o_shares));
	let o_second = &is_odd(CellCode::AddShares) + &is_odd(CellCode::RemoveOut0);
	let o_second = b.product(SELECTOR, &o_second, &e_pool.slot);
	let o_exit = b.product(SELECTOR, &exit, &(&e.token.num - &first_lp));
	let o_selector = &(&(&o_selected + &o_pool.slot) + &o_second) + &o_exit;

	// --- accounts
	b.region(|| format!("slot {}: account", 2 * index));
	let e_visit = Visit::open(b, even, &e, &mut run.next);
	let changes_key = is(CellCode::ChangePubKey);
	let applied = b.product(APPLIED, &changes_key, &e_visit.matches);
	let nonce = e_visit.old.nonce.clone();
	// The nonce 2^32 − 1 cannot be spent.
	range(b, &(&nonce + &signed), NONCE_BITS as usize);
	let key = e_visit.old.key.clone();
	let e_owner = e_visit.owner.clone();
	// The fee of a removal comes out of what its second cell pays.
	let removal_fee = b.product(FEE_PLACE, &removal, &e.fee);
	let e_fee = &e.fee - &removal_fee;
	e_visit.close(b, &mut run.accounts, even, &e, &e_fee, key.clone());

	b.region(|| format!("slot {}: account", 2 * index + 1));
	let o_visit = Visit::open(b, odd, &o, &mut run.next);
	let sets = &applied + &deposit_key;
	let o_key = select(b, &sets, &o.aux, &o_visit.old.key);
	let o_owner = o_visit.owner.clone();
	o_visit.close(b, &mut run.accounts, odd, &o, &removal_fee, o_key);

	// --- signature
	b.region(|| format!("slot {}: signature", 2 * index));
	let message =
		terms.message(b, context, &e, &nonce, &signed_amount, &e_pool, &far_chain, &o_owner);
	let witness = even.signed.as_ref().map(|signed| &signed.signature);
	signature::verify(b, &signed, &key, &message, witness);

	// --- fee
	b.region(|| format!("slot {}: fee", 2 * index));
	let fee_token = &e_pool.token - &e.token.num;
	let fee_token = &e.token.num + &b.product(FEE_TOKEN, &removal, &fee_token);
	run.fees.take(b, &fee_token, &e.fee);

	// --- joint log
	b.region(|| format!("slot {}: log", 2 * index));
	let unsigned = b.witness(even.transaction);
	let transaction = select(b, &signed, &message, &unsigned);
	let exits = &exit + &is(CellCode::ExitOut1);
	forbid(b, NO_TRANSACTION, &exits, &transaction);
	let e_append = &e_uses - &is(CellCode::CreatePool);
	run.log.append(
		b,
		&e_append,
		Entry {
			before: e_before,
			amount: e_moves,
			code: code(&flags),
			side: e_pool.side,
			foreign: e_foreign,
			limit_a: terms.limit_a,
			limit_b: terms.limit_b,
			supply: e_supply,
			shares: &shares_in + &shares_out,
			params: e_pool.params,
			transaction,
			owner: e_owner,
		},
	);

	b.region(|| format!("slot {}: log", 2 * index + 1));
	let transaction = b.witness(odd.transaction);
	forbid(b, NO_TRANSACTION, &is_odd(CellCode::ExitOut1), &transaction);
	let o_append = &o_uses - &is_odd(CellCode::CreatePool);
	run.log.append(
		b,
		&o_append,
		Entry {
			before: o_before,
			amount: o.amount.clone(),
			code: code(&odd_flags),
			side: o_pool.side,
			foreign: o_foreign,
			limit_a: Num::zero(),
			limit_b: Num::zero(),
			supply: o_supply,
			shares: Num::zero(),
			params: o_pool.params,
			transaction,
			owner: o_owner,
		},
	);

	// --- public data
	run.data.push(e.word(&applied, &e_selector));
	run.data.push(e.aux);
	run.data.push(o.word(&sets, &o_selector));
	run.data.push(o.aux);
}

/// Whether a cell uses a register of its own; ExitBurn only if it burns something.
fn uses_register(rule: &super::rules::Rule) -> bool {
	rule.reserve != super::rules::Reserve::None
}
