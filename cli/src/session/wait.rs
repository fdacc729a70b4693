// SPDX-License-Identifier: Apache-2.0

//! Sending a transaction, and what becomes of it.

use std::time::Duration;

use ligature_operator_api::{
	Bytes, OperatorApiClient, StageTimes, TransactionHash, TransactionInfo, TransactionState,
};
use tokio::time::{Instant, sleep};

use super::{Prepared, Session, trouble::refused};
use crate::failure::{Failure, Sent};

/// How often the operator is asked.
const PAUSE: Duration = Duration::from_millis(400);

/// How far a transaction shall come, on all chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Goal {
	/// It is in a block of the operator
	Block,
	/// The block's public data is posted
	Committed,
	/// The block is proven
	Proven,
	/// The oracles have certified the block
	Certified,
	/// The block's payments are made
	Executed,
}

impl Goal {
	/// All of them, in the order in which they are reached.
	pub const ALL: [Self; 5] =
		[Self::Block, Self::Committed, Self::Proven, Self::Certified, Self::Executed];

	/// When a chain reached it; a block has no time of its own.
	pub const fn time(self, times: &StageTimes) -> Option<u64> {
		match self {
			Self::Block => None,
			Self::Committed => times.committed,
			Self::Proven => times.proven,
			Self::Certified => times.certified,
			Self::Executed => times.executed,
		}
	}

	/// What it is called.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Block => "in a block",
			Self::Committed => "committed",
			Self::Proven => "proven",
			Self::Certified => "certified",
			Self::Executed => "executed",
		}
	}
}

/// What is seen while waiting.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
	/// Where the transaction stands.
	Info(&'a TransactionInfo),
	/// The operator does not answer; it is asked again.
	Trouble(&'a Failure),
}

/// Whether a transaction has come so far on all its chains.
pub fn reached(info: &TransactionInfo, goal: Goal) -> bool {
	let in_block = matches!(info.state, TransactionState::InBlock { .. });
	let everywhere = || {
		!info.stages.is_empty() && info.stages.iter().all(|(_, times)| goal.time(times).is_some())
	};
	in_block && (goal == Goal::Block || everywhere())
}

impl Session {
	/// Sends a signed transaction. When this returns it is on the operator's disk.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] by the operator, with the reason's name.
	pub async fn send(&self, prepared: &Prepared) -> Result<TransactionHash, Failure> {
		let bytes = Bytes(prepared.transaction.encode());
		self.operator()?.submit(bytes).await.map_err(|error| self.trouble(error))
	}

	/// Where a transaction stands.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] with `NotFound` if nobody knows it.
	pub async fn transaction(&self, hash: TransactionHash) -> Result<TransactionInfo, Failure> {
		self.operator()?.transaction(hash).await.map_err(|error| self.trouble(error))
	}

	/// Waits until a transaction has come so far, and tells what is seen. An operator that does not answer for a while
	/// is asked again.
	///
	/// # Errors
	///
	/// [`Failure::Refused`] if the transaction was dropped; [`Failure::Failed`], or [`Failure::Unreachable`] if nobody
	/// answers, when `patience` is over.
	pub async fn wait(
		&self,
		hash: TransactionHash,
		goal: Goal,
		patience: Duration,
		mut seen: impl FnMut(Seen<'_>),
	) -> Result<TransactionInfo, Failure> {
		let end = Instant::now() + patience;
		loop {
			let trouble = match self.transaction(hash).await {
				Ok(info) => {
					seen(Seen::Info(&info));
					if let TransactionState::Refused { code, name, message } = &info.state {
						return Err(refused(name, *code, message, dropped(hash)));
					}
					if reached(&info, goal) {
						return Ok(info);
					}
					None
				},
				Err(failure @ Failure::Unreachable { .. }) => {
					seen(Seen::Trouble(&failure));
					Some(failure)
				},
				Err(failure) => return Err(failure),
			};
			if Instant::now() + PAUSE > end {
				return Err(trouble.unwrap_or_else(|| {
					Failure::failed(
						format!(
							"{hash} is not {} after {} s",
							if goal == Goal::Block { "in a block" } else { goal.name() },
							patience.as_secs()
						),
						format!("it was sent and may still be: `ligature status {hash} --watch`"),
					)
				}));
			}
			sleep(PAUSE).await;
		}
	}
}

fn dropped(hash: TransactionHash) -> Sent {
	Sent::Undone(format!(
		"{hash} was sent and then dropped: nothing of it has happened, no funds have moved"
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_stage_should_be_reached_when_all_chains_have_reached_it() {
		let mut info = TransactionInfo {
			hash: TransactionHash(Default::default()),
			bytes: Bytes::default(),
			state: TransactionState::Pending,
			stages: vec![],
		};
		assert!(Goal::ALL.iter().all(|goal| !reached(&info, *goal)));
		info.state = TransactionState::InBlock { block: 1, operation: 0, receipt: vec![] };
		assert!(reached(&info, Goal::Block) && !reached(&info, Goal::Committed));
		let first = StageTimes { committed: Some(5), proven: Some(6), ..StageTimes::default() };
		let second = StageTimes { committed: Some(7), ..StageTimes::default() };
		info.stages = vec![(1, first), (2, second)];
		assert!(reached(&info, Goal::Committed) && !reached(&info, Goal::Proven));
		info.stages[1].1 = first;
		assert!(reached(&info, Goal::Proven) && !reached(&info, Goal::Executed));
	}
}
