// SPDX-License-Identifier: Apache-2.0

//! What the ledger says about transactions that arrive, and the limits of the mempool.

use super::{
	Admitted,
	mempool::Waiting,
	message::Submitted,
	worker::{Core, nonce, now},
};
use crate::store::PendingTransaction;
use ligature_operator_api::{ApiError, TransactionHash, TransactionState};
use ligature_primitives::{
	ids::{AccountIndex, ChainId, Timestamp},
	op::Debit,
	refusal::Refusal,
};
use std::{collections::HashSet, time::Instant};
use tracing::error;

/// Why a transaction is not taken.
enum No {
	/// It will not be.
	Refused(ApiError),
	/// Its nonce is spent; by itself, perhaps.
	Spent,
}

impl From<Refusal> for No {
	fn from(refusal: Refusal) -> Self {
		Self::Refused(refusal.into())
	}
}

impl From<ApiError> for No {
	fn from(error: ApiError) -> Self {
		Self::Refused(error)
	}
}

/// What became of a transaction.
type Taken = Result<TransactionHash, ApiError>;

impl Core {
	/// Takes in some lots of transactions, with one write for all, and answers each.
	pub(super) fn submit(&mut self, group: Vec<Submitted>) {
		let (mut answers, mut new) = (Vec::with_capacity(group.len()), Vec::new());
		let blocked = self.blocked();
		for Submitted { transactions, answer } in group {
			let take = |admitted| match &blocked {
				Some(reason) => Err(reason.clone()),
				None => self.take(admitted, &mut new),
			};
			answers.push((answer, transactions.into_iter().map(take).collect::<Vec<Taken>>()));
		}
		if let Err(reason) = self.store_new(&new) {
			let failed: HashSet<_> = new.iter().map(|pending| pending.hash.to_bytes()).collect();
			for taken in answers.iter_mut().flat_map(|(_, taken)| taken) {
				if taken.as_ref().is_ok_and(|hash| failed.contains(&hash.to_bytes())) {
					*taken = Err(reason.clone());
				}
			}
		}
		self.publish();
		for (answer, taken) in answers {
			// Who does not wait any more can ask for the transaction by its hash.
			let _ = answer.send(taken);
		}
	}

	/// Why nothing is taken at all.
	fn blocked(&mut self) -> Option<ApiError> {
		if let Some(reason) = &self.paused {
			return Some(ApiError::NotAccepting { reason: reason.clone() });
		}
		self.catch_up().err().map(|error| {
			error!("the store cannot be read: {error}");
			ApiError::Internal { reason: "its database fails".into() }
		})
	}

	/// Writes what was taken. If that fails, nothing was.
	fn store_new(&mut self, new: &[PendingTransaction]) -> Result<(), ApiError> {
		if new.is_empty() {
			return Ok(());
		}
		let Err(error) = self.runtime.block_on(self.store.add_transactions(new)) else {
			return Ok(());
		};
		error!("{} transactions are not stored: {error}", new.len());
		self.unsure = true;
		for pending in new {
			let ledger = &self.ledger;
			self.mempool.remove(pending.place, |chain, account| nonce(ledger, chain, account));
		}
		Err(ApiError::Internal { reason: "its database fails".into() })
	}

	/// Takes one transaction into the mempool and notes that it is to be stored.
	fn take(&mut self, admitted: Admitted, new: &mut Vec<PendingTransaction>) -> Taken {
		let hash = admitted.hash;
		if self.mempool.place(hash).is_some() {
			return Ok(hash);
		}
		match self.check(&admitted) {
			Ok(()) => {},
			Err(No::Refused(error)) => return Err(error),
			Err(No::Spent) => return self.spent(hash),
		}
		let place = self.next_place;
		self.next_place += 1;
		new.push(PendingTransaction { place, hash, bytes: admitted.bytes.clone() });
		let ledger = &self.ledger;
		let waiting = Waiting { admitted, since: Instant::now() };
		self.mempool.insert(place, waiting, |chain, account| nonce(ledger, chain, account));
		Ok(hash)
	}

	/// The nonce is spent: that is no error if this transaction spent it.
	fn spent(&self, hash: TransactionHash) -> Taken {
		match self.runtime.block_on(self.store.transaction(hash)) {
			Ok(Some(stored)) if matches!(stored.state, TransactionState::InBlock { .. }) => {
				Ok(hash)
			},
			Ok(_) => Err(Refusal::NonceMismatch.into()),
			Err(error) => {
				error!("the store cannot be read: {error}");
				Err(ApiError::Internal { reason: "its database fails".into() })
			},
		}
	}

	/// Checks a transaction against the ledger as of the last block, and against the limits.
	fn check(&self, admitted: &Admitted) -> Result<(), No> {
		let expiry = admitted.transaction.expiry();
		// No block will be older than the last one, nor much older than the clock.
		let clock = Timestamp::new(now() / 1_000).unwrap_or(Timestamp::MAX);
		if expiry < clock.max(self.ledger.timestamp()) {
			return Err(Refusal::Expired.into());
		}
		for debit in &admitted.debits {
			self.check_key(admitted, debit)?;
		}
		if admitted.debits.iter().any(|debit| self.is_spent(debit)) {
			return Err(No::Spent);
		}
		self.check_fee(admitted)?;
		let mut last = None;
		for debit in &admitted.debits {
			// The second debit of one account follows the first by its form.
			let follows = last.replace((debit.chain, debit.account)) == last;
			self.check_nonce(debit, follows)?;
		}
		self.check_room(admitted)
	}

	/// One for which others wait finds room in any case: without it they would only be in the way.
	fn check_room(&self, admitted: &Admitted) -> Result<(), No> {
		if self.mempool.fills_gap(admitted) {
			return Ok(());
		}
		let limits = &self.config.mempool;
		for debit in &admitted.debits {
			let own = admitted.debits.iter().filter(|other| other.account == debit.account);
			let own = own.filter(|other| other.chain == debit.chain).count();
			if self.mempool.count(debit.chain, debit.account) + own > limits.per_account {
				return Err(ApiError::AccountFull { limit: limits.per_account }.into());
			}
		}
		if self.mempool.len() >= limits.capacity {
			return Err(ApiError::MempoolFull { limit: limits.capacity }.into());
		}
		Ok(())
	}

	fn check_key(&self, admitted: &Admitted, debit: &Debit) -> Result<(), Refusal> {
		let leaf = self.ledger.state(debit.chain)?.account(debit.account);
		let leaf = leaf.ok_or(Refusal::AccountMissing)?;
		if !leaf.has_key() {
			return Err(Refusal::KeyUnset);
		}
		if leaf.key() == admitted.key { Ok(()) } else { Err(Refusal::WrongKey) }
	}

	fn is_spent(&self, debit: &Debit) -> bool {
		debit.nonce.0 < nonce(&self.ledger, debit.chain, debit.account)
	}

	fn check_fee(&self, admitted: &Admitted) -> Result<(), No> {
		let (chain, token, fee) = admitted.fee;
		let position = self.config.network.position(chain)?;
		if self.fee_accounts()[position].is_none() {
			let free = fee.is_zero();
			return if free { Ok(()) } else { Err(Refusal::FeeAccountMissing.into()) };
		}
		let least = self.config.fees.least(chain, token);
		if fee < least {
			let (offered, least) = (fee.get().to_string(), least.get().to_string());
			return Err(ApiError::FeeTooLow { offered, least }.into());
		}
		Ok(())
	}

	fn check_nonce(&self, debit: &Debit, follows: bool) -> Result<(), No> {
		let spent = debit.nonce.0;
		if let Some(other) = self.mempool.spender(debit).and_then(|place| self.mempool.get(place)) {
			let hash = other.admitted.hash.to_string();
			return Err(ApiError::NonceTaken { nonce: spent, hash }.into());
		}
		let next = self.next_nonce(debit.chain, debit.account);
		// What cannot be done yet takes a quarter of the room at most.
		let crowded = self.mempool.gapped() >= self.config.mempool.capacity.div_ceil(4);
		let window = if crowded { 0 } else { self.config.mempool.window };
		if u64::from(spent) > u64::from(next) + u64::from(window) + u64::from(follows) {
			return Err(ApiError::NonceTooFar { nonce: spent, next, window }.into());
		}
		Ok(())
	}

	/// The nonce that the next transaction of an account must spend, waiting ones counted.
	pub(super) fn next_nonce(&self, chain: ChainId, account: AccountIndex) -> u32 {
		let waiting = self.mempool.next_nonce(chain, account);
		waiting.unwrap_or_else(|| nonce(&self.ledger, chain, account))
	}
}
