// SPDX-License-Identifier: Apache-2.0

//! RemoveLiquidity: shares of a pool for both of its tokens.

use ark_std::vec::Vec;

use crate::{
	amount::{Amount, Fee},
	bytes::Fixed,
	ids::{AccountIndex, Nonce, PoolSlot},
	op::{
		Body, Cell, CellCode, Debit, Fields, OperationKind, SignedTransaction, Target,
		half::{Created, Form, Half, Place, Reader, Receiver, Writer, heads, pair, single},
	},
	pool::PoolParams,
	refusal::Refusal,
};

/// A signed removal of liquidity, and the account on side 1 that the operator picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidity {
	/// What the holder of the shares signed.
	pub tx: SignedTransaction<RemoveLiquidityBody>,
	/// The account, of the same owner, that gets side 1.
	pub far: Target,
}

/// What a removal of liquidity signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidityBody {
	/// The pool.
	pub params: PoolParams,
	/// The account on side 0, which holds the shares and gets side 0.
	pub account: AccountIndex,
	/// Its nonce.
	pub nonce: Nonce,
	/// The shares to burn.
	pub shares: Amount,
	/// The least to get from side 0, before the fee.
	pub min0: Amount,
	/// The least to get from side 1.
	pub min1: Amount,
	/// Taken out of what side 0 pays, in its token.
	pub fee: Fee,
}

impl Body for RemoveLiquidityBody {
	const KIND: OperationKind = OperationKind::RemoveLiquidity;

	fn fields(&self) -> Fields {
		Fields {
			debit0: Debit { chain: self.params.chain0, account: self.account, nonce: self.nonce },
			amount: self.shares,
			fee: self.fee,
			limit_a: self.min0,
			limit_b: self.min1,
			..Fields::new(self.params.word())
		}
	}

	fn encode(&self, out: &mut Vec<u8>) {
		self.params.put(out);
		self.account.put(out);
		self.nonce.put(out);
		self.shares.put(out);
		self.min0.put(out);
		self.min1.put(out);
		self.fee.put(out);
	}

	fn decode(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			params: Fixed::take(input)?,
			account: Fixed::take(input)?,
			nonce: Fixed::take(input)?,
			shares: Fixed::take(input)?,
			min0: Fixed::take(input)?,
			min1: Fixed::take(input)?,
			fee: Fixed::take(input)?,
		})
	}
}

/// The half on side 0 as public data writes it: the shares are burned and the same account is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidity0Half {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account.
	pub account: AccountIndex,
	/// The shares burned.
	pub shares: Amount,
	/// What side 0 pays, the fee included.
	pub amount0: Amount,
	/// The part of `amount0` that is the fee.
	pub fee: Fee,
}

impl Form for RemoveLiquidity0Half {
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
		let burn = Cell {
			selector: self.slot.0,
			amount: self.shares,
			fee: self.fee,
			..Cell::new(CellCode::RemoveShares, self.account)
		};
		let out = Cell {
			selector: self.slot.0,
			amount: self.amount0,
			..Cell::new(CellCode::RemoveOut0, self.account)
		};
		Ok(pair(burn, out))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(heads::REMOVE_0, self.slot)?;
		out.account(self.account);
		out.amount(self.shares);
		out.amount(self.amount0);
		out.fee(self.fee);
		Ok(())
	}
}

/// The half on side 1 as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveLiquidity1Half {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account that is paid.
	pub to: Receiver,
	/// What side 1 pays.
	pub amount1: Amount,
}

impl Form for RemoveLiquidity1Half {
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
			amount: self.amount1,
			..Cell::new(CellCode::RemoveOut1, self.to.account)
		})))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(self.to.head(heads::REMOVE_1, heads::REMOVE_1_NEW), self.slot)?;
		self.to.write(out);
		out.amount(self.amount1);
		Ok(())
	}
}

/// Reads what follows the head of [`RemoveLiquidity0Half`].
pub(super) fn read_0(slot: PoolSlot, reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	Ok(Half::RemoveLiquidity0(RemoveLiquidity0Half {
		slot,
		account: reader.account()?,
		shares: reader.amount()?,
		amount0: reader.amount()?,
		fee: reader.fee()?,
	}))
}

/// Reads what follows the head of [`RemoveLiquidity1Half`].
pub(super) fn read_1(
	slot: PoolSlot,
	created: Created,
	reader: &mut Reader<'_>,
) -> Result<Half, Refusal> {
	let to = Receiver::read(created, reader)?;
	Ok(RemoveLiquidity1Half { slot, to, amount1: reader.amount()? }.into())
}
