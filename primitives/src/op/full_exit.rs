// SPDX-License-Identifier: Apache-2.0

//! FullExit: an owner's request on L1 to pay out a whole balance; for shares of a pool, to turn them
//! into balances on both chains.

use ark_std::vec::Vec;

use crate::{
	amount::Amount,
	ids::{AccountIndex, ChainId, Owner, PoolSlot, TokenId},
	op::{
		Cell, CellCode, Target,
		half::{Created, Form, Half, Place, Reader, Receiver, Writer, heads, pair, single},
	},
	refusal::Refusal,
};

/// Pays the whole balance of a token to its owner, entered by L1. An account that is missing or
/// another's pays nothing, and the request is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullExit {
	/// The chain on which the request was made.
	pub chain: ChainId,
	/// The account to empty.
	pub account: AccountIndex,
	/// The token; shares are burned on their home chain and pay into L2 accounts.
	pub token: TokenId,
	/// Who asked: the only owner whose account it empties.
	pub owner: Owner,
	/// For shares, the account on the pool's other chain that gets side 1; the operator's choice.
	/// Ignored for L1 tokens and when there are no shares.
	pub far: Target,
}

/// The exit of an L1 token as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullExitHalf {
	/// The account asked for.
	pub account: AccountIndex,
	/// An L1 token.
	pub token: TokenId,
	/// Who asked, and whom L1 pays.
	pub owner: Owner,
	/// What L1 pays: the whole balance, or 0.
	pub paid: Amount,
}

impl Form for FullExitHalf {
	fn place(&self) -> Place {
		Place::Any
	}

	fn pool(&self) -> Option<PoolSlot> {
		None
	}

	fn check(&self) -> Result<(), Refusal> {
		if !self.token.is_l1() {
			return Err(Refusal::TokenOutOfRange);
		}
		self.owner.non_zero()?;
		Ok(())
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		Ok(single(Cell {
			selector: self.token.0,
			amount: self.paid,
			aux: self.owner.word(),
			..Cell::new(CellCode::FullExit, self.account)
		}))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::FULL_EXIT);
		out.account(self.account);
		out.token(self.token);
		out.bytes(&self.owner.0);
		out.amount(self.paid);
		Ok(())
	}
}

/// The home half of an exit of shares as public data writes it: the shares are burned and side 0 pays
/// the same account. Without shares it does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitBurnHalf {
	/// The account asked for.
	pub account: AccountIndex,
	/// The pool, which names the token of its shares.
	pub slot: PoolSlot,
	/// Who asked.
	pub owner: Owner,
	/// The shares burned: the whole balance, or 0.
	pub shares: Amount,
	/// What side 0 pays.
	pub amount0: Amount,
}

impl ExitBurnHalf {
	/// The token of the shares.
	fn token(&self) -> Result<TokenId, Refusal> {
		TokenId::lp(self.slot).ok_or(Refusal::PoolsFull)
	}
}

impl Form for ExitBurnHalf {
	fn place(&self) -> Place {
		Place::Pair
	}

	fn pool(&self) -> Option<PoolSlot> {
		(!self.shares.is_zero()).then_some(self.slot)
	}

	fn check(&self) -> Result<(), Refusal> {
		self.token()?;
		self.owner.non_zero()?;
		if self.shares.is_zero() && !self.amount0.is_zero() {
			return Err(Refusal::BadExit);
		}
		Ok(())
	}

	fn cells(&self) -> Result<Vec<Cell>, Refusal> {
		let burn = Cell {
			selector: self.token()?.0,
			amount: self.shares,
			aux: self.owner.word(),
			..Cell::new(CellCode::ExitBurn, self.account)
		};
		let out = Cell {
			selector: self.slot.0,
			amount: self.amount0,
			..Cell::new(CellCode::ExitOut0, self.account)
		};
		Ok(pair(burn, out))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.byte(heads::FULL_EXIT);
		out.account(self.account);
		out.token(self.token()?);
		out.bytes(&self.owner.0);
		out.amount(self.shares);
		out.amount(self.amount0);
		Ok(())
	}
}

/// The far half of an exit of shares as public data writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitLiquidity1Half {
	/// The pool's slot on this chain.
	pub slot: PoolSlot,
	/// The account that gets side 1.
	pub to: Receiver,
	/// What side 1 pays.
	pub amount1: Amount,
}

impl Form for ExitLiquidity1Half {
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
			..Cell::new(CellCode::ExitOut1, self.to.account)
		})))
	}

	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
		out.pool_head(self.to.head(heads::EXIT_1, heads::EXIT_1_NEW), self.slot)?;
		self.to.write(out);
		out.amount(self.amount1);
		Ok(())
	}
}

/// Reads what follows the head of [`FullExitHalf`] and [`ExitBurnHalf`]; the token tells them apart.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Half, Refusal> {
	let (account, token, owner) = (reader.account()?, reader.token()?, reader.owner()?);
	let amount = reader.amount()?;
	Ok(match token.lp_slot() {
		None => FullExitHalf { account, token, owner, paid: amount }.into(),
		Some(slot) => {
			let amount0 = reader.amount()?;
			ExitBurnHalf { account, slot, owner, shares: amount, amount0 }.into()
		},
	})
}

/// Reads what follows the head of [`ExitLiquidity1Half`].
pub(super) fn read_1(
	slot: PoolSlot,
	created: Created,
	reader: &mut Reader<'_>,
) -> Result<Half, Refusal> {
	let to = Receiver::read(created, reader)?;
	Ok(ExitLiquidity1Half { slot, to, amount1: reader.amount()? }.into())
}
