// SPDX-License-Identifier: Apache-2.0

//! # Proof verifier pallet
//!
//! Keeps the verifying keys of the rollup's circuits, and checks all proofs of a block together.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module: dispatchables, storage, events, errors, view functions, and the genesis
//! configuration [`GenesisConfig`]. For the rollup it implements
//! [`ProofVerification`](pallet_rollup::traits::ProofVerification).
//!
//! ## Overview
//!
//! | word | meaning |
//! |---|---|
//! | circuit | a statement of a block: the half of a chain in one size class, or the join in one join class |
//! | version | all circuits change together; a block's header names their version |
//! | key | a Groth16 verifying key on BLS12-381 of one circuit in one version, with one public input |
//! | prepared key | the same with all that does not depend on a proof computed, as it is stored |
//! | digest | names a key; the keys digest of a header binds the keys of all circuits of a block |
//! | development key | a key from secrets that stand in the source: everybody can forge proofs for it |
//!
//! Who controls a key controls the funds: with the secrets of a key any proof can be forged. So
//!
//! - a key is registered for good: [`register_key`](Call::register_key) never overwrites one, and nothing
//!   removes one. A new key for a circuit means a new version;
//! - a new key can be used only after a notice in which everybody who distrusts it can leave
//!   ([`Lifecycle::notice`](pallet_rollup::traits::Lifecycle::notice)), and none is registered in exodus;
//! - [`retire_key`](Call::retire_key) stops new blocks from using a key at once. Blocks that were committed
//!   under it can still be proven, so that no retirement takes a block back;
//! - development keys are recognised by their points and refused, unless genesis has allowed them.
//!
//! ```text
//!               notice                          retire_key
//! registered ──────────▶ usable ────────────────────────────▶ retired
//!                        commit: keys_digest                   proofs of blocks
//!                        prove: verify                         that are committed
//! ```
//!
//! ## Low Level / Implementation Details
//!
//! - The engine is [`Curve`]: Miller loops, the final exponentiation and multiplications are host calls.
//! - Points are checked when a key is registered, never again: [`PreparedKeys`] is trusted.
//! - A proof is 192 bytes and malleable: anybody makes from it another proof *of the same statement*. Nothing
//!   is keyed by the bytes of a proof. What keeps a proof from being used for another block, chain,
//!   network or version is its public input, which the rollup computes from the stored header; it
//!   is a field element by its type, so that there are no two forms of it.
//! - Which point of a refused proof or key is at fault goes to the log, target `runtime::proof-verifier`.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod development;
mod genesis;
#[cfg(test)]
mod mock;
mod registry;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "runtime-benchmarks", test))]
mod trapdoor;
#[cfg(any(feature = "try-runtime", feature = "std"))]
mod try_state;
mod types;
mod verification;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::*;

/// The pairing engine: BLS12-381 with host calls.
pub type Curve = sp_crypto_ec_utils::bls12_381::Bls12_381;

/// Target of the pallet's logs.
pub(crate) const LOG_TARGET: &str = "runtime::proof-verifier";

/// The pallet.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{pallet_prelude::*, traits::EnsureOrigin};
	use frame_system::pallet_prelude::*;
	use ligature_primitives::header::Digest;
	use pallet_rollup::{CircuitId, traits::Lifecycle};

	/// Version of the storage layout.
	pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet's type.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Who registers and retires keys. Nothing that this origin may do stops exodus.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Where the rollup stands: whether it is in exodus, how long the notice is.
		type Rollup: Lifecycle<BlockNumberFor<Self>>;

		/// Most versions that have keys. What is registered stays: a runtime upgrade raises the number.
		#[pallet::constant]
		type MaxVersions: Get<u32>;

		/// Weights of the dispatchables and of the checks.
		type WeightInfo: WeightInfo;
	}

	/// The versions that have keys, in the order in which they came.
	#[pallet::storage]
	pub type Versions<T: Config> = StorageValue<_, BoundedVec<u16, T::MaxVersions>, ValueQuery>;

	/// What there is to know of a key, by version and circuit.
	// Both are small numbers that governance chooses: they need no cryptographic hash.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		u16,
		Twox64Concat,
		CircuitId,
		KeyInfo<BlockNumberFor<T>>,
		OptionQuery,
	>;

	/// The keys themselves, prepared. By itself, because a commit reads every key's digest and no key.
	// As `Keys`.
	#[pallet::storage]
	pub type PreparedKeys<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		u16,
		Twox64Concat,
		CircuitId,
		PreparedKeyBytes,
		OptionQuery,
	>;

	/// Whether development keys may be registered. Set by genesis; no call changes it.
	#[pallet::storage]
	pub type DevelopmentKeysAllowed<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// The keys at genesis. They can be used at once.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The keys.
		pub keys: Vec<GenesisKey>,
		/// Whether development keys are accepted, now and later: **on such a chain everybody can forge
		/// proofs, and take everything that is in custody**.
		pub allow_development_keys: bool,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			crate::genesis::build::<T>(self);
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A key is registered.
		KeyRegistered {
			/// The version of the circuits.
			version: u16,
			/// The circuit.
			circuit: CircuitId,
			/// The digest of the key.
			digest: Digest,
			/// Where the key comes from.
			origin: KeyOrigin,
			/// From this block of the chain on the key can be used.
			usable_from: BlockNumberFor<T>,
		},
		/// A key is retired: no new block may use it.
		KeyRetired {
			/// The version of the circuits.
			version: u16,
			/// The circuit.
			circuit: CircuitId,
		},
	}

	/// Why something is refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The rollup is in exodus, in which keys are frozen. Leave with `exit`.
		InExodus,
		/// Class 0 stands for a half or a join in which nothing happens; it has no circuit and no key.
		/// Name a class from 1 on.
		EmptyClass,
		/// The key is not for one public input, as every circuit of the rollup has. Take the key of the
		/// circuit.
		WrongInputCount,
		/// A point of the key is not the compressed encoding of a point in its group, or is the
		/// identity. Check how the key was exported; the node's log names the point.
		BadPoint,
		/// The key's γ and δ are equal: anybody could forge proofs. Make another key.
		GammaIsDelta,
		/// The key's δ is the generator: nobody has contributed to the second phase of its ceremony. Take
		/// the key after the last contribution.
		NoContribution,
		/// The key comes from the public secrets of development keys, which this chain does not accept.
		/// Take a key from a ceremony.
		DevelopmentKey,
		/// The circuit has a key in this version, and no key is overwritten. Use a new version.
		KeyExists,
		/// As many versions have keys as the chain keeps. A runtime upgrade raises `MaxVersions`.
		TooManyVersions,
		/// There is no key for this version and circuit. See the view function `keys` for those there are.
		UnknownKey,
		/// The key is retired: no new block may use it. Build the block with a version whose keys are
		/// usable.
		KeyIsRetired,
		/// The key was retired before. There is nothing to do.
		AlreadyRetired,
		/// The notice of the key is not over. Build the block with a version whose keys are usable, or wait
		/// until the block `usable_from`.
		NoticeNotOver,
		/// There is nothing to verify, which proves nothing. Send the proofs of the block.
		NoProofs,
		/// The bytes of a proof are not two points of G1 and one of G2 in the order A, B, C, compressed, in
		/// their groups, none the identity. The node's log names proof and point.
		MalformedProof,
		/// At least one of the proofs does not hold: it is of another block, chain, network or version, of
		/// another circuit, or false. Prove the block whose header this chain has stored.
		ProofRejected,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			Self::check_sizes();
			assert!(T::MaxVersions::get() > 0, "the pallet must keep the keys of a version");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers the key of a circuit.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// `key` is α, β, γ, δ, the number of input points (2, in 8 bytes, little-endian) and the input
		/// points, all compressed. All points are checked here. The key can be used after the notice
		/// of the rollup; on a chain that belongs to no network at once.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`], [`Error::EmptyClass`], [`Error::KeyExists`], [`Error::TooManyVersions`],
		/// [`Error::WrongInputCount`], [`Error::BadPoint`], [`Error::GammaIsDelta`],
		/// [`Error::NoContribution`], [`Error::DevelopmentKey`].
		///
		/// ## Events
		///
		/// [`Event::KeyRegistered`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register_key())]
		pub fn register_key(
			origin: OriginFor<T>,
			version: u16,
			circuit: CircuitId,
			key: Box<KeyBytes>,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_register_key(version, circuit, &key)
		}

		/// Retires the key of a circuit.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Details
		///
		/// From now on no block can be committed under it. Those that are committed can be proven. It
		/// needs no notice: nobody loses by it what an operator who stops does not take as well, and a
		/// key that turns out to be forgeable cannot wait. There is no way back.
		///
		/// ## Errors
		///
		/// [`Error::InExodus`], [`Error::UnknownKey`], [`Error::AlreadyRetired`].
		///
		/// ## Events
		///
		/// [`Event::KeyRetired`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::retire_key())]
		pub fn retire_key(
			origin: OriginFor<T>,
			version: u16,
			circuit: CircuitId,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire_key(version, circuit)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// All keys: version, circuit, and what there is to know of each.
		pub fn keys() -> Vec<(u16, CircuitId, KeyInfo<BlockNumberFor<T>>)> {
			Keys::<T>::iter().collect()
		}

		/// What [`register_key`](Call::register_key) would make of these bytes: the digest and where the
		/// key comes from. `None` if they are no key for one input.
		pub fn inspect_key(key: Box<KeyBytes>) -> Option<(Digest, KeyOrigin)> {
			let valid = registry::read::<T>(&key).ok()?;
			Some((valid.digest(), KeyOrigin::of(&key)))
		}
	}
}
