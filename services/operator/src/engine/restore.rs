// SPDX-License-Identifier: Apache-2.0

//! From the store to the ledger: the last snapshot that fits, and the records after it.

use super::{
	Admitted, EngineConfig, EngineError,
	mempool::{Mempool, Waiting},
	worker::nonce,
};
use crate::store::{RefusedTransaction, ReplayItem, Store, StoreError, StoredBlock};
use ligature_ledger::{Ledger, SealedBlock, record::BlockRecord, snapshot, tree::NodeHasher};
use ligature_primitives::{
	header::{Digest, Header},
	ids::BlockNumber,
	refusal::Refusal,
};
use std::{collections::VecDeque, sync::Arc, time::Instant};
use tracing::{info, warn};

/// What the store holds.
pub struct Restored {
	/// After the last block.
	pub ledger: Ledger,
	/// The last block's header, or that of block 0, and its hash.
	pub header: Arc<Header>,
	pub hash: Digest,
	pub revert_epoch: u32,
	/// Per chain the first request that no block serves.
	pub served: Vec<u64>,
	pub waiting: Pending,
}

/// What waits.
pub struct Pending {
	pub mempool: Mempool,
	pub replay: VecDeque<(u64, ReplayItem)>,
	/// Where the next transaction goes.
	pub next_place: u64,
}

/// Restores everything; every block that is executed again must lead to its header.
pub async fn everything(
	config: &EngineConfig,
	store: &dyn Store,
	hasher: &impl NodeHasher,
) -> Result<Restored, EngineError> {
	let empty = Ledger::new(config.network.clone());
	let roots = config.genesis.chains.iter().map(|part| part.new_root);
	if !roots.eq(empty.states().iter().map(|state| state.root())) {
		return Err(EngineError::WrongGenesis);
	}
	let tip = store.tip().await?;
	let last = tip.as_ref().map_or(BlockNumber(0), |tip| tip.header.number);
	let (mut ledger, mut hash) = match from_snapshot(store, last, hasher).await? {
		Some(found) => found,
		None => (empty, config.genesis.hash()),
	};
	if last.0 > 0 {
		info!("the store holds {last} blocks; those after {} are executed again", ledger.number());
	}
	while ledger.number() < last {
		let number = BlockNumber(ledger.number().0 + 1);
		hash = execute(store, number, hash, &mut ledger, hasher).await?;
		ledger.prune(config.undo.max(1));
	}
	let served = tip.as_ref().map_or_else(|| vec![0; ledger.states().len()], |t| t.served.clone());
	Ok(Restored {
		revert_epoch: store.revert_epoch().await?,
		waiting: waiting(store, &ledger, None).await?,
		header: Arc::new(tip.map_or_else(|| config.genesis.clone(), |tip| tip.header)),
		ledger,
		hash,
		served,
	})
}

/// The ledger after the last block with a snapshot that can be used, and that block's hash.
async fn from_snapshot(
	store: &dyn Store,
	last: BlockNumber,
	hasher: &impl NodeHasher,
) -> Result<Option<(Ledger, Digest)>, EngineError> {
	for number in store.snapshots().await? {
		if number > last {
			continue;
		}
		let (snapshot, block) = (store.snapshot(number).await?, store.block(number).await?);
		let Some((snapshot, block)) = snapshot.zip(block) else { continue };
		let loaded = if snapshot.hash == block.hash {
			load(&block, &snapshot.states, hasher)
		} else {
			Err("it is another block's".to_owned())
		};
		match loaded {
			Ok(ledger) => return Ok(Some((ledger, block.hash))),
			// The records lead to the same states, later.
			Err(error) => warn!("the snapshot after block {number} is not used: {error}"),
		}
	}
	Ok(None)
}

fn load(
	block: &StoredBlock,
	states: &[Vec<u8>],
	hasher: &impl NodeHasher,
) -> Result<Ledger, String> {
	let chains = block.header.chains.iter().zip(states);
	let states: Result<Vec<_>, _> =
		chains.map(|(part, bytes)| snapshot::load(part.chain, &bytes[..], hasher)).collect();
	let states = states.map_err(|error| error.to_string())?;
	Ledger::resume(&block.header, states).map_err(|error| error.to_string())
}

/// Executes the next block of the store again and compares it with its header. Gives its hash.
async fn execute(
	store: &dyn Store,
	number: BlockNumber,
	parent: Digest,
	ledger: &mut Ledger,
	hasher: &impl NodeHasher,
) -> Result<Digest, EngineError> {
	let missing = || StoreError::Missing(format!("block {number}"));
	let hash = store.block(number).await?.ok_or_else(missing)?.hash;
	let (header, bytes) = store.record(number, hash).await?.ok_or_else(missing)?;
	let mut record = BlockRecord::decode(&bytes)
		.map_err(|refusal| EngineError::DamagedRecord { number, refusal })?;
	// Admission has checked them before they came to the store.
	record.params.verify_signatures = false;
	let sealed =
		record.execute(ledger, hasher).map_err(|error| EngineError::Record { number, error })?;
	match difference(&header, hash, parent, &sealed) {
		None => Ok(hash),
		Some(what) => Err(EngineError::Differs { number, what }),
	}
}

/// What of a header is not what its block leads to.
fn difference(
	header: &Header,
	hash: Digest,
	parent: Digest,
	sealed: &SealedBlock,
) -> Option<&'static str> {
	let parts = || header.chains.iter().zip(&sealed.chains);
	let same = [
		("the hash", header.hash() == hash),
		("the parent", header.parent == parent),
		("the number", header.number == sealed.number),
		("the time", header.timestamp == sealed.timestamp),
		("the number of chains", header.chains.len() == sealed.chains.len()),
		("a root", parts().all(|(part, chain)| part.new_root == chain.header.new_root)),
		("a chain's part", parts().all(|(part, chain)| *part == chain.header)),
		("the size of the join", header.join_class == sealed.join_class),
	];
	same.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

/// What waits, as the store has it; since when is taken from `before`, where it is known.
pub async fn waiting(
	store: &dyn Store,
	ledger: &Ledger,
	before: Option<&Mempool>,
) -> Result<Pending, EngineError> {
	let now = Instant::now();
	let mut mempool = Mempool::default();
	let mut doubled = Vec::new();
	for pending in store.pending().await? {
		let hash = pending.hash;
		let admitted = Admitted::restore(pending.bytes)
			.map_err(|refusal| EngineError::DamagedTransaction { hash, refusal })?;
		// Two for one nonce: the first was stored by a write that failed, so nobody was told that it waits.
		for debit in &admitted.debits {
			let Some(place) = mempool.spender(debit) else { continue };
			let other = mempool.remove(place, |chain, account| nonce(ledger, chain, account));
			doubled.extend(other.map(|other| other.admitted.hash));
		}
		let known = before.and_then(|before| before.get(before.place(hash)?));
		let since = known.map_or(now, |waiting| waiting.since);
		let waiting = Waiting { admitted, since };
		mempool.insert(pending.place, waiting, |chain, account| nonce(ledger, chain, account));
	}
	if !doubled.is_empty() {
		let reason = || Refusal::NonceMismatch.into();
		let refused = doubled.into_iter().map(|hash| RefusedTransaction { hash, reason: reason() });
		store.refuse(&refused.collect::<Vec<_>>(), 0).await?;
	}
	let replay = store.replay().await?.into();
	Ok(Pending { mempool, replay, next_place: store.next_place().await? })
}
