// SPDX-License-Identifier: Apache-2.0

//! What the cells of even and odd slots have in common.
//!
//! A cell is read in two steps. [`Head`] allocates what public data shows of it and which cell it is;
//! [`Visit`] then moves the balance and the leaf. In between, the pair decides what the pool does and
//! which token, account and amounts are meant.

use super::{
	account::{Index, Leaf, change_account, change_balance},
	pools::Pool,
	rules::{Aux, Balance, Flags, Reserve, Token},
	witness::SlotWitness,
};
use crate::{
	gadgets::{
		bits::{and, boolean, is_zero, pack, range},
		tree::UpperNodes,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::Field;
use ligature_primitives::{
	constants::{AMOUNT_BITS, FEE_BITS},
	ids::Side,
	op::CellCode,
};

const MAY_CREATE: Label = Label("cell/only some cells create a leaf");
const NO_AMOUNT: Label = Label("cell/no amount");
const NO_ACCOUNT: Label = Label("cell/no account");
const AUX_ZERO: Label = Label("cell/no second word");
const AUX_CREATED: Label = Label("cell/a created leaf's owner is shown");
const AUX_PARAMS: Label = Label("cell/a created pool's parameters are shown");
const POOL_SIDE: Label = Label("cell/a created pool's side is shown");
const SIDE_ZERO: Label = Label("cell/side 0 of the pool");
const SIDE_ONE: Label = Label("cell/side 1 of the pool");
const L1_TOKEN: Label = Label("cell/an L1 token");
const LP_TOKEN: Label = Label("cell/an LP token");
const AT_NEXT: Label = Label("cell/created at the next free index");
const WAS_ABSENT: Label = Label("cell/a created leaf was absent");
const MUST_EXIST: Label = Label("cell/a leaf that takes or pays exists");
const NEW_OWNER: Label = Label("cell/the owner stays, unless the leaf is created");
const CREATED_OWNER: Label = Label("cell/owner of a created leaf");
const NOT_RESERVED: Label = Label("cell/reserved indices");
const NOT_FOR_EXITS: Label = Label("cell/indices reserved for exits");
const OWNER_SHOWN: Label = Label("cell/a deposit and a created leaf belong to the owner shown");
const FOUND: Label = Label("cell/what an exit finds");
const EXITS: Label = Label("cell/an exit pays what it finds");
const MOVES: Label = Label("cell/balance moves by the amount");
const BALANCE_LEAF: Label = Label("cell/balances of the leaf");
const NEW_FOREIGN: Label = Label("cell/a created pool's foreign reserve is zero");

/// `f·number = 0`: the number is zero in cells of this kind.
pub(super) fn forbid(b: &mut Builder, label: Label, kind: &Num, number: &Num) {
	b.enforce(label, kind, number, &Num::zero());
}

/// What public data shows of a cell.
#[derive(Clone, Debug)]
pub(super) struct Head {
	pub flags: Flags,
	/// 0 or 1: the leaf is created.
	pub creates: Num,
	pub account: Index,
	pub token: Index,
	pub amount: Num,
	pub fee: Num,
	pub aux: Num,
}

impl Head {
	/// `amount` and `fee` are given by the pair, which shows their ranges.
	pub fn new(
		b: &mut Builder,
		witness: &SlotWitness,
		flags: Flags,
		amount: Num,
		fee: Num,
	) -> Self {
		let creates = boolean(b, witness.cell.flags & 1 == 1);
		let account = Index::account(b, &witness.account);
		let token = Index::token(b, &witness.balance);
		let aux = b.witness(witness.cell.aux);

		let may_not = &Num::one() - &flags.any(|rule| rule.creates);
		forbid(b, MAY_CREATE, &may_not, &creates);
		let no_amount =
			flags.any(|rule| rule.balance == Balance::Keep && rule.code != CellCode::CreatePool);
		forbid(b, NO_AMOUNT, &no_amount, &amount);
		let no_account = &flags.of(CellCode::Noop) + &flags.of(CellCode::CreatePool);
		forbid(b, NO_ACCOUNT, &no_account, &account.num);
		forbid(b, AUX_ZERO, &flags.any(|rule| rule.aux == Aux::Zero), &aux);
		let high = &token.bits[token.bits.len() - 1];
		forbid(b, L1_TOKEN, &flags.any(|rule| rule.token == Token::L1), high);
		if flags.has(|rule| rule.token == Token::Lp) {
			let lp = flags.any(|rule| rule.token == Token::Lp);
			forbid(b, LP_TOKEN, &lp, &(&Num::one() - high));
		}
		Self { flags, creates, account, token, amount, fee, aux }
	}

	/// The first public word. `applied` and `selector` are decided by the pair.
	pub fn word(&self, applied: &Num, selector: &Num) -> Num {
		let code = self.flags.weighted(|rule| Fr::from(rule.code.number()));
		pack(&[
			(&code, 8),
			(&self.creates, 1),
			(applied, 7),
			(&self.account.num, 24),
			(selector, 16),
			(&self.amount, AMOUNT_BITS),
			(&self.fee, FEE_BITS),
		])
	}

	/// What a cell that uses a register demands of the pool.
	pub fn check_pool(&self, b: &mut Builder, pool: &Pool, foreign: &Num) {
		let creates = self.flags.of(CellCode::CreatePool);
		forbid(b, AUX_PARAMS, &creates, &(&self.aux - &pool.params));
		forbid(b, POOL_SIDE, &creates, &(&self.amount - &pool.side));
		forbid(b, NEW_FOREIGN, &creates, foreign);
		if self.flags.has(|rule| rule.side == Some(Side::Zero)) {
			let zero = self.flags.any(|rule| rule.side == Some(Side::Zero));
			forbid(b, SIDE_ZERO, &zero, &pool.side);
		}
		let one = self.flags.any(|rule| rule.side == Some(Side::One));
		forbid(b, SIDE_ONE, &one, &(&Num::one() - &pool.side));
	}
}

/// A leaf and a balance, before and after a cell.
#[derive(Clone, Debug)]
pub(super) struct Visit {
	pub old: Leaf,
	pub balance: Num,
	/// The owner after the cell; zero if the leaf is absent even then.
	pub owner: Num,
	/// 0 or 1: whether the owner after the cell is the one that `aux` names.
	pub matches: Num,
}

impl Visit {
	/// Opens the leaf, settles creation and outcome.
	pub fn open(b: &mut Builder, witness: &SlotWitness, head: &Head, next: &mut Num) -> Self {
		let one = Num::one();
		let Head { flags, creates, account, aux, .. } = head;
		let old = Leaf::old(b, &witness.account);
		let balance = b.witness(witness.balance.before);

		forbid(b, WAS_ABSENT, creates, &old.exists);
		forbid(b, AT_NEXT, creates, &(&account.num - next));
		*next += creates;
		// The last 2^16 indices have their upper 8 bits set; the last 2^15 also the bit below.
		let mut unset = Num::from(8);
		for bit in &account.bits[16..] {
			unset -= bit;
		}
		let reserved = is_zero(b, &unset);
		let reserved = and(b, creates, &reserved);
		let ordinary =
			flags.any(|rule| rule.aux == Aux::Created && rule.code != CellCode::ExitOut1);
		forbid(b, NOT_RESERVED, &ordinary, &reserved);
		let for_exits = and(b, &reserved, &account.bits[15]);
		let requests = flags.any(|rule| rule.creates && rule.aux == Aux::Owner);
		forbid(b, NOT_FOR_EXITS, &requests, &for_exits);

		let owner =
			b.witness(old.owner.value() + creates.value() * (aux.value() - old.owner.value()));
		forbid(b, NEW_OWNER, &(&one - creates), &(&owner - &old.owner));
		let created = b.product(CREATED_OWNER, creates, &owner);
		let shows = flags.any(|rule| rule.aux == Aux::Created);
		forbid(b, AUX_CREATED, &shows, &(aux - &created));

		let exists = &old.exists + creates;
		let must_exist = flags.any(|rule| {
			rule.balance == Balance::Credit && rule.code != CellCode::ExitOut0 || rule.signed
		});
		forbid(b, MUST_EXIST, &must_exist, &(&one - &exists));

		let same = is_zero(b, &(&owner - aux));
		let matches = and(b, &same, &exists);
		// Both at once are 2, which asks for the same.
		let shown = &flags.of(CellCode::Deposit) + creates;
		forbid(b, OWNER_SHOWN, &shown, &(&one - &matches));
		let found = b.product(FOUND, &matches, &balance);
		let exits = &flags.of(CellCode::FullExit) + &flags.of(CellCode::ExitBurn);
		forbid(b, EXITS, &exits, &(&head.amount - &found));
		Self { old, balance, owner, matches }
	}

	/// Moves the balance by the cell's amount, less `fee`, and changes the leaf.
	pub fn close(
		self,
		b: &mut Builder,
		tree: &mut UpperNodes,
		witness: &SlotWitness,
		head: &Head,
		fee: &Num,
		key: Num,
	) {
		let direction = head.flags.weighted(|rule| match rule.balance {
			Balance::Keep => Fr::from(0u64),
			Balance::Credit => Fr::ONE,
			Balance::Debit => -Fr::ONE,
		});
		let moved = b.product(MOVES, &direction, &head.amount);
		let after = (&(&self.balance + &moved) - fee).simplified();
		range(b, &after, AMOUNT_BITS as usize);
		let root = change_balance(b, &head.token, &witness.balance, &self.balance, &after);
		b.equal(BALANCE_LEAF, &root.old, &self.old.balances);
		let new = Leaf {
			exists: &self.old.exists + &head.creates,
			owner: self.owner,
			key,
			nonce: &self.old.nonce + &head.flags.any(|rule| rule.signed),
			balances: root.new,
		};
		change_account(b, tree, &head.account, &witness.account, &self.old, &new);
	}
}

/// By how much a pool's own reserve moves, as a factor of the amount.
pub(super) fn reserve_direction(flags: &Flags) -> Num {
	flags.weighted(|rule| match rule.reserve {
		Reserve::None | Reserve::Create => Fr::from(0u64),
		Reserve::In => Fr::ONE,
		Reserve::Out => -Fr::ONE,
	})
}
