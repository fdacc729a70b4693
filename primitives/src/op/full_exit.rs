// SPDX-License-Identifier: Apache-2.0

//! FullExit: an owner's request on L1 to pay out a whole balance; for shares of a pool, to turn them
//! into balances on both chains.

use crate::{
	ids::{AccountIndex, ChainId, Owner, TokenId},
	op::Target,
};

/// Pays the whole balance of a token to its owner, entered by L1. An account that is missing or
/// another's pays nothing, and the request is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullExit {
	/// The chain on which the request was made.
	pub chain: ChainId,
	/// The account to empty.
	pub account: AccountIndex,
	/// The token; shares are burned on their home chain and pay into L2 accounts.
	pub token: TokenId,
	/// Who asked: the only owner whose account it empties.
	pub owner: Owner,
	/// For shares, the account on the pool's other chain that gets side 1; the operator's choice.
	/// Ignored for L1 tokens and when there are no shares.
	pub far: Target,
}
