// SPDX-License-Identifier: Apache-2.0

//! Withdraw: from an account to an L1 account on the same chain.

use crate::{
	amount::{Amount, Fee},
	ids::{AccountIndex, ChainId, Nonce, Owner, TokenId},
	op::{Body, Debit, Fields, OperationKind, SignedTransaction},
};

/// A signed withdrawal. L1 pays it when the block is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdraw {
	/// What the account's owner signed.
	pub tx: SignedTransaction<WithdrawBody>,
}

/// What a withdrawal signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawBody {
	/// The chain of the account, which pays.
	pub chain: ChainId,
	/// The account.
	pub account: AccountIndex,
	/// The account's nonce.
	pub nonce: Nonce,
	/// An L1 token.
	pub token: TokenId,
	/// The L1 account that is paid.
	pub receiver: Owner,
	/// What the receiver is paid.
	pub amount: Amount,
	/// What the account pays besides, in the same token.
	pub fee: Fee,
}

impl Body for WithdrawBody {
	const KIND: OperationKind = OperationKind::Withdraw;

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
