// SPDX-License-Identifier: Apache-2.0

//! The store in SQLite: one file in a folder of the operator's own.
//!
//! One connection writes, one thing after the other; others read what was committed last. The journal is a
//! write-ahead log that is synced at every commit. A lock on a file beside the database keeps a second operator away,
//! and ends with the process however that ends.

mod blocks;
mod replay;
mod snapshots;
mod transactions;
mod values;
mod work;

use super::{
	Identity, NewBlock, PendingTransaction, RefusedTransaction, ReplayItem, Snapshot, Stage, Store,
	StoreError, StoredBlock, StoredTransaction, Tip,
};
use async_trait::async_trait;
use ligature_operator_api::{PartName, StageTimes, TransactionHash, VoteBytes, Votes};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, NetworkId},
};
use sqlx::{
	ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
	sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
	fs::{self, File, TryLockError},
	io,
	path::Path,
	time::Duration,
};
use tokio::sync::Mutex;

/// The format that this version writes; it stands in the database.
pub const FORMAT: u32 = 1;

/// The database's name in its folder.
const DATABASE: &str = "operator.sqlite";
/// The name of the file that is locked.
const LOCK: &str = "operator.lock";
/// How many may read at once.
const READERS: u32 = 4;
/// How long a statement waits for another process that looks at the file, a backup for instance.
const PATIENCE: Duration = Duration::from_secs(10);

/// The store in SQLite.
pub struct SqliteStore {
	writer: Mutex<SqliteConnection>,
	readers: SqlitePool,
	/// Locked as long as it is open.
	_lock: File,
}

impl SqliteStore {
	/// Opens the database in a folder; both are made if they are not there.
	///
	/// # Errors
	///
	/// [`StoreError::Folder`], [`StoreError::Locked`] (another operator runs there), [`StoreError::Format`] (another
	/// version wrote it), [`StoreError::Database`], [`StoreError::Migration`].
	pub async fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
		let folder = folder.as_ref();
		let lock = lock(folder)?;
		let options = SqliteConnectOptions::new()
			.filename(folder.join(DATABASE))
			.busy_timeout(PATIENCE)
			.disable_statement_logging();
		let mut writer = options
			.clone()
			.create_if_missing(true)
			.journal_mode(SqliteJournalMode::Wal)
			.synchronous(SqliteSynchronous::Full)
			.connect()
			.await?;
		check_format(&mut writer).await?;
		sqlx::migrate!("./migrations").run(&mut writer).await?;
		let readers = SqlitePoolOptions::new()
			.max_connections(READERS)
			.connect_with(options.read_only(true))
			.await?;
		Ok(Self { writer: Mutex::new(writer), readers, _lock: lock })
	}
}

/// Takes the folder for this process.
fn lock(folder: &Path) -> Result<File, StoreError> {
	let failed = |error: io::Error| StoreError::Folder { folder: folder.to_owned(), error };
	fs::create_dir_all(folder).map_err(failed)?;
	let file = File::options()
		.create(true)
		.truncate(false)
		.write(true)
		.open(folder.join(LOCK))
		.map_err(failed)?;
	match file.try_lock() {
		Ok(()) => Ok(file),
		Err(TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_owned())),
		Err(TryLockError::Error(error)) => Err(failed(error)),
	}
}

/// Refuses what another version wrote, before any table is touched.
async fn check_format(connection: &mut SqliteConnection) -> Result<(), StoreError> {
	let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
	let there: i64 = sqlx::query_scalar(tables).fetch_one(&mut *connection).await?;
	if there == 0 {
		return Ok(());
	}
	let found: i64 = sqlx::query_scalar("SELECT format FROM meta").fetch_one(connection).await?;
	if found == i64::from(FORMAT) {
		Ok(())
	} else {
		Err(StoreError::Format { wanted: FORMAT, found })
	}
}

#[async_trait]
impl Store for SqliteStore {
	async fn claim(&self, identity: &Identity) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		let row = sqlx::query("SELECT network, genesis FROM meta").fetch_one(&mut *tx).await?;
		let found: (Option<i64>, Option<Vec<u8>>) = (row.try_get(0)?, row.try_get(1)?);
		let (Some(network), Some(genesis)) = found else {
			sqlx::query("UPDATE meta SET network = ?, genesis = ?")
				.bind(i64::from(identity.network.0))
				.bind(&identity.genesis[..])
				.execute(&mut *tx)
				.await?;
			return Ok(tx.commit().await?);
		};
		let found = (
			NetworkId(values::number(network, "network")?),
			values::array(&genesis, "genesis hash")?,
		);
		let wanted = (identity.network, identity.genesis);
		if found == wanted { Ok(()) } else { Err(StoreError::OtherNetwork { wanted, found }) }
	}

	async fn add_transactions(
		&self,
		transactions: &[PendingTransaction],
	) -> Result<(), StoreError> {
		self.insert_transactions(transactions).await
	}

	async fn pending(&self) -> Result<Vec<PendingTransaction>, StoreError> {
		self.select_pending().await
	}

	async fn next_place(&self) -> Result<u64, StoreError> {
		self.select_next_place().await
	}

	async fn transaction(
		&self,
		hash: TransactionHash,
	) -> Result<Option<StoredTransaction>, StoreError> {
		self.select_transaction(hash).await
	}

	async fn refuse(
		&self,
		refused: &[RefusedTransaction],
		replayed: u64,
	) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		transactions::refuse(&mut tx, refused).await?;
		replay::remove(&mut tx, replayed).await?;
		Ok(tx.commit().await?)
	}

	async fn add_block(&self, block: &NewBlock) -> Result<(), StoreError> {
		self.insert_block(block).await
	}

	async fn tip(&self) -> Result<Option<Tip>, StoreError> {
		self.select_tip().await
	}

	async fn block(&self, number: BlockNumber) -> Result<Option<StoredBlock>, StoreError> {
		self.select_block(number).await
	}

	async fn blocks(
		&self,
		before: Option<BlockNumber>,
		limit: u32,
	) -> Result<Vec<StoredBlock>, StoreError> {
		self.select_blocks(before, limit).await
	}

	async fn record(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Option<(Header, Vec<u8>)>, StoreError> {
		self.select_record(number, hash).await
	}

	async fn public_data(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
	) -> Result<Option<Vec<u8>>, StoreError> {
		self.select_public_data(number, hash, chain).await
	}

	async fn revert(
		&self,
		to: BlockNumber,
		epoch: u32,
		replay: &[ReplayItem],
	) -> Result<(), StoreError> {
		self.take_back(to, epoch, replay).await
	}

	async fn revert_epoch(&self) -> Result<u32, StoreError> {
		let epoch = sqlx::query_scalar("SELECT revert_epoch FROM meta");
		values::number(epoch.fetch_one(&self.readers).await?, "revert epoch")
	}

	async fn replay(&self) -> Result<Vec<(u64, ReplayItem)>, StoreError> {
		self.select_replay().await
	}

	async fn note_stage(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
		stage: Stage,
		at: u64,
	) -> Result<(), StoreError> {
		self.insert_stage(number, hash, chain, stage, at).await
	}

	async fn stages(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(ChainId, StageTimes)>, StoreError> {
		self.select_stages(number, hash).await
	}

	async fn add_snapshot(&self, snapshot: &Snapshot, keep: u32) -> Result<(), StoreError> {
		self.insert_snapshot(snapshot, keep).await
	}

	async fn snapshots(&self) -> Result<Vec<BlockNumber>, StoreError> {
		self.select_snapshots().await
	}

	async fn snapshot(&self, number: BlockNumber) -> Result<Option<Snapshot>, StoreError> {
		self.select_snapshot(number).await
	}

	async fn add_proof(
		&self,
		number: BlockNumber,
		hash: Digest,
		part: PartName,
		proof: &[u8],
	) -> Result<(), StoreError> {
		self.insert_proof(number, hash, part, proof).await
	}

	async fn proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(PartName, Vec<u8>)>, StoreError> {
		self.select_proofs(number, hash).await
	}

	async fn note_proofs(
		&self,
		number: BlockNumber,
		hash: Digest,
		at: u64,
	) -> Result<(), StoreError> {
		self.update_proofs_at(number, hash, at).await
	}

	async fn add_vote(&self, vote: &VoteBytes) -> Result<bool, StoreError> {
		self.insert_vote(vote).await
	}

	async fn votes(&self, from: u64, limit: u32) -> Result<Votes, StoreError> {
		self.select_votes(from, limit).await
	}

	async fn prune_votes(&self, keep: u64) -> Result<(), StoreError> {
		self.delete_votes(keep).await
	}
}
