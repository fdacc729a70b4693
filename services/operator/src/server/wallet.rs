// SPDX-License-Identifier: Apache-2.0

//! What wallets ask.

use super::{Api, MOST_BLOCKS, MOST_TRANSACTIONS, internal};
use crate::{
	clock::now,
	run::served,
	store::{StoredBlock, StoredTransaction},
};
use jsonrpsee::{
	PendingSubscriptionSink,
	core::{SubscriptionResult, async_trait},
};
use ligature_operator_api::{
	AccountInfo, ApiError, BlockInfo, Bytes, ChainInfo, ChainProgress, Decimal, FeeEstimate,
	Hash32, NetworkInfo, OperatorApiServer, OperatorStatus, PoolInfo, Quote, Submission,
	TransactionHash, TransactionInfo, TransactionState,
};
use ligature_primitives::ids::{AccountIndex, BlockNumber, ChainId, Owner};

impl Api {
	/// Takes transactions; the answers are in their order.
	pub(super) async fn take_in(
		&self,
		transactions: Vec<Bytes>,
	) -> Vec<Result<TransactionHash, ApiError>> {
		let bytes = transactions.into_iter().map(|bytes| bytes.0).collect();
		let checked = self.checker.check(bytes).await;
		let (mut admitted, mut answers) = (Vec::new(), Vec::new());
		for outcome in checked {
			answers.push(outcome.map(|transaction| admitted.push(transaction)));
		}
		let mut taken = self.engine.submit(admitted).await.into_iter();
		let missing = || internal("the engine has answered too little");
		let answers = answers
			.into_iter()
			.map(|answer| answer.and_then(|()| taken.next().unwrap_or_else(|| Err(missing()))));
		let answers: Vec<_> = answers.collect();
		for answer in &answers {
			let label = answer.as_ref().map_or_else(ApiError::name, |_| "accepted");
			self.metrics.submitted.with_label_values(&[label]).inc();
		}
		answers
	}

	/// That there is such a chain.
	fn chain(&self, chain: u8) -> Result<ChainId, ApiError> {
		let chain = ChainId(chain);
		self.network.position(chain)?;
		Ok(chain)
	}

	/// A block with the times of its stages.
	pub(super) async fn info(&self, block: &StoredBlock) -> Result<BlockInfo, ApiError> {
		let stages = self.store.stages(block.header.number, block.hash).await.map_err(internal)?;
		Ok(block.info(&stages))
	}

	/// A block that was not taken back.
	pub(super) async fn find_block(&self, number: u64) -> Result<BlockInfo, ApiError> {
		let missing = || ApiError::NotFound { what: format!("block {number}") };
		let found = match i64::try_from(number) {
			Ok(_) => self.store.block(BlockNumber(number)).await.map_err(internal)?,
			// The database holds no such number, nor has anybody built so many.
			Err(_) => None,
		};
		self.info(&found.ok_or_else(missing)?).await
	}

	/// A transaction with where it stands.
	pub(super) async fn find(&self, hash: TransactionHash) -> Result<TransactionInfo, ApiError> {
		let found = self.store.transaction(hash).await.map_err(internal)?;
		let missing = || ApiError::NotFound { what: format!("transaction {hash}") };
		let StoredTransaction { hash, bytes, state } = found.ok_or_else(missing)?;
		let mut stages = Vec::new();
		if let TransactionState::InBlock { block, .. } = &state
			// None: it is being taken back.
			&& let Some(block) = self.store.block(BlockNumber(*block)).await.map_err(internal)?
		{
			let info = self.info(&block).await?;
			stages = info.chains.into_iter().map(|chain| (chain.chain, chain.times)).collect();
		}
		Ok(TransactionInfo { hash, bytes: bytes.into(), state, stages })
	}
}

#[async_trait]
impl OperatorApiServer for Api {
	async fn network(&self) -> Result<NetworkInfo, ApiError> {
		let chains = self.board.chains().into_iter().map(|chain| ChainInfo {
			id: chain.id.0,
			name: chain.name,
			url: chain.url,
			genesis: chain.genesis.into(),
			tokens: chain.tokens,
		});
		let (id, now) = (self.network.id().0, now() / 1_000);
		Ok(NetworkInfo { id, chains: chains.collect(), now })
	}

	async fn status(&self) -> Result<OperatorStatus, ApiError> {
		let status = self.engine.status().await;
		let chains = self.board.read(|chains| {
			let progress = chains.iter().map(|chain| {
				let counters = chain.view.as_ref().map(|view| view.counters).unwrap_or_default();
				ChainProgress {
					chain: chain.id.0,
					committed: counters.committed.0,
					proven: counters.proven.0,
					certified: counters.certified.0,
					executed: counters.executed.0,
					waiting_requests: chain.queue.next.saturating_sub(served(&status, chain.id)),
					best: chain.view.as_ref().map_or(0, |view| view.best),
					finalized: chain.finalized,
					connected: chain.connected,
				}
			});
			progress.collect()
		});
		Ok(OperatorStatus {
			built: status.built.0,
			revert_epoch: status.revert_epoch,
			mempool: status.mempool,
			chains,
			not_accepting: self.gate.reason().await.or(status.paused),
		})
	}

	async fn submit(&self, transaction: Bytes) -> Result<TransactionHash, ApiError> {
		let mut answers = self.take_in(vec![transaction]).await;
		answers.pop().unwrap_or_else(|| Err(internal("there is no answer")))
	}

	async fn submit_batch(&self, transactions: Vec<Bytes>) -> Result<Vec<Submission>, ApiError> {
		let (found, limit) = (transactions.len(), MOST_TRANSACTIONS);
		if found > limit {
			return Err(ApiError::BatchTooLarge { found, limit });
		}
		let answers = self.take_in(transactions).await.into_iter().map(|answer| match answer {
			Ok(hash) => Submission::Accepted { hash },
			Err(error) => Submission::Refused {
				code: error.code(),
				name: error.name().to_owned(),
				message: error.to_string(),
			},
		});
		Ok(answers.collect())
	}

	async fn accounts(&self, owner: Hash32) -> Result<Vec<AccountInfo>, ApiError> {
		Ok(self.engine.accounts(Owner(owner.0)).await)
	}

	async fn account(&self, chain: u8, index: u32) -> Result<Option<AccountInfo>, ApiError> {
		let (chain, index) = (self.chain(chain)?, AccountIndex::new(index)?);
		Ok(self.engine.account(chain, index).await)
	}

	async fn pools(&self) -> Result<Vec<PoolInfo>, ApiError> {
		Ok(self.engine.pools().await)
	}

	async fn quote(
		&self,
		params: Decimal,
		direction: u8,
		amount: Decimal,
	) -> Result<Quote, ApiError> {
		self.engine.quote(params, direction, amount).await
	}

	async fn fee(&self, kind: String, chain: u8, token: u16) -> Result<FeeEstimate, ApiError> {
		self.engine.fee(&kind, self.chain(chain)?, token).await
	}

	async fn transaction(&self, hash: TransactionHash) -> Result<TransactionInfo, ApiError> {
		self.find(hash).await
	}

	async fn block(&self, number: u64) -> Result<BlockInfo, ApiError> {
		self.find_block(number).await
	}

	async fn blocks(&self, before: Option<u64>, limit: u32) -> Result<Vec<BlockInfo>, ApiError> {
		// What the database cannot hold is above all blocks.
		let before = before.filter(|before| i64::try_from(*before).is_ok()).map(BlockNumber);
		let blocks = self.store.blocks(before, limit.min(MOST_BLOCKS)).await.map_err(internal)?;
		let mut infos = Vec::with_capacity(blocks.len());
		for block in &blocks {
			infos.push(self.info(block).await?);
		}
		Ok(infos)
	}

	async fn subscribe_blocks(&self, pending: PendingSubscriptionSink) -> SubscriptionResult {
		self.follow_blocks(pending).await
	}

	async fn subscribe_transaction(
		&self,
		pending: PendingSubscriptionSink,
		hash: TransactionHash,
	) -> SubscriptionResult {
		self.follow_transaction(pending, hash).await
	}
}
