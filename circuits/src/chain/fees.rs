// SPDX-License-Identifier: Apache-2.0

//! Fees: summed while the slots run, credited once after the last.

use super::{
	account::{Index, Leaf, change_account, change_balance},
	witness::{AccountVisit, FeeWitness},
};
use crate::{
	gadgets::{
		bits::{boolean, constrain_boolean, range},
		tree::UpperNodes,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::AdditiveGroup;
use ligature_primitives::constants::AMOUNT_BITS;

const TOKEN: Label = Label("fee/summed under its token");
const SHARE: Label = Label("fee/the whole fee in one sum");
const TOTAL: Label = Label("fee/every fee is summed");
const ACCOUNT: Label = Label("fee/only an account takes fees");
const BALANCES: Label = Label("fee/balances of the leaf");

/// The sums per fee token.
#[derive(Clone, Debug)]
pub(super) struct Fees {
	tokens: Vec<Index>,
	sums: Vec<Num>,
}

impl Fees {
	/// Nothing taken yet, in these tokens.
	pub fn new(b: &mut Builder, witnesses: &[FeeWitness]) -> Self {
		let tokens: Vec<_> =
			witnesses.iter().map(|witness| Index::token(b, &witness.balance)).collect();
		Self { sums: vec![Num::zero(); tokens.len()], tokens }
	}

	/// Adds a fee, which is zero for a slot that takes none.
	pub fn take(&mut self, b: &mut Builder, token: &Num, fee: &Num) {
		let place = if fee.value() == Fr::ZERO {
			None
		} else {
			self.tokens.iter().position(|index| index.num.value() == token.value())
		};
		let (mut marked, mut taken) = (Num::zero(), Num::zero());
		for (i, (index, sum)) in self.tokens.iter().zip(&mut self.sums).enumerate() {
			let mark = boolean(b, place == Some(i));
			b.enforce(TOKEN, &mark, &(token - &index.num), &Num::zero());
			let share = b.product(SHARE, &mark, fee);
			marked += &mark;
			taken += &share;
			*sum += &share;
		}
		constrain_boolean(b, &marked);
		b.equal(TOTAL, &taken, fee);
	}

	/// Credits the sums to an account. If there are none it may be any index, and nothing changes.
	pub fn credit(
		self,
		b: &mut Builder,
		tree: &mut UpperNodes,
		visit: &AccountVisit,
		witnesses: &[FeeWitness],
	) -> Index {
		let index = Index::account(b, visit);
		let old = Leaf::old(b, visit);
		let absent = &Num::one() - &old.exists;
		let mut balances = old.balances.clone();
		for ((token, sum), witness) in self.tokens.iter().zip(&self.sums).zip(witnesses) {
			b.enforce(ACCOUNT, &absent, sum, &Num::zero());
			let before = b.witness(witness.balance.before);
			let after = &before + sum;
			range(b, &after, AMOUNT_BITS as usize);
			let root = change_balance(b, token, &witness.balance, &before, &after);
			b.equal(BALANCES, &root.old, &balances);
			balances = root.new;
		}
		let new = Leaf { balances, ..old.clone() };
		change_account(b, tree, &index, visit, &old, &new);
		index
	}
}
