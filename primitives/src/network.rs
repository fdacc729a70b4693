// SPDX-License-Identifier: Apache-2.0

//! A network: the ordered list of its chains.

use ark_std::vec::Vec;

use crate::{
	constants::{MAX_CHAINS, MIN_CHAINS},
	ids::{ChainId, NetworkId},
	refusal::Refusal,
};

/// A network's id and its chains, in strictly ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
	id: NetworkId,
	chains: Vec<ChainId>,
}

impl Network {
	/// A network of 2 to 4 chains ([`Refusal::ChainCount`]) in strictly ascending order from 1
	/// ([`Refusal::ChainOrder`]).
	pub fn new(id: NetworkId, chains: Vec<ChainId>) -> Result<Self, Refusal> {
		check_chains(chains.iter().copied())?;
		Ok(Self { id, chains })
	}

	/// The network's id.
	pub fn id(&self) -> NetworkId {
		self.id
	}

	/// The chains, ascending.
	pub fn chains(&self) -> &[ChainId] {
		&self.chains
	}

	/// The place of a chain in the list, or [`Refusal::UnknownChain`].
	pub fn position(&self, chain: ChainId) -> Result<usize, Refusal> {
		self.chains.binary_search(&chain).map_err(|_| Refusal::UnknownChain)
	}

	/// Whether the chain belongs to the network.
	pub fn contains(&self, chain: ChainId) -> bool {
		self.position(chain).is_ok()
	}
}

/// Checks number and order of a list of chains.
pub(crate) fn check_chains(chains: impl ExactSizeIterator<Item = ChainId>) -> Result<(), Refusal> {
	if !(MIN_CHAINS..=MAX_CHAINS).contains(&chains.len()) {
		return Err(Refusal::ChainCount);
	}
	let mut last = ChainId(0);
	for chain in chains {
		if chain <= last {
			return Err(Refusal::ChainOrder);
		}
		last = chain;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn network(chains: &[u8]) -> Result<Network, Refusal> {
		Network::new(NetworkId(1), chains.iter().copied().map(ChainId).collect())
	}

	#[test]
	fn chains_are_two_to_four_and_ascend_from_one() {
		assert_eq!(network(&[1]), Err(Refusal::ChainCount));
		assert_eq!(network(&[1, 2, 3, 4, 5]), Err(Refusal::ChainCount));
		assert_eq!(network(&[0, 1]), Err(Refusal::ChainOrder));
		assert_eq!(network(&[2, 2]), Err(Refusal::ChainOrder));
		assert_eq!(network(&[2, 1]), Err(Refusal::ChainOrder));
		let network = network(&[1, 7, 255]).expect("valid");
		assert_eq!(network.position(ChainId(7)), Ok(1));
		assert_eq!(network.position(ChainId(2)), Err(Refusal::UnknownChain));
	}
}
