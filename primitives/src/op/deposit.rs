// SPDX-License-Identifier: Apache-2.0

//! Deposit: funds that L1 has taken into custody appear on an L2 account.

use ark_std::vec::Vec;

use crate::{
	amount::Amount,
	ids::{AccountIndex, ChainId, Owner, PoolSlot, TokenId},
	keys::PublicKey,
	op::{
		Cell, CellCode, FLAG_APPLIED, FLAG_CREATES, Target,
		half::{Form, Half, Place, Reader, Writer, heads, key_word, pair, single},
	},
	refusal::Refusal,
};

/// Credits a deposit, entered by L1; with a key it also sets the key of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
	/// The chain on which the deposit was made.
	pub chain: ChainId,
	/// An L1 token.
	pub token: TokenId,
	/// Who gets the deposit.
	pub owner: Owner,
	/// How much.
	pub amount: Amount,
	/// The key to set, when the owner deposits for themselves.
	pub key: Option<PublicKey>,
	/// The account to credit, of the same owner; the operator's choice.
	pub target: Target,
}

/// A deposit as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositHalf {
	/// The account credited.
	pub account: AccountIndex,
	/// Whether the deposit creates the account.
	pub created: bool,
	/// The token.
	pub token: TokenId,
	/// The account's owner.
	pub owner: Owner,
	/// How much.
	pub amount: Amount,
	/// The key that the account gets.
	pub key: Option<PublicKey>,
}

/// Bit of the flags on the wire: the account is new.
const NEW: u8 = 1;
/// Bit of the flags on the wire: a key follows.
const KEY: u8 = 2;

impl Form for DepositHalf {
	fn place(&self) -> Place {
		if self.key.is_some() { Place::Pair } else { Place::Any }
	}

	fn pool(&self) -> Option<PoolSlot> {
		None
	}

	fn check(&self) -> Result<(), Refusal> {
		if !self.token.is_l1() {
			return Err(Refusal::TokenOutOfRange);
		}
		self.owner.non_zero().map(|_| ())
	}

	fn key(&self) -> Option<&PublicKey> {
		self.key.as_ref()
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		let credit = Cell {
			flags: if self.created { FLAG_CREATES } else { 0 },
			selector: self.token.0,
			amount: self.amount,
			aux: self.owner.word(),
			..Cell::new(CellCode::Deposit, self.account)
		};
		Ok(match &self.key {
			None => single(credit),
			Some(key) => pair(
				credit,
				Cell {
					flags: FLAG_APPLIED,
					aux: key_word(key)?,
					..Cell::new(CellCode::SetKey, self.account)
				},
			),
		})
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::DEPOSIT);
		let new = if self.created { NEW } else { 0 };
		let key = if self.key.is_some() { KEY } else { 0 };
		out.byte(new | key);
		out.account(self.account);
		out.token(self.token);
		out.bytes(&self.owner.0);
		out.amount(self.amount);
		if let Some(key) = &self.key {
			out.bytes(&key.0);
		}
		Ok(())
	}
}

/// Reads what follows the head.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	let flags = reader.byte()?;
	if flags & !(NEW | KEY) != 0 {
		return Err(Refusal::BadFlags);
	}
	Ok(Half::Deposit(DepositHalf {
		account: reader.account()?,
		created: flags & NEW != 0,
		token: reader.token()?,
		owner: reader.owner()?,
		amount: reader.amount()?,
		key: if flags & KEY != 0 { Some(reader.key()?) } else { None },
	}))
}
