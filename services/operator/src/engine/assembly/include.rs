// SPDX-License-Identifier: Apache-2.0

//! Transactions, in the order of arrival as far as nonces allow.

use super::{Assembly, Outcome, Source, waits};
use crate::engine::{
	mempool::Waiting,
	slots::{Kind, Need},
};
use ligature_primitives::{
	ids::{ChainId, Owner, Side},
	op::{AddLiquidity, Debit, Operation, RemoveLiquidity, Swap, Transaction, Transfer, Withdraw},
	priority::PriorityRequest,
	refusal::Refusal,
};

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
	Now,
	/// In the next block, which can take its fee.
	NextBlock,
	/// A nonce before it is missing.
	NotYet,
}

impl Assembly<'_> {
	/// Puts in transactions in the order of arrival, except that one which comes before another of its account is
	/// looked at before it.
	pub(super) fn transactions(&mut self) {
		let mempool = self.sources.mempool;
		for (current, _) in mempool.iter() {
			let mut next = vec![current];
			while let Some(place) = next.pop() {
				if self.transaction(place) != Outcome::Done {
					continue;
				}
				// One that was looked at already may have waited for this one.
				for debit in mempool.get(place).iter().flat_map(|waiting| &waiting.admitted.debits)
				{
					let after =
						Debit { nonce: debit.nonce.next().unwrap_or(debit.nonce), ..*debit };
					next.extend(mempool.spender(&after).filter(|earlier| *earlier < current));
				}
			}
		}
	}

	pub(super) fn transaction(&mut self, place: u64) -> Outcome {
		let Some(waiting) = self.sources.mempool.get(place) else { return Outcome::NotYet };
		if self.taken.contains(&place) {
			return Outcome::NotYet;
		}
		let transaction = &waiting.admitted.transaction;
		let kind = Kind::of(transaction);
		if self.full.contains(&kind) {
			return Outcome::NoRoom;
		}
		let attempt = self.turn(waiting).and_then(|turn| {
			if turn == Turn::Now {
				let need = Need::of_transaction(transaction);
				let operation = self.operation(transaction);
				self.apply(Source::Transaction(place), operation, &need)?;
			}
			Ok(turn)
		});
		match attempt {
			Ok(Turn::Now) => {
				self.taken.insert(place);
				Outcome::Done
			},
			Ok(Turn::NextBlock) => Outcome::NoRoom,
			Ok(Turn::NotYet) => Outcome::NotYet,
			Err(refusal) if waits(refusal) => {
				// The fee's token may be one that a later transaction of this kind does not need.
				if refusal != Refusal::FeeTokensFull {
					self.full.insert(kind);
				}
				Outcome::NoRoom
			},
			Err(refusal) => {
				self.taken.insert(place);
				self.out.refused.push((place, refusal));
				Outcome::Refused
			},
		}
	}

	/// Whether it is a transaction's turn. Refuses it if that will never come.
	fn turn(&self, waiting: &Waiting) -> Result<Turn, Refusal> {
		let admitted = &waiting.admitted;
		let mut turn = Turn::Now;
		let mut before: Option<&Debit> = None;
		for debit in &admitted.debits {
			let leaf = self.ledger.state(debit.chain)?.account(debit.account);
			let nonce = leaf.ok_or(Refusal::AccountMissing)?.nonce();
			// A second debit of the same account follows the first.
			let same = before
				.is_some_and(|first| (first.chain, first.account) == (debit.chain, debit.account));
			let nonce = if same { nonce.next()? } else { nonce };
			if debit.nonce < nonce {
				return Err(Refusal::NonceMismatch);
			}
			if debit.nonce > nonce {
				turn = Turn::NotYet;
			}
			before = Some(debit);
		}
		let (chain, _, fee) = admitted.fee;
		if turn == Turn::Now && !fee.is_zero() && !self.takes_fees(chain)? {
			return Ok(Turn::NextBlock);
		}
		Ok(turn)
	}

	/// Whether the block has an account that gets the fees of a chain. Refuses if the operator has none there and none
	/// is about to be made: the header would name account 0, which is somebody else's.
	fn takes_fees(&self, chain: ChainId) -> Result<bool, Refusal> {
		let position = self.ledger.network().position(chain)?;
		if self.sources.fee_accounts[position].is_some() {
			return Ok(true);
		}
		let owner = self.sources.fee_owner.ok_or(Refusal::FeeAccountMissing)?;
		let coming = |request: &PriorityRequest| match request {
			PriorityRequest::Deposit { owner: receiver, .. } => *receiver == owner,
			PriorityRequest::ChangePubKey { account: None, owner: asker, .. } => *asker == owner,
			_ => false,
		};
		let made = self.accounts.first(position, owner).is_some();
		if made || self.sources.queues[position].iter().any(|known| coming(&known.request)) {
			Ok(false)
		} else {
			Err(Refusal::FeeAccountMissing)
		}
	}

	/// The operation of a transaction, with the accounts that it credits.
	fn operation(&self, transaction: &Transaction) -> Operation {
		let owner_of = |chain, account| {
			let state = self.ledger.state(chain).ok();
			state.and_then(|state| state.account(account)).map_or(Owner::ZERO, |leaf| leaf.owner)
		};
		match transaction {
			Transaction::Transfer(tx) => {
				let target = self.target(tx.body.chain, tx.body.receiver);
				Transfer { tx: tx.clone(), target }.into()
			},
			Transaction::Withdraw(tx) => Withdraw { tx: tx.clone() }.into(),
			Transaction::Swap(tx) => {
				let owner = owner_of(tx.body.input_chain(), tx.body.account);
				let out = self.target(tx.body.output_chain(), owner);
				Swap { tx: tx.clone(), out }.into()
			},
			Transaction::AddLiquidity(tx) => AddLiquidity { tx: tx.clone() }.into(),
			Transaction::RemoveLiquidity(tx) => {
				let params = &tx.body.params;
				let owner = owner_of(params.chain(Side::Zero), tx.body.account);
				let far = self.target(params.chain(Side::One), owner);
				RemoveLiquidity { tx: tx.clone(), far }.into()
			},
		}
	}
}
