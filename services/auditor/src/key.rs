// SPDX-License-Identifier: Apache-2.0

//! The guardian's key.

use ligature_chain::Signer;
use ligature_service_kit::{SecretFileError, read_secret};
use serde::Deserialize;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum KeySource {
	/// A file that only its owner can read (mode 0600 or 0400), with a phrase, or `0x` and a seed.
	File(PathBuf),
	/// A secret that everybody knows, as `//Bob`: for development only.
	Development(String),
}

/// Why there is no key. No error repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
	/// The file cannot be read, or others can read it.
	#[error("the guardian's key: {0}")]
	File(#[from] SecretFileError),
	/// It is no secret.
	#[error("the guardian's key: {0}")]
	Secret(ligature_chain::ChainError),
	/// It is not a development secret.
	#[error("not a development secret: write // and a name, as in //Bob")]
	NotDevelopment,
}

impl KeySource {
	/// The key.
	///
	/// # Errors
	///
	/// [`KeyError`].
	pub fn signer(&self) -> Result<Signer, KeyError> {
		let text = match self {
			Self::Development(text) if text.starts_with("//") => Zeroizing::new(text.clone()),
			Self::Development(_) => return Err(KeyError::NotDevelopment),
			Self::File(path) => read_secret(path)?,
		};
		Signer::from_suri(&text).map_err(KeyError::Secret)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		fs::{self, Permissions},
		os::unix::fs::PermissionsExt,
	};

	#[test]
	fn a_key_should_come_from_a_file_that_nobody_else_can_read() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("guardian.key");
		let source = KeySource::File(path.clone());
		assert!(matches!(source.signer(), Err(KeyError::File(SecretFileError::Unreadable { .. }))));
		fs::write(&path, "//Bob\n").expect("writable");
		fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("our file");
		assert!(matches!(
			source.signer(),
			Err(KeyError::File(SecretFileError::Exposed { mode: 0o644, .. }))
		));
		fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("our file");
		let bob = KeySource::Development("//Bob".into()).signer().expect("a secret");
		assert_eq!(source.signer().expect("a key").account(), bob.account());
		fs::write(&path, "no such words").expect("writable");
		let error = source.signer().expect_err("no secret").to_string();
		assert!(!error.contains("words\""), "{error}");
		let words = KeySource::Development("bob".into()).signer();
		assert!(matches!(words, Err(KeyError::NotDevelopment)));
	}
}
