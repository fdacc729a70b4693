// SPDX-License-Identifier: Apache-2.0

//! Why a relay stops.

use ligature_chain::JoinError;
use ligature_service_kit::metrics::MetricsError;
use std::{io, net::SocketAddr};

/// Why a relay stops, or does not start. That a chain does not answer is no reason.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
	/// The chains are not those of a network.
	#[error(transparent)]
	Join(#[from] JoinError),
	/// Metrics are not served.
	#[error(transparent)]
	Metrics(#[from] MetricsError),
	/// The address cannot be listened on.
	#[error("cannot listen on {address}: {source}; give another address, or port 0 for a free one")]
	Listen {
		/// The address.
		address: SocketAddr,
		/// Why.
		source: io::Error,
	},
	/// A part of the program has ended.
	#[error("the relay failed: {0}; this is a bug, its log says more")]
	Internal(String),
}
