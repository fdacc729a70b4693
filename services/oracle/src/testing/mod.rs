// SPDX-License-Identifier: Apache-2.0

//! What the crate's tests share.

pub(crate) mod chain;
pub(crate) mod relay;
pub(crate) mod world;

use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::{ChainHeader, Header, Network, keys_digest, member_set_hash},
	ids::{BlockNumber, ChainId, NetworkId, Timestamp},
	poseidon::Word,
};

/// The network of the tests.
pub(crate) const NETWORK: NetworkId = NetworkId(7);
/// Its first chain.
pub(crate) const ALPHA: ChainId = ChainId(1);
/// Its second chain.
pub(crate) const BETA: ChainId = ChainId(2);

/// The time of the genesis, in seconds since 1970.
pub(crate) const START: u64 = 1_800_000_000;

/// Header of block 0.
pub(crate) fn genesis(members: &[[u8; 32]]) -> Header {
	let network = Network::new(NETWORK, vec![ALPHA, BETA]).expect("two chains, ascending");
	Header::genesis(&network, [1; 32], member_set_hash(0, members), Word::from(0u64))
}

/// An empty block after another. Blocks of different trees differ.
pub(crate) fn child(parent: &Header, tree: u8, revert_epoch: u32) -> Header {
	let chains = parent.chains.iter().map(|part| {
		let unchanged = ChainHeader::unchanged(part.chain, part.new_root, part.new_next);
		ChainHeader { new_root: Word::from(u64::from(tree)), ..unchanged }
	});
	let none = (SizeClass::EMPTY, [0; 32]);
	Header {
		number: BlockNumber(parent.number.0 + 1),
		parent: parent.hash(),
		revert_epoch,
		timestamp: Timestamp::new(parent.timestamp.get().max(START) + 1).expect("in range"),
		keys_digest: keys_digest(0, (JoinClass::EMPTY, [0; 32]), &[none; 2]),
		chains: chains.collect(),
		..parent.clone()
	}
}

/// The block with this number in a tree that differs from others from block 1 on.
pub(crate) fn header(number: u64, tree: u8, revert_epoch: u32) -> Header {
	let genesis = genesis(&[[1; 32]]);
	(0..number).fold(genesis, |parent, _| child(&parent, tree, revert_epoch))
}
