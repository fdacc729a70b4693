// SPDX-License-Identifier: Apache-2.0

//! A user's keys: the sr25519 account on the chains, and the key on the ledger. Both come from one phrase.
//!
//! | file | what |
//! |---|---|
//! | `seed` | how the ledger's key follows from the phrase |
//! | `file` | the wallet file: written once, never overwritten |
//! | `lock` | the phrase under a password |

use std::fmt;

use ligature_chain::Signer;
use ligature_primitives::{
	ids::Owner,
	keys::{PublicKey, SecretKey},
};
use subxt_signer::bip39::Mnemonic;
use zeroize::Zeroizing;

use crate::failure::Failure;

pub mod address;
pub mod file;
mod lock;
mod seed;
#[cfg(test)]
mod tests;

/// Bytes of entropy of a new phrase: 12 words.
const ENTROPY: usize = 16;

/// A user's keys.
#[derive(Clone)]
pub struct Wallet {
	signer: Signer,
	secret: std::sync::Arc<SecretKey>,
}

impl Wallet {
	/// The keys of a secret URI: a phrase of BIP-39 or `0x` and 64 digits, then a path (`//hard/soft`), then `///` and
	/// a password; without a phrase that of the well-known development accounts, as in `//Alice`.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if it is none. The message has no part of the secret.
	pub fn from_suri(suri: &str) -> Result<Self, Failure> {
		let secret = SecretKey::from_seed(&*seed::of_suri(suri)?);
		let signer = Signer::from_suri(suri).map_err(|error| {
			Failure::input(format!("the secret URI makes no account: {error}"), seed::HELP)
		})?;
		Ok(Self { signer, secret: secret.into() })
	}

	/// New keys, and their phrase of 12 words.
	///
	/// # Errors
	///
	/// If the system has no randomness.
	pub fn generate() -> Result<(Self, Zeroizing<String>), Failure> {
		let mut entropy = Zeroizing::new([0; ENTROPY]);
		getrandom::fill(&mut entropy[..]).map_err(std::io::Error::from)?;
		let phrase = Mnemonic::from_entropy(&entropy[..]).expect("16 bytes make 12 words; qed");
		let phrase = Zeroizing::new(phrase.to_string());
		Ok((Self::from_suri(&phrase)?, phrase))
	}

	/// The owner of this wallet's accounts on the ledger: the account on every chain.
	pub fn owner(&self) -> Owner {
		Owner(self.signer.account())
	}

	/// The account as SS58, with the prefix of Substrate.
	pub fn address(&self) -> String {
		self.signer.address()
	}

	/// What signs on the chains.
	pub fn signer(&self) -> &Signer {
		&self.signer
	}

	/// What signs on the ledger.
	pub fn secret(&self) -> &SecretKey {
		&self.secret
	}

	/// The key on the ledger.
	pub fn key(&self) -> PublicKey {
		self.secret.public_key()
	}
}

/// No secrets.
impl fmt::Debug for Wallet {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Wallet(of {})", self.owner())
	}
}
