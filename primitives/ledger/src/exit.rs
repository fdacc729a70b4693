// SPDX-License-Identifier: Apache-2.0

//! Exits after a freeze: what proves a balance, or a share of a pool, against the freeze block.
//!
//! Section 12.6 of `docs/protocol.md`. A claim consists of leaves and Merkle paths; nobody needs a
//! prover to leave. The chain that pays checks it against roots of the freeze block's header and
//! remembers what was claimed. A claim has a fixed number of bytes, which are also its SCALE form.

mod bytes;

pub use bytes::{BALANCE_CLAIM_BYTES, LIQUIDITY_CLAIM_BYTES};

use crate::{
	state::{AccountLeaf, ChainState, PoolLeaf},
	tree::Path,
};
use ligature_primitives::{
	amount::{Amount, mul_div_floor},
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, POOL_DEPTH},
	ids::{AccountIndex, Nonce, Owner, PoolSlot, Side, TokenId},
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};

/// What a chain pays for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout {
	/// Who gets it, whoever sent the claim.
	pub owner: Owner,
	/// A token of the paying chain.
	pub token: TokenId,
	/// How much.
	pub amount: Amount,
}

/// One balance of an account, with the paths up to the account tree's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceProof {
	/// The account.
	pub account: AccountIndex,
	/// Its owner.
	pub owner: Owner,
	/// Its key word.
	pub key: Word,
	/// Its nonce.
	pub nonce: Nonce,
	/// Root of its balance tree.
	pub balances: Word,
	/// From the account's leaf to the account tree's root.
	pub account_path: Path,
	/// The token.
	pub token: TokenId,
	/// The balance.
	pub amount: Amount,
	/// From the balance to [`Self::balances`].
	pub balance_path: Path,
}

impl BalanceProof {
	/// Proves a balance as of the last sealed block, if the account exists. No block may be open.
	pub fn new(state: &ChainState, account: AccountIndex, token: TokenId) -> Option<Self> {
		let values = state.account(account)?;
		let leaf = state.leaf(account)?;
		Some(Self {
			account,
			owner: values.owner,
			key: leaf.key,
			nonce: leaf.nonce,
			balances: leaf.balances,
			account_path: state.account_path(account),
			token,
			amount: values.balance(token),
			balance_path: state.balance_path(account, token)?,
		})
	}

	/// The account tree's root to which the paths lead, or [`Refusal::BadPath`] if a path has another
	/// length than its tree, or the balance's does not lead to [`Self::balances`].
	pub fn accounts_root(&self) -> Result<Word, Refusal> {
		let leads = self.token.is_valid()
			&& self.balance_path.siblings.len() == BALANCE_DEPTH
			&& self.account_path.siblings.len() == ACCOUNT_DEPTH
			&& self.balance_path.root(
				Domain::BALANCE_NODE,
				self.token.0.into(),
				Word::from(self.amount.get()),
			) == self.balances;
		if !leads {
			return Err(Refusal::BadPath);
		}
		let leaf = AccountLeaf {
			owner: self.owner.word(),
			key: self.key,
			nonce: self.nonce,
			balances: self.balances,
		};
		Ok(self.account_path.root(Domain::ACCOUNT_NODE, self.account.get(), leaf.hash()))
	}
}

/// A pool leaf, with the path up to the pool tree's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolProof {
	/// Where the leaf stands.
	pub slot: PoolSlot,
	/// The leaf.
	pub leaf: PoolLeaf,
	/// From the leaf to the pool tree's root.
	pub path: Path,
}

impl PoolProof {
	/// Proves a pool leaf as of the last sealed block, if there is one. No block may be open.
	pub fn new(state: &ChainState, slot: PoolSlot) -> Option<Self> {
		Some(Self { slot, leaf: *state.pool(slot)?, path: state.pool_path(slot) })
	}

	/// The pool tree's root to which the path leads, or [`Refusal::BadPath`].
	pub fn pools_root(&self) -> Result<Word, Refusal> {
		let index = u32::from(self.slot.0);
		if self.path.siblings.len() != POOL_DEPTH || index >= 1 << (2 * POOL_DEPTH) {
			return Err(Refusal::BadPath);
		}
		Ok(self.path.root(Domain::POOL_NODE, index, self.leaf.hash()))
	}
}

/// [`Refusal::WrongRoot`] unless the two trees' roots make up `root`.
fn check_root(accounts: Word, pools: Word, root: Word) -> Result<(), Refusal> {
	if hash(Domain::ROOT, &[accounts, pools]) == root { Ok(()) } else { Err(Refusal::WrongRoot) }
}

/// A claim to a balance of an L1 token, against the root of the chain that pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceClaim {
	/// The balance.
	pub balance: BalanceProof,
	/// Root of the chain's pool tree.
	pub pools_root: Word,
}

impl BalanceClaim {
	/// The claim, if the account exists.
	pub fn new(state: &ChainState, account: AccountIndex, token: TokenId) -> Option<Self> {
		let balance = BalanceProof::new(state, account, token)?;
		Some(Self { balance, pools_root: state.pools_root() })
	}

	/// What is paid, if the claim holds against the chain's root.
	///
	/// # Errors
	///
	/// [`Refusal::TokenOutOfRange`] for shares, [`Refusal::BadPath`], [`Refusal::WrongRoot`].
	pub fn verify(&self, root: Word) -> Result<Payout, Refusal> {
		let BalanceProof { owner, token, amount, .. } = self.balance;
		if !token.is_l1() {
			return Err(Refusal::TokenOutOfRange);
		}
		check_root(self.balance.accounts_root()?, self.pools_root, root)?;
		Ok(Payout { owner, token, amount })
	}
}

/// A claim to an account's part of one side of a pool, paid by that side's chain.
///
/// The shares are proven against the pool's home chain, the reserve against the paying chain; for
/// side 0 these are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiquidityClaim {
	/// The balance of shares, on the home chain.
	pub shares: BalanceProof,
	/// The leaf of side 0 with the supply, on the home chain.
	pub home: PoolProof,
	/// The leaf of the side that is paid out, on the paying chain.
	pub reserve: PoolProof,
	/// Root of the paying chain's account tree.
	pub accounts_root: Word,
}

impl LiquidityClaim {
	/// The claim of an account to one side of the pool whose home leaf stands at `slot`, if account
	/// and pool exist. `paying` is the state of that side's chain, of the same block.
	pub fn new(
		home: &ChainState,
		account: AccountIndex,
		slot: PoolSlot,
		paying: &ChainState,
		side: Side,
	) -> Option<Self> {
		let home_leaf = PoolProof::new(home, slot)?;
		let reserve = PoolProof::new(paying, paying.pool_slot(&home_leaf.leaf.params, side)?)?;
		Some(Self {
			shares: BalanceProof::new(home, account, TokenId::lp(slot)?)?,
			home: home_leaf,
			reserve,
			accounts_root: paying.accounts_root(),
		})
	}

	/// What the chain of the claimed side pays: `floor(own · shares / supply)`.
	///
	/// # Errors
	///
	/// [`Refusal::TokenOutOfRange`] if the balance is not the pool's shares, [`Refusal::WrongSide`] if
	/// the home leaf is not side 0, [`Refusal::BadPoolParams`] if the leaves are of different pools,
	/// [`Refusal::PoolEmpty`], [`Refusal::BadPath`], [`Refusal::WrongRoot`].
	pub fn verify(&self, home_root: Word, paying_root: Word) -> Result<Payout, Refusal> {
		if TokenId::lp(self.home.slot) != Some(self.shares.token) {
			return Err(Refusal::TokenOutOfRange);
		}
		if self.home.leaf.side != Side::Zero {
			return Err(Refusal::WrongSide);
		}
		if self.home.leaf.params != self.reserve.leaf.params {
			return Err(Refusal::BadPoolParams);
		}
		check_root(self.shares.accounts_root()?, self.home.pools_root()?, home_root)?;
		check_root(self.accounts_root, self.reserve.pools_root()?, paying_root)?;
		let (shares, supply) = (self.shares.amount.get(), self.home.leaf.supply.get());
		let amount =
			mul_div_floor(self.reserve.leaf.own.get(), shares, supply).ok_or(Refusal::PoolEmpty)?;
		Ok(Payout {
			owner: self.shares.owner,
			token: self.reserve.leaf.token(),
			amount: Amount::new(amount)?,
		})
	}
}
