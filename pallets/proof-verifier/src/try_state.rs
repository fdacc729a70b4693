// SPDX-License-Identifier: Apache-2.0

//! What holds between extrinsics, whatever was called.

use polkadot_sdk::*;

use alloc::collections::BTreeSet;
use frame_support::ensure;
use ligature_zk_verifier::PreparedVerifyingKey;
use sp_runtime::TryRuntimeError;

use crate::{
	Config, Curve, DevelopmentKeysAllowed, KeyBytes, KeyOrigin, Keys, Pallet, PreparedKeys,
	Versions,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks all invariants of the pallet's storage.
	pub fn do_try_state() -> Check {
		Self::try_state_versions()?;
		Self::try_state_keys()
	}

	/// ### Invariants of [`Versions`]
	///
	/// 1. No version is listed twice.
	/// 2. The versions that have keys are those that are listed.
	fn try_state_versions() -> Check {
		let listed = Versions::<T>::get();
		let different: BTreeSet<_> = listed.iter().copied().collect();
		ensure!(different.len() == listed.len(), "a version is listed twice");
		let versions: BTreeSet<_> = Keys::<T>::iter_keys().map(|(version, _)| version).collect();
		ensure!(different == versions, "the versions that have keys are not those that are listed");
		Ok(())
	}

	/// ### Invariants of [`Keys`] and [`PreparedKeys`]
	///
	/// 1. Both have the same keys.
	/// 2. A prepared key is what its points give, its points are in their groups, and it is for one input.
	/// 3. Digest and origin are the key's.
	/// 4. There is no development key unless they are allowed.
	fn try_state_keys() -> Check {
		let prepared = PreparedKeys::<T>::iter_keys().count();
		ensure!(prepared == Keys::<T>::iter_keys().count(), "there are keys without information");
		for (version, circuit, info) in Keys::<T>::iter() {
			let bytes = PreparedKeys::<T>::get(version, circuit).ok_or("a key is not stored")?;
			let key = PreparedVerifyingKey::<Curve>::from_bytes(&bytes)
				.map_err(|_| "a stored key is not what its points give")?;
			ensure!(key.digest() == info.digest, "the digest is not the stored key's");
			let compressed = KeyBytes::try_from(key.key().to_bytes())
				.map_err(|_| "a stored key is not for one input")?;
			ensure!(KeyOrigin::of(&compressed) == info.origin, "the origin is not the key's");
			ensure!(
				info.origin == KeyOrigin::Ceremony || DevelopmentKeysAllowed::<T>::get(),
				"a development key is registered where none may be"
			);
		}
		Ok(())
	}
}
