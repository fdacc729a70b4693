// SPDX-License-Identifier: Apache-2.0

//! The ledger: all chains' states, and the blocks that change them.

use crate::{
	block::{BlockParams, OpenBlock, OpenChain},
	execution::Execution,
	op,
	receipt::{BalanceChange, Receipt},
	state::{ChainState, Savepoint},
	tree::{NodeHasher, Sequential},
};
use alloc::{collections::VecDeque, vec::Vec};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::{ChainHeader, Header, Network, final_root},
	ids::{AccountIndex, BlockNumber, ChainId, Timestamp, TokenId},
	log::{JointLog, LogEntry},
	op::Operation,
	poseidon::Word,
	pubdata::{PublicData, Register},
	refusal::Refusal,
};

/// Why a block could not be begun or sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
	/// A block is being executed; seal or abandon it first.
	#[error("a block is being executed already")]
	AlreadyOpen,
	/// No block was begun.
	#[error("no block is being executed")]
	NotOpen,
	/// The block's parameters do not continue the ledger.
	#[error(transparent)]
	Refused(#[from] Refusal),
}

/// Why the ledger cannot go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
	/// The block is not below the last one.
	#[error("block {wanted} does not lie before block {last}")]
	NotBefore {
		/// The block to go back to.
		wanted: BlockNumber,
		/// The last sealed block.
		last: BlockNumber,
	},
	/// What takes the blocks above it back is no longer kept.
	#[error("the ledger goes back to block {oldest} at most, not to {wanted}")]
	Pruned {
		/// The block to go back to.
		wanted: BlockNumber,
		/// The oldest block to which it can go back.
		oldest: BlockNumber,
	},
}

/// Why states are not those after a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
	/// The header's chains are no network.
	#[error("the header's chains are no network: {0}")]
	Network(Refusal),
	/// There is not one state per chain, in the header's order.
	#[error("the states are not those of the header's chains, in their order")]
	Chains,
	/// A state has changed since its last block.
	#[error("a block is being executed on the state of chain {0}")]
	BlockOpen(ChainId),
	/// Root or next index of a state are not those after the block.
	#[error("the state of chain {0} is not the one after the header's block")]
	WrongState(ChainId),
}

/// One chain's part of a sealed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedChain {
	/// The chain's part of the header.
	pub header: ChainHeader,
	/// The public data.
	pub data: PublicData,
	/// The public data as bytes.
	pub bytes: Vec<u8>,
	/// The joint log.
	pub log: Vec<LogEntry>,
	/// What the fee account got, by ascending token.
	pub fees: Vec<BalanceChange>,
}

/// A block whose roots are computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBlock {
	/// The block's number.
	pub number: BlockNumber,
	/// The block's time.
	pub timestamp: Timestamp,
	/// Class of the join; 0 if nothing was joint.
	pub join_class: JoinClass,
	/// Joint operations.
	pub joint: u32,
	/// The hash over the number and all new roots.
	pub final_root: Word,
	/// Per chain of the network in order.
	pub chains: Vec<SealedChain>,
}

/// The states of all chains of a network, as of the operation applied last.
///
/// A block is [begun](Self::begin_block), takes [operations](Self::apply) and is
/// [sealed](Self::seal). Sealed blocks can be [taken back](Self::rollback), as if they had never been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
	network: Network,
	/// Per chain of the network in order.
	states: Vec<ChainState>,
	number: BlockNumber,
	timestamp: Timestamp,
	/// Times of the blocks before the last, as far as these can be taken back; the oldest first.
	earlier: VecDeque<Timestamp>,
	open: Option<OpenBlock>,
}

impl Ledger {
	/// The ledger at genesis.
	pub fn new(network: Network) -> Self {
		let states = network.chains().iter().map(|chain| ChainState::new(*chain)).collect();
		Self {
			network,
			states,
			number: BlockNumber(0),
			timestamp: Timestamp::default(),
			earlier: VecDeque::new(),
			open: None,
		}
	}

	/// The ledger after the block of a header, from the states of all its chains; no earlier block can
	/// be gone back to.
	///
	/// The header is trusted: it must be one that a chain has executed, or proven.
	pub fn resume(header: &Header, mut states: Vec<ChainState>) -> Result<Self, ResumeError> {
		let chains: Vec<ChainId> = header.chains.iter().map(|part| part.chain).collect();
		if !states.iter().map(ChainState::chain).eq(chains.iter().copied()) {
			return Err(ResumeError::Chains);
		}
		let network = Network::new(header.network, chains).map_err(ResumeError::Network)?;
		for (part, state) in header.chains.iter().zip(&mut states) {
			if !state.is_sealed() {
				return Err(ResumeError::BlockOpen(part.chain));
			}
			if (state.root(), state.next()) != (part.new_root, part.new_next) {
				return Err(ResumeError::WrongState(part.chain));
			}
			state.prune(0);
		}
		let (number, timestamp) = (header.number, header.timestamp);
		Ok(Self { network, states, number, timestamp, earlier: VecDeque::new(), open: None })
	}

	/// The network.
	pub fn network(&self) -> &Network {
		&self.network
	}

	/// The chains' states, in the network's order.
	pub fn states(&self) -> &[ChainState] {
		&self.states
	}

	/// A chain's state, or [`Refusal::UnknownChain`].
	pub fn state(&self, chain: ChainId) -> Result<&ChainState, Refusal> {
		Ok(&self.states[self.network.position(chain)?])
	}

	/// The number of the last sealed block; 0 at genesis.
	pub fn number(&self) -> BlockNumber {
		self.number
	}

	/// The time of the last sealed block; 0 at genesis.
	pub fn timestamp(&self) -> Timestamp {
		self.timestamp
	}

	/// The final root as of the last sealed block.
	pub fn final_root(&self) -> Word {
		let roots: Vec<Word> = self.states.iter().map(ChainState::root).collect();
		final_root(self.number, &roots)
	}

	/// The parameters of the block being executed.
	pub fn open_block(&self) -> Option<&BlockParams> {
		self.open.as_ref().map(|block| &block.params)
	}

	/// The chains' parts of the block being executed.
	pub(crate) fn open_chains(&self) -> &[OpenChain] {
		self.open.as_ref().map_or(&[], |block| &block.chains)
	}

	/// Begins a block.
	///
	/// # Errors
	///
	/// [`BlockError::AlreadyOpen`]; [`Refusal::WrongNumber`], [`Refusal::TimestampOrder`], and
	/// [`Refusal::ChainCount`] if there is not one fee account and one class per chain.
	pub fn begin_block(&mut self, params: BlockParams) -> Result<(), BlockError> {
		if self.open.is_some() {
			return Err(BlockError::AlreadyOpen);
		}
		if self.number.0.checked_add(1) != Some(params.number.0) {
			return Err(Refusal::WrongNumber.into());
		}
		if params.timestamp < self.timestamp {
			return Err(Refusal::TimestampOrder.into());
		}
		let chains = self.states.len();
		if params.fee_accounts.len() != chains || params.classes.len() != chains {
			return Err(Refusal::ChainCount.into());
		}
		self.open = Some(OpenBlock::new(params));
		Ok(())
	}

	/// Does an operation on all its chains, or refuses it and leaves no trace.
	///
	/// Without a begun block there are no slots: [`Refusal::BlockFull`].
	pub fn apply(&mut self, operation: &Operation) -> Result<Receipt, Refusal> {
		self.attempt(operation, true)
	}

	/// Whether [`Self::apply`] would do the operation now. Changes nothing.
	pub fn check(&mut self, operation: &Operation) -> Result<(), Refusal> {
		self.attempt(operation, false).map(drop)
	}

	fn attempt(&mut self, operation: &Operation, keep: bool) -> Result<Receipt, Refusal> {
		let block = self.open.as_mut().ok_or(Refusal::BlockFull)?;
		let savepoints: Vec<Savepoint> = self.states.iter().map(ChainState::savepoint).collect();
		let mut execution = Execution::new(&self.network, &mut self.states, block);
		let done = op::execute(operation, &mut execution);
		let Execution { effects, changes, created, paid, fee, .. } = execution;
		let placed = done.and_then(|()| block.fit(&effects));
		if !keep || placed.is_err() {
			for (state, savepoint) in self.states.iter_mut().zip(savepoints) {
				state.unwind(savepoint);
			}
		}
		let placements = placed?;
		let receipt = Receipt { operation: block.operations, changes, created, paid };
		if keep {
			block.commit(effects, placements, fee);
		}
		Ok(receipt)
	}

	/// Drops the block being executed.
	pub fn abandon(&mut self) {
		self.open = None;
		for state in &mut self.states {
			state.abandon();
		}
	}

	/// Credits the fees, computes the roots and closes the block, on this thread alone.
	pub fn seal(&mut self) -> Result<SealedBlock, BlockError> {
		self.seal_with(&Sequential)
	}

	/// [`Self::seal`] with another hasher, for instance [`Threads`](crate::tree::Threads).
	pub fn seal_with(&mut self, hasher: &impl NodeHasher) -> Result<SealedBlock, BlockError> {
		let block = self.open.take().ok_or(BlockError::NotOpen)?;
		let OpenBlock { params, chains, joint, .. } = block;
		let mut sealed = Vec::with_capacity(chains.len());
		for (position, chain) in chains.into_iter().enumerate() {
			let state = &mut self.states[position];
			let class = params.classes[position];
			sealed.push(seal_chain(state, chain, class, params.fee_accounts[position], hasher));
		}
		self.number = params.number;
		self.earlier.push_back(core::mem::replace(&mut self.timestamp, params.timestamp));
		let join_class = if joint == 0 { JoinClass::EMPTY } else { params.join_class };
		Ok(SealedBlock {
			number: params.number,
			timestamp: params.timestamp,
			join_class,
			joint,
			final_root: self.final_root(),
			chains: sealed,
		})
	}

	/// Takes back every block above `number`, and the one being executed: roots and memory are as
	/// if those had never been.
	pub fn rollback(&mut self, number: BlockNumber) -> Result<(), RollbackError> {
		let oldest = BlockNumber(self.number.0 - self.earlier.len() as u64);
		if number > self.number {
			return Err(RollbackError::NotBefore { wanted: number, last: self.number });
		}
		if number < oldest {
			return Err(RollbackError::Pruned { wanted: number, oldest });
		}
		self.abandon();
		while self.number > number {
			let Some(timestamp) = self.earlier.pop_back() else { break };
			for state in &mut self.states {
				state.rollback();
			}
			self.number.0 -= 1;
			self.timestamp = timestamp;
		}
		Ok(())
	}

	/// Forgets how to take back all but the last `keep` blocks.
	pub fn prune(&mut self, keep: usize) {
		while self.earlier.len() > keep {
			self.earlier.pop_front();
		}
		for state in &mut self.states {
			state.prune(keep);
		}
	}

	/// The states alone, for a test that builds what operations cannot reach.
	#[cfg(test)]
	pub(crate) fn states_mut(&mut self) -> &mut [ChainState] {
		&mut self.states
	}
}

/// Closes one chain's part of a block.
fn seal_chain(
	state: &mut ChainState,
	chain: OpenChain,
	class: SizeClass,
	fee_account: AccountIndex,
	hasher: &impl NodeHasher,
) -> SealedChain {
	let fees: Vec<BalanceChange> = chain
		.fees
		.iter()
		.map(|(token, fee)| credit_fee(state, fee_account, *token, *fee))
		.collect();
	let registers = chain
		.registers
		.iter()
		.filter_map(|slot| {
			let leaf = state.pool(*slot)?;
			Some(Register { slot: *slot, own: leaf.own, foreign: leaf.foreign })
		})
		.collect();
	let class = if chain.halves.is_empty() { SizeClass::EMPTY } else { class };
	let data = PublicData { registers, halves: chain.halves };
	let bytes =
		data.encode(class).expect("the halves come from checked operations and fit the class; qed");
	let (old_root, old_next) = (state.root(), state.sealed_next());
	// Half as much work as the trees, and it needs nothing of them.
	let commitments = || {
		let mut log = JointLog::default();
		chain.log.iter().for_each(|entry| log.append(entry));
		let data =
			data.commitment(class).expect("the halves were placed in this class one by one; qed");
		(data, log)
	};
	let (new_root, (data_commitment, log)) = hasher.both(|| state.seal(hasher), commitments);
	let header = ChainHeader {
		chain: state.chain(),
		size_class: class,
		old_root,
		new_root,
		old_next,
		new_next: state.next(),
		fee_account: if class.is_empty() { AccountIndex::ZERO } else { fee_account },
		data_commitment,
		data_length: bytes.len() as u32,
		log_commitment: log.commitment,
		log_count: log.count,
		priority_count: chain.priority,
	};
	SealedChain { header, data, bytes, log: chain.log, fees }
}

/// Credits a sum of fees to the fee account, which exists: each fee was refused without it.
pub(crate) fn credit_fee(
	state: &mut ChainState,
	account: AccountIndex,
	token: TokenId,
	fee: Amount,
) -> BalanceChange {
	let before = state.balance(account, token);
	let after = before
		.checked_add(fee)
		.expect("fees come out of balances, whose total in one token is below 2^112; qed");
	state.set_balance(account, token, after);
	BalanceChange { chain: state.chain(), account, token, before, after }
}
