// SPDX-License-Identifier: Apache-2.0

//! Who signs.

use crate::{error::ChainError, types::AccountId};
use std::{fmt, str::FromStr, sync::Arc};
use subxt::utils::AccountId32;
use subxt_signer::{SecretUri, sr25519::Keypair};

/// An sr25519 key pair. `Debug` shows the address only.
#[derive(Clone)]
pub struct Signer {
	pair: Arc<Keypair>,
	account: AccountId,
}

impl Signer {
	/// The key of a secret URI: `//Alice`, `word word … word//path///password`, or `0x` and 64 digits of a seed.
	///
	/// # Errors
	///
	/// [`ChainError::Secret`], which does not repeat the secret.
	pub fn from_suri(suri: &str) -> Result<Self, ChainError> {
		// The errors of the parser name positions and words at most by their place; they are not shown all the same.
		let suri = suri.trim();
		if suri.is_empty() {
			// Other tools take it for the development phrase, whose secret everybody knows.
			return Err(ChainError::Secret("it is empty".into()));
		}
		let uri =
			SecretUri::from_str(suri).map_err(|_| ChainError::Secret("not a secret URI".into()))?;
		let pair = Keypair::from_uri(&uri).map_err(|error| {
			let reason = match error {
				subxt_signer::sr25519::Error::Phrase(_) => "these words are no phrase of BIP 39",
				subxt_signer::sr25519::Error::Hex(_) => "the seed is not hexadecimal",
				_ => "no key comes of it",
			};
			ChainError::Secret(reason.into())
		})?;
		let account = pair.public_key().0;
		Ok(Self { pair: Arc::new(pair), account })
	}

	/// The account: the public key.
	pub fn account(&self) -> AccountId {
		self.account
	}

	/// The account as people write it: SS58 with prefix 42.
	pub fn address(&self) -> String {
		address(&self.account)
	}

	/// Signs bytes, in the context `substrate`.
	pub fn sign(&self, message: &[u8]) -> [u8; 64] {
		self.pair.sign(message).0
	}

	pub(crate) fn pair(&self) -> &Keypair {
		&self.pair
	}
}

impl fmt::Debug for Signer {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_tuple("Signer").field(&self.address()).finish()
	}
}

/// An account as people write it: SS58 with prefix 42.
pub fn address(account: &AccountId) -> String {
	AccountId32(*account).to_string()
}

/// The account of an address: SS58 with any prefix, or `0x` and 64 digits.
///
/// # Errors
///
/// [`ChainError::Decode`] if it is neither.
pub fn parse_address(text: &str) -> Result<AccountId, ChainError> {
	let text = text.trim();
	let bad = |reason: String| ChainError::decode(format!("the address {text:?}"), reason);
	if let Some(digits) = text.strip_prefix("0x") {
		let bytes = hex::decode(digits).map_err(|error| bad(error.to_string()))?;
		return bytes.try_into().map_err(|_| bad("an account has 32 bytes".into()));
	}
	AccountId32::from_str(text).map(|account| account.0).map_err(|error| bad(error.to_string()))
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn alice_should_have_her_address() {
		let alice = Signer::from_suri("//Alice").expect("a secret");
		assert_eq!(alice.address(), ALICE);
		assert_eq!(parse_address(ALICE), Ok(alice.account()));
		let digits = format!("0x{}", hex::encode(alice.account()));
		assert_eq!(parse_address(&digits), Ok(alice.account()));
		assert_eq!(format!("{alice:?}"), format!("Signer({ALICE:?})"));
	}

	#[test]
	fn words_and_paths_should_give_the_keys_that_others_derive() {
		// The phrase behind `//Alice`, and the key that the tools of the SDK print for it.
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		let alice = Signer::from_suri(&format!("{phrase}//Alice")).expect("a secret");
		assert_eq!(alice.address(), ALICE);
		let root = Signer::from_suri(phrase).expect("a secret");
		assert_eq!(root.address(), "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV");
		let stash = Signer::from_suri("//Alice//stash").expect("a secret");
		assert_eq!(stash.address(), "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY");
		let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		assert_eq!(Signer::from_suri(seed).expect("a seed").address(), ALICE);
	}

	#[test]
	fn a_signature_should_verify_and_bind_the_message() {
		use subxt_signer::sr25519::{PublicKey, Signature, verify};
		let alice = Signer::from_suri("//Alice").expect("a secret");
		let signature = Signature(alice.sign(b"message"));
		let key = || PublicKey(alice.account());
		assert!(verify(&signature, b"message", &key()));
		assert!(!verify(&signature, b"massage", &key()));
	}

	#[test]
	fn what_is_no_secret_should_be_refused_without_repeating_it() {
		for text in ["correct horse battery staple", "0x12zz", "0x1234", ""] {
			let error = Signer::from_suri(text).map(|signer| signer.address()).expect_err(text);
			assert!(matches!(error, ChainError::Secret(_)), "{error:?}");
			assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
		}
	}

	#[test]
	fn what_is_no_address_should_be_refused() {
		let wrong_checksum = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ";
		for text in [wrong_checksum, "0x1234", "0xzz", "Alice", ""] {
			assert!(matches!(parse_address(text), Err(ChainError::Decode { .. })), "{text}");
		}
	}
}
