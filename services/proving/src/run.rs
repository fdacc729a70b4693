// SPDX-License-Identifier: Apache-2.0

//! A process that does nothing but prove: no chain, no mailbox.
//!
//! It takes shares of the blocks that the operator wants proven, lowest first, and brings the proofs. Each block is
//! executed and compared with its header, and proofs are made with the keys that the header names; but whether a chain has
//! committed to the header it cannot know. An operator that lies makes it work for nothing, and no more.

use crate::{
	craft::{Craft, Proof},
	operator::{BlockName, Operator, OperatorError},
	share::{Held, Lease},
	source::OperatorSource,
	work::{random_name, wait},
};
use ligature_ledger::tree::Threads;
use ligature_operator_api::Hash32;
use ligature_primitives::header::Header;
use ligature_prover::{
	Job, Part, Provers,
	key::KeyStore,
	service::Worker,
	source::BlockSource,
	watch::{CancelFlag, Watch},
};
use std::{
	collections::HashMap,
	error::Error,
	num::NonZero,
	time::{Duration, Instant},
};

/// How often it asks for work when there is none.
const POLL: Duration = Duration::from_millis(500);
/// When a block that could not be proven is tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// Most proofs that wait for the operator to come back.
const UNBROUGHT: usize = 16;

/// What a stand-alone prover needs to know.
#[derive(Clone, Debug)]
pub struct ProverConfig {
	/// The operator's address.
	pub operator: String,
	/// How many threads prove.
	pub threads: NonZero<usize>,
	/// Where the keys lie. Those that are not there are made.
	pub keys: KeyStore,
}

/// Why a stand-alone prover does not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
	/// The operator cannot be called.
	#[error(transparent)]
	Operator(#[from] OperatorError),
	/// There are no threads.
	#[error("the threads that prove cannot be started: {0}")]
	Threads(Box<dyn Error + Send + Sync>),
}

/// What a stand-alone prover has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
	/// Proofs that the operator has taken.
	pub brought: u64,
	/// Shares that somebody else has done first.
	pub others: u64,
	/// Shares that failed: the block was not that of its header, say, or the proof was not taken.
	pub failed: u64,
}

/// Proves for an operator until `stop`.
///
/// # Errors
///
/// [`RunError`]: only before it begins. An operator that is not there is waited for.
pub fn run_prover(config: &ProverConfig, stop: &CancelFlag) -> Result<Tally, RunError> {
	let operator = Operator::new(&config.operator, stop.clone())?;
	let provers = Provers::insecure_development(config.keys.clone());
	let worker =
		Worker::new(provers, config.threads).map_err(|error| RunError::Threads(error.into()))?;
	log::info!(
		"proving for {} on {} threads with the INSECURE development keys in {}",
		config.operator,
		config.threads,
		config.keys.folder().display(),
	);
	prove_for(&operator, &worker, config.threads, stop)
}

/// [`run_prover`] with a connection and a craft of the caller's.
///
/// # Errors
///
/// If there are no random numbers for its name.
pub fn prove_for(
	operator: &Operator,
	craft: &dyn Craft,
	threads: NonZero<usize>,
	stop: &CancelFlag,
) -> Result<Tally, RunError> {
	let mut prover = StandAlone {
		operator,
		craft,
		source: OperatorSource::new(operator.clone(), Threads::new(threads)),
		me: random_name()?,
		stop,
		last: None,
		unfit: HashMap::new(),
		unbrought: Vec::new(),
		complained: false,
		tally: Tally::default(),
	};
	while !stop.cancelled() {
		if !prover.step() {
			wait(POLL, stop);
		}
	}
	Ok(prover.tally)
}

struct StandAlone<'a> {
	operator: &'a Operator,
	craft: &'a dyn Craft,
	source: OperatorSource<Threads>,
	me: Hash32,
	stop: &'a CancelFlag,
	/// The job of the last share: the next one is mostly of the same block.
	last: Option<(BlockName, Job)>,
	/// Blocks that could not be proven, and when that was.
	unfit: HashMap<BlockName, Instant>,
	/// Proofs that the operator has not taken yet.
	unbrought: Vec<(BlockName, Part, Proof)>,
	/// Whether the log knows that something is wrong with the operator.
	complained: bool,
	tally: Tally,
}

/// Why a share came to nothing.
enum Failure {
	/// The operator does not have the block at the moment.
	NotYet,
	/// The prover is to stop, or somebody else was faster.
	Unwanted,
	/// With this block nothing can be done.
	Unfit(Box<dyn Error + Send + Sync>),
}

impl StandAlone<'_> {
	/// Does one share, if there is one. Gives back whether there was.
	fn step(&mut self) -> bool {
		self.bring();
		let operator = self.operator.caller(self.stop);
		let wanted = match operator.wanted() {
			Ok(wanted) => wanted,
			Err(error) => {
				if !error.passes() && !self.complained {
					log::error!("no work: {error} (it is tried again)");
					self.complained = true;
				}
				return false;
			},
		};
		self.complained = false;
		self.unfit.retain(|block, since| wanted.contains(block) && since.elapsed() < AGAIN);
		for block in wanted {
			if self.unfit.contains_key(&block) {
				continue;
			}
			match operator.take(block, self.me) {
				Ok(Some(share)) => {
					let lease = Lease::new(self.operator, self.me, block, share);
					if self.share(&lease) {
						return true;
					}
				},
				Ok(None) => {},
				Err(error) => log::debug!("{block}: no share: {error}"),
			}
		}
		false
	}

	/// Proves a share. Gives back whether anything came of it.
	fn share(&mut self, lease: &Lease<'_>) -> bool {
		let (block, part, started) = (lease.block, lease.part, Instant::now());
		log::info!("{block}: proving the {part}");
		let stop = self.stop;
		// Whether a proof of others holds is the operator's business: it says that it needs no other.
		let held = lease.during(stop, |_| true, |watch| self.prove(block, part, watch));
		match held {
			Held::Done(proof) => {
				let took = started.elapsed().as_secs_f64();
				log::info!("{block}: the {part} is proven after {took:.1} s");
				if self.unbrought.len() < UNBROUGHT {
					self.unbrought.push((block, part, proof));
				}
				self.bring();
				true
			},
			Held::Delivered(_) => {
				self.tally.others += 1;
				true
			},
			Held::Failed(Failure::NotYet | Failure::Unwanted) => false,
			Held::Failed(Failure::Unfit(error)) => {
				log::error!("{block}: the {part} cannot be proven: {error}");
				self.tally.failed += 1;
				self.unfit.insert(block, Instant::now());
				true
			},
		}
	}

	fn prove(&mut self, block: BlockName, part: Part, watch: &dyn Watch) -> Result<Proof, Failure> {
		let job = self.job(block, watch)?;
		self.craft.prove(&job, part, watch).map_err(|error| {
			if watch.cancelled() { Failure::Unwanted } else { Failure::Unfit(error.into()) }
		})
	}

	/// What there is to prove of a block.
	fn job(&mut self, block: BlockName, watch: &dyn Watch) -> Result<Job, Failure> {
		if let Some((last, job)) = &self.last
			&& *last == block
		{
			return Ok(job.clone());
		}
		self.last = None;
		let bytes = match self.operator.caller(watch).block(block) {
			Ok(Some(bytes)) => bytes,
			Ok(None) => return Err(Failure::NotYet),
			Err(error) if error.passes() => return Err(Failure::NotYet),
			Err(error) => return Err(Failure::Unfit(error.into())),
		};
		let header = Header::decode(&bytes.header.0)
			.map_err(|refusal| Failure::Unfit(format!("its header is none: {refusal}").into()))?;
		if BlockName::of(&header) != block {
			return Err(Failure::Unfit("the operator gives the header of another block".into()));
		}
		let source = self.source.fetch(&header).map_err(Failure::Unfit)?.ok_or(Failure::NotYet)?;
		let job = self.craft.job(&header, source).map_err(|error| Failure::Unfit(error.into()))?;
		self.last = Some((block, job.clone()));
		Ok(job)
	}

	/// Brings the proofs that wait.
	fn bring(&mut self) {
		let operator = self.operator.caller(self.stop);
		let tally = &mut self.tally;
		self.unbrought.retain(|(block, part, proof)| match operator.bring(*block, *part, proof) {
			Ok(()) => {
				log::info!("{block}: the proof of the {part} is brought");
				tally.brought += 1;
				false
			},
			Err(error) if error.passes() => true,
			Err(error) => {
				log::warn!("{block}: the proof of the {part} is not taken: {error}");
				tally.failed += 1;
				false
			},
		});
	}
}
