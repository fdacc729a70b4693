// SPDX-License-Identifier: Apache-2.0

//! Blocks.

use super::{
	SqliteStore, replay, transactions,
	values::{array, counters, header, int, number, put_counters, transaction_hash},
};
use crate::store::{NewBlock, ReplayItem, StoreError, StoredBlock, Tip};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

/// What [`stored`] reads.
macro_rules! select_blocks {
	($rest:literal) => {
		concat!(
			"SELECT hash, header, operations, joint, served, transactions, built_at, proofs_at \
			 FROM blocks ",
			$rest
		)
	};
}

fn stored(row: &SqliteRow) -> Result<StoredBlock, StoreError> {
	let transactions: &[u8] = row.try_get(5)?;
	let (hashes, rest) = transactions.as_chunks::<32>();
	if !rest.is_empty() {
		let why = format!("{} bytes, not 32 each", transactions.len());
		return Err(StoreError::Damaged { what: "list of a block's transactions", why });
	}
	let proofs_at: Option<i64> = row.try_get(7)?;
	Ok(StoredBlock {
		hash: array(row.try_get(0)?, "hash of a block")?,
		header: header(row.try_get(1)?)?,
		operations: number(row.try_get(2)?, "count of operations")?,
		joint: number(row.try_get(3)?, "count of joint operations")?,
		served: counters(row.try_get(4)?)?,
		transactions: hashes.iter().map(|hash| transaction_hash(hash)).collect::<Result<_, _>>()?,
		built_at: number(row.try_get(6)?, "time of a block")?,
		proofs_at: proofs_at.map(|at| number(at, "time of a block's proofs")).transpose()?,
	})
}

impl SqliteStore {
	pub(super) async fn insert_block(&self, block: &NewBlock) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		let given = block.header.number;
		let last = last_number(&mut tx).await?;
		if last.0.checked_add(1) != Some(given.0) {
			return Err(StoreError::NotNext { given, last });
		}
		let hashes = block.included.iter().flat_map(|transaction| transaction.hash.to_bytes());
		sqlx::query(
			"INSERT INTO blocks (number, hash, header, record, operations, joint, served, \
			 transactions, built_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		)
		.bind(int(given.0)?)
		.bind(&block.hash[..])
		.bind(block.header.encode())
		.bind(&block.record[..])
		.bind(i64::from(block.operations))
		.bind(i64::from(block.joint))
		.bind(put_counters(&block.served))
		.bind(hashes.collect::<Vec<u8>>())
		.bind(int(block.built_at)?)
		.execute(&mut *tx)
		.await?;
		for (part, data) in block.header.chains.iter().zip(&block.data) {
			let sql = "INSERT INTO public_data (number, hash, chain, bytes) VALUES (?, ?, ?, ?)";
			sqlx::query(sql)
				.bind(int(given.0)?)
				.bind(&block.hash[..])
				.bind(i64::from(part.chain.0))
				.bind(&data[..])
				.execute(&mut *tx)
				.await?;
		}
		transactions::include(&mut tx, given, &block.included).await?;
		transactions::refuse(&mut tx, &block.refused).await?;
		replay::remove(&mut tx, block.replayed).await?;
		Ok(tx.commit().await?)
	}

	pub(super) async fn select_tip(&self) -> Result<Option<Tip>, StoreError> {
		let sql = "SELECT hash, header, served FROM blocks WHERE gone = 0 \
			ORDER BY number DESC LIMIT 1";
		let row = sqlx::query(sql).fetch_optional(&self.readers).await?;
		let Some(row) = row else { return Ok(None) };
		Ok(Some(Tip {
			hash: array(row.try_get(0)?, "hash of a block")?,
			header: header(row.try_get(1)?)?,
			served: counters(row.try_get(2)?)?,
		}))
	}

	pub(super) async fn select_block(
		&self,
		number: BlockNumber,
	) -> Result<Option<StoredBlock>, StoreError> {
		let row = sqlx::query(select_blocks!("WHERE gone = 0 AND number = ?"))
			.bind(int(number.0)?)
			.fetch_optional(&self.readers)
			.await?;
		row.as_ref().map(stored).transpose()
	}

	pub(super) async fn select_blocks(
		&self,
		before: Option<BlockNumber>,
		limit: u32,
	) -> Result<Vec<StoredBlock>, StoreError> {
		let before = before.map_or(i64::MAX, |before| int(before.0).unwrap_or(i64::MAX));
		let sql = select_blocks!("WHERE gone = 0 AND number < ? ORDER BY number DESC LIMIT ?");
		let rows = sqlx::query(sql).bind(before).bind(i64::from(limit));
		rows.fetch_all(&self.readers).await?.iter().map(stored).collect()
	}

	pub(super) async fn select_record(
		&self,
		number: BlockNumber,
		hash: Digest,
	) -> Result<Option<(Header, Vec<u8>)>, StoreError> {
		let row = sqlx::query("SELECT header, record FROM blocks WHERE number = ? AND hash = ?")
			.bind(int(number.0)?)
			.bind(&hash[..])
			.fetch_optional(&self.readers)
			.await?;
		let Some(row) = row else { return Ok(None) };
		Ok(Some((header(row.try_get(0)?)?, row.try_get(1)?)))
	}

	pub(super) async fn select_public_data(
		&self,
		number: BlockNumber,
		hash: Digest,
		chain: ChainId,
	) -> Result<Option<Vec<u8>>, StoreError> {
		let sql = "SELECT bytes FROM public_data WHERE number = ? AND hash = ? AND chain = ?";
		let bytes = sqlx::query_scalar(sql)
			.bind(int(number.0)?)
			.bind(&hash[..])
			.bind(i64::from(chain.0))
			.fetch_optional(&self.readers);
		Ok(bytes.await?)
	}

	pub(super) async fn take_back(
		&self,
		to: BlockNumber,
		epoch: u32,
		items: &[ReplayItem],
	) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		transactions::take_back(&mut tx, to).await?;
		for sql in [
			"UPDATE blocks SET gone = 1 WHERE gone = 0 AND number > ?",
			"DELETE FROM snapshots WHERE number > ?",
		] {
			sqlx::query(sql).bind(int(to.0)?).execute(&mut *tx).await?;
		}
		sqlx::query("UPDATE meta SET revert_epoch = ?")
			.bind(i64::from(epoch))
			.execute(&mut *tx)
			.await?;
		replay::replace(&mut tx, items).await?;
		Ok(tx.commit().await?)
	}
}

/// The number of the last block; 0 if there is none.
async fn last_number(connection: &mut SqliteConnection) -> Result<BlockNumber, StoreError> {
	let sql = "SELECT coalesce(max(number), 0) FROM blocks WHERE gone = 0";
	let last: i64 = sqlx::query_scalar(sql).fetch_one(connection).await?;
	Ok(BlockNumber(number(last, "number of a block")?))
}
