// SPDX-License-Identifier: Apache-2.0

//! The guardian's key.

use ligature_chain::Signer;
use serde::Deserialize;
use std::{
	fs::File,
	io::{self, Read},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Longest file of a secret that is read, in bytes.
const MAX_FILE: u64 = 4_096;

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
	/// The file cannot be read.
	#[error("cannot read the guardian's key {}: {source}", path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Others can read it.
	#[error("others can read the guardian's key {0} (mode {mode:o}): chmod 600 {0}", path.display())]
	Exposed {
		/// The file.
		path: PathBuf,
		/// Its mode.
		mode: u32,
	},
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
			Self::File(path) => read(path)?,
		};
		Signer::from_suri(&text).map_err(KeyError::Secret)
	}
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
	let failed = |source| KeyError::File { path: path.into(), source };
	let file = File::open(path).map_err(failed)?;
	let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
	if mode & 0o077 != 0 {
		return Err(KeyError::Exposed { path: path.into(), mode });
	}
	let mut text = Zeroizing::new(String::new());
	file.take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
	Ok(Zeroizing::new(text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs::{self, Permissions};

	#[test]
	fn a_key_should_come_from_a_file_that_nobody_else_can_read() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("guardian.key");
		let source = KeySource::File(path.clone());
		assert!(matches!(source.signer(), Err(KeyError::File { .. })));
		fs::write(&path, "//Bob\n").expect("writable");
		fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("our file");
		assert!(matches!(source.signer(), Err(KeyError::Exposed { mode: 0o644, .. })));
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
