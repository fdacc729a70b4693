// SPDX-License-Identifier: Apache-2.0

//! The finalized requests of each chain that no block serves yet, in their strict order.

use ligature_primitives::priority::PriorityRequest;
use std::{collections::VecDeque, time::Instant};

/// A request that waits.
#[derive(Clone, Debug)]
pub struct Known {
	/// The request.
	pub request: PriorityRequest,
	/// Since when it is known.
	pub since: Instant,
}

/// The queue of one chain.
#[derive(Clone, Debug, Default)]
pub struct Queue {
	/// The first request that no block serves.
	served: u64,
	/// That one and those after it, as far as they are known.
	known: VecDeque<Known>,
}

impl Queue {
	/// Nothing is known but how many are served.
	pub fn new(served: u64) -> Self {
		Self { served, known: VecDeque::new() }
	}

	/// The first request that no block serves.
	pub fn served(&self) -> u64 {
		self.served
	}

	/// The first request that is not known.
	pub fn next(&self) -> u64 {
		self.served + self.known.len() as u64
	}

	/// How many are known and not served.
	pub fn waiting(&self) -> usize {
		self.known.len()
	}

	/// The requests that wait, in order.
	pub fn iter(&self) -> impl Iterator<Item = &Known> {
		self.known.iter()
	}

	/// A request, if it waits and is known.
	pub fn get(&self, index: u64) -> Option<&PriorityRequest> {
		let place = usize::try_from(index.checked_sub(self.served)?).ok()?;
		self.known.get(place).map(|known| &known.request)
	}

	/// Takes in the request at an index. False if it does not follow what is known; what is known already does.
	pub fn add(&mut self, index: u64, request: PriorityRequest, since: Instant) -> bool {
		if index == self.next() {
			self.known.push_back(Known { request, since });
		}
		index < self.next()
	}

	/// So many are served, whatever was thought. What is known and not served remains.
	pub fn restart(&mut self, served: u64) {
		match served.checked_sub(self.served) {
			Some(more) => {
				let known = self.known.len().min(usize::try_from(more).unwrap_or(usize::MAX));
				self.known.drain(..known);
			},
			None => self.known.clear(),
		}
		self.served = served;
	}

	/// So many are served.
	pub fn advance(&mut self, count: usize) {
		let count = count.min(self.known.len());
		self.known.drain(..count);
		self.served += count as u64;
	}

	/// Only `served` are served: the ones after it, which are these, wait again.
	pub fn take_back(&mut self, served: u64, requests: Vec<PriorityRequest>, since: Instant) {
		for request in requests.into_iter().rev() {
			self.known.push_front(Known { request, since });
		}
		self.served = served;
	}
}
