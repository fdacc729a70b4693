// SPDX-License-Identifier: Apache-2.0

//! The operator's configuration: a TOML file, in which every key but three has a default.

mod settlement;

pub use settlement::SettlementConfig;

use crate::engine::{FeeFloors, MempoolConfig};
use ligature_chain::Signer;
use ligature_operator_api::Hash32;
use ligature_primitives::{
	amount::Fee,
	constants::{JoinClass, SizeClass},
	ids::{ChainId, Owner, TokenId},
};
use ligature_service_kit::{SecretFileError, duration, logs::Format, read_secret};
use serde::Deserialize;
use std::{
	collections::BTreeMap,
	fmt,
	net::{IpAddr, Ipv4Addr, SocketAddr},
	path::PathBuf,
	time::Duration,
};

/// Why a configuration is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// No key, or two.
	#[error("[key] must have either `suri` or `file`")]
	OneKey,
	/// The file of the key.
	#[error(transparent)]
	KeyFile(#[from] SecretFileError),
	/// The secret is none.
	#[error("the key: {0}")]
	Secret(#[from] ligature_chain::ChainError),
	/// A value is outside its range.
	#[error("`{key}` is {value}, and must be {wanted}")]
	Range {
		/// The key.
		key: &'static str,
		/// Its value.
		value: String,
		/// What it must be.
		wanted: &'static str,
	},
	/// The same token twice.
	#[error("[[fees.token]] names token {token} of chain {chain} twice")]
	TokenTwice {
		/// The chain.
		chain: u8,
		/// The token.
		token: u16,
	},
}

/// The operator's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The folder of the database.
	pub data: PathBuf,
	/// WebSocket addresses of the chains, in any order.
	pub chains: Vec<String>,
	/// A chain that answers nothing for so long stops the building of blocks.
	#[serde(with = "duration", default = "default_unreachable_after")]
	pub unreachable_after: Duration,
	/// The L1 account that commits and executes.
	pub key: KeyConfig,
	/// For wallets, provers and oracles.
	#[serde(default)]
	pub rpc: RpcConfig,
	/// For the operator's own people.
	#[serde(default)]
	pub admin: AdminConfig,
	/// For Prometheus.
	#[serde(default)]
	pub metrics: Option<MetricsConfig>,
	/// What blocks are like.
	#[serde(default)]
	pub block: BlockConfig,
	/// Limits of what waits.
	#[serde(default)]
	pub mempool: MempoolLimits,
	/// The least fees.
	#[serde(default)]
	pub fees: FeeConfig,
	/// How calls reach the chains.
	#[serde(default)]
	pub settlement: SettlementConfig,
	/// Logs.
	#[serde(default)]
	pub log: LogConfig,
}

/// The L1 account that commits and executes.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyConfig {
	/// The secret itself.
	pub suri: Option<String>,
	/// A file with it.
	pub file: Option<PathBuf>,
	/// Whose accounts on the ledger get the fees; none: the account's of the key.
	pub fee_owner: Option<Hash32>,
}

/// Where wallets, provers and oracles call, and how much of it is served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RpcConfig {
	/// The address.
	pub listen: SocketAddr,
	/// Most connections at a time.
	pub max_connections: u32,
	/// Most subscriptions of one connection.
	pub max_subscriptions: u32,
	/// Most bytes of a request.
	pub max_request: u32,
	/// Most bytes of an answer.
	pub max_response: u32,
	/// Most calls in one JSON-RPC batch.
	pub max_calls: u32,
}

/// Where the operator's own people call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdminConfig {
	/// The address: a loopback one.
	pub listen: SocketAddr,
}

/// Where Prometheus asks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
	/// The address.
	pub listen: SocketAddr,
}

/// What blocks are like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlockConfig {
	/// Size class of a chain's half.
	pub class: u8,
	/// Class of the join.
	pub join_class: u8,
	/// Version of the circuits.
	pub circuits: u16,
	/// How long an operation waits at most for a block that is not full.
	#[serde(with = "duration")]
	pub max_wait: Duration,
	/// No block is built while so many are not certified on all chains.
	pub max_open: u64,
	/// Blocks that can be taken back from memory.
	pub undo: usize,
	/// Blocks between two snapshots.
	pub snapshot_every: u64,
}

/// Limits of what waits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MempoolLimits {
	/// Most transactions in all.
	pub capacity: usize,
	/// Most of one account.
	pub per_account: usize,
	/// How far a nonce may be ahead.
	pub window: u32,
}

/// The least fees.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeeConfig {
	/// Where nothing else is said.
	pub default: Whole,
	/// What is said.
	pub token: Vec<TokenFee>,
}

/// The least fee in one token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenFee {
	/// The chain.
	pub chain: u8,
	/// The token.
	pub token: u16,
	/// The least fee.
	pub least: Whole,
}

/// Logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
	/// How a line looks.
	pub format: Format,
	/// Which lines there are.
	pub filter: String,
}

/// A whole number that may be beyond what TOML holds: a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Whole(pub ligature_operator_api::Decimal);

impl Whole {
	/// The number.
	pub const fn get(self) -> u128 {
		self.0.0
	}
}

const fn loopback(port: u16) -> SocketAddr {
	SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

const fn default_unreachable_after() -> Duration {
	Duration::from_secs(120)
}

impl Default for RpcConfig {
	fn default() -> Self {
		Self {
			listen: loopback(9700),
			max_connections: 256,
			max_subscriptions: 64,
			max_request: 2 << 20,
			max_response: 16 << 20,
			max_calls: 64,
		}
	}
}

impl Default for AdminConfig {
	fn default() -> Self {
		Self { listen: loopback(9701) }
	}
}

impl Default for BlockConfig {
	fn default() -> Self {
		Self {
			class: 2,
			join_class: 2,
			circuits: 1,
			max_wait: Duration::from_secs(2),
			max_open: 3,
			undo: 64,
			snapshot_every: 64,
		}
	}
}

impl Default for MempoolLimits {
	fn default() -> Self {
		let MempoolConfig { capacity, per_account, window } = MempoolConfig::default();
		Self { capacity, per_account, window }
	}
}

impl Default for LogConfig {
	fn default() -> Self {
		Self { format: Format::Human, filter: "info".into() }
	}
}

impl fmt::Debug for KeyConfig {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { suri, file, fee_owner } = self;
		let suri = suri.as_ref().map(|_| "…");
		let mut debug = f.debug_struct("KeyConfig");
		debug.field("suri", &suri).field("file", file).field("fee_owner", fee_owner).finish()
	}
}

impl KeyConfig {
	/// The key.
	///
	/// # Errors
	///
	/// [`ConfigError::OneKey`], [`ConfigError::KeyFile`], [`ConfigError::Secret`].
	pub fn signer(&self) -> Result<Signer, ConfigError> {
		let secret = match (&self.suri, &self.file) {
			(Some(suri), None) => suri.trim().to_owned().into(),
			(None, Some(path)) => read_secret(path)?,
			_ => return Err(ConfigError::OneKey),
		};
		Ok(Signer::from_suri(&secret)?)
	}

	/// Whose accounts on the ledger get the fees.
	pub fn fee_owner(&self, signer: &Signer) -> Owner {
		Owner(self.fee_owner.map_or_else(|| signer.account(), |owner| owner.0))
	}
}

impl Config {
	/// A configuration with every key, its default and what it means.
	pub const EXAMPLE: &'static str = include_str!("../operator.example.toml");

	/// Checks what the types do not.
	///
	/// # Errors
	///
	/// [`ConfigError`]. The key is not read.
	pub fn check(&self) -> Result<(), ConfigError> {
		let Self { chains, block, admin, mempool, .. } = self;
		range((2..=4).contains(&chains.len()), "chains", &chains.len(), "2 to 4 addresses")?;
		let classes = 1..=3;
		range(classes.contains(&block.class), "block.class", &block.class, "1, 2 or 3")?;
		let join = &block.join_class;
		range(classes.contains(join), "block.join_class", join, "1, 2 or 3")?;
		// The chains take 64 open blocks.
		let open = &block.max_open;
		range((1..=64).contains(open), "block.max_open", open, "1 to 64")?;
		let undo = &block.undo;
		range(*undo as u64 >= block.max_open, "block.undo", undo, "block.max_open at least")?;
		let snapshots = &block.snapshot_every;
		range(*snapshots > 0, "block.snapshot_every", snapshots, "1 at least")?;
		let capacity = &mempool.capacity;
		range(*capacity > 0, "mempool.capacity", capacity, "1 at least")?;
		range(mempool.per_account > 0, "mempool.per_account", &mempool.per_account, "1 at least")?;
		let address = &admin.listen;
		range(address.ip().is_loopback(), "admin.listen", address, "a loopback address")?;
		self.settlement.check()?;
		self.block.classes()?;
		self.fees.floors().map(drop)
	}
}

fn range(
	good: bool,
	key: &'static str,
	value: &dyn ToString,
	wanted: &'static str,
) -> Result<(), ConfigError> {
	match good {
		true => Ok(()),
		false => Err(ConfigError::Range { key, value: value.to_string(), wanted }),
	}
}

impl BlockConfig {
	/// The classes.
	///
	/// # Errors
	///
	/// [`ConfigError::Range`].
	pub fn classes(&self) -> Result<(SizeClass, JoinClass), ConfigError> {
		let error = |key, value: u8| ConfigError::Range {
			key,
			value: value.to_string(),
			wanted: "1, 2 or 3",
		};
		let class = SizeClass::new(self.class).map_err(|_| error("block.class", self.class))?;
		let join = JoinClass::new(self.join_class)
			.map_err(|_| error("block.join_class", self.join_class))?;
		Ok((class, join))
	}
}

impl MempoolLimits {
	/// As the engine takes them.
	pub const fn config(&self) -> MempoolConfig {
		let Self { capacity, per_account, window } = *self;
		MempoolConfig { capacity, per_account, window }
	}
}

impl FeeConfig {
	/// As the engine takes them.
	///
	/// # Errors
	///
	/// [`ConfigError::Range`], [`ConfigError::TokenTwice`].
	pub fn floors(&self) -> Result<FeeFloors, ConfigError> {
		let fee = |key, value: Whole| {
			Fee::new(value.get()).map_err(|_| ConfigError::Range {
				key,
				value: value.0.to_string(),
				wanted: "below 2^80",
			})
		};
		let mut floors = BTreeMap::new();
		for TokenFee { chain, token, least } in &self.token {
			let place = (ChainId(*chain), TokenId(*token));
			if floors.insert(place, fee("fees.token.least", *least)?).is_some() {
				return Err(ConfigError::TokenTwice { chain: *chain, token: *token });
			}
		}
		Ok(FeeFloors { default: fee("fees.default", self.default)?, floors })
	}
}

#[cfg(test)]
mod tests;
