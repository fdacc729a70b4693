// SPDX-License-Identifier: Apache-2.0

//! The engine: the ledger and the mempool, on a thread of its own.
//!
//! [`Engine`] is a handle that sends messages; the thread takes one after the other, so nothing in here needs a lock.
//! What it answers is on the disk before it answers (`docs/services.md`, 2).
//!
//! | file | holds |
//! |---|---|
//! | `admission` | what can be said about a transaction without the ledger: form, signature |
//! | `submit` | what the ledger says about it, and the limits of the mempool |
//! | `mempool` | what waits, by arrival and by account |
//! | `requests` | the finalized requests of each chain that no block serves yet |
//! | `build`, `assembly` | from what waits to a stored block |
//! | `slots` | how many slots an operation takes |
//! | `accounts` | which accounts an owner has |
//! | `restore` | from the store to the ledger, with every root compared |
//! | `catch_up` | what the store holds counts, after a write that failed |
//! | `revert` | blocks taken back |
//! | `view` | what wallets ask |
//! | `worker`, `message` | the thread, and what it is asked |

mod accounts;
mod admission;
mod assembly;
mod build;
mod catch_up;
mod config;
mod error;
mod mempool;
mod message;
mod requests;
mod restore;
mod revert;
mod slots;
mod submit;
mod types;
mod view;
mod worker;

pub use admission::Admitted;
pub use config::{EngineConfig, FeeFloors, KeyDigests, MempoolConfig};
pub use error::EngineError;
pub use types::{Built, EngineEvent, EngineStatus, Ready, Terms};

use self::message::{Message, Submitted};
use crate::store::Store;
use ligature_operator_api::{
	AccountInfo, ApiError, Decimal, FeeEstimate, PoolInfo, Quote, TransactionHash,
};
use ligature_primitives::{
	ids::{AccountIndex, BlockNumber, ChainId, Owner},
	priority::PriorityRequest,
};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Messages that wait for the thread before senders have to.
const QUEUE: usize = 1_024;
/// Events that a slow listener may fall behind.
const EVENTS: usize = 4_096;

/// A handle to the engine; clones are the same engine.
#[derive(Clone)]
pub struct Engine {
	sender: mpsc::Sender<Message>,
	events: broadcast::Sender<EngineEvent>,
	status: watch::Receiver<EngineStatus>,
}

impl Engine {
	/// Restores ledger and mempool from the store and starts the thread, which works until [`Self::stop`] or until the
	/// last handle is gone. Must be called in a tokio runtime; the thread waits for the store there.
	///
	/// # Errors
	///
	/// [`EngineError`]: the configuration contradicts itself, the store is another network's, or a block of the store
	/// does not lead to the roots of its header.
	pub async fn start(config: EngineConfig, store: Arc<dyn Store>) -> Result<Engine, EngineError> {
		let (sender, receiver) = mpsc::channel(QUEUE);
		let (events, _) = broadcast::channel(EVENTS);
		let status = worker::start(config, store, receiver, events.clone()).await?;
		Ok(Self { sender, events, status })
	}

	/// Asks the thread; none if it has ended.
	async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
		let (answer, answered) = oneshot::channel();
		self.sender.send(message(answer)).await.ok()?;
		answered.await.ok()
	}

	/// Takes transactions into the mempool; the answers are in their order. Those taken are on the disk. One that waits
	/// or is in a block already is no error.
	pub async fn submit(
		&self,
		transactions: Vec<Admitted>,
	) -> Vec<Result<TransactionHash, ApiError>> {
		let count = transactions.len();
		let submit = |answer| Message::Submit(Submitted { transactions, answer });
		let answers = self.ask(submit).await;
		answers.unwrap_or_else(|| vec![Err(stopped()); count])
	}

	/// An account, as of the last block; `next_nonce` counts what waits.
	pub async fn account(&self, chain: ChainId, index: AccountIndex) -> Option<AccountInfo> {
		self.ask(|answer| Message::Account { chain, index, answer }).await.flatten()
	}

	/// All accounts of an owner, by chain and index.
	pub async fn accounts(&self, owner: Owner) -> Vec<AccountInfo> {
		self.ask(|answer| Message::Accounts { owner, answer }).await.unwrap_or_default()
	}

	/// All pools that have a leaf on their home chain, by chain and slot.
	pub async fn pools(&self) -> Vec<PoolInfo> {
		self.ask(|answer| Message::Pools { answer }).await.unwrap_or_default()
	}

	/// What a swap of `amount` into side `direction` of a pool would give, as of the last block.
	///
	/// # Errors
	///
	/// Refusals: `BadPoolParams`, `BadDirection`, `AmountTooLarge`, `PoolMissing`, `PoolEmpty`, `ReserveOverflow`.
	pub async fn quote(
		&self,
		params: Decimal,
		direction: u8,
		amount: Decimal,
	) -> Result<Quote, ApiError> {
		self.ask(|answer| Message::Quote { params, direction, amount, answer })
			.await
			.unwrap_or_else(|| Err(stopped()))
	}

	/// The least fee for an operation of a kind (`transfer`, `withdraw`, `swap`, `addLiquidity`, `removeLiquidity`),
	/// paid in a token of a chain. It is 0 while the operator has no account there that could get one.
	///
	/// # Errors
	///
	/// [`ApiError::NotFound`] for another kind; refusals `UnknownChain`, `TokenOutOfRange`.
	pub async fn fee(
		&self,
		kind: &str,
		chain: ChainId,
		token: u16,
	) -> Result<FeeEstimate, ApiError> {
		let kind = kind.to_owned();
		self.ask(|answer| Message::Fee { kind, chain, token, answer })
			.await
			.unwrap_or_else(|| Err(stopped()))
	}

	/// Finalized requests of a chain's queue, with their places. Those known already are passed over; one that does not
	/// follow the last known one ends the list.
	pub async fn requests(&self, chain: ChainId, requests: Vec<(u64, PriorityRequest)>) {
		let _ = self.ask(|answer| Message::Requests { chain, requests, answer }).await;
	}

	/// The first request of a chain's queue that is neither in a block nor known.
	pub async fn next_request(&self, chain: ChainId) -> u64 {
		self.ask(|answer| Message::NextRequest { chain, answer }).await.unwrap_or_default()
	}

	/// Whether a block is worth building.
	pub async fn ready(&self) -> Ready {
		self.ask(|answer| Message::Ready { answer }).await.unwrap_or_default()
	}

	/// Builds a block of what waits, stores it, and only then answers. None: there is nothing to put in, or the engine
	/// is paused.
	///
	/// # Errors
	///
	/// [`EngineError::Store`]: the block is as if it had never been built. [`EngineError::Ledger`] if the terms do not
	/// continue the last block.
	pub async fn build(&self, terms: Terms) -> Result<Option<Built>, EngineError> {
		self.ask(|answer| Message::Build { terms, answer })
			.await
			.unwrap_or(Err(EngineError::Stopped))
	}

	/// Takes back all blocks above `to`; headers from now on name the revert epoch `epoch`. What the blocks did is done
	/// again first, in its old order.
	///
	/// # Errors
	///
	/// [`EngineError::RevertTarget`], [`EngineError::RevertEpoch`], [`EngineError::Store`].
	pub async fn revert(&self, to: BlockNumber, epoch: u32) -> Result<(), EngineError> {
		self.ask(|answer| Message::Revert { to, epoch, answer })
			.await
			.unwrap_or(Err(EngineError::Stopped))
	}

	/// Where the engine stands. Never waits for the thread.
	pub async fn status(&self) -> EngineStatus {
		self.status.borrow().clone()
	}

	/// The states of all chains after a block (appendix B of `docs/protocol.md`): of the last block, or of one with a
	/// snapshot.
	pub async fn states(&self, after: BlockNumber) -> Option<Vec<Vec<u8>>> {
		self.ask(|answer| Message::States { after, answer }).await.flatten()
	}

	/// Stops taking transactions and building blocks, for a reason that wallets are told; none: goes on.
	pub async fn pause(&self, reason: Option<String>) {
		let _ = self.ask(|answer| Message::Pause { reason, answer }).await;
	}

	/// Ends the thread once it has done what was sent before.
	pub async fn stop(&self) {
		let _ = self.ask(|answer| Message::Stop { answer }).await;
	}

	/// What happens from now on.
	pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
		self.events.subscribe()
	}
}

fn stopped() -> ApiError {
	ApiError::NotAccepting { reason: "it stops".to_owned() }
}
