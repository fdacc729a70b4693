// SPDX-License-Identifier: Apache-2.0

//! An engine over a database in a folder of its own, the people who use it, and the queues of two chains.

use ligature_ledger::Ledger;
use ligature_operator::{
	engine::{
		Admitted, Built, Engine, EngineConfig, EngineError, FeeFloors, KeyDigests, MempoolConfig,
		Terms,
	},
	store::{SqliteStore, Store},
};
use ligature_operator_api::{AccountInfo, ApiError, TransactionHash, TransactionState};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Header, Network, verifying_key_digest},
	ids::{AccountIndex, ChainId, NetworkId, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::{PublicKey, SecretKey},
	op::Transaction,
	pool::PoolParams,
	priority::PriorityRequest,
	refusal::Refusal,
};
use std::sync::Arc;
use tempfile::TempDir;

pub use crate::wallet::{sign, sign_until};

/// The chains.
pub const ALPHA: ChainId = ChainId(1);
pub const BETA: ChainId = ChainId(2);
pub const CHAINS: [ChainId; 2] = [ALPHA, BETA];
/// The network.
pub const NETWORK: NetworkId = NetworkId(7);
/// Time of the first block: far after the clock of whoever runs this.
pub const FIRST_TIME: u64 = 100_000_000_000;
/// When transactions expire.
pub const EXPIRY: u64 = FIRST_TIME + 1_000_000;

/// A pool between both chains.
pub const POOL: PoolParams =
	PoolParams { chain0: ALPHA, token0: TokenId(1), chain1: BETA, token1: TokenId(2), fee_bps: 30 };

/// Somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person(pub u8);

pub const OPERATOR: Person = Person(1);
pub const ALICE: Person = Person(2);
pub const BOB: Person = Person(3);
pub const CAROL: Person = Person(4);

impl Person {
	pub fn owner(self) -> Owner {
		Owner([self.0; 32])
	}

	pub fn secret(self) -> SecretKey {
		SecretKey::from_seed(&[self.0; 32])
	}

	pub fn key(self) -> PublicKey {
		self.secret().public_key()
	}
}

pub fn network() -> Network {
	Network::new(NETWORK, CHAINS.to_vec()).unwrap()
}

pub fn genesis() -> Header {
	let root = Ledger::new(network()).states()[0].root();
	Header::genesis(&network(), [1; 32], [2; 32], root)
}

/// Keys for sizes 1 to 3, and a mempool without much room.
pub fn config() -> EngineConfig {
	let digest = |what: &[u8], class: u8| verifying_key_digest(&[what, &[class]].concat());
	EngineConfig {
		network: network(),
		genesis: genesis(),
		fee_owner: Some(OPERATOR.owner()),
		class: SizeClass::new(2).unwrap(),
		join_class: JoinClass::new(2).unwrap(),
		circuit_version: 1,
		keys: KeyDigests {
			halves: (1..4).map(|c| (SizeClass::new(c).unwrap(), digest(b"half", c))).collect(),
			joins: (1..4).map(|c| (JoinClass::new(c).unwrap(), digest(b"join", c))).collect(),
		},
		mempool: MempoolConfig { capacity: 1_000, per_account: 100, window: 20 },
		fees: FeeFloors::default(),
		undo: 8,
		snapshot_every: 0,
	}
}

pub fn amount(value: u128) -> Amount {
	Amount::new(value).unwrap()
}

pub fn fee(value: u128) -> Fee {
	Fee::new(value).unwrap()
}

pub fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).unwrap()
}

/// A refusal as the API has it.
pub fn refused<T>(refusal: Refusal) -> Result<T, ApiError> {
	Err(refusal.into())
}

pub fn check(transaction: &Transaction) -> Result<Admitted, ApiError> {
	Admitted::check(transaction.encode(), &network())
}

/// An engine and what is around it.
pub struct World {
	pub config: EngineConfig,
	pub store: Arc<dyn Store>,
	pub engine: Engine,
	/// Time of the next block.
	pub time: u64,
	/// The requests that each chain has ever taken.
	pub queues: [Vec<PriorityRequest>; 2],
	pub folder: TempDir,
}

impl World {
	pub async fn new() -> Self {
		Self::with(config()).await
	}

	pub async fn with(config: EngineConfig) -> Self {
		let folder = tempfile::tempdir().unwrap();
		let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
		let engine = Engine::start(config.clone(), store.clone()).await.unwrap();
		let queues = [Vec::new(), Vec::new()];
		Self { config, store, engine, time: FIRST_TIME, queues, folder }
	}

	/// Ends the engine and starts another on the same folder.
	pub async fn restart(self) -> Self {
		let Self { config, store, engine, time, queues, folder } = self;
		engine.stop().await;
		drop((engine, store));
		let store: Arc<dyn Store> = Arc::new(reopen(folder.path()).await);
		let engine = Engine::start(config.clone(), store.clone()).await.unwrap();
		Self { config, store, engine, time, queues, folder }
	}

	/// A chain takes requests; they are final at once.
	pub async fn request(
		&mut self,
		chain: ChainId,
		requests: impl IntoIterator<Item = PriorityRequest>,
	) {
		let place = network().position(chain).unwrap();
		self.queues[place].extend(requests);
		self.feed().await;
	}

	/// Gives the engine the requests that it does not know.
	pub async fn feed(&self) {
		for (chain, queue) in CHAINS.into_iter().zip(&self.queues) {
			let next = self.engine.next_request(chain).await as usize;
			let new = (next as u64..).zip(queue[next..].iter().cloned());
			self.engine.requests(chain, new.collect()).await;
		}
	}

	/// Deposits with one's own key.
	pub async fn deposit(&mut self, chain: ChainId, who: Person, token: u16, value: u128) {
		self.request(chain, [deposit(who, token, value)]).await;
	}

	pub fn terms(&mut self) -> Terms {
		self.time += 1;
		let timestamp = Timestamp::new(self.time).unwrap();
		Terms { timestamp, oracle_epoch: 0, member_set_hash: [2; 32] }
	}

	pub async fn try_build(&mut self) -> Result<Option<Built>, EngineError> {
		let terms = self.terms();
		self.engine.build(terms).await
	}

	/// Builds a block that is not empty.
	pub async fn build(&mut self) -> Built {
		self.try_build().await.unwrap().expect("something to put in")
	}

	/// Builds until nothing is left that can be put in.
	pub async fn build_all(&mut self) -> Vec<Built> {
		let mut all = Vec::new();
		while let Some(built) = self.try_build().await.unwrap() {
			all.push(built);
			assert!(all.len() < 1_000, "an end");
		}
		all
	}

	pub async fn submit(&self, transaction: &Transaction) -> Result<TransactionHash, ApiError> {
		self.engine.submit(vec![check(transaction)?]).await.remove(0)
	}

	pub async fn state(&self, transaction: &Transaction) -> TransactionState {
		let hash = TransactionHash(transaction.hash());
		self.store.transaction(hash).await.unwrap().expect("known").state
	}

	/// The refusal of a transaction that was dropped.
	pub async fn dropped(&self, transaction: &Transaction) -> String {
		match self.state(transaction).await {
			TransactionState::Refused { name, .. } => name,
			other => panic!("not dropped but {other:?}"),
		}
	}

	pub async fn account(&self, chain: ChainId, who: Person) -> AccountInfo {
		let all = self.engine.accounts(who.owner()).await;
		all.into_iter().find(|account| account.chain == chain.0).expect("an account")
	}

	/// A balance of somebody's first account; 0 without one.
	pub async fn balance(&self, chain: ChainId, who: Person, token: u16) -> u128 {
		let all = self.engine.accounts(who.owner()).await;
		let account = all.iter().find(|account| account.chain == chain.0);
		let balance = account.and_then(|a| a.balances.iter().find(|b| b.token == token));
		balance.map_or(0, |balance| balance.amount.0)
	}

	/// Alice and Bob have money and keys on both chains, and the pool has liquidity of Alice's.
	pub async fn furnished(config: EngineConfig) -> Self {
		let mut this = Self::with(config).await;
		for chain in CHAINS {
			this.deposit(chain, OPERATOR, 0, 1_000_000).await;
			for who in [ALICE, BOB] {
				for token in [0, 1, 2] {
					this.deposit(chain, who, token, 1_000_000_000).await;
				}
			}
		}
		this.create_pool(POOL, [0, 0]).await;
		this.build_all().await;
		let add = this.add_liquidity(POOL, ALICE, 1, (1_000_000, 4_000_000)).await;
		this.submit(&add).await.unwrap();
		this.build().await;
		this
	}

	pub async fn create_pool(&mut self, params: PoolParams, slots: [u16; 2]) {
		for (side, slot) in [Side::Zero, Side::One].into_iter().zip(slots) {
			let request = PriorityRequest::CreatePool { slot: PoolSlot(slot), side, params };
			self.request(params.chain(side), [request]).await;
		}
	}
}

pub fn deposit(who: Person, token: u16, value: u128) -> PriorityRequest {
	PriorityRequest::Deposit {
		token: TokenId(token),
		owner: who.owner(),
		amount: amount(value),
		key: Some(who.key()),
	}
}

/// Opens a database that another engine has just let go of: its thread may still hold it for a moment.
pub async fn reopen(folder: &std::path::Path) -> SqliteStore {
	for _ in 0..500 {
		match SqliteStore::open(folder).await {
			Ok(store) => return store,
			Err(ligature_operator::store::StoreError::Locked(_)) => {
				tokio::time::sleep(std::time::Duration::from_millis(10)).await;
			},
			Err(error) => panic!("{error}"),
		}
	}
	panic!("the folder stays locked");
}

/// The smallest blocks.
pub fn small() -> EngineConfig {
	let (class, join_class) = (SizeClass::new(1).unwrap(), JoinClass::new(1).unwrap());
	EngineConfig { class, join_class, ..config() }
}

/// A deposit of the native token, without a key.
pub fn keyless(who: Person, value: u128) -> PriorityRequest {
	let (token, owner, amount) = (TokenId(0), who.owner(), amount(value));
	PriorityRequest::Deposit { token, owner, amount, key: None }
}
