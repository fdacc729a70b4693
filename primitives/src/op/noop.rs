// SPDX-License-Identifier: Apache-2.0

//! Noop: the padding of slots. It is nobody's operation and has no form on the wire.

use crate::{
	ids::AccountIndex,
	op::{Cell, CellCode},
};

impl Cell {
	/// The content of a slot in which nothing happens: all zero.
	pub const NOOP: Self = Self::new(CellCode::Noop, AccountIndex::ZERO);
}
