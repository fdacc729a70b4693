// SPDX-License-Identifier: Apache-2.0

//! Executes the public data of a line of blocks again, and checks every root on the way.

use crate::{
	archive::{Archive, Posting},
	error::RecoveryError,
	line::Line,
	progress::{Progress, Step},
	source::{About, Anchor},
};
use ligature_ledger::{
	ChainState, replay_with,
	tree::{NodeHasher, Threads},
};
use ligature_primitives::{
	header::{ChainHeader, Digest, Header},
	ids::{BlockNumber, ChainId},
	pubdata::PublicData,
	refusal::Refusal,
};
use std::{
	num::NonZeroUsize,
	thread,
	time::{Duration, Instant},
};
use tokio::task;

/// So many blocks are taken from the disk at once.
const BATCH: usize = 64;

/// So much work is lost at most when it is interrupted.
const CHECKPOINT: Duration = Duration::from_secs(60);

/// Progress is told so often.
const TELL: Duration = Duration::from_millis(200);

/// A hasher on all cores.
pub(crate) fn hasher() -> Threads {
	Threads::new(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}

/// What must follow: the block before, and whose it is.
struct Rules {
	chain: ChainId,
	about: About,
	parent: Digest,
}

/// The state after the last block of the line, and that block's header.
///
/// # Errors
///
/// [`RecoveryError::Block`] for the first block that does not lead where its header says.
pub(crate) async fn replay(
	archive: &Archive,
	about: &About,
	line: &Line,
	progress: &dyn Progress,
) -> Result<(ChainState, Option<Header>), RecoveryError> {
	let chain = archive.chain();
	let all = line.hashes.len();
	let kept = archive.checkpoint(&line.hashes, &hasher()).await?;
	let (mut state, mut done, parent) = match kept {
		// At most the line's length.
		Some((at, state)) => (state, at.number.0 as usize, at.hash),
		None => (ChainState::new(chain), 0, line.genesis.unwrap_or_default()),
	};
	let mut rules = Rules { chain, about: about.clone(), parent };
	let (mut last_kept, mut told) = (Instant::now(), Instant::now());
	let begun = done;
	progress.reached(chain, Step::Replaying, done as u64, all as u64);
	while done < all {
		let hashes = &line.hashes[done..all.min(done + BATCH)];
		let mut batch = Vec::with_capacity(hashes.len());
		for hash in hashes {
			batch.push((*hash, archive.postings(hash).await?));
		}
		let first = done as u64 + 1;
		// Hashing takes all cores: others must be able to go on meanwhile.
		let work = task::spawn_blocking(move || {
			let done = execute(&mut state, &mut rules, first, &batch, &hasher());
			(state, rules, done)
		});
		let executed;
		(state, rules, executed) = work.await.expect("it is not aborted, and does not panic; qed");
		executed?;
		done += hashes.len();
		if told.elapsed() > TELL || done == all {
			told = Instant::now();
			progress.reached(chain, Step::Replaying, done as u64, all as u64);
		}
		if last_kept.elapsed() > CHECKPOINT || (done == all && done > begun) {
			let at = Anchor { number: BlockNumber(done as u64), hash: rules.parent };
			archive.keep(&state, at).await?;
			last_kept = Instant::now();
		}
	}
	let header = match line.hashes.last() {
		None => None,
		Some(hash) => archive.postings(hash).await?.into_iter().next().map(|it| it.header),
	};
	Ok((state, header))
}

fn execute(
	state: &mut ChainState,
	rules: &mut Rules,
	first: u64,
	batch: &[(Digest, Vec<Posting>)],
	hasher: &impl NodeHasher,
) -> Result<(), RecoveryError> {
	let chain = rules.chain;
	for (number, (hash, postings)) in (first..).map(BlockNumber).zip(batch) {
		let refused = |refusal| RecoveryError::Block { chain, number, refusal };
		// That of several that is not the last one's: the data that fits leads on.
		let mut outcome = Err(Refusal::CommitmentMismatch);
		for posting in postings {
			outcome = follow(state, rules, number, *hash, posting, hasher);
			if outcome.is_ok() {
				break;
			}
		}
		outcome.map_err(refused)?;
		rules.parent = *hash;
	}
	Ok(())
}

fn follow(
	state: &mut ChainState,
	rules: &Rules,
	number: BlockNumber,
	hash: Digest,
	posting: &Posting,
	hasher: &impl NodeHasher,
) -> Result<(), Refusal> {
	let Posting { header, data } = posting;
	let About { identity, chain_list_hash, .. } = &rules.about;
	if header.hash() != hash || header.number != number {
		return Err(Refusal::WrongNumber);
	}
	if header.parent != rules.parent {
		return Err(Refusal::WrongParent);
	}
	let chains = header.chains.iter().map(|part| part.chain);
	if header.network != identity.network
		|| !chains.eq(identity.chains.iter().copied())
		|| chain_list_hash.is_some_and(|list| list != header.chain_list_hash)
	{
		return Err(Refusal::WrongNetwork);
	}
	replay_with(state, header.chain(rules.chain)?, data, hasher)
}

/// Whether public data is the one that a header commits to.
pub(crate) fn fits(part: &ChainHeader, data: &[u8]) -> bool {
	let commitment = || PublicData::decode(data, part.size_class)?.commitment(part.size_class);
	usize::try_from(part.data_length) == Ok(data.len())
		&& commitment().is_ok_and(|commitment| commitment == part.data_commitment)
}
