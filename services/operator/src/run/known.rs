// SPDX-License-Identifier: Apache-2.0

//! At a start: what the chains have committed must be what the store holds.
//!
//! A block that a chain has and the store has not is another operator's, or the database is an old copy. To go on
//! would be to commit other blocks with the same numbers.

use super::connect::{Member, patiently};
use crate::{
	engine::EngineStatus,
	error::OperatorError,
	settlement::{ChainView, Lines, view_of},
	store::Store,
};
use ligature_primitives::{header::Digest, ids::BlockNumber};
use std::sync::Arc;

/// What is wrong with a chain's block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
	/// It is stored.
	Good,
	/// No block of that number was ever stored.
	Missing,
	/// Another block is.
	Other,
}

/// Checks the blocks that chains have committed and not executed, and the last executed one.
///
/// # Errors
///
/// [`OperatorError::UnknownBlock`], [`OperatorError::Store`], [`OperatorError::Chain`].
pub async fn check(
	members: &[Member],
	store: &Arc<dyn Store>,
	lines: &Lines,
	status: &EngineStatus,
) -> Result<(), OperatorError> {
	for Member { id, chain } in members {
		let ask = || async {
			let at = chain.best().await?;
			let (view, _) = view_of(*id, &at).await?;
			let mut blocks = Vec::new();
			for number in view.counters.executed.0..=view.counters.committed.0 {
				let number = BlockNumber(number);
				// Executed ones are forgotten one day.
				if let Some(block) = at.block(number).await? {
					blocks.push((number, block.hash));
				}
			}
			Ok((view, blocks))
		};
		let (view, blocks) = patiently(chain.url(), ask).await?;
		for (number, hash) in blocks {
			let other = match verdict(store, lines, status, &view, number, hash).await? {
				Verdict::Good => continue,
				Verdict::Missing => false,
				Verdict::Other => true,
			};
			return Err(OperatorError::UnknownBlock { chain: *id, number, other });
		}
	}
	Ok(())
}

async fn verdict(
	store: &Arc<dyn Store>,
	lines: &Lines,
	status: &EngineStatus,
	view: &ChainView,
	number: BlockNumber,
	hash: Digest,
) -> Result<Verdict, OperatorError> {
	let stored = lines.hash(number, status.revert_epoch).await?;
	if stored == Some(hash) {
		return Ok(Verdict::Good);
	}
	// A chain that has not heard of a revert yet may have blocks that were taken back; above the last block that stands
	// the revert takes back whatever is there, such as a commit that another operator had on its way when it died.
	let behind = view.revert_epoch < status.revert_epoch;
	if behind && (number > status.built || store.record(number, hash).await?.is_some()) {
		return Ok(Verdict::Good);
	}
	Ok(if stored.is_some() { Verdict::Other } else { Verdict::Missing })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{ALPHA, Person, World, deposit};
	use ligature_chain::Counters;

	async fn build(world: &World) -> Digest {
		let first = world.api.engine.next_request(ALPHA).await;
		world.requests(ALPHA, first, &[deposit(Person(3), 0, 1)]).await;
		world.build().await.hash
	}

	/// What is said about a block of a chain that is in this revert epoch.
	async fn said(world: &World, epoch: u32, number: u64, hash: Digest) -> Verdict {
		let status = world.api.engine.status().await;
		let view = ChainView {
			chain: ALPHA,
			best: 1,
			counters: Counters::default(),
			revert_epoch: epoch,
			guardian: false,
			refused: None,
			exodus: false,
			tip: hash,
		};
		let (store, lines) = (&world.api.store, &world.shared.lines);
		verdict(store, lines, &status, &view, BlockNumber(number), hash).await.expect("a database")
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn blocks_of_chains_should_be_the_stored_ones() {
		let world = World::new().await;
		let (first, second) = (build(&world).await, build(&world).await);
		assert_eq!(said(&world, 0, 0, world.genesis.hash()).await, Verdict::Good);
		assert_eq!(said(&world, 0, 1, first).await, Verdict::Good);
		assert_eq!(said(&world, 0, 2, second).await, Verdict::Good);
		assert_eq!(said(&world, 0, 2, [9; 32]).await, Verdict::Other);
		assert_eq!(said(&world, 0, 3, [9; 32]).await, Verdict::Missing);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_chain_that_has_not_heard_of_a_revert_should_have_what_was_taken_back() {
		let world = World::new().await;
		build(&world).await;
		let old = build(&world).await;
		world.api.engine.revert(BlockNumber(1), 1).await.expect("it goes back");
		assert_eq!(said(&world, 0, 2, old).await, Verdict::Good);
		assert_eq!(said(&world, 0, 2, [9; 32]).await, Verdict::Good, "it is taken back, too");
		assert_eq!(said(&world, 0, 1, [9; 32]).await, Verdict::Other, "that one should stand");
		// One that has heard of it should not have it any more.
		assert_eq!(said(&world, 1, 2, old).await, Verdict::Missing);
		build(&world).await;
		assert_eq!(said(&world, 1, 2, old).await, Verdict::Other);
	}
}
