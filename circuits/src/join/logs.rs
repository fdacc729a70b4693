// SPDX-License-Identifier: Apache-2.0

//! The logs of the chains, rebuilt entry by entry.

use crate::{
	gadgets::{bits::boolean, poseidon},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::{constants::MAX_CHAINS, poseidon::Domain};
use std::array;

/// An entry goes to the log of one chain, padding to none.
pub const ONE_CHAIN: Label = Label("join/one chain");
/// It is the chain that the entry names.
pub const CHAIN: Label = Label("join/chain");
/// The entry continues that chain's log.
pub const LOG_BEFORE: Label = Label("join/log before");
/// That chain's log ends with the entry, and the others stay.
pub const LOG_AFTER: Label = Label("join/log after");

/// An entry to append.
pub(super) struct Half {
	/// The chain that it names.
	pub chain: Num,
	/// e0, e1, e2, e3, tx, owner.
	pub words: [Num; 6],
}

/// The commitments and counts so far.
pub(super) struct Logs {
	chains: [Num; MAX_CHAINS],
	/// Per chain in order.
	pub commitments: [Num; MAX_CHAINS],
	/// Per chain in order: sums of bits, at most two for an operation of the class.
	pub counts: [Num; MAX_CHAINS],
}

impl Logs {
	/// Empty logs of these chains.
	pub fn new(chains: [Num; MAX_CHAINS]) -> Self {
		let zeros = || array::from_fn(|_| Num::zero());
		Self { chains, commitments: zeros(), counts: zeros() }
	}

	/// Appends an entry if `used`; else nothing changes. Four bits say to which log: one of them is 1.
	///
	/// An absent chain has the id 0. An entry that names it could be appended to its log, which then is not
	/// empty: that is refused at the end.
	pub fn append(&mut self, b: &mut Builder, used: &Num, half: &Half) {
		let place = self.chains.iter().position(|chain| chain.value() == half.chain.value());
		let place = place.filter(|_| used.value() != Fr::ZERO);
		let here: [Num; MAX_CHAINS] = array::from_fn(|chain| boolean(b, place == Some(chain)));
		b.equal(ONE_CHAIN, &Num::sum(here.iter().map(|bit| (Fr::ONE, bit))), used);
		for (bit, chain) in here.iter().zip(&self.chains) {
			b.enforce(CHAIN, bit, &(chain - &half.chain), &Num::zero());
		}

		let before = place.map(|place| self.commitments[place].value()).unwrap_or_default();
		let before = b.witness(before);
		for (bit, commitment) in here.iter().zip(&self.commitments) {
			b.enforce(LOG_BEFORE, bit, &(commitment - &before), &Num::zero());
		}
		let [e0, e1, e2, e3, tx, owner] = half.words.clone();
		let after = poseidon::hash(b, Domain::JOINT_LOG, &[before, e0, e1, e2, e3, tx, owner]);
		for (bit, commitment) in here.iter().zip(&mut self.commitments) {
			let change = &after - commitment;
			let next = b.witness(commitment.value() + bit.value() * change.value());
			b.enforce(LOG_AFTER, bit, &change, &(&next - commitment));
			*commitment = next;
		}
		for (bit, count) in here.iter().zip(&mut self.counts) {
			*count += bit;
		}
	}
}
