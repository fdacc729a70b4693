// SPDX-License-Identifier: Apache-2.0

//! Deposit: funds that L1 has taken into custody appear on an L2 account.

use crate::{
	amount::Amount,
	ids::{ChainId, Owner, TokenId},
	keys::PublicKey,
	op::Target,
};

/// Credits a deposit, entered by L1; with a key it also sets the key of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
	/// The chain on which the deposit was made.
	pub chain: ChainId,
	/// An L1 token.
	pub token: TokenId,
	/// Who gets the deposit.
	pub owner: Owner,
	/// How much.
	pub amount: Amount,
	/// The key to set, when the owner deposits for themselves.
	pub key: Option<PublicKey>,
	/// The account to credit, of the same owner; the operator's choice.
	pub target: Target,
}
