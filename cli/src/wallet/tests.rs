// SPDX-License-Identifier: Apache-2.0

//! Wallet files: who can read them, that none is lost, and what a damaged one says.

use std::{
	fs,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
};

use subxt_signer::DEV_PHRASE;
use zeroize::Zeroizing;

use super::{
	Wallet,
	file::{WalletFile, locate},
};
use crate::failure::Failure;

fn no_password() -> Result<Zeroizing<String>, Failure> {
	panic!("no password is asked for")
}

fn password(text: &str) -> impl FnOnce() -> Result<Zeroizing<String>, Failure> {
	let text = Zeroizing::new(text.to_owned());
	move || Ok(text)
}

/// A folder, and a wallet in it.
fn kept(suri: &str, password: Option<&str>) -> (tempfile::TempDir, PathBuf) {
	let folder = tempfile::tempdir().expect("a folder");
	let path = folder.path().join("deep/down/wallet.json");
	WalletFile::new(suri, password).expect("a secret").create(&path).expect("it can be written");
	(folder, path)
}

/// Replaces a text in a file that may not be readable by others.
fn change(path: &Path, from: &str, to: &str) {
	let text = fs::read_to_string(path).expect("it is there");
	assert!(text.contains(from), "{text}");
	fs::write(path, text.replacen(from, to, 1)).expect("it can be written");
}

fn error(path: &Path) -> String {
	let opened = WalletFile::read(path).and_then(|file| file.open(path, password("pass")));
	opened.expect_err("it is refused").to_string()
}

#[test]
fn new_keys_should_differ_and_come_back_from_their_phrase() {
	let (first, phrase) = Wallet::generate().expect("randomness");
	let (second, other) = Wallet::generate().expect("randomness");
	assert!(first.owner() != second.owner() && first.key() != second.key() && *phrase != *other);
	assert_eq!(phrase.split(' ').count(), 12);
	let again = Wallet::from_suri(&phrase).expect("a phrase");
	assert_eq!((again.owner(), again.key()), (first.owner(), first.key()));
	assert_eq!(format!("{again:?}"), format!("Wallet(of {})", first.owner()));
	assert!(Wallet::from_suri("").is_err());
}

#[test]
fn a_file_should_give_the_keys_back_and_be_its_owners_alone() {
	for locked in [None, Some("pass")] {
		let (_folder, path) = kept("//Alice//stash", locked);
		let mode = fs::metadata(&path).expect("it is there").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
		let neighbours =
			fs::read_dir(path.parent().expect("a folder")).expect("it is there").count();
		assert_eq!(neighbours, 1, "nothing else is left behind");
		let file = WalletFile::read(&path).expect("it can be read");
		assert_eq!(file.is_locked(), locked.is_some());
		let wallet = match locked {
			Some(text) => file.open(&path, password(text)),
			None => file.open(&path, no_password),
		};
		let wallet = wallet.expect("it opens");
		let same = Wallet::from_suri("//Alice//stash").expect("a secret");
		assert_eq!((wallet.owner(), wallet.key()), (same.owner(), same.key()));
		assert_eq!(
			(file.address.clone(), file.key(&path).expect("a key")),
			(same.address(), same.key())
		);
	}
}

#[test]
fn a_locked_file_should_not_have_the_phrase() {
	let (_folder, path) = kept(DEV_PHRASE, Some("horse"));
	let text = fs::read_to_string(&path).expect("it is there");
	assert!(!text.contains("lake") && !text.contains("horse"), "{text}");
	let file = WalletFile::read(&path).expect("it can be read");
	let error = file.open(&path, password("Horse")).expect_err("another password").to_string();
	assert!(error.contains("the password does not open the wallet"), "{error}");
}

#[test]
fn a_wallet_should_never_be_overwritten() {
	let (_folder, path) = kept("//Alice", None);
	let before = fs::read(&path).expect("it is there");
	let error = WalletFile::new("//Bob", None).expect("a secret").create(&path);
	let error = error.expect_err("there is one").to_string();
	assert!(
		error.contains("there is a wallet already") && error.contains("never overwritten"),
		"{error}"
	);
	assert_eq!(fs::read(&path).expect("it is there"), before);
}

#[test]
fn what_others_can_read_should_be_refused() {
	let (_folder, path) = kept("//Alice", None);
	fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
	let refused = error(&path);
	assert!(refused.contains("others can read") && refused.contains("mode 644"), "{refused}");
	// Under a password that is no danger.
	let (_folder, path) = kept("//Alice", Some("pass"));
	fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
	assert!(WalletFile::read(&path).is_ok());
}

#[test]
fn a_damaged_file_should_be_refused_by_what_is_wrong() {
	let bob = Wallet::from_suri("//Bob").expect("a secret");
	let alice = Wallet::from_suri("//Alice").expect("a secret");
	let changes: [(&str, &str, &str); 5] = [
		("{", "", "line 2: it is no wallet"),
		("\"version\": 1", "\"version\": 2", "it has version 2"),
		("//Alice", "//Bob", "other keys than it names"),
		("//Alice", "0x12", "its phrase is none"),
		(&alice.address(), &bob.address(), "other keys than it names"),
	];
	for (from, to, what) in changes {
		let (_folder, path) = kept("//Alice", None);
		change(&path, from, to);
		let refused = error(&path);
		assert!(refused.contains("is damaged") && refused.contains(what), "{what}: {refused}");
		assert!(!refused.contains("//"), "no secret is shown: {refused}");
	}
	// A lock that was put under somebody else's name does not open.
	let (_folder, path) = kept("//Alice", Some("pass"));
	change(&path, &alice.owner().to_string(), &bob.owner().to_string());
	assert!(error(&path).contains("the password does not open"));
	let (folder, path) = kept("//Alice", None);
	fs::write(&path, []).expect("it can be written");
	assert!(error(&path).contains("is damaged"));
	assert!(error(&folder.path().join("none.json")).contains("there is no wallet"));
}

#[test]
fn a_wallet_should_be_named_or_be_a_path() {
	assert_eq!(locate("./a b").expect("a path"), Path::new("./a b"));
	assert_eq!(locate("my.json").expect("a path"), Path::new("my.json"));
	assert!(locate("main-2").expect("a name").ends_with("ligature/wallets/main-2.json"));
	for bad in ["", "..", "a b", "é"] {
		let error = locate(bad).expect_err("no name").to_string();
		assert!(error.contains("is not the name of a wallet"), "{error}");
	}
}
