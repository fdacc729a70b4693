// SPDX-License-Identifier: Apache-2.0

//! What a chain knows at one block.

use crate::{
	chain::Chain,
	error::ChainError,
	heads::Head,
	query::Query,
	questions,
	rpc::BlockHeader,
	runtime::Runtime,
	storage::{self, Item},
	types::{AccountId, BlockStatus, Epoch, Identity, Key, Pool, Request, Status, Token, Votes},
};
use futures::future::try_join_all;
use ligature_primitives::{
	header::Digest,
	ids::{AccountIndex, BlockNumber, ChainId, PoolSlot, Side, TokenId},
};
use std::{fmt, sync::Arc};
use subxt::{Metadata, utils::H256};
use tokio::sync::OnceCell;

/// The chain's state at one block; cloning it is cheap. Every method asks the node, and errs with
/// [`ChainError::Unreachable`] if it does not answer, with [`ChainError::NoState`] if the block is so old that its state
/// is gone, and with [`ChainError::Decode`] if the runtime answers what this program does not know.
#[derive(Clone)]
pub struct At {
	pub(crate) chain: Chain,
	pub(crate) header: Arc<BlockHeader>,
	head: Head,
	runtime: Arc<OnceCell<Arc<Runtime>>>,
}

impl fmt::Debug for At {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("At").field("chain", &self.chain).field("head", &self.head).finish()
	}
}

impl At {
	pub(crate) fn new(chain: Chain, header: BlockHeader) -> Self {
		let head = Head::of(&header);
		Self { chain, head, header: Arc::new(header), runtime: Arc::default() }
	}

	/// Which block.
	pub fn head(&self) -> Head {
		self.head
	}

	/// Hash of the block before.
	pub fn parent(&self) -> Digest {
		self.header.parent_hash.0
	}

	/// The version of the runtime.
	///
	/// # Errors
	///
	/// As [`At`] says; so do all methods.
	pub async fn spec_version(&self) -> Result<u32, ChainError> {
		Ok(self.runtime().await?.version())
	}

	/// The runtime's metadata.
	pub async fn metadata(&self) -> Result<Arc<Metadata>, ChainError> {
		Ok(self.runtime().await?.metadata().clone())
	}

	/// The network of the chain, and its place in it; none: it belongs to no network.
	pub async fn identity(&self) -> Result<Option<Identity>, ChainError> {
		self.ask(questions::identity).await
	}

	/// Where the rollup stands.
	pub async fn status(&self) -> Result<Status, ChainError> {
		self.ask(questions::status).await
	}

	/// What the chain knows about a block of the rollup, while it remembers it.
	pub async fn block(&self, number: BlockNumber) -> Result<Option<BlockStatus>, ChainError> {
		self.ask(|metadata| questions::block(metadata, number)).await
	}

	/// The requests from `first` on that no executed block has consumed, `limit` at most, and 256.
	pub async fn requests(
		&self,
		first: u64,
		limit: u32,
	) -> Result<Vec<(u64, Request)>, ChainError> {
		self.ask(|metadata| questions::requests(metadata, first, limit)).await
	}

	/// The tokens of the rollup on this chain.
	pub async fn tokens(&self) -> Result<Vec<Token>, ChainError> {
		let listed = self.ask(questions::tokens).await?;
		try_join_all(listed.into_iter().map(|mut token| async {
			let names = match token.asset {
				None => Some((self.chain.native().symbol.clone(), self.chain.native().decimals)),
				Some(asset) => self.asset_names(asset).await?,
			};
			if let Some((symbol, decimals)) = names {
				(token.symbol, token.decimals) = (symbol, decimals);
			}
			Ok(token)
		}))
		.await
	}

	/// The pools of this chain.
	pub async fn pools(&self) -> Result<Vec<(PoolSlot, Pool)>, ChainError> {
		self.ask(questions::pools).await
	}

	/// Who signed the certificate of a block.
	pub async fn votes(&self, number: BlockNumber) -> Result<Option<Votes>, ChainError> {
		self.ask(|metadata| questions::votes(metadata, number)).await
	}

	/// The epochs whose members can still certify or be slashed, ascending.
	pub async fn epochs(&self) -> Result<Vec<Epoch>, ChainError> {
		let epochs = self.ask(questions::epochs).await?;
		try_join_all(epochs.into_iter().map(|mut epoch| async {
			let members =
				self.ask(|metadata| questions::members_of(metadata, epoch.number)).await?;
			epoch.members = members.ok_or_else(|| {
				ChainError::decode(
					format!("the members of epoch {}", epoch.number),
					"there are none",
				)
			})?;
			Ok(epoch)
		}))
		.await
	}

	/// The verifying keys, by version and circuit.
	pub async fn keys(&self) -> Result<Vec<Key>, ChainError> {
		let mut keys = self.ask(questions::keys).await?;
		keys.sort_by_key(|key| (key.version, key.circuit));
		try_join_all(keys.into_iter().map(|mut key| async {
			key.usable = !key.retired && key.usable_from <= self.head.number;
			let prepared = self
				.item(|metadata| storage::prepared_key(metadata, key.version, key.circuit))
				.await?;
			if let Some(prepared) = prepared {
				key.bytes = storage::key_bytes(&prepared, &key.digest)?;
			}
			Ok(key)
		}))
		.await
	}

	/// Whether the oracles have barred a block from being proven on this chain.
	pub async fn refused(&self, number: BlockNumber, hash: Digest) -> Result<bool, ChainError> {
		let metadata = self.metadata().await?;
		let item = storage::refusal(&metadata, number, hash)?;
		Ok(self.stored(&item.key).await?.is_some())
	}

	/// Whether a balance has left in exodus.
	pub async fn paid_balance(
		&self,
		account: AccountIndex,
		token: TokenId,
	) -> Result<bool, ChainError> {
		let item = |metadata: &Metadata| storage::paid_balance(metadata, account, token);
		Ok(self.item(item).await?.is_some())
	}

	/// Whether one side of an account's share in a pool has left in exodus; `slot` is the pool's on its home chain.
	pub async fn paid_liquidity(
		&self,
		home: ChainId,
		slot: PoolSlot,
		side: Side,
		account: AccountIndex,
	) -> Result<bool, ChainError> {
		let item =
			|metadata: &Metadata| storage::paid_liquidity(metadata, home, slot, side, account);
		Ok(self.item(item).await?.is_some())
	}

	/// Who commits blocks, in the order of their turns.
	pub async fn operators(&self) -> Result<Vec<AccountId>, ChainError> {
		Ok(self.item(storage::operators).await?.unwrap_or_default())
	}

	/// Who may halt the rollup.
	pub async fn guardian(&self) -> Result<Option<AccountId>, ChainError> {
		self.item(storage::guardian).await
	}

	/// The chain's clock, in milliseconds since 1970.
	pub async fn time(&self) -> Result<u64, ChainError> {
		Ok(self.item(storage::time).await?.unwrap_or_default())
	}

	/// The free native balance of an account, in the smallest unit.
	pub async fn native_balance(&self, account: AccountId) -> Result<u128, ChainError> {
		let balance = self.item(|metadata| storage::native_balance(metadata, account)).await?;
		Ok(balance.unwrap_or_default())
	}

	/// The balance of an asset of an account, in the smallest unit.
	pub async fn asset_balance(&self, asset: u32, account: AccountId) -> Result<u128, ChainError> {
		let item = |metadata: &Metadata| storage::asset_balance(metadata, asset, account);
		Ok(self.item(item).await?.unwrap_or_default())
	}

	/// The account that holds the rollup's funds.
	pub async fn custody(&self) -> Result<AccountId, ChainError> {
		self.ask(questions::custody).await
	}

	/// What an account may claim because its payment failed.
	pub async fn pending_funds(
		&self,
		account: AccountId,
	) -> Result<Vec<(TokenId, u128)>, ChainError> {
		self.ask(|metadata| questions::pending_funds(metadata, account)).await
	}

	/// Symbol and decimals of an asset, if somebody has said them.
	async fn asset_names(&self, asset: u32) -> Result<Option<(String, u8)>, ChainError> {
		self.item(|metadata| storage::asset_names(metadata, asset)).await
	}
}

/// How the node is asked.
impl At {
	pub(crate) fn hash(&self) -> H256 {
		self.head.hash.into()
	}

	/// The runtime whose code is in the state.
	pub(crate) async fn runtime(&self) -> Result<Arc<Runtime>, ChainError> {
		let runtime = || self.chain.runtime_at(self.hash());
		self.runtime.get_or_try_init(runtime).await.cloned()
	}

	/// Asks the runtime.
	async fn ask<T>(
		&self,
		query: impl FnOnce(&Metadata) -> Result<Query<T>, ChainError>,
	) -> Result<T, ChainError> {
		let metadata = self.metadata().await?;
		let query = query(&metadata)?;
		let answer = self
			.chain
			.methods()
			.state_call(&query.function, Some(&query.input), Some(self.hash()))
			.await
			.map_err(|error| self.chain.state_error(&query.function, error, self.hash()))?;
		query.decode(&answer, &metadata)
	}

	/// Reads from the storage.
	async fn item<T>(
		&self,
		item: impl FnOnce(&Metadata) -> Result<Item<T>, ChainError>,
	) -> Result<Option<T>, ChainError> {
		let metadata = self.metadata().await?;
		let item = item(&metadata)?;
		let bytes = self.stored(&item.key).await?;
		bytes.map(|bytes| item.decode(&bytes, &metadata)).transpose()
	}

	pub(crate) async fn stored(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ChainError> {
		let stored = self.chain.methods().state_get_storage(key, Some(self.hash())).await;
		stored.map_err(|error| self.chain.state_error("state_getStorage", error, self.hash()))
	}
}
