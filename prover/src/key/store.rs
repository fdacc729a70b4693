// SPDX-License-Identifier: Apache-2.0

//! The folder in which keys are kept.

use super::{KeyError, ProvingKey};
use ligature_circuits::r1cs::{Circuit, Shape};
use std::{
	env, fs, io,
	path::{Path, PathBuf},
	sync::Arc,
	time::{SystemTime, UNIX_EPOCH},
};

/// Names the folder for keys, where it is not the usual one.
const VARIABLE: &str = "LIGATURE_KEYS";

/// A folder with proving keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStore {
	folder: PathBuf,
}

/// How a key was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
	/// It was there.
	Loaded,
	/// It was made, and kept for the next time.
	Generated,
	/// What was there could not be used and was replaced.
	Replaced,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// No place for keys is known.
	#[error("there is no folder for keys: set LIGATURE_KEYS, XDG_CACHE_HOME or HOME")]
	NoFolder,
	/// The key cannot be read.
	#[error("{path}: {source}", path = path.display())]
	Read {
		/// The file.
		path: PathBuf,
		/// Why.
		source: KeyError,
	},
	/// The key cannot be written.
	#[error(
		"{path}: the proving key cannot be written: {source}; \
		 set LIGATURE_KEYS to a folder that can be written to and has room",
		path = path.display()
	)]
	Write {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

impl KeyStore {
	/// A folder, which is made when the first key comes.
	pub fn new(folder: impl Into<PathBuf>) -> Self {
		Self { folder: folder.into() }
	}

	/// The folder that `LIGATURE_KEYS` names, else `ligature/keys` in the user's cache folder.
	///
	/// # Errors
	///
	/// If the environment names neither.
	pub fn from_environment() -> Result<Self, StoreError> {
		let variable =
			|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
		let cache = || {
			variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
		};
		variable(VARIABLE)
			.or_else(|| cache().map(|cache| cache.join("ligature").join("keys")))
			.map(Self::new)
			.ok_or(StoreError::NoFolder)
	}

	/// Where the keys lie.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// The file of a circuit's development key. Its name says what it is worth, and which circuit's it is.
	pub fn development_path(&self, circuit: &str, digest: &[u8; 32]) -> PathBuf {
		let name: String = circuit
			.chars()
			.map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
			.collect();
		let digits: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
		self.folder.join(format!("INSECURE-development-{name}-{digits}.key"))
	}

	/// The development key of a circuit: read, or made and kept. A file that is damaged is replaced, with a warning
	/// in the log: the same key can always be made again.
	///
	/// The matrices are not kept but written down again from the circuit, which takes a fraction of the
	/// time that reading the points takes, and proves that the key fits the circuit as this program has it.
	///
	/// # Errors
	///
	/// If the file can be neither read nor written.
	pub fn development(
		&self,
		circuit: &(impl Circuit + ?Sized),
	) -> Result<(ProvingKey, Found), StoreError> {
		let name = circuit.name();
		let matrices = Arc::new(Shape::of(circuit).matrices);
		let path = self.development_path(&name, &matrices.digest());
		let found = match fs::exists(&path) {
			Ok(true) => match ProvingKey::open(&path, name.clone(), matrices.clone()) {
				Ok(key) => return Ok((key, Found::Loaded)),
				Err(source @ KeyError::Io(_)) => return Err(StoreError::Read { path, source }),
				Err(error) => {
					log::warn!("{}: {error}. It is being made anew.", path.display());
					Found::Replaced
				},
			},
			Ok(false) => Found::Generated,
			Err(source) => return Err(StoreError::Read { path, source: KeyError::Io(source) }),
		};
		let key = ProvingKey::insecure_development(name.clone(), matrices.clone());
		if let Err(source) = self.keep(&key, &path) {
			return Err(StoreError::Write { path, source });
		}
		// From here on it is the file's, and takes no memory.
		drop(key);
		match ProvingKey::open(&path, name, matrices) {
			Ok(key) => Ok((key, found)),
			Err(source) => Err(StoreError::Read { path, source }),
		}
	}

	/// Writes under another name first: who reads at the same time never sees half a key.
	fn keep(&self, key: &ProvingKey, path: &Path) -> io::Result<()> {
		fs::create_dir_all(&self.folder)?;
		let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
		let temporary = path.with_extension(format!("{}-{now}.tmp", std::process::id()));
		let written = fs::File::create_new(&temporary).and_then(|file| {
			let mut writer = io::BufWriter::with_capacity(1 << 20, file);
			key.write(&mut writer)?;
			let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
			file.sync_all()?;
			fs::rename(&temporary, path)
		});
		if written.is_err() {
			// The first error is the one that counts.
			let _ = fs::remove_file(&temporary);
		}
		written
	}
}
