// SPDX-License-Identifier: Apache-2.0

//! AddLiquidity: both tokens into a pool, for shares of it.

use crate::{
	amount::{Amount, Fee},
	ids::{AccountIndex, Nonce, Side},
	op::{Body, Debit, Fields, OperationKind, SignedTransaction},
	pool::PoolParams,
};

/// A signed addition of liquidity. Both accounts are signed, as both pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidity {
	/// What the owner of both accounts signed.
	pub tx: SignedTransaction<AddLiquidityBody>,
}

/// What an addition of liquidity signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidityBody {
	/// The pool.
	pub params: PoolParams,
	/// The account on side 0, which also gets the shares.
	pub account0: AccountIndex,
	/// Its nonce.
	pub nonce0: Nonce,
	/// The account on side 1.
	pub account1: AccountIndex,
	/// Its nonce; if both accounts are one, `nonce0 + 1`.
	pub nonce1: Nonce,
	/// The shares to get: exactly, or at least for the first liquidity.
	pub shares: Amount,
	/// The most to pay into side 0; the first liquidity pays it.
	pub max0: Amount,
	/// The most to pay into side 1; the first liquidity pays it.
	pub max1: Amount,
	/// What is paid besides, in side 0's token.
	pub fee: Fee,
}

impl Body for AddLiquidityBody {
	const KIND: OperationKind = OperationKind::AddLiquidity;

	fn fields(&self) -> Fields {
		let debit = |side, account, nonce| Debit { chain: self.params.chain(side), account, nonce };
		Fields {
			debit0: debit(Side::Zero, self.account0, self.nonce0),
			debit1: debit(Side::One, self.account1, self.nonce1),
			amount: self.shares,
			fee: self.fee,
			limit_a: self.max0,
			limit_b: self.max1,
			..Fields::new(self.params.word())
		}
	}
}
