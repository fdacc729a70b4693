// SPDX-License-Identifier: Apache-2.0

//! The identity of a chain, at genesis and in storage.

use polkadot_sdk::*;

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::ConstU32};
use ligature_primitives::{
	constants::MAX_CHAINS,
	header::Network,
	ids::{ChainId, NetworkId},
	refusal::Refusal,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The identity of a chain as a chain specification writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisIdentity {
	/// Number of the network, which every signature of the rollup binds.
	pub network: u32,
	/// Number of this chain in the network.
	pub chain: u8,
	/// Numbers of all chains of the network, ascending.
	pub chains: Vec<u8>,
}

/// The network of a chain, and its place in it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct NetworkIdentity {
	/// Number of the network.
	pub network: NetworkId,
	/// Number of this chain.
	pub chain: ChainId,
	/// Numbers of all chains of the network, ascending.
	pub chains: BoundedVec<ChainId, ConstU32<{ MAX_CHAINS as u32 }>>,
}

impl NetworkIdentity {
	/// Whether the list is one that the protocol allows and this chain is in it.
	///
	/// Errors: [`Refusal::ChainCount`], [`Refusal::ChainOrder`], [`Refusal::UnknownChain`].
	pub fn check(&self) -> Result<(), Refusal> {
		let network = Network::new(self.network, self.chains.to_vec())?;
		network.position(self.chain).map(|_| ())
	}
}

impl TryFrom<&GenesisIdentity> for NetworkIdentity {
	type Error = Refusal;

	fn try_from(genesis: &GenesisIdentity) -> Result<Self, Refusal> {
		let chains: Vec<_> = genesis.chains.iter().copied().map(ChainId).collect();
		let identity = Self {
			network: NetworkId(genesis.network),
			chain: ChainId(genesis.chain),
			chains: chains.try_into().map_err(|_| Refusal::ChainCount)?,
		};
		identity.check()?;
		Ok(identity)
	}
}
