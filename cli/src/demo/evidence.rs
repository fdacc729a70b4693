// SPDX-License-Identifier: Apache-2.0

//! What the chains themselves say: nothing here comes from the operator.
//!
//! Every finalized block of a chain is read. Its events name the blocks of the rollup that it has committed, proven,
//! certified and executed; the public data in its extrinsics is executed again, from the empty state on, and must lead to
//! the roots in the headers.

use std::{collections::BTreeMap, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use ligature_chain::{At, BlockStatus, Chain, ChainError, Pool, RollupEvent, Status, Token, Votes};
use ligature_ledger::{ChainState, replay::replay};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId, PoolSlot, TokenId},
	pubdata::PublicData,
	refusal::Refusal,
};

use crate::failure::Failure;

/// So many questions are open at a time.
const AT_ONCE: usize = 12;

/// When something happened on a chain: its block, and that block's time in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
	/// The block of the chain.
	pub block: u32,
	/// Its time.
	pub time: u64,
}

/// A block of the rollup, as one chain has it.
#[derive(Clone, Debug)]
pub struct Settled {
	/// Its header, out of the extrinsic that committed it.
	pub header: Header,
	/// Its public data for this chain.
	pub data: PublicData,
	/// Committed, proven, certified, executed.
	pub stages: [Option<When>; 4],
}

/// A payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
	/// Who got it.
	pub who: [u8; 32],
	/// The token.
	pub token: TokenId,
	/// How much.
	pub amount: u128,
	/// When.
	pub when: When,
}

/// All that one chain says.
#[derive(Clone, Debug)]
pub struct Evidence {
	/// Its number.
	pub chain: ChainId,
	/// Its name.
	pub name: String,
	/// Its blocks of the rollup, from number 1 on.
	pub blocks: Vec<Settled>,
	/// Its state after the last of them, out of the public data alone.
	pub state: ChainState,
	/// Payments, in order.
	pub paid: Vec<Paid>,
	/// How often blocks were taken back.
	pub reverts: usize,
	/// Where the rollup stands.
	pub status: Status,
	/// The last block of the rollup, as the chain stores it.
	pub last: Option<BlockStatus>,
	/// Who signed its certificate.
	pub votes: Option<Votes>,
	/// The tokens, and what custody owes of them.
	pub tokens: Vec<Token>,
	/// What custody holds of each.
	pub custody: BTreeMap<TokenId, u128>,
	/// What it held in the chain's first block: gifts.
	pub gifts: BTreeMap<TokenId, u128>,
	/// The pools.
	pub pools: Vec<(PoolSlot, Pool)>,
	/// What people have of the asset that is traded there, on the chain itself.
	pub purses: BTreeMap<[u8; 32], u128>,
	/// The finalized block at which all of this is.
	pub at: When,
}

/// What one block of the chain says.
struct Page {
	when: When,
	events: Vec<RollupEvent>,
	commits: Vec<(Header, Vec<u8>)>,
}

/// Waits until a chain has finalized the execution of a block.
///
/// # Errors
///
/// If the chain does not answer.
pub async fn finalized(chain: &Chain, block: u64) -> Result<(), ChainError> {
	while chain.finalized().await?.status().await?.counters.executed.0 < block {
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
	Ok(())
}

/// Reads a chain up to its last finalized block, and what `people` have of an asset there. `progress` hears how much is
/// read.
///
/// # Errors
///
/// If the chain does not answer, or says what cannot be.
pub async fn gather(
	chain: &Chain,
	name: &str,
	asset: Option<u32>,
	people: &[[u8; 32]],
	progress: impl Fn(usize, usize),
) -> Result<Evidence, Failure> {
	let asked = |error: ChainError| crate::session::chain_trouble(name, error);
	let end = chain.finalized().await.map_err(asked)?;
	let last = end.head().number;
	let mut pages = stream::iter(1..=last)
		.map(|number| async move { page(&chain.at_number(number).await?).await })
		.buffered(AT_ONCE);
	let identity = end.identity().await.map_err(asked)?;
	let identity = identity.ok_or_else(|| wrong(name, "it belongs to no network"))?;
	let mut reader = Reader { name, drafts: Vec::new(), paid: Vec::new(), reverts: 0 };
	let mut read = 0;
	while let Some(page) = pages.try_next().await.map_err(asked)? {
		reader.read(page)?;
		read += 1;
		progress(read, last as usize);
	}
	let mut purses = BTreeMap::new();
	for who in people {
		let purse = match asset {
			None => end.native_balance(*who).await.map_err(asked)?,
			Some(asset) => end.asset_balance(asset, *who).await.map_err(asked)?,
		};
		purses.insert(*who, purse);
	}
	let first = chain.at_number(1).await.map_err(asked)?;
	let tokens = end.tokens().await.map_err(asked)?;
	let Reader { drafts, paid, reverts, .. } = reader;
	let number = BlockNumber(drafts.len() as u64);
	let (blocks, state) = execute(name, identity.chain, drafts)?;
	Ok(Evidence {
		chain: identity.chain,
		name: name.into(),
		blocks,
		state,
		paid,
		reverts,
		status: end.status().await.map_err(asked)?,
		last: end.block(number).await.map_err(asked)?,
		votes: end.votes(number).await.map_err(asked)?,
		custody: held(&end, &tokens).await.map_err(asked)?,
		gifts: held(&first, &tokens).await.map_err(asked)?,
		tokens,
		pools: end.pools().await.map_err(asked)?,
		purses,
		at: when(&end).await.map_err(asked)?,
	})
}

async fn when(at: &At) -> Result<When, ChainError> {
	Ok(When { block: at.head().number, time: at.time().await? })
}

async fn page(at: &At) -> Result<Page, ChainError> {
	let when = when(at).await?;
	let all = at.events().await?;
	let events: Vec<_> = all.iter().filter_map(|event| event.rollup()).collect();
	let mut commits = Vec::new();
	for event in &events {
		if let RollupEvent::BlockCommitted { extrinsic, .. } = event {
			commits.extend(at.committed_data(*extrinsic).await?);
		}
	}
	Ok(Page { when, events, commits })
}

/// What custody holds at a block.
async fn held(at: &At, tokens: &[Token]) -> Result<BTreeMap<TokenId, u128>, ChainError> {
	let custody = at.custody().await?;
	let mut held = BTreeMap::new();
	for token in tokens {
		let balance = match token.asset {
			None => at.native_balance(custody).await?,
			Some(asset) => at.asset_balance(asset, custody).await?,
		};
		held.insert(token.id, balance);
	}
	Ok(held)
}

fn wrong(name: &str, what: &str) -> Failure {
	Failure::failed(
		format!("what {name} says cannot be: {what}"),
		"a rule of the protocol is broken; please report this, with the logs",
	)
}

/// A block of the rollup whose public data is not read yet.
struct Draft {
	header: Header,
	data: Vec<u8>,
	stages: [Option<When>; 4],
}

/// Puts the pages together.
struct Reader<'a> {
	name: &'a str,
	/// The blocks that are committed and not taken back, from number 1 on.
	drafts: Vec<Draft>,
	paid: Vec<Paid>,
	reverts: usize,
}

impl Reader<'_> {
	fn read(&mut self, page: Page) -> Result<(), Failure> {
		let Page { when, events, commits } = page;
		let mut commits = commits.into_iter();
		for event in events {
			match event {
				RollupEvent::BlockCommitted { number, hash, .. } => {
					let (header, data) =
						commits.next().ok_or_else(|| wrong(self.name, "a commit has no data"))?;
					let follows = number.0 == self.drafts.len() as u64 + 1;
					if !follows || header.number != number || header.hash() != hash {
						let what = format!("block {number} is not the one that its event names");
						return Err(wrong(self.name, &what));
					}
					let stages = [Some(when), None, None, None];
					self.drafts.push(Draft { header, data, stages });
				},
				RollupEvent::BlockProven { number, hash, .. } => {
					self.stage(1, number, hash, when)?
				},
				RollupEvent::BlockCertified { number, hash } => {
					self.stage(2, number, hash, when)?
				},
				RollupEvent::BlockExecuted { number, hash, .. } => {
					self.stage(3, number, hash, when)?
				},
				RollupEvent::Paid { who, token, amount } => {
					self.paid.push(Paid { who, token, amount, when });
				},
				RollupEvent::BlocksReverted { to, .. } => {
					let stay = usize::try_from(to.0).unwrap_or(usize::MAX);
					self.reverts += usize::from(stay < self.drafts.len());
					self.drafts.truncate(stay);
				},
				_ => (),
			}
		}
		Ok(())
	}

	fn stage(
		&mut self,
		stage: usize,
		number: BlockNumber,
		hash: Digest,
		when: When,
	) -> Result<(), Failure> {
		let place = usize::try_from(number.0).ok().and_then(|number| number.checked_sub(1));
		let draft = place.and_then(|place| self.drafts.get_mut(place));
		match draft.filter(|draft| draft.header.hash() == hash) {
			Some(draft) => {
				draft.stages[stage] = Some(when);
				Ok(())
			},
			None => Err(wrong(self.name, &format!("block {number} was never committed"))),
		}
	}
}

/// Executes the public data again, from the empty state on.
fn execute(
	name: &str,
	chain: ChainId,
	drafts: Vec<Draft>,
) -> Result<(Vec<Settled>, ChainState), Failure> {
	let mut state = ChainState::new(chain);
	let mut blocks = Vec::new();
	for Draft { header, data, stages } in drafts {
		let what = |what: &str, refusal: Refusal| {
			wrong(name, &format!("block {number}: {what}: {refusal}", number = header.number))
		};
		let part = header.chain(chain).map_err(|refusal| what("the header", refusal))?;
		replay(&mut state, part, &data)
			.map_err(|refusal| what("the public data does not lead to its root", refusal))?;
		let data = PublicData::decode(&data, part.size_class)
			.map_err(|refusal| what("the public data", refusal))?;
		blocks.push(Settled { header, data, stages });
	}
	Ok((blocks, state))
}
