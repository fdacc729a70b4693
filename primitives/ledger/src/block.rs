// SPDX-License-Identifier: Apache-2.0

//! The block being executed: what it has taken so far, chain by chain.

use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, REGISTERS, SizeClass},
	ids::{AccountIndex, BlockNumber, PoolSlot, Timestamp, TokenId},
	log::LogEntry,
	op::Half,
	pubdata::Placement,
	refusal::Refusal,
};

/// What is decided about a block before its first operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockParams {
	/// One more than the last block's.
	pub number: BlockNumber,
	/// The block's time, not before the last block's.
	pub timestamp: Timestamp,
	/// The account that gets the fees, per chain of the network in order.
	pub fee_accounts: Vec<AccountIndex>,
	/// How many slots the block may use, per chain of the network in order. A chain on which nothing
	/// happens ends up in class 0.
	pub classes: Vec<SizeClass>,
	/// How many joint operations the block may hold. Without any it ends up in class 0.
	pub join_class: JoinClass,
	/// Whether signatures are checked (D6). Who has checked them on admission may say no: a
	/// signature does not depend on the state. That its key is the account's does, and is always
	/// checked (D3).
	pub verify_signatures: bool,
}

/// What an operation leaves on one chain.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
	/// The chain's place in the network.
	pub chain: usize,
	/// The bytes and cells.
	pub half: Half,
	/// Its entry in the joint log.
	pub entry: Option<LogEntry>,
	/// Whether it serves the next request of the chain's queue.
	pub priority: bool,
}

/// The fee of an operation that pays one above zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FeeTaken {
	/// The chain's place in the network.
	pub chain: usize,
	/// The token.
	pub token: TokenId,
	/// How much, above zero.
	pub amount: Amount,
}

/// One chain's part of the block being executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenChain {
	/// The slots taken.
	pub placement: Placement,
	/// The pool leaves touched.
	pub registers: BTreeSet<PoolSlot>,
	/// Fees taken, all above zero.
	pub fees: BTreeMap<TokenId, Amount>,
	/// Halves in the order of the operations.
	pub halves: Vec<Half>,
	/// The joint log.
	pub log: Vec<LogEntry>,
	/// Requests served.
	pub priority: u16,
}

impl OpenChain {
	fn new(class: SizeClass) -> Self {
		Self {
			placement: Placement::new(class),
			registers: BTreeSet::new(),
			fees: BTreeMap::new(),
			halves: Vec::new(),
			log: Vec::new(),
			priority: 0,
		}
	}
}

/// The block being executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenBlock {
	pub params: BlockParams,
	/// Per chain of the network in order.
	pub chains: Vec<OpenChain>,
	/// Operations applied.
	pub operations: u32,
	/// Joint operations among them.
	pub joint: u32,
}

/// The slots taken per chain, once an operation's effects have theirs.
pub(crate) type Placements = Vec<Placement>;

impl OpenBlock {
	pub fn new(params: BlockParams) -> Self {
		let chains = params.classes.iter().copied().map(OpenChain::new).collect();
		Self { params, chains, operations: 0, joint: 0 }
	}

	/// The capacity checks K1 to K3 of the protocol, in order. K4 cannot fail here: whatever fits the
	/// slots fits [`SizeClass::max_public_data`], which is what that limit was computed from.
	pub fn fit(&self, effects: &[Effect]) -> Result<Placements, Refusal> {
		for (position, chain) in self.chains.iter().enumerate() {
			let touched: BTreeSet<PoolSlot> = effects
				.iter()
				.filter(|effect| effect.chain == position)
				.filter_map(|effect| effect.half.pool())
				.filter(|slot| !chain.registers.contains(slot))
				.collect();
			if chain.registers.len() + touched.len() > REGISTERS {
				return Err(Refusal::TooManyPools);
			}
		}
		let mut placements: Placements = self.chains.iter().map(|chain| chain.placement).collect();
		for effect in effects {
			placements[effect.chain].place(effect.half.place())?;
		}
		let joint = effects.iter().any(|effect| effect.entry.is_some());
		if joint && self.joint >= self.params.join_class.capacity() {
			return Err(Refusal::JoinFull);
		}
		Ok(placements)
	}

	/// Takes in an operation that [`fits`](Self::fit).
	pub fn commit(&mut self, effects: Vec<Effect>, placements: Placements, fee: Option<FeeTaken>) {
		for (chain, placement) in self.chains.iter_mut().zip(placements) {
			chain.placement = placement;
		}
		if effects.iter().any(|effect| effect.entry.is_some()) {
			self.joint += 1;
		}
		for effect in effects {
			let chain = &mut self.chains[effect.chain];
			chain.registers.extend(effect.half.pool());
			chain.log.extend(effect.entry);
			chain.priority += u16::from(effect.priority);
			chain.halves.push(effect.half);
		}
		if let Some(FeeTaken { chain, token, amount }) = fee {
			let sum = self.chains[chain].fees.entry(token).or_insert(Amount::ZERO);
			*sum = sum
				.checked_add(amount)
				.expect("fees come out of balances, whose total in one token is below 2^112; qed");
		}
		self.operations += 1;
	}
}
