// SPDX-License-Identifier: Apache-2.0

//! What others do to blocks: stages on the chains, proofs, votes.

use super::{
	SqliteStore,
	values::{array, int, number},
};
use crate::store::{Stage, StoreError};
use ligature_operator_api::{Hash32, PartName, StageTimes, VoteBytes, Votes};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};
use sqlx::{Row, sqlite::SqliteRow};
use std::collections::BTreeMap;

/// How many votes are given at once.
const MOST_VOTES: u32 = 1_000;

impl SqliteStore {
	pub(super) async fn insert_stage(
		&self,
		block: BlockNumber,
		hash: Digest,
		chain: ChainId,
		stage: Stage,
		at: u64,
	) -> Result<(), StoreError> {
		let sql = "INSERT OR IGNORE INTO stages (number, hash, chain, stage, at) \
			VALUES (?, ?, ?, ?, ?)";
		sqlx::query(sql)
			.bind(int(block.0)?)
			.bind(&hash[..])
			.bind(i64::from(chain.0))
			.bind(stage as i64)
			.bind(int(at)?)
			.execute(&mut *self.writer.lock().await)
			.await?;
		Ok(())
	}

	pub(super) async fn select_stages(
		&self,
		block: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(ChainId, StageTimes)>, StoreError> {
		let sql = "SELECT chain, stage, at FROM stages WHERE number = ? AND hash = ?";
		let rows = sqlx::query(sql).bind(int(block.0)?).bind(&hash[..]);
		let mut stages = BTreeMap::new();
		for row in rows.fetch_all(&self.readers).await? {
			let chain = ChainId(number(row.try_get(0)?, "chain of a stage")?);
			let times: &mut StageTimes = stages.entry(chain).or_default();
			let stage: i64 = row.try_get(1)?;
			let time = match stage {
				0 => &mut times.committed,
				1 => &mut times.proven,
				2 => &mut times.certified,
				3 => &mut times.executed,
				_ => {
					let why = format!("{stage} stands for none");
					return Err(StoreError::Damaged { what: "stage of a block", why });
				},
			};
			*time = Some(number(row.try_get(2)?, "time of a stage")?);
		}
		Ok(stages.into_iter().collect())
	}

	pub(super) async fn insert_proof(
		&self,
		block: BlockNumber,
		hash: Digest,
		part: PartName,
		proof: &[u8],
	) -> Result<(), StoreError> {
		let sql = "INSERT OR IGNORE INTO proofs (number, hash, part, proof) VALUES (?, ?, ?, ?)";
		sqlx::query(sql)
			.bind(int(block.0)?)
			.bind(&hash[..])
			.bind(part_number(part))
			.bind(proof)
			.execute(&mut *self.writer.lock().await)
			.await?;
		Ok(())
	}

	pub(super) async fn select_proofs(
		&self,
		block: BlockNumber,
		hash: Digest,
	) -> Result<Vec<(PartName, Vec<u8>)>, StoreError> {
		// The join stands as 0 and comes last.
		let sql = "SELECT part, proof FROM proofs WHERE number = ? AND hash = ? \
			ORDER BY part = 0, part";
		let rows = sqlx::query(sql).bind(int(block.0)?).bind(&hash[..]);
		let proof = |row: SqliteRow| {
			let part = match number(row.try_get(0)?, "part of a block")? {
				0 => PartName::Join,
				chain => PartName::Half(chain),
			};
			Ok((part, row.try_get(1)?))
		};
		rows.fetch_all(&self.readers).await?.into_iter().map(proof).collect()
	}

	pub(super) async fn update_proofs_at(
		&self,
		block: BlockNumber,
		hash: Digest,
		at: u64,
	) -> Result<(), StoreError> {
		let sql = "UPDATE blocks SET proofs_at = coalesce(proofs_at, ?) \
			WHERE number = ? AND hash = ?";
		sqlx::query(sql)
			.bind(int(at)?)
			.bind(int(block.0)?)
			.bind(&hash[..])
			.execute(&mut *self.writer.lock().await)
			.await?;
		Ok(())
	}

	pub(super) async fn insert_vote(&self, vote: &VoteBytes) -> Result<bool, StoreError> {
		let sql = "INSERT OR IGNORE INTO votes (message, member, signature) VALUES (?, ?, ?)";
		let done = sqlx::query(sql)
			.bind(&vote.message.0[..])
			.bind(&vote.member.0[..])
			.bind(&vote.signature.0[..])
			.execute(&mut *self.writer.lock().await)
			.await?;
		Ok(done.rows_affected() == 1)
	}

	pub(super) async fn select_votes(&self, from: u64, limit: u32) -> Result<Votes, StoreError> {
		let sql = "SELECT place, message, member, signature FROM votes WHERE place >= ? \
			ORDER BY place LIMIT ?";
		let rows = sqlx::query(sql)
			.bind(int(from).unwrap_or(i64::MAX))
			.bind(i64::from(limit.min(MOST_VOTES)))
			.fetch_all(&self.readers)
			.await?;
		let mut votes = Votes { votes: Vec::with_capacity(rows.len()), next: from };
		for row in rows {
			votes.next = number::<u64>(row.try_get(0)?, "place of a vote")?.saturating_add(1);
			votes.votes.push(VoteBytes {
				message: row.try_get::<Vec<u8>, _>(1)?.into(),
				member: Hash32(array(row.try_get(2)?, "member of a vote")?),
				signature: row.try_get::<Vec<u8>, _>(3)?.into(),
			});
		}
		if votes.votes.is_empty() {
			let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'votes'";
			let last = sqlx::query_scalar(sql).fetch_one(&self.readers).await?;
			let end = number::<u64>(last, "place of a vote")?.saturating_add(1);
			// Whoever asks for later ones was at another relay: he sees that this one is behind, and begins anew.
			votes.next = from.min(end);
		}
		Ok(votes)
	}

	pub(super) async fn delete_votes(&self, keep: u64) -> Result<(), StoreError> {
		let sql = "DELETE FROM votes WHERE place <= (SELECT max(place) FROM votes) - ?";
		sqlx::query(sql)
			.bind(int(keep).unwrap_or(i64::MAX))
			.execute(&mut *self.writer.lock().await)
			.await?;
		Ok(())
	}
}

/// A half is its chain; the join is 0, which is no chain.
fn part_number(part: PartName) -> i64 {
	match part {
		PartName::Half(chain) => chain.into(),
		PartName::Join => 0,
	}
}
