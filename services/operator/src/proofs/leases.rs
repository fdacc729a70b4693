// SPDX-License-Identifier: Apache-2.0

//! Who works on which part: a share is given for a while, and to the next when it is not renewed.
//!
//! Only in memory: after a restart provers take their shares again, or do a part twice, which harms nobody.

use ligature_operator_api::{Hash32, PartName};
use ligature_primitives::{header::Digest, ids::BlockNumber};
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};

/// A part of a block: number, header hash, which.
pub type Place = (BlockNumber, Digest, PartName);

#[derive(Clone, Copy, Debug)]
struct Lease {
	prover: Hash32,
	until: Instant,
}

/// The shares that are given.
#[derive(Debug)]
pub struct Leases {
	held: HashMap<Place, Lease>,
	length: Duration,
}

impl Leases {
	/// Shares are given for so long.
	pub fn new(length: Duration) -> Self {
		Self { held: HashMap::new(), length }
	}

	/// For how long a share is given.
	pub const fn length(&self) -> Duration {
		self.length
	}

	/// Gives the first of these parts of a block that nobody works on, or the one that this prover has already.
	pub fn take(
		&mut self,
		block: (BlockNumber, Digest),
		parts: &[PartName],
		prover: Hash32,
		now: Instant,
	) -> Option<PartName> {
		self.held.retain(|_, lease| lease.until > now);
		let place = |part: &PartName| (block.0, block.1, *part);
		let own = parts
			.iter()
			.find(|part| self.held.get(&place(part)).is_some_and(|lease| lease.prover == prover));
		let free = || parts.iter().find(|part| !self.held.contains_key(&place(part)));
		let part = *own.or_else(free)?;
		self.held.insert(place(&part), Lease { prover, until: now + self.length });
		Some(part)
	}

	/// Goes on with a share. False if it is somebody else's by now, or nobody's.
	pub fn renew(&mut self, place: Place, prover: Hash32, now: Instant) -> bool {
		match self.held.get_mut(&place) {
			Some(lease) if lease.prover == prover => {
				lease.until = now + self.length;
				true
			},
			_ => false,
		}
	}

	/// Gives a share back. Another's is left alone.
	pub fn release(&mut self, place: Place, prover: Hash32) {
		if self.held.get(&place).is_some_and(|lease| lease.prover == prover) {
			self.held.remove(&place);
		}
	}

	/// The part is proven.
	pub fn done(&mut self, place: Place) {
		self.held.remove(&place);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const BLOCK: (BlockNumber, Digest) = (BlockNumber(7), [7; 32]);
	const PARTS: [PartName; 2] = [PartName::Half(1), PartName::Join];
	const ANNA: Hash32 = Hash32([1; 32]);
	const BERT: Hash32 = Hash32([2; 32]);
	const CARL: Hash32 = Hash32([3; 32]);
	const LENGTH: Duration = Duration::from_secs(30);

	fn place(part: PartName) -> Place {
		(BLOCK.0, BLOCK.1, part)
	}

	#[test]
	fn two_provers_should_get_different_parts_and_a_third_none() {
		let (mut leases, now) = (Leases::new(LENGTH), Instant::now());
		assert_eq!(leases.take(BLOCK, &PARTS, ANNA, now), Some(PARTS[0]));
		assert_eq!(leases.take(BLOCK, &PARTS, BERT, now), Some(PARTS[1]));
		assert_eq!(leases.take(BLOCK, &PARTS, CARL, now), None);
		// Who asks again, because the answer got lost, gets the same.
		assert_eq!(leases.take(BLOCK, &PARTS, ANNA, now), Some(PARTS[0]));
		// Another block is another matter.
		assert_eq!(leases.take((BLOCK.0, [8; 32]), &PARTS, CARL, now), Some(PARTS[0]));
	}

	#[test]
	fn a_share_that_is_not_renewed_should_go_to_the_next() {
		let (mut leases, now) = (Leases::new(LENGTH), Instant::now());
		assert_eq!(leases.take(BLOCK, &PARTS[..1], ANNA, now), Some(PARTS[0]));
		let later = now + LENGTH - Duration::from_secs(1);
		assert_eq!(leases.take(BLOCK, &PARTS[..1], BERT, later), None);
		assert!(leases.renew(place(PARTS[0]), ANNA, later));
		assert_eq!(leases.take(BLOCK, &PARTS[..1], BERT, now + LENGTH), None);
		let expired = later + LENGTH;
		assert_eq!(leases.take(BLOCK, &PARTS[..1], BERT, expired), Some(PARTS[0]));
		assert!(!leases.renew(place(PARTS[0]), ANNA, expired), "it is Bert's");
		assert!(leases.renew(place(PARTS[0]), BERT, expired));
	}

	#[test]
	fn a_share_should_be_given_back_by_its_holder_only() {
		let (mut leases, now) = (Leases::new(LENGTH), Instant::now());
		leases.take(BLOCK, &PARTS[..1], ANNA, now);
		leases.release(place(PARTS[0]), BERT);
		assert_eq!(leases.take(BLOCK, &PARTS[..1], BERT, now), None);
		leases.release(place(PARTS[0]), ANNA);
		assert_eq!(leases.take(BLOCK, &PARTS[..1], BERT, now), Some(PARTS[0]));
	}

	#[test]
	fn a_proven_part_should_be_nobodys() {
		let (mut leases, now) = (Leases::new(LENGTH), Instant::now());
		leases.take(BLOCK, &PARTS[..1], ANNA, now);
		leases.done(place(PARTS[0]));
		assert!(!leases.renew(place(PARTS[0]), ANNA, now));
	}
}
