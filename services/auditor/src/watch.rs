// SPDX-License-Identifier: Apache-2.0

//! A chain's finalized blocks, one after the other, as pages.

use crate::page::{Fund, Happened, Look, Occurrence, Page};
use futures::{StreamExt, future::try_join_all, stream};
use ligature_chain::{At, Chain, ChainError, Heads, Request, RollupEvent};
use ligature_primitives::ids::ChainId;
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};
use tokio::{
	sync::mpsc,
	time::{sleep, timeout},
};

/// So many blocks are asked for at once.
const AT_ONCE: usize = 8;

/// Most requests that a chain gives at once.
const REQUESTS: u32 = 256;

/// Without a new head it is looked after so long whether there is one.
const AT_LEAST: Duration = Duration::from_secs(10);

/// After a chain could not be asked, it is tried again after so long.
const PAUSE: Duration = Duration::from_secs(2);

/// What a watch tells.
#[derive(Debug)]
pub enum Told {
	/// The next block.
	Page(Box<Page>),
	/// There is no further one at the moment.
	Idle,
	/// The chain does not answer; it is tried again.
	Lost(String),
	/// The chain answers what cannot be read, and will again.
	Failed(ChainError),
}

/// How long to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
	/// To the last finalized block; what goes wrong ends it.
	Last,
	/// Until nobody listens.
	Dropped,
}

/// Watches a chain from a block on.
pub struct Watch {
	chain: Chain,
	id: ChainId,
	next: u32,
	/// Whether keys and oracles were read.
	begun: bool,
}

impl Watch {
	/// A watch of this chain whose first block is `next`.
	pub fn new(chain: Chain, id: ChainId, next: u32) -> Self {
		Self { chain, id, next: next.max(1), begun: false }
	}

	/// Tells of every block, until nobody listens.
	pub async fn run(mut self, until: Until, told: mpsc::Sender<Told>) {
		let mut heads = self.chain.heads(Heads::Finalized);
		loop {
			let tell = match self.catch_up(&told).await {
				Ok(()) if until == Until::Last => return,
				Ok(()) => Told::Idle,
				Err(error) if error.is_passing() && until == Until::Dropped => {
					Told::Lost(error.to_string())
				},
				Err(error) => {
					// Whoever listens has ended, or ends with this.
					let _ = told.send(Told::Failed(error)).await;
					return;
				},
			};
			let lost = matches!(tell, Told::Lost(_));
			if told.send(tell).await.is_err() {
				return;
			}
			match lost {
				true => sleep(PAUSE).await,
				// No news is a reason to look, too.
				false => drop(timeout(AT_LEAST, heads.following()).await),
			}
		}
	}

	/// Tells of the blocks up to the last finalized one.
	async fn catch_up(&mut self, told: &mpsc::Sender<Told>) -> Result<(), ChainError> {
		loop {
			let last = self.chain.finalized().await?.head().number;
			if self.next > last {
				return Ok(());
			}
			let (first, begun) = (self.next, self.begun);
			let (chain, id) = (self.chain.clone(), self.id);
			let mut pages = stream::iter(first..=last)
				.map(move |number| {
					let wish = Wish { look: number == last, all: !begun && number == first };
					page(chain.clone(), id, number, wish)
				})
				.buffered(AT_ONCE);
			while let Some(page) = pages.next().await {
				let page = page?;
				let number = page.head.number;
				if told.send(Told::Page(Box::new(page))).await.is_err() {
					return Ok(());
				}
				self.next = number.saturating_add(1);
				self.begun = true;
			}
		}
	}
}

/// What to read of a block beside what happened in it.
#[derive(Clone, Copy)]
struct Wish {
	/// What the chain knows after it.
	look: bool,
	/// Keys and oracles, too.
	all: bool,
}

async fn page(chain: Chain, id: ChainId, number: u32, wish: Wish) -> Result<Page, ChainError> {
	let at = chain.at_number(number).await?;
	let (events, time) = futures::future::try_join(at.events(), at.time()).await?;
	let happened: Vec<_> = events
		.iter()
		.filter_map(|event| {
			let what = Occurrence::of(event)?;
			Some(Happened { extrinsic: event.extrinsic, what })
		})
		.collect();
	let posted = posted(&at, &happened).await?;
	let look = match wish.look || wish.all || !happened.is_empty() {
		true => Some(look(&at, &happened, wish.all).await?),
		false => None,
	};
	Ok(Page { chain: id, head: at.head(), time: time / 1_000, happened, posted, look })
}

/// The extrinsics that have brought a block to a stage.
async fn posted(
	at: &At,
	happened: &[Happened],
) -> Result<BTreeMap<u32, ligature_chain::Posted>, ChainError> {
	let places = happened.iter().filter(|it| {
		matches!(
			it.what,
			Occurrence::Rollup(
				RollupEvent::BlockCommitted { .. }
					| RollupEvent::BlockProven { .. }
					| RollupEvent::BlockCertified { .. }
			)
		)
	});
	let places: BTreeSet<_> = places.filter_map(|it| it.extrinsic).collect();
	if places.is_empty() {
		return Ok(BTreeMap::new());
	}
	let (block, metadata) = futures::future::try_join(at.raw(), at.calls_metadata()).await?;
	let posted = block.posted(&metadata)?;
	Ok(posted.into_iter().filter(|(place, _)| places.contains(place)).collect())
}

/// What the chain knows after a block.
async fn look(at: &At, happened: &[Happened], all: bool) -> Result<Look, ChainError> {
	let any = |wanted: fn(&Occurrence) -> bool| happened.iter().any(|it| wanted(&it.what));
	let keys = any(|it| matches!(it, Occurrence::Key { .. } | Occurrence::KeyRetired { .. }));
	let epochs =
		any(|it| matches!(it, Occurrence::Epoch { .. } | Occurrence::EpochWithdrawn { .. }));
	let (status, tokens, custody) =
		futures::future::try_join3(at.status(), at.tokens(), at.custody()).await?;
	let funds = try_join_all(tokens.into_iter().map(|token| async move {
		let held = match token.asset {
			None => at.native_balance(custody).await?,
			Some(asset) => at.asset_balance(asset, custody).await?,
		};
		Ok::<_, ChainError>(Fund { token: token.id, owed: token.owed, held })
	}))
	.await?;
	Ok(Look {
		funds,
		requests: requests(at, status.queue.executed, status.queue.next).await?,
		keys: if all || keys { Some(at.keys().await?) } else { None },
		epochs: if all || epochs { Some(at.epochs().await?) } else { None },
		operators: match any(|it| matches!(it, Occurrence::Operators)) {
			true => Some(at.operators().await?),
			false => None,
		},
		guardian: match any(|it| matches!(it, Occurrence::Guardian)) {
			true => Some(at.guardian().await?),
			false => None,
		},
		status,
	})
}

/// The requests from one to another. Some between may have gone back.
async fn requests(at: &At, first: u64, end: u64) -> Result<Vec<(u64, Request)>, ChainError> {
	let mut all = Vec::new();
	let mut next = first;
	while next < end {
		all.extend(at.requests(next, REQUESTS).await?);
		next = next.saturating_add(REQUESTS.into());
	}
	Ok(all)
}
