// SPDX-License-Identifier: Apache-2.0

//! Halves: what one operation does on one chain, as public data writes it.
//!
//! A half has a form on the wire (section 9.2 of `docs/protocol.md`), chosen by its first byte, the
//! *head*; a place in the slots (section 8); and one or two [cells](Cell), which are what circuits see
//! and what is hashed. The forms stand in the operations' files; this file is their registry.

use ark_std::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	amount::{Amount, Fee},
	bytes::{Fixed, account_bytes, take, take_account, take_owner, take_token, take_u8},
	constants::REMEMBERED_FEES,
	ids::{AccountIndex, Owner, PoolSlot, TokenId},
	keys::PublicKey,
	op::{
		Cell, FLAG_CREATES,
		add_liquidity::{AddLiquidity0Half, AddLiquidity1Half},
		change_pub_key::{ChangePubKeyHalf, KeyOutcome},
		create_pool::CreatePoolHalf,
		deposit::DepositHalf,
		full_exit::{ExitBurnHalf, ExitLiquidity1Half, FullExitHalf},
		remove_liquidity::{RemoveLiquidity0Half, RemoveLiquidity1Half},
		swap::{SwapInHalf, SwapOutHalf},
		transfer::TransferHalf,
		withdraw::WithdrawHalf,
	},
	pool::PoolParams,
	poseidon::Word,
	refusal::Refusal,
};

use super::{
	add_liquidity, change_pub_key, create_pool, deposit, full_exit, remove_liquidity, swap,
	transfer, withdraw,
};

/// First byte of a half, or the first of the eight that a pool's register chooses among.
pub(super) mod heads {
	/// Transfer of a token below 64 (the head's low bits), fee written.
	pub const TRANSFER: u8 = 0x00;
	/// The same with the fee that was last written for the token.
	pub const TRANSFER_SAME_FEE: u8 = 0x40;
	/// Transfer of another token.
	pub const TRANSFER_ANY_TOKEN: u8 = 0x80;
	/// Transfer of any token to a new account.
	pub const TRANSFER_NEW: u8 = 0x81;
	/// Withdraw.
	pub const WITHDRAW: u8 = 0x82;
	/// Deposit.
	pub const DEPOSIT: u8 = 0x88;
	/// FullExit, of an L1 token or of shares.
	pub const FULL_EXIT: u8 = 0x89;
	/// ChangePubKey.
	pub const CHANGE_PUB_KEY: u8 = 0x8A;
	/// CreatePool.
	pub const CREATE_POOL: u8 = 0x8B;
	/// The trader pays into a pool.
	pub const SWAP_IN: u8 = 0xA0;
	/// A pool pays the trader.
	pub const SWAP_OUT: u8 = 0xA8;
	/// The same to a new account.
	pub const SWAP_OUT_NEW: u8 = 0xB0;
	/// Liquidity into side 0.
	pub const ADD_0: u8 = 0xB8;
	/// Liquidity into side 1.
	pub const ADD_1: u8 = 0xC0;
	/// Shares are burned, side 0 pays.
	pub const REMOVE_0: u8 = 0xC8;
	/// Side 1 pays.
	pub const REMOVE_1: u8 = 0xD0;
	/// The same to a new account.
	pub const REMOVE_1_NEW: u8 = 0xD8;
	/// Side 1 pays for a FullExit of shares.
	pub const EXIT_1: u8 = 0xE0;
	/// The same to a new account.
	pub const EXIT_1_NEW: u8 = 0xE8;
	/// The last head that a register chooses.
	pub const LAST: u8 = 0xEF;
}

/// Declares [`Half`] and hands each call on to the form of the half's kind.
macro_rules! halves {
	($($variant:ident($form:ty) $doc:literal;)*) => {
		/// What one operation does on one chain.
		#[derive(Clone, Debug, PartialEq, Eq)]
		pub enum Half {
			$(#[doc = $doc] $variant($form),)*
		}

		$(
			impl From<$form> for Half {
				fn from(half: $form) -> Self {
					Self::$variant(half)
				}
			}
		)*

		impl Half {
			/// The half's name.
			pub const fn name(&self) -> &'static str {
				match self {
					$(Self::$variant(_) => stringify!($variant),)*
				}
			}

			/// Where in the slots the half can stand, and how many it takes.
			pub fn place(&self) -> Place {
				match self {
					$(Self::$variant(half) => half.place(),)*
				}
			}

			/// The slot of the pool leaf that the half touches, if it touches one.
			pub fn pool(&self) -> Option<PoolSlot> {
				match self {
					$(Self::$variant(half) => half.pool(),)*
				}
			}

			/// Checks what can be checked without any state: ranges of tokens and slots, owners that
			/// are not zero, valid keys, the form of pool parameters.
			pub fn check(&self) -> Result<(), Refusal> {
				self.check_form()?;
				if let Some(key) = self.key() {
					key.validate()?;
				}
				Ok(())
			}

			/// [`Half::check`] without the key.
			fn check_form(&self) -> Result<(), Refusal> {
				match self {
					$(Self::$variant(half) => half.check(),)*
				}
			}

			/// The key that the half brings. Only a [priority operation](Half::is_priority) has one.
			pub fn key(&self) -> Option<&PublicKey> {
				match self {
					$(Self::$variant(half) => half.key(),)*
				}
			}

			/// The half's cells, in the order of their slots: as many as [`Place::cells`].
			///
			/// # Errors
			///
			/// A key that is not a point has no word: [`Refusal::KeyNotCanonical`].
			pub fn cells(&self) -> Result<Vec<Cell>, Refusal> {
				match self {
					$(Self::$variant(half) => half.cells(),)*
				}
			}

			/// Appends the half's bytes.
			///
			/// # Errors
			///
			/// [`Refusal::RegisterOutOfRange`] for a pool that is not among the writer's registers.
			pub fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal> {
				match self {
					$(Self::$variant(half) => half.write(out),)*
				}
			}
		}
	};
}

halves! {
	Transfer(TransferHalf) "Both cells of a transfer.";
	Withdraw(WithdrawHalf) "A withdrawal.";
	Deposit(DepositHalf) "A deposit, with or without a key.";
	FullExit(FullExitHalf) "The exit of an L1 token.";
	ExitBurn(ExitBurnHalf) "The home half of an exit of shares.";
	ChangePubKey(ChangePubKeyHalf) "A key change.";
	CreatePool(CreatePoolHalf) "A new pool leaf.";
	SwapIn(SwapInHalf) "The input half of a swap.";
	SwapOut(SwapOutHalf) "The output half of a swap.";
	AddLiquidity0(AddLiquidity0Half) "Liquidity into side 0, and the shares for it.";
	AddLiquidity1(AddLiquidity1Half) "Liquidity into side 1.";
	RemoveLiquidity0(RemoveLiquidity0Half) "Burned shares, and what side 0 pays for them.";
	RemoveLiquidity1(RemoveLiquidity1Half) "What side 1 pays for burned shares.";
	ExitLiquidity1(ExitLiquidity1Half) "What side 1 pays for the exit of shares.";
}

impl Half {
	/// Reads a half off the front of the reader's input.
	///
	/// What it reads passes [`Half::check`] and is what [`Half::write`] writes.
	pub fn read(reader: &mut Reader<'_>) -> Result<Self, Refusal> {
		let half = Self::read_any_key(reader)?;
		half.check()?;
		Ok(half)
	}

	/// [`Half::read`], but any 32 bytes pass for a key.
	pub(crate) fn read_any_key(reader: &mut Reader<'_>) -> Result<Self, Refusal> {
		let head = take_u8(&mut reader.input)?;
		let half = match head {
			heads::TRANSFER..=heads::TRANSFER_NEW => transfer::read(head, reader)?,
			heads::WITHDRAW => withdraw::read(reader)?,
			heads::DEPOSIT => deposit::read(reader)?,
			heads::FULL_EXIT => full_exit::read(reader)?,
			heads::CHANGE_PUB_KEY => change_pub_key::read(reader)?,
			heads::CREATE_POOL => create_pool::read(reader)?,
			heads::SWAP_IN..=heads::LAST => {
				let slot = reader.register(head % 8)?;
				match head & !7 {
					heads::SWAP_IN => swap::read_in(slot, reader)?,
					heads::SWAP_OUT => swap::read_out(slot, Created::No, reader)?,
					heads::SWAP_OUT_NEW => swap::read_out(slot, Created::Yes, reader)?,
					heads::ADD_0 => add_liquidity::read_0(slot, reader)?,
					heads::ADD_1 => add_liquidity::read_1(slot, reader)?,
					heads::REMOVE_0 => remove_liquidity::read_0(slot, reader)?,
					heads::REMOVE_1 => remove_liquidity::read_1(slot, Created::No, reader)?,
					heads::REMOVE_1_NEW => remove_liquidity::read_1(slot, Created::Yes, reader)?,
					heads::EXIT_1 => full_exit::read_1(slot, Created::No, reader)?,
					heads::EXIT_1_NEW => full_exit::read_1(slot, Created::Yes, reader)?,
					_ => return Err(Refusal::UnknownHead),
				}
			},
			_ => return Err(Refusal::UnknownHead),
		};
		half.check_form()?;
		Ok(half)
	}
}

/// What L1 pays for a half when its block is executed.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Payment {
	/// An L1 token.
	pub token: TokenId,
	/// The L1 account.
	pub receiver: Owner,
	/// How much; 0 for an exit that paid nothing.
	pub amount: Amount,
}

impl Half {
	/// Whether L1 entered it: the home half of a priority operation, which consumes a request.
	pub const fn is_priority(&self) -> bool {
		matches!(
			self,
			Self::Deposit(_)
				| Self::FullExit(_)
				| Self::ExitBurn(_)
				| Self::ChangePubKey(_)
				| Self::CreatePool(_)
		)
	}

	/// Whether the half makes a new account, at the chain's next index.
	pub const fn creates(&self) -> bool {
		match self {
			Self::Transfer(half) => half.to.created.is_some(),
			Self::Deposit(half) => half.created,
			Self::ChangePubKey(half) => matches!(half.outcome, KeyOutcome::Created),
			Self::SwapOut(half) => half.to.created.is_some(),
			Self::RemoveLiquidity1(half) => half.to.created.is_some(),
			Self::ExitLiquidity1(half) => half.to.created.is_some(),
			Self::Withdraw(_)
			| Self::FullExit(_)
			| Self::ExitBurn(_)
			| Self::CreatePool(_)
			| Self::SwapIn(_)
			| Self::AddLiquidity0(_)
			| Self::AddLiquidity1(_)
			| Self::RemoveLiquidity0(_) => false,
		}
	}

	/// What L1 pays, if the half is one that pays on L1.
	pub fn payment(&self) -> Option<Payment> {
		match self {
			Self::Withdraw(half) => {
				Some(Payment { token: half.token, receiver: half.receiver, amount: half.amount })
			},
			Self::FullExit(half) => {
				Some(Payment { token: half.token, receiver: half.owner, amount: half.paid })
			},
			_ => None,
		}
	}
}

/// What a kind of half says about itself; see the methods of [`Half`].
pub(super) trait Form {
	fn place(&self) -> Place;
	fn pool(&self) -> Option<PoolSlot>;
	/// All that needs no state, but for the key.
	fn check(&self) -> Result<(), Refusal>;
	/// The key to set, if the kind brings one.
	fn key(&self) -> Option<&PublicKey> {
		None
	}
	fn cells(&self) -> Result<Vec<Cell>, Refusal>;
	fn write(&self, out: &mut Writer<'_>) -> Result<(), Refusal>;
}

/// Where a half can stand. Even slots can verify a signature, odd slots cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
	/// One cell, unsigned: the next slot.
	Any,
	/// One cell, signed: the next even slot.
	Signed,
	/// Two cells: the next even slot and the odd one after it.
	Pair,
}

impl Place {
	/// The slots that the half fills.
	pub const fn cells(self) -> u32 {
		match self {
			Self::Any | Self::Signed => 1,
			Self::Pair => 2,
		}
	}

	/// Whether the first slot has to be even.
	pub const fn needs_even_slot(self) -> bool {
		!matches!(self, Self::Any)
	}
}

/// Whether a head says that the receiving account is new.
#[derive(Clone, Copy)]
pub(super) enum Created {
	Yes,
	No,
}

/// The account that a half credits; one that it creates publishes its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
	/// The account.
	pub account: AccountIndex,
	/// The owner, if the half creates the account.
	pub created: Option<Owner>,
}

impl Receiver {
	/// An account that exists.
	pub const fn existing(account: AccountIndex) -> Self {
		Self { account, created: None }
	}

	/// An account that the half creates.
	pub const fn new(account: AccountIndex, owner: Owner) -> Self {
		Self { account, created: Some(owner) }
	}

	pub(super) fn check(&self) -> Result<(), Refusal> {
		self.created.map_or(Ok(()), |owner| owner.non_zero().map(|_| ()))
	}

	/// Sets the account, flag and owner word of a crediting cell.
	pub(super) fn cell(&self, cell: Cell) -> Cell {
		let created = self.created;
		Cell {
			account: self.account,
			flags: if created.is_some() { FLAG_CREATES } else { 0 },
			aux: created.map_or(cell.aux, |owner| owner.word()),
			..cell
		}
	}

	/// The head for this receiver.
	pub(super) const fn head(&self, existing: u8, new: u8) -> u8 {
		match self.created {
			None => existing,
			Some(_) => new,
		}
	}

	pub(super) fn write(&self, out: &mut Writer<'_>) {
		out.account(self.account);
		if let Some(owner) = self.created {
			out.bytes(&owner.0);
		}
	}

	pub(super) fn read(created: Created, reader: &mut Reader<'_>) -> Result<Self, Refusal> {
		let account = reader.account()?;
		let created = match created {
			Created::Yes => Some(reader.owner()?),
			Created::No => None,
		};
		Ok(Self { account, created })
	}
}

/// The fee that was last written in a transfer, per token below 64: 0 at the start.
#[derive(Clone, Debug)]
pub(super) struct FeeMemory([Fee; REMEMBERED_FEES]);

impl FeeMemory {
	/// The place of a token that is remembered.
	pub(super) fn of(&mut self, token: TokenId) -> Option<&mut Fee> {
		self.0.get_mut(usize::from(token.0))
	}
}

impl Default for FeeMemory {
	fn default() -> Self {
		Self([Fee::ZERO; REMEMBERED_FEES])
	}
}

/// Writes the halves of one chain and block, in their order.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
	pub(super) out: Vec<u8>,
	pub(super) fees: FeeMemory,
	registers: &'a [PoolSlot],
}

impl<'a> Writer<'a> {
	/// Appends halves to `out`; their pools are numbered by their place in `registers`.
	pub fn new(out: Vec<u8>, registers: &'a [PoolSlot]) -> Self {
		Self { out, fees: FeeMemory::default(), registers }
	}

	/// What was there at the beginning, and the bytes of the halves.
	pub fn into_bytes(self) -> Vec<u8> {
		self.out
	}

	/// A head that names a pool by its register.
	pub(super) fn pool_head(&mut self, head: u8, slot: PoolSlot) -> Result<(), Refusal> {
		let register = self.registers.iter().position(|register| *register == slot);
		let register = register.filter(|i| *i < 8).ok_or(Refusal::RegisterOutOfRange)?;
		self.out.push(head + register as u8);
		Ok(())
	}

	pub(super) fn byte(&mut self, byte: u8) {
		self.out.push(byte);
	}

	pub(super) fn bytes(&mut self, bytes: &[u8]) {
		self.out.extend_from_slice(bytes);
	}

	pub(super) fn account(&mut self, account: AccountIndex) {
		self.bytes(&account_bytes(account));
	}

	pub(super) fn token(&mut self, token: TokenId) {
		self.bytes(&token.0.to_be_bytes());
	}

	pub(super) fn amount(&mut self, amount: Amount) {
		amount.encode_wire(&mut self.out);
	}

	pub(super) fn fee(&mut self, fee: Fee) {
		fee.encode_wire(&mut self.out);
	}
}

/// Reads the halves of one chain and block, in their order.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
	pub(super) input: &'a [u8],
	pub(super) fees: FeeMemory,
	registers: &'a [PoolSlot],
}

impl<'a> Reader<'a> {
	/// Reads halves from `input`, whose pools are numbered by their place in `registers`.
	pub fn new(input: &'a [u8], registers: &'a [PoolSlot]) -> Self {
		Self { input, fees: FeeMemory::default(), registers }
	}

	/// What is not read yet.
	pub fn rest(&self) -> &'a [u8] {
		self.input
	}

	fn register(&self, number: u8) -> Result<PoolSlot, Refusal> {
		self.registers.get(usize::from(number)).copied().ok_or(Refusal::RegisterOutOfRange)
	}

	pub(super) fn byte(&mut self) -> Result<u8, Refusal> {
		take_u8(&mut self.input)
	}

	pub(super) fn account(&mut self) -> Result<AccountIndex, Refusal> {
		take_account(&mut self.input)
	}

	pub(super) fn token(&mut self) -> Result<TokenId, Refusal> {
		take_token(&mut self.input)
	}

	pub(super) fn owner(&mut self) -> Result<Owner, Refusal> {
		take_owner(&mut self.input)
	}

	pub(super) fn key(&mut self) -> Result<PublicKey, Refusal> {
		take(&mut self.input).map(PublicKey)
	}

	pub(super) fn amount(&mut self) -> Result<Amount, Refusal> {
		Amount::decode_wire(&mut self.input)
	}

	pub(super) fn fee(&mut self) -> Result<Fee, Refusal> {
		Fee::decode_wire(&mut self.input)
	}

	pub(super) fn slot(&mut self) -> Result<PoolSlot, Refusal> {
		Fixed::take(&mut self.input)
	}

	pub(super) fn params(&mut self) -> Result<PoolParams, Refusal> {
		Fixed::take(&mut self.input)
	}
}

/// A half of one cell.
pub(super) fn single(cell: Cell) -> Vec<Cell> {
	vec![cell]
}

/// A half of two cells: the second is on the account of the first.
pub(super) fn pair(first: Cell, second: Cell) -> Vec<Cell> {
	vec![first, Cell { account: first.account, ..second }]
}

/// The word of a key.
pub(super) fn key_word(key: &PublicKey) -> Result<Word, Refusal> {
	Ok(key.decode_point()?.word())
}
