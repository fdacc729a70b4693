// SPDX-License-Identifier: Apache-2.0

//! How far the end of the rollup is on a chain, and what can be done next.

use ligature_chain::Status;
use ligature_primitives::ids::BlockNumber;

use crate::show::span;

/// How far the end of the rollup is on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
	/// It has not begun: the chains do not know each other.
	NotOpen,
	/// Requests are served. The first that waits, if one does, and in how many blocks it expires.
	Open {
		/// Its place, and its time.
		first: Option<(u64, u32)>,
	},
	/// A request was not served in time: anybody can end the rollup.
	Expired {
		/// The request's place.
		request: u64,
	},
	/// It has ended, and its last block is not fixed.
	Ended {
		/// At this block of the chain it ended.
		since: u32,
		/// In so many blocks anybody can fix the last block.
		timeout: u32,
	},
	/// Its last block is fixed, and not executed.
	Frozen {
		/// The last block.
		block: BlockNumber,
		/// So many blocks are to be executed.
		left: u64,
	},
	/// Everybody can leave.
	Leaving {
		/// The last block, whose balances count.
		block: BlockNumber,
	},
}

/// How fast the chain is, if that is known: milliseconds between two blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace(pub Option<u64>);

impl Pace {
	/// So many blocks, and how long they take.
	pub fn blocks(self, count: u32) -> String {
		let blocks = if count == 1 { "1 block".into() } else { format!("{count} blocks") };
		match self.0 {
			Some(each) => format!("{blocks} (about {})", span(each.saturating_mul(count.into()))),
			None => blocks,
		}
	}
}

impl Mode {
	/// What a chain says at its block `now`; `first` is the request that waits longest, with the block at which it expires.
	pub fn of(status: &Status, first: Option<(u64, u32)>, now: u32) -> Self {
		let executed = status.counters.executed;
		match (status.exodus, status.chain_list_hash) {
			(Some(exodus), _) => match exodus.freeze {
				Some(block) if executed >= block => Self::Leaving { block },
				Some(block) => Self::Frozen { block, left: block.0.saturating_sub(executed.0) },
				None => {
					let timeout = status.parameters.map_or(0, |periods| periods.exodus_timeout);
					let end = exodus.since.saturating_add(timeout);
					Self::Ended { since: exodus.since, timeout: end.saturating_sub(now) }
				},
			},
			(None, None) => Self::NotOpen,
			(None, Some(_)) => match first {
				Some((request, expires)) if expires <= now => Self::Expired { request },
				first => Self::Open { first: first.map(|(place, expires)| (place, expires - now)) },
			},
		}
	}

	/// Whether the rollup has ended there.
	pub const fn has_ended(self) -> bool {
		matches!(self, Self::Ended { .. } | Self::Frozen { .. } | Self::Leaving { .. })
	}

	/// What it is, for machines.
	pub const fn name(self) -> &'static str {
		match self {
			Self::NotOpen => "notOpen",
			Self::Open { .. } => "open",
			Self::Expired { .. } => "expired",
			Self::Ended { .. } => "ended",
			Self::Frozen { .. } => "frozen",
			Self::Leaving { .. } => "leaving",
		}
	}

	/// What it is, in words.
	pub fn describe(self, pace: Pace) -> String {
		match self {
			Self::NotOpen => "not begun".into(),
			Self::Open { first: None } => "open; no request waits".into(),
			Self::Open { first: Some((place, left)) } => {
				format!("open; request {place} expires in {}", pace.blocks(left))
			},
			Self::Expired { request } => format!("request {request} was not served in time"),
			Self::Ended { since, .. } => {
				format!("ended at block {since} of the chain; the rollup's last block is not fixed")
			},
			Self::Frozen { block, left: 1 } => {
				format!("ended; block {block} is the last one, and is to be executed")
			},
			Self::Frozen { block, left } => {
				format!("ended; block {block} is the last one, {left} blocks are to be executed")
			},
			Self::Leaving { block } => format!("ended; everybody leaves as of block {block}"),
		}
	}

	/// What a user can do next; `elsewhere` says whether the rollup has ended on another chain.
	pub fn next(self, chain: &str, pace: Pace, elsewhere: bool) -> String {
		let command = |name| format!("`ligature exit {name} --chain {chain}`");
		match self {
			Self::NotOpen => "nothing is to be done".into(),
			Self::Open { .. } if elsewhere => format!(
				"wait: the oracles bring the end from the other chain. If they are gone, send a request here (`ligature \
				 full-exit`): once it has expired, {} ends the rollup here too",
				command("enter")
			),
			Self::Open { first: None } => {
				"`ligature withdraw`; or `ligature full-exit`, which the operator cannot \
				refuse and must serve in time"
					.into()
			},
			Self::Open { .. } => format!(
				"wait: if the request is not served until then, {} ends the rollup",
				command("enter")
			),
			Self::Expired { .. } => format!("{} ends the rollup, on all chains", command("enter")),
			Self::Ended { timeout: 0, .. } => {
				format!("{} fixes the last block", command("freeze"))
			},
			Self::Ended { timeout, .. } => format!(
				"wait for the oracles, who fix the last block; if they do not, {} does it in {}",
				command("freeze"),
				pace.blocks(timeout)
			),
			Self::Frozen { .. } => format!("{} executes them", command("execute")),
			Self::Leaving { .. } => format!("{} gets what is yours", command("claim")),
		}
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use ligature_chain::{Counters, Exodus, Halt, Parameters, Queue};

	/// What a chain says that has executed so many blocks.
	pub fn status(executed: u64, exodus: Option<Exodus>) -> Status {
		let executed = BlockNumber(executed);
		Status {
			counters: Counters { executed, ..Counters::default() },
			revert_epoch: 0,
			chain_list_hash: Some([1; 32]),
			parameters: Some(Parameters {
				expiry: 20,
				service_interval: 1,
				execute_grace: 30,
				turn_grace: 30,
				exodus_timeout: 40,
				exit_time: 200,
				notice: 250,
			}),
			queue: Queue::default(),
			request_price: 1,
			deposits_paused: false,
			halted: Halt::default(),
			exodus,
		}
	}

	#[test]
	fn a_request_should_expire_when_its_block_has_come() {
		let open = status(3, None);
		assert_eq!(Mode::of(&open, None, 100), Mode::Open { first: None });
		let waits = Mode::Open { first: Some((7, 1)) };
		assert_eq!(Mode::of(&open, Some((7, 101)), 100), waits);
		assert_eq!(Mode::of(&open, Some((7, 100)), 100), Mode::Expired { request: 7 });
		let closed = Status { chain_list_hash: None, ..open };
		assert_eq!(Mode::of(&closed, None, 100), Mode::NotOpen);
	}

	#[test]
	fn the_end_should_go_from_the_freeze_to_the_last_block() {
		let ended = |freeze| Some(Exodus { since: 100, freeze });
		let timeout = |now| match Mode::of(&status(3, ended(None)), Some((7, 1)), now) {
			Mode::Ended { since: 100, timeout } => timeout,
			other => panic!("{other:?}"),
		};
		assert_eq!((timeout(100), timeout(139), timeout(140), timeout(900)), (40, 1, 0, 0));
		let frozen = |executed| Mode::of(&status(executed, ended(Some(BlockNumber(5)))), None, 120);
		assert_eq!(frozen(3), Mode::Frozen { block: BlockNumber(5), left: 2 });
		assert_eq!(frozen(5), Mode::Leaving { block: BlockNumber(5) });
		assert!(frozen(3).has_ended() && frozen(5).has_ended());
		// Nothing was ever executed, and nothing is to be.
		let empty = Mode::of(&status(0, ended(Some(BlockNumber(0)))), None, 120);
		assert_eq!(empty, Mode::Leaving { block: BlockNumber(0) });
	}

	#[test]
	fn every_mode_should_say_what_to_do() {
		let pace = Pace(Some(2_000));
		let block = BlockNumber(5);
		for (mode, word) in [
			(Mode::Open { first: None }, "ligature full-exit"),
			(Mode::Open { first: Some((7, 30)) }, "ligature exit enter --chain beta"),
			(Mode::Expired { request: 7 }, "ligature exit enter --chain beta"),
			(Mode::Ended { since: 1, timeout: 40 }, "in 40 blocks (about 1 min 20 s)"),
			(Mode::Ended { since: 1, timeout: 0 }, "`ligature exit freeze --chain beta` fixes"),
			(Mode::Frozen { block, left: 2 }, "ligature exit execute --chain beta"),
			(Mode::Leaving { block }, "ligature exit claim --chain beta"),
		] {
			let next = mode.next("beta", pace, false);
			assert!(next.contains(word), "{mode:?}: {next}");
		}
		// A chain without a request never ends by itself.
		let next = Mode::Open { first: None }.next("beta", pace, true);
		assert!(next.contains("send a request here"), "{next}");
		assert_eq!(Pace(None).blocks(1), "1 block");
		let text = Mode::Open { first: Some((7, 1)) }.describe(pace);
		assert_eq!(text, "open; request 7 expires in 1 block (about 2.0 s)");
	}
}
