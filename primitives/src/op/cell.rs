// SPDX-License-Identifier: Apache-2.0

//! Cells: what a half does to one account leaf and one balance, as the circuits see it.

use ark_ff::AdditiveGroup;

use crate::{
	amount::{Amount, Fee},
	constants::{AMOUNT_BITS, FEE_BITS},
	ids::AccountIndex,
	pack::Pack,
	poseidon::Word,
	refusal::Refusal,
};

macro_rules! cell_codes {
	($($code:literal $name:ident $doc:literal;)*) => {
		/// The kinds of cells, by the number that is hashed (section 9.4 of `docs/protocol.md`).
		#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
		#[repr(u8)]
		pub enum CellCode {
			$(#[doc = $doc] $name = $code,)*
		}

		impl CellCode {
			/// All codes, ascending.
			pub const ALL: &'static [Self] = &[$(Self::$name),*];

			/// The code's name, as the protocol writes it.
			pub const fn name(self) -> &'static str {
				match self {
					$(Self::$name => stringify!($name),)*
				}
			}
		}
	};
}

cell_codes! {
	0x00 Noop "Padding.";
	0x01 Deposit "Credit from L1.";
	0x02 SetKey "Second cell of Deposit with key and of ChangePubKey: the key word.";
	0x03 FullExit "An L1 token's whole balance to L1.";
	0x04 ChangePubKey "First cell of a key change: the owner.";
	0x05 CreatePool "A pool leaf comes into being.";
	0x06 ExitBurn "A whole balance of shares is burned.";
	0x07 ExitOut0 "Side 0 of a pool pays the account of ExitBurn.";
	0x08 ExitOut1 "Side 1 of a pool pays an account of the owner.";
	0x10 TransferOut "The sender of a transfer.";
	0x11 TransferIn "The receiver of a transfer.";
	0x12 Withdraw "A signed payment to L1.";
	0x20 SwapIn "The trader pays into a pool.";
	0x21 SwapOut "A pool pays the trader.";
	0x22 AddIn0 "Liquidity into side 0.";
	0x23 AddShares "Shares for the account of AddIn0.";
	0x24 AddIn1 "Liquidity into side 1.";
	0x25 RemoveShares "Shares are burned.";
	0x26 RemoveOut0 "Side 0 pays the account of RemoveShares.";
	0x27 RemoveOut1 "Side 1 pays an account of the owner.";
}

impl CellCode {
	/// The number that is hashed.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// The code of this number, or [`Refusal::UnknownKind`].
	pub fn from_number(number: u8) -> Result<Self, Refusal> {
		Self::ALL.iter().copied().find(|code| code.number() == number).ok_or(Refusal::UnknownKind)
	}
}

/// Bit of [`Cell::flags`]: the cell creates its leaf.
pub const FLAG_CREATES: u8 = 1;
/// Bit of [`Cell::flags`]: a key change is applied.
pub const FLAG_APPLIED: u8 = 2;

/// The content of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
	/// What is done.
	pub code: CellCode,
	/// [`FLAG_CREATES`] and [`FLAG_APPLIED`].
	pub flags: u8,
	/// The account leaf visited.
	pub account: AccountIndex,
	/// Token id, or a pool's slot.
	pub selector: u16,
	/// The amount by which the balance, or the pool, moves.
	pub amount: Amount,
	/// The fee taken.
	pub fee: Fee,
	/// Owner word, key word or pool parameters; 0 if the cell needs none.
	pub aux: Word,
}

impl Cell {
	/// A cell of this code with all else zero.
	pub const fn new(code: CellCode, account: AccountIndex) -> Self {
		Self {
			code,
			flags: 0,
			account,
			selector: 0,
			amount: Amount::ZERO,
			fee: Fee::ZERO,
			aux: Word::ZERO,
		}
	}

	/// The two words that are hashed: head and aux.
	pub fn words(&self) -> [Word; 2] {
		let head = Pack::new()
			.field(self.code.number().into(), 8)
			.field(self.flags.into(), 8)
			.field(self.account.get().into(), 24)
			.field(self.selector.into(), 16)
			.field(self.amount.get(), AMOUNT_BITS)
			.field(self.fee.get(), FEE_BITS);
		[head.word(), self.aux]
	}
}
