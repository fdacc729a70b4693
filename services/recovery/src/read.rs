// SPDX-License-Identifier: Apache-2.0

//! Reads a chain's blocks from where the last run stopped up to its last one.

use crate::{
	archive::{Archive, Mark},
	error::RecoveryError,
	progress::{Progress, Step},
	source::Source,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{collections::BTreeMap, sync::Arc};

/// So many blocks are asked for at once.
const AT_ONCE: usize = 16;

/// So many are kept at once.
const BATCH: usize = 512;

/// Reads what is not read yet.
///
/// # Errors
///
/// [`RecoveryError`]; what was read before stays.
pub(crate) async fn read(
	source: &dyn Source,
	archive: &Archive,
	progress: &dyn Progress,
) -> Result<(), RecoveryError> {
	let last = source.last().await?;
	let Mark { block: mut done, hash } = archive.mark().await?;
	if (1..=last).contains(&done) && source.block(done).await?.head.hash != hash {
		return Err(RecoveryError::Fork { block: source.block(done).await?.head });
	}
	let mut metadata = BTreeMap::new();
	let blocks = stream::iter(done.saturating_add(1)..=last).map(|number| source.block(number));
	let mut batches = blocks.buffered(AT_ONCE).try_chunks(BATCH);
	while let Some(blocks) = batches.try_next().await.map_err(|error| error.1)? {
		let mut read = Vec::with_capacity(blocks.len());
		for block in blocks {
			let known = match metadata.get(&block.runtime) {
				Some(known) => Arc::clone(known),
				None => {
					let read = source.metadata(&block).await?;
					metadata.insert(block.runtime, read.clone());
					read
				},
			};
			let posted = block.posted(&known);
			let posted = posted.map_err(RecoveryError::chain(&source.about().name))?;
			read.push((block, posted));
		}
		archive.add(&read).await?;
		done = done.saturating_add(u32::try_from(read.len()).unwrap_or(u32::MAX));
		progress.reached(archive.chain(), Step::Reading, done.into(), last.into());
	}
	Ok(())
}
