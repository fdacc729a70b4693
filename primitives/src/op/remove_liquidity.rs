// SPDX-License-Identifier: Apache-2.0

//! RemoveLiquidity: shares of a pool for both of its tokens.

use crate::{
	amount::{Amount, Fee},
	ids::{AccountIndex, Nonce},
	op::{Body, Debit, Fields, OperationKind, SignedTransaction, Target},
	pool::PoolParams,
};

/// A signed removal of liquidity, and the account on side 1 that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidity {
	/// What the holder of the shares signed.
	pub tx: SignedTransaction<RemoveLiquidityBody>,
	/// The account, of the same owner, that gets side 1.
	pub far: Target,
}

/// What a removal of liquidity signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidityBody {
	/// The pool.
	pub params: PoolParams,
	/// The account on side 0, which holds the shares and gets side 0.
	pub account: AccountIndex,
	/// Its nonce.
	pub nonce: Nonce,
	/// The shares to burn.
	pub shares: Amount,
	/// The least to get from side 0, before the fee.
	pub min0: Amount,
	/// The least to get from side 1.
	pub min1: Amount,
	/// Taken out of what side 0 pays, in its token.
	pub fee: Fee,
}

impl Body for RemoveLiquidityBody {
	const KIND: OperationKind = OperationKind::RemoveLiquidity;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.params.chain0, account: self.account, nonce: self.nonce },
			amount: self.shares,
			fee: self.fee,
			limit_a: self.min0,
			limit_b: self.min1,
			..Fields::new(self.params.word())
		}
	}
}
