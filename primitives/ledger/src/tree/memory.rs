// SPDX-License-Identifier: Apache-2.0

//! Nodes in memory.

use super::{NodeChange, NodeStore};
use alloc::{boxed::Box, vec::Vec};
use ark_ff::{AdditiveGroup, Zero};
use core::convert::Infallible;
use ligature_primitives::poseidon::Word;

/// Nodes per allocation: 2 KiB. Indices are handed out in order, so that chunks are full but for
/// the last; a lone leaf far away costs one chunk per level and the directories above it.
const CHUNK: usize = 64;

type Chunk = Box<[Word; CHUNK]>;

/// One vector of chunks per level.
///
/// The zero word stands for an absent node. No inner node is zero, as nobody knows a preimage of
/// zero, and a zero leaf is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryNodes {
	levels: Vec<Vec<Option<Chunk>>>,
}

impl MemoryNodes {
	/// An empty store.
	pub fn new() -> Self {
		Self::default()
	}

	fn put(&mut self, level: u8, index: u32, value: Option<Word>) {
		let level = usize::from(level);
		let (chunk, position) = (index as usize / CHUNK, index as usize % CHUNK);
		if let Some(value) = value {
			if self.levels.len() <= level {
				self.levels.resize_with(level + 1, Vec::new);
			}
			let chunks = &mut self.levels[level];
			if chunks.len() <= chunk {
				chunks.resize_with(chunk + 1, || None);
			}
			let nodes = chunks[chunk].get_or_insert_with(|| Box::new([Word::ZERO; CHUNK]));
			nodes[position] = value;
			return;
		}
		let Some(chunks) = self.levels.get_mut(level) else { return };
		let Some(slot) = chunks.get_mut(chunk) else { return };
		if let Some(nodes) = slot {
			nodes[position] = Word::ZERO;
			if nodes.iter().all(Zero::is_zero) {
				*slot = None;
			}
		}
		// What is empty takes no memory, and does not tell that it was once full.
		while chunks.last().is_some_and(Option::is_none) {
			chunks.pop();
		}
		while self.levels.last().is_some_and(Vec::is_empty) {
			self.levels.pop();
		}
	}
}

impl NodeStore for MemoryNodes {
	type Error = Infallible;

	fn get(&self, level: u8, index: u32) -> Result<Option<Word>, Infallible> {
		let (chunk, position) = (index as usize / CHUNK, index as usize % CHUNK);
		Ok(self
			.levels
			.get(usize::from(level))
			.and_then(|chunks| chunks.get(chunk)?.as_ref())
			.map(|nodes| nodes[position])
			.filter(|value| !value.is_zero()))
	}

	fn write(&mut self, changes: &[NodeChange]) -> Result<(), Infallible> {
		for change in changes {
			self.put(change.level, change.index, change.value);
		}
		Ok(())
	}
}
