// SPDX-License-Identifier: Apache-2.0

//! A chain's blocks in a folder: to be carried to where no node is, and kept for as long as one likes.
//!
//! ```text
//! chain.json                which chain; its last block; how far the rollup has come there
//! runtime-101.metadata      by which metadata extrinsics of version 101 are read
//! blocks-0000000001         a thousand blocks from this number on, in SCALE: (version, header, extrinsics), one after the other
//! ```
//! Headers name their parents, and a reader checks that they do, from the genesis block on.

use crate::{
	error::RecoveryError,
	progress::{Progress, Step},
	source::{About, Anchor, AnchorFile, Heights, Source, digest},
};
use async_trait::async_trait;
use codec::{Decode, Encode};
use futures::{StreamExt, TryStreamExt, stream};
use ligature_chain::{Chain, Identity, RawBlock, decode};
use ligature_primitives::ids::{BlockNumber, ChainId, NetworkId};
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	io::Write,
	path::{Path, PathBuf},
	sync::Arc,
};
use subxt::Metadata;
use tokio::sync::Mutex;

/// Blocks of one file.
const FILE: u32 = 1_000;

/// So many blocks are asked for at once.
const AT_ONCE: usize = 16;

/// The version of this layout.
const FORMAT: u32 = 1;

/// `chain.json`.
#[derive(Serialize, Deserialize)]
struct Index {
	format: u32,
	name: String,
	genesis: String,
	network: u32,
	chain: u8,
	chains: Vec<u8>,
	chain_list_hash: Option<String>,
	last: u32,
	committed: Option<AnchorFile>,
	proven: Option<AnchorFile>,
	certified: Option<AnchorFile>,
	executed: Option<AnchorFile>,
	revert_epoch: u32,
	freeze: Option<u64>,
}

type Entry = (u32, Vec<u8>, Vec<Vec<u8>>);

fn blocks_file(folder: &Path, first: u32) -> PathBuf {
	folder.join(format!("blocks-{first:010}"))
}

fn metadata_file(folder: &Path, version: u32) -> PathBuf {
	folder.join(format!("runtime-{version}.metadata"))
}

fn index_file(folder: &Path) -> PathBuf {
	folder.join("chain.json")
}

/// Writes a chain's blocks into a folder. Files that are there and full stay: an export that was interrupted goes on.
///
/// # Errors
///
/// [`RecoveryError`].
pub async fn export(
	chain: &Chain,
	source: &dyn Source,
	folder: &Path,
	progress: &dyn Progress,
) -> Result<u32, RecoveryError> {
	fs::create_dir_all(folder).map_err(RecoveryError::file(folder))?;
	let failed = RecoveryError::chain(chain.name());
	let last = source.last().await?;
	let heights = source.heights().await?;
	let mut versions = BTreeSet::new();
	for first in (1..=last).step_by(FILE as usize) {
		let end = last.min(first.saturating_add(FILE - 1));
		let path = blocks_file(folder, first);
		if end - first + 1 < FILE || !path.exists() {
			let blocks = stream::iter(first..=end).map(|number| source.block(number));
			let blocks: Vec<_> = blocks.buffered(AT_ONCE).try_collect().await?;
			let mut bytes = Vec::new();
			for RawBlock { head, header, extrinsics, runtime, .. } in blocks {
				if versions.insert(runtime) && !metadata_file(folder, runtime).exists() {
					let at = chain.at(head.hash).await.map_err(&failed)?;
					let metadata = at.metadata_bytes().await.map_err(&failed)?;
					write(&metadata_file(folder, runtime), &metadata)?;
				}
				(runtime, header, extrinsics).encode_to(&mut bytes);
			}
			write(&path, &bytes)?;
		}
		let chain = source.about().identity.chain;
		progress.reached(chain, Step::Reading, end.into(), last.into());
	}
	let About { name, genesis, identity, chain_list_hash } = source.about().clone();
	let index = Index {
		format: FORMAT,
		name,
		genesis: hex::encode(genesis),
		network: identity.network.0,
		chain: identity.chain.0,
		chains: identity.chains.iter().map(|chain| chain.0).collect(),
		chain_list_hash: chain_list_hash.map(hex::encode),
		last,
		committed: heights.committed.map(Into::into),
		proven: heights.proven.map(Into::into),
		certified: heights.certified.map(Into::into),
		executed: heights.executed.map(Into::into),
		revert_epoch: heights.revert_epoch,
		freeze: heights.freeze.map(|number| number.0),
	};
	let json = serde_json::to_vec_pretty(&index).map_err(|error| RecoveryError::Damaged {
		path: index_file(folder),
		why: error.to_string(),
	})?;
	// Last: a folder without it is not finished.
	write(&index_file(folder), &json)?;
	Ok(last)
}

/// Writes a file that is there whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), RecoveryError> {
	let written = || {
		let folder = path.parent().unwrap_or(Path::new("."));
		let mut file = tempfile::NamedTempFile::new_in(folder)?;
		file.write_all(bytes)?;
		file.as_file().sync_all()?;
		file.persist(path)?;
		Ok(())
	};
	written().map_err(RecoveryError::file(path))
}

/// A folder of exported blocks.
pub struct FolderSource {
	folder: PathBuf,
	about: About,
	last: u32,
	heights: Heights,
	/// The blocks of the file that was opened last, and the number of its first one.
	open: Mutex<(u32, Vec<RawBlock>)>,
	metadata: Mutex<BTreeMap<u32, Arc<Metadata>>>,
}

impl FolderSource {
	/// Opens a folder.
	///
	/// # Errors
	///
	/// [`RecoveryError::Damaged`], [`RecoveryError::File`].
	pub fn open(folder: &Path) -> Result<Self, RecoveryError> {
		let path = index_file(folder);
		let damaged = |why: String| RecoveryError::Damaged { path: index_file(folder), why };
		let bytes = fs::read(&path).map_err(RecoveryError::file(path))?;
		let index: Index =
			serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
		if index.format != FORMAT {
			return Err(damaged(format!("its format is {}, not {FORMAT}", index.format)));
		}
		let hash =
			|digits: &String| digest(digits).ok_or_else(|| damaged(format!("{digits} is no hash")));
		let anchor = |anchor: &Option<AnchorFile>| -> Result<Option<Anchor>, RecoveryError> {
			let wrong = || damaged("a hash of a block is none".into());
			anchor.as_ref().map(|anchor| anchor.read().ok_or_else(wrong)).transpose()
		};
		let about = About {
			genesis: hash(&index.genesis)?,
			identity: Identity {
				network: NetworkId(index.network),
				chain: ChainId(index.chain),
				chains: index.chains.into_iter().map(ChainId).collect(),
			},
			chain_list_hash: index.chain_list_hash.as_ref().map(hash).transpose()?,
			name: index.name,
		};
		let heights = Heights {
			committed: anchor(&index.committed)?,
			proven: anchor(&index.proven)?,
			certified: anchor(&index.certified)?,
			executed: anchor(&index.executed)?,
			revert_epoch: index.revert_epoch,
			freeze: index.freeze.map(BlockNumber),
		};
		Ok(Self {
			folder: folder.into(),
			about,
			last: index.last,
			heights,
			open: Mutex::default(),
			metadata: Mutex::default(),
		})
	}

	fn load(&self, first: u32) -> Result<Vec<RawBlock>, RecoveryError> {
		let path = blocks_file(&self.folder, first);
		let bytes = fs::read(&path).map_err(RecoveryError::file(&path))?;
		let damaged = |why: String| RecoveryError::Damaged { path: path.clone(), why };
		let (mut rest, mut blocks) = (&bytes[..], Vec::new());
		while !rest.is_empty() {
			let (runtime, header, extrinsics) =
				Entry::decode(&mut rest).map_err(|error| damaged(error.to_string()))?;
			let block = RawBlock::new(header, extrinsics, runtime);
			blocks.push(block.map_err(|error| damaged(error.to_string()))?);
		}
		Ok(blocks)
	}
}

#[async_trait]
impl Source for FolderSource {
	fn about(&self) -> &About {
		&self.about
	}

	async fn last(&self) -> Result<u32, RecoveryError> {
		Ok(self.last)
	}

	async fn heights(&self) -> Result<Heights, RecoveryError> {
		Ok(self.heights)
	}

	async fn block(&self, number: u32) -> Result<RawBlock, RecoveryError> {
		let missing = || RecoveryError::NoBlock { chain: self.about.name.clone(), number };
		let place = number.checked_sub(1).ok_or_else(missing)?;
		let first = place / FILE * FILE + 1;
		let mut open = self.open.lock().await;
		if open.0 != first {
			*open = (first, self.load(first)?);
		}
		open.1.get((place % FILE) as usize).cloned().ok_or_else(missing)
	}

	async fn metadata(&self, block: &RawBlock) -> Result<Arc<Metadata>, RecoveryError> {
		let mut known = self.metadata.lock().await;
		if let Some(metadata) = known.get(&block.runtime) {
			return Ok(metadata.clone());
		}
		let path = metadata_file(&self.folder, block.runtime);
		let bytes = fs::read(&path).map_err(RecoveryError::file(&path))?;
		let metadata = decode::metadata(&bytes)
			.map_err(|error| RecoveryError::Damaged { path, why: error.to_string() })?;
		let metadata = Arc::new(metadata);
		known.insert(block.runtime, metadata.clone());
		Ok(metadata)
	}
}
