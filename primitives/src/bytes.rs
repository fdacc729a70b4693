// SPDX-License-Identifier: Apache-2.0

//! Writing fixed-width values to bytes, and reading them off the front of a byte string: integers
//! big-endian, words little-endian and canonical.

use ark_std::vec::Vec;

use crate::{
	amount::{Amount, Fee},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	pool::PoolParams,
	poseidon::{Word, word_from_bytes, word_to_bytes},
	refusal::Refusal,
};

/// The next `N` bytes, or [`Refusal::UnexpectedEnd`] and the input as it was.
pub fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], Refusal> {
	let (bytes, rest) = input.split_first_chunk::<N>().ok_or(Refusal::UnexpectedEnd)?;
	*input = rest;
	Ok(*bytes)
}

/// The next byte.
pub fn take_u8(input: &mut &[u8]) -> Result<u8, Refusal> {
	take::<1>(input).map(|[byte]| byte)
}

/// The next 2 bytes, big-endian.
pub fn take_u16(input: &mut &[u8]) -> Result<u16, Refusal> {
	take(input).map(u16::from_be_bytes)
}

/// The next 4 bytes, big-endian.
pub fn take_u32(input: &mut &[u8]) -> Result<u32, Refusal> {
	take(input).map(u32::from_be_bytes)
}

/// The next `length <= 16` bytes as a big-endian integer.
pub fn take_uint(input: &mut &[u8], length: usize) -> Result<u128, Refusal> {
	let (bytes, rest) = input.split_at_checked(length).ok_or(Refusal::UnexpectedEnd)?;
	*input = rest;
	Ok(bytes.iter().fold(0, |value, byte| value << 8 | u128::from(*byte)))
}

/// An account index in 3 bytes.
pub fn take_account(input: &mut &[u8]) -> Result<AccountIndex, Refusal> {
	let [a, b, c] = take(input)?;
	AccountIndex::new(u32::from_be_bytes([0, a, b, c]))
}

/// The 3 bytes of an account index.
pub fn account_bytes(account: AccountIndex) -> [u8; 3] {
	let [_, a, b, c] = account.get().to_be_bytes();
	[a, b, c]
}

/// A token id that exists (below 1024), in 2 bytes.
pub fn take_token(input: &mut &[u8]) -> Result<TokenId, Refusal> {
	let token = TokenId(take_u16(input)?);
	if token.is_valid() { Ok(token) } else { Err(Refusal::TokenOutOfRange) }
}

/// An owner that is not zero, in 32 bytes.
pub fn take_owner(input: &mut &[u8]) -> Result<Owner, Refusal> {
	Owner(take(input)?).non_zero()
}

/// Values of fixed width, as signed transactions, requests, headers and exit claims write them.
pub trait Fixed: Sized {
	/// Appends the bytes.
	fn put(&self, out: &mut Vec<u8>);

	/// Reads the bytes and checks the range of the type.
	fn take(input: &mut &[u8]) -> Result<Self, Refusal>;
}

macro_rules! fixed {
	($($name:ident: $integer:ty, $get:expr, $new:expr;)*) => {
		$(
			impl Fixed for $name {
				fn put(&self, out: &mut Vec<u8>) {
					let get: fn(&$name) -> $integer = $get;
					out.extend(get(self).to_be_bytes());
				}

				fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
					let new: fn($integer) -> Result<$name, Refusal> = $new;
					new(<$integer>::from_be_bytes(take(input)?))
				}
			}
		)*
	};
}

fixed! {
	ChainId: u8, |chain| chain.0, |n| Ok(ChainId(n));
	BlockNumber: u64, |number| number.0, |n| Ok(BlockNumber(n));
	NetworkId: u32, |network| network.0, |n| Ok(NetworkId(n));
	AccountIndex: u32, |account| account.get(), AccountIndex::new;
	Nonce: u32, |nonce| nonce.0, |n| Ok(Nonce(n));
	TokenId: u16, |token| token.0, |n| Ok(TokenId(n));
	PoolSlot: u16, |slot| slot.0, |n| Ok(PoolSlot(n));
	PoolParams: u64, PoolParams::pack, |n| Ok(PoolParams::unpack(n));
	Timestamp: u64, |time| time.get(), Timestamp::new;
	Amount: u128, |amount| amount.get(), Amount::new;
	Fee: u128, |fee| fee.get(), Fee::new;
	Side: u8, |side| side.number(), |n| Side::from_number(n).ok_or(Refusal::WrongSide);
}

impl Fixed for Owner {
	fn put(&self, out: &mut Vec<u8>) {
		out.extend(self.0);
	}

	/// Takes any 32 bytes; [`take_owner`] refuses zeros.
	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		take(input).map(Self)
	}
}

impl Fixed for Word {
	fn put(&self, out: &mut Vec<u8>) {
		out.extend(word_to_bytes(self));
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(word_from_bytes(&take(input)?)?)
	}
}
