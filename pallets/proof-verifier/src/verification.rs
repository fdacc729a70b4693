// SPDX-License-Identifier: Apache-2.0

//! What the rollup asks: may these keys be used, do these proofs hold.

use polkadot_sdk::*;

use alloc::{
	collections::{BTreeMap, btree_map::Entry},
	vec::Vec,
};
use frame_support::{dispatch::DispatchResult, ensure, weights::Weight};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::{self, Digest},
};
use ligature_zk_verifier::{
	BatchError, Claim, PreparedVerifyingKey, Proof, VerifyError, verify_batch,
};
use pallet_rollup::{
	CircuitId,
	traits::{ProofClaim, ProofVerification},
};
use sp_runtime::DispatchError;

use crate::{Config, Curve, Error, Keys, LOG_TARGET, Pallet, PreparedKeys, WeightInfo};

impl<T: Config> ProofVerification for Pallet<T> {
	fn keys_digest(
		version: u16,
		join: JoinClass,
		chains: &[SizeClass],
	) -> Result<Digest, DispatchError> {
		let join = (join, Self::usable_digest(version, CircuitId::Join(join), join.is_empty())?);
		let chains = chains
			.iter()
			.map(|class| {
				let circuit = CircuitId::Chain(*class);
				Ok((*class, Self::usable_digest(version, circuit, class.is_empty())?))
			})
			.collect::<Result<Vec<_>, Error<T>>>()?;
		Ok(header::keys_digest(version, join, &chains))
	}

	fn verify(version: u16, claims: &[ProofClaim<'_>]) -> DispatchResult {
		// Halves of one class have one key.
		let mut keys = BTreeMap::new();
		let mut proofs = Vec::with_capacity(claims.len());
		for (index, claim) in claims.iter().enumerate() {
			if let Entry::Vacant(place) = keys.entry(claim.circuit) {
				place.insert(Self::prepared_key(version, claim.circuit)?);
			}
			proofs.push(Proof::<Curve>::from_bytes(claim.proof).map_err(|error| {
				log::debug!(target: LOG_TARGET, "proof {index} is refused: {error}");
				Error::<T>::MalformedProof
			})?);
		}
		let inputs: Vec<_> = claims.iter().map(|claim| [claim.input]).collect();
		// The join's claim comes last, as `verify_batch` likes best: no other has its key.
		let claims: Vec<_> = claims
			.iter()
			.zip(&inputs)
			.zip(&proofs)
			.map(|((claim, inputs), proof)| Claim { key: &keys[&claim.circuit], inputs, proof })
			.collect();
		verify_batch(&claims).map_err(|error| {
			log::debug!(target: LOG_TARGET, "the proofs of a block are refused: {error}");
			match error {
				BatchError::Empty => Error::<T>::NoProofs,
				BatchError::Claim { error: VerifyError::InputCount { .. }, .. } => {
					Error::WrongInputCount
				},
				BatchError::Claim { error: VerifyError::Rejected, .. } | BatchError::Rejected => {
					Error::ProofRejected
				},
			}
			.into()
		})
	}

	fn keys_digest_weight() -> Weight {
		T::WeightInfo::keys_digest()
	}

	fn verify_weight(claims: u32) -> Weight {
		T::WeightInfo::verify_proofs(claims)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_for_benchmarks(version: u16) {
		crate::benchmarking::register_all::<T>(version);
	}
}

impl<T: Config> Pallet<T> {
	/// The digest of a key that a new block may use; of an empty half or join, whose class has no key,
	/// the one that headers ignore.
	fn usable_digest(version: u16, circuit: CircuitId, empty: bool) -> Result<Digest, Error<T>> {
		if empty {
			return Ok(Digest::default());
		}
		let info = Keys::<T>::get(version, circuit).ok_or(Error::<T>::UnknownKey)?;
		ensure!(!info.retired, Error::<T>::KeyIsRetired);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(info.usable_from <= now, Error::<T>::NoticeNotOver);
		Ok(info.digest)
	}

	/// A key as it was stored, for a block that was committed under it: retirement does not matter.
	fn prepared_key(
		version: u16,
		circuit: CircuitId,
	) -> Result<PreparedVerifyingKey<Curve>, Error<T>> {
		let bytes = PreparedKeys::<T>::get(version, circuit).ok_or(Error::<T>::UnknownKey)?;
		PreparedVerifyingKey::from_trusted_bytes(&bytes).map_err(|error| {
			// Nothing else writes there, so that this means a storage that was tampered with.
			log::error!(target: LOG_TARGET, "{circuit:?} of version {version}: {error}");
			Error::<T>::UnknownKey
		})
	}
}
