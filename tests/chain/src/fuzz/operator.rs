// SPDX-License-Identifier: Apache-2.0

//! What moves blocks: the operator builds and commits, somebody proves, relays and executes.

use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId, Owner},
	vote::VoteKind,
};
use ligature_runtime::{Rollup, RootOracle, Runtime};
use pallet_rollup::{BlockStatus, Counters, Operators, Refusals, Stage, traits::OracleEpochs};

use super::{CHAINS, Fuzz, Letter};
use crate::{
	network::Built,
	people::{ALICE, ONE, Person, TWO},
	proofs::simulated,
	settlement::{commit_call, prove_call},
};

/// Blocks built and not executed on all chains.
const MOST_OPEN: u64 = 7;

/// Blocks of a run of the rollup with which one operator commits.
const TURN: u64 = 32;

impl Fuzz {
	/// Builds a block, or does the next thing about one, or mends what stops them.
	pub(super) fn work(&mut self) {
		if self.stuck || self.is_halted() {
			if self.story.chance(40) {
				self.repair();
			}
			return;
		}
		if self.story.chance(35) {
			self.build();
		} else if let Some(letter) = self.next_step() {
			let commits = matches!(
				letter.call,
				ligature_runtime::RuntimeCall::Rollup(pallet_rollup::Call::commit_block { .. })
			);
			let taken = self.post(letter);
			self.stuck = commits && !taken;
		}
	}

	/// Builds the next block, unless there are enough or no chain would take it.
	pub(super) fn build(&mut self) {
		let over = CHAINS.map(|chain| self.exodus(chain)).iter().any(Option::is_some);
		let executed = CHAINS.map(|chain| self.network.executed(chain).0);
		let number = BlockNumber(self.network.blocks().len() as u64 + 1);
		if over || number.0 > executed[0].min(executed[1]) + MOST_OPEN {
			return;
		}
		let epochs = CHAINS.map(|chain| {
			let chain = self.network.chain(chain);
			chain.with(|| RootOracle::epoch_of(number))
		});
		if epochs[0].is_err() || epochs[0] != epochs[1] {
			// The chains' oracles differ, or their notice is not over: it helps to wait or to withdraw.
			if self.story.chance(50) {
				self.withdraw_epochs(number);
			}
			return;
		}
		let class = self.story.one_of(&[1, 2, 2, 3]);
		self.network.set_class(class);
		self.network.begin();
		for chain in CHAINS {
			let most = self.story.one_of(&[0, 1, 3, 1_000]);
			for _ in 0..most {
				if !self.network.serve_next(chain) {
					break;
				}
			}
		}
		for _ in 0..self.dice(10) {
			// What the ledger refuses is simply not in the block.
			let _ = self.story.operate(&mut self.network);
		}
		if self.story.chance(30) {
			self.pay_strangers();
		}
		self.network.seal();
	}

	/// Withdrawals that cannot be paid when the block is executed: to custody, and less than an account needs.
	fn pay_strangers(&mut self) {
		let (chain, who) = (self.story.chain(), self.story.user());
		let receiver = match self.dice(3) {
			0 => Owner(self.network.chain(chain).with(Rollup::custody).into()),
			_ => self.story.one_of(&[ONE, TWO]).owner(),
		};
		let token = self.story.token();
		let value = u128::from(1 + self.dice(5));
		let _ = self.network.withdraw_to(chain, who, token, receiver, value);
	}

	/// What a chain knows about a block that was built, if it has that and not another of its number.
	pub(super) fn status(&mut self, chain: ChainId, block: &Built) -> Option<BlockStatus> {
		let status = self.network.chain(chain).with(|| Rollup::status_of(block.number()))?;
		(status.hash == block.hash()).then_some(status)
	}

	/// Something that can be done about a block on some chain.
	pub(super) fn next_step(&mut self) -> Option<Letter> {
		let chain = self.story.chain();
		let Counters { committed, proven, certified, executed } = self.network.counters(chain);
		let built = self.network.blocks().len() as u64;
		let after = |number: BlockNumber| (number.0 < built).then_some(number.0 as usize);
		let mut steps = Vec::new();
		if let Some(next) = after(committed).filter(|_| self.exodus(chain).is_none()) {
			let block = self.network.blocks()[next].clone();
			steps.extend(self.commit_letter(chain, &block));
		}
		if let Some(next) = after(proven).filter(|_| proven < committed) {
			let block = self.network.blocks()[next].clone();
			if self.status(chain, &block).is_some() {
				let call = prove_call(&block.header, simulated(&block.header));
				steps.push(Letter::new(chain, self.helper(), call));
			}
		}
		if let Some(next) = after(certified).filter(|_| certified < proven) {
			let block = self.network.blocks()[next].clone();
			if self.sign_block(&block) {
				steps.extend(self.relay_letter(chain, &block.block_message()));
			}
		}
		if executed < certified {
			let block = self.network.built(BlockNumber(executed.0 + 1)).clone();
			let who = if self.story.chance(80) { ALICE } else { self.helper() };
			steps.push(Letter::new(chain, who, block.execute_call(Self::place(chain))));
		}
		let choice = self.dice(steps.len().max(1) as u32) as usize;
		(choice < steps.len()).then(|| steps.swap_remove(choice))
	}

	/// The commit of a block by the operator whose turn it is, if we know them.
	fn commit_letter(&mut self, chain: ChainId, block: &Built) -> Option<Letter> {
		let number = block.number().0;
		let operators = self.network.chain(chain).with(Operators::<Runtime>::get);
		let turn = (number / TURN) as usize % operators.len().max(1);
		let who = Person::of(operators.get(turn)?)?;
		let data = &block.data[Self::place(chain)];
		Some(Letter::new(chain, who, commit_call(&block.header, data)))
	}

	/// Anybody who can pay.
	pub(super) fn helper(&mut self) -> Person {
		if self.story.chance(30) { ALICE } else { self.story.user() }
	}

	/// Whether the oracles have signed that a block is proven on all chains, or do so now.
	///
	/// They do if it is, if they are alive, and if they have signed no freeze below it; a block that is refused
	/// somewhere is not proven there.
	pub(super) fn sign_block(&mut self, block: &Built) -> bool {
		let key = (block.number(), block.hash());
		if self.signed.contains(&key) {
			return true;
		}
		let proven = CHAINS.map(|chain| {
			self.status(chain, block).is_some_and(|status| status.stage >= Stage::Proven)
		});
		let below = self.freeze.is_none_or(|freeze| block.number() <= freeze);
		let signs = self.oracles_alive && proven == [true; 2] && below;
		if signs {
			self.signed.insert(key);
		}
		signs
	}

	/// Whether a chain shall never prove a block.
	pub(super) fn is_refused(&mut self, chain: ChainId, number: BlockNumber, hash: Digest) -> bool {
		self.network.chain(chain).with(|| Refusals::<Runtime>::contains_key(number, hash))
	}

	/// The letter that brings what the oracles have signed.
	pub(super) fn relay_letter(
		&mut self,
		chain: ChainId,
		message: &ligature_primitives::vote::VoteMessage,
	) -> Option<Letter> {
		let members =
			self.network.chain(chain).with(|| RootOracle::members_of(message.oracle_epoch));
		let certificate = crate::oracles::certificate_by(message, &members?);
		let call = crate::settlement::relay_call(message.kind, certificate);
		Some(Letter::new(chain, self.helper(), call))
	}

	/// A message about a block, under the epoch that a chain has for its number.
	pub(super) fn message(
		&mut self,
		chain: ChainId,
		kind: VoteKind,
		about: ChainId,
		block: &Built,
	) -> ligature_primitives::vote::VoteMessage {
		let mut message = match kind {
			VoteKind::Block => block.block_message(),
			_ => block.message(kind, about),
		};
		let epochs = self.network.chain(chain).with(RootOracle::epochs);
		let epoch = epochs.iter().rev().find(|epoch| epoch.first_block <= block.number());
		if let Some(epoch) = epoch {
			(message.oracle_epoch, message.member_set_hash) = (epoch.number, epoch.hash);
		}
		message
	}
}
