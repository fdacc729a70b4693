// SPDX-License-Identifier: Apache-2.0

//! A call on its way: until it is in a block, until that block is final.
//!
//! While the connection lasts, the pool tells what becomes of an extrinsic. When it is lost, or the pool forgets, the chain
//! itself is asked: blocks from the best one back to the extrinsic's birth are searched. So an extrinsic is never given up while
//! it could be in a block: only when its lifetime is over on the finalized chain.

use crate::{
	chain::Chain,
	error::ChainError,
	event::{self, DispatchError, Event},
	heads::{Head, HeadStream, Heads, blake2_256},
};
use ligature_primitives::header::Digest;
use std::{collections::BTreeSet, fmt, time::Duration};
use subxt::{
	rpcs::{client::RpcSubscription, methods::legacy::TransactionStatus},
	utils::H256,
};
use tokio::time::{Instant, timeout_at};

/// A call in a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Included {
	/// The block.
	pub block: Head,
	/// The extrinsic's place in it.
	pub extrinsic: u32,
	/// Whether the call did what it says. The failure of what is called through sudo is a failure.
	pub outcome: Result<(), DispatchError>,
	/// What it left, in order.
	pub events: Vec<Event>,
}

impl Included {
	/// The call in its block, or why it failed there.
	///
	/// # Errors
	///
	/// The call's failure.
	pub fn success(self) -> Result<Self, DispatchError> {
		match &self.outcome {
			Ok(()) => Ok(self),
			Err(error) => Err(error.clone()),
		}
	}
}

/// An extrinsic's place in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// Its nonce: the pool holds one extrinsic of a signer and nonce.
	pub nonce: u64,
	/// Its hash.
	pub hash: Digest,
}

impl Place {
	pub(crate) fn new(nonce: u64, extrinsic: &[u8]) -> Self {
		Self { nonce, hash: blake2_256(extrinsic) }
	}
}

type Watch = RpcSubscription<TransactionStatus<H256>>;

/// A call that the node's pool has taken.
// The subscription is not `Sync`: what waits takes `&mut self`, so that it can be spawned.
pub struct Sent {
	chain: Chain,
	place: Place,
	/// The block at which its lifetime begins.
	birth: Head,
	/// The first block that cannot hold it any more.
	death: u32,
	/// What the pool tells, while it does.
	watch: Option<Watch>,
	/// Blocks that do not hold it.
	searched: BTreeSet<Digest>,
	found: Option<(Head, u32)>,
}

impl fmt::Debug for Sent {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Sent")
			.field("chain", &self.chain)
			.field("hash", &self.name())
			.field("found", &self.found)
			.finish()
	}
}

impl Sent {
	pub(crate) fn new(
		chain: Chain,
		place: Place,
		birth: Head,
		lifetime: u32,
		watch: Watch,
	) -> Self {
		Self {
			chain,
			place,
			birth,
			death: birth.number.saturating_add(lifetime),
			watch: Some(watch),
			searched: BTreeSet::new(),
			found: None,
		}
	}

	/// Hash of the extrinsic.
	pub fn hash(&self) -> Digest {
		self.place.hash
	}

	/// Its place in the pool, which another one may take: [`Bid::replaces`](crate::Bid::replaces).
	pub fn place(&self) -> Place {
		self.place
	}

	/// Waits until it is in a block of the best chain. A re-org may take it out again.
	///
	/// # Errors
	///
	/// [`ChainError::TooLate`] after `patience`, [`ChainError::Dropped`], [`ChainError::Replaced`],
	/// [`ChainError::Expired`]. A node that does not answer is waited for.
	pub async fn included(&mut self, patience: Duration) -> Result<Included, ChainError> {
		let deadline = Instant::now() + patience;
		let included = async {
			let found = self.find().await?;
			self.read(found).await
		};
		let included = timeout_at(deadline, included).await;
		included.unwrap_or_else(|_| Err(self.too_late("in a block", patience)))
	}

	/// Waits until it is in a finalized block.
	///
	/// # Errors
	///
	/// As [`Sent::included`].
	pub async fn finalized(&mut self, patience: Duration) -> Result<Included, ChainError> {
		let deadline = Instant::now() + patience;
		let included = async {
			let found = self.settle().await?;
			self.read(found).await
		};
		let included = timeout_at(deadline, included).await;
		included.unwrap_or_else(|_| Err(self.too_late("finalized", patience)))
	}

	fn too_late(&self, stage: &'static str, patience: Duration) -> ChainError {
		ChainError::TooLate { hash: self.name(), stage, patience }
	}

	fn dropped(&self, reason: &str) -> ChainError {
		ChainError::Dropped { hash: self.name(), reason: reason.into() }
	}

	fn name(&self) -> String {
		format!("0x{}", hex::encode(self.place.hash))
	}

	/// The block that holds it, once that is final.
	pub(crate) async fn settle(&mut self) -> Result<(Head, u32), ChainError> {
		let mut heads = self.chain.heads(Heads::Finalized);
		let mut finalized = heads.following().await;
		loop {
			let found = self.find().await?;
			let block = found.0;
			while finalized.number < block.number {
				finalized = heads.following().await;
			}
			let canonical = loop {
				match self.chain.hash_of(block.number).await {
					Err(error) if error.is_passing() => self.chain.pause().await,
					done => break done?,
				}
			};
			if canonical == Some(block.hash) {
				return Ok(found);
			}
			// A re-org has taken the block.
			self.found = None;
		}
	}

	async fn read(&mut self, (block, extrinsic): (Head, u32)) -> Result<Included, ChainError> {
		loop {
			match self.read_once(block, extrinsic).await {
				Err(error) if error.is_passing() => self.chain.pause().await,
				done => return done,
			}
		}
	}

	async fn read_once(&mut self, block: Head, extrinsic: u32) -> Result<Included, ChainError> {
		let at = self.chain.at(block.hash).await?;
		let mut events = at.events().await?;
		events.retain(|event| event.extrinsic == Some(extrinsic));
		let outcome = event::outcome(&events, at.executing().await?.metadata())?;
		Ok(Included { block, extrinsic, outcome, events })
	}

	/// The block that holds it, and its place there.
	pub(crate) async fn find(&mut self) -> Result<(Head, u32), ChainError> {
		if let Some(found) = self.found {
			return Ok(found);
		}
		let mut gone = None;
		while let Some(watch) = &mut self.watch {
			let status = watch.next().await;
			match status {
				Some(Ok(TransactionStatus::InBlock(hash) | TransactionStatus::Finalized(hash))) => {
					self.watch = None;
					// A block that is gone again is found as any other is: below.
					if let Ok(found @ Some(_)) = self.look_into(hash.0).await {
						self.found = found;
					}
				},
				Some(Ok(TransactionStatus::Invalid)) => {
					let reason =
						"it has become invalid, as its purpose is served or its nonce spent";
					gone = Some(self.dropped(reason));
					self.watch = None;
				},
				Some(Ok(TransactionStatus::Dropped)) => {
					gone = Some(self.dropped("the pool has no place for it"));
					self.watch = None;
				},
				Some(Ok(TransactionStatus::Usurped(by))) => {
					gone = Some(ChainError::Replaced { hash: self.name(), by: format!("{by:?}") });
					self.watch = None;
				},
				Some(Ok(_)) => {},
				Some(Err(_)) | None => self.watch = None,
			}
		}
		match self.found {
			Some(found) => Ok(found),
			None => self.search(gone).await,
		}
	}

	async fn look_into(&mut self, hash: Digest) -> Result<Option<(Head, u32)>, ChainError> {
		let at = self.chain.at(hash).await?;
		Ok(at.place_of(&self.place.hash).await?.map(|place| (at.head(), place)))
	}

	/// Searches the best chain, at every new head, until it is there or cannot be there any more. If the pool has let it
	/// go, one search has to find it.
	async fn search(&mut self, gone: Option<ChainError>) -> Result<(Head, u32), ChainError> {
		let mut heads: HeadStream = self.chain.heads(Heads::Best);
		loop {
			let head = heads.following().await;
			match self.search_from(head).await {
				Ok(Some(found)) => {
					self.found = Some(found);
					return Ok(found);
				},
				Ok(None) => {},
				// A node that is away comes back; a branch that is gone has another head.
				Err(error) if error.is_passing() => continue,
				Err(ChainError::UnknownBlock { .. }) => continue,
				Err(error) => return Err(error),
			}
			if let Some(gone) = gone {
				return Err(gone);
			}
			if self.is_dead(head).await {
				return Err(ChainError::Expired { hash: self.name() });
			}
		}
	}

	/// Whether no block of any branch can hold it any more, after a search from this head.
	async fn is_dead(&mut self, head: Head) -> bool {
		if head.number < self.death {
			return false;
		}
		match self.chain.finalized().await {
			Ok(finalized) => finalized.head().number.saturating_add(1) >= self.death,
			Err(_) => false,
		}
	}

	/// Searches from a head back to a block that was searched before, or to the birth.
	async fn search_from(&mut self, head: Head) -> Result<Option<(Head, u32)>, ChainError> {
		let (mut cursor, mut walked) = (head, Vec::new());
		while cursor.number > self.birth.number && !self.searched.contains(&cursor.hash) {
			let at = self.chain.at(cursor.hash).await?;
			if let Some(place) = at.place_of(&self.place.hash).await? {
				return Ok(Some((cursor, place)));
			}
			walked.push(cursor.hash);
			cursor = Head { number: cursor.number - 1, hash: at.parent() };
		}
		// Only now: below a block that counts as searched everything is.
		self.searched.extend(walked);
		Ok(None)
	}
}
