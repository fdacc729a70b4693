// SPDX-License-Identifier: Apache-2.0

//! The words that a signature covers, written from section 7.1 with integers without a bound.

use ark_bls12_381::Fr;
use ligature_primitives::{
	ids::Owner,
	poseidon::{Domain, hash},
};
use num_bigint::BigUint;

/// `pack` of section 1: the first field stands in the lowest bits.
pub(crate) fn pack(fields: &[(u128, u32)]) -> Fr {
	let mut sum = BigUint::from(0u8);
	let mut shift = 0;
	for (value, width) in fields {
		sum += BigUint::from(*value) << shift;
		shift += width;
	}
	assert!(shift <= 248, "every pack of the protocol fits 248 bits");
	Fr::from(sum)
}

/// The fields of section 7.1's table; what a kind does not name is zero.
#[derive(Clone, Debug, Default)]
pub struct Message {
	/// The kind's number.
	pub kind: u8,
	/// The network.
	pub network: u32,
	/// Seconds since 1970.
	pub expiry: u64,
	/// Chain, account and nonce of the first debit.
	pub first: (u8, u32, u32),
	/// Chain, account and nonce of the second debit.
	pub second: (u8, u32, u32),
	/// Amount or shares.
	pub amount: u128,
	/// The fee.
	pub fee: u128,
	/// The token, where there is no pool.
	pub token: u16,
	/// The limits.
	pub limits: (u128, u128),
	/// The input side of a swap.
	pub direction: u8,
	/// The receiver's owner word, or a pool's parameters.
	pub subject: Fr,
}

impl Message {
	/// The transaction hash.
	pub fn hash(&self) -> Fr {
		let version = 1;
		let words = [
			pack(&[
				(version, 8),
				(u128::from(self.kind), 8),
				(u128::from(self.network), 32),
				(u128::from(self.expiry), 40),
				(u128::from(self.first.0), 8),
				(u128::from(self.first.1), 24),
				(u128::from(self.first.2), 32),
				(u128::from(self.second.0), 8),
				(u128::from(self.second.1), 24),
				(u128::from(self.second.2), 32),
			]),
			pack(&[(self.amount, 112), (self.fee, 80), (u128::from(self.token), 16)]),
			pack(&[(self.limits.0, 112), (self.limits.1, 112), (u128::from(self.direction), 8)]),
			self.subject,
		];
		hash(Domain::new("tx"), &words)
	}
}

/// The word of an owner: its two halves, little-endian.
pub fn owner_word(owner: &Owner) -> Fr {
	let half = |bytes: &[u8]| Fr::from(BigUint::from_bytes_le(bytes));
	hash(Domain::new("owner"), &[half(&owner.0[..16]), half(&owner.0[16..])])
}

/// The word of a pool's parameters.
pub fn params_word(params: u64) -> Fr {
	Fr::from(params)
}
