// SPDX-License-Identifier: Apache-2.0

//! The votes that a relay keeps in memory.

use ligature_operator_api::{VoteBytes, Votes};
use std::collections::{HashSet, VecDeque};

/// Most votes in an answer.
const MOST: u32 = 1_000;

/// Votes in the order in which they came, the newest ones.
#[derive(Debug)]
pub struct Shelf {
	votes: VecDeque<VoteBytes>,
	/// The same.
	known: HashSet<VoteBytes>,
	/// Place of the first of them.
	first: u64,
	/// So many are kept.
	room: usize,
}

impl Shelf {
	/// An empty one for so many votes. Its places begin at `first`: above all places of any that was there before, so that
	/// who goes on where that one ended misses nothing.
	pub fn new(first: u64, room: usize) -> Self {
		Self { votes: VecDeque::new(), known: HashSet::new(), first, room }
	}

	/// How many it holds.
	pub fn len(&self) -> usize {
		self.votes.len()
	}

	/// Whether it holds a vote.
	pub fn has(&self, vote: &VoteBytes) -> bool {
		self.known.contains(vote)
	}

	/// Keeps a vote that it does not hold, and forgets the oldest if there is no room.
	pub fn keep(&mut self, vote: VoteBytes) {
		if !self.known.insert(vote.clone()) {
			return;
		}
		self.votes.push_back(vote);
		while self.votes.len() > self.room {
			if let Some(oldest) = self.votes.pop_front() {
				self.known.remove(&oldest);
				self.first = self.first.saturating_add(1);
			}
		}
	}

	/// Votes from a place on, at most so many.
	pub fn from(&self, place: u64, limit: u32) -> Votes {
		let skipped = place.saturating_sub(self.first).min(self.votes.len() as u64);
		let votes: Vec<_> = self
			.votes
			.iter()
			.skip(skipped as usize)
			.take(limit.min(MOST) as usize)
			.cloned()
			.collect();
		let next = self.first.saturating_add(skipped).saturating_add(votes.len() as u64);
		Votes { votes, next }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_operator_api::{Bytes, Hash32};

	fn vote(number: u8) -> VoteBytes {
		VoteBytes {
			message: Bytes(vec![number]),
			member: Hash32([0; 32]),
			signature: Bytes(Vec::new()),
		}
	}

	#[test]
	fn votes_should_be_given_in_their_order_and_once() {
		let mut shelf = Shelf::new(100, 10);
		assert_eq!(shelf.from(0, 10), Votes { votes: vec![], next: 100 });
		for number in [3, 1, 3, 2, 1] {
			shelf.keep(vote(number));
		}
		assert_eq!(shelf.len(), 3);
		assert_eq!(shelf.from(0, 2), Votes { votes: vec![vote(3), vote(1)], next: 102 });
		assert_eq!(shelf.from(102, 10), Votes { votes: vec![vote(2)], next: 103 });
		assert_eq!(shelf.from(103, 10), Votes { votes: vec![], next: 103 });
		// Whoever asks for later ones was at another relay: he sees that this one is behind, and begins anew.
		assert_eq!(shelf.from(u64::MAX, 10), Votes { votes: vec![], next: 103 });
	}

	#[test]
	fn the_oldest_should_be_forgotten_when_there_is_no_room() {
		let mut shelf = Shelf::new(0, 3);
		(0..5).for_each(|number| shelf.keep(vote(number)));
		assert_eq!(shelf.len(), 3);
		assert!(!shelf.has(&vote(1)) && shelf.has(&vote(2)));
		assert_eq!(shelf.from(0, 10), Votes { votes: vec![vote(2), vote(3), vote(4)], next: 5 });
		assert_eq!(shelf.from(4, 10), Votes { votes: vec![vote(4)], next: 5 });
	}

	#[test]
	fn an_answer_should_have_a_bound() {
		let mut shelf = Shelf::new(0, 2_000);
		for number in 0..1_500_u32 {
			shelf.keep(VoteBytes { message: Bytes(number.to_le_bytes().into()), ..vote(0) });
		}
		let answer = shelf.from(0, u32::MAX);
		assert_eq!((answer.votes.len(), answer.next), (1_000, 1_000));
	}
}
