// SPDX-License-Identifier: Apache-2.0

//! Heads of a chain, and the stream of them that no lost connection ends.

use crate::{chain::Chain, rpc::BlockHeader};
use codec::Encode;
use futures::{
	Stream, StreamExt,
	stream::{self, BoxStream},
};
use ligature_primitives::header::Digest;
use std::{
	fmt,
	pin::Pin,
	task::{Context, Poll},
};
use subxt::rpcs::client::RpcSubscription;

/// A block of a chain, by number and hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
	/// Its number.
	pub number: u32,
	/// Its hash.
	pub hash: Digest,
}

impl Head {
	/// The block of this header.
	pub(crate) fn of(header: &BlockHeader) -> Self {
		Self { number: header.number as u32, hash: blake2_256(&header.encode()) }
	}
}

impl fmt::Display for Head {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} (0x{})", self.number, hex::encode(&self.hash[..4]))
	}
}

impl fmt::Debug for Head {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Head({}, 0x{})", self.number, hex::encode(self.hash))
	}
}

/// BLAKE2b-256, by which chains name blocks and extrinsics.
pub(crate) fn blake2_256(bytes: &[u8]) -> Digest {
	use subxt::config::Hasher;
	subxt::config::substrate::BlakeTwo256.hash(bytes).0
}

/// Which heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heads {
	/// Of the longest chain; a later one may be lower, or on another branch.
	Best,
	/// Of the finalized chain; numbers rise, and may jump.
	Finalized,
}

/// Heads as they come. It never ends: after a lost connection it goes on with the newest head, and what came in
/// between is left out.
pub struct HeadStream(BoxStream<'static, Head>);

impl Stream for HeadStream {
	type Item = Head;

	fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Head>> {
		self.0.poll_next_unpin(cx)
	}
}

impl HeadStream {
	/// The next head. Never `None`, which `next` of a stream could be.
	pub async fn following(&mut self) -> Head {
		match self.0.next().await {
			Some(head) => head,
			None => std::future::pending().await,
		}
	}

	pub(crate) fn new(chain: Chain, which: Heads) -> Self {
		let state = Follower { chain, which, subscription: None, last: None };
		Self(
			stream::unfold(state, |mut follower| async move {
				let head = follower.next().await;
				Some((head, follower))
			})
			.boxed(),
		)
	}
}

struct Follower {
	chain: Chain,
	which: Heads,
	subscription: Option<RpcSubscription<BlockHeader>>,
	last: Option<Head>,
}

impl Follower {
	async fn next(&mut self) -> Head {
		loop {
			match &mut self.subscription {
				None => match self.chain.subscribe(self.which).await {
					Ok(subscription) => self.subscription = Some(subscription),
					Err(error) => {
						tracing::debug!(chain = self.chain.name(), %error, "no heads");
						self.chain.pause().await;
					},
				},
				Some(subscription) => match subscription.next().await {
					Some(Ok(header)) => {
						let head = Head::of(&header);
						if self.is_news(head) {
							self.last = Some(head);
							return head;
						}
					},
					end => {
						let why = end.and_then(Result::err).map(|error| error.to_string());
						tracing::debug!(chain = self.chain.name(), why, "the heads have ended");
						self.subscription = None;
						self.chain.pause().await;
					},
				},
			}
		}
	}

	/// Whether somebody who has seen the last head wants this one too: a new subscription begins with the newest head,
	/// which may be the last one still, and a node that was away may be behind.
	fn is_news(&self, head: Head) -> bool {
		match (self.which, self.last) {
			(_, None) => true,
			(Heads::Best, Some(last)) => head != last,
			(Heads::Finalized, Some(last)) => head.number > last.number,
		}
	}
}
