// SPDX-License-Identifier: Apache-2.0

//! Why an auditor stops.

use crate::{finding::Finding, key::KeyError};
use ligature_chain::{ChainError, JoinError};
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
	/// A node does something that this program does not know.
	#[error("the chain at {url}: {source}")]
	Chain {
		/// The node's address.
		url: String,
		/// What happened.
		source: ChainError,
	},
	/// The chains are not those of a network, or one does not answer.
	#[error(transparent)]
	Join(#[from] JoinError),
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
			Self::Chain { source, .. } | Self::Join(JoinError::Chain { source, .. }) => {
				source.is_passing()
			},
			Self::Recovery(error) => error.is_passing(),
			_ => false,
		}
	}
}
