// SPDX-License-Identifier: Apache-2.0

//! Looking at the finalized heads of all chains.

use crate::seen::{ChainSeen, Foreign, Seen};
use async_trait::async_trait;
use futures::{
	StreamExt,
	future::{try_join, try_join_all},
	stream::{SelectAll, select_all},
};
use ligature_chain::{At, BlockStatus, Chain, ChainError, HeadStream, Heads, Stage};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, NetworkId},
	pubdata::PublicData,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::timeout;

/// Without a new head it is looked again after so long.
const AT_LEAST: Duration = Duration::from_secs(10);

/// So many blocks of a chain are searched for commits in vain.
const SEARCHED: u32 = 64;

/// So many certificates back it is looked for this member's signatures: as many as chains remember.
const REMEMBERED: u64 = 256;

/// Most requests that a chain gives at once.
const MAX_REQUESTS: u32 = 256;

/// Sees the finalized heads of all chains.
#[async_trait]
pub trait Eyes: Send + 'static {
	/// Looks at all chains.
	///
	/// # Errors
	///
	/// If one of them cannot be asked: which, and why. Nothing is seen then.
	async fn look(&mut self) -> Result<Seen, (ChainId, ChainError)>;

	/// Waits until there is something new to see, or some time has passed.
	async fn change(&mut self);
}

/// Eyes on the nodes of all chains.
pub struct Nodes {
	network: NetworkId,
	/// In ascending order.
	chains: Vec<Node>,
	heads: SelectAll<HeadStream>,
	member: [u8; 32],
}

struct Node {
	id: ChainId,
	chain: Chain,
	/// The last block whose certificate was looked at for this member's signature.
	looked: Option<BlockNumber>,
	/// The last block of the chain that was searched for commits in vain.
	searched: u32,
	/// What was found in them, by header hash.
	offered: BTreeMap<Digest, PublicData>,
}

impl Nodes {
	/// Eyes on the nodes of a network's chains, for a member.
	pub fn new(network: NetworkId, chains: &[(ChainId, Chain)], member: [u8; 32]) -> Self {
		let mut chains: Vec<_> = chains.to_vec();
		chains.sort_by_key(|(id, _)| *id);
		let heads = chains
			.iter()
			.flat_map(|(_, chain)| [chain.heads(Heads::Finalized), chain.heads(Heads::Best)]);
		let heads = select_all(heads);
		let node =
			|(id, chain)| Node { id, chain, looked: None, searched: 0, offered: BTreeMap::new() };
		let chains = chains.into_iter().map(node).collect();
		Self { network, chains, heads, member }
	}
}

#[async_trait]
impl Eyes for Nodes {
	async fn look(&mut self) -> Result<Seen, (ChainId, ChainError)> {
		let heads = try_join_all(
			self.chains
				.iter()
				.map(|node| async move { node.head().await.map_err(|error| (node.id, error)) }),
		)
		.await?;
		let certified = heads.iter().map(|(_, seen)| seen.status.counters.certified);
		let lowest = certified.min().unwrap_or_default();
		let (ats, mut chains): (Vec<At>, Vec<ChainSeen>) = heads.into_iter().unzip();
		let blocks = try_join_all(ats.iter().zip(&chains).map(|(at, seen)| async move {
			blocks(at, lowest, seen.status.counters.committed)
				.await
				.map_err(|error| (seen.chain, error))
		}))
		.await?;
		for (seen, blocks) in chains.iter_mut().zip(blocks) {
			let refused = blocks.iter().filter(|(_, block)| block.refused);
			seen.refused = refused.map(|(number, block)| (*number, block.hash)).collect();
			seen.blocks = blocks;
		}
		for (place, (node, at)) in self.chains.iter_mut().zip(&ats).enumerate() {
			let failed = |error| (chains[place].chain, error);
			let (open, proven) = elsewhere(&chains, place);
			let refused = refused(at, &open).await.map_err(failed)?;
			let foreign = match proven.is_empty() {
				true => None,
				false => Some(node.foreign(at, &chains[place], &proven).await.map_err(failed)?),
			};
			let signed = node.signed(at, &chains[place], &self.member).await.map_err(failed)?;
			let seen = &mut chains[place];
			seen.refused.extend(refused);
			(seen.foreign, seen.signed) = (foreign, signed);
		}
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
		let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
		Ok(Seen { network: self.network, chains, now })
	}

	async fn change(&mut self) {
		// Heads that came meanwhile are seen together.
		if timeout(AT_LEAST, self.heads.next()).await.is_ok() {
			while let Ok(Some(_)) = timeout(Duration::ZERO, self.heads.next()).await {}
		}
	}
}

impl Node {
	/// The finalized head, without its blocks.
	async fn head(&self) -> Result<(At, ChainSeen), ChainError> {
		let (at, best) = try_join(self.chain.finalized(), self.chain.best()).await?;
		let (status, time, epochs) =
			futures::future::try_join3(at.status(), at.time(), at.epochs()).await?;
		let seen = ChainSeen {
			chain: self.id,
			finalized: at.head().number,
			best: best.head().number,
			time,
			status,
			blocks: BTreeMap::new(),
			epochs,
			refused: BTreeSet::new(),
			foreign: None,
			signed: Vec::new(),
		};
		Ok((at, seen))
	}

	/// What decides whether this chain can take blocks that another one has proven.
	async fn foreign(
		&mut self,
		at: &At,
		seen: &ChainSeen,
		wanted: &BTreeSet<Digest>,
	) -> Result<Foreign, ChainError> {
		let first = seen.status.queue.committed;
		let (keys, requests) = try_join(at.keys(), at.requests(first, MAX_REQUESTS)).await?;
		let requests = requests.into_iter().map(|(index, request)| (index, request.request));
		let requests = requests.zip(first..).take_while(|((index, _), place)| index == place);
		let requests = requests.map(|(request, _)| request).collect();
		self.search(at.head().number).await?;
		let offered = self.offered.iter().filter(|(hash, _)| wanted.contains(*hash));
		let offered = offered.map(|(hash, data)| (*hash, data.clone())).collect();
		Ok(Foreign { keys, requests, offered })
	}

	/// Searches the chain's last blocks for commits; those that it has taken are of no harm.
	async fn search(&mut self, last: u32) -> Result<(), ChainError> {
		let first = self.searched.max(last.saturating_sub(SEARCHED)).saturating_add(1);
		for number in first..=last {
			for commit in self.chain.at_number(number).await?.commits().await? {
				let part = commit.header.chain(self.id);
				let data = part.and_then(|part| PublicData::decode(&commit.data, part.size_class));
				if let Ok(data) = data {
					self.offered.insert(commit.header.hash(), data);
				}
			}
			self.searched = number;
		}
		// Each costs its sender a fee, and is as large as the chain allows.
		while self.offered.len() > SEARCHED as usize {
			self.offered.pop_first();
		}
		Ok(())
	}

	/// The blocks certified since the last time whose certificates hold the member's signature.
	async fn signed(
		&mut self,
		at: &At,
		seen: &ChainSeen,
		member: &[u8; 32],
	) -> Result<Vec<(BlockNumber, Option<Digest>)>, ChainError> {
		let certified = seen.status.counters.certified;
		let remembered = BlockNumber(certified.0.saturating_sub(REMEMBERED));
		let after = self.looked.unwrap_or(remembered).max(remembered);
		let numbers = (after.0.saturating_add(1)..=certified.0).map(BlockNumber);
		let signed = try_join_all(numbers.map(|number| async move {
			let votes = at.votes(number).await?;
			if votes.is_none_or(|votes| !votes.signers.contains(member)) {
				return Ok(None);
			}
			let hash = match seen.blocks.get(&number) {
				Some(block) => Some(block.hash),
				None => at.block(number).await?.map(|block| block.hash),
			};
			Ok(Some((number, hash)))
		}))
		.await?;
		self.looked = Some(certified);
		Ok(signed.into_iter().flatten().collect())
	}
}

/// The blocks that a chain knows, both ends included.
async fn blocks(
	at: &At,
	first: BlockNumber,
	last: BlockNumber,
) -> Result<BTreeMap<BlockNumber, BlockStatus>, ChainError> {
	let numbers = (first.0..=last.0).map(BlockNumber);
	let found = try_join_all(numbers.map(|number| async move {
		Ok::<_, ChainError>(at.block(number).await?.map(|block| (number, block)))
	}))
	.await?;
	Ok(found.into_iter().flatten().collect())
}

/// The uncertified blocks that other chains have and the one at this place has not: all of them, by number and
/// hash, and the hashes of those that are proven.
fn elsewhere(
	chains: &[ChainSeen],
	place: usize,
) -> (BTreeSet<(BlockNumber, Digest)>, BTreeSet<Digest>) {
	let chain = &chains[place];
	let (mut open, mut proven) = (BTreeSet::new(), BTreeSet::new());
	for other in chains.iter().filter(|other| other.chain != chain.chain) {
		for (number, block) in &other.blocks {
			if block.stage < Stage::Certified && !chain.has(*number, &block.hash) {
				open.insert((*number, block.hash));
				if block.stage == Stage::Proven {
					proven.insert(block.hash);
				}
			}
		}
	}
	(open, proven)
}

/// Which of these blocks a chain shall never prove.
async fn refused(
	at: &At,
	blocks: &BTreeSet<(BlockNumber, Digest)>,
) -> Result<BTreeSet<(BlockNumber, Digest)>, ChainError> {
	let found = try_join_all(blocks.iter().map(|(number, hash)| async move {
		let refused = at.refused(*number, *hash).await?;
		Ok::<_, ChainError>(refused.then_some((*number, *hash)))
	}))
	.await?;
	Ok(found.into_iter().flatten().collect())
}
