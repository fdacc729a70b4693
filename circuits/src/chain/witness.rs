// SPDX-License-Identifier: Apache-2.0

//! What the prover of a chain circuit knows.
//!
//! Everything is native: words, integers, cells. A witness for a block comes from the ledger
//! ([`ChainWitness::of_block`](super::ChainWitness::of_block)); nothing in it is trusted, the constraints decide.

use ligature_primitives::{
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, FEE_TOKENS, POOL_DEPTH, REGISTERS, SizeClass},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Timestamp, TokenId},
	op::{Cell, Fields},
	poseidon::Word,
};

/// Upper levels of the account tree that a block climbs only once: its `4^3` nodes are numbers of the
/// circuit.
pub const ACCOUNT_TOP: usize = 3;
/// The same for the pool tree.
pub const POOL_TOP: usize = 2;
/// Levels of the account tree below its upper nodes.
pub const ACCOUNT_PATH: usize = ACCOUNT_DEPTH - ACCOUNT_TOP;
/// Levels of the pool tree below its upper nodes.
pub const POOL_PATH: usize = POOL_DEPTH - POOL_TOP;

/// The other three children on each level of a path, from the leaf up.
pub type Siblings<const LEVELS: usize> = [[Word; 3]; LEVELS];

/// One chain's half of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainWitness {
	/// The network.
	pub network: NetworkId,
	/// The chain.
	pub chain: ChainId,
	/// Version of the circuits, bound by the public input and by nothing else.
	pub version: u16,
	/// The block's number.
	pub number: BlockNumber,
	/// The block's time, against which expiries are checked.
	pub timestamp: Timestamp,
	/// How many slots the circuit has.
	pub class: SizeClass,
	/// The next free account index before the block.
	pub old_next: u32,
	/// Bytes of public data, bound by the public input and by nothing else.
	pub data_length: u32,
	/// The nodes of the account tree [`ACCOUNT_TOP`] levels below its root, before the block.
	pub account_top: Vec<Word>,
	/// The nodes of the pool tree [`POOL_TOP`] levels below its root, before the block.
	pub pool_top: Vec<Word>,
	/// The pool leaves touched, in ascending order of their slots; unused registers make up the rest.
	pub registers: [RegisterWitness; REGISTERS],
	/// One for each slot of the class.
	pub slots: Vec<SlotWitness>,
	/// The account that takes the fees.
	pub fee_account: AccountVisit,
	/// What it takes, one after the other.
	pub fees: [FeeWitness; FEE_TOKENS],
}

/// The fields of an account leaf as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafWords {
	/// Owner word.
	pub owner: Word,
	/// Key word, 0 if unset.
	pub key: Word,
	/// Nonce.
	pub nonce: Word,
	/// Root of the balance tree.
	pub balances: Word,
}

/// An account leaf at the moment of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountVisit {
	/// Which one.
	pub index: AccountIndex,
	/// What it holds; nothing if it does not exist.
	pub leaf: Option<LeafWords>,
	/// Its path up to the upper nodes.
	pub siblings: Siblings<ACCOUNT_PATH>,
}

/// A balance at the moment of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceVisit {
	/// Which one.
	pub token: TokenId,
	/// The balance.
	pub before: Word,
	/// Its path up to the root of the account's balances.
	pub siblings: Siblings<BALANCE_DEPTH>,
}

/// One slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotWitness {
	/// What is done.
	pub cell: Cell,
	/// The account leaf, before the cell.
	pub account: AccountVisit,
	/// The balance that the cell moves, before it.
	pub balance: BalanceVisit,
	/// The register of the pool that the cell moves, marks or creates.
	pub register: Option<usize>,
	/// The foreign reserve after the cell, if it uses a register.
	pub foreign: u128,
	/// Transaction hash of the log entry, if the cell has one and verifies no signature.
	pub transaction: Word,
	/// What was signed, if the cell verifies a signature.
	pub signed: Option<SignedWitness>,
}

/// A signed transaction, as one of its debiting halves sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedWitness {
	/// The words' fields.
	pub fields: Fields,
	/// The last time at which it may be executed.
	pub expiry: Timestamp,
	/// Key and signature.
	pub signature: crate::gadgets::signature::SignatureWitness,
}

/// A pool leaf that the block touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisterWitness {
	/// Whether the register is used.
	pub used: bool,
	/// Whether the leaf is created in this block.
	pub created: bool,
	/// The leaf's place.
	pub slot: u16,
	/// `PoolParams::pack`.
	pub params: u64,
	/// The side that lives here.
	pub side: bool,
	/// The reserve here, before the block.
	pub own: u128,
	/// The other side's reserve, before the block.
	pub foreign: u128,
	/// Shares, before the block.
	pub supply: u128,
	/// The leaf's value before the block; also of an unused register, which leaves it alone.
	pub leaf: Word,
	/// The path when it is this register's turn, after the registers before it.
	pub siblings: Siblings<POOL_PATH>,
}

/// What the fee account takes of one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeWitness {
	/// Its balance before.
	pub balance: BalanceVisit,
}
