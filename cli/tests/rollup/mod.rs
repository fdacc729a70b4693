// SPDX-License-Identifier: Apache-2.0

//! A real operator without chains: engine, store and JSON-RPC server in this process, blocks built every few
//! milliseconds, requests put in as if chains had finalized them. The chains' addresses lead nowhere.

use std::{
	process::Output,
	sync::{Arc, Mutex},
	time::{Duration, SystemTime, UNIX_EPOCH},
};

use assert_cmd::Command;
use ligature_cli::wallet::Wallet;
use ligature_ledger::Ledger;
use ligature_operator::{
	board::{Board, ChainState},
	config::RpcConfig,
	engine::{Engine, EngineConfig, FeeFloors, KeyDigests, MempoolConfig, Terms},
	gate::{Gate, Source},
	metrics::Metrics,
	notice::Notices,
	proofs::{Keys, ProofBoard},
	run::{Builder, Rules},
	server::{Api, Checker, Listening, serve},
	settlement::{Lines, Shared},
	store::{SqliteStore, Store},
	votes::VoteBox,
};
use ligature_operator_api::{AccountInfo, TokenInfo};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Header, Network, verifying_key_digest},
	ids::{ChainId, NetworkId, PoolSlot, Side, Timestamp, TokenId},
	pool::PoolParams,
	priority::PriorityRequest,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::mpsc, task::JoinHandle};

pub const ALPHA: ChainId = ChainId(1);
pub const BETA: ChainId = ChainId(2);
/// USDT with 6 decimals on alpha, WETH with 18 on beta.
pub const TOKEN: TokenId = TokenId(1);
/// One USDT.
pub const USDT: u128 = 1_000_000;
/// One WETH.
pub const WETH: u128 = 1_000_000_000_000_000_000;
/// The fee that the operator asks for in USDT: 0.01.
pub const FEE: u128 = 10_000;
/// The pool of USDT and WETH that is made on demand.
pub const POOL: PoolParams =
	PoolParams { chain0: ALPHA, token0: TOKEN, chain1: BETA, token1: TOKEN, fee_bps: 30 };
/// Nobody listens there: the port is that of the service "discard", below those that systems give out.
pub const NOWHERE: &str = "ws://127.0.0.1:9";

/// The operator, and the home of the user who calls it.
pub struct World {
	runtime: Runtime,
	engine: Engine,
	gate: Gate,
	server: Option<Listening>,
	building: Mutex<JoinHandle<()>>,
	/// Requests put in so far, per chain.
	requests: [u64; 2],
	home: TempDir,
	_store: TempDir,
	pub url: String,
}

impl World {
	/// An operator whose own account exists, so that it takes fees, and Alice with 1,000 USDT and 1 WETH.
	pub fn new() -> Self {
		let runtime = Runtime::new().expect("a runtime");
		let store = tempfile::tempdir().expect("a folder");
		let (engine, gate, server) = runtime.block_on(start(store.path()));
		let url = format!("http://{}", server.address);
		let building = Mutex::new(runtime.spawn(build(engine.clone())));
		let mut this = Self {
			runtime,
			engine,
			gate,
			server: Some(server),
			building,
			requests: [0; 2],
			home: tempfile::tempdir().expect("a folder"),
			_store: store,
			url,
		};
		this.deposit(ALPHA, "//Operator", 1, true);
		this.deposit(BETA, "//Operator", 1, true);
		this.deposit(ALPHA, "//Alice", 1_000 * USDT, true);
		this.deposit(BETA, "//Alice", WETH, true);
		this
	}

	/// A deposit of token 1, with or without the key, until it is credited.
	pub fn deposit(&mut self, chain: ChainId, suri: &str, units: u128, key: bool) {
		let wallet = wallet(suri);
		let request = PriorityRequest::Deposit {
			token: TOKEN,
			owner: wallet.owner(),
			amount: Amount::new(units).expect("an amount"),
			key: key.then(|| wallet.key()),
		};
		self.serve(chain, request);
	}

	/// Both sides of the pool.
	pub fn pool(&mut self) {
		for (chain, side) in [(ALPHA, Side::Zero), (BETA, Side::One)] {
			self.serve(
				chain,
				PriorityRequest::CreatePool { slot: PoolSlot(0), side, params: POOL },
			);
		}
	}

	/// The pool with Alice's 600 USDT and 0.2 WETH in it.
	pub fn funded_pool(&mut self) {
		self.pool();
		let add =
			["liquidity", "add", "600", "USDT@alpha", "0.2", "WETH@beta", "--suri", "//Alice"];
		self.ok(&add);
	}

	/// Puts a request into the queue of a chain and waits until it is in a block.
	pub fn serve(&mut self, chain: ChainId, request: PriorityRequest) {
		let index = &mut self.requests[usize::from(chain.0) - 1];
		let requests = vec![(*index, request)];
		*index += 1;
		let engine = &self.engine;
		self.runtime.block_on(async {
			engine.requests(chain, requests).await;
			for _ in 0..2_000 {
				let waiting = engine.status().await.waiting_requests;
				if waiting.iter().all(|(_, count)| *count == 0) {
					return;
				}
				tokio::time::sleep(Duration::from_millis(5)).await;
			}
			panic!("the request is not served: {:?}", engine.status().await);
		});
	}

	/// What somebody has of token 1 on a chain.
	pub fn balance(&self, chain: ChainId, suri: &str) -> u128 {
		let accounts = self.accounts(suri);
		let here = accounts.iter().filter(|account| account.chain == chain.0);
		let balances = here.flat_map(|account| &account.balances);
		balances.filter(|balance| balance.token == TOKEN.0).map(|balance| balance.amount.0).sum()
	}

	pub fn accounts(&self, suri: &str) -> Vec<AccountInfo> {
		self.runtime.block_on(self.engine.accounts(wallet(suri).owner()))
	}

	/// The operator takes nothing for a reason, or goes on.
	pub fn pause(&self, reason: Option<&str>) {
		let reason = reason.map(str::to_owned);
		self.runtime.block_on(self.gate.set(Source::Admin, reason));
	}

	/// No blocks are built any more.
	pub fn stop_building(&self) {
		self.building.lock().expect("no panic").abort();
	}

	/// They are again.
	pub fn start_building(&self) {
		*self.building.lock().expect("no panic") = self.runtime.spawn(build(self.engine.clone()));
	}

	/// The server is gone.
	pub fn stop_serving(&mut self) {
		if let Some(server) = self.server.take() {
			self.runtime.block_on(server.stop());
		}
	}

	/// The command, in an environment of its own.
	pub fn command(&self, args: &[&str]) -> Command {
		let mut command = command(self.home.path());
		command.env("LIGATURE_OPERATOR", &self.url).args(args);
		command
	}

	/// Runs a command: exit code, standard output, standard error.
	pub fn run(&self, args: &[&str]) -> (i32, String, String) {
		texts(self.command(args).output().expect("it runs"))
	}

	/// The output of a command that succeeds.
	pub fn ok(&self, args: &[&str]) -> String {
		let (code, out, error) = self.run(args);
		assert_eq!(code, 0, "{args:?}: {out}{error}");
		out
	}

	/// The JSON of a command that succeeds, and says nothing else.
	pub fn json(&self, args: &[&str]) -> Value {
		let args = [args, &["--json"]].concat();
		let (code, out, error) = self.run(&args);
		assert_eq!((code, error.as_str()), (0, ""), "{args:?}: {out}");
		serde_json::from_str(&out).expect("JSON")
	}

	/// The error of a command that fails with this exit code and prints nothing else.
	pub fn fails(&self, code: i32, args: &[&str]) -> String {
		let (actual, out, error) = self.run(args);
		assert_eq!((actual, out.as_str()), (code, ""), "{args:?}: {error}");
		error
	}
}

/// The command in a home of its own, without anything that the environment says.
pub fn command(home: &std::path::Path) -> Command {
	let mut command = Command::cargo_bin("ligature").expect("the binary is built");
	for variable in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LIGATURE_OPERATOR", "LIGATURE_WALLET"] {
		command.env_remove(variable);
	}
	command
		.env("HOME", home)
		.env("LIGATURE_DEVNET", home.join("devnet"))
		.env_remove("LIGATURE_WALLET_PASSWORD")
		.timeout(Duration::from_secs(60));
	command
}

pub fn texts(output: Output) -> (i32, String, String) {
	let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
	(output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

pub fn wallet(suri: &str) -> Wallet {
	Wallet::from_suri(suri).expect("a secret")
}

fn now() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Builds a block whenever there is something to put in.
async fn build(engine: Engine) {
	loop {
		tokio::time::sleep(Duration::from_millis(20)).await;
		let timestamp = Timestamp::new(now()).expect("a time");
		let terms = Terms { timestamp, oracle_epoch: 0, member_set_hash: [2; 32] };
		engine.build(terms).await.expect("a block can be built");
	}
}

fn token(id: u16, symbol: &str, decimals: u8) -> TokenInfo {
	let asset = (id > 0).then_some(id.into());
	TokenInfo { id, asset, symbol: symbol.into(), decimals }
}

async fn start(folder: &std::path::Path) -> (Engine, Gate, Listening) {
	let network = Network::new(NetworkId(1), vec![ALPHA, BETA]).expect("two chains");
	let root = Ledger::new(network.clone()).states()[0].root();
	let genesis = Header::genesis(&network, [1; 32], [2; 32], root);
	let (class, join_class) = (SizeClass::new(2).expect("2"), JoinClass::new(2).expect("2"));
	let fee = Fee::new(FEE).expect("a fee");
	let config = EngineConfig {
		network: network.clone(),
		genesis: genesis.clone(),
		fee_owner: Some(wallet("//Operator").owner()),
		class,
		join_class,
		circuit_version: 1,
		keys: KeyDigests {
			halves: [(class, verifying_key_digest(b"half"))].into(),
			joins: [(join_class, verifying_key_digest(b"join"))].into(),
		},
		mempool: MempoolConfig { per_account: 4, ..MempoolConfig::default() },
		fees: FeeFloors { default: Fee::ZERO, floors: [((ALPHA, TOKEN), fee)].into() },
		undo: 16,
		snapshot_every: 0,
	};
	let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder).await.expect("a store"));
	let engine = Engine::start(config, store.clone()).await.expect("an engine");
	let mut alpha = ChainState::new(ALPHA, "Ligature Alpha", NOWHERE, [1; 32]);
	alpha.tokens = vec![token(0, "LIG", 12), token(1, "USDT", 6)];
	let mut beta = ChainState::new(BETA, "Ligature Beta", NOWHERE, [2; 32]);
	beta.tokens = vec![token(0, "LIG", 12), token(1, "WETH", 18)];
	let board = Board::new(vec![alpha, beta]);
	let metrics = Metrics::new().expect("metrics");
	let notices = Notices::default();
	let (reverter, _) = mpsc::channel(1);
	let gate = Gate::new(engine.clone(), metrics.clone());
	let shared = Shared {
		engine: engine.clone(),
		store: store.clone(),
		lines: Lines::new(store.clone(), &genesis),
		board: board.clone(),
		gate: gate.clone(),
		notices: notices.clone(),
		metrics: metrics.clone(),
		council: reverter.clone(),
	};
	let second = Duration::from_secs(1);
	let rules = Rules { max_wait: second, max_open: 3, unreachable_after: second };
	let api = Api {
		network: network.clone(),
		engine: engine.clone(),
		store: store.clone(),
		board: board.clone(),
		gate: gate.clone(),
		notices: notices.clone(),
		proofs: ProofBoard::new(
			store.clone(),
			board.clone(),
			Keys::default(),
			notices,
			metrics.clone(),
		),
		votes: VoteBox::new(store, board, network.id(), metrics.clone()),
		checker: Checker::new(network),
		builder: Builder::new(shared, rules),
		reverter,
		metrics,
	};
	let config = RpcConfig { listen: ([127, 0, 0, 1], 0).into(), ..RpcConfig::default() };
	let server = serve(api, &config).await.expect("it listens");
	(engine, gate, server)
}
