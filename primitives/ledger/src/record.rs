// SPDX-License-Identifier: Apache-2.0

//! A block as its operator saw it: what it takes to execute it again, as bytes.
//!
//! Appendix C of `docs/protocol.md`. The public data says what came of a block; a record says what went into
//! it, signatures included. With the states before the block it is all that a prover needs. A record
//! proves nothing by itself: who reads one executes it and compares the outcome with a header.
//!
//! ```
//! use ligature_ledger::{BlockParams, Ledger, record::BlockRecord, tree::Sequential};
//! # use ligature_primitives::{
//! #     amount::Amount,
//! #     constants::{JoinClass, SizeClass},
//! #     header::Network,
//! #     ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Owner, Timestamp, TokenId},
//! #     op::{Deposit, Target},
//! # };
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let network = Network::new(NetworkId(7), vec![ChainId(1), ChainId(2)])?;
//! # let params = BlockParams {
//! #     number: BlockNumber(1),
//! #     timestamp: Timestamp::new(1_700_000_000)?,
//! #     fee_accounts: vec![AccountIndex::new(0)?; 2],
//! #     classes: vec![SizeClass::new(1)?; 2],
//! #     join_class: JoinClass::EMPTY,
//! #     verify_signatures: true,
//! # };
//! # let deposit = Deposit {
//! #     chain: ChainId(1),
//! #     token: TokenId(0),
//! #     owner: Owner([1; 32]),
//! #     amount: Amount::new(1_000)?,
//! #     key: None,
//! #     target: Target::New,
//! # };
//! let record = BlockRecord { params, operations: vec![deposit.into()] };
//! let bytes = record.encode();
//! assert_eq!(BlockRecord::decode(&bytes)?, record);
//!
//! let block = record.execute(&mut Ledger::new(network), &Sequential)?;
//! assert_eq!(block.chains[0].header.priority_count, 1);
//! # Ok(())
//! # }
//! ```

use crate::{BlockError, BlockParams, Ledger, SealedBlock, tree::NodeHasher};
use alloc::vec::Vec;
use ligature_primitives::{
	bytes::{Fixed, take, take_u8, take_u16, take_u32},
	constants::{JoinClass, MAX_CHAINS, MIN_CHAINS, SizeClass},
	ids::{AccountIndex, ChainId},
	op::{
		AddLiquidity, ChangePubKey, CreatePool, Deposit, FullExit, Operation, RemoveLiquidity,
		Swap, Target, Transaction, Transfer, Withdraw,
	},
	priority::PriorityRequest,
	refusal::Refusal,
};

/// The first bytes of a record: what it is, and the version of its format.
pub const TAG: &[u8; 16] = b"ligature/block/1";

/// Stands where an operation is signed and not entered by a chain's L1.
const SIGNED: ChainId = ChainId(0);
/// Stands for a new account.
const NEW: u32 = u32::MAX;
/// Stands where an operation has no target.
const NO_TARGET: u32 = 0;

/// What went into a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRecord {
	/// What was decided before the first operation. That signatures are not checked is not written: who
	/// reads a record checks them.
	pub params: BlockParams,
	/// The accepted operations, in order.
	pub operations: Vec<Operation>,
}

/// Why a record cannot be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
	/// The block does not continue the ledger.
	#[error("the block does not continue the ledger: {0}")]
	Block(#[from] BlockError),
	/// An operation is refused.
	#[error("operation {place} of the block is refused: {refusal}")]
	Operation {
		/// Its place in the block, from 0.
		place: u32,
		/// Why.
		refusal: Refusal,
	},
}

impl BlockRecord {
	/// The record's bytes.
	pub fn encode(&self) -> Vec<u8> {
		let BlockParams { number, timestamp, fee_accounts, classes, join_class, .. } = &self.params;
		let mut out = TAG.to_vec();
		number.put(&mut out);
		timestamp.put(&mut out);
		out.push(join_class.get());
		// Of 2 to 4 chains.
		out.push(classes.len() as u8);
		for (account, class) in fee_accounts.iter().zip(classes) {
			account.put(&mut out);
			out.push(class.get());
		}
		out.extend((self.operations.len() as u32).to_be_bytes());
		for operation in &self.operations {
			let bytes = encode_operation(operation);
			// No operation is longer than 200 bytes.
			out.extend((bytes.len() as u16).to_be_bytes());
			out.extend(bytes);
		}
		out
	}

	/// Reads what [`BlockRecord::encode`] wrote and nothing else.
	///
	/// # Errors
	///
	/// [`Refusal::WrongVersion`] (another tag), [`Refusal::ChainCount`], [`Refusal::UnknownClass`],
	/// [`Refusal::WrongTarget`] (of an operation that has none), those of [`Transaction::decode`] and
	/// [`PriorityRequest::decode`], [`Refusal::UnexpectedEnd`], [`Refusal::TrailingBytes`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		let mut input = bytes.strip_prefix(TAG).ok_or(Refusal::WrongVersion)?;
		let input = &mut input;
		let (number, timestamp) = (Fixed::take(input)?, Fixed::take(input)?);
		let join_class = JoinClass::new(take_u8(input)?)?;
		let chains = usize::from(take_u8(input)?);
		if !(MIN_CHAINS..=MAX_CHAINS).contains(&chains) {
			return Err(Refusal::ChainCount);
		}
		let (mut fee_accounts, mut classes) = (Vec::new(), Vec::new());
		for _ in 0..chains {
			fee_accounts.push(Fixed::take(input)?);
			classes.push(SizeClass::new(take_u8(input)?)?);
		}
		let mut operations = Vec::new();
		for _ in 0..take_u32(input)? {
			let length = take_u16(input)?.into();
			let (bytes, rest) = input.split_at_checked(length).ok_or(Refusal::UnexpectedEnd)?;
			operations.push(decode_operation(bytes)?);
			*input = rest;
		}
		if !input.is_empty() {
			return Err(Refusal::TrailingBytes);
		}
		let params = BlockParams {
			number,
			timestamp,
			fee_accounts,
			classes,
			join_class,
			verify_signatures: true,
		};
		Ok(Self { params, operations })
	}

	/// Executes the block on the ledger before it. If it cannot be, the ledger is as it was.
	///
	/// # Errors
	///
	/// [`RecordError`]: a block is open, this one is not the next, or an operation is refused.
	pub fn execute(
		&self,
		ledger: &mut Ledger,
		hasher: &impl NodeHasher,
	) -> Result<SealedBlock, RecordError> {
		ledger.begin_block(self.params.clone())?;
		for (place, operation) in (0..).zip(&self.operations) {
			if let Err(refusal) = ledger.apply(operation) {
				ledger.abandon();
				return Err(RecordError::Operation { place, refusal });
			}
		}
		Ok(ledger.seal_with(hasher)?)
	}
}

/// Who entered the operation, and what: bytes of the protocol. The operator's own choice, the account that is
/// credited, stands apart.
fn encode_operation(operation: &Operation) -> Vec<u8> {
	let (chain, target, request) = match operation {
		Operation::Deposit(Deposit { chain, token, owner, amount, key, target }) => {
			let (token, owner, amount, key) = (*token, *owner, *amount, *key);
			(*chain, Some(target), PriorityRequest::Deposit { token, owner, amount, key })
		},
		Operation::FullExit(FullExit { chain, account, token, owner, far }) => {
			let (account, token, owner) = (*account, *token, *owner);
			(*chain, Some(far), PriorityRequest::FullExit { account, token, owner })
		},
		Operation::ChangePubKey(ChangePubKey { chain, account, owner, key, target }) => {
			let (account, owner, key) = (*account, *owner, *key);
			(*chain, Some(target), PriorityRequest::ChangePubKey { account, owner, key })
		},
		Operation::CreatePool(CreatePool { chain, slot, side, params }) => {
			let (slot, side, params) = (*slot, *side, *params);
			(*chain, None, PriorityRequest::CreatePool { slot, side, params })
		},
		Operation::Transfer(op) => return encode_signed(&op.tx.encode(), Some(&op.target)),
		Operation::Withdraw(op) => return encode_signed(&op.tx.encode(), None),
		Operation::Swap(op) => return encode_signed(&op.tx.encode(), Some(&op.out)),
		Operation::AddLiquidity(op) => return encode_signed(&op.tx.encode(), None),
		Operation::RemoveLiquidity(op) => return encode_signed(&op.tx.encode(), Some(&op.far)),
	};
	put_operation(chain, target, &PriorityRequest::encode(&request))
}

fn encode_signed(transaction: &[u8], target: Option<&Target>) -> Vec<u8> {
	put_operation(SIGNED, target, transaction)
}

fn put_operation(chain: ChainId, target: Option<&Target>, bytes: &[u8]) -> Vec<u8> {
	let mut out = Vec::with_capacity(1 + 4 + bytes.len());
	chain.put(&mut out);
	let target = match target {
		None => NO_TARGET,
		Some(Target::New) => NEW,
		Some(Target::Existing(account)) => account.get(),
	};
	out.extend(target.to_be_bytes());
	out.extend(bytes);
	out
}

fn decode_operation(mut bytes: &[u8]) -> Result<Operation, Refusal> {
	let input = &mut bytes;
	let chain = ChainId::take(input)?;
	let target = u32::from_be_bytes(take(input)?);
	let none = || if target == NO_TARGET { Ok(()) } else { Err(Refusal::WrongTarget) };
	let target = || match target {
		NEW => Ok(Target::New),
		account => AccountIndex::new(account).map(Target::Existing),
	};
	if chain == SIGNED {
		return Ok(match Transaction::decode(input)? {
			Transaction::Transfer(tx) => Transfer { tx, target: target()? }.into(),
			Transaction::Withdraw(tx) => {
				none()?;
				Withdraw { tx }.into()
			},
			Transaction::Swap(tx) => Swap { tx, out: target()? }.into(),
			Transaction::AddLiquidity(tx) => {
				none()?;
				AddLiquidity { tx }.into()
			},
			Transaction::RemoveLiquidity(tx) => RemoveLiquidity { tx, far: target()? }.into(),
		});
	}
	Ok(match PriorityRequest::decode(input)? {
		PriorityRequest::Deposit { token, owner, amount, key } => {
			Deposit { chain, token, owner, amount, key, target: target()? }.into()
		},
		PriorityRequest::FullExit { account, token, owner } => {
			FullExit { chain, account, token, owner, far: target()? }.into()
		},
		PriorityRequest::ChangePubKey { account, owner, key } => {
			ChangePubKey { chain, account, owner, key, target: target()? }.into()
		},
		PriorityRequest::CreatePool { slot, side, params } => {
			none()?;
			CreatePool { chain, slot, side, params }.into()
		},
	})
}
