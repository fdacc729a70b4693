// SPDX-License-Identifier: Apache-2.0

//! What the operator's own people ask.

use super::{Api, internal};
use crate::{gate::Source, revert::Petition};
use jsonrpsee::core::async_trait;
use ligature_operator_api::{AdminApiServer, ApiError};
use ligature_primitives::ids::BlockNumber;
use tokio::sync::oneshot;

#[async_trait]
impl AdminApiServer for Api {
	async fn revert(&self, to: u64, reason: String) -> Result<u32, ApiError> {
		let ends = || ApiError::NotNow { reason: "the operator ends".into() };
		let (answer, answered) = oneshot::channel();
		let petition = Petition::Wish { to: BlockNumber(to), reason, answer };
		self.reverter.send(petition).await.map_err(|_| ends())?;
		answered.await.map_err(|_| ends())?
	}

	async fn pause(&self, paused: bool) -> Result<(), ApiError> {
		let reason = paused.then(|| "paused by the operator".to_owned());
		self.gate.set(Source::Admin, reason).await;
		Ok(())
	}

	async fn build(&self) -> Result<Option<u64>, ApiError> {
		if let Some(reason) = self.gate.reason().await {
			return Err(ApiError::NotNow { reason });
		}
		match self.builder.build().await {
			Ok(built) => Ok(built.map(|block| block.number().0)),
			Err(crate::run::BuildError::Terms(reason)) => Err(ApiError::NotNow { reason }),
			Err(error) => Err(internal(error)),
		}
	}
}
