// SPDX-License-Identifier: Apache-2.0

//! An engine with a database of its own on the disk, accounts that have funds, and what they sign.

use crate::Outcome;
use ligature_ledger::Ledger;
use ligature_operator::{
	engine::{Engine, EngineConfig, FeeFloors, KeyDigests, MempoolConfig, Terms},
	store::{SqliteStore, Store},
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Header, Network, verifying_key_digest},
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, Timestamp, TokenId},
	keys::SecretKey,
	op::{SignedTransaction, Transaction, TransferBody},
	priority::PriorityRequest,
	refusal::Refusal,
};
use std::sync::Arc;
use tempfile::TempDir;

/// The chain on which all is sent.
pub const CHAIN: ChainId = ChainId(1);
/// The other one.
pub const OTHER: ChainId = ChainId(2);
/// Accounts that sign in turn.
const ACCOUNTS: u32 = 100;
/// Time of the blocks, and an hour later, by which transactions expire.
const TIME: u64 = 4_000_000_000;
/// Hash of the oracles' first epoch.
const MEMBERS: [u8; 32] = [2; 32];

/// What is measured.
pub struct World {
	/// The engine.
	pub engine: Engine,
	/// Its database.
	pub store: Arc<dyn Store>,
	/// The header of block 0.
	pub genesis: Header,
	_folder: TempDir,
}

impl World {
	/// Starts an engine that takes so many transactions. The database lies in the folder for temporary files, which `TMPDIR`
	/// names: it has to be on a disk.
	pub async fn start(count: usize) -> Outcome<Self> {
		let folder = tempfile::tempdir()?;
		let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).await?);
		let config = config(count)?;
		let genesis = config.genesis.clone();
		let engine = Engine::start(config, store.clone()).await?;
		let amount = Amount::new(1_000_000_000)?;
		let deposits = (0..ACCOUNTS).map(|account| PriorityRequest::Deposit {
			token: TokenId(0),
			owner: owner(account),
			amount,
			key: Some(secret(account).public_key()),
		});
		engine.requests(CHAIN, (0..).zip(deposits).collect()).await;
		while engine.build(terms()?).await?.is_some() {}
		Ok(Self { engine, store, genesis, _folder: folder })
	}
}

/// The network.
pub fn network() -> Result<Network, Refusal> {
	Network::new(NetworkId(7), vec![CHAIN, OTHER])
}

/// What blocks are built with.
pub fn terms() -> Result<Terms, Refusal> {
	Ok(Terms { timestamp: Timestamp::new(TIME)?, oracle_epoch: 0, member_set_hash: MEMBERS })
}

fn config(count: usize) -> Result<EngineConfig, Refusal> {
	let network = network()?;
	let root = Ledger::new(network.clone()).states()[0].root();
	let (class, join_class) = (SizeClass::new(3)?, JoinClass::new(3)?);
	Ok(EngineConfig {
		genesis: Header::genesis(&network, [1; 32], MEMBERS, root),
		network,
		fee_owner: None,
		class,
		join_class,
		circuit_version: 1,
		keys: KeyDigests {
			halves: [(class, verifying_key_digest(b"half"))].into(),
			joins: [(join_class, verifying_key_digest(b"join"))].into(),
		},
		mempool: MempoolConfig { capacity: count, per_account: count, window: u32::MAX },
		fees: FeeFloors::default(),
		undo: 16,
		snapshot_every: 0,
	})
}

fn secret(account: u32) -> SecretKey {
	let mut seed = [7; 32];
	seed[..4].copy_from_slice(&account.to_be_bytes());
	SecretKey::from_seed(&seed)
}

fn owner(account: u32) -> Owner {
	let mut bytes = [9; 32];
	bytes[..4].copy_from_slice(&account.to_be_bytes());
	Owner(bytes)
}

/// The transfer of this number: the accounts take turns.
pub fn sign(number: u32) -> Result<Transaction, Refusal> {
	let account = number % ACCOUNTS;
	let body = TransferBody {
		chain: CHAIN,
		account: AccountIndex::new(account)?,
		nonce: Nonce(number / ACCOUNTS),
		token: TokenId(0),
		receiver: owner((account + 1) % ACCOUNTS),
		amount: Amount::new(1)?,
		fee: Fee::ZERO,
	};
	let expiry = Timestamp::new(TIME + 3_600)?;
	Ok(SignedTransaction::sign(NetworkId(7), expiry, body, &secret(account)).into())
}
