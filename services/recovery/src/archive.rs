// SPDX-License-Identifier: Apache-2.0

//! What was read of one chain, on the disk: an SQLite database, and a checkpoint of the state beside it.
//!
//! Many blocks of the chain are one database transaction with how far it was read, so that a kill loses the last few
//! seconds at most and nothing is read twice.

use crate::{
	error::RecoveryError,
	source::{About, Anchor},
};
use ligature_chain::{Posted, RawBlock};
use ligature_ledger::{ChainState, snapshot, tree::NodeHasher};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use sqlx::{
	ConnectOptions, Connection, Row, SqliteConnection,
	sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
	fs, io,
	path::{Path, PathBuf},
};
use tokio::sync::Mutex;

/// A block of the rollup, as an extrinsic posts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
	/// Its header.
	pub header: Header,
	/// Its public data for this chain.
	pub data: Vec<u8>,
}

/// A block of the rollup by what leads to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
	/// Header hash of the block before.
	pub parent: Digest,
	/// Its number.
	pub number: BlockNumber,
	/// Requests of this chain that it consumes.
	pub requests: u64,
}

/// How far the chain was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
	/// The last block of the chain that was read.
	pub block: u32,
	/// Its hash.
	pub hash: Digest,
}

/// What was read of one chain.
pub(crate) struct Archive {
	folder: PathBuf,
	chain: ChainId,
	database: Mutex<SqliteConnection>,
}

impl Archive {
	/// Opens what was read of a chain in a folder of it, or begins.
	///
	/// # Errors
	///
	/// [`RecoveryError::OtherChain`], [`RecoveryError::Database`], [`RecoveryError::File`].
	pub async fn open(folder: &Path, about: &About) -> Result<Self, RecoveryError> {
		fs::create_dir_all(folder).map_err(RecoveryError::file(folder))?;
		let failed = |error: sqlx::Error| RecoveryError::Database { folder: folder.into(), error };
		let chain = about.identity.chain;
		let mut database = SqliteConnectOptions::new()
			.filename(folder.join(format!("chain-{chain}.sqlite")))
			.create_if_missing(true)
			.journal_mode(SqliteJournalMode::Wal)
			.synchronous(SqliteSynchronous::Normal)
			.disable_statement_logging()
			.connect()
			.await
			.map_err(failed)?;
		let migrated = sqlx::migrate!("./migrations").run(&mut database).await;
		migrated.map_err(|error| failed(error.into()))?;
		let this = Self { folder: folder.into(), chain, database: Mutex::new(database) };
		match this.genesis().await? {
			None => this.begin(&about.genesis).await?,
			Some(genesis) if genesis == about.genesis => {},
			Some(genesis) => {
				return Err(RecoveryError::OtherChain { folder: folder.into(), genesis });
			},
		}
		Ok(this)
	}

	/// The chain.
	pub fn chain(&self) -> ChainId {
		self.chain
	}

	async fn genesis(&self) -> Result<Option<Digest>, RecoveryError> {
		let mut database = self.database.lock().await;
		let genesis: Option<Vec<u8>> = sqlx::query_scalar("SELECT genesis FROM progress")
			.fetch_optional(&mut *database)
			.await
			.map_err(self.failed())?;
		genesis.map(|bytes| self.digest(&bytes)).transpose()
	}

	async fn begin(&self, genesis: &Digest) -> Result<(), RecoveryError> {
		let mut database = self.database.lock().await;
		let sql = "INSERT INTO progress (only, genesis, block, hash) VALUES (0, ?1, 0, ?1)";
		let begun = sqlx::query(sql).bind(&genesis[..]).execute(&mut *database).await;
		begun.map(drop).map_err(self.failed())
	}

	/// How far the chain was read.
	pub async fn mark(&self) -> Result<Mark, RecoveryError> {
		let mut database = self.database.lock().await;
		let row = sqlx::query("SELECT block, hash FROM progress");
		let row = row.fetch_one(&mut *database).await.map_err(self.failed())?;
		let block: u32 = row.try_get(0).map_err(self.failed())?;
		let hash: Vec<u8> = row.try_get(1).map_err(self.failed())?;
		Ok(Mark { block, hash: self.digest(&hash)? })
	}

	/// Adds what blocks of the chain post, that follow the last one read.
	///
	/// # Errors
	///
	/// [`RecoveryError::Fork`] if they do not; [`RecoveryError::Database`].
	pub async fn add(
		&self,
		blocks: &[(RawBlock, Vec<(u32, Posted)>)],
	) -> Result<(), RecoveryError> {
		let Mark { block, mut hash } = self.mark().await?;
		for (number, (raw, _)) in (u64::from(block) + 1..).zip(blocks) {
			if raw.parent != hash || u64::from(raw.head.number) != number {
				return Err(RecoveryError::Fork { block: raw.head });
			}
			hash = raw.head.hash;
		}
		let mut database = self.database.lock().await;
		let written = async {
			let mut tx = database.begin().await?;
			for (raw, posted) in blocks {
				for (place, posted) in posted {
					insert(&mut tx, self.chain, raw.head.number, *place, posted).await?;
				}
			}
			if let Some((raw, _)) = blocks.last() {
				sqlx::query("UPDATE progress SET block = ?, hash = ?")
					.bind(raw.head.number)
					.bind(&raw.head.hash[..])
					.execute(&mut *tx)
					.await?;
			}
			tx.commit().await
		};
		written.await.map_err(self.failed())
	}

	/// What leads from a posted block to the one before; none if it was posted nowhere.
	pub async fn link(&self, hash: &Digest) -> Result<Option<Link>, RecoveryError> {
		let mut database = self.database.lock().await;
		let sql = "SELECT parent, number, requests FROM commits WHERE hash = ? LIMIT 1";
		let row = sqlx::query(sql).bind(&hash[..]).fetch_optional(&mut *database).await;
		let Some(row) = row.map_err(self.failed())? else { return Ok(None) };
		let parent: Vec<u8> = row.try_get(0).map_err(self.failed())?;
		let number: i64 = row.try_get(1).map_err(self.failed())?;
		let requests: i64 = row.try_get(2).map_err(self.failed())?;
		Ok(Some(Link {
			parent: self.digest(&parent)?,
			number: BlockNumber(number.cast_unsigned()),
			requests: requests.cast_unsigned(),
		}))
	}

	/// The postings of a block: one header, and possibly different data, of which one at most fits it.
	pub async fn postings(&self, hash: &Digest) -> Result<Vec<Posting>, RecoveryError> {
		let mut database = self.database.lock().await;
		let sql = "SELECT header, data FROM commits WHERE hash = ? ORDER BY block, extrinsic";
		let rows = sqlx::query(sql).bind(&hash[..]).fetch_all(&mut *database).await;
		let posting = |row: &sqlx::sqlite::SqliteRow| {
			let header: Vec<u8> = row.try_get(0)?;
			let header = Header::decode(&header)
				.map_err(|refusal| sqlx::Error::Decode(format!("a header: {refusal}").into()))?;
			Ok(Posting { header, data: row.try_get(1)? })
		};
		let rows = rows.map_err(self.failed())?;
		rows.iter().map(posting).collect::<Result<_, _>>().map_err(self.failed())
	}

	/// The proofs that were posted for a block, each bundle once, those of the first extrinsic first.
	pub async fn proofs(&self, hash: &Digest) -> Result<Vec<Vec<[u8; 192]>>, RecoveryError> {
		let mut database = self.database.lock().await;
		let sql = "SELECT proofs FROM proofs WHERE hash = ? ORDER BY block, extrinsic";
		let rows: Result<Vec<Vec<u8>>, _> =
			sqlx::query_scalar(sql).bind(&hash[..]).fetch_all(&mut *database).await;
		let mut bundles: Vec<Vec<[u8; 192]>> = Vec::new();
		for bytes in rows.map_err(self.failed())? {
			let bundle = bytes.as_chunks::<192>().0.to_vec();
			if !bundles.contains(&bundle) {
				bundles.push(bundle);
			}
		}
		Ok(bundles)
	}

	/// The last state that was kept, if it can be read and is one of a block in this line (of blocks 1, 2, …).
	pub async fn checkpoint(
		&self,
		line: &[Digest],
		hasher: &impl NodeHasher,
	) -> Result<Option<(Anchor, ChainState)>, RecoveryError> {
		let row = {
			let mut database = self.database.lock().await;
			let row = sqlx::query("SELECT number, hash, file FROM checkpoint");
			row.fetch_optional(&mut *database).await.map_err(self.failed())?
		};
		let Some(row) = row else { return Ok(None) };
		let number: i64 = row.try_get(0).map_err(self.failed())?;
		let hash: Vec<u8> = row.try_get(1).map_err(self.failed())?;
		let file: String = row.try_get(2).map_err(self.failed())?;
		let (number, hash) = (number.cast_unsigned(), self.digest(&hash)?);
		let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
		if place.and_then(|place| line.get(place)) != Some(&hash) {
			// Of a block that was taken back, or above the anchor.
			return Ok(None);
		}
		match snapshot::load_file(self.chain, &self.folder.join(&file), hasher) {
			Ok(state) => Ok(Some((Anchor { number: BlockNumber(number), hash }, state))),
			Err(error) => {
				tracing::warn!(file, %error, "the checkpoint is not used; blocks are executed from the first on");
				Ok(None)
			},
		}
	}

	/// Keeps the state after a block, in the place of the one kept before.
	pub async fn keep(&self, state: &ChainState, at: Anchor) -> Result<(), RecoveryError> {
		let name = format!("chain-{}-{}.state", self.chain, at.number);
		let path = self.folder.join(&name);
		snapshot::save_file(state, &path)
			.map_err(|error| RecoveryError::Checkpoint { folder: self.folder.clone(), error })?;
		let mut database = self.database.lock().await;
		let before: Option<String> = sqlx::query_scalar("SELECT file FROM checkpoint")
			.fetch_optional(&mut *database)
			.await
			.map_err(self.failed())?;
		sqlx::query("REPLACE INTO checkpoint (only, number, hash, file) VALUES (0, ?, ?, ?)")
			.bind(at.number.0.cast_signed())
			.bind(&at.hash[..])
			.bind(&name)
			.execute(&mut *database)
			.await
			.map_err(self.failed())?;
		match before.filter(|before| *before != name) {
			Some(before) => match fs::remove_file(self.folder.join(&before)) {
				Err(error) if error.kind() != io::ErrorKind::NotFound => {
					Err(RecoveryError::file(self.folder.join(before))(error))
				},
				_ => Ok(()),
			},
			None => Ok(()),
		}
	}

	fn failed(&self) -> impl Fn(sqlx::Error) -> RecoveryError + '_ {
		|error| RecoveryError::Database { folder: self.folder.clone(), error }
	}

	fn digest(&self, bytes: &[u8]) -> Result<Digest, RecoveryError> {
		let wrong = || sqlx::Error::Decode(format!("a hash of {} bytes", bytes.len()).into());
		bytes.try_into().map_err(|_| self.failed()(wrong()))
	}
}

async fn insert(
	connection: &mut SqliteConnection,
	chain: ChainId,
	block: u32,
	extrinsic: u32,
	posted: &Posted,
) -> Result<(), sqlx::Error> {
	match posted {
		Posted::Commit { header, data } => {
			// A header of another network names no part of this chain; its requests do not count then.
			let requests = header.chain(chain).map_or(0, |part| part.priority_count);
			sqlx::query(
				"REPLACE INTO commits (hash, block, extrinsic, number, parent, requests, header, data) \
				 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			)
			.bind(&header.hash()[..])
			.bind(block)
			.bind(extrinsic)
			.bind(header.number.0.cast_signed())
			.bind(&header.parent[..])
			.bind(requests)
			.bind(header.encode())
			.bind(&data[..])
			.execute(connection)
			.await?;
		},
		Posted::Proofs { hash, proofs, .. } => {
			let sql = "REPLACE INTO proofs (hash, block, extrinsic, proofs) VALUES (?, ?, ?, ?)";
			sqlx::query(sql)
				.bind(&hash[..])
				.bind(block)
				.bind(extrinsic)
				.bind(proofs.as_flattened())
				.execute(connection)
				.await?;
		},
		// Nothing can be rebuilt of it.
		Posted::Certificate(_) => {},
	}
	Ok(())
}
