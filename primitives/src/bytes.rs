// SPDX-License-Identifier: Apache-2.0

//! Reading big-endian integers and fixed arrays off the front of a byte string.

use crate::{
	ids::{AccountIndex, Owner, PoolSlot, TokenId},
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

/// The next 8 bytes, big-endian.
pub fn take_u64(input: &mut &[u8]) -> Result<u64, Refusal> {
	take(input).map(u64::from_be_bytes)
}

/// The next 16 bytes, big-endian.
pub fn take_u128(input: &mut &[u8]) -> Result<u128, Refusal> {
	take(input).map(u128::from_be_bytes)
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

/// A pool slot, in 2 bytes.
pub fn take_slot(input: &mut &[u8]) -> Result<PoolSlot, Refusal> {
	take_u16(input).map(PoolSlot)
}

/// Nothing may follow a value that stands alone.
pub fn finish(input: &[u8]) -> Result<(), Refusal> {
	if input.is_empty() { Ok(()) } else { Err(Refusal::TrailingBytes) }
}
