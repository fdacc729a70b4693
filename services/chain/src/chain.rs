// SPDX-License-Identifier: Apache-2.0

//! One chain.

mod submit;

pub use submit::Bid;

use crate::{
	at::At,
	error::ChainError,
	heads::{HeadStream, Heads},
	rpc::{BlockHeader, Limits, Methods, Rpc},
	runtime::{Runtime, Runtimes, state_error},
	types::AccountId,
};
use ligature_primitives::header::Digest;
use std::{
	collections::BTreeMap,
	fmt,
	sync::{Arc, Mutex},
	time::Duration,
};
use subxt::{
	rpcs::{Error as RpcError, client::RpcSubscription, methods::legacy::SystemProperties},
	utils::H256,
};
use tokio::time::{Instant, sleep, timeout_at};

/// One chain by its JSON-RPC; cloning it is cheap. A lost connection comes back by itself; until then calls err with
/// [`ChainError::Unreachable`], at the latest after [`Limits::answer`].
#[derive(Clone)]
pub struct Chain(Arc<Inner>);

struct Inner {
	rpc: Rpc,
	name: String,
	genesis: Digest,
	native: Native,
	runtimes: Runtimes,
	/// Held from the question for a nonce until the pool has the extrinsic, one per signer.
	nonces: Mutex<BTreeMap<AccountId, Arc<tokio::sync::Mutex<()>>>>,
}

/// What people call the native token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Native {
	pub symbol: String,
	pub decimals: u8,
}

impl Native {
	/// From the chain specification's properties.
	fn of(properties: &SystemProperties) -> Self {
		// Some chains name one token, some a list that begins with the native one.
		let first = |key| properties.get(key).map(|value| value.get(0).unwrap_or(value));
		let symbol = first("tokenSymbol").and_then(|value| value.as_str()).unwrap_or_default();
		let decimals = first("tokenDecimals").and_then(|value| value.as_u64()).unwrap_or_default();
		Self { symbol: symbol.into(), decimals: decimals.try_into().unwrap_or_default() }
	}
}

impl fmt::Debug for Chain {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Chain").field("name", &self.0.name).field("url", &self.url()).finish()
	}
}

impl Chain {
	/// Connects, in one attempt.
	///
	/// # Errors
	///
	/// [`ChainError::Url`], [`ChainError::Unreachable`], and what the node says otherwise.
	pub async fn connect(url: &str) -> Result<Self, ChainError> {
		Self::connect_with(url, Limits::default()).await
	}

	/// [`Chain::connect`] with other limits.
	///
	/// # Errors
	///
	/// As [`Chain::connect`].
	pub async fn connect_with(url: &str, limits: Limits) -> Result<Self, ChainError> {
		let (rpc, genesis) = Rpc::connect(url, limits).await?;
		let methods = rpc.methods();
		let name = methods.system_chain().await.map_err(|e| rpc.error("system_chain", e))?;
		let properties =
			methods.system_properties().await.map_err(|e| rpc.error("system_properties", e))?;
		Ok(Self(Arc::new(Inner {
			rpc,
			name,
			genesis,
			native: Native::of(&properties),
			runtimes: Runtimes::default(),
			nonces: Mutex::default(),
		})))
	}

	/// Tries to connect until it succeeds or `patience` is over.
	///
	/// # Errors
	///
	/// That of the last attempt; [`ChainError::Url`] at once.
	pub async fn connect_within(url: &str, patience: Duration) -> Result<Self, ChainError> {
		let limits = Limits::default();
		let end = Instant::now() + patience;
		let mut pause = limits.first_pause;
		loop {
			let connected = timeout_at(end, Self::connect_with(url, limits)).await;
			let connected = connected.unwrap_or_else(|_| {
				let reason = format!("no connection within {patience:?}");
				Err(ChainError::Unreachable { url: url.into(), reason })
			});
			match connected {
				Err(error) if error.is_passing() && Instant::now() + pause < end => {
					tracing::debug!(url, %error, "not connected yet");
				},
				done => return done,
			}
			sleep(pause).await;
			pause = (pause * 2).min(limits.longest_pause);
		}
	}

	/// Where the node is.
	pub fn url(&self) -> &str {
		self.0.rpc.url()
	}

	/// The chain's name, as its specification says.
	pub fn name(&self) -> &str {
		&self.0.name
	}

	/// Hash of the genesis block, which names the chain.
	pub fn genesis(&self) -> Digest {
		self.0.genesis
	}

	/// Whether there is a connection at the moment.
	pub fn connected(&self) -> bool {
		self.0.rpc.connected()
	}

	/// The chain's state at the best block.
	///
	/// # Errors
	///
	/// [`ChainError::Unreachable`], and what the node says.
	pub async fn best(&self) -> Result<At, ChainError> {
		let header = self.methods().chain_get_header(None).await;
		let header = header.map_err(|error| self.error("chain_getHeader", error))?;
		let header = header.ok_or_else(|| ChainError::UnknownBlock { block: "best".into() })?;
		Ok(At::new(self.clone(), header))
	}

	/// The chain's state at the last finalized block.
	///
	/// # Errors
	///
	/// [`ChainError::Unreachable`], and what the node says.
	pub async fn finalized(&self) -> Result<At, ChainError> {
		let hash = self.methods().chain_get_finalized_head().await;
		self.at(hash.map_err(|error| self.error("chain_getFinalizedHead", error))?.0).await
	}

	/// The chain's state at a block.
	///
	/// # Errors
	///
	/// [`ChainError::UnknownBlock`], [`ChainError::Unreachable`], and what the node says.
	pub async fn at(&self, hash: Digest) -> Result<At, ChainError> {
		let header = self.methods().chain_get_header(Some(hash.into())).await;
		let header = header.map_err(|error| self.error("chain_getHeader", error))?;
		let unknown = || ChainError::UnknownBlock { block: format!("0x{}", hex::encode(hash)) };
		Ok(At::new(self.clone(), header.ok_or_else(unknown)?))
	}

	/// The chain's state at the block of this number, on the branch that is best now.
	///
	/// # Errors
	///
	/// As [`Chain::at`].
	pub async fn at_number(&self, number: u32) -> Result<At, ChainError> {
		let hash = self.hash_of(number).await?;
		self.at(hash.ok_or_else(|| ChainError::UnknownBlock { block: number.to_string() })?).await
	}

	/// Heads as they come, without an end: see [`HeadStream`].
	pub fn heads(&self, which: Heads) -> HeadStream {
		HeadStream::new(self.clone(), which)
	}
}

/// What the other files need.
impl Chain {
	pub(crate) fn rpc(&self) -> &Rpc {
		&self.0.rpc
	}

	pub(crate) fn methods(&self) -> Methods {
		self.0.rpc.methods()
	}

	pub(crate) fn error(&self, method: &str, error: RpcError) -> ChainError {
		self.0.rpc.error(method, error)
	}

	/// What an error of a question about a block's state means.
	pub(crate) fn state_error(&self, method: &str, error: RpcError, block: H256) -> ChainError {
		state_error(self.error(method, error), block)
	}

	pub(crate) fn native(&self) -> &Native {
		&self.0.native
	}

	pub(crate) async fn runtime_at(&self, block: H256) -> Result<Arc<Runtime>, ChainError> {
		self.0.runtimes.at(&self.0.rpc, self.0.genesis, block).await
	}

	/// The hash of the block of this number on the branch that is best now.
	pub(crate) async fn hash_of(&self, number: u32) -> Result<Option<Digest>, ChainError> {
		let hash = self.methods().chain_get_block_hash(Some(number.into())).await;
		let hash = hash.map_err(|error| self.error("chain_getBlockHash", error))?;
		Ok(hash.map(|hash| hash.0))
	}

	pub(crate) async fn subscribe(
		&self,
		which: Heads,
	) -> Result<RpcSubscription<BlockHeader>, ChainError> {
		let methods = self.methods();
		let subscription = match which {
			Heads::Best => methods.chain_subscribe_new_heads().await,
			Heads::Finalized => methods.chain_subscribe_finalized_heads().await,
		};
		subscription.map_err(|error| self.error("chain_subscribe…Heads", error))
	}

	/// Waits a little before something is tried again.
	pub(crate) async fn pause(&self) {
		sleep(self.0.rpc.limits().first_pause).await;
	}
}
