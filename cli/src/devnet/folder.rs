// SPDX-License-Identifier: Apache-2.0

//! The folder of a network.
//!
//! ```text
//! endpoints.json     where operator and chains are, for wallets; there while the network runs
//! processes.json     what `up` has started; there while it may run
//! config/            the services' configuration files; specifications of chains with periods of their own
//! data/NAME/         what a process keeps: a chain, the operator's database, an oracle's journal
//! logs/NAME.log      what a process says
//! lock               held by the command that works here
//! ```

use std::{
	fs::{self, File, TryLockError},
	io,
	path::{Path, PathBuf},
};

use super::{
	error::DevnetError,
	process::{Processes, tail},
};
use crate::endpoints::{DevnetState, devnet_folder};

const PROCESSES: &str = "processes.json";
const LOCK: &str = "lock";

/// What may stand in the folder. Who deletes a folder looks twice.
const KNOWN: [&str; 7] =
	["config", "data", "logs", "endpoints.json", PROCESSES, "processes.json.new", LOCK];

/// Where a network lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
	path: PathBuf,
}

/// Held while a command changes something.
#[derive(Debug)]
pub struct Lock {
	_file: File,
}

impl Folder {
	/// This folder, else the one that LIGATURE_DEVNET names, else the usual one.
	pub fn at(path: Option<PathBuf>) -> Self {
		Self { path: path.unwrap_or_else(devnet_folder) }
	}

	/// The folder itself.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// The configuration of a service.
	pub fn config(&self, name: &str) -> PathBuf {
		self.path.join("config").join(format!("{name}.toml"))
	}

	/// The specification of a chain, if it does not start from what the node has itself.
	pub fn specification(&self, chain: &str) -> PathBuf {
		self.path.join("config").join(format!("{chain}.json"))
	}

	/// What a process keeps.
	pub fn data(&self, name: &str) -> PathBuf {
		self.path.join("data").join(name)
	}

	/// The log of a process.
	pub fn log(&self, name: &str) -> PathBuf {
		self.path.join("logs").join(format!("{name}.log"))
	}

	/// The end of a log.
	pub fn log_tail(&self, name: &str, lines: usize) -> String {
		tail(&self.log(name), lines)
	}

	/// The processes that have logs here.
	pub fn logs(&self) -> Vec<String> {
		let entries = fs::read_dir(self.path.join("logs")).into_iter().flatten().flatten();
		let names = entries.filter_map(|entry| {
			let name = entry.file_name().into_string().ok()?;
			name.strip_suffix(".log").map(str::to_owned)
		});
		let mut names: Vec<_> = names.collect();
		names.sort();
		names
	}

	/// Makes the folder and takes its lock; the lock ends with the command, however that ends.
	///
	/// # Errors
	///
	/// [`DevnetError::Busy`], [`DevnetError::File`].
	pub fn lock(&self) -> Result<Lock, DevnetError> {
		fs::create_dir_all(&self.path).map_err(DevnetError::file(&self.path))?;
		let path = self.path.join(LOCK);
		let open = File::options().create(true).truncate(false).write(true).open(&path);
		let file = open.map_err(DevnetError::file(&path))?;
		match file.try_lock() {
			Ok(()) => Ok(Lock { _file: file }),
			Err(TryLockError::WouldBlock) => Err(DevnetError::Busy(self.path.clone())),
			Err(TryLockError::Error(source)) => Err(DevnetError::File { path, source }),
		}
	}

	/// Deletes what a network has left. A folder in which anything else lies is not touched.
	///
	/// # Errors
	///
	/// [`DevnetError::Foreign`], [`DevnetError::File`].
	pub fn clear(&self, _lock: &Lock) -> Result<(), DevnetError> {
		let entries = match fs::read_dir(&self.path) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
			entries => entries.map_err(DevnetError::file(&self.path))?,
		};
		let mut found = Vec::new();
		for entry in entries {
			let entry = entry.map_err(DevnetError::file(&self.path))?;
			if !KNOWN.iter().any(|known| entry.file_name() == *known) {
				return Err(DevnetError::Foreign(self.path.clone()));
			}
			found.push(entry.path());
		}
		for path in found.iter().filter(|path| !path.ends_with(LOCK)) {
			let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
			gone.map_err(DevnetError::file(path))?;
		}
		Ok(())
	}

	/// Makes the folders inside.
	///
	/// # Errors
	///
	/// [`DevnetError::File`].
	pub fn prepare(&self, names: &[String]) -> Result<(), DevnetError> {
		let inside = ["config", "logs"].map(|name| self.path.join(name));
		for path in inside.into_iter().chain(names.iter().map(|name| self.data(name))) {
			fs::create_dir_all(&path).map_err(DevnetError::file(&path))?;
		}
		Ok(())
	}

	/// What was started here; none if nothing was, or if all of it was stopped.
	///
	/// # Errors
	///
	/// [`DevnetError::File`].
	pub fn processes(&self) -> Result<Option<Processes>, DevnetError> {
		let path = self.path.join(PROCESSES);
		let text = match fs::read(&path) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
			text => text.map_err(DevnetError::file(&path))?,
		};
		let read = serde_json::from_slice(&text).map_err(io::Error::from);
		read.map(Some).map_err(DevnetError::file(path))
	}

	/// Keeps what was started. A reader sees the old file or the new one.
	///
	/// # Errors
	///
	/// [`DevnetError::File`].
	pub fn keep_processes(&self, processes: &Processes) -> Result<(), DevnetError> {
		let path = self.path.join(PROCESSES);
		let new = self.path.join("processes.json.new");
		let text = serde_json::to_vec_pretty(processes).map_err(io::Error::from);
		text.and_then(|text| fs::write(&new, text))
			.and_then(|()| fs::rename(&new, &path))
			.map_err(DevnetError::file(path))
	}

	/// Forgets what was started and where it listened.
	///
	/// # Errors
	///
	/// [`DevnetError::File`].
	pub fn forget_processes(&self) -> Result<(), DevnetError> {
		DevnetState::remove(&self.path).map_err(DevnetError::file(&self.path))?;
		let path = self.path.join(PROCESSES);
		match fs::remove_file(&path) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
			gone => gone.map_err(DevnetError::file(path)),
		}
	}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;

	fn folder() -> (tempfile::TempDir, Folder) {
		let temporary = tempfile::tempdir().unwrap();
		let folder = Folder::at(Some(temporary.path().join("devnet")));
		(temporary, folder)
	}

	#[test]
	fn one_command_at_a_time_should_work_in_a_folder() {
		let (_temporary, folder) = folder();
		let lock = folder.lock().unwrap();
		assert!(matches!(folder.lock(), Err(DevnetError::Busy(_))));
		drop(lock);
		folder.lock().unwrap();
	}

	#[test]
	fn a_network_should_be_deleted_and_nothing_else() {
		let (_temporary, folder) = folder();
		let lock = folder.lock().unwrap();
		folder.prepare(&["alpha".into()]).unwrap();
		folder.keep_processes(&Processes::default()).unwrap();
		assert_eq!(folder.processes().unwrap(), Some(Processes::default()));
		fs::write(folder.data("alpha").join("chain"), "blocks").unwrap();
		let foreign = folder.path().join("thesis.tex");
		fs::write(&foreign, "years of work").unwrap();
		assert!(matches!(folder.clear(&lock), Err(DevnetError::Foreign(_))));
		assert!(foreign.exists() && folder.data("alpha").join("chain").exists());

		fs::remove_file(foreign).unwrap();
		folder.clear(&lock).unwrap();
		assert!(!folder.data("alpha").exists());
		assert_eq!(folder.processes().unwrap(), None);
		folder.clear(&lock).unwrap();
	}

	#[test]
	fn a_file_that_says_nothing_should_be_a_failure() {
		let (_temporary, folder) = folder();
		let _lock = folder.lock().unwrap();
		assert_eq!(folder.processes().unwrap(), None);
		fs::write(folder.path().join(PROCESSES), "{").unwrap();
		assert!(matches!(folder.processes(), Err(DevnetError::File { .. })));
		folder.forget_processes().unwrap();
		folder.forget_processes().unwrap();
		assert_eq!(folder.processes().unwrap(), None);
	}
}
