// SPDX-License-Identifier: Apache-2.0

//! A network of real processes for tests: two chains whose nodes prove, the operator, four oracles. Everything is what
//! a user runs; only the class is the smallest, so that a block is proven in seconds.
//!
//! | file | holds |
//! |---|---|
//! | this one | starting a network, killing parts of it, their logs |
//! | `deeds` | what its people do: deposit, trade, send |
//! | `look` | what chains and operator say, and waiting for it |
//! | `money` | what everybody has, on the chains and on the ledger |
//! | `forge` | blocks by hand, for who has the operator's key and means no good |
//! | `auditor` | an auditor beside the network, and what it tells |
//! | `oracles` | votes and certificates by hand, for who has the oracles' keys |
//! | `wire` | HTTP and WebSocket by hand, for who knows no JSON-RPC |
//!
//! The programs `ligature` and `ligature-node` are those in the target folder of this test: `cargo build` comes first.

mod auditor;
mod deeds;
mod forge;
mod look;
mod money;
mod oracles;
mod wire;

pub use auditor::Auditor;
pub use deeds::units;
pub use forge::{Denial, following};
pub use money::{Holdings, Vault, solvency};
pub use oracles::{certificate, member, vote};
pub use wire::{Socket, code, half_open, http, post};

use ligature_cli::{
	devnet::{DevnetError, Event, Folder, Interrupts, Network, Options, Plan, Show, Wishes},
	endpoints::Endpoints,
	failure::Failure,
	session::{Session, Token},
	wallet::Wallet,
};
use ligature_primitives::ids::ChainId;
use std::{
	path::PathBuf,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// The first chain.
pub const ALPHA: ChainId = ChainId(1);
/// The second one.
pub const BETA: ChainId = ChainId(2);

/// How long anything may take on two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(240);

/// Prints what happens: it is shown when a test fails.
struct Lines(Instant);

impl Show for Lines {
	fn show(&mut self, event: Event) {
		if let Event::Done(_) | Event::Healthy(_) = event {
			println!("{:6.1} s {event:?}", self.0.elapsed().as_secs_f32());
		}
	}
}

/// A running network. Dropping it stops it.
pub struct World {
	/// Its processes, until it is stopped.
	network: Option<Network>,
	/// A connection to it.
	pub session: Session,
	/// USDT of alpha: side 0 of the pool.
	pub usdt: Token,
	/// WETH of beta: side 1.
	pub weth: Token,
	/// A development account that no service uses.
	pub eve: Wallet,
	/// Another one.
	pub ferdie: Wallet,
	interrupts: Interrupts,
	folder: TempDir,
	started: Instant,
}

/// A program that was built with this test.
///
/// # Panics
///
/// If it is not there.
pub fn program(name: &str) -> PathBuf {
	let test = std::env::current_exe().expect("a test has a path");
	let folder = test.parent().and_then(|deps| deps.parent()).expect("tests lie in deps");
	let program = folder.join(name);
	assert!(program.is_file(), "{} is missing: cargo build --workspace --bins", program.display());
	program
}

impl World {
	/// How a network of tests is made: the smallest blocks, four oracles.
	///
	/// # Panics
	///
	/// If there is no node.
	pub fn options() -> Options {
		Options {
			class: 1,
			oracles: 4,
			block_wait: Duration::from_secs(1),
			expiry: None,
			relay: Vec::new(),
			node: Some(program("ligature-node")),
			ports: Wishes::default(),
		}
	}

	/// Starts a network.
	///
	/// # Panics
	///
	/// If it does not start; the reason is in the message.
	pub async fn start() -> Self {
		Self::with(Self::options()).await
	}

	/// Starts a network that is made in another way.
	///
	/// # Panics
	///
	/// As [`World::start`].
	pub async fn with(options: Options) -> Self {
		let started = Instant::now();
		let folder = tempfile::tempdir().expect("a folder for the test");
		let plan = Plan {
			folder: Folder::at(Some(folder.path().join("devnet"))),
			options,
			program: Some(program("ligature")),
			fresh: true,
		};
		let interrupts = Interrupts::listen().expect("signals can be listened to");
		let network = Network::start(plan, &mut Lines(started), &interrupts).await;
		let network = network.unwrap_or_else(|error| panic!("the network does not start: {error}"));
		let operator = network.endpoints().operator.clone();
		let endpoints = Endpoints { operator, chains: Vec::new() };
		let session = Session::connect(&endpoints).await.expect("the operator answers");
		let token = |symbol, chain| session.token(symbol, Some(chain)).expect("a known token");
		let (usdt, weth) = (token("USDT", ALPHA), token("WETH", BETA));
		let wallet = |suri| Wallet::from_suri(suri).expect("a development account");
		let (eve, ferdie) = (wallet("//Eve"), wallet("//Ferdie"));
		let network = Some(network);
		Self { network, session, usdt, weth, eve, ferdie, interrupts, folder, started }
	}

	/// Stops it.
	///
	/// # Panics
	///
	/// If something does not end.
	pub async fn stop(mut self) {
		self.say("stops");
		if let Some(network) = self.network.take() {
			network.stop(&self.interrupts).await.expect("everything ends");
		}
	}

	/// Its processes.
	///
	/// # Panics
	///
	/// If it was stopped.
	pub fn network(&mut self) -> &mut Network {
		self.network.as_mut().expect("it is stopped by value")
	}

	/// The URLs of the chains' nodes.
	///
	/// # Panics
	///
	/// If it is stopped.
	pub fn chain_urls(&self) -> Vec<String> {
		let network = self.network.as_ref().expect("it is stopped by value");
		network.endpoints().chains.iter().map(|chain| chain.url.clone()).collect()
	}

	/// Starts a process again that was killed, and waits until it is well.
	///
	/// # Errors
	///
	/// If it is not.
	pub async fn restart(&mut self, name: &str) -> Result<(), DevnetError> {
		self.network
			.as_mut()
			.expect("it is stopped by value")
			.restart(name, &mut Lines(self.started))
			.await
	}

	/// Waits until a process has ended by itself, and says what it said last.
	///
	/// # Panics
	///
	/// If it is not in time, or another one ends.
	pub async fn died(&mut self, name: &str) -> String {
		let start = Instant::now();
		loop {
			match self.network().check() {
				Err(DevnetError::Died { name: dead, tail, .. }) if dead == name => {
					// From now on its death is no failure.
					self.network().kill(name).expect("it is gone already");
					return tail;
				},
				Err(other) => panic!("{name} should have ended: {other}"),
				Ok(()) => assert!(start.elapsed() < PATIENCE, "{name} does not end"),
			}
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	/// Prints a line with the time since the start.
	pub fn say(&self, what: &str) {
		println!("{:6.1} s {what}", self.started.elapsed().as_secs_f32());
	}

	/// The folder of its processes' configurations, data and logs.
	pub fn devnet(&self) -> Folder {
		Folder::at(Some(self.folder.path().join("devnet")))
	}

	/// The end of a process' log, for the message of a failure.
	pub fn log(&self, name: &str) -> String {
		self.devnet().log_tail(name, 40)
	}

	/// Whether something stands in a process' log.
	///
	/// # Panics
	///
	/// If there is no such log.
	pub fn said(&self, name: &str, what: &str) -> bool {
		let log = std::fs::read(self.devnet().log(name)).expect("a log");
		String::from_utf8_lossy(&log).contains(what)
	}
}

/// A test that fails leaves nothing running.
impl Drop for World {
	fn drop(&mut self) {
		let Some(network) = &mut self.network else { return };
		let names: Vec<_> = network.processes().iter().map(|it| it.name.clone()).collect();
		for name in names {
			// What cannot be killed has ended.
			let _ = network.kill(&name);
		}
	}
}

/// What was done.
///
/// # Panics
///
/// If it was not, with the reason.
#[track_caller]
pub fn done<T>(what: &str, result: Result<T, Failure>) -> T {
	result.unwrap_or_else(|failure| panic!("{what}: {failure}"))
}
