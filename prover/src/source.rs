// SPDX-License-Identifier: Apache-2.0

//! Where a prover gets blocks from, and how it makes sure that they are the right ones.
//!
//! A [`BlockSource`] is not trusted. A block that it gives is executed and compared with the header that
//! the chain has committed to, field by field, before any work goes into it ([`SourceBlock::job`]).
//!
//! [`FolderSource`] reads blocks from a folder into which an operator, or a test, writes them
//! ([`write_block`]):
//!
//! ```text
//! 17-5fa0…c3/header       the header's bytes
//! 17-5fa0…c3/record       what went into the block: appendix C of docs/protocol.md
//! 17-5fa0…c3/state-1      a chain's state after the block: appendix B; there for all chains or for none
//! ```
//!
//! The ledger before a block comes from the nearest block before it whose states are there, or from the empty ledger,
//! and the records in between. So a folder that begins at block 1 needs no states at all, and another one
//! those of the block before its first.

use crate::job::{BlockError, Job};
use ligature_ledger::{
	ChainState, Ledger, ResumeError, SealedBlock,
	record::{BlockRecord, RecordError},
	snapshot::{self, LoadError, SaveError},
	tree::NodeHasher,
};
use ligature_primitives::{
	header::{ChainHeader, Digest, Header, Network},
	ids::{BlockNumber, ChainId},
	refusal::Refusal,
};
use std::{
	error::Error,
	fmt, fs,
	io::{self, Write},
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
};

/// A block, and the ledger before it.
#[derive(Clone, Debug)]
pub struct SourceBlock {
	/// All chains' states before the block.
	pub before: Ledger,
	/// What went into the block.
	pub record: BlockRecord,
}

/// Gives blocks to provers.
pub trait BlockSource: Send + Sync {
	/// The block of this header, or `None` if it is not there yet.
	///
	/// # Errors
	///
	/// What keeps the source from giving a block that it has.
	fn fetch(&self, header: &Header) -> Result<Option<SourceBlock>, Box<dyn Error + Send + Sync>>;
}

/// Why a block is not the one of a header.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
	/// The ledger is that of other chains.
	#[error("the ledger before the block is that of another network")]
	Network,
	/// It cannot be executed.
	#[error(transparent)]
	Record(#[from] RecordError),
	/// The outcome is another one.
	#[error("{field}: the header says {header}, executing the block gives {executed}")]
	Field {
		/// Which field, and of which chain.
		field: String,
		/// Its value in the header.
		header: String,
		/// Its value in the block.
		executed: String,
	},
	/// There are no witnesses.
	#[error(transparent)]
	Block(#[from] BlockError),
}

impl SourceBlock {
	/// Executes the block, compares the outcome with every field of the header that follows from it, and says what
	/// there is to prove.
	///
	/// # Errors
	///
	/// [`Mismatch`]: ledger, record and header do not belong together.
	pub fn job(self, header: &Header, hasher: &impl NodeHasher) -> Result<Job, Mismatch> {
		let Self { before: mut ledger, record } = self;
		let before = ledger.states().to_vec();
		let sealed = execute(&mut ledger, &record, header, hasher)?;
		Ok(Job::of_block(&before, header, &sealed, &record.operations)?)
	}
}

/// Executes the record of the header's block on the ledger before it.
fn execute(
	ledger: &mut Ledger,
	record: &BlockRecord,
	header: &Header,
	hasher: &impl NodeHasher,
) -> Result<SealedBlock, Mismatch> {
	let chains = header.chains.iter().map(|part| &part.chain);
	if ledger.network().id() != header.network || !ledger.network().chains().iter().eq(chains) {
		return Err(Mismatch::Network);
	}
	let sealed = record.execute(ledger, hasher)?;
	let SealedBlock { number, timestamp, join_class, joint: _, final_root, chains } = &sealed;
	same("number", &header.number, number)?;
	same("timestamp", &header.timestamp, timestamp)?;
	same("join class", &header.join_class, join_class)?;
	for (part, chain) in header.chains.iter().zip(chains) {
		same_half(part, &chain.header)?;
	}
	same("final root", &header.final_root(), final_root)?;
	Ok(sealed)
}

fn same_half(header: &ChainHeader, executed: &ChainHeader) -> Result<(), Mismatch> {
	let ChainHeader {
		chain: ChainId(chain),
		size_class,
		old_root,
		new_root,
		old_next,
		new_next,
		fee_account,
		data_commitment,
		data_length,
		log_commitment,
		log_count,
		priority_count,
	} = header;
	let field = |name: &str| format!("{name} of chain {chain}");
	same(field("size class"), size_class, &executed.size_class)?;
	same(field("old root"), old_root, &executed.old_root)?;
	same(field("old next index"), old_next, &executed.old_next)?;
	same(field("fee account"), fee_account, &executed.fee_account)?;
	same(field("priority operations"), priority_count, &executed.priority_count)?;
	same(field("public-data length"), data_length, &executed.data_length)?;
	same(field("public-data commitment"), data_commitment, &executed.data_commitment)?;
	same(field("joint-log count"), log_count, &executed.log_count)?;
	same(field("joint-log commitment"), log_commitment, &executed.log_commitment)?;
	same(field("new next index"), new_next, &executed.new_next)?;
	same(field("new root"), new_root, &executed.new_root)
}

fn same<T: PartialEq + fmt::Debug>(
	field: impl Into<String>,
	header: &T,
	executed: &T,
) -> Result<(), Mismatch> {
	if header == executed {
		return Ok(());
	}
	let (header, executed) = (format!("{header:?}"), format!("{executed:?}"));
	Err(Mismatch::Field { field: field.into(), header, executed })
}

/// Why a folder does not give a block that it has.
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
	/// A header or record is damaged.
	#[error("{path}: {refusal}", path = path.display())]
	Damaged {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The header is that of another block than the folder's name says.
	#[error("{path}: the header is that of another block than the folder's name says", path = path.display())]
	OtherHeader {
		/// The header's file.
		path: PathBuf,
	},
	/// A snapshot cannot be read.
	#[error("{path}: {source}", path = path.display())]
	Load {
		/// The file.
		path: PathBuf,
		/// Why.
		source: LoadError,
	},
	/// A snapshot cannot be written.
	#[error("{path}: {source}", path = path.display())]
	Save {
		/// The file.
		path: PathBuf,
		/// Why.
		source: SaveError,
	},
	/// The snapshots are not the states after their block.
	#[error("the states after block {number}: {source}", number = number.0)]
	Resume {
		/// The block.
		number: BlockNumber,
		/// Why.
		source: ResumeError,
	},
	/// An earlier block, from which the ledger is to be computed, is wrong.
	#[error("block {number}: {source}", number = number.0)]
	Earlier {
		/// The block.
		number: BlockNumber,
		/// What is wrong with it.
		source: Box<Mismatch>,
	},
	/// The header's chains are no network.
	#[error("the header's chains are no network: {0}")]
	Network(Refusal),
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

/// The ledger after a block.
#[derive(Debug)]
struct Known {
	hash: Digest,
	ledger: Ledger,
}

/// Blocks in a folder, as [the module](self) describes it.
#[derive(Debug)]
pub struct FolderSource<H> {
	folder: PathBuf,
	hasher: H,
	/// The ledger that was given last, which is mostly the parent of the one wanted next.
	last: Mutex<Option<Known>>,
}

impl<H: NodeHasher> FolderSource<H> {
	/// The blocks in a folder, which need not exist yet.
	pub fn new(folder: impl Into<PathBuf>, hasher: H) -> Self {
		Self { folder: folder.into(), hasher, last: Mutex::new(None) }
	}

	/// The header and the record of a block.
	fn read(
		&self,
		number: BlockNumber,
		hash: &Digest,
	) -> Result<Option<(Header, BlockRecord)>, FolderError> {
		let block = block_folder(&self.folder, number, hash);
		let read = |name| {
			let path = block.join(name);
			match fs::read(&path) {
				Ok(bytes) => Ok((path, bytes)),
				Err(source) => Err(FolderError::Io { path, source }),
			}
		};
		if !block.is_dir() {
			return Ok(None);
		}
		let (path, bytes) = read(HEADER)?;
		let header = Header::decode(&bytes)
			.map_err(|refusal| FolderError::Damaged { path: path.clone(), refusal })?;
		if header.hash() != *hash || header.number != number {
			return Err(FolderError::OtherHeader { path });
		}
		let (path, bytes) = read(RECORD)?;
		let record = BlockRecord::decode(&bytes)
			.map_err(|refusal| FolderError::Damaged { path, refusal })?;
		Ok(Some((header, record)))
	}

	/// The ledger after a block, if it need not be computed.
	fn start(&self, network: &Network, header: &Header) -> Result<Option<Ledger>, FolderError> {
		let block = block_folder(&self.folder, header.number, &header.hash());
		let paths: Vec<_> = network.chains().iter().map(|c| (*c, state_path(&block, *c))).collect();
		if !paths.iter().all(|(_, path)| path.is_file()) {
			return Ok(None);
		}
		let states: Result<_, _> = paths
			.into_iter()
			.map(|(chain, path)| {
				snapshot::load_file(chain, &path, &self.hasher)
					.map_err(|source| FolderError::Load { path, source })
			})
			.collect();
		let number = header.number;
		let ledger = Ledger::resume(header, states?)
			.map_err(|source| FolderError::Resume { number, source })?;
		Ok(Some(ledger))
	}

	/// The ledger before a block.
	fn before(&self, header: &Header) -> Result<Option<Ledger>, FolderError> {
		let chains = header.chains.iter().map(|part| part.chain).collect();
		let network = Network::new(header.network, chains).map_err(FolderError::Network)?;
		let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
		// Back to a ledger that is known, then forward again.
		let mut between = Vec::new();
		let (mut number, mut hash) = (header.number, header.parent);
		let mut ledger = loop {
			number = BlockNumber(number.0.saturating_sub(1));
			if number.0 == 0 {
				break Ledger::new(network);
			}
			if let Some(known) = last.as_ref().filter(|known| known.hash == hash) {
				break known.ledger.clone();
			}
			let Some((header, record)) = self.read(number, &hash)? else { return Ok(None) };
			if let Some(ledger) = self.start(&network, &header)? {
				break ledger;
			}
			hash = header.parent;
			between.push((header, record));
		};
		for (header, record) in between.into_iter().rev() {
			execute(&mut ledger, &record, &header, &self.hasher).map_err(|source| {
				FolderError::Earlier { number: header.number, source: Box::new(source) }
			})?;
			ledger.prune(0);
		}
		*last = Some(Known { hash: header.parent, ledger: ledger.clone() });
		Ok(Some(ledger))
	}
}

impl<H: NodeHasher + Send + Sync> BlockSource for FolderSource<H> {
	fn fetch(&self, header: &Header) -> Result<Option<SourceBlock>, Box<dyn Error + Send + Sync>> {
		let Some((_, record)) = self.read(header.number, &header.hash())? else { return Ok(None) };
		let before = self.before(header)?;
		Ok(before.map(|before| SourceBlock { before, record }))
	}
}
