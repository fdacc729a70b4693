// SPDX-License-Identifier: Apache-2.0

//! Changes of the storage layout.
//!
//! | version | what it holds |
//! |---|---|
//! | 0 | the network's identity, and nothing else |
//! | 1 | the rollup: periods, custody and tokens, headers, queue, modes |
//!
//! A runtime lists the migrations that its predecessor has not run:
//!
//! ```ignore
//! type Migrations = (pallet_rollup::migrations::MigrateV0ToV1<Runtime, RollupPeriods>,);
//! ```

use polkadot_sdk::*;

use frame_support::migrations::VersionedMigration;

use crate::Pallet;

/// From a chain that only knew its place in a network to one that can run the rollup. `P` gives the
/// [`Parameters`](crate::Parameters), which genesis sets on newer chains. Operators, guardian and
/// assets follow by their calls; the network opens by [`open_network`](crate::Call::open_network).
pub type MigrateV0ToV1<T, P> = VersionedMigration<
	0,
	1,
	unversioned::FoundRollup<T, P>,
	Pallet<T>,
	<T as polkadot_sdk::frame_system::Config>::DbWeight,
>;

/// The work without the check of versions: not for runtimes, hence private.
mod unversioned {
	use polkadot_sdk::*;

	use core::marker::PhantomData;

	use frame_support::{
		pallet_prelude::Weight,
		traits::{Get, UncheckedOnRuntimeUpgrade},
	};
	use frame_system::pallet_prelude::BlockNumberFor;
	#[cfg(feature = "try-runtime")]
	use sp_runtime::TryRuntimeError;

	use crate::{Config, Identity, Parameters, Periods, genesis};

	/// Gives a chain of a network its periods, its custody and the native token.
	pub struct FoundRollup<T, P>(PhantomData<(T, P)>);

	impl<T, P> UncheckedOnRuntimeUpgrade for FoundRollup<T, P>
	where
		T: Config,
		P: Get<Parameters<BlockNumberFor<T>>>,
	{
		fn on_runtime_upgrade() -> Weight {
			if Identity::<T>::exists() {
				Periods::<T>::put(P::get());
				genesis::open_custody::<T>();
			}
			// The identity, custody's account and the count of tokens are read; periods, account, token and
			// count written.
			T::DbWeight::get().reads_writes(3, 4)
		}

		#[cfg(feature = "try-runtime")]
		fn pre_upgrade() -> Result<alloc::vec::Vec<u8>, TryRuntimeError> {
			super::checks::before::<T>().map(|identity| codec::Encode::encode(&identity))
		}

		#[cfg(feature = "try-runtime")]
		fn post_upgrade(before: alloc::vec::Vec<u8>) -> Result<(), TryRuntimeError> {
			let identity = codec::DecodeAll::decode_all(&mut &before[..])
				.map_err(|_| "the identity before the migration does not decode")?;
			super::checks::after::<T>(identity)
		}
	}
}

/// What `try-runtime` checks on a live chain before and after the upgrade.
#[cfg(any(feature = "try-runtime", test))]
pub(crate) mod checks {
	use polkadot_sdk::*;

	use frame_support::ensure;
	use sp_runtime::TryRuntimeError;

	use crate::{Config, Identity, NetworkIdentity, Pallet, Periods, Tokens};

	/// Gives back the identity, which the migration keeps.
	pub fn before<T: Config>() -> Result<Option<NetworkIdentity>, TryRuntimeError> {
		ensure!(!Periods::<T>::exists(), "periods are set before the migration");
		ensure!(Tokens::<T>::count() == 0, "there are tokens before the migration");
		Ok(Identity::<T>::get())
	}

	/// What [`before`] gave back, and all invariants.
	pub fn after<T: Config>(identity: Option<NetworkIdentity>) -> Result<(), TryRuntimeError> {
		ensure!(Identity::<T>::get() == identity, "the identity has changed");
		ensure!(Periods::<T>::exists() == identity.is_some(), "a network needs periods");
		Pallet::<T>::do_try_state()
	}
}
