// SPDX-License-Identifier: Apache-2.0

//! Why an oracle stops.

use crate::{journal::JournalError, keys::KeyError};
use ligature_chain::{ChainError, JoinError};
use ligature_primitives::{ids::BlockNumber, vote::VoteKind};
use ligature_service_kit::metrics::MetricsError;

/// Why an oracle stops, or does not start. A chain or a relay that does not answer is no reason.
#[derive(Debug, thiserror::Error)]
pub enum OracleError {
	/// There is no key.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// There is no journal, or it cannot be written.
	#[error(transparent)]
	Journal(#[from] JournalError),
	/// Metrics are not served.
	#[error(transparent)]
	Metrics(#[from] MetricsError),
	/// A node does something that this program does not know.
	#[error("the chain at {url}: {source}")]
	Chain {
		/// The node's address.
		url: String,
		/// What happened.
		source: ChainError,
	},
	/// No relay is configured.
	#[error("no relay is configured: the members hear each other through one; add one to `relays`")]
	NoRelay,
	/// The chains are not those of a network.
	#[error(transparent)]
	Join(#[from] JoinError),
	/// A vote of this member's that the journal does not hold.
	#[error("a vote of this member's is not in the journal: {kind:?} about block {}, {place}. Either the journal is an \
		old copy, or another process signs with this key. Do not sign with it any more: restore the newest \
		journal, end the other process, or take a new key", number.0)]
	Unknown {
		/// What it says.
		kind: VoteKind,
		/// The block.
		number: BlockNumber,
		/// Where it was found.
		place: String,
	},
	/// A part of the program has ended.
	#[error("the oracle failed: {0}; this is a bug, its log says more")]
	Internal(String),
}
