// SPDX-License-Identifier: Apache-2.0

//! The block header: what all chains agree on for a block, byte for byte (section 11 of
//! `docs/protocol.md`).

use ark_ff::AdditiveGroup;
use ark_std::vec::Vec;

use crate::{
	bytes::{Fixed, take, take_u8, take_u16, take_u32},
	constants::{
		JoinClass, MAX_ACCOUNTS, MAX_CHAINS, MIN_CHAINS, NETWORK_BITS, PROTOCOL_VERSION, SizeClass,
	},
	digest::blake2,
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Timestamp},
	network::check_chains,
	pack::Pack,
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
	scale_as_bytes,
};

pub use crate::{digest::Digest, network::Network};

/// Bytes of a header before its chains' parts.
pub const HEAD_BYTES: usize = 161;
/// Bytes of one chain's part.
pub const CHAIN_BYTES: usize = 152;

/// The header of a rollup block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
	/// The network.
	pub network: NetworkId,
	/// Hash of the network's chains and their L1 genesis.
	pub chain_list_hash: Digest,
	/// The block's number.
	pub number: BlockNumber,
	/// Hash of the header before.
	pub parent: Digest,
	/// How often the chains have reverted; the same on all.
	pub revert_epoch: u32,
	/// Epoch of the oracles that certify the block.
	pub oracle_epoch: u32,
	/// Hash of that epoch's members.
	pub member_set_hash: Digest,
	/// The block's time.
	pub timestamp: Timestamp,
	/// Version of the circuits.
	pub circuit_version: u16,
	/// Hash of the verifying keys that the block's proofs need.
	pub keys_digest: Digest,
	/// Class of the join.
	pub join_class: JoinClass,
	/// The chains' parts, in ascending order of their ids: all chains of the network.
	pub chains: Vec<ChainHeader>,
}

/// One chain's part of a [`Header`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHeader {
	/// The chain.
	pub chain: ChainId,
	/// Size of the chain's half.
	pub size_class: SizeClass,
	/// State root before the block.
	pub old_root: Word,
	/// State root after the block.
	pub new_root: Word,
	/// Next free account index before the block: at most 2^24.
	pub old_next: u32,
	/// Next free account index after the block: at most 2^24.
	pub new_next: u32,
	/// The account that gets the fees.
	pub fee_account: AccountIndex,
	/// Commitment to the public data; 0 for an empty half.
	pub data_commitment: Word,
	/// Length of the public data in bytes.
	pub data_length: u32,
	/// Commitment to the joint log; 0 if nothing was joint.
	pub log_commitment: Word,
	/// Entries of the joint log.
	pub log_count: u32,
	/// Priority operations that the half consumes.
	pub priority_count: u16,
}

impl Header {
	/// The header of block 0: nothing has happened, `empty_root` is the root of every chain.
	pub fn genesis(
		network: &Network,
		chain_list_hash: Digest,
		member_set_hash: Digest,
		empty_root: Word,
	) -> Self {
		let chains = network.chains().iter();
		Self {
			network: network.id(),
			chain_list_hash,
			number: BlockNumber(0),
			parent: [0; 32],
			revert_epoch: 0,
			oracle_epoch: 0,
			member_set_hash,
			timestamp: Timestamp::default(),
			circuit_version: 0,
			keys_digest: [0; 32],
			join_class: JoinClass::EMPTY,
			chains: chains.map(|chain| ChainHeader::unchanged(*chain, empty_root, 0)).collect(),
		}
	}

	/// The header's bytes: 161, and 152 per chain.
	pub fn encode(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(HEAD_BYTES + CHAIN_BYTES * self.chains.len());
		out.push(PROTOCOL_VERSION);
		self.network.put(&mut out);
		out.extend(self.chain_list_hash);
		self.number.put(&mut out);
		out.extend(self.parent);
		out.extend(self.revert_epoch.to_be_bytes());
		out.extend(self.oracle_epoch.to_be_bytes());
		out.extend(self.member_set_hash);
		self.timestamp.put(&mut out);
		out.extend(self.circuit_version.to_be_bytes());
		out.extend(self.keys_digest);
		out.push(self.join_class.get());
		out.push(self.chains.len() as u8);
		self.chains.iter().for_each(|chain| chain.put(&mut out));
		out
	}

	/// Reads what [`Header::encode`] writes of a header with 2 to 4 chains in ascending order, and
	/// nothing else.
	///
	/// # Errors
	///
	/// [`Refusal::BadLength`], [`Refusal::WrongVersion`], [`Refusal::ChainCount`],
	/// [`Refusal::WordNotCanonical`], [`Refusal::ChainOrder`], [`Refusal::UnknownClass`],
	/// [`Refusal::TimeTooLarge`], [`Refusal::IndexTooLarge`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		let count = usize::from(*bytes.get(HEAD_BYTES - 1).ok_or(Refusal::BadLength)?);
		let mut bytes = bytes;
		let input = &mut bytes;
		if take_u8(input)? != PROTOCOL_VERSION {
			return Err(Refusal::WrongVersion);
		}
		if !(MIN_CHAINS..=MAX_CHAINS).contains(&count) {
			return Err(Refusal::ChainCount);
		}
		if input.len() != HEAD_BYTES - 1 + CHAIN_BYTES * count {
			return Err(Refusal::BadLength);
		}
		let mut header = Self {
			network: Fixed::take(input)?,
			chain_list_hash: take(input)?,
			number: Fixed::take(input)?,
			parent: take(input)?,
			revert_epoch: take_u32(input)?,
			oracle_epoch: take_u32(input)?,
			member_set_hash: take(input)?,
			timestamp: Fixed::take(input)?,
			circuit_version: take_u16(input)?,
			keys_digest: take(input)?,
			join_class: JoinClass::new(take_u8(input)?)?,
			chains: Vec::with_capacity(count),
		};
		// The count, read above.
		take_u8(input)?;
		for _ in 0..count {
			header.chains.push(ChainHeader::take(input)?);
		}
		check_chains(header.chains.iter().map(|chain| chain.chain))?;
		Ok(header)
	}

	/// The header hash, by which everybody names the block.
	pub fn hash(&self) -> Digest {
		blake2("ligature/header/1", &[&self.encode()])
	}

	/// The part of a chain, or [`Refusal::UnknownChain`].
	pub fn chain(&self, chain: ChainId) -> Result<&ChainHeader, Refusal> {
		self.chains.iter().find(|part| part.chain == chain).ok_or(Refusal::UnknownChain)
	}

	/// The final root: the number and all chains' roots after the block.
	pub fn final_root(&self) -> Word {
		let roots: Vec<_> = self.chains.iter().map(|chain| chain.new_root).collect();
		final_root(self.number, &roots)
	}

	/// The final root of the block before: its number and all chains' roots before the block. 0 for
	/// block 0.
	pub fn old_final_root(&self) -> Word {
		let roots: Vec<_> = self.chains.iter().map(|chain| chain.old_root).collect();
		let before = self.number.0.checked_sub(1).map(BlockNumber);
		before.map_or(Word::ZERO, |number| final_root(number, &roots))
	}

	/// Checks that what is empty is marked as empty, and nothing else (section 11.3 of
	/// `docs/protocol.md`).
	///
	/// # Errors
	///
	/// [`Refusal::BadEmptyHalf`], [`Refusal::BadJoinClass`].
	pub fn check_empty(&self) -> Result<(), Refusal> {
		self.chains.iter().try_for_each(ChainHeader::check_empty_half)?;
		let entries: u64 = self.chains.iter().map(|chain| u64::from(chain.log_count)).sum();
		let logs = self.chains.iter().all(|c| c.log_count != 0 || c.log_commitment == Word::ZERO);
		let class = self.join_class.is_empty() == (entries == 0);
		let fits = entries.is_multiple_of(2) && entries / 2 <= self.join_class.capacity().into();
		if logs && class && fits { Ok(()) } else { Err(Refusal::BadJoinClass) }
	}

	/// The public input of a chain's circuit, or [`Refusal::UnknownChain`].
	pub fn chain_public_input(&self, chain: ChainId) -> Result<Word, Refusal> {
		let part = self.chain(chain)?;
		let block = self
			.circuit_head(part.size_class.get(), chain.0)
			.field(self.timestamp.get().into(), 64)
			.word();
		let counters = Pack::new()
			.field(part.fee_account.get().into(), 24)
			.field(part.old_next.into(), 32)
			.field(part.new_next.into(), 32)
			.field(part.data_length.into(), 32)
			.field(part.log_count.into(), 32)
			.word();
		Ok(hash(
			Domain::CHAIN_INPUT,
			&[
				block,
				counters,
				part.old_root,
				part.new_root,
				part.data_commitment,
				part.log_commitment,
			],
		))
	}

	/// The public input of the join circuit.
	pub fn join_public_input(&self) -> Word {
		let mut words = [Word::ZERO; 1 + 2 * MAX_CHAINS];
		words[0] = Pack::new()
			.field(self.network.0.into(), NETWORK_BITS)
			.field(self.circuit_version.into(), 16)
			.field(self.join_class.get().into(), 8)
			.field(self.chains.len() as u128, 8)
			.field(self.number.0.into(), 64)
			.word();
		for (pair, part) in words[1..].chunks_exact_mut(2).zip(&self.chains) {
			pair[0] =
				Pack::new().field(part.chain.0.into(), 8).field(part.log_count.into(), 32).word();
			pair[1] = part.log_commitment;
		}
		hash(Domain::JOIN_INPUT, &words)
	}

	/// `pack(network, version, chain, class, number, …)`.
	fn circuit_head(&self, class: u8, chain: u8) -> Pack {
		Pack::new()
			.field(self.network.0.into(), NETWORK_BITS)
			.field(self.circuit_version.into(), 16)
			.field(chain.into(), 8)
			.field(class.into(), 8)
			.field(self.number.0.into(), 64)
	}
}

impl ChainHeader {
	/// The part of a chain on which nothing happens.
	pub const fn unchanged(chain: ChainId, root: Word, next: u32) -> Self {
		Self {
			chain,
			size_class: SizeClass::EMPTY,
			old_root: root,
			new_root: root,
			old_next: next,
			new_next: next,
			fee_account: AccountIndex::ZERO,
			data_commitment: Word::ZERO,
			data_length: 0,
			log_commitment: Word::ZERO,
			log_count: 0,
			priority_count: 0,
		}
	}

	/// Checks that class 0 and length 0 go together, and that such a half is
	/// [`ChainHeader::unchanged`]. [`Refusal::BadEmptyHalf`].
	pub fn check_empty_half(&self) -> Result<(), Refusal> {
		let empty = self.size_class.is_empty() || self.data_length == 0;
		if empty && *self != Self::unchanged(self.chain, self.old_root, self.old_next) {
			return Err(Refusal::BadEmptyHalf);
		}
		Ok(())
	}

	fn put(&self, out: &mut Vec<u8>) {
		self.chain.put(out);
		out.push(self.size_class.get());
		self.old_root.put(out);
		self.new_root.put(out);
		out.extend(self.old_next.to_be_bytes());
		out.extend(self.new_next.to_be_bytes());
		self.fee_account.put(out);
		self.data_commitment.put(out);
		out.extend(self.data_length.to_be_bytes());
		self.log_commitment.put(out);
		out.extend(self.log_count.to_be_bytes());
		out.extend(self.priority_count.to_be_bytes());
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			chain: Fixed::take(input)?,
			size_class: SizeClass::new(take_u8(input)?)?,
			old_root: Fixed::take(input)?,
			new_root: Fixed::take(input)?,
			old_next: take_next(input)?,
			new_next: take_next(input)?,
			fee_account: Fixed::take(input)?,
			data_commitment: Fixed::take(input)?,
			data_length: take_u32(input)?,
			log_commitment: Fixed::take(input)?,
			log_count: take_u32(input)?,
			priority_count: take_u16(input)?,
		})
	}
}

/// A next free index: at most 2^24.
fn take_next(input: &mut &[u8]) -> Result<u32, Refusal> {
	let next = take_u32(input)?;
	if next <= MAX_ACCOUNTS { Ok(next) } else { Err(Refusal::IndexTooLarge) }
}

scale_as_bytes!(Header, HEAD_BYTES + CHAIN_BYTES * MAX_CHAINS);

/// The final root of a block from the roots of all chains, in their order.
pub fn final_root(number: BlockNumber, roots: &[Word]) -> Word {
	hash(Domain::FINAL_ROOT, &[&[Word::from(number.0)], roots].concat())
}

/// The chain-list hash: which chains a network has, by their ids and the genesis hashes of their L1.
pub fn chain_list_hash(network: NetworkId, chains: &[(ChainId, Digest)]) -> Digest {
	let mut bytes = Vec::new();
	network.put(&mut bytes);
	bytes.push(chains.len() as u8);
	for (chain, genesis) in chains {
		chain.put(&mut bytes);
		bytes.extend(genesis);
	}
	blake2("ligature/chains/1", &[&bytes])
}

/// The member-set hash of an oracle epoch; the members' ed25519 keys in ascending order.
pub fn member_set_hash(epoch: u32, members: &[[u8; 32]]) -> Digest {
	let count = members.len() as u16;
	let keys = members.as_flattened();
	blake2("ligature/members/1", &[&epoch.to_be_bytes(), &count.to_be_bytes(), keys])
}

/// The digest of one compressed verifying key.
pub fn verifying_key_digest(key: &[u8]) -> Digest {
	blake2("ligature/vk/1", &[key])
}

/// The keys digest of a block: circuit version, and class and verifying key's digest of the join and
/// of every chain's half. For class 0 there is no key; what stands there is ignored.
pub fn keys_digest(
	circuit_version: u16,
	join: (JoinClass, Digest),
	chains: &[(SizeClass, Digest)],
) -> Digest {
	let mut bytes = Vec::new();
	bytes.extend(circuit_version.to_be_bytes());
	let mut put = |class: u8, key: &Digest| {
		bytes.push(class);
		bytes.extend(if class == 0 { &[0; 32] } else { key });
	};
	put(join.0.get(), &join.1);
	chains.iter().for_each(|(class, key)| put(class.get(), key));
	blake2("ligature/keys/1", &[&bytes])
}

#[cfg(test)]
mod tests;
