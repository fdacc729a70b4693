// SPDX-License-Identifier: Apache-2.0

//! Registering and retiring keys.

use polkadot_sdk::*;

use frame_support::{dispatch::DispatchResult, ensure};
use frame_system::pallet_prelude::BlockNumberFor;
use ligature_zk_verifier::{KeyError, PreparedVerifyingKey, Proof, VerifyingKey};
use pallet_rollup::{CircuitId, ProofBytes, traits::Lifecycle};
use sp_runtime::traits::Saturating;

use crate::{
	Config, Curve, DevelopmentKeysAllowed, Error, Event, KeyBytes, KeyInfo, KeyOrigin, Keys,
	LOG_TARGET, Pallet, PreparedKeyBytes, PreparedKeys, Versions,
};

/// A key that has passed every check on its points.
pub(crate) fn read<T: Config>(key: &KeyBytes) -> Result<VerifyingKey<Curve>, Error<T>> {
	VerifyingKey::from_bytes(key).map_err(|error| {
		log::debug!(target: LOG_TARGET, "a verifying key is refused: {error}");
		match error {
			// The length is that of one input, so what does not fit it is the number of points.
			KeyError::Length(_) | KeyError::NoInputPoints => Error::WrongInputCount,
			KeyError::Point { .. } => Error::BadPoint,
			KeyError::GammaIsDelta => Error::GammaIsDelta,
			KeyError::DeltaIsGenerator => Error::NoContribution,
		}
	})
}

/// Whether a circuit exists for this: nothing is proven of what is empty.
fn has_circuit(circuit: CircuitId) -> bool {
	match circuit {
		CircuitId::Chain(class) => !class.is_empty(),
		CircuitId::Join(class) => !class.is_empty(),
	}
}

impl<T: Config> Pallet<T> {
	/// Registers a key, to be used after the notice.
	pub(crate) fn do_register_key(
		version: u16,
		circuit: CircuitId,
		key: &KeyBytes,
	) -> DispatchResult {
		ensure!(!T::Rollup::in_exodus(), Error::<T>::InExodus);
		let now = frame_system::Pallet::<T>::block_number();
		let info =
			Self::insert_key(version, circuit, key, now.saturating_add(T::Rollup::notice()))?;
		let KeyInfo { digest, origin, usable_from, .. } = info;
		Self::deposit_event(Event::KeyRegistered { version, circuit, digest, origin, usable_from });
		Ok(())
	}

	/// Checks a key and stores it.
	pub(crate) fn insert_key(
		version: u16,
		circuit: CircuitId,
		key: &KeyBytes,
		usable_from: BlockNumberFor<T>,
	) -> Result<KeyInfo<BlockNumberFor<T>>, Error<T>> {
		ensure!(has_circuit(circuit), Error::<T>::EmptyClass);
		ensure!(!Keys::<T>::contains_key(version, circuit), Error::<T>::KeyExists);
		let mut versions = Versions::<T>::get();
		if !versions.contains(&version) {
			versions.try_push(version).map_err(|_| Error::<T>::TooManyVersions)?;
		}
		let origin = KeyOrigin::of(key);
		let accepted = origin == KeyOrigin::Ceremony || DevelopmentKeysAllowed::<T>::get();
		ensure!(accepted, Error::<T>::DevelopmentKey);
		let prepared = read::<T>(key)?.prepare();

		let info = KeyInfo { digest: prepared.digest(), origin, usable_from, retired: false };
		let bytes = PreparedKeyBytes::try_from(prepared.to_bytes())
			.expect("a prepared key for one input has this size, as `check_sizes` shows; qed");
		Versions::<T>::put(versions);
		PreparedKeys::<T>::insert(version, circuit, bytes);
		Keys::<T>::insert(version, circuit, &info);
		Ok(info)
	}

	/// Keeps new blocks from using a key.
	pub(crate) fn do_retire_key(version: u16, circuit: CircuitId) -> DispatchResult {
		ensure!(!T::Rollup::in_exodus(), Error::<T>::InExodus);
		let info = Keys::<T>::get(version, circuit).ok_or(Error::<T>::UnknownKey)?;
		ensure!(!info.retired, Error::<T>::AlreadyRetired);

		Keys::<T>::insert(version, circuit, KeyInfo { retired: true, ..info });
		Self::deposit_event(Event::KeyRetired { version, circuit });
		Ok(())
	}

	/// That the sizes of the types are those of the engine's encodings.
	pub(crate) fn check_sizes() {
		let sizes = [
			(size_of::<KeyBytes>(), VerifyingKey::<Curve>::size(1), "keys"),
			(
				size_of::<PreparedKeyBytes>(),
				PreparedVerifyingKey::<Curve>::size(1),
				"prepared keys",
			),
			(size_of::<ProofBytes>(), Proof::<Curve>::size(), "proofs"),
		];
		for (held, encoded, what) in sizes {
			assert_eq!(held, encoded, "the type for {what} has another size than their encoding");
		}
	}
}
