// SPDX-License-Identifier: Apache-2.0

//! The bytes of claims (section 12.6 of `docs/protocol.md`), of one length each, and their SCALE form.

use super::{BalanceClaim, BalanceProof, LiquidityClaim, PoolProof};
use crate::{
	state::PoolLeaf,
	tree::{ARITY, Path},
};
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;
use ligature_primitives::{
	bytes::Fixed,
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, POOL_DEPTH},
	poseidon::{WORD_BYTES, Word},
	refusal::Refusal,
	scale_as_bytes,
};

/// Bytes of a path of so many levels.
const fn path_bytes(depth: usize) -> usize {
	depth * (ARITY - 1) * WORD_BYTES
}

/// Account, owner, key, nonce and balance root; token and amount; the two paths.
const BALANCE_PROOF_BYTES: usize =
	(4 + 32 + 32 + 4 + 32) + (2 + 16) + path_bytes(ACCOUNT_DEPTH) + path_bytes(BALANCE_DEPTH);

/// Slot, parameters, side, own and foreign reserve and supply; the path.
const POOL_PROOF_BYTES: usize = (2 + 8 + 1 + 3 * 16) + path_bytes(POOL_DEPTH);

/// Bytes of a [`BalanceClaim`].
pub const BALANCE_CLAIM_BYTES: usize = BALANCE_PROOF_BYTES + WORD_BYTES;

/// Bytes of a [`LiquidityClaim`].
pub const LIQUIDITY_CLAIM_BYTES: usize = BALANCE_PROOF_BYTES + 2 * POOL_PROOF_BYTES + WORD_BYTES;

fn put_path(path: &Path, out: &mut Vec<u8>) {
	path.siblings.iter().flatten().for_each(|sibling| sibling.put(out));
}

fn take_path(depth: usize, input: &mut &[u8]) -> Result<Path, Refusal> {
	let mut siblings = alloc::vec![[Word::ZERO; ARITY - 1]; depth];
	for sibling in siblings.iter_mut().flatten() {
		*sibling = Fixed::take(input)?;
	}
	Ok(Path { siblings })
}

impl BalanceProof {
	fn put(&self, out: &mut Vec<u8>) {
		self.account.put(out);
		self.owner.put(out);
		self.key.put(out);
		self.nonce.put(out);
		self.balances.put(out);
		put_path(&self.account_path, out);
		self.token.put(out);
		self.amount.put(out);
		put_path(&self.balance_path, out);
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			account: Fixed::take(input)?,
			owner: Fixed::take(input)?,
			key: Fixed::take(input)?,
			nonce: Fixed::take(input)?,
			balances: Fixed::take(input)?,
			account_path: take_path(ACCOUNT_DEPTH, input)?,
			token: Fixed::take(input)?,
			amount: Fixed::take(input)?,
			balance_path: take_path(BALANCE_DEPTH, input)?,
		})
	}
}

impl PoolProof {
	fn put(&self, out: &mut Vec<u8>) {
		let PoolLeaf { params, side, own, foreign, supply } = &self.leaf;
		self.slot.put(out);
		params.put(out);
		side.put(out);
		own.put(out);
		foreign.put(out);
		supply.put(out);
		put_path(&self.path, out);
	}

	fn take(input: &mut &[u8]) -> Result<Self, Refusal> {
		Ok(Self {
			slot: Fixed::take(input)?,
			leaf: PoolLeaf {
				params: Fixed::take(input)?,
				side: Fixed::take(input)?,
				own: Fixed::take(input)?,
				foreign: Fixed::take(input)?,
				supply: Fixed::take(input)?,
			},
			path: take_path(POOL_DEPTH, input)?,
		})
	}
}

impl BalanceClaim {
	/// The claim's [`BALANCE_CLAIM_BYTES`].
	pub fn encode(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(BALANCE_CLAIM_BYTES);
		self.balance.put(&mut out);
		self.pools_root.put(&mut out);
		out
	}

	/// Reads what [`Self::encode`] wrote of a claim whose paths are as long as its trees are deep,
	/// and nothing else. Whether the claim holds, [`Self::verify`] says.
	///
	/// # Errors
	///
	/// [`Refusal::BadLength`]; [`Refusal::IndexTooLarge`], [`Refusal::WordNotCanonical`],
	/// [`Refusal::AmountTooLarge`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		if bytes.len() != BALANCE_CLAIM_BYTES {
			return Err(Refusal::BadLength);
		}
		let input = &mut &*bytes;
		Ok(Self { balance: BalanceProof::take(input)?, pools_root: Fixed::take(input)? })
	}
}

impl LiquidityClaim {
	/// The claim's [`LIQUIDITY_CLAIM_BYTES`].
	pub fn encode(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(LIQUIDITY_CLAIM_BYTES);
		self.shares.put(&mut out);
		self.home.put(&mut out);
		self.reserve.put(&mut out);
		self.accounts_root.put(&mut out);
		out
	}

	/// Reads what [`Self::encode`] wrote of a claim whose paths are as long as its trees are deep,
	/// and nothing else. Whether the claim holds, [`Self::verify`] says.
	///
	/// # Errors
	///
	/// Those of [`BalanceClaim::decode`], and [`Refusal::WrongSide`].
	pub fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
		if bytes.len() != LIQUIDITY_CLAIM_BYTES {
			return Err(Refusal::BadLength);
		}
		let input = &mut &*bytes;
		Ok(Self {
			shares: BalanceProof::take(input)?,
			home: PoolProof::take(input)?,
			reserve: PoolProof::take(input)?,
			accounts_root: Fixed::take(input)?,
		})
	}
}

scale_as_bytes!(BalanceClaim, BALANCE_CLAIM_BYTES);
scale_as_bytes!(LiquidityClaim, LIQUIDITY_CLAIM_BYTES);
