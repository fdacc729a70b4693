// SPDX-License-Identifier: Apache-2.0

//! A node as a child process, for tests: started on free ports of the loopback interface, its log
//! in a file, killed when the test ends.

#![allow(dead_code, reason = "each test file uses a part")]

use jsonrpsee::{
	core::{client::ClientT, params::ArrayParams},
	rpc_params,
	ws_client::{WsClient, WsClientBuilder},
};
use serde_json::Value;
use std::{
	fs::File,
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};

/// Longest that any single step may take: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The node binary under test.
pub fn binary() -> Command {
	Command::new(env!("CARGO_BIN_EXE_ligature-node"))
}

/// A TCP port of the loopback interface that is free now.
pub fn free_port() -> u16 {
	TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A running node.
pub struct Node {
	child: Child,
	pub rpc_port: u16,
	pub p2p_port: u16,
	log: PathBuf,
}

impl Node {
	/// Starts a node with its data under `base` and waits until its JSON-RPC answers.
	pub async fn start(base: &Path, arguments: &[&str]) -> Node {
		let node = Self::spawn(base, arguments);
		node.client().await;
		node
	}

	/// Starts a node without waiting.
	pub fn spawn(base: &Path, arguments: &[&str]) -> Node {
		let (rpc_port, p2p_port) = (free_port(), free_port());
		std::fs::create_dir_all(base).unwrap();
		let log = base.join("node.log");
		let out = File::options().create(true).append(true).open(&log).unwrap();
		let child = binary()
			.args(arguments)
			.arg("--base-path")
			.arg(base)
			.args(["--rpc-port", &rpc_port.to_string()])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{p2p_port}")])
			.args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
			.arg("--unsafe-force-node-key-generation")
			.stdin(Stdio::null())
			.stdout(out.try_clone().unwrap())
			.stderr(out)
			.spawn()
			.unwrap();
		Node { child, rpc_port, p2p_port, log }
	}

	/// A connection to the node's JSON-RPC.
	pub async fn client(&self) -> WsClient {
		let url = format!("ws://127.0.0.1:{}", self.rpc_port);
		let start = Instant::now();
		loop {
			match WsClientBuilder::default().build(&url).await {
				Ok(client) => return client,
				Err(e) if start.elapsed() > PATIENCE => {
					panic!("no JSON-RPC at {url}: {e}\n{}", self.log_tail())
				},
				Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
			}
		}
	}

	/// Waits until a block of at least this height is best (`finalized`: is final); its hash.
	pub async fn wait_for(&self, height: u64, finalized: bool) -> (u64, String) {
		let client = self.client().await;
		let start = Instant::now();
		loop {
			let head = if finalized { "chain_getFinalizedHead" } else { "chain_getBlockHash" };
			let hash: String = call(&client, head, rpc_params![]).await;
			let header: Value = call(&client, "chain_getHeader", rpc_params![hash.clone()]).await;
			let number = height_of(&header);
			if number >= height {
				return (number, hash);
			}
			assert!(
				start.elapsed() < PATIENCE,
				"{head} stays at {number}, wanted {height}\n{}",
				self.log_tail()
			);
			tokio::time::sleep(Duration::from_millis(250)).await;
		}
	}

	/// The peer id and address under which other nodes reach this one.
	pub async fn address(&self) -> String {
		let peer: String = call(&self.client().await, "system_localPeerId", rpc_params![]).await;
		format!("/ip4/127.0.0.1/tcp/{}/p2p/{peer}", self.p2p_port)
	}

	/// SIGKILL: no chance to clean up.
	pub fn kill(mut self) {
		self.child.kill().unwrap();
		self.child.wait().unwrap();
	}

	/// SIGINT, as Ctrl-C sends it; how the node ended.
	pub fn interrupt(mut self) -> ExitStatus {
		let sent =
			Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
		assert!(sent.success());
		let start = Instant::now();
		loop {
			if let Some(status) = self.child.try_wait().unwrap() {
				return status;
			}
			assert!(start.elapsed() < PATIENCE, "does not stop\n{}", self.log_tail());
			std::thread::sleep(Duration::from_millis(100));
		}
	}

	/// The log's last lines.
	pub fn log_tail(&self) -> String {
		let log = std::fs::read_to_string(&self.log).unwrap_or_default();
		let lines: Vec<_> = log.lines().collect();
		lines[lines.len().saturating_sub(30)..].join("\n")
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		// Already gone is as good.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

/// A JSON-RPC call that must succeed.
pub async fn call<T: serde::de::DeserializeOwned>(
	client: &WsClient,
	method: &str,
	params: ArrayParams,
) -> T {
	client.request(method, params).await.unwrap_or_else(|e| panic!("{method}: {e}"))
}

/// The height in a header.
pub fn height_of(header: &Value) -> u64 {
	let hex = header["number"].as_str().expect("a header has a number");
	u64::from_str_radix(hex.trim_start_matches("0x"), 16).expect("a number is hexadecimal")
}

/// Runs the binary to its end: exit status and what it printed to standard error.
pub fn run(arguments: &[&str]) -> (ExitStatus, String) {
	let output = binary().args(arguments).stdin(Stdio::null()).output().unwrap();
	(output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}
