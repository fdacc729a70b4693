// SPDX-License-Identifier: Apache-2.0

//! Form and signatures of transactions: the dear part, which needs no ledger and goes on all cores.

use crate::engine::Admitted;
use futures::future::join_all;
use ligature_operator_api::ApiError;
use ligature_primitives::header::Network;
use std::sync::Arc;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Fewer transactions are not worth a thread of their own.
const LEAST: usize = 8;

/// Checks transactions, on as many threads as there are cores, whoever has sent them. Clones are the same.
#[derive(Clone, Debug)]
pub struct Checker {
	network: Arc<Network>,
	cores: usize,
	permits: Arc<Semaphore>,
}

impl Checker {
	/// Checks transactions of this network.
	pub fn new(network: Network) -> Self {
		let cores = std::thread::available_parallelism().map_or(1, usize::from);
		Self { network: Arc::new(network), cores, permits: Arc::new(Semaphore::new(cores)) }
	}

	/// Checks transactions; the answers are in their order.
	pub async fn check(&self, transactions: Vec<Vec<u8>>) -> Vec<Result<Admitted, ApiError>> {
		let size = transactions.len().div_ceil(self.cores).max(LEAST);
		let mut rest = transactions;
		let mut chunks = Vec::new();
		while !rest.is_empty() {
			let tail = rest.split_off(size.min(rest.len()));
			chunks.push(std::mem::replace(&mut rest, tail));
		}
		let checked = join_all(chunks.into_iter().map(|chunk| self.check_chunk(chunk))).await;
		checked.into_iter().flatten().collect()
	}

	async fn check_chunk(&self, chunk: Vec<Vec<u8>>) -> Vec<Result<Admitted, ApiError>> {
		let count = chunk.len();
		let failed = |error: &dyn std::fmt::Display| {
			let error = ApiError::Internal { reason: error.to_string() };
			(0..count).map(|_| Err(error.clone())).collect()
		};
		let permit = match self.permits.clone().acquire_owned().await {
			Ok(permit) => permit,
			Err(error) => return failed(&error),
		};
		let network = self.network.clone();
		let checking = spawn_blocking(move || {
			let _permit = permit;
			chunk.into_iter().map(|bytes| Admitted::check(bytes, &network)).collect()
		});
		checking.await.unwrap_or_else(|error| failed(&error))
	}
}
