// SPDX-License-Identifier: Apache-2.0

//! The keys of a chain specification.

use polkadot_sdk::*;

use pallet_rollup::CircuitId;
use sp_runtime::traits::Zero;

use crate::{Config, DevelopmentKeysAllowed, Error, GenesisConfig, GenesisKey, KeyBytes, Pallet};

/// Stores the keys, to be used at once.
///
/// # Panics
///
/// If a key is refused: a chain that starts without one of its keys would stand still, and one that
/// starts with a development key unawares would be robbed. The message names the key.
pub(crate) fn build<T: Config>(config: &GenesisConfig<T>) {
	DevelopmentKeysAllowed::<T>::put(config.allow_development_keys);
	for (index, entry) in config.keys.iter().enumerate() {
		if let Err(why) = insert::<T>(entry) {
			let GenesisKey { version, circuit, .. } = entry;
			panic!(
				"proofVerifier.keys[{index}], {circuit:?} of version {version}, is refused: {why}"
			);
		}
	}
}

fn insert<T: Config>(entry: &GenesisKey) -> Result<(), &'static str> {
	let circuit = CircuitId::try_from(entry.circuit)
		.map_err(|_| "there is no such class: they go up to 4")?;
	let key = KeyBytes::try_from(&entry.key[..])
		.map_err(|_| "a key for one public input has 440 bytes")?;
	match Pallet::<T>::insert_key(entry.version, circuit, &key, Zero::zero()) {
		Ok(_) => Ok(()),
		Err(Error::DevelopmentKey) => {
			Err("it is a development key, whose secrets are public: set \
			 `allowDevelopmentKeys` on a chain that holds nothing of value, or take a key from a ceremony")
		},
		Err(error) => Err(error.into()),
	}
}
