// SPDX-License-Identifier: Apache-2.0

//! A page is entered: events in their order, each beside what the extrinsics hold.

use super::{Block, Books, Deed, Last, REMEMBERED};
use crate::{
	finding::Due,
	page::{Happened, Occurrence, Page},
};
use ligature_chain::{Posted, RollupEvent, Stage};
use ligature_primitives::{
	header::{Digest, Header},
	ids::{BlockNumber, TokenId},
};

impl Books {
	/// Enters the next block of the chain. Gives what the chain did.
	pub fn enter(&mut self, page: &Page) -> Vec<Deed> {
		self.last = Some(Last { head: page.head, time: page.time });
		if let Some(look) = &page.look {
			self.look(look);
		}
		let mut deeds = std::mem::take(&mut self.begun);
		let (mut within, mut paid) = (None, Vec::new());
		for Happened { extrinsic, what } in &page.happened {
			if within != *extrinsic {
				within = *extrinsic;
				paid.clear();
			}
			let posted = extrinsic.and_then(|place| page.posted.get(&place));
			match what {
				Occurrence::Rollup(event) => {
					deeds.extend(self.event(event, posted, page, &mut paid));
				},
				other => deeds.push(Deed::Other(other.clone())),
			}
		}
		deeds
	}

	fn event(
		&mut self,
		event: &RollupEvent,
		posted: Option<&Posted>,
		page: &Page,
		paid: &mut Vec<Due>,
	) -> Option<Deed> {
		let time = page.time;
		match *event {
			RollupEvent::BlockCommitted { number, hash, .. } => {
				let posted = match posted {
					Some(Posted::Commit { header, data }) => Some((header, data.as_slice())),
					_ => None,
				};
				let outcome = self.commit(number, hash, posted, time);
				Some(Deed::Committed { number, hash, outcome })
			},
			RollupEvent::BlockProven { number, hash, .. } => {
				let proofs = match posted {
					Some(Posted::Proofs { number: of, hash: named, proofs })
						if (*of, *named) == (number, hash) =>
					{
						Some(proofs.clone())
					},
					_ => None,
				};
				let header = self.came(number, hash, Stage::Proven, time);
				Some(Deed::Proven { number, hash, header, proofs })
			},
			RollupEvent::BlockCertified { number, hash } => {
				let certificate = match posted {
					Some(Posted::Certificate(bytes)) => Some(bytes.clone()),
					_ => None,
				};
				let header = self.came(number, hash, Stage::Certified, time);
				if header.is_some() {
					self.settle(number);
				}
				Some(Deed::Certified { number, hash, header, certificate })
			},
			RollupEvent::BlockExecuted { number, hash, .. } => {
				let known = self.came(number, hash, Stage::Executed, time).is_some();
				let due = self.blocks.get(&number).filter(|block| block.hash == hash);
				let due = due.and_then(|block| block.due.clone());
				self.executed = number;
				self.forget();
				Some(Deed::Executed { number, hash, known, due, paid: std::mem::take(paid) })
			},
			RollupEvent::Paid { who, token, amount } => {
				paid.push(Due { who, token, amount });
				None
			},
			RollupEvent::PaymentPending { who, token, amount } => {
				paid.push(Due { who, token, amount });
				self.pend(token, |pending| pending.saturating_add(amount));
				None
			},
			RollupEvent::Claimed { token, amount, .. } => {
				self.pend(token, |pending| pending.saturating_sub(amount));
				None
			},
			RollupEvent::Exited { token, amount, .. }
			| RollupEvent::LiquidityExited { token, amount, .. } => {
				let exited = self.exited.entry(token).or_default();
				*exited = exited.saturating_add(amount);
				None
			},
			RollupEvent::BlocksReverted { to, epoch } => {
				self.drop_after(to);
				self.revert_epoch = epoch;
				Some(Deed::Other(Occurrence::Rollup(event.clone())))
			},
			RollupEvent::FreezeFixed { number, .. } => {
				self.drop_after(number);
				let open = self.blocks.range_mut(BlockNumber(0)..=number);
				open.for_each(|(_, block)| block.came(Stage::Certified, time));
				self.settle(number);
				Some(Deed::Other(Occurrence::Rollup(event.clone())))
			},
			RollupEvent::Resumed => {
				self.resumed = Some(page.head.number);
				Some(Deed::Other(Occurrence::Rollup(event.clone())))
			},
			_ => Some(Deed::Other(Occurrence::Rollup(event.clone()))),
		}
	}

	/// Notes when a block came to a stage. Gives its header, if the books have this block.
	fn came(
		&mut self,
		number: BlockNumber,
		hash: Digest,
		stage: Stage,
		time: u64,
	) -> Option<Box<Header>> {
		let block = self.blocks.get_mut(&number).filter(|block| block.hash == hash)?;
		block.came(stage, time);
		Some(Box::new(block.header.clone()))
	}

	fn pend(&mut self, token: TokenId, change: impl FnOnce(u128) -> u128) {
		if let Some(pending) = &mut self.pending {
			let sum = pending.entry(token).or_default();
			*sum = change(*sum);
		}
	}

	/// Drops blocks that were executed long ago.
	fn forget(&mut self) {
		let Some(first) = self.executed.0.checked_sub(REMEMBERED).map(BlockNumber) else { return };
		// What a block that cannot be replayed leaves open goes, too.
		self.blocks = self.blocks.split_off(&first);
		let settled = self.blocks.range_mut(..=self.executed);
		settled.for_each(|(_, block): (_, &mut Block)| block.data = Vec::new());
	}
}
