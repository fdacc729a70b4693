// SPDX-License-Identifier: Apache-2.0

//! States of the chains after some blocks.

use super::{
	SqliteStore,
	values::{array, int, number},
};
use crate::store::{Snapshot, StoreError};
use ligature_primitives::ids::BlockNumber;
use sqlx::{Connection, Row};

impl SqliteStore {
	pub(super) async fn insert_snapshot(
		&self,
		snapshot: &Snapshot,
		keep: u32,
	) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		for (position, state) in (0i64..).zip(&snapshot.states) {
			let sql = "INSERT OR REPLACE INTO snapshots (number, position, hash, state) \
				VALUES (?, ?, ?, ?)";
			sqlx::query(sql)
				.bind(int(snapshot.number.0)?)
				.bind(position)
				.bind(&snapshot.hash[..])
				.bind(&state[..])
				.execute(&mut *tx)
				.await?;
		}
		let sql = "DELETE FROM snapshots WHERE number NOT IN \
			(SELECT DISTINCT number FROM snapshots ORDER BY number DESC LIMIT ?)";
		sqlx::query(sql).bind(i64::from(keep)).execute(&mut *tx).await?;
		Ok(tx.commit().await?)
	}

	pub(super) async fn select_snapshots(&self) -> Result<Vec<BlockNumber>, StoreError> {
		let sql = "SELECT DISTINCT number FROM snapshots ORDER BY number DESC";
		let numbers: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&self.readers).await?;
		let block = |found| Ok(BlockNumber(number(found, "number of a snapshot")?));
		numbers.into_iter().map(block).collect()
	}

	pub(super) async fn select_snapshot(
		&self,
		number: BlockNumber,
	) -> Result<Option<Snapshot>, StoreError> {
		let sql = "SELECT hash, state FROM snapshots WHERE number = ? ORDER BY position";
		let rows = sqlx::query(sql).bind(int(number.0)?).fetch_all(&self.readers).await?;
		let Some(first) = rows.first() else { return Ok(None) };
		let hash = array(first.try_get(0)?, "hash of a snapshot's block")?;
		let states = rows.iter().map(|row| row.try_get(1)).collect::<Result<_, _>>()?;
		Ok(Some(Snapshot { number, hash, states }))
	}
}
