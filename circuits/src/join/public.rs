// SPDX-License-Identifier: Apache-2.0

//! The public input of the join (section 11.4 of `docs/protocol.md`).

use super::{logs::Logs, witness::JoinWitness};
use crate::{
	gadgets::{
		bits::{is_zero, number, pack},
		poseidon,
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	constants::{JoinClass, MAX_CHAINS, NETWORK_BITS},
	poseidon::Domain,
};

/// The operations make the public logs.
pub const COMMITMENT: Label = Label("join/commitment");
/// The operations make logs of the public lengths.
pub const COUNT: Label = Label("join/count");
/// An absent chain has no log.
pub const ABSENT: Label = Label("join/absent chain");
/// The hash of everything public is the public input.
pub const PUBLIC_INPUT: Label = Label("join/public input");

const CHAIN_BITS: u32 = 8;
const VERSION_BITS: u32 = 16;
const CLASS_BITS: u32 = 8;
const COUNT_BITS: u32 = 32;
const NUMBER_BITS: u32 = 64;

/// A chain as the public input names it.
struct PublicChain {
	/// 8 bits.
	id: Num,
	count: Num,
	commitment: Num,
}

/// What the public input is the hash of, but for the class, which is the circuit's, and the number of
/// chains, which is counted.
pub(super) struct Public {
	/// 32 bits.
	network: Num,
	/// 16 bits.
	version: Num,
	/// 64 bits.
	number: Num,
	chains: [PublicChain; MAX_CHAINS],
}

impl Public {
	/// Allocates what is public. Everything that is packed has its bits, but for the counts: they equal
	/// counts of entries in the end.
	pub fn allocate(b: &mut Builder, witness: &JoinWitness) -> Self {
		let mut field = |value: u64, bits: u32| number(b, Fr::from(value), bits as usize).0;
		let network = field(witness.network.0.into(), NETWORK_BITS);
		let version = field(witness.version.into(), VERSION_BITS);
		let number = field(witness.number.0, NUMBER_BITS);
		let ids = witness.chains.map(|log| field(log.chain.0.into(), CHAIN_BITS));
		let mut logs = witness.chains.iter();
		let chains = ids.map(|id| {
			let log = logs.next().copied().unwrap_or_default();
			let count = b.witness(Fr::from(log.count));
			PublicChain { id, count, commitment: b.witness(log.commitment) }
		});
		Self { network, version, number, chains }
	}

	/// The chains' ids: 8 bits each, 0 if absent.
	pub fn chain_ids(&self) -> [Num; MAX_CHAINS] {
		self.chains.each_ref().map(|chain| chain.id.clone())
	}

	/// Compares the logs with the public ones, and makes the hash the public input.
	pub fn constrain(&self, b: &mut Builder, class: JoinClass, logs: &Logs) {
		let mut present = Num::zero();
		let mut words = vec![Num::zero()];
		for (place, chain) in self.chains.iter().enumerate() {
			b.equal(COUNT, &chain.count, &logs.counts[place]);
			b.equal(COMMITMENT, &chain.commitment, &logs.commitments[place]);
			let absent = is_zero(b, &chain.id);
			b.enforce(ABSENT, &absent, &chain.count, &Num::zero());
			present += &(&Num::one() - &absent);
			words.push(pack(&[(&chain.id, CHAIN_BITS), (&chain.count, COUNT_BITS)]));
			words.push(chain.commitment.clone());
		}
		let class = Num::constant(Fr::from(class.get()));
		words[0] = pack(&[
			(&self.network, NETWORK_BITS),
			(&self.version, VERSION_BITS),
			(&class, CLASS_BITS),
			(&present, CHAIN_BITS),
			(&self.number, NUMBER_BITS),
		]);
		let input = poseidon::hash(b, Domain::JOIN_INPUT, &words);
		b.public_input(PUBLIC_INPUT, &input);
	}
}
