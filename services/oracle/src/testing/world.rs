// SPDX-License-Identifier: Apache-2.0

//! All chains of the tests' network, with their finalized and their best heads.

use super::{ALPHA, BETA, NETWORK, chain::State, child, genesis};
use crate::{
	keys::MemberKey,
	seen::{ChainSeen, Foreign, Seen},
};
use ligature_chain::Stage;
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, ChainId},
	vote::VoteMessage,
};
use std::collections::BTreeSet;

/// A chain: its state at each of its blocks, and how many of them are finalized.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
	/// The last one is still being built: nobody sees it.
	states: Vec<State>,
	finalized: usize,
}

impl Chain {
	/// The block that is being built.
	pub(crate) fn next(&self) -> &State {
		self.states.last().expect("there is the genesis")
	}

	/// The best block.
	pub(crate) fn best(&self) -> &State {
		&self.states[self.states.len() - 2]
	}

	/// The block that is being built, to act on.
	pub(crate) fn act(&mut self) -> &mut State {
		self.states.last_mut().expect("there is the genesis")
	}

	/// Number of the last finalized block.
	pub(crate) fn finalized(&self) -> usize {
		self.finalized
	}

	/// Ends the block that is being built, and begins the next one.
	pub(crate) fn grow(&mut self) {
		let mut next = self.next().clone();
		next.number += 1;
		next.time += 6;
		self.states.push(next);
	}

	/// Finalizes all blocks but so many.
	pub(crate) fn finalize(&mut self, but: usize) {
		self.finalized = self.finalized.max(self.states.len().saturating_sub(2 + but));
	}
}

/// All chains.
#[derive(Clone, Debug)]
pub(crate) struct World {
	pub(crate) chains: Vec<Chain>,
	pub(crate) members: Vec<[u8; 32]>,
}

/// The keys of so many members, in the order of their public keys.
pub(crate) fn keys(count: u8) -> Vec<MemberKey> {
	let mut keys: Vec<_> = (1..=count).map(|seed| MemberKey::from_seed(&[seed; 32])).collect();
	keys.sort_by_key(MemberKey::public);
	keys
}

impl World {
	/// Two chains whose network has just been opened, with so many members.
	pub(crate) fn new(members: u8) -> Self {
		let members: Vec<_> = keys(members).iter().map(MemberKey::public).collect();
		let genesis = genesis(&members);
		let chain = |id: ChainId| {
			let state = State::new(id, id == ALPHA, &genesis, &members);
			let mut chain = Chain { states: vec![state], finalized: 0 };
			chain.grow();
			chain
		};
		Self { chains: vec![chain(ALPHA), chain(BETA)], members }
	}

	/// The first member.
	pub(crate) fn member(&self) -> &[u8; 32] {
		&self.members[0]
	}

	pub(crate) fn chain(&mut self, id: ChainId) -> &mut Chain {
		&mut self.chains[usize::from(id.0) - 1]
	}

	/// The block that a chain is building, to act on.
	pub(crate) fn on(&mut self, id: ChainId) -> &mut State {
		self.chain(id).act()
	}

	/// A block after the last that a chain has committed.
	pub(crate) fn next_block(&self, id: ChainId, tree: u8) -> Header {
		let state = self.chains[usize::from(id.0) - 1].next();
		let parent = &state.blocks[&state.counters.committed];
		let header = child(parent, tree, state.revert_epoch);
		let epoch = state.epochs.iter().rev().find(|epoch| epoch.first_block <= header.number);
		let epoch = epoch.expect("the first begins with block 0");
		Header {
			oracle_epoch: epoch.number,
			member_set_hash: epoch.hash,
			timestamp: ligature_primitives::ids::Timestamp::new(
				state.time.max(parent.timestamp.get()),
			)
			.expect("in range"),
			..header
		}
	}

	/// Commits the same new block on all chains, and proves it if asked.
	pub(crate) fn block_on_all(&mut self, prove: bool) -> Header {
		let header = self.next_block(ALPHA, 0);
		for chain in &mut self.chains {
			chain.act().commit(&header).expect("it is next");
			if prove {
				chain.act().prove().expect("it is next");
			}
		}
		header
	}

	/// Certifies a block on all chains, as if all members had signed.
	pub(crate) fn certify_on_all(&mut self, header: &Header) {
		self.take_on_all(&VoteMessage::block(header));
	}

	/// Brings a message, signed by all members, to all chains; one of them at least takes it.
	pub(crate) fn take_on_all(&mut self, message: &VoteMessage) {
		let members = self.members.clone();
		let taken = self.chains.iter_mut().map(|chain| chain.act().take(message, &members));
		let taken: Vec<_> = taken.collect();
		assert!(taken.iter().any(Result::is_ok), "{taken:?}");
	}

	/// A block of each chain, and everything is finalized.
	pub(crate) fn finalize(&mut self) {
		for chain in &mut self.chains {
			chain.grow();
			chain.finalize(0);
		}
	}

	/// What the finalized heads say.
	pub(crate) fn seen(&self) -> Seen {
		let heads: Vec<_> = self.chains.iter().map(|chain| chain.finalized).collect();
		self.seen_at(&heads)
	}

	/// What these blocks of the chains say.
	pub(crate) fn seen_at(&self, heads: &[usize]) -> Seen {
		let states: Vec<_> =
			self.chains.iter().zip(heads).map(|(chain, head)| &chain.states[*head]).collect();
		let lowest = states.iter().map(|state| state.counters.certified).min();
		let lowest = lowest.expect("two chains");
		let mut chains: Vec<_> = states
			.iter()
			.zip(&self.chains)
			.map(|(state, chain)| chain_seen(state, chain.best().number, lowest))
			.collect();
		for (place, state) in states.iter().enumerate() {
			let others = chains.iter().filter(|other| other.chain != state.id);
			let foreign: BTreeSet<_> = others
				.flat_map(|other| other.blocks.values())
				.filter(|block| block.stage < Stage::Certified)
				.map(|block| (block.header.number, block.hash))
				.filter(|(number, hash)| !chains[place].has(*number, hash))
				.collect();
			let refused: Vec<_> = state.refusals.intersection(&foreign).copied().collect();
			let seen = &mut chains[place];
			seen.refused.extend(refused);
			let keys = state.keys.clone();
			seen.foreign = Some(Foreign { keys, ..Default::default() });
		}
		// The chains' clocks drift apart here; how old a head may be has a test of its own.
		let now = states.iter().map(|state| state.time * 1_000).min();
		Seen { network: NETWORK, chains, now: now.expect("two chains") }
	}
}

fn chain_seen(state: &State, best: u32, lowest: BlockNumber) -> ChainSeen {
	let blocks = state.blocks.range(lowest..);
	let blocks: std::collections::BTreeMap<_, _> =
		blocks.filter_map(|(number, _)| Some((*number, state.block(*number)?))).collect();
	let refused = blocks.iter().filter(|(_, block)| block.refused);
	ChainSeen {
		chain: state.id,
		finalized: state.number,
		best,
		time: state.time * 1_000,
		status: state.status(),
		epochs: state.epochs.clone(),
		refused: refused.map(|(number, block)| (*number, block.hash)).collect(),
		foreign: None,
		signed: Vec::new(),
		blocks,
	}
}
