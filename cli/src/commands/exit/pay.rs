// SPDX-License-Identifier: Apache-2.0

//! Brings claims to a chain, many in a call and some calls at once.
//!
//! A call of several claims does all of them or none. If it fails, because somebody has claimed one of them meanwhile,
//! each goes by itself: no claim stands in the way of another.

use std::{iter, time::Duration};

use futures::{StreamExt, stream};
use ligature_chain::{Call, Chain, DispatchError, Event, Included, RollupEvent, Signer};

use crate::{
	failure::Failure,
	session::{chain_trouble, dispatch_trouble},
};

/// Claims in a call: some 40 KB and a tenth of a block's time.
const BATCH: usize = 16;

/// Calls on their way at once.
const AT_ONCE: usize = 4;

/// How long a call may take until it is final.
const PATIENCE: Duration = Duration::from_secs(180);

/// What came of a claim.
#[derive(Debug)]
pub enum Fate {
	/// It is paid.
	Paid,
	/// The payment failed, and waits on the chain for its owner.
	Pending,
	/// Somebody else has claimed it.
	Before,
	/// The chain refuses it.
	Refused(Failure),
}

/// What came of all of them.
#[derive(Debug, Default)]
pub struct Outcome {
	/// By the claims' places; those that were not reached are missing.
	pub fates: Vec<(usize, Fate)>,
	/// Why it was not gone on.
	pub stopped: Option<Failure>,
}

/// Brings so many claims, each made when its turn comes; `told` hears how many are done.
pub async fn pay(
	chain: &Chain,
	name: &str,
	signer: &Signer,
	count: usize,
	claim: impl Fn(usize) -> Call,
	mut told: impl FnMut(usize),
) -> Outcome {
	let mut outcome = Outcome::default();
	let mut left: Vec<usize> = (0..count).collect();
	for size in [BATCH, 1] {
		let batches: Vec<Vec<usize>> = left.chunks(size).map(<[usize]>::to_vec).collect();
		left.clear();
		let sent = batches.into_iter().map(|batch| {
			let calls: Vec<Call> = batch.iter().map(|place| claim(*place)).collect();
			async move { (send(chain, name, signer, together(calls)).await, batch) }
		});
		let mut sent = stream::iter(sent).buffered(AT_ONCE);
		while let Some((included, batch)) = sent.next().await {
			match included {
				Ok(included) => {
					let events = included.events.iter().filter_map(Event::rollup);
					let fates = &mut outcome.fates;
					left.extend(sort(name, batch, included.outcome, payments(events), fates));
				},
				Err(failure) => {
					outcome.stopped = Some(failure);
					return outcome;
				},
			}
			told(outcome.fates.len());
		}
	}
	outcome
}

/// Several calls as one.
fn together(mut calls: Vec<Call>) -> Call {
	match (calls.pop(), calls.is_empty()) {
		(Some(only), true) => only,
		(last, _) => {
			calls.extend(last);
			Call::Batch(calls)
		},
	}
}

async fn send(chain: &Chain, name: &str, signer: &Signer, call: Call) -> Result<Included, Failure> {
	let sent = async { chain.submit(&call, signer).await?.finalized(PATIENCE).await };
	sent.await.map_err(|error| chain_trouble(name, error))
}

/// Notes what came of a call, which has made these payments. Gives the claims that have to go by themselves.
fn sort(
	name: &str,
	batch: Vec<usize>,
	outcome: Result<(), DispatchError>,
	payments: impl Iterator<Item = Fate>,
	fates: &mut Vec<(usize, Fate)>,
) -> Vec<usize> {
	match (outcome, &batch[..]) {
		(Ok(()), _) => {
			fates.extend(batch.into_iter().zip(payments));
			Vec::new()
		},
		(Err(error), [place]) => {
			// A deposit that went back is no request any more.
			let before = ["AlreadyClaimed", "NotRefundable"].contains(&&*error.name);
			let fate = match before {
				true => Fate::Before,
				false => Fate::Refused(dispatch_trouble(name, &error)),
			};
			fates.push((*place, fate));
			Vec::new()
		},
		(Err(_), _) => batch,
	}
}

/// How each claim of a call that has succeeded was paid, in their order.
fn payments(events: impl Iterator<Item = RollupEvent>) -> impl Iterator<Item = Fate> {
	let told = events.filter_map(|event| match event {
		RollupEvent::Paid { .. } => Some(Fate::Paid),
		RollupEvent::PaymentPending { .. } => Some(Fate::Pending),
		_ => None,
	});
	// Whatever the events of a later runtime are: the call has succeeded.
	told.chain(iter::repeat_with(|| Fate::Paid))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::ids::{AccountIndex, TokenId};

	/// What a claim leaves.
	fn events(paid: &[bool]) -> Vec<RollupEvent> {
		let (who, token, amount) = ([7; 32], TokenId(1), 5);
		let each = |paid: &bool| {
			let exited = RollupEvent::Exited { who, account: AccountIndex::ZERO, token, amount };
			let payment = match paid {
				true => RollupEvent::Paid { who, token, amount },
				false => RollupEvent::PaymentPending { who, token, amount },
			};
			[exited, payment]
		};
		paid.iter().flat_map(each).collect()
	}

	/// What is noted: a letter per fate. And what has to go by itself.
	fn sorted(
		batch: &[usize],
		outcome: Result<(), &str>,
		paid: &[bool],
	) -> (Vec<(usize, char)>, Vec<usize>) {
		let outcome = outcome.map_err(|name| DispatchError {
			pallet: "Rollup".into(),
			name: name.into(),
			docs: String::new(),
		});
		let (mut fates, events) = (Vec::new(), events(paid).into_iter());
		let left = sort("alpha", batch.to_vec(), outcome, payments(events), &mut fates);
		let letter = |fate: &Fate| match fate {
			Fate::Paid => 'p',
			Fate::Pending => 'w',
			Fate::Before => 'b',
			Fate::Refused(_) => 'r',
		};
		(fates.iter().map(|(place, fate)| (*place, letter(fate))).collect(), left)
	}

	#[test]
	fn each_claim_of_a_call_should_be_told_how_it_was_paid() {
		let (fates, left) = sorted(&[4, 5, 6], Ok(()), &[true, false, true]);
		assert_eq!(fates, [(4, 'p'), (5, 'w'), (6, 'p')]);
		assert!(left.is_empty());
		// Events that nobody understands do not make it unpaid.
		assert_eq!(sorted(&[4, 5], Ok(()), &[]).0, [(4, 'p'), (5, 'p')]);
	}

	#[test]
	fn claims_of_a_call_that_fails_should_go_by_themselves() {
		assert_eq!(sorted(&[4, 5], Err("AlreadyClaimed"), &[]), (vec![], vec![4, 5]));
		assert_eq!(sorted(&[4], Err("AlreadyClaimed"), &[]), (vec![(4, 'b')], vec![]));
		assert_eq!(sorted(&[4], Err("NotRefundable"), &[]), (vec![(4, 'b')], vec![]));
		assert_eq!(sorted(&[4], Err("BadClaim"), &[]), (vec![(4, 'r')], vec![]));
	}

	#[test]
	fn a_single_claim_should_be_no_batch() {
		let call = |index| Call::RefundDeposit { index };
		assert_eq!(together(vec![call(1)]), call(1));
		assert_eq!(together(vec![call(1), call(2)]), Call::Batch(vec![call(1), call(2)]));
	}
}
