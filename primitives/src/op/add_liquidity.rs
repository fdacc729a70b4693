// SPDX-License-Identifier: Apache-2.0

//! AddLiquidity: both tokens into a pool, for shares of it.

use ark_std::vec::Vec;

use crate::{
	amount::{Amount, Fee},
	bytes::Fixed,
	ids::{AccountIndex, Nonce, PoolSlot, Side},
	op::{
		Body, Cell, CellCode, Debit, Fields, OperationKind, SignedTransaction,
		half::{Form, Half, Place, Reader, Writer, heads, pair, single},
	},
	pool::PoolParams,
	refusal::Refusal,
};

/// A signed addition of liquidity. Both accounts are signed, as both pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidity {
	/// What the owner of both accounts signed.
	pub tx: SignedTransaction<AddLiquidityBody>,
}

/// What an addition of liquidity signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidityBody {
	/// The pool.
	pub params: PoolParams,
	/// The account on side 0, which also gets the shares.
	pub account0: AccountIndex,
	/// Its nonce.
	pub nonce0: Nonce,
	/// The account on side 1.
	pub account1: AccountIndex,
	/// Its nonce; if both accounts are one, `nonce0 + 1`.
	pub nonce1: Nonce,
	/// The shares to get: exactly, or at least for the first liquidity.
	pub shares: Amount,
	/// The most to pay into side 0; the first liquidity pays it.
	pub max0: Amount,
	/// The most to pay into side 1; the first liquidity pays it.
	pub max1: Amount,
	/// What is paid besides, in side 0's token.
	pub fee: Fee,
}

impl Body for AddLiquidityBody {
	const KIND: OperationKind = OperationKind::AddLiquidity;

	fn fields(&self) -> Fields {
		let debit = |side, account, nonce| Debit { chain: self.params.chain(side), account, nonce };
		Fields {
			debit0: debit(Side::Zero, self.account0, self.nonce0),
			debit1: debit(Side::One, self.account1, self.nonce1),
			amount: self.shares,
			fee: self.fee,
			limit_a: self.max0,
			limit_b: self.max1,
			..Fields::new(self.params.word())
		}
	}

	fn encode(&self, out: &mut Vec<u8>) {
		self.params.put(out);
		self.account0.put(out);
		self.nonce0.put(out);
		self.account1.put(out);
		self.nonce1.put(out);
		self.shares.put(out);
		self.max0.put(out);
		self.max1.put(out);
		self.fee.put(out);
	}

	fn decode(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			params: Fixed::take(input)?,
			account0: Fixed::take(input)?,
			nonce0: Fixed::take(input)?,
			account1: Fixed::take(input)?,
			nonce1: Fixed::take(input)?,
			shares: Fixed::take(input)?,
			max0: Fixed::take(input)?,
			max1: Fixed::take(input)?,
			fee: Fixed::take(input)?,
		})
	}
}

/// The half on side 0 as public data writes it: the account pays and gets the shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidity0Half {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account.
	pub account: AccountIndex,
	/// What it pays into the pool.
	pub amount0: Amount,
	/// What it pays besides.
	pub fee: Fee,
	/// The shares that it gets.
	pub minted: Amount,
}

impl Form for AddLiquidity0Half {
	fn place(&self) -> Place {
		Place::Pair
	}

	fn pool(&self) -> Option<PoolSlot> {
		Some(self.slot)
	}

	fn check(&self) -> Result<(), Refusal> {
		Ok(())
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		let pay = Cell {
			selector: self.slot.0,
			amount: self.amount0,
			fee: self.fee,
			..Cell::new(CellCode::AddIn0, self.account)
		};
		let shares = Cell {
			selector: self.slot.0,
			amount: self.minted,
			..Cell::new(CellCode::AddShares, self.account)
		};
		Ok(pair(pay, shares))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(heads::ADD_0, self.slot)?;
		out.account(self.account);
		out.amount(self.amount0);
		out.fee(self.fee);
		out.amount(self.minted);
		Ok(())
	}
}

/// The half on side 1 as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddLiquidity1Half {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account.
	pub account: AccountIndex,
	/// What it pays into the pool.
	pub amount1: Amount,
}

impl Form for AddLiquidity1Half {
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
			amount: self.amount1,
			..Cell::new(CellCode::AddIn1, self.account)
		}))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(heads::ADD_1, self.slot)?;
		out.account(self.account);
		out.amount(self.amount1);
		Ok(())
	}
}

/// Reads what follows the head of [`AddLiquidity0Half`].
pub(super) fn read_0(slot: PoolSlot, reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	Ok(Half::AddLiquidity0(AddLiquidity0Half {
		slot,
		account: reader.account()?,
		amount0: reader.amount()?,
		fee: reader.fee()?,
		minted: reader.amount()?,
	}))
}

/// Reads what follows the head of [`AddLiquidity1Half`].
pub(super) fn read_1(slot: PoolSlot, reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	let account = reader.account()?;
	Ok(AddLiquidity1Half { slot, account, amount1: reader.amount()? }.into())
}
