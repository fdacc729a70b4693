// SPDX-License-Identifier: Apache-2.0

//! Swap: a token on one chain for a token on another, or the same, chain.

use ark_std::vec::Vec;

use crate::{
	amount::{Amount, Fee},
	bytes::{Fixed, take_u8},
	ids::{AccountIndex, ChainId, Nonce, PoolSlot, Side},
	op::{
		Body, Cell, CellCode, Debit, Fields, OperationKind, SignedTransaction, Target,
		half::{Created, Form, Half, Place, Reader, Receiver, Writer, heads, single},
	},
	pool::PoolParams,
	refusal::Refusal,
};

/// A signed swap, and the account on the output side that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
	/// What the trader signed.
	pub tx: SignedTransaction<SwapBody>,
	/// The account, of the paying account's owner, that gets the output.
	pub out: Target,
}

/// What a swap signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapBody {
	/// The pool.
	pub params: PoolParams,
	/// The side into which the trader pays.
	pub direction: Side,
	/// The paying account, on the input side's chain.
	pub account: AccountIndex,
	/// The paying account's nonce.
	pub nonce: Nonce,
	/// What is paid into the pool.
	pub amount: Amount,
	/// The least that the trader accepts, at least 1.
	pub min_out: Amount,
	/// What the trader pays besides, in the input token.
	pub fee: Fee,
}

impl SwapBody {
	/// The chain of the paying account.
	pub fn input_chain(&self) -> ChainId {
		self.params.chain(self.direction)
	}

	/// The chain of the account that gets the output.
	pub fn output_chain(&self) -> ChainId {
		self.params.chain(self.direction.other())
	}
}

impl Body for SwapBody {
	const KIND: OperationKind = OperationKind::Swap;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.input_chain(), account: self.account, nonce: self.nonce },
			amount: self.amount,
			fee: self.fee,
			limit_a: self.min_out,
			direction: self.direction.number(),
			..Fields::new(self.params.word())
		}
	}

	fn encode(&self, out: &mut Vec<u8>) {
		self.params.put(out);
		out.push(self.direction.number());
		self.account.put(out);
		self.nonce.put(out);
		self.amount.put(out);
		self.min_out.put(out);
		self.fee.put(out);
	}

	fn decode(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			params: Fixed::take(input)?,
			direction: Side::from_number(take_u8(input)?).ok_or(Refusal::BadDirection)?,
			account: Fixed::take(input)?,
			nonce: Fixed::take(input)?,
			amount: Fixed::take(input)?,
			min_out: Fixed::take(input)?,
			fee: Fixed::take(input)?,
		})
	}
}

/// The input half of a swap as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapInHalf {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account that pays.
	pub account: AccountIndex,
	/// What it pays into the pool.
	pub amount: Amount,
	/// What it pays besides.
	pub fee: Fee,
}

impl Form for SwapInHalf {
	fn place(&self) -> Place {
		Place::Signed
	}

	fn pool(&self) -> Option<PoolSlot> {
		Some(self.slot)
	}

	fn check(&self) -> Result<(), Refusal> {
		Ok(())
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		Ok(single(Cell {
			selector: self.slot.0,
			amount: self.amount,
			fee: self.fee,
			..Cell::new(CellCode::SwapIn, self.account)
		}))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(heads::SWAP_IN, self.slot)?;
		out.account(self.account);
		out.amount(self.amount);
		out.fee(self.fee);
		Ok(())
	}
}

/// The output half of a swap as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapOutHalf {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account that is paid.
	pub to: Receiver,
	/// What the pool pays.
	pub amount: Amount,
}

impl Form for SwapOutHalf {
	fn place(&self) -> Place {
		Place::Any
	}

	fn pool(&self) -> Option<PoolSlot> {
		Some(self.slot)
	}

	fn check(&self) -> Result<(), Refusal> {
		self.to.check()
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		Ok(single(self.to.cell(Cell {
			selector: self.slot.0,
			amount: self.amount,
			..Cell::new(CellCode::SwapOut, self.to.account)
		})))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(self.to.head(heads::SWAP_OUT, heads::SWAP_OUT_NEW), self.slot)?;
		self.to.write(out);
		out.amount(self.amount);
		Ok(())
	}
}

/// Reads what follows the head of [`SwapInHalf`].
pub(super) fn read_in(slot: PoolSlot, reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	Ok(Half::SwapIn(SwapInHalf {
		slot,
		account: reader.account()?,
		amount: reader.amount()?,
		fee: reader.fee()?,
	}))
}

/// Reads what follows the head of [`SwapOutHalf`].
pub(super) fn read_out(
	slot: PoolSlot,
	created: Created,
	reader: &mut Reader<'_>,
) -> Result<Half, Refusal> {
	let to = Receiver::read(created, reader)?;
	Ok(SwapOutHalf { slot, to, amount: reader.amount()? }.into())
}
