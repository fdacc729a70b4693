// SPDX-License-Identifier: Apache-2.0

//! The limits of the protocol (section 2 of `docs/protocol.md`), in one place.

use crate::checked::checked;

/// Format version, bound into every signed transaction and every header.
pub const PROTOCOL_VERSION: u8 = 1;
/// Fewest chains of a network.
pub const MIN_CHAINS: usize = 2;
/// Most chains of a network.
pub const MAX_CHAINS: usize = 4;

/// Levels of the 4-ary account tree of a chain.
pub const ACCOUNT_DEPTH: usize = 12;
/// Account indices of a chain: `4^ACCOUNT_DEPTH`.
pub const MAX_ACCOUNTS: u32 = 1 << (2 * ACCOUNT_DEPTH);
/// The last indices, which only Deposit, ChangePubKey and the far half of FullExit create.
pub const RESERVED_INDICES: u32 = 1 << 16;
/// First reserved index: operations that are not entered on L1 create leaves below it only.
pub const FIRST_RESERVED_INDEX: u32 = MAX_ACCOUNTS - RESERVED_INDICES;
/// The last of the reserved indices, which only the far half of FullExit creates: what a chain's own
/// users enter can never take the leaf that an exit from another chain needs.
pub const RESERVED_FOR_EXITS: u32 = 1 << 15;
/// First index reserved for exits: Deposit and ChangePubKey create leaves below it only.
pub const FIRST_EXIT_INDEX: u32 = MAX_ACCOUNTS - RESERVED_FOR_EXITS;
/// How many indices below [`FIRST_EXIT_INDEX`] the door keeps free, for exits from other chains that
/// are served while a request waits.
pub const DOOR_MARGIN: u32 = 1 << 14;
/// Levels of the 4-ary balance tree of an account.
pub const BALANCE_DEPTH: usize = 5;
/// Token ids of a chain: `4^BALANCE_DEPTH`, L1 tokens and LP tokens together.
pub const MAX_TOKENS: u16 = 1 << (2 * BALANCE_DEPTH);
/// Levels of the 4-ary pool tree of a chain.
pub const POOL_DEPTH: usize = 5;
/// Pool leaves that a chain may use; the rest of the tree stays empty.
pub const MAX_POOLS: u16 = 512;
/// First LP token id. Ids below it are L1 tokens; `LP_TOKEN_BASE + slot` is the share token of
/// the pool whose side-0 leaf stands at `slot`.
pub const LP_TOKEN_BASE: u16 = 512;

/// Width of amounts, balances, reserves, shares, supplies and totals owed.
pub const AMOUNT_BITS: u32 = 112;
/// Width of the fee of one transaction.
pub const FEE_BITS: u32 = 80;
/// Width of a time in seconds since 1970.
pub const TIME_BITS: u32 = 40;
/// Width of a network id.
pub const NETWORK_BITS: u32 = 32;
/// Width of an account's nonce; the last value is never spent.
pub const NONCE_BITS: u32 = 32;

/// Denominator of pool fees.
pub const BPS: u16 = 10_000;
/// Largest pool fee, in [`BPS`]: ten per cent.
pub const MAX_FEE_BPS: u16 = 1_000;
/// Shares that the first liquidity of a pool locks for ever.
pub const MINIMUM_LIQUIDITY: u128 = 1_000;

/// Pool leaves that a block may touch on one chain.
pub const REGISTERS: usize = 8;
/// Tokens in which a block may take fees above zero on one chain.
pub const FEE_TOKENS: usize = 4;
/// Tokens whose last fee the public data remembers (ids below this number).
pub const REMEMBERED_FEES: usize = 64;
/// Blocks by which the chains' heights may differ after exodus without oracles.
pub const TORN_BLOCKS: u64 = 4;

/// Most bytes that the registers of a public-data stream take: the count, and per register a slot
/// and two amounts.
pub const MAX_REGISTER_BYTES: usize = 1 + REGISTERS * (2 + 15 + 15);

/// Capacity of each class, in slots (of a chain's half) or joint operations (of the join).
const CAPACITIES: [u32; 5] = [0, 8, 32, 128, 512];

/// The largest class.
const MAX_CLASS: u8 = CAPACITIES.len() as u8 - 1;

checked! {
	/// Size class of a chain's half of a block: how many slots its circuit has.
	SizeClass(u8) <= MAX_CLASS, else UnknownClass
}

checked! {
	/// Class of a block's join: how many joint operations its circuit has. 0 means no join proof.
	JoinClass(u8) <= MAX_CLASS, else UnknownClass
}

/// What [`SizeClass`] and [`JoinClass`] have in common.
macro_rules! class {
	($name:ident, $what:literal) => {
		impl $name {
			/// Class 0: nothing happens.
			pub const EMPTY: Self = Self(0);
			/// All classes, the smallest first.
			pub const ALL: [Self; 5] = [Self(0), Self(1), Self(2), Self(3), Self(4)];

			#[doc = concat!("How many ", $what, " the class holds.")]
			pub const fn capacity(self) -> u32 {
				CAPACITIES[self.0 as usize]
			}

			#[doc = concat!("The smallest class that holds `count` ", $what, ", if any does.")]
			pub fn smallest_for(count: u32) -> Option<Self> {
				Self::ALL.into_iter().find(|class| class.capacity() >= count)
			}

			/// Whether this is class 0.
			pub const fn is_empty(self) -> bool {
				self.0 == 0
			}
		}
	};
}

class!(SizeClass, "slots");
class!(JoinClass, "joint operations");

impl SizeClass {
	/// Most bytes of public data in a block of this class: 60 per slot and the registers; nothing
	/// in class 0.
	pub const fn max_public_data(self) -> usize {
		if self.is_empty() { 0 } else { 60 * self.capacity() as usize + MAX_REGISTER_BYTES }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::refusal::Refusal;
	use codec::Decode;

	#[test]
	fn public_data_limits_equal_the_table() {
		let limits = SizeClass::ALL.map(SizeClass::max_public_data);
		assert_eq!(limits, [0, 737, 2_177, 7_937, 30_977]);
	}

	#[test]
	fn classes_above_four_are_refused() {
		assert_eq!(SizeClass::new(5), Err(Refusal::UnknownClass));
		assert_eq!(JoinClass::new(255), Err(Refusal::UnknownClass));
		assert!(SizeClass::decode(&mut &[5u8][..]).is_err());
		assert_eq!(SizeClass::decode(&mut &[4u8][..]), SizeClass::new(4).map_err(|_| "".into()));
	}

	#[test]
	fn smallest_class_holds_the_count() {
		assert_eq!(SizeClass::smallest_for(0), Some(SizeClass::EMPTY));
		assert_eq!(SizeClass::smallest_for(8).map(SizeClass::get), Some(1));
		assert_eq!(JoinClass::smallest_for(33).map(JoinClass::get), Some(3));
		assert_eq!(SizeClass::smallest_for(513), None);
	}
}
