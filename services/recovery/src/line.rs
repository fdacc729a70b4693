// SPDX-License-Identifier: Apache-2.0

//! Which of the blocks that were posted are the chain's: those to which its last one leads back.
//!
//! A block that was refused, or committed and taken back, stands in the chain's extrinsics for ever. But no later header
//! names it as its parent.

use crate::{
	archive::{Archive, Link},
	error::RecoveryError,
	source::Anchor,
};
use ligature_primitives::{header::Digest, ids::BlockNumber, refusal::Refusal};

/// The blocks from number 1 to an anchor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
	/// Their header hashes, from block 1 on.
	pub hashes: Vec<Digest>,
	/// For each the first request of the chain that no block up to it consumes.
	pub served: Vec<u64>,
	/// Hash of block 0: what block 1 names as its parent.
	pub genesis: Option<Digest>,
}

/// The line that leads to an anchor; the empty one if there is none.
///
/// # Errors
///
/// [`RecoveryError::NotPosted`]; [`RecoveryError::Block`] if numbers do not fall by one.
pub(crate) async fn line(archive: &Archive, anchor: Option<Anchor>) -> Result<Line, RecoveryError> {
	let Some(anchor) = anchor else { return Ok(Line::default()) };
	let chain = archive.chain();
	let (mut hashes, mut consumed) = (Vec::new(), Vec::new());
	let Anchor { number, mut hash } = anchor;
	for number in (1..=number.0).rev().map(BlockNumber) {
		let link = archive.link(&hash).await?;
		let Link { parent, number: named, requests } =
			link.ok_or(RecoveryError::NotPosted { chain, number, hash })?;
		if named != number {
			return Err(RecoveryError::Block { chain, number, refusal: Refusal::WrongNumber });
		}
		hashes.push(hash);
		consumed.push(requests);
		hash = parent;
	}
	hashes.reverse();
	let mut sum = 0u64;
	let served = consumed.into_iter().rev().map(|requests| {
		sum = sum.saturating_add(requests);
		sum
	});
	Ok(Line { served: served.collect(), hashes, genesis: Some(hash) })
}
