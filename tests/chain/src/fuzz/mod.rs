// SPDX-License-Identifier: Apache-2.0

//! A fuzzer of call sequences: somebody sends something to one of two chains, over and over, and after each call the
//! state must be right.
//!
//! All of it follows from a seed: who, what, and when blocks go by. A part of the calls make sense where they are
//! sent (there is an operator who builds blocks, provers, oracles, users, governance, and those who leave in the
//! end); others are such calls with bytes changed, with another sender or inside of another call; others are random
//! bytes. The oracles sign what honest ones sign: without that nothing can be promised. Everybody else does
//! what the dice say.
//!
//! | file | holds |
//! |---|---|
//! | `plans` | how a run begins: what happens before the dice are thrown |
//! | `users`, `operator`, `repair`, `oracles`, `governance`, `end` | calls that make sense |
//! | `noise` | calls that do not |
//! | `send` | sending: what a refusal must leave as it was |
//! | `shadow` | what must hold over time: nothing certified is lost, nobody leaves twice |
//! | `trace` | what was sent, printed when a test fails |

mod end;
mod governance;
mod noise;
mod operator;
mod oracles;
mod plans;
mod repair;
mod send;
mod shadow;
mod trace;
mod users;

use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};
use ligature_runtime::{Runtime, RuntimeCall};
use pallet_rollup::{Exodus, ExodusState};
use rand::Rng;
use std::collections::BTreeSet;

use crate::{
	exits::Claim,
	network::{ALPHA, BETA, Network},
	people::Person,
	story::Story,
};
use shadow::Shadow;
use trace::Trace;

pub use plans::Plan;

/// Both chains.
const CHAINS: [ChainId; 2] = [ALPHA, BETA];

/// A call before it is sent.
#[derive(Clone, Debug)]
struct Letter {
	/// To which chain.
	chain: ChainId,
	/// From whom.
	who: Person,
	/// What is to be done.
	call: RuntimeCall,
}

impl Letter {
	fn new(chain: ChainId, who: Person, call: impl Into<RuntimeCall>) -> Self {
		Self { chain, who, call: call.into() }
	}
}

/// Calls that succeeded, by pallet and name.
pub type Reached = BTreeSet<(&'static str, &'static str)>;

/// What a run has done.
#[derive(Debug, Default)]
pub struct Report {
	/// Calls that succeeded at least once, also from the root origin.
	pub reached: Reached,
	/// How many calls succeeded.
	pub taken: usize,
	/// How many were refused in a block.
	pub refused: usize,
	/// How many no block may hold.
	pub invalid: usize,
	/// How many blocks of the rollup were executed on all chains.
	pub blocks: u64,
	/// In how many runs everybody has left in the end.
	pub ended: usize,
}

impl Report {
	/// Adds another run.
	pub fn add(&mut self, other: Self) {
		self.reached.extend(other.reached);
		self.taken += other.taken;
		self.refused += other.refused;
		self.invalid += other.invalid;
		self.blocks += other.blocks;
		self.ended += other.ended;
	}
}

/// A run.
pub struct Fuzz {
	plan: Plan,
	network: Network,
	story: Story,
	trace: Trace,
	report: Report,
	/// What is remembered of each chain.
	shadows: [Shadow; 2],
	/// Blocks for which the oracles have signed that all chains have proven them.
	signed: BTreeSet<(BlockNumber, Digest)>,
	/// The freeze block that they have signed.
	freeze: Option<BlockNumber>,
	/// Whether the oracles still sign.
	oracles_alive: bool,
	/// In how many of a hundred cases somebody ends the rollup who can.
	impatience: u32,
	/// A block that should have been taken was not: it has to go.
	stuck: bool,
	/// All claims against the freeze block of each chain, once exits are open.
	claims: [Option<Vec<Claim>>; 2],
	/// Assets that were made on the way.
	assets: u32,
}

impl Fuzz {
	/// The run of a seed, which also decides its plan, at its beginning.
	pub fn new(seed: u64) -> Self {
		let plan = Plan::of(seed);
		let mut this = Self {
			plan,
			network: Network::closed(),
			story: Story::new(seed),
			trace: Trace::new(seed, plan),
			report: Report::default(),
			shadows: Default::default(),
			signed: BTreeSet::new(),
			freeze: None,
			oracles_alive: true,
			impatience: 2,
			stuck: false,
			claims: [None, None],
			assets: 0,
		};
		this.begin(plan);
		this
	}

	/// Throws the dice so many times.
	///
	/// # Panics
	///
	/// If the state of a chain is wrong after a call; what was sent is printed then.
	pub fn run(mut self, steps: usize) -> Report {
		// Every look at a full queue takes its time.
		let steps = if self.plan == Plan::Flooded { steps / 8 } else { steps };
		for _ in 0..steps {
			self.step();
			if self.everybody_has_left() {
				break;
			}
		}
		for chain in CHAINS {
			self.check(chain);
		}
		let executed = CHAINS.map(|chain| self.network.executed(chain).0);
		self.report.blocks = executed[0].min(executed[1]);
		self.report.ended = self.everybody_has_left().into();
		std::mem::take(&mut self.report)
	}

	fn step(&mut self) {
		match self.dice(100) {
			0..34 => self.work(),
			34..72 => {
				let letter = self.sensible();
				self.post(letter);
			},
			72..84 => {
				let letter = self.mutated();
				self.post(letter);
			},
			84..90 => {
				let letter = self.wrapped();
				self.post(letter);
			},
			90..96 => {
				if let Some(letter) = self.garbage() {
					self.post(letter);
				}
			},
			_ => self.found_asset(),
		}
		if self.story.chance(20) {
			self.wait();
		}
	}

	/// A call that makes sense to whom sends it; it may still be refused.
	fn sensible(&mut self) -> Letter {
		let ending = CHAINS.map(|chain| self.exodus(chain)).iter().any(Option::is_some);
		let letter = match self.dice(100) {
			_ if ending && self.story.chance(60) => self.ending(),
			0..50 => Some(self.user()),
			50..60 => self.next_step(),
			60..75 => self.governance(),
			75..90 => self.oracle(),
			_ => self.ending(),
		};
		letter.unwrap_or_else(|| self.user())
	}

	/// Time goes by: mostly a block on both chains.
	fn wait(&mut self) {
		let dice = self.dice(1_000);
		let blocks = match dice {
			0..700 => 1,
			700..900 => 1 + self.dice(10),
			900..980 => 1 + self.dice(70),
			// Longer than the timeout of exodus, the grace periods, and at times the notice.
			980..996 => 61 + self.dice(100),
			_ => 931,
		};
		if self.story.chance(15) && blocks < 60 {
			let chain = self.story.chain();
			self.advance(chain, blocks);
		} else {
			for chain in CHAINS {
				self.advance(chain, blocks);
			}
		}
	}

	/// Lets blocks go by on one chain.
	fn advance(&mut self, chain: ChainId, blocks: u32) {
		self.trace.waited(chain, blocks);
		self.network.chain(chain).skip(blocks);
		self.check(chain);
	}

	/// A number below `end`.
	fn dice(&mut self, end: u32) -> u32 {
		self.story.rng.random_range(0..end)
	}

	fn place(chain: ChainId) -> usize {
		usize::from(chain == BETA)
	}

	fn exodus(&mut self, chain: ChainId) -> Option<Exodus<ligature_runtime::BlockNumber>> {
		self.network.chain(chain).with(ExodusState::<Runtime>::get)
	}
}
