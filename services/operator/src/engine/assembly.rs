// SPDX-License-Identifier: Apache-2.0

//! What goes into a block: first what has to be done again, then requests, then transactions.
//!
//! An [`Assembly`] applies operations to the ledger's open block and notes what came of each. It changes nothing but
//! the ledger and the list of accounts; both can be taken back.

mod include;
mod serve;

use super::{
	accounts::Accounts,
	mempool::Mempool,
	requests::Queue,
	slots::{Kind, Need, Slots},
};
use crate::store::ReplayItem;
use ligature_ledger::{Ledger, Receipt};
use ligature_primitives::{
	ids::{AccountIndex, ChainId, Owner},
	op::{Operation, Target},
	refusal::Refusal,
};
use std::collections::{HashSet, VecDeque};
use tracing::error;

/// What the assembly reads.
pub struct Sources<'a> {
	/// What waits.
	pub mempool: &'a Mempool,
	/// The requests, per chain in the network's order.
	pub queues: &'a [Queue],
	/// What has to be done first, with its places.
	pub replay: &'a VecDeque<(u64, ReplayItem)>,
	/// Who gets the fees.
	pub fee_owner: Option<Owner>,
	/// The accounts that get them, per chain, as they were when the block was begun.
	pub fee_accounts: &'a [Option<AccountIndex>],
}

/// Where an operation came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
	/// The next request of the chain at this position.
	Request(usize),
	/// The transaction at this place of the mempool.
	Transaction(u64),
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
	/// It is in the block.
	Done,
	/// It waits for a later block, because this one is too full for it.
	NoRoom,
	/// It waits for something else: a nonce before it, or to be known.
	NotYet,
	/// It is dropped; of a request: the queue is stuck.
	Refused,
}

/// What was put together.
pub struct Assembled {
	/// Operations, where they came from, and what they did.
	pub steps: Vec<(Source, Operation, Receipt)>,
	/// Accounts that the block makes: position of the chain and owner.
	pub created: Vec<(usize, Owner)>,
	/// Transactions that are dropped.
	pub refused: Vec<(u64, Refusal)>,
	/// Requests that the ledger refuses.
	pub stuck: Vec<(ChainId, u64, Refusal)>,
	/// Per chain how many requests are served.
	pub served: Vec<usize>,
	/// How many of the things to be done again are done.
	pub replayed: usize,
	/// The slots that are taken.
	pub slots: Slots,
}

/// A block that is being put together.
pub struct Assembly<'a> {
	ledger: &'a mut Ledger,
	accounts: &'a mut Accounts,
	sources: Sources<'a>,
	/// What is in it so far.
	out: Assembled,
	/// Places of the transactions that are in the block, or dropped.
	taken: HashSet<u64>,
	/// What no longer fits.
	full: HashSet<Kind>,
}

impl<'a> Assembly<'a> {
	/// Nothing is in the ledger's open block yet.
	pub fn new(
		ledger: &'a mut Ledger,
		accounts: &'a mut Accounts,
		sources: Sources<'a>,
		slots: Slots,
	) -> Self {
		let out = Assembled {
			steps: Vec::new(),
			created: Vec::new(),
			refused: Vec::new(),
			stuck: Vec::new(),
			served: vec![0; sources.queues.len()],
			replayed: 0,
			slots,
		};
		Self { ledger, accounts, sources, out, taken: HashSet::new(), full: HashSet::new() }
	}

	/// Puts in what fits.
	pub fn run(mut self) -> Assembled {
		let time = self.ledger.open_block().map(|params| params.timestamp).unwrap_or_default();
		for place in self.sources.mempool.expired(time) {
			self.out.refused.push((place, Refusal::Expired));
			self.taken.insert(place);
		}
		if self.replay() {
			self.requests(true);
			self.transactions();
			// Whatever room the transactions leave.
			self.requests(false);
		}
		self.out
	}

	/// Does again what blocks that were taken back have done. False: there is more of it, so that nothing else may
	/// come before.
	fn replay(&mut self) -> bool {
		while let Some((_, item)) = self.sources.replay.get(self.out.replayed) {
			let outcome = match *item {
				ReplayItem::Request(chain, index) => self.request_again(chain, index),
				ReplayItem::Transaction(hash) => {
					let place = self.sources.mempool.place(hash);
					// It may be dropped, or lack one before it that was: then it is as any other.
					place.map_or(Outcome::Refused, |place| match self.transaction(place) {
						Outcome::NotYet => Outcome::Refused,
						outcome => outcome,
					})
				},
			};
			match outcome {
				Outcome::Done | Outcome::Refused => self.out.replayed += 1,
				// What an empty block has no room for never has its turn.
				Outcome::NoRoom if self.out.steps.is_empty() => self.out.replayed += 1,
				Outcome::NoRoom | Outcome::NotYet => return false,
			}
		}
		true
	}

	fn request_again(&mut self, chain: ChainId, index: u64) -> Outcome {
		let Ok(position) = self.ledger.network().position(chain) else { return Outcome::Refused };
		let next = self.sources.queues[position].served() + self.out.served[position] as u64;
		if index < next { Outcome::Refused } else { self.next_request(position, false) }
	}

	fn target(&self, chain: ChainId, owner: Owner) -> Target {
		let position = self.ledger.network().position(chain);
		position.map_or(Target::New, |position| self.accounts.target(position, owner))
	}

	fn apply(&mut self, source: Source, operation: Operation, need: &Need) -> Result<(), Refusal> {
		let receipt = self.ledger.apply(&operation)?;
		for (chain, index) in &receipt.created {
			let position = self.ledger.network().position(*chain)?;
			let leaf = self.ledger.states()[position].account(*index);
			let owner = leaf.map_or(Owner::ZERO, |leaf| leaf.owner);
			self.accounts.add(position, owner, *index);
			self.out.created.push((position, owner));
		}
		if !self.out.slots.take(need) {
			// The block stays as large as it is configured, and nothing else comes of it.
			error!("the ledger found room for {operation:?}, the count of slots did not");
		}
		self.out.steps.push((source, operation, receipt));
		Ok(())
	}
}

/// Whether a refusal only says that this block has no place.
fn waits(refusal: Refusal) -> bool {
	matches!(
		refusal,
		Refusal::BlockFull
			| Refusal::JoinFull
			| Refusal::TooManyPools
			| Refusal::DataFull
			| Refusal::FeeTokensFull
	)
}
