// SPDX-License-Identifier: Apache-2.0

//! Bringing the chains together again: after a block that one of them does not take, a revert on one of them, a
//! block of a bad operator, a halt, another set of operators.

use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	vote::VoteKind,
};
use ligature_runtime::Runtime;
use pallet_rollup::{Counters, Halted, Operators};

use super::{CHAINS, Fuzz, Letter};
use crate::people::ALICE;

/// How far a chain lets one revert raise the epoch.
const RISE: u32 = 1_024;

impl Fuzz {
	/// Whether a chain has stopped its blocks and could go on.
	pub(super) fn is_halted(&mut self) -> bool {
		CHAINS.iter().any(|chain| {
			let halted = |fuzz: &mut Self| fuzz.network.chain(*chain).with(Halted::<Runtime>::get);
			self.exodus(*chain).is_none() && !halted(self).is_over()
		})
	}

	/// Makes governance, oracles and the operator do what it takes so that blocks come again, from the last
	/// one on that all chains have and none refuses. In exodus nothing is mended.
	pub(super) fn repair(&mut self) {
		if CHAINS.iter().any(|chain| self.exodus(*chain).is_some()) {
			self.stuck = false;
			return;
		}
		for chain in CHAINS {
			self.install_operator(chain);
		}
		let common = CHAINS.map(|chain| self.common_with(chain)).into_iter().min();
		let to = common.expect("there are two chains; qed");
		self.refuse_above(to);
		let epochs = CHAINS.map(|chain| self.network.revert_epoch(chain));
		let named = self.network.named_revert_epoch();
		let target = 1 + epochs[0].max(epochs[1]).max(named);
		if CHAINS.iter().all(|chain| self.revert(*chain, to, target)) {
			self.network.forget(to);
			self.network.set_revert_epoch(target);
			self.stuck = false;
		}
		for chain in CHAINS {
			if !self.network.chain(chain).with(Halted::<Runtime>::get).is_over() {
				self.post(Letter::root(chain, pallet_rollup::Call::resume {}));
			}
		}
	}

	/// Makes Alice an operator if she is none.
	fn install_operator(&mut self, chain: ChainId) {
		let operators = self.network.chain(chain).with(Operators::<Runtime>::get);
		if !operators.contains(&ALICE.account()) || self.story.chance(20) {
			let operators = vec![ALICE.account()].try_into().expect("one is allowed; qed");
			self.must(Letter::root(chain, pallet_rollup::Call::set_operators { operators }));
		}
	}

	/// The last block that this chain has as it was built, and that no chain refuses.
	fn common_with(&mut self, chain: ChainId) -> BlockNumber {
		let Counters { committed, certified, .. } = self.network.counters(chain);
		let mut last = certified;
		let blocks: Vec<_> =
			self.network.blocks().iter().skip(certified.0 as usize).cloned().collect();
		for block in blocks.into_iter().take_while(|block| block.number() <= committed) {
			let (number, hash) = (block.number(), block.hash());
			let refused = CHAINS.iter().any(|chain| self.is_refused(*chain, number, hash));
			if refused || self.status(chain, &block).is_none() {
				break;
			}
			last = number;
		}
		last
	}

	/// Lets the oracles refuse the block above `to` where it is not proven, if some chain has proven it: only
	/// then it can go.
	fn refuse_above(&mut self, to: BlockNumber) {
		let proven = CHAINS.map(|chain| self.network.counters(chain).proven);
		let Some(block) = self.network.blocks().get(to.0 as usize).cloned() else { return };
		for (chain, other) in [(CHAINS[0], CHAINS[1]), (CHAINS[1], CHAINS[0])] {
			if proven[Self::place(other)] <= to || proven[Self::place(chain)] > to {
				continue;
			}
			if !self.is_refused(chain, block.number(), block.hash()) {
				let refuse = self.message(chain, VoteKind::Refuse, chain, &block);
				if let Some(letter) = self.relay_letter(chain, &refuse) {
					self.post(letter);
				}
			}
			if self.is_refused(chain, block.number(), block.hash()) {
				let refused = block.message(VoteKind::Refused, chain);
				if let Some(letter) = self.relay_letter(other, &refused) {
					self.post(letter);
				}
			}
		}
	}

	/// Reverts a chain, in as many steps as its epoch needs to rise to `target`.
	fn revert(&mut self, chain: ChainId, to: BlockNumber, target: u32) -> bool {
		loop {
			let own = self.network.revert_epoch(chain);
			if own >= target {
				return own == target;
			}
			let epoch = target.min(own + RISE);
			let letter =
				Letter::new(chain, ALICE, pallet_rollup::Call::revert_blocks { to, epoch });
			if !self.post(letter) {
				return false;
			}
		}
	}
}
