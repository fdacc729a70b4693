// SPDX-License-Identifier: Apache-2.0

//! The keys of a validator.

#![deny(missing_docs)]

use polkadot_sdk::*;

use alloc::vec::Vec;
use sp_runtime::{BoundToRuntimeAppPublic, impl_opaque_keys};

/// The key with which a node's off-chain worker signs the proofs it submits (sr25519).
///
/// It is a session key of its own, so that a host that proves does not need a key that can produce
/// blocks or move funds. Its account pays the fee of a submission and gets it back on success.
pub mod prover {
	use polkadot_sdk::*;

	use sp_core::crypto::KeyTypeId;

	/// Where the keystore files prover keys: `lprv`.
	pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"lprv");

	mod app {
		use polkadot_sdk::*;

		use sp_application_crypto::{app_crypto, sr25519};

		app_crypto!(sr25519, super::KEY_TYPE);
	}

	/// Public prover key.
	pub type AuthorityId = app::Public;
	/// Signature of a prover key.
	pub type AuthoritySignature = app::Signature;

	#[cfg(feature = "std")]
	pub use app::Pair as AuthorityPair;
}

/// Names the prover key among the session keys.
pub struct Prover;

impl BoundToRuntimeAppPublic for Prover {
	type Public = prover::AuthorityId;
}

impl_opaque_keys! {
	/// Aura signs blocks, GRANDPA votes on finality, the prover signs submissions of proofs.
	pub struct SessionKeys {
		/// Signs blocks (sr25519).
		pub aura: crate::Aura,
		/// Votes on finality (ed25519).
		pub grandpa: crate::Grandpa,
		/// Signs submissions of proofs (sr25519).
		pub prover: Prover,
	}
}
