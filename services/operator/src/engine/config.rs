// SPDX-License-Identifier: Apache-2.0

//! What the engine has to know.

use super::EngineError;
use ligature_primitives::{
	amount::Fee,
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network, keys_digest},
	ids::{ChainId, Owner, TokenId},
};
use std::collections::BTreeMap;

/// What the engine has to know.
#[derive(Clone, Debug)]
pub struct EngineConfig {
	/// The network.
	pub network: Network,
	/// The header of block 0.
	pub genesis: Header,
	/// Whose accounts get the fees; none: no fee can be paid.
	pub fee_owner: Option<Owner>,
	/// The largest size of a chain's half.
	pub class: SizeClass,
	/// The largest size of a join.
	pub join_class: JoinClass,
	/// The version of the circuits.
	pub circuit_version: u16,
	/// The digests of that version's keys.
	pub keys: KeyDigests,
	/// Limits of the mempool.
	pub mempool: MempoolConfig,
	/// The least fees.
	pub fees: FeeFloors,
	/// So many blocks can be taken back without reading the store.
	pub undo: usize,
	/// A snapshot is kept every so many blocks; 0: never.
	pub snapshot_every: u64,
}

impl EngineConfig {
	/// Checks that the parts fit together.
	pub(super) fn check(&self) -> Result<(), EngineError> {
		if self.class.is_empty() || !self.keys.halves.contains_key(&self.class) {
			return Err(EngineError::NoClassKey(self.class));
		}
		if self.join_class.is_empty() || !self.keys.joins.contains_key(&self.join_class) {
			return Err(EngineError::NoJoinKey(self.join_class));
		}
		let chains = self.genesis.chains.iter().map(|part| part.chain);
		let ours = chains.eq(self.network.chains().iter().copied());
		if !ours || self.genesis.network != self.network.id() || self.genesis.number.0 != 0 {
			return Err(EngineError::WrongGenesis);
		}
		Ok(())
	}
}

/// The digests of the verifying keys of one circuit version, by size. A size without a key is never used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyDigests {
	/// Of chains' halves.
	pub halves: BTreeMap<SizeClass, Digest>,
	/// Of joins.
	pub joins: BTreeMap<JoinClass, Digest>,
}

impl KeyDigests {
	/// The smallest class with a key that holds so many slots, and is not above `most`, which has a key.
	pub(super) fn half_for(&self, slots: u32, most: SizeClass) -> SizeClass {
		let mut classes = self.halves.keys().copied();
		classes
			.find(|class| class.capacity() >= slots && !class.is_empty())
			.map_or(most, |class| class.min(most))
	}

	/// The smallest class with a key that holds so many joint operations, and is not above `most`, which has a key.
	pub(super) fn join_for(&self, joint: u32, most: JoinClass) -> JoinClass {
		let mut classes = self.joins.keys().copied();
		classes
			.find(|class| class.capacity() >= joint && !class.is_empty())
			.map_or(most, |class| class.min(most))
	}

	/// The keys digest of a header with these classes.
	pub(super) fn digest(&self, version: u16, join: JoinClass, halves: &[SizeClass]) -> Digest {
		// Class 0 needs no key, and no other without one is ever used.
		let join = (join, self.joins.get(&join).copied().unwrap_or_default());
		let half =
			|class: &SizeClass| (*class, self.halves.get(class).copied().unwrap_or_default());
		keys_digest(version, join, &halves.iter().map(half).collect::<Vec<_>>())
	}
}

/// Limits of the mempool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MempoolConfig {
	/// Transactions in all; a quarter of that may wait for a nonce before theirs.
	pub capacity: usize,
	/// Transactions of one account; an AddLiquidity counts on both of its accounts.
	pub per_account: usize,
	/// How many nonces a transaction may skip.
	pub window: u32,
}

impl Default for MempoolConfig {
	fn default() -> Self {
		Self { capacity: 50_000, per_account: 256, window: 256 }
	}
}

/// The least fee per token of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeeFloors {
	/// Where nothing else is said.
	pub default: Fee,
	/// What is said.
	pub floors: BTreeMap<(ChainId, TokenId), Fee>,
}

impl FeeFloors {
	/// The least fee in a token of a chain.
	pub fn least(&self, chain: ChainId, token: TokenId) -> Fee {
		self.floors.get(&(chain, token)).copied().unwrap_or(self.default)
	}
}
