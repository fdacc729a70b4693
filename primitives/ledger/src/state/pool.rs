// SPDX-License-Identifier: Apache-2.0

//! The leaf of one side of a pool.

use ligature_primitives::{
	amount::Amount,
	constants::AMOUNT_BITS,
	ids::{ChainId, Side, TokenId},
	pack::Pack,
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
};

/// One side of a pool, on the chain of that side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLeaf {
	/// What the pool is; never changes.
	pub params: PoolParams,
	/// Which side this is; never changes.
	pub side: Side,
	/// The reserve of this side's token, held on this chain.
	pub own: Amount,
	/// The reserve of the other side as of the same block.
	pub foreign: Amount,
	/// Shares in all, the locked ones included, on side 0; always zero on side 1.
	pub supply: Amount,
}

impl PoolLeaf {
	/// A pool without liquidity.
	pub fn new(params: PoolParams, side: Side) -> Self {
		Self { params, side, own: Amount::ZERO, foreign: Amount::ZERO, supply: Amount::ZERO }
	}

	/// The token of this side, on this leaf's chain.
	pub fn token(&self) -> TokenId {
		self.params.token(self.side)
	}

	/// The chain of this side, on which the leaf stands.
	pub fn chain(&self) -> ChainId {
		self.params.chain(self.side)
	}

	/// The words that are hashed.
	pub fn words(&self) -> [Word; 3] {
		[
			Pack::new()
				.field(self.params.pack().into(), 64)
				.field(self.side.number().into(), 8)
				.word(),
			Pack::new()
				.field(self.own.get(), AMOUNT_BITS)
				.field(self.foreign.get(), AMOUNT_BITS)
				.word(),
			Word::from(self.supply.get()),
		]
	}

	/// The leaf.
	pub fn hash(&self) -> Word {
		hash(Domain::POOL_LEAF, &self.words())
	}
}
