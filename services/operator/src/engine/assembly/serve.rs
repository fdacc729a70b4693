// SPDX-License-Identifier: Apache-2.0

//! Requests, in the strict order of each chain.

use super::{Assembly, Outcome, Source, waits};
use crate::engine::slots::Need;
use ligature_primitives::{
	ids::ChainId,
	op::{ChangePubKey, CreatePool, Deposit, FullExit, Operation, Target},
	pool::PoolParams,
	priority::PriorityRequest,
};

impl Assembly<'_> {
	/// Serves requests, one of each chain in turn, as many as fit; with `share` so that a quarter of the slots remains
	/// for transactions.
	pub(super) fn requests(&mut self, share: bool) {
		let mut going: Vec<usize> = (0..self.out.served.len()).collect();
		while !going.is_empty() {
			going.retain(|position| self.next_request(*position, share) == Outcome::Done);
		}
	}

	pub(super) fn next_request(&mut self, position: usize, share: bool) -> Outcome {
		let queue = &self.sources.queues[position];
		let index = queue.served() + self.out.served[position] as u64;
		let Some(request) = queue.get(index) else { return Outcome::NotYet };
		let chain = self.ledger.network().chains()[position];
		if self.out.stuck.iter().any(|(stuck, ..)| *stuck == chain) {
			return Outcome::Refused;
		}
		let exit = self.exit(position, request);
		let need = Need::of_request(chain, request, exit.as_ref());
		let room = if share {
			self.out.slots.leaves_room(&need)
		} else {
			self.out.slots.clone().take(&need)
		};
		// The first of a chain is not held back, or a small block might never serve any.
		let first = share && self.out.served[position] == 0;
		if !(room || first) {
			return Outcome::NoRoom;
		}
		let operation = self.serve(chain, position, request, exit.as_ref());
		match self.apply(Source::Request(position), operation, &need) {
			Ok(()) => {
				self.out.served[position] += 1;
				Outcome::Done
			},
			Err(refusal) if waits(refusal) => Outcome::NoRoom,
			Err(refusal) => {
				self.out.stuck.push((chain, index, refusal));
				Outcome::Refused
			},
		}
	}

	/// The pool whose shares a request pays out, unless there are none to pay.
	fn exit(&self, position: usize, request: &PriorityRequest) -> Option<PoolParams> {
		let PriorityRequest::FullExit { account, token, owner } = request else { return None };
		let state = &self.ledger.states()[position];
		let leaf = state.account(*account).filter(|leaf| leaf.owner == *owner)?;
		if leaf.balance(*token).is_zero() {
			return None;
		}
		Some(state.pool(token.lp_slot()?)?.params)
	}

	/// The operation that serves a request.
	fn serve(
		&self,
		chain: ChainId,
		position: usize,
		request: &PriorityRequest,
		exit: Option<&PoolParams>,
	) -> Operation {
		let target = |owner| self.accounts.target(position, owner);
		match *request {
			PriorityRequest::Deposit { token, owner, amount, key } => {
				Deposit { chain, token, owner, amount, key, target: target(owner) }.into()
			},
			PriorityRequest::FullExit { account, token, owner } => {
				// Where nothing is paid, nobody looks at it.
				let far = exit.map_or(Target::New, |params| self.target(params.chain1, owner));
				FullExit { chain, account, token, owner, far }.into()
			},
			PriorityRequest::ChangePubKey { account, owner, key } => {
				let target = account.map_or_else(|| target(owner), Target::Existing);
				ChangePubKey { chain, account, owner, key, target }.into()
			},
			PriorityRequest::CreatePool { slot, side, params } => {
				CreatePool { chain, slot, side, params }.into()
			},
		}
	}
}
