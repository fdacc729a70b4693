// SPDX-License-Identifier: Apache-2.0

//! What services and wallets see of a chain, and do on it: JSON-RPC by the metadata of its runtime.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use ligature_chain::{Call, Chain, Heads, Signer};
//! use std::time::Duration;
//!
//! let chain = Chain::connect("ws://127.0.0.1:9944").await?;
//! let status = chain.finalized().await?.status().await?;
//! println!("{}: {} blocks are executed", chain.name(), status.counters.executed);
//!
//! let alice = Signer::from_suri("//Alice")?;
//! let mut sent = chain.submit(&Call::EnterExodus, &alice).await?;
//! let included = sent.finalized(Duration::from_secs(60)).await?;
//! println!("in block {}: {:?}", included.block, included.outcome);
//!
//! let mut heads = chain.heads(Heads::Finalized);
//! println!("now {}", heads.following().await);
//! # Ok(())
//! # }
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `rpc` | the connection: built anew when it is lost |
//! | `chain` | [`Chain`]: blocks, heads; sending a call, with a [`Bid`] |
//! | `at`, `body` | [`At`]: the state at a block; its events, and the public data in its extrinsics |
//! | `raw` | [`RawBlock`]: a block as bytes, to be kept |
//! | `heads` | [`HeadStream`]: heads without an end |
//! | `sent` | [`Sent`]: a call until its block is final |
//! | `call`, `encode` | [`Call`], and its bytes |
//! | `query`, `questions`, `storage`, `mirror` | how a runtime's answers are read: [`decode`] |
//! | `event`, `rollup_event` | [`Event`], and those of the rollup with the types of the protocol |
//! | `runtime` | [`Runtime`]: a version with its metadata; signs extrinsics |
//! | `signer` | [`Signer`]: who signs |
//! | `network` | [`join`]: all chains of a network, and whether chains belong together |
//! | `types`, `error` | what comes out |
//!
//! Nothing is encoded or decoded by a layout that this program believes in: names of pallets, calls, fields and variants are
//! looked up in the metadata of the runtime at that block. A runtime that adds a field does not break a program.

mod at;
mod body;
mod call;
mod chain;
pub mod decode;
mod encode;
mod error;
mod event;
mod heads;
mod mirror;
mod network;
mod query;
mod questions;
mod raw;
mod rollup_event;
mod rpc;
mod runtime;
mod sent;
mod signer;
mod storage;
#[cfg(test)]
mod tests;
mod types;

pub use at::At;
pub use body::{Commit, Posted};
pub use call::{Call, SignedVote};
pub use chain::{Bid, Chain};
pub use encode::encode;
pub use error::ChainError;
pub use event::{DispatchError, Event};
pub use heads::{Head, HeadStream, Heads};
pub use network::{JoinError, Joined, NetworkMismatch, Wait, join, one_network};
pub use raw::RawBlock;
pub use rollup_event::RollupEvent;
pub use rpc::Limits;
pub use runtime::{LIFETIME, Runtime};
pub use sent::{Included, Place, Sent};
pub use signer::{Signer, address, parse_address};
pub use subxt::Metadata;
pub use types::{
	AccountId, BlockStatus, Circuit, Counters, Epoch, Exodus, Halt, Identity, Key, Parameters,
	Pool, PoolState, Queue, RefusedBlock, Request, Stage, Status, Token, Votes,
};
