// SPDX-License-Identifier: Apache-2.0

use super::*;
use ligature_chain::Counters;
use ligature_primitives::ids::{BlockNumber, ChainId};
use rand_chacha::{
	ChaCha8Rng,
	rand_core::{RngCore, SeedableRng},
};

const LIMITS: Limits =
	Limits { resend_after: 8, retry_after: 4, pipeline: 3, tips: Tips { start: 10, limit: 100 } };

const fn commit(number: u64) -> Action {
	Action::Commit(BlockNumber(number))
}

/// A place; the hash tells extrinsics of one nonce apart.
const fn place(nonce: u64, hash: u8) -> Place {
	Place { nonce, hash: [hash; 32] }
}

/// A chain that has committed so many blocks.
fn committed(blocks: u64) -> ChainView {
	let counters = Counters { committed: BlockNumber(blocks), ..Counters::default() };
	ChainView {
		chain: ChainId(1),
		best: 1,
		counters,
		revert_epoch: 0,
		guardian: false,
		refused: None,
		exodus: false,
		tip: [0; 32],
	}
}

/// A store whose blocks were never taken back.
fn store() -> StoreView {
	let built = BlockNumber(9);
	StoreView { built, revert_epoch: 0, tip: None, fork: built, fork_epoch: 0 }
}

/// Sends it as the task does, and the pool takes it there.
fn send(flight: &mut InFlight, action: Action, best: u32, place: Place) -> Bid {
	let bid = flight.bid(action, &LIMITS.tips);
	flight.sent(action, best);
	flight.placed(action, place);
	bid
}

#[test]
fn what_lies_in_the_pool_for_long_should_be_outbid_in_its_place() {
	let mut flight = InFlight::default();
	assert_eq!(send(&mut flight, commit(1), 100, place(7, 0)), Bid::default());
	for (step, tip) in [10, 20, 40, 80, 80].into_iter().enumerate() {
		let best = 108 + 8 * step as u32;
		assert!(flight.is_due(commit(1), best, &LIMITS));
		let bid = send(&mut flight, commit(1), best, place(7, 1 + step as u8));
		assert_eq!(bid, Bid { tip, replaces: Some(7) });
		assert_eq!((flight.offered(commit(1)), flight.lost(commit(1))), (tip, step as u32 + 1));
	}
}

#[test]
fn what_lies_behind_another_should_offer_no_more_than_that() {
	let mut flight = InFlight::default();
	send(&mut flight, commit(1), 100, place(7, 0));
	send(&mut flight, commit(2), 100, place(8, 0));
	assert_eq!(flight.bid(commit(2), &LIMITS.tips), Bid { tip: 0, replaces: Some(8) });
	send(&mut flight, commit(1), 108, place(7, 1));
	for (best, tip) in [(108, 10), (116, 10)] {
		assert_eq!(send(&mut flight, commit(2), best, place(8, 1)).tip, tip);
	}
	send(&mut flight, commit(1), 116, place(7, 2));
	flight.observe(&committed(1), &store());
	assert_eq!(send(&mut flight, commit(2), 124, place(8, 2)).tip, 20, "now it is the first");
}

#[test]
fn without_tips_the_pool_should_be_offered_the_same_again() {
	let mut flight = InFlight::default();
	send(&mut flight, commit(1), 100, place(7, 0));
	let bid = flight.bid(commit(1), &Tips { start: 10, limit: 0 });
	assert_eq!(bid, Bid { tip: 0, replaces: Some(7) });
}

#[test]
fn what_was_outbid_should_not_be_sent_because_of_that() {
	let mut flight = InFlight::default();
	send(&mut flight, commit(1), 100, place(7, 0));
	send(&mut flight, commit(1), 108, place(7, 1));
	flight.replaced(place(7, 0), 109, &LIMITS);
	assert!(!flight.is_due(commit(1), 109, &LIMITS));
	// Somebody else with the operator's key.
	flight.replaced(place(7, 1), 109, &LIMITS);
	assert!(flight.is_due(commit(1), 109, &LIMITS));
	assert_eq!(flight.bid(commit(1), &LIMITS.tips), Bid { tip: 10, replaces: None });
}

#[test]
fn only_what_lies_behind_a_gap_should_be_sent_again_and_not_for_more() {
	let mut flight = InFlight::default();
	for number in 1..=3 {
		send(&mut flight, commit(number), 100, place(number, 0));
	}
	flight.dropped(place(2, 0), 101, &LIMITS);
	let due = [1, 2, 3].map(|number| flight.is_due(commit(number), 101, &LIMITS));
	assert_eq!(due, [false, true, true]);
	let bids = [2, 3].map(|number| flight.bid(commit(number), &LIMITS.tips));
	let none = Bid::default();
	assert_eq!(bids, [none, Bid { replaces: Some(3), ..none }]);
	// From then on the time runs anew.
	send(&mut flight, commit(2), 101, place(2, 1));
	send(&mut flight, commit(3), 101, place(3, 1));
	assert!(!flight.is_due(commit(3), 108, &LIMITS) && flight.is_due(commit(3), 109, &LIMITS));
}

#[test]
fn a_nonce_should_belong_to_what_has_it_now() {
	let mut flight = InFlight::default();
	send(&mut flight, commit(1), 100, place(7, 0));
	// The node has lost its pool, and nobody has said so.
	send(&mut flight, commit(2), 101, place(7, 1));
	assert_eq!(flight.bid(commit(1), &LIMITS.tips).replaces, None);
	assert_eq!(flight.bid(commit(2), &LIMITS.tips).replaces, Some(7));
	flight.spent(commit(2));
	assert_eq!(flight.bid(commit(2), &LIMITS.tips).replaces, None);
}

#[test]
fn what_was_in_a_block_or_was_too_dear_should_begin_without_a_tip_again() {
	let mut flight = InFlight::default();
	let high = |flight: &mut InFlight| {
		send(flight, commit(1), 100, place(7, 0));
		assert!(send(flight, commit(1), 108, place(7, 1)).tip > 0);
	};
	high(&mut flight);
	flight.unsent(commit(1), 109);
	assert!(flight.waits(commit(1), 112, &LIMITS) && flight.is_due(commit(1), 113, &LIMITS));
	assert_eq!(flight.bid(commit(1), &LIMITS.tips), Bid { tip: 0, replaces: Some(7) });
	high(&mut flight);
	flight.postponed(commit(1), 109);
	assert_eq!(flight.bid(commit(1), &LIMITS.tips), Bid::default());
}

/// The pool of a chain whose blocks take calls only from a price on.
#[derive(Default)]
struct Pool {
	/// The first nonce that the chain has not.
	next: u64,
	lies: BTreeMap<u64, (Action, u128, Place)>,
	hashes: u8,
}

impl Pool {
	/// The first nonce that neither the chain nor the pool has.
	fn free(&self) -> u64 {
		(self.next..).find(|nonce| !self.lies.contains_key(nonce)).expect("it is finite")
	}

	/// As the task does it, with what the pool answers.
	fn take(&mut self, flight: &mut InFlight, action: Action, best: u32) {
		let bid = flight.bid(action, &LIMITS.tips);
		flight.sent(action, best);
		let nonce = bid.replaces.map_or(self.free(), |nonce| nonce.min(self.free()));
		let old = self.lies.get(&nonce).copied();
		if nonce < self.next {
			flight.spent(action);
		} else if old.is_none_or(|(_, tip, _)| tip < bid.tip) {
			self.hashes = self.hashes.wrapping_add(1);
			let place = place(nonce, self.hashes);
			self.lies.insert(nonce, (action, bid.tip, place));
			flight.placed(action, place);
			if let Some((_, _, old)) = old {
				flight.replaced(old, best, &LIMITS);
			}
		}
	}
}

/// Whatever blocks ask, and whatever the pool loses with or without a word: all calls arrive, in order, and nothing is
/// paid beyond the first step above the price.
#[test]
fn every_call_should_get_into_a_block_at_some_price() {
	for seed in 0..200 {
		let mut random = ChaCha8Rng::seed_from_u64(seed);
		let mut chance = |out_of: u32| random.next_u32().is_multiple_of(out_of);
		let (mut flight, mut pool) = (InFlight::default(), Pool::default());
		let (mut done, mut highest, last) = (0, 0, 60);
		for best in 1u32..2_000 {
			let price = if (best / 100).is_multiple_of(2) { 35 } else { 0 };
			let built = last.min(1 + u64::from(best) / 15);
			for action in (done + 1..=built).take(3).map(commit) {
				if flight.is_due(action, best, &LIMITS) {
					pool.take(&mut flight, action, best);
				}
			}
			// It goes by nonces: what is too cheap holds back those behind it.
			while let Some((action, tip, _)) = pool.lies.get(&pool.next).copied() {
				if tip < price {
					break;
				}
				pool.lies.remove(&pool.next);
				pool.next += 1;
				highest = highest.max(tip);
				if action == commit(done + 1) {
					done += 1;
				}
				// Another one was refused, as its turn has not come or is over.
				flight.entries.retain(|action, _| *action > commit(done));
				if action > commit(done) {
					flight.postponed(action, best);
				}
			}
			if best < 1_500 && chance(12) {
				let told = chance(2);
				while let Some((_, (_, _, place))) = pool.lies.pop_last() {
					if told {
						flight.dropped(place, best, &LIMITS);
					}
					if chance(2) {
						break;
					}
				}
			}
		}
		assert_eq!(done, last, "seed {seed}");
		assert!(highest <= 40, "seed {seed}: {highest}");
	}
}
