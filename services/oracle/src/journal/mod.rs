// SPDX-License-Identifier: Apache-2.0

//! The file of everything that a member has signed. It is the member's whole memory: who loses it can sign what
//! contradicts it, and lose the bond.
//!
//! A vote is in the file, and the file on the disk, before anybody else sees the vote. The file only grows. If the
//! process is killed while it writes, half a record stays behind the last whole one; it is dropped when the file is
//! opened, since its vote cannot have left. Everything else that is not as it was written is damage, and the
//! member does not start. A lock keeps a second process away.

mod format;
#[cfg(test)]
mod tests;

use crate::{
	keys::MemberKey,
	memory::{Conflict, Memory},
};
use format::{HEAD, RECORD, Record};
use ligature_primitives::{
	ids::{BlockNumber, NetworkId},
	vote::VoteMessage,
};
use rustix::fs::{FlockOperation, flock};
use std::{
	fs::{File, OpenOptions},
	io::{self, ErrorKind, Read, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// Why there is no journal, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
	/// The file cannot be read or written.
	#[error("cannot {action} the journal {}: {source}", path.display())]
	Io {
		/// What was tried.
		action: &'static str,
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Another process has it.
	#[error("the journal {} is in use: another process signs with it; end that one first", path.display())]
	Locked {
		/// The file.
		path: PathBuf,
	},
	/// It is not a journal, or one of another version.
	#[error("{} is no journal of this version; name another file, or the right one", path.display())]
	NotAJournal {
		/// The file.
		path: PathBuf,
	},
	/// It belongs to another member or network.
	#[error("the journal {} belongs to {theirs}, not to {ours}; each member and network has its own", path.display())]
	Foreign {
		/// The file.
		path: PathBuf,
		/// Whose it is.
		theirs: String,
		/// Who we are.
		ours: String,
	},
	/// A record is not as it was written.
	#[error("the journal {} is damaged in record {record}, at byte {offset}: restore it from a copy that is as new, or \
		take a new key; a member that has forgotten what it signed can lose its bond", path.display())]
	Damaged {
		/// The file.
		path: PathBuf,
		/// Which record, from 0.
		record: u64,
		/// Where it begins.
		offset: u64,
	},
	/// A vote that would break the rules.
	#[error("not signed, because {0}")]
	Conflict(#[from] Conflict),
	/// A vote of another network.
	#[error("not signed: the vote is about network {}, the journal about {}", theirs.0, ours.0)]
	OtherNetwork {
		/// The vote's.
		theirs: NetworkId,
		/// The journal's.
		ours: NetworkId,
	},
	/// A write has failed before: what is on the disk is not known.
	#[error("the journal {} is not written any more, since writing it has failed; start again", path.display())]
	Broken {
		/// The file.
		path: PathBuf,
	},
}

/// What a member has signed, on disk and in memory.
#[derive(Debug)]
pub struct Journal {
	path: PathBuf,
	file: File,
	network: NetworkId,
	memory: Memory,
	/// Number of the next record.
	next: u64,
	broken: bool,
}

impl Journal {
	/// Opens the journal of a member in a network, or begins one. Only this process has it, until it is dropped.
	///
	/// # Errors
	///
	/// [`JournalError::Io`], [`JournalError::Locked`], [`JournalError::NotAJournal`], [`JournalError::Foreign`],
	/// [`JournalError::Damaged`].
	pub fn open(path: &Path, network: NetworkId, member: &[u8; 32]) -> Result<Self, JournalError> {
		let failed = |action| move |source| JournalError::Io { action, path: path.into(), source };
		let mut file = OpenOptions::new()
			.read(true)
			.append(true)
			.create(true)
			.mode(0o600)
			.open(path)
			.map_err(failed("open"))?;
		flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
			match io::Error::from(error) {
				error if error.kind() == ErrorKind::WouldBlock => {
					JournalError::Locked { path: path.into() }
				},
				error => failed("lock")(error),
			}
		})?;

		let mut bytes = Vec::new();
		file.read_to_end(&mut bytes).map_err(failed("read"))?;
		let head = format::head(network, member);
		if bytes.len() < head.len() && head.starts_with(&bytes) {
			// New, or killed before the head was whole: nothing was signed.
			begin(&mut file, path, &head).map_err(failed("begin"))?;
			bytes = head.to_vec();
		}
		let (found, records) = bytes
			.split_at_checked(HEAD)
			.ok_or_else(|| JournalError::NotAJournal { path: path.into() })?;
		check_head(path, found, network, member)?;

		let (records, half) = records.as_chunks::<RECORD>();
		let mut memory = Memory::default();
		for (place, record) in (0u64..).zip(records) {
			let record = Record::decode(record, place).filter(|r| r.message.network == network);
			let damaged = || JournalError::Damaged {
				path: path.into(),
				record: place,
				offset: HEAD as u64 + place * RECORD as u64,
			};
			memory.record(record.ok_or_else(damaged)?.message);
		}
		let next = records.len() as u64;
		if !half.is_empty() {
			tracing::warn!("dropping half a record at the end of {}", path.display());
			let whole = HEAD as u64 + next * RECORD as u64;
			file.set_len(whole).and_then(|()| file.sync_all()).map_err(failed("cut"))?;
		}
		Ok(Self { path: path.into(), file, network, memory, next, broken: false })
	}

	/// What was signed.
	pub fn memory(&self) -> &Memory {
		&self.memory
	}

	/// Forgets, in memory, what was signed about blocks below `number`: nothing is signed about them any more.
	pub fn forget_below(&mut self, number: BlockNumber) {
		self.memory.forget_below(number);
	}

	/// How many votes are in the file.
	pub fn len(&self) -> u64 {
		self.next
	}

	/// Whether nothing was ever signed.
	pub fn is_empty(&self) -> bool {
		self.next == 0
	}

	/// Signs a vote, and gives back the signature once the vote is on the disk. One that was signed before is
	/// signed again, with the same signature.
	///
	/// # Errors
	///
	/// [`JournalError::Conflict`], [`JournalError::OtherNetwork`], and nothing was signed. [`JournalError::Io`] if it could not be written: then
	/// the signature is nobody's, and this journal takes no more ([`JournalError::Broken`]).
	pub fn sign(
		&mut self,
		message: &VoteMessage,
		key: &MemberKey,
	) -> Result<[u8; 64], JournalError> {
		if self.broken {
			return Err(JournalError::Broken { path: self.path.clone() });
		}
		let signature = key.sign(&message.encode());
		if self.memory.holds(message) {
			return Ok(signature);
		}
		if message.network != self.network {
			let (theirs, ours) = (message.network, self.network);
			return Err(JournalError::OtherNetwork { theirs, ours });
		}
		self.memory.allows(message)?;
		let record = Record { message: message.clone(), signature };
		let bytes = record.encode(self.next);
		let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_all());
		written.map_err(|source| {
			self.broken = true;
			JournalError::Io { action: "write", path: self.path.clone(), source }
		})?;
		self.next += 1;
		self.memory.record(record.message);
		Ok(signature)
	}
}

/// Writes the head of a new journal, and makes sure that the file will be found again.
fn begin(file: &mut File, path: &Path, head: &[u8]) -> io::Result<()> {
	file.set_len(0)?;
	file.write_all(head)?;
	file.sync_all()?;
	let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
	File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// That the journal is ours.
fn check_head(
	path: &Path,
	found: &[u8],
	network: NetworkId,
	member: &[u8; 32],
) -> Result<(), JournalError> {
	let (their_network, their_member) =
		format::owner(found).ok_or_else(|| JournalError::NotAJournal { path: path.into() })?;
	if (their_network, &their_member) == (network, member) {
		return Ok(());
	}
	let name = |network: NetworkId, member: &[u8; 32]| {
		format!("member 0x{} of network {}", hex::encode(member), network.0)
	};
	Err(JournalError::Foreign {
		path: path.into(),
		theirs: name(their_network, &their_member),
		ours: name(network, member),
	})
}
