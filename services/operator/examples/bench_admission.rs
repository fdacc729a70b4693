// SPDX-License-Identifier: Apache-2.0

//! How many signed transactions the engine takes per second, each on the disk when its answer comes.
//!
//! Prints one line per value: name, value, unit. Arguments: how many transactions (20,000) and how many in one lot
//! (500). Transactions are signed beforehand; `check` is what the server's threads do (form and signature, here on
//! all cores), `submit` what the engine's one thread does with the database.

use ligature_ledger::Ledger;
use ligature_operator::{
	engine::{Admitted, Engine, EngineConfig, FeeFloors, KeyDigests, MempoolConfig, Terms},
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
};
use std::{env, error::Error, num::NonZeroUsize, sync::Arc, thread, time::Instant};

/// Accounts that sign in turn.
const ACCOUNTS: u32 = 100;
/// Time of the blocks, and an hour later, by which transactions expire.
const TIME: u64 = 4_000_000_000;

fn config(count: usize) -> Result<EngineConfig, Box<dyn Error>> {
	let network = Network::new(NetworkId(7), vec![ChainId(1), ChainId(2)])?;
	let root = Ledger::new(network.clone()).states()[0].root();
	let (class, join_class) = (SizeClass::new(3)?, JoinClass::new(3)?);
	Ok(EngineConfig {
		genesis: Header::genesis(&network, [1; 32], [2; 32], root),
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

/// Does the same to all on all cores.
fn spread<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
	let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
	let work = &work;
	thread::scope(|scope| {
		let parts = items.chunks(items.len().div_ceil(cores).max(1));
		let threads: Vec<_> = parts
			.map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<R>>()))
			.collect();
		threads
			.into_iter()
			.flat_map(|thread| thread.join().expect("no part of the work panics; qed"))
			.collect()
	})
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let mut arguments = env::args().skip(1).map(|text| text.parse::<usize>());
	let count = arguments.next().transpose()?.unwrap_or(20_000);
	let lot = arguments.next().transpose()?.unwrap_or(500).max(1);
	let folder = tempfile::tempdir()?;
	let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).await?);
	let config = config(count)?;
	let network = config.network.clone();
	let engine = Engine::start(config, store).await?;
	let amount = Amount::new(1_000_000_000)?;
	let deposits = (0..ACCOUNTS).map(|account| PriorityRequest::Deposit {
		token: TokenId(0),
		owner: owner(account),
		amount,
		key: Some(secret(account).public_key()),
	});
	engine.requests(ChainId(1), (0..).zip(deposits).collect()).await;
	let terms =
		Terms { timestamp: Timestamp::new(TIME)?, oracle_epoch: 0, member_set_hash: [2; 32] };
	while engine.build(terms).await?.is_some() {}

	let numbers: Vec<u32> = (0..u32::try_from(count)?).collect();
	let signed = spread(&numbers, |number| sign(*number).map(|transaction| transaction.encode()));
	let signed = signed
		.into_iter()
		.collect::<Result<Vec<_>, _>>()
		.map_err(|error| error as Box<dyn Error>)?;

	let begin = Instant::now();
	let admitted = spread(&signed, |bytes| Admitted::check(bytes.clone(), &network));
	let admitted = admitted.into_iter().collect::<Result<Vec<_>, _>>()?;
	let checking = begin.elapsed();

	let begin = Instant::now();
	for lot in admitted.chunks(lot) {
		for taken in engine.submit(lot.to_vec()).await {
			taken?;
		}
	}
	let submitting = begin.elapsed();

	let begin = Instant::now();
	let mut built = 0;
	for _ in 0..5 {
		built += engine.build(terms).await?.map_or(0, |built| built.transactions);
	}
	let building = begin.elapsed();
	engine.stop().await;

	let rate = |count: usize, time: std::time::Duration| count as f64 / time.as_secs_f64();
	println!("lot {lot} transactions");
	println!("check {:.0} transactions/s", rate(count, checking));
	println!("submit {:.0} transactions/s", rate(count, submitting));
	println!("admission {:.0} transactions/s", rate(count, checking + submitting));
	println!("build {:.0} transactions/s", rate(built, building));
	Ok(())
}

/// The transfer of this number: the accounts take turns.
fn sign(number: u32) -> Result<Transaction, Box<dyn Error + Send + Sync>> {
	let account = number % ACCOUNTS;
	let body = TransferBody {
		chain: ChainId(1),
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
