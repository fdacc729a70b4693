// SPDX-License-Identifier: Apache-2.0

//! CreatePool: one side of a pool comes into being on one chain.

use ark_std::vec::Vec;

use crate::{
	amount::Amount,
	constants::MAX_POOLS,
	ids::{AccountIndex, ChainId, PoolSlot, Side},
	op::{
		Cell, CellCode,
		half::{Form, Half, Place, Reader, Writer, heads, single},
	},
	pool::PoolParams,
	refusal::Refusal,
};

/// Makes the leaf of one side of a pool, entered by L1. A pool with one leaf only is inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePool {
	/// The chain of the leaf.
	pub chain: ChainId,
	/// The leaf's place: the chain's next one.
	pub slot: PoolSlot,
	/// The pool's side that lies on this chain.
	pub side: Side,
	/// The pool.
	pub params: PoolParams,
}

/// A new pool leaf as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePoolHalf {
	/// The leaf's place.
	pub slot: PoolSlot,
	/// The pool's side that lies on this chain.
	pub side: Side,
	/// The pool.
	pub params: PoolParams,
}

impl Form for CreatePoolHalf {
	fn place(&self) -> Place {
		Place::Any
	}

	fn pool(&self) -> Option<PoolSlot> {
		Some(self.slot)
	}

	fn check(&self) -> Result<(), Refusal> {
		if self.slot.0 >= MAX_POOLS {
			return Err(Refusal::PoolsFull);
		}
		self.params.validate_form()
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		Ok(single(Cell {
			selector: self.slot.0,
			amount: Amount::new(self.side.number().into())?,
			aux: self.params.word(),
			..Cell::new(CellCode::CreatePool, AccountIndex::ZERO)
		}))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::CREATE_POOL);
		out.bytes(&self.slot.0.to_be_bytes());
		out.byte(self.side.number());
		out.bytes(&self.params.pack().to_be_bytes());
		Ok(())
	}
}

/// Reads what follows the head.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	let slot = reader.slot()?;
	let side = Side::from_number(reader.byte()?).ok_or(Refusal::WrongSide)?;
	Ok(Half::CreatePool(CreatePoolHalf { slot, side, params: reader.params()? }))
}
