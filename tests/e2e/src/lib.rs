// SPDX-License-Identifier: Apache-2.0

//! A network of real processes for tests: two chains whose nodes prove, the operator, four oracles. Everything is what
//! a user runs; only the class is the smallest, so that a block is proven in seconds.
//!
//! | file | holds |
//! |---|---|
//! | this one | starting a network, its people, and waiting |
//! | `money` | what everybody has, on the chains and on the ledger |
//!
//! The programs `ligature` and `ligature-node` are those in the target folder of this test: `cargo build` comes first.

mod money;

pub use money::{Holdings, solvency};

use ligature_chain::{BlockStatus, Chain, Status};
use ligature_cli::{
	devnet::{DevnetError, Event, Folder, Interrupts, Network, Options, Plan, Show, Wishes},
	endpoints::Endpoints,
	failure::Failure,
	session::{Goal, Limit, Prepared, Session, Terms, Token, params_of},
	wallet::Wallet,
};
use ligature_operator_api::{TransactionHash, TransactionInfo};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{BlockNumber, ChainId},
	pool::PoolParams,
};
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
	/// Starts a network, and lets two people deposit on both chains.
	///
	/// # Panics
	///
	/// If it does not start; the reason is in the message.
	pub async fn start() -> Self {
		let started = Instant::now();
		let folder = tempfile::tempdir().expect("a folder for the test");
		let options = Options {
			class: 1,
			oracles: 4,
			block_wait: Duration::from_secs(1),
			node: Some(program("ligature-node")),
			ports: Wishes::default(),
		};
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

	/// Prints a line with the time since the start.
	pub fn say(&self, what: &str) {
		println!("{:6.1} s {what}", self.started.elapsed().as_secs_f32());
	}

	/// The end of a process' log, for the message of a failure.
	pub fn log(&self, name: &str) -> String {
		Folder::at(Some(self.folder.path().join("devnet"))).log_tail(name, 40)
	}

	/// Both people deposit on both chains, and wait until they can spend it.
	///
	/// # Panics
	///
	/// If a chain refuses it or it takes too long, as everything here.
	pub async fn deposits(&self, usdt: &str, weth: &str) {
		for wallet in [&self.eve, &self.ferdie] {
			for (token, amount) in [(&self.usdt, usdt), (&self.weth, weth)] {
				let amount = units(token, amount);
				let deposit = self.session.deposit(wallet, token, wallet.owner(), amount, true);
				done("a deposit", deposit.await);
			}
		}
		for wallet in [&self.eve, &self.ferdie] {
			for token in [&self.usdt, &self.weth] {
				self.until("a deposit is on the ledger", async || {
					self.session.balance(wallet, token).await.is_ok_and(|balance| balance > 0)
				})
				.await;
			}
		}
		self.say("everybody has deposited");
	}

	/// The pool of USDT and WETH with a fee of 0.3 %.
	pub fn params(&self) -> PoolParams {
		PoolParams {
			chain0: ALPHA,
			token0: self.usdt.id,
			chain1: BETA,
			token1: self.weth.id,
			fee_bps: 30,
		}
	}

	/// Creates the pool, and Eve gives it liquidity; executed when this returns. Says what fee she paid, in USDT.
	///
	/// # Panics
	///
	/// If it does not come about.
	pub async fn pool(&self, usdt: &str, weth: &str) -> Fee {
		done("a pool", self.session.create_pool(&self.eve, self.params()).await);
		self.until("the pool exists on both sides", async || {
			let pools = self.session.pools().await.unwrap_or_default();
			let own = |pool| params_of(pool).is_ok_and(|params| params == self.params());
			pools.iter().any(|pool| pool.complete && own(pool))
		})
		.await;
		let (usdt, weth) = (units(&self.usdt, usdt), units(&self.weth, weth));
		let (a, b) = ((&self.usdt, usdt), (&self.weth, weth));
		let added = self.session.add_liquidity(&self.eve, a, b, 50, &Terms::default()).await;
		let added = done("liquidity", added).prepared;
		self.all_the_way(&added).await;
		self.say("the pool has liquidity");
		added.fee
	}

	/// A signed swap, for whatever comes out.
	///
	/// # Panics
	///
	/// If the operator does not quote it.
	pub async fn swap(&self, who: &Wallet, from: &Token, to: &Token, amount: &str) -> Prepared {
		let limit = Limit::Slippage(5_000);
		let amount = units(from, amount);
		let swap = self.session.swap(who, from, to, amount, limit, &Terms::default()).await;
		done("a swap", swap).prepared
	}

	/// A signed transfer.
	///
	/// # Panics
	///
	/// If the operator does not answer.
	pub async fn transfer(
		&self,
		who: &Wallet,
		token: &Token,
		to: &Wallet,
		amount: &str,
	) -> Prepared {
		let amount = units(token, amount);
		let terms = Terms::default();
		done("a transfer", self.session.transfer(who, token, to.owner(), amount, &terms).await)
	}

	/// Sends a transaction.
	///
	/// # Panics
	///
	/// If the operator refuses it.
	pub async fn send(&self, prepared: &Prepared) -> TransactionHash {
		done("sending", self.session.send(prepared).await)
	}

	/// Waits until a transaction has come so far on all its chains.
	///
	/// # Panics
	///
	/// If it is dropped, or not there in time.
	pub async fn reaches(&self, hash: TransactionHash, goal: Goal) -> TransactionInfo {
		let reached = self.session.wait(hash, goal, PATIENCE, |_| ()).await;
		reached.unwrap_or_else(|failure| {
			panic!("{goal:?}: {failure}\n── operator\n{}", self.log("operator"))
		})
	}

	/// Sends a transaction, and waits until it is executed on all its chains.
	pub async fn all_the_way(&self, prepared: &Prepared) -> TransactionInfo {
		let hash = self.send(prepared).await;
		self.reaches(hash, Goal::Executed).await
	}

	/// Waits until something is so.
	///
	/// # Panics
	///
	/// If it is not in time.
	pub async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> bool) {
		let start = Instant::now();
		while !so().await {
			let in_time = start.elapsed() < PATIENCE;
			assert!(in_time, "not in time: {what}\n── operator\n{}", self.log("operator"));
			tokio::time::sleep(Duration::from_millis(300)).await;
		}
	}

	/// A chain.
	///
	/// # Panics
	///
	/// If it does not answer.
	pub async fn chain(&self, id: ChainId) -> Chain {
		done("a chain", self.session.chain(id).await)
	}

	/// Where the rollup stands on a chain, as of its best block.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn status(&self, id: ChainId) -> Status {
		let best = self.chain(id).await.best().await.expect("the chain answers");
		best.status().await.expect("the chain says where it stands")
	}

	/// A block of the rollup as a chain knows it.
	///
	/// # Panics
	///
	/// If the chain does not answer.
	pub async fn block(&self, id: ChainId, number: BlockNumber) -> Option<BlockStatus> {
		let best = self.chain(id).await.best().await.expect("the chain answers");
		best.block(number).await.expect("the chain says what it knows")
	}

	/// Waits until every block that was built is executed on both chains.
	///
	/// # Panics
	///
	/// If it takes too long.
	pub async fn settled(&self) -> BlockNumber {
		let mut last = 0;
		self.until("everything built is executed", async || {
			let Ok(status) = self.session.status().await else { return false };
			last = status.built;
			let executed = |chain: &ligature_operator_api::ChainProgress| chain.executed == last;
			status.mempool == 0 && status.chains.iter().all(executed)
		})
		.await;
		BlockNumber(last)
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

/// An amount as people write it.
///
/// # Panics
///
/// If it is none.
pub fn units(token: &Token, amount: &str) -> Amount {
	token.parse(amount).expect("an amount")
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
