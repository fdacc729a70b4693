// SPDX-License-Identifier: Apache-2.0

//! What the prover of the join knows.

use super::order::interleave;
use ligature_primitives::{
	constants::MAX_CHAINS,
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId},
	log::LogEntry,
	poseidon::Word,
};

/// One chain's joint log, as the header says. An absent chain is the default: 0, 0, 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainLog {
	/// The chain, from 1; 0 if the network has fewer.
	pub chain: ChainId,
	/// Entries of the log.
	pub count: u32,
	/// Commitment to them.
	pub commitment: Word,
}

/// A joint operation by its two entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinOperation {
	/// E0, of side 0.
	pub home: LogEntry,
	/// E1, of side 1.
	pub far: LogEntry,
}

/// Public values and witness of the join of one block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinWitness {
	/// The network.
	pub network: NetworkId,
	/// Version of the circuits.
	pub version: u16,
	/// The block's number.
	pub number: BlockNumber,
	/// The chains' logs, in the order of the header.
	pub chains: [ChainLog; MAX_CHAINS],
	/// The joint operations in an order that gives the logs.
	pub operations: Vec<JoinOperation>,
}

/// Why logs are not those of a header's joint operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
	/// There is not one log for each chain, or there are too many chains.
	#[error("{logs} logs for {chains} chains")]
	Chains {
		/// Chains of the header.
		chains: usize,
		/// Logs given.
		logs: usize,
	},
	/// An entry has no other half that could stand beside it.
	#[error("entry {entry} of the log of chain {chain} has no other half")]
	Unpaired {
		/// The log's chain.
		chain: ChainId,
		/// The entry, from 0.
		entry: usize,
	},
}

impl JoinWitness {
	/// The join of a block: what its header says, and the chains' logs, in the order of the header's
	/// chains, from which the order of the joint operations is found.
	///
	/// Whether the operations keep the rules is for [`check`](Self::check) to say.
	///
	/// # Errors
	///
	/// If the halves cannot be paired.
	pub fn new(header: &Header, logs: &[&[LogEntry]]) -> Result<Self, WitnessError> {
		let parts = &header.chains;
		if parts.len() != logs.len() || parts.len() > MAX_CHAINS {
			return Err(WitnessError::Chains { chains: parts.len(), logs: logs.len() });
		}
		let mut chains = [ChainLog::default(); MAX_CHAINS];
		for (log, part) in chains.iter_mut().zip(parts) {
			*log = ChainLog {
				chain: part.chain,
				count: part.log_count,
				commitment: part.log_commitment,
			};
		}
		let ids: Vec<ChainId> = parts.iter().map(|part| part.chain).collect();
		Ok(Self {
			network: header.network,
			version: header.circuit_version,
			number: header.number,
			chains,
			operations: interleave(&ids, logs)?,
		})
	}
}
