// SPDX-License-Identifier: Apache-2.0

//! Transfer: from one account to another on the same chain, which it creates if need be.

use crate::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Owner, TokenId},
	op::{Body, Debit, Fields, OperationKind, SignedTransaction, Target},
};

/// A signed transfer, and the receiving account that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
	/// What the sender signed.
	pub tx: SignedTransaction<TransferBody>,
	/// The receiver's account.
	pub target: Target,
}

/// What the sender of a transfer signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferBody {
	/// The chain of both accounts.
	pub chain: ChainId,
	/// The sender.
	pub account: AccountIndex,
	/// The sender's nonce.
	pub nonce: Nonce,
	/// Any token, shares included.
	pub token: TokenId,
	/// The owner of the receiving account.
	pub receiver: Owner,
	/// What the receiver gets.
	pub amount: Amount,
	/// What the sender pays besides, in the same token.
	pub fee: Fee,
}

impl Body for TransferBody {
	const KIND: OperationKind = OperationKind::Transfer;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.chain, account: self.account, nonce: self.nonce },
			amount: self.amount,
			fee: self.fee,
			token: self.token,
			..Fields::new(self.receiver.word())
		}
	}
}
