// SPDX-License-Identifier: Apache-2.0

//! Wallet files: JSON, readable by their owner only, written at once and never overwritten.
//!
//! The public part can be read without a password. The secret is the phrase, plain or locked.

use std::{
	fs, io,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
};

use ligature_primitives::{ids::Owner, keys::PublicKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
	Wallet,
	lock::{LockError, Locked},
};
use crate::{endpoints::user_folder, failure::Failure};

/// The version of the format.
const VERSION: u32 = 1;

/// What a wallet file says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WalletFile {
	version: u32,
	/// The account on the chains, as SS58.
	pub address: String,
	/// The same as 32 bytes: the owner on the ledger.
	pub owner: String,
	/// The key on the ledger.
	pub key: String,
	secret: Secret,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Secret {
	/// Whoever can read the file has it.
	Phrase(Phrase),
	/// Under a password.
	Locked(Locked),
}

/// A phrase that leaves no trace in memory, nor in logs.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct Phrase(String);

impl std::fmt::Debug for Phrase {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("(secret)")
	}
}

/// The folder of wallets that are known by name.
pub fn folder() -> PathBuf {
	user_folder("XDG_CONFIG_HOME", ".config").join("ligature/wallets")
}

/// Where a wallet lies: a path if it has a slash or ends in `.json`, else a name in [`folder`].
///
/// # Errors
///
/// [`Failure::Input`] for a name that is none.
pub fn locate(wallet: &str) -> Result<PathBuf, Failure> {
	if wallet.contains('/') || wallet.ends_with(".json") {
		return Ok(wallet.into());
	}
	let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
	if wallet.is_empty() || !wallet.chars().all(allowed) {
		return Err(Failure::input(
			format!("`{wallet}` is not the name of a wallet"),
			"a name has letters, digits, - and _; a path has a / or ends in .json",
		));
	}
	Ok(folder().join(format!("{wallet}.json")))
}

impl WalletFile {
	/// The file of a phrase (or another secret URI), locked if there is a password.
	///
	/// # Errors
	///
	/// [`Failure::Input`] if it is no secret.
	pub fn new(suri: &str, password: Option<&str>) -> Result<Self, Failure> {
		let wallet = Wallet::from_suri(suri)?;
		let (address, owner) = (wallet.address(), wallet.owner());
		let secret = match password {
			Some(password) => Secret::Locked(Locked::new(suri, password, &bound(owner))?),
			None => Secret::Phrase(Phrase(suri.into())),
		};
		Ok(Self {
			version: VERSION,
			address,
			owner: owner.to_string(),
			key: wallet.key().to_string(),
			secret,
		})
	}

	/// Writes a file that was not there: whole or not at all, for its owner only. Folders are made.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] if there is one already, or it cannot be written.
	pub fn create(&self, path: &Path) -> Result<(), Failure> {
		let cannot = |error: io::Error| match error.kind() {
			io::ErrorKind::AlreadyExists => Failure::failed(
				format!("there is a wallet already: {}", path.display()),
				"wallets are never overwritten: choose another name, or move that file away yourself",
			),
			_ => Failure::failed(
				format!("cannot write the wallet {}: {error}", path.display()),
				"name a file in a folder that can be written to with --wallet",
			),
		};
		let folder = match path.parent() {
			Some(folder) if folder != Path::new("") => folder,
			_ => Path::new("."),
		};
		fs::create_dir_all(folder).map_err(cannot)?;
		// Readable by nobody else from the beginning, and on disk before it has its name.
		let mut file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
		let mut text =
			Zeroizing::new(serde_json::to_vec_pretty(self).map_err(|error| cannot(error.into()))?);
		text.push(b'\n');
		io::Write::write_all(&mut file, &text).map_err(cannot)?;
		file.as_file().sync_all().map_err(cannot)?;
		file.persist_noclobber(path).map_err(|error| cannot(error.error))?;
		fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot)
	}

	/// Reads a file.
	///
	/// # Errors
	///
	/// [`Failure::Failed`] if there is none or it cannot be read, [`Failure::Check`] if it is damaged, or others can
	/// read it though it is not locked.
	pub fn read(path: &Path) -> Result<Self, Failure> {
		let text = match fs::read(path) {
			Ok(text) => Zeroizing::new(text),
			Err(error) if error.kind() == io::ErrorKind::NotFound => {
				return Err(Failure::failed(
					format!("there is no wallet {}", path.display()),
					"make one with `ligature wallet new`, or name another with --wallet",
				));
			},
			Err(error) => {
				return Err(Failure::failed(
					format!("cannot read the wallet {}: {error}", path.display()),
					"look who owns the file, or name another with --wallet",
				));
			},
		};
		let file: Self = serde_json::from_slice(&text)
			.map_err(|error| damaged(path, &format!("line {}: it is no wallet", error.line())))?;
		if file.version != VERSION {
			let what = format!("it has version {}, this program knows {VERSION}", file.version);
			return Err(damaged(path, &what));
		}
		let mode = fs::metadata(path)?.permissions().mode() & 0o777;
		if matches!(file.secret, Secret::Phrase(_)) && mode & 0o077 != 0 {
			return Err(Failure::check(
				format!("others can read the wallet {} (mode {mode:03o})", path.display()),
				format!(
					"if nobody has: chmod 600 {}; else move the funds to a new wallet",
					path.display()
				),
				"",
			));
		}
		Ok(file)
	}

	/// Whether the phrase is locked.
	pub fn is_locked(&self) -> bool {
		matches!(self.secret, Secret::Locked(_))
	}

	/// The secret URI; `password` is asked if it is locked.
	///
	/// # Errors
	///
	/// [`Failure::Check`] for a wrong password or a damaged file.
	pub fn secret(
		&self,
		path: &Path,
		password: impl FnOnce() -> Result<Zeroizing<String>, Failure>,
	) -> Result<Zeroizing<String>, Failure> {
		match &self.secret {
			Secret::Phrase(phrase) => Ok(Zeroizing::new(phrase.0.clone())),
			Secret::Locked(locked) => {
				let owner: [u8; 32] = self
					.owner
					.strip_prefix("0x")
					.and_then(|digits| hex::decode(digits).ok()?.try_into().ok())
					.ok_or_else(|| damaged(path, "the owner is no account"))?;
				locked.open(&password()?, &bound(Owner(owner))).map_err(|error| match error {
					LockError::WrongPassword => Failure::check(
						format!("the password does not open the wallet {}", path.display()),
						"try again; without the password only the phrase brings the wallet back",
						"",
					),
					LockError::Malformed(what) => damaged(path, &what),
				})
			},
		}
	}

	/// The keys.
	///
	/// # Errors
	///
	/// As [`WalletFile::secret`], and if they are not those that the file names.
	pub fn open(
		&self,
		path: &Path,
		password: impl FnOnce() -> Result<Zeroizing<String>, Failure>,
	) -> Result<Wallet, Failure> {
		let suri = self.secret(path, password)?;
		let wallet = Wallet::from_suri(&suri).map_err(|_| damaged(path, "its phrase is none"))?;
		let named = (wallet.address(), wallet.owner().to_string(), wallet.key().to_string());
		if named != (self.address.clone(), self.owner.clone(), self.key.clone()) {
			return Err(damaged(path, "its phrase makes other keys than it names"));
		}
		Ok(wallet)
	}

	/// The key on the ledger, as the file names it.
	///
	/// # Errors
	///
	/// [`Failure::Check`] if it is none.
	pub fn key(&self, path: &Path) -> Result<PublicKey, Failure> {
		self.key.parse().map_err(|_| damaged(path, "the key is none"))
	}
}

/// What a lock is bound to: whose it is. A file whose public part was exchanged does not open.
fn bound(owner: Owner) -> Vec<u8> {
	[b"ligature/wallet/1".as_slice(), &owner.0].concat()
}

fn damaged(path: &Path, what: &str) -> Failure {
	Failure::check(
		format!("the wallet {} is damaged: {what}", path.display()),
		"bring the file back from a copy, or import the phrase into a new wallet: `ligature wallet import`",
		"",
	)
}
