// SPDX-License-Identifier: Apache-2.0

//! Sums of points by bucket.

use super::Adder;
use std::sync::{Mutex, PoisonError};

/// Pairs that are added at a time: enough to make the shared inversion cheap, few enough to stay in the
/// processor's second-level cache.
const BATCH: usize = 2048;

/// Pairs waiting to be added.
struct Batch<'a, A: Adder> {
	adder: &'a A,
	left: Vec<A::Point>,
	right: Vec<A::Point>,
	sums: Vec<A::Point>,
	/// Where each sum goes.
	targets: Vec<u32>,
	scratch: A::Scratch,
}

impl<'a, A: Adder> Batch<'a, A> {
	fn new(adder: &'a A) -> Self {
		Self {
			adder,
			left: Vec::with_capacity(BATCH),
			right: Vec::with_capacity(BATCH),
			sums: vec![adder.infinity(); BATCH],
			targets: Vec::with_capacity(BATCH),
			scratch: A::Scratch::default(),
		}
	}

	/// `out[target] = left + right`, now or at the latest with the next [`flush`](Self::flush).
	fn push(&mut self, left: A::Point, right: A::Point, target: usize, out: &mut [A::Point]) {
		self.left.push(left);
		self.right.push(right);
		self.targets.push(target as u32);
		if self.left.len() == BATCH {
			self.flush(out);
		}
	}

	fn flush(&mut self, out: &mut [A::Point]) {
		if self.left.is_empty() {
			return;
		}
		let sums = &mut self.sums[..self.left.len()];
		self.adder.add(&mut self.left, &mut self.right, sums, &mut self.scratch);
		for (target, sum) in self.targets.iter().zip(sums) {
			out[*target as usize] = *sum;
		}
		self.clear();
	}

	fn clear(&mut self) {
		self.left.clear();
		self.right.clear();
		self.targets.clear();
	}

	/// Adds neighbours within every bucket. `source(i)` is the i-th point in the order of the buckets, of
	/// which each has `counts` many; leaves the same for what is left, in `out`.
	fn round(
		&mut self,
		source: impl Fn(usize) -> A::Point,
		counts: &mut [u32],
		out: &mut Vec<A::Point>,
	) {
		let left: usize = counts.iter().map(|count| count.div_ceil(2) as usize).sum();
		out.clear();
		out.resize(left, self.adder.infinity());
		let (mut read, mut write) = (0, 0);
		for count in counts {
			let pairs = *count as usize / 2;
			for _ in 0..pairs {
				self.push(source(read), source(read + 1), write, out);
				read += 2;
				write += 1;
			}
			if *count % 2 == 1 {
				out[write] = source(read);
				read += 1;
				write += 1;
			}
			*count = count.div_ceil(2);
		}
		self.flush(out);
	}

	/// As many rounds as it takes until every bucket has at most one point.
	fn rounds(
		&mut self,
		source: impl Fn(usize) -> A::Point,
		counts: &mut [u32],
		points: &mut Vec<A::Point>,
		spare: &mut Vec<A::Point>,
	) {
		self.round(source, counts, points);
		while counts.iter().any(|count| *count > 1) {
			self.round(|i| points[i], counts, spare);
			std::mem::swap(points, spare);
		}
	}
}

/// Memory that a thread works with.
pub(super) struct Desk<'a, A: Adder> {
	batch: Batch<'a, A>,
	/// Points of each bucket.
	counts: Vec<u32>,
	/// Where the next point of each bucket goes.
	next: Vec<u32>,
	/// Twice the number of the point, plus one where its inverse is meant; by bucket.
	order: Vec<u32>,
	/// What is left of the points after a round, and after the one before.
	points: [Vec<A::Point>; 2],
}

/// A desk for each thread.
pub(super) struct Desks<'a, A: Adder>(Vec<Mutex<Desk<'a, A>>>);

impl<'a, A: Adder> Desks<'a, A> {
	pub(super) fn new(adder: &'a A) -> Self {
		let desk = |_| {
			Mutex::new(Desk {
				batch: Batch::new(adder),
				counts: Vec::new(),
				next: Vec::new(),
				order: Vec::new(),
				points: [Vec::new(), Vec::new()],
			})
		};
		Self((0..rayon::current_num_threads()).map(desk).collect())
	}

	/// Works at the thread's own desk.
	pub(super) fn sit(&self, work: impl FnOnce(&mut Desk<'a, A>)) {
		let number = rayon::current_thread_index().unwrap_or(0);
		// A desk left behind in a panic is cleaned before it is used again.
		work(&mut self.0[number].lock().unwrap_or_else(PoisonError::into_inner));
	}
}

/// The sums of a window's buckets.
pub(super) struct Buckets<A: Adder>(Vec<A::Point>);

impl<A: Adder> Buckets<A> {
	/// Empty ones.
	pub(super) fn new(adder: &A, count: usize) -> Self {
		Self(vec![adder.infinity(); count])
	}

	/// Adds points by their digits: where it is d, the point goes into bucket |d| − 1, with its sign; where
	/// it is 0, nowhere.
	pub(super) fn add(
		&mut self,
		adder: &A,
		points: &[A::Point],
		digits: impl Iterator<Item = i32> + Clone,
		desk: &mut Desk<'_, A>,
	) {
		let Desk { batch, counts, next, order, points: [left, spare] } = desk;
		batch.clear();
		sort(digits, self.0.len(), counts, next, order);
		let signed = |i: usize| {
			let point = &points[(order[i] >> 1) as usize];
			if order[i] & 1 == 0 { *point } else { adder.negate(point) }
		};
		batch.rounds(signed, counts, left, spare);
		let filled = counts.iter().enumerate().filter(|(_, count)| **count > 0);
		for ((bucket, _), sum) in filled.zip(left) {
			batch.push(self.0[bucket], *sum, bucket, &mut self.0);
		}
		batch.flush(&mut self.0);
	}

	/// The sums.
	pub(super) fn sums(&self) -> &[A::Point] {
		&self.0
	}
}

/// Sorts points by the size of their digits.
fn sort(
	digits: impl Iterator<Item = i32> + Clone,
	buckets: usize,
	counts: &mut Vec<u32>,
	next: &mut Vec<u32>,
	order: &mut Vec<u32>,
) {
	counts.clear();
	counts.resize(buckets, 0);
	for digit in digits.clone().filter(|digit| *digit != 0) {
		counts[digit.unsigned_abs() as usize - 1] += 1;
	}
	next.clear();
	let mut total = 0;
	for count in counts {
		next.push(total);
		total += *count;
	}
	order.clear();
	order.resize(total as usize, 0);
	for (point, digit) in digits.enumerate().filter(|(_, digit)| *digit != 0) {
		let slot = &mut next[digit.unsigned_abs() as usize - 1];
		order[*slot as usize] = (point as u32) << 1 | u32::from(digit < 0);
		*slot += 1;
	}
}

/// The sum of points.
pub(super) fn total<A: Adder>(adder: &A, points: &[A::Point]) -> A::Point {
	let (mut sum, mut spare) = (Vec::new(), Vec::new());
	let mut counts = [points.len() as u32];
	Batch::new(adder).rounds(|i| points[i], &mut counts, &mut sum, &mut spare);
	sum.pop().unwrap_or_else(|| adder.infinity())
}
