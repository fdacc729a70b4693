// SPDX-License-Identifier: Apache-2.0

//! `ligature-chain`, the client of services and wallets, against the real runtime: without a node, but with the bytes that
//! a node would carry.
//!
//! | file | what is compared |
//! |---|---|
//! | `calls` | the bytes of every call |
//! | `extrinsics` | signed extrinsics, which the runtime has to take; commits, which the client has to find |
//! | `tips` | what the pool thinks of a tip |
//! | `status` | where the rollup stands, at every stage |
//! | `answers` | requests, tokens, pools, identity, oracles, keys |
//! | `events` | every event of the rollup, and why calls fail |

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

mod answers;
mod calls;
mod events;
mod extrinsics;
mod status;
mod tips;

use ligature_chain::{
	ChainError, Metadata,
	decode::{self, Item, Query},
};
use ligature_chain_tests::Chain;
use ligature_runtime::{AccountId, Runtime, apis::api::dispatch};
use polkadot_sdk::*;
use std::sync::OnceLock;

/// The metadata of the runtime, as the client reads it.
pub fn metadata() -> &'static Metadata {
	static METADATA: OnceLock<Metadata> = OnceLock::new();
	METADATA.get_or_init(own_metadata)
}

/// The same, for who wants it whole.
pub fn own_metadata() -> Metadata {
	let opaque = Runtime::metadata_at_version(16).expect("the runtime has it");
	decode::metadata(&opaque[..]).expect("it is metadata")
}

/// The bytes that the runtime answers.
pub fn answer<T>(chain: &mut Chain, query: &Query<T>) -> Vec<u8> {
	let answer = chain.with(|| dispatch(&query.function, &query.input));
	answer.expect("the runtime exports it")
}

/// Asks the runtime.
pub fn ask<T>(chain: &mut Chain, query: Result<Query<T>, ChainError>) -> T {
	let query = query.expect("the runtime has it");
	let answer = answer(chain, &query);
	query.decode(&answer, metadata()).expect("this program knows the answer")
}

/// Reads from the storage.
pub fn read<T>(chain: &mut Chain, item: Result<Item<T>, ChainError>) -> Option<T> {
	let item = item.expect("the runtime has it");
	let bytes = chain.with(|| sp_io::storage::get(&item.key))?;
	Some(item.decode(&bytes, metadata()).expect("this program knows the item"))
}

/// An account's bytes.
pub fn account(who: &AccountId) -> [u8; 32] {
	who.clone().into()
}
