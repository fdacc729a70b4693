// SPDX-License-Identifier: Apache-2.0

//! The public input: what a chain knows of a block, as one hash.

use super::witness::ChainWitness;
use crate::{
	gadgets::{
		bits::{number, pack, range},
		poseidon::hash,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	constants::{NETWORK_BITS, TIME_BITS},
	poseidon::Domain,
};

const INPUT: Label = Label("public/input");

/// What the public input binds and the slots do not make.
#[derive(Clone, Debug)]
pub(super) struct Context {
	pub network: Num,
	pub chain: Num,
	version: Num,
	number: Num,
	pub timestamp: Num,
	pub old_next: Num,
	data_length: Num,
}

impl Context {
	/// Each in the width that it has in the packs.
	pub fn new(b: &mut Builder, witness: &ChainWitness) -> Self {
		let mut field = |value: u64, width: u32| number(b, Fr::from(value), width as usize).0;
		Self {
			network: field(witness.network.0.into(), NETWORK_BITS),
			chain: field(witness.chain.0.into(), 8),
			version: field(witness.version.into(), 16),
			number: field(witness.number.0, 64),
			timestamp: field(witness.timestamp.get(), TIME_BITS),
			old_next: field(witness.old_next.into(), 32),
			data_length: field(witness.data_length.into(), 32),
		}
	}
}

/// What the block leads to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
	pub fee_account: Num,
	pub new_next: Num,
	pub log_count: Num,
	pub old_root: Num,
	pub new_root: Num,
	pub data: Num,
	pub log: Num,
}

/// `hash("chainpi"; …)` of section 11.4 of `docs/protocol.md`.
pub(super) fn public_input(b: &mut Builder, class: u8, context: &Context, outcome: Outcome) {
	let Context { network, chain, version, number, timestamp, old_next, data_length } = context;
	let Outcome { fee_account, new_next, log_count, old_root, new_root, data, log } = outcome;
	// The other fields are sums of bits, or count slots.
	range(b, &new_next, 32);
	let class = Num::from(u64::from(class));
	let block = pack(&[
		(network, 32),
		(version, 16),
		(chain, 8),
		(&class, 8),
		(number, 64),
		(timestamp, 64),
	]);
	let sizes = pack(&[
		(&fee_account, 24),
		(old_next, 32),
		(&new_next, 32),
		(data_length, 32),
		(&log_count, 32),
	]);
	let input = hash(b, Domain::CHAIN_INPUT, &[block, sizes, old_root, new_root, data, log]);
	b.public_input(INPUT, &input);
}
