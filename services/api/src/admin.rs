// SPDX-License-Identifier: Apache-2.0

//! What the operator's own people ask, on a port of its own.

use crate::ApiError;
use jsonrpsee::proc_macros::rpc;

/// The methods of the administration.
#[rpc(server, client, namespace = "admin")]
pub trait AdminApi {
	/// Takes back all blocks above `to` on all chains; their transactions wait again. Gives the new revert epoch.
	#[method(name = "revert")]
	async fn revert(&self, to: u64, reason: String) -> Result<u32, ApiError>;

	/// Stops taking transactions and building blocks, or goes on.
	#[method(name = "pause")]
	async fn pause(&self, paused: bool) -> Result<(), ApiError>;

	/// Builds a block now, whatever waits. Gives its number; none if there is nothing to build.
	#[method(name = "build")]
	async fn build(&self) -> Result<Option<u64>, ApiError>;
}
