// SPDX-License-Identifier: Apache-2.0

//! Where a secret is.

use super::suri;
use ligature_service_kit::{SecretFileError, read_secret};
use serde::{Deserialize, Serialize};
use std::{
	fs::OpenOptions,
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum KeySource {
	/// A file that only its owner can read (mode 0600 or 0400). A member's holds the seed: 64 hexadecimal digits. An
	/// account's may hold any secret that wallets know: a phrase, `0x` and a seed, with a path behind it.
	File(PathBuf),
	/// A secret that everybody knows, as `//Alice`: for development only.
	Development(String),
}

/// Why there is no key. No error repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
	/// The file cannot be read, or others can read it.
	#[error(transparent)]
	Unread(#[from] SecretFileError),
	/// The file cannot be made.
	#[error("cannot write the key file {}: {source}", path.display())]
	Unwritten {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// It holds no seed.
	#[error("the key file {} holds no seed: 64 hexadecimal digits, or //NAME for development", path.display())]
	Malformed {
		/// The file.
		path: PathBuf,
	},
	/// It is not a development secret.
	#[error("not a development secret of ed25519: write // and a name, as in //Alice")]
	NotDevelopment,
	/// It is no secret of an account.
	#[error(
		"the account's secret is malformed: a phrase, 0x and 64 digits, or //NAME for development"
	)]
	BadAccount,
}

impl KeySource {
	/// A member's seed.
	pub(super) fn seed(&self) -> Result<Zeroizing<[u8; 32]>, KeyError> {
		match self {
			Self::Development(text) => suri::seed(text).ok_or(KeyError::NotDevelopment),
			Self::File(path) => {
				let text = read_secret(path)?;
				let digits = text.strip_prefix("0x").unwrap_or(&text);
				let mut seed = Zeroizing::new([0; 32]);
				match hex::decode_to_slice(digits, seed.as_mut()) {
					Ok(()) => Some(seed),
					Err(_) => suri::seed(&text),
				}
				.ok_or_else(|| KeyError::Malformed { path: path.clone() })
			},
		}
	}

	/// The text of the secret, for an account of the chains.
	pub(crate) fn text(&self) -> Result<Zeroizing<String>, KeyError> {
		match self {
			Self::Development(text) if text.starts_with("//") => Ok(Zeroizing::new(text.clone())),
			Self::Development(_) => Err(KeyError::NotDevelopment),
			Self::File(path) => Ok(read_secret(path)?),
		}
	}
}

/// Writes a seed to a new file.
pub(super) fn write(path: &Path, seed: &[u8; 32]) -> Result<(), KeyError> {
	let failed = |source| KeyError::Unwritten { path: path.into(), source };
	let mut file =
		OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
	let text = Zeroizing::new(format!("0x{}\n", hex::encode(seed)));
	file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
