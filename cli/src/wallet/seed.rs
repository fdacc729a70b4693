// SPDX-License-Identifier: Apache-2.0

//! The seed of the ledger's key, from the secret URI that makes the account (section 4 of `docs/protocol.md`).
//!
//! sr25519 signatures are randomised, so no signature can stand for the account's secret. The seed follows from the
//! same entropy instead: whoever has the phrase has both keys again.

use std::str::FromStr;

use ligature_primitives::{digest::blake2, keys::SEED_BYTES};
use subxt_signer::{DeriveJunction, ExposeSecret, SecretUri, bip39, bip39::Mnemonic};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The tag of the hash.
const TAG: &str = "ligature/seed/2";

/// What a secret URI is.
pub const HELP: &str = "a secret is a phrase of 12, 15, 18, 21 or 24 words of the English list of BIP-39, or 0x and \
	64 hexadecimal digits; a path as //hard/soft may follow";

/// The seed: `blake2("ligature/seed/2", root ‖ per junction: kind u8 ‖ 32 bytes ‖ if there is a password: 2 ‖ it)`,
/// root = `0 ‖ length u8 ‖ entropy` of a phrase, or `1 ‖ 32 bytes`; kind 0 = soft, 1 = hard.
pub fn of_suri(suri: &str) -> Result<Zeroizing<[u8; SEED_BYTES]>, Failure> {
	let uri = SecretUri::from_str(suri)
		.map_err(|_| Failure::input("the secret URI has characters that no secret has", HELP))?;
	let mut input = Zeroizing::new(Vec::with_capacity(1_024));
	let phrase = uri.phrase.expose_secret();
	match phrase.strip_prefix("0x") {
		Some(digits) => {
			let mut bytes = Zeroizing::new([0; SEED_BYTES]);
			hex::decode_to_slice(digits, &mut bytes[..]).map_err(|error| {
				Failure::input(format!("the secret seed is none: {error}"), HELP)
			})?;
			input.push(1);
			input.extend(&bytes[..]);
		},
		None => {
			let entropy = Zeroizing::new(mnemonic(phrase)?.to_entropy());
			input.push(0);
			input.push(u8::try_from(entropy.len()).expect("at most 32 bytes; qed"));
			input.extend(&entropy[..]);
		},
	}
	for junction in &uri.junctions {
		input.push(match junction {
			DeriveJunction::Soft(_) => 0,
			DeriveJunction::Hard(_) => 1,
		});
		input.extend(junction.inner());
	}
	if let Some(password) = &uri.password {
		input.push(2);
		input.extend(password.expose_secret().as_bytes());
	}
	Ok(Zeroizing::new(blake2(TAG, &[&input])))
}

/// Reads a phrase. The error says which word is wrong by its place: never the word itself.
pub fn mnemonic(phrase: &str) -> Result<Mnemonic, Failure> {
	Mnemonic::parse_in(bip39::Language::English, phrase).map_err(|error| {
		let what = match error {
			bip39::Error::UnknownWord(place) => {
				format!("word {} of the phrase is not in the list of BIP-39", place + 1)
			},
			bip39::Error::BadWordCount(count) => format!("the phrase has {count} words"),
			bip39::Error::InvalidChecksum => {
				"the phrase's words do not belong together: the checksum is wrong".into()
			},
			error => format!("the phrase is refused: {error}"),
		};
		Failure::input(what, HELP)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt_signer::DEV_PHRASE;

	fn seed(suri: &str) -> [u8; SEED_BYTES] {
		*of_suri(suri).expect("a secret")
	}

	#[test]
	fn the_seed_should_be_that_of_the_document() {
		// The entropy of the development phrase, and the junction "Alice", whose bytes stand for themselves after
		// their length in SCALE.
		let entropy = Mnemonic::parse(DEV_PHRASE).expect("a phrase").to_entropy();
		assert_eq!(entropy.len(), 16);
		let mut junction = [0; 32];
		junction[0] = 5 << 2;
		junction[1..6].copy_from_slice(b"Alice");
		let parts: [&[u8]; 4] = [&[0, 16], &entropy, &[1], &junction];
		assert_eq!(seed("//Alice"), blake2("ligature/seed/2", &parts));
		assert_eq!(seed(&format!("{DEV_PHRASE}//Alice")), seed("//Alice"));
		let bytes = [7; 32];
		let parts: [&[u8]; 3] = [&[1], &bytes, b"\x02secret"];
		let suri = format!("0x{}///secret", hex::encode(bytes));
		assert_eq!(seed(&suri), blake2("ligature/seed/2", &parts));
	}

	#[test]
	fn every_part_of_the_secret_should_change_the_seed() {
		let suris = ["//Alice", "/Alice", "//Alice//Alice", "//Alice///p", "//Bob", DEV_PHRASE];
		let mut seeds: Vec<_> = suris.into_iter().map(seed).collect();
		seeds.sort_unstable();
		seeds.dedup();
		assert_eq!(seeds.len(), suris.len());
	}

	#[test]
	fn a_bad_secret_should_be_refused_without_being_shown() {
		let wrong = DEV_PHRASE.replace("lake", "loch");
		let error = of_suri(&wrong).expect_err("not in the list").to_string();
		assert!(error.contains("word 4 of the phrase") && !error.contains("loch"), "{error}");
		let error = of_suri(&DEV_PHRASE[..60]).expect_err("too few").to_string();
		assert!(error.contains("the phrase has 10 words"), "{error}");
		let swapped = DEV_PHRASE.replace("bottom drive", "drive bottom");
		assert!(
			of_suri(&swapped).expect_err("checksum").to_string().contains("the checksum is wrong")
		);
		for bad in ["0x00", "0xgg", "a-b", "€"] {
			assert!(of_suri(bad).is_err(), "{bad}");
		}
	}
}
