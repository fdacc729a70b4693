// SPDX-License-Identifier: Apache-2.0

//! From what waits to a stored block.

use super::{
	Built, EngineError, EngineEvent, Terms,
	assembly::{Assembled, Assembly, Source, Sources},
	slots::Slots,
	worker::{Core, now},
};
use crate::store::{IncludedTransaction, NewBlock, RefusedTransaction, Snapshot};
use ligature_ledger::{BlockParams, Receipt, SealedBlock, record::BlockRecord, snapshot};
use ligature_operator_api::{Decimal, ReceiptInfo};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Header,
	ids::{AccountIndex, BlockNumber},
	op::Operation,
	refusal::Refusal,
};
use tracing::{error, info, warn};

/// Snapshots that are kept.
const SNAPSHOTS: u32 = 2;

impl Core {
	/// Builds a block and stores it. None: there is nothing to put in.
	pub(super) fn build(&mut self, terms: Terms) -> Result<Option<Built>, EngineError> {
		if self.paused.is_some() {
			return Ok(None);
		}
		self.catch_up()?;
		// The block itself has to be among those that can be taken back.
		self.ledger.prune(self.config.undo.max(1));
		let fee_accounts = self.fee_accounts();
		let chains = self.config.network.chains().len();
		let largest = (vec![self.config.class; chains], self.config.join_class);
		let params = self.params(&terms, &fee_accounts, largest.clone());
		self.ledger.begin_block(params.clone())?;
		let assembled = self.assemble(&fee_accounts);
		self.stuck.clone_from(&assembled.stuck);
		for (chain, index, refusal) in &assembled.stuck {
			error!(
				"request {index} of chain {chain} is refused by the ledger: {refusal}; its queue waits"
			);
		}
		if assembled.steps.is_empty() {
			self.ledger.abandon();
			self.drop_refused(&assembled)?;
			return Ok(None);
		}
		let (classes, join_class) = self.fitting(&assembled.slots);
		let params = if (&classes, join_class) == (&largest.0, largest.1) {
			params
		} else {
			let smaller = self.params(&terms, &fee_accounts, (classes, join_class));
			self.again(&smaller, &assembled, &params)?
		};
		let sealed = match self.ledger.seal_with(&self.hasher) {
			Ok(sealed) => sealed,
			Err(error) => {
				self.forget(&assembled);
				return Err(error.into());
			},
		};
		let header = self.header(&terms, &sealed);
		let block = self.new_block(header, &sealed, params, &assembled);
		if let Err(error) = self.runtime.block_on(self.store.add_block(&block)) {
			self.unsure = true;
			self.forget(&assembled);
			self.ledger.rollback(BlockNumber(block.header.number.0.saturating_sub(1)))?;
			return Err(error.into());
		}
		self.adopt(&block, &assembled);
		self.keep_snapshot();
		info!(
			block = block.header.number.0,
			operations = block.operations,
			transactions = block.included.len(),
			refused = block.refused.len(),
			"built"
		);
		Ok(Some(Built {
			operations: block.operations,
			joint: block.joint,
			transactions: block.included.len(),
			refused: block.refused.len(),
			hash: block.hash,
			header: block.header,
		}))
	}

	/// The operator's account per chain.
	pub(super) fn fee_accounts(&self) -> Vec<Option<AccountIndex>> {
		let chains = 0..self.config.network.chains().len();
		let account = |chain| self.accounts.first(chain, self.config.fee_owner?);
		chains.map(account).collect()
	}

	fn params(
		&self,
		terms: &Terms,
		fee_accounts: &[Option<AccountIndex>],
		(classes, join_class): (Vec<SizeClass>, JoinClass),
	) -> BlockParams {
		BlockParams {
			number: BlockNumber(self.ledger.number().0 + 1),
			timestamp: terms.timestamp,
			fee_accounts: fee_accounts.iter().map(|account| account.unwrap_or_default()).collect(),
			classes,
			join_class,
			// Admission has checked them.
			verify_signatures: false,
		}
	}

	fn assemble(&mut self, fee_accounts: &[Option<AccountIndex>]) -> Assembled {
		let config = &self.config;
		let slots = Slots::new(&config.network, config.class, config.join_class);
		let sources = Sources {
			mempool: &self.mempool,
			queues: &self.queues,
			replay: &self.replay,
			fee_owner: config.fee_owner,
			fee_accounts,
		};
		Assembly::new(&mut self.ledger, &mut self.accounts, sources, slots).run()
	}

	/// The smallest classes with keys that hold what is in the block: proving costs by the class, not by what is in it.
	fn fitting(&self, slots: &Slots) -> (Vec<SizeClass>, JoinClass) {
		let config = &self.config;
		let chains = 0..config.network.chains().len();
		let classes = chains.map(|chain| config.keys.half_for(slots.used(chain), config.class));
		(classes.collect(), config.keys.join_for(slots.joint(), config.join_class))
	}

	/// Begins the block again with smaller classes. Gives the parameters of the block that is open then.
	fn again(
		&mut self,
		smaller: &BlockParams,
		assembled: &Assembled,
		largest: &BlockParams,
	) -> Result<BlockParams, EngineError> {
		for params in [smaller, largest] {
			self.ledger.abandon();
			self.ledger.begin_block(params.clone())?;
			let mut operations = assembled.steps.iter().map(|(_, operation, _)| operation);
			let done: Result<(), Refusal> =
				operations.try_for_each(|operation| self.ledger.apply(operation).map(drop));
			match done {
				Ok(()) => return Ok(params.clone()),
				// The count of slots was wrong, which costs a larger proof and nothing else.
				Err(refusal) => {
					error!("the same operations are refused in a smaller block: {refusal}")
				},
			}
		}
		self.ledger.abandon();
		self.forget(assembled);
		Err(EngineError::NotTwice(largest.number))
	}

	/// The accounts that the block made are gone.
	fn forget(&mut self, assembled: &Assembled) {
		for (position, owner) in &assembled.created {
			self.accounts.take_back(*position, *owner);
		}
	}

	fn header(&self, terms: &Terms, sealed: &SealedBlock) -> Header {
		let classes: Vec<_> = sealed.chains.iter().map(|chain| chain.header.size_class).collect();
		let version = self.config.circuit_version;
		Header {
			network: self.config.network.id(),
			chain_list_hash: self.config.genesis.chain_list_hash,
			number: sealed.number,
			parent: self.hash,
			revert_epoch: self.revert_epoch,
			oracle_epoch: terms.oracle_epoch,
			member_set_hash: terms.member_set_hash,
			timestamp: sealed.timestamp,
			circuit_version: version,
			keys_digest: self.config.keys.digest(version, sealed.join_class, &classes),
			join_class: sealed.join_class,
			chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		}
	}

	fn new_block(
		&self,
		header: Header,
		sealed: &SealedBlock,
		params: BlockParams,
		assembled: &Assembled,
	) -> NewBlock {
		let included = assembled.steps.iter().filter_map(|(source, _, receipt)| {
			let Source::Transaction(place) = source else { return None };
			let hash = self.mempool.get(*place)?.admitted.hash;
			let operation = receipt.operation;
			Some(IncludedTransaction { hash, operation, receipt: receipt_info(receipt) })
		});
		let operations: Vec<Operation> =
			assembled.steps.iter().map(|(_, operation, _)| operation.clone()).collect();
		let served = self.queues.iter().zip(&assembled.served);
		NewBlock {
			hash: header.hash(),
			header,
			data: sealed.chains.iter().map(|chain| chain.bytes.clone()).collect(),
			// A block has at most 4 · 512 slots.
			operations: operations.len() as u32,
			joint: sealed.joint,
			record: BlockRecord { params, operations }.encode(),
			served: served.map(|(queue, count)| queue.served() + *count as u64).collect(),
			built_at: now(),
			included: included.collect(),
			refused: self.refused(assembled),
			replayed: self.replayed(assembled),
		}
	}

	fn refused(&self, assembled: &Assembled) -> Vec<RefusedTransaction> {
		let refused = assembled.refused.iter().filter_map(|(place, refusal)| {
			let hash = self.mempool.get(*place)?.admitted.hash;
			Some(RefusedTransaction { hash, reason: (*refusal).into() })
		});
		refused.collect()
	}

	/// The place in the list of what has to be done again before which everything is done.
	fn replayed(&self, assembled: &Assembled) -> u64 {
		let last = assembled.replayed.checked_sub(1).and_then(|last| self.replay.get(last));
		last.map_or(0, |(place, _)| place + 1)
	}

	/// No block came of it, but some transactions are dropped.
	fn drop_refused(&mut self, assembled: &Assembled) -> Result<(), EngineError> {
		let refused = self.refused(assembled);
		if refused.is_empty() && assembled.replayed == 0 {
			return Ok(());
		}
		let replayed = self.replayed(assembled);
		if let Err(error) = self.runtime.block_on(self.store.refuse(&refused, replayed)) {
			self.unsure = true;
			return Err(error.into());
		}
		self.take_out(assembled);
		refused.iter().for_each(|refused| self.tell(EngineEvent::Refused(refused.hash)));
		Ok(())
	}

	/// A stored block is part of what the engine knows.
	fn adopt(&mut self, block: &NewBlock, assembled: &Assembled) {
		self.set_parent(block.header.clone(), block.hash);
		for (queue, count) in self.queues.iter_mut().zip(&assembled.served) {
			queue.advance(*count);
		}
		self.take_out(assembled);
		self.tell(EngineEvent::Built(block.header.number));
		block.refused.iter().for_each(|refused| self.tell(EngineEvent::Refused(refused.hash)));
	}

	/// What is done or dropped waits no longer.
	fn take_out(&mut self, assembled: &Assembled) {
		let done = assembled.steps.iter().filter_map(|(source, ..)| match source {
			Source::Transaction(place) => Some(*place),
			Source::Request(_) => None,
		});
		let dropped = assembled.refused.iter().map(|(place, _)| *place);
		for place in done.chain(dropped) {
			self.mempool
				.remove(place, |chain, account| super::worker::nonce(&self.ledger, chain, account));
		}
		self.replay.drain(..assembled.replayed);
	}

	/// Keeps the states after the block, if it is time. A failure costs a longer restart and nothing else.
	fn keep_snapshot(&self) {
		let number = self.ledger.number();
		if self.config.snapshot_every == 0 || !number.0.is_multiple_of(self.config.snapshot_every) {
			return;
		}
		let Some(states) = self.saved_states() else { return };
		let snapshot = Snapshot { number, hash: self.hash, states };
		if let Err(error) = self.runtime.block_on(self.store.add_snapshot(&snapshot, SNAPSHOTS)) {
			warn!("the snapshot after block {number} is not kept: {error}");
		}
	}

	/// The states after the last block, as bytes.
	pub(super) fn saved_states(&self) -> Option<Vec<Vec<u8>>> {
		let save = |state| {
			let mut bytes = Vec::new();
			snapshot::save(state, &mut bytes).map(|()| bytes)
		};
		match self.ledger.states().iter().map(save).collect() {
			Ok(states) => Some(states),
			Err(error) => {
				warn!("no snapshot: {error}");
				None
			},
		}
	}
}

fn receipt_info(receipt: &Receipt) -> Vec<ReceiptInfo> {
	let info = receipt.changes.iter().map(|change| ReceiptInfo {
		chain: change.chain.0,
		account: change.account.get(),
		token: change.token.0,
		before: Decimal(change.before.get()),
		after: Decimal(change.after.get()),
	});
	info.collect()
}
