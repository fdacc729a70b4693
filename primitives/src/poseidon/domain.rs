// SPDX-License-Identifier: Apache-2.0

//! What a hash is for, as part of what is hashed.

use core::fmt;

/// The purpose of a hash: up to eight lower-case letters, read as a little-endian integer.
///
/// Two hashes of different domains never have the same input to the permutation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domain(u64);

impl Domain {
	/// An owner's 32 bytes as two 128-bit halves.
	pub const OWNER: Self = Self::new("owner");
	/// The coordinates of a public key.
	pub const KEY: Self = Self::new("key");
	/// An account leaf.
	pub const ACCOUNT: Self = Self::new("account");
	/// A pool leaf.
	pub const POOL_LEAF: Self = Self::new("poolleaf");
	/// An inner node of the account tree.
	pub const ACCOUNT_NODE: Self = Self::new("nodeacct");
	/// An inner node of an account's balance tree.
	pub const BALANCE_NODE: Self = Self::new("nodebal");
	/// An inner node of the pool tree.
	pub const POOL_NODE: Self = Self::new("nodepool");
	/// The root of one chain's state.
	pub const ROOT: Self = Self::new("root");
	/// The final root of a block.
	pub const FINAL_ROOT: Self = Self::new("final");
	/// A signed transaction.
	pub const TRANSACTION: Self = Self::new("tx");
	/// The challenge of a signature.
	pub const SIGNATURE: Self = Self::new("sig");
	/// The joint log of one chain.
	pub const JOINT_LOG: Self = Self::new("log");
	/// The public data of one chain.
	pub const PUBLIC_DATA: Self = Self::new("pubdata");
	/// The public input of a chain circuit.
	pub const CHAIN_INPUT: Self = Self::new("chainpi");
	/// The public input of the join circuit.
	pub const JOIN_INPUT: Self = Self::new("joinpi");

	/// All domains of the protocol, in the order of its table.
	pub const ALL: [Self; 15] = [
		Self::OWNER,
		Self::KEY,
		Self::ACCOUNT,
		Self::POOL_LEAF,
		Self::ACCOUNT_NODE,
		Self::BALANCE_NODE,
		Self::POOL_NODE,
		Self::ROOT,
		Self::FINAL_ROOT,
		Self::TRANSACTION,
		Self::SIGNATURE,
		Self::JOINT_LOG,
		Self::PUBLIC_DATA,
		Self::CHAIN_INPUT,
		Self::JOIN_INPUT,
	];

	/// The domain that a tag names.
	///
	/// # Panics
	///
	/// If the tag is not one to eight ASCII letters or digits; in a constant this is a compile error.
	pub const fn new(tag: &str) -> Self {
		let bytes = tag.as_bytes();
		assert!(!bytes.is_empty() && bytes.len() <= 8, "a tag has one to eight characters");
		let mut value = 0;
		let mut i = 0;
		while i < bytes.len() {
			assert!(bytes[i].is_ascii_alphanumeric(), "a tag consists of ASCII letters and digits");
			value |= (bytes[i] as u64) << (8 * i);
			i += 1;
		}
		Self(value)
	}

	/// The tag as an integer: its characters, the first in the lowest byte.
	pub const fn value(self) -> u64 {
		self.0
	}
}

impl fmt::Display for Domain {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for byte in self.0.to_le_bytes().into_iter().filter(|byte| *byte != 0) {
			write!(f, "{}", char::from(byte))?;
		}
		Ok(())
	}
}

impl fmt::Debug for Domain {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Domain({self})")
	}
}
