// SPDX-License-Identifier: Apache-2.0

//! All proofs of one block, of which others make some.
//!
//! The prover takes what the operator gives it, and the proofs that others have brought. It proves by itself what it
//! cannot get: everything if the operator does not answer, and whatever the operator withholds or
//! gives wrongly.

use crate::{
	craft::{Craft, Proof},
	operator::{BlockName, Caller, Operator, OperatorError},
	share::{Held, Lease},
};
use ligature_operator_api::Hash32;
use ligature_primitives::header::Header;
use ligature_prover::{
	Bundle, Job, Part,
	job::WatchJob,
	service::{Work, WorkError},
	source::SourceBlock,
	watch::{Cancelled, Watch},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	thread,
	time::{Duration, Instant},
};

/// How often somebody who waits looks whether it is to stop.
const BEAT: Duration = Duration::from_millis(50);

/// Waits, but not longer than the work is wanted.
pub(crate) fn wait(time: Duration, watch: &(impl Watch + ?Sized)) {
	let end = Instant::now() + time;
	while !watch.cancelled() && Instant::now() < end {
		thread::sleep(BEAT.min(time));
	}
}

/// A name for a prover, which nobody else has.
pub(crate) fn random_name() -> Result<Hash32, OperatorError> {
	let mut name = [0; 32];
	getrandom::fill(&mut name)?;
	Ok(Hash32(name))
}

/// How long to wait for others.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
	/// Time between two looks for proofs and shares.
	pub poll: Duration,
	/// If for so long nothing came of the work of others, a part that somebody is said to work on is proven all the same. An
	/// operator that says so for ever cannot keep a block from being proven.
	pub patience: Duration,
}

impl Default for Pace {
	/// Half a second, and ten minutes.
	fn default() -> Self {
		Self { poll: Duration::from_millis(500), patience: Duration::from_secs(600) }
	}
}

/// Shares the work on blocks with whoever else proves for the same operator.
pub struct SharedWork<C> {
	operator: Operator,
	craft: C,
	me: Hash32,
	pace: Pace,
}

impl<C: Craft> SharedWork<C> {
	/// With a name drawn at random.
	///
	/// # Errors
	///
	/// If there are no random numbers.
	pub fn new(operator: Operator, craft: C) -> Result<Self, OperatorError> {
		Ok(Self { operator, craft, me: random_name()?, pace: Pace::default() })
	}

	/// With another pace.
	#[must_use]
	pub fn with_pace(self, pace: Pace) -> Self {
		Self { pace, ..self }
	}
}

impl<C: Craft> Work for SharedWork<C> {
	fn prove(
		&self,
		header: &Header,
		block: SourceBlock,
		watch: &dyn WatchJob,
	) -> Result<Bundle, WorkError> {
		let job = self.craft.job(header, block)?;
		let block = BlockName::of(header);
		let mut block = Block {
			shared: self,
			name: block,
			job: &job,
			watch,
			proofs: BTreeMap::new(),
			unbrought: BTreeSet::new(),
			wrong: BTreeSet::new(),
			progress: Instant::now(),
		};
		block.prove()
	}
}

/// The work on one block.
struct Block<'a, C> {
	shared: &'a SharedWork<C>,
	name: BlockName,
	job: &'a Job,
	watch: &'a dyn WatchJob,
	/// Those that hold.
	proofs: BTreeMap<Part, Proof>,
	/// Proofs of ours that the operator has not taken yet.
	unbrought: BTreeSet<Part>,
	/// Parts of which the operator has something that is no proof.
	wrong: BTreeSet<Part>,
	/// When there was a new proof.
	progress: Instant,
}

/// What the operator has for us.
enum Offer<'a> {
	/// A share.
	Share(Lease<'a>),
	/// Others work on all that is missing.
	Nothing,
	/// Nobody to ask.
	Nobody,
}

impl<'a, C: Craft> Block<'a, C> {
	fn operator(&self) -> Caller<'a> {
		self.shared.operator.caller(self.watch)
	}

	fn prove(&mut self) -> Result<Bundle, WorkError> {
		loop {
			if self.watch.cancelled() {
				return Err(Cancelled.into());
			}
			let reached = self.collect()?;
			if reached {
				self.bring();
			}
			let Some(first) = self.missing().next() else { return Ok(self.bundle()) };
			let offer = if reached { self.take() } else { Offer::Nobody };
			match offer {
				Offer::Share(lease) => self.prove_share(&lease)?,
				Offer::Nobody => self.prove_alone(first)?,
				Offer::Nothing => {
					let wrong = self.missing().find(|part| self.wrong.contains(part));
					if let Some(part) = wrong {
						self.prove_alone(part)?;
					} else if self.progress.elapsed() >= self.shared.pace.patience {
						let name = self.name;
						log::warn!(
							"{name}: the {first} does not come from others; it is proven here"
						);
						self.prove_alone(first)?;
					} else {
						wait(self.shared.pace.poll, self.watch);
					}
				},
			}
		}
	}

	/// Parts without a proof, in order.
	fn missing(&self) -> impl Iterator<Item = Part> {
		let parts = self.job.statements.iter().map(|statement| statement.part);
		parts.filter(|part| !self.proofs.contains_key(part))
	}

	fn bundle(&self) -> Bundle {
		let parts = self.job.statements.iter().map(|statement| statement.part);
		let proofs = parts.filter_map(|part| Some((part, *self.proofs.get(&part)?)));
		Bundle { number: self.job.number, proofs: proofs.collect() }
	}

	fn add(&mut self, part: Part, proof: Proof) {
		self.proofs.insert(part, proof);
		self.progress = Instant::now();
	}

	/// Takes the proofs that others have brought, if they hold. Gives back whether the operator was there.
	fn collect(&mut self) -> Result<bool, WorkError> {
		let proofs = match self.operator().proofs(self.name) {
			Ok(proofs) => proofs,
			Err(error) => {
				if !error.passes() {
					log::warn!("{}: no proofs of others: {error}", self.name);
				}
				return Ok(false);
			},
		};
		for (part, proof) in proofs {
			if self.job.statement(part).is_none() || self.proofs.contains_key(&part) {
				// It would not hold, or is not needed any more.
				continue;
			}
			let (name, craft) = (self.name, &self.shared.craft);
			let holds = |proof| craft.verifies(self.job, part, proof);
			match proof {
				Some(proof) if holds(&proof)? => {
					log::info!("{name}: somebody else has proven the {part}");
					self.add(part, proof);
				},
				_ => {
					if self.wrong.insert(part) {
						let url = self.shared.operator.url();
						log::warn!("{name}: what {url} has as proof of the {part} does not hold");
					}
				},
			}
		}
		Ok(true)
	}

	/// Brings the proofs that the operator lacks.
	fn bring(&mut self) {
		let (operator, name, proofs) = (self.operator(), self.name, &self.proofs);
		self.unbrought.retain(|part| {
			let Some(proof) = proofs.get(part) else { return false };
			match operator.bring(name, *part, proof) {
				Ok(()) => false,
				Err(error) if error.passes() => true,
				Err(error) => {
					log::warn!("{name}: the proof of the {part} is not taken: {error}");
					false
				},
			}
		});
	}

	fn take(&mut self) -> Offer<'a> {
		match self.operator().take(self.name, self.shared.me) {
			Ok(Some(share)) => {
				let lease = Lease::new(&self.shared.operator, self.shared.me, self.name, share);
				if self.missing().any(|part| part == lease.part) {
					return Offer::Share(lease);
				}
				if self.proofs.contains_key(&lease.part) {
					// It has lost the proof; the next round brings it.
					self.unbrought.insert(lease.part);
				} else {
					let (name, part) = (self.name, lease.part);
					log::warn!("{name}: the operator wants the {part} proven, which it has not");
					lease.release();
				}
				Offer::Nothing
			},
			Ok(None) => Offer::Nothing,
			Err(error) => {
				if !error.passes() {
					log::warn!("{}: no share of the work: {error}", self.name);
				}
				Offer::Nobody
			},
		}
	}

	fn begins(&self, part: Part) {
		self.watch.begins(part, self.proofs.len(), self.job.statements.len());
	}

	/// Proves a share, unless somebody else is faster.
	fn prove_share(&mut self, lease: &Lease<'_>) -> Result<(), WorkError> {
		let (craft, job, part) = (&self.shared.craft, self.job, lease.part);
		self.begins(part);
		let good = |proof: &Proof| craft.verifies(job, part, proof).unwrap_or(false);
		match lease.during(self.watch, good, |watch| craft.prove(job, part, watch)) {
			Held::Done(proof) => {
				self.add(part, proof);
				self.unbrought.insert(part);
				Ok(())
			},
			Held::Delivered(proof) => {
				self.add(part, proof);
				Ok(())
			},
			Held::Failed(error) => self.failed(error.into()),
		}
	}

	/// Proves a part for which there is no share.
	fn prove_alone(&mut self, part: Part) -> Result<(), WorkError> {
		self.begins(part);
		match self.shared.craft.prove(self.job, part, self.watch) {
			Ok(proof) => {
				self.add(part, proof);
				self.unbrought.insert(part);
				Ok(())
			},
			Err(error) => self.failed(error.into()),
		}
	}

	fn failed(&self, error: WorkError) -> Result<(), WorkError> {
		Err(if self.watch.cancelled() { Cancelled.into() } else { error })
	}
}
