// SPDX-License-Identifier: Apache-2.0

//! What the store holds counts: after a write that failed, and where memory does not reach back.

use super::{EngineError, EngineEvent, accounts::Accounts, restore, worker::Core};
use ligature_primitives::ids::BlockNumber;

impl Core {
	/// If a write has failed, nobody knows whether it is on the disk: what the store holds counts.
	pub(super) fn catch_up(&mut self) -> Result<(), EngineError> {
		if !self.unsure {
			return Ok(());
		}
		let (number, epoch) = (self.parent.number, self.revert_epoch);
		let tip = self.runtime.block_on(self.store.tip())?;
		let there = tip.as_ref().map(|tip| tip.hash);
		let ours = (self.parent.number.0 > 0).then_some(self.hash);
		if there == ours {
			self.revert_epoch = self.runtime.block_on(self.store.revert_epoch())?;
			self.reload_waiting()?;
		} else {
			self.reload_ledger()?;
		}
		self.unsure = false;
		// Nobody has heard of what came to the disk all the same.
		if self.revert_epoch != epoch {
			self.stuck.clear();
			self.tell(EngineEvent::Reverted { to: self.parent.number, epoch: self.revert_epoch });
		}
		let built = number.0 + 1..=self.parent.number.0;
		built.for_each(|number| self.tell(EngineEvent::Built(BlockNumber(number))));
		Ok(())
	}

	/// Mempool and list of what has to be done again, from the store.
	pub(super) fn reload_waiting(&mut self) -> Result<(), EngineError> {
		let store = &*self.store;
		let load = restore::waiting(store, &self.ledger, Some(&self.mempool));
		let waiting = self.runtime.block_on(load)?;
		self.mempool = waiting.mempool;
		self.replay = waiting.replay;
		self.next_place = waiting.next_place;
		Ok(())
	}

	/// Everything from the store. What is known of requests that no block serves remains, if it still follows.
	pub(super) fn reload_ledger(&mut self) -> Result<(), EngineError> {
		let restore = restore::everything(&self.config, &*self.store, &self.hasher);
		let restored = self.runtime.block_on(restore)?;
		self.accounts = Accounts::new(restored.ledger.states());
		self.ledger = restored.ledger;
		self.parent = restored.header;
		self.hash = restored.hash;
		self.revert_epoch = restored.revert_epoch;
		for (queue, served) in self.queues.iter_mut().zip(restored.served) {
			queue.restart(served);
		}
		self.mempool = restored.waiting.mempool;
		self.replay = restored.waiting.replay;
		self.next_place = restored.waiting.next_place;
		Ok(())
	}
}
