// SPDX-License-Identifier: Apache-2.0

//! Transactions.

use super::{
	SqliteStore,
	values::{int, json, number, to_json, transaction_hash},
};
use crate::store::{
	IncludedTransaction, PendingTransaction, RefusedTransaction, StoreError, StoredTransaction,
};
use ligature_operator_api::{ApiError, TransactionHash, TransactionState};
use ligature_primitives::ids::BlockNumber;
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

/// It waits.
const WAITS: i64 = 0;
/// It is in a block.
const IN_BLOCK: i64 = 1;
/// It was dropped.
const DROPPED: i64 = 2;

impl SqliteStore {
	pub(super) async fn insert_transactions(
		&self,
		transactions: &[PendingTransaction],
	) -> Result<(), StoreError> {
		let mut writer = self.writer.lock().await;
		let mut tx = writer.begin().await?;
		let mut next = 0;
		for PendingTransaction { place, hash, bytes } in transactions {
			sqlx::query(
				"INSERT INTO transactions (hash, place, bytes, state) VALUES (?, ?, ?, 0) \
				 ON CONFLICT (hash) DO UPDATE SET place = excluded.place, bytes = excluded.bytes, \
				 state = 0, refusal = NULL WHERE state = 2",
			)
			.bind(&hash.to_bytes()[..])
			.bind(int(*place)?)
			.bind(&bytes[..])
			.execute(&mut *tx)
			.await?;
			next = next.max(place.saturating_add(1));
		}
		sqlx::query("UPDATE meta SET next_place = max(next_place, ?)")
			.bind(int(next)?)
			.execute(&mut *tx)
			.await?;
		Ok(tx.commit().await?)
	}

	pub(super) async fn select_pending(&self) -> Result<Vec<PendingTransaction>, StoreError> {
		let sql = "SELECT place, hash, bytes FROM transactions WHERE state = 0 ORDER BY place";
		let rows = sqlx::query(sql).fetch_all(&self.readers).await?;
		let transaction = |row: SqliteRow| {
			Ok(PendingTransaction {
				place: number(row.try_get(0)?, "place of a transaction")?,
				hash: transaction_hash(row.try_get(1)?)?,
				bytes: row.try_get(2)?,
			})
		};
		rows.into_iter().map(transaction).collect()
	}

	pub(super) async fn select_next_place(&self) -> Result<u64, StoreError> {
		let place = sqlx::query_scalar("SELECT next_place FROM meta");
		number(place.fetch_one(&self.readers).await?, "next place")
	}

	pub(super) async fn select_transaction(
		&self,
		hash: TransactionHash,
	) -> Result<Option<StoredTransaction>, StoreError> {
		let sql = "SELECT bytes, state, block, operation, receipt, refusal FROM transactions \
			WHERE hash = ?";
		let row = sqlx::query(sql).bind(&hash.to_bytes()[..]).fetch_optional(&self.readers).await?;
		let Some(row) = row else { return Ok(None) };
		Ok(Some(StoredTransaction { hash, bytes: row.try_get(0)?, state: state(&row)? }))
	}
}

fn state(row: &SqliteRow) -> Result<TransactionState, StoreError> {
	match row.try_get(1)? {
		WAITS => Ok(TransactionState::Pending),
		IN_BLOCK => Ok(TransactionState::InBlock {
			block: number(row.try_get(2)?, "block of a transaction")?,
			operation: number(row.try_get(3)?, "place of a transaction in its block")?,
			receipt: json(row.try_get(4)?, "receipt")?,
		}),
		DROPPED => {
			let reason: ApiError = json(row.try_get(5)?, "reason of a refusal")?;
			Ok(TransactionState::Refused {
				code: reason.code(),
				name: reason.name().to_owned(),
				message: reason.to_string(),
			})
		},
		other => Err(StoreError::Damaged {
			what: "state of a transaction",
			why: format!("{other} stands for none"),
		}),
	}
}

/// Drops transactions that wait.
pub(super) async fn refuse(
	connection: &mut SqliteConnection,
	refused: &[RefusedTransaction],
) -> Result<(), StoreError> {
	for RefusedTransaction { hash, reason } in refused {
		let sql = "UPDATE transactions SET state = 2, refusal = ? WHERE hash = ? AND state = 0";
		let done = sqlx::query(sql)
			.bind(to_json(reason))
			.bind(&hash.to_bytes()[..])
			.execute(&mut *connection)
			.await?;
		must_wait(done.rows_affected(), *hash)?;
	}
	Ok(())
}

/// Puts transactions that wait into a block.
pub(super) async fn include(
	connection: &mut SqliteConnection,
	block: BlockNumber,
	included: &[IncludedTransaction],
) -> Result<(), StoreError> {
	for IncludedTransaction { hash, operation, receipt } in included {
		let sql = "UPDATE transactions SET state = 1, block = ?, operation = ?, receipt = ? \
			WHERE hash = ? AND state = 0";
		let done = sqlx::query(sql)
			.bind(int(block.0)?)
			.bind(i64::from(*operation))
			.bind(to_json(receipt))
			.bind(&hash.to_bytes()[..])
			.execute(&mut *connection)
			.await?;
		must_wait(done.rows_affected(), *hash)?;
	}
	Ok(())
}

/// The transactions of the blocks above `to` wait again, at their old places.
pub(super) async fn take_back(
	connection: &mut SqliteConnection,
	to: BlockNumber,
) -> Result<(), StoreError> {
	let sql = "UPDATE transactions SET state = 0, block = NULL, operation = NULL, receipt = NULL \
		WHERE state = 1 AND block > ?";
	sqlx::query(sql).bind(int(to.0)?).execute(connection).await?;
	Ok(())
}

/// Nothing is done to a transaction twice: whoever thinks that it waits has to be right.
fn must_wait(rows: u64, hash: TransactionHash) -> Result<(), StoreError> {
	if rows == 1 { Ok(()) } else { Err(StoreError::Missing(format!("waiting transaction {hash}"))) }
}
