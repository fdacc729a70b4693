// SPDX-License-Identifier: Apache-2.0

//! What a new operator needs to go on, out of the chains alone.
//!
//! It starts after the last block that is proven on some chain (or block 0): every chain will execute that one. What was committed above
//! it can be proven by nobody, since the signatures of its transactions stood only in the old operator's
//! database; the new operator takes it back, and its users sign again. A chain that has not yet proven a block that another has
//! gets the proofs from there.
//!
//! ```text
//! handover.json     network, block 0, the block it starts after, the highest revert epoch
//! state-1           a chain's state after that block (appendix B of docs/protocol.md)
//! blocks            in SCALE, one after the other: (header, public data per chain, stands, bundles of proofs)
//! ```

use crate::{
	error::RecoveryError,
	progress::Progress,
	recovery::{Rebuilt, Recovery},
	source::{Anchor, AnchorFile},
};
use codec::{Decode, Encode};
use ligature_ledger::{ChainState, snapshot};
use ligature_primitives::{
	header::{Digest, Header, Network},
	ids::{BlockNumber, ChainId, NetworkId},
	refusal::Refusal,
};
use serde::{Deserialize, Serialize};
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Why no operator can start from what the chains say, or from a folder.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
	/// A chain cannot be rebuilt.
	#[error(transparent)]
	Recovery(#[from] RecoveryError),
	/// Not all chains of the network are there.
	#[error("chain {0} of the network is missing; name all of its chains")]
	MissingChain(ChainId),
	/// There is nothing to start from.
	#[error(
		"no block of the rollup is committed on any chain yet: an operator starts from nothing"
	)]
	Nothing,
	/// Chains have proven different blocks.
	#[error(
		"chains {first} and {other} hold different blocks {number}: the oracles have to refuse one of them"
	)]
	Differ {
		/// One chain.
		first: ChainId,
		/// Another.
		other: ChainId,
		/// The block's number.
		number: BlockNumber,
	},
	/// A chain lacks the public data of a block that another has proven.
	#[error(
		"chain {chain} never got block {number}, which another chain has proven: its public data for that \
		 chain died with the old operator. The oracles refuse the block there, and the others take it back"
	)]
	NeverCommitted {
		/// The chain.
		chain: ChainId,
		/// The block's number.
		number: BlockNumber,
	},
	/// Block 0 cannot be found out.
	#[error("block 0 cannot be made from block 1: {0}")]
	Genesis(&'static str),
	/// A file is damaged.
	#[error("{}: {why}; make the handover again", path.display())]
	Damaged {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		why: String,
	},
	/// A file cannot be read or written.
	#[error("{}: {source}", path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

/// A block of the rollup, as the chains have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverBlock {
	/// Its header.
	pub header: Header,
	/// The public data per chain, in the header's order; empty where a chain never got a block that does not stand.
	pub data: Vec<Vec<u8>>,
	/// Whether it stands; if not, it is to be taken back.
	pub stands: bool,
	/// Bundles of proofs that somebody has posted for it on some chain.
	pub proofs: Vec<Vec<[u8; 192]>>,
}

/// What a new operator needs.
#[derive(Clone, Debug)]
pub struct Handover {
	/// The network.
	pub network: NetworkId,
	/// The header of block 0.
	pub genesis: Header,
	/// The block after which it starts.
	pub start: Anchor,
	/// The highest revert epoch of a chain.
	pub revert_epoch: u32,
	/// The states of all chains after that block, in the network's order.
	pub states: Vec<ChainState>,
	/// All blocks: those that stand from number 1 on, then those that do not.
	pub blocks: Vec<HandoverBlock>,
}

/// `handover.json`.
#[derive(Serialize, Deserialize)]
struct Index {
	format: u32,
	network: u32,
	chains: Vec<u8>,
	genesis: String,
	start: AnchorFile,
	revert_epoch: u32,
}

/// The version of this layout.
const FORMAT: u32 = 1;

type Entry = (Vec<u8>, Vec<Vec<u8>>, bool, Vec<Vec<[u8; 192]>>);

impl Handover {
	/// Makes one of all chains of a network, whose blocks were read.
	///
	/// # Errors
	///
	/// [`HandoverError`].
	pub async fn make(chains: &[Recovery], progress: &dyn Progress) -> Result<Self, HandoverError> {
		let first = chains.first().ok_or(HandoverError::Nothing)?;
		let identity = first.about().identity.clone();
		let mut ordered = Vec::new();
		for id in &identity.chains {
			let chain = chains.iter().find(|chain| chain.chain() == *id);
			ordered.push(chain.ok_or(HandoverError::MissingChain(*id))?);
		}
		let mut heights = Vec::new();
		for chain in &ordered {
			heights.push(chain.heights().await?);
		}
		let all = ordered.iter().zip(&heights);
		let all = all.filter_map(|(chain, heights)| Some((chain.chain(), heights.proven?)));
		let highest = all.clone().max_by_key(|(_, anchor)| anchor.number);
		let mut equal = all.filter(|(_, own)| {
			highest.is_some_and(|(_, top)| own.number == top.number && own.hash != top.hash)
		});
		if let (Some((first, top)), Some((other, _))) = (highest, equal.next()) {
			return Err(HandoverError::Differ { first, other, number: top.number });
		}
		let proven = highest.map(|(_, anchor)| anchor);
		let mut rebuilt: Vec<Rebuilt> = Vec::new();
		for (chain, heights) in ordered.iter().zip(&heights) {
			if let Some(Anchor { number, hash }) = proven
				&& !chain.has(&hash).await?
			{
				return Err(HandoverError::NeverCommitted { chain: chain.chain(), number });
			}
			let one = chain.rebuild(proven, progress).await?;
			if let Some(Anchor { number, hash }) = heights.proven {
				let place = usize::try_from(number.0 - 1).ok();
				if place.and_then(|place| one.hashes.get(place)) != Some(&hash) {
					let (first, other) = (first.chain(), chain.chain());
					return Err(HandoverError::Differ { first, other, number });
				}
			}
			rebuilt.push(one);
		}
		let mut blocks = Vec::new();
		for (number, hash) in (1..).map(BlockNumber).zip(&rebuilt[0].hashes) {
			blocks.push(block(&ordered, number, hash, true).await?);
		}
		for (chain, heights) in ordered.iter().zip(&heights) {
			let last = proven.map_or(BlockNumber(0), |anchor| anchor.number);
			for (number, hash) in above(chain, heights.committed, last).await? {
				if blocks.iter().all(|block: &HandoverBlock| block.header.hash() != hash) {
					blocks.push(block(&ordered, number, &hash, false).await?);
				}
			}
		}
		let one = &blocks.first().ok_or(HandoverError::Nothing)?.header;
		let genesis = genesis(&identity.network()?, one)?;
		let start = proven.unwrap_or(Anchor { number: BlockNumber(0), hash: genesis.hash() });
		Ok(Self {
			network: identity.network,
			genesis,
			start,
			revert_epoch: heights.iter().map(|it| it.revert_epoch).max().unwrap_or_default(),
			states: rebuilt.into_iter().map(|one| one.state).collect(),
			blocks,
		})
	}

	/// Writes it into a folder.
	///
	/// # Errors
	///
	/// [`HandoverError::File`].
	pub fn write(&self, folder: &Path) -> Result<(), HandoverError> {
		fs::create_dir_all(folder).map_err(file(folder))?;
		for state in &self.states {
			let path = state_file(folder, state.chain());
			snapshot::save_file(state, &path)
				.map_err(|error| HandoverError::Damaged { path, why: error.to_string() })?;
		}
		let mut bytes = Vec::new();
		for HandoverBlock { header, data, stands, proofs } in &self.blocks {
			(header.encode(), data, stands, proofs).encode_to(&mut bytes);
		}
		let path = folder.join("blocks");
		fs::write(&path, bytes).map_err(file(&path))?;
		let index = Index {
			format: FORMAT,
			network: self.network.0,
			chains: self.states.iter().map(|state| state.chain().0).collect(),
			genesis: hex::encode(self.genesis.encode()),
			start: self.start.into(),
			revert_epoch: self.revert_epoch,
		};
		let path = folder.join("handover.json");
		let json = serde_json::to_vec_pretty(&index).map_err(|error| HandoverError::Damaged {
			path: path.clone(),
			why: error.to_string(),
		})?;
		fs::write(&path, json).map_err(file(&path))
	}

	/// Reads one, and checks that its parts belong together: whoever uses it compares block 0 and the last block with the
	/// chains.
	///
	/// # Errors
	///
	/// [`HandoverError::Damaged`], [`HandoverError::File`].
	pub fn read(folder: &Path) -> Result<Self, HandoverError> {
		let path = folder.join("handover.json");
		let damaged = |why: String| HandoverError::Damaged { path: path.clone(), why };
		let bytes = fs::read(&path).map_err(file(&path))?;
		let index: Index =
			serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
		if index.format != FORMAT {
			return Err(damaged(format!("its format is {}, not {FORMAT}", index.format)));
		}
		let genesis = hex::decode(&index.genesis).map_err(|error| damaged(error.to_string()))?;
		let genesis = Header::decode(&genesis)
			.map_err(|refusal| damaged(format!("the header of block 0: {refusal}")))?;
		let start = index.start.read().ok_or_else(|| damaged("a hash is none".into()))?;
		let mut states = Vec::new();
		for chain in index.chains.into_iter().map(ChainId) {
			let path = state_file(folder, chain);
			let state = snapshot::load_file(chain, &path, &crate::replay::hasher());
			states.push(
				state.map_err(|error| HandoverError::Damaged { path, why: error.to_string() })?,
			);
		}
		let blocks = read_blocks(&folder.join("blocks"))?;
		let last = blocks.iter().rfind(|block| block.stands);
		let last = last.map_or(&genesis, |block| &block.header);
		let roots = last.chains.iter().map(|part| part.new_root);
		if last.hash() != start.hash || !roots.eq(states.iter().map(ChainState::root)) {
			return Err(damaged("states and blocks do not belong together".into()));
		}
		let Index { network, revert_epoch, .. } = index;
		Ok(Self { network: NetworkId(network), genesis, start, revert_epoch, states, blocks })
	}
}

fn read_blocks(path: &Path) -> Result<Vec<HandoverBlock>, HandoverError> {
	let damaged = |why: String| HandoverError::Damaged { path: path.into(), why };
	let bytes = fs::read(path).map_err(file(path))?;
	let (mut rest, mut blocks) = (&bytes[..], Vec::<HandoverBlock>::new());
	while !rest.is_empty() {
		let (header, data, stands, proofs) =
			Entry::decode(&mut rest).map_err(|error| damaged(error.to_string()))?;
		let header =
			Header::decode(&header).map_err(|refusal| damaged(format!("a header: {refusal}")))?;
		blocks.push(HandoverBlock { header, data, stands, proofs });
	}
	Ok(blocks)
}

/// The blocks above the start that a chain has committed, ascending.
async fn above(
	chain: &Recovery,
	committed: Option<Anchor>,
	start: BlockNumber,
) -> Result<Vec<(BlockNumber, Digest)>, HandoverError> {
	let Some(committed) = committed.filter(|anchor| anchor.number > start) else {
		return Ok(Vec::new());
	};
	let mut found = Vec::new();
	let Anchor { number, mut hash } = committed;
	for number in (start.0 + 1..=number.0).rev().map(BlockNumber) {
		found.push((number, hash));
		hash = chain.posting(number, &hash).await?.header.parent;
	}
	found.reverse();
	Ok(found)
}

async fn block(
	chains: &[&Recovery],
	number: BlockNumber,
	hash: &Digest,
	stands: bool,
) -> Result<HandoverBlock, HandoverError> {
	let (mut header, mut data, mut proofs) = (None, Vec::new(), Vec::new());
	for chain in chains {
		let posting = match chain.posting(number, hash).await {
			Err(RecoveryError::NotPosted { .. }) if !stands => {
				data.push(Vec::new());
				continue;
			},
			posting => posting?,
		};
		header = Some(posting.header);
		data.push(posting.data);
		for bundle in chain.proofs(hash).await? {
			if !proofs.contains(&bundle) {
				proofs.push(bundle);
			}
		}
	}
	let chain = chains.first().map_or(ChainId(0), |chain| chain.chain());
	let missing = || RecoveryError::NotPosted { chain, number, hash: *hash };
	Ok(HandoverBlock { header: header.ok_or_else(missing)?, data, stands, proofs })
}

/// The header of block 0, which block 1 names: its first oracles are those of block 1.
fn genesis(network: &Network, first: &Header) -> Result<Header, HandoverError> {
	if first.oracle_epoch != 0 {
		return Err(HandoverError::Genesis("block 1 is not of the first epoch of oracles"));
	}
	let root = ChainState::new(first.chains[0].chain).root();
	let header = Header::genesis(network, first.chain_list_hash, first.member_set_hash, root);
	if header.hash() != first.parent {
		return Err(HandoverError::Genesis("block 1 names another block before it"));
	}
	Ok(header)
}

fn state_file(folder: &Path, chain: ChainId) -> PathBuf {
	folder.join(format!("state-{chain}"))
}

fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> HandoverError {
	let path = path.into();
	move |source| HandoverError::File { path, source }
}

impl From<Refusal> for HandoverError {
	fn from(_: Refusal) -> Self {
		Self::Genesis("the chains name no network")
	}
}
