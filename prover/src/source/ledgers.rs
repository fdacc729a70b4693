// SPDX-License-Identifier: Apache-2.0

//! The ledger before a block, from wherever the bytes of blocks lie.
//!
//! It comes from the nearest block before it whose states are there, or from the empty ledger, and the records
//! in between. Each block is found by the hash that the header after it names, each record is executed and compared
//! with its header, and states must have the roots of theirs: so nothing that is on the shelf is trusted, as long as
//! the header with which all begins is.

use super::{Mismatch, SourceBlock, execute};
use ligature_ledger::{
	Ledger, ResumeError,
	record::BlockRecord,
	snapshot::{self, LoadError},
	tree::NodeHasher,
};
use ligature_primitives::{
	header::{Digest, Header, Network},
	ids::{BlockNumber, ChainId},
	refusal::Refusal,
};
use std::{
	error::Error,
	io::Read,
	sync::{Mutex, PoisonError},
};

/// What a block is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockBytes {
	/// The header (section 11.2 of `docs/protocol.md`).
	pub header: Vec<u8>,
	/// The record (appendix C); empty if nobody has it any more, as of blocks before an operator that started from the
	/// chains alone.
	pub record: Vec<u8>,
}

/// One of the things that belong to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
	/// The header.
	Header,
	/// The record.
	Record,
	/// A chain's state after the block.
	State(ChainId),
}

/// Where the bytes of blocks lie. Nothing that it gives is trusted.
pub trait Shelf {
	/// Why it cannot be read.
	type Error: Error + Send + Sync + 'static;

	/// Header and record of a block, if it is there.
	///
	/// # Errors
	///
	/// If it is there and cannot be read.
	fn block(&self, number: BlockNumber, hash: &Digest) -> Result<Option<BlockBytes>, Self::Error>;

	/// The states of these chains after a block (appendix B of `docs/protocol.md`), in their order, if they are there.
	///
	/// # Errors
	///
	/// If they are there and cannot be read.
	fn states(
		&self,
		number: BlockNumber,
		hash: &Digest,
		chains: &[ChainId],
	) -> Result<Option<Vec<Box<dyn Read>>>, Self::Error>;

	/// How messages name a piece of a block.
	fn place(&self, number: BlockNumber, hash: &Digest, piece: Piece) -> String;
}

/// Why a shelf does not give a block that it has.
#[derive(Debug, thiserror::Error)]
pub enum SourceError<E: Error + 'static> {
	/// It cannot be read.
	#[error(transparent)]
	Shelf(E),
	/// A header or record is damaged.
	#[error("{place}: {refusal}")]
	Damaged {
		/// Which.
		place: String,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The header is that of another block than the one looked for.
	#[error("{place}: this is the header of another block")]
	OtherHeader {
		/// Which.
		place: String,
	},
	/// A state is damaged.
	#[error("{place}: {source}")]
	Load {
		/// Which.
		place: String,
		/// Why.
		source: LoadError,
	},
	/// The states are not those after their block.
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

/// A block of a shelf: its header, and the bytes of its record.
type Found = (Header, Vec<u8>);

/// The ledger after a block.
#[derive(Debug)]
struct Known {
	hash: Digest,
	ledger: Ledger,
}

/// Computes ledgers, and keeps the last.
#[derive(Debug)]
pub struct Ledgers<H> {
	hasher: H,
	/// The ledger that was given last, which is mostly the parent of the one wanted next.
	last: Mutex<Option<Known>>,
}

impl<H: NodeHasher> Ledgers<H> {
	/// Knows no ledger yet.
	pub fn new(hasher: H) -> Self {
		Self { hasher, last: Mutex::new(None) }
	}

	/// The block of a header and the ledger before it; none if it, or a block that leads to it, is not there yet.
	///
	/// # Errors
	///
	/// What is wrong with the shelf. Whether the block is that of the header is seen by [`SourceBlock::job`].
	pub fn fetch<S: Shelf + ?Sized>(
		&self,
		shelf: &S,
		header: &Header,
	) -> Result<Option<SourceBlock>, SourceError<S::Error>> {
		let (number, hash) = (header.number, header.hash());
		let Some((_, bytes)) = read(shelf, number, &hash)? else { return Ok(None) };
		let Some(record) = record(shelf, number, &hash, &bytes)? else { return Ok(None) };
		let before = self.before(shelf, header)?;
		Ok(before.map(|before| SourceBlock { before, record }))
	}

	/// The ledger before a block.
	fn before<S: Shelf + ?Sized>(
		&self,
		shelf: &S,
		header: &Header,
	) -> Result<Option<Ledger>, SourceError<S::Error>> {
		let chains = header.chains.iter().map(|part| part.chain).collect();
		let network = Network::new(header.network, chains).map_err(SourceError::Network)?;
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
			let Some((header, bytes)) = read(shelf, number, &hash)? else { return Ok(None) };
			// Before the record, which need not be there then.
			if let Some(ledger) = self.start(shelf, &network, &header)? {
				break ledger;
			}
			let Some(record) = record(shelf, number, &hash, &bytes)? else { return Ok(None) };
			hash = header.parent;
			between.push((header, record));
		};
		for (header, record) in between.into_iter().rev() {
			execute(&mut ledger, &record, &header, &self.hasher).map_err(|source| {
				SourceError::Earlier { number: header.number, source: Box::new(source) }
			})?;
			ledger.prune(0);
		}
		*last = Some(Known { hash: header.parent, ledger: ledger.clone() });
		Ok(Some(ledger))
	}

	/// The ledger after a block, if it need not be computed.
	fn start<S: Shelf + ?Sized>(
		&self,
		shelf: &S,
		network: &Network,
		header: &Header,
	) -> Result<Option<Ledger>, SourceError<S::Error>> {
		let (number, hash) = (header.number, header.hash());
		let chains = network.chains();
		let Some(states) = shelf.states(number, &hash, chains).map_err(SourceError::Shelf)? else {
			return Ok(None);
		};
		if states.len() != chains.len() {
			return Err(SourceError::Resume { number, source: ResumeError::Chains });
		}
		let states = chains.iter().zip(states).map(|(chain, bytes)| {
			snapshot::load(*chain, bytes, &self.hasher).map_err(|source| SourceError::Load {
				place: shelf.place(number, &hash, Piece::State(*chain)),
				source,
			})
		});
		let ledger = Ledger::resume(header, states.collect::<Result<_, _>>()?)
			.map_err(|source| SourceError::Resume { number, source })?;
		Ok(Some(ledger))
	}
}

/// The header of a block, and the bytes of its record.
fn read<S: Shelf + ?Sized>(
	shelf: &S,
	number: BlockNumber,
	hash: &Digest,
) -> Result<Option<Found>, SourceError<S::Error>> {
	let Some(bytes) = shelf.block(number, hash).map_err(SourceError::Shelf)? else {
		return Ok(None);
	};
	let place = || shelf.place(number, hash, Piece::Header);
	let header = Header::decode(&bytes.header)
		.map_err(|refusal| SourceError::Damaged { place: place(), refusal })?;
	if header.hash() != *hash || header.number != number {
		return Err(SourceError::OtherHeader { place: place() });
	}
	Ok(Some((header, bytes.record)))
}

/// The record of a block, if somebody has it.
fn record<S: Shelf + ?Sized>(
	shelf: &S,
	number: BlockNumber,
	hash: &Digest,
	bytes: &[u8],
) -> Result<Option<BlockRecord>, SourceError<S::Error>> {
	if bytes.is_empty() {
		return Ok(None);
	}
	let damaged =
		|refusal| SourceError::Damaged { place: shelf.place(number, hash, Piece::Record), refusal };
	BlockRecord::decode(bytes).map(Some).map_err(damaged)
}
