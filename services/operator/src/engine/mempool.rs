// SPDX-License-Identifier: Apache-2.0

//! What waits: by arrival, by hash, and by the nonces of the accounts that it debits.

use super::Admitted;
use ligature_operator_api::TransactionHash;
use ligature_primitives::{
	ids::{AccountIndex, ChainId, Timestamp},
	op::Debit,
};
use std::{
	collections::{BTreeMap, HashMap, hash_map::Entry},
	time::Instant,
};

/// A transaction that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
	/// What waits.
	pub admitted: Admitted,
	/// Since when.
	pub since: Instant,
}

/// The nonces of one account that waiting transactions spend.
#[derive(Clone, Debug)]
struct Nonces {
	/// The place of the transaction that spends each.
	places: BTreeMap<u32, u64>,
	/// The first nonce from the ledger's on that no transaction spends.
	next: u32,
}

impl Nonces {
	/// How many of them wait for one before.
	fn gapped(&self) -> usize {
		self.places.range(self.next..).count()
	}

	/// Whether one that is spent later waits already.
	fn waits_for(&self, nonce: u32) -> bool {
		self.places.last_key_value().is_some_and(|(last, _)| nonce < *last)
	}

	fn advance(&mut self, from: u32) {
		self.next = from;
		while self.places.contains_key(&self.next) {
			// The last nonce is never spent, so that this stays in range.
			self.next += 1;
		}
	}
}

/// What waits. Whoever changes it says which nonce the ledger has for an account.
#[derive(Clone, Debug, Default)]
pub struct Mempool {
	by_place: BTreeMap<u64, Waiting>,
	by_hash: HashMap<[u8; 32], u64>,
	accounts: HashMap<(ChainId, AccountIndex), Nonces>,
	/// Nonces that wait for one before, of all accounts.
	gapped: usize,
}

impl Mempool {
	/// How many wait.
	pub fn len(&self) -> usize {
		self.by_place.len()
	}

	/// Where a transaction stands in the order of arrival, if it waits.
	pub fn place(&self, hash: TransactionHash) -> Option<u64> {
		self.by_hash.get(&hash.to_bytes()).copied()
	}

	/// What waits at a place.
	pub fn get(&self, place: u64) -> Option<&Waiting> {
		self.by_place.get(&place)
	}

	/// What waits, in the order of arrival.
	pub fn iter(&self) -> impl Iterator<Item = (u64, &Waiting)> {
		self.by_place.iter().map(|(place, waiting)| (*place, waiting))
	}

	/// Which transaction spends a nonce.
	pub fn spender(&self, debit: &Debit) -> Option<u64> {
		self.accounts.get(&(debit.chain, debit.account))?.places.get(&debit.nonce.0).copied()
	}

	/// The first nonce of an account that no waiting transaction spends; none if none of its waits.
	pub fn next_nonce(&self, chain: ChainId, account: AccountIndex) -> Option<u32> {
		self.accounts.get(&(chain, account)).map(|nonces| nonces.next)
	}

	/// How many nonces of an account are spent.
	pub fn count(&self, chain: ChainId, account: AccountIndex) -> usize {
		self.accounts.get(&(chain, account)).map_or(0, |nonces| nonces.places.len())
	}

	/// How many nonces wait for one before that is missing.
	pub fn gapped(&self) -> usize {
		self.gapped
	}

	/// Whether others of its accounts wait for a transaction that is to come.
	pub fn fills_gap(&self, admitted: &Admitted) -> bool {
		admitted.debits.iter().any(|debit| {
			let nonces = self.accounts.get(&(debit.chain, debit.account));
			nonces.is_some_and(|nonces| nonces.waits_for(debit.nonce.0))
		})
	}

	/// Whether nothing is missing before a transaction.
	pub fn is_next(&self, admitted: &Admitted) -> bool {
		admitted.debits.iter().all(|debit| {
			let next = self.next_nonce(debit.chain, debit.account);
			next.is_some_and(|next| debit.nonce.0 < next)
		})
	}

	/// Adds a transaction of which nothing waits yet, at a place above all others or where it stood before.
	pub fn insert(
		&mut self,
		place: u64,
		waiting: Waiting,
		nonce: impl Fn(ChainId, AccountIndex) -> u32,
	) {
		for debit in &waiting.admitted.debits {
			let key = (debit.chain, debit.account);
			let nonces = self.accounts.entry(key).or_insert_with(|| Nonces {
				places: BTreeMap::new(),
				next: nonce(debit.chain, debit.account),
			});
			let before = nonces.gapped();
			nonces.places.insert(debit.nonce.0, place);
			nonces.advance(nonces.next);
			self.gapped = self.gapped + nonces.gapped() - before;
		}
		self.by_hash.insert(waiting.admitted.hash.to_bytes(), place);
		self.by_place.insert(place, waiting);
	}

	/// Takes a transaction out, be it done or dropped.
	pub fn remove(
		&mut self,
		place: u64,
		nonce: impl Fn(ChainId, AccountIndex) -> u32,
	) -> Option<Waiting> {
		let waiting = self.by_place.remove(&place)?;
		self.by_hash.remove(&waiting.admitted.hash.to_bytes());
		for debit in &waiting.admitted.debits {
			let Entry::Occupied(mut nonces) = self.accounts.entry((debit.chain, debit.account))
			else {
				continue;
			};
			self.gapped -= nonces.get().gapped();
			nonces.get_mut().places.remove(&debit.nonce.0);
			if nonces.get().places.is_empty() {
				nonces.remove();
			} else {
				nonces.get_mut().advance(nonce(debit.chain, debit.account));
				self.gapped += nonces.get().gapped();
			}
		}
		Some(waiting)
	}

	/// The transactions that no block from this time on can hold.
	pub fn expired(&self, time: Timestamp) -> Vec<u64> {
		let late = |waiting: &Waiting| waiting.admitted.transaction.expiry() < time;
		self.iter().filter(|(_, waiting)| late(waiting)).map(|(place, _)| place).collect()
	}
}
