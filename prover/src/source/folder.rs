// SPDX-License-Identifier: Apache-2.0

//! Blocks in a folder.

use super::{
	BlockSource, SourceBlock,
	ledgers::{BlockBytes, Ledgers, Piece, Shelf},
};
use ligature_ledger::{
	ChainState,
	record::BlockRecord,
	snapshot::{self, SaveError},
	tree::NodeHasher,
};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use std::{
	error::Error,
	fs,
	io::{self, Read, Write},
	path::{Path, PathBuf},
};

/// Why a folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
	/// A file cannot be read or written.
	#[error("{path}: {source}", path = path.display())]
	Io {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// A state cannot be written.
	#[error("{path}: {source}", path = path.display())]
	Save {
		/// The file.
		path: PathBuf,
		/// Why.
		source: SaveError,
	},
}

const HEADER: &str = "header";
const RECORD: &str = "record";

/// The folder of a block, by its number and header hash.
pub fn block_folder(folder: &Path, number: BlockNumber, hash: &Digest) -> PathBuf {
	let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
	folder.join(format!("{}-{digits}", number.0))
}

fn state_path(block: &Path, chain: ChainId) -> PathBuf {
	block.join(format!("state-{}", chain.0))
}

/// Writes a block for [`FolderSource`]: at once or not at all. `after` are all chains' states after it, from which
/// provers can start. A block that is there already stays as it is.
///
/// # Errors
///
/// If something cannot be written.
pub fn write_block(
	folder: &Path,
	header: &Header,
	record: &BlockRecord,
	after: Option<&[ChainState]>,
) -> Result<(), FolderError> {
	let block = block_folder(folder, header.number, &header.hash());
	let unfinished = block.with_extension("unfinished");
	let io = |path: &Path| {
		let path = path.to_owned();
		move |source| FolderError::Io { path, source }
	};
	if block.try_exists().map_err(io(&block))? {
		return Ok(());
	}
	fs::create_dir_all(&unfinished).map_err(io(&unfinished))?;
	for (name, bytes) in [(HEADER, header.encode()), (RECORD, record.encode())] {
		let path = unfinished.join(name);
		let written = fs::File::create(&path).and_then(|mut file| {
			file.write_all(&bytes)?;
			file.sync_all()
		});
		written.map_err(io(&path))?;
	}
	for state in after.unwrap_or_default() {
		let path = state_path(&unfinished, state.chain());
		snapshot::save_file(state, &path).map_err(|source| FolderError::Save { path, source })?;
	}
	fs::rename(&unfinished, &block).map_err(io(&block))?;
	fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}

/// The files of blocks.
#[derive(Debug)]
struct Files(PathBuf);

impl Shelf for Files {
	type Error = FolderError;

	fn block(&self, number: BlockNumber, hash: &Digest) -> Result<Option<BlockBytes>, FolderError> {
		let block = block_folder(&self.0, number, hash);
		let read = |name| {
			let path = block.join(name);
			fs::read(&path).map_err(|source| FolderError::Io { path, source })
		};
		if !block.is_dir() {
			return Ok(None);
		}
		Ok(Some(BlockBytes { header: read(HEADER)?, record: read(RECORD)? }))
	}

	fn states(
		&self,
		number: BlockNumber,
		hash: &Digest,
		chains: &[ChainId],
	) -> Result<Option<Vec<Box<dyn Read>>>, FolderError> {
		let block = block_folder(&self.0, number, hash);
		let paths: Vec<_> = chains.iter().map(|chain| state_path(&block, *chain)).collect();
		if !paths.iter().all(|path| path.is_file()) {
			return Ok(None);
		}
		let open = |path: PathBuf| match fs::File::open(&path) {
			Ok(file) => Ok(Box::new(file) as Box<dyn Read>),
			Err(source) => Err(FolderError::Io { path, source }),
		};
		paths.into_iter().map(open).collect::<Result<_, _>>().map(Some)
	}

	fn place(&self, number: BlockNumber, hash: &Digest, piece: Piece) -> String {
		let block = block_folder(&self.0, number, hash);
		let path = match piece {
			Piece::Header => block.join(HEADER),
			Piece::Record => block.join(RECORD),
			Piece::State(chain) => state_path(&block, chain),
		};
		path.display().to_string()
	}
}

/// Blocks in a folder, into which an operator, or a test, writes them ([`write_block`]):
///
/// ```text
/// 17-5fa0…c3/header       the header's bytes
/// 17-5fa0…c3/record       what went into the block: appendix C of docs/protocol.md
/// 17-5fa0…c3/state-1      a chain's state after the block: appendix B; there for all chains or for none
/// ```
///
/// A folder that begins at block 1 needs no states at all, and another one those of the block before its first.
#[derive(Debug)]
pub struct FolderSource<H> {
	files: Files,
	ledgers: Ledgers<H>,
}

impl<H: NodeHasher> FolderSource<H> {
	/// The blocks in a folder, which need not exist yet.
	pub fn new(folder: impl Into<PathBuf>, hasher: H) -> Self {
		Self { files: Files(folder.into()), ledgers: Ledgers::new(hasher) }
	}
}

impl<H: NodeHasher + Send + Sync> BlockSource for FolderSource<H> {
	fn fetch(&self, header: &Header) -> Result<Option<SourceBlock>, Box<dyn Error + Send + Sync>> {
		Ok(self.ledgers.fetch(&self.files, header)?)
	}
}
