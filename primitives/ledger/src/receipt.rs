// SPDX-License-Identifier: Apache-2.0

//! What an operation did.

use alloc::vec::Vec;
use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, ChainId, Owner, TokenId},
};

/// What an applied operation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
	/// The operation's place in its block, from 0.
	pub operation: u32,
	/// Every balance that it wrote, in the order of writing. Fees reach the operator's account when
	/// the block is sealed, and stand in [`SealedChain::fees`](crate::SealedChain::fees).
	pub changes: Vec<BalanceChange>,
	/// The accounts that it created.
	pub created: Vec<(ChainId, AccountIndex)>,
	/// What L1 pays once the block is executed. A full exit that found nothing pays nothing.
	pub paid: Option<Payment>,
}

/// A balance before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceChange {
	/// The account's chain.
	pub chain: ChainId,
	/// The account.
	pub account: AccountIndex,
	/// The token.
	pub token: TokenId,
	/// The balance before.
	pub before: Amount,
	/// The balance after.
	pub after: Amount,
}

/// A payment on L1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
	/// The chain whose custody pays.
	pub chain: ChainId,
	/// The L1 account that is paid.
	pub receiver: Owner,
	/// The token.
	pub token: TokenId,
	/// How much, never zero for a full exit.
	pub amount: Amount,
}
