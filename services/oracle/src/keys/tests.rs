// SPDX-License-Identifier: Apache-2.0

use super::*;
use ligature_service_kit::SecretFileError;
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

fn development(text: &str) -> KeySource {
	KeySource::Development(text.into())
}

fn file(folder: &Path, text: &str, mode: u32) -> (PathBuf, KeySource) {
	let path = folder.join("member.key");
	fs::write(&path, text).expect("writable");
	fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
	(path.clone(), KeySource::File(path))
}

/// What chains do: `sp_io::crypto::ed25519_verify` is this function of this crate.
fn chain_verifies(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
	ed25519_zebra::VerificationKey::try_from(*key)
		.is_ok_and(|key| key.verify(&ed25519_zebra::Signature::from(*signature), message).is_ok())
}

#[test]
fn development_keys_should_be_those_of_the_presets() {
	let known = [
		("//Alice", "88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"),
		("//Bob", "d17c2d7823ebf260fd138f2d7e27d114c0145d968b5ff5006125f2414fadae69"),
		("//Charlie", "439660b36c6c03afafca027b910b4fecf99801834c62a5e6006f27d978de234f"),
		("//Dave", "5e639b43e0052c47447dac87d6fd2b6ec50bdd4d0f614e4299c665249bbd09d9"),
	];
	for (secret, public) in known {
		let found = public_key(&development(secret)).expect("a development secret");
		assert_eq!(hex::encode(found), public, "{secret}");
	}
}

#[test]
fn junctions_should_be_told_apart() {
	let long = format!("//{}", "a".repeat(40));
	let secrets = ["//Alice", "//Alice//stash", "//stash//Alice", "//1", "//01x", &long];
	let mut keys: Vec<_> =
		secrets.iter().map(|text| public_key(&development(text)).expect(text)).collect();
	keys.sort_unstable();
	keys.dedup();
	assert_eq!(keys.len(), secrets.len());
	// A number is a number however it is written.
	let number = |text| public_key(&development(text)).expect("a number");
	assert_eq!(number("//1"), number("//01"));
}

#[test]
fn what_is_no_development_secret_should_be_refused() {
	for text in ["Alice", "/Alice", "//", "//Alice/soft", "//Alice///password", "////Alice", ""] {
		let error = public_key(&development(text)).expect_err(text);
		assert!(matches!(error, KeyError::NotDevelopment), "{text}");
	}
	let endless = format!("//{}", "a".repeat(64));
	assert!(public_key(&development(&endless)).is_err());
}

#[test]
fn a_key_file_should_hold_a_seed_or_a_development_secret() {
	let folder = tempfile::tempdir().expect("a folder");
	let seed = [7; 32];
	let expected = MemberKey::from_seed(&seed).public();
	let digits = hex::encode(seed);
	for text in [digits.clone(), format!("0x{digits}\n"), format!("  {digits}  ")] {
		let (_, source) = file(folder.path(), &text, 0o600);
		assert_eq!(public_key(&source).expect("a seed"), expected);
	}
	let (_, source) = file(folder.path(), "//Alice\n", 0o400);
	let alice = public_key(&development("//Alice")).expect("Alice");
	assert_eq!(public_key(&source).expect("a secret"), alice);
	for text in ["", "//", &digits[1..], "0x", "bottom drive obey"] {
		let (path, source) = file(folder.path(), text, 0o600);
		let error = public_key(&source).expect_err(text);
		assert!(matches!(&error, KeyError::Malformed { path: named } if *named == path));
		assert!(text.len() < 8 || !error.to_string().contains(text), "it repeats the secret");
		fs::remove_file(path).expect("ours");
	}
}

#[test]
fn a_key_file_that_others_can_read_should_be_refused() {
	let folder = tempfile::tempdir().expect("a folder");
	for mode in [0o644, 0o640, 0o604, 0o620, 0o666] {
		let (path, source) = file(folder.path(), &hex::encode([7; 32]), mode);
		let error = public_key(&source).expect_err("exposed");
		assert!(matches!(
			error,
			KeyError::Unread(SecretFileError::Exposed { mode: found, .. }) if found == mode
		));
		assert!(error.to_string().contains("chmod 600"), "{error}");
		let account = source.text().map(|_| ());
		assert!(matches!(account, Err(KeyError::Unread(_))), "an account's neither");
		fs::remove_file(path).expect("ours");
	}
	let missing = KeySource::File(folder.path().join("none"));
	assert!(matches!(
		public_key(&missing),
		Err(KeyError::Unread(SecretFileError::Unreadable { .. }))
	));
}

#[test]
fn a_new_key_should_be_written_once_and_for_its_owner_only() {
	let folder = tempfile::tempdir().expect("a folder");
	let path = folder.path().join("member.key");
	let key = MemberKey::create(&path).expect("a new file");
	let mode = fs::metadata(&path).expect("written").permissions().mode();
	assert_eq!(mode & 0o777, 0o600);
	assert_eq!(public_key(&KeySource::File(path.clone())).expect("a seed"), key.public());
	assert!(matches!(MemberKey::create(&path), Err(KeyError::Unwritten { .. })));
	let other = MemberKey::create(&folder.path().join("other.key")).expect("a new file");
	assert_ne!(other.public(), key.public());
}

#[test]
fn the_secret_should_not_be_shown() {
	let key = MemberKey::from_seed(&[0xAB; 32]);
	let shown = format!("{key:?}");
	assert!(shown.contains(&hex::encode(key.public())) && !shown.contains("abababab"), "{shown}");
}

#[test]
fn ownership_should_be_what_the_chain_checks() {
	let key = MemberKey::from_seed(&[1; 32]);
	let message = [b"ligature/member\0".as_slice(), &[0, 0, 0, 9], &[5; 32]].concat();
	let signature = key.ownership(NetworkId(9), &[5; 32]);
	assert!(chain_verifies(&key.public(), &message, &signature));
}

#[test]
fn what_we_count_the_chain_should_accept() {
	let mut rng = ChaCha8Rng::seed_from_u64(12);
	let (mut good, mut bad) = (0, 0);
	for _ in 0..200 {
		let key = MemberKey::from_seed(&rng.random());
		let message: [u8; 165] = core::array::from_fn(|_| rng.random());
		let mut signature = key.sign(&message);
		assert!(verifies(&key.public(), &message, &signature));
		assert!(chain_verifies(&key.public(), &message, &signature));
		// One bit flipped: whatever is still accepted here must be accepted there.
		signature[rng.random_range(0..64)] ^= 1 << rng.random_range(0..8);
		if verifies(&key.public(), &message, &signature) {
			assert!(chain_verifies(&key.public(), &message, &signature));
			good += 1;
		} else {
			bad += 1;
		}
	}
	assert_eq!((good, bad), (0, 200));
}

#[test]
fn points_of_small_order_should_be_refused_though_the_chain_takes_them() {
	// The identity as key and as R, s = 0: the equation holds for every message.
	let mut identity = [0; 32];
	identity[0] = 1;
	let mut signature = [0; 64];
	signature[0] = 1;
	assert!(chain_verifies(&identity, b"anything", &signature));
	assert!(!verifies(&identity, b"anything", &signature));
	// Odd encodings of points of small order, in all places: never more than the chain takes.
	let odd: Vec<[u8; 32]> = (0u8..=255)
		.map(|byte| {
			let mut point = [if byte & 1 == 0 { 0xFF } else { 0 }; 32];
			(point[0], point[31]) = (byte, if byte & 2 == 0 { 0x7F } else { 0x80 });
			point
		})
		.collect();
	let mut rng = ChaCha8Rng::seed_from_u64(13);
	for _ in 0..2_000 {
		let (key, r) = (*odd.choose(&mut rng).expect("many"), *odd.choose(&mut rng).expect("many"));
		let mut signature = [0; 64];
		signature[..32].copy_from_slice(&r);
		assert!(!verifies(&key, b"x", &signature) || chain_verifies(&key, b"x", &signature));
	}
}
