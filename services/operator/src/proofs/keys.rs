// SPDX-License-Identifier: Apache-2.0

//! Verifying keys, as the chains have them, and what of a block is proven under which.

use ark_bls12_381::Bls12_381;
use ligature_chain::{Circuit, Key};
use ligature_operator_api::PartName;
use ligature_primitives::{
	header::{Digest, Header, keys_digest},
	poseidon::Word,
	refusal::Refusal,
};
use ligature_zk_verifier::{
	KeyError, PreparedVerifyingKey, Proof, ProofError, VerifyError, VerifyingKey, verify,
};
use std::{collections::BTreeMap, sync::Arc};

/// Why a proof is not taken, or cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
	/// The block has no such part.
	#[error("the block has no such part: the half is empty, or nothing was joint")]
	NoPart,
	/// The chains have no key for it.
	#[error("the chains have no verifying key for this part of the block")]
	NoKey,
	/// The header names other keys.
	#[error("the header names other verifying keys than the chains have")]
	OtherKeys,
	/// These bytes are no proof.
	#[error(transparent)]
	Bytes(#[from] ProofError),
	/// The proof does not hold.
	#[error(transparent)]
	Proof(#[from] VerifyError),
}

/// A key of the chains that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the verifying key of version {version} for {circuit:?} cannot be used: {error}")]
pub struct BadKey {
	/// The version of the circuits.
	pub version: u16,
	/// What it is for.
	pub circuit: Circuit,
	/// Why.
	pub error: KeyError,
}

/// A part of a block that has a proof of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
	/// Its name.
	pub name: PartName,
	/// Its circuit.
	pub circuit: Circuit,
	/// Its public input.
	pub input: Word,
}

/// The parts of a block: the halves that are not empty, by chain, then the join, unless it is empty.
///
/// # Errors
///
/// None for a header whose chains are its own.
pub fn parts(header: &Header) -> Result<Vec<Part>, Refusal> {
	let halves = header.chains.iter().filter(|part| !part.size_class.is_empty());
	let halves = halves.map(|part| -> Result<Part, Refusal> {
		Ok(Part {
			name: PartName::Half(part.chain.0),
			circuit: Circuit::Chain(part.size_class),
			input: header.chain_public_input(part.chain)?,
		})
	});
	let mut parts: Vec<_> = halves.collect::<Result<_, _>>()?;
	if !header.join_class.is_empty() {
		parts.push(Part {
			name: PartName::Join,
			circuit: Circuit::Join(header.join_class),
			input: header.join_public_input(),
		});
	}
	Ok(parts)
}

/// A part by its name.
///
/// # Errors
///
/// [`CheckError::NoPart`].
pub fn part(header: &Header, name: PartName) -> Result<Part, CheckError> {
	let parts = parts(header).map_err(|_| CheckError::NoPart)?;
	parts.into_iter().find(|part| part.name == name).ok_or(CheckError::NoPart)
}

/// The chains' verifying keys. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Keys {
	keys: Arc<BTreeMap<(u16, Circuit), PreparedVerifyingKey<Bls12_381>>>,
}

impl Keys {
	/// The keys that a chain has. Those without bytes are left out.
	///
	/// # Errors
	///
	/// [`BadKey`]: the chain's bytes are no key.
	pub fn new(keys: &[Key]) -> Result<Self, BadKey> {
		let known = keys.iter().filter(|key| !key.bytes.is_empty());
		let prepared = known.map(|Key { version, circuit, bytes, .. }| {
			let key = VerifyingKey::<Bls12_381>::from_bytes(bytes).map_err(|error| BadKey {
				version: *version,
				circuit: *circuit,
				error,
			})?;
			Ok(((*version, *circuit), key.prepare()))
		});
		Ok(Self { keys: Arc::new(prepared.collect::<Result<_, _>>()?) })
	}

	/// Checks a proof of a part of a block: a few milliseconds of work.
	///
	/// # Errors
	///
	/// [`CheckError`].
	pub fn check(&self, header: &Header, name: PartName, proof: &[u8]) -> Result<(), CheckError> {
		let part = part(header, name)?;
		let proof = Proof::<Bls12_381>::from_bytes(proof)?;
		let key =
			self.keys.get(&(header.circuit_version, part.circuit)).ok_or(CheckError::NoKey)?;
		if self.digest(header)? != header.keys_digest {
			return Err(CheckError::OtherKeys);
		}
		Ok(verify(key, &[part.input], &proof)?)
	}

	/// The keys digest that a header with these classes must name.
	fn digest(&self, header: &Header) -> Result<Digest, CheckError> {
		let of = |circuit, empty| match empty {
			true => Ok(Digest::default()),
			false => {
				let key = self.keys.get(&(header.circuit_version, circuit));
				key.map(PreparedVerifyingKey::digest).ok_or(CheckError::NoKey)
			},
		};
		let join = of(Circuit::Join(header.join_class), header.join_class.is_empty())?;
		let halves = header.chains.iter().map(|part| -> Result<_, CheckError> {
			let class = part.size_class;
			Ok((class, of(Circuit::Chain(class), class.is_empty())?))
		});
		let halves: Vec<_> = halves.collect::<Result<_, _>>()?;
		Ok(keys_digest(header.circuit_version, (header.join_class, join), &halves))
	}
}
