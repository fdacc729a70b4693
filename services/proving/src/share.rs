// SPDX-License-Identifier: Apache-2.0

//! One part, worked on under a lease that is renewed.

use crate::{
	craft::Proof,
	operator::{BlockName, Caller, Operator, part_of},
};
use ligature_operator_api::{Hash32, Share};
use ligature_prover::{
	Part,
	watch::{CancelFlag, Stage, Watch},
};
use std::{
	sync::mpsc::{self, RecvTimeoutError},
	thread,
	time::{Duration, Instant},
};

/// How often the thread that renews a lease looks whether it is still to do so.
const BEAT: Duration = Duration::from_millis(100);

/// A share that was taken.
pub(crate) struct Lease<'a> {
	pub operator: &'a Operator,
	pub me: Hash32,
	pub block: BlockName,
	pub part: Part,
	/// It is somebody else's if it is not renewed for so long.
	length: Duration,
}

/// How the work under a lease ended.
pub(crate) enum Held<T, E> {
	/// With what was to be made.
	Done(T),
	/// Somebody else has brought this proof meanwhile.
	Delivered(Proof),
	/// It failed, or is not wanted any more; the share was given back.
	Failed(E),
}

impl<'a> Lease<'a> {
	pub(crate) fn new(operator: &'a Operator, me: Hash32, block: BlockName, share: Share) -> Self {
		// A lease of no length would be renewed without a pause.
		let length = Duration::from_secs(share.seconds.max(1));
		Self { operator, me, block, part: part_of(share.part), length }
	}

	/// Does work, and renews the lease meanwhile from another thread.
	///
	/// A lease that is lost is no reason to stop by itself, as when the operator was started anew: the work goes on, and is
	/// stopped when the operator has a proof that is `good`.
	pub(crate) fn during<T, E>(
		&self,
		watch: &dyn Watch,
		good: impl Fn(&Proof) -> bool + Sync,
		work: impl FnOnce(&dyn Watch) -> Result<T, E>,
	) -> Held<T, E> {
		let (delivered, over) = (CancelFlag::default(), CancelFlag::default());
		let wanted = Both(watch, &delivered);
		let (done, ended) = mpsc::channel::<()>();
		let (result, theirs) = thread::scope(|scope| {
			let heart = scope.spawn(|| {
				let caller = Both(&wanted, &over);
				let theirs = self.keep(self.operator.caller(&caller), ended, &caller, &good);
				if theirs.is_some() {
					delivered.cancel();
				}
				theirs
			});
			let result = work(&wanted);
			over.cancel();
			drop(done);
			// It does not panic; if it did, nobody would have delivered.
			(result, heart.join().unwrap_or(None))
		});
		match (result, theirs) {
			(Ok(made), _) => Held::Done(made),
			(Err(_), Some(proof)) => Held::Delivered(proof),
			(Err(error), None) => {
				self.release();
				Held::Failed(error)
			},
		}
	}

	/// Renews the lease until the work has ended. Gives back the proof that somebody else has brought.
	fn keep(
		&self,
		operator: Caller<'_>,
		ended: mpsc::Receiver<()>,
		watch: &dyn Watch,
		good: &impl Fn(&Proof) -> bool,
	) -> Option<Proof> {
		let mut renewed = Instant::now();
		while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) && !watch.cancelled() {
			if renewed.elapsed() < self.length / 3 {
				continue;
			}
			renewed = Instant::now();
			// An operator that cannot be asked says nothing about the share.
			if let Ok(false) = operator.renew(self.block, self.me, self.part)
				&& let Ok(proofs) = operator.proofs(self.block)
			{
				let theirs = proofs.into_iter().filter(|(part, _)| *part == self.part);
				if let Some(proof) = theirs.filter_map(|(_, proof)| proof).find(|proof| good(proof))
				{
					log::info!("{}: somebody else has proven the {}", self.block, self.part);
					return Some(proof);
				}
			}
		}
		None
	}

	/// Gives the share back.
	pub(crate) fn release(&self) {
		if let Err(error) = self.operator.caller(&()).release(self.block, self.me, self.part) {
			let (block, part, after) = (self.block, self.part, self.length.as_secs());
			log::info!("{block}: the {part} is free again after {after} s: {error}");
		}
	}
}

/// Somebody who looks on, and a flag that stops the work, too.
struct Both<'a>(&'a dyn Watch, &'a CancelFlag);

impl Watch for Both<'_> {
	fn progress(&self, stage: Stage, done: f64) {
		self.0.progress(stage, done);
	}

	fn finished(&self, stage: Stage, took: Duration) {
		self.0.finished(stage, took);
	}

	fn cancelled(&self) -> bool {
		self.0.cancelled() || self.1.cancelled()
	}
}
