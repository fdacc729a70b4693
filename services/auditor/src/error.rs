// SPDX-License-Identifier: Apache-2.0

//! Why an auditor stops.

use crate::{finding::Finding, key::KeyError};
use ligature_chain::ChainError;
use ligature_primitives::ids::{ChainId, NetworkId};
use ligature_recovery::RecoveryError;
use ligature_service_kit::metrics::MetricsError;
use std::{io, path::PathBuf};

/// Why an auditor stops, or does not start. That a chain does not answer is no reason for one that keeps watching.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
	/// There is no key of a guardian.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// Metrics are not served.
	#[error(transparent)]
	Metrics(#[from] MetricsError),
	/// A node's address is none, or the node does something that this program does not know.
	#[error("the chain at {url}: {source}")]
	Chain {
		/// The node's address.
		url: String,
		/// What happened.
		source: ChainError,
	},
	/// No chain is named.
	#[error("no chain is named: name one node of each chain of a network")]
	NoChains,
	/// A chain belongs to no network.
	#[error("the chain at {url} belongs to no network; is it the right node?")]
	NoNetwork {
		/// The node's address.
		url: String,
	},
	/// The chains are not those of one network.
	#[error(
		"the chain at {url} is chain {chain} of network {network}, and {reason}; name one node of each chain of one \
		 network"
	)]
	Chains {
		/// The node's address.
		url: String,
		/// Which chain it is.
		chain: ChainId,
		/// Of which network.
		network: NetworkId,
		/// What does not fit.
		reason: String,
	},
	/// The address of the webhook is none.
	#[error("{0} is not the address of a webhook; it looks like http://127.0.0.1:8080/findings")]
	Webhook(String),
	/// What was read before cannot be used.
	#[error(transparent)]
	Recovery(#[from] RecoveryError),
	/// Up to where a chain was looked at cannot be kept.
	#[error("cannot keep in {} up to where a chain was looked at: {source}", path.display())]
	Mark {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// There was an alarm, and the process was to end at the first.
	#[error("{0}")]
	Alarm(Box<Finding>),
	/// A part of the program has ended.
	#[error("the auditor failed: {0}; this is a bug, its log says more")]
	Internal(String),
}

impl AuditError {
	/// What an error of a chain is.
	pub(crate) fn chain(url: &str) -> impl Fn(ChainError) -> Self + '_ {
		move |source| Self::Chain { url: url.into(), source }
	}

	/// Whether a chain just does not answer.
	pub fn is_unreachable(&self) -> bool {
		match self {
			Self::Chain { source, .. } => source.is_passing(),
			Self::Recovery(error) => error.is_passing(),
			_ => false,
		}
	}
}
