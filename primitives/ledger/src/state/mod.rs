// SPDX-License-Identifier: Apache-2.0

//! The state of one chain: accounts, pools and the trees that commit to them.
//!
//! Execution works on plain values and hashes nothing. Every change of a value goes into a journal,
//! which serves three ends: a refused operation is unwound to where it began; sealing
//! reads from it which leaves to hash, each once however often it changed; and kept with the nodes
//! that the seal replaced it takes a whole block back.

mod account;
mod pool;

pub use account::{Account, AccountLeaf};
pub use pool::PoolLeaf;

use crate::tree::{MemoryNodes, NodeChange, NodeHasher, Path, Shape, Tree, recompute};
use account::Balances;
use alloc::{
	collections::{BTreeMap, VecDeque},
	vec::Vec,
};
use core::convert::Infallible;
use ligature_primitives::{
	amount::Amount,
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, MAX_ACCOUNTS, MAX_POOLS, POOL_DEPTH},
	ids::{AccountIndex, ChainId, Nonce, Owner, PoolSlot, Side, TokenId},
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
};

/// The value that one change replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
	Balance { account: AccountIndex, token: TokenId, before: Amount },
	Nonce { account: AccountIndex, before: Nonce },
	Key { account: AccountIndex, before: Word },
	AccountCreated,
	Pool { slot: PoolSlot, before: PoolLeaf },
	PoolCreated,
	Total { token: TokenId, before: Amount },
}

/// Where a journal stood; see [`ChainState::unwind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Savepoint(usize);

/// What takes a sealed block back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Undo {
	journal: Vec<Change>,
	balance_nodes: Vec<NodeChange<AccountIndex>>,
	account_nodes: Vec<NodeChange>,
	pool_nodes: Vec<NodeChange>,
	root: Word,
}

/// One chain's part of the ledger.
///
/// The values are those of the block being executed; the trees, and so [`Self::root`] and the
/// paths, are those of the last sealed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainState {
	chain: ChainId,
	accounts: Vec<Account>,
	pools: Vec<PoolLeaf>,
	/// Slot of each (params, side).
	pool_slots: BTreeMap<(u64, Side), PoolSlot>,
	/// Per L1 token: balances, own reserves and fees taken in the block being executed, together.
	totals: BTreeMap<TokenId, Amount>,
	balance_shape: Shape,
	account_tree: Tree<MemoryNodes>,
	pool_tree: Tree<MemoryNodes>,
	root: Word,
	journal: Vec<Change>,
	/// The sealed blocks that can be taken back, the oldest first.
	history: VecDeque<Undo>,
}

/// Unwraps what cannot fail.
fn infallible<T>(result: Result<T, Infallible>) -> T {
	match result {
		Ok(value) => value,
		Err(never) => match never {},
	}
}

impl ChainState {
	/// The state at genesis: nothing.
	pub fn new(chain: ChainId) -> Self {
		let accounts = Shape::new(Domain::ACCOUNT_NODE, ACCOUNT_DEPTH as u8);
		let pools = Shape::new(Domain::POOL_NODE, POOL_DEPTH as u8);
		let root = hash(Domain::ROOT, &[accounts.empty_root(), pools.empty_root()]);
		Self {
			chain,
			accounts: Vec::new(),
			pools: Vec::new(),
			pool_slots: BTreeMap::new(),
			totals: BTreeMap::new(),
			balance_shape: Shape::new(Domain::BALANCE_NODE, BALANCE_DEPTH as u8),
			account_tree: Tree::new(accounts, MemoryNodes::new()),
			pool_tree: Tree::new(pools, MemoryNodes::new()),
			root,
			journal: Vec::new(),
			history: VecDeque::new(),
		}
	}

	/// Whose state this is.
	pub fn chain(&self) -> ChainId {
		self.chain
	}

	/// The root as of the last sealed block.
	pub fn root(&self) -> Word {
		self.root
	}

	/// Root of the account tree as of the last sealed block.
	pub fn accounts_root(&self) -> Word {
		infallible(self.account_tree.root())
	}

	/// Root of the pool tree as of the last sealed block.
	pub fn pools_root(&self) -> Word {
		infallible(self.pool_tree.root())
	}

	/// The next free account index; equally the number of accounts.
	pub fn next(&self) -> u32 {
		// `create` stops at 2^24 accounts.
		self.accounts.len() as u32
	}

	/// An account, if it exists.
	pub fn account(&self, index: AccountIndex) -> Option<&Account> {
		self.accounts.get(index.get() as usize)
	}

	/// All accounts with their indices, ascending.
	pub fn accounts(&self) -> impl Iterator<Item = (AccountIndex, &Account)> {
		(0..).map_while(|i| AccountIndex::new(i).ok()).zip(&self.accounts)
	}

	/// What the account's leaf commits to, as of the last sealed block if nothing has changed since.
	pub fn leaf(&self, index: AccountIndex) -> Option<AccountLeaf> {
		let account = self.account(index)?;
		let level = self.balance_shape.depth();
		Some(AccountLeaf {
			owner: account.owner_word,
			key: account.key,
			nonce: account.nonce,
			balances: account
				.balances
				.node(level, 0)
				.unwrap_or_else(|| self.balance_shape.empty_root()),
		})
	}

	/// The balance; zero for an account that does not exist.
	pub fn balance(&self, index: AccountIndex, token: TokenId) -> Amount {
		self.account(index).map_or(Amount::ZERO, |account| account.balance(token))
	}

	/// A pool leaf, if there is one at the slot.
	pub fn pool(&self, slot: PoolSlot) -> Option<&PoolLeaf> {
		self.pools.get(usize::from(slot.0))
	}

	/// All pool leaves with their slots, ascending.
	pub fn pools(&self) -> impl Iterator<Item = (PoolSlot, &PoolLeaf)> {
		(0..).map(PoolSlot).zip(&self.pools)
	}

	/// Where the leaf of a pool's side stands.
	pub fn pool_slot(&self, params: &PoolParams, side: Side) -> Option<PoolSlot> {
		self.pool_slots.get(&(params.pack(), side)).copied()
	}

	/// The number of pool leaves; equally the next free slot.
	pub fn next_pool(&self) -> PoolSlot {
		// `create_pool` stops at 512 pools.
		PoolSlot(self.pools.len() as u16)
	}

	/// Balances, own reserves and fees of the block being executed, of one L1 token.
	pub fn total(&self, token: TokenId) -> Amount {
		self.totals.get(&token).copied().unwrap_or(Amount::ZERO)
	}

	/// The L1 tokens whose total is above zero, with it.
	pub fn totals(&self) -> impl Iterator<Item = (TokenId, Amount)> + '_ {
		self.totals.iter().map(|(token, total)| (*token, *total))
	}

	/// Proves an account's leaf against the account tree's root.
	pub fn account_path(&self, index: AccountIndex) -> Path {
		infallible(self.account_tree.path(index.get()))
	}

	/// Proves a balance against the balance root of its account, if the account exists.
	pub fn balance_path(&self, index: AccountIndex, token: TokenId) -> Option<Path> {
		self.account(index)?;
		let path = Path::collect(self.balance_shape.depth(), token.0.into(), |level, position| {
			Ok(self.balance_node(index, level, position))
		});
		Some(infallible(path))
	}

	/// Proves a pool leaf against the pool tree's root.
	pub fn pool_path(&self, slot: PoolSlot) -> Path {
		infallible(self.pool_tree.path(slot.0.into()))
	}

	/// A node of the account tree.
	pub fn account_node(&self, level: u8, index: u32) -> Word {
		infallible(self.account_tree.node(level, index))
	}

	/// A node above the balances of an account, or a balance on level 0; of an account that does not
	/// exist, of the empty tree.
	pub fn balance_node(&self, account: AccountIndex, level: u8, index: u32) -> Word {
		self.account(account)
			.and_then(|account| account.balances.node(level, index))
			.unwrap_or_else(|| self.balance_shape.empty(level))
	}

	/// A node of the pool tree.
	pub fn pool_node(&self, level: u8, index: u32) -> Word {
		infallible(self.pool_tree.node(level, index))
	}

	/// Bytes of memory that the accounts take, their values and the inner nodes above their
	/// balances, without the account tree.
	pub fn account_bytes(&self) -> usize {
		let heap: usize = self.accounts.iter().map(|account| account.balances.heap_bytes()).sum();
		self.accounts.capacity() * size_of::<Account>() + heap
	}

	// Changes. Each notes in the journal what it replaces.

	fn account_mut(&mut self, index: AccountIndex) -> &mut Account {
		self.accounts
			.get_mut(index.get() as usize)
			.expect("callers have looked the account up and accounts never vanish; qed")
	}

	fn balances_mut(&mut self, index: AccountIndex) -> &mut Balances {
		&mut self.account_mut(index).balances
	}

	/// Sets a balance of an existing account.
	pub(crate) fn set_balance(&mut self, account: AccountIndex, token: TokenId, value: Amount) {
		let balances = self.balances_mut(account);
		let before = balances.get(token);
		balances.set(token, value);
		self.journal.push(Change::Balance { account, token, before });
	}

	/// Sets the nonce of an existing account.
	pub(crate) fn set_nonce(&mut self, account: AccountIndex, value: Nonce) {
		let before = core::mem::replace(&mut self.account_mut(account).nonce, value);
		self.journal.push(Change::Nonce { account, before });
	}

	/// Sets the key of an existing account.
	pub(crate) fn set_key(&mut self, account: AccountIndex, value: Word) {
		let before = core::mem::replace(&mut self.account_mut(account).key, value);
		self.journal.push(Change::Key { account, before });
	}

	/// Creates the account at the next free index, unless that index is not below `limit`.
	pub(crate) fn create(&mut self, owner: Owner, limit: u32) -> Option<AccountIndex> {
		let index = AccountIndex::new(self.next()).ok()?;
		if index.get() >= limit.min(MAX_ACCOUNTS) {
			return None;
		}
		self.accounts.push(Account::new(owner));
		self.journal.push(Change::AccountCreated);
		Some(index)
	}

	/// Replaces a pool leaf that exists by one of the same params and side.
	pub(crate) fn set_pool(&mut self, slot: PoolSlot, value: PoolLeaf) {
		let leaf = self
			.pools
			.get_mut(usize::from(slot.0))
			.expect("callers have looked the pool up and pools never vanish; qed");
		debug_assert!(leaf.params == value.params && leaf.side == value.side);
		let before = core::mem::replace(leaf, value);
		self.journal.push(Change::Pool { slot, before });
	}

	/// Creates an empty pool leaf at the next slot, if there is one.
	pub(crate) fn create_pool(&mut self, params: PoolParams, side: Side) -> Option<PoolSlot> {
		let slot = self.next_pool();
		if slot.0 >= MAX_POOLS {
			return None;
		}
		self.pools.push(PoolLeaf::new(params, side));
		self.pool_slots.insert((params.pack(), side), slot);
		self.journal.push(Change::PoolCreated);
		Some(slot)
	}

	/// Sets the total of an L1 token.
	pub(crate) fn set_total(&mut self, token: TokenId, value: Amount) {
		let before = self.write_total(token, value);
		self.journal.push(Change::Total { token, before });
	}

	fn write_total(&mut self, token: TokenId, value: Amount) -> Amount {
		let before = if value == Amount::ZERO {
			self.totals.remove(&token)
		} else {
			self.totals.insert(token, value)
		};
		before.unwrap_or(Amount::ZERO)
	}

	/// Whether nothing has changed since the last seal, so that values and root are of one block.
	pub fn is_sealed(&self) -> bool {
		self.journal.is_empty()
	}

	/// Marks where the journal stands.
	pub(crate) fn savepoint(&self) -> Savepoint {
		Savepoint(self.journal.len())
	}

	/// Takes back every change since the savepoint.
	pub(crate) fn unwind(&mut self, savepoint: Savepoint) {
		while self.journal.len() > savepoint.0 {
			let Some(change) = self.journal.pop() else { break };
			self.take_back(change);
		}
	}

	/// Takes back every change since the last seal.
	pub(crate) fn abandon(&mut self) {
		self.unwind(Savepoint(0));
	}

	fn take_back(&mut self, change: Change) {
		match change {
			Change::Balance { account, token, before } => {
				self.balances_mut(account).set(token, before)
			},
			Change::Nonce { account, before } => self.account_mut(account).nonce = before,
			Change::Key { account, before } => self.account_mut(account).key = before,
			Change::AccountCreated => {
				self.accounts.pop();
			},
			Change::Pool { slot, before } => self.pools[usize::from(slot.0)] = before,
			Change::PoolCreated => {
				if let Some(leaf) = self.pools.pop() {
					self.pool_slots.remove(&(leaf.params.pack(), leaf.side));
				}
			},
			Change::Total { token, before } => {
				self.write_total(token, before);
			},
		}
	}

	/// [`Self::next`] as of the last sealed block.
	pub(crate) fn sealed_next(&self) -> u32 {
		let created = self.journal.iter().filter(|c| matches!(c, Change::AccountCreated)).count();
		self.next() - created as u32
	}

	/// Hashes what the block changed, each touched node once, and gives the new root.
	///
	/// A level is hashed at a time over all balance trees, then all account leaves, then the account
	/// tree level by level: batches that `hasher` may spread over threads.
	pub(crate) fn seal(&mut self, hasher: &impl NodeHasher) -> Word {
		let journal = core::mem::take(&mut self.journal);
		let mut balances = Vec::new();
		let mut accounts = Vec::new();
		let mut pools = Vec::new();
		let mut created = self.next();
		for change in journal.iter().rev() {
			match change {
				Change::Balance { account, token, .. } => {
					balances.push((*account, *token));
					accounts.push(*account);
				},
				Change::Nonce { account, .. } | Change::Key { account, .. } => {
					accounts.push(*account)
				},
				Change::AccountCreated => {
					created -= 1;
					accounts.extend(AccountIndex::new(created));
				},
				Change::Pool { slot, .. } => pools.push(*slot),
				Change::PoolCreated | Change::Total { .. } => {},
			}
		}
		let pools_before =
			journal.iter().filter(|change| matches!(change, Change::PoolCreated)).count();
		pools.extend(
			(self.pools.len() - pools_before..self.pools.len()).map(|i| PoolSlot(i as u16)),
		);
		balances.sort_unstable();
		balances.dedup();
		accounts.sort_unstable();
		accounts.dedup();
		pools.sort_unstable();
		pools.dedup();

		let balance_nodes = self.seal_balances(&balances, hasher);
		let words: Vec<[Word; 4]> =
			accounts.iter().filter_map(|index| Some(self.leaf(*index)?.words())).collect();
		let leaves: Vec<(u32, Word)> = accounts
			.iter()
			.map(|index| index.get())
			.zip(hasher.nodes(Domain::ACCOUNT, &words))
			.collect();
		let account_nodes = infallible(self.account_tree.set_many(&leaves, hasher));
		let leaves: Vec<(u32, Word)> = pools
			.iter()
			.filter_map(|slot| Some((u32::from(slot.0), self.pool(*slot)?.hash())))
			.collect();
		let pool_nodes = infallible(self.pool_tree.set_many(&leaves, hasher));

		let before = self.root;
		if !(account_nodes.is_empty() && pool_nodes.is_empty()) {
			self.root = hash(Domain::ROOT, &[self.accounts_root(), self.pools_root()]);
		}
		self.history.push_back(Undo {
			journal,
			balance_nodes,
			account_nodes,
			pool_nodes,
			root: before,
		});
		self.root
	}

	/// Hashes the inner nodes above the given balances; gives back what they were.
	fn seal_balances(
		&mut self,
		touched: &[(AccountIndex, TokenId)],
		hasher: &impl NodeHasher,
	) -> Vec<NodeChange<AccountIndex>> {
		let leaves: Vec<(AccountIndex, u32, Word)> = touched
			.iter()
			.map(|(account, token)| {
				let amount = self.balance(*account, *token);
				(*account, token.0.into(), Word::from(amount.get()))
			})
			.collect();
		let mut nodes =
			infallible(recompute(&self.balance_shape, hasher, &leaves, |account, level, index| {
				Ok(self.account(account).and_then(|account| account.balances.node(level, index)))
			}));
		nodes.retain(|node| node.level > 0);
		for node in &mut nodes {
			let balances = self.balances_mut(node.tree);
			let before = balances.node(node.level, node.index);
			balances.set_node(node.level, node.index, node.value);
			node.value = before;
		}
		nodes
	}

	/// Takes back the last sealed block, and what was executed after it.
	pub(crate) fn rollback(&mut self) {
		self.abandon();
		let Some(undo) = self.history.pop_back() else { return };
		// Nodes first: those of accounts that the block created go with the accounts.
		for node in undo.balance_nodes.iter().rev() {
			self.balances_mut(node.tree).set_node(node.level, node.index, node.value);
		}
		infallible(self.account_tree.restore(&undo.account_nodes));
		infallible(self.pool_tree.restore(&undo.pool_nodes));
		self.root = undo.root;
		for change in undo.journal.into_iter().rev() {
			self.take_back(change);
		}
	}

	/// Forgets how to take back all but the last `keep` sealed blocks.
	pub(crate) fn prune(&mut self, keep: usize) {
		while self.history.len() > keep {
			self.history.pop_front();
		}
	}

	/// Fills the state up with accounts that nobody owns, for a test of the tree's end.
	#[cfg(test)]
	pub(crate) fn fill(&mut self, next: u32) {
		self.accounts.resize(next as usize, Account::new(Owner::ZERO));
	}
}
