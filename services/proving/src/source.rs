// SPDX-License-Identifier: Apache-2.0

//! Blocks from the operator.

use crate::operator::{BlockName, CallError, Operator};
use ligature_ledger::tree::NodeHasher;
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, ChainId},
};
use ligature_prover::source::{
	BlockBytes, BlockSource, Ledgers, Piece, Shelf, SourceBlock, SourceError,
};
use std::{
	error::Error,
	io::{Cursor, Read},
};

impl Shelf for Operator {
	type Error = CallError;

	fn block(&self, number: BlockNumber, hash: &Digest) -> Result<Option<BlockBytes>, CallError> {
		let block = self.caller(&()).block(BlockName { number, hash: *hash })?;
		Ok(block.map(|block| BlockBytes { header: block.header.0, record: block.record.0 }))
	}

	fn states(
		&self,
		number: BlockNumber,
		hash: &Digest,
		_: &[ChainId],
	) -> Result<Option<Vec<Box<dyn Read>>>, CallError> {
		let states = self.caller(&()).states(BlockName { number, hash: *hash })?;
		let reader = |bytes: ligature_operator_api::Bytes| Box::new(Cursor::new(bytes.0)) as _;
		Ok(states.map(|states| states.into_iter().map(reader).collect()))
	}

	fn place(&self, number: BlockNumber, _: &Digest, piece: Piece) -> String {
		let piece = match piece {
			Piece::Header => "header".into(),
			Piece::Record => "record".into(),
			Piece::State(chain) => format!("state of chain {}", chain.0),
		};
		format!("the {piece} of block {} from {}", number.0, self.url())
	}
}

/// Blocks from the operator, and the ledgers before them. An operator that cannot be reached has no block yet.
#[derive(Debug)]
pub struct OperatorSource<H> {
	operator: Operator,
	ledgers: Ledgers<H>,
}

impl<H: NodeHasher> OperatorSource<H> {
	/// The blocks of this operator.
	pub fn new(operator: Operator, hasher: H) -> Self {
		Self { operator, ledgers: Ledgers::new(hasher) }
	}
}

impl<H: NodeHasher + Send + Sync> BlockSource for OperatorSource<H> {
	fn fetch(&self, header: &Header) -> Result<Option<SourceBlock>, Box<dyn Error + Send + Sync>> {
		match self.ledgers.fetch(&self.operator, header) {
			Ok(block) => Ok(block),
			Err(SourceError::Shelf(error)) if error.passes() => {
				// The connection itself has said that nobody is there.
				if matches!(error, CallError::Refused { .. }) {
					log::warn!("block {}: {error} (it is tried again)", header.number.0);
				}
				Ok(None)
			},
			Err(error) => Err(error.into()),
		}
	}
}
