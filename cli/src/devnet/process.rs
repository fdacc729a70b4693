// SPDX-License-Identifier: Apache-2.0

//! Processes: starting one, knowing it again later, and stopping it and no other.
//!
//! A process is known by its number and by when it started, since the number of one that has ended is given to
//! another; the boot is named because the time counts from there.

use std::{
	ffi::OsString,
	fs::{self, File},
	io::{self, Read, Seek, SeekFrom},
	os::unix::process::CommandExt,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::error::DevnetError;

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Bytes of a log that are looked at for its last lines.
const TAIL: u64 = 64 * 1024;

/// Which process of all that ever were on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
	/// Its number.
	pub pid: u32,
	/// When it started, in ticks since the boot.
	pub started: u64,
	/// Which boot.
	pub boot: String,
}

impl Identity {
	/// The process that has this number now.
	///
	/// # Errors
	///
	/// If there is none.
	pub fn of(pid: u32) -> io::Result<Self> {
		let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
		let (_, started) = stat(pid)?;
		Ok(Self { pid, started, boot })
	}

	/// Whether it runs: the number is still its own, and it has not ended.
	pub fn lives(&self) -> bool {
		let dead = |state| matches!(state, 'Z' | 'X');
		Self::of(self.pid).is_ok_and(|now| now == *self)
			&& stat(self.pid).is_ok_and(|(state, _)| !dead(state))
	}

	/// Sends it a signal, if it runs; whether it did. Nobody else can get the signal: the handle is that of the
	/// process, and only then it is looked whether it is the right one.
	///
	/// # Errors
	///
	/// If the system refuses it.
	pub fn signal(&self, signal: Signal) -> io::Result<bool> {
		let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) else {
			return Ok(false);
		};
		let handle = match pidfd_open(pid, PidfdFlags::empty()) {
			Err(rustix::io::Errno::SRCH) => return Ok(false),
			handle => handle?,
		};
		if !self.lives() {
			return Ok(false);
		}
		match pidfd_send_signal(&handle, signal) {
			Err(rustix::io::Errno::SRCH) => Ok(false),
			sent => sent.map(|()| true).map_err(Into::into),
		}
	}
}

/// State and start of a process.
fn stat(pid: u32) -> io::Result<(char, u64)> {
	let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
	read_stat(&text).ok_or_else(|| io::Error::other(format!("/proc/{pid}/stat is not understood")))
}

/// `pid (name) state …`; the name may hold anything, brackets and spaces too. The start is the 22nd field.
fn read_stat(text: &str) -> Option<(char, u64)> {
	let (_, rest) = text.rsplit_once(')')?;
	let mut fields = rest.split_ascii_whitespace();
	let state = fields.next()?.chars().next()?;
	Some((state, fields.nth(18)?.parse().ok()?))
}

/// What a process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
	/// A chain, with a prover.
	Node,
	/// The operator.
	Operator,
	/// An oracle.
	Oracle,
}

impl Kind {
	/// How it is asked to end.
	fn signal(self) -> Signal {
		match self {
			Self::Node => Signal::INT,
			Self::Operator | Self::Oracle => Signal::TERM,
		}
	}
}

/// A process of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
	/// What it is called.
	pub name: String,
	/// What it is for.
	pub kind: Kind,
	/// Which one.
	#[serde(flatten)]
	pub identity: Identity,
	/// Where it is asked: JSON-RPC, of an oracle its health.
	pub url: String,
	/// Where it says whether it is healthy, and its metrics.
	pub metrics: String,
	/// What it says.
	pub log: PathBuf,
}

/// All processes that one `up` has started, in that order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processes {
	/// Size class of its blocks.
	pub class: u8,
	/// They.
	pub processes: Vec<Process>,
}

impl Processes {
	/// Names of those that run.
	pub fn living(&self) -> Vec<&str> {
		let living = self.processes.iter().filter(|process| process.identity.lives());
		living.map(|process| process.name.as_str()).collect()
	}
}

/// A process to be.
#[derive(Clone, Debug)]
pub struct Start {
	/// What it is called.
	pub name: String,
	/// What it is for.
	pub kind: Kind,
	/// The program.
	pub program: PathBuf,
	/// What it is told.
	pub arguments: Vec<OsString>,
	/// Where it is asked.
	pub url: String,
	/// Where it says whether it is healthy, and its metrics.
	pub metrics: String,
	/// What it says; this is written on at the end.
	pub log: PathBuf,
}

/// A process that this program has started.
#[derive(Debug)]
pub struct Started {
	/// It.
	pub process: Process,
	/// How it was started.
	pub start: Start,
	child: Child,
	/// Whether it has ended because it was to.
	killed: bool,
}

impl Start {
	/// Starts it, in a process group of its own: Ctrl-C on the terminal does not reach it, so that it is stopped
	/// in order. It outlives this program.
	///
	/// # Errors
	///
	/// [`DevnetError::File`], [`DevnetError::System`].
	pub fn start(self) -> Result<Started, DevnetError> {
		let Self { name, kind, program, arguments, url, metrics, log } = self.clone();
		let out = File::options().create(true).append(true).open(&log);
		let out = out.map_err(DevnetError::file(&log))?;
		let err = out.try_clone().map_err(DevnetError::file(&log))?;
		let child = Command::new(&program)
			.args(arguments)
			.stdin(Stdio::null())
			.stdout(out)
			.stderr(err)
			.process_group(0)
			.spawn();
		let mut child = child.map_err(DevnetError::file(&program))?;
		match Identity::of(child.id()) {
			Ok(identity) => {
				let process = Process { name, kind, identity, url, metrics, log };
				Ok(Started { process, start: self, child, killed: false })
			},
			Err(source) => {
				// Not known, it could never be stopped.
				let _ = child.kill();
				let _ = child.wait();
				Err(DevnetError::System { what: format!("the process of {name}"), source })
			},
		}
	}
}

impl Started {
	/// Kills it, as `kill -9` does, and waits until it is gone.
	///
	/// # Errors
	///
	/// [`DevnetError::System`].
	pub fn kill(&mut self) -> Result<(), DevnetError> {
		let what = || format!("the end of {}", self.process.name);
		self.killed = true;
		let gone = self.child.kill().and_then(|()| self.child.wait());
		gone.map(drop).map_err(DevnetError::system(what()))
	}

	/// Whether it still runs, unless it was killed.
	///
	/// # Errors
	///
	/// [`DevnetError::Died`], with the end of its log.
	pub fn check(&mut self) -> Result<(), DevnetError> {
		if self.killed {
			return Ok(());
		}
		let how = match self.child.try_wait() {
			Ok(None) => return Ok(()),
			Ok(Some(status)) => format!("ended with {status}"),
			Err(error) => format!("is lost: {error}"),
		};
		let Process { name, log, .. } = &self.process;
		Err(DevnetError::Died { name: name.clone(), how, log: log.clone(), tail: tail(log, 30) })
	}
}

/// Stops processes: asks each to end, and kills what has not ended in time. All are asked at once. They need not be
/// this program's own.
///
/// # Errors
///
/// [`DevnetError::Unstoppable`], when all others are stopped.
pub async fn stop(processes: &[Process], patience: Duration) -> Result<(), DevnetError> {
	for process in processes {
		// What cannot be asked is looked at below.
		let _ = process.identity.signal(process.kind.signal());
	}
	let left = wait(processes, patience).await;
	for process in &left {
		let _ = process.identity.signal(Signal::KILL);
	}
	let left = wait(&left, Duration::from_secs(5)).await;
	if left.is_empty() {
		return Ok(());
	}
	let names: Vec<_> =
		left.iter().map(|it| format!("{} ({})", it.name, it.identity.pid)).collect();
	Err(DevnetError::Unstoppable(names.join(", ")))
}

/// Waits until they have ended; those that have not in time.
async fn wait(processes: &[Process], patience: Duration) -> Vec<Process> {
	let start = Instant::now();
	let mut left = processes.to_vec();
	loop {
		left.retain(|process| process.identity.lives());
		if left.is_empty() || start.elapsed() >= patience {
			return left;
		}
		tokio::time::sleep(LOOK).await;
	}
}

/// The last lines of a file; empty if there is none.
pub fn tail(path: &Path, lines: usize) -> String {
	let read = || -> io::Result<Vec<u8>> {
		let mut file = File::open(path)?;
		let length = file.metadata()?.len();
		file.seek(SeekFrom::Start(length.saturating_sub(TAIL.max(lines as u64 * 256))))?;
		let mut bytes = Vec::new();
		file.read_to_end(&mut bytes)?;
		Ok(bytes)
	};
	let bytes = read().unwrap_or_default();
	let text = String::from_utf8_lossy(&bytes);
	let all: Vec<_> = text.lines().collect();
	all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
