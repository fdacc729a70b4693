// SPDX-License-Identifier: Apache-2.0

//! Where the books of a chain begin: at its first block, or where they ended.
//!
//! With a folder for what was read, the state is rebuilt out of the chain's blocks ([`ligature_recovery`]), which nodes
//! keep longer than states. It begins at the last block that was looked at, if the node has its state still, else at the
//! last finalized one.

use crate::{
	books::{Books, Last, Origin},
	error::AuditError,
};
use ligature_chain::{At, Chain, ChainError, Head, Identity, Stage};
use ligature_primitives::ids::{BlockNumber, ChainId};
use ligature_recovery::{Anchor, NoProgress, NodeSource, Recovery};
use serde::{Deserialize, Serialize};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// The books of a chain, and how they begin.
pub struct Start {
	/// The books.
	pub books: Books,
	/// The first block of the chain to be read.
	pub next: u32,
	/// Whether events before it were never looked at.
	pub unseen: bool,
}

/// Up to where a chain was looked at.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
	block: u32,
	hash: String,
}

/// Begins the books of a chain.
///
/// # Errors
///
/// [`AuditError::Chain`], [`AuditError::Recovery`].
pub async fn begin(
	chain: &Chain,
	identity: Identity,
	data: Option<&Path>,
) -> Result<Start, AuditError> {
	let Some(data) = data else {
		return Ok(Start { books: Books::new(identity), next: 1, unseen: false });
	};
	let failed = AuditError::chain(chain.url());
	let source = NodeSource::new(chain.clone()).await?;
	let recovery = Recovery::open(Box::new(source), data).await?;
	// First where to begin, then the blocks up to there and beyond.
	let marked = marked(chain, identity.chain, data).await.map_err(&failed)?;
	let unseen = marked.is_none();
	let at = match marked {
		Some(at) => at,
		None => chain.finalized().await.map_err(&failed)?,
	};
	tracing::info!(chain = %identity.chain, block = %at.head(), "the state is rebuilt out of the chain's blocks");
	recovery.read(&NoProgress).await?;
	let origin = origin(&at, &recovery).await?;
	let next = at.head().number.saturating_add(1);
	Ok(Start { books: Books::resume(identity, origin), next, unseen })
}

/// What the books begin with at a block of the chain.
async fn origin(at: &At, recovery: &Recovery) -> Result<Origin, AuditError> {
	let failed =
		|source: ChainError| AuditError::Chain { url: recovery.about().name.clone(), source };
	let status = at.status().await.map_err(failed)?;
	let time = at.time().await.map_err(failed)? / 1_000;
	let counters = status.counters;
	let hash = async |number: BlockNumber| -> Result<Anchor, AuditError> {
		let block = at.block(number).await.map_err(failed)?;
		let unknown = || ChainError::UnknownBlock { block: format!("{number} of the rollup") };
		Ok(Anchor { number, hash: block.ok_or_else(unknown).map_err(failed)?.hash })
	};
	let executed = match counters.executed {
		BlockNumber(0) => None,
		number => Some(hash(number).await?),
	};
	let rebuilt = recovery.rebuild(executed, &NoProgress).await?;
	let mut open = Vec::new();
	for number in (counters.executed.0.saturating_add(1)..=counters.committed.0).map(BlockNumber) {
		let Anchor { hash, .. } = hash(number).await?;
		let posting = recovery.posting(number, &hash).await?;
		let stage = match number {
			number if number <= counters.certified => Stage::Certified,
			number if number <= counters.proven => Stage::Proven,
			_ => Stage::Committed,
		};
		open.push((posting.header, posting.data, stage));
	}
	Ok(Origin {
		state: rebuilt.state,
		block: rebuilt.header.zip(executed.map(|anchor| anchor.hash)),
		revert_epoch: status.revert_epoch,
		open,
		last: Last { head: at.head(), time },
	})
}

/// The last block that was looked at, if the chain has it and its state.
async fn marked(chain: &Chain, id: ChainId, data: &Path) -> Result<Option<At>, ChainError> {
	let Some(Mark { block, hash }) = read(&path(data, id)) else { return Ok(None) };
	let at = match chain.at_number(block).await {
		Ok(at) if hex::encode(at.head().hash) == hash => at,
		Ok(_) | Err(ChainError::UnknownBlock { .. }) => return Ok(None),
		Err(error) => return Err(error),
	};
	match at.status().await {
		Ok(_) => Ok(Some(at)),
		Err(ChainError::NoState { .. }) => Ok(None),
		Err(error) => Err(error),
	}
}

/// Keeps up to where a chain was looked at.
///
/// # Errors
///
/// [`AuditError::Mark`].
pub fn mark(data: &Path, chain: ChainId, head: Head) -> Result<(), AuditError> {
	let path = path(data, chain);
	let failed = |source| AuditError::Mark { path: path.clone(), source };
	let mark = Mark { block: head.number, hash: hex::encode(head.hash) };
	let text = serde_json::to_string(&mark).map_err(|error| failed(error.into()))?;
	// What is half written is never read.
	let new = path.with_extension("new");
	fs::write(&new, text).and_then(|()| fs::rename(&new, &path)).map_err(failed)
}

/// A mark that cannot be read is none: more is looked at again.
fn read(path: &Path) -> Option<Mark> {
	serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

fn path(data: &Path, chain: ChainId) -> PathBuf {
	data.join(format!("chain-{chain}.audited"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_mark_should_be_read_as_it_was_kept() {
		let folder = tempfile::tempdir().expect("a folder");
		let place = path(folder.path(), ChainId(2));
		assert!(read(&place).is_none());
		for number in [7, 8] {
			let head = Head { number, hash: [number as u8; 32] };
			mark(folder.path(), ChainId(2), head).expect("writable");
			let kept = read(&place).expect("it was kept");
			assert_eq!((kept.block, kept.hash), (number, hex::encode(head.hash)));
		}
		fs::write(&place, "{").expect("writable");
		assert!(read(&place).is_none());
		let nowhere = folder.path().join("nothing");
		let error = mark(&nowhere, ChainId(1), Head { number: 1, hash: [1; 32] });
		assert!(matches!(error, Err(AuditError::Mark { .. })));
	}
}
