// SPDX-License-Identifier: Apache-2.0

//! A block from its beginning to its end.

use crate::{
	cells::words,
	half::{Half, fits},
	state::Chain,
	wire::stream,
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Network,
	ids::{ChainId, Owner},
	op::Operation,
	refusal::Refusal,
};
use std::collections::{BTreeMap, BTreeSet};

/// Pool leaves that a block may touch on one chain.
const REGISTERS: usize = 8;
/// Slots of a size class, joint operations of a join class.
const CAPACITY: [usize; 5] = [0, 8, 32, 128, 512];
/// Most bytes of public data of a size class.
const MAX_PUBLIC_DATA: [usize; 5] = [0, 737, 2_177, 7_937, 30_977];

/// The ledger of a network and the block that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
	/// The network.
	pub network: Network,
	/// The chains' states.
	pub chains: BTreeMap<u8, Chain>,
	/// The block that is open, if one is.
	pub block: Option<OpenBlock>,
}

/// What the block's builder decides (section 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
	/// The header's timestamp.
	pub timestamp: u64,
	/// Per chain: the fee account and the size class.
	pub chains: BTreeMap<u8, (u32, SizeClass)>,
	/// The join's class.
	pub join_class: JoinClass,
	/// Whether keys and signatures are checked.
	pub verify_signatures: bool,
}

/// A block while operations come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBlock {
	/// What its builder decided.
	pub params: Block,
	/// Per chain and token: the fees so far, where they are not zero.
	pub fees: BTreeMap<u8, BTreeMap<u16, u128>>,
	/// Per chain: the halves so far, in slot order.
	pub halves: BTreeMap<u8, Vec<Half>>,
	/// Per chain: the slots of the pool leaves in registers.
	pub registers: BTreeMap<u8, BTreeSet<u16>>,
	/// Joint operations so far.
	pub joint: usize,
}

/// What an accepted operation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
	/// Per (chain, account, token): the balance before and after, where they differ.
	pub changes: BTreeMap<(u8, u32, u16), (u128, u128)>,
	/// The accounts created.
	pub created: Vec<(u8, u32)>,
	/// What L1 pays once the block is executed.
	pub paid: Option<Payment>,
}

/// A payment on L1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
	/// The chain that pays.
	pub chain: u8,
	/// The token.
	pub token: u16,
	/// How much.
	pub amount: u128,
	/// Whom.
	pub receiver: Owner,
}

/// A finished block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
	/// Per chain, what the header and the public data say.
	pub chains: BTreeMap<u8, ChainBlock>,
	/// Joint operations.
	pub joint: usize,
}

/// One chain's part of a finished block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainBlock {
	/// The next free index after the block.
	pub next: u32,
	/// The public data.
	pub public_data: Vec<u8>,
	/// What of it is hashed: the words of section 9.4, if the chain's class is not empty.
	pub words: Vec<Fr>,
	/// Priority operations consumed.
	pub priority: usize,
	/// Fees credited, by token.
	pub fees: BTreeMap<u16, u128>,
}

/// What an operation wants of the block, beside its effect on the states.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effect {
	/// The halves, in the order of their placement.
	pub halves: Vec<(u8, Half)>,
	/// The pool leaves touched.
	pub touched: Vec<(u8, u16)>,
	/// Whether it takes a place in the join.
	pub joint: bool,
	/// The fee: chain, token, value.
	pub fee: Option<(u8, u16, u128)>,
	/// What L1 pays.
	pub paid: Option<Payment>,
}

impl Model {
	/// Genesis: nothing, on every chain.
	pub fn new(network: Network) -> Self {
		let chains = network.chains().iter().map(|id| (id.0, Chain::default())).collect();
		Self { network, chains, block: None }
	}

	/// Opens a block.
	pub fn begin_block(&mut self, params: Block) {
		assert!(self.block.is_none(), "a block ends before the next begins");
		self.block = Some(OpenBlock {
			params,
			fees: BTreeMap::new(),
			halves: BTreeMap::new(),
			registers: BTreeMap::new(),
			joint: 0,
		});
	}

	/// Applies one operation to a copy of everything, and keeps the copy if nothing refused.
	pub fn apply(&mut self, operation: &Operation) -> Result<Receipt, Refusal> {
		let mut after = self.clone();
		let effect = after.execute(operation)?;
		after.take_room(&effect)?;
		let receipt = self.receipt(&after, effect.paid);
		*self = after;
		Ok(receipt)
	}

	/// Ends the block: credits the fees (section 7.7) and writes the public data.
	pub fn seal(&mut self) -> Sealed {
		let block = self.block.take().expect("a block is open");
		for (id, fees) in &block.fees {
			let (fee_account, _) = block.params.chains[id];
			let chain = self.chains.get_mut(id).expect("fees are taken on chains of the network");
			let account = chain.accounts.get_mut(&fee_account).expect("H7 has seen it");
			for (token, fee) in fees {
				let balance = account.balance(*token) + fee;
				assert!(balance < 1 << 112, "the chain's total of the token is below 2^112");
				account.set_balance(*token, balance);
			}
		}
		let sealed = self.chains.iter().map(|(id, chain)| {
			let halves = block.halves.get(id).cloned().unwrap_or_default();
			let priority = halves
				.iter()
				.filter(|half| {
					matches!(
						half,
						Half::Deposit { .. }
							| Half::FullExit { .. }
							| Half::ExitShares { .. }
							| Half::ChangePubKey { .. }
							| Half::CreatePool { .. }
					)
				})
				.count();
			let registers = block.register_values(&self.chains, *id);
			let slots = CAPACITY[usize::from(block.params.chains[id].1.get())];
			let sealed = ChainBlock {
				next: chain.next,
				public_data: stream(&registers, &halves),
				words: if halves.is_empty() {
					Vec::new()
				} else {
					words(&registers, &halves, slots)
				},
				priority,
				fees: block.fees.get(id).cloned().unwrap_or_default(),
			};
			(*id, sealed)
		});
		Sealed { chains: sealed.collect(), joint: block.joint }
	}

	fn execute(&mut self, operation: &Operation) -> Result<Effect, Refusal> {
		match operation {
			Operation::Deposit(it) => self.deposit(it),
			Operation::FullExit(it) => self.full_exit(it),
			Operation::ChangePubKey(it) => self.change_pub_key(it),
			Operation::CreatePool(it) => self.create_pool(it),
			Operation::Transfer(it) => self.transfer(it),
			Operation::Withdraw(it) => self.withdraw(it),
			Operation::Swap(it) => self.swap(it),
			Operation::AddLiquidity(it) => self.add_liquidity(it),
			Operation::RemoveLiquidity(it) => self.remove_liquidity(it),
		}
	}

	/// The capacity checks K1 to K4, each over all chains before the next, and the block's books.
	fn take_room(&mut self, effect: &Effect) -> Result<(), Refusal> {
		let chains = self.chains.clone();
		let block = self.open_mut();
		for (id, slot) in &effect.touched {
			let registers = block.registers.entry(*id).or_default();
			registers.insert(*slot);
			if registers.len() > REGISTERS {
				return Err(Refusal::TooManyPools);
			}
		}
		for (id, half) in &effect.halves {
			let halves = block.halves.entry(*id).or_default();
			halves.push(half.clone());
			if !fits(halves, CAPACITY[usize::from(block.params.chains[id].1.get())]) {
				return Err(Refusal::BlockFull);
			}
		}
		block.joint += usize::from(effect.joint);
		if block.joint > CAPACITY[usize::from(block.params.join_class.get())] {
			return Err(Refusal::JoinFull);
		}
		for (id, halves) in &block.halves {
			let limit = MAX_PUBLIC_DATA[usize::from(block.params.chains[id].1.get())];
			if stream(&block.register_values(&chains, *id), halves).len() > limit {
				return Err(Refusal::DataFull);
			}
		}
		if let Some((id, token, fee)) = effect.fee.filter(|(_, _, fee)| *fee > 0) {
			*block.fees.entry(id).or_default().entry(token).or_default() += fee;
		}
		Ok(())
	}

	/// What changed, found by comparing every balance of both states.
	fn receipt(&self, after: &Self, paid: Option<Payment>) -> Receipt {
		let mut receipt = Receipt { paid, ..Receipt::default() };
		for (id, chain) in &after.chains {
			let before = &self.chains[id];
			for (index, account) in &chain.accounts {
				if !before.accounts.contains_key(index) {
					receipt.created.push((*id, *index));
				}
				let held = before.accounts.get(index).into_iter().flat_map(|it| it.balances.keys());
				let tokens: BTreeSet<u16> = account.balances.keys().chain(held).copied().collect();
				for token in tokens {
					let (old, new) = (before.balance(*index, token), account.balance(token));
					if old != new {
						receipt.changes.insert((*id, *index, token), (old, new));
					}
				}
			}
		}
		receipt
	}

	/// The chain of that id.
	pub(crate) fn chain(&mut self, id: ChainId) -> &mut Chain {
		self.chains.get_mut(&id.0).expect("H1 has seen that the chain is in the network")
	}

	/// Whether the network has the chain.
	pub(crate) fn known(&self, id: ChainId) -> Result<(), Refusal> {
		if self.chains.contains_key(&id.0) { Ok(()) } else { Err(Refusal::UnknownChain) }
	}

	/// The open block.
	pub(crate) fn open(&self) -> &OpenBlock {
		self.block.as_ref().expect("a block is open")
	}

	fn open_mut(&mut self) -> &mut OpenBlock {
		self.block.as_mut().expect("a block is open")
	}
}

impl OpenBlock {
	/// Own and foreign reserve of the pool leaves in registers.
	fn register_values(&self, chains: &BTreeMap<u8, Chain>, id: u8) -> BTreeMap<u16, (u128, u128)> {
		let slots = self.registers.get(&id).into_iter().flatten();
		slots
			.map(|slot| {
				let pool = &chains[&id].pools[slot];
				(*slot, (pool.own, pool.foreign))
			})
			.collect()
	}
}
