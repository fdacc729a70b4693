// SPDX-License-Identifier: Apache-2.0

//! The people of the development presets, with their keys on both layers.

use polkadot_sdk::*;

use ligature_primitives::{
	ids::Owner,
	keys::{PublicKey, SecretKey},
};
use ligature_runtime::AccountId;
use sp_keyring::Sr25519Keyring;

/// Somebody with an account on L1, the same on all chains, and a key on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person(pub Sr25519Keyring);

/// The operator, who also holds the sudo key.
pub const ALICE: Person = Person(Sr25519Keyring::Alice);
/// The guardian.
pub const BOB: Person = Person(Sr25519Keyring::Bob);
/// A user.
pub const CHARLIE: Person = Person(Sr25519Keyring::Charlie);
/// A user.
pub const DAVE: Person = Person(Sr25519Keyring::Dave);
/// A user.
pub const EVE: Person = Person(Sr25519Keyring::Eve);
/// A user.
pub const FERDIE: Person = Person(Sr25519Keyring::Ferdie);
/// A stranger, who has nothing on any chain.
pub const ONE: Person = Person(Sr25519Keyring::One);
/// Another stranger.
pub const TWO: Person = Person(Sr25519Keyring::Two);

impl Person {
	/// Who has this account on the chains, if it is somebody of the keyring.
	pub fn of(account: &AccountId) -> Option<Self> {
		Sr25519Keyring::iter().find(|key| key.to_account_id() == *account).map(Self)
	}

	/// The account on every chain.
	pub fn account(self) -> AccountId {
		self.0.to_account_id()
	}

	/// The account as the ledger writes it.
	pub fn owner(self) -> Owner {
		Owner(self.account().into())
	}

	/// The key on the ledger.
	pub fn secret(self) -> SecretKey {
		SecretKey::from_seed(&self.account().into())
	}

	/// The public key on the ledger.
	pub fn key(self) -> PublicKey {
		self.secret().public_key()
	}
}
