// SPDX-License-Identifier: Apache-2.0

//! What is to be done again.

use super::{
	SqliteStore,
	values::{int, number, transaction_hash},
};
use crate::store::{ReplayItem, StoreError};
use ligature_primitives::ids::ChainId;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

impl SqliteStore {
	pub(super) async fn select_replay(&self) -> Result<Vec<(u64, ReplayItem)>, StoreError> {
		let sql = "SELECT place, chain, request, hash FROM replay ORDER BY place";
		let item = |row: SqliteRow| {
			let (chain, request): (Option<i64>, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
			let item = match chain.zip(request) {
				Some((chain, request)) => ReplayItem::Request(
					ChainId(number(chain, "chain of a request")?),
					number(request, "place of a request")?,
				),
				None => ReplayItem::Transaction(transaction_hash(row.try_get(3)?)?),
			};
			Ok((number(row.try_get(0)?, "place of what is done again")?, item))
		};
		sqlx::query(sql).fetch_all(&self.readers).await?.into_iter().map(item).collect()
	}
}

/// Forgets what stands before a place.
pub(super) async fn remove(
	connection: &mut SqliteConnection,
	replayed: u64,
) -> Result<(), StoreError> {
	let sql = "DELETE FROM replay WHERE place < ?";
	sqlx::query(sql).bind(int(replayed)?).execute(connection).await?;
	Ok(())
}

/// Puts other things in the place of all.
pub(super) async fn replace(
	connection: &mut SqliteConnection,
	items: &[ReplayItem],
) -> Result<(), StoreError> {
	sqlx::query("DELETE FROM replay").execute(&mut *connection).await?;
	for (place, item) in (0u64..).zip(items) {
		let (chain, request, hash) = match item {
			ReplayItem::Request(chain, index) => {
				(Some(i64::from(chain.0)), Some(int(*index)?), None)
			},
			ReplayItem::Transaction(hash) => (None, None, Some(hash.to_bytes().to_vec())),
		};
		sqlx::query("INSERT INTO replay (place, chain, request, hash) VALUES (?, ?, ?, ?)")
			.bind(int(place)?)
			.bind(chain)
			.bind(request)
			.bind(hash)
			.execute(&mut *connection)
			.await?;
	}
	Ok(())
}
