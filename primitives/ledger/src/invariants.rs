// SPDX-License-Identifier: Apache-2.0

//! The invariants of `docs/protocol.md`, section 14, as checks over a whole ledger.
//!
//! They read every account, so they are for tests and for an auditor, not for every block of a large
//! ledger. Widths (1) and the absence of panics (13) are the types' business; that a debit needs a
//! signature or an L1 request (7) and that keys change by owners only (9) is execution's, and what of
//! them shows in a state is checked here.

use crate::{
	ledger::{Ledger, SealedBlock},
	state::{ChainState, PoolLeaf},
	tree::{Sequential, Shape, recompute},
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::convert::Infallible;
use ligature_primitives::{
	amount::Amount,
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, MINIMUM_LIQUIDITY, POOL_DEPTH},
	ids::{AccountIndex, ChainId, PoolSlot, Side, TokenId},
	poseidon::{Domain, Word, hash},
};
use primitive_types::U512;

/// An invariant that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
	/// 2: balances, own reserves and fees taken of an L1 token are not what went in less what went
	/// out.
	#[error("chain {chain}, token {token}: the parts sum to {sum}, the total is {total}")]
	Total {
		/// The chain.
		chain: ChainId,
		/// The token.
		token: TokenId,
		/// What the parts sum to.
		sum: u128,
		/// What deposits, withdrawals and exits left.
		total: Amount,
	},
	/// 3: the shares, with the locked ones, are not the supply.
	#[error("chain {chain}, pool {slot}: the shares sum to {sum}, the supply is {supply}")]
	Shares {
		/// The home chain.
		chain: ChainId,
		/// The slot.
		slot: PoolSlot,
		/// Balances and locked shares.
		sum: u128,
		/// The leaf's supply.
		supply: Amount,
	},
	/// 3, 4: a pool leaf is not in a state that liquidity and swaps lead to.
	#[error("chain {chain}, pool {slot}: reserves and supply do not go together")]
	Pool {
		/// The chain.
		chain: ChainId,
		/// The slot.
		slot: PoolSlot,
	},
	/// 4: a swap made the product of the reserves fall.
	#[error("the product of the reserves of pool {slot} of chain {chain} fell")]
	Product {
		/// The home chain.
		chain: ChainId,
		/// The slot.
		slot: PoolSlot,
	},
	/// 5: shares gained value by rounding.
	#[error("the shares of pool {slot} of chain {chain} were diluted")]
	Dilution {
		/// The home chain.
		chain: ChainId,
		/// The slot.
		slot: PoolSlot,
	},
	/// 6: a leaf's foreign reserve is not the own one of the other side.
	#[error("chain {chain}, pool {slot}: the foreign reserve is not the other side's own")]
	Foreign {
		/// The chain.
		chain: ChainId,
		/// The slot.
		slot: PoolSlot,
	},
	/// 7, 8, 9: an account's nonce fell, or its owner changed, or it vanished.
	#[error("chain {chain}, account {account}: not what it has to be after what it was")]
	Account {
		/// The chain.
		chain: ChainId,
		/// The account.
		account: AccountIndex,
	},
	/// 8, 10: the root is not the one of the values.
	#[error("chain {chain}: the root is not the one of accounts and pools")]
	Root {
		/// The chain.
		chain: ChainId,
	},
	/// 10: a half without data changed something.
	#[error("chain {chain}: an empty half changed something")]
	EmptyHalf {
		/// The chain.
		chain: ChainId,
	},
	/// 11: joint log entries are not twice the joint operations.
	#[error("{entries} entries of joint logs for {joint} joint operations")]
	Joint {
		/// Entries of all chains.
		entries: u64,
		/// Joint operations.
		joint: u32,
	},
}

/// Checks what holds between any two operations: 2, 3, 6, and of 4 what one state shows; and, unless
/// a block is being executed, that the roots are those of the values (8, 10).
pub fn check_invariants(ledger: &Ledger) -> Result<(), Violation> {
	for (position, state) in ledger.states().iter().enumerate() {
		let fees = ledger.open_chains().get(position).map(|chain| &chain.fees);
		check_sums(state, fees.unwrap_or(&BTreeMap::new()))?;
		check_pools(ledger, state)?;
		if ledger.open_block().is_none() && root_by_definition(state) != state.root() {
			return Err(Violation::Root { chain: state.chain() });
		}
	}
	Ok(())
}

/// 2 and 3.
fn check_sums(state: &ChainState, fees: &BTreeMap<TokenId, Amount>) -> Result<(), Violation> {
	let chain = state.chain();
	let mut sums: BTreeMap<TokenId, u128> = BTreeMap::new();
	let mut add = |token, amount| *sums.entry(token).or_default() += amount;
	for (_, account) in state.accounts() {
		account.balances().for_each(|(token, amount)| add(token, amount.get()));
	}
	for (slot, leaf) in state.pools() {
		add(leaf.token(), leaf.own.get());
		if let Some(token) = TokenId::lp(slot).filter(|_| !leaf.supply.is_zero()) {
			add(token, MINIMUM_LIQUIDITY);
		}
	}
	fees.iter().for_each(|(token, fee)| add(*token, fee.get()));
	// A token of which nothing is left needs a total of nothing.
	state.totals().for_each(|(token, _)| add(token, 0));
	for (slot, leaf) in state.pools() {
		if let Some(token) = TokenId::lp(slot) {
			let sum = sums.remove(&token).unwrap_or(0);
			if sum != leaf.supply.get() {
				return Err(Violation::Shares { chain, slot, sum, supply: leaf.supply });
			}
		}
	}
	// What remains are L1 tokens, and shares of pools that do not exist: both need a total.
	for (token, sum) in sums {
		let total = state.total(token);
		if sum != total.get() {
			return Err(Violation::Total { chain, token, sum, total });
		}
	}
	Ok(())
}

/// The leaf of the other side, if it exists.
fn other_leaf<'a>(ledger: &'a Ledger, leaf: &PoolLeaf) -> Option<&'a PoolLeaf> {
	let side = leaf.side.other();
	let state = ledger.state(leaf.params.chain(side)).ok()?;
	state.pool(state.pool_slot(&leaf.params, side)?)
}

/// 3, 4 and 6.
fn check_pools(ledger: &Ledger, state: &ChainState) -> Result<(), Violation> {
	let chain = state.chain();
	for (slot, leaf) in state.pools() {
		let other = other_leaf(ledger, leaf);
		if leaf.chain() != chain
			|| state.pool_slot(&leaf.params, leaf.side) != Some(slot)
			|| (leaf.side == Side::One && !leaf.supply.is_zero())
			|| (other.is_none() && !(leaf.own.is_zero() && leaf.supply.is_zero()))
		{
			return Err(Violation::Pool { chain, slot });
		}
		if leaf.foreign != other.map_or(Amount::ZERO, |other| other.own) {
			return Err(Violation::Foreign { chain, slot });
		}
		let filled = !leaf.own.is_zero() && !leaf.foreign.is_zero();
		if leaf.side == Side::Zero && leaf.supply.is_zero() == filled {
			return Err(Violation::Pool { chain, slot });
		}
	}
	Ok(())
}

/// The root from the values alone: every leaf hashed, all trees built anew.
fn root_by_definition(state: &ChainState) -> Word {
	fn root(domain: Domain, depth: usize, leaves: &[((), u32, Word)]) -> Word {
		let shape = Shape::new(domain, depth as u8);
		let nodes = recompute(&shape, &Sequential, leaves, |(), _, _| Ok::<_, Infallible>(None));
		match nodes {
			Ok(nodes) => {
				nodes.last().and_then(|node| node.value).unwrap_or_else(|| shape.empty_root())
			},
			Err(never) => match never {},
		}
	}
	let accounts: Vec<((), u32, Word)> = state
		.accounts()
		.map(|(index, account)| {
			let balances: Vec<_> = account
				.balances()
				.map(|(token, amount)| ((), u32::from(token.0), Word::from(amount.get())))
				.collect();
			let leaf = [
				account.owner.word(),
				account.key(),
				Word::from(account.nonce().0),
				root(Domain::BALANCE_NODE, BALANCE_DEPTH, &balances),
			];
			((), index.get(), hash(Domain::ACCOUNT, &leaf))
		})
		.collect();
	let pools: Vec<((), u32, Word)> =
		state.pools().map(|(slot, leaf)| ((), u32::from(slot.0), leaf.hash())).collect();
	hash(
		Domain::ROOT,
		&[
			root(Domain::ACCOUNT_NODE, ACCOUNT_DEPTH, &accounts),
			root(Domain::POOL_NODE, POOL_DEPTH, &pools),
		],
	)
}

/// Checks what holds between a ledger and the same ledger after one operation: 4, 5, and of 7, 8 and
/// 9 what the two states show.
pub fn check_step(before: &Ledger, after: &Ledger) -> Result<(), Violation> {
	for (old, new) in before.states().iter().zip(after.states()) {
		let chain = old.chain();
		for (account, was) in old.accounts() {
			let keeps = new
				.account(account)
				.is_some_and(|is| is.owner == was.owner && is.nonce() >= was.nonce());
			if !keeps {
				return Err(Violation::Account { chain, account });
			}
		}
		for (slot, was) in old.pools().filter(|(_, leaf)| leaf.side == Side::Zero) {
			let Some(is) = new.pool(slot).filter(|is| is.params == was.params) else {
				return Err(Violation::Pool { chain, slot });
			};
			if was.supply.is_zero() {
				continue;
			}
			// r0·r1/S² is compared as r0·r1·S'² with the sides exchanged; S = S' for swaps.
			let fell = cross(is, was.supply) < cross(was, is.supply);
			if is.supply.is_zero() {
				return Err(Violation::Pool { chain, slot });
			}
			if fell && is.supply == was.supply {
				return Err(Violation::Product { chain, slot });
			}
			if fell {
				return Err(Violation::Dilution { chain, slot });
			}
		}
	}
	Ok(())
}

/// r0·r1·supply² of a home leaf and another supply: below 2^448.
fn cross(leaf: &PoolLeaf, supply: Amount) -> U512 {
	[leaf.own, leaf.foreign, supply, supply]
		.into_iter()
		.fold(U512::one(), |product, factor| product * U512::from(factor.get()))
}

/// Checks what a sealed block says of itself: 6 and 10 of empty halves, 11.
pub fn check_block(block: &SealedBlock) -> Result<(), Violation> {
	for chain in &block.chains {
		let header = &chain.header;
		let unchanged = header.old_root == header.new_root && header.old_next == header.new_next;
		if chain.bytes.is_empty() != header.size_class.is_empty()
			|| (chain.bytes.is_empty() && !unchanged)
		{
			return Err(Violation::EmptyHalf { chain: header.chain });
		}
	}
	let entries: u64 = block.chains.iter().map(|chain| u64::from(chain.header.log_count)).sum();
	if entries != 2 * u64::from(block.joint) {
		return Err(Violation::Joint { entries, joint: block.joint });
	}
	Ok(())
}
