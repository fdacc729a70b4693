// SPDX-License-Identifier: Apache-2.0

//! Files with secrets.

use std::{
	fs::File,
	io::{self, Read},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Longest file of a secret that is read, in bytes: words of a phrase and a path are much shorter.
const MAX_FILE: u64 = 4_096;

/// Why a secret is not read. No error repeats it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
	/// The file cannot be read.
	#[error("cannot read the key file {}: {source}", path.display())]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Others can read it.
	#[error("others can read the key file {0} (mode {mode:o}): chmod 600 {0}", path.display())]
	Exposed {
		/// The file.
		path: PathBuf,
		/// Its mode.
		mode: u32,
	},
}

/// Reads a secret from a file that only its owner can read, without the space around it. The file whose mode is looked
/// at is the one that is read, whatever takes its name meanwhile.
///
/// # Errors
///
/// [`SecretFileError`].
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
	let failed = |source| SecretFileError::Unreadable { path: path.into(), source };
	let file = File::open(path).map_err(failed)?;
	let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
	if mode & 0o077 != 0 {
		return Err(SecretFileError::Exposed { path: path.into(), mode });
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
	fn a_secret_should_come_from_a_file_that_nobody_else_can_read() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("key");
		assert!(matches!(read_secret(&path), Err(SecretFileError::Unreadable { .. })));
		fs::write(&path, " //Bob \n").expect("writable");
		for mode in [0o640, 0o604, 0o610, 0o660] {
			fs::set_permissions(&path, Permissions::from_mode(mode)).expect("our file");
			let error = read_secret(&path).expect_err("others have rights");
			assert!(matches!(error, SecretFileError::Exposed { mode: found, .. } if found == mode));
			assert!(error.to_string().contains("chmod 600"), "{error}");
		}
		for mode in [0o600, 0o400] {
			fs::set_permissions(&path, Permissions::from_mode(mode)).expect("our file");
			assert_eq!(*read_secret(&path).expect("ours"), "//Bob");
		}
	}
}
