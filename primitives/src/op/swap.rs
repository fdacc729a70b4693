// SPDX-License-Identifier: Apache-2.0

//! Swap: a token on one chain for a token on another, or the same, chain.

use crate::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Side},
	op::{Body, Debit, Fields, OperationKind, SignedTransaction, Target},
	pool::PoolParams,
};

/// A signed swap, and the account on the output side that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
	/// What the trader signed.
	pub tx: SignedTransaction<SwapBody>,
	/// The account, of the paying account's owner, that gets the output.
	pub out: Target,
}

/// What a swap signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapBody {
	/// The pool.
	pub params: PoolParams,
	/// The side into which the trader pays.
	pub direction: Side,
	/// The paying account, on the input side's chain.
	pub account: AccountIndex,
	/// The paying account's nonce.
	pub nonce: Nonce,
	/// What is paid into the pool.
	pub amount: Amount,
	/// The least that the trader accepts, at least 1.
	pub min_out: Amount,
	/// What the trader pays besides, in the input token.
	pub fee: Fee,
}

impl SwapBody {
	/// The chain of the paying account.
	pub fn input_chain(&self) -> ChainId {
		self.params.chain(self.direction)
	}

	/// The chain of the account that gets the output.
	pub fn output_chain(&self) -> ChainId {
		self.params.chain(self.direction.other())
	}
}

impl Body for SwapBody {
	const KIND: OperationKind = OperationKind::Swap;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.input_chain(), account: self.account, nonce: self.nonce },
			amount: self.amount,
			fee: self.fee,
			limit_a: self.min_out,
			direction: self.direction.number(),
			..Fields::new(self.params.word())
		}
	}
}
