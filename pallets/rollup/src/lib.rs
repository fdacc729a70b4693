// SPDX-License-Identifier: Apache-2.0

//! # Rollup pallet
//!
//! Tells which network of chains this chain belongs to, and which of its chains it is.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module: storage [`Identity`], the view function [`Pallet::identity`], and the
//! genesis configuration [`GenesisConfig`].
//!
//! ## Overview
//!
//! Several appchains share one Layer-2 ledger. They form a *network*: a list of two to four chains,
//! in strictly ascending order of their ids (`docs/protocol.md`, section 2). Every chain of a
//! network holds the same list and knows its own place in it. Signatures, headers and certificates
//! of the rollup name both, so that nothing signed for one network or chain is worth anything on
//! another.
//!
//! A chain without an identity runs as an ordinary appchain, and belongs to no network.
//!
//! ## Low Level / Implementation Details
//!
//! The identity is set by genesis and has no call that changes it: what was signed under it must
//! keep its meaning as long as the chain lives.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;

pub use pallet::*;
pub use types::{GenesisIdentity, NetworkIdentity};

use polkadot_sdk::*;

/// The pallet.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use core::marker::PhantomData;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::BlockNumberFor;

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	/// The pallet's type.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config {}

	/// The network of this chain and its place in it. `None`: the chain belongs to no network.
	#[pallet::storage]
	pub type Identity<T: Config> = StorageValue<_, NetworkIdentity, OptionQuery>;

	/// The network of this chain, at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Network, chain and list of chains; `None` for a chain that belongs to no network.
		pub identity: Option<GenesisIdentity>,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let Some(identity) = &self.identity else { return };
			match NetworkIdentity::try_from(identity) {
				Ok(identity) => Identity::<T>::put(identity),
				// A chain must not start under an identity that no peer shares.
				Err(refusal) => panic!("rollup genesis {identity:?}: {refusal}"),
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The network of this chain and its place in it.
		pub fn identity() -> Option<NetworkIdentity> {
			Identity::<T>::get()
		}
	}

	#[cfg(any(feature = "try-runtime", test))]
	impl<T: Config> Pallet<T> {
		/// ### Invariants of [`Identity`]
		///
		/// 1. The list of chains is one that the protocol allows.
		/// 2. The chain is in it.
		pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			Identity::<T>::get().map_or(Ok(()), |identity| {
				identity.check().map_err(|_| "the chain's identity is not valid".into())
			})
		}
	}
}
