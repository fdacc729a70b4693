// SPDX-License-Identifier: Apache-2.0

//! Names of things: chains, accounts, tokens, pools, owners, blocks, times.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	checked::checked,
	constants::{LP_TOKEN_BASE, MAX_ACCOUNTS, MAX_POOLS, MAX_TOKENS, TIME_BITS},
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};

/// Declares an id: an integer with a type of its own.
macro_rules! id {
	($(#[$doc:meta])* $name:ident($inner:ty)) => {
		$(#[$doc])*
		#[derive(
			Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
			Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
		)]
		pub struct $name(pub $inner);

		impl fmt::Display for $name {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				self.0.fmt(f)
			}
		}
	};
}

id! {
	/// A network of chains; every signature binds it.
	NetworkId(u32)
}
id! {
	/// One chain of a network, from 1.
	ChainId(u8)
}
id! {
	/// A token on one chain: 0 to 511 are L1 tokens (0 the native one), 512 to 1023 LP shares.
	TokenId(u16)
}
id! {
	/// The place of a pool leaf in a chain's pool tree, handed out in order.
	PoolSlot(u16)
}
id! {
	/// How many signed debits an account has made.
	Nonce(u32)
}
id! {
	/// Number of a rollup block; 0 is genesis.
	BlockNumber(u64)
}

impl TokenId {
	/// The native token of a chain.
	pub const NATIVE: Self = Self(0);

	/// The share token of the pool whose side-0 leaf stands at `slot`, if the slot is below 512.
	pub const fn lp(slot: PoolSlot) -> Option<Self> {
		if slot.0 < MAX_POOLS { Some(Self(LP_TOKEN_BASE + slot.0)) } else { None }
	}

	/// Whether this is an L1 token, which custody holds: 0 to 511.
	pub const fn is_l1(self) -> bool {
		self.0 < LP_TOKEN_BASE
	}

	/// Whether this is the share token of a pool: 512 to 1023.
	pub const fn is_lp(self) -> bool {
		self.0 >= LP_TOKEN_BASE && self.0 < MAX_TOKENS
	}

	/// Whether the id exists at all: below 1024.
	pub const fn is_valid(self) -> bool {
		self.0 < MAX_TOKENS
	}

	/// The slot of the pool whose share this is.
	pub const fn lp_slot(self) -> Option<PoolSlot> {
		if self.is_lp() { Some(PoolSlot(self.0 - LP_TOKEN_BASE)) } else { None }
	}
}

impl Nonce {
	/// The value that is never spent.
	pub const LAST: Self = Self(u32::MAX);

	/// The nonce after this one has been spent; [`Refusal::NonceExhausted`] for the last.
	pub fn next(self) -> Result<Self, Refusal> {
		self.0.checked_add(1).map(Self).ok_or(Refusal::NonceExhausted)
	}
}

checked! {
	/// The place of an account in a chain's account tree: below 2^24, handed out in order.
	AccountIndex(u32) <= MAX_ACCOUNTS - 1, else IndexTooLarge
}

impl AccountIndex {
	/// The first index.
	pub const ZERO: Self = Self(0);
}

checked! {
	/// A time in seconds since 1970, below 2^40.
	Timestamp(u64) <= (1 << TIME_BITS) - 1, else TimeTooLarge
}

/// One of the two sides of a pool: 0 is its home.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum Side {
	/// The home side: its chain keeps supply and shares.
	Zero,
	/// The far side.
	One,
}

impl Side {
	/// The side of this number, if it is 0 or 1.
	pub const fn from_number(number: u8) -> Option<Self> {
		match number {
			0 => Some(Self::Zero),
			1 => Some(Self::One),
			_ => None,
		}
	}

	/// 0 or 1.
	pub const fn number(self) -> u8 {
		self as u8
	}

	/// The other side.
	#[must_use]
	pub const fn other(self) -> Self {
		match self {
			Self::Zero => Self::One,
			Self::One => Self::Zero,
		}
	}
}

impl fmt::Display for Side {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.number().fmt(f)
	}
}

/// The 32-byte L1 account that owns L2 accounts: the same person on all chains.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Owner(pub [u8; 32]);

impl Owner {
	/// 32 zero bytes, which own nothing.
	pub const ZERO: Self = Self([0; 32]);

	/// Whether these are 32 zero bytes.
	pub fn is_zero(&self) -> bool {
		*self == Self::ZERO
	}

	/// The owner, or [`Refusal::OwnerZero`].
	pub fn non_zero(self) -> Result<Self, Refusal> {
		if self.is_zero() { Err(Refusal::OwnerZero) } else { Ok(self) }
	}

	/// The owner word: the hash of the two little-endian halves.
	pub fn word(&self) -> Word {
		let (low, high) = self.0.split_at(16);
		let half = |bytes: &[u8]| {
			Word::from(bytes.iter().rev().fold(0u128, |acc, byte| acc << 8 | u128::from(*byte)))
		};
		hash(Domain::OWNER, &[half(low), half(high)])
	}
}

impl fmt::Display for Owner {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("0x")?;
		self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
	}
}

impl fmt::Debug for Owner {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Owner({self})")
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn lp_tokens_and_slots_correspond() {
		assert_eq!(TokenId::lp(PoolSlot(0)), Some(TokenId(512)));
		assert_eq!(TokenId::lp(PoolSlot(511)), Some(TokenId(1023)));
		assert_eq!(TokenId::lp(PoolSlot(512)), None);
		assert_eq!(TokenId(1023).lp_slot(), Some(PoolSlot(511)));
		assert_eq!(TokenId(511).lp_slot(), None);
		assert_eq!(TokenId(1024).lp_slot(), None);
	}

	#[test]
	fn widths_are_limits_of_the_types() {
		assert_eq!(AccountIndex::new((1 << 24) - 1).map(AccountIndex::get), Ok((1 << 24) - 1));
		assert_eq!(AccountIndex::new(1 << 24), Err(Refusal::IndexTooLarge));
		assert!(AccountIndex::decode(&mut &(1u32 << 24).encode()[..]).is_err());
		assert_eq!(Timestamp::new(1 << 40), Err(Refusal::TimeTooLarge));
		assert!(Timestamp::decode(&mut &(1u64 << 40).encode()[..]).is_err());
		assert_eq!(Nonce::LAST.next(), Err(Refusal::NonceExhausted));
		assert_eq!(Nonce(u32::MAX - 1).next(), Ok(Nonce::LAST));
	}

	#[test]
	fn owner_word_hashes_little_endian_halves() {
		let mut bytes = [0; 32];
		bytes[1] = 1;
		bytes[16] = 7;
		assert_eq!(Owner(bytes).word(), hash(Domain::OWNER, &[Word::from(256), Word::from(7)]));
	}
}
