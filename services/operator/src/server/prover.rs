// SPDX-License-Identifier: Apache-2.0

//! What provers ask.

use super::{Api, internal};
use crate::proofs::place;
use jsonrpsee::core::async_trait;
use ligature_operator_api::{
	ApiError, BlockBytes, Bytes, Hash32, PartName, ProofOf, ProverApiServer, Share,
};
use ligature_primitives::ids::BlockNumber;
use std::time::Instant;

/// A number that the database can hold: there are no blocks beyond.
fn number(number: u64) -> Result<BlockNumber, ApiError> {
	match i64::try_from(number) {
		Ok(_) => Ok(BlockNumber(number)),
		Err(_) => Err(ApiError::NotFound { what: format!("block {number}") }),
	}
}

#[async_trait]
impl ProverApiServer for Api {
	async fn block(&self, block: u64, hash: Hash32) -> Result<Option<BlockBytes>, ApiError> {
		let Ok(number) = number(block) else { return Ok(None) };
		let found = self.store.record(number, hash.0).await.map_err(internal)?;
		let bytes = |(header, record): (ligature_primitives::header::Header, Vec<u8>)| BlockBytes {
			header: header.encode().into(),
			record: record.into(),
		};
		Ok(found.map(bytes))
	}

	async fn states(&self, block: u64, hash: Hash32) -> Result<Option<Vec<Bytes>>, ApiError> {
		let Ok(number) = number(block) else { return Ok(None) };
		let known = self.store.block(number).await.map_err(internal)?;
		if known.is_none_or(|block| block.hash != hash.0) {
			return Ok(None);
		}
		let states = self.engine.states(number).await;
		// A block may have been taken back since.
		let still = self.store.block(number).await.map_err(internal)?;
		let states = states.filter(|_| still.is_some_and(|block| block.hash == hash.0));
		Ok(states.map(|states| states.into_iter().map(Bytes).collect()))
	}

	async fn take(
		&self,
		block: u64,
		hash: Hash32,
		prover: Hash32,
	) -> Result<Option<Share>, ApiError> {
		self.proofs.take(number(block)?, hash.0, prover, Instant::now()).await
	}

	async fn renew(
		&self,
		block: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<bool, ApiError> {
		number(block)?;
		self.proofs.renew(place(block, hash, part), prover, Instant::now()).await
	}

	async fn release(
		&self,
		block: u64,
		hash: Hash32,
		prover: Hash32,
		part: PartName,
	) -> Result<(), ApiError> {
		self.proofs.release(place(block, hash, part), prover);
		Ok(())
	}

	async fn prove(&self, block: u64, hash: Hash32, proof: ProofOf) -> Result<(), ApiError> {
		self.proofs.prove(number(block)?, hash.0, proof).await
	}

	async fn proofs(&self, block: u64, hash: Hash32) -> Result<Vec<ProofOf>, ApiError> {
		self.proofs.proofs(number(block)?, hash.0).await
	}

	async fn wanted(&self) -> Result<Vec<(u64, Hash32)>, ApiError> {
		self.proofs.wanted().await
	}
}
