// SPDX-License-Identifier: Apache-2.0

//! What goes wrong between here and a chain.

use std::time::Duration;

/// Why a chain did not answer, or not as it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
	/// The address is none.
	#[error("{url} is not the address of a node ({reason}); it looks like ws://127.0.0.1:9944")]
	Url {
		/// The address.
		url: String,
		/// What is wrong with it.
		reason: String,
	},
	/// Nobody answers, or not in time. Trying again is right: the connection comes back by itself.
	#[error("the node at {url} does not answer: {reason}; is it running?")]
	Unreachable {
		/// The node's address.
		url: String,
		/// Why.
		reason: String,
	},
	/// The node does not do what it was asked.
	#[error("the node refuses {method}: {message} (code {code})")]
	Refused {
		/// The method of its JSON-RPC.
		method: String,
		/// The error's code.
		code: i32,
		/// The error.
		message: String,
	},
	/// There is no such block, or not any more.
	#[error(
		"the node knows no block {block}; it may still synchronise, or a re-org took the block away"
	)]
	UnknownBlock {
		/// Number or hash.
		block: String,
	},
	/// The state of an old block is gone.
	#[error(
		"the node keeps the state of block {block} no more ({reason}); ask one with --state-pruning archive"
	)]
	NoState {
		/// Its hash.
		block: String,
		/// What the node says.
		reason: String,
	},
	/// The pool did not take the call.
	#[error("the node's pool refuses the call: {reason} (code {code})")]
	Rejected {
		/// The error's code: 1010 invalid, 1012 banned for a while, 1013 there already, 1014 priority too low,
		/// 1016 the pool is full.
		code: i32,
		/// Why.
		reason: String,
	},
	/// The pool took the call and let it go again.
	#[error(
		"the call {hash} left the node's pool: {reason}; look at the chain, and send it again if it is still needed"
	)]
	Dropped {
		/// Hash of the extrinsic.
		hash: String,
		/// Why.
		reason: String,
	},
	/// Another call took its place in the pool.
	#[error("the call {hash} left the node's pool: {by}, with the same nonce, took its place")]
	Replaced {
		/// Hash of the extrinsic.
		hash: String,
		/// Hash of the other one.
		by: String,
	},
	/// The call can never be included any more.
	#[error("the call {hash} was in no block of its lifetime; send it again")]
	Expired {
		/// Hash of the extrinsic.
		hash: String,
	},
	/// The call may still be included.
	#[error(
		"the call {hash} is not {stage} after {patience:?}; it may still be, until its lifetime ends"
	)]
	TooLate {
		/// Hash of the extrinsic.
		hash: String,
		/// What was waited for.
		stage: &'static str,
		/// For how long.
		patience: Duration,
	},
	/// The runtime says something that this client does not understand.
	#[error("cannot read {what}: {reason}; the runtime may be newer than this program")]
	Decode {
		/// What.
		what: String,
		/// Why.
		reason: String,
	},
	/// The runtime does not know a call, or in another form.
	#[error(
		"the runtime does not take {what}: {reason}; it may be newer or older than this program"
	)]
	Encode {
		/// What.
		what: String,
		/// Why.
		reason: String,
	},
	/// A secret that is none. It is not repeated here.
	#[error("not a secret ({0}); it looks like //Alice, or twelve words, or 0x and 64 digits")]
	Secret(String),
}

impl ChainError {
	/// Whether the same call may succeed a little later, without anybody doing anything.
	pub const fn is_passing(&self) -> bool {
		matches!(self, Self::Unreachable { .. } | Self::TooLate { .. })
	}

	/// Whether the pool refused a call because somebody else was first, or because it was sent before: what the call
	/// wanted may be done already.
	pub fn is_stale(&self) -> bool {
		match self {
			Self::Rejected { code: 1013 | 1014, .. } => true,
			_ => self.is_spent(),
		}
	}

	/// Whether the pool refused a call because it can never be valid again: what it wants is done already, or its nonce is
	/// spent, as another call with it is in a block.
	pub fn is_spent(&self) -> bool {
		matches!(self, Self::Rejected { reason, .. } if reason.contains("outdated"))
	}

	pub(crate) fn decode(what: impl Into<String>, reason: impl ToString) -> Self {
		Self::Decode { what: what.into(), reason: reason.to_string() }
	}

	pub(crate) fn encode(what: impl Into<String>, reason: impl ToString) -> Self {
		Self::Encode { what: what.into(), reason: reason.to_string() }
	}
}
