// SPDX-License-Identifier: Apache-2.0

//! Prove: all proofs of a block at once, against the header that is stored here.

use polkadot_sdk::*;

use alloc::vec::Vec;
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
	ensure,
	weights::Weight,
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
	poseidon::Word,
	refusal::Refusal,
};

use crate::{
	Blocks, CircuitId, Config, Error, Event, Pallet, Progress, ProofBytes, Refusals, WeightInfo,
	traits::{ProofClaim, ProofVerification},
};

impl<T: Config> Pallet<T> {
	/// Weight of a proof of a block.
	pub fn prove_weight(proofs: u32) -> Weight {
		T::WeightInfo::prove_block().saturating_add(T::Proofs::verify_weight(proofs))
	}

	/// Proves the next block.
	pub(crate) fn do_prove_block(
		prover: &T::AccountId,
		number: BlockNumber,
		hash: Digest,
		proofs: &[ProofBytes],
	) -> DispatchResultWithPostInfo {
		Self::ensure_running()?;
		let block = Blocks::<T>::get(number).ok_or(Error::<T>::UnknownBlock)?;
		ensure!(block.hash == hash, Error::<T>::WrongBlock);
		let proven = Progress::<T>::get().proven;
		ensure!(number > proven, Error::<T>::AlreadyProven);
		ensure!(Some(number.0) == proven.0.checked_add(1), Error::<T>::NotNextToProve);
		ensure!(!Refusals::<T>::contains_key(number, hash), Error::<T>::BlockIsRefused);
		let statements = statements(&block.header).map_err(Error::<T>::from)?;
		ensure!(statements.len() == proofs.len(), Error::<T>::WrongNumberOfProofs);
		let claims: Vec<_> = statements
			.into_iter()
			.zip(proofs)
			.map(|((circuit, input), proof)| ProofClaim { circuit, input, proof })
			.collect();
		// A block in which nothing happens on any chain changes no root: the commit has checked that,
		// and there is no statement left to prove.
		if !claims.is_empty() {
			T::Proofs::verify(block.header.circuit_version, &claims)?;
		}

		Progress::<T>::mutate(|progress| progress.proven = number);
		Self::deposit_event(Event::BlockProven { number, hash, prover: prover.clone() });
		Ok(PostDispatchInfo { actual_weight: None, pays_fee: Pays::No })
	}
}

/// What has to be proven of a block: the half of each chain on which something happens, in their order,
/// then the join.
fn statements(header: &Header) -> Result<Vec<(CircuitId, Word)>, Refusal> {
	let mut statements = Vec::new();
	for part in header.chains.iter().filter(|part| !part.size_class.is_empty()) {
		let input = header.chain_public_input(part.chain)?;
		statements.push((CircuitId::Chain(part.size_class), input));
	}
	if !header.join_class.is_empty() {
		statements.push((CircuitId::Join(header.join_class), header.join_public_input()));
	}
	Ok(statements)
}
