// SPDX-License-Identifier: Apache-2.0

//! Whether the proofs of a block hold: verified again on the plain curve, one by one, with the keys that the chain has
//! and the public inputs of the header.

use crate::finding::ProofFault;
use ark_bls12_381::Bls12_381;
use ligature_chain::{Circuit, Key};
use ligature_primitives::{
	header::{Digest, Header, keys_digest},
	poseidon::Word,
	refusal::Refusal,
};
use ligature_zk_verifier::{PreparedVerifyingKey, Proof, VerifyingKey, verify};
use std::collections::BTreeMap;

/// The verifying keys of a chain.
#[derive(Clone, Debug, Default)]
pub struct Keys {
	keys: BTreeMap<(u16, Circuit), PreparedVerifyingKey<Bls12_381>>,
	development: bool,
}

impl Keys {
	/// Those that can be read; a proof under another one cannot be checked, and says so.
	pub fn new(keys: &[Key]) -> Self {
		let development = keys.iter().any(|key| key.development && !key.retired);
		let read = |key: &Key| {
			let read = VerifyingKey::<Bls12_381>::from_bytes(&key.bytes).ok()?;
			Some(((key.version, key.circuit), read.prepare()))
		};
		Self { keys: keys.iter().filter_map(read).collect(), development }
	}

	/// Whether the secrets of one that can be used are public.
	pub fn development(&self) -> bool {
		self.development
	}

	fn get(&self, version: u16, circuit: Circuit) -> Option<&PreparedVerifyingKey<Bls12_381>> {
		self.keys.get(&(version, circuit))
	}

	/// The keys digest that a header with these classes must name.
	fn digest(&self, header: &Header) -> Option<Digest> {
		let of = |circuit, empty| match empty {
			true => Some(Digest::default()),
			false => self.get(header.circuit_version, circuit).map(PreparedVerifyingKey::digest),
		};
		let join = of(Circuit::Join(header.join_class), header.join_class.is_empty())?;
		let halves = header.chains.iter().map(|part| {
			let class = part.size_class;
			Some((class, of(Circuit::Chain(class), class.is_empty())?))
		});
		let halves: Vec<_> = halves.collect::<Option<_>>()?;
		Some(keys_digest(header.circuit_version, (header.join_class, join), &halves))
	}
}

/// What is proven of a block, in the order of its proofs: the halves that are not empty, then the join.
fn statements(header: &Header) -> Result<Vec<(Circuit, Word)>, Refusal> {
	let halves = header.chains.iter().filter(|part| !part.size_class.is_empty());
	let halves = halves.map(|part| {
		let input = header.chain_public_input(part.chain);
		input.map(|input| (Circuit::Chain(part.size_class), input))
	});
	let mut all = halves.collect::<Result<Vec<_>, Refusal>>()?;
	if !header.join_class.is_empty() {
		all.push((Circuit::Join(header.join_class), header.join_public_input()));
	}
	Ok(all)
}

/// Checks the proofs of a block: some milliseconds of work each.
///
/// # Errors
///
/// [`ProofFault`].
pub fn check(keys: &Keys, header: &Header, proofs: &[[u8; 192]]) -> Result<(), ProofFault> {
	let fault =
		|place, reason: &dyn ToString| ProofFault::Proof { place, reason: reason.to_string() };
	let statements = statements(header).map_err(|refusal| fault(0, &refusal))?;
	if statements.len() != proofs.len() {
		return Err(ProofFault::Count { found: proofs.len(), wanted: statements.len() });
	}
	for (place, ((circuit, input), bytes)) in statements.iter().zip(proofs).enumerate() {
		let key = keys.get(header.circuit_version, *circuit).ok_or(ProofFault::NoKey { place })?;
		let proof = Proof::<Bls12_381>::from_bytes(bytes).map_err(|error| fault(place, &error))?;
		verify(key, &[*input], &proof).map_err(|error| fault(place, &error))?;
	}
	if keys.digest(header) != Some(header.keys_digest) {
		return Err(ProofFault::OtherKeys);
	}
	Ok(())
}
