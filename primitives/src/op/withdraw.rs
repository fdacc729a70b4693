// SPDX-License-Identifier: Apache-2.0

//! Withdraw: from an account to an L1 account on the same chain.

use ark_std::vec::Vec;

use crate::{
	amount::{Amount, Fee},
	bytes::{Fixed, take},
	ids::{AccountIndex, ChainId, Nonce, Owner, PoolSlot, TokenId},
	op::{
		Body, Cell, CellCode, Debit, Fields, OperationKind, SignedTransaction,
		half::{Form, Half, Place, Reader, Writer, heads, single},
	},
	refusal::Refusal,
};

/// A signed withdrawal. L1 pays it when the block is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdraw {
	/// What the account's owner signed.
	pub tx: SignedTransaction<WithdrawBody>,
}

/// What a withdrawal signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawBody {
	/// The chain of the account, which pays.
	pub chain: ChainId,
	/// The account.
	pub account: AccountIndex,
	/// The account's nonce.
	pub nonce: Nonce,
	/// An L1 token.
	pub token: TokenId,
	/// The L1 account that is paid.
	pub receiver: Owner,
	/// What the receiver is paid.
	pub amount: Amount,
	/// What the account pays besides, in the same token.
	pub fee: Fee,
}

impl Body for WithdrawBody {
	const KIND: OperationKind = OperationKind::Withdraw;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.chain, account: self.account, nonce: self.nonce },
			amount: self.amount,
			fee: self.fee,
			token: self.token,
			..Fields::new(self.receiver.word())
		}
	}

	fn encode(&self, out: &mut Vec<u8>) {
		self.chain.put(out);
		self.account.put(out);
		self.nonce.put(out);
		self.token.put(out);
		out.extend(self.receiver.0);
		self.amount.put(out);
		self.fee.put(out);
	}

	fn decode(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			chain: Fixed::take(input)?,
			account: Fixed::take(input)?,
			nonce: Fixed::take(input)?,
			token: Fixed::take(input)?,
			receiver: Owner(take(input)?),
			amount: Fixed::take(input)?,
			fee: Fixed::take(input)?,
		})
	}
}

/// A withdrawal as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawHalf {
	/// The token.
	pub token: TokenId,
	/// The account.
	pub account: AccountIndex,
	/// The L1 account that is paid.
	pub receiver: Owner,
	/// What the receiver is paid.
	pub amount: Amount,
	/// What the account pays besides.
	pub fee: Fee,
}

impl Form for WithdrawHalf {
	fn place(&self) -> Place {
		Place::Signed
	}

	fn pool(&self) -> Option<PoolSlot> {
		None
	}

	fn check(&self) -> Result<(), Refusal> {
		if !self.token.is_l1() {
			return Err(Refusal::TokenOutOfRange);
		}
		self.receiver.non_zero()?;
		Ok(())
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		Ok(single(Cell {
			selector: self.token.0,
			amount: self.amount,
			fee: self.fee,
			aux: self.receiver.word(),
			..Cell::new(CellCode::Withdraw, self.account)
		}))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::WITHDRAW);
		out.token(self.token);
		out.account(self.account);
		out.bytes(&self.receiver.0);
		out.amount(self.amount);
		out.fee(self.fee);
		Ok(())
	}
}

/// Reads what follows the head.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	Ok(Half::Withdraw(WithdrawHalf {
		token: reader.token()?,
		account: reader.account()?,
		receiver: reader.owner()?,
		amount: reader.amount()?,
		fee: reader.fee()?,
	}))
}
