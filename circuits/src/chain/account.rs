// SPDX-License-Identifier: Apache-2.0

//! One visit to an account leaf and to one of its balances.

use super::witness::{AccountVisit, BalanceVisit};
use crate::{
	gadgets::{
		bits::{boolean, constrain_boolean, weighted_sum, witness_bits},
		poseidon::hash,
		tree::{Change, UpperNodes, change_leaf},
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::AdditiveGroup;
use ligature_ledger::tree::empty_root;
use ligature_primitives::{
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH},
	poseidon::Domain,
};
use std::sync::LazyLock;

const ABSENT_OWNER: Label = Label("account/an absent leaf has no owner");
const ABSENT_KEY: Label = Label("account/an absent leaf has no key");
const ABSENT_NONCE: Label = Label("account/an absent leaf has nonce 0");
const ABSENT_BALANCES: Label = Label("account/an absent leaf has no balances");
const OLD_LEAF: Label = Label("account/old leaf");
const NEW_LEAF: Label = Label("account/new leaf");

/// Root of a balance tree without balances.
static NO_BALANCES: LazyLock<Fr> =
	LazyLock::new(|| empty_root(Domain::BALANCE_NODE, BALANCE_DEPTH as u8));

/// An index: its bits, lowest first, and their sum.
#[derive(Clone, Debug)]
pub(super) struct Index {
	pub bits: Vec<Num>,
	pub num: Num,
}

impl Index {
	/// The index of a leaf in a 4-ary tree of this depth.
	pub fn new(b: &mut Builder, value: u64, depth: usize) -> Self {
		let bits = witness_bits(b, &Num::constant(value), 2 * depth);
		Self { num: weighted_sum(&bits), bits }
	}

	/// An account's index.
	pub fn account(b: &mut Builder, visit: &AccountVisit) -> Self {
		Self::new(b, u64::from(visit.index.get()), ACCOUNT_DEPTH)
	}

	/// A token.
	pub fn token(b: &mut Builder, visit: &BalanceVisit) -> Self {
		Self::new(b, u64::from(visit.token.0), BALANCE_DEPTH)
	}
}

/// The fields of a leaf.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
	/// 0 or 1: whether the account exists.
	pub exists: Num,
	pub owner: Num,
	pub key: Num,
	pub nonce: Num,
	pub balances: Num,
}

impl Leaf {
	/// A leaf before a visit. All fields of one that does not exist are those of a fresh account.
	pub fn old(b: &mut Builder, visit: &AccountVisit) -> Self {
		let words = visit.leaf;
		let word =
			|b: &mut Builder, value: Option<Fr>, absent: Fr| b.witness(value.unwrap_or(absent));
		let leaf = Self {
			exists: boolean(b, words.is_some()),
			owner: word(b, words.map(|w| w.owner), Fr::ZERO),
			key: word(b, words.map(|w| w.key), Fr::ZERO),
			nonce: word(b, words.map(|w| w.nonce), Fr::ZERO),
			balances: word(b, words.map(|w| w.balances), *NO_BALANCES),
		};
		let absent = &Num::one() - &leaf.exists;
		b.enforce(ABSENT_OWNER, &absent, &leaf.owner, &Num::zero());
		b.enforce(ABSENT_KEY, &absent, &leaf.key, &Num::zero());
		b.enforce(ABSENT_NONCE, &absent, &leaf.nonce, &Num::zero());
		let balances = &leaf.balances - &Num::constant(*NO_BALANCES);
		b.enforce(ABSENT_BALANCES, &absent, &balances, &Num::zero());
		leaf
	}

	/// The leaf's value in the tree: its hash, or zero.
	fn value(&self, b: &mut Builder, label: Label) -> Num {
		let words = [&self.owner, &self.key, &self.nonce, &self.balances].map(Clone::clone);
		let hash = hash(b, Domain::ACCOUNT, &words);
		b.product(label, &self.exists, &hash)
	}
}

/// Changes a balance, and gives the balance tree's root before and after.
pub(super) fn change_balance(
	b: &mut Builder,
	token: &Index,
	visit: &BalanceVisit,
	before: &Num,
	after: &Num,
) -> Change {
	let change = Change { old: before.clone(), new: after.clone() };
	change_leaf(b, Domain::BALANCE_NODE, &token.bits, &visit.siblings, change)
}

/// Changes an account's leaf in the tree. `new.exists` must be shown to be a bit by being one here.
pub(super) fn change_account(
	b: &mut Builder,
	tree: &mut UpperNodes,
	index: &Index,
	visit: &AccountVisit,
	old: &Leaf,
	new: &Leaf,
) {
	constrain_boolean(b, &new.exists);
	let change = Change { old: old.value(b, OLD_LEAF), new: new.value(b, NEW_LEAF) };
	tree.change_leaf(b, &index.bits, &visit.siblings, change);
}
