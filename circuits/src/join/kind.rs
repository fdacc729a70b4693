// SPDX-License-Identifier: Apache-2.0

//! J2: which operation two entries are halves of.

use super::witness::JoinOperation;
use crate::{
	gadgets::bits::boolean,
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{ids::Side, op::CellCode};

/// An operation is of one kind, or padding.
pub const KIND: Label = Label("join/one kind");
/// The entries have the codes of the kind.
pub const CODE: Label = Label("join/code");

/// What a joint operation is, as the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
	/// A swap whose input is on side 0.
	SwapIn0,
	/// A swap whose input is on side 1.
	SwapIn1,
	/// AddLiquidity to a pool with shares.
	Add,
	/// AddLiquidity to a pool without.
	First,
	/// RemoveLiquidity.
	Remove,
	/// FullExit of shares.
	Exit,
}

impl Kind {
	pub const ALL: [Self; 6] =
		[Self::SwapIn0, Self::SwapIn1, Self::Add, Self::First, Self::Remove, Self::Exit];

	/// The codes of the entries of side 0 and side 1.
	pub const fn codes(self) -> [CellCode; 2] {
		match self {
			Self::SwapIn0 => [CellCode::SwapIn, CellCode::SwapOut],
			Self::SwapIn1 => [CellCode::SwapOut, CellCode::SwapIn],
			Self::Add | Self::First => [CellCode::AddIn0, CellCode::AddIn1],
			Self::Remove => [CellCode::RemoveShares, CellCode::RemoveOut1],
			Self::Exit => [CellCode::ExitBurn, CellCode::ExitOut1],
		}
	}

	/// The kind of two entries, if their codes are a pair.
	pub fn of(operation: &JoinOperation) -> Option<Self> {
		let codes = [operation.home.code, operation.far.code];
		let kind = Self::ALL.into_iter().find(|kind| kind.codes() == codes)?;
		let first = kind == Self::Add && operation.home.supply.is_zero();
		Some(if first { Self::First } else { kind })
	}

	/// Whether the side's reserve grows.
	pub const fn pays_in(self, side: Side) -> bool {
		match self {
			Self::SwapIn0 => matches!(side, Side::Zero),
			Self::SwapIn1 => matches!(side, Side::One),
			Self::Add | Self::First => true,
			Self::Remove | Self::Exit => false,
		}
	}
}

/// One bit per kind, at most one of them 1; none in padding.
pub(super) struct Kinds {
	bits: [Num; Kind::ALL.len()],
}

impl Kinds {
	/// The bits: seven constraints.
	pub fn allocate(b: &mut Builder, operation: Option<&JoinOperation>) -> Self {
		let kind = operation.and_then(Kind::of);
		let kinds = Self { bits: Kind::ALL.map(|other| boolean(b, kind == Some(other))) };
		let used = kinds.used();
		b.enforce(KIND, &used, &(&used - &Num::one()), &Num::zero());
		kinds
	}

	/// Enforces that two entries have the codes of the kind: 0 in padding.
	pub fn constrain_codes(&self, b: &mut Builder, codes: [&Num; 2]) {
		for (side, code) in codes.into_iter().enumerate() {
			let weights = Kind::ALL.map(|kind| Fr::from(kind.codes()[side].number()));
			let expected = Num::sum(weights.into_iter().zip(&self.bits));
			b.equal(CODE, code, &expected);
		}
	}

	/// 1 if the operation is one of these kinds.
	pub fn any(&self, kinds: &[Kind]) -> Num {
		let chosen = Kind::ALL.iter().zip(&self.bits).filter(|(kind, _)| kinds.contains(kind));
		Num::sum(chosen.map(|(_, bit)| (Fr::from(1u64), bit)))
	}

	/// 1 if the operation is none of padding.
	pub fn used(&self) -> Num {
		self.any(&Kind::ALL)
	}

	/// 1 if the side's reserve grows.
	pub fn pays_in(&self, side: Side) -> Num {
		let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| kind.pays_in(side)).collect();
		self.any(&kinds)
	}
}
