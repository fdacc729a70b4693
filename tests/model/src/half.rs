// SPDX-License-Identifier: Apache-2.0

//! What an operation leaves on one chain: the fields that its public data writes (section 9.2).

use ligature_primitives::{ids::Owner, keys::PublicKey};

/// One half. `slot` is a pool's slot on this half's chain; `created` is the owner of the account if
/// the half creates it; amounts are in the token's smallest unit.
#[allow(missing_docs, reason = "the fields carry the names of section 9.2")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Half {
	Transfer {
		token: u16,
		from: u32,
		to: u32,
		created: Option<Owner>,
		amount: u128,
		fee: u128,
	},
	Withdraw {
		token: u16,
		account: u32,
		receiver: Owner,
		amount: u128,
		fee: u128,
	},
	Deposit {
		new: bool,
		account: u32,
		token: u16,
		owner: Owner,
		amount: u128,
		key: Option<PublicKey>,
	},
	FullExit {
		account: u32,
		token: u16,
		owner: Owner,
		paid: u128,
	},
	ExitShares {
		account: u32,
		token: u16,
		owner: Owner,
		shares: u128,
		x: u128,
	},
	ChangePubKey {
		new: bool,
		applied: bool,
		account: u32,
		owner: Owner,
		key: PublicKey,
	},
	CreatePool {
		slot: u16,
		side: u8,
		params: u64,
	},
	SwapIn {
		slot: u16,
		account: u32,
		amount: u128,
		fee: u128,
	},
	SwapOut {
		slot: u16,
		account: u32,
		created: Option<Owner>,
		amount: u128,
	},
	AddLiquidity0 {
		slot: u16,
		account: u32,
		x: u128,
		fee: u128,
		minted: u128,
	},
	AddLiquidity1 {
		slot: u16,
		account: u32,
		y: u128,
	},
	RemoveLiquidity0 {
		slot: u16,
		account: u32,
		shares: u128,
		x: u128,
		fee: u128,
	},
	RemoveLiquidity1 {
		slot: u16,
		account: u32,
		created: Option<Owner>,
		y: u128,
	},
	ExitLiquidity1 {
		slot: u16,
		account: u32,
		created: Option<Owner>,
		y: u128,
	},
}

impl Half {
	/// How the half wants to be placed (the table of section 8).
	fn shape(&self) -> Shape {
		match self {
			Self::Deposit { key: None, .. }
			| Self::FullExit { .. }
			| Self::CreatePool { .. }
			| Self::SwapOut { .. }
			| Self::RemoveLiquidity1 { .. }
			| Self::ExitLiquidity1 { .. } => Shape::Anywhere,
			Self::Withdraw { .. } | Self::SwapIn { .. } | Self::AddLiquidity1 { .. } => {
				Shape::Signed
			},
			Self::Deposit { key: Some(_), .. }
			| Self::ChangePubKey { .. }
			| Self::Transfer { .. }
			| Self::AddLiquidity0 { .. }
			| Self::RemoveLiquidity0 { .. }
			| Self::ExitShares { .. } => Shape::Pair,
		}
	}
}

enum Shape {
	/// One cell, in the next slot.
	Anywhere,
	/// One cell, in the next even slot.
	Signed,
	/// Two cells, in the next even slot and the odd one after it.
	Pair,
}

/// A row of slots: which cell of which half stands in each, or none. Section 8, laid out for real:
/// each half's cells are set down behind the last slot, on an even one if they need it.
pub fn lay_out(halves: &[Half]) -> Vec<Option<(&Half, usize)>> {
	let mut row = Vec::new();
	for half in halves {
		let (even, cells) = match half.shape() {
			Shape::Anywhere => (false, 1),
			Shape::Signed => (true, 1),
			Shape::Pair => (true, 2),
		};
		if even && row.len() % 2 == 1 {
			row.push(None);
		}
		row.extend((0..cells).map(|cell| Some((half, cell))));
	}
	row
}

/// Whether the halves fit into `slots` slots.
pub fn fits(halves: &[Half], slots: usize) -> bool {
	lay_out(halves).len() <= slots
}
