// SPDX-License-Identifier: Apache-2.0

//! Blocks taken back.

use super::{EngineError, EngineEvent, accounts::Accounts, slots::request_of, worker::Core};
use crate::store::{ReplayItem, StoreError};
use ligature_ledger::{RollbackError, record::BlockRecord};
use ligature_operator_api::TransactionHash;
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
	priority::PriorityRequest,
};
use std::time::Instant;
use tracing::{info, warn};

/// What the blocks that are taken back did.
struct Undone {
	/// In order.
	items: Vec<ReplayItem>,
	/// Per chain, the requests that they served.
	requests: Vec<Vec<PriorityRequest>>,
}

impl Core {
	/// Takes back all blocks above `to`.
	pub(super) fn revert(&mut self, to: BlockNumber, epoch: u32) -> Result<(), EngineError> {
		self.catch_up()?;
		let last = self.parent.number;
		if to > last {
			return Err(EngineError::RevertTarget { to, last });
		}
		if epoch <= self.revert_epoch {
			return Err(EngineError::RevertEpoch { epoch, present: self.revert_epoch });
		}
		let (header, hash, served) = self.standing(to)?;
		let Undone { mut items, requests } = self.undone(to, last, &served)?;
		items.extend(self.replay.iter().map(|(_, item)| *item));
		if let Err(error) = self.runtime.block_on(self.store.revert(to, epoch, &items)) {
			self.unsure = true;
			return Err(error.into());
		}
		let now = Instant::now();
		self.revert_epoch = epoch;
		self.replay_since = now;
		self.stuck.clear();
		let queues = self.queues.iter_mut().zip(served).zip(requests);
		queues.for_each(|((queue, served), requests)| queue.take_back(served, requests, now));
		// Until the rest has been read from the store.
		self.unsure = true;
		match self.ledger.rollback(to) {
			Ok(()) => {
				self.set_parent(header, hash);
				self.accounts = Accounts::new(self.ledger.states());
				self.reload_waiting()?;
			},
			Err(RollbackError::Pruned { .. }) => {
				warn!(
					"block {to} is too far back for memory; the ledger is restored from the store"
				);
				self.reload_ledger()?;
			},
			Err(error) => return Err(error.into()),
		}
		self.unsure = false;
		info!("reverted to block {to}, revert epoch {epoch}");
		self.tell(EngineEvent::Reverted { to, epoch });
		Ok(())
	}

	/// Header and hash of a block, and per chain the first request that no block up to it serves.
	fn standing(&self, number: BlockNumber) -> Result<(Header, Digest, Vec<u64>), EngineError> {
		if number.0 == 0 {
			let genesis = &self.config.genesis;
			return Ok((genesis.clone(), genesis.hash(), vec![0; self.queues.len()]));
		}
		let block = self.runtime.block_on(self.store.block(number))?;
		let block = block.ok_or_else(|| StoreError::Missing(format!("block {number}")))?;
		Ok((block.header, block.hash, block.served))
	}

	/// What the blocks after `to` did.
	fn undone(
		&self,
		to: BlockNumber,
		last: BlockNumber,
		served: &[u64],
	) -> Result<Undone, EngineError> {
		let mut undone = Undone { items: Vec::new(), requests: vec![Vec::new(); served.len()] };
		for number in (to.0 + 1..=last.0).map(BlockNumber) {
			let (_, hash, _) = self.standing(number)?;
			let found = self.runtime.block_on(self.store.record(number, hash))?;
			let missing = || StoreError::Missing(format!("record of block {number}"));
			let (_, bytes) = found.ok_or_else(missing)?;
			let record = BlockRecord::decode(&bytes)
				.map_err(|refusal| EngineError::DamagedRecord { number, refusal })?;
			for operation in &record.operations {
				if let Some(hash) = operation.transaction_hash() {
					undone.items.push(ReplayItem::Transaction(TransactionHash(hash)));
				} else if let Some((chain, request)) = request_of(operation)
					&& let Ok(position) = self.config.network.position(chain)
				{
					let requests = &mut undone.requests[position];
					let index = served[position] + requests.len() as u64;
					undone.items.push(ReplayItem::Request(chain, index));
					requests.push(request);
				}
			}
		}
		Ok(undone)
	}
}
