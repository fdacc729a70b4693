// SPDX-License-Identifier: Apache-2.0

//! The auditor as a process beside a network, and what it tells.

use crate::{ALPHA, BETA, PATIENCE, World, program};
use ligature_cli::devnet::{get, tail};
use ligature_primitives::ids::{BlockNumber, ChainId};
use serde_json::Value;
use std::{
	collections::BTreeSet,
	fs::{self, File},
	io::{self, BufRead, BufReader, Read, Write},
	net::{TcpListener, TcpStream},
	path::PathBuf,
	process::{Child, Command},
	sync::{Arc, Mutex, MutexGuard},
	thread,
	time::{Duration, Instant},
};

/// Where findings are posted to.
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Vec<Value>>>);

impl Inbox {
	/// Listens; gives the address.
	fn listen(&self) -> String {
		let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
		let address = listener.local_addr().expect("it is bound");
		let inbox = self.clone();
		thread::spawn(move || {
			for stream in listener.incoming().flatten() {
				let inbox = inbox.clone();
				thread::spawn(move || inbox.serve(stream).expect("the auditor speaks HTTP"));
			}
		});
		format!("http://{address}/findings")
	}

	/// Takes what comes on one connection.
	fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
		let mut reader = BufReader::new(stream.try_clone()?);
		loop {
			let (mut line, mut length) = (String::new(), 0);
			// An auditor that is killed leaves without a word.
			if reader.read_line(&mut line).unwrap_or_default() == 0 {
				return Ok(());
			}
			while line.trim() != "" {
				let header = line.to_ascii_lowercase();
				if let Some(value) = header.strip_prefix("content-length:") {
					length = value.trim().parse().map_err(io::Error::other)?;
				}
				line.clear();
				reader.read_line(&mut line)?;
			}
			let mut body = vec![0; length];
			reader.read_exact(&mut body)?;
			self.all().push(serde_json::from_slice(&body)?);
			stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
		}
	}

	fn all(&self) -> MutexGuard<'_, Vec<Value>> {
		self.0.lock().expect("nobody panics while holding it")
	}
}

/// An auditor that runs. Dropping it ends it.
pub struct Auditor {
	process: Child,
	metrics: String,
	inbox: Inbox,
	log: PathBuf,
}

impl Auditor {
	/// Starts one beside a network, without a key and without a folder.
	///
	/// # Panics
	///
	/// If it does not start.
	pub fn beside(world: &World) -> Self {
		Self::start(world, "auditor", "")
	}

	/// Starts one whose configuration has these lines too.
	///
	/// # Panics
	///
	/// If it does not start.
	pub fn start(world: &World, name: &str, more: &str) -> Self {
		let inbox = Inbox::default();
		let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
		let metrics = free.local_addr().expect("it is bound");
		drop(free);
		let config = world.folder.path().join(format!("{name}.toml"));
		let (chains, url) = (world.chain_urls(), inbox.listen());
		let text = format!(
			"chains = {chains:?}\nmetrics = \"{metrics}\"\n{more}\n[patience]\nproven = \"30s\"\n\
			 certified = \"5s\"\n[webhook]\nurl = \"{url}\"\nfrom = \"notice\"\n"
		);
		fs::write(&config, text).expect("the folder is ours");
		let log = world.folder.path().join(format!("{name}.log"));
		let process = Command::new(program("ligature"))
			.args(["audit", "run", "--config"])
			.arg(&config)
			.stderr(File::create(&log).expect("the folder is ours"))
			.spawn()
			.expect("it starts");
		Self { process, metrics: format!("http://{metrics}"), inbox, log }
	}

	/// The value of a metric, with its labels as Prometheus writes them.
	pub async fn metric(&self, name: &str) -> Option<u64> {
		let (_, text) = get(&self.metrics, "/metrics").await.ok()?;
		let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
		line?.parse().ok()
	}

	/// Whether a finding of this name has come, about this chain and this block.
	pub fn has(
		&self,
		name: &str,
		chain: impl Into<Option<ChainId>>,
		block: impl Into<Option<BlockNumber>>,
	) -> bool {
		let (chain, block) = (chain.into(), block.into());
		self.inbox.all().iter().any(|found| {
			let says = |key: &str, value: u64| found[key].as_u64() == Some(value);
			found["name"] == name
				&& chain.is_none_or(|chain| says("chain", chain.0.into()))
				&& block.is_none_or(|block| says("block", block.0))
		})
	}

	/// Waits for a finding.
	///
	/// # Panics
	///
	/// If it does not come.
	pub async fn finds(
		&self,
		world: &World,
		name: &str,
		chain: impl Into<Option<ChainId>>,
		block: impl Into<Option<BlockNumber>>,
	) {
		let (chain, block) = (chain.into(), block.into());
		let start = Instant::now();
		while !self.has(name, chain, block) {
			assert!(
				start.elapsed() < PATIENCE,
				"no {name} on {chain:?} about {block:?}; found: {:?}\n── auditor\n{}",
				self.inbox.all(),
				tail(&self.log, 40)
			);
			tokio::time::sleep(Duration::from_millis(300)).await;
		}
		world.say(&format!("the auditor has found {name}"));
	}

	/// Waits until it has seen a block executed on both chains.
	///
	/// # Panics
	///
	/// If it does not see it.
	pub async fn has_seen(&self, world: &World, executed: BlockNumber) {
		world
			.until("the auditor has seen it all", async || {
				let mut seen = true;
				for chain in [ALPHA, BETA] {
					let name =
						format!("ligature_auditor_height{{chain=\"{chain}\",stage=\"executed\"}}");
					seen &= self.metric(&name).await == Some(executed.0);
				}
				seen
			})
			.await;
	}

	/// The names of its alarms, each once.
	pub fn alarms(&self) -> BTreeSet<String> {
		let all = self.inbox.all();
		let alarms = all.iter().filter(|found| found["severity"] == "alarm");
		alarms.filter_map(|found| found["name"].as_str().map(str::to_owned)).collect()
	}

	/// Ends it as an administrator does. It must have raised these alarms and no others.
	///
	/// # Panics
	///
	/// If it has ended before, or does not end well, or has raised others.
	#[track_caller]
	pub fn stop(mut self, alarms: &[&str]) {
		let ended = self.process.try_wait().expect("it is our child");
		assert_eq!(ended, None, "{}", tail(&self.log, 40));
		let pid = self.process.id().to_string();
		let kill = Command::new("kill").args(["-TERM", &pid]).status().expect("there is a kill");
		assert!(kill.success());
		let status = self.process.wait().expect("it is our child");
		assert!(status.success(), "{}", tail(&self.log, 40));
		let expected = alarms.iter().map(|name| (*name).to_owned()).collect();
		assert_eq!(self.alarms(), expected, "{:?}", self.inbox.all());
	}
}

impl Drop for Auditor {
	fn drop(&mut self) {
		// What cannot be killed has ended.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}
