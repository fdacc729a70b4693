// SPDX-License-Identifier: Apache-2.0

//! The JSON-RPC interface beyond what every Substrate node has: account nonces and fees.
//!
//! What the runtime can answer is asked through runtime APIs (`state_call`), not through methods
//! of the node: those are typed in the metadata and need no release of the node.

use polkadot_sdk::*;

use jsonrpsee::RpcModule;
use ligature_runtime::{AccountId, Balance, Nonce, opaque::Block};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_block_builder::BlockBuilder;
use sp_blockchain::{Error as BlockChainError, HeaderBackend, HeaderMetadata};
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods need.
pub struct FullDeps<C, P> {
	/// The node's view of the chain.
	pub client: Arc<C>,
	/// Transactions that wait for a block.
	pub pool: Arc<P>,
}

/// All methods of this node beyond the standard ones.
pub fn create_full<C, P>(
	deps: FullDeps<C, P>,
) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError>
where
	C: ProvideRuntimeApi<Block>
		+ HeaderBackend<Block>
		+ HeaderMetadata<Block, Error = BlockChainError>
		+ Send
		+ Sync
		+ 'static,
	C::Api: substrate_frame_rpc_system::AccountNonceApi<Block, AccountId, Nonce>
		+ pallet_transaction_payment_rpc::TransactionPaymentRuntimeApi<Block, Balance>
		+ BlockBuilder<Block>,
	P: TransactionPool + 'static,
{
	let FullDeps { client, pool } = deps;
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client).into_rpc())?;
	Ok(module)
}
