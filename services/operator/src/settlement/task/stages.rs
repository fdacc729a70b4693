// SPDX-License-Identifier: Apache-2.0

//! When blocks have reached their stages on the chain, for those who ask later.

use super::Settler;
use crate::{
	clock::now,
	engine::EngineStatus,
	notice::Notice,
	settlement::{
		times::reached,
		view::{ChainView, StoreView},
	},
	store::StoreError,
};
use ligature_chain::Counters;
use ligature_primitives::ids::BlockNumber;

/// So many executed blocks are looked through at a start for stages that came while nobody looked.
const LOOK_BACK: u64 = 256;

impl Settler {
	/// Notes when blocks have reached their stages, if the chain's blocks are the stored ones.
	pub(super) async fn note(
		&mut self,
		view: &ChainView,
		store: &StoreView,
		status: &EngineStatus,
	) -> Result<(), StoreError> {
		if view.revert_epoch != store.revert_epoch || store.tip != Some(view.tip) {
			return Ok(());
		}
		let now_there = view.counters;
		let before = match self.noted {
			Some((epoch, noted)) if epoch == view.revert_epoch => noted,
			// Other blocks may have these numbers now; only the certified ones are the same.
			Some((_, noted)) => {
				let same = noted.certified;
				Counters { committed: same, proven: same, ..noted }
			},
			None => self.noted_before(&now_there, status).await?,
		};
		let at = now();
		let mut changed = Vec::new();
		for (stage, number) in reached(&before, &now_there) {
			let hash = self.shared.lines.hash(number, status.revert_epoch).await?;
			let Some(hash) = hash else { continue };
			self.shared.store.note_stage(number, hash, self.id(), stage, at).await?;
			changed.push(number);
		}
		self.noted = Some((view.revert_epoch, now_there));
		changed.sort_unstable();
		changed.dedup();
		for number in changed {
			self.shared.notices.tell(Notice::Block(number));
		}
		Ok(())
	}

	/// Up to where the times of stages were noted before the start. What came since then gets the time of
	/// now.
	async fn noted_before(
		&self,
		now: &Counters,
		status: &EngineStatus,
	) -> Result<Counters, StoreError> {
		let mut last = now.executed;
		let least = last.0.saturating_sub(LOOK_BACK);
		while last.0 > least {
			let Some(hash) = self.shared.lines.hash(last, status.revert_epoch).await? else {
				break;
			};
			let stages = self.shared.store.stages(last, hash).await?;
			let own = stages.iter().find(|(chain, _)| *chain == self.id());
			if own.is_some_and(|(_, times)| times.executed.is_some()) {
				break;
			}
			last = BlockNumber(last.0 - 1);
		}
		Ok(Counters { committed: last, proven: last, certified: last, executed: last })
	}
}
