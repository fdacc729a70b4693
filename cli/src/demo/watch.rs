// SPDX-License-Identifier: Apache-2.0

//! The blocks of the rollup as the operator tells them, and what is waited for.

use std::{
	collections::{BTreeMap, HashMap},
	time::{Duration, Instant},
};

use ligature_operator_api::{
	BlockInfo, OperatorApiClient, StageTimes, TransactionHash, TransactionState,
};

use super::desk::trouble;
use crate::{failure::Failure, session::Session};

/// How often the operator is asked.
const LOOK: Duration = Duration::from_secs(1);

/// If nothing at all moves for so long, nothing will.
const STALL: Duration = Duration::from_secs(900);

/// The blocks that are known.
#[derive(Debug, Default)]
pub struct Blocks {
	blocks: BTreeMap<u64, BlockInfo>,
	/// In which block a transaction is.
	places: HashMap<TransactionHash, u64>,
}

impl Blocks {
	/// All, by number.
	pub fn all(&self) -> impl Iterator<Item = &BlockInfo> {
		self.blocks.values()
	}

	/// The block of a transaction.
	pub fn of(&self, hash: &TransactionHash) -> Option<&BlockInfo> {
		self.blocks.get(self.places.get(hash)?)
	}

	/// How many blocks are executed on all chains.
	pub fn executed(&self) -> usize {
		self.all().filter(|block| is_executed(block)).count()
	}

	/// Asks for new blocks and for what has become of the others. Says whether anything has changed.
	async fn update(&mut self, session: &Session) -> Result<bool, Failure> {
		let built = session.status().await?.built;
		let mut changed = false;
		// A revert takes blocks away, and puts others in their places.
		while self.blocks.last_key_value().is_some_and(|(number, _)| *number > built) {
			self.blocks.pop_last();
			changed = true;
		}
		for number in 1..=built {
			if self.blocks.get(&number).is_some_and(is_executed) {
				continue;
			}
			let asked = session.operator()?.block(number).await;
			let block = asked.map_err(|error| trouble(session, error))?;
			changed |=
				self.blocks.insert(number, block.clone()).is_none_or(|before| before != block);
		}
		if changed {
			let blocks = self.blocks.iter();
			let places = blocks
				.flat_map(|(number, block)| block.transactions.iter().map(|hash| (*hash, *number)));
			self.places = places.collect();
		}
		Ok(changed)
	}
}

/// Whether a block is executed on all its chains.
pub fn is_executed(block: &BlockInfo) -> bool {
	block.chains.iter().all(|chain| chain.times.executed.is_some())
}

/// The time of a stage on the chain that comes last to it, if all have.
pub fn last(block: &BlockInfo, stage: impl Fn(&StageTimes) -> Option<u64>) -> Option<u64> {
	let times: Option<Vec<_>> = block.chains.iter().map(|chain| stage(&chain.times)).collect();
	times?.into_iter().max()
}

/// Waits until something is there, and keeps the blocks up to date meanwhile.
///
/// # Errors
///
/// Those of the question; if nothing has moved for a quarter of an hour.
pub async fn until<T>(
	session: &Session,
	blocks: &mut Blocks,
	what: &str,
	mut there: impl AsyncFnMut(&Blocks) -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
	let mut moved = Instant::now();
	loop {
		if blocks.update(session).await? {
			moved = Instant::now();
		}
		if let Some(found) = there(blocks).await? {
			return Ok(found);
		}
		if moved.elapsed() > STALL {
			return Err(Failure::failed(
				format!("nothing has moved for {} minutes: {what}", STALL.as_secs() / 60),
				"the logs of operator, nodes and oracles say what they wait for",
			));
		}
		tokio::time::sleep(LOOK).await;
	}
}

/// Waits until transactions are in blocks. `heard` hears how many are.
///
/// # Errors
///
/// If one is refused, with the reason.
pub async fn in_blocks(
	session: &Session,
	blocks: &mut Blocks,
	hashes: &[TransactionHash],
	mut heard: impl FnMut(usize, &Blocks),
) -> Result<(), Failure> {
	until(session, blocks, "transactions wait for a block", async |blocks| {
		let waiting: Vec<_> = hashes.iter().filter(|hash| blocks.of(hash).is_none()).collect();
		heard(hashes.len() - waiting.len(), blocks);
		for hash in &waiting {
			not_refused(session, hash).await?;
		}
		Ok(waiting.is_empty().then_some(()))
	})
	.await
}

/// Whether a transaction may still come into a block.
///
/// # Errors
///
/// If it is refused, with the reason.
pub async fn not_refused(session: &Session, hash: &TransactionHash) -> Result<(), Failure> {
	let asked = session.operator()?.transaction(*hash).await;
	let info = asked.map_err(|error| trouble(session, error))?;
	match info.state {
		TransactionState::Refused { name, message, .. } => Err(Failure::failed(
			format!("{hash} was refused: {name}: {message}"),
			"nothing of it has happened; the demo sends only what the ledger should take",
		)),
		TransactionState::Pending | TransactionState::InBlock { .. } => Ok(()),
	}
}
