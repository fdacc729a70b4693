// SPDX-License-Identifier: Apache-2.0

//! Transfer: from one account to another on the same chain, which it creates if need be.

use ark_std::{vec, vec::Vec};

use crate::{
	amount::{Amount, Fee},
	bytes::{Fixed, take},
	constants::REMEMBERED_FEES,
	ids::{AccountIndex, ChainId, Nonce, Owner, PoolSlot, TokenId},
	op::{
		Body, Cell, CellCode, Debit, Fields, OperationKind, SignedTransaction, Target,
		half::{Created, Form, Half, Place, Reader, Receiver, Writer, heads},
	},
	refusal::Refusal,
};

/// A signed transfer, and the receiving account that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
	/// What the sender signed.
	pub tx: SignedTransaction<TransferBody>,
	/// The receiver's account.
	pub target: Target,
}

/// What the sender of a transfer signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferBody {
	/// The chain of both accounts.
	pub chain: ChainId,
	/// The sender.
	pub account: AccountIndex,
	/// The sender's nonce.
	pub nonce: Nonce,
	/// Any token, shares included.
	pub token: TokenId,
	/// The owner of the receiving account.
	pub receiver: Owner,
	/// What the receiver gets.
	pub amount: Amount,
	/// What the sender pays besides, in the same token.
	pub fee: Fee,
}

impl Body for TransferBody {
	const KIND: OperationKind = OperationKind::Transfer;

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

/// A transfer as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferHalf {
	/// The token.
	pub token: TokenId,
	/// The sender.
	pub from: AccountIndex,
	/// The receiver.
	pub to: Receiver,
	/// What the receiver gets.
	pub amount: Amount,
	/// What the sender pays besides.
	pub fee: Fee,
}

impl Form for TransferHalf {
	fn place(&self) -> Place {
		Place::Pair
	}

	fn pool(&self) -> Option<PoolSlot> {
		None
	}

	fn check(&self) -> Result<(), Refusal> {
		if !self.token.is_valid() {
			return Err(Refusal::TokenOutOfRange);
		}
		self.to.check()
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		let out = Cell {
			selector: self.token.0,
			amount: self.amount,
			fee: self.fee,
			..Cell::new(CellCode::TransferOut, self.from)
		};
		let credit = self.to.cell(Cell {
			selector: self.token.0,
			amount: self.amount,
			..Cell::new(CellCode::TransferIn, self.to.account)
		});
		Ok(vec![out, credit])
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		let mut write_fee = true;
		if self.to.created.is_some() {
			out.byte(heads::TRANSFER_NEW);
			out.token(self.token);
		} else if let Some(last) = out.fees.of(self.token) {
			write_fee = *last != self.fee;
			*last = self.fee;
			let head = if write_fee { heads::TRANSFER } else { heads::TRANSFER_SAME_FEE };
			out.byte(head + self.token.0 as u8);
		} else {
			out.byte(heads::TRANSFER_ANY_TOKEN);
			out.token(self.token);
		}
		out.account(self.from);
		self.to.write(out);
		out.amount(self.amount);
		if write_fee {
			out.fee(self.fee);
		}
		Ok(())
	}
}

/// Reads what follows the head.
pub(super) fn read(head: u8, reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	let token = match head {
		heads::TRANSFER_NEW => reader.token()?,
		heads::TRANSFER_ANY_TOKEN => reader.token()?,
		short => TokenId(u16::from(short) % REMEMBERED_FEES as u16),
	};
	if head == heads::TRANSFER_ANY_TOKEN && usize::from(token.0) < REMEMBERED_FEES {
		return Err(Refusal::NonCanonicalToken);
	}
	let created = if head == heads::TRANSFER_NEW { Created::Yes } else { Created::No };
	let from = reader.account()?;
	let to = Receiver::read(created, reader)?;
	let amount = reader.amount()?;
	let same_fee = (heads::TRANSFER_SAME_FEE..heads::TRANSFER_ANY_TOKEN).contains(&head);
	let written = if same_fee { None } else { Some(reader.fee()?) };
	let remembered = if head < heads::TRANSFER_ANY_TOKEN { reader.fees.of(token) } else { None };
	let fee = match (written, remembered) {
		(Some(fee), Some(last)) if *last == fee => return Err(Refusal::NonCanonicalFee),
		(Some(fee), Some(last)) => {
			*last = fee;
			fee
		},
		(Some(fee), None) => fee,
		(None, last) => last.copied().unwrap_or(Fee::ZERO),
	};
	Ok(Half::Transfer(TransferHalf { token, from, to, amount, fee }))
}
