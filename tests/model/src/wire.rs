// SPDX-License-Identifier: Apache-2.0

//! Public data as section 9 writes it, straight from its tables: the bytes of a chain's block.

use crate::half::Half;
use ligature_primitives::{ids::Owner, keys::PublicKey};
use std::collections::BTreeMap;

/// The bytes of a chain's block: the registers in ascending slot, then the halves in their order.
///
/// `registers` holds, per pool slot touched, its own and foreign reserve after the block. A chain
/// without a half has no byte at all.
pub fn stream(registers: &BTreeMap<u16, (u128, u128)>, halves: &[Half]) -> Vec<u8> {
	if halves.is_empty() {
		return Vec::new();
	}
	let mut out = Out { bytes: vec![registers.len() as u8], fees: [0; 64] };
	let mut numbers = BTreeMap::new();
	for (number, (slot, (own, foreign))) in registers.iter().enumerate() {
		numbers.insert(*slot, number as u8);
		out.big_endian(u128::from(*slot), 2);
		out.amount(*own);
		out.amount(*foreign);
	}
	for half in halves {
		out.half(half, &numbers);
	}
	out.bytes
}

struct Out {
	bytes: Vec<u8>,
	/// "The fee last written for t".
	fees: [u128; 64],
}

impl Out {
	fn big_endian(&mut self, value: u128, width: usize) {
		self.bytes.extend_from_slice(&value.to_be_bytes()[16 - width..]);
	}

	fn head(&mut self, head: u8) {
		self.bytes.push(head);
	}

	fn account(&mut self, account: u32) {
		self.big_endian(u128::from(account), 3);
	}

	fn token(&mut self, token: u16) {
		self.big_endian(u128::from(token), 2);
	}

	fn owner(&mut self, owner: &Owner) {
		self.bytes.extend_from_slice(&owner.0);
	}

	fn key(&mut self, key: &PublicKey) {
		self.bytes.extend_from_slice(&key.0);
	}

	fn amount(&mut self, value: u128) {
		self.bytes.extend_from_slice(&amount_bytes(value));
	}

	fn fee(&mut self, value: u128) {
		self.bytes.extend_from_slice(&fee_bytes(value));
	}

	/// A head that names a register, and a new account by the head eight above, if `new` can be.
	fn register_head(&mut self, base: u8, new: bool, number: u8) {
		self.head(base + if new { 8 } else { 0 } + number);
	}

	fn half(&mut self, half: &Half, numbers: &BTreeMap<u16, u8>) {
		match half {
			Half::Transfer { token, from, to, created: None, amount, fee } => {
				let small = usize::from(*token) < 64;
				if small && self.fees[usize::from(*token)] == *fee {
					self.head(0x40 + *token as u8);
				} else if small {
					self.head(*token as u8);
				} else {
					self.head(0x80);
					self.token(*token);
				}
				self.account(*from);
				self.account(*to);
				self.amount(*amount);
				if !small {
					self.fee(*fee);
				} else if self.fees[usize::from(*token)] != *fee {
					self.fee(*fee);
					self.fees[usize::from(*token)] = *fee;
				}
			},
			Half::Transfer { token, from, to, created: Some(owner), amount, fee } => {
				self.head(0x81);
				self.token(*token);
				self.account(*from);
				self.account(*to);
				self.owner(owner);
				self.amount(*amount);
				self.fee(*fee);
			},
			Half::Withdraw { token, account, receiver, amount, fee } => {
				self.head(0x82);
				self.token(*token);
				self.account(*account);
				self.owner(receiver);
				self.amount(*amount);
				self.fee(*fee);
			},
			Half::Deposit { new, account, token, owner, amount, key } => {
				self.head(0x88);
				self.head(u8::from(*new) + 2 * u8::from(key.is_some()));
				self.account(*account);
				self.token(*token);
				self.owner(owner);
				self.amount(*amount);
				if let Some(key) = key {
					self.key(key);
				}
			},
			Half::FullExit { account, token, owner, paid } => {
				self.head(0x89);
				self.account(*account);
				self.token(*token);
				self.owner(owner);
				self.amount(*paid);
			},
			Half::ExitShares { account, token, owner, shares, x } => {
				self.head(0x89);
				self.account(*account);
				self.token(*token);
				self.owner(owner);
				self.amount(*shares);
				self.amount(*x);
			},
			Half::ChangePubKey { new, applied, account, owner, key } => {
				self.head(0x8A);
				self.head(u8::from(*new) + 2 * u8::from(*applied));
				self.account(*account);
				self.owner(owner);
				self.key(key);
			},
			Half::CreatePool { slot, side, params } => {
				self.head(0x8B);
				self.big_endian(u128::from(*slot), 2);
				self.head(*side);
				self.big_endian(u128::from(*params), 8);
			},
			Half::SwapIn { slot, account, amount, fee } => {
				self.register_head(0xA0, false, numbers[slot]);
				self.account(*account);
				self.amount(*amount);
				self.fee(*fee);
			},
			Half::SwapOut { slot, account, created, amount } => {
				self.far(0xA8, numbers[slot], *account, created.as_ref(), *amount);
			},
			Half::AddLiquidity0 { slot, account, x, fee, minted } => {
				self.register_head(0xB8, false, numbers[slot]);
				self.account(*account);
				self.amount(*x);
				self.fee(*fee);
				self.amount(*minted);
			},
			Half::AddLiquidity1 { slot, account, y } => {
				self.far(0xC0, numbers[slot], *account, None, *y);
			},
			Half::RemoveLiquidity0 { slot, account, shares, x, fee } => {
				self.register_head(0xC8, false, numbers[slot]);
				self.account(*account);
				self.amount(*shares);
				self.amount(*x);
				self.fee(*fee);
			},
			Half::RemoveLiquidity1 { slot, account, created, y } => {
				self.far(0xD0, numbers[slot], *account, created.as_ref(), *y);
			},
			Half::ExitLiquidity1 { slot, account, created, y } => {
				self.far(0xE0, numbers[slot], *account, created.as_ref(), *y);
			},
		}
	}

	/// The halves that pay: account, owner if the account is new, amount.
	fn far(&mut self, base: u8, number: u8, account: u32, created: Option<&Owner>, amount: u128) {
		self.register_head(base, created.is_some(), number);
		self.account(account);
		if let Some(owner) = created {
			self.owner(owner);
		}
		self.amount(amount);
	}
}

/// An amount on the wire (section 6).
pub fn amount_bytes(value: u128) -> Vec<u8> {
	let minimal: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
	if value >= 65_536 {
		let (mut mantissa, mut exponent) = (value, 0u128);
		while mantissa % 10 == 0 {
			mantissa /= 10;
			exponent += 1;
		}
		if mantissa < 100_000_000 {
			return ((exponent * 100_000_000 + mantissa) as u32).to_be_bytes().to_vec();
		}
	}
	let mut bytes = vec![0xD0 + minimal.len() as u8];
	bytes.extend(minimal);
	bytes
}

/// A fee on the wire (section 6).
pub fn fee_bytes(value: u128) -> Vec<u8> {
	if value == 0 {
		return vec![0];
	}
	let (mut digit, mut exponent) = (value, 0u8);
	while digit % 10 == 0 {
		digit /= 10;
		exponent += 1;
	}
	if digit <= 9 && exponent <= 23 {
		return vec![10 * exponent + digit as u8];
	}
	let mut bytes = vec![0xF0];
	bytes.extend(amount_bytes(value));
	bytes
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_have_the_forms_of_section_6() {
		assert_eq!(amount_bytes(0), [0xD0]);
		assert_eq!(amount_bytes(255), [0xD1, 255]);
		assert_eq!(amount_bytes(65_535), [0xD2, 255, 255]);
		assert_eq!(amount_bytes(65_536), 65_536u32.to_be_bytes());
		assert_eq!(amount_bytes(100_000), 500_000_001u32.to_be_bytes());
		assert_eq!(amount_bytes(99_999_999), 99_999_999u32.to_be_bytes());
		assert_eq!(amount_bytes(100_000_001), [0xD4, 5, 0xF5, 0xE1, 1]);
		assert_eq!(amount_bytes(5 * 10u128.pow(33)), 3_300_000_005u32.to_be_bytes());
		assert_eq!(amount_bytes((1 << 112) - 1).len(), 15);
	}

	#[test]
	fn fees_have_the_forms_of_section_6() {
		assert_eq!(fee_bytes(0), [0]);
		assert_eq!(fee_bytes(9), [9]);
		assert_eq!(fee_bytes(10), [11]);
		assert_eq!(fee_bytes(9 * 10u128.pow(23)), [239]);
		assert_eq!(fee_bytes(10u128.pow(24))[0], 0xF0);
		assert_eq!(fee_bytes(11), [0xF0, 0xD1, 11]);
	}
}
