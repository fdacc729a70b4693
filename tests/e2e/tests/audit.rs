// SPDX-License-Identifier: Apache-2.0

//! The auditor as a process beside a real network: silent while everybody is honest; then it names each lie, and halts
//! the chains with the guardian's key.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use ligature_chain::Call;
use ligature_cli::devnet::{get, tail};
use ligature_e2e::{ALPHA, BETA, World, program};
use ligature_primitives::{
	amount::{Amount, Fee},
	header::Header,
	ids::{AccountIndex, BlockNumber, Timestamp},
	op::{Half, WithdrawHalf},
};
use serde_json::Value;
use std::{
	fs::{self, File},
	io::{BufRead, BufReader, Read, Write},
	net::{TcpListener, TcpStream},
	path::{Path, PathBuf},
	process::{Child, Command, Output, Stdio},
	sync::{Arc, Mutex},
	thread,
};
use tempfile::TempDir;

/// Where findings are posted to.
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Vec<Value>>>);

impl Inbox {
	/// Listens; gives the address.
	fn listen(&self) -> String {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = listener.local_addr().unwrap();
		let inbox = self.clone();
		thread::spawn(move || {
			for stream in listener.incoming() {
				let inbox = inbox.clone();
				thread::spawn(move || inbox.serve(stream.unwrap()));
			}
		});
		format!("http://{address}/findings")
	}

	/// Takes what comes on one connection.
	fn serve(&self, mut stream: TcpStream) {
		let mut reader = BufReader::new(stream.try_clone().unwrap());
		loop {
			let (mut line, mut length) = (String::new(), 0);
			if reader.read_line(&mut line).unwrap_or_default() == 0 {
				return;
			}
			while line.trim() != "" {
				let header = line.to_ascii_lowercase();
				if let Some(value) = header.strip_prefix("content-length:") {
					length = value.trim().parse().unwrap();
				}
				line.clear();
				reader.read_line(&mut line).unwrap();
			}
			let mut body = vec![0; length];
			reader.read_exact(&mut body).unwrap();
			self.0.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
			stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
		}
	}

	/// Whether a finding of this name has come, about this block.
	fn has(&self, name: &str, block: Option<BlockNumber>) -> bool {
		let all = self.0.lock().unwrap();
		let fits = |block: BlockNumber, found: &Value| found["block"].as_u64() == Some(block.0);
		all.iter().any(|it| it["name"] == name && block.is_none_or(|block| fits(block, it)))
	}

	/// The names of those of this severity.
	fn of(&self, severity: &str) -> Vec<String> {
		let all = self.0.lock().unwrap();
		let named = all.iter().filter(|it| it["severity"] == severity);
		named.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
	}
}

/// An auditor that runs. Dropping it ends it.
struct Auditor {
	process: Child,
	metrics: String,
	inbox: Inbox,
	log: PathBuf,
}

impl Auditor {
	/// Starts one that writes into this folder.
	fn start(folder: &Path, name: &str, chains: &[String], more: &str) -> Self {
		let inbox = Inbox::default();
		let free = TcpListener::bind("127.0.0.1:0").unwrap();
		let metrics = free.local_addr().unwrap();
		drop(free);
		let config = folder.join(format!("{name}.toml"));
		let url = inbox.listen();
		let text = format!(
			"chains = {chains:?}\nmetrics = \"{metrics}\"\n{more}\n[patience]\nproven = \"30s\"\n\
			 [webhook]\nurl = \"{url}\"\n"
		);
		fs::write(&config, text).unwrap();
		let log = folder.join(format!("{name}.log"));
		let process = Command::new(program("ligature"))
			.args(["audit", "run", "--config"])
			.arg(&config)
			.stderr(File::create(&log).unwrap())
			.spawn()
			.unwrap();
		Self { process, metrics: format!("http://{metrics}"), inbox, log }
	}

	/// The value of a metric, with its labels as Prometheus writes them.
	async fn metric(&self, name: &str) -> Option<u64> {
		let (_, text) = get(&self.metrics, "/metrics").await.ok()?;
		let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
		line.map(|value| value.parse().unwrap())
	}

	/// Waits for a finding.
	async fn finds(&self, world: &World, name: &str, block: Option<BlockNumber>) {
		let what = || {
			let seen = self.inbox.0.lock().unwrap();
			format!("{name} about {block:?}; found: {seen:?}\n── auditor\n{}", tail(&self.log, 40))
		};
		let start = std::time::Instant::now();
		while !self.inbox.has(name, block) {
			assert!(start.elapsed() < ligature_e2e::PATIENCE, "not in time: {}", what());
			tokio::time::sleep(std::time::Duration::from_millis(300)).await;
		}
		world.say(&format!("the auditor has found {name}"));
	}

	/// Ends it as an administrator does. It must not have ended before.
	fn stop(mut self) {
		assert_eq!(self.process.try_wait().unwrap(), None, "{}", tail(&self.log, 40));
		let pid = self.process.id().to_string();
		assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
		assert!(self.process.wait().unwrap().success(), "{}", tail(&self.log, 40));
	}
}

impl Drop for Auditor {
	fn drop(&mut self) {
		// What cannot be killed has ended.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// `ligature audit once`.
fn once(chains: &[String], from: &str) -> (Output, Value) {
	let output = Command::new(program("ligature"))
		.args(["audit", "once", "--json", "--from", from])
		.args(chains.iter().flat_map(|url| ["--chain-url", url]))
		.stderr(Stdio::inherit())
		.output()
		.unwrap();
	let json = serde_json::from_slice(&output.stdout).unwrap();
	(output, json)
}

/// The names of the findings that `once` prints.
fn names(json: &Value) -> Vec<&str> {
	json["findings"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_should_name_each_lie_and_halt_the_chains() {
	let mut world = World::start().await;
	let folder = TempDir::new().unwrap();
	let chains = world.network().endpoints().chains.iter();
	let chains: Vec<_> = chains.map(|chain| chain.url.clone()).collect();
	let auditor = Auditor::start(folder.path(), "first", &chains, "");

	// Everybody is honest.
	world.deposits("1000", "1").await;
	world.pool("500", "0.5").await;
	let swap = world.swap(&world.ferdie, &world.usdt, &world.weth, "50").await;
	world.all_the_way(&swap).await;
	let withdrawal = world.withdrawal(&world.ferdie, &world.weth, "0.01").await;
	world.all_the_way(&withdrawal).await;
	let settled = world.settled().await;
	world
		.until("the auditor has seen it all", async || {
			let mut seen = true;
			for chain in [ALPHA, BETA] {
				let name =
					format!("ligature_auditor_height{{chain=\"{chain}\",stage=\"executed\"}}");
				seen &= auditor.metric(&name).await == Some(settled.0);
			}
			seen
		})
		.await;
	assert_eq!(auditor.inbox.of("alarm"), [""; 0]);
	assert!(auditor.inbox.has("DevelopmentKeys", None), "a warning that is always there");
	let (output, json) = once(&chains, "alarm");
	assert!(output.status.success(), "{json}");
	assert_eq!(names(&json), ["DevelopmentKeys", "DevelopmentKeys"], "{json}");
	world.say("honest people are left in peace");

	// From here on the operator's key lies.
	world.network().kill("operator").expect("it dies");
	let invented = invented_withdrawal(&world).await;
	auditor.finds(&world, "RootMismatch", Some(invented)).await;
	auditor.finds(&world, "Stalled", Some(invented)).await;
	world.take_back(settled).await;
	auditor.finds(&world, "HeadersDiffer", Some(two_headers(&world).await)).await;
	for chain in [ALPHA, BETA] {
		assert!(!world.status(chain).await.halted.holds(), "it has no key of the guardian");
	}
	auditor.stop();

	// Another one begins, which has the guardian's key: what it reads of the past is so still.
	let guardian = "guardian = { development = \"//Bob\" }";
	let auditor = Auditor::start(folder.path(), "second", &chains, guardian);
	auditor.finds(&world, "Halted", None).await;
	world
		.until("both chains are halted", async || {
			let (alpha, beta) = tokio::join!(world.status(ALPHA), world.status(BETA));
			alpha.halted.guardian && beta.halted.guardian
		})
		.await;
	auditor.stop();

	let (output, json) = once(&chains, "warning");
	assert_eq!(output.status.code(), Some(1), "{json}");
	for name in ["RootMismatch", "HeadersDiffer", "Halted"] {
		assert!(names(&json).contains(&name), "{name}: {json}");
	}
	world.stop().await;
}

/// Commits a withdrawal that nobody has signed. It is never proven.
async fn invented_withdrawal(world: &World) -> BlockNumber {
	let half = Half::Withdraw(WithdrawHalf {
		token: world.usdt.id,
		account: AccountIndex::new(0).unwrap(),
		receiver: world.eve.owner(),
		amount: Amount::new(1_000_000).unwrap(),
		fee: Fee::ZERO,
	});
	let (header, data) = world.block_with(vec![half]).await;
	let number = header.number;
	assert_eq!(world.lie(ALPHA, &Call::CommitBlock { header, data }).await, Ok(()));
	number
}

/// Different headers for the two chains, in which nothing happens, so that both take them as proven.
async fn two_headers(world: &World) -> BlockNumber {
	let header = world.empty_block().await;
	let later = Timestamp::new(header.timestamp.get() + 1).unwrap();
	let other = Header { timestamp: later, ..header.clone() };
	world.commit_empty(ALPHA, &header).await;
	world.commit_empty(BETA, &other).await;
	header.number
}
