// SPDX-License-Identifier: Apache-2.0

//! An account in memory, and the leaf that commits to it.

use alloc::vec::Vec;
use ark_ff::{AdditiveGroup, Zero};
use ligature_primitives::{
	amount::Amount,
	constants::{AMOUNT_BITS, BALANCE_DEPTH},
	ids::{Nonce, Owner, TokenId},
	poseidon::{Domain, Word, hash},
};

/// What an account leaf commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLeaf {
	/// The word of the owner's 32 bytes.
	pub owner: Word,
	/// The key's word; zero while unset.
	pub key: Word,
	/// Signed debits so far.
	pub nonce: Nonce,
	/// Root of the balance tree.
	pub balances: Word,
}

impl AccountLeaf {
	/// The words that are hashed.
	pub fn words(&self) -> [Word; 4] {
		[self.owner, self.key, Word::from(self.nonce.0), self.balances]
	}

	/// The leaf.
	pub fn hash(&self) -> Word {
		hash(Domain::ACCOUNT, &self.words())
	}
}

/// An account: its values, and the inner nodes of its balance tree as of the last seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
	/// Who owns it on L1; never changes.
	pub owner: Owner,
	/// Kept beside `owner` because each new leaf needs it and it costs a hash.
	pub(super) owner_word: Word,
	pub(super) key: Word,
	pub(super) nonce: Nonce,
	pub(super) balances: Balances,
}

impl Account {
	/// A fresh account: no key, nonce 0, no balances.
	pub(super) fn new(owner: Owner) -> Self {
		Self {
			owner,
			owner_word: owner.word(),
			key: Word::ZERO,
			nonce: Nonce(0),
			balances: Balances::default(),
		}
	}

	/// The word of the owner's 32 bytes.
	pub fn owner_word(&self) -> Word {
		self.owner_word
	}

	/// The key's word; zero while unset.
	pub fn key(&self) -> Word {
		self.key
	}

	/// Whether a key is set, so that signatures can verify.
	pub fn has_key(&self) -> bool {
		!self.key.is_zero()
	}

	/// Signed debits so far.
	pub fn nonce(&self) -> Nonce {
		self.nonce
	}

	/// The balance of a token.
	pub fn balance(&self, token: TokenId) -> Amount {
		self.balances.get(token)
	}

	/// The balances above zero, by ascending token.
	pub fn balances(&self) -> impl Iterator<Item = (TokenId, Amount)> + '_ {
		self.balances.cells.iter().map(|cell| unpack(*cell))
	}
}

/// A balance above zero: the token above the amount's 112 bits, so that cells sort by token.
type Cell = u128;

fn pack(token: TokenId, amount: Amount) -> Cell {
	u128::from(token.0) << AMOUNT_BITS | amount.get()
}

fn unpack(cell: Cell) -> (TokenId, Amount) {
	let amount = Amount::new(cell & ((1 << AMOUNT_BITS) - 1)).expect("masked to 112 bits; qed");
	(TokenId((cell >> AMOUNT_BITS) as u16), amount)
}

/// The balances of one account and the inner nodes above them.
///
/// A million accounts have a million of these: 16 bytes per token and 40 per node, and nothing for
/// what is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Balances {
	/// Ascending.
	cells: Vec<Cell>,
	/// Inner nodes that differ from their level's default, ascending by [`position`].
	nodes: Vec<(u16, Word)>,
}

/// Numbers the inner nodes of a balance tree: the root first, then level after level downwards.
fn position(level: u8, index: u32) -> u16 {
	let above = BALANCE_DEPTH as u32 - u32::from(level);
	// The levels above hold (4^above - 1) / 3 nodes together, at most 341.
	(((1 << (2 * above)) - 1) / 3 + index) as u16
}

/// Inserts, replaces or removes an entry of a sorted vector, which grows by no more than it must.
fn put<T>(entries: &mut Vec<T>, found: Result<usize, usize>, value: Option<T>) {
	match (found, value) {
		(Ok(at), Some(value)) => entries[at] = value,
		(Ok(at), None) => {
			entries.remove(at);
		},
		(Err(at), Some(value)) => {
			entries.reserve_exact(1);
			entries.insert(at, value);
		},
		(Err(_), None) => {},
	}
}

impl Balances {
	fn find(&self, token: TokenId) -> Result<usize, usize> {
		self.cells.binary_search_by_key(&token.0, |cell| (*cell >> AMOUNT_BITS) as u16)
	}

	pub fn get(&self, token: TokenId) -> Amount {
		self.find(token).map_or(Amount::ZERO, |at| unpack(self.cells[at]).1)
	}

	pub fn set(&mut self, token: TokenId, amount: Amount) {
		let found = self.find(token);
		put(&mut self.cells, found, (amount != Amount::ZERO).then(|| pack(token, amount)));
	}

	/// A node as of the last seal; level 0 is read from the balances as they are now.
	pub fn node(&self, level: u8, index: u32) -> Option<Word> {
		if level == 0 {
			let amount = self.get(TokenId(index as u16));
			return (amount != Amount::ZERO).then(|| Word::from(amount.get()));
		}
		let at = self.nodes.binary_search_by_key(&position(level, index), |(p, _)| *p).ok()?;
		Some(self.nodes[at].1)
	}

	/// Writes an inner node; leaves are written by [`Self::set`].
	pub fn set_node(&mut self, level: u8, index: u32, value: Option<Word>) {
		debug_assert!(level > 0);
		let position = position(level, index);
		let found = self.nodes.binary_search_by_key(&position, |(p, _)| *p);
		put(&mut self.nodes, found, value.map(|value| (position, value)));
	}

	/// Bytes on the heap.
	pub fn heap_bytes(&self) -> usize {
		self.cells.capacity() * size_of::<Cell>() + self.nodes.capacity() * size_of::<(u16, Word)>()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn positions_number_every_inner_node_once() {
		let mut all: Vec<u16> = (1..=5u8)
			.flat_map(|level| {
				(0..1u32 << (2 * (5 - level))).map(move |index| position(level, index))
			})
			.collect();
		all.sort_unstable();
		assert_eq!(all, (0..341).collect::<Vec<u16>>());
		assert_eq!(position(5, 0), 0);
	}

	#[test]
	fn zero_balances_take_no_memory() {
		let amount = |v| Amount::new(v).unwrap();
		let mut balances = Balances::default();
		balances.set(TokenId(1023), amount((1 << 112) - 1));
		balances.set(TokenId(0), amount(1));
		balances.set(TokenId(5), amount(7));
		assert_eq!(balances.get(TokenId(1023)), amount((1 << 112) - 1));
		assert_eq!(balances.get(TokenId(5)), amount(7));
		assert_eq!(balances.get(TokenId(4)), Amount::ZERO);
		assert!(balances.cells.is_sorted());
		for token in [0, 5, 1023] {
			balances.set(TokenId(token), Amount::ZERO);
		}
		assert_eq!(balances, Balances::default());
	}
}
