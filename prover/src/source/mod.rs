// SPDX-License-Identifier: Apache-2.0

//! Where a prover gets blocks from, and how it makes sure that they are the right ones.
//!
//! A [`BlockSource`] is not trusted. A block that it gives is executed and compared with the header that
//! the chain has committed to, field by field, before any work goes into it ([`SourceBlock::job`]).
//!
//! | file | holds |
//! |---|---|
//! | this one | a block, and the comparison with its header |
//! | `ledgers` | the ledger before a block, from wherever the bytes of blocks lie ([`Shelf`]) |
//! | `folder` | blocks in a folder |

mod folder;
mod ledgers;

pub use folder::{FolderError, FolderSource, block_folder, write_block};
pub use ledgers::{BlockBytes, Ledgers, Piece, Shelf, SourceError};

use crate::job::{BlockError, Job};
use ligature_ledger::{
	Ledger, SealedBlock,
	record::{BlockRecord, RecordError},
	tree::NodeHasher,
};
use ligature_primitives::{
	header::{ChainHeader, Header},
	ids::ChainId,
};
use std::{error::Error, fmt};

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
