// SPDX-License-Identifier: Apache-2.0

//! The operations: what the ledger can do, one file each.
//!
//! | kind | operation | class | entered by |
//! |---|---|---|---|
//! | 0 | Noop | padding | nobody |
//! | 1 | [`Deposit`] | local | L1 |
//! | 2 | [`FullExit`] | local; joint for shares of a pool | L1 |
//! | 3 | [`ChangePubKey`] | local | L1 |
//! | 4 | [`CreatePool`] | local | L1 |
//! | 16 | [`Transfer`] | local | signature |
//! | 17 | [`Withdraw`] | local | signature |
//! | 32 | [`Swap`] | joint | signature |
//! | 33 | [`AddLiquidity`] | joint | signature |
//! | 34 | [`RemoveLiquidity`] | joint | signature |
//!
//! An operation's file holds its fields, for signed ones the signed form, and the *halves* that it
//! leaves on the chains, with their bytes and their cells (sections 7 to 9 of `docs/protocol.md`).
//! What it does to the ledger stands in a file of the same name in `ligature-ledger`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{ids::AccountIndex, refusal::Refusal};

mod add_liquidity;
mod cell;
mod change_pub_key;
mod create_pool;
mod deposit;
mod full_exit;
mod half;
mod noop;
mod remove_liquidity;
mod signed;
mod swap;
mod transfer;
mod withdraw;

pub use self::{
	add_liquidity::{AddLiquidity, AddLiquidity0Half, AddLiquidity1Half, AddLiquidityBody},
	cell::{Cell, CellCode, FLAG_APPLIED, FLAG_CREATES},
	change_pub_key::{ChangePubKey, ChangePubKeyHalf, KeyOutcome},
	create_pool::{CreatePool, CreatePoolHalf},
	deposit::{Deposit, DepositHalf},
	full_exit::{ExitBurnHalf, ExitLiquidity1Half, FullExit, FullExitHalf},
	half::{Half, Payment, Place, Reader, Receiver, Writer},
	remove_liquidity::{
		RemoveLiquidity, RemoveLiquidity0Half, RemoveLiquidity1Half, RemoveLiquidityBody,
	},
	signed::{Body, Debit, Fields, SignedTransaction, Transaction, transaction_hash},
	swap::{Swap, SwapBody, SwapInHalf, SwapOutHalf},
	transfer::{Transfer, TransferBody, TransferHalf},
	withdraw::{Withdraw, WithdrawBody, WithdrawHalf},
};

/// The kinds of operations, by their signed number.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[repr(u8)]
pub enum OperationKind {
	/// Padding of slots.
	Noop = 0,
	/// [`Deposit`].
	Deposit = 1,
	/// [`FullExit`].
	FullExit = 2,
	/// [`ChangePubKey`].
	ChangePubKey = 3,
	/// [`CreatePool`].
	CreatePool = 4,
	/// [`Transfer`].
	Transfer = 16,
	/// [`Withdraw`].
	Withdraw = 17,
	/// [`Swap`].
	Swap = 32,
	/// [`AddLiquidity`].
	AddLiquidity = 33,
	/// [`RemoveLiquidity`].
	RemoveLiquidity = 34,
}

impl OperationKind {
	/// All kinds, by number.
	pub const ALL: [Self; 10] = [
		Self::Noop,
		Self::Deposit,
		Self::FullExit,
		Self::ChangePubKey,
		Self::CreatePool,
		Self::Transfer,
		Self::Withdraw,
		Self::Swap,
		Self::AddLiquidity,
		Self::RemoveLiquidity,
	];

	/// The kind's number.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// The kind of this number, or [`Refusal::UnknownKind`].
	pub fn from_number(number: u8) -> Result<Self, Refusal> {
		Self::ALL.into_iter().find(|kind| kind.number() == number).ok_or(Refusal::UnknownKind)
	}
}

/// The account that an operation credits: the operator names it, the owner is checked.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum Target {
	/// An account that exists.
	Existing(AccountIndex),
	/// A new account, at the chain's next index.
	New,
}

/// Anything that a block can do. (Noop is what remains of a block's slots, not an operation of it.)
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the operation of its name")]
pub enum Operation {
	Deposit(Deposit),
	FullExit(FullExit),
	ChangePubKey(ChangePubKey),
	CreatePool(CreatePool),
	Transfer(Transfer),
	Withdraw(Withdraw),
	Swap(Swap),
	AddLiquidity(AddLiquidity),
	RemoveLiquidity(RemoveLiquidity),
}

impl Operation {
	/// The operation's kind.
	pub const fn kind(&self) -> OperationKind {
		match self {
			Self::Deposit(_) => OperationKind::Deposit,
			Self::FullExit(_) => OperationKind::FullExit,
			Self::ChangePubKey(_) => OperationKind::ChangePubKey,
			Self::CreatePool(_) => OperationKind::CreatePool,
			Self::Transfer(_) => OperationKind::Transfer,
			Self::Withdraw(_) => OperationKind::Withdraw,
			Self::Swap(_) => OperationKind::Swap,
			Self::AddLiquidity(_) => OperationKind::AddLiquidity,
			Self::RemoveLiquidity(_) => OperationKind::RemoveLiquidity,
		}
	}

	/// The signed transaction of the operation; `None` for what L1 enters.
	pub fn transaction(&self) -> Option<Transaction> {
		match self {
			Self::Deposit(_) | Self::FullExit(_) | Self::ChangePubKey(_) | Self::CreatePool(_) => {
				None
			},
			Self::Transfer(op) => Some(op.tx.clone().into()),
			Self::Withdraw(op) => Some(op.tx.clone().into()),
			Self::Swap(op) => Some(op.tx.clone().into()),
			Self::AddLiquidity(op) => Some(op.tx.clone().into()),
			Self::RemoveLiquidity(op) => Some(op.tx.clone().into()),
		}
	}

	/// The transaction hash of a signed operation; `None` for what L1 enters.
	pub fn transaction_hash(&self) -> Option<crate::poseidon::Word> {
		self.transaction().map(|transaction| transaction.hash())
	}
}

macro_rules! from_operation {
	($($name:ident)*) => {
		$(
			impl From<$name> for Operation {
				fn from(operation: $name) -> Self {
					Self::$name(operation)
				}
			}
		)*
	};
}

from_operation! {
	Deposit FullExit ChangePubKey CreatePool Transfer Withdraw Swap AddLiquidity RemoveLiquidity
}
