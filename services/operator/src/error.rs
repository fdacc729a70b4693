// SPDX-License-Identifier: Apache-2.0

//! Why the operator does not start, or does not go on.

use crate::{config::ConfigError, engine::EngineError, store::StoreError};
use ligature_chain::ChainError;
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	refusal::Refusal,
};
use ligature_service_kit::metrics::MetricsError;
use std::{io, net::SocketAddr, path::PathBuf};

/// Why the operator does not start, or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
	/// The configuration.
	#[error("configuration: {0}")]
	Config(#[from] ConfigError),
	/// A chain.
	#[error("{url}: {error}")]
	Chain {
		/// Where it is reached.
		url: String,
		/// What went wrong.
		error: ChainError,
	},
	/// A chain belongs to no network.
	#[error(
		"the chain at {url} belongs to no network: its genesis names none; configure another address"
	)]
	NoNetwork {
		/// Where it is reached.
		url: String,
	},
	/// A chain names a list that no network has.
	#[error("the chain at {url} names an impossible list of chains: {refusal}")]
	BadNetwork {
		/// Where it is reached.
		url: String,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The chains are not of one network.
	#[error(
		"the chains at {first} and {other} belong to different networks; configure the chains of one"
	)]
	DifferentNetworks {
		/// One.
		first: String,
		/// The other.
		other: String,
	},
	/// Chains are missing.
	#[error(
		"no address is configured for chain {} of network {network}; add it to `chains`",
		chains.iter().map(ChainId::to_string).collect::<Vec<_>>().join(", ")
	)]
	MissingChains {
		/// The chains.
		chains: Vec<ChainId>,
		/// The network.
		network: u32,
	},
	/// Two addresses lead to one chain.
	#[error("{first} and {other} are the same chain, number {chain}; configure each chain once")]
	ChainTwice {
		/// One.
		first: String,
		/// The other.
		other: String,
		/// The chain.
		chain: ChainId,
	},
	/// A chain's network is open with other chains.
	#[error(
		"chain {chain} knows other chains than these: the hash of its list is not that of their genesis blocks"
	)]
	OtherChains {
		/// The chain.
		chain: ChainId,
	},
	/// The header of block 0 is nowhere.
	#[error(
		"no chain remembers the header of block 0, and it is not in {}; restore that file from a backup",
		path.display()
	)]
	NoGenesis {
		/// Where it should be.
		path: PathBuf,
	},
	/// The header of block 0 differs from chain to chain.
	#[error("chain {chain} has another header of block 0 than chain {first}")]
	OtherGenesis {
		/// The first chain.
		first: ChainId,
		/// The other.
		chain: ChainId,
	},
	/// The chains' keys differ.
	#[error(
		"chains {first} and {chain} have not the same verifying keys of version {version}; no block would be taken by both"
	)]
	OtherKeys {
		/// The first chain.
		first: ChainId,
		/// The other.
		chain: ChainId,
		/// The version.
		version: u16,
	},
	/// A chain has blocks that are not here.
	#[error(
		"chain {chain} has committed block {number}, and the database {}: it is not this operator's, or an old copy; \
		 do not go on with it", if *.other { "has another one" } else { "has none of that number" }
	)]
	UnknownBlock {
		/// The chain.
		chain: ChainId,
		/// The block.
		number: BlockNumber,
		/// Whether another block of that number is here.
		other: bool,
	},
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The engine.
	#[error(transparent)]
	Engine(#[from] EngineError),
	/// An address cannot be listened on.
	#[error("cannot listen on {address}: {source}; give another address, or port 0 for a free one")]
	Listen {
		/// The address.
		address: SocketAddr,
		/// Why.
		source: io::Error,
	},
	/// Metrics.
	#[error(transparent)]
	Metrics(#[from] MetricsError),
	/// Two metrics have one name.
	#[error("metrics: {0}")]
	MetricNames(#[from] prometheus::Error),
	/// A file cannot be used.
	#[error("cannot use {}: {source}", path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// A part has ended by itself.
	#[error("{0} has ended unexpectedly; the log says why")]
	Ended(&'static str),
	/// The end was asked for before the start was done.
	#[error("ended before it had begun")]
	Interrupted,
}
