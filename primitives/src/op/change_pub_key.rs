// SPDX-License-Identifier: Apache-2.0

//! ChangePubKey: an owner's request on L1 to set the key of an account.

use crate::{
	ids::{AccountIndex, ChainId, Owner},
	keys::PublicKey,
	op::Target,
};

/// Sets the key of an account of the owner, entered by L1. The nonce stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePubKey {
	/// The chain on which the request was made.
	pub chain: ChainId,
	/// The account that L1 names, or none for "any of mine or a new one".
	pub account: Option<AccountIndex>,
	/// Who asked: the only owner whose account gets the key.
	pub owner: Owner,
	/// The key.
	pub key: PublicKey,
	/// The account that gets the key: the one that L1 names, otherwise the operator's choice.
	pub target: Target,
}
